"""What goes into a recurrent layer and what comes out, with its shapes: units are not time.

The shapes are written down here and not computed by a layer. A test compares each one with Keras.
"""

from typing import NamedTuple

from lstm_teach.counting import Parts, gru_parts, lstm_parts, rnn_parts
from lstm_teach.labs.controls import Choice, Slider, Switch
from lstm_teach.labs.core import Controls, LabSpec, Presets, View
from lstm_teach.labs.shapes.drawing import times, unrolled
from lstm_teach.labs.shapes.frame import Sizes
from lstm_teach.plotting import RULE, Picture, element, text

LAYERS = {"RNN": "SimpleRNN", "LSTM": "LSTM", "GRU": "GRU"}
LONGEST = 58  # letters in a line of code

PRESETS: Presets = {
    "units are not time": {},
    "time 50": {"time": 50},
    "the last output": {"return_sequences": False},
    "outputs and states": {"return_state": True},
    "both directions": {"both": True},
    "both, the last output": {"both": True, "return_sequences": False, "return_state": True},
    "128 units": {"batch": 1, "units": 128},
}

CONTROLS: Controls = {
    "batch": Slider("Batch", 2, 1, 32),
    "time": Slider("Time (steps)", 5, 1, 500),
    "features": Slider("Features", 3, 1, 32),
    "kind": Choice("Cell", "LSTM", list(LAYERS)),
    "units": Slider("Units", 4, 1, 128),
    "return_sequences": Switch("return_sequences", True),
    "return_state": Switch("return_state"),
    "both": Switch("Bidirectional"),
}


class Tensor(NamedTuple):
    """A tensor that goes in or comes out: its name in the code, its shape, and its axes in `words`."""

    name: str
    shape: tuple[int, ...]
    words: str


def shapes_view(
    batch: int,
    time: int,
    features: int,
    kind: str,
    units: int,
    return_sequences: bool,
    return_state: bool,
    both: bool,
) -> View:
    """Return the layer unrolled in time with its tensors to scale, and the Keras lines that make them."""
    sizes = Sizes(batch, time, features, units, 2 if both else 1)
    tensors = tensors_of(sizes, kind, return_sequences, return_state)
    parts_of = {"RNN": rnn_parts, "LSTM": lstm_parts, "GRU": gru_parts}[kind]
    parts = parts_of(features, units, bidirectional=both)
    return View(
        [
            unrolled(sizes, kind, return_sequences, return_state, parts.total),
            _code(keras_lines(sizes, kind, return_sequences, return_state), tensors, parts, sizes),
        ],
        f"{_used(parts.total, sizes)} {_handed_out(time, return_sequences, both)}",
    )


def tensors_of(sizes: Sizes, kind: str, return_sequences: bool, return_state: bool) -> list[Tensor]:
    """Return x, y and the states that are handed out, in Keras' order."""
    batch, time, features, units, directions = sizes
    width = "units" if directions == 1 else "2 · units"
    steps, axis = ((time,), "time, ") if return_sequences else ((), "")
    tensors = [
        Tensor("x", (batch, time, features), "batch, time, features"),
        Tensor("y", (batch, *steps, directions * units), f"batch, {axis}{width}"),
    ]
    if return_state:
        states = state_names(kind, directions)
        tensors += [Tensor(name, (batch, units), _state_words(name)) for name in states]
    return tensors


def state_names(kind: str, directions: int) -> list[str]:
    """Return h, and c for an LSTM; with f and b for forward and backward if there are two directions."""
    names = ["h", "c"] if kind == "LSTM" else ["h"]
    return names if directions == 1 else [f"{name}_{way}" for way in "fb" for name in names]


