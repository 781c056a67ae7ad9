"""The trained reader of film reviews: what each word does to its verdict, and what a gate is worth to it."""

from lstm_teach.labs.controls import Menu, Player, Slider, Switch, TextField
from lstm_teach.labs.core import Controls, LabSpec, Presets, View
from lstm_teach.labs.reader import pictures
from lstm_teach.labs.reader.reading import (
    CLOSED,
    GATES,
    LEARNED,
    MEAN,
    OPEN,
    POSITIONS,
    SLIDER,
    Held,
    Read,
    best_unit,
    denials,
    held,
    is_known,
    longer,
    read,
    recorded,
    score,
    shipped,
)
from lstm_teach.reviews import fixed_review
from lstm_teach.vocabulary import UNKNOWN

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

# What follows from a gate held at an end, the most decisive first.
FOLLOWS = {
    ("i", 0.0): "nothing is written, so it has read nothing",
    ("o", 0.0): "h stays 0, and nothing of c is read out",
    ("f", 0.0): "c keeps nothing from word to word",
    ("f", 1.0): "c fades no more, and old words pile up",
    ("i", 1.0): "every word is written in full",
    ("o", 1.0): "all of c is read out at every word",
}
NOT = {"not", "no", "never", "nothing", "hardly"}


CONTROLS: Controls = {
    "review": Menu("Review", TYPED, [TYPED, *longer()]),
    "text": TextField("Your text", SENTENCE, "a film review, in English"),
    **{gate: Menu(name.capitalize(), LEARNED, POSITIONS) for gate, name in GATES.items()},
    "value": Slider("Slider value", 0.5, 0.0, 1.0, 0.05, places=2),
    "unit": Slider("Unit (from 0)", best_unit(), 0, shipped().p.n - 1),
    "word": Player("Word", 14, 1, MOST_STEPS),
    "leave_out": Switch("Leave this word out"),
}


def reader_view(
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
    """The words, the probability after each, one unit, and all gates, with gates held or a word left out."""
    text = text if review == TYPED else longer()[review].text
    gates = held({"f": f, "i": i, "o": o}, value)
    whole = read(text)
    length = len(whole.reading.words)
    k = min(word, length) - 1
    without = k if leave_out and length > 1 else None
    now = read(text, gates, without)
    off = [
        *(() if review == TYPED else ("text",)),
        *(() if SLIDER in (f, i, o) else ("value",)),
        *(() if length > 1 else ("word", "leave_out")),
    ]
    label = None if review == TYPED else longer()[review].label
    return View(
        [
            pictures.coloured(now, k, without is not None),
            pictures.probability(now, whole, k),
            pictures.one_unit(now, unit, k),
            pictures.maps(text, gates, without, unit, k),
        ],
        f"{_verdict(now, whole, gates, k, without, label)} {_worth(now, gates, k)}",
        off,
        {"word": length},
    )


def _verdict(now: Read, whole: Read, gates: Held, k: int, without: int | None, label: int | None) -> str:
    """What it says in the end, and what the word that is looked at does to it."""
    word, after = now.reading.words[k], now.reading.probability[k]
    name = f"“{pictures.short(word)}” (word {k + 1:,}{'' if is_known(word) else ', unknown to it'})"
    at = f"At {name} the probability goes from {after - now.change[k]:.2f} to {after:.2f}."
    if word == shipped().vocabulary.words[UNKNOWN]:  # which no text can spell
        at = f"There is no word, which is read as one unknown word: {after:.2f}."
    if gates or without is not None:
        changes = [_in_words(gates)] if gates else []
        changes += [f"without {name}"] if without is not None else []
        held_ = ", ".join(changes)
        follows = f"; {_follows(gates)}" if gates else ""
        verdict = f"the verdict {whole.verdict:.2f} becomes {now.verdict:.2f}{follows}."
        return f"{held_[0].upper()}{held_[1:]}: {verdict}" + (f" {at}" if without is None else "")
    positive = now.verdict > 0.5
    says = "undecided" if round(now.verdict, 2) == 0.5 else "positive" if positive else "negative"
    author = "" if label is None else f", {'as' if positive == label else 'unlike'} its author"
    return f"As trained, the verdict is {now.verdict:.2f}, {says}{author}. {at}"


def _in_words(gates: Held) -> str:
    """Which gates are held, and where: "forget and input gates closed, output gate at 0.3"."""
    groups: dict[float | str, list[str]] = {}
    for gate, at in gates:
        groups.setdefault(at, []).append(GATES[gate].removesuffix(" gate"))
    parts = []
    for at, names in groups.items():
        many = len(names) > 1
        place = {0.0: CLOSED, 1.0: OPEN, MEAN: "at their means" if many else MEAN}.get(at, f"at {at}")
        which = "all three" if len(names) == len(GATES) else " and ".join(names)
        parts.append(f"{which} {'gates' if many else 'gate'} {place}")
    return ", ".join(parts)


def _follows(gates: Held) -> str:
    """What follows from gates that are held."""
    ends = (words for end, words in FOLLOWS.items() if end in gates)
    return next(ends, "a gate that is held no longer looks at the words")


def _worth(now: Read, gates: Held, k: int) -> str:
    """The score on reviews; or, where this word is denied, that the reader hardly understands that."""
    denied = [word for word in now.reading.words[max(0, k - 3) : k] if word in NOT]
    if denied and not gates:
        number, accuracy = denials()
        return (
            f"It hardly understands “{denied[-1]}”: of {number} reviews in which a cue is denied "
            f"it gets {100 * accuracy:.0f} % right."
        )
    right, of_imdb = f"{score(gates)} of the {len(longer())} longer reviews", recorded(gates)
    line = f"Right on {right}{f', {score(())} as trained' if gates else ''}"
    if of_imdb is not None:
        line += f"; on IMDB's test reviews {100 * of_imdb:.1f} %"
        line += f", {100 * (recorded(()) or 0):.1f} as trained" if gates else ""
    return line + "."


LAB = LabSpec("reader_lab", reader_view, CONTROLS, PRESETS)
