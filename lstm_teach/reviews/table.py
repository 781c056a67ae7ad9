"""A corpus of your own, from a table."""

from __future__ import annotations

import itertools
import json
import os
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lstm_teach.reviews.corpus import CLASS_NAMES, Corpus, CorpusError, Split, shown
from lstm_teach.reviews.rows import rows
from lstm_teach.reviews.splits import validation_split

TEST_FRACTION = 0.2
_FEWEST = 10  # rows of each label: fewer cannot be split twice, into training, validation and test
_ENOUGH = 60  # rows: of fewer, the test half is below a dozen
_POSITIVE = {"1", "true", "yes", "pos", "positive", "good", "t", "y", "+"}
_NEGATIVE = {"0", "-1", "false", "no", "neg", "negative", "bad", "f", "n", "-"}
_HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")  # JSON can spell it, and UTF-8 cannot write it
_MISSING = {"", "nan", "na", "n/a", "null", "none"}  # what spreadsheets and pandas write for no value


class _Columns(NamedTuple):
    texts: list[str]
    labels: list[str]  # as `_meaning` gives them
    groups: list[int]
    numbers: list[int]  # of the rows
    first: dict[str, tuple[str, int]]  # of each label: how its first row spells it, and that row


def from_table(
    path: str | os.PathLike[str],
    text: str = "text",
    label: str = "label",
    group: str | None = None,
    positive: str | None = None,
) -> Corpus:
    """Return a corpus from a table in UTF-8: CSV, TSV, or JSON lines with one object per line.

    A fifth of the rows becomes the test half. It is drawn with seed 0, so it is always the same; each label
    gives the same fraction; equal texts, and rows of one group, stay on one side. A printed line says how
    many rows there are, and which of the two values of the label is the positive one: the greater of two
    numbers, or the first of two words such as "yes" and "no". "Yes" and "yes" are one value, and so are 1 and
    1.0.

    Parameters
    ----------
    path : the table; commas, semicolons or tabs divide its columns, and a text in double quotes may hold
        commas and line breaks
    text, label : the names of the columns that hold the texts and their two kinds
    group : the name of a column whose values keep rows together, such as the film of a review
    positive : the value of the label that is positive, needed for other words, such as "happy" and "sad"

    Raises
    ------
    CorpusError
        if the table cannot be read or used; the message names the rows. Equal texts are allowed, and the
        printed line names their rows.
    """
    path = _path(path)
    columns = _columns(path, text, label, group)
    zero, one = _two_values(shown(path), label, columns, positive)
    whole = Split(
        columns.texts,
        np.array([value == one for value in columns.labels], dtype=np.int8),
        np.array(columns.groups, dtype=np.int64) if group else None,
    )
    train, test = _halves(shown(path), whole, group)
    few = f", so few that they tell little (take {_ENOUGH} or more)" if len(whole.texts) < _ENOUGH else ""
    print(
        f"{path.name}: {len(whole.texts):,} rows; {label} {columns.first[one][0]!r} is positive (1), "
        f"{columns.first[zero][0]!r} is negative (0); {len(train.texts):,} rows are to train on, "
        f"{len(test.texts):,} are the test half{few}"
        f"{f', split by {group}' if group else ''}{_repeated(columns)}."
    )
    return Corpus(path.name, train, test, class_names=_class_names(columns, zero, one))


def texts_of_table(path: str | os.PathLike[str], text: str = "text") -> tuple[list[str], list[int]]:
    """Return the texts of a table, which may have no labels, and the numbers of their rows.

    Raises
    ------
    CorpusError
        if the table cannot be read or has no texts; the message names the rows.
    """
    columns = _columns(_path(path), text, None, None)
    if not columns.texts:
        raise CorpusError(f"{shown(_path(path))} has a header and no rows, expected one row or more.")
    return columns.texts, columns.numbers


def _path(path: str | os.PathLike[str]) -> Path:
    if not isinstance(path, str | os.PathLike):
        raise CorpusError(f"path: expected the name of a table, got {type(path).__name__}.")
    return Path(os.path.expanduser(path))


