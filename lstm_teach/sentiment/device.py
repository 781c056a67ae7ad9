"""On what a training runs, and whether Keras' fast cuDNN kernels are used there, and if not, why not.

Reads Keras' backend; TensorFlow, JAX or PyTorch is imported inside functions, and only the one in use.
"""

from __future__ import annotations

import contextlib
import functools
import shutil
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import keras
import numpy as np
from keras import layers

from lstm_teach.sentiment.machine import machine
from lstm_teach.vocabulary import PADDING


class Device(NamedTuple):
    """The devices that a training uses; as a text, the line that is printed before it starts.

    Attributes
    ----------
    names : one a device, as the backend calls them
    kind : "CPU" or "GPU"
    model : what is built in, such as the name of the graphics card, or of the processor
    cudnn : whether recurrent layers that meet its conditions run on cuDNN's kernel
    why : the reason
    """

    backend: str
    kind: Literal["CPU", "GPU"]
    names: tuple[str, ...]
    model: str
    cudnn: bool
    why: str

    def __str__(self) -> str:
        count = f"{len(self.names)} x " if len(self.names) > 1 else ""
        kernel = "with cuDNN" if self.cudnn else "without cuDNN"
        return f"device: {count}{self.kind} ({self.model}), {self.backend}, {kernel}: {self.why}"


def describe_device(devices: Literal["one", "all"] = "one", model: keras.Model | None = None) -> Device:
    """Return the devices that a training would use, and what cuDNN does there for `model`'s layers.

    Raises
    ------
    ValueError
        if `devices` is neither "one" nor "all", or "all" is asked of PyTorch, which Keras cannot spread.
    """
    if devices not in ("one", "all"):
        raise ValueError(f"devices: got {devices!r}, expected 'one' or 'all'")
    backend = keras.backend.backend()
    kind, names, model_name, hint = _PROBES[backend]()
    if devices == "one":
        names = names[:1]
    elif backend == "torch" and len(names) > 1:
        raise ValueError(
            "devices: got 'all', but Keras does not spread PyTorch over devices; use TensorFlow or JAX"
        )
    if kind == "CPU":
        why = hint or "cuDNN needs an NVIDIA GPU, and there is none"
        return Device(backend, "CPU", tuple(names), machine(), False, why)
    obstacles = (
        {name: reasons for name, reasons in cudnn_obstacles(model).items() if reasons} if model else {}
    )
    why = "; ".join(f"{name}: {', '.join(reasons)}" for name, reasons in obstacles.items())
    return Device(
        backend,
        "GPU",
        tuple(names),
        model_name,
        not obstacles,
        why or "every recurrent layer meets its conditions",
    )


@contextlib.contextmanager
def spread(device: Device) -> Iterator[None]:
    """Return a context in which a model, and then each batch, is shared out over all devices of `device`."""
    if len(device.names) < 2:
        yield
    elif device.backend == "tensorflow":
        with _mirrored(device.names).scope():
            yield
    else:
        with keras.distribution.DataParallel(devices=list(device.names)).scope():
            yield


@functools.cache
def _mirrored(names: tuple[str, ...]) -> Any:
    """One strategy a process: a second one for the same devices collides with the first."""
    import tensorflow as tf

    return tf.distribute.MirroredStrategy(list(names))


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
    recurrent = [
        layer for layer in model._flatten_layers(include_self=False) if isinstance(layer, layers.RNN)
    ]
    masked = any(getattr(layer, "mask_zero", False) for layer in model._flatten_layers()) or any(
        isinstance(layer, layers.Masking) for layer in model._flatten_layers()
    )
    return {
        layer.name: (*_layer_obstacles(layer), *(_mask_obstacles(ids) if masked else ()))
        for layer in recurrent
    }


def _layer_obstacles(layer: Any) -> list[str]:
    cell = layer.cell
    if not isinstance(layer, layers.LSTM | layers.GRU):
        return [f"Keras has no cuDNN kernel for {type(layer).__name__}"]
    backend = keras.backend.backend()
    rules = (
        (cell.activation is keras.activations.tanh, f"activation is {_name(cell.activation)}, not tanh"),
        (
            cell.recurrent_activation is keras.activations.sigmoid,
            f"recurrent_activation is {_name(cell.recurrent_activation)}, not sigmoid",
        ),
        (cell.use_bias, "use_bias is False"),
        (not cell.recurrent_dropout, f"recurrent_dropout is {cell.recurrent_dropout}"),
        (not layer.unroll, "unroll is True"),
        (layer.use_cudnn in (True, "auto"), "use_cudnn is False"),
        (getattr(cell, "reset_after", True), "reset_after is False"),
        (
            not (isinstance(layer, layers.GRU) and backend == "jax"),
            "Keras has no cuDNN kernel for GRU on JAX",
        ),
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


_Probe = tuple[Literal["CPU", "GPU"], list[str], str, str]


def _tensorflow_devices() -> _Probe:
    import tensorflow as tf

    gpus = tf.config.list_logical_devices("GPU")
    if gpus:
        details = tf.config.experimental.get_device_details(tf.config.list_physical_devices("GPU")[0])
        return "GPU", [gpu.name for gpu in gpus], details.get("device_name", "GPU"), ""
    hint = ""
    if shutil.which("nvidia-smi"):
        built = tf.test.is_built_with_cuda()
        hint = "there is an NVIDIA GPU, but this TensorFlow " + (
            'does not find its CUDA libraries; run: python -m pip install -e ".[gpu]"'
            if built
            else "is built without CUDA; on Windows, run the course under WSL2"
        )
    return "CPU", [cpu.name for cpu in tf.config.list_logical_devices("CPU")], "", hint


def _jax_devices() -> _Probe:
    import jax

    if jax.default_backend() == "gpu":
        return "GPU", keras.distribution.list_devices("gpu"), jax.devices()[0].device_kind, ""
    hint = "there is an NVIDIA GPU, but this JAX is built without CUDA" if shutil.which("nvidia-smi") else ""
    return "CPU", keras.distribution.list_devices("cpu"), "", hint


def _torch_devices() -> _Probe:
    import torch

    if torch.cuda.is_available():
        count = torch.cuda.device_count()
        return "GPU", [f"cuda:{i}" for i in range(count)], torch.cuda.get_device_name(0), ""
    hint = "there is an NVIDIA GPU, but this PyTorch cannot use it" if shutil.which("nvidia-smi") else ""
    return "CPU", ["cpu"], "", hint


_PROBES = {"tensorflow": _tensorflow_devices, "jax": _jax_devices, "torch": _torch_devices}
