"""Toy tasks that need a memory, each made of random sequences whose right answer is known.

A task is asked for by name, `task("flagged_recall", lag=50)`, or from its function, `flagged_recall(lag=50)`;
`batch(size, rng)` draws sequences and answers. The answer is always wanted once, after the last step. One set
of measured sequences is here, too: `handwritten_digits`.

*Lag* means the same in all tasks that have one: what is to be remembered comes in the first `window` steps,
and exactly `lag` steps follow them. So a sequence has window + lag steps, and from the step that matters to
the last one the state is handed on at least `lag`, at most lag + window - 1 times.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np

import lstm_teach
from lstm_teach.arrays import Array, generator, whole

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Batch(NamedTuple):
    """`xs` (batch, time, features), and what is to be said at the end of each sequence: `targets` (batch,).

    Targets are integers, the number of the right class, or floats, the right value: see `Task.kind`.
    """

    xs: Array
    targets: Array


@dataclass(frozen=True)
class Task:
    """What is shown and what is asked, in words, and how to draw it.

    `name` and `options` make the same task again: `task(t.name, **t.options)`. `features` and `answers` are
    labels for x and for the output. A class task is solved by naming the class; a value task by coming closer
    than `tolerance`. `chance` is the score of the best guess that does not look at the sequence.
    """

    name: str
    options: Mapping[str, int]
    question: str
    kind: Literal["class", "value"]
    features: tuple[str, ...]
    answers: tuple[str, ...]
    time: int
    chance: float
    draw: Callable[[int, np.random.Generator], Batch] = field(repr=False, compare=False)
    tolerance: float = 0.0

    @property
    def m(self) -> int:
        """The number of features of x."""
        return len(self.features)

    def batch(self, size: int, rng: np.random.Generator) -> Batch:
        """Return `size` sequences, drawn from `rng`: the same seed gives the same sequences."""
        return self.draw(whole("size", size), generator(rng))


def pulse(lag: int = 50, window: int = 10) -> Task:
    """Return the task of silence with one pulse of +1 or -1 in the first `window` steps: up or down?

    The simplest memory there is. One feature; classes 0 (down) and 1 (up).
    """
    lag, window = whole("lag", lag), whole("window", window)

    def draw(size: int, rng: np.random.Generator) -> Batch:
        up = rng.integers(2, size=size)
        xs = np.zeros((size, window + lag, 1))
        xs[np.arange(size), rng.integers(window, size=size), 0] = 2 * up - 1
        return Batch(xs, up)

    return Task(
        name="pulse",
        options={"lag": lag, "window": window},
        question="Did the pulse go up or down?",
        kind="class",
        features=("x",),
        answers=("down", "up"),
        time=window + lag,
        chance=1 / 2,
        draw=draw,
    )


def flagged_recall(lag: int = 50, symbols: int = 4, window: int = 10) -> Task:
    """Return the task in which every step shows a symbol, and one of the first `window` steps is flagged.

    The question is which symbol was flagged. All steps are alike but for the flag, so a cell must let in one
    symbol and shut out all others, before and after. Features: the symbols, one-hot, and the flag.
    """
    return _recall(
        "flagged_recall", "Which symbol was flagged?", {"lag": lag, "symbols": symbols, "window": window}
    )


def last_flagged(lag: int = 10, symbols: int = 4, window: int = 20, flags: int = 3) -> Task:
    """Return flagged recall with `flags` flags among the first `window` steps, of which the *last* counts.

    A cell must keep what it has, and let it go when the next flag comes: a lesson in forgetting.
    """
    return _recall(
        "last_flagged",
        "Which symbol was flagged last?",
        {"lag": lag, "symbols": symbols, "window": window, "flags": flags},
    )


def adding(time: int = 50) -> Task:
    """Return the task of adding two marked numbers of a list (Hochreiter & Schmidhuber 1997, experiment 4).

    Every step shows a number in [-1, 1) and a marker. The marker is on at one of the first ten steps, X1, and
    at another of the first time/2 - 1, X2. The target is 0.5 + (X1 + X2) / 4, and an answer closer than 0.04
    counts as right, as in the paper. Two things are simpler here: all sequences have the same length, and the
    ends have no marker of their own.
    """
    time = whole("time", time, smallest=10)
    first, half = min(10, time // 2 - 1), time // 2 - 1

    def draw(size: int, rng: np.random.Generator) -> Batch:
        numbers = rng.uniform(-1.0, 1.0, (size, time))
        x1 = rng.integers(first, size=size)
        x2 = (x1 + rng.integers(1, half, size=size)) % half  # any of the first half but x1
        rows = np.arange(size)
        markers = np.zeros((size, time))
        markers[rows, x1] = markers[rows, x2] = 1.0
        targets = 0.5 + (numbers[rows, x1] + numbers[rows, x2]) / 4.0
        return Batch(np.stack([numbers, markers], axis=-1), targets)

    tolerance = 0.04
    return Task(
        name="adding",
        options={"time": time},
        question="What is 0.5 plus a quarter of the sum of the two marked numbers?",
        kind="value",
        features=("number", "marker"),
        answers=("sum",),
        time=time,
        # "0.5" is right when |X1 + X2| < 4 · 0.04; the sum of two uniform numbers has a triangular density.
        chance=1 - (1 - 2 * tolerance) ** 2,
        draw=draw,
        tolerance=tolerance,
    )


TASKS: dict[str, Callable[..., Task]] = {
    "pulse": pulse,
    "flagged_recall": flagged_recall,
    "last_flagged": last_flagged,
    "adding": adding,
}


def task(name: str, **options: int) -> Task:
    """Return the task of that name, with the options of its function.

    Raises
    ------
    ValueError
        for a name that is not in `TASKS`, an option that the task does not have, or a value out of range.
    """
    if not isinstance(name, str) or name not in TASKS:
        raise ValueError(f"name: expected one of {', '.join(map(repr, TASKS))}, got {name!r}")
    known = TASKS[name]().options
    for option in options:
        if option not in known:
            raise ValueError(f"{option}: {name} has no such option, expected one of {', '.join(known)}")
    return TASKS[name](**options)


def handwritten_digits() -> tuple[Array, Array]:
    """Return 1,797 handwritten digits: images (images, 8, 8) from 0 to 1, and which digit each is (images,).

    An image is a sequence of its 8 rows, the uppermost first. `data/digits/README.md` says whose they are.
    """
    with np.load(lstm_teach.data_dir() / "digits" / "digits.npz", allow_pickle=False) as file:
        return file["images"] / 16, file["labels"].astype(int)


def _recall(name: str, question: str, options: dict[str, int]) -> Task:
    """Return a task of symbols, with flags in the first `window` steps, that asks for the last flagged."""
    options = {key: whole(key, value, 2 if key == "symbols" else 1) for key, value in options.items()}
    lag, symbols, window = options["lag"], options["symbols"], options["window"]
    flags = options.get("flags", 1)
    if symbols > len(LETTERS):
        raise ValueError(f"symbols: expected at most the {len(LETTERS)} letters, got {symbols}")
    if flags > window:
        raise ValueError(f"flags: expected at most one per step of the window of {window}, got {flags}")
    time, letters = window + lag, tuple(LETTERS[:symbols])

    def draw(size: int, rng: np.random.Generator) -> Batch:
        shown = rng.integers(symbols, size=(size, time))
        # The places of the smallest of `window` random numbers: distinct, and all sets equally likely.
        flagged = rng.random((size, window)).argsort(axis=1)[:, :flags]
        rows = np.arange(size)
        flag = np.zeros((size, time, 1))
        flag[rows[:, None], flagged, 0] = 1.0
        xs = np.concatenate([np.eye(symbols)[shown], flag], axis=-1)
        return Batch(xs, shown[rows, flagged.max(axis=1)])

    return Task(
        name=name,
        options=options,
        question=question,
        kind="class",
        features=(*letters, "flag"),
        answers=letters,
        time=time,
        chance=1 / symbols,
        draw=draw,
    )
