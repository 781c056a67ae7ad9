"""How a network's recipe is trained: texts become ids, the embedding begins, and the epochs follow."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import numpy as np

from lstm_teach.sentiment import checkpoints
from lstm_teach.sentiment.checkpoints import Checkpoint
from lstm_teach.sentiment.epochs import Encoded, fit_network
from lstm_teach.sentiment.job import Job
from lstm_teach.sentiment.kinds import NetworkRecipe
from lstm_teach.sentiment.network import Network, begin_with_counts, new_model
from lstm_teach.sentiment.optimizing import compile_model
from lstm_teach.vocabulary import SubwordVocabulary, WordVocabulary, load_vocabulary


class Ready(NamedTuple):
    """A network before its first epoch, or that of an interrupted training, and its reviews as ids.

    Attributes
    ----------
    unlabelled : ids of the unlabelled reviews, if the recipe reads them
    resumed : the checkpoint of an interrupted training
    started : on the clock, in seconds
    """

    network: Network
    training: Encoded
    validation: Encoded
    unlabelled: list[np.ndarray]
    resumed: Checkpoint | None
    started: float


def learn(recipe: NetworkRecipe, job: Job) -> tuple[Network, dict[str, Any]]:
    """Train a network; return it with its best weights, and what a record says of its training."""
    ready = prepare(recipe, job)
    return train(ready, ready.training, job)


def prepare(recipe: NetworkRecipe, job: Job) -> Ready:
    """Turn texts into ids, and build the network with the weights that it begins with."""
    started = time.perf_counter()
    resumed = checkpoints.read(job.folder)
    vocabulary, rows = _encoded(recipe, job)
    training = Encoded(rows, job.training.labels)
    validation = Encoded(vocabulary.encode(job.validation.texts), job.validation.labels)
    unlabelled = vocabulary.encode(job.unlabelled) if recipe.reads_unlabelled else []
    seconds = time.perf_counter() - started
    job.say(f"vocabulary: {vocabulary.size:,} {vocabulary.kind}, fitted and applied in {seconds:.1f} s")
    model = new_model(recipe, vocabulary.size, job.seed)
    job.say(f"parameters: {model.count_params():,}")
    if resumed is None:
        begin_with_counts(model, recipe, rows, training.labels, unlabelled, job.seed)
    network = Network(recipe, vocabulary, model, job.devices)
    return Ready(network, training, validation, unlabelled, resumed, started)


def train(ready: Ready, training: Encoded, job: Job, before: float = 0.0) -> tuple[Network, dict[str, Any]]:
    """Train a network that is ready; return it, and what a record says of its training.

    Parameters
    ----------
    training : the reviews to train on, which may be more than those that have labels
    before : seconds of preparing in an earlier process, to be counted too
    """
    network = ready.network
    preparing = time.perf_counter() - ready.started
    job.say(f"ready to train after {preparing:.1f} s")
    compile_model(network.model, network.recipe, batches=-(-len(training.rows) // network.recipe.batch_size))
    state = fit_network(network, training, ready.validation, job, ready.resumed, preparing + before)
    history = state["history"]
    return network, {
        "parameters": network.model.count_params(),
        **state,
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
    vocabulary.save(path)
    return vocabulary, rows
