"""The parts of docs/results.md that compare small runs, and that tell what was learned before any label."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.recipes import recipe
from experiments.result_pictures import changes, compared, difference
from lstm_teach.sentiment.kinds import settings_of
from lstm_teach.sentiment.records import Record
from lstm_teach.sentiment.tables import processor_seconds


def pretraining(records: Sequence[Record]) -> list[str]:
    """Return what LSTMs learned before they saw a label: a line a run, and what the first one expects."""
    lines = [
        "| recipe | changed | seed | words read | nats a word | perplexity | processor seconds "
        "| test accuracy |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for record in records:
        learned = record["language_model"]
        cells = [
            record["recipe"],
            changes(record["changed"]) or "–",
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
        "(Dai and Le 2015); then they were trained as the others are. Perplexity: between how many words the "
        "forward one wavers, on validation reviews that it has not read.",
        "\n".join(lines),
        "What the first of them expects after a text that we wrote:",
        "\n".join(["| text | the five words that it thinks most probable |", "|---|---|", *expected]),
    ]


def ideas(ablations: Sequence[Record]) -> list[str]:
    """Return explanation and table of the small runs: the first has the settings that all others share."""
    steps = compared(ablations)
    shared = steps[0][1]
    reviews = shared["reviews"]
    kept = settings_of(recipe(shared["recipe"]))
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
        f"one seed and so many reviews, differences below {_noise(shared):.1f} points may be chance. Made by "
        "`python -m experiments ablations`, from records in `data/ablations`.",
        "\n".join(lines),
    ]


def _noise(record: Record) -> float:
    """Two standard errors of an accuracy in percentage points."""
    p = record["val_accuracy"]
    return 200 * (p * (1 - p) / record["reviews"]["validation"]) ** 0.5
