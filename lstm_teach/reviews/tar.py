"""Read files from a tar archive, compressed or not, and check every size before it is used.

Nothing is unpacked, so nothing in an archive can be written anywhere. The reader accepts what an honest
archive of reviews holds: files, folders, and small extended headers with times and owners. It refuses
everything else before it reads it.
"""

from __future__ import annotations

import gzip
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
_LARGEST_END = 1_000_000  # bytes behind the last file
_LARGEST_HEADER = 65_536  # bytes of an extended header
_MOST_HEADERS = 4  # extended headers in front of one file
_OTHER_FILE = (b" path=", b" size=", b" linkpath=", b" GNU.sparse.")  # they replace what the header says


def files(path: Path, largest: Callable[[str], int]) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each wanted file, in the order of the archive.

    Parameters
    ----------
    largest : returns for a file's name the most bytes that it may have; 0 if the file is not wanted

    Raises
    ------
    CorpusError
        if the archive is truncated, damaged or hostile, or no tar archive at all.
    OSError
        if it cannot be read.
    """
    with path.open("rb") as raw:
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
    headers = 0
    while True:
        block = stream.read(_BLOCK)
        if block == bytes(_BLOCK):  # the end
            return
        try:
            member = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except tarfile.HeaderError as error:
            if stream.tell() > len(block):
                raise
            raise CorpusError(f"{path} is no tar archive; {WANTED}.") from error
        if not 0 <= member.size <= LARGEST_ARCHIVE:
            raise _refusal(path, f"{member.name!r} with a size of {member.size:,} bytes")
        if stream.tell() + member.size > LARGEST_ARCHIVE:
            raise _refusal(path, f"over {LARGEST_ARCHIVE:,} bytes when it is decompressed")
        stored = -(-member.size // _BLOCK) * _BLOCK
        if member.type in (tarfile.XHDTYPE, tarfile.XGLTYPE):
            headers += 1
            if member.size > _LARGEST_HEADER or headers > _MOST_HEADERS:
                raise _refusal(path, "an extended header that is too long")
            content = stream.read(stored)
            if any(key in content for key in _OTHER_FILE):
                raise _refusal(path, "an extended header that replaces a name or a size")
            continue
        headers = 0
        if what := _hostile(member):
            raise _refusal(path, f"{member.name!r}, {what}")
        most = largest(member.name) if not member.isdir() else 0
        if not most:
            stream.seek(stored, os.SEEK_CUR)
            continue
        if member.size > most:
            raise _refusal(path, f"{member.name!r}, which is far too large")
        content = stream.read(stored)
        if len(content) < stored:
            raise EOFError("it ends within a file")
        yield member.name, content[: member.size]


def _hostile(member: tarfile.TarInfo) -> str:
    """Return what is wrong with a member of an archive, or nothing."""
    path, windows = PurePosixPath(member.name), PureWindowsPath(member.name)
    if path.is_absolute() or windows.anchor or ".." in (*path.parts, *windows.parts):
        return "a path that leads outside"
    if member.issym() or member.islnk():
        return "a link"
    if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE):
        return "neither a file nor a folder"
    return ""


def _refusal(path: Path, what: str) -> CorpusError:
    return CorpusError(f"{path} is refused: it holds {what}, and the published archive does not; {AGAIN}.")
