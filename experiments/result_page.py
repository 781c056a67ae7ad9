"""docs/results.md: what the records say, beside published figures."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from experiments import result_race
from experiments.result_ideas import ideas, pretraining
from experiments.result_pictures import EPOCHS, IDEAS, TIME, by_recipe
from lstm_teach.sentiment.evaluation import CALIBRATION_BINS
from lstm_teach.sentiment.records import Record
from lstm_teach.sentiment.tables import table

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
        "<!-- made by python -m experiments results from data/runs; do not edit -->",
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
        parts += pretraining(pretrained)
    if race:
        parts += result_race.told(race)
    if ablations:
        parts += ["## What each idea brings"]
        for several in by_recipe(ablations).values():
            parts += ideas(several)
        parts += [f"![{IDEAS}](images/results-ideas.svg)"]
    if untested:
        parts += ["## Tried on validation reviews alone", table(untested).rstrip()]
    return "\n\n".join(parts) + "\n"


def _gap(records: Sequence[Record]) -> str:
    """By how much the test accuracy lies below the validation accuracy, in the mean."""
    gaps = [100 * (record["val_accuracy"] - record["test_accuracy"]) for record in records]
    return f"{statistics.fmean(gaps):.1f}" if gaps else "–"


def _duplicates(records: Sequence[Record]) -> str:
    return ", ".join(sorted({f"{record['duplicates']:,}" for record in records})) or "none"
