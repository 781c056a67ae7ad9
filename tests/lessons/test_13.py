"""Lesson 13: what is said of figures, against records, theory, Keras and IMDB's own counts."""

import json
from pathlib import Path

import jupytext
import numpy as np
import pytest

from experiments.pairs import compared, unpacked
from lstm_teach import data_dir, reviews
from lstm_teach.sentiment import PUBLISHED, named, read_race, read_records, write_record
from lstm_teach.sentiment.readings import read_readings

SOURCE = Path(__file__).resolve().parents[2] / "notebooks" / "src" / "13_when_a_figure_lies.py"


@pytest.fixture
def ns(lesson):
    return lesson("13")


def test_every_tested_run_has_a_dot_an_older_one_where_no_newer_is_and_so_has_every_published_figure(
    ns,
):
    tested = [r for r in read_records() if r["corpus"] == "imdb" and r["reviews"]["test"] == 25_000]
    plain = [r for r in tested if r["changed"].keys() <= {"cell", "even_batches"}]
    by_film = [(r["recipe"], r["changed"]) for r in plain if r["split"] == "film"]
    wanted = sorted(
        100 * r["test_accuracy"]
        for r in plain
        if r["split"] == "film" or (r["recipe"], r["changed"]) not in by_film
    )
    assert sorted(value for values in ns["ours"].values() for value in values) == wanted
    assert {name: values[0] for name, values in ns["published"].items()} == PUBLISHED


def test_a_run_of_your_own_with_changed_settings_joins_the_picture_by_its_name(ns, tmp_path, monkeypatch):
    theirs = next(r for r in ns["tested"] if (r["recipe"], r["split"]) == ("course", "film"))
    own = {**theirs, "changed": {"units": 128}, "settings": {**theirs["settings"], "units": 128}}
    write_record(own, tmp_path)
    monkeypatch.setenv("LSTM_TEACH_RECORDS", str(tmp_path))
    cells = jupytext.read(SOURCE, fmt="py:percent").cells
    first, picture = (next(c for c in cells if c.source.startswith(start)) for start in ("import", "rows = "))
    again = {}
    exec(first.source, again)
    exec(picture.source, again)
    label = "course, units 128, split by film, yours"
    assert again["rows"][label] == [100 * theirs["test_accuracy"]]
    assert label in [words.get_text() for words in again["axes"].texts]
    assert again["rows"].keys() - {label} == {**ns["published"], **ns["ours"]}.keys()


def test_no_network_beats_most_networks_that_see_labels_alone(ns):
    linear = min(values[0] for name, values in ns["ours"].items() if "no network" in name)
    more = "unlabelled", "pretrained", "taught", "ensemble", "mixture", "gpu_vat"  # read more texts
    networks = {
        name: max(values)
        for name, values in {**ns["published"], **ns["ours"]}.items()
        if "no network" not in name and not any(word in name for word in more)
    }
    assert sum(value < linear for value in networks.values()) >= len(networks) - 1  # but for oh-2LSTMp


def test_our_run_of_the_published_network_rises_and_falls_and_its_validation_loss_rises_again(ns):
    history, best = ns["run"]["history"], ns["run"]["best_epoch"]
    assert 1 < best < len(history["val_accuracy"])
    assert history["val_accuracy"][-1] < max(history["val_accuracy"]) - 0.01
    assert history["val_loss"][-1] > 1.2 * min(history["val_loss"])
    assert history["loss"][-1] == min(history["loss"])


def test_the_best_of_ten_lies_above_the_truth_as_theory_says(ns):
    from scipy import stats

    k = np.arange(200)
    mean = (200 - np.sum(stats.binom.cdf(k, 200, 0.8) ** 10)) / 2  # of the maximum of ten, in %
    assert ns["means"]["the best of ten"] == pytest.approx(mean, abs=0.1)
    assert ns["means"]["one epoch"] == pytest.approx(80, abs=0.1)
    assert 83.5 < mean < 84.5


