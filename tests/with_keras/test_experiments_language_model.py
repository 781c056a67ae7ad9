"""Predicting the next word: against Keras' own cross-entropy, on texts that can be foreseen, and resumed."""

from dataclasses import replace

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from experiments import language_model, recipes  # noqa: E402
from experiments.language_model import LanguageModel  # noqa: E402
from experiments.next_word import NextWord  # noqa: E402
from experiments.training import train  # noqa: E402
from lstm_teach import reviews  # noqa: E402
from lstm_teach.reviews import cache_dir  # noqa: E402
from lstm_teach.sentiment import checkpoints, learning  # noqa: E402
from lstm_teach.sentiment.job import Job  # noqa: E402
from lstm_teach.sentiment.network import Network, OneCycle, new_model  # noqa: E402
from lstm_teach.vocabulary import FIRST, PADDING, UNKNOWN, WordVocabulary  # noqa: E402
from tests.small_trainings import interrupt_after_an_epoch, own_folders  # noqa: E402, F401

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("own_folders")]  # nearly every test here trains

TINY = {"units": 16, "embedding": 8, "batch_size": 8, "length": 12}
TINY |= {"language_model_batch_size": 8, "language_model_learning_rate": 3e-3}
CIRCLE = ["<padding>", "<unknown>", *(f"word{k}" for k in range(10))]  # each is followed by the next


def job(folder, seed=0, say=lambda _: None):
    none = reviews.Split([], np.zeros(0, int))
    return Job(none, none, [], seed, folder, False, say, lambda name: None)


def new_network(name="course_pretrained", seed=0, **changes):
    recipe = recipes.recipe(name, **{**TINY, **changes})
    vocabulary = WordVocabulary(CIRCLE)
    return Network(recipe, vocabulary, new_model(recipe, vocabulary.size, seed))


def in_circles(count, rng):
    """Texts of 12 words, each the one after the word before it, from any word on."""
    return [FIRST + (start + np.arange(12)) % 10 for start in rng.integers(0, 10, count)]


def some_layer(rng, size=200, **how):
    """A layer with weights of every kind, states (4, 9, 5) and ids (4, 9), padding and unknown among them."""
    table = keras.layers.Embedding(size, 3)
    ids = rng.integers(FIRST, size, (4, 9)).astype("int32")
    ids[1, 6:], ids[2, 4] = PADDING, UNKNOWN
    h = rng.standard_normal((4, 9, 5)).astype("float32")
    layer = NextWord(table, **how)
    table(ids), layer(h, ids)
    for weight in (table.embeddings, layer.matrix, layer.bias):
        weight.assign(rng.standard_normal(weight.shape))
    return layer, h, ids


def all_scores(layer, h):
    """The score of every word, written out: (…, ids), minus infinity where an id is no word."""
    vectors, matrix, bias = (
        np.array(keras.ops.convert_to_numpy(w)) for w in (layer.table.embeddings, layer.matrix, layer.bias)
    )
    scores = h @ matrix @ vectors.T + bias
    scores[..., :FIRST] = -np.inf
    return scores


def cross_entropies(scores, ids):
    """Keras' own, where the next is a word; else 0."""
    following = ids[:, 1:]
    words = following >= FIRST
    found = keras.losses.sparse_categorical_crossentropy(
        np.where(words, following, FIRST), np.maximum(scores[:, :-1], -1e9), from_logits=True
    )
    return keras.ops.convert_to_numpy(found) * words


def test_with_every_word_in_the_denominator_it_is_keras_cross_entropy():
    layer, h, ids = some_layer(np.random.default_rng(0), frequent=1_000)
    expected = cross_entropies(all_scores(layer, h), ids)
    np.testing.assert_allclose(layer(h, ids), expected, rtol=1e-4, atol=1e-5)
    counted = (ids[:, 1:] >= FIRST).sum()
    np.testing.assert_allclose(layer.losses[-1], expected.sum() / counted, rtol=1e-4)
    assert counted == 4 * 8 - 3 - 1


def test_the_denominator_is_estimated_without_bias_and_the_better_the_more_is_drawn():
    errors = {}
    for drawn in (8, 128):
        layer, h, ids = some_layer(np.random.default_rng(1), frequent=20, drawn=drawn)
        words = ids[:, 1:] >= FIRST
        scores = all_scores(layer, h)
        exact = np.exp(cross_entropies(scores, ids))[words]
        found = np.stack([np.exp(layer(h, ids))[words] for _ in range(300)])  # other words every time
        off = found.mean(axis=0) / exact - 1
        errors[drawn] = found.std(axis=0) / exact
        of_the_mean = errors[drawn] / np.sqrt(len(found))
        assert (np.abs(off) < 5 * of_the_mean + 1e-4).all()
    assert (np.median(errors[128]) < 0.4 * np.median(errors[8])).all()


