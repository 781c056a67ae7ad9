"""On what a training runs, and whether Keras' fast cuDNN kernels are used there, and if not, why not.

Reads Keras' backend; TensorFlow, JAX or PyTorch is imported inside functions, and only the one in use.
"""

from __future__ import annotations

import shutil
from typing import Any, Literal, NamedTuple

import keras
import numpy as np
from keras import layers

from lstm_teach.sentiment.machine import machine
from lstm_teach.vocabulary import PADDING


class Device(NamedTuple):
    """The device that a training uses; as a text, the line that is printed before it starts.

    Attributes
    ----------
    kind : "CPU" or "GPU"
    model : what is built in, such as the name of the graphics card, or of the processor
    cudnn : whether recurrent layers that meet its conditions run on cuDNN's kernel
    why : the reason
    """

    backend: str
    kind: Literal["CPU", "GPU"]
    model: str
    cudnn: bool
    why: str

    def __str__(self) -> str:
        kernel = "with cuDNN" if self.cudnn else "without cuDNN"
        return f"device: {self.kind} ({self.model}), {self.backend}, {kernel}: {self.why}"


def describe_device(model: keras.Model | None = None) -> Device:
    """Return the device that a training would use, and what cuDNN does there for `model`'s layers."""
    backend = keras.backend.backend()
    card, hint = _PROBES[backend]()
    if card is None:
        why = hint or "cuDNN needs an NVIDIA GPU, and there is none"
        return Device(backend, "CPU", machine(), False, why)
    obstacles = cudnn_obstacles(model) if model else {}
    why = "; ".join(f"{name}: {', '.join(reasons)}" for name, reasons in obstacles.items() if reasons)
    return Device(backend, "GPU", card, not why, why or "every recurrent layer meets its conditions")


def cudnn_obstacles(model: keras.Model, ids: np.ndarray | None = None) -> dict[str, tuple[str, ...]]:
    """Return what keeps each recurrent layer of a model from cuDNN's kernel on a GPU.

    The rule is the one of Keras' sources (`backend/<backend>/rnn.py`, `layers/rnn/lstm.py`, `gru.py`):
    activation tanh, recurrent activation sigmoid, a bias, no recurrent dropout, no unrolling, for a GRU
    `reset_after`, `use_cudnn` not turned off; and on TensorFlow a mask only if the padding is at the right
    and no row is all padding, on JAX and PyTorch no mask.

    Parameters
    ----------
    ids : a batch (batch, time); needed to judge the padding where an Embedding masks

    Returns
    -------
    the reasons by layer name; a Bidirectional layer is listed as its two halves
    """
    every = model._flatten_layers(include_self=False)
    masks = any(isinstance(layer, layers.Masking) or getattr(layer, "mask_zero", False) for layer in every)
    of_mask = _mask_obstacles(ids) if masks else []
    return {
        layer.name: (*_layer_obstacles(layer), *of_mask) for layer in every if isinstance(layer, layers.RNN)
    }


def _layer_obstacles(layer: Any) -> list[str]:
    cell = layer.cell
    if not isinstance(layer, layers.LSTM | layers.GRU):
        return [f"Keras has no cuDNN kernel for {type(layer).__name__}"]
    no_kernel = isinstance(layer, layers.GRU) and keras.backend.backend() == "jax"
    gate = cell.recurrent_activation
    rules = (
        (cell.activation is keras.activations.tanh, f"activation is {_name(cell.activation)}, not tanh"),
        (gate is keras.activations.sigmoid, f"recurrent_activation is {_name(gate)}, not sigmoid"),
        (cell.use_bias, "use_bias is False"),
        (not cell.recurrent_dropout, f"recurrent_dropout is {cell.recurrent_dropout}"),
        (not layer.unroll, "unroll is True"),
        (layer.use_cudnn in (True, "auto"), "use_cudnn is False"),
        (getattr(cell, "reset_after", True), "reset_after is False"),
        (not no_kernel, "Keras has no cuDNN kernel for GRU on JAX"),
    )
    return [reason for holds, reason in rules if not holds]


def _mask_obstacles(ids: np.ndarray | None) -> list[str]:
    backend = keras.backend.backend()
    if backend != "tensorflow":
        return [f"masked, which Keras' cuDNN kernel does not take on {backend}"]
    if ids is None:
        return ["masked, and no ids were given to see whether the padding is at the right"]
    words = np.asarray(ids) != PADDING
    reasons = [] if words.any(axis=1).all() else ["masked, and a row is all padding"]
    if (words[:, 1:] > words[:, :-1]).any():
        reasons.append("masked, and the padding is not at the right")
    return reasons


def _name(function: Any) -> str:
    return getattr(function, "__name__", str(function))


_Probe = tuple[str | None, str]  # the name of the graphics card, or why one is not used


def _no_card(why: str) -> _Probe:
    return None, f"there is an NVIDIA GPU, but this {why}" if shutil.which("nvidia-smi") else ""


def _tensorflow_device() -> _Probe:
    import tensorflow as tf

    if tf.config.list_logical_devices("GPU"):
        details = tf.config.experimental.get_device_details(tf.config.list_physical_devices("GPU")[0])
        return details.get("device_name", "GPU"), ""
    if tf.test.is_built_with_cuda():
        missing = 'does not find its CUDA libraries; run: python -m pip install -e ".[gpu]"'
    else:
        missing = "is built without CUDA; on Windows, run the course under WSL2"
    return _no_card(f"TensorFlow {missing}")


def _jax_device() -> _Probe:
    import jax

    if jax.default_backend() == "gpu":
        return jax.devices()[0].device_kind, ""
    return _no_card("JAX is built without CUDA")


def _torch_device() -> _Probe:
    import torch

    if torch.cuda.is_available():
        return torch.cuda.get_device_name(0), ""
    return _no_card("PyTorch cannot use it")


_PROBES = {"tensorflow": _tensorflow_device, "jax": _jax_device, "torch": _torch_device}
