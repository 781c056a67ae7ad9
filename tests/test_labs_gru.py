"""gru_lab against the cells, the trained weights and Keras' own counts."""

import re

import numpy as np
import pytest

import lstm_teach
from lstm_teach import fitting
from lstm_teach.cells import gru_forward, lstm_forward
from lstm_teach.gradients import gradient_reach
from lstm_teach.labs import gru_lab
from lstm_teach.labs.gru.costs import BLOCKS
from lstm_teach.labs.gru.status import case
from lstm_teach.labs.precise import precise_fitted
from lstm_teach.plotting import plain

TIED = "f = z, i = 1 − z"
TASKS = {
    "flagged recall": "flagged_recall",
    "last of three flags": "last_flagged",
    "adding two numbers": "adding",
    "one pulse": "pulse",
}


def trained(cell, task):
    """A trained cell in float64, in which labs compute."""
    return precise_fitted(fitting.load_fitted(lstm_teach.data_dir() / "recall" / f"{cell}-{task}.npz"))


def sequences(task):
    """The 200 sequences that scores are taken on."""
    return trained("gru", task).task.batch(200, np.random.default_rng(0))


def from_step(step, value, time=30):
    """A clamp that begins at a step, the first being 1."""
    held = np.full((time, 1), np.nan)
    held[step - 1 :] = value
    return held


def percent(share):
    return f"{100 * share:.0f} %"


def line(lab, name):
    return lab.shown.pictures[1].marks[name].y


def now(lab):
    return lab.shown.pictures[0].marks["now"]


# What is drawn is what the cells compute.


@pytest.mark.parametrize("unit", [0, 5])
def test_a_constant_candidate_is_added_up_by_the_lstm_and_only_approached_by_the_gru(unit):
    lab = gru_lab("never adds up").set(unit=unit)
    np.testing.assert_allclose(line(lab, "LSTM c"), 0.762 * np.arange(1, 31), rtol=1e-6)
    gru = trained("gru", "pulse").params
    trace = gru_forward(np.zeros((1, 30, 1)), gru, clamp={"h_tilde": 0.762})
    np.testing.assert_array_equal(line(lab, "GRU h"), trace.h[0, :, unit])
    assert line(lab, "GRU h").max() <= 0.762 + 1e-6
    assert "With i = f = 1, the LSTM has c = 15.2. The GRU stays below 1: h = 0." in lab.status


def test_an_lstm_whose_gates_are_tied_to_z_does_what_the_gru_does_bit_for_bit():
    lab = gru_lab("the LSTM as a GRU")
    for unit in range(8):
        lab.set(unit=unit)
        np.testing.assert_array_equal(line(lab, "LSTM c"), line(lab, "GRU h"))
        assert "the h of the GRU, bit for bit" in lab.status
    np.testing.assert_array_equal(line(lab, "LSTM f"), line(lab, "z"))
    lab.set(from_step=5)
    assert "bit for bit" not in lab.status


@pytest.mark.parametrize("reads", TASKS)
def test_lines_are_those_of_the_trained_cells_on_the_same_input(reads):
    lab = gru_lab("as learned").set(reads=reads, z="slider", z_value=0.25, from_step=9, unit=4)
    task = TASKS[reads]
    xs = {"x": None}
    for row in sequences(task).xs:  # the lab shows one of the sequences that it scores
        xs = row[None]
        trace = gru_forward(xs, trained("gru", task).params, clamp={"z": from_step(9, 0.25)})
        if np.array_equal(trace.h[0, :, 4], line(lab, "GRU h")):
            break
    else:
        pytest.fail("no sequence of the batch gives the h that is drawn")
    np.testing.assert_array_equal(line(lab, "z"), trace.z[0, :, 4])
    np.testing.assert_array_equal(line(lab, "r"), trace.r[0, :, 4])
    learned = gru_forward(xs, trained("gru", task).params)
    np.testing.assert_array_equal(line(lab, "h learned"), learned.h[0, :, 4])
    lstm = lstm_forward(xs, trained("lstm", task).params)
    np.testing.assert_array_equal(line(lab, "LSTM h"), lstm.h[0, :, 4])
    np.testing.assert_array_equal(line(lab, "LSTM f"), lstm.f[0, :, 4])
    c = lstm.c[0, :, 4]
    np.testing.assert_array_equal(line(lab, "LSTM c"), np.where(np.abs(c) <= 1.25, c, np.nan))
    assert ("c is cut off" in lab.shown.pictures[1].body) == bool((np.abs(c) > 1.25).any())


def test_the_equation_holds_in_the_numbers_that_are_drawn():
    for preset in gru_lab().presets:
        picture = gru_lab(preset).shown.pictures[0]
        h, z, h_prev, one_minus_z, candidate = picture.marks["equation"]
        assert h == pytest.approx(z * h_prev + one_minus_z * candidate, abs=1e-6)
        assert one_minus_z == 1.0 - z
        assert picture.marks["kept"] + picture.marks["taken"] == pytest.approx(h, abs=1e-6)


