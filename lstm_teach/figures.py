"""Charts that students draw themselves: matplotlib in the course's colours and line styles.

    figures.use_style()
    fig, axes = plt.subplots()
    axes.plot(step, trace.f[0, :, unit], **figures.line("f"))
    axes.set(xlabel="step", ylabel="value")
    figures.show(fig, alt="The forget gate stays near 1 until step 12, then falls to 0.2.")

JupyterLab shows a figure of matplotlib as an image without an alternative text, in which no colour can follow
the theme. `show` puts the SVG itself into the page: black becomes the ink of the reader's theme, white its
ground, and text stays text. `show_table` puts a wide table into a box that the keyboard can scroll.
"""

import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from html import escape
from types import MappingProxyType
from typing import Any

from cycler import cycler
from matplotlib import pyplot, rc_context, rcParams, style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lstm_teach.plotting import GROUND, INK, SERIES, Picture, Stroke, stroke

BLACK, WHITE = "#000000", "#ffffff"
THEME = {BLACK: INK, WHITE: GROUND}
POINTS_PER_INCH = 72
MARKERS = "osD^vP*"  # beside the seven looks of a series
# The empty lines end the HTML for a moment: what stands between them is read as Markdown.
BOX = '<div role="region" tabindex="0" aria-label="{}" style="overflow-x: auto">\n\n{}\n\n</div>\n'


def use_style() -> None:
    """Draw all figures from here on in the course's style, lines in the order of `plotting.SERIES`."""
    style.use("lstm_teach.course")
    looks = [line(look) for look in SERIES]
    rcParams["axes.prop_cycle"] = cycler(
        color=[look["color"] for look in looks], linestyle=[look["linestyle"] for look in looks]
    )


def colour(like: str | int | Stroke) -> str:
    """Return the colour of a quantity in the labs ("f", "c_tilde", "LSTM"), or of the k-th of a series.

    ValueError for a name that is not in `plotting.STROKES`.
    """
    chosen = stroke(like).colour
    return chosen if chosen.startswith("#") else BLACK  # the others are the theme's


def line(like: str | int | Stroke, **more: Any) -> dict[str, Any]:
    """Return what `axes.plot` needs to draw a quantity as the labs do; `more` adds to it or replaces parts.

    ValueError for a name that is not in `plotting.STROKES`.
    """
    look = stroke(like)
    dashes = [float(length) / look.width for length in look.dash.split()]  # matplotlib counts in line widths
    linestyle = (0, tuple(dashes)) if dashes else "-"
    drawn = {"color": colour(look), "linestyle": linestyle, "linewidth": look.width}
    return drawn | ({"label": look.label} if look.label else {}) | more


def bars(
    rows: Mapping[str, float], xlabel: str, chance: float, form: str = "{:.0%}", **how: Any
) -> tuple[Figure, Axes]:
    """Return a figure with one bar for each name, the first at the top, and its axes.

    Each value, a fraction from 0 to 1, stands beside its bar as `form` writes it. A line marks `chance`.
    `how` goes to matplotlib's `barh`, such as `xerr=0.035` or `color=…`. ValueError if there are no rows.
    """
    if not rows:
        raise ValueError("rows: got none, expected a fraction for each name")
    fig, axes = pyplot.subplots(figsize=(12, 1.2 + 0.55 * len(rows)))
    drawn = axes.barh(list(rows), list(rows.values()), **how)
    axes.bar_label(drawn, [form.format(value) for value in rows.values()], padding=4)
    axes.axvline(chance, **line("bound", label="chance"))
    axes.invert_yaxis()
    axes.set(xlim=(0, 1.2), xlabel=xlabel)
    axes.legend(loc="lower right")
    return fig, axes


