"""Lesson 12: what a trained reader's words, gates and units are worth, one's own reader's too."""

import numpy as np
import pytest

from lstm_teach import reader, vocabulary
from lstm_teach.cells import lstm_forward
from lstm_teach.gradients import gradient_reach
from lstm_teach.sentiment import read_records


@pytest.fixture
def ns(lesson):
    return lesson("12")


def test_ones_own_network_says_in_numpy_what_keras_says(ns):
    ids = vocabulary.pad(ns["words"].encode(ns["texts"]))
    said = ns["model"].predict(ids, verbose=0)[:, 0]
    np.testing.assert_allclose(ns["mine"].read_many(ns["texts"]), said, atol=1e-5)


def test_ones_own_network_has_learned_something(ns):
    assert ns["accuracy"](ns["mine"]) > 60


def test_ones_own_network_is_in_the_lab(ns):
    from lstm_teach.labs import reader_lab

    lab = reader_lab("as trained", reader=ns["mine"]).set(text=ns["TEXT"])
    assert f"the verdict is {ns['mine'].read(ns['TEXT']).probability[-1]:.2f}" in lab.status


def test_key_words_move_the_verdict_and_function_words_hardly_do(ns):
    lost = dict(zip(ns["spoken"], ns["lost"]["the course's"], strict=True))  # of "the", "and", "is" the last
    assert min(lost["excellent"], lost["definitely"]) > 5 * max(abs(lost[w]) for w in ("the", "and", "is"))


def test_a_word_lost_is_what_reading_without_it_costs(ns):
    words, k = ns["spoken"], ns["spoken"].index("excellent")
    for name, a in ns["readers"].items():
        without = a.read(" ".join(words[:k] + words[k + 1 :])).probability[-1]
        assert ns["lost"][name][k] == pytest.approx(a.read(ns["TEXT"]).probability[-1] - without, abs=1e-5)


def test_the_gates_are_dimmers_and_no_switches(ns):
    for values in ns["values"].values():
        for gate in "fio":
            assert np.mean((values[gate] > 0.1) & (values[gate] < 0.95)) > 0.85
        assert values["f"].mean() == pytest.approx(0.73, abs=0.08)
        assert values["i"].mean() == pytest.approx(0.5, abs=0.12)
    for gate, values in ns["values"]["the course's"].items():  # the record's are over IMDB's training reviews
        assert values.mean() == pytest.approx(np.mean(ns["record"]["means"][gate]), abs=0.05)


def test_padding_is_in_no_histogram(ns):
    for name, a in ns["readers"].items():
        words = sum(max(len(ids), 1) for ids in a.vocabulary.encode(ns["texts"]))
        assert all(values.shape == (words, a.p.n) for values in ns["values"][name].values())


def test_the_state_reaches_further_than_the_forget_gates_alone(ns):
    assert ns["kept"][-1] == pytest.approx(np.prod(ns["trace"].f[0, 1:], axis=0).max(), rel=1e-3)
    assert ns["kept"][-1] < 1e-6
    assert ns["reach"][-1] > 1


@pytest.mark.parametrize("held", ["fio", ["c_tilde"]])
def test_neither_the_candidate_alone_nor_the_gates_alone_carry_the_state_on(ns, held):
    own = {name: getattr(ns["trace"], name) for name in held}
    x = ns["r"].embedding[ns["row"]][None]
    again = lstm_forward(x, ns["r"].p, clamp=own)
    np.testing.assert_allclose(again.h, ns["trace"].h, atol=1e-5)
    assert gradient_reach(again, ns["r"].p)[0, 0] < 0.001 < 1 < ns["reach"][-1]


def test_a_linear_model_does_better_than_the_reader():
    linear = [r["test_accuracy"] for r in read_records() if r["recipe"] == "bag_of_words"]
    assert min(linear) == pytest.approx(0.91, abs=0.005)


