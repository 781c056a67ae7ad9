"""The two pictures of gradient_lab: the reach against the lag, and the gradients that shrink or blow up."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.labs.gradient.runs import MAX_NORM, Measured, Seeds
from lstm_teach.plotting import STROKES, Axis, Line, Map, Mark, Note, Picture, Points, chart, rough

WIDTH, HEIGHT = 455, 300
HUGE = 1e300  # where the axis ends at the latest; a little later floating-point numbers do
LOWEST = (1e-4, 1e-12, 1e-24, 1e-40, 1e-100, 1 / HUGE)  # a few fixed ends, so that an axis seldom moves
HIGHEST = (1e3, 1e12, 1e40, 1e100, HUGE)
DIRECT = "LSTM, D = f · f · … · f, along c alone"
DOTS = 10  # of the direct path along c, so that it differs from the LSTM's line


def reach_picture(runs: Mapping[str, Seeds], steps: int, names: Mapping[str, str]) -> Picture:
    """Return a line for each seed, the middle one thick, the LSTM's direct path, and the RNN's bound."""
    lags = np.arange(steps + 1)
    reach = {cell: np.stack([one.reach[: steps + 1] for one in seeds.runs]) for cell, seeds in runs.items()}
    y = _axis(np.concatenate(list(reach.values())))
    thin, thick = {}, []
    for cell, lines in reach.items():
        look = STROKES[cell]
        for seed, line in enumerate(np.clip(lines, 0, HUGE)):
            if seed == runs[cell].middle:
                thick.append(Line(lags, line, look, names[cell]))
            else:
                thin[f"{cell}, seed {seed}"] = Line(lags, line, look._replace(width=0.8))
    limit = np.max([one.bound[: steps + 1] for one in runs["RNN"].runs], axis=0)  # Glorot's norms differ
    direct = runs["LSTM"].shown.direct
    dots = np.unique(np.linspace(0, steps, DOTS + 1).astype(int))
    marks: list[Mark] = [
        *thin.values(),
        *thick,
        Points(dots, np.where(direct[dots] >= y.low, direct[dots], np.nan), "LSTM", DIRECT),
        Line(lags, np.where(limit <= y.high, limit, np.nan), "bound", "RNN's bound ‖U‖ᵏ"),
    ]
    ends = ", ".join(f"{cell} {rough(lines[runs[cell].middle, -1])}" for cell, lines in reach.items())
    x = Axis("lag k = T − t (steps)", 0, steps, whole=True)
    alt = f"The reach ‖J‖, by all paths, against the lag on a log axis, 1 at lag 0; at lag {steps}: {ends}."
    title = "Reach ‖J‖, by all paths: J = ∂s_T/∂s_t, s = h, or h and c"
    picture = chart(marks, x, y, alt, title, WIDTH, HEIGHT)
    return replace(picture, marks=picture.marks | thin)


def vectors_picture(shown: Mapping[str, Measured], clip: bool, steps: int) -> Picture:
    """Return dL/dx_t of every cell, a column for each lag; coloured by its share of the vector at lag 0.

    Clipping changes no share, so then the share is that of the longest vector: what came first may be all
    that is left to see.
    """
    vectors = {cell: (_clipped(one) if clip else one.vectors)[:, : steps + 1] for cell, one in shown.items()}
    m = len(next(iter(vectors.values())))
    gap = -(-m // 2)  # rows left for the words above each strip
    values = np.full((len(vectors) * (m + gap), steps + 1), np.nan)
    notes: list[Note] = []
    words: list[str] = []
    for place, (cell, columns) in enumerate(reversed(vectors.items())):
        low = place * (m + gap)
        with np.errstate(over="ignore", invalid="ignore"):  # beyond all numbers is full colour, too
            lengths = np.linalg.norm(columns, axis=0)
            whole = np.nanmax(lengths) if clip else lengths[0]
            values[low : low + m] = columns[::-1] / (whole if 0 < whole < np.inf else 1.0)
        words.insert(0, f"{cell}: length {rough(lengths[0])} at lag 0, {rough(lengths[-1])} at lag {steps}")
        notes.append(Note(-0.5, low + m - 0.15, words[0]))
    marks: list[Mark] = [Map(values, 1.0, "× the longest" if clip else "× length at lag 0", first=0), *notes]
    x = Axis("lag k = T − t (steps)", -0.5, steps + 0.5, whole=True)
    y = Axis(f"{m} number{'s' * (m > 1)} a step", -0.5, len(values) - 0.5, ticks={})
    alt = f"The gradient of L at every input, as a vector, for each thick line. {'; '.join(words)}."
    title = f"∂L/∂x_t: how x_t moves L, the mean of h_T{', clipped' * clip}"
    picture = chart(marks, x, y, alt, title, WIDTH, HEIGHT)
    return replace(picture, marks=picture.marks | vectors)


def _clipped(one: Measured) -> Array:
    """The vectors, cut by as much as the gradient of the weights that they belong to."""
    return one.vectors / max(1.0, one.norm / MAX_NORM) if np.isfinite(one.norm) else one.vectors


def _axis(values: Array) -> Axis:
    """A log axis that holds all of `values` that such an axis can hold."""
    values = values[values > 0]
    low, high = values.min(), values.max()  # at lag 0 there is always a 1
    return Axis(
        "what is left of a nudge",
        next((end for end in LOWEST if end <= low), LOWEST[-1]),
        next((end for end in HIGHEST if high <= end), HIGHEST[-1]),
        "log",
    )
