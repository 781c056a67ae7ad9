"""shapes_lab against real Keras layers: the lines it shows are run, and the squares it draws are counted."""

import itertools
import re

import pytest

from lstm_teach.labs import shapes_lab
from lstm_teach.labs.shapes import LAYERS

FLAGS = list(itertools.product([False, True], repeat=3))


@pytest.fixture(scope="module")
def keras():
    return pytest.importorskip("keras")


def run(lab, keras):
    """Execute the Keras lines of the picture; what they bind."""
    bound = {name: getattr(keras.layers, name) for name in ("Bidirectional", *LAYERS.values())}
    bound["keras"] = keras
    exec("\n".join(lab.shown.pictures[1].marks["lines"]), bound)
    return bound


def table(lab):
    return {tensor.name: tensor.shape for tensor in lab.shown.pictures[1].marks["tensors"]}


@pytest.mark.keras
@pytest.mark.parametrize("kind", list(LAYERS))
@pytest.mark.parametrize(("return_sequences", "return_state", "both"), FLAGS)
def test_the_lines_shown_give_in_keras_the_shapes_and_the_weights_shown(
    keras, kind, return_sequences, return_state, both
):
    lab = shapes_lab().set(kind=kind, return_sequences=return_sequences, return_state=return_state, both=both)
    bound = run(lab, keras)
    assert {name: tuple(bound[name].shape) for name in table(lab)} == table(lab)
    layer = bound["layer"]
    assert f" {layer.count_params():,} weights" in lab.status

    shown = lab.shown.pictures[1].body
    one = layer.forward_layer if both else layer
    for letter, weights in zip("WUb", one.get_weights(), strict=True):
        assert f"{letter} {tuple(weights.shape)}" in shown


@pytest.mark.keras
@pytest.mark.parametrize("sizes", [(1, 1, 1, 1), (3, 7, 2, 128), (2, 50, 32, 5)])
def test_the_shapes_follow_the_sliders_as_they_do_in_keras(keras, sizes):
    names = ("batch", "time", "features", "units")
    lab = shapes_lab().set(**dict(zip(names, sizes, strict=True)), return_state=True)
    bound = run(lab, keras)
    assert {name: tuple(bound[name].shape) for name in table(lab)} == table(lab)


@pytest.mark.keras
@pytest.mark.parametrize("kind", list(LAYERS))
def test_the_states_have_in_keras_the_places_that_their_names_say(keras, kind):
    """`h_f` is the forward state after the last step, `h_b` the backward state after step 1."""
    lab = shapes_lab().set(kind=kind, return_state=True, both=True)
    bound = run(lab, keras)
    y = keras.ops.convert_to_numpy(bound["y"])
    assert y[:, -1, :4] == pytest.approx(keras.ops.convert_to_numpy(bound["h_f"]))
    assert y[:, 0, 4:] == pytest.approx(keras.ops.convert_to_numpy(bound["h_b"]))
    lab.set(return_sequences=False)
    layer = bound["layer"]
    layer.return_sequences = layer.forward_layer.return_sequences = False
    layer.backward_layer.return_sequences = False
    last = keras.ops.convert_to_numpy(layer(bound["x"])[0])
    assert last == pytest.approx(
        keras.ops.convert_to_numpy(keras.ops.concatenate([y[:, -1, :4], y[:, 0, 4:]], -1))
    )
    assert "y joins the forward h after step 5 and the backward h after step 1" in lab.status


def drawn(lab):
    """Name -> (sheets, width, height) of the drawn tensors, the sizes in numbers."""
    picture = lab.shown.pictures[0]
    found = {}
    pattern = (
        r'<rect x="[-\d.]+" y="[-\d.]+" width="([\d.]+)" height="([\d.]+)"[^>]*data-tensor="(\w+) (\d+)"'
    )
    for width, height, name, _ in re.findall(pattern, picture.body):
        sheets, _, _ = found.get(name, (0, 0, 0))
        square = picture.marks["square"]
        found[name] = sheets + 1, float(width) / square, float(height) / square
    return found


def about(shape):
    return pytest.approx(shape, abs=0.02)


