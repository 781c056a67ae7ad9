"""`train` for every recipe, those of the package and those of the experiments. It writes into `data/runs`.

As in `python -m experiments train`, the test reviews stay shut unless `test=True` is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from experiments import ensemble, films, unlabelled
from experiments.recipes import (
    RECIPES,
    ContinuedRecipe,
    EnsembleRecipe,
    FilmRecipe,
    TrigramRecipe,
    UnlabelledRecipe,
    uses,
)
from lstm_teach.sentiment import bag_of_words, training
from lstm_teach.sentiment.job import Registry, Run
from lstm_teach.sentiment.records import shipped_dir

REGISTRY = Registry(
    RECIPES,
    {
        **training.REGISTRY.learners,
        UnlabelledRecipe: unlabelled.learn,
        ContinuedRecipe: unlabelled.learn,
        EnsembleRecipe: ensemble.learn,
        TrigramRecipe: bag_of_words.learn,
        FilmRecipe: films.learn,
    },
    uses,
)
train: Callable[..., Run] = partial(
    training.train, test=False, registry=REGISTRY, records_folder=shipped_dir()
)
