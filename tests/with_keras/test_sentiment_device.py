"""cuDNN's conditions, by Keras' own rule; and the line that says on what a training runs."""

import itertools

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from lstm_teach import sentiment  # noqa: E402
from lstm_teach.sentiment.device import cudnn_obstacles  # noqa: E402

layers = keras.layers
NETWORKS = [name for name, known in sentiment.RECIPES.items() if isinstance(known, sentiment.NetworkRecipe)]
IDS = np.array([[4, 5, 6, 0], [7, 8, 0, 0]])  # right-padded


def model_of(*recurrent, mask=False):
    return keras.Sequential(
        [keras.Input((4,), dtype="int32"), layers.Embedding(9, 3, mask_zero=mask), *recurrent]
    )


@pytest.mark.parametrize("name", NETWORKS)
def test_every_recipe_meets_the_conditions(name):
    model = sentiment.build_model(sentiment.recipe(name, vocabulary_size=300))
    obstacles = cudnn_obstacles(model, IDS if name in ("reader", "own") else None)  # which masks
    assert obstacles  # its recurrent layers were found
    assert not any(obstacles.values()), obstacles


def test_a_gru_meets_them_and_keras_has_no_kernel_for_a_simple_rnn():
    gru = sentiment.build_model(sentiment.recipe("two_lstm_words", cell="gru", vocabulary_size=50))
    rnn = sentiment.build_model(sentiment.recipe("two_lstm_words", cell="simple_rnn", vocabulary_size=50))
    assert not any(cudnn_obstacles(gru).values())
    assert all("no cuDNN kernel for SimpleRNN" in reasons[0] for reasons in cudnn_obstacles(rnn).values())


def test_both_halves_of_a_bidirectional_layer_are_looked_at():
    found = cudnn_obstacles(model_of(layers.Bidirectional(layers.LSTM(2, unroll=True, name="one"))))
    assert found == {"forward_one": ("unroll is True",), "backward_one": ("unroll is True",)}


def test_unrolling_as_published_rules_cudnn_out():
    unrolled = sentiment.build_model(
        sentiment.recipe("two_lstm_words", unroll=True, length=4, vocabulary_size=50)
    )
    assert all(reasons == ("unroll is True",) for reasons in cudnn_obstacles(unrolled).values())


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (lambda: layers.LSTM(2, activation="relu"), "activation is relu, not tanh"),
        (lambda: layers.LSTM(2, recurrent_activation="tanh"), "recurrent_activation is tanh, not sigmoid"),
        (lambda: layers.LSTM(2, recurrent_dropout=0.1), "recurrent_dropout is 0.1"),
        (lambda: layers.LSTM(2, use_bias=False), "use_bias is False"),
        (lambda: layers.LSTM(2, use_cudnn=False), "use_cudnn is False"),
        (lambda: layers.GRU(2, reset_after=False), "reset_after is False"),
    ],
)
def test_a_broken_condition_is_named(layer, reason):
    assert list(cudnn_obstacles(model_of(layer())).values()) == [(reason,)]


def test_the_rule_for_a_layer_is_the_one_of_keras_sources():
    rule = pytest.importorskip("keras.src.backend.tensorflow.rnn")
    for activation, gate, unroll, bias, after in itertools.product(
        ("tanh", "relu"), ("sigmoid", "tanh"), (False, True), (True, False), (True, False)
    ):
        settings = {
            "activation": activation,
            "recurrent_activation": gate,
            "unroll": unroll,
            "use_bias": bias,
        }
        lstm, gru = layers.LSTM(2, **settings), layers.GRU(2, reset_after=after, **settings)
        functions = (keras.activations.get(activation), keras.activations.get(gate), unroll, bias)
        for layer, expected in (
            (lstm, rule._do_lstm_arguments_support_cudnn(*functions)),
            (gru, rule._do_gru_arguments_support_cudnn(*functions, after)),
        ):
            [reasons] = cudnn_obstacles(model_of(layer)).values()
            assert bool(reasons) != bool(expected), (settings, after, reasons)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="Keras' rule for masks on TensorFlow")
@pytest.mark.parametrize(
    ("ids", "reasons"),
    [
        (IDS, ()),
        (IDS[:, ::-1], ("masked, and the padding is not at the right",)),
        (np.array([[4, 0, 5, 6], [7, 8, 9, 1]]), ("masked, and the padding is not at the right",)),
        (np.array([[0, 0, 0, 0], [7, 8, 0, 0]]), ("masked, and a row is all padding",)),
        (None, ("masked, and no ids were given to see whether the padding is at the right",)),
    ],
)
def test_a_mask_must_be_padding_at_the_right_and_no_row_empty(ids, reasons):
    model = model_of(layers.LSTM(2, name="reader"), mask=True)
    assert cudnn_obstacles(model, ids) == {"reader": reasons}


def test_the_line_names_backend_kind_and_reason():
    device = sentiment.describe_device()
    line = str(device)
    assert line.startswith(f"device: {device.kind} (")
    assert keras.backend.backend() in line
    assert ("with cuDNN" in line) == device.cudnn
    if device.kind == "CPU":
        assert "without cuDNN: " in line
        assert "GPU" in device.why  # the reason, not the bare fact
