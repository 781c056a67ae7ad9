"""Lesson 15: windows of a series, a leak from the future, and a forecast that is worth something."""

from typing import Any

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.exercises.core import Case, Rng, function
from lstm_teach.exercises.draws import each

DAY = 24
ASKED = 0.9  # of persistence's error


def _some_series(rng: Rng, length: int) -> Case:
    """A wandering series, far from 0, and how many values a window holds."""
    return {"series": 10.0 + rng.standard_normal(29 + 2 * length).cumsum(), "length": length}


def _some_past(rng: Rng, length: int) -> Case:
    """A series that rises, so that the mean of the future differs, and how many of its values are past."""
    case = _some_series(rng, length)
    rising = case["series"] + np.linspace(0.0, 20.0, len(case["series"]))
    return {"series": rising, "length": length, "past": 17 + length}


def _some_days(rng: Rng, forecasts: int) -> Case:
    """Hours with a daily rise and fall and slow weather: the past, and the days before each forecast."""
    hours = np.arange(30 * DAY)
    weather = 0.5 * rng.standard_normal(30 * DAY).cumsum()
    series = 12.0 + 5.0 * np.sin(2.0 * np.pi * hours / DAY) + weather
    past, later = series[: (20 - forecasts) * DAY], series[20 * DAY :]
    starts = rng.permutation(len(later) - DAY)[: 100 + forecasts]
    truth = later[starts + DAY]
    return {"past": past, "windows": np.stack([later[s : s + DAY] for s in starts]), "truth": truth}


def _windows(series: Array, length: int) -> tuple[Array, Array]:
    return np.lib.stride_tricks.sliding_window_view(series, length)[:-1].copy(), series[length:]


@function("15", "make_windows", each(_some_series, 4, 5, 6, 7), _windows)
def _wrong_windows(series: Array, length: int) -> dict[str, Any]:
    """All windows of `length` values of a series, (windows, length), and the value after each one."""
    windows, targets = _windows(series, length)
    all_windows = np.lib.stride_tricks.sliding_window_view(series, length)
    too_long = np.lib.stride_tricks.sliding_window_view(series, length + 1)
    tiles = len(series) // length
    rows = series[: tiles * length].reshape(tiles, length)
    a_step_late = windows[:-1], series[length + 1 :]
    side_by_side = rows[:-1], series[length : tiles * length : length]
    of_itself = all_windows, series[length - 1 :]
    return {
        "Your target is the last value of its own window: it stands one step later.": of_itself,
        "Your target comes one step too late: it is the value right after its window.": a_step_late,
        "The last window is missing: its target is the last value of the series.": (
            windows[:-1],
            targets[:-1],
        ),
        "The first window is missing: it begins at series[0].": (windows[1:], targets[1:]),
        "Your windows do not overlap. The next window begins one step later.": side_by_side,
        "Your windows run backwards. The oldest value comes first.": (windows[:, ::-1], targets),
        "The last window has no value after it, so it has no target: leave it out.": (all_windows, targets),
        "Time runs down your columns. Each row is one window: (windows, length).": (windows.T, targets),
        "Your windows hold the target, too. A window has `length` values; the target stands apart.": (
            too_long,
            targets,
        ),
    }


def _split(scaled: Array, length: int, past: int) -> tuple[Array, ...]:
    """Windows and targets, those with a target in the past, then the others."""
    windows, targets = _windows(scaled, length)
    first = past - length
    return windows[:first], targets[:first], windows[first:], targets[first:]


def _prepared(series: Array, length: int, past: int) -> tuple[Array, ...]:
    return _split((series - series[:past].mean()) / series[:past].std(), length, past)


@function("15", "find_the_leak", each(_some_past, 4, 5, 6, 7), _prepared)
def _wrong_preparation(series: Array, length: int, past: int) -> dict[str, Any]:
    """Windows and targets for training, then for the test; no number of the future leaks in."""
    mean, std = series[:past].mean(), series[:past].std()
    scaled = (series - mean) / std
    later = np.concatenate([scaled[:past], (series[past:] - series[past:].mean()) / series[past:].std()])
    windows, targets = _windows(scaled, length)
    by_the_ends = (series - series.min()) / (series.max() - series.min())
    made_into_windows = {
        "If the future changes, your training windows change, too: they hold a number of the future. Which "
        "line reads all of `series`?": (series - series.mean()) / series.std(),
        "Your mean is that of the past. Your standard deviation still knows the future.": (series - mean)
        / series.std(),
        "Your standard deviation is that of the past. Your mean still knows the future.": (
            series - series.mean()
        )
        / std,
        "You scale by the ends of the whole series. They know the future.": by_the_ends,
        "You scale the future by its own mean, which nobody knows yet. Use that of the past.": later,
        "You smooth: each value is mixed with the one after it, and that is the future.": np.convolve(
            np.pad(scaled, 1, mode="edge"), np.ones(3) / 3, mode="valid"
        ),
        "You scale nothing. Subtract the mean of the past, and divide by its standard deviation.": series,
        "You subtract the mean. Divide by the standard deviation of the past, too.": series - mean,
    }
    return {
        **{hint: _split(values, length, past) for hint, values in made_into_windows.items()},
        "Your training windows end too late: some of their targets lie in the future.": (
            *(windows[:past], targets[:past]),
            *(windows[past:], targets[past:]),
        ),
    }


def _linear(past: Array, windows: Array) -> Array:
    """Least squares on all windows of the past, with a constant."""
    known, targets = _windows(past, windows.shape[1])
    known = np.c_[known, np.ones(len(known))]
    return np.c_[windows, np.ones(len(windows))] @ np.linalg.solve(known.T @ known, known.T @ targets)


def _error(forecast: Any, case: Case) -> float:
    """The mean absolute error, as a fraction of persistence's."""
    truth, last = case["truth"], case["windows"][:, -1]
    return float(np.abs(forecast - truth).mean() / np.abs(last - truth).mean())


def _good_enough(forecast: Any, case: Case) -> Any:
    """All forecasts that beat persistence clearly count as one and the same."""
    array = forecast if isinstance(forecast, np.ndarray) else None
    fits = array is not None and array.shape == case["truth"].shape and array.dtype.kind == "f"
    good = fits and _error(array, case) <= ASKED
    return _linear(case["past"], case["windows"]) if good else forecast


@function(
    "15",
    "beat_persistence",
    each(_some_days, 0, 1, 2, 3),
    _linear,
    _good_enough,
    otherwise="Your mean error is {ratio:.0%} of persistence's error. It must be at most 90 %. Least "
    "squares on windows of the past is good enough.",
    numbers=lambda answer, case: {"ratio": _error(answer(case["past"], case["windows"]), case)},
)
def _wrong_forecast(past: Array, windows: Array) -> dict[str, Any]:
    """From the `past` and some `windows`, the value after each window: 10 % better than persistence."""
    known, targets = _windows(past, windows.shape[1])
    last, right = windows[:, -1], _linear(past, windows)
    rise = (targets - known[:, -1]).mean()
    return {
        "That is persistence itself. What does the past say about the next change?": last,
        "That is the value one day before. The weather has changed: use the last values, too.": windows[:, 0],
        "That is the mean of each window. Most of these values are many hours old.": windows.mean(axis=1),
        "That is the mean of the past. It is the same for every window.": np.full(len(windows), past.mean()),
        "You add the mean change of the past, which is nearly 0. Look at how the *last* hours changed.": (
            last + rise
        ),
        "Your forecasts are changes. Add the last value of each window to them.": right - last,
        "You read the windows backwards. Fit and forecast in the same order.": _linear(
            past, windows[:, ::-1]
        ),
    }
