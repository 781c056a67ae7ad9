"""What gate_lab and gru_lab draw alike: the equation of a step, maps of units, the axis of the reach."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from lstm_teach.plotting import STROKES, Axis, Cursor, Map, Mark, Picture, chart, element, stroke, text

Array = np.ndarray
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SMALLEST = 1e-12  # reach on the axis
HEIGHT = 342.0  # of a picture in the gate lab and the GRU lab
GATE = Axis("gate", 0.0, 1.0, ticks={0.0: "0", 0.5: "½", 1.0: "1"})


class Terms(NamedTuple):
    """The equation of `state` at `step`.

    `gates` has, for the three that are no state, what is written and whose colour stands below it; `numbers`
    are those of all five, from left to right.
    """

    step: int
    state: str
    gates: Sequence[tuple[str, str]]
    numbers: Sequence[float]


def from_inside(diagram: Picture, title: str, unit: int, case: str, shares: str, terms: Terms) -> Picture:
    """A cell at one step: what it reads above it; below it the case, the shares of old and new, the equation.

    `shares` are two, with a comma between.
    """
    old, new = shares.split(", ")
    body = [
        text(4, 16, title, class_="bold"),
        text(diagram.width - 4, 16, f"Unit {unit}", "end", "bold"),
        element("g", diagram.body, transform="translate(0 4)"),
        text(6, 306, case, class_="bold"),
        text(6, 321, f"{old},", class_="faint"),
        text(6, 336, new, class_="faint"),
        element("g", equation(terms), transform="translate(0 308)"),
    ]
    marks = diagram.marks | {"case": case, "equation": terms.numbers}
    return replace(diagram, height=HEIGHT, body="".join(body), marks=marks)


def equation(terms: Terms) -> str:
    """state_t = gate · state_{t-1} + gate · candidate, with the numbers below the letters."""
    step, state, gates, numbers = terms
    (keeps, keeps_like), (writes, writes_like), (candidate, candidate_like) = gates
    written = [
        (state + str(step).translate(SUBSCRIPTS), state),
        (keeps, keeps_like),
        (state + str(step - 1).translate(SUBSCRIPTS), state),
        (writes, writes_like),
        (candidate, candidate_like),
    ]
    signs = ["=", "·", "+", "·", ""]
    drawn = []
    for k, ((letter, like), number, sign) in enumerate(zip(written, numbers, signs, strict=True)):
        x = 136.0 + 77.0 * k
        drawn.append(text(x, 4, letter, "middle", "bold"))
        drawn.append(element("rect", x=x - 26, y=9, width=52, height=3, fill=STROKES[like].colour))
        drawn.append(text(x, 26, three(number), "middle"))
        if sign:
            drawn += [text(x + 38.5, y, sign, "middle") for y in (4, 26)]
    return "".join(drawn)


def map_of_units(
    words: str, state: Array, like: str, unit: int, step: int, held: Sequence[Mark], time: Axis, height: float
) -> Picture:
    """One state (time, units) of all units, with an arrow at one of them and a cursor at one step.

    h lies within ±1; for other states the colours follow the largest value.
    """
    values = state.T
    units = len(values)
    limit = 1.0 if like == "h" else round_up(max(np.abs(values).max(), 1.0))
    # Unit 0 is at the upper end, as in a list, so rows are handed over in reverse.
    labelled = {unit, *(u for u in (0, units - 1) if abs(u - unit) >= units / 7)}
    ticks = {float(units - u): f"{'▸' if u == unit else ''}{u}" for u in labelled}
    axis = Axis(f"{words} of unit", 0.5, units + 0.5, ticks=ticks)
    marks = [Map(values[::-1], limit, stroke(like).words), *held, Cursor(step)]
    ends = f"from {three(values.min())} to {three(values.max())}"
    alt = f"{words} of all {units} units over {values.shape[1]} steps, {ends}."
    return chart(marks, time, axis, alt, height=height)


def reach_axis(*reaches: Array) -> Axis:
    """Powers of ten that hold all these reaches, and 1; what is beyond 1e-12 or 1e12 is not shown."""
    drawn = np.concatenate(reaches)
    drawn = drawn[(drawn > SMALLEST) & (drawn < 1 / SMALLEST)]  # never empty: the reach of the last step is 1
    low, high = 10.0 ** np.floor(np.log10(drawn.min())), 10.0 ** np.ceil(np.log10(drawn.max()))
    return Axis("reach (times)", min(float(low), 0.1), max(float(high), 10.0), "log")


def above(upper: Picture, lower: Picture) -> Picture:
    """Two pictures of one width as one."""
    body = upper.body + element("g", lower.body, transform=f"translate(0 {upper.height:g})")
    height = upper.height + lower.height
    return Picture(upper.width, height, body, f"{upper.alt} {lower.alt}", upper.marks | lower.marks)


def round_up(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 5, 7.5, 10, …, so that an axis does not move at every change."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(
        next(factor * power for factor in (1, 1.5, 2, 3, 5, 7.5, 10) if value <= factor * power * (1 + 1e-9))
    )


def three(value: float) -> str:
    """Three places after the point, also zeros, so that numbers stand still."""
    written = f"{value:.3f}"
    return ("0.000" if written == "-0.000" else written).replace("-", "−")
