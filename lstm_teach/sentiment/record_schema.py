"""What a run record must hold, so that tables and pictures can rest on it."""

from __future__ import annotations

import re
from typing import Any

from lstm_teach.sentiment.json_shapes import (
    AMOUNT,
    COUNT,
    FRACTION,
    LINE,
    NAME,
    NUMBER,
    ONE_OR_MORE,
    TEXT,
    WHOLE,
    Kind,
    Object,
    Several,
    any_number_of,
    check_shape,
    entries,
    or_none,
)

SPLITS = ("film", "group", "random")  # how the validation reviews were chosen
_CLOCKS = ("epochs", "processor_seconds", "seconds", "step")  # of a history: none runs backwards
NEAR = 1e-3  # two figures of the same thing may differ so much, as weights of half precision do


def _is_changed(value: object) -> bool:
    return isinstance(value, dict) and not set("|`\r\n") & set("".join(f"{k}{v}" for k, v in value.items()))


_OBJECT = Kind(lambda value: isinstance(value, dict), "an object")
_OBJECTS = Kind(
    lambda value: isinstance(value, dict) and all(map(_OBJECT.holds, value.values())), "an object of objects"
)
_CHANGED = Kind(_is_changed, "an object without | ` and line ends")
_COUNTS = ("true_negative", "false_positive", "false_negative", "true_positive")
_CONFUSION = Kind(
    lambda value: (
        isinstance(value, dict) and value.keys() == set(_COUNTS) and all(map(COUNT.holds, value.values()))
    ),
    f"an object with counts of {', '.join(_COUNTS)}",
)
_HARDWARE = Object(
    {"cores": ONE_OR_MORE, "accelerator": or_none(LINE)},
    {"devices": ONE_OR_MORE, "memory_gib": or_none(AMOUNT), "processor": TEXT, "system": TEXT},
)
_EXPECTS = entries(entries(FRACTION, "fractions"), "objects of fractions, one for each text")
_LANGUAGE_MODEL = Object(
    {
        "reviews": COUNT,
        "words": COUNT,
        "history": Object(
            {"loss": Several(NUMBER), "processor_seconds": Several(AMOUNT)}, {"seconds": Several(AMOUNT)}
        ),
        "perplexity": AMOUNT,
        "expects": _EXPECTS,
    }
)
_STAGE = {"steps": COUNT, "seconds": AMOUNT}  # of a run on a graphics card
_LEARNED = Several(Object({"val_accuracy": FRACTION, "epochs": AMOUNT}))
_READ = Several(Object({"val_perplexity": AMOUNT, "epochs": AMOUNT}))

RECORD = Object(
    {
        "recipe": NAME,
        "settings": _OBJECT,
        "changed": _CHANGED,
        "corpus": NAME,
        "corpus_checksum": NAME,
        "limit": or_none(COUNT),
        "split": Kind(lambda value: value in SPLITS, f"one of {', '.join(SPLITS)}"),
        "seed": WHOLE,
        "backend": NAME,
        "versions": entries(or_none(LINE), "texts"),
        "hardware": _HARDWARE,
        "parameters": COUNT,
        "reviews": Object(
            {"train": ONE_OR_MORE, "validation": ONE_OR_MORE, "test": COUNT}, {"unlabelled": COUNT}
        ),
        "history": Object(
            {"loss": Several(NUMBER), "val_loss": Several(NUMBER), "val_accuracy": Several(FRACTION)}
        ),
        "seconds_per_epoch": AMOUNT,
        "best_epoch": ONE_OR_MORE,
        "val_accuracy": FRACTION,
        "test_accuracy": or_none(FRACTION),
        "test_loss": or_none(AMOUNT),
        "test_auc": or_none(FRACTION),
        "confusion": or_none(_CONFUSION),
        "calibration_error": or_none(FRACTION),
        "duplicates": or_none(COUNT),
    },
    {
        "calibration_bins": or_none(COUNT),
        "device": LINE,
        "duplicates_of_unlabelled": or_none(COUNT),
        "failures": any_number_of(TEXT, "texts"),
        "gpu_plain": Object({**_STAGE, "looks": _LEARNED}, {"reviews_per_second": AMOUNT}),
        "gpu_vat": Object({**_STAGE, "looks": _LEARNED}, {"reviews_per_second": AMOUNT}),
        "language_model": _LANGUAGE_MODEL,
        "language_models": Object({**_STAGE, "looks": _READ, "words_per_second": AMOUNT}),
        "network": NAME,
        "peak_gpu_memory_gib": or_none(AMOUNT),
        "peak_memory_gib": or_none(AMOUNT),
        "resumed_after": any_number_of(COUNT, "whole numbers"),
        "right": Kind(
            lambda value: isinstance(value, str) and bool(re.fullmatch("([0-9a-f]{2})+", value)),
            "bits as hexadecimal digits",
        ),
        "seconds_preparing": AMOUNT,
        "seconds_to_test": AMOUNT,
        "test_accuracy_last_words": Object({"words": COUNT, "accuracy": FRACTION}),
        "test_accuracy_without_duplicates": or_none(FRACTION),
        "test_seconds": AMOUNT,
        "uses": _OBJECTS,
        "val_accuracy_float32": FRACTION,
        "val_accuracy_without_duplicates": or_none(FRACTION),
        "validation_in_unlabelled": COUNT,
        "weights_checksum": NAME,
    },
)
REQUIRED, OPTIONAL = tuple(RECORD.has), tuple(RECORD.may_have)


