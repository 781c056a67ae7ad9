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
    """

    params: Params
    readout: Readout
    task: Task
    history: History
    solved_at: int | None = None

    def trace(self, xs: Array, clamp: Clamp | None = None) -> Trace:
        """What the cell does with `xs` (batch, time, features), perhaps with some gates held."""
        return run_cell(xs, self.params, clamp)

    def outputs(self, h: Array) -> Array:
        """What the readout makes of states (…, n): probabilities (…, classes), or values (…, 1)."""
        answers = self.readout(h)
        return softmax(answers) if self.task.kind == "class" else answers

    def predict(self, xs: Array, clamp: Clamp | None = None) -> Array:
        """The answers (batch,) after the last step: the number of a class, or a value.

        Raises
        ------
        ValueError
            for sequences that do not fit, an unknown gate, or a clamp on a plain RNN.
        """
        answers = self.readout(self.trace(xs, clamp).h[:, -1])
        return answers.argmax(axis=1) if self.task.kind == "class" else answers[:, 0]

    def score(self, batch: Batch, clamp: Clamp | None = None) -> float:
        """The share of right answers, from 0 to 1; a value is right if it is closer than `task.tolerance`.

        With `clamp`, what is left of it when gates are held. To be compared with `task.chance`.
        """
        answers = self.predict(batch.xs, clamp)
        if self.task.kind == "class":
            return float(np.mean(answers == batch.targets))
        return float(np.mean(np.abs(answers - batch.targets) < self.task.tolerance))
