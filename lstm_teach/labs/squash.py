"""Numbers multiplied again and again, with and without tanh: bounded, but sizes are lost.

Repeated multiplication is a plain RNN of one unit in silence whose recurrent weight is the factor, so `cells`
computes it, each number as a sequence of its own.
"""

from itertools import combinations

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import RNNParams, rnn_forward
from lstm_teach.labs.controls import Slider, TextField, quoted
from lstm_teach.labs.core import Controls, LabSpec, Presets, View
from lstm_teach.plotting import Axis, Line, Picture, Points, chart, plain

MOST = 6  # numbers: as many as there are line styles to tell apart
HUGE = 1e300  # where the axis ends; a little later floating-point numbers do

PRESETS: Presets = {
    "sizes are lost": {},
    "one step": {"steps": 1},
    "explosion": {"numbers": "1, 0.01", "steps": 50},
    "fading": {"factor": 0.5, "steps": 20},
    "flipping sign": {"factor": -1.5, "steps": 12},
}


CONTROLS: Controls = {
    "numbers": TextField("Start numbers", "5, 0.1, -0.5", "numbers with commas between"),
    "factor": Slider("Factor", 3.0, -10.0, 10.0, 0.1, places=2),
    "steps": Slider("Steps", 5, 1, 500),
}


def squash_view(numbers: str, factor: float, steps: int) -> View:
    """Return the numbers step by step: without tanh on an axis of powers of ten, and with tanh."""
    start = parse(numbers)
    free, squashed = repeat(start, factor, steps, "linear"), repeat(start, factor, steps, "tanh")
    ends = f"Step {steps}: {_list(free[-1])}. With tanh: {_list(squashed[-1])}."
    return View([_free(free), _squashed(squashed)], f"{ends} {_verdict(start, free, squashed)}")


def repeat(start: Array, factor: float, steps: int, activation: str) -> Array:
    """Return `start` (numbers,) and its value after each step: (steps + 1, numbers)."""
    p = RNNParams(np.zeros((1, 1)), np.array([[factor]]), np.zeros(1), activation)
    with np.errstate(over="ignore"):  # infinity is what is to be seen
        h = rnn_forward(np.zeros((len(start), steps, 1)), p, h0=start[:, None]).h
    return np.concatenate([start[None], h[:, :, 0].T])


def parse(numbers: str) -> Array:
    """Return numbers written with commas or spaces between, each once; ValueError for what is no number."""
    values = []
    for part in numbers.replace(",", " ").replace("−", "-").split():
        try:
            values.append(float(part))
        except ValueError:
            wanted = "type numbers with commas between, as 5, 0.1"
            raise ValueError(f"{quoted(part)} is no number; {wanted}") from None
    values = list(dict.fromkeys(values))
    if not 1 <= len(values) <= MOST:
        raise ValueError(f"type one to {MOST} numbers with commas between, such as 5, 0.1; got {len(values)}")
    if not all(abs(value) <= 1e6 for value in values):
        raise ValueError("type numbers from minus a million to a million")
    return np.array(values)


def _free(values: Array) -> Picture:
    values = np.clip(values, -HUGE, HUGE)
    y = Axis("value, in powers of ten", min(3 * values.min(), -10.0), max(3 * values.max(), 10.0), "symlog")
    alt = f"The numbers times the factor at each step, without tanh: they end at {_list(values[-1])}."
    return _picture(values, y, "Without tanh", alt)


def _squashed(values: Array) -> Picture:
    alt = f"The same with tanh at each step: all lie between −1 and 1, and they end at {_list(values[-1])}."
    shown = np.where(np.abs(values) <= 1.0, values, np.nan)  # a start number beyond 1 is not in this picture
    return _picture(shown, Axis("value", -1.1, 1.1), "With tanh after each step", alt, values[0])


def _picture(values: Array, y: Axis, title: str, alt: str, start: Array | None = None) -> Picture:
    t = np.arange(len(values))
    start = values[0] if start is None else start
    lines = [Line(t, values[:, k], k, plain(number)) for k, number in enumerate(start.tolist())]
    dots = [Points(t, line.y, line.like) for line in lines] if len(t) <= 30 else []
    return chart([*lines, *dots], Axis("step", 0, len(t) - 1, whole=True), y, alt, title)


def _list(values: Array) -> str:
    return ", ".join(plain(value, 4 if abs(value) >= 1 else 3) for value in values.tolist())


def _verdict(start: Array, free: Array, squashed: Array) -> str:
    """What has happened to sizes: the two numbers farthest apart that can no longer be told apart, if any."""
    ends = squashed[-1]
    alike = [
        (abs(start[a] - start[b]), a, b)
        for a, b in combinations(range(len(start)), 2)
        if abs(ends[a] - ends[b]) < 0.005
    ]
    if np.abs(ends).max() < 0.005:
        return "All fade to 0, and tanh does not stop it."
    if alike:
        _, a, b = max(alike)
        return f"So {plain(start[a])} and {plain(start[b])} look alike."
    if np.abs(free[-1]).max() > 10:
        return "Tanh keeps them between −1 and 1."
    return "The sizes can still be told apart."


LAB = LabSpec("squash_lab", squash_view, CONTROLS, PRESETS)
