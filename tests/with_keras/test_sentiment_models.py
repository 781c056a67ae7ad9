"""The recipes' networks: as large as published, the same in both styles, blind to padding where claimed."""

import numpy as np
import pytest

from lstm_teach.counting import count_dense, count_embedding, count_gru, count_lstm

keras = pytest.importorskip("keras")


from lstm_teach import sentiment  # noqa: E402
from lstm_teach.sentiment.models import CELLS, PoolWords, ReverseWords  # noqa: E402

NETWORKS = [name for name, known in sentiment.RECIPES.items() if isinstance(known, sentiment.NetworkRecipe)]


def network(name, **changes):
    keras.utils.set_random_seed(7)
    return sentiment.build_model(sentiment.recipe(name, **changes))


def some_ids(rows=5, time=12, size=50, seed=0):
    """Right-padded ids of different lengths, the first row without padding."""
    rng = np.random.default_rng(seed)
    ids = rng.integers(1, size, (rows, time)).astype("int32")
    for row, length in enumerate(np.linspace(time, 1, rows).astype(int)):
        ids[row, length:] = 0
    return ids


def test_the_published_model_has_598_209_parameters_by_keras_and_by_the_formula():
    embedding, dense, readout = 8_185 * 64, 128 * 64 + 64, 64 + 1
    assert network("bilstm_subword").count_params() == 598_209
    assert embedding + 2 * int(count_lstm(64, 64)) + dense + readout == 598_209


@pytest.mark.parametrize("cell", CELLS)
def test_sequential_and_subclassed_give_the_same_predictions_from_the_same_weights(cell):
    sequential = network("two_lstm_words", cell=cell, vocabulary_size=50)
    subclassed = network("two_lstm_words", cell=cell, vocabulary_size=50, style="subclassed")
    ids = np.random.default_rng(1).integers(1, 50, (6, 80)).astype("int32")
    for weight in subclassed.weights:
        weight.assign(keras.random.normal(weight.shape, stddev=0.3))
    sequential.set_weights(subclassed.get_weights())
    np.testing.assert_allclose(sequential(ids), subclassed(ids), rtol=1e-6)
    assert np.ptp(np.asarray(sequential(ids))) > 1e-3  # not equal because nothing was read


def test_unrolling_changes_no_prediction():
    rolled = network("two_lstm_words", vocabulary_size=50, length=12)
    unrolled = network("two_lstm_words", vocabulary_size=50, length=12, unroll=True)
    unrolled.set_weights(rolled.get_weights())
    ids = some_ids()
    np.testing.assert_allclose(rolled(ids), unrolled(ids), rtol=1e-5)


