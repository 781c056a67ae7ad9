"""From a Keras layer's weights to a NumPy cell's parameters and back, number for number.

Only what a cell computes is taken along. Dropout acts in training alone; whether
a layer returns sequences, is unrolled or keeps its state between batches says how it is run, not what it is.
Whatever else would make the NumPy cell compute other numbers than the layer is refused by a ValueError that
names it: another kind of layer, a subclass or a method of its own (they may compute anything), a layer that
is not built, `go_backwards=True` outside `Bidirectional`, and an activation that the cells do not have.
"""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from lstm_teach.arrays import Array, floats, in_dtype
from lstm_teach.cells import ACTIVATIONS, GRUParams, LSTMParams, Params, RNNParams, run_cell
from lstm_teach.cells.parameters import difference

_LAYERS = (keras.layers.SimpleRNN, keras.layers.LSTM, keras.layers.GRU, keras.layers.RNN)
_CELLS = (keras.layers.SimpleRNNCell, keras.layers.LSTMCell, keras.layers.GRUCell)
_WRAPPED = ("build", "quantize")  # Keras itself puts these into every layer
# Keras has some functions under two names. Functions from elsewhere are refused, whatever they are called.
_NAMES: dict[Callable[..., Any], str] = {
    getattr(home, name): name
    for home in (keras.activations, keras.ops)
    for name in (*ACTIVATIONS, "sigmoid")
    if hasattr(home, name)
}


def params_from_keras(layer: keras.layers.Layer) -> Params | tuple[Params, Params]:
    """Return the weights of a built `SimpleRNN`, `LSTM`, `GRU` or `Bidirectional` as a cell's parameters.

    The parameters are copies, in float64 if the layer's weights are, else in float32. A layer without bias
    gets zeros. `Bidirectional` gives a pair (forward, backward). The backward cell reads from the last step
    to the first: hand it `xs[:, ::-1]`, and turn its trace round before you lay it beside the forward one.
    That holds for rows without padding. Where Keras has a mask, use `states_from_keras`.

    A layer that computes in half precision (float16, bfloat16, or a mixed policy) rounds at every step, and
    the cell does not. With weights as Keras draws them, their states differ by up to 0.005 in float16 and
    0.05 in bfloat16 over 50 steps.
    """
    if type(layer) is keras.layers.Bidirectional:
        check_methods(layer)
        return _params(layer.forward_layer), _params(layer.backward_layer, backwards=True)
    return _params(layer)


def states_from_keras(
    layer: keras.layers.Layer, xs: Array, mask: Array | None = None
) -> Array | tuple[Array, Array]:
    """Return the hidden states (batch, time, units) that `layer` computes on `xs`, found by the NumPy cells.

    `Bidirectional` gives a pair (forward, backward), both in the order of `xs`: at step t the backward half
    has read the steps from the last to t. `mask` (batch, time) is False at padding, as in Keras: such a step
    is skipped, wherever it stands, and the state stays what it was. So the final state is h[:, -1], and
    h[:, 0] of the backward half. (At a masked step `Bidirectional` itself returns zeros.)

    Refused are also a layer that is `stateful` or computes in half precision, a mask for an unrolled
    `Bidirectional` that returns sequences or for a layer that writes zeros at padding
    (`zero_output_for_mask`), and `xs` or `mask` of another shape or type. An unrolled `Bidirectional` that
    returns its last state alone has these states; Keras 3.15 itself cannot run it with a mask on PyTorch.
    """
    params = params_from_keras(layer)
    check_precision(layer)
    for half in _halves(layer):
        unrolled = half.go_backwards and half.unroll and half.return_sequences
        if mask is not None and unrolled:
            raise ValueError(
                f"layer: {half.name!r} has unroll=True, with which Keras writes zeros at other steps than "
                "the masked ones; make it with unroll=False"
            )
        zeros_alone = half.zero_output_for_mask and not isinstance(layer, keras.layers.Bidirectional)
        if mask is not None and zeros_alone:
            raise ValueError(
                f"layer: {half.name!r} has zero_output_for_mask=True, so it hands out zeros at padding, "
                "not its state; make it without"
            )
        if half.stateful:
            raise ValueError(
                f"layer: {half.name!r} has stateful=True, so it starts from what it read before; "
                "make it without, and hand its last state on yourself, h0=trace.h[:, -1]"
            )
    forward, *backward = params if isinstance(params, tuple) else (params,)
    floats("xs", xs, ("batch", "time", forward.m))
    if mask is None:
        mask = np.ones(xs.shape[:2], bool)
    if type(mask) is not np.ndarray or mask.dtype != bool or mask.shape != xs.shape[:2]:
        came = f"{mask.dtype} of shape {mask.shape}" if isinstance(mask, np.ndarray) else type(mask).__name__
        raise ValueError(f"mask: expected booleans of shape {xs.shape[:2]}, got {came}")
    if not backward:
        return _read(forward, xs, mask)
    return _read(forward, xs, mask), _read(backward[0], xs[:, ::-1], mask[:, ::-1])[:, ::-1]


