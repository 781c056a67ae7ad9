"""What is handed to whoever trains a recipe. Loads no backend."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from lstm_teach.reviews import Split
from lstm_teach.sentiment.evaluation import Classifier
from lstm_teach.sentiment.kinds import Recipe

Say = Callable[[str], object]  # what is told on the way


class Run(NamedTuple):
    """What `train` gives.

    Attributes
    ----------
    classifier : `.predict(texts)` gives probabilities; a network has `.model` and `.vocabulary` too
    record : the figures, as they are written to a record
    path : the record's file, or None where none was written
    """

    classifier: Classifier
    record: dict[str, Any]
    path: Path | None


class Job(NamedTuple):
    """The reviews to train on, and how.

    Attributes
    ----------
    unlabelled : texts without a label
    seed : of weights, shuffling and dropout
    folder : of this training's checkpoints
    another : from a recipe's name to a run of it on the same reviews
    """

    training: Split
    validation: Split
    unlabelled: list[str]
    seed: int
    folder: Path
    progress: bool
    say: Say
    another: Callable[[str], Run]


# From a recipe and a job to the classifier, and to what a record says of its training.
Learner = Callable[[Any, Job], tuple[Classifier, dict[str, Any]]]


class Registry(NamedTuple):
    """The recipes that `train` knows by name, and who trains each kind of them.

    Attributes
    ----------
    uses : the settings, by name, of the other recipes that a recipe makes use of
    """

    recipes: Mapping[str, Recipe]
    learners: Mapping[type[Recipe], Learner]
    uses: Callable[[Recipe], dict[str, Any]] = lambda chosen: {}
