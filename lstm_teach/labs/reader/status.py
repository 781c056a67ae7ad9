"""The line of words of the reader lab: the verdict, what moved it, and how often the reader is right."""

from lstm_teach.labs.reader import reading
from lstm_teach.labs.reader.pictures import short
from lstm_teach.labs.reader.reading import CLOSED, GATES, LONGER, MEAN, OPEN, HeldGates, Subject, WordByWord
from lstm_teach.vocabulary import UNKNOWN

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


def verdict(subject: Subject, now: WordByWord, as_trained: WordByWord, k: int, label: int | None) -> str:
    """Return what the reader says in the end, and what word `k` (from 0) does to it.

    `as_trained` is the whole text with no gate held; `label` is what its author says, or None.
    """
    word, after = now.reading.words[k], now.reading.probability[k]
    known = "" if reading.is_known(subject, word) else ", unknown to it"
    name = f"“{short(word)}” (word {k + 1:,}{known})"
    at = f"At {name} the probability goes from {after - now.change[k]:.2f} to {after:.2f}."
    if word == subject.reader.vocabulary.words[UNKNOWN]:  # which no text can spell
        at = f"There is no word, which is read as one unknown word: {after:.2f}."
    if now.gates or now.without is not None:
        changes = [_in_words(now.gates)] if now.gates else []
        changes += [f"without {name}"] if now.without is not None else []
        changed = ", ".join(changes)
        follows = f"; {_follows(now.gates)}" if now.gates else ""
        becomes = f"the verdict {as_trained.verdict:.2f} becomes {now.verdict:.2f}{follows}."
        return f"{changed[0].upper()}{changed[1:]}: {becomes}" + (f" {at}" if now.without is None else "")
    positive = now.verdict > 0.5
    says = "undecided" if round(now.verdict, 2) == 0.5 else "positive" if positive else "negative"
    author = "" if label is None else f", {'as' if positive == label else 'unlike'} its author"
    return f"As trained, the verdict is {now.verdict:.2f}, {says}{author}. {at}"


def worth(subject: Subject, now: WordByWord, k: int, right: int, right_as_trained: int) -> str:
    """Return how many reviews the reader judges rightly; or, if word `k` is denied, how it fails at that.

    `right` of the longer reviews are judged rightly with these gates held.
    """
    denied = [word for word in now.reading.words[max(0, k - 3) : k] if word in NOT]
    of_denials = reading.denials(subject)
    if denied and not now.gates and of_denials:
        number, accuracy = of_denials
        return (
            f"It hardly understands “{denied[-1]}”: of {number} reviews in which a cue is denied "
            f"it gets {100 * accuracy:.0f} % right."
        )
    which = "longer reviews" if subject.record else "longer film reviews that ship with the course"
    line = f"Right on {right} of the {len(LONGER)} {which}"
    line += f", {right_as_trained} as trained" if now.gates else ""
    of_imdb, of_imdb_as_trained = (reading.recorded(subject, gates) for gates in (now.gates, ()))
    if of_imdb is not None and of_imdb_as_trained is not None:
        line += f"; on IMDB's test reviews {100 * of_imdb:.1f} %"
        line += f", {100 * of_imdb_as_trained:.1f} as trained" if now.gates else ""
    return line + "."


def _in_words(gates: HeldGates) -> str:
    """Return which gates are held, and where: "forget and input gates closed, output gate at 0.3"."""
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


def _follows(gates: HeldGates) -> str:
    """Return what follows from gates that are held."""
    ends = (words for end, words in FOLLOWS.items() if end in gates)
    return next(ends, "a gate that is held no longer looks at the words")
