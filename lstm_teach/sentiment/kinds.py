"""The kinds of recipes: every setting stands here once, with its default, its meaning and its values.

Imports neither Keras nor NumPy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Literal

from lstm_teach.sentiment.memory import check_memory
from lstm_teach.sentiment.settings import (
    LARGEST,
    OPTIMIZERS,
    Setting,
    check,
    choice,
    fraction,
    has,
    number,
    rate,
    switch,
    whole,
    whole_numbers,
)

LONGEST = 100_000  # tokens of a review
RATES = 1e-12, 100  # learning rates: below, no float32 weight moves; above, they overflow
ARGUMENTS: dict[str, Setting] = {  # of the functions in `models`
    "embedding": whole("features of an embedded word"),
    "units": whole("units of each recurrent layer"),
    "hidden": whole("units of the dense layer before the answer"),
    "sizes": whole_numbers("units of each LSTM, one after the other"),
    "cell": choice("recurrent layers", "lstm", "gru", "simple_rnn"),
    "style": choice("how the Keras model is written", "sequential", "subclassed"),
    "unroll": switch("write out the recurrent loop step by step; asks for fixed_length"),
    "directions": whole("1: read forward; 2: an LSTM that reads backward beside it", high=2),
    "depth": whole("LSTMs one above the other, in each direction", high=32),
    "pooling": choice("states that the answer is made of", "max_mean", "last"),
    "readout": number("the answer's weights begin as so many times Glorot's", 0.01, 100),
    "embedding_dropout": rate("fraction of the features of embedded words that are dropped"),
    "dropout": rate("fraction of the values that are dropped before or after a recurrent layer"),
}


@dataclass(frozen=True)
class Recipe:
    """What every recipe has.

    Attributes
    ----------
    on_keras : whether it trains a network
    """

    name: str
    about: str
    on_keras: ClassVar[bool] = False
    validation: float = has(
        0.1, number("fraction of the training reviews that is held back to choose by", 0.01, 0.9)
    )

    def __post_init__(self) -> None:
        check(_values(self), self.table)

    @property
    def table(self) -> dict[str, Setting]:
        """What its settings mean, and which values they take."""
        own = {one.name: one.metadata["setting"] for one in fields(self) if "setting" in one.metadata}
        return own | {name: ARGUMENTS[name] for name in getattr(self, "model", {})}

    @property
    def reads_unlabelled(self) -> bool:
        """Whether the corpus' unlabelled reviews are made use of."""
        return False