def test_padding_behind_a_text_changes_nothing():
    layer, h, ids = some_layer(np.random.default_rng(2), frequent=1_000)
    before = layer(h, ids)
    loss = float(layer.losses[-1])
    wider = layer(np.pad(h, [(0, 0), (0, 3), (0, 0)]), np.pad(ids, [(0, 0), (0, 3)]))
    np.testing.assert_allclose(wider[:, :8], before, rtol=1e-5, atol=1e-6)
    assert not np.any(wider[:, 8:])
    np.testing.assert_allclose(float(layer.losses[-1]), loss, rtol=1e-5)


def test_it_learns_what_follows_in_both_directions_and_the_classifier_begins_with_it(tmp_path):
    network = new_network()
    rng = np.random.default_rng(3)
    before = {layer.name: layer.get_weights() for layer in network.model.layers}
    model = LanguageModel(network)
    assert [name for name in before if name in ("forward", "backward")] == ["forward", "backward"]
    unlearned = model.perplexity(in_circles(20, rng))
    recipe = replace(network.recipe, language_model_epochs=12)
    history = model.train(in_circles(400, rng), recipe, job(tmp_path), tmp_path)
    assert unlearned > 8
    assert model.perplexity(in_circles(20, rng)) < 1.3
    assert history["loss"][-1] < 0.3 < history["loss"][0]  # of both directions, so both have learned
    [[word, probability]] = model.expects("word3 word4 word5", most=1).items()
    assert word == "word6"
    assert probability > 0.8
    moved = {
        layer.name
        for layer in network.model.layers
        for old, new in zip(before[layer.name], layer.get_weights(), strict=True)
        if np.abs(new - old).max() > 0.1
    }
    assert {"forward", "backward"} < moved
    assert len(moved) == 3  # and the embedding; the readout knows nothing yet


def test_the_perplexity_is_that_of_the_probabilities_and_these_sum_to_1():
    network = new_network()
    model = LanguageModel(network)
    rows = in_circles(3, np.random.default_rng(4))
    ids = np.stack(rows).astype("int32")
    h = model.states.predict_on_batch(ids)
    found = model.next_word.probabilities(h)
    np.testing.assert_allclose(found.sum(axis=-1), 1, rtol=1e-5)
    assert not found[..., :FIRST].any()
    expected = cross_entropies(all_scores(model.next_word, h), ids).mean()
    assert model.perplexity(rows) == pytest.approx(np.exp(expected), rel=1e-4)


@pytest.mark.parametrize("changes", [{"directions": 1}, {"depth": 2}])
def test_every_lstm_of_the_network_takes_part(changes, tmp_path):
    network = new_network(**changes)
    model = LanguageModel(network)
    names = [layer.name for layer in network.model.layers if isinstance(layer, keras.layers.LSTM)]
    assert len(model.model.outputs) == changes.get("directions", 2)
    before = {name: network.model.get_layer(name).get_weights() for name in names}
    model.train(in_circles(40, np.random.default_rng(5)), network.recipe, job(tmp_path), tmp_path)
    for name, old in before.items():
        for a, b in zip(old, network.model.get_layer(name).get_weights(), strict=True):
            assert np.abs(a - b).max() > 0


def test_it_reads_in_batches_and_at_a_rate_of_its_own(tmp_path):
    settings = {"language_model_batch_size": 4, "language_model_learning_rate": 0.02}
    network = new_network(**settings, language_model_epochs=2)
    model = LanguageModel(network)
    model.train(in_circles(38, np.random.default_rng(5)), network.recipe, job(tmp_path), tmp_path)
    optimizer = model.model.optimizer
    assert int(optimizer.iterations) == 2 * 10
    cycle = OneCycle(0.02, 2 * 10, language_model.WARM_UP)
    assert optimizer.get_config()["learning_rate"]["config"] == cycle.get_config()


