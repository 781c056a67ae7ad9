"""Running text whose words are coloured by a number each."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from lstm_teach.plotting.axis import Array, plain
from lstm_teach.plotting.marks import LEVELS, shades
from lstm_teach.plotting.strokes import INK, NEGATIVE, POSITIVE


@dataclass(frozen=True)
class Words:
    """Words, each on a ground of vermillion (value above 0) or blue (below), full colour at `limit`.

    `values` (words,); `chosen` is the number of the word to be framed, or None. It is text, so screen readers
    read it as it stands; `alt` says before it what the colours mean.
    """

    words: Sequence[str]
    values: Array
    alt: str
    limit: float = 1.0
    chosen: int | None = None

    def __post_init__(self) -> None:
        if np.shape(self.values) != (len(self.words),):
            raise ValueError(
                f"values: expected one for each of {len(self.words)} words, got shape {np.shape(self.values)}"
            )

    @property
    def html(self) -> str:
        """A paragraph that scrolls when it is long."""
        levels = shades(self.values, self.limit).tolist()
        spans = []
        for k, (word, level, value) in enumerate(zip(self.words, levels, self.values.tolist(), strict=True)):
            colour = POSITIVE if level > 0 else NEGATIVE
            share = round(70 * abs(level) / LEVELS)  # in per cent, so that the word on it stays readable
            ground = f"background:color-mix(in srgb,{colour} {share}%,transparent);" if share else ""
            frame = f"outline:2px solid {INK};" if k == self.chosen else ""
            spans.append(
                f'<span style="{ground}{frame}padding:1px 3px;border-radius:3px" title="{plain(value, 3)}">'
                f"{escape(word)}</span>"
            )
        style = "flex:1 1 100%;margin:0;max-height:9.5em;overflow:auto;font-size:15px;line-height:1.9"
        alt = escape(self.alt)
        return f'<p style="{style};color:{INK}" aria-label="{alt}" tabindex="0">{" ".join(spans)}</p>'
