"""A recurrent layer unrolled, its tensors to scale: time to the right, features up, the batch into depth."""

from typing import Any, NamedTuple

from lstm_teach.plotting import FAINT, INK, STROKES, Picture, element, plain, text

WIDTH, HEIGHT = 440.0, 330.0
LEFT = 138.0  # the words at the left end before that, the drawing after it
DEPTH = 0.35  # how far a sheet of the batch stands behind the one before it, in squares
LARGEST, GRID = 30.0, 4.0  # pixels: of a square at most, and from where on squares are drawn
MOST = 60  # steps that are drawn; of longer sequences the middle is left out
BREAK = 18.0  # pixels of the gap where it is left out
ROW = 24.0  # pixels of a row of cells


class Sizes(NamedTuple):
    """How large everything is."""

    batch: int
    time: int
    features: int
    units: int
    directions: int


class Frame(NamedTuple):
    """Where everything is: pixels of a square, the columns as (left edge, how many), and heights."""

    square: float
    pieces: list[tuple[float, int]]
    outputs: float  # the lower edge of y
    cells: float  # the upper edge of the rows of cells
    inputs: float  # the lower edge of x
    pitch: float  # from one state to the next

    @property
    def first(self) -> float:
        """The left edge of the first column."""
        return self.pieces[0][0]

    @property
    def last(self) -> float:
        """The right edge of the last column."""
        left, columns = self.pieces[-1]
        return left + columns * self.square

    @property
    def lefts(self) -> list[float]:
        """The left edge of each column that is drawn."""
        return [left + k * self.square for left, columns in self.pieces for k in range(columns)]


def unrolled(sizes: Sizes, kind: str, return_sequences: bool, return_state: bool, weights: int) -> Picture:
    """Draw x below, the cell at every step above it, and on top what the layer hands out."""
    letters = "hc" if kind == "LSTM" else "h"
    frame = _frame(sizes, len(letters))
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


def _frame(sizes: Sizes, letters: int) -> Frame:
    """The largest square with which everything fits; room for the states is kept even if none is shown."""
    batch, time, features, units, directions = sizes
    depth, states = DEPTH * (batch - 1), letters * directions
    columns, gap = min(time, MOST), BREAK if time > MOST else 0.0
    tall, low = directions * units + depth, features + depth
    least_tall, least_low = 34.0 * directions, 38.0  # room for the words beside a low block
    wide = WIDTH - LEFT - gap - 44
    high = HEIGHT - 22 - 40 - ROW * directions - 24  # less states' names, gaps, cells, the note
    square = min(
        LARGEST,
        (wide - 8 * states) / (columns + depth + states * (1 + depth)),
        (wide - 28 * states) / (columns + depth),
        high / (tall + low),
        (high - least_low) / tall,
        (high - least_tall) / low,
    )
    top, bottom = max(square * tall, least_tall), max(square * low, least_low)
    between = min(20 + (high - top - bottom) / 2, 44.0)
    outputs = 22 + top + (HEIGHT - 46 - top - bottom - 2 * between - ROW * directions) / 2
    cells = outputs + between
    inputs = cells + ROW * directions + between + square * low
    pitch = max(square * (1 + depth) + 8, 28.0)
    left = LEFT + 16 + (letters * pitch if directions == 2 else 0)
    half = columns // 2
    pieces = [(left, columns)]
    if gap:
        pieces = [(left, half), (left + half * square + gap, columns - half)]
    return Frame(square, pieces, outputs, cells, inputs, pitch)


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
    """A tensor: a sheet for each row of the batch, the first in front, where its squares are drawn."""
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
    """y, the forward half below, the backward half above it; what stays inside the layer is dashed."""
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
    """The last states: of the forward cell at the right end, of the backward cell at the left end."""
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
    """A row of cells for each direction, through which the state travels; lines from x and to y."""
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
    """What each block is, beside it, and the scale below."""
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
    """How often, in words."""
    return "once" if count == 1 else f"{count} times"


def _beside(middle: float, name: str, *words: str) -> list[str]:
    """A name, and words below it, around a height."""
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