def params_to_keras(
    p: Params | tuple[Params, Params], layer: keras.layers.Layer | None = None
) -> list[Array]:
    """Return the list that `layer.set_weights` takes, from one cell's parameters or a pair of them.

    A pair is (forward, backward), for `Bidirectional`.

    Give the layer too, `layer.set_weights(params_to_keras(p, layer))`: then everything is refused that would
    make it compute other numbers than `p`: another cell, size, activation, direction, `reset_after` or bias,
    half precision. Without it nothing but the shapes is checked, by Keras. A layer in float32 rounds weights
    in float64, and those beyond its range are refused.
    """
    cells = p if isinstance(p, tuple) else (p,)
    if len(cells) not in (1, 2) or not all(type(cell) in Params.__args__ for cell in cells):
        raise ValueError(
            "p: expected RNNParams, LSTMParams, GRUParams, or a pair of them for Bidirectional, "
            f"got {type(p).__name__}" + (f" of length {len(cells)}" if isinstance(p, tuple) else "")
        )
    if layer is None:
        return [array.copy() for cell in cells for array in (cell.W, cell.U, cell.b)]

    there = params_from_keras(layer)
    if isinstance(there, tuple) != isinstance(p, tuple):
        wanted = "a pair (forward, backward)" if isinstance(there, tuple) else "the parameters of one cell"
        raise ValueError(f"p: expected {wanted} for {type(layer).__name__}, got {type(p).__name__}")
    theirs = there if isinstance(there, tuple) else (there,)
    check_precision(layer)
    return [
        array
        for ours, made, half in zip(cells, theirs, _halves(layer), strict=True)
        for array in _weights_for(ours, made, half)
    ]


def _halves(layer: keras.layers.Layer) -> tuple[keras.layers.Layer, ...]:
    """Return the layers that each read in one direction."""
    bidirectional = isinstance(layer, keras.layers.Bidirectional)
    return (layer.forward_layer, layer.backward_layer) if bidirectional else (layer,)


def _params(layer: keras.layers.Layer, backwards: bool = False) -> Params:
    """Return the parameters of one direction."""
    cell: Any = getattr(layer, "cell", None)
    if type(layer) not in _LAYERS or type(cell) not in _CELLS:
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
    if isinstance(cell, keras.layers.SimpleRNNCell):
        return RNNParams(*_weights(cell), _activation(cell, "activation", *ACTIVATIONS))
    _activation(cell, "activation", "tanh")
    _activation(cell, "recurrent_activation", "sigmoid")
    if isinstance(cell, keras.layers.LSTMCell):
        return LSTMParams(*_weights(cell))
    return GRUParams(*_weights(cell), bool(cell.reset_after))


