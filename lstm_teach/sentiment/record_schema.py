"""What a run record must hold, so that tables and pictures can rest on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lstm_teach.sentiment.settings import is_finite, is_whole

SPLITS = ("film", "group", "random")  # how the validation reviews were chosen


def _is_fraction(value: object) -> bool:
    return is_finite(value) and 0 <= value <= 1  # type: ignore[operator]


def _is_amount(value: object) -> bool:
    return is_finite(value) and value >= 0  # type: ignore[operator]


def _is_count(value: object) -> bool:
    return is_whole(value) and value >= 0  # type: ignore[operator]


def _is_name(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and value != "" and not set("|`/\\") & set(value)


def _is_changed(value: object) -> bool:
    return isinstance(value, dict) and not set("|`\r\n") & set("".join(f"{k}{v}" for k, v in value.items()))


def _is_hardware(value: object) -> bool:
    if not isinstance(value, dict) or not {"cores", "accelerator"} <= value.keys():
        return False
    cores, accelerator = value["cores"], value["accelerator"]
    named = accelerator is None or _is_name(str(accelerator).replace("/", ""))
    return is_whole(cores) and cores >= 1 and named


def _is_reviews(value: object) -> bool:
    parts = {"train", "validation", "test"}
    return isinstance(value, dict) and parts <= value.keys() and all(map(_is_count, value.values()))


def _is_confusion(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == set(_CONFUSION) and all(map(_is_count, value.values()))


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _or_none(holds: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: value is None or holds(value)


def _is_history(value: object) -> bool:
    return isinstance(value, dict) and {"loss", "val_loss", "val_accuracy"} <= value.keys()


_CONFUSION = ("true_negative", "false_positive", "false_negative", "true_positive")
_NAME = "a text on one line without | ` / \\"
_HOLDS: dict[str, tuple[Callable[[object], bool], str]] = {
    "recipe": (_is_name, _NAME),
    "settings": (_is_object, "an object"),
    "changed": (_is_changed, "an object without | ` and line ends"),
    "corpus": (_is_name, _NAME),
    "corpus_checksum": (_is_name, _NAME),
    "limit": (_or_none(_is_count), "a whole number or null"),
    "split": (lambda value: value in SPLITS, f"one of {', '.join(SPLITS)}"),
    "seed": (is_whole, "a whole number"),
    "backend": (_is_name, _NAME),
    "versions": (_is_object, "an object"),
    "hardware": (_is_hardware, "an object with cores, 1 or more, and accelerator"),
    "parameters": (_is_count, "a whole number, 0 or more"),
    "reviews": (_is_reviews, "an object with train, validation and test, each a whole number"),
    "history": (_is_history, "an object with loss, val_loss and val_accuracy"),
    "seconds_per_epoch": (_is_amount, "a number, 0 or more"),
    "best_epoch": (_is_count, "a whole number, 1 or more"),
    "val_accuracy": (_is_fraction, "a number from 0 to 1"),
    "test_accuracy": (_or_none(_is_fraction), "a number from 0 to 1 or null"),
    "test_loss": (_or_none(_is_amount), "a number, 0 or more, or null"),
    "test_auc": (_or_none(_is_fraction), "a number from 0 to 1 or null"),
    "confusion": (_or_none(_is_confusion), f"an object with counts of {', '.join(_CONFUSION)}, or null"),
    "calibration_error": (_or_none(_is_fraction), "a number from 0 to 1 or null"),
    "duplicates": (_or_none(_is_count), "a whole number or null"),
}
REQUIRED = tuple(_HOLDS)


NEAR = 1e-3  # two figures of the same thing may differ so much, as weights of half precision do


def check(record: object) -> None:
    """Check that a record has all that the tables and plots need, each of its type and in its range.

    Raises
    ------
    ValueError
        which names the first entry that is not so, says what came and what was expected.
    """
    if not isinstance(record, dict):
        raise ValueError(f"it is {type(record).__name__}, expected an object")
    if missing := [key for key in REQUIRED if key not in record]:
        raise ValueError(f"it has no {', '.join(missing)}")
    for key, (holds, expected) in _HOLDS.items():
        if not holds(record[key]):
            raise ValueError(f"{key}: got {record[key]!r:.60}, expected {expected}")
    _check_history(record["history"])
    epochs = len(record["history"]["loss"])
    if not 1 <= record["best_epoch"] <= epochs:
        raise ValueError(f"best_epoch: got {record['best_epoch']}, expected from 1 to {epochs}")
    best = record["history"]["val_accuracy"][record["best_epoch"] - 1]
    if abs(best - record["val_accuracy"]) > NEAR:
        raise ValueError(f"val_accuracy: got {record['val_accuracy']}, expected {best}, as in its history")
    _check_test(record)


def _check_test(record: dict[str, Any]) -> None:
    """All figures on test reviews or none, and the accuracy that follows from the confusion."""
    tested = record["test_accuracy"] is not None
    for key in ("test_loss", "confusion", "calibration_error", "duplicates"):
        if (record[key] is not None) != tested:
            expected = "a value, as for" if tested else "null, as for"
            raise ValueError(f"{key}: got {str(record[key])[:60]}, expected {expected} test_accuracy")
    if not tested:
        return
    confusion, reviews = record["confusion"], record["reviews"]["test"]
    if sum(confusion.values()) != reviews or not reviews:
        raise ValueError(f"confusion: got {sum(confusion.values())} reviews, expected {reviews}, 1 or more")
    right = (confusion["true_negative"] + confusion["true_positive"]) / reviews
    if abs(right - record["test_accuracy"]) > NEAR:
        expected = f"{right:.6f}, as in confusion"
        raise ValueError(f"test_accuracy: got {record['test_accuracy']}, expected {expected}")


def _check_history(history: dict[str, Any]) -> None:
    """One value an epoch; of the seconds there may be fewer, as where an older version went on."""
    for key, values in history.items():
        holds = _is_fraction if "accuracy" in key else is_finite
        if not isinstance(values, list) or not values or not all(map(holds, values)):
            expected = "fractions" if "accuracy" in key else "numbers"
            raise ValueError(f"history: got {key} {str(values)[:60]}, expected a list of {expected}")
    lengths = {key: len(history[key]) for key in ("loss", "val_loss", "val_accuracy")}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"history: got {lengths} values, expected one an epoch of each")
