"""The record of a network that a notebook has built and trained itself, in plain Keras."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np

from lstm_teach.reviews import Corpus, Split
from lstm_teach.sentiment.device import describe_device
from lstm_teach.sentiment.evaluation import figures_on_test
from lstm_teach.sentiment.machine import hardware, versions
from lstm_teach.sentiment.parts import Parts, split_of
from lstm_teach.sentiment.readings import note_reading
from lstm_teach.sentiment.records import read_records, write_record


class _Known(NamedTuple):
    """A classifier whose probabilities have been computed already."""

    probabilities: np.ndarray

    def predict(self, texts: list[str]) -> np.ndarray:
        return self.probabilities


def record_by_hand(
    name: str,
    model: keras.Model,
    corpus: Corpus,
    parts: tuple[Split, Split, list[str], Split],
    history: Mapping[str, Sequence[float]],
    probabilities: np.ndarray,
    seconds: float,
    limit: int | None = None,
    seed: int = 0,
) -> Path:
    """Write the record of a finished training into the reader's own folder, and return its path.

    The record is a new one each time: if there is a "full-network" already, this one is "full-network-2".

    Parameters
    ----------
    model : a compiled model that holds the weights of the epoch with the lowest `val_loss`
    parts : the reviews for training, for validation, those without labels that were read, and for the test
    history : `loss`, `val_loss`, `val_accuracy` and what else was measured, one number per epoch
    probabilities : (test reviews,), what the model says of them
    seconds : of an epoch
    limit : at most so many reviews were taken; None: all
    """
    backend, device = keras.backend.backend(), describe_device(model)
    best = int(np.argmin(history["val_loss"]))
    record = {
        "recipe": _new_name(name),
        "settings": {"layers": [type(layer).__name__ for layer in model.layers], "loss": model.loss},
        "changed": {},
        "corpus": corpus.name,
        "corpus_checksum": corpus.checksum,
        "limit": limit,
        "split": split_of(corpus),
        "seed": seed,
        "backend": backend,
        "versions": versions(backend),
        "hardware": hardware(device.model if device.kind == "GPU" else None),
        "parameters": model.count_params(),
        "reviews": Parts(*parts).counts(unlabelled=True, test=True),
        "history": {key: [round(float(value), 6) for value in values] for key, values in history.items()},
        "seconds_per_epoch": round(seconds, 2),
        "best_epoch": best + 1,
        "val_accuracy": round(float(history["val_accuracy"][best]), 6),
        **figures_on_test(_Known(probabilities), corpus, parts[-1]),
    }
    path = write_record(record)
    if corpus.name == "imdb":
        note_reading(record)
    return path


def _new_name(name: str) -> str:
    """Return a name that no run has yet."""
    taken: set[Any] = {record["recipe"] for record in read_records()}
    numbered = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
    return next(candidate for candidate in numbered if candidate not in taken)
