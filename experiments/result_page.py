"""docs/results.md: what the records say, beside published figures."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from experiments import recall_tables, result_parts, result_race
from experiments.result_ideas import ideas, paired, pretraining
from experiments.result_pictures import EPOCHS, IDEAS, TIME, by_recipe
from lstm_teach.sentiment.evaluation import CALIBRATION_BINS
from lstm_teach.sentiment.records import Record
from lstm_teach.sentiment.tables import table


class Results(NamedTuple):
    """Everything that the page is made from.

    Attributes
    ----------
    records : of full runs
    ablations : of the small runs that differ in one idea each
    race : what `read_race` gives, or None
    readings : of the test reviews, what `read_readings` gives
    course_on_gpu : `course` on a graphics card, or None
    ideas : of the small runs that are compared review by review
    """

    records: Sequence[Record]
    ablations: Sequence[Record] = ()
    race: Mapping[str, Any] | None = None
    readings: Sequence[Mapping[str, Any]] = ()
    course_on_gpu: Mapping[str, Any] | None = None
    ideas: Sequence[Record] = ()


def page(results: Results) -> str:
    """Return the whole of docs/results.md."""
    full = [one for one in results.records if one["corpus"] == "imdb" and one["limit"] is None]
    by_film = [one for one in full if one["recipe"] == "film_only"]
    tested = [one for one in full if one["test_accuracy"] is not None]
    untested = [one for one in full if one["test_accuracy"] is None and one not in by_film]
    new, old = ([one for one in tested if (one["split"] == "random") is before] for before in (False, True))
    parts = ["# Results on IMDB", "<!-- made by python -m experiments results from records; do not edit -->"]
    parts += _main_table(new)
    on_gpu = [one for one in new if one["recipe"] == "gpu_vat"]
    if on_gpu and results.course_on_gpu:
        parts += result_parts.graphics_card(on_gpu[0], results.course_on_gpu)
    if by_film:
        parts += result_parts.films(by_film)
    if results.readings:
        parts += result_parts.readings(results.readings)
    if old:
        parts += _older_table(old)
    if tested:
        parts += [f"![{EPOCHS}](images/results-epochs.svg)", f"![{TIME}](images/results-time.svg)"]
    parts += result_parts.published()
    if pretrained := [one for one in tested if "language_model" in one]:
        parts += pretraining(pretrained)
    if results.race:
        parts += result_race.told(results.race)
    if results.ideas:
        parts += ["## What each idea brings", *paired(results.ideas)]
    if results.ablations:
        parts += ["## What each idea brought, older runs"]
        for several in by_recipe(results.ablations).values():
            parts += ideas(several)
        parts += [f"![{IDEAS}](images/results-ideas.svg)"]
    parts += _recall()
    if untested:
        parts += ["## Tried on validation reviews alone", table(untested).rstrip()]
    return "\n\n".join(parts) + "\n"


def _main_table(records: Sequence[Record]) -> list[str]:
    """What the runs say whose validation reviews are whole films."""
    told = [
        "Every line is made from run records in `data/runs`, one JSON file a run. The validation reviews are "
        "whole films, held back from the training half, so that no training review tells of their film. The "
        "test reviews are read once for each recipe and seed, with the weights of the best validation epoch; "
        "how often they have been read stands below. Changed: in what a run differs from the recipe of that "
        "name as it stands now. Several seeds: mean ± standard deviation. Seconds an epoch are of training "
        "alone, on a machine that may have had other work to do; the seconds of the processor in them, all "
        "cores together, depend less on that. The reading of unlabelled texts, a teacher and a predecessor "
        "are not in them; but `mixture` and `ensemble` have one epoch, with all epochs and all reading of "
        "their members. A difference below half a point may be chance.",
    ]
    if not records:
        return told
    return [
        *told,
        table(records).rstrip(),
        f"Calibration error: probabilities in {CALIBRATION_BINS} bins of equal width, mean distance from the "
        f"frequency of positive reviews. {result_parts.duplicates(records)}",
    ]


def _older_table(records: Sequence[Record]) -> list[str]:
    """What the runs say whose validation reviews were drawn at random, marked as such."""
    linear, ours = ([one for one in records if one["recipe"] == name] for name in ("bag_of_words", "course"))
    counted = [one for one in ours if one["settings"].get("log_count_ratios")]
    blank = [one for one in ours if not one["settings"].get("vectors") and one not in counted]
    ours = [one for one in ours if one not in counted + blank]
    return [
        "## Older runs, chosen on random validation reviews",
        "**These are not to be set beside the first table.** Their settings and epochs were chosen on "
        "validation reviews that share their films with the training reviews, and several forms of a recipe "
        "were read on the test reviews. The figures stand as they were measured. `reader` is here the reader "
        "of the labs, which was trained in another way, with a loss after every word "
        "(`experiments/reader.py`).",
        table(records).rstrip(),
        f"In these runs the test accuracy is {_gap(records)} points below the validation accuracy. It is not "
        f"the same for all: {_gap(linear)} for `bag_of_words`, {_gap(ours)} for `course` with word vectors, "
        f"{_gap(blank)} for `course` without word vectors, and {_gap(counted)} where counts made with the "
        f"labels stand in their place (`log_count_ratios`). {result_parts.duplicates(records)}",
    ]


def _recall() -> list[str]:
    """How far back the cells remember, from data/recall."""
    return [
        "## Who remembers for how long",
        "Flagged recall with the NumPy cells: mean accuracy of five seeds, and in brackets how many of them "
        "solved the task; chance is 25 %. All cells have the same learning rate, 0.005, and at most 3,000 "
        "updates; nothing was tuned. At other rates the order changes: "
        "[settings and more tables](../data/recall/README.md).",
        recall_tables.against_lag().rstrip(),
    ]


def _gap(records: Sequence[Record]) -> str:
    """By how much the test accuracy lies below the validation accuracy, in the mean."""
    gaps = [100 * (record["val_accuracy"] - record["test_accuracy"]) for record in records]
    return f"{statistics.fmean(gaps):.1f}" if gaps else "–"
