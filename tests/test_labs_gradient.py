"""gradient_lab against finite differences, products of forget gates, and what is known of each preset."""

import json
import re

import numpy as np
import pytest

from lstm_teach import data_dir
from lstm_teach.cells import ACTIVATIONS, LSTMParams, RNNParams, lstm_forward, lstm_step, rnn_forward
from lstm_teach.fitting import load_fitted
from lstm_teach.gradients import gradient_reach, numerical_gradient
from lstm_teach.labs import gradient_lab
from lstm_teach.labs.gradient import PRESETS, SOURCES, runs
from lstm_teach.labs.gradient.pictures import DIRECT
from lstm_teach.labs.gradient.runs import LENGTHS, Key, inputs, params


def reach(lab):
    return lab.shown.pictures[0].marks


def vectors(lab):
    return lab.shown.pictures[1].marks


def key(cell, seed=0, length=51, **options):
    return Key(cell, tuple(options.items()), SOURCES["initial, on noise"], 1.0, length, seed)


def all_seeds(lab, cell):
    marks = reach(lab)
    return [mark.y for label, mark in marks.items() if label == cell or label.startswith(f"{cell}, seed")]


def test_every_seed_is_drawn_and_the_middle_one_is_thick():
    lab = gradient_lab("gain 3")
    lines = all_seeds(lab, "RNN")
    ends = sorted(line[-1] for line in lines)
    assert len(ends) == 3
    assert reach(lab)["RNN"].y[-1] == ends[1]
    assert reach(lab)["RNN"].like.width > max(
        mark.like.width for label, mark in reach(lab).items() if label.startswith("RNN, seed")
    )


def test_the_drawn_reach_is_that_of_the_cells():
    lab = gradient_lab()
    expected = []
    for seed in range(3):
        one = key("LSTM", seed, forget_bias=1.0)
        p = params(one)
        expected.append(gradient_reach(lstm_forward(inputs(one), p), p)[0, ::-1])
    for drawn in all_seeds(lab, "LSTM"):
        assert any(np.array_equal(drawn, line) for line in expected)


def test_the_reach_at_lag_1_is_the_norm_of_a_jacobian_by_finite_differences():
    one = key("LSTM", forget_bias=1.0)
    p = params(one)
    trace = lstm_forward(inputs(one), p)
    n = p.n
    before = np.concatenate([trace.h[0, -2], trace.c[0, -2]])
    jacobian = np.empty((2 * n, 2 * n))
    for unit in range(2 * n):

        def last(s, unit=unit):
            step = lstm_step(trace.xs[:, -1], s[None, :n], s[None, n:], p)
            return float(np.concatenate([step.h[0], step.c[0]])[unit])

        jacobian[:, unit] = numerical_gradient(last, before)
    drawn = [line[1] for line in all_seeds(gradient_lab(), "LSTM")]
    assert np.isclose(drawn, np.linalg.norm(jacobian, 2), rtol=1e-6).any()


def test_the_dots_are_the_path_along_c_alone_of_the_thick_line():
    lab = gradient_lab("forget bias 4")
    dots, thick = reach(lab)[DIRECT], reach(lab)["LSTM"]
    for seed in range(3):
        one = key("LSTM", seed, forget_bias=4.0)
        p = params(one)
        trace = lstm_forward(inputs(one), p)
        if np.array_equal(thick.y, gradient_reach(trace, p)[0, ::-1]):
            # With U = 0 no gate reads h, so that no other path is left; the gates are held as they were.
            cut = LSTMParams(p.W, 0 * p.U, p.b)
            held = lstm_forward(trace.xs, cut, clamp={"f": trace.f, "i": trace.i, "c_tilde": trace.c_tilde})
            alone = gradient_reach(held, cut, of="c")[0, ::-1]
            np.testing.assert_allclose(dots.y, alone[dots.x], rtol=1e-9)
            break
    else:
        pytest.fail("the thick line is none of the three seeds")
    assert (dots.y <= 1).all()


@pytest.mark.parametrize("preset", ["forget bias 4", "trained"])
def test_where_the_gradient_grows_the_line_of_words_does_not_put_it_down_to_the_forget_gate(preset):
    said = re.search(r"grow (\S+)-fold\. Along c alone D = (\S+) is left: (.+)", gradient_lab(preset).status)
    assert float(said[2]) < 1 < float(said[1])
    assert "The rest comes by the other paths, through gates and candidate." in said[3]


def test_no_line_of_the_rnn_passes_its_bound():
    for matrix in ("orthogonal", "Glorot"):
        for gain in (0.5, 1.0, 1.2):
            lab = gradient_lab().set(matrix=matrix, gain=gain)
            limit = reach(lab)["RNN's bound ‖U‖ᵏ"].y
            for line in all_seeds(lab, "RNN"):
                known = np.isfinite(limit)
                assert (line[known] <= limit[known] * (1 + 1e-9)).all()


