"""What came, if it cannot be an answer: nothing, text, a dict, a whole step, a list, whole numbers."""

import dis
import inspect
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from itertools import islice
from types import AsyncGeneratorType, CoroutineType, FunctionType, GeneratorType
from typing import Any

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import GRUTrace, LSTMTrace, RNNTrace
from lstm_teach.exercises.comparing import TOO_LARGE, as_numbers, can_be_array, equal, shape_of
from lstm_teach.exercises.core import Case

LONGEST = 300  # letters of a hint, and of what a learner's own words add to it
LOOKED_AT = 1_000  # rows of a long list
DOES_NOTHING = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "COPY_FREE_VARS"}


def is_stub(answer: Any) -> bool:
    """Return whether dots stand in it, or nothing else than None."""
    if answer is None or answer is Ellipsis or answer is NotImplemented:
        return True
    if isinstance(answer, Mapping):
        return any(map(is_stub, answer.values()))
    if not isinstance(answer, tuple | list) or hasattr(answer, "_fields"):
        return False
    looked_at = answer[:LOOKED_AT]
    return any(one is Ellipsis for one in looked_at) or (bool(answer) and all(map(is_stub, looked_at)))


def forgets_return(answer: Any) -> bool:
    """Return whether a function that returned None does something all the same."""
    if not isinstance(answer, FunctionType):
        return True
    return not {step.opname for step in dis.get_instructions(answer)} <= DOES_NOTHING


def in_place(before: Case, after: Case) -> str:
    """Return the hint for arguments that the answer has changed; empty if there are none."""
    changed = [name for name in before if not _same(before[name], after[name])]
    if not changed:
        return ""
    return (
        f"Your answer changes {' and '.join(changed)} in place, and the caller loses the old values. "
        "Make a new array (a = a + b, not a += b or a[...] = b)."
    )


def misfit(got: Any, want: Any, tolerance: float) -> str:
    """Return the hint for what cannot be right because of what it is; empty if numbers came."""
    if found := _no_numbers(got, want):
        return found
    if isinstance(want, tuple):
        for one, target in zip(got, want, strict=False) if isinstance(got, tuple | list) else ():
            if found := misfit(one, target, tolerance):
                return found
        return ""
    target = np.asarray(want)
    if isinstance(got, tuple | list):
        return _of_a_list(got, target, tolerance)
    if isinstance(got, Array) and got.ndim:
        return _of_an_array(got, target)
    return ""


def other_kind(got: Any, want: Any) -> str:
    """Return the hint for right numbers that are no index, no ids or no mask, where NumPy's are asked for."""
    if not isinstance(want, Array | np.generic) or want.dtype.kind not in "biu":
        return ""
    came = np.asarray(got).dtype
    if came.kind in ("b" if want.dtype.kind == "b" else "iu"):
        return ""
    asked = "True and False (a comparison makes them)" if want.dtype.kind == "b" else "whole numbers"
    return f"The values are right, but of another kind: expected {asked}, got {came}."


def kind(answer: Any) -> str:
    """Return what it is, in a few words."""
    if isinstance(answer, type):
        return f"the class {answer.__name__}"
    if isinstance(answer, Array):
        return f"an array of shape {answer.shape}"
    if callable(answer):
        return "a function"
    if isinstance(answer, str | bytes):
        return f"the text {answer[:40]!r}"
    if isinstance(answer, int) and abs(answer) >= 10**20:
        return "a whole number of more than 20 digits"
    if isinstance(answer, int | float | complex | np.generic):
        return repr(answer)
    length = f" of length {len(answer)}" if isinstance(answer, list | tuple | dict | set) else ""
    name = type(answer).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}{length}"


def _no_numbers(got: Any, want: Any) -> str:
    """The hint for an object that holds no numbers to compare."""
    if isinstance(got, RNNTrace | LSTMTrace | GRUTrace):
        return "You return the whole trace: `.h` holds the states of all steps, `.h[:, -1]` the last."
    names = tuple(islice(getattr(got, "_fields", ()), 10)) if isinstance(got, tuple) else ()
    if names and not (isinstance(want, tuple) and len(names) == len(want)):
        return f"You return the whole step ({', '.join(names)}): take what is asked for."
    if isinstance(got, GeneratorType | CoroutineType | AsyncGeneratorType):
        return f"Expected numbers, got a {type(got).__name__}: use `return`, not `yield` or `async`."
    if isinstance(got, np.ma.MaskedArray | np.matrix):
        return f"Expected a plain array, got a {type(got).__name__}: return np.asarray of it."
    if isinstance(got, str | bytes | Mapping | set) or callable(got):
        return f"Expected numbers, got {kind(got)}."
    if isinstance(got, int) and abs(got) >= TOO_LARGE:
        return "Your answer is a whole number of more than 300 digits: what grows without end?"
    if isinstance(got, tuple | list):
        return ""
    if not can_be_array(got):
        return f"Expected numbers, got {kind(got)}."
    letter = "c" if isinstance(got, complex) else getattr(getattr(got, "dtype", None), "kind", "f")
    what = {"c": "complex numbers", "O": "objects", "U": "text", "S": "text", "M": "dates", "m": "times"}
    return f"Expected numbers, got {what[letter]}." if letter in what else ""


