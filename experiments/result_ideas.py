"""The parts of docs/results.md that compare small runs, and that tell what was learned before any label."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from experiments.ablations import IDEAS, SMALL
from experiments.pairs import compared as compared_pairs
from experiments.pairs import unpacked
from experiments.recipes import recipe
from experiments.result_pictures import changes, compared, difference
from lstm_teach.sentiment.kinds import settings_of
from lstm_teach.sentiment.recipes import changes_of
from lstm_teach.sentiment.records import Record
from lstm_teach.sentiment.tables import processor_seconds


def pretraining(records: Sequence[Record]) -> list[str]:
    """Return what LSTMs learned before they saw a label: a line a run, and what the first one expects."""
    lines = [
        "| recipe | changed | split | seed | words read | nats a word | perplexity | processor seconds "
        "| test accuracy |",
        "|---|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for record in records:
        learned = record["language_model"]
        cells = [
            record["recipe"],
            changes(record["changed"]) or "–",
            record["split"],
            str(record["seed"]),
            f"{len(learned['history']['loss']) * learned['words'] / 1e6:.1f} million",
            f"{learned['history']['loss'][-1]:.2f}",
            f"{learned['perplexity']:.0f}",
            f"{sum(learned['history']['processor_seconds']):,.0f}",
            f"{100 * record['test_accuracy']:.2f} %",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    expected = [
        f"| {text} … | {', '.join(f'{word} {100 * p:.0f} %' for word, p in words.items())} |"
        for text, words in records[0]["language_model"]["expects"].items()
    ]
    return [
        "## Read first, judge later",
        "These LSTMs first learned to predict each next word, forward and backward, with no label in sight "
        "(Dai and Le 2015); then they were trained as the others are. Perplexity: on validation reviews the "
        "forward LSTM is as unsure of the next word as if it chose among this many equally probable ones. (A "
        "few of these reviews also stand among the unlabelled texts.) `gpu_vat` has a larger vocabulary, "
        "with punctuation marks: its perplexity cannot be compared with these.",
        "\n".join(lines),
        "What the first of them expects after a text that we wrote:",
        "\n".join(["| text | the five words that it thinks most probable |", "|---|---|", *expected]),
    ]


def ideas(ablations: Sequence[Record]) -> list[str]:
    """Return explanation and table of the small runs: the first has the settings that all others share."""
    steps = compared(ablations)
    shared = steps[0][1]
    reviews = shared["reviews"]
    kept = shared["settings"] | settings_of(recipe(shared["recipe"]))  # older recipes had more settings
    lines = [
        "| changed | kept in the recipe | validation accuracy | points against the first | validation loss "
        "| parameters | processor seconds an epoch |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for changed, record in steps:
        full = {key: kept[key] for key in difference(record, shared) if key in kept}
        points = 100 * (record["val_accuracy"] - shared["val_accuracy"])
        best = record["best_epoch"] - 1
        lines.append(
            f"| {changed or 'nothing'} | {changes(full) or '–'} "
            f"| {100 * record['val_accuracy']:.2f} % | {points:+.2f} "
            f"| {record['history']['val_loss'][best]:.3f} | {record['parameters']:,} "
            f"| {processor_seconds(record) or 0:.0f} |"
        )
    return [
        f"The recipe `{shared['recipe']}` made small ({changes(shared['changed'])}), then one idea taken "
        f"out of it or put in, each trained once (seed {shared['seed']}) on {reviews['train']:,} reviews and "
        f"measured on {reviews['validation']:,} validation reviews; the test reviews were left alone. "
        "Kept is what the recipe has at its full size. With "
        f"one seed and so many reviews, differences below {_noise(shared):.1f} points may be chance. An "
        "older record: its "
        "validation reviews were drawn at random (`data/ablations`).",
        "\n".join(lines),
    ]


def _noise(record: Record) -> float:
    """Two standard errors of an accuracy in percentage points."""
    p = record["val_accuracy"]
    return 200 * (p * (1 - p) / record["reviews"]["validation"]) ** 0.5


def paired(records: Sequence[Record]) -> list[str]:
    """Return what each idea brings, by the records of `python -m experiments ablations`."""
    right: dict[str, dict[int, np.ndarray]] = defaultdict(dict)
    for record in records:
        row = json.dumps(record["changed"], sort_keys=True)
        right[row][record["seed"]] = unpacked(record["right"], record["reviews"]["validation"])
    lines = [
        "| what it shows | changed | seeds | validation accuracy | points (95 % interval) | lost | won |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    base = right[_row({})]
    for shows, changed in IDEAS:
        found = right.get(_row(changed), {})
        seeds = sorted(found.keys() & base.keys())
        if not seeds:
            continue
        accuracy = f"{100 * np.mean([found[seed] for seed in seeds]):.2f} %"
        pair = compared_pairs([base[seed] for seed in seeds], [found[seed] for seed in seeds])
        told = f"{pair.points:+.2f} ({pair.low:+.2f} to {pair.high:+.2f}) | {pair.lost} | {pair.won}"
        against = told if changed else "– | – | –"
        lines.append(f"| {shows} | {changes(changed) or '–'} | {len(seeds)} | {accuracy} | {against} |")
    return [
        "The recipe `course` made small (the last 200 words, 32 units), and the same with one idea taken out "
        "or "
        "put in, on validation reviews that are whole films; the test reviews were left alone. Points are "
        "against the first row, review by review: lost are reviews that only the first row is right on, won "
        "those that only this row is right on, both summed over the seeds. Where the interval holds 0, the "
        "difference may be chance. The intervals say what other reviews would give, not other seeds; and of "
        "twenty such intervals one does not hold 0 by chance.",
        "\n".join(lines),
    ]


def _row(changed: dict[str, object]) -> str:
    """The changes of a row as its record has them."""
    return json.dumps(changes_of(recipe("course", **SMALL | changed)), sort_keys=True)
