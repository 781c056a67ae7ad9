"""The shapes that the JSON of a record may have, and a check that names the first entry of another shape."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from lstm_teach.sentiment.settings import is_finite, is_whole


class Kind(NamedTuple):
    """One value: `holds` tells whether it is of this kind, and `expected` names the kind."""

    holds: Callable[[Any], bool]
    expected: str


class Object(NamedTuple):
    """An object that must have the entries of `has`, and may have those of `may_have`, and any others."""

    has: Mapping[str, Shape]
    may_have: Mapping[str, Shape] = {}


class Several(NamedTuple):
    """A list of one or more values of one shape."""

    each: Shape


Shape = Kind | Object | Several

NUMBER = Kind(is_finite, "a number")
AMOUNT = Kind(lambda value: is_finite(value) and value >= 0, "a number, 0 or more")
FRACTION = Kind(lambda value: is_finite(value) and 0 <= value <= 1, "a number from 0 to 1")
WHOLE = Kind(is_whole, "a whole number")
COUNT = Kind(lambda value: is_whole(value) and value >= 0, "a whole number, 0 or more")
ONE_OR_MORE = Kind(lambda value: is_whole(value) and value >= 1, "a whole number, 1 or more")
TEXT = Kind(lambda value: isinstance(value, str), "a text")
LINE = Kind(
    lambda value: (
        isinstance(value, str) and value != "" and value.isprintable() and not set("|`") & set(value)
    ),
    "a text on one line without | and `",
)
NAME = Kind(
    lambda value: LINE.holds(value) and not set("/\\") & set(value), "a text on one line without | ` / \\"
)


def or_none(kind: Kind) -> Kind:
    """Return the kind of the same values and null."""
    return Kind(lambda value: value is None or kind.holds(value), f"{kind.expected}, or null")


def any_number_of(kind: Kind, words: str) -> Kind:
    """Return the kind of the lists, also empty ones, of values of a kind."""
    return Kind(lambda value: isinstance(value, list) and all(map(kind.holds, value)), f"a list of {words}")


def entries(kind: Kind, words: str) -> Kind:
    """Return the kind of the objects, whatever their keys are, whose values are all of a kind."""
    return Kind(
        lambda value: (
            isinstance(value, dict) and all(map(LINE.holds, value)) and all(map(kind.holds, value.values()))
        ),
        f"an object of {words}",
    )


def read_json(path: Path, shape: Shape, what: str) -> Any:
    """Return what a JSON file holds, once it is known to have a shape.

    Raises
    ------
    ValueError
        if it is unreadable, or has another shape; the message names the file, and `what` it should be.
    """
    try:
        value = loads(path)
        check_shape(value, shape)
    except (ValueError, OSError, RecursionError) as error:
        raise ValueError(f"{path.name} is no {what} ({error})") from error
    return value


def loads(path: Path) -> Any:
    """Return what a JSON file in UTF-8 holds; NaN and infinity, which JSON does not have, are refused."""
    return json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse)


def _refuse(constant: str) -> None:
    raise ValueError(f"it holds {constant}, which is no number")


def check_shape(value: Any, shape: Shape, name: str = "") -> None:
    """Check that a value has a shape.

    Raises
    ------
    ValueError
        which names the first entry that has another one, says what came and what was expected.
    """
    if isinstance(shape, Kind):
        if not shape.holds(value):
            raise _wrong(name, value, shape.expected)
    elif isinstance(shape, Several):
        if not isinstance(value, list) or not value:
            raise _wrong(name, value, "a list of one or more")
        for k, one in enumerate(value):
            check_shape(one, shape.each, f"{name}[{k}]")
    else:
        if not isinstance(value, dict):
            raise _wrong(name, value, f"an object with {', '.join(shape.has)}")
        if missing := [key for key in shape.has if key not in value]:
            raise ValueError(f"{name or 'it'} has no {', '.join(missing)}")
        for key, entry in {**shape.has, **shape.may_have}.items():
            if key in value:
                check_shape(value[key], entry, f"{name}.{key}" if name else key)


def _wrong(name: str, value: Any, expected: str) -> ValueError:
    return ValueError(f"{name or 'it'}: got {value!r:.60}, expected {expected:.200}")
