"""The marks of a chart: each holds its data, and draws itself when it is given the axes and the place."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.plotting.axis import Axis
from lstm_teach.plotting.picture import Anchor, element, rect, text, text_width
from lstm_teach.plotting.strokes import FAINT, INK, NEGATIVE, POSITIVE, Stroke, stroke

LEVELS = 12  # shades for each sign of a map


class Place(NamedTuple):
    """The rectangle inside the axes, in pixels, and the axes that belong to it.

    Pixels are rounded to a millionth, so that a number in the middle between two that can be drawn goes to
    the same one on every machine.
    """

    x: Axis
    y: Axis
    width: float
    height: float

    def across(self, values: Array | float) -> Array:
        """Return pixels from the left edge."""
        return np.round(self.x.share(values) * self.width, 6)

    def down(self, values: Array | float) -> Array:
        """Return pixels from the upper edge."""
        return np.round((1.0 - self.y.share(values)) * self.height, 6)


@dataclass(frozen=True)
class Line:
    """A line through (x, y), both (points,). NaN leaves a gap; outside the axes, the line follows the edge.

    `like` is a name in `STROKES`, the number of a line in a series, or a `Stroke`. `label` is for the legend.
    """

    x: Array
    y: Array
    like: str | int | Stroke
    label: str = ""

    def draw(self, place: Place) -> str:
        """Return a path with one M for each piece, or a dot if there is one point."""
        look = stroke(self.like)
        x, y = place.across(self.x), place.down(self.y)
        known = np.isfinite(x) & np.isfinite(y)
        if not known.any():
            return ""
        starts = known & ~np.concatenate(([False], known[:-1]))
        letters = np.where(starts, "M", "L")[known]
        points = np.round(np.stack([x, y], 1)[known], 1).tolist()
        path = "".join(f"{letter}{a:g} {b:g}" for letter, (a, b) in zip(letters, points, strict=True))
        if len(points) == 1:
            return element("circle", cx=points[0][0], cy=points[0][1], r=3.5, fill=look.colour)
        return stroked(path, look, "line")


@dataclass(frozen=True)
class Points:
    """A dot at each (x, y), both (points,)."""

    x: Array
    y: Array
    like: str | int | Stroke
    label: str = ""
    size: float = 3.5

    def draw(self, place: Place) -> str:
        """Return a circle for each point that is not NaN."""
        colour = stroke(self.like).colour
        pairs = zip(place.across(self.x).tolist(), place.down(self.y).tolist(), strict=True)
        return "".join(
            element("circle", cx=a, cy=b, r=self.size, fill=colour) for a, b in pairs if a == a and b == b
        )


@dataclass(frozen=True)
class Bars:
    """Bars from 0 to `heights` (bars,), centred at x (bars,), each `width` wide in the unit of x."""

    x: Array
    heights: Array
    like: str | int | Stroke
    label: str = ""
    width: float = 0.7

    def draw(self, place: Place) -> str:
        """Return a rectangle for each bar. On a log axis, bars stand on its lower end."""
        colour, zero = stroke(self.like).colour, float(place.down(max(0.0, place.y.low)))
        left, right = (place.across(np.asarray(self.x, float) + side * self.width / 2) for side in (-1, 1))
        bars = zip(left.tolist(), right.tolist(), place.down(self.heights).tolist(), strict=True)
        return "".join(
            rect(a, min(zero, end), max(b - a, 0.5), max(abs(end - zero), 0.5), fill=colour)
            for a, b, end in bars
            if end == end  # not NaN
        )


@dataclass(frozen=True)
class Map:
    """Values (rows, columns) as cells: vermillion above 0, blue below, full colour at `limit`, nothing at 0.

    Column k is centred at x = `first` + k, row k at y = `first` + k, so row 0 is the lowest.
    A map draws nothing at 0, so it suits any theme.
    """

    values: Array
    limit: float = 1.0
    label: str = ""
    first: int = 1

    def draw(self, place: Place) -> str:
        """Return one path for each shade. Its pieces are runs of equal cells in a row, so it is short."""
        rows, columns = self.values.shape
        left, right = place.across(np.array([self.first - 0.5, self.first + columns - 0.5])).tolist()
        bottom, top = place.down(np.array([self.first - 0.5, self.first + rows - 0.5])).tolist()
        levels = shades(self.values, self.limit)
        paths: dict[int, list[str]] = {}
        for row, line in enumerate(levels):
            edges = np.flatnonzero(np.diff(line, prepend=line[0] - 1, append=line[-1] + 1)).tolist()
            values = line[edges[:-1]].tolist()
            for level, start, end in zip(values, edges[:-1], edges[1:], strict=True):
                if level:
                    paths.setdefault(level, []).append(f"M{start} {rows - row - 0.5}h{end - start}")
        drawn = ""
        for level, pieces in sorted(paths.items()):
            colour, opacity = tint(level)
            drawn += element("path", d="".join(pieces), stroke=colour, stroke_opacity=opacity)
        # Each cell is one unit high and wide, so a line of width 1 through its middle fills it.
        wide, high = (right - left) / columns, (bottom - top) / rows
        place_them = f"translate({left:.2f} {top:.2f}) scale({wide:.4f} {high:.4f})"
        return element("g", drawn, class_="cells", transform=place_them) if drawn else ""


@dataclass(frozen=True)
class Span:
    """A shaded stretch of the x axis, such as the steps at which a gate is held."""

    start: float
    end: float
    label: str = ""

    def draw(self, place: Place) -> str:
        """Return a veil over the full height."""
        a, b = place.across(np.array([self.start, self.end])).tolist()
        return rect(a, 0, max(b - a, 1.0), place.height, fill=INK, opacity=0.09)


@dataclass(frozen=True)
class Cursor:
    """A vertical line at x, such as the step that a lab looks at."""

    x: float
    label: str = ""

    def draw(self, place: Place) -> str:
        """Return a line over the full height, with a small arrow head that is easy to find."""
        a = float(place.across(self.x))
        head = element("path", d=f"M{a - 5:.1f} 0h10l-5 7z", fill=INK)
        line = element("path", d=f"M{a:.1f} 0v{place.height:.1f}", stroke=INK, stroke_width=1.2)
        return line + head


@dataclass(frozen=True)
class Level:
    """A faint horizontal line at y, with its words above it at the right end."""

    y: float
    words: str = ""
    label: str = ""

    def draw(self, place: Place) -> str:
        """Return a dotted line over the full width."""
        b = float(place.down(self.y))
        path = f"M0 {b:.1f}h{place.width:.1f}"
        line = element("path", d=path, stroke=FAINT, stroke_dasharray="2 3", class_="line")
        words = text(place.width - 3, max(b - 4, 11), self.words, "end", "faint")
        return line + words if self.words else line


@dataclass(frozen=True)
class Note:
    """Words at (x, y). They move inwards if they would leave the picture."""

    x: float
    y: float
    words: str
    anchor: Anchor = "start"
    label: str = ""

    def draw(self, place: Place) -> str:
        """Return the words."""
        a, b = float(place.across(self.x)), float(place.down(self.y))
        wide = text_width(self.words)
        left = {"start": 0.0, "middle": wide / 2, "end": wide}[self.anchor]
        a = min(max(a, left), max(left, place.width - wide + left))
        return text(a, min(max(b, 12.0), place.height - 4), self.words, self.anchor)


Mark = Line | Points | Bars | Map | Span | Cursor | Level | Note
"""What a chart draws. Each has a `label`, empty for none."""


def stroked(d: str, look: Stroke, class_: str | None = None) -> str:
    """Return an SVG path in the colour, the width and the dashes of a stroke."""
    dashes = look.dash or None
    return element(
        "path", d=d, class_=class_, stroke=look.colour, stroke_width=look.width, stroke_dasharray=dashes
    )


def shades(values: Array, limit: float) -> Array:
    """Return values as whole numbers from -LEVELS to LEVELS, which is at `limit`. NaN becomes 0.

    ValueError if `limit` is not above 0.
    """
    if not limit > 0:
        raise ValueError(f"limit: expected a number above 0, got {limit!r}")
    known = np.nan_to_num(np.asarray(values, float), nan=0.0)
    levels = np.clip(known / limit, -1.0, 1.0) * LEVELS
    return np.round(np.round(levels, 6)).astype(int)  # the middle between two goes the same way everywhere


def tint(level: int, full: float = 1.0) -> tuple[str, float]:
    """Return the colour and the opacity of a level; `full` is the opacity of the deepest."""
    return POSITIVE if level > 0 else NEGATIVE, round(full * abs(level) / LEVELS, 3)
