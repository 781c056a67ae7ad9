"""Counts against the layers themselves: Keras' `count_params()`, and PyTorch's published shapes."""

import ast
import math
from pathlib import Path

import numpy as np
import pytest

from lstm_teach import counting
from lstm_teach.counting import (
    count_dense,
    count_embedding,
    count_gru,
    count_lstm,
    count_rnn,
    gru_parts,
    lstm_parts,
    rnn_parts,
)

SIZES = [(1, 1), (1, 7), (7, 1), *map(tuple, np.random.default_rng(19).integers(1, 200, (57, 2)).tolist())]


@pytest.fixture(scope="module")
def keras():
    return pytest.importorskip("keras")


def keras_count(layer, m: int) -> int:
    layer.build((None, None, m))
    return layer.count_params()


@pytest.mark.keras
def test_counts_equal_those_of_keras_layers_of_sixty_sizes(keras):
    layers = keras.layers
    for m, n in SIZES:
        assert count_rnn(m, n) == keras_count(layers.SimpleRNN(n), m)
        assert count_lstm(m, n) == keras_count(layers.LSTM(n), m)
        assert count_gru(m, n) == keras_count(layers.GRU(n), m)
        assert count_gru(m, n, reset_after=False) == keras_count(layers.GRU(n, reset_after=False), m)
        assert count_dense(m, n) == keras_count(layers.Dense(n), m)


@pytest.mark.keras
def test_bidirectional_counts_equal_those_of_keras(keras):
    layers = keras.layers
    for m, n in SIZES[:12]:
        for count, layer in [
            (count_rnn, layers.SimpleRNN),
            (count_lstm, layers.LSTM),
            (count_gru, layers.GRU),
        ]:
            assert count(m, n, bidirectional=True) == keras_count(layers.Bidirectional(layer(n)), m)


@pytest.mark.keras
def test_parts_equal_the_sizes_of_the_weights_in_keras(keras):
    for parts, layer in [
        (rnn_parts, keras.layers.SimpleRNN),
        (lstm_parts, keras.layers.LSTM),
        (gru_parts, keras.layers.GRU),
    ]:
        built = layer(6)
        built.build((None, None, 5))
        p = parts(5, 6)
        sizes = [w.size for w in built.get_weights()]  # W, U, b over all blocks
        assert [p.blocks * p.W, p.blocks * p.U, p.blocks * p.b] == sizes


@pytest.mark.parametrize(("blocks", "count"), [(1, count_rnn), (4, count_lstm), (3, None)])
def test_two_biases_fill_the_shapes_that_pytorch_publishes(blocks, count):
    # torch.nn.RNN, LSTM and GRU, section "Variables": weight_ih_l0 (k·hidden, input),
    # weight_hh_l0 (k·hidden, hidden), bias_ih_l0 (k·hidden), bias_hh_l0 (k·hidden); k = 1, 4, 3.
    for m, n in SIZES:
        shapes = [(blocks * n, m), (blocks * n, n), (blocks * n,), (blocks * n,)]
        counted = count(m, n, biases=2) if count else count_gru(m, n)
        assert counted == sum(map(math.prod, shapes))


@pytest.mark.backends
def test_two_biases_count_what_pytorch_counts():
    from torch import nn

    for m, n in SIZES[:10]:
        for counted, layer in [
            (count_rnn(m, n, biases=2), nn.RNN(m, n)),
            (count_lstm(m, n, biases=2), nn.LSTM(m, n)),
            (count_lstm(m, n, biases=2, bidirectional=True), nn.LSTM(m, n, bidirectional=True)),
            (count_gru(m, n), nn.GRU(m, n)),
        ]:
            assert counted == sum(p.numel() for p in layer.parameters())


