"""Read IMDB's reviews and their films from the archive, or from the folder that it unpacks to."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sized
from pathlib import Path

from lstm_teach.reviews import tar
from lstm_teach.reviews.corpus import CorpusError, room_for

PARTS = ("train/neg", "train/pos", "test/neg", "test/pos", "train/unsup")
ARCHIVE = "aclImdb_v1.tar.gz"
_FILM = re.compile(rb"/title/tt(\d{1,9})/")  # line k of a list is the address of the film of review k
_LIST = re.compile(r"(?:.*/)?(train|test)/urls_(neg|pos)\.txt")
_REVIEW = re.compile(rf"(?:.*/)?({'|'.join(PARTS)})/(\d{{1,6}})_\d{{1,2}}\.txt")  # PART/ID_RATING.txt
_LARGEST_REVIEW = 30_000  # bytes; the longest published review has about 14,000
_LARGEST_LIST = 2_000_000  # bytes; a published list of films has 612,500


def find(source: Path) -> Path:
    """Return the archive or the `aclImdb` folder that `source` means; it may be a folder that holds either.

    Nothing of the kind is a CorpusError; a folder into which this user may not look is an OSError.
    """
    try:
        source.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise CorpusError(f"{source} does not exist; {tar.WANTED}.") from error
    if source.is_file():
        return source
    for folder in (source, source / "aclImdb"):
        if (folder / "train").is_dir() and (folder / "test").is_dir():
            return folder
    if (source / ARCHIVE).is_file():
        return source / ARCHIVE
    raise CorpusError(f"{source} holds neither {ARCHIVE} nor the folders train and test; {tar.WANTED}.")


def fingerprint(source: Path) -> str:
    """Return a SHA-256 for the source: of an archive's bytes, of a folder's file names, sizes and times."""
    if source.is_file():
        if source.stat().st_size > tar.LARGEST_ARCHIVE:
            raise CorpusError(f"{source} is far too large for the archive of reviews; {tar.WANTED}.")
        with source.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    total = hashlib.sha256()
    for name, entry in _entries(source):
        total.update(repr((name, entry.stat().st_size, entry.stat().st_mtime_ns)).encode())
    return total.hexdigest()


def read(source: Path, counts: dict[str, int], tick: Callable[[], object]) -> dict[str, list[str]]:
    """Return all reviews of an archive or a folder, by part, in the order of their ids.

    With them come the numbers of their films, under names such as "train/neg films", where the source has
    the lists `urls_neg.txt` and `urls_pos.txt`. `counts` is as in `require_all`; `tick` is called after every
    review. A source that is incomplete, damaged, hostile or something else is a CorpusError.
    """

    def damaged(what: str) -> CorpusError:
        return CorpusError(f"{source} is damaged: {what}; {tar.AGAIN}.")

    parts: dict[str, dict[int, str]] = {part: {} for part in counts}
    films: dict[str, list[str]] = {}
    room = room_for(sum(counts.values()))
    for name, content in tar.files(source, _largest) if source.is_file() else _from_folder(source):
        if len(content) > _largest(name):
            raise damaged(f"{name!r} is far too large")
        if match := _LIST.fullmatch(name):
            films["/".join(match.groups())] = [film.decode() for film in _FILM.findall(content)]
            continue
        part, digits = _REVIEW.findall(name)[0]
        number, texts = int(digits), parts[part]
        if number in texts:
            raise damaged(f"{part} holds review {number} twice")
        try:
            texts[number] = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise damaged(f"{name!r} is not UTF-8 ({error})") from error
        room -= sys.getsizeof(texts[number])
        if room < 0:
            raise damaged("its reviews are far too large together")
        if len(texts) > counts[part]:
            raise damaged(f"{part} holds over {counts[part]:,} reviews")
        tick()
    require_all(source, parts, counts)
    found = {part: [texts[number] for number in sorted(texts)] for part, texts in parts.items()}
    for part, listed in films.items():
        if max(parts[part], default=-1) >= len(listed):
            raise damaged(f"its list of films for {part} is too short")
        found[f"{part} films"] = [listed[number] for number in sorted(parts[part])]
    return found


def require_all(source: Path, parts: Mapping[str, Sized], counts: dict[str, int]) -> None:
    """Raise a CorpusError if a part has too few or too many reviews; all unlabelled ones may be missing."""
    for part, expected in counts.items():
        came = len(parts.get(part, ()))
        if came != expected and (part, came) != ("train/unsup", 0):
            raise CorpusError(
                f"{source} is incomplete or is not IMDB as published: {part} holds {came:,} reviews, "
                f"expected {expected:,}; {tar.AGAIN}."
            )


def _largest(name: str) -> int:
    """Return the most bytes that a file of this name may have; 0 for a file that is not read."""
    if _LIST.fullmatch(name):
        return _LARGEST_LIST
    return _LARGEST_REVIEW if _REVIEW.fullmatch(name) else 0


def _entries(source: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield the files of a folder that are read, in alphabetical order, and no links."""
    for folder in ("train", "test", *PARTS):
        if (source / folder).is_dir():
            with os.scandir(source / folder) as entries:
                for entry in sorted(entries, key=lambda entry: entry.name):
                    name = f"{folder}/{entry.name}"
                    if _largest(name) and entry.is_file(follow_symlinks=False):
                        yield name, entry


def _from_folder(source: Path) -> Iterator[tuple[str, bytes]]:
    for name, entry in _entries(source):
        with open(entry.path, "rb") as file:
            yield name, file.read(_largest(name) + 1)