def keras_lines(sizes: Sizes, kind: str, return_sequences: bool, return_state: bool) -> list[str]:
    """Return the lines of Python that make these tensors: at most five, none too long for the picture."""
    options = [str(sizes.units)]
    options += ["return_sequences=True"] * return_sequences + ["return_state=True"] * return_state
    layer = f"{LAYERS[kind]}({', '.join(options)})"
    if sizes.directions == 2:
        lines = ["layer = Bidirectional(", f"    {layer}", ")"]
    elif len(f"layer = {layer}") <= LONGEST:
        lines = [f"layer = {layer}"]
    else:
        lines = [f"layer = {LAYERS[kind]}(", f"    {', '.join(options)}", ")"]
    names = ["y", *(state_names(kind, sizes.directions) if return_state else ())]
    shape = sizes.batch, sizes.time, sizes.features
    return [f"x = keras.random.normal({shape})", *lines, f"{', '.join(names)} = layer(x)"]


def _state_words(name: str) -> str:
    letter, _, way = name.partition("_")
    which = {
        "": f"the last {letter}",
        "f": f"the last {letter} forward",
        "b": f"{letter} backward, after step 1",
    }
    return f"batch, units: {which[way]}"


def _used(weights: int, sizes: Sizes) -> str:
    """Return how often the weights are used, and that longer sequences need no more of them."""
    used = f"One cell has {weights:,} weights and is used {times(sizes.time)}."
    if sizes.directions == 2:
        used = f"Two cells have {weights:,} weights together and are used {times(sizes.time)}."
    state = "Each state has 1 number." if sizes.units == 1 else f"Each state has {sizes.units} numbers."
    return f"{used} {state} With {50 if sizes.time != 50 else 500} steps there are still {weights:,} weights."


def _handed_out(time: int, return_sequences: bool, both: bool) -> str:
    if both and return_sequences:
        return f"In y[:, -1] the backward half has read one step of {time}."
    if both:
        return f"y joins the forward h after step {time} and the backward h after step 1."
    if return_sequences:
        return "y is the state h after the one step." if time == 1 else f"y is h after each of {time} steps."
    return "y is the last state h; those before it stay inside."


def _code(lines: list[str], tensors: list[Tensor], parts: Parts, sizes: Sizes) -> Picture:
    """Return a picture of the code, the shapes that it gives, the weights, and what units are."""
    width, height, row = 480.0, 330.0, 18.0
    drawn = [text(4, 16, "In Keras", class_="bold")]
    drawn += [
        text(4, 36 + row * k, line, class_="mono", style="white-space:pre") for k, line in enumerate(lines)
    ]
    y = 36 + row * 5 + 4
    for tensor in tensors:
        drawn += [
            element("path", d=f"M4 {y - 13:.0f}H{width - 4:.0f}", stroke=RULE),
            text(4, y, tensor.name, class_="mono"),
            text(58, y, str(tensor.shape), class_="mono"),
            text(190, y, tensor.words, class_="faint"),
        ]
        y += row
    sentences = _sentences(parts, sizes)
    drawn += [text(4, height - 6 - 19 * (len(sentences) - 1 - k), words) for k, words in enumerate(sentences)]
    spoken = "; ".join(f"{t.name} {t.shape}: {t.words}" for t in tensors)
    marks = {"lines": lines, "tensors": tensors, "parts": parts}
    return Picture(width, height, "".join(drawn), f"{' '.join(lines)} gives {spoken}.", marks)


def _sentences(parts: Parts, sizes: Sizes) -> list[str]:
    columns, rows_of_b = parts.blocks * sizes.units, parts.b // sizes.units
    b = f"({columns},)" if rows_of_b == 1 else f"({rows_of_b}, {columns})"
    twice = "2 × " if parts.directions == 2 else ""
    terms = " + ".join(f"{parts.blocks * size:,}" for size in (parts.W, parts.U, parts.b))
    terms = f"{twice}({terms})" if twice else terms
    return [
        f"Weights: {twice}W ({sizes.features}, {columns}), U ({sizes.units}, {columns}), b {b}",
        f"= {terms} = {parts.total:,} numbers. Among their sizes",
        "there is no batch and no time.",
        f"units = {sizes.units}: how many numbers a state has. Not the {_many(sizes.time, 'step')},",
        f"not the {_many(sizes.batch, 'sequence')}, and not a number of cells.",
    ]


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


LAB = LabSpec("shapes_lab", shapes_view, CONTROLS, PRESETS)