def test_the_bound_of_an_orthogonal_matrix_is_the_gain_to_the_power_of_the_lag():
    limit = reach(gradient_lab().set(gain=1.1, steps=20))["RNN's bound ‖U‖ᵏ"].y
    np.testing.assert_allclose(limit, 1.1 ** np.arange(21.0), rtol=1e-9)


def test_in_silence_the_plain_rnn_keeps_everything():
    lab = gradient_lab("defaults in silence")
    for line in all_seeds(lab, "RNN"):
        np.testing.assert_allclose(line, 1.0, rtol=1e-12)
    assert "RNN 1, LSTM" in lab.status
    assert "In silence the plain RNN wins: it keeps all of it" in lab.status


def test_tanh_bounds_states_and_not_gradients():
    lab = gradient_lab("gain 3")
    one = key("RNN", gain=3.0)
    assert np.abs(rnn_forward(inputs(one), params(one)).h).max() < 1
    assert reach(lab)["RNN"].y[-1] > 1_000
    assert "|h| < 1, yet the RNN's gradient grew" in lab.status
    assert lab.status.endswith("tanh bounds states, not gradients.")


@pytest.mark.parametrize(
    ("preset", "words"),
    [
        ("defaults with input", "All three fade, the LSTM least: its name does not save it"),
        ("forget bias 4", "-fold. Along c alone D = 0.52 is left: its forget gate keeps 0.98"),
        ("update bias 5", "The GRU holds it, as its update gate keeps 0.99"),
        ("gain 3, clipped", "to 1. Its direction stays."),
        ("before training", "At lag 29 this is left (the middle of 3 seeds): RNN 0.00"),
        ("trained", "-fold. Along c alone D = 0.93 is left: its forget gate keeps 0.9"),
        ("trained", "LSTM and GRU were trained on 30 steps, the RNN on 15."),
    ],
)
def test_each_preset_says_its_insight(preset, words):
    assert words in gradient_lab(preset).status


def test_every_other_case_is_said_too():
    lab = gradient_lab()
    assert " The plain RNN reaches farthest here." in lab.set(strength=0.3).status
    assert "nothing bounds its states: |h| reached" in lab.set(activation="linear", gain=2.0).status
    assert "All three fade, yet the plain RNN reaches farthest" in lab.set(gain=0.9, strength=0.0).status
    assert (
        "All three fade, the LSTM least, as its forget gate keeps 0.73"
        in lab.set(activation="tanh", strength=1.0, gain=1.0, steps=5).status
    ), "less than a half is left: nobody holds it"
    assert (
        "The LSTM holds it, as its forget gate keeps 0.98"
        in lab.set(forget_bias=4.0, strength=0.0, steps=2).status
    )
    assert "The LSTM holds it. Along c alone D = 0.91 is left" in lab.set(steps=5).status
    assert "overflowed" in lab.set(activation="linear", gain=10.0, steps=500, clip=True).status


def test_the_middle_of_the_seeds_is_what_the_words_say():
    lab = gradient_lab().set(steps=1, gain=0.5, strength=0.0)
    assert lab.status.startswith("At lag 1 this is left (the middle of 3 seeds): RNN 0.5,")


def test_training_opens_the_gru_on_flagged_recall():
    before, after = (
        reach(gradient_lab("before training"))["GRU"],
        reach(gradient_lab("trained"))["GRU, trained"],
    )
    assert after.y[-1] > 5 * before.y[-1]


def test_what_is_trained_is_not_drawn_from_a_seed():
    lab = gradient_lab("trained")
    for name in ("forget_bias", "update_bias", "gain", "matrix", "activation"):
        assert lab.controls[name].disabled
    assert {"RNN, trained", "LSTM, trained", "GRU, trained"} <= set(reach(lab))


@pytest.mark.parametrize("cell", ["RNN", "LSTM", "GRU"])
def test_the_trained_cells_are_those_that_solve_their_task(cell):
    lab = gradient_lab("trained")
    fitted = load_fitted(data_dir() / "recall" / f"{cell.lower()}-flagged_recall.npz")
    batch = fitted.task.batch(500, np.random.default_rng(1))
    assert fitted.score(batch) > 0.99
    one = Key(cell, (), SOURCES["trained, on flagged recall"], 1.0, 30, 0)
    trace = fitted.trace(inputs(one))
    expected = gradient_reach(trace, fitted.params)[0, ::-1]
    drawn = [m.y for label, m in reach(lab).items() if label in (f"{cell}, trained", f"{cell}, seed 0")]
    assert any(np.array_equal(line, expected) for line in drawn)


