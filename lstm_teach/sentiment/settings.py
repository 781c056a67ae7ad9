"""One table of all settings that a recipe may have: what each means, and which values it takes.

`train --help` and every message about a setting are made from it. Imports the standard library alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any


@dataclass(frozen=True)
class Setting:
    """What a setting means, and which values it takes.

    Attributes
    ----------
    kind : "whole number", "number", "True or False", "choice", "whole numbers" or "names"
    low, high : the bounds of a number, or None where there is none
    open_low, open_high : whether a bound itself is out of range
    choices : the values of a choice
    none : whether None is a value too
    """

    about: str
    kind: str
    low: float | None = None
    high: float | None = None
    open_low: bool = False
    open_high: bool = False
    choices: tuple[str, ...] = ()
    none: bool = False

    @property
    def allowed(self) -> str:
        """The type and the range in words, such as "a whole number, 1 or more, or None"."""
        if self.kind == "choice":
            return "one of " + ", ".join([*self.choices, *["None"] * self.none])
        words = {
            "True or False": "True or False",
            "whole numbers": "whole numbers, 1 or more, such as (128, 64)",
            "names": "the names of two other recipes or more, each once",
        }.get(self.kind, f"a {self._finite()}{self.kind}{self._range()}")
        return words + ", or None" * self.none

    def _finite(self) -> str:
        return "finite " if self.kind == "number" and self.high is None else ""

    def _range(self) -> str:
        low = None if self.low is None else f"{self.low:g}"
        if low is None:
            return ""
        if self.high is None:
            return f", more than {low}" if self.open_low else f", {low} or more"
        if self.open_low and self.open_high:
            return f" between {low} and {self.high:g}"
        return f" from {low} to {'below ' * self.open_high}{self.high:g}"

    def takes(self, value: Any) -> bool:
        """Return whether a value is of this type and in this range."""
        if value is None:
            return self.none
        match self.kind:
            case "choice":
                return value in self.choices
            case "True or False":
                return isinstance(value, bool)
            case "whole numbers":
                several = isinstance(value, list | tuple) and len(value) > 0
                return several and all(_is_whole(one) and one >= 1 for one in value)
            case "names":
                several = isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
                return several and len(set(value)) == len(value) > 1
            case "whole number":
                return _is_whole(value) and self._holds(value)
        return isinstance(value, Real) and not isinstance(value, bool) and self._holds(value)

    def _holds(self, value: Any) -> bool:
        try:
            if not math.isfinite(value):
                return False
        except OverflowError:  # a whole number beyond all floats
            return False
        above = self.low is None or value > self.low or (value == self.low and not self.open_low)
        below = self.high is None or value < self.high or (value == self.high and not self.open_high)
        return above and below


def _is_whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def whole(about: str, low: int = 1, high: int | None = None, none: bool = False) -> Setting:
    """Return a setting that is a whole number."""
    return Setting(about, "whole number", low, high, none=none)


def number(about: str, none: bool = False) -> Setting:
    """Return a setting that is a number above 0."""
    return Setting(about, "number", 0, open_low=True, none=none)


def fraction(about: str, none: bool = False) -> Setting:
    """Return a setting that is a number between 0 and 1, both out of range."""
    return Setting(about, "number", 0, 1, open_low=True, open_high=True, none=none)


def rate(about: str) -> Setting:
    """Return a setting that is a number from 0 to below 1, as of dropout."""
    return Setting(about, "number", 0, 1, open_high=True)


def switch(about: str) -> Setting:
    """Return a setting that is True or False."""
    return Setting(about, "True or False")


def choice(about: str, *choices: str, none: bool = False) -> Setting:
    """Return a setting that is one of some words."""
    return Setting(about, "choice", choices=choices, none=none)


OPTIMIZERS = ("adam", "adamax", "adadelta", "sgd", "rmsprop")
SETTINGS: dict[str, Setting] = {
    "validation": fraction("fraction of the training reviews that is held back to choose by"),
    # how a network reads
    "vocabulary": choice("what an id stands for", "words", "subwords"),
    "vocabulary_size": whole("ids, padding and unknown included", low=3),
    "length": whole("a longer review is cut to its last `length` tokens; None: no cut", none=True),
    "padding": choice("side where shorter reviews are filled up", "right", "left"),
    "fixed_length": switch("fill up to `length`, in place of the longest review of each batch"),
    # what a network is made of
    "embedding": whole("features of an embedded word"),
    "units": whole("units of each recurrent layer"),
    "hidden": whole("units of the dense layer before the answer"),
    "sizes": Setting("units of each LSTM, one after the other", "whole numbers"),
    "cell": choice("recurrent layers", "lstm", "gru", "simple_rnn"),
    "style": choice("how the Keras model is written", "sequential", "subclassed"),
    "unroll": switch("write out the recurrent loop step by step; asks for fixed_length"),
    "directions": whole("1: read forward; 2: an LSTM that reads backward beside it", high=2),
    "depth": whole("LSTMs one above the other, in each direction", high=32),
    "pooling": choice("states that the answer is made of", "max_mean", "last"),
    "readout": number("the answer's weights begin as so many times Glorot's"),
    "embedding_dropout": rate("fraction of the features of embedded words that are dropped"),
    "dropout": rate("fraction of the values that are dropped before or after a recurrent layer"),
    "word_dropout": rate("fraction of words that become unknown, drawn anew in every epoch"),
    # how the embedding begins
    "vectors": choice("texts that it is learned from before any label", "training", "unlabelled", none=True),
    "window": whole("words to either side that count as neighbours, for these vectors", high=1_000),
    "subsampling": fraction("share of all text above which a word is thinned out, for these", none=True),
    "log_count_ratios": switch("its last feature begins as each word's log-count ratio"),
    "trainable_vectors": switch("False leaves it as it begins"),
    # how a network is trained
    "optimizer": choice("Keras' optimizer", *OPTIMIZERS),
    "learning_rate": number("step size, with one_cycle at its peak"),
    "schedule": choice("of the learning rate", "constant", "one_cycle"),
    "warm_up": fraction("fraction of all steps that one_cycle rises for"),
    "clip_norm": number("the whole gradient is scaled down to this norm; None: never", none=True),
    "weight_decay": Setting(
        "fraction, times the learning rate, taken off each weight a step", "number", 0, 1, none=True
    ),
    "loss": choice("what is minimised", "binary_crossentropy", "mean_squared_error"),
    "batch_size": whole("reviews of a step"),
    "epochs": whole("passes through the reviews", high=100_000),
    "patience": whole("epochs without a better validation accuracy before it stops; None: all", none=True),
    "even_batches": switch("batches of reviews of about equal length"),
    "short_first": Setting("fraction of the batches, the shortest, that begin the training", "number", 0, 1),
    "averaging": fraction("share that the running average of the weights keeps a step", none=True),
    # a linear model
    "pairs": switch("count pairs of neighbouring words too"),
    "smallest": whole("reviews that a word or pair must occur in"),
    "bayes": switch("scale each feature by its log-count ratio"),
    "strength": number("C, the inverse of the L2 penalty"),
}
OPTIONS = (
    *("recipe", "corpus", "source", "seed", "limit", "split", "devices", "fresh", "test", "record"),
    *("progress", "say"),
)


def check(values: Mapping[str, Any], known: Mapping[str, Setting] = SETTINGS) -> None:
    """Check settings by the table.

    Raises
    ------
    ValueError
        for the first value that its setting does not take; the message names the setting, says what came
        and what is possible.
    """
    for name, value in values.items():
        if not known[name].takes(value):
            raise ValueError(f"{name}: got {_shown(value)}, expected {known[name].allowed}")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
