"""Axes: where a number lies between the two ends of an axis, and the ticks along it.

The ticks follow the rule of every plot library, steps of 1, 2 or 5. A test compares them with matplotlib's.
They are written here because matplotlib takes longer to import than a lab may take to show.
"""

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Literal

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.plotting.numbers import plain, power


@dataclass(frozen=True)
class Axis:
    """One axis from `low` to `high`. Its label says what it counts, and in which unit.

    `scale` is "linear", "log" for numbers that span many powers of ten (both ends above 0), or "symlog" for
    such numbers of both signs, linear around 0. `whole` sets ticks at whole numbers only. `ticks` (place ->
    words) replaces the computed ticks; {} sets none.

    ValueError if an end is not finite, `low` is not below `high`, or a log axis does not begin above 0.
    """

    label: str
    low: float
    high: float
    scale: Literal["linear", "log", "symlog"] = "linear"
    whole: bool = False
    ticks: dict[float, str] | None = None

    def __post_init__(self) -> None:
        if not (np.isfinite([self.low, self.high]).all() and self.low < self.high):
            raise ValueError(f"axis {self.label!r}: expected low < high, got {self.low!r} and {self.high!r}")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f"axis {self.label!r}: a log axis needs low > 0, got {self.low!r}")

    def share(self, values: Array | float) -> Array:
        """Return where `values` lie: 0 is `low`, 1 is `high`; outside is the nearer end, NaN stays NaN."""
        low, high = self._bend(np.array([self.low, self.high]))
        with np.errstate(invalid="ignore"):
            inside = np.clip(np.asarray(values, float), self.low, self.high)
        return (self._bend(inside) - low) / (high - low)

    def _bend(self, values: Array) -> Array:
        if self.scale == "log":
            return np.log10(values)
        if self.scale == "symlog":
            return np.sign(values) * np.log10(1.0 + np.abs(values))
        return values

    def marks(self, most: int) -> dict[float, str]:
        """Return the ticks as place -> words, about `most` of them."""
        if self.ticks is not None:
            return {place: words for place, words in self.ticks.items() if self.low <= place <= self.high}
        if self.scale == "linear":
            places = linear_ticks(self.low, self.high, most, self.whole)
            return {place: plain(place) for place in places}
        if self.scale == "log":
            first, last = ceil(log10(self.low) - 1e-9), floor(log10(self.high) + 1e-9)
            return _with_words({10.0**k: k for k in range(first, last + 1)}, most)
        powers: dict[float, int] = {}
        for sign, end in ((-1, -self.low), (1, self.high)):
            last = floor(log10(end) + 1e-9) if end >= 1 else -1
            powers |= {sign * 10.0**k: k for k in range(last + 1)}
        # On a long axis, 1 is so near to 0 that only one of the two has room for words.
        near = [one for one in (-1.0, 1.0) if abs(self.share(one) - self.share(0.0)) < 0.75 / most]
        crowded = {one: "" for one in near if powers.pop(one, None) is not None}
        return {0.0: "0"} | crowded | _with_words(powers, most - 1, up_to=4)


def linear_ticks(low: float, high: float, most: int, whole: bool = False) -> list[float]:
    """Return about `most` round places from `low` to `high`, at least two, in steps of 1, 2 or 5 · 10ᵏ."""
    power_of_ten = 10.0 ** floor(log10((high - low) / most))
    ticks: list[float] = []
    for factor in (0.5, 1, 2, 5, 10, 20):
        step = max(factor * power_of_ten, 1.0) if whole else factor * power_of_ten
        first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
        if len(ticks) > 1 and last - first < 1:
            break  # one tick says too little: keep the step before, with one tick too many
        ticks = [round(k * step, 12) for k in range(first, last + 1)]
        if len(ticks) <= most:
            break
    return ticks


STRIDES = (1, 2, 3, 5, 10, 20, 30, 50, 100, 150, 200)


def _with_words(powers: dict[float, int], most: int, up_to: int = 1) -> dict[float, str]:
    """Return place -> words for powers of ten, given their exponents; up to 10 to the `up_to` in full.

    If there are more than `most`, only every second, third, … has words. The others have a tick without
    words, as long as at least every fifth has words.
    """
    stride = next(s for s in STRIDES if sum(k % s == 0 for k in powers.values()) <= most or s == STRIDES[-1])
    marks: dict[float, str] = {}
    for place, k in powers.items():
        if k % stride == 0:
            marks[place] = ("−" if place < 0 else "") + (plain(10**k) if 0 <= k <= up_to else power(k))
        elif stride <= 5:
            marks[place] = ""
    return marks
