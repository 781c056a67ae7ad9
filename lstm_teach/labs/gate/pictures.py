"""The pictures of the gate lab: one step from inside, and beside it all steps of one unit or of all."""

import numpy as np

from lstm_teach.diagrams import lstm_cell
from lstm_teach.labs.gate.run import Look
from lstm_teach.labs.gate.status import case, shares
from lstm_teach.labs.panels import (
    GATE,
    HEIGHT,
    Terms,
    above,
    from_inside,
    map_of_units,
    reach_axis,
    round_up,
    three,
)
from lstm_teach.plotting import (
    INK,
    Axis,
    Cursor,
    Line,
    Mark,
    Picture,
    Points,
    Span,
    Stroke,
    chart,
    plain,
    stroke,
)

Array = np.ndarray
FLAG = Stroke(INK)
TERMS = [("f", "f"), ("i", "i"), ("c̃", "c_tilde")]  # of the equation of c
PANELS = {"lines": False, "maps": False, "gradient": True}
"""What can stand beside the diagram, and whether it is about the gradient."""


def inside(look: Look) -> Picture:
    """What is read, the diagram of the cell, the case and the equation of c, all at one step of one unit."""
    now, held = look.now(), look.held.at(look.step)
    named = case(now["f"], now["i"]) or "mixed"
    numbers = [now["c"], now["f"], now["c_prev"], now["i"], now["c_tilde"]]
    word = look.run.reading.inputs[look.step - 1]
    word = word if len(word) <= 24 else word[:23] + "…"
    alt = (
        f"The LSTM cell at step {look.step}, unit {look.unit}, reading {word}: {named}, "
        f"{shares(now['f'], now['i'])}. c = {three(now['f'])} times {three(now['c_prev'])} plus "
        f"{three(now['i'])} times {three(now['c_tilde'])} = {three(now['c'])}; h = {three(now['h'])}."
        + (f" Held: {', '.join(held)}." if held else "")
    )
    diagram, title = lstm_cell(now, alt, tuple(held)), f"Step {look.step} reads {word}"
    terms = Terms(look.step, "c", TERMS, numbers)
    return from_inside(diagram, title, look.unit, named, shares(now["f"], now["i"]), terms)


def panel(look: Look, name: str) -> Picture:
    """One of `PANELS`: two charts above each other, with the same steps and the same cursor."""
    if name == "maps":
        return above(*(_map(look, state) for state in "ch"))
    return above(_reach(look) if name == "gradient" else _states(look), _gates(look))


def _states(look: Look) -> Picture:
    """Both states of the unit, and c as it would be if no gate were held."""
    steps, u = _steps(look), look.unit
    c, h, learned = look.run.trace.c[0, :, u], look.run.trace.h[0, :, u], look.learned.trace.c[0, :, u]
    high = round_up(max(np.abs(c).max(), np.abs(learned).max(), 1.0))
    marked = look.run.reading.marked
    marks: list[Mark] = [
        *_held(look),
        Line(steps, learned, "bound", "c as learned"),
        Line(steps, c, "c", "c"),
        Line(steps, h, "h", "h"),
        *([Points(marked, np.full(len(marked), -0.9 * high), FLAG, "flag")] if len(marked) else []),
        Cursor(look.step),
    ]
    at = f"at step {look.step} c is {three(c[look.step - 1])} and h {three(h[look.step - 1])}"
    alt = f"c and h of unit {look.unit} over {len(steps)} steps: {at}; c ends at {three(c[-1])}."
    return chart(
        marks, look.run.reading.steps(signs=True), Axis("state", -high, high), alt, height=HEIGHT / 2 + 4
    )


def _gates(look: Look) -> Picture:
    """The three gates of the unit."""
    steps, u = _steps(look), look.unit
    lines = {gate: getattr(look.run.trace, gate)[0, :, u] for gate in ("f", "i", "o")}
    marks = [Line(steps, y, gate, stroke(gate).words) for gate, y in lines.items()]
    ends = ", ".join(f"{gate} {three(y[look.step - 1])}" for gate, y in lines.items())
    alt = f"The gates of unit {look.unit}; at step {look.step} {ends}."
    time = look.run.reading.steps()
    return chart([*_held(look), *marks, Cursor(look.step)], time, GATE, alt, height=HEIGHT / 2 - 4)


def _reach(look: Look) -> Picture:
    """How much of a nudge at each step arrives at the last one, on an axis of powers of ten."""
    steps = _steps(look)
    state, c, learned = look.run.reach("state"), look.run.reach("c"), look.learned.reach("state")
    axis = reach_axis(state, c, learned)
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
    return chart(marks, look.run.reading.steps(), axis, alt, height=HEIGHT / 2 + 4)


def _steps(look: Look) -> Array:
    return np.arange(1, look.run.trace.c.shape[1] + 1)


def _held(look: Look) -> list[Mark]:
    """A veil over the steps at which gates are held."""
    if not look.held.gates:
        return []
    last = look.held.last or look.run.trace.c.shape[1]
    return [Span(look.held.first - 0.5, last + 0.5)]


def _map(look: Look, state: str) -> Picture:
    """C or h of all units; below c stands what is read, below h the number of the step."""
    values, time = getattr(look.run.trace, state)[0], look.run.reading.steps(signs=state == "c")
    return map_of_units(state, values, state, look.unit, look.step, _held(look), time, HEIGHT / 2)
