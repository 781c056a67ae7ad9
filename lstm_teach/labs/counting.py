"""How many numbers a layer learns: matrices to scale, the formula with the numbers in it, whole models."""

from math import floor, log2
from typing import NamedTuple

from lstm_teach.counting import Parts, count_dense, count_embedding, gru_parts, lstm_parts, rnn_parts
from lstm_teach.labs.controls import Choice, NumberField, Slider, Switch
from lstm_teach.labs.core import Controls, LabSpec, Presets, View
from lstm_teach.plotting import RULE, Picture, element, plain, rect, text
from lstm_teach.plotting.strokes import BLUE, ORANGE, PURPLE

GATES = {"RNN": ("h",), "LSTM": ("i", "f", "c̃", "o"), "GRU": ("z", "r", "h̃")}
COLOURS = {"nm": BLUE, "n²": ORANGE, "n": PURPLE}  # W, U and b, in every picture of this lab

PRESETS: Presets = {
    "LSTM(64)": {},
    "twice the units": {"n": 128},
    "GRU, Keras' own layout": {"kind": "GRU"},
    "GRU, one bias": {"kind": "GRU", "reset_after": False},
    "two stacked BiLSTMs": {"both": True, "layers": 2},
    "the worked model": {"both": True, "model": True},
}

CONTROLS: Controls = {
    "kind": Choice("Cell", "LSTM", list(GATES)),
    "m": Slider("Features m", 64, 1, 512),
    "n": Slider("Units n", 64, 1, 512),
    "layers": Slider("Layers, stacked", 1, 1, 3),
    "both": Switch("Both directions"),
    "reset_after": Switch("Reset after (GRU)", True),
    "model": Switch("With Embedding and Dense"),
    "vocabulary": NumberField("Vocabulary", 8185, 1, 1_000_000),
    "dense": NumberField("Units of Dense", 64, 1, 4096),
}


class Row(NamedTuple):
    """One row of the table: a layer, its formula with numbers, and the counts of Keras and PyTorch.

    `torch` is None for a layer that PyTorch does not have.
    """

    layer: str
    formula: str
    keras: int
    torch: int | None


def counting_view(
    kind: str,
    m: int,
    n: int,
    layers: int,
    both: bool,
    reset_after: bool,
    model: bool,
    vocabulary: int,
    dense: int,
) -> View:
    """Return the matrices of the recurrent layers to scale, and the table of the model."""
    sizes = [m] + [2 * n if both else n] * (layers - 1)  # each layer reads what the one before it hands out
    rows = [_recurrent(kind, size, n, both, reset_after) for size in sizes]
    if model:
        ids = count_embedding(vocabulary, m)
        first = Row(f"Embedding({vocabulary:,}, {m})", f"{vocabulary:,} · {m}", ids, ids)
        rows = [first, *rows, _dense(2 * n if both else n, dense), _dense(dense, 1)]
    parts = [parts_of(kind, size, n, both, reset_after) for size in sizes]

    twice = parts_of(kind, m, 2 * n, both, reset_after).total
    sentences = [
        f"{_name(kind, n, both)} on m = {m} has {parts[0].total:,} parameters.",
        f"With n = {2 * n} it has {twice:,}, which is {plain(twice / parts[0].total, 3)} times as many.",
        "The length of the sequence changes nothing.",
        *([f"All together: {sum(row.keras for row in rows):,}."] if len(rows) > 1 else []),
    ]
    off = [*(() if kind == "GRU" else ("reset_after",)), *(() if model else ("vocabulary", "dense"))]
    return View(
        [_blocks(kind, parts, sizes, n), _table(rows)],
        " ".join(sentences),
        off,
    )


def parts_of(kind: str, m: int, n: int, both: bool, reset_after: bool, biases: int = 1) -> Parts:
    """Return the parts of a layer as in Keras, or with two biases, as in PyTorch and cuDNN."""
    if kind == "GRU":
        return gru_parts(m, n, reset_after, bidirectional=both)
    return (rnn_parts if kind == "RNN" else lstm_parts)(m, n, biases, bidirectional=both)


def _recurrent(kind: str, m: int, n: int, both: bool, reset_after: bool) -> Row:
    parts = parts_of(kind, m, n, both, reset_after)
    block = f"({n}·{m} + {n}² + {'2·' if parts.b > n else ''}{n})"
    times = "2 · " * both + (f"{parts.blocks} " if parts.blocks > 1 else "")
    one_bias_gru = kind == "GRU" and not reset_after
    torch = None if one_bias_gru else parts_of(kind, m, n, both, reset_after, biases=2).total
    return Row(_name(kind, n, both), times + block, parts.total, torch)


def _dense(m: int, n: int) -> Row:
    total = count_dense(m, n)
    return Row(f"Dense({n})", f"{n}·{m} + {n}", total, total)


