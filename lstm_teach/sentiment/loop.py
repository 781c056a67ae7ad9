"""The epochs of a training: fit, validate, keep the best weights, save, and stop when it gets no better."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops
from tqdm.auto import tqdm

from lstm_teach.sentiment import checkpoints
from lstm_teach.sentiment.checkpoints import Checkpoint
from lstm_teach.sentiment.evaluation import score
from lstm_teach.sentiment.network import Batches, Network
from lstm_teach.sentiment.recipes import NetworkRecipe

OPTIMIZERS = {
    "adam": keras.optimizers.Adam,
    "adamax": keras.optimizers.Adamax,
    "adadelta": keras.optimizers.Adadelta,
    "sgd": keras.optimizers.SGD,
    "rmsprop": keras.optimizers.RMSprop,
}


Say = Callable[[str], object]  # what is told on the way


class Encoded(NamedTuple):
    """Reviews as ids, one int32 array each, and their labels (reviews,): 0, 1, or a teacher's probability."""

    rows: list[np.ndarray]
    labels: np.ndarray


@keras.saving.register_keras_serializable("lstm_teach")
class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """Up in a straight line from a tenth of `peak` for a fraction of `steps`, then down to nothing."""

    def __init__(self, peak: float, steps: int, warm_up: float) -> None:
        self.peak, self.steps, self.warm_up = peak, steps, warm_up

    def __call__(self, step: Any) -> Any:
        """The learning rate at a step."""
        done = ops.cast(step, "float32") / self.steps
        rise, fall = 0.1 + 0.9 * done / self.warm_up, (1.0 - done) / (1.0 - self.warm_up)
        return self.peak * ops.maximum(ops.minimum(rise, fall), 0.0)

    def get_config(self) -> dict[str, Any]:
        """What makes an equal schedule."""
        return {"peak": self.peak, "steps": self.steps, "warm_up": self.warm_up}


def compile_model(model: keras.Model, recipe: NetworkRecipe, batches: int) -> None:
    """Give a model the optimizer and loss of its recipe, for epochs of so many batches."""
    rate: Any = recipe.learning_rate
    if recipe.schedule == "one_cycle":
        rate = OneCycle(recipe.learning_rate, recipe.epochs * batches, recipe.warm_up)
    optimizer = OPTIMIZERS[recipe.optimizer](
        rate,
        weight_decay=recipe.weight_decay,
        global_clipnorm=recipe.clip_norm,
        use_ema=recipe.averaging is not None,  # Keras puts the average in the weights' place after each `fit`
        ema_momentum=recipe.averaging or 0.99,
    )
    optimizer.build(model.trainable_variables)  # so that a checkpoint has somewhere to go
    accuracy = keras.metrics.MeanMetricWrapper(same_side, name="accuracy")
    model.compile(optimizer, recipe.loss, metrics=[accuracy])  # jit_compile: JAX, not TensorFlow on a CPU


@keras.saving.register_keras_serializable("lstm_teach")
def same_side(labels: Any, probabilities: Any) -> Any:
    """1 where a probability and a label, which may be a probability too, lie on one side of 0.5; else 0."""
    return ops.cast(ops.equal(labels > 0.5, probabilities > 0.5), "float32")


