"""The kinds of recipes, and what their settings are: a network, or a linear model.

Imports neither Keras nor NumPy. `settings` says of every setting what it means and which values it takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal

from lstm_teach.sentiment.settings import SETTINGS, Setting, check
from lstm_teach.sentiment.sizes import refuse_impossible

NO_SETTINGS = {"name", "about", "network", "model"}


@dataclass(frozen=True)
class Recipe:
    """What every recipe has.

    Attributes
    ----------
    table : what its settings mean, and which values they take
    """

    name: str
    about: str
    validation: float = field(default=0.1, kw_only=True)
    table: ClassVar[Mapping[str, Setting]] = SETTINGS

    def __post_init__(self) -> None:
        check(_flat(self), self.table)

    @property
    def others(self) -> tuple[str, ...]:
        """The names of other recipes that are trained first, since this one makes use of them."""
        return ()

    @property
    def reads_unlabelled(self) -> bool:
        """Whether the corpus' unlabelled reviews are made use of."""
        return False


@dataclass(frozen=True)
class NetworkRecipe(Recipe):
    """How a network reads, and how it is trained. What `settings` says in a line stands here with its source.

    Attributes
    ----------
    network : the function in `models` that builds it
    model : the arguments of that function
    schedule : "one_cycle" rises to the learning rate and falls to nothing (Smith and Topin 2017)
    weight_decay : L2, decoupled from the gradient (Loshchilov and Hutter 2019)
    vectors : the texts that the embedding is learned from before any label is seen: "training", the reviews
        to train on; "unlabelled", these and the corpus' unlabelled ones; None: it begins at random
    window : a wide one for word vectors, since praise and blame come in whole sentences, unless `subsampling`
        brings far words near
    subsampling : frequent words are thinned out, the more the more frequent they are (Mikolov and others
        2013); None: no word, as is best where there are only some thousand words to learn from
    log_count_ratios : above 0 where a word speaks for a positive review (Wang and Manning 2012)
    short_first : short reviews teach the first things as well and cost less (Amodei and others 2016: all, in
        order)
    averaging : at the end of every epoch the weights become their running average (Polyak and Juditsky 1992)
    """

    network: str = field(default="", kw_only=True)
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
    even_batches: bool = True
    short_first: float = 0.0
    averaging: float | None = None

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
        smallest = 258 if self.vocabulary == "subwords" else 3  # 256 bytes, padding and unknown
        size = self.vocabulary_size
        _expect("vocabulary_size", size, size >= smallest, f"{smallest} or more for {self.vocabulary}")
        refuse_impossible(self.network, settings_of(self))

    @property
    def reads_unlabelled(self) -> bool:
        """Whether the corpus' unlabelled reviews are made use of."""
        return self.vectors == "unlabelled"


@dataclass(frozen=True)
class LinearRecipe(Recipe):
    """A linear model of which words and pairs of words occur, the order of the rest unseen.

    With `bayes`, each feature is scaled by its naive-Bayes log-count ratio (Wang and Manning 2012).
    """

    pairs: bool = True
    smallest: int = 2
    bayes: bool = True
    strength: float = 1.0


def _expect(name: str, value: object, holds: bool, expected: str) -> None:
    if not holds:
        raise ValueError(f"{name}: got {value!r}, expected {expected}")


def settings_of(chosen: Recipe) -> dict[str, Any]:
    """Return all settings of a recipe, flat and fit for JSON, without its name and description."""
    return {key: list(value) if isinstance(value, tuple) else value for key, value in _flat(chosen).items()}


def _flat(chosen: Recipe) -> dict[str, Any]:
    flat = {key: value for key, value in asdict(chosen).items() if key not in NO_SETTINGS}
    return flat | dict(getattr(chosen, "model", {}))
