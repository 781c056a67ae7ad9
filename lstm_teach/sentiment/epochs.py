"""The epochs of a training: one call of Keras' `fit`, and the callbacks that make it exact."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops
from keras.callbacks import Callback, EarlyStopping, History, LambdaCallback, ProgbarLogger, TerminateOnNaN

from lstm_teach.sentiment import checkpoints
from lstm_teach.sentiment.checkpoints import Checkpoint, undamaged
from lstm_teach.sentiment.job import Job
from lstm_teach.sentiment.network import Batches

_BESIDE = 50_000_000  # bytes of a checkpoint that are no weights: the history, and the arrays' headers
Logs = dict[str, Any] | None


class Plan(NamedTuple):
    """How many epochs, and what is measured and told on the way.

    Attributes
    ----------
    title : what is counted, such as "epoch"
    line : from the number of an epoch, counted from 0, and its figures to what is said of it
    measure : further figures of each epoch
    best : the callback that keeps the best weights and stops where no epoch is better
    """

    epochs: int
    title: str
    line: Callable[[int, dict[str, Any]], str]
    measure: Callable[[], Mapping[str, float]] = dict
    best: EarlyStopping | None = None


def fit(
    model: keras.Model, batches: Batches, plan: Plan, job: Job, folder: Path, preparing: float = 0.0
) -> dict[str, Any]:
    """Train a compiled model, or go on with it, to its last epoch or until it gets no better.

    Parameters
    ----------
    folder : where the checkpoint is written after every epoch, and where an interrupted training left one
    preparing : the seconds before

    Returns
    -------
    state : `history` (a value an epoch of loss, and of what else is measured), `resumed_after` (the epochs
        after which the training had been interrupted), `seconds_preparing` (of the beginning, if it was)
    """
    exact = ExactCheckpoint(folder, plan.best, preparing)
    done = exact.put_back(model)
    if done >= plan.epochs or exact.gave_up:
        exact.put_back_best(model)
        return exact.state
    if done:
        exact.state["resumed_after"].append(done)
        job.say(f"resumed: goes on after {plan.title} {done} of {plan.epochs}, from checkpoint {folder.name}")

    def told(epoch: int, logs: dict[str, Any]) -> None:
        job.say(f"{plan.title} {epoch + 1}/{plan.epochs}: {plan.line(epoch, logs)}")

    model.fit(
        batches,
        epochs=plan.epochs,
        initial_epoch=done,
        shuffle=False,  # the batches are shuffled already
        verbose=1 if job.progress else 0,
        callbacks=[
            EachEpoch(batches, job.seed, plan.measure),
            TerminateOnNaN(),
            exact.history,
            *([plan.best] if plan.best else []),
            exact,
            ProgbarLogger(),
            LambdaCallback(on_epoch_end=told),
        ],
    )
    return exact.state


class EachEpoch(Callback):
    """Gives each epoch its own batches and random numbers, and its seconds and further figures to the logs.

    Parameters
    ----------
    measure : further figures, such as those on validation reviews; asked after the epoch's seconds
    """

    def __init__(
        self, batches: Batches, seed: int, measure: Callable[[], Mapping[str, float]] = dict
    ) -> None:
        super().__init__()
        self.batches, self.seed, self.measure = batches, seed, measure

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        """Draw the batches, seed PyTorch's one generator (elsewhere each layer has its own), start clocks."""
        self.batches.begin(epoch)
        keras.utils.set_random_seed(int(np.random.default_rng((self.seed, epoch)).integers(2**31)))
        self.started = time.perf_counter(), time.process_time()

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Stop the clocks and measure; all figures are rounded as they are written."""
        assert logs is not None
        clock, processor = self.started
        spent = {"seconds": time.perf_counter() - clock, "processor_seconds": time.process_time() - processor}
        if not np.isfinite(logs["loss"]):
            raise ValueError(
                f"loss: it became {logs['loss']} in epoch {epoch + 1}; "
                "a smaller learning_rate or a clip_norm keeps it finite"
            )
        logs |= {**self.measure(), **spent}
        logs |= {name: round(float(value), 6) for name, value in logs.items()}


class ExactCheckpoint(Callback):
    """Saves after every epoch all that a killed training needs to go on as if nothing had happened.

    Keras' `BackupAndRestore` keeps neither the random numbers of dropout nor what other callbacks know.

    Parameters
    ----------
    best : the callback, if any, that keeps the weights of the best epoch
    preparing : the seconds before the first epoch

    Attributes
    ----------
    history : the callback that is saved along
    state : as `fit` gives it
    """

    def __init__(self, folder: Path, best: EarlyStopping | None = None, preparing: float = 0.0) -> None:
        super().__init__()
        self.folder, self.best, self.history = folder, best, History()
        self.resumed: Checkpoint | None = None
        self.state: dict[str, Any] = {
            "history": self.history.history,
            "resumed_after": [],
            "seconds_preparing": round(preparing, 2),
        }

    @property
    def gave_up(self) -> bool:
        """Whether the training had already come to the epochs that were no better."""
        return bool(self.best and self.resumed and self.resumed.state["wait"] >= self.best.patience)

    def put_back(self, model: keras.Model) -> int:
        """Give a model what was saved; return the epochs done.

        Raises
        ------
        ValueError
            if the checkpoint is damaged: whatever does not fit.
        """
        taken = sum(
            int(np.prod(v.shape)) for v in (*model.variables, *model.weights, *model.optimizer.variables)
        )
        self.resumed = checkpoints.read(self.folder, most=8 * taken + _BESIDE)
        if self.resumed is None:
            return 0
        state, arrays = self.resumed.state, self.resumed.arrays
        with undamaged(self.folder / "checkpoint.npz"):
            series = np.array(list(state["history"].values()), dtype=float)  # (figures, epochs)
            if series.shape[1:] != (self.resumed.epochs,):
                raise ValueError("its history has not one value an epoch of each figure")
            restore(model.variables, arrays["variables"])
            restore(model.optimizer.variables, arrays["optimizer"])
            if self.best:
                check_shapes(model.weights, arrays["best"])
                _ = float(state["best"]), int(state["wait"]), int(state["at"])
            self.history.history |= state["history"]
            self.state["resumed_after"] = [int(epoch) for epoch in state["resumed_after"]]
            self.state["seconds_preparing"] = float(state["seconds_preparing"])
        return self.resumed.epochs

    def put_back_best(self, model: keras.Model) -> None:
        """Give a model the weights of the best epoch, as `EarlyStopping` does at the end of a training."""
        if self.resumed and self.best:
            restore(model.weights, self.resumed.arrays["best"])

    def on_train_begin(self, logs: Logs = None) -> None:
        """Put back what `EarlyStopping` forgets between two calls of `fit`."""
        if self.resumed and self.best:
            state = self.resumed.state
            self.best.best, self.best.wait, self.best.best_epoch = state["best"], state["wait"], state["at"]
            self.best.best_weights = self.resumed.arrays["best"]

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Write one file with everything."""
        state = dict(self.state)
        arrays = {
            "variables": values(self.model.variables),
            "optimizer": values(self.model.optimizer.variables),
        }
        if self.best:
            state |= {"best": self.best.best, "wait": self.best.wait, "at": self.best.best_epoch}
            arrays["best"] = self.best.best_weights
        checkpoints.save(self.folder, Checkpoint(state, arrays))


def values(variables: list[Any]) -> list[np.ndarray]:
    """Return Keras variables as arrays, copied."""
    return [np.array(ops.convert_to_numpy(variable)) for variable in variables]


def restore(variables: list[Any], arrays: list[np.ndarray]) -> None:
    """Give Keras variables the values of arrays.

    Raises
    ------
    ValueError
        if there are more or fewer of them, or a shape differs; no variable has changed then.
    """
    check_shapes(variables, arrays)
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)


def check_shapes(variables: list[Any], arrays: list[np.ndarray]) -> None:
    """Refuse arrays that Keras variables cannot take the values of."""
    if len(variables) != len(arrays):
        raise ValueError(f"it holds {len(arrays)} arrays where there are {len(variables)} variables")
    for variable, array in zip(variables, arrays, strict=True):
        if tuple(variable.shape) != array.shape:
            raise ValueError(f"it holds {array.shape} where {variable.path} is {tuple(variable.shape)}")
