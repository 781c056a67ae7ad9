"""One colour and one line style for each gate, in the whole course, and no other place that says so.

The colours are Okabe and Ito's, which people with any colour vision can tell apart ("Color Universal Design",
2008). What the theme calls the font colour stands for their black, so that it shows on dark ground too; their
yellow does not show on white and is left out. That leaves seven for nine, so the two candidates share one
colour, and so do the two gates that decide what of a state is seen; the dashes tell them apart.
"""

from typing import NamedTuple

INK = "var(--jp-ui-font-color1, #222)"
FAINT = "var(--jp-ui-font-color2, #5c5c5c)"
RULE = "var(--jp-border-color1, #bdbdbd)"
GROUND = "var(--jp-layout-color1, #fff)"

ORANGE, SKY, GREEN = "#E69F00", "#56B4E9", "#009E73"
BLUE, VERMILLION, PURPLE = "#0072B2", "#D55E00", "#CC79A7"

NEGATIVE, POSITIVE = BLUE, VERMILLION  # of a map, and of everything that can go down or up


class Stroke(NamedTuple):
    """How a line looks, and how its quantity is written: `label` as in the equations, `words` as one speaks.

    `dash` is SVG's `stroke-dasharray`: lengths of line and gap, in pixels; empty for a solid line.
    """

    colour: str
    dash: str = ""
    label: str = ""
    words: str = ""
    width: float = 2.0


STROKES: dict[str, Stroke] = {
    "f": Stroke(VERMILLION, "", "f", "forget gate"),
    "i": Stroke(BLUE, "7 3", "i", "input gate"),
    "o": Stroke(GREEN, "3 2", "o", "output gate"),
    "c_tilde": Stroke(PURPLE, "9 3 2 3", "c̃", "candidate"),
    "c": Stroke(INK, "", "c", "cell state", 2.5),
    "h": Stroke(ORANGE, "10 3", "h", "hidden state", 2.5),
    "z": Stroke(SKY, "", "z", "update gate"),
    "r": Stroke(GREEN, "8 3 2 3 2 3", "r", "reset gate"),
    "h_tilde": Stroke(PURPLE, "2 3", "h̃", "candidate"),
    "x": Stroke(FAINT, "1 2", "x", "input"),
    # Whole cells, where they are compared.
    "RNN": Stroke(VERMILLION, "3 3", "RNN", "plain RNN", 2.5),
    "LSTM": Stroke(INK, "", "LSTM", "LSTM", 2.5),
    "GRU": Stroke(SKY, "9 3", "GRU", "GRU", 2.5),
    "bound": Stroke(FAINT, "1 3", "bound", "bound", 1.5),
}

SERIES: tuple[Stroke, ...] = (
    Stroke(BLUE),
    Stroke(ORANGE, "8 3"),
    Stroke(GREEN, "3 2"),
    Stroke(PURPLE, "8 3 2 3"),
    Stroke(VERMILLION, "2 3"),
    Stroke(SKY, "12 4"),
    Stroke(INK, "1 2"),
)
"""For lines that are no gate, such as the numbers of a vector: the k-th is `SERIES[k % len(SERIES)]`."""


def stroke(like: "str | int | Stroke") -> Stroke:
    """The stroke of a quantity by its name, of the k-th line of a series, or the given one.

    Raises
    ------
    ValueError
        for a name that is not in `STROKES`.
    """
    if isinstance(like, Stroke):
        return like
    if isinstance(like, int):
        return SERIES[like % len(SERIES)]
    if like not in STROKES:
        raise ValueError(f"like: expected one of {', '.join(STROKES)}, a number or a Stroke, got {like!r}")
    return STROKES[like]
