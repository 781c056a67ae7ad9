"""gate_lab: what it draws and says is what the cells do, step by step, whatever is held."""

import numpy as np
import pytest

import lstm_teach
from lstm_teach import reader, reviews, sequences
from lstm_teach.cells import lstm_forward, lstm_step
from lstm_teach.fitting import load_fitted
from lstm_teach.gradients import gradient_reach
from lstm_teach.labs import gate_lab
from lstm_teach.labs.cell.inputs import LONGEST, SENTENCE, TASKS, scored_batch
from lstm_teach.labs.gate import ONE_STEP, POSITIONS, PRESETS, READS, TO_THE_END, case, shares

EVERY = np.arange(1, 31)


def cell(task):
    return load_fitted(lstm_teach.data_dir() / "recall" / f"lstm-{task}.npz")


def now(lab):
    return lab.shown.pictures[0].marks["now"]


def marks(lab):
    return lab.shown.pictures[1].marks


def held(state):
    """The values that the controls hold gates at, read from the state alone."""
    value = {
        "open": lambda g: 1.0,
        "closed": lambda g: 0.0,
        "slider": lambda g: state[f"{g}_value"],
    }
    return {g: value[state[g]](g) for g in ("i", "f", "o") if state[g] != "learned"}


def is_held(state, step):
    one = state["extent"] == ONE_STEP
    return step == state["from_step"] if one else step >= state["from_step"]


def weights_and_input(state):
    """What the state reads, with whose weights; from the files, not through the lab."""
    if state["reads"] == SENTENCE:
        known = reader.load()
        ids = known.vocabulary.encode([state["sentence"]])[0]
        return known.p, known.embedding[ids]
    task, row = TASKS[state["reads"]]
    p = cell(task).params
    if row is not None:
        return p, sequences.task(task, **cell(task).task.options).batch(200, np.random.default_rng(0)).xs[row]
    x = np.zeros((30, 1))
    x[[4, 14], 0] = 1, -1
    return p, x if state["reads"] == "two pulses" else np.random.default_rng(0).standard_normal((30, 1))


def step_by_step(state):
    """The states and gates of all steps, one `lstm_step` after the other: lists of LSTMStep."""
    p, x = weights_and_input(state)
    x = x.astype(p.dtype)
    h = c = np.zeros((1, p.n), p.dtype)
    steps = []
    for t, x_t in enumerate(x, start=1):
        steps.append(lstm_step(x_t[None], h, c, p, held(state) if is_held(state, t) else None))
        h, c = steps[-1].h, steps[-1].c
    return steps


def random_states(count):
    rng = np.random.default_rng(5)
    for _ in range(count):
        state = {g: str(rng.choice(POSITIONS)) for g in ("f", "i", "o")}
        state |= {f"{g}_value": round(float(rng.uniform()), 2) for g in ("f", "i", "o")}
        state["extent"] = str(rng.choice([TO_THE_END, ONE_STEP]))
        state["reads"] = str(rng.choice(READS))
        state["sentence"] = "Not bad at all, but far too long and rather dull in the middle part of it."
        time, units = (16, 32) if state["reads"] == SENTENCE else (30, 8)
        state["from_step"], state["step"] = (int(rng.integers(1, time + 1)) for _ in range(2))
        state["unit"] = int(rng.integers(units))
        yield state


