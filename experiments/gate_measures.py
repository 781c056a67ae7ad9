"""What the gates of a reader do: each is held, and what the reader knows then is measured."""

import itertools
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.metrics import roc_curve
from tqdm import tqdm

import lstm_teach
from lstm_teach import reviews
from lstm_teach.reader import Reader
from lstm_teach.sentiment.evaluation import calibration_error, score
from lstm_teach.sentiment.records import interval

GATES = {"f": "forget gate f", "i": "input gate i", "o": "output gate o"}
PREFIXES = (5, 10, 20, 50, 100, 200)  # words
LAST_WORDS = 256
SENTENCE = (
    "The story is slow and the jokes are old, but the acting is excellent "
    "and I will definitely watch it again."
)

Ids = Sequence[np.ndarray]
Clamp = dict[str, Any]


def means(a: Reader, ids: Ids) -> dict[str, np.ndarray]:
    """Return the mean (units,) of each gate and the candidate over all words of all reviews."""
    total, words = {name: np.zeros(a.p.n) for name in ("i", "f", "o", "c_tilde")}, 0
    for _, last, trace in a.traces(ids):
        read = np.arange(trace.h.shape[1]) <= last[:, None]
        words += int(read.sum())
        for name, sum_ in total.items():
            sum_ += getattr(trace, name)[read].sum(axis=0, dtype=np.float64)
    return {name: sum_ / words for name, sum_ in total.items()}


def conditions(mean: dict[str, np.ndarray]) -> dict[str, Clamp]:
    """Return what is clamped in each row of the table."""
    rows: dict[str, Clamp] = {"as trained": {}}
    for gate, name in GATES.items():
        rows |= {
            f"{name} open": {gate: 1.0},
            f"{name} closed": {gate: 0.0},
            f"{name} at its mean": {gate: mean[gate]},
        }
    rows["all three gates open"] = dict.fromkeys(GATES, 1.0)
    rows["all three gates at their means"] = {gate: mean[gate] for gate in GATES}
    rows["candidate c̃ at its mean"] = {"c_tilde": mean["c_tilde"]}
    return rows