def test_interrupted_it_goes_on_after_its_last_epoch_and_ends_as_if_undisturbed(tmp_path, monkeypatch):
    rows = [*in_circles(60, np.random.default_rng(6))]
    said = []

    def trained(folder, seed=1):
        network = new_network(seed=seed, language_model_epochs=3)
        model = LanguageModel(network)
        history = model.train(rows, network.recipe, job(folder, seed, said.append), folder)
        return history["loss"], network.model.get_weights()

    undisturbed, weights = trained(tmp_path / "one")
    assert len(undisturbed) == len(said) == 3
    with monkeypatch.context() as patch:
        interrupt_after_an_epoch(patch)
        with pytest.raises(KeyboardInterrupt):
            trained(tmp_path / "other")
    assert checkpoints.read(tmp_path / "other").epochs == 1
    resumed, after = trained(tmp_path / "other")
    np.testing.assert_allclose(resumed, undisturbed, rtol=1e-4)
    for a, b in zip(after, weights, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-4)


def test_perplexity_is_taken_on_validation_reviews_of_both_halves(monkeypatch, tmp_path):
    """They stand in the order of their labels: the first 500 of IMDB's are all negative."""
    asked = []
    monkeypatch.setattr(LanguageModel, "train", lambda *_, **__: {})
    monkeypatch.setattr(LanguageModel, "expects", lambda *_, **__: {})
    monkeypatch.setattr(LanguageModel, "perplexity", lambda _, rows: asked.extend(rows) or 9.0)
    network = new_network()
    for count in (2_500, 700, 40):
        asked.clear()
        rows = [np.array([2 + k]) for k in range(count)]
        language_model.learn_to_predict(network, rows, rows, job(tmp_path), learned=False)
        found = np.array([row[0] - 2 for row in asked])
        assert len(found) == len(set(found)) == min(count, 500)
        assert np.mean(found < count / 2) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(("texts", "expected"), [("training", 48), ("unlabelled", 48 + 40)])
def test_a_run_predicts_words_first_records_it_and_resumes_behind_it(texts, expected, monkeypatch):
    read = []
    learn = LanguageModel.train

    def spy(model, rows, *args, **kwargs):
        read.append(len(rows))
        return learn(model, rows, *args, **kwargs)

    monkeypatch.setattr(LanguageModel, "train", spy)
    sample = reviews.load()
    monkeypatch.setattr(reviews, "load", lambda *_, **__: replace(sample, unlabelled=sample.test.texts[:40]))
    settings = {**TINY, "vocabulary_size": 300, "validation": 0.2, "language_model": texts, "epochs": 2}
    settings["language_model_epochs"] = 2
    lines = []
    how = {"limit": 60, "progress": False, "record": False, "say": lines.append, **settings}
    run = train("course_pretrained", "sample", 0, **how)
    assert read == [expected]
    found = run.record["language_model"]
    assert found["reviews"] == expected
    assert expected < found["words"] <= 12 * expected
    assert len(found["history"]["loss"]) == len(found["history"]["processor_seconds"]) == 2
    assert 1 < found["perplexity"] < 300
    assert all(len(words) == 5 for words in found["expects"].values())
    assert any("perplexity" in line for line in lines)
    again = train("course_pretrained", "sample", 0, **how)  # finished: nothing is trained again
    assert again.record["language_model"] == found
    assert read == [expected]


def test_what_an_interrupted_run_had_read_counts_among_its_seconds(monkeypatch):
    settings = {**TINY, "vocabulary_size": 300, "language_model": "training", "epochs": 1}
    how = {"limit": 60, "progress": False, "record": False, "say": lambda _: None, **settings}

    def cut_off(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(learning, "compile_model", cut_off)  # the first thing after the language model
        with pytest.raises(KeyboardInterrupt):
            train("course_pretrained", "sample", 0, **how)
    [folder] = (cache_dir() / "checkpoints").glob("*/language_model")
    found = checkpoints.read(folder)
    found.state["history"]["seconds"] = [5_000.0]
    checkpoints.save(folder, found)
    (folder.parent / "language_model.json").unlink()
    record = train("course_pretrained", "sample", 0, **how).record
    assert record["language_model"]["history"]["seconds"] == [5_000.0]
    assert 5_000 < record["seconds_preparing"] < 5_600


def test_where_it_does_not_fit_it_says_so():
    recipe = recipes.recipe("deep_128_64", sizes=(4,), embedding=4)
    other = Network(recipe, WordVocabulary(CIRCLE), new_model(recipe, len(CIRCLE), 0))
    with pytest.raises(
        ValueError, match="network: got deep_128_64, expected one with an LSTM called 'forward'"
    ):
        LanguageModel(other)
