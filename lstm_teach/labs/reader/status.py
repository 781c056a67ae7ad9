"""The line of words of the reader lab: the verdict, what moved it, and how often the reader is right."""

from lstm_teach.labs.reader import reading
from lstm_teach.labs.reader.pictures import short
from lstm_teach.labs.reader.reading import CLOSED, GATES, LONGER, MEAN, OPEN, HeldGates, Subject, WordByWord
from lstm_teach.vocabulary import UNKNOWN

# What follows from a gate held at an end, the most decisive first.
FOLLOWS = {
    ("i", 0.0): "Nothing is written, so it has read nothing.",
    ("o", 0.0): "h stays 0, and nothing of c is read out.",
    ("f", 0.0): "c keeps nothing from word to word.",
    ("f", 1.0): "c fades no more, and old words pile up.",
    ("i", 1.0): "Every word is written in full.",
    ("o", 1.0): "All of c is read out at every word.",
}
NOT = {"not", "no", "never", "nothing", "hardly"}


def verdict(subject: Subject, now: WordByWord, as_trained: WordByWord, k: int, label: int | None) -> str:
    """Return what the reader says in the end, and what word `k` (from 0) does to it.

    `as_trained` is the whole text with no gate held; `label` is what its author says, or None.
    """
    word, after = now.reading.words[k], now.reading.probability[k]
    name = f"“{short(word)}” (word {k + 1:,})"
    if not reading.is_known(subject, word):
        name = f"“{short(word)}” (word {k + 1:,}, unknown to it)"
    at = f"At {name} the probability goes from {after - now.change[k]:.2f} to {after:.2f}."
    if word == subject.reader.vocabulary.words[UNKNOWN]:  # which no text can spell
        at = f"There is no word, which is read as one unknown word: {after:.2f}."
    if not now.gates and now.without is None:
        return " ".join(filter(None, [_as_trained(now.verdict), _author(now.verdict, label), at]))
    changed = [_in_words(now.gates)] if now.gates else []
    changed += [f"without {name}"] if now.without is not None else []
    sentences = [f"{', '.join(changed)}: the verdict {as_trained.verdict:.2f} becomes {now.verdict:.2f}."]
    sentences += [_follows(now.gates)] if now.gates else []
    sentences += [at] if now.without is None else []
    said = " ".join(sentences)
    return said[0].upper() + said[1:]


def _as_trained(verdict: float) -> str:
    if round(verdict, 2) == 0.5:
        return f"As trained, the verdict is {verdict:.2f}, undecided."
    if verdict > 0.5:
        return f"As trained, the verdict is {verdict:.2f}, positive."
    return f"As trained, the verdict is {verdict:.2f}, negative."


def _author(verdict: float, label: int | None) -> str:
    """Return whether the author of the review, whose verdict is `label`, agrees; nothing for None."""
    if label is None:
        return ""
    return "Its author agrees." if (verdict > 0.5) == label else "Its author does not agree."


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
    of_longer = f"It is right on {right} of the {len(LONGER)} {which}."
    if now.gates:
        of_longer = f"It is right on {right} of the {len(LONGER)} {which}, as trained on {right_as_trained}."
    of_imdb, of_imdb_as_trained = (reading.recorded(subject, gates) for gates in (now.gates, ()))
    if of_imdb is None or of_imdb_as_trained is None:
        return of_longer
    percent, as_trained = f"{100 * of_imdb:.1f} %", f"{100 * of_imdb_as_trained:.1f} %"
    if now.gates:
        return f"{of_longer} On IMDB's test reviews it is right on {percent}, as trained on {as_trained}."
    return f"{of_longer} On IMDB's test reviews it is right on {percent}."


def _in_words(gates: HeldGates) -> str:
    """Return which gates are held, and where: "forget gate closed, output gate at 0.3"."""
    places = {at for _, at in gates}
    if len(gates) == len(GATES) and len(places) == 1:
        [at] = places
        return {
            0.0: "all three gates closed",
            1.0: "all three gates open",
            MEAN: "all three gates at their means",
        }.get(at, f"all three gates at {at}")
    named: dict[float | str, str] = {0.0: CLOSED, 1.0: OPEN, MEAN: MEAN}
    return ", ".join(f"{GATES[gate]} {named.get(at, f'at {at}')}" for gate, at in gates)


def _follows(gates: HeldGates) -> str:
    """Return what follows from gates that are held."""
    ends = (words for end, words in FOLLOWS.items() if end in gates)
    return next(ends, "A gate that is held no longer looks at the words.")
