"""The epochs of a training: one call of Keras' `fit` that keeps the best weights and goes on where it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np
from keras.callbacks import EarlyStopping, History, TerminateOnNaN

from lstm_teach.sentiment.callbacks import EachEpoch, ExactCheckpoint, Progress, check_shapes, restore, values
from lstm_teach.sentiment.checkpoints import Checkpoint, undamaged
from lstm_teach.sentiment.evaluation import score
from lstm_teach.sentiment.job import Job
from lstm_teach.sentiment.network import Batches, Network


class Encoded(NamedTuple):
    """Reviews as ids, one int32 array each, and their labels (reviews,): 0, 1, or a teacher's probability."""

    rows: Sequence[np.ndarray]
    labels: np.ndarray


class Plan(NamedTuple):
    """How many epochs, and what is measured and told on the way.

    Attributes
    ----------
    title : what is counted, such as "epoch"
    line : from the number of an epoch, counted from 0, and its figures to what is said of it
    measure : further figures of each epoch
    best : the callback that keeps the best weights and stops where no epoch is better
    averaging : as in `EachEpoch`
    """

    epochs: int
    title: str
    line: Callable[[int, dict[str, Any]], str]
    measure: Callable[[], Mapping[str, float]] = dict
    best: EarlyStopping | None = None
    averaging: bool = False


def fit(
    model: keras.Model,
    batches: Batches,
    plan: Plan,
    job: Job,
    folder: Path,
    resumed: Checkpoint | None = None,
    preparing: float = 0.0,
) -> dict[str, Any]:
    """Train a compiled model, or go on with it, to its last epoch or until it gets no better.

    Parameters
    ----------
    folder : where the checkpoint is written after every epoch
    resumed : that of an interrupted training
    preparing : the seconds before

    Returns
    -------
    state : `history` (a value an epoch of loss, and of what else is measured), `resumed_after` (the epochs
        after which the training had been interrupted), `seconds_preparing` (of the beginning, if it was)
    """
    facts: dict[str, Any] = {"resumed_after": [], "seconds_preparing": round(preparing, 2)}
    history, best, done = History(), [plan.best] * (plan.best is not None), 0
    if resumed:
        done = resumed.epochs
        with undamaged(folder / "checkpoint.npz"):
            facts = _put_back(model, resumed, plan)
            if done >= plan.epochs or (plan.best and resumed.state["wait"] >= plan.best.patience):
                restore(model.weights, resumed.arrays.get("best", values(model.weights)))
                return {"history": resumed.state["history"], **facts}
        facts["resumed_after"].append(done)
        job.say(f"resumed: goes on after {plan.title} {done} of {plan.epochs}, from checkpoint {folder.name}")
    model.fit(
        batches,
        epochs=plan.epochs,
        initial_epoch=done,
        shuffle=False,  # the batches are shuffled already
        verbose=0,
        callbacks=[
            EachEpoch(batches, job.seed, plan.measure, plan.averaging),
            TerminateOnNaN(),
            history,
            *best,
            ExactCheckpoint(folder, history, plan.best, resumed, facts),
            Progress(plan.title, job.progress, job.say, plan.line),
        ],
    )
    return {"history": history.history, **facts}


def _put_back(model: keras.Model, resumed: Checkpoint, plan: Plan) -> dict[str, Any]:
    """Give a model back what was saved; return what else was. Whatever does not fit is an error."""
    state = resumed.state
    series = np.array(list(state["history"].values()), dtype=float)  # (figures, epochs)
    if series.shape[1:] != (resumed.epochs,):
        raise ValueError("its history has not one value an epoch of each figure")
    restore(model.variables, resumed.arrays["variables"])
    restore(model.optimizer.variables, resumed.arrays["optimizer"])
    if plan.best:
        check_shapes(model.weights, resumed.arrays["best"])
        _ = float(state["best"]), int(state["wait"]), int(state["at"])
    return {
        "resumed_after": [int(epoch) for epoch in state["resumed_after"]],
        "seconds_preparing": float(state["seconds_preparing"]),
    }


def fit_network(
    network: Network,
    train: Encoded,
    validation: Encoded,
    job: Job,
    resumed: Checkpoint | None = None,
    preparing: float = 0.0,
) -> dict[str, Any]:
    """Train a compiled network, and leave it the weights of its best epoch on the validation reviews.

    Returns
    -------
    state : what `fit` gives, and `best_epoch`, counted from 1. The history has loss, accuracy, val_loss,
        val_accuracy, seconds and processor_seconds; val_loss is the cross-entropy, whatever loss is trained;
        processor seconds, all cores together, hardly count other work on the machine
    """
    recipe = network.recipe
    patience = recipe.patience or recipe.epochs
    best = EarlyStopping("val_accuracy", mode="max", patience=patience, restore_best_weights=True)

    def measure() -> dict[str, float]:
        found = score(validation.labels, network.predict_ids(validation.rows))
        return {"val_loss": found.loss, "val_accuracy": found.accuracy}

    def line(epoch: int, logs: dict[str, Any]) -> str:
        return (
            f"loss {logs['loss']:.3f}, accuracy {logs['accuracy']:.2%}, "
            f"validation accuracy {logs['val_accuracy']:.2%}"
            f"{' (best)' if best.best_epoch == epoch else ''}, {logs['seconds']:.0f} s"
        )

    plan = Plan(recipe.epochs, "epoch", line, measure, best, recipe.averaging is not None)
    batches = Batches(
        train.rows, recipe, recipe.batch_size, train.labels, key=(job.seed, 0), devices=network.devices
    )
    state = fit(network.model, batches, plan, job, job.folder, resumed, preparing)
    if best.stopped_epoch:
        job.say(f"stopped: no better validation accuracy in {recipe.patience} epochs")
    return {**state, "best_epoch": 1 + int(np.argmax(state["history"]["val_accuracy"]))}