def test_the_twelve_ideas_are_compared_review_by_review_as_on_the_results_page(ns):
    runs = {}
    for r in ns["ideas"]:
        runs.setdefault(ns["difference"](r, ns["base"]), []).append(unpacked(r["right"], 2_500))
    first = runs.pop("")
    assert ns["ends"].keys() == runs.keys()
    assert len(runs) == 12
    for name, found in runs.items():
        assert len(found) == 3
        pair = compared(first, found)
        assert ns["ends"][name] == pytest.approx([pair.low, pair.points, pair.high])


def test_what_the_text_says_of_the_twelve_ideas(ns):
    assert (len(ns["beyond"]), len(ns["sure"])) == (3, 8)
    assert max(ns["worth"][name] for name in ns["sure"]) < 0  # not one is better for certain
    assert "units 64" not in ns["sure"]
    worth = ns["worth"]["loss mean_squared_error"], ns["worth"]["optimizer adadelta, learning_rate 1.0"]
    assert worth == pytest.approx((-0.1, -3.7), abs=0.05)  # as in the notes
    two = np.random.default_rng(0).binomial(2_500, ns["share"], (2, 100_000)) / 25
    assert np.mean(abs(two[0] - two[1]) > ns["noise"]) == pytest.approx(0.05, abs=0.01)


def test_the_readings_are_those_of_the_course_and_the_best_so_far_only_rises(ns):
    assert len(ns["readings"]) == len(read_readings(data_dir() / "runs")) + len(read_readings())
    assert (np.diff(ns["so_far"]) >= 0).all()
    assert ns["so_far"][-1] == ns["figure"].max()
    assert sum(ns["twice"]) == 392
    shipped = read_readings(data_dir() / "runs")
    assert sum(reading["recipe"].startswith("lesson-11") for reading in shipped) == 9  # "nine times"


def test_the_film_alone_beats_our_run_of_a_published_lstm_on_random_reviews_and_is_a_coin_on_whole_films(ns):
    random, films = ns["right"].values()
    assert min(random) > 100 * ns["lstm"]
    assert ns["lstm"] == pytest.approx(0.856, abs=5e-4)
    assert np.mean(random) == pytest.approx(86.7, abs=1)  # data/runs/film_only
    assert films == pytest.approx(50, abs=0.5)
    known = [values.mean() for values in ns["known"].values()]
    assert known[0] == pytest.approx(97, abs=1)
    assert known[1] == 0


def test_the_shipped_counts_lead_to_the_same_as_the_record_of_the_real_reviews(ns):
    films = reviews.imdb_films()
    recorded = {r["split"]: r["val_accuracy"] for r in read_records() if r["recipe"] == "film_only"}
    for by, split, error in (("random", "random", 0.02), ("group", "film", 0.001)):
        right, _ = ns["film_only"](*reviews.validation_split(films, 0.1, 1, by=by))
        assert right == pytest.approx(recorded[split], abs=error)


def test_validation_lies_above_the_test_only_where_the_films_are_known(ns):
    mean = {name: np.mean(values) for name, values in ns["gaps"].items()}
    assert mean["course"] > 1
    assert mean["course, split by film"] < 0.1
    assert mean["bag_of_words, split by film"] < mean["bag_of_words"] < 0.5
    assert set(mean) <= set(named(ns["tested"]))


def test_the_slopes_are_those_of_the_losses(ns):
    a, step = np.log(ns["p"] / (1 - ns["p"])), 1e-5
    sigmoid = lambda x: 1 / (1 + np.exp(-x))  # noqa: E731
    for name, loss in (
        ("cross-entropy", lambda x: -np.log(1 - sigmoid(x))),
        ("squared error", lambda x: sigmoid(x) ** 2),
    ):
        measured = (loss(a + step) - loss(a - step)) / (2 * step)
        np.testing.assert_allclose(ns["slopes"][name], measured, atol=1e-6)