def _of_a_list(got: Any, target: Array, tolerance: float) -> str:
    """The hint for a list that is not the array asked for."""
    if as_numbers(got, target.shape) is not None:
        return ""
    what = type(got).__name__
    if what == "tuple" and len(got) == 1 and equal(got[0], target, tolerance):
        return "The numbers are right, but a comma behind them makes a tuple: remove it."
    rows = {shape_of(row) for row in got[:LOOKED_AT]}
    if len(rows) > 1:
        return f"Expected an array of numbers, got a {what} with rows of different lengths."
    words = [row for row in got[:LOOKED_AT] if not shape_of(row) and as_numbers(row, ()) is None]
    if words:
        return f"Expected numbers, got a {what} with {kind(words[0])} in it."
    row = f"arrays of shape {rows.pop()}" if rows and any(rows) else "numbers"
    wanted = f"one array of shape {target.shape}" if target.ndim else "one number"
    stack = " `np.stack(a_list, axis=…)` makes one array of a list." if row != "numbers" else ""
    return f"You return a {what} of {len(got)} {row}; expected {wanted}.{stack}"


def _of_an_array(got: Array, target: Array) -> str:
    """The hint for whole numbers, or True and False, where fractions are asked for."""
    if target.dtype.kind != "f" or got.shape != target.shape:
        return ""
    if got.dtype.kind in "iu":
        return (
            f"Your answer holds whole numbers ({got.dtype}): an array of integers cuts off what is written "
            "into it. `np.zeros(shape)` holds fractions; `np.zeros_like(ids)` or `dtype=int` do not."
        )
    return "Your answer holds True and False; expected numbers." if got.dtype.kind == "b" else ""


def _same(before: Any, after: Any) -> bool:
    """Whether an argument holds what it held; parameters and lists are opened."""
    if is_dataclass(before):
        return all(_same(getattr(before, one.name), getattr(after, one.name)) for one in fields(before))
    if isinstance(before, list):
        return len(before) == len(after) and all(map(_same, before, after))
    return before == after if isinstance(before, str | bool) else equal(after, before, 0.0)


def size(value: Any) -> str:
    """Return an argument as a hint shows it: small things as they are, arrays by their shapes."""
    if isinstance(value, Array):
        return f"of shape {value.shape}"
    if isinstance(value, float):
        return f"= {value:.4g}"
    if hasattr(value, "m"):
        return f"of m = {value.m}, n = {value.n}"
    if isinstance(value, list) and isinstance(value[0], Array):
        return f"of shapes {', '.join(str(array.shape) for array in value)}"
    return f"= {value}"


def signature(answer: Any, given: Case) -> str:
    """Return the signature of a function if it does not take what is given; else an empty string."""
    try:
        taken = inspect.signature(answer)
    except ValueError:  # some built-in functions do not tell their arguments: let them try
        return ""
    try:
        taken.bind(*given.values())
    except TypeError:
        return str(taken)
    names = list(taken.parameters)
    return str(taken) if names != list(given) and sorted(names) == sorted(given) else ""


def numbers_of(settings: Mapping[str, Any], what: str = "clamp") -> dict[str, Array]:
    """Return the settings as arrays of floats, once each is known to be a number or an array of numbers.

    Raises
    ------
    ValueError
        for text, True and False, infinity, and whatever else is no number, naming the setting.
    """
    numbers_by_name = {}
    for name, value in settings.items():
        numbers = None if isinstance(value, bool | np.bool_) else as_numbers(value, shape_of(value))
        if numbers is None or np.isinf(numbers).any():
            raise ValueError(f"{what}[{name!r}]: expected a finite number, such as 1.0, got {kind(value)}")
        numbers_by_name[name] = numbers
    return numbers_by_name
