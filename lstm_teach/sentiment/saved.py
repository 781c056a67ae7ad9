"""Trained networks in a reader's own folder: each a folder with the model, its vocabulary and its record."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from lstm_teach.reviews.corpus import CLASS_NAMES, shown
from lstm_teach.sentiment.checkpoints import usable, write_json
from lstm_teach.sentiment.json_shapes import loads
from lstm_teach.sentiment.kinds import NetworkRecipe
from lstm_teach.sentiment.records import SETTING, Record, own_dir
from lstm_teach.vocabulary import load_vocabulary

if TYPE_CHECKING:
    from lstm_teach.sentiment.network import Network

MODEL, WORDS, RECORD, SOURCE = "model.keras", "vocabulary.json", "run.json", "model.py"
_FACTS = ("settings", "network", "corpus_checksum", "limit", "split", "seed", "backend")
_READING = ("length", "padding", "fixed_length")  # the settings that say how a text becomes a row of ids


def networks_dir() -> Path:
    """Return the folder of a reader's own trained networks: `networks` among their own records."""
    return own_dir() / "networks"


def plain_name(name: str) -> str:
    """Return a file's name as a part of a run's name: short, of letters that every system takes, with a dot.

    The corpora and recipes of the course have no dot in their names, so none of them can be meant.
    """
    plain = re.sub(r"[^A-Za-z0-9._]+", "_", name)[-40:].lstrip(".")
    return plain if "." in plain else f"{plain}.file"


def run_of(record: Record) -> str:
    """Return the name of a run: recipe and corpus, and a mark that is another if anything else differs."""
    facts = [record.get(key) for key in _FACTS]
    mark = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:6]
    return f"{record['recipe']}-{record['corpus']}-{mark}"


def save(network: Network, record: Record, class_names: tuple[str, str] = CLASS_NAMES) -> Path:
    """Write a trained network into the folder of its run; each file is written whole or not at all.

    A file of one's own that builds the network is copied beside it. The names of the two classes stand in the
    record.

    Raises
    ------
    OSError
        if the folder cannot be used; the message names the setting for another one.
    """
    folder = networks_dir() / run_of(record)
    network.model.compile(loss=network.recipe.loss)  # without what Keras alone could not load again
    with usable(folder, SETTING):
        folder.mkdir(parents=True, exist_ok=True)
        network.vocabulary.save(folder / WORDS)
        with tempfile.TemporaryDirectory(dir=folder) as beside:
            network.model.save(Path(beside) / MODEL)
            if network.recipe.is_own:
                shutil.copy(network.recipe.network, Path(beside) / SOURCE)
                os.replace(Path(beside) / SOURCE, folder / SOURCE)
            os.replace(Path(beside) / MODEL, folder / MODEL)
    write_json(folder / RECORD, record | {"class_names": class_names}, SETTING)
    return folder


def saved_network(run: str | os.PathLike[str]) -> Network:
    """Return a network that `train` saved, by the name of its run; or that of any folder with its two files.

    The files are `model.keras` and `vocabulary.json`. Texts are read, and the two classes are called, as in
    its training if there is a `run.json`; else texts are read whole, and are positive or negative.

    Raises
    ------
    ValueError
        if there is no such network, or one of its files is damaged; the message names those that there are.
    """
    folder = _found(str(run))
    with _readable(folder / WORDS):
        vocabulary = load_vocabulary(folder / WORDS)
    settings, class_names = {}, CLASS_NAMES
    if (folder / RECORD).exists():
        with _readable(folder / RECORD):
            record = loads(folder / RECORD)
            settings = record["settings"]
            class_names = _two_words(record.get("class_names", CLASS_NAMES))
    import keras

    from lstm_teach.sentiment.network import Network
    from lstm_teach.sentiment.own_network import build_own, reads_padding

    with _readable(folder / MODEL):
        recipe = NetworkRecipe("saved", "", **{k: settings[k] for k in _READING if k in settings})
        if (folder / SOURCE).exists():
            model = build_own(folder / SOURCE, vocabulary.size)
            model.load_weights(folder / MODEL)
        else:
            model = keras.models.load_model(folder / MODEL, compile=False)
        alone = not recipe.fixed_length and reads_padding(model, vocabulary.size)
    return Network(recipe, vocabulary, model, alone, class_names)


def _two_words(names: Sequence[object]) -> tuple[str, str]:
    match names:
        case [str(zero), str(one)] if zero != one:
            return zero, one
    raise ValueError(f"class_names: got {names!r:.60}, expected two words")


def _found(run: str) -> Path:
    """Return the folder of a run, by its name or its path."""
    known = networks_dir()
    for folder in (known / run, Path(os.path.expanduser(run))):
        with suppress(OSError, ValueError):  # a name that no folder can have
            if (folder / MODEL).is_file() and (folder / WORDS).is_file():
                return folder
    newest = sorted(known.glob(f"*/{MODEL}"), key=lambda path: -path.stat().st_mtime)
    there = ", ".join(path.parent.name for path in newest[:5])
    raise ValueError(
        f"RUN: got {run[:100]!r}, which is no run and no folder with {MODEL} and {WORDS}; "
        + (f"the newest runs are: {there}" if there else "there is none yet: python -m lstm_teach train")
    )


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong while a file of a run is read into one sentence that names it."""
    try:
        yield
    except Exception as error:  # zipfile, json and Keras each have their own
        first = " ".join(str(error).split())[:300]
        raise ValueError(
            f"{shown(path)} is damaged, or does not belong to the files beside it ({first}); train it anew"
        ) from error
