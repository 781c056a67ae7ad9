"""The inside of a trained LSTM: hold its gates open or closed from a step on, and see what it still knows.

The skeleton is `labs.cell`'s; here are controls, presets and view, and what is drawn and said of an LSTM.
"""

import numpy as np

from lstm_teach.diagrams import lstm_cell
from lstm_teach.labs.cell import cached, panels
from lstm_teach.labs.cell.cached import reach, score
from lstm_teach.labs.cell.inputs import LONGEST, SENTENCE, TASKS
from lstm_teach.labs.cell.panels import GATE, HEIGHT, Step, Term
from lstm_teach.labs.cell.runs import LEARNED, NEAR, SLIDER, Held, Look, hold
from lstm_teach.labs.controls import Choice, Menu, Player, Slider, TextField
from lstm_teach.labs.core import Controls, LabSpec, Presets, View
from lstm_teach.plotting import Axis, Mark, Picture, fixed, percent, plain, rounded, stroke

LINES, MAPS, GRADIENT = PANELS = ["lines", "maps", "gradient"]
"""What can stand beside the diagram."""

UPPER, LOWER = HEIGHT / 2 + 4, HEIGHT / 2 - 4
NOTHING = 0.005  # what is smaller shows as 0 in two decimal places
CASES = {
    (True, False): "keep",
    (True, True): "add",
    (False, False): "erase",
    (False, True): "overwrite",
}
"""(forget gate open, input gate open) -> what the cell does to c."""

GATES = {"i": "input", "f": "forget", "o": "output"}
READS = [*TASKS, SENTENCE]
EXAMPLE = (
    "The story is slow and the jokes are old, but the acting is excellent and I will definitely "
    "watch it again."
)
POSITIONS = [LEARNED, "open", "closed", SLIDER]
TO_THE_END, ONE_STEP = "to the end", "one step"

_WAIT = {"f": "open", "i": "closed", "from_step": 12}
_BETWEEN = {"f_value": 0.73, "i_value": 0.4, "from_step": 12, "step": 21}
PRESETS: Presets = {
    "write once, close, wait": {**_WAIT, "step": 21},
    "as learned": {"step": 21},
    "never written": {**_WAIT, "from_step": 1, "step": 21},
    "add": {**_WAIT, "i": "open", "unit": 2, "step": 21},
    "erase": {**_WAIT, "f": "closed", "extent": ONE_STEP, "step": 12},
    "overwrite": {"f": "closed", "i": "open", "from_step": 12, "extent": ONE_STEP, "step": 12},
    "output closed": {"o": "closed", "from_step": 12, "extent": ONE_STEP, "step": 12},
    "between the cases": {"f": SLIDER, "i": SLIDER, "o": SLIDER, **_BETWEEN},
    "a later flag counts": {"reads": "last of three flags", "unit": 2, "step": 18},
    "how far back it reaches": {"f": SLIDER, "f_value": 0.5, "step": 10, "beside": GRADIENT},
    "all units": {**_WAIT, "step": 21, "beside": "maps"},
    "two pulses": {"reads": "two pulses", "unit": 6, "step": 15},
    "a sentence": {"reads": SENTENCE, "f": "closed", "unit": 16, "step": 14},
}

CONTROLS: Controls = {  # the view lowers the upper ends of unit and steps to what is read
    "reads": Menu("It reads", READS[0], READS),
    "sentence": TextField("Sentence", EXAMPLE, "type a sentence about a film"),
    "f": Choice("Forget", LEARNED, POSITIONS, compact=True),
    "i": Choice("Input", LEARNED, POSITIONS, compact=True),
    "o": Choice("Output", LEARNED, POSITIONS, compact=True),
    "f_value": Slider("Forget slider", 0.5, 0.0, 1.0, 0.01, places=2),
    "i_value": Slider("Input slider", 0.5, 0.0, 1.0, 0.01, places=2),
    "o_value": Slider("Output slider", 0.5, 0.0, 1.0, 0.01, places=2),
    "from_step": Slider("Held from step", 1, 1, LONGEST),
    "extent": Choice("Held", TO_THE_END, [TO_THE_END, ONE_STEP]),
    "unit": Slider("Unit (from 0)", 2, 0, 31),
    "beside": Choice("Beside", LINES, PANELS),
    "step": Player("Look at step", 1, 1, LONGEST),
}


