"""Lesson 11: the student's own network is trained, kept, measured once, and written down honestly."""

from itertools import pairwise
from pathlib import Path

import jupytext
import numpy as np
import pytest

from lstm_teach import reader, sentiment
from lstm_teach.counting import count_lstm
from lstm_teach.vocabulary import UNKNOWN, WordVocabulary

SOURCE = Path(__file__).resolve().parents[2] / "notebooks" / "src" / "11_train_on_reviews.py"


@pytest.fixture
def ns(lesson):
    return lesson("11")


def cell_with(words):
    """The code of the lesson's cell that holds these words."""
    cells = jupytext.read(SOURCE, fmt="py:percent").cells
    return next(cell.source for cell in cells if cell.cell_type == "code" and words in cell.source)


def test_no_code_cell_has_more_than_15_lines():
    for cell in jupytext.read(SOURCE, fmt="py:percent").cells:
        if cell.cell_type == "code" and "solution" not in cell.metadata.get("tags", ()):
            lines = [line for line in cell.source.splitlines() if line.strip()]
            assert len(lines) <= 15, cell.source


def test_no_review_and_no_film_is_on_two_sides(ns):
    sides = [set(ns[name].texts) for name in ("training", "validation")]
    assert not sides[0] & sides[1]
    assert sum(map(len, sides)) == len(set(ns["train_reviews"].texts))
    if ns["training"].groups is not None:
        assert not set(ns["training"].groups) & set(ns["validation"].groups)


def test_the_vocabulary_knows_the_training_reviews_alone(ns):
    known = WordVocabulary.fit(ns["training"].texts, size=20_000)
    assert ns["vocabulary"].words == known.words
    held_back = np.concatenate(known.encode(ns["validation"].texts))
    assert ns["unknown"] == np.mean(held_back == UNKNOWN)


def test_an_unknown_word_moves_the_answer_less_than_words_of_the_vocabulary_do(ns):
    mine, texts = reader.from_keras(ns["loaded"], ns["its_words"]), ns["validation"].texts[:50]
    assert "zork" not in ns["its_words"].words
    before = mine.read_many(texts)

    def moved(word):
        return np.abs(mine.read_many([f"{text} {word}" for text in texts]) - before).mean()

    known = [moved(word) for word in ns["its_words"].words[2:302:10]]
    assert moved("zork") < np.mean(known), (moved("zork"), np.mean(known))


def test_a_batch_holds_reviews_of_about_one_length_with_the_padding_at_the_right(ns):
    batches = ns["Batches"](ns["training"])
    ids, labels = zip(*(batches[k] for k in range(len(batches))), strict=True)
    assert sum(map(len, ids)) == len(ns["training"].texts)
    assert np.concatenate(labels).sum() == ns["training"].labels.sum()
    assert all(one.shape[1] <= next_.shape[1] for one, next_ in pairwise(ids[1:]))
    assert ids[0].shape[1] == max(rows.shape[1] for rows in ids)
    for rows in ids:
        words = rows != 0
        assert not (words[:, 1:] > words[:, :-1]).any()
    assert ns["padding"][1] < ns["padding"][0] / 3


def test_what_is_predicted_stays_in_the_order_of_the_batches(ns):
    batches = ns["Batches"](ns["validation"], length=10)  # most have one length
    before, rows = list(batches.split.texts), list(batches.rows)
    ns["model"].predict(batches, verbose=0)  # Keras calls on_epoch_end
    assert batches.split.texts == before
    assert all(map(np.array_equal, batches.rows, rows))


def test_a_batch_of_another_length_may_come_late(ns):
    """Keras takes from the first two batches which sizes may differ."""
    some = ns["training"].take(np.arange(8 * ns["batch_size"]))
    texts = ["good film"] * (len(some.texts) - 1) + ["a good film that is long"]
    batches = ns["Batches"](some._replace(texts=texts))
    assert ns["model"].predict(batches, verbose=0).shape == (len(texts), 1)


def test_batches_are_made_anew_in_each_epoch_and_lose_no_review(ns):
    batches = ns["Batches"](ns["training"], mix=0.1)
    before = list(batches.split.texts)
    batches.on_epoch_end()
    assert before != batches.split.texts
    assert sorted(before) == sorted(batches.split.texts)
    encoded = ns["vocabulary"].encode(batches.split.texts)
    assert all(np.array_equal(row[-256:], kept) for row, kept in zip(encoded, batches.rows, strict=True))


def test_the_formula_counts_what_keras_counts(ns):
    assert ns["formula"] == ns["model"].count_params()
    assert ns["worked"].count_params() == 598_209
    parts = {type(layer).__name__: layer.count_params() for layer in ns["large"].layers}
    assert parts["Bidirectional"] == 2 * count_lstm(64, 64)


