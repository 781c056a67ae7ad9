"""A compact file for lists of texts: one array of bytes and where each text ends; no pickle.

Written whole or not at all: first beside its place under another name, then moved there in one step, so
that of two processes that write at once both succeed and a third never reads half a file.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import time
from pathlib import Path

import numpy as np

import lstm_teach

FORMAT = 1
_SUFFIX = ".half-written"
_HOUR = 3600.0


class DamagedCache(Exception):
    """The file is not what `write` wrote."""


def cache_dir() -> Path:
    """Where what can be made again is kept.

    The environment variable LSTM_TEACH_CACHE; else `data/cache` of a checkout; else the operating system's
    folder for caches. It need not exist yet.
    """
    if named := os.environ.get("LSTM_TEACH_CACHE"):
        return Path(named).expanduser()
    checkout = Path(lstm_teach.__file__).resolve().parent.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "data").is_dir():
        return checkout / "data" / "cache"
    import pooch

    return Path(pooch.os_cache("lstm_teach"))


def write(path: Path, lists: dict[str, list[str]]) -> None:
    """Write named lists of texts (about 15 s for IMDB's 100,000)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path.parent)
    encoded = [text.encode("utf-8") for texts in lists.values() for text in texts]
    content = {
        "names": np.array(list(lists)),
        "counts": np.array([len(texts) for texts in lists.values()]),
        "ends": np.cumsum([len(text) for text in encoded], dtype=np.int64),
        "text": np.frombuffer(b"".join(encoded), dtype=np.uint8),
    }
    half_written = path.with_name(f"{path.stem}-{os.getpid()}-{secrets.token_hex(4)}{_SUFFIX}")
    try:
        with half_written.open("xb") as file:
            np.savez_compressed(file, format=FORMAT, digest=_digest(content), **content)
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
    try:
        with np.load(path, allow_pickle=False) as file:
            if int(file["format"]) != FORMAT:
                raise DamagedCache(f"format {file['format']}, expected {FORMAT}")
            content = {name: file[name] for name in ("names", "counts", "ends", "text")}
            if str(file["digest"]) != _digest(content):
                raise DamagedCache("its checksum does not fit its content")
    except (FileNotFoundError, DamagedCache):
        raise
    except Exception as error:  # zipfile, zlib and NumPy each have their own, and they change
        raise DamagedCache(str(error)) from error
    text, ends = content["text"].tobytes(), content["ends"].tolist()
    texts = [text[a:b].decode("utf-8") for a, b in zip([0, *ends[:-1]], ends, strict=True)]
    stops = np.cumsum(content["counts"]).tolist()
    return {
        str(name): texts[stop - count : stop]
        for name, count, stop in zip(content["names"], content["counts"].tolist(), stops, strict=True)
    }


def looks_whole(path: Path) -> bool:
    """Whether a quick look finds a file of this format (its end is there, its content is not checked)."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return int(file["format"]) == FORMAT and "text" in file.files
    except Exception:
        return False


def _digest(content: dict[str, np.ndarray]) -> str:
    total = hashlib.sha256()
    for array in content.values():
        total.update(np.ascontiguousarray(array).tobytes())
    return total.hexdigest()


def _sweep(folder: Path) -> None:
    """Remove what a killed process left behind; what is younger may still be being written."""
    for left in folder.glob(f"*{_SUFFIX}"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _HOUR:
                left.unlink()
