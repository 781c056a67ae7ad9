"""The pictures of the labs once more, by matplotlib, so that benchmarks/labs.py compares like with like.

What `chart` draws becomes axes with lines, points and images, as one would write them by hand; what a lab
draws freely becomes patches and text on a canvas. The numbers are computed by the lab's own view, and `chart`
draws no SVG here, so what `interact` takes longer is drawing, and the way of a PNG to the page.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple
from xml.etree import ElementTree

import ipywidgets as widgets
import numpy as np
from matplotlib import patches
from matplotlib import pyplot as plt
from matplotlib.path import Path

import lstm_teach.plotting as plotting
from lstm_teach.plotting.chart import BOTTOM, LEFT, RIGHT, ROW
from lstm_teach.plotting.marks import Bars, Cursor, Level, Line, Map, Note, Points, Span
from lstm_teach.plotting.strokes import PAPER, stroke

PAGE = 1100  # pixels that a row of pictures may be wide, as in JupyterLab at 1280
DPI = 100
FONT = 13 * 72 / DPI  # points
SCALES = {"linear": {}, "log": {"value": "log"}, "symlog": {"value": "symlog", "linthresh": 1}}


class Chart(NamedTuple):
    """What a lab asked `chart` for."""

    marks: Any
    x: plotting.Axis
    y: plotting.Axis
    title: str
    width: float
    height: float


CHARTS: list[Chart] = []
MAPS: list[Map] = []  # never emptied, since a lab may keep what it has drawn


def note_chart(
    marks: Any,
    x: plotting.Axis,
    y: plotting.Axis,
    alt: str,
    title: str = "",
    width: float = 440,
    height: float = 250,
) -> plotting.Picture:
    """In place of `chart`: a picture that only says where which chart is."""
    CHARTS.append(Chart(marks, x, y, title, width, height))
    labelled = {mark.label: mark for mark in marks if mark.label}
    return plotting.Picture(width, height, f'<chart n="{len(CHARTS) - 1}"/>', alt, labelled)


def note_map(self: Map, place: Any) -> str:
    """In place of `Map.draw`, for a map that a lab draws freely."""
    MAPS.append(self)
    return f'<map n="{len(MAPS) - 1}" width="{place.width}" height="{place.height}"/>'


# The labs take `chart` from here when they are imported, which is below, in `by_matplotlib`.
plotting.chart = note_chart
Map.draw = note_map


def by_matplotlib(name: str) -> tuple[widgets.Widget, Callable[[Any], None]]:
    """A slider like the first live one of this lab, and what draws and shows its pictures at a value."""
    from lstm_teach import labs

    lab = getattr(labs, name)()
    sliders = {name: getattr(control, "_slider", control) for name, control in lab.controls.items()}
    kinds = widgets.IntSlider, widgets.FloatSlider
    moved = next(name for name, one in sliders.items() if isinstance(one, kinds) and not one.disabled)
    slider = sliders[moved]
    ends = {"min": slider.min, "max": slider.max, "step": slider.step}

    def draw(value: Any) -> None:
        CHARTS.clear()
        show(lab.spec.view(**lab.state | {moved: value}).pictures)
        plt.show()

    return type(slider)(slider.value, description=slider.description, **ends), draw


def show(pictures: Any) -> None:
    """One figure with all pictures, in rows as on the page."""
    pictures = [p if isinstance(p, plotting.Picture) else p.picture(PAGE) for p in pictures]
    places, x, y, low = [], 0.0, 0.0, 0.0
    for picture in pictures:
        if x and x + picture.width > PAGE:
            x, y = 0.0, low
        places.append((x, y))
        x, low = x + picture.width + 20, max(low, y + picture.height)
    wide = max(x + p.width for (x, _), p in zip(places, pictures, strict=True))
    figure = plt.figure(figsize=(wide / DPI, low / DPI), dpi=DPI)
    canvas = figure.add_axes((0, 0, 1, 1), xlim=(0, wide), ylim=(low, 0))
    canvas.axis("off")
    for place, picture in zip(places, pictures, strict=True):
        put(ElementTree.fromstring(f"<g>{picture.body}</g>"), *place, canvas)


def put(parent: Any, x: float, y: float, canvas: Any) -> None:
    """Draw what is inside an SVG group whose corner is at (x, y)."""
    for part in parent:
        get = part.get

        def size(name: str, part: Any = part) -> float:
            return float(part.get(name, 0))

        if part.tag == "g":
            moved = [float(number) for number in re.findall(r"[-\d.]+", get("transform", "0 0"))]
            put(part, x + moved[0], y + moved[1], canvas)
        elif part.tag == "chart":
            draw_chart(CHARTS[int(get("n"))], x, y, canvas)
        elif part.tag == "map":
            ends = (x, x + size("width"), y + size("height"), y)
            image(canvas, MAPS[int(get("n"))], ends)
        elif part.tag == "text":
            side = {"middle": "center", "end": "right"}.get(get("text-anchor"), "left")
            weight = "bold" if "bold" in get("class", "") else "normal"
            canvas.text(x + size("x"), y + size("y"), part.text, ha=side, weight=weight, size=FONT)
        else:
            look = {
                "facecolor": colour(get("fill", "none"), get("fill-opacity")),
                "edgecolor": colour(get("stroke", "#bdbdbd" if get("class") == "rule" else "none")),
                "linewidth": float(get("stroke-width", 1)) * 72 / DPI,
            }
            if part.tag == "rect":
                corner = x + size("x"), y + size("y")
                canvas.add_patch(patches.Rectangle(corner, size("width"), size("height"), **look))
            elif part.tag == "circle":
                canvas.add_patch(patches.Circle((x + size("cx"), y + size("cy")), size("r"), **look))
            else:
                canvas.add_patch(patches.PathPatch(path(get("d"), x, y), **look))


def path(d: str, x: float, y: float) -> Path:
    """The straight lines that an SVG path consists of, moved by (x, y)."""
    points, codes, here = [], [], np.zeros(2)
    for command, numbers in re.findall(r"([A-Za-z])([^A-Za-z]*)", d):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        for step in np.reshape(values, (-1, 1 if command in "HhVv" else 2)) if values else []:
            start = here if command.islower() else np.zeros(2)
            if command in "Hh":
                here = np.array([start[0] + step[0], here[1]])
            elif command in "Vv":
                here = np.array([here[0], start[1] + step[0]])
            else:
                here = start + step
            points.append(here + np.array([x, y]))
            codes.append(Path.MOVETO if command == "M" else Path.LINETO)
    return Path(points, codes)


def colour(name: str, opacity: str | None = None) -> Any:
    """Return a colour of SVG; for a colour of the page, what stands for it in a file."""
    on_paper = PAPER.get(name, name)
    return (on_paper, float(opacity or 1)) if on_paper.startswith("#") else "none"


def image(axes: Any, mark: Map, ends: tuple[float, float, float, float]) -> None:
    """A heat map; `ends` are left, right, low and high."""
    kept = axes.get_xlim(), axes.get_ylim()
    limits = {"vmin": -mark.limit, "vmax": mark.limit, "cmap": "RdBu_r"}
    axes.imshow(mark.values, extent=ends, origin="lower", aspect="auto", interpolation="nearest", **limits)
    axes.set(xlim=kept[0], ylim=kept[1])


def draw_chart(chart: Chart, x: float, y: float, canvas: Any) -> None:
    """A chart as one would write it with matplotlib."""
    figure = canvas.figure
    wide, high = figure.get_size_inches() * DPI
    top = ROW * (2 if chart.title else 1) + 14
    inner = chart.width - LEFT - RIGHT, chart.height - top - BOTTOM
    corner = (x + LEFT) / wide, 1 - (y + chart.height - BOTTOM) / high
    axes = figure.add_axes((*corner, inner[0] / wide, inner[1] / high))
    axes.set(xlim=(chart.x.low, chart.x.high), ylim=(chart.y.low, chart.y.high))
    axes.set_xlabel(chart.x.label, labelpad=1)
    for axis, scale in ((axes.set_xscale, chart.x.scale), (axes.set_yscale, chart.y.scale)):
        if scale != "linear":
            axis(**SCALES[scale])
    for mark in chart.marks:
        draw_mark(axes, mark)
    if chart.x.ticks is not None:
        axes.set_xticks(list(chart.x.ticks), list(chart.x.ticks.values()))
    if chart.y.ticks is not None:
        axes.set_yticks(list(chart.y.ticks), list(chart.y.ticks.values()))
    axes.grid(axis="y", alpha=0.4)
    axes.tick_params(labelsize=FONT)
    axes.set_title(chart.title or chart.y.label, loc="left", size=FONT, pad=22 if chart.title else 6)
    if axes.get_legend_handles_labels()[1]:
        axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=6, frameon=False, fontsize=FONT)


def draw_mark(axes: Any, mark: Any) -> None:
    """One mark of a chart."""
    if isinstance(mark, Map):
        rows, columns = np.shape(mark.values)
        low = mark.first - 0.5
        image(axes, mark, (low, low + columns, low, low + rows))
    elif isinstance(mark, Span):
        axes.axvspan(mark.start, mark.end, alpha=0.1, color="black")
    elif isinstance(mark, Cursor):
        axes.axvline(mark.x, color="black", lw=1)
    elif isinstance(mark, Level):
        axes.axhline(mark.y, color="grey", lw=1, ls=":")
    elif isinstance(mark, Note):
        axes.text(mark.x, mark.y, mark.words, size=FONT)
    elif isinstance(mark, (Line, Points, Bars)):
        look = stroke(mark.like)
        style = {"color": colour(look.colour), "label": mark.label or None}
        if isinstance(mark, Bars):
            axes.bar(mark.x, mark.heights, mark.width, **style)
        elif isinstance(mark, Points):
            axes.plot(mark.x, mark.y, "o", **style)
        else:
            dash = (0, [float(number) for number in look.dash.split()]) if look.dash else "-"
            axes.plot(mark.x, mark.y, linestyle=dash, lw=look.width * 72 / DPI, **style)
