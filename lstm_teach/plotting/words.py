"""Running text whose words, or letters, are coloured by a number each."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.plotting.marks import LEVELS, shades, tint
from lstm_teach.plotting.numbers import plain
from lstm_teach.plotting.picture import Picture, rect, text, text_width
from lstm_teach.plotting.strokes import INK

# CSS alone can scroll to a word if that is a snap point for a moment. Afterwards the reader may scroll on.
HERE = "@keyframes lt-here{from,to{scroll-snap-align:center}}"
FULL = 0.5  # opacity of the deepest ground: words on it keep a contrast of 4.5 : 1 in light and dark themes


@dataclass(frozen=True)
class Words:
    """Words, each on a ground of vermillion (value above 0) or blue (below 0), deepest at `limit`.

    `values` (words,) are the numbers. `chosen` is the number of the word with a frame, `gone` that of a word
    that is struck through; None for no word. It is text, so a screen reader reads it. Before it, `alt` says
    what the colours mean; `alt` is also the `repr`. A `title` stands above, with the colours of both ends.
    With `letters`, the words are letters: they stand without gaps, and a line break shows as ¶.
    ValueError if there is not one value for each word.
    """

    words: Sequence[str]
    values: Array
    alt: str
    limit: float = 1.0
    chosen: int | None = None
    gone: int | None = None
    title: str = ""
    letters: bool = False

    def __post_init__(self) -> None:
        if np.shape(self.values) != (len(self.words),):
            raise ValueError(
                f"values: expected one for each of {len(self.words)} words, got shape {np.shape(self.values)}"
            )

    def __repr__(self) -> str:
        return self.alt

    @property
    def html(self) -> str:
        """A paragraph that scrolls if it is long, and opens at the chosen word."""
        levels = shades(self.values, self.limit).tolist()
        spans = []
        for k, (word, level, value) in enumerate(zip(self.words, levels, self.values.tolist(), strict=True)):
            style, name = _ground(level), "del" if k == self.gone else "span"
            if k == self.chosen:
                style += (
                    f"outline:2px solid {INK};display:inline-block;line-height:1.3;animation:lt-here 0.1s;"
                )
            space = "padding:1px 0" if self.letters else "padding:1px 3px;border-radius:3px"
            shown = escape(self._shown(word))
            spans.append(f'<{name} style="{style}{space}" title="{plain(value, 3)}">{shown}</{name}>')
        style = "margin:0;padding:1px 3px;max-height:5.2em;overflow:auto;scroll-snap-type:y mandatory"
        style += ";font-size:15px;line-height:1.7"
        if self.letters:  # another text has other line breaks: what lies below must not jump
            style += ";white-space:pre-wrap;min-height:5.2em"
        alt, gap = escape(self.alt), "" if self.letters else " "
        return (
            f'<div style="flex:1 1 100%;min-width:0;color:{INK}"><style>{HERE}</style>{self._head()}'
            f'<p style="{style}" role="group" aria-label="{alt}" tabindex="0">{gap.join(spans)}</p></div>'
        )

    def picture(self, width: float, size: float = 15) -> Picture:
        """Return the same as a drawing for a file, `width` pixels wide, with words `size` pixels high."""
        gap, line = 0.0 if self.letters else 0.3 * size, 1.9 * size
        body = [text(0, size, self.title)] if self.title else []
        x, y = 0.0, 2.0 * size if self.title else 0.0
        levels = shades(self.values, self.limit).tolist()
        for k, (word, level) in enumerate(zip(self.words, levels, strict=True)):
            word = self._shown(word)
            wide = text_width(word, size) + gap
            if x + wide > width:
                x, y = 0.0, y + line
            colour, opacity = tint(level, FULL)
            frame = {"stroke": INK, "stroke_width": 2} if k == self.chosen else {}
            gone = {"text_decoration": "line-through"} if k == self.gone else {}
            body += [
                rect(x, y, wide, 1.5 * size, rx=3, fill=colour, fill_opacity=round(opacity, 2), **frame),
                text(x + wide / 2, y + 1.1 * size, word, "middle", font_size=f"{size}px", **gone),
            ]
            x += wide + gap
        return Picture(width, y + line, "".join(body), self.alt)

    def _shown(self, word: str) -> str:
        return word.replace("\n", "¶\n") if self.letters else word

    def _head(self) -> str:
        if not self.title:
            return ""
        ends = "".join(
            f' <span style="{_ground(sign * LEVELS)}padding:1px 5px;border-radius:3px">'
            f"{plain(sign * self.limit)}</span>"
            for sign in (-1, 1)
        )
        return f'<p style="margin:0 0 2px;font-size:13px">{escape(self.title)}{ends}</p>'


def _ground(level: int) -> str:
    """Return the style of the ground of a word."""
    if not level:
        return ""
    colour, opacity = tint(level, FULL)
    return f"background:color-mix(in srgb,{colour} {round(100 * opacity)}%,transparent);"
