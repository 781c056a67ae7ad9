"""From a Keras layer's weights to a NumPy cell's parameters and back, number for number.

Needs Keras, on any backend. Only what a cell computes is taken along. Dropout acts in training alone; whether
a layer returns sequences, is unrolled or keeps its state between batches says how it is run, not what it is.
"""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from lstm_teach.cells import ACTIVATIONS, GRUParams, LSTMParams, Params, RNNParams

_NAMES: dict[Callable[..., Any], str] = {
    getattr(keras.activations, name): name for name in (*ACTIVATIONS, "sigmoid")
}


def params_from_keras(layer: keras.layers.Layer) -> Params | tuple[Params, Params]:
    """The weights of a built `SimpleRNN`, `LSTM`, `GRU` or `Bidirectional` as a cell's parameters.

    The parameters are copies, in float64 if the layer's weights are, else in float32. A layer without bias
    gets zeros. `Bidirectional` gives a pair (forward, backward). The backward cell reads from the last step
    to the first, so hand it `xs[:, ::-1]`, and turn its trace round before you lay it beside the forward one.

    Raises
    ------
    ValueError
        for another kind of layer, a layer that is not built, `go_backwards=True` outside `Bidirectional`,
        and an activation that the cells do not have.
    """
    if isinstance(layer, keras.layers.Bidirectional):
        return _params(layer.forward_layer), _params(layer.backward_layer, backwards=True)
    return _params(layer)


def params_to_keras(p: Params | tuple[Params, Params]) -> list[np.ndarray]:
    """The list that `layer.set_weights` takes, from one cell's parameters or a pair (forward, backward).

    The layer must have a bias (`use_bias=True`, Keras' default), and a GRU layer the `reset_after` of `p`.

    Raises
    ------
    ValueError
        if `p` is neither parameters nor a pair of them.
    """
    cells = p if isinstance(p, tuple) else (p,)
    if len(cells) not in (1, 2) or not all(isinstance(cell, Params) for cell in cells):
        raise ValueError(
            "p: expected RNNParams, LSTMParams, GRUParams, or a pair of them for Bidirectional, "
            f"got {type(p).__name__}" + (f" of length {len(cells)}" if isinstance(p, tuple) else "")
        )
    return [array.copy() for cell in cells for array in (cell.W, cell.U, cell.b)]


def _params(layer: keras.layers.Layer, backwards: bool = False) -> Params:
    """The parameters of one direction."""
    cell = getattr(layer, "cell", None)
    make = _MAKERS.get(type(cell))
    if cell is None or make is None:
        raise ValueError(
            "layer: expected a Keras SimpleRNN, LSTM, GRU, or Bidirectional of one of them, "
            f"got {type(layer).__name__}" + (f" of {type(cell).__name__}" if cell is not None else "")
        )
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
    return GRUParams(W, U, b, cell.reset_after)


_MAKERS: dict[type, Callable[[Any], Params]] = {
    keras.layers.SimpleRNNCell: _rnn,
    keras.layers.LSTMCell: _lstm,
    keras.layers.GRUCell: _gru,
}


def _activation(cell: keras.layers.Layer, role: str, *known: str) -> str:
    """The name of one of the cell's activations, if the NumPy cell has it in that role."""
    function = getattr(cell, role)
    name = _NAMES.get(function)
    if name not in known:
        raise ValueError(
            f"{role}: expected {' or '.join(map(repr, known))}, which the NumPy cell computes, "
            f"got {getattr(function, '__name__', repr(function))!r} in {type(cell).__name__}"
        )
    return name


def _weights(cell: keras.layers.Layer, biases: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """W, U and b. Copies, since on a CPU a backend may hand out its own memory, which training overwrites."""
    W, U = _array(cell.kernel), _array(cell.recurrent_kernel)
    if cell.use_bias:
        return W, U, _array(cell.bias)
    columns = W.shape[1]
    return W, U, np.zeros(columns if biases == 1 else (biases, columns), W.dtype)


def _array(variable: keras.Variable) -> np.ndarray:
    array = keras.ops.convert_to_numpy(variable)
    return np.array(array, dtype=np.float64 if array.dtype == np.float64 else np.float32)
