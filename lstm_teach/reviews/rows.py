"""Read the rows of a table: CSV, TSV or JSON lines, in UTF-8."""

from __future__ import annotations

import csv
import itertools
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from lstm_teach.reviews.corpus import CorpusError, shown

Row = tuple[int, list[Any]]  # its number, and its values in the columns asked for

_LONGEST_LINE = 1_000_000  # bytes
_SEPARATOR = re.compile(r'"?sep=."?', re.IGNORECASE)  # Excel writes such a line before the header
_BINARY = {  # how files begin that are no text in UTF-8, and the way out
    b"\xff\xfe\0\0": "is in UTF-32; save the table in UTF-8",
    b"PK": "is an Excel or zip file; save the table as CSV in UTF-8",
    b"\xd0\xcf": "is an old Excel file; save the table as CSV in UTF-8",
    b"\x1f\x8b": "is compressed; decompress it first",
    b"\xff\xfe": "is in UTF-16; save the table in UTF-8",
    b"\xfe\xff": "is in UTF-16; save the table in UTF-8",
}
_WANTED = "expected a table with a header, as CSV, TSV or JSON lines in UTF-8"


def rows(path: Path, columns: list[str]) -> Iterator[Row]:
    """Yield the number of each row and its values in these columns, None where there is no value.

    Rows are numbered as a spreadsheet does: the first line is row 1. What cannot be read is a CorpusError
    that names the row.
    """
    name = shown(path)
    if "\0" in str(path):
        raise CorpusError(f"path: got {name!r}, expected the name of a file, without a NUL character.")
    try:
        if path.exists() and not path.is_file():
            raise OSError("it is a folder, a device or a pipe")
        with path.open("rb") as file:
            lines = enumerate(_lines(name, file), start=1)
            start, first = next(((n, line) for n, line in lines if _says_something(line)), (1, ""))
            read = _objects if first.lstrip()[:1] in ("{", "[") else _records
            yield from read(name, start, itertools.chain([first], (line for _, line in lines)), columns)
    except OSError as error:
        raise CorpusError(f"{name} cannot be read ({error.strerror or error}); {_WANTED}.") from error


def _says_something(line: str) -> bool:
    return not (line.isspace() or _SEPARATOR.fullmatch(line.strip()))


def _lines(name: str, file: BinaryIO) -> Iterator[str]:
    for number in itertools.count(1):
        line = file.readline(_LONGEST_LINE)
        if number == 1:
            for start, what in _BINARY.items():
                if line.startswith(start):
                    raise CorpusError(f"{name} {what}.")
            if b"\r" in line.rstrip(b"\r\n"):
                raise CorpusError(
                    f"{name} ends its lines with CR alone; save it with the line ends LF or CRLF."
                )
        if b"\0" in line:
            what = f"line {number} holds a NUL character, as UTF-16 and UTF-32 do"
            raise CorpusError(f"{name}: {what}; save the table in UTF-8, without it.")
        if len(line) == _LONGEST_LINE:
            raise CorpusError(f"{name}: line {number} has over {_LONGEST_LINE:,} bytes; {_WANTED}.")
        if not line:
            return
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            what = f"line {number} is not in UTF-8 ({error.reason})"
            raise CorpusError(f"{name}: {what}; save the table in UTF-8.") from error


def _objects(name: str, start: int, lines: Iterable[str], columns: list[str]) -> Iterator[Row]:
    """Yield the rows of JSON lines: one object per line."""
    for number, line in enumerate(lines, start):
        if line.isspace():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            what = f"row {number} is no JSON ({error})"
            raise CorpusError(f"{name}: {what}; write one object per line.") from error
        if not isinstance(value, dict):
            raise CorpusError(f"{name}: row {number} is no JSON object; write one object per line.")
        if number == start:
            _require(name, list(value), columns)
        yield number, [value.get(column) for column in columns]


def _records(name: str, start: int, lines: Iterable[str], columns: list[str]) -> Iterator[Row]:
    """Yield the rows of CSV or TSV; the header tells whether commas, semicolons or tabs divide it."""
    lines = iter(lines)
    first = next(lines)
    divider = max(",;\t", key=first.count)
    reader = enumerate(csv.reader(itertools.chain([first], lines), delimiter=divider, strict=True), start)
    number = start - 1
    try:
        number, header = next(reader, (start, []))
        names = [one.strip() for one in header]
        _require(name, names, columns)
        for number, values in reader:
            if len(values) > len(names):
                raise CorpusError(
                    f"{name}: row {number} has {len(values)} values, expected {len(names)}; put a text that "
                    f"holds {divider!r} in double quotes."
                )
            if values:
                found = dict(zip(names, values, strict=False))
                yield number, [found.get(column) for column in columns]
    except csv.Error as error:
        way_out = "put its text in double quotes, and double those inside it"
        if "limit" in str(error):
            most = csv.field_size_limit()
            way_out = f"close its double quotes, or shorten its text to {most:,} characters or fewer"
        raise CorpusError(f"{name}: row {number + 1} cannot be read ({error}); {way_out}.") from error


def _require(name: str, names: list[str], columns: list[str]) -> None:
    """Raise a CorpusError unless each of the columns is among the names once."""
    if not names:
        raise CorpusError(f"{name} is empty; {_WANTED}.")
    for column in columns:
        if (count := names.count(column)) != 1:
            found = ", ".join(repr(one[:30]) for one in names[:9])
            raise CorpusError(
                f"{name} has {count or 'no'} columns {column!r} in row 1, expected one; name one of yours: "
                f"{found}."
            )
