"""What a training does between Keras' epochs: batches and random numbers, figures, the exact checkpoint."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops
from keras.callbacks import Callback, EarlyStopping, History
from tqdm.auto import tqdm

from lstm_teach.sentiment import checkpoints
from lstm_teach.sentiment.checkpoints import Checkpoint
from lstm_teach.sentiment.job import Say
from lstm_teach.sentiment.network import Batches

Logs = dict[str, Any] | None


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


class EachEpoch(Callback):
    """Gives each epoch its own batches and random numbers, and its seconds and further figures to the logs.

    Parameters
    ----------
    measure : further figures, such as those on validation reviews; asked after the epoch's seconds
    averaging : put the running average in the weights' place
    """

    def __init__(
        self,
        batches: Batches,
        seed: int,
        measure: Callable[[], Mapping[str, float]] = dict,
        averaging: bool = False,
    ) -> None:
        super().__init__()
        self.batches, self.seed, self.measure, self.averaging = batches, seed, measure, averaging

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        """Draw the batches, seed PyTorch's one generator (elsewhere each layer has its own), start clocks."""
        self.batches.begin(epoch)
        keras.utils.set_random_seed(int(np.random.default_rng((self.seed, epoch)).integers(2**31)))
        self.started = time.perf_counter(), time.process_time()

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Stop the clocks and measure; all figures are rounded as they are written."""
        assert logs is not None
        seconds, processor_seconds = (
            time.perf_counter() - self.started[0],
            time.process_time() - self.started[1],
        )
        if not np.isfinite(logs["loss"]):
            raise ValueError(
                f"loss: it became {logs['loss']} in epoch {epoch + 1}; "
                "a smaller learning_rate or a clip_norm keeps it finite"
            )
        if self.averaging:
            optimizer = self.model.optimizer
            optimizer.finalize_variable_values(self.model.trainable_variables)
            # On JAX weights and averages are one array now, lost in the next step.
            restore(optimizer.variables, values(optimizer.variables))
        logs |= self.measure()
        logs |= {"seconds": seconds, "processor_seconds": processor_seconds}
        logs |= {name: round(float(value), 6) for name, value in logs.items()}


class ExactCheckpoint(Callback):
    """Saves after every epoch all that a killed training needs to go on as if nothing had happened.

    Keras' `BackupAndRestore` keeps neither the random numbers of dropout nor what other callbacks know.

    Parameters
    ----------
    history, best : the callbacks that are saved along; `best`, if any, keeps the weights of the best epoch
    resumed : what was saved before, which `on_train_begin` puts back
    facts : what else to keep, as JSON
    """

    def __init__(
        self,
        folder: Path,
        history: History,
        best: EarlyStopping | None = None,
        resumed: Checkpoint | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self.folder, self.history, self.best = folder, history, best
        self.resumed, self.facts = resumed, dict(facts or {})

    def on_train_begin(self, logs: Logs = None) -> None:
        """Put back what Keras' own callbacks forget between two calls of `fit`."""
        if self.resumed is None:
            return
        state = self.resumed.state
        self.history.history = {name: list(series) for name, series in state["history"].items()}
        if self.best:
            self.best.best, self.best.wait, self.best.best_epoch = state["best"], state["wait"], state["at"]
            self.best.best_weights = self.resumed.arrays["best"]

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Write one file with everything."""
        state = {**self.facts, "history": self.history.history}
        arrays = {
            "variables": values(self.model.variables),
            "optimizer": values(self.model.optimizer.variables),
        }
        if self.best:
            state |= {"best": self.best.best, "wait": self.best.wait, "at": self.best.best_epoch}
            arrays["best"] = self.best.best_weights
        checkpoints.save(self.folder, Checkpoint(state, arrays))


class Progress(Callback):
    """A bar over all batches of all epochs, and a line after each epoch.

    Parameters
    ----------
    title : what is trained, before the number of the epoch
    line : from the number of an epoch, counted from 0, and its figures to what is said of it
    """

    def __init__(self, title: str, shown: bool, say: Say, line: Callable[[int, dict[str, Any]], str]) -> None:
        super().__init__()
        self.title, self.shown, self.say, self.line = title, shown, say, line
        self.bar: Any = None

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        """Name the epoch."""
        epochs, steps = self.params["epochs"], self.params["steps"]
        if self.bar is None:
            self.bar = tqdm(
                total=epochs * steps,
                initial=epoch * steps,
                disable=not self.shown,
                unit="batch",
                mininterval=0.5,
            )
        self.bar.set_description(f"{self.title} {epoch + 1}/{epochs}")

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        """Move the bar."""
        self.bar.update()
        if batch % 10 == 0 and logs:
            shown = {"loss": f"{logs['loss']:.3f}"}
            if "accuracy" in logs:
                shown["accuracy"] = f"{logs['accuracy']:.1%}"
            self.bar.set_postfix(shown, refresh=False)

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Say the line, for which the bar steps aside."""
        with self.bar.external_write_mode():
            self.say(f"{self.title} {epoch + 1}/{self.params['epochs']}: {self.line(epoch, logs or {})}")

    def on_train_end(self, logs: Logs = None) -> None:
        """Close the bar."""
        if self.bar is not None:
            self.bar.close()