@pytest.mark.parametrize("sizes", [(8,), (128, 64), (6, 5, 4)])
def test_deep_is_built_from_its_list_of_sizes(sizes):
    model = network("deep_128_64", sizes=sizes, vocabulary_size=50)
    inputs = (64, *sizes[:-1])
    expected = (
        50 * 64 + sum(int(count_lstm(m, n)) for m, n in zip(inputs, sizes, strict=True)) + sizes[-1] + 1
    )
    assert model.count_params() == expected
    dropouts = [layer for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    assert len(dropouts) == len(sizes) + 1


def test_course_equals_a_masked_bidirectional_layer_of_keras():
    model = network("course", vocabulary_size=50, units=6, embedding=4)
    table, forward, backward = (
        next(layer for layer in model.layers if isinstance(layer, keras.layers.Embedding)),
        model.get_layer("forward"),
        model.get_layer("backward"),
    )
    ids = some_ids()
    both = keras.layers.Bidirectional(keras.layers.LSTM(6, return_sequences=True))
    words = table(ids)
    both(words)
    both.set_weights(forward.get_weights() + backward.get_weights())
    h = np.asarray(both(words, mask=ids != 0))  # (batch, time, 2 units)
    lengths = (ids != 0).sum(axis=1)
    greatest = np.array([row[:length].max(axis=0) for row, length in zip(h, lengths, strict=True)])
    mean = np.array([row[:length].mean(axis=0) for row, length in zip(h, lengths, strict=True)])
    pooled = np.concatenate([greatest[:, :6], mean[:, :6], greatest[:, 6:], mean[:, 6:]], axis=1)
    weights, bias = model.layers[-1].get_weights()
    expected = 1 / (1 + np.exp(-(pooled @ weights + bias)))
    np.testing.assert_allclose(model(ids), expected, rtol=1e-5)


def test_course_gives_a_review_the_same_probability_with_any_padding():
    model = network("course", vocabulary_size=100)
    ids = some_ids()
    wider = np.pad(ids, ((0, 0), (0, 9)))
    np.testing.assert_allclose(model(ids), model(wider), rtol=1e-5)


def test_reversing_twice_gives_the_words_back_and_leaves_the_padding():
    ids = some_ids()
    once = np.asarray(ReverseWords()(ids))
    np.testing.assert_array_equal(once == 0, ids == 0)
    np.testing.assert_array_equal(once[0], ids[0, ::-1])
    np.testing.assert_array_equal(ReverseWords()(once), ids)


def test_one_direction_two_layers_and_the_last_word_equal_masked_layers_of_keras():
    model = network("course", vocabulary_size=50, units=6, embedding=4, directions=1, depth=2, pooling="last")
    ids = some_ids()
    first = keras.layers.LSTM(6, return_sequences=True)
    second = keras.layers.LSTM(6)
    words = next(layer for layer in model.layers if isinstance(layer, keras.layers.Embedding))(ids)
    second(first(words))
    first.set_weights(model.get_layer("forward").get_weights())
    second.set_weights(model.get_layer("forward1").get_weights())
    last = np.asarray(second(first(words, mask=ids != 0), mask=ids != 0))
    weights, bias = model.layers[-1].get_weights()
    np.testing.assert_allclose(model(ids), 1 / (1 + np.exp(-(last @ weights + bias))), rtol=1e-5)


def test_the_readout_begins_with_so_many_times_glorots_weights():
    keras.utils.set_random_seed(5)
    plain = network("course", units=6, readout=1.0).layers[-1].get_weights()[0]  # (24, 1)
    keras.utils.set_random_seed(5)
    twice = network("course", units=6, readout=2.0).layers[-1].get_weights()[0]
    np.testing.assert_allclose(twice, 2 * plain, rtol=1e-6)
    bound = np.sqrt(6 / (24 + 1))  # Glorot and Bengio 2010, equation 16
    assert 0.8 * bound < np.abs(plain).max() < bound


def test_pooling_leaves_padding_out():
    h = np.array([[[1.0], [3.0], [100.0]]], dtype="float32")
    np.testing.assert_allclose(PoolWords()(h, np.array([[5, 6, 0]])), [[3.0, 2.0]])


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_gives_one_probability_a_review(name):
    model = network(name, vocabulary_size=300)
    ids = np.pad(some_ids(), ((0, 0), (0, 68)))
    probabilities = np.asarray(model(ids))
    assert probabilities.shape == (5, 1)
    assert ((probabilities > 0) & (probabilities < 1)).all()


def test_a_linear_recipe_builds_no_network():
    with pytest.raises(ValueError, match="'bag_of_words' is no network's"):
        sentiment.build_model(sentiment.RECIPES["bag_of_words"])


@pytest.mark.parametrize(
    ("name", "changes", "above"),  # the embedding of 300 words
    [
        ("course", {}, 2 * count_lstm(64, 64) + count_dense(4 * 64, 1)),
        (
            "course",
            {"depth": 3, "directions": 1, "pooling": "last"},
            count_lstm(64, 64) + 2 * count_lstm(64, 64) + count_dense(64, 1),
        ),
        ("reader", {}, count_lstm(32, 32) + count_dense(32, 1)),
        ("two_lstm_words", {}, count_lstm(100, 64) + count_lstm(64, 64) + count_dense(64, 1)),
        ("two_lstm_words", {"cell": "gru"}, count_gru(100, 64) + count_gru(64, 64) + count_dense(64, 1)),
    ],
)
def test_a_network_has_as_many_parameters_as_its_formula_says(name, changes, above):
    chosen = sentiment.recipe(name, vocabulary_size=300, **changes)
    expected = count_embedding(300, chosen.model["embedding"]) + above
    assert sentiment.build_model(chosen).count_params() == expected


def test_the_reader_gives_a_review_the_same_probability_with_any_padding_and_ends_in_its_last_state():
    model = network("reader", vocabulary_size=50, units=6, embedding=4)
    ids = some_ids()
    np.testing.assert_allclose(model(ids), model(np.pad(ids, ((0, 0), (0, 9)))), rtol=1e-5)
    table, lstm, readout = (layer for layer in model.layers if layer.weights)
    plain = keras.layers.LSTM(6)
    plain(np.zeros((1, 1, 4), "float32"))
    plain.set_weights(lstm.get_weights())
    for row in ids:
        last = plain(table(row[row != 0][None]))
        np.testing.assert_allclose(model(row[None]), readout(last), rtol=1e-5)