def _name(kind: str, n: int, both: bool) -> str:
    layer = f"{'SimpleRNN' if kind == 'RNN' else kind}({n})"
    return f"Bidirectional({layer})" if both else layer


def _blocks(kind: str, parts: list[Parts], sizes: list[int], n: int) -> Picture:
    """Return every block of every layer as W above U above b, to scale, so that areas are counts."""
    width, height, left, top = 420.0, 276.0, 26.0, 30.0
    gates, directions = GATES[kind], parts[0].directions
    tall = sum(m + n + p.b / n for p, m in zip(parts, sizes, strict=True))
    free_height = height - top - 22 - 10 * len(parts)
    free_width = width - left - 4 * len(gates) * directions - 14
    # The scale changes by factors of √2 alone, so between two of them the blocks grow with n.
    fitting = min(free_width / (directions * len(gates) * n), free_height / tall)
    scale = 2.0 ** (floor(2 * log2(fitting)) / 2)
    columns = _columns(left, n * scale, len(gates), directions)
    drawn, y = [_legend(parts)], top
    for layer, (p, m) in reversed(list(enumerate(zip(parts, sizes, strict=True), start=1))):
        heights = [max(rows * scale, 1.5) for rows in (m, n, p.b / n)]
        drawn.append(text(4, y + 16, str(layer), class_="faint") if len(parts) > 1 else "")
        for x in columns:
            at = y
            for high, colour in zip(heights, COLOURS.values(), strict=True):
                drawn.append(rect(x, at, max(n * scale, 1.0), high, fill=colour))
                at += high + 1
        y += sum(heights) + 10
    if n * scale >= 9:
        letters = zip(columns, gates * directions, strict=True)
        drawn += [text(x + n * scale / 2, y + 6, letter, "middle") for x, letter in letters]
    layers = f"{len(parts)} layer{'s' * (len(parts) > 1)}, directions: {directions}"
    upper = f" (above {sizes[1]} by {n})" if len(sizes) > 1 else ""
    alt = f"{kind}, {layers}, to scale. "
    alt += f"Each block has W, {sizes[0]} by {n}{upper}, U, {n} by {n}, and b, {n}."
    return Picture(width, height, "".join(drawn), alt, {"parts": parts, "scale": scale})


def _columns(left: float, width: float, gates: int, directions: int) -> list[float]:
    """Return the left edges of the blocks, with a gap between the two directions."""
    step = width + 4
    return [
        left + direction * (gates * step + 14) + gate * step
        for direction in range(directions)
        for gate in range(gates)
    ]


def _legend(parts: list[Parts]) -> str:
    part, several = parts[0], len(parts) > 1
    words = [text(8, 16, "A block of layer 1:" if several else "To scale, a block:", class_="bold")]
    x = 156.0
    for colour, count, array in zip(COLOURS.values(), (part.W, part.U, part.b), "WUb", strict=True):
        words += [rect(x, 6, 11, 11, fill=colour), text(x + 16, 16, f"{array}: {count:,}")]
        x += 94
    return "".join(words)


def _table(rows: list[Row]) -> Picture:
    """Return a table of the layers in the order of the data, each with its formula, and the total."""
    width, row_height, top = 480.0, 37.0, 26.0
    keras, torch = width - 150.0, width - 8.0
    drawn = [
        text(4, 16, "Layer, and its formula", class_="bold"),
        text(keras, 16, "Keras", "end", "bold"),
        text(torch, 16, "PyTorch, cuDNN", "end", "bold"),
    ]
    y = top
    for row in rows:
        drawn += [
            element("path", d=f"M4 {y:.0f}H{width - 4:.0f}", stroke=RULE),
            text(4, y + 15, row.layer),
            text(16, y + 31, f"= {row.formula}", class_="faint"),
            text(keras, y + 15, f"{row.keras:,}", "end"),
            text(torch, y + 15, "not there" if row.torch is None else f"{row.torch:,}", "end"),
        ]
        y += row_height
    total = sum(row.keras for row in rows)
    other = None if any(row.torch is None for row in rows) else sum(row.torch or 0 for row in rows)
    if len(rows) > 1:
        drawn += [
            element("path", d=f"M4 {y:.0f}H{width - 4:.0f}", stroke=RULE, stroke_width=2),
            text(4, y + 18, "Total", class_="bold"),
            text(keras, y + 18, f"{total:,}", "end", "bold"),
            text(torch, y + 18, "" if other is None else f"{other:,}", "end", "bold"),
        ]
    spoken = "; ".join(f"{row.layer}, {row.formula} = {row.keras:,}" for row in rows)
    # As high as the tallest table, so that nothing below it moves when there is one more layer.
    height = top + 6 * row_height + 28
    return Picture(width, height, "".join(drawn), f"{spoken}. Total {total:,}.", {"rows": rows})


LAB = LabSpec("counting_lab", counting_view, CONTROLS, PRESETS)