@dataclass(frozen=True)
class NetworkRecipe(Recipe):
    """How a network reads, and how it is trained.

    Attributes
    ----------
    network : the function in `models` that builds it, or a Python file of one's own, see `own_network`
    model : the arguments of that function
    schedule : "one_cycle" rises to the learning rate and falls to nothing (Smith and Topin 2017)
    subsampling : frequent words are thinned out, the more frequent the more (Mikolov and others 2013)
    """

    on_keras: ClassVar[bool] = True
    network: str = ""
    model: Mapping[str, Any] = field(default_factory=dict)
    # how it reads
    vocabulary: str = has("words", choice("what an id stands for", "words", "subwords"))
    vocabulary_size: int = has(20_000, whole("ids, padding and unknown included", low=3, high=1_000_000))
    length: int | None = has(
        None,
        whole("a longer review is cut to its last `length` tokens; None: no cut", high=LONGEST),
        none=True,
    )
    padding: Literal["right", "left"] = has(
        "right", choice("side where shorter reviews are filled up", "right", "left")
    )
    fixed_length: bool = has(False, switch("fill up to `length`, not to the longest review of each batch"))
    word_dropout: float = has(0.0, rate("fraction of words that become unknown, drawn anew in every epoch"))
    # how the embedding begins
    vectors: str | None = has(
        None,
        choice("texts that the embedding is learned from before any label", "training", "unlabelled", None),
    )
    window: int = has(20, whole("words to either side that count as neighbours, for `vectors`", high=1_000))
    subsampling: float | None = has(
        None, number("share of all text above which a word is thinned out, for `vectors`", 1e-7, 1), none=True
    )
    # how it is trained
    optimizer: str = has("adam", choice("Keras' optimizer", *OPTIMIZERS))
    learning_rate: float = has(1e-3, number("step size, with one_cycle at its peak", *RATES))
    schedule: str = has("constant", choice("of the learning rate", "constant", "one_cycle"))
    warm_up: float = has(0.3, number("fraction of all steps that one_cycle rises for", 0.001, 0.999))
    clip_norm: float | None = has(
        1.0, number("the whole gradient is scaled down to this norm; None: never", 1e-3, 1e3), none=True
    )
    loss: str = has(
        "binary_crossentropy", choice("what is minimised", "binary_crossentropy", "mean_squared_error")
    )
    batch_size: int = has(64, whole("reviews of a step", high=LARGEST))
    epochs: int = has(10, whole("passes through the reviews", high=100_000))
    patience: int | None = has(
        None, whole("epochs without a better validation accuracy before it stops; None: all"), none=True
    )
    even_batches: bool = has(True, switch("batches of reviews of about equal length"))
    short_first: float = has(0.0, fraction("fraction of the batches, the shortest, that begin the training"))

    def __post_init__(self) -> None:
        if not self.network:
            object.__setattr__(self, "network", self.name)
        super().__post_init__()
        both_ends = self.padding == "left" and "directions" in self.model
        _expect("padding", self.padding, not both_ends, f"'right': {self.name} reads from both ends")
        masked = self.padding == "left" and self.network == "reader"
        _expect("padding", self.padding, not masked, f"'right': {self.name} begins with the first word")
        no_length = self.fixed_length and self.length is None
        _expect("fixed_length", self.fixed_length, not no_length, "a length with it")
        endless = self.model.get("unroll", False) and not self.fixed_length
        _expect("unroll", True, not endless, "fixed_length=True with it: a loop of unknown length")
        size, features = self.vocabulary_size, self.model.get("embedding", 0)
        smallest = 258 if self.vocabulary == "subwords" else 3  # 256 bytes, padding and unknown
        _expect("vocabulary_size", size, size >= smallest, f"{smallest} or more for {self.vocabulary}")
        many = not self.vectors or size > features
        _expect("vocabulary_size", size, many, f"more than the {features} features of word vectors")
        if self.model:
            check_memory(self.network, size, self.model)

    @property
    def is_own(self) -> bool:
        """Whether a Python file of one's own builds the network."""
        return self.network.endswith(".py")

    @property
    def reads_unlabelled(self) -> bool:
        """Whether the corpus' unlabelled reviews are made use of."""
        return self.vectors == "unlabelled"


@dataclass(frozen=True)
class LinearRecipe(Recipe):
    """A linear model of which words and pairs of words occur, the order of the rest unseen."""

    pairs: bool = has(True, switch("count pairs of neighbouring words too"))
    smallest: int = has(2, whole("reviews that a word or pair must occur in", high=1_000))
    bayes: bool = has(True, switch("scale each feature by its log-count ratio"))
    strength: float = has(1.0, number("C, the inverse of the L2 penalty", 1e-6, 1e6))

    @property
    def longest(self) -> int:
        """How many words the longest run has that is counted as one feature."""
        return 2 if self.pairs else 1


def _expect(name: str, value: object, holds: bool, expected: str) -> None:
    if not holds:
        raise ValueError(f"{name}: got {value!r}, expected {expected}")


def settings_of(chosen: Recipe) -> dict[str, Any]:
    """Return all settings of a recipe, flat and fit for JSON, without its name and description."""
    return {key: list(value) if isinstance(value, tuple) else value for key, value in _values(chosen).items()}


def _values(chosen: Recipe) -> dict[str, Any]:
    model = getattr(chosen, "model", {})
    return {name: model[name] if name in model else getattr(chosen, name) for name in chosen.table}
