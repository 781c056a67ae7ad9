"""A recurrent layer unrolled, its tensors to scale: time to the right, features up, the batch into depth."""

from typing import Any

from lstm_teach.labs.shapes.frame import BREAK, DEPTH, HEIGHT, MOST, ROW, WIDTH, Frame, Sizes, frame_of
from lstm_teach.plotting import FAINT, INK, STROKES, Picture, element, plain, rect, text

GRID = 4.0  # pixels of a square from which on single squares are drawn
SHARES = 0.65, 0.3  # opacity of what the forward and the backward cell hand out


def unrolled(sizes: Sizes, kind: str, return_sequences: bool, return_state: bool, weights: int) -> Picture:
    """Return x below, the cell at every step above it, and at the top what the layer hands out."""
    letters = "hc" if kind == "LSTM" else "h"
    frame = frame_of(sizes, len(letters))
    drawn = [
        *_sheets("x", frame, frame.pieces, frame.inputs, sizes.features, STROKES["x"].colour, 0.3),
        *_outputs(frame, return_sequences),
        *_cells(frame),
        *_words(frame, kind, return_sequences, weights),
    ]
    if return_state:
        drawn += _states(frame, letters)
    y = f"at each of {sizes.time} steps" if return_sequences else "after the last step only"
    alt = (
        f"To scale: x, {sizes.batch} sequences of {sizes.time} steps with {sizes.features} features; "
        f"the same {kind} cell at every step; y, {sizes.directions * sizes.units} numbers {y}"
        f"{'; and the last states ' + ' and '.join(letters) if return_state else ''}."
    )
    return Picture(WIDTH, HEIGHT, "".join(drawn), alt, {"sizes": sizes, "square": frame.square})


def _sheets(
    name: str,
    frame: Frame,
    pieces: list[tuple[float, int]],
    bottom: float,
    rows: int,
    colour: str,
    share: float,
) -> list[str]:
    """Return a tensor: one sheet for each row of the batch. The first is in front and has its squares.

    `share` is the opacity. With none, the tensor is one dashed sheet.
    """
    s, high = frame.square, rows * frame.square
    drawn = []
    for k in reversed(range(frame.sizes.batch if share else 1)):
        look: dict[str, Any] = {
            "fill": colour if share else "none",
            "fill_opacity": share or None,
            "stroke": colour,
            "stroke_width": 1 if k == 0 or DEPTH * s > 3 else 0.3,
            "stroke_dasharray": None if share else "3 3",
        }
        for left, columns in pieces:
            box = left + k * DEPTH * s, bottom - high - k * DEPTH * s, columns * s, high
            drawn += [rect(*box, class_="ground"), rect(*box, **look, data_tensor=f"{name} {k}")]
    if s >= GRID and share:
        lines = "".join(
            "".join(f"M{left + k * s:.1f} {bottom:.1f}v{-high:.1f}" for k in range(1, columns))
            + "".join(f"M{left:.1f} {bottom - k * s:.1f}h{columns * s:.1f}" for k in range(1, rows))
            for left, columns in pieces
        )
        if lines:
            drawn.append(element("path", d=lines, stroke=colour, stroke_width=0.7))
    return drawn


def _outputs(frame: Frame, return_sequences: bool) -> list[str]:
    """Return y, with the backward half above the forward half. What stays inside the layer is dashed."""
    units, s = frame.sizes.units, frame.square
    drawn = []
    for way in range(frame.sizes.directions):
        bottom, handed_out = frame.outputs - way * units * s, frame.pieces
        if not return_sequences:
            drawn += _sheets("inside", frame, frame.pieces, bottom, units, FAINT, 0)
            handed_out = [(frame.first if way else frame.last - s, 1)]
        drawn += _sheets("y", frame, handed_out, bottom, units, STROKES["h"].colour, SHARES[way])
    return drawn


