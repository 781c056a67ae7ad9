"""From a whole Keras network to the parts of a reader: its table of words, its LSTM and its read-out."""

from typing import Any, NamedTuple

import keras

from lstm_teach.arrays import Array
from lstm_teach.cells import LSTMParams
from lstm_teach.keras_bridge.layers import (
    array_of,
    check_methods,
    check_precision,
    name_of,
    params_from_keras,
)

_PARTS = (keras.layers.Embedding, keras.layers.LSTM, keras.layers.Dense)
_IDLE = (  # they act in training alone
    keras.layers.Dropout,
    keras.layers.SpatialDropout1D,
    keras.layers.GaussianDropout,
    keras.layers.GaussianNoise,
    keras.layers.AlphaDropout,
    keras.layers.ActivityRegularization,
    keras.layers.Identity,
)
_POSSIBLE = (
    "possible is Embedding, one LSTM that gives its last state, Dense(1, activation='sigmoid'), and between "
    f"them layers that do nothing after training ({', '.join(kind.__name__ for kind in _IDLE)})"
)


class ReaderParts(NamedTuple):
    """What a network that reads texts is made of.

    Attributes
    ----------
    embedding : (ids, m), a row for each id
    p : the LSTM, m features, n units
    w, b : (n,) and a number, the read-out
    masked : whether padding (id 0) is skipped; if not, the network reads padding like a word
    """

    embedding: Array
    p: LSTMParams
    w: Array
    b: float
    masked: bool


def reader_parts(model: keras.Model) -> ReaderParts:
    """Return the parts of a network: Embedding, one LSTM that gives its last state, Dense(1, "sigmoid").

    The model is a `Sequential` or a functional one. Layers that do nothing after training, such as `Dropout`,
    are passed over. The arrays are copies.

    Raises
    ------
    ValueError
        which names what makes the model compute something else: a layer, a setting of a layer, a second
        input or output, a subclass; and says what is possible.
    """
    chain, masked = _chain(model)
    layers = [layer for layer in chain if type(layer) not in _IDLE]
    for layer, part in zip(layers, _PARTS, strict=False):
        if type(layer) is not part:
            raise _unsuitable(layer, f"stands where {part.__name__} is expected; {_POSSIBLE}")
    if len(layers) > len(_PARTS):
        raise _unsuitable(layers[len(_PARTS)], f"comes after Dense; {_POSSIBLE}")
    if len(layers) < len(_PARTS):
        raise ValueError(f"model: it has no {_PARTS[len(layers)].__name__}; {_POSSIBLE}")
    embedding, lstm, dense = layers
    for layer in layers:
        check_methods(layer)
        check_precision(layer)
        if layer.quantization_mode:
            raise _unsuitable(layer, f"is quantized to {layer.quantization_mode}; take it as it was before")
    for setting in ("return_sequences", "return_state", "stateful"):
        if getattr(lstm, setting):
            raise _unsuitable(
                lstm, f"has {setting}=True; make it without: it is to give its last state alone"
            )
    if masked and lstm.zero_output_for_mask:
        raise _unsuitable(
            lstm, "has zero_output_for_mask=True, so it gives zeros for a padded text; make it without"
        )
    if dense.units != 1 or name_of(dense.activation) != "sigmoid":
        given = name_of(dense.activation) or getattr(dense.activation, "__name__", dense.activation)
        raise _unsuitable(dense, f"has {dense.units} units and activation {given!r}; {_POSSIBLE}")
    if not masked and model.input_shape[1] and not isinstance(model, keras.Sequential):
        raise _unsuitable(
            embedding,
            f"has mask_zero=False, and the model takes {model.input_shape[1]} ids, padding too; make it with "
            "mask_zero=True, or the model with keras.Input((None,))",
        )
    p = params_from_keras(lstm)
    assert isinstance(p, LSTMParams)
    bias = float(array_of(dense.bias)[0]) if dense.use_bias else 0.0
    return ReaderParts(array_of(embedding.embeddings), p, array_of(dense.kernel)[:, 0], bias, masked)


def _chain(model: keras.Model) -> tuple[list[Any], bool]:
    """Return the layers in order, each of which takes what the one before it gives, and nothing else.

    Returned is also whether padding is skipped.
    """
    if not isinstance(model, keras.Model) or type(model).__module__.partition(".")[0] != "keras":
        raise ValueError(
            "model: expected a keras.Sequential or a keras.Model(inputs, outputs), and no subclass, which "
            f"may compute anything; got {type(model).__name__}"
        )
    if "call" in vars(model):
        raise ValueError(f"model: {model.name!r} has a call of its own, which may compute anything")
    if not model.built:
        raise ValueError(f"model: {model.name!r} has no weights yet; call it once on a batch of ids")
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise ValueError(
            f"model: {model.name!r} has {len(model.inputs)} inputs and {len(model.outputs)} outputs, "
            f"expected one of each; {_POSSIBLE}"
        )
    ids, tensor = model.inputs[0], model.outputs[0]
    layers: list[Any] = []
    masked = False
    while tensor is not ids:
        layer, call, _ = tensor._keras_history  # Keras' own record of who made a tensor, and of what
        arguments = layer._inbound_nodes[call].arguments
        tensor, more = arguments.args[0], arguments.args[1:]
        given = {name for name, value in arguments.kwargs.items() if value is not None and value is not False}
        if "mask" in given and _skips_padding(arguments.kwargs["mask"], ids):
            masked = True
            given.remove("mask")
        if more or given or isinstance(tensor, list | tuple):
            extra = f"is called with {min(given)}=…" if given else "takes more than one input"
            raise _unsuitable(layer, f"{extra}; {_POSSIBLE}")
        layers.insert(0, layer)
    return layers, masked


def _skips_padding(mask: Any, ids: Any) -> bool:
    """Return whether a mask is what `mask_zero=True` makes of the ids: ids != 0."""
    maker, call, _ = mask._keras_history
    made_of = maker._inbound_nodes[call].arguments.args
    return type(maker).__name__ == "NotEqual" and made_of[0] is ids and made_of[1] == 0


def _unsuitable(layer: Any, why: str) -> ValueError:
    return ValueError(f"model: layer {layer.name!r} ({type(layer).__name__}) {why}")
