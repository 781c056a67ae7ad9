"""What a setting of a recipe means, and which values it takes. Imports the standard library alone.

`train --help` and every message about a setting are made of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import field
from numbers import Integral, Real
from typing import Any, NamedTuple

OPTIMIZERS = ("adam", "adamax", "adadelta", "sgd", "rmsprop")
LARGEST = 10_000  # reviews of a batch


class Setting(NamedTuple):
    """What a setting means, and which values it takes.

    Attributes
    ----------
    allowed : the type and the range in words, such as "a whole number, 1 or more"
    takes : tells whether a value is of this type and in this range
    """

    about: str
    allowed: str
    takes: Callable[[Any], bool]


def whole(about: str, low: int = 1, high: int | None = None) -> Setting:
    """Return a setting that is a whole number."""
    words = f"a whole number, {low} or more" if high is None else f"a whole number from {low} to {high}"
    return Setting(
        about, words, lambda value: is_whole(value) and low <= value and (high is None or value <= high)
    )


def whole_numbers(about: str) -> Setting:
    """Return a setting that is one whole number or more."""
    words = "whole numbers, 1 or more, such as (128, 64)"
    return Setting(
        about, words, lambda value: _is_several(value) and all(is_whole(one) and one >= 1 for one in value)
    )


def number(about: str, low: float, high: float) -> Setting:
    """Return a setting that is a number in a range, both ends included."""
    words = f"a number from {low:g} to {high:g}"
    return Setting(about, words, lambda value: is_finite(value) and low <= value <= high)


def fraction(about: str) -> Setting:
    """Return a setting that is a number from 0 to 1."""
    return number(about, 0, 1)


def rate(about: str) -> Setting:
    """Return a setting that is a share of what is dropped: what is left must keep a scale that is finite."""
    return number(about, 0, 0.99)


def switch(about: str) -> Setting:
    """Return a setting that is True or False."""
    return Setting(about, "True or False", lambda value: isinstance(value, bool))


def choice(about: str, *choices: str | None) -> Setting:
    """Return a setting that is one of some words, of which None may be one."""
    return Setting(about, "one of " + ", ".join(map(str, choices)), lambda value: value in choices)


def has(default: Any, setting: Setting, none: bool = False) -> Any:
    """Return the field of a recipe that has this default value and this setting; `none`: or None."""
    if none:
        takes = setting.takes
        setting = setting._replace(
            allowed=f"{setting.allowed}, or None", takes=lambda value: value is None or takes(value)
        )
    return field(default=default, metadata={"setting": setting})


def check(values: Mapping[str, Any], known: Mapping[str, Setting]) -> None:
    """Check the values of settings.

    Raises
    ------
    ValueError
        for the first value that its setting does not take; the message names the setting, says what came
        and what is possible.
    """
    for name, value in values.items():
        if not known[name].takes(value):
            text = repr(value)
            shown = text if len(text) <= 60 else text[:57] + "..."
            raise ValueError(f"{name}: got {shown}, expected {known[name].allowed}")


def _is_several(value: object) -> bool:
    return isinstance(value, list | tuple) and len(value) > 0


def is_whole(value: object) -> bool:
    """Return whether a value is a whole number; True and False are none."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def plain_numbers(value: Any) -> Any:
    """Return a number of NumPy, or a list of them, as Python's own, which JSON can hold; else the value."""
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value] if isinstance(value, list) else tuple(map(_plain, value))
    return _plain(value)


def _plain(value: Any) -> Any:
    return int(value) if is_whole(value) else float(value) if is_finite(value) else value


def is_finite(value: Any) -> bool:
    """Return whether a value is a number that a float can hold; True and False are none."""
    try:
        return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:  # a whole number beyond all floats
        return False
