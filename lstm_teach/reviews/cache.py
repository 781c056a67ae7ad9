"""A compact file for lists of texts: one array of bytes and where each text ends; no pickle.

Written whole or not at all: first beside its place under another name, then moved there in one step, so
that of two processes that write at once both succeed and a third never reads half a file.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import secrets
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

import lstm_teach

SETTING = "LSTM_TEACH_CACHE"
FORMAT = 2  # 1 had no films
_SUFFIX = ".half-written"
_HOUR = 3600.0


class _Content(NamedTuple):
    names: np.ndarray  # (lists,) strings
    counts: np.ndarray  # (lists,) how many texts each has
    ends: np.ndarray  # (texts,) where each text ends in `text`
    text: np.ndarray  # (bytes,) uint8, all texts one after the other in UTF-8


class DamagedCache(Exception):
    """The file is not what `write` wrote."""


def cache_dir() -> Path:
    """Where what can be made again is kept.

    The environment variable LSTM_TEACH_CACHE; else `data/cache` of a checkout; else the operating system's
    folder for caches. It need not exist yet.
    """
    if named := os.environ.get(SETTING):
        return Path(named).expanduser()
    checkout = Path(lstm_teach.__file__).resolve().parent.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "data").is_dir():
        return checkout / "data" / "cache"
    import pooch

    return Path(pooch.os_cache("lstm_teach"))


def write(path: Path, lists: dict[str, list[str]]) -> None:
    """Write named lists of texts (about 15 s for IMDB's 100,000)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sweep(path.parent, f"*{_SUFFIX}")
    encoded = [text.encode("utf-8") for texts in lists.values() for text in texts]
    content = _Content(
        names=np.array(list(lists)),
        counts=np.array([len(texts) for texts in lists.values()]),
        ends=np.cumsum([len(text) for text in encoded], dtype=np.int64),
        text=np.frombuffer(b"".join(encoded), dtype=np.uint8),
    )
    half_written = path.with_name(f"{path.stem}-{os.getpid()}-{secrets.token_hex(4)}{_SUFFIX}")
    try:
        with half_written.open("xb") as file:
            np.savez_compressed(file, format=FORMAT, digest=_digest(content), **content._asdict())
        os.replace(half_written, path)
    finally:
        half_written.unlink(missing_ok=True)


def read(path: Path) -> dict[str, list[str]]:
    """Read what `write` wrote.

    Raises
    ------
    FileNotFoundError
        if there is no such file.
    DamagedCache
        if it is damaged, half written or of another format.
    """
    if not path.is_file():
        raise FileNotFoundError(path)
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            if int(file["format"]) != FORMAT:
                raise DamagedCache(f"format {file['format']}, expected {FORMAT}")
            content = _Content(*(file[name] for name in _Content._fields))
            if str(file["digest"]) != _digest(content):
                raise DamagedCache("its checksum does not fit its content")
    except (FileNotFoundError, DamagedCache, MemoryError):
        raise
    except Exception as error:  # zipfile, zlib and NumPy each have their own, and they change
        raise DamagedCache(str(error)) from error
    text, ends = content.text.tobytes(), content.ends.tolist()
    texts = [text[start:end].decode("utf-8") for start, end in itertools.pairwise([0, *ends])]
    stops = np.cumsum(content.counts).tolist()
    return {
        str(name): texts[start:stop]
        for name, (start, stop) in zip(content.names, itertools.pairwise([0, *stops]), strict=True)
    }


def looks_whole(path: Path) -> bool:
    """Whether a quick look finds a file of this format (its end is there, its content is not checked)."""
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            return int(file["format"]) == FORMAT and "text" in file.files
    except Exception:
        return False


def sweep(folder: Path, pattern: str) -> None:
    """Remove what a killed process left behind; what is younger than an hour may still be being written."""
    for left in folder.glob(pattern):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _HOUR:
                left.unlink()


def _digest(content: _Content) -> str:
    total = hashlib.sha256()
    for array in content:
        total.update(array.tobytes())
    return total.hexdigest()
