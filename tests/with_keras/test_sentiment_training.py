"""Training on the shipped sample: it learns, keeps its best weights, stops, records, resumes when killed."""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from lstm_teach import reviews, sentiment  # noqa: E402
from lstm_teach.sentiment import checkpoints, learning, network, parts  # noqa: E402
from lstm_teach.sentiment.job import Job  # noqa: E402
from lstm_teach.sentiment.learning import BestEpoch  # noqa: E402
from lstm_teach.sentiment.vectors import word_vectors  # noqa: E402
from lstm_teach.vocabulary import WordVocabulary  # noqa: E402
from tests.small_trainings import (  # noqa: E402
    TINY,
    interrupt_after_an_epoch,
    is_resumed_exactly_after_a_kill,
    own_folders,  # noqa: F401
    quiet,
)

LEARNS = {**TINY, "learning_rate": 0.03, "epochs": 10}
ARCHIVE = Path(__file__).resolve().parents[3] / "shared" / "imdb" / "aclImdb_v1.tar.gz"

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("own_folders")]  # nearly every test here trains


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    """One finished run of `course` on the sample: (run, the lines it said, its cache folder)."""
    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LSTM_TEACH_CACHE", str(cache))
        run, lines = quiet("course", seed=1, **LEARNS)
    return run, lines, cache


def test_course_learns_the_sample(learned):
    run, _, _ = learned
    assert run.record["test_accuracy"] > 0.7  # half of it is positive
    history = run.record["history"]
    assert history["loss"][-1] < history["loss"][0]


def test_the_device_is_said_first_and_then_the_seeds(learned):
    _, lines, _ = learned
    assert lines[0] == str(sentiment.describe_device())
    assert any(line.startswith("seed 1;") for line in lines)


def test_the_record_has_the_designs_keys_and_its_figures_are_those_of_the_classifier(learned):
    run, _, _ = learned
    corpus = reviews.load()
    record = run.record
    assert record["corpus_checksum"] == corpus.checksum
    found = sentiment.evaluate(run.classifier, corpus.test)
    assert record["test_accuracy"] == pytest.approx(found.accuracy, abs=1e-6)
    assert record["test_auc"] == pytest.approx(found.auc, abs=1e-5)
    assert record["calibration_error"] == pytest.approx(found.calibration_error, abs=1e-5)
    assert record["confusion"] == found.confusion
    assert record["reviews"]["test"] == len(corpus.test.texts)
    assert record["parameters"] == run.classifier.model.count_params()
    assert record["seed"] == 1
    assert record["backend"] == keras.backend.backend()
    assert record["versions"]["keras"] == keras.__version__
    assert len(record["history"]["seconds"]) == record["settings"]["epochs"] == 10


def test_the_best_weights_are_the_ones_kept(learned):
    run, _, _ = learned
    train = reviews.load().train
    _, validation = reviews.validation_split(train, TINY["validation"], parts.SPLIT_SEED)
    accuracy, loss = (run.record["history"][name] for name in ("val_accuracy", "val_loss"))
    best = max(range(len(loss)), key=lambda epoch: (accuracy[epoch], -loss[epoch]))
    assert run.record["best_epoch"] == 1 + best
    assert sentiment.evaluate(run.classifier, validation).accuracy == pytest.approx(max(accuracy), abs=1e-6)


