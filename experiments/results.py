"""Make docs/results.md and its plots from the run records in data/runs and data/ablations.

    python -m tools.make_results            write them
    python -m tools.make_results --check    name what is stale, change nothing, and exit with 1 if anything is

Our figures come from the records. The published ones to set them beside are listed here with their source.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lstm_teach.sentiment.evaluation import CALIBRATION_BINS
from lstm_teach.sentiment.recipes import recipe, settings_of
from lstm_teach.sentiment.records import (
    Record,
    ablations_dir,
    processor_seconds,
    race_table,
    read_race,
    read_records,
    table,
)
from tools import results_pictures
from tools.results_pictures import (
    EPOCHS,
    IDEAS,
    RACE,
    TIME,
    by_recipe,
    changes,
    compared,
    difference,
    pictures,
)

ROOT = Path(__file__).resolve().parent.parent
AIM = 4  # times sooner than the published network that is quickest to train
# (what, accuracy in % on the test reviews, source)
PUBLISHED = (
    (
        "Keras' own example, two bidirectional LSTMs, 2 epochs; validated on the test reviews",
        84.3,
        "keras.io",
    ),
    ("supervised LSTM", 86.5, "Dai and Le 2015"),
    ("NBSVM with pairs of words, no network", 91.2, "Wang and Manning 2012"),
    ("LSTM pretrained on unlabelled reviews (SA-LSTM)", 92.8, "Dai and Le 2015"),
    ("oh-LSTM with unlabelled reviews", 94.1, "Johnson and Zhang 2016"),
    ("pretrained LSTM, virtual adversarial training", 94.1, "Miyato et al. 2017"),
)


def page(
    records: Sequence[Record], ablations: Sequence[Record] = (), race: Mapping[str, Any] | None = None
) -> str:
    """The whole of docs/results.md: full runs, small ones that differ in one idea each, and a race."""
    full = [record for record in records if record["corpus"] == "imdb" and record["limit"] is None]
    tested = [record for record in full if record["test_accuracy"] is not None]
    untested = [record for record in full if record["test_accuracy"] is None]
    linear, ours = ([r for r in tested if r["recipe"] == name] for name in ("bag_of_words", "course"))
    counted = [r for r in ours if r["settings"].get("log_count_ratios")]
    blank = [r for r in ours if not r["settings"].get("vectors") and r not in counted]
    ours = [r for r in ours if r not in counted + blank]
    parts = [
        "# Results on IMDB",
        "<!-- made by tools/make_results.py from data/runs; do not edit -->",
        "Every line is made from run records in `data/runs`, one JSON file a run. Settings were chosen on "
        "validation reviews, held back from the training half; the test reviews were measured once, "
        "with the weights of the best validation epoch. Changed: in what a run differs from the recipe of "
        "that name as it stands now. Several seeds: mean ± standard deviation. Seconds an "
        "epoch are of training alone, on a machine that may have had other work to do; the seconds of the "
        "processor in them, all cores together, depend less on that.",
        table(tested).rstrip(),
        "The validation reviews are drawn from the training half, whose films they share, and the test "
        f"reviews are of other films: in these runs {_gap(tested)} points less. It is not the same for all: "
        f"{_gap(linear)} for `bag_of_words`, {_gap(ours)} for `course`, {_gap(blank)} for `course` without "
        f"word vectors, and {_gap(counted)} where counts made with the labels stand in their place "
        "(`log_count_ratios`). "
        f"Calibration error: probabilities in {CALIBRATION_BINS} bins of equal width, mean distance from the "
        "frequency of positive reviews. Of the test reviews, "
        f"{_duplicates(tested)} also occur, letter for letter, in the "
        "training half; they are counted here.",
        f"![{EPOCHS}](images/results-epochs.svg)",
        f"![{TIME}](images/results-time.svg)",
        "## Published figures to set these beside",
        "| what | test accuracy | source |\n|---|--:|---|\n"
        + "\n".join(f"| {what} | {accuracy:.1f} % | {source} |" for what, accuracy, source in PUBLISHED),
    ]
    pretrained = [record for record in tested if "language_model" in record]
    if pretrained:
        parts += _pretraining(pretrained)
    if race:
        parts += [
            "## How much sooner",
            "What each took until its validation accuracy first reached that of the published models, all "
            "counted that a student waits for, from texts to the accuracy: one run of "
            "`benchmarks/time_to_accuracy.py`, one after the other, seed by seed. Several seeds: means ± "
            f"standard deviations over seeds {', '.join(map(str, race['seeds']))}. A look at the validation "
            f"reviews came whenever {100 * race['spacing']:.0f} % more seconds had gone by than at the one "
            "before. The published two are trained as published; `bilstm_subword` also with reviews of "
            "about equal length in a batch, and `course` also with counts in the place of word vectors; "
            "what that is worth on test reviews is in the first table. `course` begins with its shortest "
            "reviews, which cost least (`short_first`), and its learning rate rises soon (`warm_up`); what "
            "these are worth in a small network is in the table after this one. Ratios are to the recipe of "
            "the last line. Processor seconds count less of other work on the machine than seconds by the "
            "clock; the ratios differ from run to run all the same, since machines are never quite quiet. "
            "Before training: the processor seconds in which texts become ids, a recipe counts what it "
            "counts in them, and the network is built.",
            race_table(race).rstrip(),
            *_limits(race),
            f"![{RACE}](images/results-race.svg)",
        ]
    if ablations:
        parts += ["## What each idea brings"]
        for several in by_recipe(ablations).values():
            parts += _ideas(several)
        parts += [f"![{IDEAS}](images/results-ideas.svg)"]
    if untested:
        parts += ["## Tried on validation reviews alone", table(untested).rstrip()]
    return "\n\n".join(parts) + "\n"


def _limits(race: Mapping[str, Any]) -> list[str]:
    """Where `course` is not as many times sooner than the quickest published network as was aimed at."""
    runs = {run["recipe"]: run for run in race["runs"]}
    theirs, ours = (runs.get(name) for name in ("two_lstm_words, unroll True", "course"))
    if not theirs or not ours:
        return []
    missed = [whole for _, whole, took in _marks(theirs, ours) if not took or whole / took < AIM]
    if not missed:
        return []
    before, preparing = (run["beforehand"]["processor_seconds"] for run in (theirs, ours))
    whole = missed[0]
    counted = runs.get("course, vectors None, log_count_ratios True")
    instead = f" With counts in their place it is {_sooner(theirs, counted)}." if counted else ""
    return [
        f"Our aim against `two_lstm_words` was {AIM} times sooner; it is {_sooner(theirs, ours)}. Its "
        f"{whole:.0f} seconds divided by {AIM} are {whole / AIM:.0f}; making ids, which both do, takes "
        f"{before:.0f}, and `course`, which learns word vectors first, has spent {preparing:.0f} before it "
        f"trains.{instead} So short a race is won by whoever prepares least; the table at the top shows what "
        "the vectors are for."
    ]


def _marks(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> list[tuple[float, float, float | None]]:
    """Each accuracy in % that theirs reached, and the processor seconds of both; None: ours never did."""
    return [
        (100 * their["accuracy"], their["processor_seconds"], our["processor_seconds"])
        for their, our in zip(theirs["reached"], ours["reached"], strict=True)
        if their["processor_seconds"]
    ]


def _sooner(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> str:
    """How many times sooner at each accuracy."""
    marks = _marks(theirs, ours)
    return " and ".join(
        f"{whole / took:.1f} at {accuracy:.2f} %" if took else f"never at {accuracy:.2f} %"
        for accuracy, whole, took in marks
    )


def _pretraining(records: Sequence[Record]) -> list[str]:
    """What LSTMs learned before they saw a label: a line a run, and what the first one expects."""
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


def _ideas(ablations: Sequence[Record]) -> list[str]:
    """Explanation, table and picture of the small runs: the first has the settings that all others share."""
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
        "`tools/run_ablations.py`, from records in `data/ablations`.",
        "\n".join(lines),
    ]


def _noise(record: Record) -> float:
    """Two standard errors of an accuracy in percentage points."""
    p = record["val_accuracy"]
    return 200 * (p * (1 - p) / record["reviews"]["validation"]) ** 0.5


def outputs(
    records: Sequence[Record], ablations: Sequence[Record] = (), race: Mapping[str, Any] | None = None
) -> dict[Path, str]:
    """The text of every file, by its path below docs."""
    made = {Path("results.md"): page(records, ablations, race)}
    stamp = _stamp(records, ablations, race)
    for name, picture in pictures(records, ablations, race).items():
        made[Path("images") / name] = f"{picture.document}<!-- {stamp} -->\n"
    return made


def stale(
    records: Sequence[Record],
    docs: Path,
    ablations: Sequence[Record] = (),
    race: Mapping[str, Any] | None = None,
) -> list[Path]:
    """The files that records or this script have outgrown.

    Pictures are compared by the stamp in them, since another release of Matplotlib draws other bytes.
    """
    found = []
    for path, text in outputs(records, ablations, race).items():
        there = (docs / path).read_text(encoding="utf-8") if (docs / path).exists() else ""
        fresh = _stamp(records, ablations, race) in there if path.suffix == ".svg" else there == text
        if not fresh:
            found.append(path)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Write, or check; 1 if a check found something stale."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 if a file is stale")
    parser.add_argument("--runs", type=Path, help="the folder of the records (default: data/runs)")
    parser.add_argument("--ablations", type=Path, help="that of the small runs (default: data/ablations)")
    parser.add_argument("--race", type=Path, help="that of the race (default: data/time_to_accuracy.json)")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs", help="where to write (default: docs)")
    args = parser.parse_args(arguments)
    records, ablations = read_records(args.runs), read_records(args.ablations or ablations_dir())
    race = read_race(args.race)
    if args.check:
        found = stale(records, args.docs, ablations, race)
        for path in found:
            print(f"stale: docs/{path.as_posix()}; run: python -m tools.make_results", file=sys.stderr)
        return 1 if found else 0
    for path, text in outputs(records, ablations, race).items():
        (args.docs / path).parent.mkdir(parents=True, exist_ok=True)
        (args.docs / path).write_text(text, encoding="utf-8", newline="\n")
        print(f"written: docs/{path.as_posix()}")
    return 0


def _gap(records: Sequence[Record]) -> str:
    """By how much the test accuracy lies below the validation accuracy, in the mean."""
    gaps = [100 * (record["val_accuracy"] - record["test_accuracy"]) for record in records]
    return f"{statistics.fmean(gaps):.1f}" if gaps else "–"


def _duplicates(records: Sequence[Record]) -> str:
    return ", ".join(sorted({f"{record['duplicates']:,}" for record in records})) or "none"


def _stamp(
    records: Sequence[Record], ablations: Sequence[Record], race: Mapping[str, Any] | None = None
) -> str:
    data = json.dumps([records, ablations, race], sort_keys=True)
    made_from = data + Path(results_pictures.__file__).read_text(encoding="utf-8")
    return f"made from {hashlib.sha256(made_from.encode()).hexdigest()}"


if __name__ == "__main__":
    sys.exit(main())