def last_states(a: Reader, ids: Ids, clamp: Clamp | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return h and c after the last word, each (reviews, units)."""
    h, c = np.empty((2, len(ids), a.p.n), np.float32)
    for rows, last, trace in a.traces(ids, clamp):
        end = np.arange(len(rows)), last
        h[rows], c[rows] = trace.h[end], trace.c[end]
    return h, c


def prefixes(a: Reader, ids: Ids, labels: np.ndarray) -> list[dict[str, Any]]:
    """Return what the reader knows after so many words (or after the last, if a review has fewer)."""
    p = np.empty((len(PREFIXES), len(ids)))
    for rows, last, trace in a.traces(ids):
        for row, words in zip(p, PREFIXES, strict=True):
            row[rows] = a.probability(trace.h[np.arange(len(rows)), np.minimum(last, words - 1)])
    return [
        {"words": words, **figures(labels, row), "calibration_error": calibration_error(labels, row)}
        for words, row in zip(PREFIXES, p, strict=True)
    ]


def figures(labels: np.ndarray, p: np.ndarray) -> dict[str, Any]:
    """Return accuracy at 0.5, its interval, the area under the ROC curve, and the share called positive."""
    found = score(labels, p)
    return {
        "accuracy": found.accuracy,
        "interval": interval(round(found.accuracy * len(labels)), len(labels)),
        "auc": found.auc,
        "called_positive": float(np.mean(p > 0.5)),
    }


def best_threshold(values: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Return the threshold above which `values` (reviews,) are best called positive, and its accuracy."""
    false_positive, true_positive, thresholds = roc_curve(labels, values)
    positive = np.mean(labels)
    accuracy = true_positive * positive + (1 - false_positive) * (1 - positive)
    best = int(np.argmax(accuracy))
    return float(min(thresholds[best], values.max() + 1)), float(accuracy[best])  # the first one is infinite


def best_unit(
    val: np.ndarray, val_labels: np.ndarray, test: np.ndarray, labels: np.ndarray
) -> dict[str, Any]:
    """Return the unit that is best alone on validation reviews, and its accuracy on the test reviews.

    `val` and `test` are last states (reviews, units). Unit, sign and threshold come from validation alone.
    """
    choices = [
        (unit, sign, *best_threshold(sign * val[:, unit], val_labels))
        for unit, sign in itertools.product(range(val.shape[1]), (1, -1))
    ]
    unit, sign, threshold, accuracy = max(choices, key=lambda choice: choice[-1])
    right = (sign * test[:, unit] >= threshold) == (labels == 1)
    return {
        "unit": unit,
        "positive_when": "above" if sign == 1 else "below",
        "threshold": sign * threshold,
        "val_accuracy": accuracy,
        "test_accuracy": float(np.mean(right)),
        "interval": interval(int(right.sum()), len(labels)),
    }


def word_by_word(a: Reader, text: str, unit: int) -> dict[str, Any]:
    """Return a text word by word: the probability, also with f closed, and the h and c of one unit.

    `without` is the probability after the last word when that one word is deleted.
    """
    reading, words = a.read(text), a.vocabulary.tokens(text)
    columns = {
        "probability": reading.probability,
        "forget_closed": a.read(text, {"f": 0.0}).probability,
        "without": a.read_many([" ".join(words[:k] + words[k + 1 :]) for k in range(len(words))]),
        "h": reading.h[:, unit],
        "c": reading.c[:, unit],
    }
    return {
        "words": words,
        **{name: [round(float(x), 5) for x in values] for name, values in columns.items()},
    }


def own_reviews(a: Reader) -> dict[str, Any]:
    """Return the accuracy on the course's own reviews: the short ones by kind, and the longer ones."""
    sample, texts = reviews.load("sample"), lstm_teach.data_dir() / "reviews" / "short.jsonl"
    splits: dict[str, tuple[list[str], list[int]]] = {}
    for line in map(json.loads, texts.read_text(encoding="utf-8").splitlines()):
        same = splits.setdefault(line["kind"], ([], []))
        same[0].append(line["text"])
        same[1].append(line["label"])
    splits["longer"] = sample.longer.texts, sample.longer.labels.tolist()
    return {
        "checksum": sample.checksum,
        "kinds": [
            {"kind": kind, "reviews": len(some), **figures(np.array(labels), a.read_many(some).astype(float))}
            for kind, (some, labels) in splits.items()
        ],
    }


def measure(a: Reader, corpus: reviews.Corpus, seed: int) -> dict[str, Any]:
    """Return all figures of the record."""
    rng, shown = np.random.default_rng(seed), reviews.fixed_review()
    val_split = reviews.validation_split(corpus.train, seed=0, by="random")[1]
    train, val, test = (a.vocabulary.encode(s.texts) for s in (corpus.train, val_split, corpus.test))
    labels, val_labels = corpus.test.labels, val_split.labels
    mean = means(a, train)
    orders = {
        "words shuffled": [[ids[rng.permutation(len(ids))] for ids in half] for half in (val, test)],
        "words reversed": [[ids[::-1] for ids in half] for half in (val, test)],
        f"only the last {LAST_WORDS} words": [[ids[-LAST_WORDS:] for ids in half] for half in (val, test)],
    }
    jobs: list[tuple[str, Clamp, Ids, Ids]] = [
        (name, clamp, val, test) for name, clamp in conditions(mean).items()
    ]
    jobs += [(name, {}, of_val, of_test) for name, (of_val, of_test) in orders.items()]

    rows: list[dict[str, Any]] = []
    for name, clamp, val_ids, test_ids in tqdm(jobs):
        (val_h, val_c), (h, c) = last_states(a, val_ids, clamp), last_states(a, test_ids, clamp)
        if not rows:
            units = {
                "h": best_unit(val_h, val_labels, h, labels),
                "c": best_unit(val_c, val_labels, c, labels),
            }
        p = a.probability(h).astype(float)
        threshold, _ = best_threshold(a.probability(val_h).astype(float), val_labels)
        rows.append(
            {
                "condition": name,
                **figures(labels, p),
                "threshold_anew": threshold,
                "accuracy_anew": float(np.mean((p >= threshold) == (labels == 1))),
            }
        )
    return {
        "conditions": rows,
        "prefixes": prefixes(a, test, labels),
        "means": {name: [round(float(x), 5) for x in values] for name, values in mean.items()},
        "best_unit": units,
        "own_reviews": own_reviews(a),
        "sentence": word_by_word(a, SENTENCE, units["h"]["unit"]),
        "shown": {"name": shown.name, **word_by_word(a, shown.text, units["h"]["unit"])},
        "words": {"train": sum(map(len, train)), "test": sum(map(len, test))},
        "unknown_words": {"test": sum(int((ids == 1).sum()) for ids in test)},
    }
