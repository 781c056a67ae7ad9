"""The controls of a lab as plain data: a label in words, a value, and what it takes.

No widget library is loaded. A front end makes of each control what its readers know: `labs.notebook` makes
ipywidgets. `take` is the one place where a value is checked, whoever moved the control.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar


@dataclass(frozen=True)
class Slider:
    """A number on a scale.

    `high` is the upper end in every state; the view may lower it in some (`View.highest`). With a whole
    `step` the numbers are whole. The front end shows `places` digits after the point.
    """

    label: str
    value: float
    low: float
    high: float
    step: float = 1
    places: int = 0
    kind: ClassVar[str] = "slider"


@dataclass(frozen=True)
class Player:
    """A slider over whole steps, with a play button: one step every `interval` milliseconds."""

    label: str
    value: int
    low: int
    high: int
    interval: int = 250
    kind: ClassVar[str] = "player"


@dataclass(frozen=True)
class NumberField:
    """A whole number to type."""

    label: str
    value: int
    low: int
    high: int
    kind: ClassVar[str] = "number"


@dataclass(frozen=True)
class Switch:
    """A box to tick."""

    label: str
    value: bool = False
    kind: ClassVar[str] = "switch"


@dataclass(frozen=True)
class Choice:
    """A few buttons, one of which is pressed: two to four options of one or two words.

    A `compact` one has a short label, and leaves room for other controls beside it.
    """

    label: str
    value: str
    options: Sequence[str]
    compact: bool = False
    kind: ClassVar[str] = "choice"


@dataclass(frozen=True)
class Menu:
    """A list to choose from, for more options or longer ones."""

    label: str
    value: str
    options: Sequence[str]
    kind: ClassVar[str] = "menu"


@dataclass(frozen=True)
class TextField:
    """A line to type in; the picture follows while one types. `placeholder` stands in it when it is empty."""

    label: str
    value: str
    placeholder: str = ""
    kind: ClassVar[str] = "text"


Control = Slider | Player | NumberField | Switch | Choice | Menu | TextField


def take(control: Control, value: Any) -> Any:
    """Return the value as this control holds it; ValueError, which says what it takes, for any other."""
    match control:
        case Slider() | Player() | NumberField():
            return _number(value, control.low, control.high, isinstance(getattr(control, "step", 1), int))
        case Switch():
            fits, takes = isinstance(value, bool), "True or False"
        case Choice() | Menu():
            fits = isinstance(value, str) and value in control.options
            takes = f"one of {', '.join(map(repr, control.options))}"
        case TextField():
            fits, takes = isinstance(value, str), "text"
    if not fits:
        raise ValueError(f"takes {takes}, got {quoted(value)}")
    return value


def _number(value: Any, low: float, high: float, whole: bool) -> float:
    number = isinstance(value, Real) and not isinstance(value, bool)
    if not number or not low <= value <= high or (whole and value != int(value)):
        raise ValueError(f"takes a {'whole ' * whole}number from {low} to {high}, got {quoted(value)}")
    return int(value) if whole else float(value)


def quoted(value: Any) -> str:
    """Return the value as a message quotes it: its `repr`, of 60 characters at most."""
    try:
        words = repr(value)
    except Exception as error:  # such as for a whole number of over 4,300 digits
        words = f"{type(value).__name__} without a repr ({error})"
    return words if len(words) <= 60 else f"{words[:59]}…"