def check_methods(part: keras.layers.Layer) -> None:
    """Raise a ValueError if somebody put another method into this one layer or cell."""
    for name in vars(part):
        if callable(getattr(type(part), name, None)) and name not in _WRAPPED:
            raise ValueError(f"layer: {part.name!r} has a {name} of its own, which may compute anything")


def check_precision(layer: keras.layers.Layer) -> None:
    """Raise a ValueError if a layer or a cell in it computes in half precision."""
    halves = _halves(layer)
    for part in (layer, *halves, *(half.cell for half in halves if hasattr(half, "cell"))):
        if part.compute_dtype not in ("float32", "float64"):
            raise ValueError(
                f"layer: {part.name!r} computes in {part.compute_dtype}, which rounds at every step; "
                "make it with dtype='float32'"
            )


def _activation(cell: keras.layers.Layer, role: str, *known: str) -> str:
    """Return the name of one of the cell's activations, if the NumPy cell has it in that role."""
    function = getattr(cell, role)
    name = name_of(function)
    if name not in known:
        came = getattr(function, "__name__", repr(function))
        home = "" if name else f" of {getattr(function, '__module__', type(function).__module__)}"
        raise ValueError(
            f"{role}: expected {' or '.join(map(repr, known))}, which the NumPy cell computes, given by its "
            f"name, got {came!r}{home} in {type(cell).__name__}"
        )
    return name


def name_of(function: Callable[..., Any]) -> str | None:
    """Return the name of an activation that the cells have, or None for any other."""
    return next((name for ours, name in _NAMES.items() if ours is function), None)


def _weights(cell: keras.layers.Layer) -> tuple[Array, Array, Array]:
    """Return W, U and b: copies, since a backend may hand out its own memory, which training changes."""
    W, U = array_of(cell.kernel), array_of(cell.recurrent_kernel)
    if cell.use_bias:
        return W, U, array_of(cell.bias)
    two = getattr(cell, "reset_after", False)
    return W, U, np.zeros((2, W.shape[1]) if two else W.shape[1], W.dtype)


def array_of(variable: Any) -> Array:
    """Return a copy of a Keras variable or tensor, in float64 if it is, else in float32."""
    array = keras.ops.convert_to_numpy(variable)
    return np.array(array, dtype=np.float64 if array.dtype == np.float64 else np.float32)


def _read(p: Params, xs: Array, mask: Array) -> Array:
    """Return the state of the cell at every step, when each row reads only the steps of its mask."""
    own_first = np.argsort(~mask, axis=1, kind="stable")  # in their order; what comes after them is not used
    h = run_cell(np.take_along_axis(xs.astype(p.dtype), own_first[:, :, None], axis=1), p).h
    start = np.zeros_like(h[:, :1])
    read_so_far = np.cumsum(mask, axis=1)
    return np.take_along_axis(np.concatenate([start, h], axis=1), read_so_far[:, :, None], axis=1)


def _weights_for(p: Params, there: Params, layer: keras.layers.Layer) -> list[Array]:
    """Return the weights of `p`, as this layer takes them, which now has the parameters `there`."""
    if differs := difference(there, p):
        wanted, got = differs
        raise ValueError(f"p: expected {wanted}, as {layer.name!r} has, got {got}")
    if p.b.any() and not layer.cell.use_bias:
        raise ValueError(f"layer: {layer.name!r} has use_bias=False, but b of p is not zero")
    roles = {"W": "kernel", "U": "recurrent_kernel", **({"b": "bias"} if layer.cell.use_bias else {})}
    for role in roles.values():
        if not any(getattr(layer.cell, role) is weight for weight in layer.cell.weights):
            raise ValueError(f"layer: {layer.name!r} computes with a {role} that is none of its weights")
    return [in_dtype(f"p.{name}", getattr(p, name), np.dtype(layer.cell.variable_dtype)) for name in roles]