@pytest.mark.parametrize("task", ["flagged_recall", "last_flagged", "pulse", "adding"])
def test_the_line_says_on_how_many_steps_the_cells_were_trained(task):
    lab = gradient_lab("trained").set(weights=f"trained, on {task.replace('_', ' ')}")
    for line in json.loads((data_dir() / "recall" / "weights.json").read_text(encoding="utf-8"))["weights"]:
        if line["task"] == task and line["cell"] != "gru":
            steps = line["options"].get("time") or line["options"]["lag"] + line["options"]["window"]
            assert f" {steps}" in lab.status.rpartition("trained on")[2], lab.status
            unsolved = line["cell"] == "rnn" and line["solved_at"] is None
            assert ("did not solve" in lab.status) == unsolved or line["cell"] == "lstm"
    assert "trained" not in lab.set(weights=f"initial, on {task.replace('_', ' ')}").status


def test_the_vectors_are_the_gradients_of_the_mean_of_the_last_state():
    drawn = vectors(gradient_lab().set(steps=3))["RNN"]
    numeric = []
    for seed in range(3):
        one = key("RNN", seed, LENGTHS[0], activation="tanh", gain=1.0, recurrent="orthogonal")
        xs, p = inputs(one), params(one)
        numeric.append(numerical_gradient(lambda last, xs=xs, p=p: loss(xs, last, p), xs[0, -4:].copy()))
    assert any(np.allclose(drawn, one[::-1].T, rtol=1e-5, atol=1e-9) for one in numeric)


def loss(xs, last, p: RNNParams):
    xs = np.concatenate([xs[:, :-4], last[None]], axis=1)
    return float(rnn_forward(xs, p).h[0, -1].mean())


def test_clipping_keeps_the_direction_of_the_vectors_and_cuts_only_what_is_too_long():
    free, clipped = vectors(gradient_lab("gain 3")), vectors(gradient_lab("gain 3, clipped"))
    ratio = clipped["RNN"] / free["RNN"]
    np.testing.assert_allclose(ratio, ratio[0, 0], rtol=1e-9)
    assert ratio[0, 0] < 1e-3
    np.testing.assert_array_equal(clipped["GRU"], free["GRU"])


def test_clipping_is_off_where_there_is_nothing_to_clip():
    assert gradient_lab().controls["clip"].disabled
    assert not gradient_lab("gain 3").controls["clip"].disabled


def test_looking_farther_back_draws_on_the_same_lines():
    lab = gradient_lab()
    near = reach(lab.set(steps=35))["GRU, seed 1" if "GRU, seed 1" in reach(lab) else "GRU"].y
    lab.set(steps=50)
    assert any(np.array_equal(line[:36], near) for line in all_seeds(lab, "GRU"))


def test_a_line_ends_where_the_states_outgrow_all_numbers():
    lab = gradient_lab().set(activation="relu", gain=10.0, steps=500)
    line = reach(lab)["RNN"].y
    assert np.isfinite(line[:100]).all()
    assert np.isnan(line[-1])
    assert "RNN ∞" in lab.status


def test_long_sequences_say_that_one_seed_must_do():
    lab = gradient_lab().set(steps=500)
    assert "one seed" in lab.status
    assert len(all_seeds(lab, "LSTM")) == 1


def test_with_all_other_paths_cut_dc_dc_is_the_product_of_forget_gates():
    p = LSTMParams(np.zeros((4, 64)), np.zeros((16, 64)), np.repeat([0.0, 1.0, 0.0, 0.0], 16))
    trace = lstm_forward(inputs(key("LSTM")), p)
    alone = gradient_reach(trace, p, of="c")[0, ::-1]
    np.testing.assert_allclose(alone, trace.f[0, 0, 0] ** np.arange(51.0), rtol=1e-9)


def test_the_shapes_are_those_of_the_task_that_the_cells_were_trained_on():
    for words, source in SOURCES.items():
        lab = gradient_lab("trained").set(weights=words)
        features = {None: 4, "flagged_recall": 5, "last_flagged": 5, "pulse": 1, "adding": 2}[source.task]
        assert all(
            columns.shape == (features, 30)
            for name, columns in vectors(lab).items()
            if name in "RNN LSTM GRU"
        )


def test_the_presets_of_the_lesson_are_there():
    assert list(PRESETS)[:5] == [
        "defaults with input",
        "defaults in silence",
        "forget bias 4",
        "update bias 5",
        "gain 3",
    ]


def test_a_chaotic_network_shows_the_same_where_tanh_differs_in_its_last_digit(monkeypatch):
    def shown():
        runs.measured.cache_clear()
        lab = gradient_lab("gain 3").set(steps=200)
        return lab.status, [picture.html for picture in lab.shown.pictures]

    def elsewhere(a):
        return np.tanh(a) * (1 + draw.integers(-1, 2, np.shape(a)) * np.finfo(float).eps)

    here, draw = shown(), np.random.default_rng(0)
    monkeypatch.setitem(ACTIVATIONS, "tanh", ACTIVATIONS["tanh"]._replace(function=elsewhere))
    there = shown()
    runs.measured.cache_clear()
    assert there == here
