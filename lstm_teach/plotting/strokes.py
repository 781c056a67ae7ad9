"""One colour and one line style for each gate, in the whole course, and no other place that says so.

The hues are those of Okabe and Ito ("Color Universal Design", 2008), which people with any colour vision can
tell apart. Their orange and sky blue are too bright for white, their blue is too dark for dark grey. So each
hue has a lightness here that reaches a contrast of 3 : 1 on white, #1e1e1e and #383838 (WCAG 2.2, 1.4.11).
Its shade keeps the six apart for people who do not see red, green or blue.

The colour of the text around a picture stands for their black, so that it shows on any ground. Their yellow
does not show on white, and is left out. That leaves seven for nine quantities: the two candidates share one
colour, and so do the two gates that decide what of a state is seen. The dashes tell them apart.
"""

from typing import NamedTuple

# All that is not a colour of a gate follows the colour of the text around the picture. Every page sets that
# colour for its own ground, JupyterLab, VS Code and Colab, light and dark.
INK = "currentColor"
FAINT = "color-mix(in srgb,currentColor 75%,transparent)"
RULE = "color-mix(in srgb,currentColor 50%,transparent)"
# CSS cannot ask for the ground, so it is guessed from the text: white behind dark text, #1e1e1e behind light.
GROUND = "oklch(from currentColor clamp(.235,(.65 - l)*100,1) 0 0/1)"
PAPER = {FAINT: "#5c5c5c", RULE: "#909090", GROUND: "#fff", INK: "#222"}
"""The same four for a page that has no theme: what stands in a saved file."""

ORANGE, SKY, GREEN = "#D18200", "#0B9FD5", "#049C6F"
BLUE, VERMILLION, PURPLE = "#3080ED", "#DA584F", "#BE6C9C"

NEGATIVE, POSITIVE = BLUE, VERMILLION  # of a map, and of everything that can go down or up


class Stroke(NamedTuple):
    """How a line looks, and what its quantity is called: `label` in the equations, `words` in speech.

    `dash` is SVG's `stroke-dasharray`: the lengths of dashes and gaps, in pixels; a solid line has none.
    `width` is in pixels.
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
"""For lines that are not a gate, such as the numbers of a vector: line k has `SERIES[k % len(SERIES)]`."""


def stroke(like: "str | int | Stroke") -> Stroke:
    """Return the stroke of a quantity by its name, or of line k of a series; a Stroke comes back as it is.

    ValueError for a name that is not in `STROKES`.
    """
    if isinstance(like, Stroke):
        return like
    if isinstance(like, int):
        return SERIES[like % len(SERIES)]
    if like not in STROKES:
        raise ValueError(f"like: expected one of {', '.join(STROKES)}, a number or a Stroke, got {like!r}")
    return STROKES[like]
