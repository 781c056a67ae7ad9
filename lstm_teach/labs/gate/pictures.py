"""The pictures of the gate lab: one step of the LSTM from inside, and beside it all steps."""

import numpy as np

from lstm_teach.diagrams import lstm_cell
from lstm_teach.labs.cell import panels
from lstm_teach.labs.cell.cached import reach
from lstm_teach.labs.cell.panels import GATE, HEIGHT, Step, Term, three
from lstm_teach.labs.cell.runs import Look
from lstm_teach.labs.gate.status import case, shares
from lstm_teach.plotting import INK, Axis, Line, Mark, Picture, Points, Stroke, plain, stroke

LINES, MAPS, GRADIENT = PANELS = ["lines", "maps", "gradient"]
"""What can stand beside the diagram."""

UPPER, LOWER = HEIGHT / 2 + 4, HEIGHT / 2 - 4


def inside(look: Look) -> Picture:
    """Return the diagram of the cell with the equation of c, all at one step of one unit."""
    now = look.now()
    step = Step(
        "c",
        Term("f", "f", now["f"]),
        Term("i", "i", now["i"]),
        Term("c̃", "c_tilde", now["c_tilde"]),
        case(now["f"], now["i"]) or "mixed",
        shares(now["f"], now["i"]),
        f"; h = {three(now['h'])}",
    )
    return panels.inside(look, "LSTM", f"Step {look.step} reads", lstm_cell, step)


def panel(look: Look, name: str) -> Picture:
    """Return one of `PANELS`: two charts above each other, with the same steps and the same cursor."""
    veil = panels.veil(look.held, look.run.example.time)
    if name == MAPS:
        # Below c stands what is read, below h the number of the step.
        return panels.above(
            *(panels.map_of_units(look, look.run, state, state, veil, state == "c") for state in "ch")
        )
    return panels.above(_reach(look, veil) if name == GRADIENT else _states(look, veil), _gates(look, veil))


def _states(look: Look, veil: list[Mark]) -> Picture:
    """Both states of the unit, and c as it would be if no gate were held."""
    steps, marked = panels.steps_of(look.run), look.run.example.marked
    c, h, learned = look.line("c"), look.line("h"), look.learned.line("c", look.unit)
    high = panels.round_up(max(np.abs(c).max(), np.abs(learned).max(), 1.0))
    marks = [
        *veil,
        Line(steps, learned, "bound", "c as learned"),
        Line(steps, c, "c", "c"),
        Line(steps, h, "h", "h"),
        *([Points(marked, np.full(len(marked), -0.9 * high), Stroke(INK), "flag")] if len(marked) else []),
    ]
    at = f"at step {look.step} c is {three(c[look.step - 1])} and h {three(h[look.step - 1])}"
    alt = f"c and h of unit {look.unit} over {len(steps)} steps: {at}; c ends at {three(c[-1])}."
    return panels.over_steps(look, marks, Axis("state", -high, high), alt, UPPER, signs=True)


def _gates(look: Look, veil: list[Mark]) -> Picture:
    """The three gates of the unit."""
    steps, lines = panels.steps_of(look.run), {gate: look.line(gate) for gate in ("f", "i", "o")}
    marks = [Line(steps, y, gate, stroke(gate).words) for gate, y in lines.items()]
    ends = ", ".join(f"{gate} {three(y[look.step - 1])}" for gate, y in lines.items())
    alt = f"The gates of unit {look.unit}; at step {look.step} {ends}."
    return panels.over_steps(look, [*veil, *marks], GATE, alt, LOWER)


def _reach(look: Look, veil: list[Mark]) -> Picture:
    """How much of a nudge at each step arrives at the last one."""
    steps, at = panels.steps_of(look.run), look.step - 1
    both, c, learned = reach(look.run), reach(look.run, "c"), reach(look.learned)
    lines = [
        Line(steps, learned, "bound", "learned"),
        Line(steps, both, 5, "h and c"),
        Line(steps, c, "c", "c alone"),
    ]
    alt = (
        f"A nudge of h and c at step {look.step} reaches the last step {plain(both[at], 2)} times as large, "
        f"of c alone {plain(c[at], 2)} times, and as learned {plain(learned[at], 2)} times."
    )
    return panels.reach_lines(look, veil, lines, alt, UPPER)
