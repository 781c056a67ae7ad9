"""The pictures of the gate lab: one step from inside, and beside it all steps of one unit or of all."""

from collections.abc import Sequence

import numpy as np

from lstm_teach.diagrams import lstm_cell
from lstm_teach.labs.gate.run import Look
from lstm_teach.labs.gate.status import case, shares
from lstm_teach.plotting import (
    INK,
    STROKES,
    Axis,
    Cursor,
    Line,
    Map,
    Mark,
    Picture,
    Points,
    Span,
    Stroke,
    chart,
    element,
    plain,
    stroke,
    text,
)

Array = np.ndarray
HEIGHT = 348.0  # of both pictures
FLAG = Stroke(INK)
SMALLEST = 1e-12  # reach on the axis
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
PANELS = {"lines": False, "maps": False, "gradient": True}
"""What can stand beside the diagram, and whether it is about the gradient."""


def inside(look: Look) -> Picture:
    """What is read, the diagram of the cell, the case and the equation of c, all at one step of one unit."""
    now, held = look.now(), look.held.at(look.step)
    named = case(now["f"], now["i"]) or "mixed"
    equation = [now["c"], now["f"], now["c_prev"], now["i"], now["c_tilde"]]
    word = look.run.reading.inputs[look.step - 1]
    word = word if len(word) <= 24 else word[:23] + "…"
    alt = (
        f"The LSTM cell at step {look.step}, unit {look.unit}, reading {word}: {named}, "
        f"{shares(now['f'], now['i'])}. c = {_three(now['f'])} times {_three(now['c_prev'])} plus "
        f"{_three(now['i'])} times {_three(now['c_tilde'])} = {_three(now['c'])}; h = {_three(now['h'])}."
        + (f" Held: {', '.join(held)}." if held else "")
    )
    diagram = lstm_cell(now, alt, tuple(held))
    kept, written = shares(now["f"], now["i"]).split(", ")
    body = [
        text(4, 16, f"Step {look.step} reads {word}", class_="bold"),
        text(476, 16, f"Unit {look.unit}", "end", "bold"),
        element("g", diagram.body, transform="translate(0 4)"),
        text(6, 309, named, class_="bold"),
        text(6, 325, f"{kept},", class_="faint"),
        text(6, 341, written, class_="faint"),
        element("g", _equation(look.step, equation), transform="translate(0 312)"),
    ]
    marks = diagram.marks | {"case": named, "equation": equation}
    return Picture(diagram.width, HEIGHT, "".join(body), alt, marks)


def _equation(step: int, numbers: Sequence[float]) -> str:
    """c_t = f · c_{t-1} + i · c̃: the letters, a bar in each one's colour, and the numbers below."""
    before = "c" + str(step - 1).translate(SUBSCRIPTS)
    letters = ["c" + str(step).translate(SUBSCRIPTS), "f", before, "i", "c̃"]
    signs = ["=", "·", "+", "·"]
    likes = ["c", "f", "c", "i", "c_tilde"]
    drawn = []
    for k, (letter, like, number) in enumerate(zip(letters, likes, numbers, strict=True)):
        x = 136.0 + 77.0 * k
        drawn.append(text(x, 4, letter, "middle", "bold"))
        drawn.append(element("rect", x=x - 26, y=9, width=52, height=3, fill=STROKES[like].colour))
        drawn.append(text(x, 26, _three(number), "middle"))
        if k < len(signs):
            drawn += [text(x + 38.5, y, signs[k], "middle") for y in (4, 26)]
    return "".join(drawn)


def panel(look: Look, name: str) -> Picture:
    """One of `PANELS`: two charts above each other, with the same steps and the same cursor."""
    if name == "maps":
        return _above(_map(look, "c"), _map(look, "h"))
    return _above(_reach(look) if name == "gradient" else _states(look), _gates(look))


def _states(look: Look) -> Picture:
    """Both states of the unit, and c as it would be if no gate were held."""
    steps, u = _steps(look), look.unit
    c, h, learned = look.run.trace.c[0, :, u], look.run.trace.h[0, :, u], look.learned.trace.c[0, :, u]
    high = _round_up(max(np.abs(c).max(), np.abs(learned).max(), 1.0))
    marked = look.run.reading.marked
    marks: list[Mark] = [
        *_held(look),
        Line(steps, learned, "bound", "c as learned"),
        Line(steps, c, "c", "c"),
        Line(steps, h, "h", "h"),
        *([Points(marked, np.full(len(marked), -0.9 * high), FLAG, "flag")] if len(marked) else []),
        Cursor(look.step),
    ]
    at = f"at step {look.step} c is {_three(c[look.step - 1])} and h {_three(h[look.step - 1])}"
    alt = f"c and h of unit {look.unit} over {len(steps)} steps: {at}; c ends at {_three(c[-1])}."
    return chart(marks, _time(look, signs=True), Axis("state", -high, high), alt, height=HEIGHT / 2 + 4)