def gate_view(
    f: str,
    i: str,
    o: str,
    f_value: float,
    i_value: float,
    o_value: float,
    from_step: int,
    extent: str,
    unit: int,
    step: int,
    reads: str,
    beside: str,
    sentence: str,
) -> View:
    """Hold the gates of a trained LSTM, and step through what it does with what it reads."""
    example = cached.example(reads, sentence if reads == SENTENCE else "")
    lstm = example.cells["LSTM"]
    last_step, last_unit = example.time, lstm.p.n - 1
    step, unit, from_step = min(step, last_step), min(unit, last_unit), min(from_step, last_step)

    gates = {"i": i, "f": f, "o": o}
    values = {"i": i_value, "f": f_value, "o": o_value}
    held = hold(gates, values, from_step, from_step if extent == ONE_STEP else None)
    look = Look(cached.read(lstm, example, held), cached.read(lstm, example, Held()), held, step, unit)
    off = [f"{gate}_value" for gate, position in gates.items() if position != SLIDER]
    off += ["from_step"] if last_step == 1 or not held.gates else []
    off += ["extent"] if from_step == last_step or not held.gates else []
    off += ["step"] if last_step == 1 else []
    off += ["sentence"] if reads != SENTENCE else []
    return View(
        [_inside(look), _panel(look, beside)],
        _status(look, gradient=beside == GRADIENT),
        off,
        {"step": last_step, "from_step": last_step, "unit": last_unit},
    )


def _inside(look: Look) -> Picture:
    """Return the diagram of the cell with the equation of c, all at one step of one unit."""
    now = look.now()
    step = Step(
        "c",
        Term("f", "f", now["f"]),
        Term("i", "i", now["i"]),
        Term("c̃", "c_tilde", now["c_tilde"]),
        case(now["f"], now["i"]) or "mixed",
        shares(now["f"], now["i"]),
        f"; h = {fixed(now['h'], 3)}",
    )
    return panels.inside(look, "LSTM", f"Step {look.step} reads", lstm_cell, step)


def _panel(look: Look, name: str) -> Picture:
    """Return one of `PANELS`: two charts above each other, with the same steps and the same cursor."""
    veil = panels.veil(look.held, look.run.example.time)
    if name == MAPS:
        # Below c stands what is read, below h the number of the step.
        return panels.above(
            *(panels.map_of_units(look, look.run, state, state, veil, state == "c") for state in "ch")
        )
    upper = _reach_lines if name == GRADIENT else _states
    return panels.above(upper(look, veil), _gate_lines(look, veil))


def _states(look: Look, veil: list[Mark]) -> Picture:
    """Both states of the unit, and c as it would be if no gate were held."""
    c, h, learned = look.line("c"), look.line("h"), look.learned.line("c", look.unit)
    high = panels.round_up(max(np.abs(c).max(), np.abs(learned).max(), 1.0))
    marks = [
        *veil,
        panels.line(learned, "bound", "c as learned"),
        panels.line(c, "c", "c"),
        panels.line(h, "h", "h"),
        *panels.flags(look, -0.9 * high, "flag"),
    ]
    at = f"at step {look.step} c is {fixed(c[look.step - 1], 3)} and h {fixed(h[look.step - 1], 3)}"
    alt = f"c and h of unit {look.unit} over {len(c)} steps: {at}; c ends at {fixed(c[-1], 3)}."
    return panels.over_steps(look, marks, Axis("state", -high, high), alt, UPPER, signs=True)


def _gate_lines(look: Look, veil: list[Mark]) -> Picture:
    """The three gates of the unit."""
    marks = [panels.line(look.line(gate), gate, stroke(gate).words) for gate in "fio"]
    ends = ", ".join(f"{mark.like} {fixed(mark.y[look.step - 1], 3)}" for mark in marks)
    alt = f"The gates of unit {look.unit}; at step {look.step} {ends}."
    return panels.over_steps(look, [*veil, *marks], GATE, alt, LOWER)


