"""A cell that has been fitted to a task: what it answers, how often it is right, how it got there.

Its file is plain arrays and one line of JSON in an .npz, with no pickle inside.
"""

import json
import os
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lstm_teach.arrays import Array, floats, instance
from lstm_teach.atomic import replacing
from lstm_teach.cells import Clamp, GRUParams, LSTMParams, Params, RNNParams, Trace, run_cell
from lstm_teach.fitting.readout import Readout, right_classes, softmax
from lstm_teach.sequences import Batch, Task, task

# By name: the parameters, and what besides arrays makes the cell.
_CELLS: dict[str, tuple[type, str | None]] = {
    "rnn": (RNNParams, "activation"),
    "lstm": (LSTMParams, None),
    "gru": (GRUParams, "reset_after"),
}


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
    None if the budget of updates ran out before. A ValueError names a cell, a readout or a task that does
    not belong to the others, sequences that do not fit, and a clamp of a gate that the cell has not.
    """

    params: Params
    readout: Readout
    task: Task
    history: History
    solved_at: int | None = None

    def __post_init__(self) -> None:
        instance("params", self.params, Params)
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
        """Return the answers (batch,) after the last step: the number of a class, or a value."""
        answers = self.readout(self.trace(xs, clamp).h[:, -1])
        return answers.argmax(axis=1) if self.task.kind == "class" else answers[:, 0]

    def score(self, batch: Batch, clamp: Clamp | None = None) -> float:
        """Return the share of right answers, from 0 to 1; a value is right if closer than `task.tolerance`.

        With `clamp`, it is what is left when gates are held. Compare it with `task.chance`.
        """
        answers = self.predict(batch.xs, clamp)
        if self.task.kind == "class":
            classes = right_classes(batch.targets, len(answers), len(self.task.answers))
            return float(np.mean(answers == classes))
        targets = floats("targets", batch.targets, answers.shape)
        return float(np.mean(np.abs(answers - targets) < self.task.tolerance))


def save_fitted(fitted: Fitted, path: str | os.PathLike[str]) -> None:
    """Write `fitted` to `path` (.npz): weights in their dtype, history, and what makes the task again.

    The file appears whole or not at all.

    Raises
    ------
    OSError
        if the folder is not there or cannot be written to.
    """
    cell, variant = next((name, more) for name, (kind, more) in _CELLS.items() if type(fitted.params) is kind)
    about = {
        "cell": cell,
        "variant": {variant: getattr(fitted.params, variant)} if variant else {},
        "task": fitted.task.name,
        "options": dict(fitted.task.options),
        "solved_at": fitted.solved_at,
    }
    with replacing(path) as file:
        np.savez_compressed(
            file,
            about=np.array(json.dumps(about, default=int)),
            **{k: getattr(fitted.params, k) for k in "WUb"},
            readout_W=fitted.readout.W,
            readout_b=fitted.readout.b,
            **{f"history_{k}": v for k, v in fitted.history._asdict().items()},
        )


def load_fitted(path: str | os.PathLike[str]) -> Fitted:
    """Return what `save_fitted` wrote.

    Raises
    ------
    FileNotFoundError
        if there is no such file.
    ValueError
        if it is no file of `save_fitted`, or a damaged one.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            about = json.loads(arrays["about"].item())
            return Fitted(
                params=_CELLS[about["cell"]][0](*(arrays[k] for k in "WUb"), **about["variant"]),
                readout=Readout(arrays["readout_W"], arrays["readout_b"]),
                task=task(about["task"], **about["options"]),
                history=History(*(arrays[f"history_{k}"] for k in History._fields)),
                solved_at=about["solved_at"],
            )
    except OSError:
        raise
    except Exception as error:  # a damaged archive can raise nearly anything
        raise ValueError(
            "path: expected a file written by lstm_teach.fitting.save_fitted, "
            f"got {os.fspath(path)!r} ({error})"
        ) from error
