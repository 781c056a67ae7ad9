"""The recipes: everything that a training is made of, except its data and its seed, under a name.

Imports neither Keras nor NumPy; `models` builds the networks, `bag_of_words` the linear model.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lstm_teach.sentiment.kinds import LinearRecipe, NetworkRecipe, Recipe, settings_of
from lstm_teach.sentiment.settings import plain_numbers

# Options of `train`, which are no settings of a recipe.
OPTIONS = ("recipe", "corpus", "source", "seed", "limit", "split", "fresh", "test", "record")

COURSE: dict[str, Any] = {
    "units": 64,
    "embedding_dropout": 0.0,
    "dropout": 0.0,
    "directions": 2,
    "depth": 1,
    "pooling": "max_mean",
    "readout": 1.0,
}

RECIPES: dict[str, Recipe] = {
    known.name: known
    for known in (
        NetworkRecipe(
            "course",
            "The course's own, from labelled reviews alone: word vectors, an LSTM in each direction, pooling",
            model={"embedding": 64, **COURSE, "readout": 2.0},
            length=400,
            learning_rate=4e-3,
            schedule="one_cycle",
            warm_up=0.03,
            epochs=2,
            vectors="training",
            window=2,
            subsampling=1e-4,
            short_first=0.2,
        ),
        NetworkRecipe(
            "reader",
            "One LSTM that answers from its last state: small enough to be taken apart as in lesson 12",
            model={"embedding": 32, "units": 32, "embedding_dropout": 0.5, "dropout": 0.3},
            length=256,
            learning_rate=3e-3,
            word_dropout=0.1,
            epochs=4,
        ),
        NetworkRecipe(
            "own",
            "The network of `reader` for a table of your own, of 60 rows or more; the lab takes it apart",
            network="reader",
            model={"embedding": 32, "units": 32, "embedding_dropout": 0.2, "dropout": 0.2},
            word_dropout=0.2,  # a small table's words are all known: unknown ones would never be learned
            validation=0.2,
            learning_rate=5e-3,
            batch_size=16,
            epochs=30,
            patience=6,
        ),
        NetworkRecipe(
            "bilstm_subword",
            "As published: a bidirectional LSTM over 8,185 subwords, whole reviews",
            model={"embedding": 64, "units": 64, "hidden": 64},
            vocabulary="subwords",
            vocabulary_size=8_185,
            clip_norm=None,
            even_batches=False,
        ),
        NetworkRecipe(
            "two_lstm_words",
            "As published: two recurrent layers over the last 80 of 10,000 words",
            model={
                "cell": "lstm",
                "style": "sequential",
                "embedding": 100,
                "units": 64,
                "dropout": 0.5,
                "unroll": False,
            },
            vocabulary_size=10_000,
            length=80,
            padding="left",
            fixed_length=True,
            clip_norm=None,
            batch_size=128,
            epochs=4,
        ),
        NetworkRecipe(
            "deep_128_64",
            "As published: LSTMs built from a list of sizes, squared error, Adadelta",
            model={"sizes": (128, 64), "embedding": 64, "dropout": 0.5},
            vocabulary_size=10_000,
            length=200,
            padding="left",
            optimizer="adadelta",
            learning_rate=1.0,  # Zeiler 2012; Keras begins at 0.001, with which it learns nothing
            clip_norm=None,
            loss="mean_squared_error",
        ),
        LinearRecipe(
            "bag_of_words", "No network: words and pairs of words, a linear model; the baseline to beat"
        ),
    )
}


def recipe(name: str, known: Mapping[str, Recipe] = RECIPES, /, **changes: Any) -> Recipe:
    """Return a recipe by name, with some of its settings, or of its model's arguments, changed.

    >>> recipe("two_lstm_words", cell="gru", learning_rate=2e-3)

    Raises
    ------
    ValueError
        for a name or a setting that is not known, or a value that a setting does not take; the message says
        what came and what is possible.
    """
    if not isinstance(name, str) or name not in known:
        raise ValueError(f"recipe: got {name!r}, expected one of {', '.join(known)}")
    chosen = known[name]
    for key in changes.keys() - chosen.table.keys():
        if key in OPTIONS:
            raise ValueError(f"{key}: it is an option of `train`, as in --{key}, and no setting of a recipe")
        close = difflib.get_close_matches(key, chosen.table, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"it has {', '.join(sorted(chosen.table))}"
        raise ValueError(f"recipe: {name} has no setting {key!r}; {hint}")
    changes = {key: plain_numbers(value) for key, value in changes.items()}
    arguments = getattr(chosen, "model", {})
    own = {key: value for key, value in changes.items() if key not in arguments}
    if arguments:
        own["model"] = {key: changes.get(key, value) for key, value in arguments.items()}
    return replace(chosen, **own)


def changes_of(chosen: Recipe, known: Mapping[str, Recipe] = RECIPES) -> dict[str, Any]:
    """Return the settings in which a recipe differs from the one that is known by its name."""
    usual = settings_of(known[chosen.name])
    return {key: value for key, value in settings_of(chosen).items() if usual[key] != value}