def run_epochs(
    network: Network,
    train: Encoded,
    validation: Encoded,
    seed: int,
    folder: Path,
    *,
    resume: Checkpoint | None,
    preparing: float = 0.0,
    progress: bool = True,
    say: Say = print,
) -> dict[str, Any]:
    """Train to the recipe's last epoch, or until `patience` runs out, and leave the model its best weights.

    Parameters
    ----------
    preparing : the seconds before; of an interrupted run, those of its beginning are kept

    Returns
    -------
    state : `history` (an entry an epoch: loss, accuracy, val_loss, val_accuracy, seconds, processor_seconds;
        val_loss is the cross-entropy, whatever loss is trained; processor seconds, all cores together, hardly
        count other work on the machine), `best_epoch` (counted from 1), `resumed_after` (the epochs after
        which the run had been interrupted), `seconds_preparing`
    """
    recipe, model = network.recipe, network.model
    state: dict[str, Any] = {"history": {}, "best_epoch": 0, "resumed_after": []}
    state["seconds_preparing"] = round(preparing, 2)
    best: list[np.ndarray] = []
    if resume is not None:
        state, best = {**state, **resume.state}, resume.arrays["best"]
        restore(model.variables, resume.arrays["variables"])
        restore(model.optimizer.variables, resume.arrays["optimizer"])
    history = state["history"]
    done = len(history.get("loss", ()))
    if 0 < done < recipe.epochs and not _gave_up(state, recipe):
        state["resumed_after"].append(done)
        say(f"resumed: goes on after epoch {done} of {recipe.epochs}, from checkpoint {folder.name}")
    steps = -(-len(train.rows) // recipe.batch_size)
    with progress_bar(recipe.epochs, steps, done, progress) as bar:
        for epoch in range(done, recipe.epochs):
            if _gave_up(state, recipe):
                say(f"stopped: no better validation accuracy in {recipe.patience} epochs")
                break
            bar.set_description(f"epoch {epoch + 1}/{recipe.epochs}")
            batches = Batches(
                train.rows,
                recipe,
                recipe.batch_size,
                train.labels,
                key=(seed, epoch),
                devices=network.devices,
            )
            logs = one_epoch(model, batches, bar)
            if recipe.averaging:  # on JAX weights and averages are one array now, lost in the next step
                restore(model.optimizer.variables, values(model.optimizer.variables))
            found = score(validation.labels, network.predict_ids(validation.rows))
            for name, value in (
                ("loss", logs["loss"]),
                ("accuracy", logs["accuracy"]),
                ("val_loss", found.loss),
                ("val_accuracy", found.accuracy),
                ("seconds", logs["seconds"]),
                ("processor_seconds", logs["processor_seconds"]),
            ):
                history.setdefault(name, []).append(round(float(value), 6))
            if history["val_accuracy"][-1] > max(history["val_accuracy"][:-1], default=-1.0):
                state["best_epoch"], best = epoch + 1, values(model.weights)
            arrays = {
                "variables": values(model.variables),
                "optimizer": values(model.optimizer.variables),
                "best": best,
            }
            checkpoints.save(folder, Checkpoint(state, arrays))
            line = (
                f"epoch {epoch + 1}/{recipe.epochs}: loss {logs['loss']:.3f}, "
                f"accuracy {logs['accuracy']:.2%}, validation accuracy {found.accuracy:.2%}"
                f"{' (best)' if state['best_epoch'] == epoch + 1 else ''}, {logs['seconds']:.0f} s"
            )
            with bar.external_write_mode():  # the bar steps aside for a line
                say(line)
    restore(model.weights, best)
    return state


def progress_bar(epochs: int, steps: int, done: int, progress: bool) -> Any:
    """A bar over all batches of all epochs, of which some are done."""
    return tqdm(
        total=epochs * steps, initial=done * steps, disable=not progress, unit="batch", mininterval=0.5
    )


def one_epoch(model: keras.Model, batches: Batches, bar: Any) -> dict[str, float]:
    """Fit a model once to batches that are shuffled already: what it logs, seconds, processor_seconds."""
    start, processor_start = time.perf_counter(), time.process_time()
    logs = model.fit(batches, shuffle=False, verbose=0, callbacks=[_Begin(batches), _Tick(bar)]).history
    took = {
        "seconds": time.perf_counter() - start,
        "processor_seconds": time.process_time() - processor_start,
    }
    return {name: value for name, [value] in logs.items()} | took


def _gave_up(state: dict[str, Any], recipe: NetworkRecipe) -> bool:
    """Whether `patience` has run out."""
    done = len(state["history"].get("loss", ()))
    return recipe.patience is not None and done - state["best_epoch"] >= recipe.patience


def values(variables: list[Any]) -> list[np.ndarray]:
    """Keras variables as arrays, copied."""
    return [np.array(ops.convert_to_numpy(variable)) for variable in variables]


def restore(variables: list[Any], arrays: list[np.ndarray]) -> None:
    """The reverse of `values`."""
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)


class _Begin(keras.callbacks.Callback):
    """Seeds PyTorch's one generator, which dropout draws from; elsewhere each layer has its own."""

    def __init__(self, batches: Batches) -> None:
        super().__init__()
        self.batches = batches

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        keras.utils.set_random_seed(int(np.random.default_rng(self.batches.key).integers(2**31)))


class _Tick(keras.callbacks.Callback):
    def __init__(self, bar: Any) -> None:
        super().__init__()
        self.bar = bar

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self.bar.update()
        if batch % 10 == 0 and logs:
            shown = {"loss": f"{logs['loss']:.3f}"}
            if "accuracy" in logs:
                shown["accuracy"] = f"{logs['accuracy']:.1%}"
            self.bar.set_postfix(shown, refresh=False)