def check(record: Any) -> None:
    """Check that a record has all that tables and plots need, and that each entry has its type and range.

    An entry that not every record has is checked, too, where it is there.

    Raises
    ------
    ValueError
        which names the first entry that is not so, says what came and what was expected.
    """
    check_shape(record, RECORD)
    _check_history(record["history"])
    epochs = len(record["history"]["loss"])
    if record["best_epoch"] > epochs:
        raise ValueError(f"best_epoch: got {record['best_epoch']}, expected from 1 to {epochs}")
    best = record["history"]["val_accuracy"][record["best_epoch"] - 1]
    if abs(best - record["val_accuracy"]) > NEAR:
        raise ValueError(f"val_accuracy: got {record['val_accuracy']}, expected {best}, as in its history")
    _check_test(record)
    _check_right(record)


def _check_test(record: dict[str, Any]) -> None:
    """All figures on test reviews or none, and the accuracy that follows from the confusion."""
    tested = record["test_accuracy"] is not None
    for key in ("test_loss", "confusion", "calibration_error", "duplicates"):
        if (record[key] is not None) != tested:
            expected = "a value, as for" if tested else "null, as for"
            raise ValueError(f"{key}: got {str(record[key])[:60]}, expected {expected} test_accuracy")
    without, seen = (
        record.get(key) for key in ("test_accuracy_without_duplicates", "duplicates_of_unlabelled")
    )
    if without is not None and (seen is None or not tested):
        raise ValueError(
            f"test_accuracy_without_duplicates: got {without}, expected duplicates_of_unlabelled and "
            "test_accuracy beside it"
        )
    if not tested:
        return
    confusion, reviews = record["confusion"], record["reviews"]["test"]
    if sum(confusion.values()) != reviews or not reviews:
        raise ValueError(f"confusion: got {sum(confusion.values())} reviews, expected {reviews}, 1 or more")
    right = (confusion["true_negative"] + confusion["true_positive"]) / reviews
    if abs(right - record["test_accuracy"]) > NEAR:
        expected = f"{right:.6f}, as in confusion"
        raise ValueError(f"test_accuracy: got {record['test_accuracy']}, expected {expected}")


def _check_right(record: dict[str, Any]) -> None:
    """As many bits as there are validation reviews, and as many of them 1 as the accuracy says."""
    if "right" not in record:
        return
    digits, reviews, accuracy = record["right"], record["reviews"]["validation"], record["val_accuracy"]
    if len(digits) != 2 * -(-reviews // 8):
        raise ValueError(f"right: got {4 * len(digits)} bits, expected those of {reviews} reviews")
    count = int(digits, 16).bit_count()
    if abs(count / reviews - accuracy) > NEAR + 1 / reviews:
        raise ValueError(f"right: got {count} of {reviews}, expected {accuracy}, as in val_accuracy")


def _check_history(history: dict[str, Any]) -> None:
    """One value an epoch; of the seconds there may be fewer, as where an older version went on."""
    for key, values in history.items():
        kind = FRACTION if "accuracy" in key else AMOUNT if key in _CLOCKS else NUMBER
        check_shape(values, Several(kind), f"history.{key}")
    epochs = len(history["val_accuracy"])
    for key, values in history.items():
        fewer = key in ("seconds", "processor_seconds") and len(values) < epochs
        if len(values) != epochs and not fewer:
            raise ValueError(f"history.{key}: got {len(values)} values, expected {epochs}, one an epoch")
