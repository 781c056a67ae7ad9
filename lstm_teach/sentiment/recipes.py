"""The recipes: everything that a training is made of, except its data and its seed, under a name.

Imports neither Keras nor NumPy; `models` builds the networks, `bag_of_words` the linear model.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from lstm_teach.sentiment.kinds import NO_SETTINGS, LinearRecipe, NetworkRecipe, Recipe, settings_of
from lstm_teach.sentiment.settings import OPTIONS, Setting

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
            "bilstm_subword",
            "As published: a bidirectional LSTM over 8,185 subwords, whole reviews",
            model={"embedding": 64, "units": 64, "hidden": 64},
            vocabulary="subwords",
            vocabulary_size=8_185,
            clip_norm=None,
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
    if name not in known:
        raise ValueError(f"recipe: got {name!r}, expected one of {', '.join(known)}")
    chosen = known[name]
    settings = {f.name for f in fields(chosen)} - NO_SETTINGS
    arguments = dict(getattr(chosen, "model", {}))
    for key in changes.keys() - settings - arguments.keys():
        if key in OPTIONS:
            raise ValueError(f"{key}: it is an option of `train`, as in --{key}, and no setting of a recipe")
        raise ValueError(f"recipe: {name} has no setting {key!r}{_near(key, settings | arguments.keys())}")
    own = {key: value for key, value in changes.items() if key in settings}
    if arguments:
        own["model"] = {key: changes.get(key, value) for key, value in arguments.items()}
    return replace(chosen, **own)


def changes_of(chosen: Recipe, known: Mapping[str, Recipe] = RECIPES) -> dict[str, Any]:
    """Return the settings in which a recipe differs from the one that is known by its name."""
    usual = settings_of(known[chosen.name])
    return {key: value for key, value in settings_of(chosen).items() if usual[key] != value}


def described(known: Mapping[str, Recipe] = RECIPES) -> str:
    """Return recipes, a line each, and their settings, a line each: type and range, default, meaning."""
    lines = ["recipes:", *(f"  {chosen.name:18} {chosen.about}" for chosen in known.values())]
    values: dict[str, dict[str, Any]] = {}
    table: dict[str, Setting] = {}
    for chosen in known.values():
        for key, value in settings_of(chosen).items():
            values.setdefault(key, {})[chosen.name] = value
            table[key] = chosen.table[key]
    lines += ["", "settings, each as --set NAME=VALUE, where the recipe has it:"]
    lines += [
        f"  {key:18} {setting.allowed}; default {_defaults(values[key])}: {setting.about}"
        for key, setting in table.items()
    ]
    return "\n".join(lines)


def _defaults(values: Mapping[str, Any]) -> str:
    """The commonest value of some recipes, and the recipes that have another."""
    [(usual, _)] = Counter(map(str, values.values())).most_common(1)
    others = [f"{name} {value}" for name, value in values.items() if str(value) != usual]
    return usual + (f" ({', '.join(others)})" if others else "")


def _near(key: str, known: set[str]) -> str:
    close = difflib.get_close_matches(key, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; it has {', '.join(sorted(known))}"
