"""The parts of docs/results.md on the method: readings, films, published figures and runs, and a GPU."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from lstm_teach.sentiment.published import PUBLISHED
from lstm_teach.sentiment.records import Record
from lstm_teach.sentiment.tables import processor_seconds

# recipe: what was published, where it is from as far as that is known, how our records differ
REPRODUCED = {
    "bilstm_subword": (
        "84.06 % after epoch 5, 69.16 % after epoch 10",
        "a lesson's printed log of ten epochs; its validation reviews were the test reviews",
        "The published batches mix short and long reviews, and so does the recipe now. The record with "
        "`even_batches True` has batches of about equal length, and is not that run. The others differ from "
        "it in their validation reviews alone, as far as we know: these are whole films.",
    ),
    "two_lstm_words": (
        "about 83 % after 4 epochs",
        "a course's printed log, once as a subclass of `keras.Model` and once as a Sequential",
        "The published loop is unrolled (`unroll = True`); a loop that is not unrolled gives the same "
        "equations, and can use cuDNN. The records below that do not say so are not unrolled.",
    ),
    "deep_128_64": (
        "72 %",
        "an article, which names neither the learning rate nor the epochs",
        "Not settled. At Adadelta's rate of its paper (1.0) our runs have 69 to 78 % on validation reviews "
        "after epoch 2, and 86 to 87 % on test reviews after ten. At the rate that Keras begins with "
        "(0.001) they learn nothing. So an early stop could give 72 %.",
    ),
}


def readings(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return how often the test reviews were read: a line for each recipe."""
    of_recipe = defaultdict(list)
    for reading in found:
        of_recipe[reading["recipe"]].append(reading)
    lines = [
        "| recipe | readings | settings | seeds | before the split by film | since |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for recipe, several in sorted(of_recipe.items(), key=lambda item: -len(item[1])):
        settings = {str(sorted(one["changed"].items())) for one in several}
        old = sum(one["split"] == "random" for one in several)
        cells = [f"`{recipe}`", len(several), len(settings), len({one["seed"] for one in several}), old]
        lines.append(f"| {' | '.join(map(str, cells))} | {len(several) - old} |")
    old = sum(one["split"] == "random" for one in found)
    return [
        "## How often the test reviews were read",
        f"{len(found)} times so far, {old} of them before validation reviews were whole films. Each reading "
        "is a "
        "line of `data/test_readings.jsonl`, those too whose records later ones have replaced. Whoever reads "
        "often and keeps the best chooses by the test reviews. So settings of recipes are now chosen with "
        "these reviews shut: `python -m experiments train` reads them only with `--test`, once for a recipe "
        "and a seed. The networks of lesson 11 are an exception: they were read again while the lesson was "
        "changed. Its small one reads 2,000 of the test reviews.",
        "\n".join(lines),
    ]


def films(records: Sequence[Record]) -> list[str]:
    """Return what the film alone tells of validation reviews, by how these were chosen."""
    names = {"random": "drawn at random", "film": "whole films"}
    rows = [
        f"| {names[record['split']]} | {100 * record['val_accuracy']:.1f} % |"
        for record in sorted(records, key=lambda one: one["split"], reverse=True)
    ]
    return [
        "## What the film alone tells",
        "`film_only` reads no word: its answer is the majority label of the film's training reviews. Where "
        "validation reviews are drawn at random, most of their films have training reviews too, and a "
        "network "
        "is rewarded for knowing names. The test reviews are of other films (but for one). So the validation "
        "reviews of IMDB are whole films now, the same for every seed.",
        "\n".join(["| validation reviews | validation accuracy of `film_only` |", "|---|--:|", *rows]),
    ]


def published() -> list[str]:
    """Return published figures, and the published runs that were run again."""
    figures = [f"| {what} | {accuracy:g} % |" for what, accuracy in PUBLISHED.items()]
    runs = [
        f"| `{name}` | {said} | {source} | {differs} |"
        for name, (said, source, differs) in REPRODUCED.items()
    ]
    return [
        "## Published figures to set these beside",
        "\n".join(["| what, by whom | test accuracy |", "|---|--:|", *figures]),
        "## Published runs that were run again",
        "\n".join(
            [
                "| recipe | as published | source, as far as it is known | how our records differ |",
                "|---|---|---|---|",
                *runs,
            ]
        ),
    ]


def graphics_card(record: Record, course: Mapping[str, Any]) -> list[str]:
    """Return what was run on a graphics card, and what it does and does not show."""
    read, plain, epochs = record["language_models"], record["gpu_plain"], course["epochs"]
    card = record["hardware"]["accelerator"]
    best = max(look["val_accuracy"] for look in plain["looks"])
    each = "; ".join(
        f"epoch {k}: {100 * one['val_accuracy']:.2f} % on validation reviews, {one['seconds']:.1f} s, "
        f"{one['reviews_per_second']:,.0f} reviews a second"
        for k, one in enumerate(epochs, 1)
    )
    return [
        "## On a graphics card",
        f"`gpu_vat` (`python -m experiments.gpu train`) was run on one {card}: one seed, one reading of the "
        "test "
        f"reviews, {100 * record['test_accuracy']:.2f} % "
        f"({100 * record['test_accuracy_without_duplicates']:.2f} % without the "
        f"{record['duplicates'] + record['duplicates_of_unlabelled']} that it may have seen). It took "
        f"{record['seconds_to_test']:.0f} s until then; {read['seconds']:.0f} s of them went into two "
        "language models "
        f"({read['words_per_second'] / 1e6:.2f} million words a second, {read['looks'][-1]['epochs']:.1f} "
        "epochs, "
        f"perplexity {read['looks'][-1]['val_perplexity']:.1f} on validation reviews).",
        "A second classifier began with the same language models and had the cross-entropy alone: no "
        "adversarial loss, no virtual adversarial loss, no entropy, and so no unlabelled reviews. Its best "
        f"validation accuracy was {100 * best:.2f} %, that of `gpu_vat` "
        f"{100 * record['val_accuracy']:.2f} %: a few of 2,500 reviews, with one seed, so it may be chance. "
        "The protocol, written before the run, had the test reviews read by `gpu_vat` alone.",
        f"`course` on the same card, without a reading of the test reviews ({course['device']}): {each}. Its "
        "loss curve is in `data/gpu/course.json`.",
    ]


def duplicates(records: Sequence[Record]) -> str:
    """Return how many test and validation reviews were seen before, and what they change."""
    known = [one for one in records if one.get("test_accuracy_without_duplicates") is not None]
    counts = sorted({f"{one['duplicates']:,}" for one in records})
    seen = ", ".join(counts) or "none"
    text = f"Of the test reviews, {seen} also occur, letter for letter, in the training half"
    if not known:
        return text + "."
    most = max(abs(one["test_accuracy"] - one["test_accuracy_without_duplicates"]) for one in known)
    at_most = math.ceil(1e4 * most) / 100  # in points, to the second place
    unlabelled = sorted({f"{one['duplicates_of_unlabelled']:,}" for one in known})
    return (
        f"{text}, and {', '.join(unlabelled)} others in the unlabelled texts. They are counted here; in no "
        f"record of the split by film do they change the accuracy by more than {at_most:.2f} points "
        "(`test_accuracy_without_duplicates`)."
    )


def seconds_of(record: Record) -> float:
    """Return the seconds of the whole training: of the processor, or by the clock if it has no other."""
    if "seconds_to_test" in record:
        return record["seconds_to_test"]
    read = record["language_model"]["history"]["processor_seconds"] if "language_model" in record else ()
    an_epoch = processor_seconds(record) or record["seconds_per_epoch"]
    return sum(read) + an_epoch * len(record["history"]["val_loss"])
