"""The LSTM beside the GRU: it reads the same, and its gates are learned, or tied to what the GRU does."""

from typing import NamedTuple

from lstm_teach.labs.cell import cached
from lstm_teach.labs.cell.inputs import Example
from lstm_teach.labs.cell.runs import LEARNED, CellRun, Held, Tied

ADDS, TIED = "i = f = 1", "f = z, i = 1 − z"
WAYS = [LEARNED, ADDS, TIED]
"""What the gates of the LSTM do: the third is the GRU's update gate in the place of two."""


class Beside(NamedTuple):
    """The LSTM's run, how its gates are held, and that in words: one of `WAYS`."""

    run: CellRun
    held: Held | Tied
    way: str


def lstm_beside(example: Example, held: Held, way: str) -> Beside:
    """Return the LSTM that reads the example beside a GRU whose gates are `held`, from the same step on."""
    ways: dict[str, Held | Tied] = {
        LEARNED: Held(),
        ADDS: Held((("f", 1.0), ("i", 1.0)), held.first),
        TIED: Tied(example.cells["GRU"], held, example.candidate),
    }
    return Beside(cached.read(example.cells["LSTM"], example, ways[way]), ways[way], way)
