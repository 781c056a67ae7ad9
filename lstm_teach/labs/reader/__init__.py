"""A trained reader of film reviews: what each word does to its verdict, and what a gate is worth to it.

It takes apart the reader that ships with the course, or any other: `lab_of(reader)`.
"""

from functools import lru_cache, partial

from lstm_teach.labs.controls import Menu, Player, Slider, Switch, TextField
from lstm_teach.labs.core import Controls, LabSpec, Presets, View
from lstm_teach.labs.reader import pictures, reading
from lstm_teach.labs.reader.reading import CLOSED, GATES, LEARNED, LONGER, MEAN, OPEN, SLIDER, Subject
from lstm_teach.labs.reader.status import verdict, worth
from lstm_teach.reader import Reader
from lstm_teach.reviews import fixed_review

SENTENCE = (
    "The story is slow and the jokes are old, but the acting is excellent "
    "and I will definitely watch it again."
)
TYPED = "as typed"
MOST_STEPS = 1_000_000  # more words than a text has: the view lowers this upper end to those that it has

PRESETS: Presets = {
    "forget gate closed": {"f": CLOSED},
    "as trained": {},
    "without a word": {"leave_out": True},
    "it will buy again": {"text": "I will definitely buy it again.", "word": 3},
    "it fails at: not bad": {"text": "The film is not bad.", "word": 5},
    "changing its mind": {"review": fixed_review().name, "word": 118},
    "nothing forgotten": {"review": fixed_review().name, "word": 118, "f": OPEN},
    "nothing written": {"i": CLOSED},
    "nothing shown": {"o": CLOSED},
    "half of it kept": {"f": SLIDER, "value": 0.5},
    "gates that do not look": dict.fromkeys(GATES, MEAN),
}

# All that this lab keeps. Another word or another unit to look at changes nothing of it.
word_by_word = lru_cache(maxsize=16)(reading.word_by_word)
score = lru_cache(maxsize=256)(reading.score)
maps = lru_cache(maxsize=8)(pictures.maps)


def reader_view(
    subject: Subject,
    review: str,
    text: str,
    word: int,
    f: str,
    i: str,
    o: str,
    value: float,
    unit: int,
    leave_out: bool,
) -> View:
    """Return the words, the probability after each, one unit, and all gates; gates may be held."""
    shown = None if review == TYPED else LONGER[review]
    text = shown.text if shown else text
    gates = reading.held_gates({"f": f, "i": i, "o": o}, value)
    as_trained = word_by_word(subject, text)
    length = len(as_trained.reading.words)
    k = min(word, length) - 1
    now = word_by_word(subject, text, gates, k if leave_out and length > 1 else None)
    off = [
        *(("text",) if shown else ()),
        *(() if SLIDER in (f, i, o) else ("value",)),
        *(() if length > 1 else ("word", "leave_out")),
    ]
    said = verdict(subject, now, as_trained, k, shown.label if shown else None)
    right = worth(subject, now, k, score(subject, gates), score(subject, ()))
    return View(
        [
            pictures.coloured(now, k),
            pictures.probability(now, as_trained, k),
            pictures.one_unit(now, unit, k),
            pictures.maps_picture(maps(now), unit, k),
        ],
        f"{said} {right}",
        off,
        {"word": length},
    )


def lab_of(reader: Reader | None = None) -> LabSpec:
    """Return the lab of this reader, or of the one that ships with the course.

    ValueError if `reader` is not a `lstm_teach.reader.Reader`.
    """
    if reader is not None and not isinstance(reader, Reader):
        raise ValueError(f"reader: expected a lstm_teach.reader.Reader, got {type(reader).__name__}")
    subject = reading.shipped() if reader is None else reading.subject_of(reader)
    controls: Controls = {
        "review": Menu("Review", TYPED, [TYPED, *LONGER]),
        "text": TextField("Your text", SENTENCE, "a film review, in English"),
        **{gate: Menu(name.capitalize(), LEARNED, reading.POSITIONS) for gate, name in GATES.items()},
        "value": Slider("Slider value", 0.5, 0.0, 1.0, 0.05, places=2),
        "unit": Slider("Unit (from 0)", subject.unit, 0, subject.reader.p.n - 1),
        "word": Player("Word", 14, 1, MOST_STEPS),
        "leave_out": Switch("Leave this word out"),
    }
    view = partial(reader_view, subject)
    view.__doc__ = reader_view.__doc__
    return LabSpec("reader_lab", view, controls, PRESETS)


LAB = lab_of()