def _columns(path: Path, text: str, label: str | None, group: str | None) -> _Columns:
    """Read the columns, and name the rows where one has no value."""
    found = _Columns([], [], [], [], {})
    number: dict[str, int] = {}  # of each group
    missing: dict[str, list[int]] = defaultdict(list)
    asked = [text, *([label] if label else []), *([group] if group else [])]
    for row, (words, *more) in rows(path, asked):
        if not isinstance(words, str) or not words.strip():
            missing[f"column {text!r} has no text"].append(row)
        elif _HALF_A_CHARACTER.search(words):
            missing[f"column {text!r} holds half a character"].append(row)
        value = _value(more[0]) if label else "none asked for"
        if value.lower() in _MISSING:
            missing[f"column {label!r} has no value"].append(row)
        member = _value(more[-1]) if group else "all"
        if member.lower() in _MISSING:
            missing[f"column {group!r} has no value"].append(row)
        if not missing:
            found.texts.append(words)
            found.labels.append(_meaning(value))
            found.first.setdefault(found.labels[-1], (value, row))
            found.numbers.append(row)
            found.groups.append(number.setdefault(member, len(number)))
    if missing:
        problems = ", ".join(f"{what} in {_named(where)}" for what, where in missing.items())
        raise CorpusError(f"{shown(path)}: {problems}; fill these rows in, or delete them.")
    return found


def _two_values(name: str, label: str, columns: _Columns, positive: str | None) -> tuple[str, str]:
    """Return the value of the label that is negative, and the one that is positive."""
    first = columns.first
    if len(first) != 2:
        found = ", ".join(f"{value[:30]!r} (row {row})" for value, row in [*first.values()][:5])
        more = f" and {len(first) - 5} more" if len(first) > 5 else ""
        raise CorpusError(
            f"{name}: column {label!r} holds {len(first)} different values, expected 2; it holds "
            f"{found or 'none'}{more}."
        )
    for meaning, times in Counter(columns.labels).items():
        if times < _FEWEST:
            value, row = first[meaning]
            raise CorpusError(
                f"{name}: column {label!r} holds {value[:30]!r} {times} times (first in row {row}), "
                f"expected {_FEWEST} times or more."
            )
    asked = None if positive is None else _meaning(_value(positive))
    for zero, one in itertools.permutations(first):
        if one == asked or (asked is None and _is_more_positive(one, zero)):
            return zero, one
    either, other = (value[:30] for value, _ in first.values())
    said = "" if positive is None else f"positive: got {str(positive)[:30]!r}, but "
    raise CorpusError(
        f"{name}: {said}column {label!r} holds {either!r} and {other!r}; say which of them is "
        f"positive: positive={either!r} or positive={other!r} (at the command line: --positive {either})."
    )


def _meaning(value: str) -> str:
    """Return the same string for what counts as one value: "Yes" and "yes", "1" and "1.0"."""
    number = _number(value)
    return value.casefold() if number is None else f"{number:.17g}"


def _is_more_positive(one: str, other: str) -> bool:
    numbers = _number(one), _number(other)
    if numbers[0] is not None and numbers[1] is not None:
        return numbers[0] > numbers[1]
    return one in _POSITIVE and other in _NEGATIVE


def _class_names(columns: _Columns, *meanings: str) -> tuple[str, str]:
    """Return the table's two words, each on one line; numbers are no words."""
    zero, one = (" ".join(columns.first[meaning][0].split()) for meaning in meanings)
    return CLASS_NAMES if any(_number(word) is not None for word in (zero, one)) else (zero, one)


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _halves(name: str, whole: Split, group: str | None) -> tuple[Split, Split]:
    """Return the training and the test half, both with both labels."""
    try:
        train, test = validation_split(whole, TEST_FRACTION)
        if len(set(train.labels)) == len(set(test.labels)) == 2:
            return train, test
    except ValueError:  # one of them is empty
        pass
    raise CorpusError(
        f"{name} cannot be split so that the training half and the test half have both labels; expected more "
        f"and smaller {f'groups in column {group!r}' if group else 'sets of equal texts'}."
    )


def _repeated(columns: _Columns) -> str:
    """Return a part of a sentence that names the rows whose text an earlier row has."""
    first: dict[str, int] = {}
    again = [k for k, text in enumerate(columns.texts) if first.setdefault(text, k) != k]
    other = [k for k in again if columns.labels[k] != columns.labels[first[columns.texts[k]]]]
    rows_again, rows_other = (_named([columns.numbers[k] for k in places]) for places in (again, other))
    said = f"; {rows_again} repeat the text of an earlier row" if again else ""
    return f"{said}, {rows_other} with another label" if other else said


def _value(cell: Any) -> str:
    """Return what a cell holds as a string, empty for nothing."""
    if cell is None:
        return ""
    return (cell if isinstance(cell, str) else json.dumps(cell)).strip()


def _named(numbers: list[int]) -> str:
    """Return the first five rows by number, and how many more there are."""
    shown = ", ".join(map(str, numbers[:5]))
    more = f" and {len(numbers) - 5:,} more" if len(numbers) > 5 else ""
    return f"row{'s' if len(numbers) > 1 else ''} {shown}{more}"
