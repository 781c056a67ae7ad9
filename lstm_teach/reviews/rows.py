"""Read the rows of a table: CSV, TSV or JSON lines, in UTF-8."""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from lstm_teach.reviews.corpus import CorpusError

Row = tuple[int, list[Any]]  # its number, and its values in the columns asked for

_LONGEST_LINE = 1_000_000  # bytes
_BINARY = {  # how files begin that are no text in UTF-8, and the way out
    b"PK": "is an Excel or zip file; save the table as CSV in UTF-8",
    b"\xd0\xcf": "is an old Excel file; save the table as CSV in UTF-8",
    b"\x1f\x8b": "is compressed; decompress it first",
    b"\xff\xfe": "is in UTF-16; save the table in UTF-8",
    b"\xfe\xff": "is in UTF-16; save the table in UTF-8",
}
_WANTED = "expected a table with a header, as CSV, TSV or JSON lines in UTF-8"


def rows(path: Path, columns: list[str]) -> Iterator[Row]:
    """Yield the number of each row and its values in these columns, None where there is no value.

    Rows are numbered as a spreadsheet does: the header is row 1. Of JSON lines the first object is row 1.
    What cannot be read is a CorpusError that names the row.
    """
    try:
        with path.open("rb") as file:
            lines = _lines(path, file)
            first = next(lines, "")
            read = _objects if first.lstrip()[:1] in ("{", "[") else _records
            yield from read(path, first, itertools.chain([first], lines), columns)
    except OSError as error:
        raise CorpusError(f"{path} cannot be read ({error.strerror or error}); {_WANTED}.") from error


def _lines(path: Path, file: BinaryIO) -> Iterator[str]:
    for number in itertools.count(1):
        line = file.readline(_LONGEST_LINE)
        if number == 1 and line[:2] in _BINARY:
            raise CorpusError(f"{path} {_BINARY[line[:2]]}.")
        if len(line) == _LONGEST_LINE:
            raise CorpusError(f"{path}: line {number} has over {_LONGEST_LINE:,} bytes; {_WANTED}.")
        if not line:
            return
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            what = f"line {number} is not in UTF-8 ({error.reason})"
            raise CorpusError(f"{path}: {what}; save the table in UTF-8.") from error


def _objects(path: Path, first: str, lines: Iterable[str], columns: list[str]) -> Iterator[Row]:
    """Yield the rows of JSON lines: one object per line."""
    for number, line in enumerate(lines, start=1):
        if line.isspace():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            what = f"row {number} is no JSON ({error})"
            raise CorpusError(f"{path}: {what}; write one object per line.") from error
        if not isinstance(value, dict):
            raise CorpusError(f"{path}: row {number} is no JSON object; write one object per line.")
        if line == first:
            _require(path, list(value), columns)
        yield number, [value.get(column) for column in columns]


def _records(path: Path, first: str, lines: Iterable[str], columns: list[str]) -> Iterator[Row]:
    """Yield the rows of CSV or TSV; the header tells whether commas, semicolons or tabs divide it."""
    divider = max(",;\t", key=first.count)
    reader = enumerate(csv.reader(lines, delimiter=divider, strict=True), start=1)
    number = 0
    try:
        number, header = next(reader, (1, []))
        names = [name.strip() for name in header]
        _require(path, names, columns)
        for number, values in reader:
            if len(values) > len(names):
                raise CorpusError(
                    f"{path}: row {number} has {len(values)} values, expected {len(names)}; put a text that "
                    f"holds {divider!r} in double quotes."
                )
            if values:
                found = dict(zip(names, values, strict=False))
                yield number, [found.get(column) for column in columns]
    except csv.Error as error:
        what = f"row {number + 1} cannot be read ({error})"
        raise CorpusError(
            f"{path}: {what}; put its text in double quotes, and double those inside it."
        ) from error


def _require(path: Path, names: list[str], columns: list[str]) -> None:
    """Raise a CorpusError unless each of the columns is among the names once."""
    if not names:
        raise CorpusError(f"{path} is empty; {_WANTED}.")
    for column in columns:
        if (count := names.count(column)) != 1:
            found = ", ".join(repr(name[:30]) for name in names[:9])
            raise CorpusError(
                f"{path} has {count or 'no'} columns {column!r} in row 1, expected one; name one of yours: "
                f"{found}."
            )