def test_of_epochs_with_the_same_accuracy_the_one_with_the_lower_loss_is_kept_and_training_goes_on():
    """As on a small table: few validation texts are right together, while the loss still falls."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    best = BestEpoch(patience=2)
    best.set_model(model)
    best.on_train_begin()
    for epoch, (accuracy, loss) in enumerate([(0.5, 0.7), (0.5, 0.6), (0.5, 0.5), (0.5, 0.4), (0.4, 0.1)]):
        best.on_epoch_end(epoch, {"val_accuracy": accuracy, "val_loss": loss})
    assert best.best_epoch == 3
    assert best.wait == 1


def test_validation_reviews_are_whole_films_where_they_are_known_and_at_random_if_so_asked(monkeypatch):
    sample = reviews.load()
    films = np.arange(len(sample.train.texts)) // 4
    imdb = replace(sample, name="imdb", train=sample.train._replace(groups=films))
    monkeypatch.setattr(reviews, "load", lambda *_, **__: imdb)
    small = {"limit": 200, "record": False, "test": False}
    by_film, _ = quiet("bag_of_words", "imdb", **small)
    at_random, _ = quiet("bag_of_words", "imdb", split="random", **small)  # and is not the first one's
    assert [run.record["split"] for run in (by_film, at_random)] == ["film", "random"]
    divided = parts.divided(imdb, 0.1, 200, "film")
    assert not set(divided.training.groups) & set(divided.validation.groups)
    assert parts.split_of(sample) == "random"
    assert parts.split_of(replace(imdb, name="mine.csv")) == "group"
    with pytest.raises(ValueError, match="split: got 'film', expected random of sample"):
        parts.split_of(sample, "film")


def test_a_run_that_was_not_tested_does_not_replace_the_record_of_one_that_was(tmp_path, monkeypatch):
    small = {"limit": 60, "record": True}
    run, _ = quiet("bag_of_words", **small)
    assert run.path.name == "bag_of_words-limit_60-sample-seed0-scikit-learn.json"
    monkeypatch.setenv("LSTM_TEACH_CACHE", str(tmp_path / "another"))
    with pytest.raises(ValueError, match="was tested; a run that was not tested does not replace it"):
        quiet("bag_of_words", test=False, **small)
    assert json.loads(run.path.read_text()) == run.record


def test_the_time_that_preparing_took_is_kept_when_an_interrupted_run_goes_on(tmp_path, monkeypatch):
    settings = {**TINY, "limit": 60, "epochs": 2, "test": False}
    take = checkpoints.save

    def save_and_stop(folder, checkpoint):
        take(folder, checkpoint._replace(state={**checkpoint.state, "seconds_preparing": 1234.5}))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, "save", save_and_stop)
        with pytest.raises(KeyboardInterrupt):
            quiet("course", **settings)
    run, _ = quiet("course", **settings)
    assert run.record["resumed_after"] == [1]
    assert run.record["seconds_preparing"] == 1234.5


def test_a_small_run_is_not_recorded_unless_asked(learned, tmp_path, monkeypatch):
    run, _, cache = learned
    assert run.path is None
    monkeypatch.setenv("LSTM_TEACH_CACHE", str(cache))
    recorded, _ = quiet("course", seed=1, record=True, **LEARNS)
    assert recorded.path.parent == tmp_path / "runs"
    assert json.loads(recorded.path.read_text()) == run.record


def test_a_finished_run_is_given_back_without_training(learned, monkeypatch):
    run, _, cache = learned
    monkeypatch.setenv("LSTM_TEACH_CACHE", str(cache))
    monkeypatch.setattr(keras.Model, "fit", lambda *_, **__: pytest.fail("trained again"))
    again, lines = quiet("course", seed=1, **LEARNS)
    assert again.record == run.record
    assert any("this run is finished" in line for line in lines)
    texts = reviews.load().test.texts[:20]
    np.testing.assert_allclose(again.classifier.predict(texts), run.classifier.predict(texts), rtol=1e-5)


def test_a_prediction_does_not_depend_on_the_other_texts(learned):
    run, _, _ = learned
    texts = [*reviews.load().test.texts[:9], ""]
    together = run.classifier.predict(texts)
    alone = np.concatenate([run.classifier.predict([text]) for text in texts])
    np.testing.assert_allclose(together, alone, rtol=1e-4)
    assert run.classifier.predict([]).shape == (0,)


def test_keras_bar_is_shown_only_where_progress_is_asked_for_and_each_epoch_is_said_in_a_line(capsys):
    for progress in (True, False):
        asked = {**TINY, "epochs": 1, "progress": progress}
        _, lines = quiet("course", limit=60, test=False, fresh=True, **asked)
        assert ("step" in capsys.readouterr().out) == progress
        assert [line for line in lines if line.startswith("epoch 1/1: loss ")]


def test_training_stops_when_validation_gets_no_better_and_the_test_reviews_can_be_left_alone():
    frozen = {**TINY, "learning_rate": 1e-12, "schedule": "constant", "epochs": 9, "patience": 2}
    run, lines = quiet("course", limit=60, test=False, **frozen)
    assert run.record["best_epoch"] == 1  # nothing is learned, so no later epoch is better
    assert len(run.record["history"]["loss"]) == 3
    assert any("no better validation accuracy in 2 epochs" in line for line in lines)
    assert run.record["test_accuracy"] is None
    assert "test reviews not touched" in lines[-1]
    tested, _ = quiet("course", limit=60, **frozen)  # now they are, without training again
    assert tested.record["history"] == run.record["history"]
    assert tested.record["test_accuracy"] is not None


def test_a_limit_takes_as_many_positive_as_negative_reviews_and_the_same_ones_again():
    train = reviews.load().train
    some, again = parts.some(train, 60), parts.some(train, 60)
    assert len(some.texts) == 60
    assert some.labels.sum() == 30
    assert some.texts == again.texts
    assert parts.some(train, 10**9) is train


@pytest.mark.parametrize("warm_up", [0.3, 0.1])
def test_the_one_cycle_rises_to_its_peak_and_falls_to_nothing(warm_up):
    cycle = network.OneCycle(peak=2.0, steps=100, warm_up=warm_up)
    rates = np.array([float(cycle(step)) for step in range(101)])
    expected = np.interp(range(101), [0, 100 * warm_up, 100], [0.2, 2.0, 0.0])
    np.testing.assert_allclose(rates, expected, atol=1e-5)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    network.compile_model(model, sentiment.recipe("course", epochs=2, learning_rate=2.0, warm_up=warm_up), 50)
    assert model.optimizer.get_config()["learning_rate"]["config"] == cycle.get_config()


def test_a_network_begins_with_the_word_vectors_of_its_texts():
    recipe = sentiment.recipe("course", **TINY, window=2, subsampling=1e-3)
    texts = reviews.load().train.texts
    vocabulary = WordVocabulary.fit(texts, 500)
    rows = vocabulary.encode(texts)
    model = network.new_model(recipe, vocabulary.size, seed=3)
    network.begin_with_vectors(model, recipe, rows, seed=3)
    expected = word_vectors(rows, vocabulary.size, 8, seed=3, window=2, subsampling=1e-3)
    np.testing.assert_allclose(table_of(model), expected, rtol=1e-3, atol=1e-4)


def test_unlabelled_texts_take_part_in_the_word_vectors_if_the_recipe_says_so(tmp_path):
    corpus = reviews.load()
    more = ["a film that nobody has labelled"] * 9
    job = Job(corpus.train, corpus.test, more, 3, tmp_path, False, lambda line: None, lambda name: None)
    recipe = sentiment.recipe("course", **TINY, vectors="unlabelled", window=2, subsampling=1e-3)
    ready = learning.prepare(recipe, job)
    vocabulary = ready.network.vocabulary
    texts = vocabulary.encode(corpus.train.texts) + vocabulary.encode(more)
    expected = word_vectors(texts, vocabulary.size, 8, seed=3, window=2, subsampling=1e-3)
    np.testing.assert_allclose(table_of(ready.network.model), expected, rtol=1e-3, atol=1e-4)


def table_of(model):
    return next(layer for layer in model.layers if isinstance(layer, keras.layers.Embedding)).get_weights()[0]


def test_a_label_that_is_a_probability_counts_by_its_side():
    found = network.same_side(np.array([0.0, 0.2, 0.9, 1.0]), np.array([0.1, 0.8, 0.6, 0.3]))
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(found), [1, 0, 1, 0])


@pytest.mark.parametrize(("clip", "shrunk"), [(1e-3, True), (None, False)])
def test_the_gradient_is_clipped_to_the_recipes_norm(clip, shrunk):
    recipe = sentiment.recipe(
        "course", optimizer="sgd", schedule="constant", learning_rate=1.0, clip_norm=clip
    )
    weight = keras.Sequential(
        [keras.Input((1,)), keras.layers.Dense(1, "sigmoid", use_bias=False, kernel_initializer="zeros")]
    )
    network.compile_model(weight, recipe, batches=1)
    weight.fit(np.ones((1, 1)), np.ones((1, 1)), verbose=0)
    moved = abs(float(weight.get_weights()[0][0, 0]))
    assert moved == pytest.approx(1e-3, rel=1e-3) if shrunk else moved > 0.1


def test_bag_of_words_learns_the_sample_and_is_recorded_like_a_network(learned):
    run, lines = quiet("bag_of_words", seed=1)
    assert run.record["test_accuracy"] > 0.7
    assert run.record.keys() == learned[0].record.keys()
    assert lines[0].startswith("device: CPU")
    assert run.record["backend"] == "scikit-learn"


def test_the_ratios_of_bag_of_words_are_those_of_wang_and_manning():
    from scipy.sparse import csr_matrix

    from lstm_teach.sentiment.bag_of_words import log_count_ratios

    counts = csr_matrix(np.array([[1, 1, 0], [1, 0, 0], [0, 1, 1]]))
    found = log_count_ratios(counts, np.array([1, 1, 0]))
    # smoothed counts: positive 3, 2, 1 of 6; negative 1, 2, 2 of 5
    np.testing.assert_allclose(
        found, np.log([(3 / 6) / (1 / 5), (2 / 6) / (2 / 5), (1 / 6) / (2 / 5)]), rtol=1e-6
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"recipe": "corse"}, "recipe: got 'corse'"),
        ({"corpus": "imbd"}, "got 'imbd'"),
        ({"limit": 3}, "limit: got 3"),
        ({"unitss": 3}, "did you mean 'units'"),
    ],
)
def test_what_cannot_be_trained_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        quiet(**arguments)


def test_a_run_of_other_settings_is_not_resumed_but_named_and_fresh_starts_anew(monkeypatch):
    settings = {**TINY, "epochs": 2, "limit": 60, "test": False}
    with monkeypatch.context() as patch:
        interrupt_after_an_epoch(patch)
        with pytest.raises(KeyboardInterrupt):
            quiet("course", **settings)
    _, other = quiet("course", **{**settings, "units": 7})
    [line] = [line for line in other if line.startswith("not resumed: checkpoint course-sample-seed0-")]
    assert "(units 8, now 7)" in line
    assert not any(line.startswith("resumed") for line in other)
    _, fresh = quiet("course", fresh=True, **settings)
    assert not any("resumed" in line for line in fresh)


def test_a_damaged_checkpoint_is_named_and_fresh_gets_past_it(tmp_path):
    settings = {**TINY, "epochs": 1}
    quiet("course", limit=60, **settings)
    [path] = (tmp_path / "cache").rglob("checkpoint.npz")
    path.write_bytes(path.read_bytes()[:2_000])
    with pytest.raises(ValueError, match=r"course-sample-seed0-.* is damaged .*--fresh"):
        quiet("course", limit=60, **settings)
    run, _ = quiet("course", limit=60, fresh=True, **settings)
    assert len(run.record["history"]["loss"]) == 1


def test_a_checkpoint_that_cannot_be_written_leaves_the_older_one(tmp_path, monkeypatch):
    older = checkpoints.Checkpoint({"history": {"loss": [0.5]}}, {"variables": [np.arange(3)]})
    checkpoints.save(tmp_path, older)
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        checkpoints.save(tmp_path, checkpoints.Checkpoint({}, {"variables": [np.arange(4)]}))
    assert checkpoints.read(tmp_path).epochs == 1
    np.testing.assert_array_equal(checkpoints.read(tmp_path).arrays["variables"][0], np.arange(3))
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.npz"]


def test_what_a_killed_process_left_half_written_is_cleared_away_once_it_is_old(tmp_path):
    old, young = tmp_path / ".checkpoint.npz.old", tmp_path / ".checkpoint.npz.young"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert checkpoints.read(tmp_path) is None
    assert not old.exists()
    assert young.exists()


def test_a_checkpoint_keeps_more_than_ten_arrays_in_order(tmp_path):
    arrays = [np.full(2, i) for i in range(25)]
    checkpoints.save(
        tmp_path,
        checkpoints.Checkpoint({"history": {"loss": [0.5]}}, {"variables": arrays, "best": arrays[::-1]}),
    )
    loaded = checkpoints.read(tmp_path).arrays
    np.testing.assert_array_equal(loaded["variables"], arrays)
    np.testing.assert_array_equal(loaded["best"], arrays[::-1])


def test_killed_in_the_middle_of_an_epoch_it_repeats_the_epoch_and_ends_with_the_same_record(tmp_path):
    is_resumed_exactly_after_a_kill(tmp_path, "tensorflow")


@pytest.mark.slow
@pytest.mark.skipif(not ARCHIVE.exists(), reason="the real archive does not lie in ../shared/imdb")
def test_a_slice_of_the_real_reviews_is_learned():
    unhindered = {
        "learning_rate": 0.01,
        "word_dropout": 0.0,
        "embedding_dropout": 0.0,
    }  # 2,000 reviews are few
    for name, settings in (
        ("bag_of_words", {}),
        ("course", {"epochs": 3, "length": 100, "units": 16, **unhindered}),
    ):
        run, _ = quiet(name, "imdb", source=ARCHIVE, limit=2_000, validation=0.2, **settings)
        assert run.record["test_accuracy"] > 0.68, name  # beforehand, course: 0.73 to 0.74 for three seeds
        assert run.record["reviews"]["test"] == 2_000
        assert run.path is None
