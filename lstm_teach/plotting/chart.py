"""A chart: axes with ticks and labels, marks inside them, a title and a legend."""

from collections.abc import Sequence

from lstm_teach.plotting.axis import Axis
from lstm_teach.plotting.marks import LEVELS, Bars, Line, Map, Mark, Place, Points, stroked, tint
from lstm_teach.plotting.numbers import plain
from lstm_teach.plotting.picture import Picture, element, rect, text, text_width
from lstm_teach.plotting.strokes import stroke

LEFT, RIGHT, BOTTOM, ROW = 52.0, 14.0, 40.0, 19.0  # pixels around the axes; a row of words above them

TICK = {"linear": 34, "log": 24, "symlog": 24}  # pixels between ticks at least


def chart(
    marks: Sequence[Mark],
    x: Axis,
    y: Axis,
    alt: str,
    title: str = "",
    width: float = 440,
    height: float = 250,
) -> Picture:
    """Return a picture of `marks` between two axes, the first mark lowest. Labels make the legend.

    The size of the frame depends on the words alone, never on the numbers, so a picture does not jump while a
    control moves. A label finds the drawn data again: `chart(...).marks["c"].y`. Sizes are in pixels.

    ValueError if two marks have the same label, or `alt` is empty.
    """
    labelled = {mark.label: mark for mark in marks if mark.label}
    if len(labelled) < sum(bool(mark.label) for mark in marks):
        raise ValueError(f"marks: expected distinct labels, got {[m.label for m in marks if m.label]}")
    head, top = _head(title, y.label, labelled, width)
    inner = Place(x, y, width - LEFT - RIGHT, height - top - BOTTOM)
    drawn = "".join(mark.draw(inner) for mark in marks)
    # A line keeps its full width at the edge, so nothing is cut off there.
    body = head + element("g", _frame(inner) + drawn, transform=f"translate({LEFT:g} {top:g})")
    return Picture(width, height, body, alt, labelled)


def _frame(place: Place) -> str:
    """Return the two axes, their ticks with words, faint lines at the ticks of y, and the label of x."""
    parts = [element("path", d=f"M0 0V{place.height:.1f}H{place.width:.1f}", class_="rule")]
    for value, words in place.y.marks(max(2, int(place.height // TICK[place.y.scale]))).items():
        b, end = float(place.down(value)), place.width if words else 0.0
        parts.append(element("path", d=f"M-4 {b:.1f}H{end:.1f}", class_="rule", opacity=0.45))
        parts.append(text(-8, b + 4.5, words, "end"))
    return "".join(parts) + below(place)


def below(place: Place) -> str:
    """Return what stands below the x axis: its ticks with words, and its label."""
    parts = []
    for value, words in place.x.marks(max(2, int(place.width // 60))).items():
        a = float(place.across(value))
        parts.append(element("path", d=f"M{a:.1f} {place.height:.1f}v4", class_="rule"))
        parts.append(text(a, place.height + 18, words, "middle"))
    parts.append(text(place.width / 2, place.height + 35, place.x.label, "middle", "faint"))
    return "".join(parts)


def _head(title: str, y_label: str, labelled: dict[str, Mark], width: float) -> tuple[str, float]:
    """Return title, label of y and legend in as many rows as they need, and how many pixels these take."""
    y = 5.0
    parts = []
    if title:
        y += ROW
        parts.append(text(4, y - 5, title, class_="bold"))
    y += ROW
    parts.append(text(4, y - 5, y_label, class_="faint"))
    a = 4 + text_width(y_label) + 16
    for label, mark in labelled.items():
        key, wide = _key(mark)
        if not key:
            continue
        needed = wide + text_width(label) + 14
        if a + needed > width:
            a, y = 4.0, y + ROW
        parts.append(element("g", key, transform=f"translate({a:.1f} {y - 9:.1f})"))
        parts.append(text(a + wide + 4, y - 5, label))
        a += needed
    return "".join(parts), y + 9  # half a tick label stands above the frame


def _key(mark: Mark) -> tuple[str, float]:
    """Return the small sign before a label in the legend, drawn around y = 0, and its width in pixels."""
    if isinstance(mark, Line):
        return stroked("M0 0h28", stroke(mark.like)), 28.0
    if isinstance(mark, Points):
        return element("circle", cx=5, r=mark.size, fill=stroke(mark.like).colour), 10.0
    if isinstance(mark, Bars):
        return element("rect", y=-5, width=10, height=10, fill=stroke(mark.like).colour), 10.0
    if isinstance(mark, Map):
        high = plain(mark.limit)
        left, bar = text_width("−" + high), 3 * (2 * LEVELS + 1)
        drawn = text(left - 3, 4.5, "−" + high, "end") + text(left + bar + 3, 4.5, high)
        for level in (*range(-LEVELS, 0), *range(1, LEVELS + 1)):
            colour, opacity = tint(level)
            drawn += rect(left + 3 * (level + LEVELS), -5, 3, 10, fill=colour, fill_opacity=opacity)
        return drawn, left + bar + 3 + text_width(high)
    return "", 0.0
