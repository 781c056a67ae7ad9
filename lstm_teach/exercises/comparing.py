"""When two outcomes are equal, and what to say when they are not: shapes first, then numbers."""

from typing import Any

import numpy as np

Array = np.ndarray


def equal(got: Any, want: Any, tolerance: float) -> bool:
    """Whether numbers, arrays or tuples of arrays agree: in number, in shape, and within the tolerance."""
    return not difference(got, want, tolerance)


def difference(got: Any, want: Any, tolerance: float) -> str:
    """What differs first, in words; empty if nothing does.

    A tuple in `want` asks for as many results, in a tuple, a list or a stacked array. A number may come as an
    array that holds just one.
    """
    if isinstance(want, tuple):
        return _among_several(got, want, tolerance)
    array = _as_numbers(got)
    if isinstance(array, str):
        return array
    target = np.asarray(want)
    if target.ndim == 0 and array.size == 1:
        array = array.reshape(())
    if array.shape != target.shape:
        return f"Expected {_shape(target)}, got {_shape(array)}."
    if not np.isfinite(array).all():
        found = "NaN" if np.isnan(array).any() else "infinity"
        return f"Your answer holds {found}: look for 0/0, the logarithm of 0, or overflow."
    return _among_numbers(array, target, tolerance)


def _among_several(got: Any, want: tuple[Any, ...], tolerance: float) -> str:
    names = getattr(want, "_fields", tuple(f"result {k + 1}" for k in range(len(want))))
    several = isinstance(got, tuple | list) or np.ndim(got) > 0
    if not several or len(got) != len(want):
        came = len(got) if isinstance(got, tuple | list) else 1
        return f"Expected {len(want)} results ({', '.join(names)}), got {came}."
    for name, one, target in zip(names, got, want, strict=True):
        if found := difference(one, target, tolerance):
            return f"In {name}: {found[0].lower()}{found[1:]}"
    return ""


def _among_numbers(array: Array, target: Array, tolerance: float) -> str:
    exact = target.dtype.kind in "biu"
    allowed = 0.0 if exact else tolerance * float(np.abs(target).max(initial=0.0))
    wrong = np.abs(array - target.astype(float)) > allowed
    if not wrong.any():
        return ""
    first = tuple(int(k) for k in np.argwhere(wrong)[0])
    where = f"at [{', '.join(map(str, first))}] " if first else ""
    return f"Expected {where}{_number(target[first])}, got {_number(array[first])}."


def _as_numbers(got: Any) -> Array | str:
    """The answer as an array of floats, or the hint why it is none."""
    try:
        array = np.asarray(got)
    except (TypeError, ValueError):
        return "Expected an array of numbers, got rows of different lengths."
    if array.dtype.kind not in "biuf":
        return f"Expected numbers, got {type(got).__name__}."
    return array.astype(float)


def _shape(array: Array) -> str:
    return f"an array of shape {array.shape}" if array.ndim else "one number"


def _number(value: Any) -> str:
    return f"{value:,.0f}" if float(value).is_integer() and abs(value) < 1e12 else f"{value:.4g}"
