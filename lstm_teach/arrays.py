"""The one name for an array in type hints, and what may come in: float arrays, texts, numbers, generators.

Every check returns what it was given, or raises a ValueError that names the argument, says what came and what
was expected.
"""

import math
from collections.abc import Iterable, Mapping, Set
from numbers import Real
from typing import Any

import numpy as np

Array = np.ndarray  # so that signatures stay short


def floats(
    name: str, value: Any, shape: tuple[str | int, ...] | None = None, *, finite: bool = True
) -> Array:
    """Return `value`, once it is known to be a plain float array of the given shape, and finite.

    `shape` mixes words, which fit any length from 1 up, and numbers, which must match:
    ("batch", "time", 3) takes any batch of sequences of 3 features. None takes any shape.
    Subclasses of `numpy.ndarray` are refused: a matrix multiplies by other rules, a masked array skips
    entries.
    """
    if type(value) is not np.ndarray:
        expected = "" if shape is None else f" of shape {_written(shape)}"
        kind = " (a subclass of numpy.ndarray)" if isinstance(value, np.ndarray) else ""
        raise ValueError(f"{name}: expected a float array{expected}, got {type(value).__name__}{kind}")
    if value.dtype not in (np.float64, np.float32):
        raise ValueError(
            f"{name}: expected float64 or float32, got {value.dtype} of shape {value.shape}; "
            f"convert it with {name}.astype(float)"
        )
    if shape is not None and not _fits(value.shape, shape):
        raise ValueError(f"{name}: expected shape {_written(shape)}, got {value.shape}")
    if finite and not np.isfinite(value).all():
        raise ValueError(
            f"{name}: expected finite numbers, got NaN or infinity in an array of shape {value.shape}"
        )
    return value


def float_arrays(name: str, values: Any, *, finite: bool = True) -> list[Array]:
    """Return the list of `values`, once each is known to be a plain float array, and finite."""
    if isinstance(values, np.ndarray):
        raise ValueError(f"{name}: expected a list of arrays, got one array; put it into a list")
    if not isinstance(values, Iterable):
        raise ValueError(f"{name}: expected a list of arrays, got {type(values).__name__}")
    return [floats(f"{name}[{k}]", array, finite=finite) for k, array in enumerate(values)]


def strings(name: str, values: Any) -> list[str]:
    """Return the list of `values`, once each is known to be a string."""
    if isinstance(values, str):
        raise ValueError(f"{name}: got one string, expected a list of strings; write [text]")
    no_list = isinstance(values, Mapping | Set) or (isinstance(values, np.ndarray) and values.ndim != 1)
    if no_list or not isinstance(values, Iterable):
        raise ValueError(f"{name}: expected a list of strings, got {type(values).__name__}")
    found = list(values)
    for k, text in enumerate(found):
        if not isinstance(text, str):
            raise ValueError(f"{name}: number {k} is {type(text).__name__}, expected a string")
    return found


def in_dtype(name: str, array: Array, dtype: np.dtype) -> Array:
    """Return a copy of a finite array in `dtype`, once it is known that every number stays finite."""
    with np.errstate(over="ignore"):
        copy = array.astype(dtype)
    if copy.dtype != array.dtype and not np.isfinite(copy).all():
        raise ValueError(f"{name}: expected numbers that {copy.dtype} can hold, got {np.abs(array).max():g}")
    return copy


def _written(shape: tuple[str | int, ...]) -> str:
    return str(shape).replace("'", "")


def _fits(got: tuple[int, ...], wanted: tuple[str | int, ...]) -> bool:
    return len(got) == len(wanted) and all(
        size > 0 if isinstance(want, str) else size == want for size, want in zip(got, wanted, strict=True)
    )


def whole(name: str, value: Any, smallest: int = 1) -> int:
    """Return `value` as an int, once it is known to be a whole number from `smallest` up; True is none."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < smallest:
        raise ValueError(f"{name}: expected a whole number from {smallest} up, got {_shown(value)}")
    return int(value)


def number(name: str, value: Any, above: float | None = None) -> float:
    """Return `value` as a float, once it is known to be a finite real number (larger than `above`)."""
    real = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    if not real or (above is not None and not value > above):
        bound = "" if above is None else f" above {above:g}"
        raise ValueError(f"{name}: expected a number{bound}, got {_shown(value)}")
    return float(value)


def flag(name: str, value: Any) -> bool:
    """Return `value`, once it is known to be True or False; a number may be meant as something else."""
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{name}: expected True or False, got {_shown(value)}")
    return bool(value)


def _shown(value: Any) -> str:
    """Return a value as a message shows it: on one line, and not all of a long one."""
    return " ".join(repr(value).split())[:80]


def generator(rng: Any) -> np.random.Generator:
    """Return `rng`, once it is known to be a NumPy generator."""
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng: expected numpy.random.default_rng(seed), got {type(rng).__name__}")
    return rng


def instance(name: str, value: Any, kind: Any) -> Any:
    """Return `value`, once it is known to be of a type, or of one of a union; a subclass is refused."""
    kinds: tuple[type, ...] = getattr(kind, "__args__", (kind,))
    if type(value) not in kinds:
        *others, last = (one.__name__ for one in kinds)
        expected = f"{', '.join(others)} or {last}" if others else last
        raise ValueError(f"{name}: expected {expected}, got {type(value).__name__}")
    return value
