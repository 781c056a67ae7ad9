"""The hidden states of a layer, found by the NumPy cells, with or without padding."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import (
    GRUParams,
    LSTMParams,
    Params,
    RNNParams,
    gru_forward,
    lstm_forward,
    rnn_forward,
)
from lstm_teach.cells.checks import floats
from lstm_teach.keras_bridge.weights import params_from_keras

_FORWARD: dict[type, Callable[..., Any]] = {
    RNNParams: rnn_forward,
    LSTMParams: lstm_forward,
    GRUParams: gru_forward,
}


def states_from_keras(
    layer: keras.layers.Layer, xs: Array, mask: Array | None = None
) -> Array | tuple[Array, Array]:
    """Return the hidden states (batch, time, units) that `layer` computes on `xs`, found by the NumPy cells.

    `Bidirectional` gives a pair (forward, backward), both in the order of `xs`: at step t the backward half
    has read the steps from the last to t. `mask` (batch, time) is False at padding, as in Keras: such a step
    is skipped, wherever it stands, and the state stays what it was. So the final state is h[:, -1], and
    h[:, 0] of the backward half. (At a masked step `Bidirectional` itself returns zeros.)

    Raises
    ------
    ValueError
        for what `params_from_keras` refuses, a layer that is `stateful` or computes in half precision, a mask
        for an unrolled `Bidirectional`, and for `xs` or `mask` of another shape or type.
    """
    params = params_from_keras(layer)
    halves = (layer.forward_layer, layer.backward_layer) if isinstance(params, tuple) else (layer,)
    for half in halves:
        if mask is not None and half.go_backwards and half.unroll and half.return_sequences:
            raise ValueError(
                f"layer: {half.name!r} has unroll=True, with which Keras writes zeros at other steps than "
                "the masked ones; make it with unroll=False"
            )
        if half.stateful:
            raise ValueError(
                f"layer: {half.name!r} has stateful=True, so it starts from what it read before; "
                "make it without, and hand its last state on yourself, h0=trace.h[:, -1]"
            )
        if half.cell.compute_dtype not in ("float32", "float64"):
            raise ValueError(
                f"layer: {half.name!r} computes in {half.cell.compute_dtype}, which rounds at every step; "
                "make it with dtype='float32'"
            )
    m = (params[0] if isinstance(params, tuple) else params).m
    floats("xs", xs, ("batch", "time", m))
    if mask is None:
        mask = np.ones(xs.shape[:2], bool)
    if type(mask) is not np.ndarray or mask.dtype != bool or mask.shape != xs.shape[:2]:
        came = f"{mask.dtype} of shape {mask.shape}" if isinstance(mask, np.ndarray) else type(mask).__name__
        raise ValueError(f"mask: expected booleans of shape {xs.shape[:2]}, got {came}")
    if isinstance(params, tuple):
        forward, backward = params
        return _read(forward, xs, mask), _read(backward, xs[:, ::-1], mask[:, ::-1])[:, ::-1]
    return _read(params, xs, mask)


def _read(p: Params, xs: Array, mask: Array) -> Array:
    """Return the state of the cell at every step, when each row reads only the steps of its mask."""
    own_first = np.argsort(~mask, axis=1, kind="stable")  # in their order; what comes after them is not used
    h = _FORWARD[type(p)](np.take_along_axis(xs.astype(p.dtype), own_first[:, :, None], axis=1), p).h
    start = np.zeros_like(h[:, :1])
    read_so_far = np.cumsum(mask, axis=1)
    return np.take_along_axis(np.concatenate([start, h], axis=1), read_so_far[:, :, None], axis=1)
