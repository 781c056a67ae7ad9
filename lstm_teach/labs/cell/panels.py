"""The pictures of a cell lab: one step from inside, and beside it all steps of one unit or of all units."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.labs.cell.runs import CellRun, Held, Look, Tied
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
    fixed,
    rect,
    stroke,
    text,
)

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SMALLEST = 1e-12  # reach on the axis
HEIGHT = 342.0  # of a picture
LETTERS = 24  # of a word that is read
GATE = Axis("gate", 0.0, 1.0, ticks={0.0: "0", 0.5: "½", 1.0: "1"})


class Term(NamedTuple):
    """A factor of the equation of a state: what is written, whose colour stands below it, and its number."""

    letter: str
    gate: str
    number: float


class Step(NamedTuple):
    """What a cell does at one step of one unit: `state` = `keeps` · state before + `writes` · `candidate`.

    `case` is its name, or "mixed"; `shares` are those of the old state and of the candidate, with a comma
    between; `also` is said last of the numbers.
    """

    state: str
    keeps: Term
    writes: Term
    candidate: Term
    case: str
    shares: str
    also: str = ""


def inside(look: Look, cell: str, title: str, diagram: Callable[..., Picture], step: Step) -> Picture:
    """Return one step of one unit: what is read, the diagram, the case and the equation with its numbers."""
    now, held = look.now(), tuple(look.held.at(look.step))
    if look.run.example.candidate is not None:
        held += (step.candidate.gate,)
    word = look.run.example.inputs[look.step - 1]
    word = word if len(word) <= LETTERS else word[: LETTERS - 1] + "…"
    states = [(look.step, now[step.state]), (look.step - 1, now[f"{step.state}_prev"])]
    state, before = (
        Term(step.state + str(t).translate(SUBSCRIPTS), step.state, value) for t, value in states
    )
    terms = [state, step.keeps, before, step.writes, step.candidate]
    result, keeps, old, writes, new = (fixed(term.number, 3) for term in terms)
    alt = (
        f"The {cell} cell at step {look.step}, unit {look.unit}, reading {word}: {step.case}, {step.shares}. "
        f"{step.state} = {keeps} times {old} plus {writes} times {new} = {result}{step.also}."
        + (f" Held: {', '.join(held)}." if held else "")
    )
    drawn = diagram(now, alt, held)
    of_old, of_new = step.shares.split(", ")
    body = [
        text(4, 16, f"{title} {word}", class_="bold"),
        text(drawn.width - 4, 16, f"Unit {look.unit}", "end", "bold"),
        element("g", drawn.body, transform="translate(0 4)"),
        text(6, 306, step.case, class_="bold"),
        text(6, 321, f"{of_old},", class_="faint"),
        text(6, 336, of_new, class_="faint"),
        element("g", _equation(terms), transform="translate(0 308)"),
    ]
    marks = drawn.marks | {"case": step.case, "equation": [term.number for term in terms]}
    return replace(drawn, height=HEIGHT, body="".join(body), marks=marks)


def _equation(terms: Sequence[Term]) -> str:
    """The state = gate · state before + gate · candidate, with the numbers below the letters."""
    drawn = []
    for k, (term, sign) in enumerate(zip(terms, ["=", "·", "+", "·", ""], strict=True)):
        x = 136.0 + 77.0 * k
        drawn.append(text(x, 4, term.letter, "middle", "bold"))
        drawn.append(rect(x - 26, 9, 52, 3, fill=STROKES[term.gate].colour))
        drawn.append(text(x, 26, fixed(term.number, 3), "middle"))
        if sign:
            drawn += [text(x + 38.5, y, sign, "middle") for y in (4, 26)]
    return "".join(drawn)


def over_steps(
    look: Look, marks: Sequence[Mark], y: Axis, alt: str, height: float, signs: bool = False
) -> Picture:
    """Return a chart over the steps, with a cursor; `signs` as in `Example.steps`."""
    return chart([*marks, Cursor(look.step)], look.run.example.steps(signs), y, alt, height=height)


def line(y: Array, like: str | int | Stroke, label: str) -> Line:
    """Return a line of one number for each step, (time,)."""
    return Line(np.arange(1, len(y) + 1), y, like, label)


def flags(look: Look, y: float, label: str = "") -> list[Mark]:
    """Return a dot at height `y` for each step with a flag or a mark."""
    steps = look.run.example.marked
    return [Points(steps, np.full(len(steps), y), Stroke(INK), label)] if len(steps) else []


def veil(held: Held | Tied, time: int) -> list[Mark]:
    """Return a veil over the steps at which gates are held."""
    if isinstance(held, Tied):
        return [Span(held.held.first - 0.5, time + 0.5)]
    return [Span(held.first - 0.5, (held.last or time) + 0.5)] if held.gates else []


def reach_lines(
    look: Look, veiled: Sequence[Mark], lines: Sequence[Line], alt: str, height: float
) -> Picture:
    """Return how much of a nudge at each step arrives at the last one, on an axis of powers of ten."""
    drawn = np.concatenate([line.y for line in lines])
    drawn = drawn[(drawn > SMALLEST) & (drawn < 1 / SMALLEST)]  # never empty: the reach of the last step is 1
    low, high = 10.0 ** np.floor(np.log10(drawn.min())), 10.0 ** np.ceil(np.log10(drawn.max()))
    axis = Axis("reach (times)", min(float(low), 0.1), max(float(high), 10.0), "log")
    return over_steps(look, [*veiled, *lines], axis, alt, height)


def map_of_units(
    look: Look, run: CellRun, state: str, words: str, veiled: Sequence[Mark], signs: bool
) -> Picture:
    """Return one state of all units of a run, with an arrow at one unit and a cursor at one step.

    h lies within ±1; for other states the colours follow the largest value.
    """
    values = run.all_units(state).T
    units = len(values)
    limit = 1.0 if state == "h" else round_up(max(np.abs(values).max(), 1.0))
    # Unit 0 is at the upper end, as in a list, so rows are handed over in reverse.
    labelled = {look.unit, *(u for u in (0, units - 1) if abs(u - look.unit) >= units / 7)}
    ticks = {float(units - u): f"{'▸' if u == look.unit else ''}{u}" for u in labelled}
    axis = Axis(f"{words} of unit", 0.5, units + 0.5, ticks=ticks)
    ends = f"from {fixed(values.min(), 3)} to {fixed(values.max(), 3)}"
    alt = f"{words} of all {units} units over {values.shape[1]} steps, {ends}."
    marks = [Map(values[::-1], limit, stroke(state).words), *veiled]
    return over_steps(look, marks, axis, alt, HEIGHT / 2, signs)


def above(upper: Picture, lower: Picture) -> Picture:
    """Return two pictures of one width as one."""
    body = upper.body + element("g", lower.body, transform=f"translate(0 {upper.height:g})")
    height = upper.height + lower.height
    return Picture(upper.width, height, body, f"{upper.alt} {lower.alt}", upper.marks | lower.marks)


def round_up(value: float) -> float:
    """Return the next of 1, 1.5, 2, 3, 5, 7.5, 10, …, so that an axis does not move at every change."""
    ends = np.array([1, 1.5, 2, 3, 5, 7.5, 10]) * 10.0 ** np.floor(np.log10(value))
    return float(ends[value <= ends * (1 + 1e-9)][0])
