"""A compact file for lists of texts, and the folder for what can be made again."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import time
import zipfile
from pathlib import Path
from typing import IO

import lstm_teach
from lstm_teach.atomic import replacing
from lstm_teach.reviews.corpus import CorpusError

SETTING = "LSTM_TEACH_CACHE"
FORMAT = 3  # stands in the names of the files; 1 had no films, 2 was a NumPy archive
_MOST_LISTS, _MOST_TEXTS = 20, 50_000  # in IMDB: 9 lists, with 50,000 texts in the longest
_LONGEST_LINE = 6_000_000  # bytes; JSON may make six of one
_HOUR = 3600.0


def cache_dir() -> Path:
    """Return the folder for what can be made again; it need not exist yet.

    It is what the environment variable LSTM_TEACH_CACHE names; else `data/cache` of a checkout; else the
    operating system's folder for caches.
    """
    if named := os.environ.get(SETTING):
        return Path(os.path.expanduser(named))
    checkout = Path(lstm_teach.__file__).resolve().parent.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "data").is_dir():
        return checkout / "data" / "cache"
    try:
        import pooch
    except ImportError:  # in a browser
        return Path.home() / ".cache" / "lstm_teach"
    return Path(pooch.os_cache("lstm_teach"))


def write(path: Path, lists: dict[str, list[str]]) -> None:
    """Write named lists of texts, or nothing if anything fails: a zip file with one list per entry.

    A text is one line of JSON. IMDB's 100,000 take about 2 s and 60 MB.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    sweep(path.parent, f".{path.name}.*")
    with replacing(path) as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for name, texts in lists.items():
            with file.open(name, "w") as entry:
                for text in texts:
                    entry.write(json.dumps(text).encode() + b"\n")


def read(path: Path) -> dict[str, list[str]]:
    """Return what `write` wrote; the zip file's own checksums tell whether it is still that.

    A damaged file is a CorpusError; one that is not there, or that this user may not read, is an OSError.
    """
    try:
        with zipfile.ZipFile(path) as file:
            return {name: _texts(file.open(name)) for name in file.namelist()[:_MOST_LISTS]}
    except (OSError, MemoryError):
        raise
    except Exception as error:  # zipfile, zlib and json each have their own, and they change
        raise CorpusError(f"{path} is damaged ({error}).") from error


def _texts(entry: IO[bytes]) -> list[str]:
    lines = iter(lambda: entry.readline(_LONGEST_LINE), b"")
    texts = [json.loads(line) for line in itertools.islice(lines, _MOST_TEXTS + 1)]
    if len(texts) > _MOST_TEXTS or not all(isinstance(text, str) for text in texts):
        raise ValueError("it holds something else than reviews")
    return texts


def sweep(folder: Path, pattern: str) -> None:
    """Remove what a killed process left behind; what is younger than an hour may still be being written."""
    for left in folder.glob(pattern):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _HOUR:
                left.unlink()