def test_the_diagram_shows_the_step_that_the_cursor_is_at():
    lab = gru_lab("as learned")
    for step in (1, 2, 30):
        lab.set(step=step)
        assert now(lab)["h"] == line(lab, "GRU h")[step - 1]
        assert now(lab)["h_prev"] == (line(lab, "GRU h")[step - 2] if step > 1 else 0.0)
        assert now(lab)["z"] == line(lab, "z")[step - 1]


# Gates that are held.


@pytest.mark.parametrize("reads", TASKS)
def test_with_z_1_and_r_0_nothing_is_forgotten(reads):
    lab = gru_lab("reset closed, nothing lost").set(reads=reads)
    for unit in range(8):
        h = line(lab.set(unit=unit), "GRU h")
        assert (h[10:] == h[9]).all()  # bit for bit, from the step before on
        assert h[9] != 0
        assert f"keep old. h stays {plain(round(float(h[9]), 2), 4)}" in lab.status
        assert "The reset gate is closed, and nothing is forgotten." in lab.status


def test_with_z_0_a_closed_reset_gate_forgets_even_where_h_stays_by_chance():
    lab = gru_lab("reset closed, nothing lost").set(z="take new")
    assert "is forgotten" not in lab.status
    assert "The reset gate is closed: the candidate does not see the old h." in lab.status


def test_with_z_0_the_new_h_is_the_candidate():
    lab = gru_lab("take new")
    assert now(lab)["h"] == now(lab)["h_tilde"]
    assert lab.shown.pictures[0].marks["case"] == "take new"
    assert "step 20: take new. h goes from" in lab.status


def test_a_gate_is_held_from_the_chosen_step_on():
    lab = gru_lab("half and half").set(from_step=17)
    z, learned = line(lab, "z"), line(lab.set(z="learned"), "z")
    assert (z[16:] == 0.5).all()
    np.testing.assert_array_equal(z[:16], learned[:16])
    assert lab.set(z="keep old", step=16).shown.pictures[0].marks["held"] == ()
    assert lab.set(step=17).shown.pictures[0].marks["held"] == ("z",)


def test_the_gru_never_leaves_minus_one_to_one():
    lab = gru_lab()
    for preset in lab.presets:
        for unit in range(8):
            h = line(lab.start_from(preset).set(unit=unit, beside="lines"), "GRU h")
            assert np.abs(h).max() <= 1


# Scores.


@pytest.mark.parametrize("reads", TASKS)
@pytest.mark.parametrize(
    ("z", "r", "clamp"), [("keep old", "open", (1.0, 1.0)), ("take new", "closed", (0.0, 0.0))]
)
def test_the_scores_are_those_of_the_trained_cells_with_the_gates_held(reads, z, r, clamp):
    lab = gru_lab("as learned").set(reads=reads, z=z, r=r, from_step=11, lstm="i = f = 1")
    task, held = TASKS[reads], [from_step(11, value) for value in clamp]
    gru = trained("gru", task)
    score = gru.score(sequences(task), {"z": held[0], "r": held[1]})
    lstm = trained("lstm", task).score(sequences(task), {"i": from_step(11, 1.0), "f": from_step(11, 1.0)})
    learned, chance = gru.score(sequences(task)), gru.task.chance
    assert (
        f"The GRU is right on {percent(score)} of 200 sequences (as learned {percent(learned)}, by chance "
        f"{percent(chance)}). With i = f = 1, the LSTM is right on {percent(lstm)}."
    ) in lab.status


def test_the_score_of_a_tied_lstm_is_taken_with_the_z_of_the_gru_on_every_sequence():
    lab = gru_lab("take new").set(lstm=TIED)
    batch = sequences("flagged_recall")
    z = gru_forward(batch.xs, trained("gru", "flagged_recall").params, clamp={"z": from_step(11, 0.0)}).z
    late = np.arange(30)[:, None] >= 10
    clamp = {"f": np.where(late, z, np.nan), "i": np.where(late, 1 - z, np.nan)}
    assert (
        "With f = z, i = 1 − z, the LSTM is right on "
        f"{percent(trained('lstm', 'flagged_recall').score(batch, clamp))}." in lab.status
    )


# The other panels.


def test_the_maps_are_the_states_of_all_units():
    lab = gru_lab("all units").set(unit=2)
    maps = lab.shown.pictures[1].marks
    lines = lab.set(beside="lines")
    np.testing.assert_array_equal(maps["hidden state"].values[8 - 3], line(lines, "GRU h"))
    c, shown = maps["cell state"].values[8 - 3], line(lines, "LSTM c")
    np.testing.assert_array_equal(c[np.isfinite(shown)], shown[np.isfinite(shown)])


