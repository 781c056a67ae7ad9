"""What a GRU and an LSTM cost: the blocks of both as bars to scale, the sum of their parts, and why.

At each step, each weight of W is multiplied with a feature and each weight of U with an old h, and added up:
one multiply-add for each weight. A bias is an addition only. The products of the gates come to 3n in both
cells (f c, i c̃, o tanh c; and r h U, z h, (1 - z) h̃), so they change no comparison, and are left out.
"""

from typing import NamedTuple

from lstm_teach.cells import GRUParams
from lstm_teach.counting import Parts, gru_parts, lstm_parts
from lstm_teach.labs.cell.inputs import Trained
from lstm_teach.labs.cell.panels import HEIGHT
from lstm_teach.plotting import RULE, STROKES, Picture, element, rect, text

WIDTH = 440.0
BLOCKS = {"GRU": ("z", "r", "h_tilde"), "LSTM": ("i", "f", "c_tilde", "o")}


class Cost(NamedTuple):
    """The parts of a cell and what a step of it costs."""

    parts: Parts

    @property
    def operations(self) -> int:
        """Multiply-adds in a step: one for each weight of W and U in each block."""
        return self.parts.blocks * (self.parts.W + self.parts.U)


def costs_of(trained: Trained) -> dict[str, Cost]:
    """Return what a trained GRU costs, and what an LSTM with as many features and units does."""
    p = trained.p
    assert isinstance(p, GRUParams)
    return {"GRU": Cost(gru_parts(p.m, p.n, p.reset_after)), "LSTM": Cost(lstm_parts(p.m, p.n))}


def costs_in_words(trained: Trained) -> str:
    """Return what both cost in words."""
    gru, lstm = costs_of(trained).values()
    return (
        f"{trained.p.m} features, {trained.p.n} units: GRU {gru.operations:,} multiply-adds a step, LSTM "
        f"{lstm.operations:,}: three blocks for four. Parameters {gru.parts.total:,} and "
        f"{lstm.parts.total:,}: more than three for four, since Keras' GRU has two biases."
    )


def costs(trained: Trained) -> Picture:
    """Return what both cost as bars to scale and as a table."""
    both = costs_of(trained)
    drawn = [text(4, 16, "Multiply-adds in a step, a block for each gate", class_="bold")]
    scale = (WIDTH - 60 - 50) / both["LSTM"].operations
    for row, (name, cost) in enumerate(both.items()):
        y, wide = 26.0 + 34 * row, scale * cost.operations / cost.parts.blocks
        drawn.append(text(4, y + 18, name))
        for k, gate in enumerate(BLOCKS[name]):
            look, left = STROKES[gate], 56 + k * wide
            drawn.append(rect(left, y, wide - 2, 26, fill=look.colour, fill_opacity=0.4))
            drawn.append(text(left + wide / 2, y + 18, look.label, "middle"))
        drawn.append(text(56 + scale * cost.operations + 4, y + 18, f"{cost.operations:,}", class_="bold"))

    gru, lstm = both.values()
    m, n = f"m = {trained.p.m} features", f"n = {trained.p.n} units"
    rows: list[tuple[str, str | int, str | int]] = [
        (f"{m}, {n}", "GRU", "LSTM"),
        ("blocks", gru.parts.blocks, lstm.parts.blocks),
        ("W in each: n·m", gru.parts.W, lstm.parts.W),
        ("U in each: n²", gru.parts.U, lstm.parts.U),
        ("b in each: n, or 2n with two biases", gru.parts.b, lstm.parts.b),
        ("multiply-adds: blocks · (nm + n²)", gru.operations, lstm.operations),
        ("parameters: blocks · (nm + n² + b)", gru.parts.total, lstm.parts.total),
    ]
    for k, (words, *numbers) in enumerate(rows):
        y, class_ = 120.0 + 22 * k, "bold" if k in (0, 5, 6) else None
        drawn.append(text(4, y, words, class_=class_))
        for x, number in zip((WIDTH - 90, WIDTH - 10), numbers, strict=True):
            drawn.append(text(x, y, f"{number:,}" if isinstance(number, int) else number, "end", class_))
        if k in (0, 4):
            drawn.append(element("path", d=f"M4 {y + 6:.0f}H{WIDTH - 4:.0f}", stroke=RULE))
    why = [
        "Each weight makes one product and one sum at each step.",
        "A bias is only added. The gates' own products: 3n in both.",
        "A longer sequence has more steps, but no more parameters.",
    ]
    drawn += [text(4, HEIGHT - 46 + 19 * k, words, class_="faint") for k, words in enumerate(why)]
    return Picture(WIDTH, HEIGHT, "".join(drawn), costs_in_words(trained), {"costs": both, "scale": scale})
