"""Where everything stands in the drawing of an unrolled layer."""

from typing import NamedTuple

WIDTH, HEIGHT = 440.0, 330.0
LEFT = 138.0  # the words at the left end before that, the drawing after it
DEPTH = 0.35  # how far a sheet of the batch stands behind the one before it, in squares
LARGEST = 30.0  # pixels of a square at most
MOST = 60  # steps that are drawn; of a longer sequence the middle is left out
BREAK = 18.0  # pixels of the gap where it is left out
ROW = 24.0  # pixels of a row of cells


class Sizes(NamedTuple):
    """The sizes of the tensors; `directions` is 1 or 2."""

    batch: int
    time: int
    features: int
    units: int
    directions: int


class Frame(NamedTuple):
    """Where everything is, in pixels. `pieces` are runs of columns, each as (left edge, how many)."""

    sizes: Sizes
    square: float  # the side of a square, which is one number
    pieces: list[tuple[float, int]]
    outputs: float  # the lower edge of y
    cells: float  # the upper edge of the rows of cells
    inputs: float  # the lower edge of x
    pitch: float  # from one state to the next

    @property
    def depth(self) -> float:
        """How far the last sheet of the batch stands behind the first."""
        return DEPTH * (self.sizes.batch - 1) * self.square

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


def frame_of(sizes: Sizes, letters: int) -> Frame:
    """Return where everything is, with the largest square that fits. States have room even if none is shown.

    `letters` is the number of states that a cell has.
    """
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
    return Frame(sizes, square, pieces, outputs, cells, inputs, pitch)
