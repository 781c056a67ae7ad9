"""Pictures: arrays in, SVG out, by pure functions.

    t = np.arange(1, 51)
    chart(
        [Span(10, 20), Line(t, c, "c", "cell state c"), Line(t, h, "h", "hidden state h"), Cursor(12)],
        x=Axis("step", 1, 50, whole=True),
        y=Axis("value", -1, 1),
        alt="c stays at 0.93 while h moves.",
    )

shows itself in a notebook, in the colours of the page, and can be saved with `.save(path)`.
"""

from lstm_teach.plotting.axis import Axis
from lstm_teach.plotting.chart import chart
from lstm_teach.plotting.marks import Bars, Cursor, Level, Line, Map, Mark, Note, Points, Span
from lstm_teach.plotting.numbers import (
    compact,
    fine_percent,
    fixed,
    percent,
    plain,
    rough,
    rounded,
    superscript,
)
from lstm_teach.plotting.picture import Picture, beside, element, join, rect, text, text_width
from lstm_teach.plotting.strokes import FAINT, GROUND, INK, RULE, SERIES, STROKES, Stroke, stroke
from lstm_teach.plotting.words import Words
