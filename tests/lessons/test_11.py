"""Lesson 11: figures from records, a small training, and what honesty in measuring is worth."""

import numpy as np
import pytest

from lstm_teach.sentiment import read_race, read_records


@pytest.fixture
def ns(lesson):
    return lesson("11")


def test_every_tested_run_of_a_recipe_or_a_cell_is_a_dot_and_those_with_other_changes_are_in_the_table(ns):
    tested = [
        r
        for r in read_records()
        if r["corpus"] == "imdb" and r["limit"] is None and r["test_accuracy"] is not None
    ]
    wanted = sorted(
        100 * r["test_accuracy"] for r in tested if r["changed"].keys() <= {"cell", "even_batches"}
    )
    assert len(wanted) >= len({r["recipe"] for r in tested})
    assert sorted(accuracy for accuracy, _ in ns["dots"][True]) == wanted
    assert ns["tested"] == tested
    assert len(ns["dots"][False]) == len(ns["PUBLISHED"])


def test_the_published_model_has_its_published_parameters(ns):
    assert ns["counts"] == [523_840, 66_048, 8_256, 65]
    assert ns["model"].count_params() == 598_209


def test_no_review_is_in_two_sets(ns):
    sets = [set(ns[name].texts) for name in ("training", "validation")] + [set(ns["sample"].test.texts)]
    assert not sets[0] & sets[1]
    assert sum(map(len, sets[:2])) == len(set(ns["sample"].train.texts))


def test_the_small_training_learns_its_reviews_and_leaves_the_test_alone(ns):
    history = ns["run"].record["history"]
    assert min(history["loss"]) < 0.75 * history["loss"][0]
    assert max(history["accuracy"]) > max(history["val_accuracy"])  # better on what it has seen
    assert ns["run"].record["test_accuracy"] is None
    assert ns["calm"].record["test_accuracy"] is None


def test_the_winner_is_chosen_by_validation(ns):
    kept = [min(ns[name].record["history"]["val_loss"]) for name in ("run", "calm")]
    assert min(ns["losses"]) >= min(kept)  # no epoch is better than the best
    assert ns["winner"] is (ns["run"], ns["calm"])[ns["losses"].index(min(ns["losses"]))]
    assert 0.5 < ns["final"].accuracy <= 1.0


def test_the_race_is_drawn_look_by_look_up_to_the_published_accuracy(ns):
    runs = read_race()["runs"]
    assert [line.label for line in ns["lines"]] == [run["recipe"] for run in runs]
    for line, run in zip(ns["lines"], runs, strict=True):
        last = run["seeds"][0]["reached"][-1]
        assert line.x[-1] == pytest.approx(last["processor_seconds"], abs=0.06)  # rounded to tenths
        assert line.y[-1] >= 100 * last["accuracy"] - 0.006 > max(line.y[:-1])  # rounded to hundredths
        # a chart puts what lies outside of its axes at their ends
        assert ns["x"].low <= min(line.x) < max(line.x) <= ns["x"].high
        assert ns["y"].low <= min(line.y) < max(line.y) <= ns["y"].high


def test_the_best_of_ten_lies_above_the_truth_as_theory_says(ns):
    from scipy import stats

    k = np.arange(200)
    mean = (200 - np.sum(stats.binom.cdf(k, 200, 0.8) ** 10)) / 2  # of the maximum of ten, in %
    assert ns["measured"].max(axis=1).mean() == pytest.approx(mean, abs=0.1)
    assert mean > 83


def test_the_slopes_are_those_of_the_losses(ns):
    a, step = np.log(ns["p"] / (1 - ns["p"])), 1e-5
    sigmoid = lambda x: 1 / (1 + np.exp(-x))  # noqa: E731
    for name, loss in (
        ("cross-entropy", lambda x: -np.log(1 - sigmoid(x))),
        ("squared error", lambda x: sigmoid(x) ** 2),
    ):
        measured = (loss(a + step) - loss(a - step)) / (2 * step)
        np.testing.assert_allclose(ns["slopes"][name], measured, atol=1e-6)


def test_adadelta_at_keras_default_hardly_moves(ns):
    moved = ns["moved"]
    assert moved["Adam", 0.001] == pytest.approx(0.3, rel=0.05)  # 300 steps of about the rate
    assert moved["Adadelta", 0.001] < moved["Adam", 0.001] / 100
    assert moved["Adadelta", 1.0] == pytest.approx(1000 * moved["Adadelta", 0.001], rel=0.05)


def test_what_the_notes_say_of_our_runs_is_what_the_records_say(ns):
    shown = ns["shown"]
    assert shown["best_epoch"] < len(shown["history"]["val_accuracy"]), "a rise, and a fall"
    assert shown["history"]["val_accuracy"][-1] < max(shown["history"]["val_accuracy"]) - 0.01
    assert ns["gap"]("bag_of_words") < 0.5 < 1 < ns["gap"]("course")
    published = ("bilstm_subword", "two_lstm_words", "deep_128_64")
    best = max((r for r in ns["tested"] if r["recipe"] in published), key=lambda r: r["test_accuracy"])
    assert (best["recipe"], best["settings"]["learning_rate"]) == ("deep_128_64", 1.0)


@pytest.mark.parametrize(("unroll", "compiled"), [(False, False), (True, True)])
def test_beside_a_gpu_auto_compiles_an_unrolled_lstm_and_leaves_the_other_to_cudnn(
    monkeypatch, unroll, compiled
):
    """What the notes say of `jit_compile="auto"`, in the installed Keras, with a GPU in TensorFlow's list."""
    import tensorflow as tf

    assert not _compiled(unroll)  # without a GPU
    gpu, cpu = (tf.config.PhysicalDevice(f"/physical_device:{kind}:0", kind) for kind in ("GPU", "CPU"))
    for listing in ("list_physical_devices", "list_logical_devices"):  # Keras asks both
        monkeypatch.setattr(tf.config, listing, lambda kind=None: [gpu] if kind == "GPU" else [cpu, gpu])
    assert _compiled(unroll) == compiled


def _compiled(unroll):
    """Whether Keras would compile a small LSTM by XLA."""
    import keras

    model = keras.Sequential([keras.layers.Embedding(9, 4), keras.layers.LSTM(4, unroll=unroll)])
    model.compile("adam", "mse")
    return model.jit_compile
