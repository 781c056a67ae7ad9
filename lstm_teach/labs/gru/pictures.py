"""The pictures of the GRU lab: one step from inside, and beside it GRU and LSTM over all steps."""

import numpy as np

from lstm_teach.diagrams import gru_cell
from lstm_teach.labs.gru.costs import costs
from lstm_teach.labs.gru.run import LEARNED, Look
from lstm_teach.labs.gru.status import case, shares
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
    ORANGE,
    Axis,
    Cursor,
    Line,
    Mark,
    Note,
    Picture,
    Points,
    Span,
    Stroke,
    chart,
    plain,
)

Array = np.ndarray
_, MAPS, GRADIENT, COSTS = PANELS = ["lines", "maps", "gradient", "costs"]
TERMS = [("z", "z"), ("1 − z", "z"), ("h̃", "h_tilde")]  # of the equation of h
LSTM_H = Stroke(ORANGE, "2 3", width=1.5)
EDGE = 1.25  # of the axis of states, where h is at home


def inside(look: Look) -> Picture:
    """What is read, the diagram of the GRU, the case and the equation of h, all at one step of one unit."""
    now, held = look.now(), look.held.at(look.step)
    if look.constant:
        held = held | {"h_tilde": now["h_tilde"]}
    named = case(now["z"]) or "mixed"
    numbers = [now["h"], now["z"], now["h_prev"], 1.0 - now["z"], now["h_tilde"]]
    word = look.reading.inputs[look.step - 1]
    alt = (
        f"The GRU cell at step {look.step}, unit {look.unit}, reading {word}: {named}, {shares(now['z'])}. "
        f"h = {three(now['z'])} times {three(now['h_prev'])} plus {three(1.0 - now['z'])} times "
        f"{three(now['h_tilde'])} = {three(now['h'])}." + (f" Held: {', '.join(held)}." if held else "")
    )
    diagram, title = gru_cell(now, alt, tuple(held)), f"GRU, step {look.step}, reads {word}"
    terms = Terms(look.step, "h", TERMS, numbers)
    return from_inside(diagram, title, look.unit, named, shares(now["z"]), terms)


def panel(look: Look, name: str) -> Picture:
    """One of `PANELS`: two charts above each other with the same steps and cursor, or what they cost."""
    if name == COSTS:
        return costs(look.p)
    if name == MAPS:
        return above(_map(look, "GRU h", look.gru.h, "h"), _map(look, "LSTM c", look.lstm.c, "c"))
    return above(_reach(look) if name == GRADIENT else _states(look), _gates(look))


def _states(look: Look) -> Picture:
    """The GRU's h, also as learned, and both states of the LSTM, of the same number of unit."""
    steps, u = _steps(look), look.unit
    h, learned = look.gru.h[0, :, u], look.learned.h[0, :, u]
    c, lstm_h = look.lstm.c[0, :, u], look.lstm.h[0, :, u]
    axis = Axis("state", -EDGE, EDGE)  # a trained c may grow to ten, and h would look flat beside it
    if look.constant:
        axis = Axis("state", -round_up(max(-c.min(), 1.0)), round_up(max(c.max(), 1.0)))
    inside = np.where((c >= axis.low) & (c <= axis.high), c, np.nan)
    marked = look.reading.marked
    marks: list[Mark] = [
        *_held(look),
        Line(steps, learned, "bound", "h learned"),
        Line(steps, lstm_h, LSTM_H, "LSTM h"),
        Line(steps, inside, "c", "LSTM c"),
        Line(steps, h, "h", "GRU h"),
        *([Points(marked, np.full(len(marked), 0.93 * axis.low), Stroke(INK))] if len(marked) else []),
        *([Note(1.0, EDGE, "c is cut off")] if np.isnan(inside).any() else []),
        Cursor(look.step),
    ]
    at = f"at step {look.step} the GRU's h is {three(h[look.step - 1])}, the LSTM's c {three(look.c())}"
    alt = f"Unit {look.unit} of GRU and LSTM over {len(steps)} steps: {at}. The GRU's h lies within −1 and 1."
    return chart(marks, look.reading.steps(signs=True), axis, alt, height=HEIGHT / 2 + 8)


def _gates(look: Look) -> Picture:
    """The GRU's two gates, and the two gates of the LSTM whose work the update gate does."""
    steps, u = _steps(look), look.unit
    lines = {"z": look.gru.z, "r": look.gru.r, "f": look.lstm.f, "i": look.lstm.i}
    names = {"z": "z", "r": "r", "f": "LSTM f", "i": "LSTM i"}
    marks = [Line(steps, y[0, :, u], gate, names[gate]) for gate, y in lines.items()]
    ends = ", ".join(f"{names[gate]} {three(y[0, look.step - 1, u])}" for gate, y in lines.items())
    alt = f"The gates of unit {look.unit} over the steps; at step {look.step} {ends}."
    time = look.reading.steps()
    return chart([*_held(look), *marks, Cursor(look.step)], time, GATE, alt, height=HEIGHT / 2 - 8)


def _reach(look: Look) -> Picture:
    """How much of a nudge at each step arrives at the last one, on an axis of powers of ten."""
    steps = _steps(look)
    gru, learned, lstm = look.reach()
    axis = reach_axis(gru, learned, lstm)
    marks = [
        *_held(look),
        Line(steps, learned, "bound", "learned"),
        Line(steps, lstm, "LSTM", "LSTM"),
        Line(steps, gru, "GRU", "GRU"),
        Cursor(look.step),
    ]
    at = look.step - 1
    alt = (
        f"A nudge of the state at step {look.step} reaches the last step {plain(gru[at], 2)} times as large "
        f"in the GRU, {plain(learned[at], 2)} times as learned, and {plain(lstm[at], 2)} times in the LSTM."
    )
    return chart(marks, look.reading.steps(), axis, alt, height=HEIGHT / 2 + 8)


def _steps(look: Look) -> Array:
    return np.arange(1, look.gru.h.shape[1] + 1)


def _held(look: Look) -> list[Mark]:
    """A veil over the steps at which gates are held."""
    if not look.held.gates and look.way == LEARNED:
        return []
    return [Span(look.held.first - 0.5, len(_steps(look)) + 0.5)]


def _map(look: Look, words: str, state: Array, letter: str) -> Picture:
    """One state of all units; below the GRU's stands what is read, below the LSTM's the step."""
    time = look.reading.steps(signs=letter == "h")
    return map_of_units(words, state[0], letter, look.unit, look.step, _held(look), time, HEIGHT / 2)