def _reach_lines(look: Look, veil: list[Mark]) -> Picture:
    """What is left of a nudge at each step when the last step comes."""
    at = look.step - 1
    both, c, learned = reach(look.run), reach(look.run, "c"), reach(look.learned)
    lines = [
        panels.line(learned, "bound", "learned"),
        panels.line(both, 5, "h and c"),
        panels.line(c, "c", "c to c"),
    ]
    alt = (
        f"What is left at the end of a nudge of h and c at step {look.step}: {plain(both[at], 2)}; "
        f"from c to c: {plain(c[at], 2)}; as learned: {plain(learned[at], 2)}."
    )
    return panels.reach_lines(look, veil, lines, alt, UPPER)


def case(f: float, i: float) -> str | None:
    """Return the name of what a forget gate f and an input gate i do to c, or None for none of the four."""
    if any(min(gate, 1.0 - gate) > NEAR for gate in (f, i)):
        return None
    return CASES[f > 0.5, i > 0.5]


def shares(f: float, i: float) -> str:
    """Return how much of the old is kept, and how much of the candidate is written."""
    return f"keeps {percent(f)}, writes {percent(i)}"


def _status(look: Look, gradient: bool) -> str:
    """Return two or three sentences; with `gradient`, one more on how far back the last state looks."""
    now = look.now()
    name = case(now["f"], now["i"]) or f"mixed: {shares(now['f'], now['i'])}"
    first = f"Unit {look.unit}, step {look.step}: {name}. {_gates(look)}: {_c(look, now)}; {_h(look, now)}."
    lstm, answer = look.run.cell, look.run.example.answer(look.run.trace.h[0, -1])
    others = f"as learned {percent(score(lstm, Held()))}, " if look.held.gates else ""
    others += f"by chance {percent(lstm.chance)}"
    last = f"Right on {percent(score(lstm, look.held))} of {lstm.scored} ({others}). {answer}"
    return f"{first} {_reach(look)} {last}" if gradient else f"{first} {last}"


def _gates(look: Look) -> str:
    ends, held = {0.0: "closed", 1.0: "open"}, look.held.at(look.step)
    words = [f"{GATES[gate]} {ends.get(at, f'at {plain(at, 2)}')}" for gate, at in held.items()]
    if not words:
        return "No gate is held at this step" if look.held.gates else "Gates as learned"
    return ", ".join(words).capitalize()


def _c(look: Look, now: dict[str, float]) -> str:
    before, after = rounded(now["c_prev"], 2), rounded(now["c"], 2)
    if before != after:
        return f"c goes from {before} to {after}{_as_learned(look, after)}"
    return "c stays 0" if after == "0" else f"c keeps {after}"


def _as_learned(look: Look, c: str) -> str:
    """Where c would have gone, if the output gate alone is held: it does not touch c but through h."""
    learned = rounded(look.learned.line("c", look.unit)[look.step - 1], 2)
    differs = {gate for gate, _ in look.held.gates} == {"o"} and learned != c
    return f" (as learned {learned})" if differs else ""


def _h(look: Look, now: dict[str, float]) -> str:
    before, after = rounded(now["h_prev"], 2), rounded(now["h"], 2)
    if now["o"] < NOTHING:
        left = "" if abs(now["c"]) < NOTHING else ", though c is not"
        last = look.step == look.run.example.time
        read = "" if last else ", and the gates of the next step read that h"
        return f"h is 0{left}{read}"
    if before == after:
        return "h stays 0" if after == "0" else f"h keeps {after}"
    if abs(now["c"] - now["c_prev"]) < NOTHING / 10:
        return f"h still moves, to {after}, since o does"
    return f"h goes to {after}"


def _reach(look: Look) -> str:
    of = look.step - 1
    held, learned = reach(look.run)[of], reach(look.learned)[of]
    return f"Of a nudge at this step, {plain(held, 2)} is left at the end (as learned {plain(learned, 2)})."


LAB = LabSpec("gate_lab", gate_view, CONTROLS, PRESETS)
