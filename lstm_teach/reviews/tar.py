"""Read files from a tar archive, compressed or not, and check every size before it is used.

Nothing is unpacked, so nothing in an archive can be written anywhere. An archive may hold files and folders,
as the published one does. Everything else is refused before it is read: links, devices, and the extended
headers that give a file another name or size.
"""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO

from lstm_teach.reviews.corpus import CorpusError

WANTED = "name aclImdb_v1.tar.gz, or the folder that it unpacks to, in LSTM_TEACH_IMDB or as `source`"
AGAIN = "get it again from ai.stanford.edu/~amaas/data/sentiment"
_BLOCK = 512  # bytes; a tar archive is made of such blocks
LARGEST_ARCHIVE = 600_000_000  # bytes when decompressed; the published archive has about 300 million
_MOST_OTHERS = 1_000  # folders, and files that are not wanted; the published archive has 12
_LONGEST_HEADERS = 100_000  # bytes that are read one by one; the published archive has fewer than 10
_LARGEST_END = 1_000_000  # bytes behind the last file


def files(path: Path, largest: Callable[[str], int]) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each wanted file, in the order of the archive.

    `largest` returns for a file's name the most bytes that it may have; 0 if the file is not wanted. Whatever
    is wrong with the archive is a CorpusError.
    """
    with _ShortHeaders(io.FileIO(path)) as raw:
        start = raw.read(2)
        raw.seek(0)
        if start == b"PK":
            raise CorpusError(
                f"{path} is a zip file, as is the imdb.npz of Keras, and no tar archive; {WANTED}."
            )
        packed = start == b"\x1f\x8b"  # some browsers decompress .gz on their own and leave .tar
        stream = gzip.GzipFile(fileobj=raw) if packed else raw
        try:
            yield from _members(path, stream, largest)
            if len(stream.read(_LARGEST_END)) == _LARGEST_END:  # the checksum stands at the very end
                raise _refusal(path, "something behind its last file")
        except (tarfile.HeaderError, EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise CorpusError(f"{path} is truncated or damaged ({error}); {AGAIN}.") from error


def _members(
    path: Path, stream: BinaryIO | gzip.GzipFile, largest: Callable[[str], int]
) -> Iterator[tuple[str, bytes]]:
    others = 0
    while (block := stream.read(_BLOCK)) != bytes(_BLOCK):
        try:
            member = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except tarfile.HeaderError as error:
            if stream.tell() > len(block):
                raise
            raise CorpusError(f"{path} is no tar archive; {WANTED}.") from error
        most = largest(member.name) if member.isreg() else 0
        if what := _hostile(member, most, stream.tell()):
            raise _refusal(path, f"{member.name!r}{what}")
        others += not most
        if others > _MOST_OTHERS:
            raise _refusal(path, f"over {_MOST_OTHERS:,} folders and files that are no reviews")
        stored = -(-member.size // _BLOCK) * _BLOCK
        if not most:
            stream.seek(stored, os.SEEK_CUR)
            continue
        content = stream.read(stored)
        if len(content) < stored:
            raise EOFError("it ends within a file")
        yield member.name, content[: member.size]


class _ShortHeaders(io.BufferedReader):
    """A file that GzipFile can decompress, if its gzip headers are short.

    GzipFile reads a name and a comment in a header byte by byte, and neither has to end.
    """

    _left = _LONGEST_HEADERS

    def read(self, size: int | None = -1, /) -> bytes:
        self._left -= size == 1
        if self._left < 0:
            raise gzip.BadGzipFile("its header does not end")
        return super().read(size)


def _hostile(member: tarfile.TarInfo, most: int, start: int) -> str:
    """Return what is wrong with a member that begins at `start` and may have `most` bytes, or nothing."""
    path, windows = PurePosixPath(member.name), PureWindowsPath(member.name)
    if not 0 <= member.size <= LARGEST_ARCHIVE:
        return f" with a size of {member.size:,} bytes"
    if start + member.size > LARGEST_ARCHIVE:
        return f", with which it has over {LARGEST_ARCHIVE:,} bytes when it is decompressed"
    if path.is_absolute() or windows.anchor or ".." in (*path.parts, *windows.parts):
        return ", a path that leads outside"
    if member.issym() or member.islnk():
        return ", a link"
    if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE):
        return ", neither a file nor a folder"
    return ", which is far too large" if most and member.size > most else ""


def _refusal(path: Path, what: str) -> CorpusError:
    return CorpusError(f"{path} is refused: it holds {what}, and the published archive does not; {AGAIN}.")
