"""How a network's recipe is trained: texts become ids, the embedding begins, and the epochs follow."""

from __future__ import annotations

import operator
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from keras.callbacks import EarlyStopping

from lstm_teach.sentiment import checkpoints
from lstm_teach.sentiment.epochs import Plan, fit
from lstm_teach.sentiment.evaluation import score
from lstm_teach.sentiment.job import Job
from lstm_teach.sentiment.kinds import NetworkRecipe
from lstm_teach.sentiment.network import Batches, Network, begin_with_vectors, compile_model, new_model
from lstm_teach.sentiment.own_network import reads_padding
from lstm_teach.vocabulary import SubwordVocabulary, WordVocabulary, load_vocabulary


class Encoded(NamedTuple):
    """Reviews as ids, one int32 array each, and their labels (reviews,): 0, 1, or a teacher's probability."""

    rows: Sequence[np.ndarray]
    labels: np.ndarray


class Ready(NamedTuple):
    """A network before its first epoch, or that of an interrupted training, and its reviews as ids.

    Attributes
    ----------
    unlabelled : ids of the unlabelled reviews, if the recipe reads them
    begun : whether there is a checkpoint of an interrupted training
    started : on the clock, in seconds
    """

    network: Network
    training: Encoded
    validation: Encoded
    unlabelled: list[np.ndarray]
    begun: bool
    started: float


def learn(recipe: NetworkRecipe, job: Job) -> tuple[Network, dict[str, Any]]:
    """Train a network; return it with its best weights, and what a record says of its training."""
    ready = prepare(recipe, job)
    return train(ready, ready.training, job)


def prepare(recipe: NetworkRecipe, job: Job) -> Ready:
    """Turn texts into ids, and build the network with the weights that it begins with."""
    started = time.perf_counter()
    begun = (job.folder / "checkpoint.npz").exists()
    vocabulary, rows = _encoded(recipe, job)
    training = Encoded(rows, job.training.labels)
    validation = Encoded(vocabulary.encode(job.validation.texts), job.validation.labels)
    unlabelled = vocabulary.encode(job.unlabelled) if recipe.reads_unlabelled else []
    seconds = time.perf_counter() - started
    job.say(f"vocabulary: {vocabulary.size:,} {vocabulary.kind}, fitted and applied in {seconds:.1f} s")
    model = new_model(recipe, vocabulary.size, job.seed)
    job.say(f"parameters: {model.count_params():,}")
    if not begun:
        texts = [*rows, *unlabelled] if recipe.vectors == "unlabelled" else rows
        begin_with_vectors(model, recipe, texts, job.seed)
    network = Network(recipe, vocabulary, model, recipe.is_own and reads_padding(model, vocabulary.size))
    return Ready(network, training, validation, unlabelled, begun, started)


def merit(accuracy: float, loss: float) -> float:
    """Return what epochs are compared by: the accuracy, and of equal accuracies the lower loss.

    On few validation reviews many epochs have the same accuracy, while the loss still falls.
    """
    return accuracy - 1e-9 * min(loss, 1e3)


class BestEpoch(EarlyStopping):
    """Keras' EarlyStopping on the validation reviews, with epochs compared by `merit`."""

    def __init__(self, patience: int) -> None:
        super().__init__(mode="max", patience=patience, restore_best_weights=True)
        self.monitor_op = operator.gt  # Keras' own compares in float32, where equal accuracies are equal

    def get_monitor_value(self, logs: dict[str, Any]) -> float:
        """Return the merit of the epoch that has ended."""
        return merit(logs["val_accuracy"], logs["val_loss"])


def train(ready: Ready, training: Encoded, job: Job, before: float = 0.0) -> tuple[Network, dict[str, Any]]:
    """Train a network that is ready, and leave it the weights of its best epoch on the validation reviews.

    Returns the network, and what a record says of its training: among others its history, a value an epoch of
    loss, accuracy, val_loss (the cross-entropy, whatever loss is trained), val_accuracy, seconds, and
    processor_seconds, all cores together, which hardly count other work on the machine.

    Parameters
    ----------
    training : the reviews to train on, which may be more than those that have labels
    before : seconds of preparing in an earlier process, to be counted too
    """
    network, recipe = ready.network, ready.network.recipe
    preparing = time.perf_counter() - ready.started
    job.say(f"ready to train after {preparing:.1f} s")
    compile_model(network.model, recipe, batches=-(-len(training.rows) // recipe.batch_size))
    best = BestEpoch(recipe.patience or recipe.epochs)

    def measure() -> dict[str, float]:
        found = score(ready.validation.labels, network.predict_ids(ready.validation.rows))
        return {"val_loss": found.loss, "val_accuracy": found.accuracy}

    def line(epoch: int, logs: dict[str, Any]) -> str:
        return (
            f"loss {logs['loss']:.3f}, accuracy {logs['accuracy']:.2%}, "
            f"validation accuracy {logs['val_accuracy']:.2%}"
            f"{' (best)' if best.best_epoch == epoch else ''}, {logs['seconds']:.0f} s"
        )

    plan = Plan(recipe.epochs, "epoch", line, measure, best)
    batches = Batches(training.rows, recipe, recipe.batch_size, training.labels, key=(job.seed, 0))
    state = fit(network.model, batches, plan, job, job.folder, preparing + before)
    if best.stopped_epoch:
        job.say(f"stopped: no better validation accuracy in {recipe.patience} epochs")
    history = state["history"]
    return network, {
        "parameters": network.model.count_params(),
        **state,
        "best_epoch": 1 + int(np.argmax([*map(merit, history["val_accuracy"], history["val_loss"])])),
        "seconds_per_epoch": round(float(np.mean(history["seconds"])), 2),
        "val_accuracy": max(history["val_accuracy"]),
    }


def _encoded(recipe: NetworkRecipe, job: Job) -> tuple[WordVocabulary | SubwordVocabulary, list[np.ndarray]]:
    """The vocabulary of the training texts, or the one of an interrupted training, and their ids in it."""
    path, texts = job.folder / "vocabulary.json", job.training.texts
    if path.exists():
        with checkpoints.undamaged(path):
            vocabulary = load_vocabulary(path)
        return vocabulary, vocabulary.encode(texts)
    kind = WordVocabulary if recipe.vocabulary == "words" else SubwordVocabulary
    vocabulary, rows = kind.fit_encode(texts, recipe.vocabulary_size)
    with checkpoints.usable(path):
        vocabulary.save(path)
    return vocabulary, rows
