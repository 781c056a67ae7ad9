"""The recipes: everything that a run is made of, except its data and its seed, under a name.

Imports neither Keras nor NumPy; `models` builds the networks, `bag_of_words` the linear model.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from numbers import Integral, Real
from typing import Any, Literal

CHOICES = {
    "vocabulary": ("words", "subwords"),
    "padding": ("right", "left"),
    "optimizer": ("adam", "adamax", "adadelta", "sgd", "rmsprop"),
    "schedule": ("constant", "one_cycle"),
    "loss": ("binary_crossentropy", "mean_squared_error"),
    "vectors": (None, "training", "unlabelled"),
    "language_model": (None, "training", "unlabelled"),
    "teacher": (None, "bag_of_words", "course"),
}


_KINDS: dict[str, tuple[type, str]] = {  # of a setting, by its annotation
    "bool": (bool, "True or False"),
    "int": (Integral, "a whole number"),
    "float": (Real, "a number"),
}


def _expect_kinds(recipe: Any) -> None:
    """Numbers where numbers belong, whole where they count, and True or False where that is asked."""
    for known in fields(recipe):
        kind, _, none = str(known.type).partition(" | ")
        if kind not in _KINDS:
            continue
        value, (expected, words) = getattr(recipe, known.name), _KINDS[kind]
        holds = isinstance(value, expected) and isinstance(value, bool) == (kind == "bool")
        _expect(known.name, value, holds or (bool(none) and value is None), words + ", or None" * bool(none))


def _expect(name: str, value: object, holds: bool, expected: str) -> None:
    if not holds:
        raise ValueError(f"{name}: got {value!r}, expected {expected}")


@dataclass(frozen=True)
class NetworkRecipe:
    """How a network reads, and how it is trained.

    Attributes
    ----------
    model : arguments of the function in `models` that has the recipe's name
    vocabulary_size : ids, padding and unknown included
    length : a longer review is cut to its last `length` tokens; None: nothing is cut
    padding : the side where shorter reviews are filled up
    fixed_length : fill up to `length`, in place of the longest review of each batch
    schedule : "one_cycle" rises to the learning rate and falls to nothing (Smith and Topin 2017)
    warm_up : the fraction of all steps that "one_cycle" rises for
    clip_norm : the gradient, all weights together, is scaled down to this norm; None: never
    weight_decay : every step takes this fraction, times the learning rate, off each weight: L2, decoupled
        (Loshchilov and Hutter 2019); None: nothing
    patience : epochs without a better validation accuracy before training stops; None: all epochs
    word_dropout : the fraction of words that become unknown, drawn anew in every epoch
    vectors : the texts that the embedding is learned from before any label is seen: "training", the reviews
        to train on; "unlabelled", these and the corpus' unlabelled ones; None: it begins at random
    window : words to either side that count as a word's neighbours when word vectors are learned; a wide one,
        since praise and blame come in whole sentences, unless `subsampling` brings far words near
    subsampling : for word vectors alone, words that make up more than this share of the texts are thinned out
        first, the more the more frequent they are (Mikolov and others 2013); None: no word, as is best where
        there are only some thousand words to learn from
    log_count_ratios : the embedding's last feature begins as each word's log-count ratio in the reviews to
        train on: above 0 where it speaks for a positive review (Wang and Manning 2012)
    trainable_vectors : False leaves the embedding as it begins
    language_model : the texts, as in `vectors`, whose every next word the LSTMs and the embedding first learn
        to predict, before any label is seen (Dai and Le 2015); None: the LSTMs begin at random
    language_model_epochs : how often they read these texts
    language_model_batch_size, language_model_learning_rate : of that reading; each text has hundreds of words
        to predict, so that few texts make a good batch
    teacher : the recipe whose probabilities stand in for the labels of the corpus' unlabelled reviews, which
        are then trained on too (Hinton, Vinyals and Dean 2015); None: labelled reviews alone
    even_batches : batches of reviews of about equal length, for less padding; False: any reviews together
    short_first : training begins with this fraction of the batches, the shortest, in order of length, since
        short reviews teach the first things as well and cost less (Amodei and others 2016: all, in order)
    averaging : at the end of every epoch the weights become their running average, which at each step keeps
        this share of itself (Polyak and Juditsky 1992); None: never
    validation : the fraction of the training reviews that is held back to choose by
    """

    name: str
    about: str
    model: Mapping[str, Any] = field(default_factory=dict)
    vocabulary: str = "words"
    vocabulary_size: int = 20_000
    length: int | None = None
    padding: Literal["right", "left"] = "right"
    fixed_length: bool = False
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    schedule: str = "constant"
    warm_up: float = 0.3
    clip_norm: float | None = 1.0
    weight_decay: float | None = None
    loss: str = "binary_crossentropy"
    batch_size: int = 64
    epochs: int = 10
    patience: int | None = None
    word_dropout: float = 0.0
    vectors: str | None = None
    window: int = 20
    subsampling: float | None = None
    log_count_ratios: bool = False
    trainable_vectors: bool = True
    language_model: str | None = None
    language_model_epochs: int = 1
    language_model_batch_size: int = 64
    language_model_learning_rate: float = 3e-3
    teacher: str | None = None
    even_batches: bool = True
    short_first: float = 0.0
    averaging: float | None = None
    validation: float = 0.1

    def __post_init__(self) -> None:
        _expect_kinds(self)
        for name, choices in CHOICES.items():
            expected = f"one of {', '.join(map(str, choices))}"
            _expect(name, getattr(self, name), getattr(self, name) in choices, expected)
        reading = ("language_model_epochs", "language_model_batch_size")
        for name in ("vocabulary_size", "batch_size", "epochs", "window", *reading):
            _expect(name, getattr(self, name), getattr(self, name) >= 1, "1 or more")
        for name in ("learning_rate", "language_model_learning_rate"):
            _expect(name, getattr(self, name), getattr(self, name) > 0, "more than 0")
        _expect("warm_up", self.warm_up, 0 < self.warm_up < 1, "between 0 and 1")
        _expect("short_first", self.short_first, 0 <= self.short_first <= 1, "from 0 to 1")
        _expect("word_dropout", self.word_dropout, 0 <= self.word_dropout < 1, "from 0 to below 1")
        _expect("validation", self.validation, 0 < self.validation < 1, "between 0 and 1")
        subsampling = self.subsampling
        _expect(
            "subsampling", subsampling, subsampling is None or 0 < subsampling < 1, "between 0 and 1, or None"
        )
        for name in ("length", "patience"):
            value = getattr(self, name)
            _expect(name, value, value is None or value >= 1, "1 or more, or None")
        fits = self.language_model is None or "directions" in self.model
        _expect(
            "language_model", self.language_model, fits, f"None for {self.name}, whose LSTMs have no names"
        )
        reversible = self.padding == "right" or "directions" not in self.model
        _expect("padding", self.padding, reversible, f"'right': {self.name} reads from both ends")
        averaging = self.averaging
        _expect("averaging", averaging, averaging is None or 0 < averaging < 1, "between 0 and 1, or None")
        _expect(
            "fixed_length",
            self.fixed_length,
            not self.fixed_length or self.length is not None,
            "a length with it",
        )


@dataclass(frozen=True)
class LinearRecipe:
    """A linear model of which words and pairs of words occur, the order of the rest unseen.

    Attributes
    ----------
    pairs : count pairs of neighbouring words too
    smallest : reviews that a word or pair must occur in to be counted
    bayes : scale each feature by its naive-Bayes log-count ratio (Wang and Manning 2012)
    strength : C, the inverse of the L2 penalty
    """

    name: str
    about: str
    pairs: bool = True
    smallest: int = 2
    bayes: bool = True
    strength: float = 1.0
    validation: float = 0.1

    def __post_init__(self) -> None:
        _expect_kinds(self)
        _expect("strength", self.strength, self.strength > 0, "more than 0")
        _expect("smallest", self.smallest, self.smallest >= 1, "1 or more")
        _expect("validation", self.validation, 0 < self.validation < 1, "between 0 and 1")


@dataclass(frozen=True)
class EnsembleRecipe:
    """Several recipes, each trained by itself, whose log-odds are averaged."""

    name: str
    about: str
    members: tuple[str, ...] = ()
    validation: float = 0.1

    def __post_init__(self) -> None:
        _expect_kinds(self)
        several = len(self.members) > 1 and self.name not in self.members
        _expect("members", self.members, several, "the names of two other recipes or more")
        _expect("validation", self.validation, 0 < self.validation < 1, "between 0 and 1")


Recipe = NetworkRecipe | LinearRecipe | EnsembleRecipe

_COURSE: dict[str, Any] = {
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
            "bilstm_subword",
            "A bidirectional LSTM over 8k subwords, whole reviews (coverage row 22)",
            model={"embedding": 64, "units": 64, "hidden": 64},
            vocabulary="subwords",
            vocabulary_size=8_185,
            clip_norm=None,
        ),
        NetworkRecipe(
            "two_lstm_words",
            "Two recurrent layers over the last 80 of 10,000 words (coverage row 23)",
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
            "LSTMs built from a list of sizes, squared error, Adadelta (coverage row 24)",
            model={"sizes": (128, 64), "embedding": 64, "dropout": 0.5},
            vocabulary_size=10_000,
            length=200,
            padding="left",
            optimizer="adadelta",
            learning_rate=1.0,  # Zeiler 2012; Keras begins at 0.001, with which it learns nothing
            clip_norm=None,
            loss="mean_squared_error",
        ),
        NetworkRecipe(
            "course",
            "Ours, from labelled reviews alone: word vectors, an LSTM in each direction, pooling, one cycle",
            model={"embedding": 64, **_COURSE, "readout": 2.0},
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
            "course_unlabelled",
            "The same, its word vectors from all texts, and taught by bag_of_words on unlabelled ones",
            model={"embedding": 100, **_COURSE, "embedding_dropout": 0.4, "dropout": 0.5},
            length=600,
            learning_rate=4e-3,
            schedule="one_cycle",
            epochs=2,
            word_dropout=0.3,
            vectors="unlabelled",
            teacher="bag_of_words",
        ),
        NetworkRecipe(
            "course_pretrained",
            "As course, larger, and first taught to predict each next word of all texts; no teacher",
            model={"embedding": 100, **_COURSE, "units": 256},
            length=400,
            learning_rate=3e-3,
            schedule="one_cycle",
            warm_up=0.1,
            epochs=2,
            vectors="unlabelled",
            language_model="unlabelled",
            language_model_batch_size=16,
            language_model_learning_rate=2e-3,
        ),
        LinearRecipe(
            "bag_of_words", "No network: words and pairs of words, a linear model; the baseline to beat"
        ),
        EnsembleRecipe(
            "ensemble",
            "Both kinds of reader asked together: their log-odds averaged",
            members=("bag_of_words", "course_unlabelled"),
        ),
    )
}


def recipe(name: str, **changes: Any) -> Recipe:
    """A recipe by name, with some of its settings, or of its model's arguments, changed.

    >>> recipe("two_lstm_words", cell="gru", learning_rate=2e-3)

    Raises
    ------
    ValueError
        for a name or a setting that is not known; the message lists those that are.
    """
    if name not in RECIPES:
        raise ValueError(f"recipe: got {name!r}, expected one of {', '.join(RECIPES)}")
    known = RECIPES[name]
    settings = {f.name for f in fields(known)} - {"name", "about", "model"}
    arguments = dict(getattr(known, "model", {}))
    own = {key: value for key, value in changes.items() if key in settings}
    for key in changes.keys() - own.keys():
        if key not in arguments:
            raise ValueError(
                f"recipe: {name} has no setting {key!r}{_near(key, settings | arguments.keys())}"
            )
        arguments[key] = changes[key]
    if isinstance(known, NetworkRecipe):
        own["model"] = arguments
    try:
        return replace(known, **own)
    except TypeError as error:  # a text where a number belongs
        raise ValueError(f"recipe: a setting of {name} has the wrong type: {changes} ({error})") from error


def settings_of(chosen: Recipe) -> dict[str, Any]:
    """All settings of a recipe, flat and fit for JSON, without its name and description."""
    flat = asdict(chosen)
    del flat["name"], flat["about"]
    flat |= flat.pop("model", {})
    return {key: list(value) if isinstance(value, tuple) else value for key, value in flat.items()}


def changes_of(chosen: Recipe) -> dict[str, Any]:
    """The settings in which a recipe differs from the one that is known by its name."""
    usual = settings_of(RECIPES[chosen.name])
    return {key: value for key, value in settings_of(chosen).items() if usual[key] != value}


def _near(key: str, known: set[str]) -> str:
    close = difflib.get_close_matches(key, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; it has {', '.join(sorted(known))}"
