"""A picture is a piece of SVG with a size and an alternative text; and the few elements it is made of.

SVG as text is the fastest way from numbers to a picture in a notebook (benchmarks/labs.py), stays sharp on a
projector, follows the theme, since its colours may be the theme's, and can be saved as a file.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Literal

from lstm_teach.atomic import replacing
from lstm_teach.plotting.strokes import FAINT, GROUND, INK, RULE

FONT = 13  # pixels: 9.75 pt at the picture's own size, and 9 pt at the least width that its row gives it
SHRINK, GROW = 0.93, 1.35
HIGHEST = 340  # pixels that a picture may grow to, so that controls and all fit a slide of 1280 x 720
Anchor = Literal["start", "middle", "end"]

# Inline SVG shares its style with the page: every rule begins with the one class that is ours.
STYLE = (
    f".lt{{font:{FONT}px var(--jp-ui-font-family,system-ui,sans-serif);height:auto;align-self:flex-start}}"
    f".lt text{{fill:{INK}}}.lt .faint{{fill:{FAINT}}}.lt .bold{{font-weight:600}}"
    f".lt .mono{{font-family:var(--jp-code-font-family,monospace)}}"
    f".lt .rule{{stroke:{RULE};fill:none;stroke-width:1;shape-rendering:crispEdges}}"
    f".lt .ground{{fill:{GROUND}}}.lt .line{{fill:none;stroke-linejoin:round}}"
    f".lt .cells{{fill:none;stroke-width:1;shape-rendering:crispEdges}}"
)


@dataclass(frozen=True)
class Picture:
    """A drawing of `width` x `height` pixels; `body` is the SVG inside it.

    `alt` says in words what is to be seen, for those who do not see it; it is required. `marks` are the data
    that were drawn, where there are any, by label: what a test or a curious student looks at.
    """

    width: float
    height: float
    body: str
    alt: str
    marks: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError("alt: expected an alternative text that says what is to be seen, got none")

    @property
    def html(self) -> str:
        """The `<svg>` element: as wide as its place allows, from 93 to 135 % of its size, not too high."""
        widest = self.width * max(1.0, min(GROW, HIGHEST / self.height))
        return self._svg(
            f"flex:1 1 {self.width * SHRINK:.0f}px;max-width:{widest:.0f}px;min-width:0;width:100%"
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
        return self._svg(size, '<rect width="100%" height="100%" fill="#fff"/>') + "\n"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture to an SVG file on white ground."""
        with replacing(path) as file:
            file.write(self.document.encode())


def beside(pictures: Sequence[Any]) -> str:
    """HTML that shows pictures (anything with `.html`) side by side, below each other where it is narrow."""
    row = "display:flex;flex-wrap:wrap;gap:4px 20px;max-width:100%"
    return f'<div style="{row}">{"".join(picture.html for picture in pictures)}</div>'


def join(pictures: Sequence[Picture], columns: int = 2, gap: float = 20) -> Picture:
    """Several pictures as one, in rows of `columns`, so that what a lab shows can be saved as a file."""
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
    """One SVG element. `stroke_width=2` becomes `stroke-width="2"`, `class_` `class`; None is left out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_number(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def text(
    x: float, y: float, words: str, anchor: Anchor = "start", class_: str | None = None, **attributes: object
) -> str:
    """Words at (x, y), the left end, the middle or the right end of their base line."""
    at = None if anchor == "start" else anchor
    return element("text", escape(words), x=x, y=y, text_anchor=at, class_=class_, **attributes)


def text_width(words: str, size: float = FONT) -> float:
    """About how wide words are, in pixels, and rather too much: fonts differ from machine to machine."""
    return 0.58 * size * len(words)


def _number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return escape(str(value))
