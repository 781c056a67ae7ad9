"""What both diagrams are made of: paths that light up, gates in boxes, the signs where paths meet."""

from collections.abc import Collection, Mapping
from math import isfinite
from typing import Any

from lstm_teach.plotting import FAINT, GROUND, INK, RULE, STROKES, element, plain, text, text_width
from lstm_teach.plotting.picture import Anchor

WIDE, HIGH = 56.0, 38.0  # of a gate's box


def path(d: str, value: float, colour: str) -> str:
    """A path along which `value` flows: a thin line for 0, full width and colour from 1 up."""
    strength = min(abs(value), 1.0)
    under = element("path", d=d, class_="line", stroke=RULE, stroke_width=1.5)
    lit = element(
        "path", d=d, class_="line", stroke=colour, stroke_width=1.5 + 4.5 * strength, stroke_opacity=strength
    )
    return under + lit


def gate(name: str, x: float, y: float, value: float, held: Collection[str]) -> str:
    """The box of a gate or a candidate around (x, y): letter, value, and a second frame if it is held."""
    look = STROKES[name]
    level = min(abs(value), 1.0) if isfinite(value) else 1.0
    parts = [
        _box(x, y, 0, class_="ground"),
        # The box is filled as high as the value: to the brim at 1.
        _box(x, y, 0, level, fill=look.colour, fill_opacity=0.35),
        _box(x, y, 0, fill="none", stroke=look.colour, stroke_width=2),
        text(x, y - 3, look.label, "middle", "bold"),
        text(x, y + 13, number(value), "middle"),
    ]
    if name in held:
        parts.append(_box(x, y, 4, fill="none", stroke=INK, stroke_width=2))
        parts.append(text(x + 8, y + HIGH / 2 + 19, "held", class_="bold"))
    return "".join(parts)


def meet(x: float, y: float, sign: str, colour: str = INK) -> str:
    """A circle in which two paths meet: × or +."""
    arms = {"×": "M-5 -5L5 5M-5 5L5 -5", "+": "M-6 0H6M0 -6V6"}[sign]
    circle = element("circle", r=11, fill=GROUND, stroke=colour, stroke_width=2)
    cross = element("path", d=arms, stroke=INK, stroke_width=2)
    return element("g", circle + cross, transform=f"translate({x:g} {y:g})")


def squash(x: float, y: float) -> str:
    """The small box of a tanh."""
    box = element("rect", x=x - 21, y=y - 11, width=42, height=22, rx=11, class_="ground", stroke=FAINT)
    return box + text(x, y + 4.5, "tanh", "middle")


def arrow(x: float, y: float) -> str:
    """The head of an arrow to the right, its tip at (x, y)."""
    return element("path", d=f"M{x:g} {y:g}l-11 -6v12z", fill=INK)


def note(x: float, y: float, words: str, anchor: Anchor = "middle", class_: str | None = None) -> str:
    """Words on a ground of their own, so that a path behind them does not cross them out."""
    wide = text_width(words)
    left = {"start": x, "middle": x - wide / 2, "end": x - wide}[anchor]
    ground = element(
        "rect", x=left - 1, y=y - 12, width=wide + 2, height=16, class_="ground", fill_opacity=0.85
    )
    return ground + text(x, y, words, anchor, class_)


def number(value: float) -> str:
    """Two places after the point, which is what there is room for; large numbers shorter."""
    if not isfinite(value) or abs(value) >= 100:
        return plain(value, 2)
    written = f"{value:.2f}"
    return ("0.00" if written == "-0.00" else written).replace("-", "−")


def check(now: Mapping[str, float], names: Collection[str]) -> None:
    """Raise a ValueError unless `now` has all `names`."""
    if missing := [name for name in names if name not in now]:
        raise ValueError(f"now: expected {', '.join(names)}; {', '.join(missing)} not there")


def _box(x: float, y: float, margin: float, level: float = 1.0, **attributes: Any) -> str:
    """A box around (x, y), as high as `level` allows, standing on its lower edge."""
    width, height = WIDE + 2 * margin, (HIGH + 2 * margin) * level
    left, top = x - width / 2, y + HIGH / 2 + margin - height
    return element("rect", x=left, y=top, width=width, height=height, rx=5 + margin, **attributes)
