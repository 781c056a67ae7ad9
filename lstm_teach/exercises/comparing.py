"""When two outcomes are equal, and what to say when they are not: shapes first, then numbers.

Nothing is copied before its shape is known to be the one wanted, so a result of any size costs nothing.
"""

from decimal import Decimal
from itertools import islice, permutations
from numbers import Real
from typing import Any

import numpy as np

from lstm_teach.arrays import Array

Shape = tuple[int, ...]
TOO_LARGE = 10**300  # for a float
MOST_AXES = 65  # one more than NumPy's


def equal(got: Any, want: Any, tolerance: float) -> bool:
    """Return whether numbers, arrays or tuples of arrays agree in number, in shape and in value.

    A tuple in `want` asks for as many results, in a tuple, a list or a stacked array. A number may come as an
    array that holds just one. Where `want` is NaN, NaN agrees.
    """
    if isinstance(want, tuple):
        return _count(got) == len(want) and all(
            equal(one, target, tolerance) for one, target in zip(got, want, strict=True)
        )
    target = np.asarray(want)
    array = as_numbers(got, target.shape)
    return array is not None and not _wrong(array, target, tolerance).any()


def difference(got: Any, want: Any, tolerance: float) -> str:
    """Return what differs first, in words; empty if nothing does."""
    if isinstance(want, tuple):
        return _among_several(got, want, tolerance)
    target = np.asarray(want)
    array = as_numbers(got, target.shape)
    if array is None:
        return f"Expected {_words(target.shape)}, got {_words(shape_of(got))}."
    if not np.isfinite(array).all():
        found = "NaN" if np.isnan(array).any() else "infinity"
        return f"Your answer holds {found}: look for 0/0, the logarithm of 0, or overflow."
    wrong = _wrong(array, target, tolerance)
    if not wrong.any():
        return ""
    first = tuple(int(k) for k in np.argwhere(wrong)[0])
    where = f"at [{', '.join(map(str, first))}] " if first else ""
    return f"Expected {where}{in_digits(target[first])}, got {in_digits(array[first])}."


def slip(got: Any, want: Any, tolerance: float) -> str:
    """Return what sets all of `got` apart from `want`: axes, sign, a factor, the order; else empty."""
    if isinstance(want, tuple):
        swapped = len(want) > 1 and not equal(got, want, tolerance) and equal(got, want[::-1], tolerance)
        return f"All are right, in the wrong order: {_names(want)}." if swapped else ""
    target = np.asarray(want)
    came = shape_of(got)
    for axes in list(permutations(range(target.ndim)))[1:]:
        turned = target.transpose(axes)
        if came == turned.shape and equal(got, turned, tolerance):
            return f"The numbers are right, but the axes stand in another order: expected {target.shape}."
    if target.ndim and came != target.shape and tuple(size for size in came if size > 1) == target.shape:
        return f"{difference(got, want, tolerance)} Drop the axis of size 1 (from keepdims or [None])."
    array = as_numbers(got, target.shape)
    if array is None or not target.any() or target.dtype.kind == "b":
        return ""
    factor = float((array * target).sum() / (target.astype(float) ** 2).sum())
    if factor == 0 or not np.isfinite(factor) or not equal(array, factor * target, min(tolerance, 1e-9)):
        return ""
    if np.isclose(factor, -1):
        return "Only the sign is wrong, everywhere."
    return f"Your answer is {factor:.4g} times the right one, everywhere." if target.size > 1 else ""


def shape_of(value: Any) -> Shape:
    """Return the shape of an array, or of a list by its first row and that one's first; () for the rest."""
    if isinstance(value, list | tuple):
        return (len(value), *(shape_of(value[0]) if value else ()))
    return tuple(int(size) for size in islice(getattr(value, "shape", ()), MOST_AXES))


def can_be_array(value: Any) -> bool:
    """Return whether it is a number or knows how to be an array, unlike a range, however long."""
    return isinstance(value, Real | Decimal | complex) or hasattr(type(value), "__array__")


def is_real(value: Any) -> bool:
    """Return whether it is a number that a float can hold, a fraction or a decimal too; True is none here."""
    if isinstance(value, bool) or not isinstance(value, Real | Decimal):
        return False
    try:
        float(value)
    except (OverflowError, ValueError):
        return False
    return True


def as_numbers(got: Any, shape: Shape) -> Array | None:
    """Return a copy of `got` as floats if it holds numbers in this shape, else None.

    One number may come as an array that holds just one.
    """
    came = shape_of(got)
    asked = came if not shape and all(size == 1 for size in came) else shape
    if not _has_shape(got, asked):
        return None
    array = np.asarray(got)
    if array.dtype.kind == "O" and all(map(is_real, array.ravel())):  # a long whole number, a fraction
        array = array.astype(float)
    return array.astype(float).reshape(shape) if array.dtype.kind in "biuf" and array.shape == asked else None


def _has_shape(value: Any, shape: Shape) -> bool:
    """Compared row by row, so that no long row is copied to find out."""
    if not isinstance(value, list | tuple):
        return can_be_array(value) and shape_of(value) == shape
    return bool(shape) and len(value) == shape[0] and all(_has_shape(row, shape[1:]) for row in value)


def _wrong(array: Array, target: Array, tolerance: float) -> Array:
    """Where the two differ by more than is allowed."""
    exact = target.dtype.kind in "biu"
    numbers = target.astype(float)
    allowed = 0.0 if exact else tolerance * float(np.abs(numbers).max(initial=0.0, where=~np.isnan(numbers)))
    with np.errstate(invalid="ignore"):
        close = (np.abs(array - numbers) <= allowed) | (np.isnan(array) & np.isnan(numbers))
    return ~close


def _count(got: Any) -> int:
    """How many results came: the length of a tuple, a list or an array; else 1."""
    return len(got) if isinstance(got, tuple | list) else (*shape_of(got), 1)[0]


def _among_several(got: Any, want: tuple[Any, ...], tolerance: float) -> str:
    if _count(got) != len(want):
        return f"Expected {len(want)} results ({_names(want)}), got {_count(got)}."
    results = dict(zip(_fields(want), zip(got, want, strict=True), strict=True))
    found = {name: difference(one, target, tolerance) for name, (one, target) in results.items()}
    wrong = [name for name in getattr(want, "one_after_the_other", found) if found[name]]
    if not wrong:
        return ""
    first = found[wrong[0]]
    others = f" ({' and '.join(wrong[1:])} wrong too)" if wrong[1:] else ""
    return f"In {wrong[0]}{others}: {first[0].lower()}{first[1:]}"


def _fields(want: tuple[Any, ...]) -> tuple[str, ...]:
    return getattr(want, "_fields", tuple(f"result {k + 1}" for k in range(len(want))))


def _names(want: tuple[Any, ...]) -> str:
    return ", ".join(_fields(want))


def _words(shape: Shape) -> str:
    return f"an array of shape {shape}" if shape else "one number"


def in_digits(value: Any) -> str:
    """Return a number as a hint shows it: a whole one in full, others to four digits."""
    number = float(value)
    return f"{number:,.0f}" if number.is_integer() and abs(number) < 1e12 else f"{number:.4g}"
