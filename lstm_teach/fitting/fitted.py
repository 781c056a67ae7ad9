"""A cell that has been fitted to a task: what it answers, how often it is right, and how it got there."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import Clamp, Params, Trace
from lstm_teach.fitting.cell import run_cell
from lstm_teach.fitting.readout import Readout, softmax
from lstm_teach.sequences import Batch, Task


class History(NamedTuple):
    """One row a check, each array (checks,): how training went.

    `updates` made so far; the mean training `loss` and the mean gradient `norm` before clipping since the
    check before; the `accuracy` on the held-out sequences.
    """

    updates: Array
    loss: Array
    norm: Array
    accuracy: Array


@dataclass(frozen=True, eq=False)
class Fitted:
    """A trained cell with its readout, the task it was trained on, and the history of the training.

    `solved_at` is the number of updates at the first of the successive checks that all reached the target;
    None if the budget of updates ran out before.

    Raises
    ------
    ValueError
        for a cell, a readout and a task that do not belong together.
    """

    params: Params
    readout: Readout
    task: Task
    history: History
    solved_at: int | None = None

    def __post_init__(self) -> None:
        for what, wanted, got in (
            ("params: expected m = {} features, as the task has", self.task.m, self.params.m),
            ("readout: expected n = {} units, as the cell has", self.params.n, len(self.readout.W)),
            ("readout: expected {} answers, as the task has", len(self.task.answers), len(self.readout.b)),
        ):
            if wanted != got:
                raise ValueError(f"{what.format(wanted)}, got {got}")

    def trace(self, xs: Array, clamp: Clamp | None = None) -> Trace:
        """Return the trace of the cell over `xs` (batch, time, features), perhaps with some gates held."""
        return run_cell(xs, self.params, clamp)

    def outputs(self, h: Array) -> Array:
        """Return what the readout makes of states (…, n): probabilities (…, classes), or values (…, 1)."""
        answers = self.readout(h)
        return softmax(answers) if self.task.kind == "class" else answers

    def predict(self, xs: Array, clamp: Clamp | None = None) -> Array:
        """Return the answers (batch,) after the last step: the number of a class, or a value.

        Raises
        ------
        ValueError
            for sequences that do not fit, an unknown gate, or a clamp on a plain RNN.
        """
        answers = self.readout(self.trace(xs, clamp).h[:, -1])
        return answers.argmax(axis=1) if self.task.kind == "class" else answers[:, 0]

    def score(self, batch: Batch, clamp: Clamp | None = None) -> float:
        """Return the share of right answers, from 0 to 1; a value is right if closer than `task.tolerance`.

        With `clamp`, it is what is left when gates are held. Compare it with `task.chance`.

        Raises
        ------
        ValueError
            for what `predict` refuses, and for targets that are not one per sequence.
        """
        answers = self.predict(batch.xs, clamp)
        if np.shape(batch.targets) != answers.shape:
            raise ValueError(
                f"batch: expected targets of shape {answers.shape}, got {np.shape(batch.targets)}"
            )
        if self.task.kind == "class":
            return float(np.mean(answers == batch.targets))
        return float(np.mean(np.abs(answers - batch.targets) < self.task.tolerance))
