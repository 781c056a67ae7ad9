"""What one Keras layer computes, as a cell's parameters, or why no cell here computes it."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import ACTIVATIONS, GRUParams, LSTMParams, Params, RNNParams

_LAYERS = (keras.layers.SimpleRNN, keras.layers.LSTM, keras.layers.GRU, keras.layers.RNN)
# Keras has some functions under two names. Functions from elsewhere are refused, whatever they are called.
_NAMES: dict[Callable[..., Any], str] = {
    getattr(home, name): name
    for home in (keras.activations, keras.ops)
    for name in (*ACTIVATIONS, "sigmoid")
    if hasattr(home, name)
}


def layer_params(layer: keras.layers.Layer, backwards: bool = False) -> Params:
    """Return the parameters of one direction."""
    cell = getattr(layer, "cell", None)
    make = _MAKERS.get(type(cell))
    if type(layer) not in _LAYERS or cell is None or make is None:
        raise ValueError(
            "layer: expected a Keras SimpleRNN, LSTM, GRU, or Bidirectional of one of them, and no subclass, "
            f"which may compute anything; got {type(layer).__name__}"
            + (f" of {type(cell).__name__}" if cell is not None else "")
        )
    check_methods(layer)
    check_methods(cell)
    if not cell.built:
        raise ValueError(
            f"layer: {layer.name!r} is not built, so it has no weights yet; "
            "call it once on a batch, or layer.build((None, None, features))"
        )
    if layer.go_backwards != backwards:
        raise ValueError(
            f"layer: {layer.name!r} has go_backwards={layer.go_backwards}, which parameters cannot say; "
            "make it without, and hand it the sequence turned round, xs[:, ::-1]"
        )
    return make(cell)


def check_methods(part: keras.layers.Layer) -> None:
    """Raise a ValueError if somebody put another method into this one layer or cell."""
    for method in ("call", "inner_loop", "__call__"):
        if method in vars(part):
            raise ValueError(f"layer: {part.name!r} has a {method} of its own, which may compute anything")


def _rnn(cell: keras.layers.SimpleRNNCell) -> RNNParams:
    W, U, b = _weights(cell)
    return RNNParams(W, U, b, _activation(cell, "activation", *ACTIVATIONS))


def _lstm(cell: keras.layers.LSTMCell) -> LSTMParams:
    _activation(cell, "activation", "tanh")
    _activation(cell, "recurrent_activation", "sigmoid")
    W, U, b = _weights(cell)
    return LSTMParams(W, U, b)


def _gru(cell: keras.layers.GRUCell) -> GRUParams:
    _activation(cell, "activation", "tanh")
    _activation(cell, "recurrent_activation", "sigmoid")
    W, U, b = _weights(cell, biases=2 if cell.reset_after else 1)
    return GRUParams(W, U, b, bool(cell.reset_after))


_MAKERS: dict[type, Callable[[Any], Params]] = {
    keras.layers.SimpleRNNCell: _rnn,
    keras.layers.LSTMCell: _lstm,
    keras.layers.GRUCell: _gru,
}


def _activation(cell: keras.layers.Layer, role: str, *known: str) -> str:
    """Return the name of one of the cell's activations, if the NumPy cell has it in that role."""
    function = getattr(cell, role)
    name = next((name for ours, name in _NAMES.items() if ours is function), None)
    if name not in known:
        came = getattr(function, "__name__", repr(function))
        home = "" if name else f" of {getattr(function, '__module__', type(function).__module__)}"
        raise ValueError(
            f"{role}: expected {' or '.join(map(repr, known))}, which the NumPy cell computes, given by its "
            f"name, got {came!r}{home} in {type(cell).__name__}"
        )
    return name


def _weights(cell: keras.layers.Layer, biases: int = 1) -> tuple[Array, Array, Array]:
    """Return W, U and b: copies, since a backend may hand out its own memory, which training changes."""
    W, U = _array(cell.kernel), _array(cell.recurrent_kernel)
    if cell.use_bias:
        return W, U, _array(cell.bias)
    columns = W.shape[1]
    return W, U, np.zeros(columns if biases == 1 else (biases, columns), W.dtype)


def _array(variable: keras.Variable) -> Array:
    array = keras.ops.convert_to_numpy(variable)
    return np.array(array, dtype=np.float64 if array.dtype == np.float64 else np.float32)