def test_the_reach_is_felt_by_a_nudge_of_the_first_state(ns):
    """A nudge of (h, c) after word 1 along random directions moves the last state, as far as it may."""
    r, trace = ns["r"], ns["trace"]
    rng = np.random.default_rng(0)
    nudge = 1e-2 * rng.standard_normal((64, 2, r.p.n)).astype(np.float32)
    rest = np.repeat(trace.xs[:, 1:], 64, axis=0)
    moved = lstm_forward(rest, r.p, h0=trace.h[:, 0] + nudge[:, 0], c0=trace.c[:, 0] + nudge[:, 1])
    change = np.hypot(
        *(np.linalg.norm(a[:, -1] - b[:, -1], axis=1) for a, b in zip(moved[4:6], trace[4:6], strict=True))
    )
    gain = change / np.linalg.norm(nudge.reshape(64, -1), axis=1)
    assert 1e-3 < gain.max() < 1.5 * ns["reach"][-1]


def test_a_closed_input_or_output_gate_leaves_a_coin(ns):
    same_for_all = 100 * max(np.mean(ns["labels"] == 1), np.mean(ns["labels"] == 0))
    for gate in "io":
        assert ns["held"][gate][0] in (pytest.approx(same_for_all), pytest.approx(100 - same_for_all))
        assert ns["right"][gate][0] == pytest.approx(50, abs=0.1)


def test_shuffling_costs_less_than_forgetting(ns):
    on_imdb = ns["on_imdb"]
    assert on_imdb["as trained"] - on_imdb["words shuffled"] < 2
    assert on_imdb["as trained"] - on_imdb["forget gate f closed"] > 20
    trained, shuffled = ns["accuracy"](ns["r"]), ns["accuracy"](ns["r"], texts=ns["shuffled"])
    assert trained - shuffled < 5
    assert trained - ns["accuracy"](ns["r"], {"f": 0.0}) > 5
    for before, after in zip(ns["texts"], ns["shuffled"], strict=True):
        assert sorted(ns["r"].vocabulary.tokens(before)) == sorted(after.split(" "))


def test_words_without_order_or_memory_come_close_to_the_reader(ns):
    assert ns["by_words"] > ns["accuracy"](ns["r"]) - 8


def test_a_single_unit_is_nearly_as_good_as_all(ns):
    record = ns["record"]["best_unit"]["h"]
    assert record["unit"] == ns["best"]["the course's"] == 16
    assert 100 * record["test_accuracy"] == pytest.approx(ns["on_imdb"]["as trained"], abs=1)
    scores = ns["alone"]["the course's"]
    assert scores["only this unit asked"] > scores["as trained"] - 8
    assert scores["this unit silenced"] > scores["as trained"] - 8
    assert scores["all others silenced"] < scores["as trained"] - 5
    assert scores["… another threshold"] > (scores["all others silenced"] + scores["as trained"]) / 2


def test_it_hears_the_word_and_not_the_not(ns):
    says = dict(zip(ns["pairs"], ns["denied"]["the course's"], strict=True))
    assert says["The film is not bad."] < 0.5 < says["The film is not good."]
    for blame in ("The film is not bad.", "The film is not good.", "There is not a dull moment in it."):
        assert says[blame] < says[blame.replace("not ", "")]
    assert ns["kinds"]["negation"] < 50 < ns["kinds"]["plain"]


def test_one_gate_at_its_mean_costs_less_than_a_point_and_all_three_cost_seven(ns):
    on_imdb = ns["on_imdb"]
    for gate in ns["NAMES"].values():
        assert 0 < on_imdb["as trained"] - on_imdb[f"{gate} at its mean"] < 1
    assert on_imdb["as trained"] - on_imdb["all three gates at their means"] == pytest.approx(7, abs=0.5)


def test_the_exercise_builds_what_the_lab_can_open(ns):
    model = ns["build"](ns["words"].size)
    model(np.array([[1, 2, 0]]))
    assert reader.from_keras(model, ns["words"]).p.n == 12