def _gates(look: Look) -> Picture:
    """The three gates of the unit."""
    steps, u = _steps(look), look.unit
    lines = {gate: getattr(look.run.trace, gate)[0, :, u] for gate in ("f", "i", "o")}
    marks = [Line(steps, y, gate, stroke(gate).words) for gate, y in lines.items()]
    ends = ", ".join(f"{gate} {_three(y[look.step - 1])}" for gate, y in lines.items())
    alt = f"The gates of unit {look.unit}; at step {look.step} {ends}."
    axis = Axis("gate", 0.0, 1.0, ticks={0.0: "0", 0.5: "½", 1.0: "1"})
    return chart([*_held(look), *marks, Cursor(look.step)], _time(look), axis, alt, height=HEIGHT / 2 - 4)


def _map(look: Look, state: str) -> Picture:
    """One state of all units; an arrow at the unit that the diagram shows."""
    values = getattr(look.run.trace, state)[0].T
    units = len(values)
    limit = _round_up(max(np.abs(values).max(), 1.0)) if state == "c" else 1.0
    # Unit 0 is at the upper end, as in a list, so rows are handed over in reverse.
    first_and_last = (0, units - 1)
    ticks = {float(units - u): ("▸" if u == look.unit else "") + str(u) for u in (*first_and_last, look.unit)}
    near = [u for u in first_and_last if u != look.unit and abs(u - look.unit) < units / 7]
    ticks = {place: words for place, words in ticks.items() if units - place not in near}
    axis = Axis(f"{state} of unit", 0.5, units + 0.5, ticks=ticks)
    marks = [Map(values[::-1], limit, stroke(state).words), *_held(look), Cursor(look.step)]
    ends = f"from {_three(values.min())} to {_three(values.max())}"
    alt = f"{state} of all {units} units over {values.shape[1]} steps, {ends}."
    return chart(marks, _time(look, signs=state == "c"), axis, alt, height=HEIGHT / 2)


def _reach(look: Look) -> Picture:
    """How much of a nudge at each step arrives at the last one, on an axis of powers of ten."""
    steps = _steps(look)
    state, c, learned = look.run.reach("state"), look.run.reach("c"), look.learned.reach("state")
    drawn = np.concatenate([state, c, learned])
    drawn = drawn[(drawn > SMALLEST) & (drawn < 1 / SMALLEST)]  # the axis shows no more; 1 is always there
    low, high = 10.0 ** np.floor(np.log10(drawn.min())), 10.0 ** np.ceil(np.log10(drawn.max()))
    axis = Axis("reach (times)", min(float(low), 0.1), max(float(high), 10.0), "log")
    marks = [
        *_held(look),
        Line(steps, learned, "bound", "learned"),
        Line(steps, state, 5, "h and c"),
        Line(steps, c, "c", "c alone"),
        Cursor(look.step),
    ]
    at = look.step - 1
    alt = (
        f"A nudge of h and c at step {look.step} reaches the last step {plain(state[at], 2)} times as large, "
        f"of c alone {plain(c[at], 2)} times, and as learned {plain(learned[at], 2)} times."
    )
    return chart(marks, _time(look), axis, alt, height=HEIGHT / 2 + 4)


def _above(upper: Picture, lower: Picture) -> Picture:
    body = upper.body + element("g", lower.body, transform=f"translate(0 {upper.height:g})")
    height = upper.height + lower.height
    return Picture(upper.width, height, body, f"{upper.alt} {lower.alt}", upper.marks | lower.marks)


def _steps(look: Look) -> Array:
    return np.arange(1, look.run.trace.c.shape[1] + 1)


def _time(look: Look, signs: bool = False) -> Axis:
    """The steps; with `signs`, what comes in at each in place of its number."""
    reading, time = look.run.reading, look.run.trace.c.shape[1]
    label = reading.axis if signs or reading.signs is None else "step"
    return Axis(label, 0.5, time + 0.5, whole=True, ticks=reading.signs if signs else None)


def _held(look: Look) -> list[Mark]:
    """A veil over the steps at which gates are held."""
    if not look.held.gates:
        return []
    last = look.held.last or look.run.trace.c.shape[1]
    return [Span(look.held.first - 0.5, last + 0.5)]


def _round_up(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 5, 7.5, 10, …, so that an axis does not move at every change."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(
        next(factor * power for factor in (1, 1.5, 2, 3, 5, 7.5, 10) if value <= factor * power * (1 + 1e-9))
    )


def _three(value: float) -> str:
    """Three places after the point, also zeros, so that numbers stand still."""
    written = f"{value:.3f}"
    return ("0.000" if written == "-0.000" else written).replace("-", "−")