def test_the_blocks_are_drawn_to_scale():
    blocks = drawn(shapes_lab("outputs and states").set(batch=3, time=6, features=2, units=5))
    assert blocks == {
        "x": about((3, 6, 2)),
        "y": about((3, 6, 5)),
        "h": about((3, 1, 5)),
        "c": about((3, 1, 5)),
    }


def test_what_is_not_handed_out_is_drawn_as_an_outline():
    blocks = drawn(shapes_lab("the last output"))
    assert blocks["y"] == about((2, 1, 4))
    assert blocks["inside"] == about((1, 5, 4))


def test_both_directions_are_two_halves_of_y():
    blocks = drawn(shapes_lab("both directions"))
    assert blocks["y"] == about((2 * 2, 5, 4))  # the sheets of two halves


def test_of_a_long_sequence_the_ends_are_drawn_and_that_is_said():
    lab = shapes_lab().set(time=500)
    assert drawn(lab)["x"] == about((2 * 2, 30, 3))
    assert "of 500 steps only the first and last 30 are drawn" in lab.shown.pictures[0].body
    assert table(lab)["x"] == (2, 500, 3)


@pytest.mark.parametrize("batch", [1, 32])
@pytest.mark.parametrize("time", [1, 60, 61, 500])
@pytest.mark.parametrize(("features", "units"), [(1, 1), (32, 1), (1, 128), (32, 128)])
@pytest.mark.parametrize("both", [False, True])
def test_nothing_is_drawn_outside_the_picture(batch, time, features, units, both):
    lab = shapes_lab().set(
        batch=batch, time=time, features=features, units=units, both=both, return_state=True
    )
    picture = lab.shown.pictures[0]
    pattern = r'<rect x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)"'
    for x, y, width, height in re.findall(pattern, picture.body):
        assert 0 <= float(x) <= float(x) + float(width) <= picture.width
        assert 0 <= float(y) <= float(y) + float(height) <= picture.height
    for y in re.findall(r'<text x="[-\d.]+" y="([-\d.]+)"', picture.body):
        assert 10 <= float(y) <= picture.height - 4


@pytest.mark.parametrize(
    ("preset", "status"),
    [
        (
            "units are not time",
            "One cell has 128 weights and is used 5 times. "
            "Each state has 4 numbers. With 50 steps there are still 128 weights. "
            "y is h after each of 5 steps.",
        ),
        (
            "time 50",
            "One cell has 128 weights and is used 50 times. "
            "Each state has 4 numbers. With 500 steps there are still 128 weights. "
            "y is h after each of 50 steps.",
        ),
        (
            "the last output",
            "One cell has 128 weights and is used 5 times. "
            "Each state has 4 numbers. With 50 steps there are still 128 weights. "
            "y is the last state h; those before it stay inside.",
        ),
        (
            "outputs and states",
            "One cell has 128 weights and is used 5 times. "
            "Each state has 4 numbers. With 50 steps there are still 128 weights. "
            "y is h after each of 5 steps.",
        ),
        (
            "both directions",
            "Two cells have 256 weights together and are used 5 times. "
            "Each state has 4 numbers. With 50 steps there are still 256 weights. "
            "In y[:, -1] the backward half has read one step of 5.",
        ),
        (
            "both, the last output",
            "Two cells have 256 weights together and are used 5 times. "
            "Each state has 4 numbers. With 50 steps there are still 256 weights. "
            "y joins the forward h after step 5 and the backward h after step 1.",
        ),
        (
            "128 units",
            "One cell has 67,584 weights and is used 5 times. "
            "Each state has 128 numbers. With 50 steps there are still 67,584 weights. "
            "y is h after each of 5 steps.",
        ),
    ],
)
def test_the_line_of_each_preset(preset, status):
    assert shapes_lab(preset).status == status


def test_one_of_each_is_said_in_the_singular():
    lab = shapes_lab().set(batch=1, time=1, features=1, units=1)
    assert lab.status == (
        "One cell has 12 weights and is used once. "
        "Each state has 1 number. With 50 steps there are still 12 weights. "
        "y is the state h after the one step."
    )
