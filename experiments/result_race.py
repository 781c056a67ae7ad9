"""The part of docs/results.md that tells of the race."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from experiments.result_pictures import RACE
from lstm_teach.sentiment.tables import spread


def told(race: Mapping[str, Any]) -> list[str]:
    """Return explanation, table and picture of a race."""
    return [
        "## How much sooner",
        "The table says how long each recipe took until its validation accuracy first reached the test "
        "accuracy of the published models. Everything that a student waits for is counted, from the texts "
        "on. The protocol was written before the "
        "run, in `experiments/race.py`; it was run once, one after the other and seed by seed, on a "
        "processor core that it had for itself, and its figures stand as they came. The validation reviews "
        "are whole films. Several seeds: means ± standard deviations over seeds "
        f"{', '.join(map(str, race['seeds']))}; a seed that never arrived leaves its recipe without a mean. "
        f"A look at the validation reviews came whenever {100 * race['spacing']:.0f} % more seconds had "
        "gone by than at the one before; looks do not count. Never: not within four passes through the "
        "reviews, or the recipe's epochs.",
        "The published two stand there as published, and with a handicap removed: `bilstm_subword` also with "
        "reviews of about equal length in a batch, `two_lstm_words` also not unrolled. One handicap is ours: "
        "the last, smaller batch of a pass lets the unrolled loop be built anew, some 11 seconds each time; "
        "the published program drops that batch. `course` also has "
        "counts in the place of word vectors; what that is worth on test reviews is among the older runs. "
        "`course` begins with its shortest reviews, which cost least (`short_first`), and its learning rate "
        "rises soon (`warm_up`). Ratios are to the recipe of the last line, with the 95 % interval of a "
        "bootstrap over the seeds; it knows the seeds alone, not another machine. Before training: the "
        "processor seconds in which texts become ids, a recipe counts what it counts in them, and the "
        "network is built.",
        race_table(race).rstrip(),
        f"![{RACE}](images/results-race.svg)",
    ]


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
                arrived = sum(one["epochs"] is not None for one in each)
                cells += [f"{arrived} of {len(each)} seeds" if arrived else "never", before, *"––––"]
            else:
                cells += [f"{reached['epochs']:.2f}", before]
                for unit in ("processor_seconds", "seconds"):
                    ratio = f"{reached[unit] / last[unit]:.1f}" if last[unit] else "–"
                    if unit == "processor_seconds" and reached.get("ratio_interval"):
                        ratio += " ({:.1f} to {:.1f})".format(*reached["ratio_interval"])
                    cells += [spread(each, unit, 1, 0), ratio]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
