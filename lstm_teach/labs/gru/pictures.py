"""The pictures of the GRU lab: one step from inside, and beside it GRU and LSTM over all steps."""

import numpy as np

from lstm_teach.diagrams import gru_cell
from lstm_teach.labs.cell import panels
from lstm_teach.labs.cell.cached import reach
from lstm_teach.labs.cell.panels import GATE, HEIGHT, Step, Term
from lstm_teach.labs.cell.runs import Look
from lstm_teach.labs.gru.costs import costs
from lstm_teach.labs.gru.status import Beside, case, shares
from lstm_teach.plotting import Axis, Mark, Note, Picture, Stroke, fixed, plain
from lstm_teach.plotting.strokes import ORANGE

LINES, MAPS, GRADIENT, COSTS = PANELS = ["lines", "maps", "gradient", "costs"]
"""What can stand beside the diagram."""

UPPER, LOWER = HEIGHT / 2 + 8, HEIGHT / 2 - 8
LSTM_H = Stroke(ORANGE, "2 3", width=1.5)
EDGE = 1.25  # of the axis of states, where h is at home


def inside(look: Look) -> Picture:
    """Return the diagram of the GRU with the equation of h, all at one step of one unit."""
    now = look.now()
    step = Step(
        "h",
        Term("z", "z", now["z"]),
        Term("1 − z", "z", 1.0 - now["z"]),
        Term("h̃", "h_tilde", now["h_tilde"]),
        case(now["z"]) or "mixed",
        shares(now["z"]),
    )
    return panels.inside(look, "GRU", f"GRU, step {look.step}, reads", gru_cell, step)


def panel(look: Look, beside: Beside, name: str) -> Picture:
    """Return one of `PANELS`: two charts above each other with the same steps and cursor, or the costs."""
    if name == COSTS:
        return costs(look.run.cell)
    time = look.run.example.time
    veil = panels.veil(look.held, time) or panels.veil(beside.held, time)
    if name == MAPS:
        # Below the GRU's map stands what is read, below the LSTM's the number of the step.
        return panels.above(
            panels.map_of_units(look, look.run, "h", "GRU h", veil, signs=True),
            panels.map_of_units(look, beside.run, "c", "LSTM c", veil, signs=False),
        )
    upper = _reach if name == GRADIENT else _states
    return panels.above(upper(look, beside, veil), _gates(look, beside, veil))


def _states(look: Look, beside: Beside, veil: list[Mark]) -> Picture:
    """The GRU's h, also as learned, and both states of the LSTM, of the same number of unit."""
    unit = look.unit
    h, learned = look.line("h"), look.learned.line("h", unit)
    c, lstm_h = beside.run.line("c", unit), beside.run.line("h", unit)
    axis = Axis("state", -EDGE, EDGE)  # a trained c may grow to ten, and h would look flat beside it
    if look.run.example.candidate is not None:
        low, high = (panels.round_up(max(end, 1.0)) for end in (-c.min(), c.max()))
        axis = Axis("state", -low, high)
    shown = np.where((c >= axis.low) & (c <= axis.high), c, np.nan)
    marks = [
        *veil,
        panels.line(learned, "bound", "h learned"),
        panels.line(lstm_h, LSTM_H, "LSTM h"),
        panels.line(shown, "c", "LSTM c"),
        panels.line(h, "h", "GRU h"),
        *panels.flags(look, 0.93 * axis.low),
        *([Note(1.0, EDGE, "c is cut off")] if np.isnan(shown).any() else []),
    ]
    at = look.step - 1
    states = f"the GRU's h is {fixed(h[at], 3)}, the LSTM's c {fixed(c[at], 3)}"
    alt = (
        f"Unit {unit} of GRU and LSTM over {len(c)} steps: at step {look.step} {states}. "
        "The GRU's h lies within −1 and 1."
    )
    return panels.over_steps(look, marks, axis, alt, UPPER, signs=True)


def _gates(look: Look, beside: Beside, veil: list[Mark]) -> Picture:
    """The GRU's two gates, and the two gates of the LSTM whose work the update gate does."""
    lstm, unit = beside.run, look.unit
    lines = [
        panels.line(look.line("z"), "z", "z"),
        panels.line(look.line("r"), "r", "r"),
        panels.line(lstm.line("f", unit), "f", "LSTM f"),
        panels.line(lstm.line("i", unit), "i", "LSTM i"),
    ]
    ends = ", ".join(f"{line.label} {fixed(line.y[look.step - 1], 3)}" for line in lines)
    alt = f"The gates of unit {unit} over the steps; at step {look.step} {ends}."
    return panels.over_steps(look, [*veil, *lines], GATE, alt, LOWER)


def _reach(look: Look, beside: Beside, veil: list[Mark]) -> Picture:
    """How much of a nudge at each step arrives at the last one."""
    at = look.step - 1
    gru, learned, lstm = reach(look.run), reach(look.learned), reach(beside.run)
    lines = [
        panels.line(learned, "bound", "learned"),
        panels.line(lstm, "LSTM", "LSTM"),
        panels.line(gru, "GRU", "GRU"),
    ]
    alt = (
        f"What is left at the end of a nudge of the state at step {look.step}: {plain(gru[at], 2)} in the "
        f"GRU; as learned: {plain(learned[at], 2)}; in the LSTM: {plain(lstm[at], 2)}."
    )
    return panels.reach_lines(look, veil, lines, alt, UPPER)