@pytest.mark.parametrize("draws", [15, pytest.param(60, marks=pytest.mark.slow)])
@pytest.mark.parametrize("beside", ["lines", "maps"])
def test_clamping_the_diagram_the_equation_and_the_lines_agree_in_random_states(beside, draws):
    lab = gate_lab().set(beside=beside)
    for state in random_states(draws):
        lab.set(reads=state["reads"], sentence=state["sentence"]).set(**state)
        steps, t, u = step_by_step(state), state["step"] - 1, state["unit"]
        expected = {name: float(getattr(steps[t], name)[0, u]) for name in steps[t]._fields}
        expected["c_prev"] = float(steps[t - 1].c[0, u]) if t else 0.0
        expected["h_prev"] = float(steps[t - 1].h[0, u]) if t else 0.0

        inside = lab.shown.pictures[0].marks
        for name, value in expected.items():
            assert now(lab)[name] == pytest.approx(value, abs=2e-5), (name, state)
        for gate, value in held(state).items():
            if is_held(state, state["step"]):
                assert now(lab)[gate] == pytest.approx(value, abs=1e-7)
        assert set(inside["held"]) == (set(held(state)) if is_held(state, state["step"]) else set())
        c, f, before, i, candidate = inside["equation"]
        assert (c, f, before, i, candidate) == tuple(
            now(lab)[k] for k in ("c", "f", "c_prev", "i", "c_tilde")
        )
        assert c == pytest.approx(f * before + i * candidate, abs=1e-5)
        assert inside["kept"] + inside["written"] == pytest.approx(c, abs=1e-5)
        for number in inside["equation"]:
            assert f"{abs(number):.3f}" in lab.shown.pictures[0].body

        if beside == "lines":
            lines = {"c": "c", "h": "h", "forget gate": "f", "input gate": "i", "output gate": "o"}
            for label, name in lines.items():
                drawn = [float(getattr(s, name)[0, u]) for s in steps]
                np.testing.assert_allclose(marks(lab)[label].y, drawn, atol=2e-5)
        else:
            for label, name in {"cell state": "c", "hidden state": "h"}.items():
                drawn = np.array([getattr(s, name)[0] for s in steps]).T
                np.testing.assert_allclose(marks(lab)[label].values[::-1], drawn, atol=2e-5)


def test_keep_keeps_c_bit_for_bit_and_h_moves():
    lab = gate_lab()
    start = lab.state["from_step"]
    c, h = marks(lab)["c"].y, marks(lab)["h"].y
    assert np.ptp(c[start - 2 :]) == 0.0
    assert abs(c[-1]) > 0.3
    assert np.ptp(h[start - 1 :]) > 0.01
    assert "keep. Input closed, forget open: c keeps " in lab.status
    assert "h still moves, to " in lab.status
    assert "since o does" in lab.status
    assert lab.status.startswith(f"Unit {lab.state['unit']}, step {lab.state['step']}: ")


def test_erase_leaves_nothing_and_overwrite_leaves_the_candidate_alone():
    erased = gate_lab("erase")
    assert now(erased)["c"] == 0.0
    assert abs(now(erased)["c_prev"]) > 0.3
    assert "erase. Input closed, forget closed: c goes from " in erased.status
    assert "to 0; h goes to 0." in erased.status
    new = gate_lab("overwrite")
    assert now(new)["c"] == now(new)["c_tilde"] != 0.0
    assert "overwrite. Input open, forget closed: c goes from " in new.status


def test_add_adds_the_whole_candidate_so_c_leaves_minus_one_to_one():
    lab = gate_lab("add")
    assert now(lab)["c"] == pytest.approx(now(lab)["c_prev"] + now(lab)["c_tilde"], abs=1e-6)
    assert np.abs(marks(lab)["c"].y).max() > 2.0
    assert ": add. Input open, forget open: c goes from " in lab.status


def test_a_closed_output_gate_leaves_this_c_alone_but_not_the_next_ones():
    lab, learned = gate_lab("output closed"), gate_lab("as learned")
    step, unit = lab.state["step"], lab.state["unit"]
    learned.set(step=step, unit=unit)
    assert now(lab)["c"] == now(learned)["c"]
    assert now(lab)["h"] == 0.0
    assert "h is 0, though c is not, and the gates of the next step read that h" in lab.status
    assert now(lab.set(step=step + 1))["f"] != now(learned.set(step=step + 1))["f"]


def test_with_the_input_closed_from_the_start_nothing_is_ever_written():
    lab = gate_lab("never written")
    assert not marks(lab)["c"].y.any()
    assert "c stays 0; h stays 0" in lab.status
    assert np.abs(marks(lab)["c as learned"].y).max() > 0.3


