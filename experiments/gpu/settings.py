"""The numbers of a run; those of the rehearsal are tiny."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Settings:
    """What a run is made of.

    Attributes
    ----------
    features, units : of a word's vector, of each LSTM
    half : multiply in float16 (on a graphics card)
    streams : let both LSTMs run at the same time, where their batch is wide enough
    batch, time : columns and words per chunk of the language models' text
    reading_rate, reading_dropout : their highest learning rate, and the dropout of words' features and states
    labelled, unlabelled : reviews of each kind in a classifier's batch
    most, evaluated : tokens of a review that are learned from, and read when predicting; the last ones
    rate, averaging : the classifier's highest learning rate, and what share of its average each step keeps
    word_dropout, dropout : of the words' features, and of the pooled states
    entropy, adversarial, virtual, epsilon : see `classifier.Objective`
    reading_share, sentiment_share, plain_share : the stages' parts of the time
    reserve : seconds kept for the test reviews
    reading_steps, sentiment_steps : at most so many steps, for a rehearsal; 0: as the time allows
    """

    features: int = 256
    units: int = 1024
    half: bool = True
    streams: bool = True
    batch: int = 128
    time: int = 128
    reading_rate: float = 3e-3
    reading_dropout: float = 0.2
    labelled: int = 64
    unlabelled: int = 128
    most: int = 500
    evaluated: int = 1_500
    rate: float = 5e-4
    averaging: float = 0.998
    word_dropout: float = 0.5
    dropout: float = 0.5
    entropy: float = 1.0
    adversarial: float = 1.0
    virtual: float = 1.0
    epsilon: float = 5.0
    reading_share: float = 0.46
    sentiment_share: float = 0.41
    plain_share: float = 0.10
    reserve: float = 12.0
    reading_steps: int = 0
    sentiment_steps: int = 0


TINY = Settings(
    features=16,
    units=24,
    half=False,
    batch=8,
    time=16,
    labelled=16,
    unlabelled=16,
    rate=1e-2,
    averaging=0.9,
    word_dropout=0.2,
    dropout=0.2,
    epsilon=1.0,
    reserve=0.5,
    most=40,
    evaluated=60,
)


def changed(settings: Settings, changes: list[str]) -> Settings:
    """Return settings with changes such as "batch=256".

    Raises
    ------
    ValueError
        if there is no such setting, or the value is of another kind.
    """
    known = {field.name: type(getattr(settings, field.name)) for field in fields(settings)}
    for change in changes:
        name, _, value = change.partition("=")
        if name not in known:
            raise ValueError(f"set: got {change!r}, expected NAME=VALUE with one of {', '.join(known)}")
        try:
            number = float(value)
        except ValueError:
            raise ValueError(f"set: got {change!r}, expected a number after {name}=") from None
        settings = replace(settings, **{name: known[name](number)})
    return settings