def test_training_again_begins_again(ns):
    first, again = ns["small"]().get_weights(), ns["small"]().get_weights()
    for one, other, trained in zip(first, again, ns["model"].get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
        assert not np.array_equal(one, trained)


def test_the_weights_of_the_lowest_validation_loss_are_kept(ns):
    loss, accuracy = ns["model"].evaluate(ns["Batches"](ns["validation"]), verbose=0)
    history = ns["history"]
    assert loss == pytest.approx(min(history["val_loss"]), abs=1e-4)
    assert accuracy == pytest.approx(history["val_accuracy"][ns["best"]], abs=1e-6)
    assert history["loss"][-1] < history["loss"][0]
    written = ns["keras"].models.load_model(ns["MINE"] / "small-best.keras")
    assert written.count_params() == ns["changed"].count_params(), "it is that of the last training"


def test_the_small_network_has_learned_something(ns):
    chance = ns["test"].labels.mean()
    assert ns["test_accuracy"] > max(chance, 1 - chance) + 0.08
    assert ns["test_accuracy"] > 0.87 or len(ns["train_reviews"].texts) < 25_000


def test_every_mistake_is_looked_at_on_validation_reviews(ns):
    asked = ns["vocabulary"].encode(ns["shown"].texts)
    assert [row[-256:].tolist() for row in asked] == [
        row.tolist() for row in ns["Batches"](ns["validation"]).rows
    ]
    assert ns["right"].mean() == pytest.approx(ns["history"]["val_accuracy"][ns["best"]], abs=1e-6)
    assert ns["by_threshold"][9] == ns["right"].mean(), "the tenth threshold is 0.5"
    for low, high in pairwise(ns["lengths"]):
        assert low <= high


def test_what_was_saved_answers_as_it_did_and_can_be_taken_apart(ns):
    texts = [*ns["validation"].texts[:20], ns["TEXT"]]
    mine = reader.from_keras(ns["loaded"], ns["its_words"])
    by_reader = np.array([mine.read(text).probability[-1] for text in texts])
    by_keras = [
        float(ns["model"].predict(ns["pad"](ns["vocabulary"].encode([text])), verbose=0)[0, 0])
        for text in texts
    ]
    np.testing.assert_allclose(by_reader, by_keras, atol=1e-5)
    assert ns["answer"] == pytest.approx(by_keras[-1], abs=1e-6)


def test_each_training_adds_a_line_to_the_runs(ns):
    lines = (ns["MINE"] / "runs.txt").read_text(encoding="utf-8").splitlines()
    assert [line.split("  ")[0] for line in lines[:2]] == ["LSTM, 32 units", "GRU, 32 units"]
    for line, model in zip(lines, (ns["model"], ns["changed"]), strict=False):
        assert f"{model.count_params():,} weights" in line


def test_the_full_network_has_the_weights_of_its_best_epoch(ns):
    loss, _ = ns["large"].evaluate(ns["watched"], verbose=0)
    assert loss == pytest.approx(min(ns["by_epoch"]["val_loss"]), abs=1e-4)


def test_the_full_run_is_a_record_of_its_own_and_a_dot_in_the_plot(ns):
    record = next(r for r in ns["records"] if r["recipe"] == "full-network")
    assert record["history"]["val_loss"] == [round(loss, 6) for loss in ns["by_epoch"]["val_loss"]]
    right = np.mean((ns["large_p"] > 0.5) == ns["asked"].split.labels)
    assert record["test_accuracy"] == pytest.approx(right, abs=1e-6)
    assert record["reviews"]["unlabelled"] == len(ns["corpus"].unlabelled[: ns["LIMIT"]])
    (name,) = sentiment.named([record])
    assert name.endswith("yours")
    assert 100 * record["test_accuracy"] in ns["tested"][name]
    assert name in [words.get_text() for words in ns["axes"].texts]
    assert right > 0.9 or len(ns["train_reviews"].texts) < 25_000


def test_another_full_run_hides_and_overwrites_nothing(ns):
    before = ns["path"].read_bytes()
    names = ("large", "corpus", "parts", "by_epoch", "large_p", "seconds", "LIMIT", "SEED")
    another = sentiment.record_by_hand("full-network", *(ns[name] for name in names))
    assert another != ns["path"]
    assert ns["path"].read_bytes() == before
    own = [r["recipe"] for r in sentiment.read_records() if r["recipe"].startswith("full-network")]
    assert sorted(own) == ["full-network", "full-network-2"]


def test_an_interrupted_full_run_goes_on_after_the_last_finished_epoch(ns, tmp_path):
    def stop(epoch, logs):
        if epoch == 1:
            raise KeyboardInterrupt

    fit = cell_with("BackupAndRestore(")
    interrupted = fit.replace("[keep,", "[keras.callbacks.LambdaCallback(on_epoch_begin=stop), keep,")
    run = {**ns, "MINE": tmp_path, "stop": stop}
    run["training"] = run["training"].take(np.arange(64))
    with pytest.raises(KeyboardInterrupt):
        exec(interrupted, run)
    exec(fit, run)
    epochs = run["large_epochs"]
    assert run["trained"].epoch == list(range(1, epochs))
    assert run["logged"]["epoch"].tolist() == list(range(epochs))
    written = sorted(
        path.name for path in tmp_path.iterdir()
    )  # the backup is gone; another corpus has other names
    weights = [f"full-sample-64-{epoch}.weights.h5" for epoch in range(1, epochs + 1)]
    assert written == sorted([*weights, "full-sample-64.csv"])
    exec(fit, run)  # a finished run begins anew
    assert run["trained"].epoch == list(range(epochs))


@pytest.mark.parametrize("patience", [1, 2, 3])
def test_the_solution_stops_where_keras_stops_and_keeps_what_keras_keeps(ns, patience):
    keras = ns["keras"]
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    for losses in np.random.default_rng(patience).uniform(0.2, 0.9, (20, 12)):
        stop = keras.callbacks.EarlyStopping("val_loss", patience=patience, restore_best_weights=True)
        stop.set_model(model)
        model.stop_training = False
        stop.on_train_begin()
        for epoch, loss in enumerate(losses, start=1):
            model.set_weights([np.full((1, 1), epoch)])
            stop.on_epoch_end(epoch - 1, {"val_loss": loss})
            if model.stop_training:
                break
        stop.on_train_end()
        assert ns["stop_early"](losses, patience) == (epoch, int(model.get_weights()[0][0, 0]))