@pytest.mark.parametrize(
    ("f", "i", "name"),
    [
        (1, 0, "keep"),
        (1, 1, "add"),
        (0, 0, "erase"),
        (0, 1, "overwrite"),
        (0.97, 0.02, "keep"),
        (0.73, 0.4, None),
        (1.0, 0.5, None),
        (0.5, 0.0, None),
    ],
)
def test_a_case_has_its_name_only_where_both_gates_are_nearly_open_or_closed(f, i, name):
    assert case(f, i) == name
    lab = gate_lab().set(f="slider", f_value=f, i="slider", i_value=i, from_step=1)
    assert lab.shown.pictures[0].marks["case"] == (name or "mixed")
    assert f": {name}. " in lab.status if name else f": mixed: {shares(f, i)}. " in lab.status


def test_between_the_cases_it_says_how_much_is_kept_and_written():
    status = gate_lab("between the cases").status
    assert (
        "mixed: keeps 73 %, writes 40 %. Input at 0.4, forget at 0.73, output at 0.5: c goes from " in status
    )


def test_before_the_gates_are_held_it_says_that_none_is():
    lab = gate_lab().set(step=3)
    assert "No gate is held at this step" in lab.status
    assert lab.shown.pictures[0].marks["held"] == ()
    assert "Gates as learned" in gate_lab("as learned").status


@pytest.mark.parametrize("name", [name for name in TASKS if TASKS[name][1] is not None])
def test_the_score_is_what_fitting_says_on_the_same_sequences(name):
    fitted = cell(TASKS[name][0])
    sequences_of_it = sequences.task(fitted.task.name, **fitted.task.options).batch(
        200, np.random.default_rng(0)
    )
    np.testing.assert_array_equal(scored_batch(fitted).targets, sequences_of_it.targets)
    for from_step, extent in ((1, TO_THE_END), (12, TO_THE_END), (12, ONE_STEP)):
        lab = gate_lab().set(
            reads=name, f="slider", f_value=0.6, i="learned", from_step=from_step, extent=extent
        )
        inside = (from_step == EVERY) if extent == ONE_STEP else (from_step <= EVERY)
        expected = fitted.score(sequences_of_it, {"f": np.where(inside, 0.6, np.nan)[:, None]})
        learned = fitted.score(sequences_of_it)
        assert f"Right on {100 * expected:.0f} % of 200 sequences" in lab.status
        assert f"(as learned {100 * learned:.0f} %, by chance {100 * fitted.task.chance:.0f} %)" in lab.status


def test_the_score_of_a_sentence_is_the_readers_on_the_shipped_short_reviews():
    test = reviews.load("sample").test
    for position, clamp in (("learned", None), ("closed", {"f": 0.0}), ("open", {"f": 1.0})):
        lab = gate_lab("a sentence").set(f=position)
        said = reader.load().read_many(test.texts[:200], clamp) > 0.5
        assert f"Right on {100 * np.mean(said == test.labels[:200]):.0f} % of 200 short reviews" in lab.status


def test_a_sentence_is_read_as_the_reader_reads_it():
    lab = gate_lab("a sentence")
    for position, clamp in (("learned", None), ("closed", {"f": 0.0})):
        lab.set(f=position)
        expected = reader.load().read(lab.state["sentence"], clamp)
        np.testing.assert_allclose(marks(lab)["c"].y, expected.c[:, lab.state["unit"]], atol=1e-5)
        assert f"This text: {100 * expected.probability[-1]:.0f} % positive." in lab.status
        assert f"“{expected.words[lab.state['step'] - 1]}”" in lab.shown.pictures[0].body


def test_the_answer_for_the_sequence_shown_is_that_of_its_readout():
    for name, (task, row) in TASKS.items():
        fitted, lab = cell(task), gate_lab("as learned").set(reads=name, step=1)
        p, x = weights_and_input(lab.state)
        answer = fitted.predict(x[None].astype(p.dtype))[0]
        if fitted.task.kind == "value":
            assert f"right is {scored_batch(fitted).targets[row]:.2f}".rstrip("0") in lab.status
            assert "Here it says " in lab.status
            continue
        verdict = (
            ""
            if row is None
            else ", which is right"
            if answer == scored_batch(fitted).targets[row]
            else ", which is wrong"
        )
        assert lab.status.endswith(f"Here it says {fitted.task.answers[answer]}{verdict}.")