def dots(
    rows: Mapping[str, Sequence[float]],
    xlabel: str,
    series: Sequence[int] | None = None,
    height: float = 4.0,
    levels: Mapping[str, float] = MappingProxyType({}),
) -> tuple[Figure, Axes]:
    """Return a figure with one row of dots for each name, the first at the top, and its axes.

    A name stands beside the dots of its row, on the side that has more room. Row k has the colour and the
    shape of `series[k]`, or of 0. Each of `levels` is a line from top to bottom with its name above.
    `height` is in inches.

    ValueError if a row has no numbers, or if `series` has not one number for each row.
    """
    series = [0] * len(rows) if series is None else series
    if len(series) != len(rows):
        raise ValueError(f"series: got {len(series)} numbers, expected one for each of {len(rows)} rows")
    if not rows or not all(map(len, rows.values())):
        raise ValueError(f"rows: got {dict(rows)}, expected one or more numbers for each name")
    fig, axes = pyplot.subplots(figsize=(12, height))
    for row, (values, k) in enumerate(zip(rows.values(), series, strict=True)):
        marker = MARKERS[k % len(MARKERS)]
        axes.plot(values, [row] * len(values), marker, color=colour(k), clip_on=False, zorder=3)
    for name, at in levels.items():
        axes.axvline(at, color=BLACK, linewidth=1)
        axes.text(at, -0.6, name, horizontalalignment="center", verticalalignment="bottom")
    axes.set(xlabel=xlabel, ylim=(len(rows) - 0.5, -0.5))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    middle = sum(axes.get_xlim()) / 2
    for row, (name, values) in enumerate(rows.items()):
        right = min(values) + max(values) < 2 * middle
        axes.annotate(
            name,
            (max(values) if right else min(values), row),
            xytext=(10 if right else -10, 0),
            textcoords="offset points",
            horizontalalignment="left" if right else "right",
            verticalalignment="center",
            bbox={"facecolor": WHITE, "edgecolor": "none", "pad": 1}
            if levels
            else None,  # no line crosses it
        )
    return fig, axes


def picture(fig: Figure, alt: str) -> Picture:
    """Return the figure as a picture of the course: equal figures give equal bytes; `.save(path)` writes it.

    ValueError if `fig` is no figure of matplotlib, or `alt` does not say what is to be seen.
    """
    if not isinstance(fig, Figure):
        raise ValueError(f"fig: expected a figure of matplotlib, got {type(fig).__name__}")
    written = io.StringIO()
    with rc_context({"svg.fonttype": "none"}):
        fig.savefig(written, format="svg", transparent=True, metadata={"Date": None})
    width, height = (POINTS_PER_INCH * inches for inches in fig.get_size_inches())
    return Picture(float(width), float(height), _inline(written.getvalue()), alt)


def show(fig: Figure, *, alt: str) -> None:
    """Close a figure, and display it with its alternative text, in the colours of the reader's theme.

    ValueError if `fig` is no figure of matplotlib, or `alt` does not say what is to be seen.
    """
    from IPython.display import display

    drawn = picture(fig, alt)
    pyplot.close(fig)
    display(drawn)


def show_table(table: str, *, label: str) -> None:
    """Display a Markdown table; where it is wider than the page, it scrolls, also with the keyboard alone.

    `label` says what the table shows: a screen reader reads it out. ValueError if it is empty.
    """
    from IPython.display import Markdown, display

    if not label.strip():
        raise ValueError(f"label: got {label!r}, expected words that say what the table shows")
    display(Markdown(BOX.format(escape(label), table.strip())))


def _inline(document: str) -> str:
    """Return what stands inside the `<svg>` of a document, fit to stand in a page beside others."""
    body = document[document.index("<defs>") : document.rindex("</svg>")]
    # Written for a document of its own, this rule would change every element of the page.
    body = re.sub(r"<style.*?</style>", "", body, flags=re.DOTALL).replace("xlink:href", "href")
    for ours, theirs in THEME.items():
        body = body.replace(ours, theirs)
    # What matplotlib leaves out is black.
    return _own_ids(f'<g fill="{INK}" style="stroke-linejoin:round;stroke-linecap:butt">{body}</g>')


def _own_ids(svg: str) -> str:
    """Return the SVG with ids that no other figure has: matplotlib's are those of every figure."""
    places = {name: str(place) for place, name in enumerate(re.findall(r'\bid="([^"]+)"', svg))}
    reference = re.compile(r'(\bid="|href="#|url\(#)([^")]+)')
    numbered = reference.sub(lambda found: found[1] + places[found[2]], svg)
    figure = f"figure-{hashlib.sha256(numbered.encode()).hexdigest()[:8]}-"
    return reference.sub(lambda found: found[1] + figure + found[2], numbered)
