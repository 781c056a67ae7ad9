"""How a network learns from texts without a label: it predicts their words, or a teacher labels them.

It may begin where another network has ended.
"""

from __future__ import annotations

import time
from typing import Any, cast

import numpy as np

from experiments.language_model import learn_to_predict
from experiments.recipes import ContinuedRecipe, UnlabelledRecipe
from lstm_teach.atomic import replacing
from lstm_teach.sentiment import learning
from lstm_teach.sentiment.checkpoints import undamaged
from lstm_teach.sentiment.job import Job
from lstm_teach.sentiment.network import Network


def learn(recipe: UnlabelledRecipe, job: Job) -> tuple[Network, dict[str, Any]]:
    """Train a network; return it with its best weights, and what a record says of its training."""
    judged = _judged(recipe, job)
    ready = learning.prepare(recipe, job)
    if isinstance(recipe, ContinuedRecipe) and not ready.begun:
        job.say(f"begins with the weights of {recipe.predecessor}:")
        other = cast("Network", job.another(recipe.predecessor).classifier)
        ready.network.model.set_weights(other.model.get_weights())
    spoken, before = {}, 0.0
    if recipe.language_model:
        rows = ready.training.rows
        texts = [*rows, *ready.unlabelled] if recipe.language_model == "unlabelled" else rows
        started = time.perf_counter()
        spoken = learn_to_predict(ready.network, texts, ready.validation.rows, job, learned=ready.begun)
        # An interrupted run may have read some epochs in an earlier process.
        before = max(sum(spoken["history"]["seconds"]) - (time.perf_counter() - started), 0.0)
    training = ready.training
    if recipe.teacher:
        labels = np.concatenate([training.labels, judged])
        training = learning.Encoded([*training.rows, *ready.unlabelled], labels)
    network, results = learning.train(ready, training, job, before)
    return network, {**results, **({"language_model": spoken} if spoken else {})}


def _judged(recipe: UnlabelledRecipe, job: Job) -> np.ndarray:
    """A teacher's probabilities (reviews,) for the unlabelled reviews: none without a teacher, asked once."""
    if not recipe.teacher or not job.unlabelled:
        if recipe.teacher:
            job.say(f"teacher: {recipe.teacher} is not asked, since this corpus has no unlabelled reviews")
        return np.zeros(0)
    path = job.folder / "judged.npy"
    if not path.exists():
        job.say(f"first {recipe.teacher}:")
        found = job.another(recipe.teacher).classifier.predict(job.unlabelled)
        with replacing(path) as file:
            np.save(file, found)
    with undamaged(path):
        judged = np.load(path, allow_pickle=False)
        if judged.shape != (len(job.unlabelled),) or not ((judged >= 0) & (judged <= 1)).all():
            raise ValueError(f"it holds no {len(job.unlabelled)} probabilities")
    return judged