def test_the_reach_is_that_of_the_clamped_trace():
    lab = gate_lab("how far back it reaches")
    p, x = weights_and_input(lab.state)
    inside = {"f": np.where(lab.state["from_step"] <= EVERY, lab.state["f_value"], np.nan)[:, None]}
    trace = lstm_forward(x[None].astype(p.dtype), p, clamp=inside)
    np.testing.assert_allclose(marks(lab)["h and c"].y, gradient_reach(trace, p)[0], rtol=1e-3)
    np.testing.assert_allclose(marks(lab)["c to c"].y, gradient_reach(trace, p, "c")[0], rtol=1e-3)
    free = lstm_forward(x[None].astype(p.dtype), p)
    np.testing.assert_allclose(marks(lab)["learned"].y, gradient_reach(free, p)[0], rtol=1e-3)
    assert "Of a nudge at this step, " in lab.status


def test_with_the_input_closed_what_reaches_back_along_c_is_the_product_of_the_forget_gates():
    lab = gate_lab("how far back it reaches").set(i="closed", f_value=0.9)
    np.testing.assert_allclose(marks(lab)["c to c"].y, 0.9 ** (30 - EVERY), rtol=1e-4)


def test_controls_without_effect_are_off():
    def off(lab):
        return {name for name, control in lab.controls.items() if control.disabled}

    values = {"f_value", "i_value", "o_value"}
    assert off(gate_lab("as learned")) == values | {"from_step", "extent", "sentence"}
    assert off(gate_lab()) == values | {"sentence"}
    assert off(gate_lab().set(from_step=30)) == values | {"sentence", "extent"}
    assert off(gate_lab().set(i="slider")) == values - {"i_value"} | {"sentence"}
    assert off(gate_lab("a sentence").set(sentence="")) == values | {"step", "from_step", "extent"}


def test_units_and_steps_follow_what_is_read():
    lab = gate_lab("a sentence")
    words = len(reader.load().read(lab.state["sentence"]).words)
    assert (lab.controls["unit"].max, lab.controls["step"].max) == (31, words)
    lab.set(reads="flagged recall")
    assert (lab.controls["unit"].max, lab.controls["step"].max) == (7, 30)
    assert lab.state["unit"] == 7


def test_a_text_too_long_to_draw_is_cut_and_the_picture_says_so():
    lab = gate_lab("a sentence").set(sentence="good " * 5000)
    assert len(marks(lab)["c"].y) == LONGEST
    assert "the first 100 of 5,000; the rest is not read" in lab.shown.pictures[1].body


def test_an_empty_text_is_one_unknown_word():
    lab = gate_lab("a sentence").set(sentence="")
    assert len(marks(lab)["c"].y) == 1
    assert lab.controls["step"].max == 1


def test_every_preset_says_what_it_shows():
    said = {name: gate_lab(name).status for name in PRESETS}
    for name, status in said.items():
        start = f"Unit {gate_lab(name).state['unit']}, step {gate_lab(name).state['step']}: "
        assert status.startswith(start), name
        assert "by chance " in status, name
    assert "Gates as learned: " in said["as learned"]
    assert "as learned 100 %" not in said["as learned"]
    assert "Forget at 0.5: " in said["how far back it reaches"]
    assert ": keep. " in said["all units"]
    assert "Here it says " in said["two pulses"]
    assert "Forget closed: " in said["a sentence"]
    assert "which is right" in said["a later flag counts"]


def test_what_comes_in_stands_on_the_axis_and_flags_are_marked():
    lab = gate_lab("a later flag counts")
    _, x = weights_and_input(lab.state)
    assert marks(lab)["flag"].x.tolist() == (np.flatnonzero(x[:, -1]) + 1).tolist()
    step = lab.state["step"]
    letter = "ABCD"[x[step - 1, :4].argmax()]
    assert f"Step {step} reads {letter}, flagged" in lab.shown.pictures[0].body