def test_the_reach_is_that_of_the_gradients():
    lab = gru_lab("how far back it reaches").set(reads="one pulse")
    xs = next(
        row[None]
        for row in sequences("pulse").xs
        if np.array_equal(
            gru_forward(row[None], trained("gru", "pulse").params).h[0, :, 3],
            line(lab.set(beside="lines"), "h learned"),
        )
    )
    lab.set(beside="gradient")
    gru, lstm = trained("gru", "pulse").params, trained("lstm", "pulse").params
    held = gradient_reach(gru_forward(xs, gru, clamp={"z": from_step(11, 0.5)}), gru)[0]
    np.testing.assert_allclose(line(lab, "GRU"), held)
    np.testing.assert_allclose(line(lab, "learned"), gradient_reach(gru_forward(xs, gru), gru)[0])
    np.testing.assert_allclose(line(lab, "LSTM"), gradient_reach(lstm_forward(xs, lstm), lstm)[0])
    assert f"Of a nudge of the state here, {plain(held[0], 2)} is left at the end in the GRU" in lab.status


@pytest.mark.keras
@pytest.mark.parametrize("reads", TASKS)
def test_parameters_and_multiply_adds_are_those_of_keras_layers(reads):
    keras = pytest.importorskip("keras")
    lab = gru_lab("what a step costs").set(reads=reads)
    m, n = trained("gru", TASKS[reads]).params.m, 8
    costs = lab.shown.pictures[1].marks["costs"]
    for name, layer in {"GRU": keras.layers.GRU(n), "LSTM": keras.layers.LSTM(n)}.items():
        layer.build((None, None, m))
        W, U, _ = layer.get_weights()
        assert costs[name].parts.total == layer.count_params()
        # x_t W takes a multiply-add for each entry of W, h U for each of U, and a bias none.
        assert costs[name].operations == W.size + U.size
        assert f"{name} {W.size + U.size:,} multiply-adds" in lab.status or name == "LSTM"
    assert costs["GRU"].operations * 4 == costs["LSTM"].operations * 3


def test_the_bars_of_the_costs_are_to_scale():
    picture = gru_lab("what a step costs").shown.pictures[1]
    costs, scale = picture.marks["costs"], picture.marks["scale"]
    widths = [float(w) for w in re.findall(r'<rect[^>]* width="([\d.]+)" height="26"', picture.body)]
    assert len(widths) == len(BLOCKS["GRU"]) + len(BLOCKS["LSTM"])
    assert sum(w + 2 for w in widths[:3]) == pytest.approx(scale * costs["GRU"].operations, abs=0.1)
    assert sum(w + 2 for w in widths[3:]) == pytest.approx(scale * costs["LSTM"].operations, abs=0.1)


# Words.


@pytest.mark.parametrize(
    ("z", "name"), [(1.0, "keep old"), (0.97, "keep old"), (0.0, "take new"), (0.03, "take new"), (0.5, None)]
)
def test_each_case_has_a_name(z, name):
    assert case(z) == name
    lab = gru_lab("half and half").set(z_value=z, step=20)
    assert lab.shown.pictures[0].marks["case"] == (name or "mixed")
    shares = f"keeps {percent(z)}, takes {percent(1 - z)}"
    assert (f": {name}. " if name else f": mixed: {shares}. ") in lab.status


@pytest.mark.parametrize(
    ("preset", "words"),
    [
        (
            "never adds up",
            "With i = f = 1, the LSTM has c = 15.2. The GRU stays below 1: h = 0.762.",
        ),
        (
            "reset closed, nothing lost",
            "reset gate is closed, and nothing is forgotten. The GRU is right on 100 % of 200 sequences",
        ),
        (
            "only the reset gate closed",
            "closed: the candidate does not see the old h. The GRU is right on 50 % of 200 sequences",
        ),
        (
            "the LSTM as a GRU",
            "With f = z, i = 1 − z, the LSTM has c = 0.762. It is the h of the GRU, bit for bit.",
        ),
        (
            "as learned",
            "keep old. h hardly moves: it is 0.27. The reset gate is closed, and hardly anything",
        ),
        ("take new", "Unit 3, step 20: take new. h goes from"),
        ("half and half", "Unit 3, step 20: mixed: keeps 50 %, takes 50 %. h goes from"),
        ("all units", "Unit 3, step 20: keep old. h stays 0.24"),
        ("how far back it reaches", "Of a nudge of the state here, "),
        ("what a step costs", "three blocks for four"),
    ],
)
def test_the_line_of_each_preset(preset, words):
    assert words in gru_lab(preset).status


def test_an_open_reset_gate_and_a_learned_lstm_are_said_too():
    lab = gru_lab("take new").set(r="open")
    assert "The reset gate is open: the candidate sees the old h." in lab.status
    assert "As learned, the LSTM has c = " in gru_lab().set(lstm="learned").status
