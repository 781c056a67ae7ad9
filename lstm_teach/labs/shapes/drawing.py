"""A recurrent layer unrolled, its tensors to scale: time to the right, features up, the batch into depth."""

from typing import Any

from lstm_teach.labs.shapes.frame import BREAK, DEPTH, HEIGHT, MOST, ROW, WIDTH, Frame, Sizes, frame_of
from lstm_teach.plotting import FAINT, INK, STROKES, Picture, element, plain, text

GRID = 4.0  # pixels of a square from which on single squares are drawn


def unrolled(sizes: Sizes, kind: str, return_sequences: bool, return_state: bool, weights: int) -> Picture:
    """Return x below, the cell at every step above it, and at the top what the layer hands out."""
    letters = "hc" if kind == "LSTM" else "h"
    frame = frame_of(sizes, len(letters))
    drawn = [
        *_sheets(
            "x", frame, sizes.batch, frame.pieces, frame.inputs, sizes.features, STROKES["x"].colour, 0.3
        ),
        *_outputs(sizes, frame, return_sequences),
        *_cells(sizes, frame),
        *_words(sizes, frame, kind, return_sequences, weights),
    ]
    if return_state:
        drawn += _states(sizes, frame, letters)
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
    batch: int,
    pieces: list[tuple[float, int]],
    bottom: float,
    rows: int,
    colour: str,
    share: float,
    dash: str | None = None,
) -> list[str]:
    """Return a tensor: one sheet for each row of the batch. The first is in front and has its squares."""
    s, high = frame.square, rows * frame.square
    drawn = []
    for k in reversed(range(batch)):
        for left, columns in pieces:
            box: dict[str, Any] = {
                "x": left + k * DEPTH * s,
                "y": bottom - high - k * DEPTH * s,
                "width": columns * s,
                "height": high,
            }
            tint: dict[str, Any] = {"fill": colour, "fill_opacity": share} if share else {"fill": "none"}
            edge: dict[str, Any] = {"stroke": colour, "stroke_width": 1 if k == 0 or DEPTH * s > 3 else 0.3}
            drawn.append(element("rect", **box, class_="ground"))
            drawn.append(
                element("rect", **box, **tint, **edge, stroke_dasharray=dash, data_tensor=f"{name} {k}")
            )
    if s >= GRID and not dash:
        lines = "".join(
            "".join(f"M{left + k * s:.1f} {bottom:.1f}v{-high:.1f}" for k in range(1, columns))
            + "".join(f"M{left:.1f} {bottom - k * s:.1f}h{columns * s:.1f}" for k in range(1, rows))
            for left, columns in pieces
        )
        if lines:
            drawn.append(element("path", d=lines, stroke=colour, stroke_width=0.7))
    return drawn


def _outputs(sizes: Sizes, frame: Frame, return_sequences: bool) -> list[str]:
    """Return y, with the backward half above the forward half. What stays inside the layer is dashed."""
    colour, s = STROKES["h"].colour, frame.square
    drawn = []
    for way in range(sizes.directions):
        bottom, share = frame.outputs - way * sizes.units * s, (0.65, 0.3)[way]
        handed_out = frame.pieces
        if not return_sequences:
            drawn += _sheets("inside", frame, 1, frame.pieces, bottom, sizes.units, FAINT, 0, "3 3")
            handed_out = [(frame.first if way else frame.last - s, 1)]
        drawn += _sheets("y", frame, sizes.batch, handed_out, bottom, sizes.units, colour, share)
    return drawn


def _states(sizes: Sizes, frame: Frame, letters: str) -> list[str]:
    """Return the last states: at the right end of the forward cell, at the left end of the backward cell."""
    s, depth = frame.square, DEPTH * (sizes.batch - 1) * frame.square
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
            drawn += _sheets(
                name,
                frame,
                sizes.batch,
                [(left, 1)],
                frame.outputs,
                sizes.units,
                STROKES[letter].colour,
                (0.65, 0.3)[way],
            )
            top = frame.outputs - sizes.units * s - depth
            drawn.append(text(left + s / 2, top - 5, name, "middle", "mono"))
    return drawn


def _cells(sizes: Sizes, frame: Frame) -> list[str]:
    """Return one row of cells for each direction, with the state's way through them, and lines to x and y."""
    s, lefts, depth = frame.square, frame.lefts, DEPTH * (sizes.batch - 1) * frame.square
    above, below = frame.outputs + 2, frame.inputs - sizes.features * s - depth - 2
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
        for left, wide in boxes:
            drawn.append(
                element("rect", x=left, y=y - 8, width=wide, height=16, rx=2, class_="ground", stroke=INK)
            )
    if len(frame.pieces) > 1:
        gap = frame.pieces[1][0] - BREAK / 2
        for y in (
            frame.outputs - sizes.units * sizes.directions * s / 2,
            frame.inputs - sizes.features * s / 2,
        ):
            drawn.append(text(gap, y + 4, "…", "middle", "bold"))
    return drawn


def _words(sizes: Sizes, frame: Frame, kind: str, return_sequences: bool, weights: int) -> list[str]:
    """Return what each block is, in words beside it, and the scale below."""
    batch, time, features, units, directions = sizes
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
