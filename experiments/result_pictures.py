"""The pictures of docs/results.md, made from run records."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from matplotlib import pyplot, rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.result_parts import seconds_of
from lstm_teach import figures
from lstm_teach.plotting import SERIES, Picture
from lstm_teach.sentiment.records import Record
from lstm_teach.sentiment.tables import group

MARKERS = "osD^vP*"  # beside the seven looks of a series, so that 49 recipes differ
TICKS = (3, 10, 30, 100, 300, 1_000, 3_000)  # seconds
EPOCHS = "Validation accuracy against epochs, one line a run"
TIME = "Test accuracy against seconds of training, one mark a run"
RACE = "Validation accuracy against processor seconds, a line a seed, a colour a recipe"
IDEAS = "Points of validation accuracy that each change to `course` brings or costs"


def pictures(
    records: Sequence[Record], ablations: Sequence[Record] = (), race: Mapping[str, Any] | None = None
) -> dict[str, Picture]:
    """Return the pictures by their file names."""
    with rc_context():  # the style is theirs alone
        figures.use_style()
        drawn = {
            "results-epochs.svg": (epochs(records), EPOCHS),
            "results-time.svg": (time(records), TIME),
        }
        if ablations:
            drawn["results-ideas.svg"] = (ideas(ablations), IDEAS)
        if race:
            drawn["results-race.svg"] = (sooner(race), RACE)
        made = {name: figures.picture(fig, alt) for name, (fig, alt) in drawn.items()}
    for fig, _ in drawn.values():
        pyplot.close(fig)
    return made


def epochs(records: Sequence[Record]) -> Figure:
    """Return a plot of the validation accuracy after each epoch: a line for each run."""
    fig, axes = _axes(records)
    small = {"linewidth": 1, "markersize": 4}
    for several, look in _looks(records):
        for record in several:
            accuracy = [100 * value for value in record["history"]["val_accuracy"]]
            named = {"label": label(record)} if record is several[0] else {}
            at = record["history"].get("epochs", range(1, len(accuracy) + 1))
            axes.plot(at, accuracy, **look | small | named)
    axes.set(xlabel="epoch", ylabel="validation accuracy in %")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    return _with_legend(fig)


def time(records: Sequence[Record]) -> Figure:
    """Return a plot of the test accuracy against what the training took: a mark for each run."""
    fig, axes = _axes(records)
    for several, look in _looks(records):
        tested = [record for record in several if record["test_accuracy"] is not None]
        if tested:
            accuracy = [100 * record["test_accuracy"] for record in tested]
            seconds = [seconds_of(record) for record in tested]
            axes.plot(seconds, accuracy, **look | {"linestyle": "none", "label": label(tested[0])})
    axes.set(xlabel="seconds of training: of the processor, where measured", ylabel="test accuracy in %")
    _seconds(axes)
    return _with_legend(fig)


def ideas(ablations: Sequence[Record]) -> Figure:
    """Return a bar for each change, in points of validation accuracy."""
    (_, shared), *others = compared(by_recipe(ablations)["course"])
    fig, axes = pyplot.subplots(figsize=(11, 1 + 0.3 * len(others)))
    points = [100 * (record["val_accuracy"] - shared["val_accuracy"]) for _, record in others]
    axes.barh([changed for changed, _ in others], points, color=figures.colour(0))
    axes.axvline(0, color="black", linewidth=1)
    axes.set(xlabel=f"points of validation accuracy, against {100 * shared['val_accuracy']:.1f} %")
    axes.invert_yaxis()
    return fig


def sooner(race: Mapping[str, Any]) -> Figure:
    """Return a plot of the validation accuracy against what it took: a line for each seed."""
    fig, axes = pyplot.subplots(figsize=(11, 6))
    for goal in race["runs"][-1]["reached"]:
        axes.axhline(100 * goal["accuracy"], color="black", linewidth=0.8, alpha=0.4)
    for k, run in enumerate(race["runs"]):
        for one in run["seeds"]:
            accuracy = [100 * value for value in one["looks"]["accuracy"]]
            named = {"label": run["recipe"]} if one is run["seeds"][0] else {}
            seconds = one["looks"]["processor_seconds"]
            axes.plot(seconds, accuracy, **figures.line(k, linewidth=1.5), **named)
    axes.set(xlabel="processor seconds since the first text was read", ylabel="validation accuracy in %")
    _seconds(axes)
    return _with_legend(fig)


def by_recipe(ablations: Sequence[Record]) -> dict[str, list[Record]]:
    """Return the small runs of each recipe."""
    found: dict[str, list[Record]] = {}
    for record in ablations:
        found.setdefault(record["recipe"], []).append(record)
    return found


def compared(ablations: Sequence[Record]) -> list[tuple[str, Record]]:
    """Return what was changed, and the run: first the one to compare with, then the worst change first.

    The first is the one from which all others differ least.
    """
    shared = min(ablations, key=lambda one: sum(len(difference(other, one)) for other in ablations))
    others = [record for record in ablations if record is not shared]
    others.sort(key=lambda record: record["val_accuracy"])
    return [(changes(difference(record, shared)), record) for record in (shared, *others)]


def difference(record: Record, other: Record) -> dict[str, object]:
    """Return the settings of a record that are not those of the other."""
    return {key: value for key, value in record["settings"].items() if other["settings"].get(key) != value}


def changes(changed: Mapping[str, object]) -> str:
    """Return changed settings in words."""
    told = {k: " + ".join(map(str, v)) if isinstance(v, list) else v for k, v in changed.items()}
    return ", ".join(f"{key} {value}" for key, value in told.items())


def label(record: Record) -> str:
    """Return a line of a legend of two columns, or more lines where one would push the other column out."""
    changed = changes(record["changed"] | ({"split": "random"} if record["split"] == "random" else {}))
    return textwrap.fill(record["recipe"] + (f" ({changed})" if changed else ""), 56)


def _full(records: Sequence[Record]) -> list[list[Record]]:
    """Return the full runs on IMDB that read words, those that differ in their seeds alone together."""
    full = [one for one in records if one["corpus"] == "imdb" and one["limit"] is None]
    return list(group([one for one in full if one["recipe"] != "film_only"]))


def _looks(records: Sequence[Record]) -> Iterator[tuple[list[Record], dict[str, Any]]]:
    """Yield the runs of one kind, and how they are drawn."""
    for k, several in enumerate(_full(records)):
        yield several, figures.line(k, marker=MARKERS[k // len(SERIES) % len(MARKERS)])


def _axes(records: Sequence[Record]) -> tuple[Figure, Axes]:
    """Return a figure with room for a legend of all kinds of runs in two columns, and its axes."""
    return pyplot.subplots(figsize=(11.5, 5 + 0.27 * -(-len(_full(records)) // 2)))


def _with_legend(fig: Figure) -> Figure:
    """Return the figure with its legend below the plot."""
    fig.legend(loc="outside lower left", ncols=2, fontsize="small")
    return fig


def _seconds(axes: Axes) -> None:
    """Mark on a logarithmic axis the seconds that the data reach."""
    axes.set_xscale("log", subs=())
    low, high = axes.get_xlim()
    reached = [tick for tick in TICKS if low <= tick <= high]
    axes.set_xticks(reached, [f"{tick:,}" for tick in reached])
