"""The weights of a layer as parameters, and parameters as the weights of a layer."""

import keras

from lstm_teach.arrays import Array
from lstm_teach.cells import Params
from lstm_teach.keras_bridge.layers import check_methods, layer_params


def params_from_keras(layer: keras.layers.Layer) -> Params | tuple[Params, Params]:
    """Return the weights of a built `SimpleRNN`, `LSTM`, `GRU` or `Bidirectional` as a cell's parameters.

    The parameters are copies, in float64 if the layer's weights are, else in float32. A layer without bias
    gets zeros. `Bidirectional` gives a pair (forward, backward). The backward cell reads from the last step
    to the first: hand it `xs[:, ::-1]`, and turn its trace round before you lay it beside the forward one.
    That holds for rows without padding. Where Keras has a mask, both cells must skip what it masks, and the
    backward cell must turn each row within its own length: `states_from_keras` does both.

    A layer that computes in half precision (float16, bfloat16, or a mixed policy) rounds at every step, and
    the cell does not. With weights as Keras draws them, their states differ by up to 0.005 in float16 and
    0.05 in bfloat16 over 50 steps.

    Raises
    ------
    ValueError
        for another kind of layer, a subclass (it may compute anything), a layer that is not built,
        `go_backwards=True` outside `Bidirectional`, and an activation that the cells do not have.
    """
    if type(layer) is keras.layers.Bidirectional:
        check_methods(layer)
        return layer_params(layer.forward_layer), layer_params(layer.backward_layer, backwards=True)
    return layer_params(layer)


def params_to_keras(
    p: Params | tuple[Params, Params], layer: keras.layers.Layer | None = None
) -> list[Array]:
    """Return the list that `layer.set_weights` takes, from one cell's parameters or a pair of them.

    A pair is (forward, backward), for `Bidirectional`.

    Give the layer too, `layer.set_weights(params_to_keras(p, layer))`: then everything is refused that would
    make it compute other numbers than `p`. Without it nothing but the shapes is checked, by Keras: the layer
    must have a bias (`use_bias=True`, Keras' default), the activations and the direction of `p`, and a GRU
    layer its `reset_after`. A layer in float32 rounds weights in float64.

    Raises
    ------
    ValueError
        if `p` is neither parameters nor a pair of them; and for a layer of another cell, size, activation,
        direction, `reset_after` or bias, one that keeps its weights in half precision, and everything that
        `params_from_keras` refuses.
    """
    cells = p if isinstance(p, tuple) else (p,)
    if len(cells) not in (1, 2) or not all(isinstance(cell, Params) for cell in cells):
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
    halves = (layer.forward_layer, layer.backward_layer) if isinstance(there, tuple) else (layer,)
    theirs = there if isinstance(there, tuple) else (there,)
    return [
        array.copy()
        for ours, made, half in zip(cells, theirs, halves, strict=True)
        for array in _weights_for(ours, made, half)
    ]


def _weights_for(p: Params, there: Params, layer: keras.layers.Layer) -> list[Array]:
    """Return the weights of `p` that this layer takes, which now has the parameters `there`."""
    for what, wanted, got in (
        ("parameters of the type {}", type(there).__name__, type(p).__name__),
        ("{} features", there.m, p.m),
        ("{} units", there.n, p.n),
        ("activation={!r}", getattr(there, "activation", None), getattr(p, "activation", None)),
        ("reset_after={}", getattr(there, "reset_after", None), getattr(p, "reset_after", None)),
    ):
        if wanted != got:
            raise ValueError(f"p: expected {what.format(wanted)}, as {layer.name!r} has, got {got}")
    if layer.cell.variable_dtype not in ("float32", "float64"):
        raise ValueError(
            f"layer: {layer.name!r} keeps its weights in {layer.cell.variable_dtype}, which would round them"
        )
    if layer.cell.use_bias:
        return [p.W, p.U, p.b]
    if p.b.any():
        raise ValueError(f"layer: {layer.name!r} has use_bias=False, but b of p is not zero")
    return [p.W, p.U]