def test_weights_are_carried_as_far_as_keras_carries_them(ns):
    keras = pytest.importorskip("keras")
    for words, path in ns["carried"].items():
        name, rate = words.split(", rate ")
        weight, optimizer = keras.Variable(0.0), getattr(keras.optimizers, name)(float(rate))
        for _ in ns["steps"]:
            optimizer.apply([keras.ops.ones(())], [weight])
        assert path[-1] == pytest.approx(-float(weight.value), rel=1e-3)
    assert ns["carried"]["Adadelta, rate 0.001"][-1] < ns["carried"]["Adam, rate 0.001"][-1] / 100


def test_the_article_s_network_learns_at_the_paper_s_rate_and_not_at_keras(ns):
    runs = [
        r for r in read_records() if (r["recipe"], r["settings"].get("learning_rate")) == ("deep_128_64", 1)
    ]
    assert all(0.86 < r["test_accuracy"] < 0.87 for r in runs)
    after_two = [r["history"]["val_accuracy"][1] for r in runs]
    assert (min(after_two), max(after_two)) == pytest.approx((0.69, 0.78), abs=0.005)  # as the notes say
    assert ns["rates"][0.001] == [pytest.approx(0.5, abs=0.02)]


def test_unrolled_the_first_batch_costs_several_times_as_much_and_cudnn_is_ruled_out(ns):
    looped, unrolled = (ns["unrolling"][how] for how in ("looped", "unrolled"))
    assert 4 < np.mean(unrolled["first batch"]) / np.mean(looped["first batch"]) < 6
    assert np.mean(unrolled["a later batch"]) < np.mean(looped["a later batch"])
    record = json.loads((data_dir() / "unrolling.json").read_text(encoding="utf-8"))
    assert record["cudnn_obstacles"] == {"looped": [], "unrolled": ["unroll is True"]}


NAMED = {
    "bilstm_subword, mixed": "bilstm_subword, even_batches False",
    "bilstm_subword, even": "bilstm_subword, even_batches True",
    "two_lstm_words, unrolled": "two_lstm_words, unroll True",
    "two_lstm_words, looped": "two_lstm_words, unroll False",
    "course, counts": "course, vectors None, log_count_ratios True",
    "course": "course",
}


def test_the_race_is_told_as_it_was_recorded(ns):
    runs = {run["recipe"]: run for run in read_race()["runs"]}
    assert ns["race"] == {name: runs[recipe]["seeds"] for name, recipe in NAMED.items()}
    for name, took in ns["took"].items():
        for goal, seconds in zip(runs[NAMED[name]]["reached"], took.T, strict=True):
            if goal["processor_seconds"] is None:
                assert np.isnan(seconds).any()
            else:
                assert seconds.mean() == pytest.approx(goal["processor_seconds"], rel=1e-3)
        if name in ns["ratios"]:
            interval = runs[NAMED[name]]["reached"][0]["ratio_interval"]
            assert ns["ratios"][name] == pytest.approx(interval, rel=0.03)


def test_what_the_text_says_of_the_race(ns):
    took = {name: seconds[:, 0].mean() for name, seconds in ns["took"].items()}
    mixed, even, unrolled, looped, *ours = ns["names"]
    assert max(took[name] for name in ours) < min(took[name] for name in (even, unrolled, looped))
    assert took[unrolled] / took["course"] == pytest.approx(7.6, abs=0.05)
    assert took[looped] / took["course"] == pytest.approx(5.4, abs=0.05)
    first = ns["batches"]["first batch, unrolled"]
    assert ns["waits"] == pytest.approx(np.mean(first), abs=3)  # after each of three passes
    assert np.isnan(ns["took"][unrolled][:, 1]).all()
    assert np.isnan(ns["took"][looped][:, 1]).all()
    [one] = ns["race"][mixed]
    best = np.maximum.accumulate(one["looks"]["accuracy"])
    assert (best - one["looks"]["accuracy"]).max() > 0.2  # it fell back to a coin's
    assert np.isnan(ns["took"][mixed]).all()
    assert np.isfinite(ns["took"][even]).all()


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
