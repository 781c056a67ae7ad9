"""Read IMDB's reviews from its archive, or from a folder where it was unpacked, trusting neither.

An archive is read as a stream and nothing is unpacked, so nothing in it can be written anywhere. It is
refused all the same if it holds what an honest one does not: a link, a device, a path that leads elsewhere.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from lstm_teach.reviews.corpus import CorpusError

PARTS = ("train/neg", "train/pos", "test/neg", "test/pos", "train/unsup")
_NAME = re.compile(r"(\d{1,6})_(\d{1,2})\.txt")  # ID_RATING.txt
_LISTS = {  # line k is the address of the film of review k; unlabelled reviews have such a list too
    f"{half}/urls_{kind}.txt": f"{half}/{kind}" for half in ("train", "test") for kind in ("neg", "pos")
}
_FILM = re.compile(rb"/title/tt(\d{1,9})/")
_LARGEST_REVIEW = 1_000_000  # bytes; the longest published review has about 14,000
_LARGEST_LIST = 10_000_000  # bytes; a published list of films has 612,500
_LARGEST_ARCHIVE = 1_000_000_000  # bytes when decompressed; the published archive has about 400 million

Tick = Callable[[], object]


def find(source: Path) -> Path:
    """The archive or the `aclImdb` folder that is meant by `source`, which may be a folder that holds either.

    Raises
    ------
    CorpusError
        if there is nothing of the kind.
    """
    if source.is_file():
        return source
    if not source.is_dir():
        raise CorpusError(
            f"{source} does not exist; expected aclImdb_v1.tar.gz or the folder that it was unpacked to."
        )
    for folder in (source, source / "aclImdb"):
        if (folder / "train").is_dir() and (folder / "test").is_dir():
            return folder
    if (source / "aclImdb_v1.tar.gz").is_file():
        return source / "aclImdb_v1.tar.gz"
    raise CorpusError(
        f"{source} holds neither aclImdb_v1.tar.gz nor the folders train and test that come out of it."
    )


def fingerprint(source: Path) -> str:
    """A SHA-256 for the source: of an archive's bytes, of a folder's file names, sizes and times."""
    if source.is_file():
        with source.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    total = hashlib.sha256()
    for part in PARTS:
        if (source / part).is_dir():
            with os.scandir(source / part) as entries:
                found = sorted((e.name, e.stat().st_size, e.stat().st_mtime_ns) for e in entries)
            total.update(repr((part, found)).encode())
    return total.hexdigest()


def read(source: Path, counts: dict[str, int], tick: Tick = lambda: None) -> dict[str, list[str]]:
    """Return all reviews of an archive or a folder, by part, in the order of their ids.

    With them come the numbers of their films, under names such as "train/neg films", where the source has
    the lists `urls_neg.txt` and `urls_pos.txt`.

    Parameters
    ----------
    source : what `find` found
    counts : how many reviews each part must hold; the unlabelled ones may be missing altogether
    tick : called after every review

    Raises
    ------
    CorpusError
        if the source is truncated, damaged, hostile or something else.
    """
    reviews = _from_archive(source) if source.is_file() else _from_folder(source)
    parts: dict[str, dict[int, str]] = {part: {} for part in counts}
    films: dict[str, list[str]] = {}
    for name, content in reviews:
        *_, half, kind, file = PurePosixPath(name).parts
        if of := _LISTS.get(f"{kind}/{file}"):
            films[of] = [number.decode() for number in _FILM.findall(content)]
            continue
        number, part = int(file.split("_")[0]), parts[f"{half}/{kind}"]
        if number in part:
            raise CorpusError(
                f"{source} is not IMDB as published: {half}/{kind} holds review {number} twice."
            )
        try:
            part[number] = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise CorpusError(f"{source} is damaged: {name} is not UTF-8 ({error}).") from error
        tick()
    for name, expected in counts.items():
        if len(parts[name]) != expected and not (name == "train/unsup" and not parts[name]):
            raise CorpusError(
                f"{source} is incomplete or is not IMDB as published: {name} holds {len(parts[name]):,} "
                f"reviews, expected {expected:,}. Get it again."
            )
    found = {name: [part[number] for number in sorted(part)] for name, part in parts.items()}
    for name, listed in films.items():
        if max(parts[name], default=-1) >= len(listed):
            raise CorpusError(
                f"{source} is damaged: its list of films for {name} is too short. Get it again."
            )
        found[f"{name} films"] = [listed[number] for number in sorted(parts[name])]
    return found


def _largest(parts: tuple[str, ...]) -> int:
    """Return the most bytes that a file of this path may have: 0 for one that is not read."""
    if len(parts) < 3:
        return 0
    if "/".join(parts[-2:]) in _LISTS:
        return _LARGEST_LIST
    return _LARGEST_REVIEW if "/".join(parts[-3:-1]) in PARTS and _NAME.fullmatch(parts[-1]) else 0


def _from_folder(source: Path) -> Iterator[tuple[str, bytes]]:
    names = [name for name in _LISTS if (source / name).is_file() and not (source / name).is_symlink()]
    for part in PARTS:
        if (source / part).is_dir():
            with os.scandir(source / part) as entries:
                names += [f"{part}/{entry.name}" for entry in entries if entry.is_file(follow_symlinks=False)]
    for name in sorted(names):
        if largest := _largest(PurePosixPath(source / name).parts):
            if (source / name).stat().st_size > largest:
                raise CorpusError(f"{source} is not IMDB as published: {name} is far too large.")
            yield f"{source.name}/{name}", (source / name).read_bytes()


def _from_archive(source: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with source.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"  # some browsers unpack .gz on their own and leave .tar
            raw.seek(0)
            plain = _Bounded(gzip.GzipFile(fileobj=raw) if packed else raw, source)
            with tarfile.open(fileobj=plain, mode="r|") as archive:
                for member in archive:
                    _refuse_hostile(member, source)
                    if largest := member.isreg() and _largest(PurePosixPath(member.name).parts):
                        if member.size > largest:
                            raise CorpusError(
                                f"{source} is refused: {member.name} is far too large for a review."
                            )
                        file = archive.extractfile(member)
                        assert file is not None
                        yield member.name, file.read()
            while plain.read(1 << 20):  # the checksum stands at the very end
                pass
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise CorpusError(f"{source} is truncated, damaged or no archive ({error}). Get it again.") from error


def _refuse_hostile(member: tarfile.TarInfo, source: Path) -> None:
    path, windows = PurePosixPath(member.name), PureWindowsPath(member.name)
    if path.is_absolute() or windows.anchor or ".." in (*path.parts, *windows.parts):
        what = "a path that leads outside"
    elif member.issym() or member.islnk():
        what = "a link"
    elif not (member.isreg() or member.isdir()):
        what = "neither a file nor a folder"
    else:
        return
    raise CorpusError(
        f"{source} is refused: it holds {member.name!r}, {what}, which the published archive does "
        "not. Get it from ai.stanford.edu/~amaas/data/sentiment."
    )


class _Bounded(io.RawIOBase):
    """A stream that ends in an error, not in a full memory, when a small archive unpacks to a huge one."""

    def __init__(self, file: io.BufferedIOBase, source: Path) -> None:
        self._file, self._source, self._left = file, source, _LARGEST_ARCHIVE

    def readinto(self, buffer: Any) -> int:
        count = self._file.readinto(buffer)
        self._left -= count
        if self._left < 0:
            raise CorpusError(f"{self._source} is refused: unpacked, it has over {_LARGEST_ARCHIVE:,} bytes.")
        return count
