"""The part of docs/results.md that tells of the race."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from experiments.result_pictures import RACE
from lstm_teach.sentiment.tables import spread

AIM = 4  # times sooner than the published network that is quickest to train


def told(race: Mapping[str, Any]) -> list[str]:
    """Return explanation, table and picture of a race."""
    return [
        "## How much sooner",
        "**This record was made by an older protocol**: its validation reviews share their films with the "
        "training reviews, its ratios have no interval, and it was run again "
        "until a ratio was reached. The protocol of the next run, written before it, stands in "
        "`experiments/race.py`.",
        "What each took until its validation accuracy first reached that of the published models, all "
        "counted that a student waits for, from texts to the accuracy: one run of "
        "`python -m experiments race`, one after the other, seed by seed. Several seeds: means ± "
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


def race_table(race: Mapping[str, Any]) -> str:
    """Return what the race measured, as a Markdown table.

    Seconds are means ± standard deviations over the seeds, ratios those of means to the last recipe's.
    """
    lines = [
        "| recipe | seeds | validation accuracy | epochs | before training | processor seconds | ratio "
        "| seconds | ratio |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for run in race["runs"]:
        of_seeds = zip(*(seed["reached"] for seed in run["seeds"]), strict=True)
        for reached, each, last in zip(run["reached"], of_seeds, race["runs"][-1]["reached"], strict=True):
            cells = [run["recipe"], str(len(run["seeds"])), f"{100 * reached['accuracy']:.2f} %"]
            before = f"{run['beforehand']['processor_seconds']:.0f}"
            if reached["epochs"] is None:
                cells += ["never", before, *"––––"]
            else:
                cells += [f"{reached['epochs']:.2f}", before]
                for unit in ("processor_seconds", "seconds"):
                    ratio = f"{reached[unit] / last[unit]:.1f}" if last[unit] else "–"
                    if unit == "processor_seconds" and reached.get("ratio_interval"):
                        ratio += " ({:.1f} to {:.1f})".format(*reached["ratio_interval"])
                    cells += [spread(each, unit, 1, 0), ratio]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