def _states(frame: Frame, letters: str) -> list[str]:
    """Return the last states: at the right end of the forward cell, at the left end of the backward cell."""
    sizes, s, depth = frame.sizes, frame.square, frame.depth
    drawn = []
    for way in range(sizes.directions):
        y = frame.cells + ROW * (sizes.directions - way - 0.5)
        for k, letter in enumerate(letters):
            left = frame.last + depth + 26 + k * frame.pitch
            if way:
                left = frame.first - 26 - depth - s - (len(letters) - 1 - k) * frame.pitch
            start = frame.first - 14 if way else frame.last + 14
            path = f"M{start:.1f} {y:.1f}H{left + s / 2:.1f}V{frame.outputs + 3:.1f}"
            drawn.append(element("path", d=path, stroke=FAINT, fill="none"))
            name = letter if sizes.directions == 1 else f"{letter}_{'fb'[way]}"
            colour, share = STROKES[letter].colour, SHARES[way]
            drawn += _sheets(name, frame, [(left, 1)], frame.outputs, sizes.units, colour, share)
            top = frame.outputs - sizes.units * s - depth
            drawn.append(text(left + s / 2, top - 5, name, "middle", "mono"))
    return drawn


def _cells(frame: Frame) -> list[str]:
    """Return one row of cells for each direction, with the state's way through them, and lines to x and y."""
    sizes, s, lefts = frame.sizes, frame.square, frame.lefts
    above, below = frame.outputs + 2, frame.inputs - sizes.features * s - frame.depth - 2
    lines = "".join(f"M{left + s / 2:.1f} {below:.1f}V{above:.1f}" for left in lefts)
    drawn = [element("path", d=lines, stroke=FAINT, stroke_width=0.7 if s >= GRID else 0.3)]
    for way in range(sizes.directions):
        y = frame.cells + ROW * (sizes.directions - way - 0.5)
        start, end, tip = frame.first - 12, frame.last + 14, 7
        if way:
            start, end, tip = frame.last + 12, frame.first - 14, -7
        drawn.append(element("path", d=f"M{start:.1f} {y:.1f}H{end - tip:.1f}", stroke=INK, stroke_width=1.5))
        drawn.append(element("path", d=f"M{end:.1f} {y:.1f}l{-tip} -4v8z", fill=INK))
        drawn.append(text(start, y + 4.5, "0", "start" if way else "end"))
        boxes = [(left + 0.1 * s, 0.8 * s) for left in lefts]
        if s < GRID:
            boxes = [(left, columns * s) for left, columns in frame.pieces]
        drawn += [rect(left, y - 8, wide, 16, rx=2, class_="ground", stroke=INK) for left, wide in boxes]
    if len(frame.pieces) > 1:
        gap = frame.pieces[1][0] - BREAK / 2
        rows = {frame.outputs: sizes.units * sizes.directions, frame.inputs: sizes.features}
        drawn += [text(gap, low - high * s / 2 + 4, "…", "middle", "bold") for low, high in rows.items()]
    return drawn


def _words(frame: Frame, kind: str, return_sequences: bool, weights: int) -> list[str]:
    """Return what each block is, in words beside it, and the scale below."""
    batch, time, features, units, directions = frame.sizes
    shape = (batch, time, directions * units) if return_sequences else (batch, directions * units)
    before = "batch, time," if return_sequences else "batch,"
    axes = [f"{before} units"] if directions == 1 else [before, "2 · units", "top: backward"]
    middle = frame.outputs - directions * units * frame.square / 2
    cells = frame.cells + ROW * directions / 2
    bottom = frame.inputs - features * frame.square / 2
    named = f"{'one' if directions == 1 else 'two'} {kind} cell{'s' * (directions - 1)}"
    return [
        *_beside(min(middle, cells - 30 - 8.5 * len(axes) - 8.5), f"y {shape}", *axes),
        *_beside(cells, named, f"{weights:,} weights,", f"used {times(time)}"),
        *_beside(max(bottom, cells + 47), f"x {(batch, time, features)}", "batch, time, features"),
        text(4, HEIGHT - 6, _note(time, frame.square), class_="faint"),
    ]


def times(count: int) -> str:
    """Return how often, in words."""
    return "once" if count == 1 else f"{count} times"


def _beside(middle: float, name: str, *words: str) -> list[str]:
    """Return a name with words below it, centred at a height."""
    first = middle - 8.5 * len(words) + 4.5
    return [
        text(4, first, name, class_="bold"),
        *(text(4, first + 17 * k, line, class_="faint") for k, line in enumerate(words, start=1)),
    ]


def _note(time: int, square: float) -> str:
    if time > MOST:
        return f"To scale, but of {time} steps only the first and last {MOST // 2} are drawn."
    if square >= GRID:
        return "To scale: one square is one number."
    return f"To scale: one number is {plain(square, 2)} pixels wide, too small for squares."
