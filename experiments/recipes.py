"""Recipes that no lesson trains: networks that learn from texts without a label, and several asked together.

Imports neither Keras nor NumPy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from lstm_teach.sentiment import recipes
from lstm_teach.sentiment.kinds import RATES, LinearRecipe, NetworkRecipe, Recipe, settings_of
from lstm_teach.sentiment.settings import LARGEST, Setting, choice, has, number, whole


@dataclass(frozen=True)
class UnlabelledRecipe(NetworkRecipe):
    """A network that learns from texts without a label too.

    Attributes
    ----------
    language_model : the LSTMs and the embedding first learn to predict every next word of these texts (Dai
        and Le 2015); None: the LSTMs begin at random
    language_model_batch_size : each text has hundreds of words to predict, so few texts make a good batch
    teacher : its probabilities stand in for the labels of the corpus' unlabelled reviews, which are then
        trained on too (Hinton, Vinyals and Dean 2015); None: labelled reviews alone
    """

    language_model: str | None = has(
        None, choice("texts whose every next word is learned first", "training", "unlabelled", None)
    )
    language_model_epochs: int = has(1, whole("how often they are read", high=1_000))
    language_model_batch_size: int = has(64, whole("texts of a step of that reading", high=LARGEST))
    language_model_learning_rate: float = has(3e-3, number("step size of that reading, at its peak", *RATES))
    teacher: str | None = has(
        None,
        choice("recipe that labels the unlabelled reviews", "bag_of_words", "course", "mixture", None),
    )

    @property
    def others(self) -> tuple[str, ...]:
        """The names of other recipes, trained first since this one makes use of them: the teacher."""
        return (self.teacher,) if self.teacher else ()

    @property
    def reads_unlabelled(self) -> bool:
        """Whether the corpus' unlabelled reviews are made use of."""
        return bool(self.teacher) or "unlabelled" in (self.vectors, self.language_model)


@dataclass(frozen=True)
class ContinuedRecipe(UnlabelledRecipe):
    """A network that goes on from all weights of another one, already trained (Xie and others 2020).

    Attributes
    ----------
    predecessor : that other one; both networks are built alike
    """

    predecessor: str = has(
        "course_pretrained", choice("recipe whose weights it begins with", "course_pretrained", "course")
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("vectors", "language_model"):
            if value := getattr(self, name):
                whose = f"the weights are those of {self.predecessor}"
                raise ValueError(f"{name}: got {value!r}, expected None: {whose}")

    @property
    def others(self) -> tuple[str, ...]:
        """The teacher and the predecessor."""
        return (*super().others, self.predecessor)


def _are_names(value: Any) -> bool:
    several = isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
    return several and len(set(value)) == len(value) > 1


MEMBERS = Setting(
    "recipes whose log-odds are averaged", "the names of two other recipes or more, each once", _are_names
)


@dataclass(frozen=True)
class TrigramRecipe(LinearRecipe):
    """A linear model of words and of runs of two and three words."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.pairs:
            raise ValueError("pairs: got False, expected True: runs of three words come on top of pairs")

    @property
    def longest(self) -> int:
        """Three words."""
        return 3


@dataclass(frozen=True)
class EnsembleRecipe(Recipe):
    """Several recipes, each trained by itself, whose log-odds are added up.

    Attributes
    ----------
    weighing : "equal": their mean; "validation": the weights are those of a logistic regression of the
        validation reviews' labels on the members' log-odds, so that the figure on these is a little too good
    """

    on_keras: ClassVar[bool] = True
    members: tuple[str, ...] = has((), MEMBERS)
    weighing: str = has("equal", choice("how the members' log-odds are weighed", "equal", "validation"))

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.name in self.members:
            raise ValueError(f"members: got {self.members!r}, expected other recipes than {self.name}")

    @property
    def others(self) -> tuple[str, ...]:
        """The members."""
        return self.members


@dataclass(frozen=True)
class FilmRecipe(Recipe):
    """No word is read: the majority label of the film's training reviews is the answer."""


LARGER = recipes.COURSE | {"embedding": 100, "units": 256}  # `course`, for those that read all texts
RECIPES: dict[str, Recipe] = recipes.RECIPES | {
    known.name: known
    for known in (
        FilmRecipe("film_only", "No word is read: the majority label of the film's training reviews"),
        UnlabelledRecipe(
            "course_unlabelled",
            "As course, its word vectors from all texts, and taught by bag_of_words on unlabelled ones",
            network="course",
            model=recipes.COURSE | {"embedding": 100, "embedding_dropout": 0.4, "dropout": 0.5},
            length=600,
            learning_rate=4e-3,
            schedule="one_cycle",
            epochs=2,
            word_dropout=0.3,
            vectors="unlabelled",
            teacher="bag_of_words",
        ),
        UnlabelledRecipe(
            "course_pretrained",
            "As course, larger, and first taught to predict each next word of all texts; no teacher",
            network="course",
            model=LARGER,
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
        EnsembleRecipe(
            "ensemble",
            "Both kinds of reader asked together: their log-odds averaged",
            members=("bag_of_words", "course_unlabelled"),
        ),
        ContinuedRecipe(
            "course_taught",
            "course_pretrained once more, begun with its weights and taught by mixture on unlabelled reviews",
            network="course",
            model=LARGER | {"dropout": 0.5},
            length=400,
            learning_rate=3e-3,
            schedule="one_cycle",
            warm_up=0.1,
            epochs=1,
            teacher="mixture",
        ),
        TrigramRecipe("trigrams", "As bag_of_words, with runs of three words too", strength=0.1),
        EnsembleRecipe(
            "mixture",
            "One network that read texts without labels, and a linear model of words and runs of words",
            members=("trigrams", "course_pretrained"),
            weighing="validation",
        ),
    )
}


def recipe(name: str, **changes: Any) -> Recipe:
    """Return one of all recipes, with some of its settings changed."""
    return recipes.recipe(name, RECIPES, **changes)


# What two networks must share if one takes over the weights of the other.
SHAPES = "vocabulary", "vocabulary_size", "embedding", "units", "directions", "depth", "pooling"


def uses(chosen: Recipe) -> dict[str, Any]:
    """Return the settings, by name, of all recipes that a recipe makes use of, and of those that they do.

    Raises
    ------
    ValueError
        for a member that is not known, or a network that is built otherwise than its predecessor.
    """
    found: dict[str, Any] = {}
    own = settings_of(chosen)
    for name in getattr(chosen, "others", ()):
        if name not in RECIPES:
            raise ValueError(f"members: got {name!r}, expected some of {', '.join(RECIPES)}")
        other = recipe(name, validation=chosen.validation)
        theirs = settings_of(other)
        for key in SHAPES if name == getattr(chosen, "predecessor", None) else ():
            if own[key] != theirs[key]:
                raise ValueError(
                    f"{key}: got {own[key]!r}, expected {theirs[key]!r} as {name}, its predecessor"
                )
        found |= {name: theirs, **uses(other)}
    return found
