"""The tables of `data/reader/README.md`, made from the records by `python -m experiments gates`."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from scipy.special import logit

MOST = 12  # words of the hand-made review that are shown


def render(record: dict[str, Any], run: dict[str, Any]) -> str:
    """Return the README's figures, all from the two records."""
    blocks = [*_trained(record, run), *_clamped(record), *_word_by_word(record)]
    return "\n\n".join(blocks) + "\n"


def _trained(record: dict[str, Any], run: dict[str, Any]) -> list[str]:
    """How it was trained, and how good it is."""
    count, last = record["reviews"]["test"], run["test_accuracy_last_words"]
    return [
        f"Trained from seed {run['seed']} on {run['reviews']['train']:,} reviews in "
        f"{len(run['history']['loss'])} epochs of {run['seconds_per_epoch']:.0f} s. Kept are the weights "
        f"after epoch {run['best_epoch']}, which had the lowest loss on {run['reviews']['validation']:,} "
        f"validation reviews. {run['parameters']:,} parameters.",
        table(
            "accuracy > | on | how",
            (percent(run["val_accuracy_float32"]), "validation", "as trained, float32"),
            (percent(run["val_accuracy"]), "validation", "as it ships, from float16"),
            (f"**{percent(run['test_accuracy'])}**", "test", "as it ships, whole reviews"),
            (
                percent(last["accuracy"]),
                "test",
                f"as it ships, the last {last['words']} words of each review",
            ),
        ),
        f"On the {count:,} test reviews read whole: 95 % interval {span(record['conditions'][0])}, "
        f"AUC {run['test_auc']:.4f}, loss {run['test_loss']:.3f}, calibration error "
        f"{run['calibration_error']:.3f}. {run['duplicates']} of them also occur, letter for letter, in "
        "IMDB's training half.",
        "### After so many words",
        f"The {count:,} test reviews, of each the first words only.",
        table(
            "words > | accuracy > | AUC > | calibration error >",
            *(
                (r["words"], percent(r["accuracy"]), f"{r['auc']:.3f}", f"{r['calibration_error']:.3f}")
                for r in record["prefixes"]
            ),
        ),
        "### On the course's own reviews",
        "Generated ones by kind, and the longer hand-made ones; it was trained on none of them.",
        table(
            "kind | reviews > | accuracy > | 95 % interval > | called positive >",
            *(
                (r["kind"], r["reviews"], percent(r["accuracy"]), span(r), percent(r["called_positive"]))
                for r in record["own_reviews"]["kinds"]
            ),
        ),
    ]


def _clamped(record: dict[str, Any]) -> list[str]:
    """What its gates and its units are worth."""
    count, units = record["reviews"]["test"], record["best_unit"]
    return [
        "### With its gates clamped",
        f"The {count:,} test reviews, each read whole, with the gate held at that value at every word.",
        table(
            "reader | accuracy > | 95 % interval > | called positive > | AUC > | accuracy, threshold anew >",
            *(
                (
                    *(r["condition"], percent(r["accuracy"]), span(r), percent(r["called_positive"])),
                    *(f"{r['auc']:.3f}", percent(r["accuracy_anew"])),
                )
                for r in record["conditions"]
            ),
        ),
        "### One unit alone",
        table(
            "state | unit > | positive when it is | validation > | test > | 95 % interval >",
            *(
                (
                    *(state, unit["unit"], f"{unit['positive_when']} {unit['threshold']:.3f}"),
                    *(percent(unit["val_accuracy"]), percent(unit["test_accuracy"]), span(unit)),
                )
                for state, unit in units.items()
            ),
        ),
    ]


def _word_by_word(record: dict[str, Any]) -> list[str]:
    """Which words count, in a sentence and in a review."""
    units, shown, sentence = record["best_unit"], record["shown"], record["sentence"]
    without, verdict = np.array(shown["without"]), shown["probability"][-1]
    most = set(np.argsort(-np.abs(logit(without) - logit(verdict)), kind="stable")[:MOST])
    middle = np.median(np.abs(without - verdict))
    return [
        "### Which words count",
        "A sentence, word by word, as the reader reads it, and with its forget gate closed. The last column "
        "is the probability after the last word when this one word is deleted.",
        table(
            "word | probability after it > | forget gate closed > | without it >",
            *(
                (word, *(f"{p:.2f}" for p in numbers))
                for word, *numbers in columns(sentence, "words", "probability", "forget_closed", "without")
            ),
        ),
        f"Of the {len(without)} words of the hand-made review `{shown['name']}`, the {MOST} that move its "
        f"verdict most (in log-odds) when they are deleted, and the state of unit {units['h']['unit']} after "
        f"each. The verdict is {verdict:.3f}; in the middle case, deleting a word moves it by {middle:.3f}.",
        table(
            "number > | word | probability after it > | h > | c > | without it >",
            *(
                (k + 1, word, f"{p:.2f}", f"{h:+.2f}", f"{c:+.2f}", f"{last:.3f}")
                for k, (word, p, h, c, last) in enumerate(
                    columns(shown, "words", "probability", "h", "c", "without")
                )
                if k in most
            ),
        ),
    ]


def table(header: str, *rows: Sequence[Any]) -> str:
    """Return a Markdown table; `header` names the columns, with `>` after those that are set to the right."""
    names = [name.strip() for name in header.split("|")]
    rule = ["--:" if name.endswith(">") else "---" for name in names]
    return "\n".join(
        "| " + " | ".join(map(str, row)) + " |"
        for row in ([n.removesuffix(" >") for n in names], rule, *rows)
    )


def columns(text: dict[str, Any], *names: str) -> Iterator[tuple[Any, ...]]:
    """Return some figures of a text, one word after the other."""
    return zip(*(text[name] for name in names), strict=True)


def percent(fraction: float) -> str:
    """Return a fraction in %."""
    return f"{100 * fraction:.2f} %"


def span(row: dict[str, Any]) -> str:
    """Return the interval of a row in %."""
    low, high = row["interval"]
    return f"{100 * low:.2f} to {100 * high:.2f}"
