"""A picture is a piece of SVG with a size and an alternative text; and the few elements it is made of.

SVG as text is the fastest way from numbers to a picture in a notebook (benchmarks/labs.py). It stays sharp on
a projector, takes the colour of the text around it, and can be saved as a file.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Literal

from lstm_teach.atomic import replacing
from lstm_teach.plotting.strokes import FAINT, GROUND, INK, PAPER, RULE

FONT = 13  # pixels: 9.75 pt at the picture's own size, and 9 pt at the smallest size that its row allows
SHRINK, GROW = 0.93, 1.35
HIGHEST = 340  # pixels that a picture may grow to, so that it fits a slide of 1280 x 720 with its controls
Anchor = Literal["start", "middle", "end"]

# Inline SVG shares its style with the page, so every rule begins with our own class. A browser that does not
# know the ground leaves it out.
STYLE = (
    f".lt{{font:{FONT}px var(--jp-ui-font-family,system-ui,sans-serif);height:auto;align-self:flex-start}}"
    f".lt text{{fill:{INK}}}.lt .faint{{fill:{FAINT}}}.lt .bold{{font-weight:600}}"
    f".lt .mono{{font-family:var(--jp-code-font-family,monospace)}}"
    f".lt .rule{{stroke:{RULE};fill:none;stroke-width:1;shape-rendering:crispEdges}}"
    f".lt .ground{{fill:none;fill:{GROUND}}}.lt .line{{fill:none;stroke-linejoin:round}}"
    f".lt .cells{{fill:none;stroke-width:1;shape-rendering:crispEdges}}"
)


@dataclass(frozen=True)
class Picture:
    """A drawing of `width` x `height` pixels; `body` is the SVG inside it.

    `alt` says in words what the picture shows, for readers who do not see it; it is required, and it is the
    picture's `repr`; ValueError if it is empty. `marks` are the data that were drawn, by label, for tests and
    curious students.
    """

    width: float
    height: float
    body: str
    alt: str
    marks: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.alt, str) or not self.alt.strip():
            raise ValueError(
                f"alt: expected an alternative text, what is to be seen in words, got {self.alt!r}"
            )

    def __repr__(self) -> str:
        return self.alt

    @property
    def html(self) -> str:
        """The `<svg>` element. It fills its place, from 93 to 135 % of its size, and is not too high.

        `--width` and `--height` tell a style sheet its size: a page keeps words from being too small, and a
        slide lets it fill the room.
        """
        widest = self.width * max(1.0, min(GROW, HIGHEST / self.height))
        return self._svg(
            f"--width:{self.width:g};--height:{self.height:g};flex:1 1 {self.width * SHRINK:.0f}px;"
            f"max-width:{widest:.0f}px;min-width:0;width:100%"
        )

    def _svg(self, style: str, ground: str = "") -> str:
        alt = escape(self.alt)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="lt" role="img" aria-label="{alt}" '
            f'viewBox="0 0 {self.width:g} {self.height:g}" style="{style}">'
            f"<title>{alt}</title><style>{STYLE}</style>{ground}{self.body}</svg>"
        )

    def _repr_html_(self) -> str:
        return beside([self])

    @property
    def document(self) -> str:
        """The picture as an SVG file on white ground, for a page that has no theme."""
        size = f"width:{self.width:g}px;max-width:100%"
        svg = self._svg(size, '<rect width="100%" height="100%" fill="#fff"/>') + "\n"
        for of_the_page, on_paper in PAPER.items():
            svg = svg.replace(of_the_page, on_paper)
        return svg

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture to an SVG file on white ground."""
        with replacing(path) as file:
            file.write(self.document.encode())


def beside(pictures: Sequence[Any]) -> str:
    """Return HTML that shows pictures (anything with `.html`) side by side, in rows if there is no room."""
    row = "display:flex;flex-wrap:wrap;gap:4px 20px;max-width:100%"
    return f'<div style="{row}">{"".join(picture.html for picture in pictures)}</div>'


def join(pictures: Sequence[Picture], columns: int = 2, gap: float = 20) -> Picture:
    """Return several pictures as one, in rows of `columns`, so that one file can hold what a lab shows."""
    rows = [pictures[k : k + columns] for k in range(0, len(pictures), columns)]
    body, y, width = [], 0.0, 0.0
    for row in rows:
        x = 0.0
        for picture in row:
            body.append(element("g", picture.body, transform=f"translate({x:g} {y:g})"))
            x += picture.width + gap
        y += max(picture.height for picture in row) + gap
        width = max(width, x - gap)
    return Picture(width, y - gap, "".join(body), " ".join(picture.alt for picture in pictures))


def element(name: str, content: str = "", **attributes: object) -> str:
    """Return one SVG element. `stroke_width` becomes `stroke-width`, `class_` `class`; None is left out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_number(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def rect(x: float, y: float, width: float, height: float, **attributes: object) -> str:
    """Return one SVG rectangle with its upper left corner at (x, y)."""
    return element("rect", "", x=x, y=y, width=width, height=height, **attributes)


def text(
    x: float, y: float, words: str, anchor: Anchor = "start", class_: str | None = None, **attributes: object
) -> str:
    """Return words at (x, y), which is the start, the middle or the end of their base line."""
    at = None if anchor == "start" else anchor
    return element("text", _lifted(escape(words)), x=x, y=y, text_anchor=at, class_=class_, **attributes)


def _lifted(words: str) -> str:
    """Return words with the tilde of h̃ above its stem: many fonts put it across, and it looks like ħ."""
    before, candidate, after = words.partition("h\u0303")
    if not candidate:
        return words
    rest = f'<tspan dy=".3em">{after}</tspan>' if after else ""
    return f'{before}h<tspan dx="-.6em" dy="-.3em">˜</tspan>{rest}'


def text_width(words: str, size: float = FONT) -> float:
    """Return about how wide words are, in pixels: rather too much, since fonts differ between machines."""
    return 0.58 * size * len(words)


def _number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return escape(str(value))
