"""A compact file for lists of texts, and the folder for what can be made again."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
import time
import zipfile
from pathlib import Path
from typing import IO

import lstm_teach
from lstm_teach.atomic import replacing
from lstm_teach.reviews.corpus import CorpusError, room_for

SETTING = "LSTM_TEACH_CACHE"
FORMAT = 3  # stands in the names of the files; 1 had no films, 2 was a NumPy archive
_MOST_LISTS = 20  # IMDB has 9
_LONGEST_LINE = 200_000  # bytes; JSON may make six of one
_HOUR = 3600.0


def cache_dir() -> Path:
    """Return the folder for what can be made again; it need not exist yet.

    It is what the environment variable LSTM_TEACH_CACHE names; else `data/cache` of a checkout; else the
    operating system's folder for caches.
    """
    if named := named_in(SETTING):
        return named
    checkout = Path(lstm_teach.__file__).resolve().parent.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "data").is_dir():
        return checkout / "data" / "cache"
    try:
        import pooch
    except ImportError:  # in a browser
        return Path.home() / ".cache" / "lstm_teach"
    return Path(pooch.os_cache("lstm_teach"))


def named_in(setting: str) -> Path | None:
    """Return the path that an environment variable names, or None where it is not set.

    What can be no path is a CorpusError that names the variable and says what to do.
    """
    if not (named := os.environ.get(setting)):
        return None
    path = Path(os.path.expanduser(named))
    problem = "it is blank" if not named.strip() else ""
    if named.startswith("~") and path == Path(named):
        problem = "there is no such user"
    try:
        path.exists()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            problem = "it is too long"
    if problem:
        raise CorpusError(
            f"{setting}: got {named[:60]!r}, which names no place ({problem}); name a folder of your own, or "
            f"remove {setting} from the environment."
        )
    return path


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


def read(path: Path, reviews: int = 100_000) -> dict[str, list[str]]:
    """Return what `write` wrote of so many reviews; the zip file's own checksums tell whether it is that.

    A damaged file is a CorpusError; one that is not there, or that this user may not read, is an OSError.
    """
    room, lists = room_for(reviews), {}
    try:
        if path.stat().st_size > room or not (path.is_file() or path.is_dir()):
            raise ValueError("it is no file of reviews")
        with zipfile.ZipFile(path) as file:
            for name in file.namelist()[:_MOST_LISTS]:
                lists[name] = _texts(file.open(name), room)
                room -= sum(map(sys.getsizeof, lists[name]))
        return lists
    except (OSError, MemoryError):
        raise
    except Exception as error:  # zipfile, zlib and json each have their own, and they change
        raise CorpusError(f"{path} is damaged ({error}).") from error


def _texts(entry: IO[bytes], room: int) -> list[str]:
    texts = []
    while line := entry.readline(_LONGEST_LINE):
        text = json.loads(line)
        room -= sys.getsizeof(text)
        if room < 0 or not isinstance(text, str):
            raise ValueError("it holds something else than reviews")
        text.encode()  # JSON can spell half a character, and UTF-8 cannot write it
        texts.append(text)
    return texts


def sweep(folder: Path, pattern: str) -> None:
    """Remove what a killed process left behind; what is younger than an hour may still be being written."""
    for left in folder.glob(pattern):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _HOUR:
                left.unlink()
