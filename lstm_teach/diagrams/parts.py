"""The parts of both diagrams: paths that light up, gates in boxes, and the signs where paths meet."""

from collections.abc import Collection, Mapping
from math import isfinite
from typing import Any

from lstm_teach.plotting import FAINT, INK, RULE, STROKES, compact, element, rect, text, text_width
from lstm_teach.plotting.picture import Anchor

WIDTH, HEIGHT = 480.0, 290.0  # of a diagram
WIDE, HIGH = 56.0, 38.0  # of a gate's box


def path(d: str, value: float, colour: str) -> str:
    """Return a path along which `value` flows: a thin line at 0, full width and colour from 1 up."""
    strength = min(abs(value), 1.0)
    under = element("path", d=d, class_="line", stroke=RULE, stroke_width=1.5)
    lit = {"stroke": colour, "stroke_width": 1.5 + 4.5 * strength, "stroke_opacity": strength}
    return under + element("path", "", d=d, class_="line", **lit)


def gate(name: str, x: float, y: float, value: float, held: Collection[str]) -> str:
    """Return the box of a gate or a candidate around (x, y): letter, value, a second frame if it is held."""
    look = STROKES[name]
    level = min(abs(value), 1.0) if isfinite(value) else 1.0
    parts = [
        _box(x, y, 0, class_="ground"),
        # The colour stands in the box as high as the value: a value of 1 fills it.
        _box(x, y, 0, level, fill=look.colour, fill_opacity=0.35),
        _box(x, y, 0, fill="none", stroke=look.colour, stroke_width=2),
        text(x, y - 3, look.label, "middle", "bold"),
        text(x, y + 13, compact(value), "middle"),
    ]
    if name in held:
        parts.append(_box(x, y, 4, fill="none", stroke=INK, stroke_width=2))
        parts.append(text(x + 8, y + HIGH / 2 + 19, "held", class_="bold"))
    return "".join(parts)


def meet(x: float, y: float, sign: str, colour: str = INK) -> str:
    """Return a circle where two paths meet, with the sign × or +."""
    arms = {"×": "M-5 -5L5 5M-5 5L5 -5", "+": "M-6 0H6M0 -6V6"}[sign]
    circle = element("circle", r=11, class_="ground", stroke=colour, stroke_width=2)
    cross = element("path", d=arms, stroke=INK, stroke_width=2)
    return element("g", circle + cross, transform=f"translate({x:g} {y:g})")


def squash(x: float, y: float) -> str:
    """Return the small box of a tanh."""
    box = rect(x - 21, y - 11, 42, 22, rx=11, class_="ground", stroke=FAINT)
    return box + text(x, y + 4.5, "tanh", "middle")


def arrow(x: float, y: float) -> str:
    """Return the head of an arrow to the right, with its tip at (x, y)."""
    return element("path", d=f"M{x:g} {y:g}l-11 -6v12z", fill=INK)


def note(x: float, y: float, words: str, anchor: Anchor = "middle", class_: str | None = None) -> str:
    """Return words on their own ground, which hides the paths behind them."""
    wide = text_width(words)
    left = {"start": x, "middle": x - wide / 2, "end": x - wide}[anchor]
    ground = rect(left - 1, y - 12, wide + 2, 16, class_="ground", fill_opacity=0.85)
    return ground + text(x, y, words, anchor, class_)


def check(now: Mapping[str, float], names: Collection[str]) -> None:
    """Raise a ValueError unless `now` has all `names`."""
    if missing := [name for name in names if name not in now]:
        raise ValueError(f"now: expected {', '.join(names)}; {', '.join(missing)} not there")


def _box(x: float, y: float, margin: float, level: float = 1.0, **attributes: Any) -> str:
    """Return a box around (x, y). `level` is its height from the lower edge, 1 for the whole box."""
    width, height = WIDE + 2 * margin, (HIGH + 2 * margin) * level
    left, top = x - width / 2, y + HIGH / 2 + margin - height
    return rect(left, top, width, height, rx=5 + margin, **attributes)