@pytest.mark.keras
def test_the_worked_model_has_598_209_parameters(keras):
    parts = [
        count_embedding(8185, 64),
        count_lstm(64, 64, bidirectional=True),
        count_dense(128, 64),
        count_dense(64, 1),
    ]
    assert parts == [523_840, 66_048, 8_256, 65]
    assert sum(parts) == 598_209

    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((None,)),
            layers.Embedding(8185, 64),
            layers.Bidirectional(layers.LSTM(64)),
            layers.Dense(64, "relu"),
            layers.Dense(1, "sigmoid"),
        ]
    )
    assert [layer.count_params() for layer in model.layers] == parts
    assert model.count_params() == 598_209


def test_a_second_bidirectional_layer_reads_both_halves_of_the_first():
    assert count_lstm(2 * 64, 64, bidirectional=True) == 98_816  # coverage row 19


def test_doubling_the_units_takes_33_024_to_98_816():
    assert (count_lstm(64, 64), count_lstm(64, 128)) == (33_024, 98_816)  # coverage row 18


def test_parts_add_up_to_the_total():
    p = lstm_parts(3, 5, biases=2, bidirectional=True)
    assert (p.W, p.U, p.b, p.blocks, p.directions) == (15, 25, 10, 4, 2)
    assert p.total == p.directions * p.blocks * p.block == 2 * 4 * (15 + 25 + 10)


def test_numpy_integers_give_plain_integers():
    assert type(count_lstm(np.int32(3), np.int64(5))) is int
    assert type(count_dense(np.int32(3), np.int64(5))) is int
    assert count_lstm(np.int8(100), np.int8(100)) == count_lstm(100, 100)  # no overflow in the formula
    assert count_gru(np.uint8(200), np.uint8(200)) == count_gru(200, 200)
    assert count_embedding(np.uint8(200), np.uint8(200)) == 40_000
    assert count_dense(np.uint8(200), np.uint8(200)) == 40_200


@pytest.mark.parametrize("count", [count_rnn, count_lstm, count_gru, count_dense])
@pytest.mark.parametrize("wrong", [0, -3, 64.0, "64", None, True, np.array([3, 4])])
def test_sizes_that_are_no_sizes_are_named(count, wrong):
    with pytest.raises(ValueError, match=r"^m: expected a whole number from 1 up, got "):
        count(wrong, 4)
    with pytest.raises(ValueError, match=r"^n: expected a whole number from 1 up, got "):
        count(4, wrong)


def test_an_embedding_names_its_sizes():
    with pytest.raises(ValueError, match=r"^words: .* got 0"):
        count_embedding(0, 64)
    with pytest.raises(ValueError, match=r"^features: .* got 1\.5"):
        count_embedding(8185, 1.5)


@pytest.mark.parametrize("count", [count_rnn, count_lstm])
def test_three_biases_are_refused(count):
    with pytest.raises(ValueError, match=r"^biases: expected 1 \(Keras\) or 2 \(cuDNN, PyTorch\), got 3"):
        count(4, 4, biases=3)


@pytest.mark.parametrize("wrong", [True, 1.0, "2", 0, None, np.array([1, 2])])
def test_biases_are_a_whole_number(wrong):
    for count in (count_rnn, count_lstm):
        with pytest.raises(ValueError, match=r"^biases: expected "):
            count(4, 4, biases=wrong)


@pytest.mark.parametrize("wrong", [1, 2, 0, "no", None])
def test_a_flag_is_true_or_false(wrong):
    """`count_gru(m, n, 1)` looks like one bias, and would count two."""
    with pytest.raises(ValueError, match=r"^reset_after: expected True or False, got "):
        count_gru(4, 4, wrong)
    for count in (count_rnn, count_lstm, count_gru):
        with pytest.raises(ValueError, match=r"^bidirectional: expected True or False, got "):
            count(4, 4, bidirectional=wrong)


def test_counting_imports_nothing_but_a_type():
    tree = ast.parse(Path(counting.__file__).read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert [ast.unparse(node) for node in imports] == ["from typing import NamedTuple"]
