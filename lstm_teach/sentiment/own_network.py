"""A network of one's own: a Python file with `def build(vocabulary_size): return keras.Model`."""

from __future__ import annotations

import inspect
import re
import tokenize
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np

from lstm_teach.reviews.corpus import shown
from lstm_teach.vocabulary import PADDING

WANTED = "def build(vocabulary_size): return keras.Sequential([...])"
_TRIED = 16  # texts that a new network is tried on, of two lengths
_STYLE = re.compile(r"\x1b\[\d*m")  # with which Keras writes in bold
_WAYS_OUT = {  # what Keras says, and what can be done
    "expected ndim=3, found ndim=2": "put an Embedding first, and give an LSTM below another one "
    "return_sequences=True",
    "it received 3 input tensors": "leave return_state=True out",
    "expected axis -1 of input shape": "the network must take texts of any length",
    "output size would be negative": "the network must take texts of any length, also of 3 words",
}


def build_own(path: str | Path, vocabulary_size: int) -> keras.Model:
    """Return the network that `build(vocabulary_size)` of a Python file makes, once it is known to fit.

    It takes ids (batch, time) of any length, and gives the probability (batch, 1) of a positive text.

    Raises
    ------
    ValueError
        for whatever is wrong with the file or with the network: one sentence that names the file and, where
        one is at fault, its line.
    """
    path = Path(path)
    build = _run(path, lambda: _build_of(path))
    if not callable(build):
        raise ValueError(f"{shown(path)}: it has no function build, expected {WANTED}")
    model = _run(path, lambda: build(vocabulary_size), build)
    where = _line_of(path, build)
    if not isinstance(model, keras.Model):
        hint = "; did you forget return?" if model is None else ""
        raise ValueError(f"{where}: build gives {type(model).__name__}, expected a keras.Model{hint}")
    ids = np.random.default_rng(0).integers(1, vocabulary_size, (_TRIED, 5), dtype=np.int32)
    ids[0, 0] = vocabulary_size - 1
    _check_layers(model, vocabulary_size, where)
    for length in (5, 3):
        answers = _run(path, partial(_answers, model, ids[:, :length]), build)
        if answers.shape != (_TRIED, 1):
            raise ValueError(
                f"{where}: for ids {(_TRIED, length)} the model gives {answers.shape}, expected "
                f"{(_TRIED, 1)}, one probability for each text, such as Dense(1, activation='sigmoid') gives"
            )
        if not ((answers > 0) & (answers < 1)).all():
            raise ValueError(
                f"{where}: the model gives numbers from {answers.min():.3g} to {answers.max():.3g}, expected "
                "probabilities between 0 and 1: end with Dense(1, activation='sigmoid')"
            )
    _run(path, model.get_config, build)  # else it could be trained, and not be saved
    return model


def reads_padding(model: keras.Model, vocabulary_size: int) -> bool:
    """Return whether padding after the words of a text changes what a model answers."""
    ids = np.random.default_rng(1).integers(1, vocabulary_size, (_TRIED, 5), dtype=np.int32)
    padded = np.pad(ids, ((0, 0), (0, 4)), constant_values=PADDING)
    return not np.allclose(_answers(model, ids), _answers(model, padded), atol=1e-6)


def _answers(model: keras.Model, ids: np.ndarray) -> np.ndarray:
    answers = model(ids, training=False)
    return np.asarray(keras.ops.convert_to_numpy(answers), dtype=np.float64)


def _build_of(path: Path) -> Any:
    """Run a file, and return what it calls build."""
    try:
        with tokenize.open(path) as file:
            source = file.read()
    except OSError as error:
        raise ValueError(f"{shown(path)} cannot be read ({error.strerror or error})") from error
    names: dict[str, Any] = {"__name__": path.stem, "__file__": str(path)}
    exec(compile(source, str(path), "exec"), names)  # what `python my_model.py` would do, too
    return names.get("build")


def _check_layers(model: keras.Model, vocabulary_size: int, where: str) -> None:
    for layer in model._flatten_layers():
        if getattr(layer, "stateful", False):
            raise ValueError(
                f"{where}: layer {layer.name!r} ({type(layer).__name__}) has stateful=True, which would "
                "carry the state of one text into another; leave it out"
            )
    tables = [layer for layer in model._flatten_layers() if isinstance(layer, keras.layers.Embedding)]
    for table in tables[:1]:
        if table.input_dim != vocabulary_size:
            raise ValueError(
                f"{where}: layer {table.name!r} (Embedding) has {table.input_dim:,} rows, expected "
                f"vocabulary_size = {vocabulary_size:,}: write Embedding(vocabulary_size, …)"
            )


def _run(path: Path, do: Callable[[], Any], build: Any = None) -> Any:
    """Return what `do` returns; whatever it raises becomes one sentence with the line of the file."""
    try:
        return do()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a learner's file may raise anything, SystemExit too
        frames = [
            frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)
        ]
        line = error.lineno if isinstance(error, SyntaxError) else frames[-1] if frames else None
        where = f"{shown(path)}, line {line}" if line else _line_of(path, build)
        if isinstance(error, ValueError) and shown(path) in str(error):
            raise
        said = " ".join(_STYLE.sub("", str(error)).split())[:300] or "no message"
        ways_out = "".join(f"; {way_out}" for words, way_out in _WAYS_OUT.items() if words in said)
        raise ValueError(f"{where}: {type(error).__name__}: {said}{ways_out}") from error


def _line_of(path: Path, build: Any) -> str:
    """Return the file, and the line of its `build` where that is a function."""
    if not inspect.isfunction(build):
        return shown(path)
    return f"{shown(path)}, line {build.__code__.co_firstlineno}"
