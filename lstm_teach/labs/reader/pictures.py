"""The pictures of the reader lab: the words, the probability, one unit, and all gates as maps."""

from typing import NamedTuple

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.labs.reader.reading import WordByWord
from lstm_teach.plotting import (
    FAINT,
    INK,
    STROKES,
    Axis,
    Cursor,
    Level,
    Line,
    Map,
    Mark,
    Picture,
    Points,
    Stroke,
    Words,
    chart,
    element,
    rounded,
    text,
)
from lstm_teach.plotting.chart import BOTTOM, LEFT, RIGHT, below
from lstm_teach.plotting.marks import Place, stroked

WIDTH, HEIGHT = 306.0, 225.0
FULL = 0.2  # the change of the probability that has full colour
MOST_WORDS, MOST_COLUMNS = 400, 200  # that are written, and drawn, at once; the longer reviews need 163
TOP, GAP = 32.0, 6.0
MAP_WIDTH = WIDTH - LEFT - RIGHT
MAP_HEIGHT = (HEIGHT - TOP - BOTTOM - 3 * GAP) / 4  # of each of the four, placed as `chart` would place them
MAPS = {"f": "forget", "i": "input", "o": "output", "c": "cell c"}


def steps(words: int) -> tuple[Array, Axis]:
    """Return which words are drawn, all or every k-th and the last, and the axis that all pictures share."""
    every = -(-words // MOST_COLUMNS)
    shown = np.arange(words - 1, -1, -every)[::-1]
    label = "word" if every == 1 else f"word (one in {every} is drawn)"
    return shown, Axis(label, shown[0] + 1 - every / 2, words + every / 2, whole=True)


def short(word: str, most: int = 18) -> str:
    """Return a word of at most `most` letters."""
    return word if len(word) <= most else word[: most - 1] + "…"


def coloured(now: WordByWord, k: int) -> Words:
    """Return the text, each word coloured by its change; of a very long text, the words around word `k`."""
    words = now.reading.words
    start = max(0, min(k - MOST_WORDS // 2, len(words) - MOST_WORDS))
    end = min(start + MOST_WORDS, len(words))
    title = "Colour: change of the probability, not importance"
    if end - start < len(words):
        title = f"Words {start + 1:,} to {end:,} of {len(words):,}. {title}"
    change = now.change[start:end]
    most = words[start + int(np.abs(change).argmax())]
    alt = f"The text, each word coloured by the change of the probability at it; the largest is at {most}."
    written = [short(word, 40) for word in words[start:end]]
    gone = None if now.without is None else now.without - start
    return Words(written, change, alt, FULL, k - start, gone, title)


def probability(now: WordByWord, as_trained: WordByWord, k: int) -> Picture:
    """Return the probability after every word, now and as trained."""
    shown, x = steps(len(now.reading.words))
    after = now.reading.probability
    marks: list[Mark] = [
        Level(0.5),
        Line(shown + 1, as_trained.reading.probability[shown], Stroke(FAINT, "4 3"), "as trained"),
        Line(shown + 1, after[shown], "LSTM", "now"),
        Points(np.array([k + 1]), after[[k]], "LSTM"),
        Cursor(k + 1),
    ]
    alt = f"The probability of positive after every word: it ends at {now.verdict:.2f}, as trained at "
    alt += f"{as_trained.verdict:.2f}, and after word {k + 1} it is {_number(after[k])}."
    title = "How positive, after every word"
    return chart(marks, x, Axis("probability", 0, 1), alt, title, WIDTH, HEIGHT)


def one_unit(now: WordByWord, unit: int, k: int) -> Picture:
    """Return gates and states of one unit over the words."""
    shown, x = steps(len(now.reading.words))
    values = {name: getattr(now.reading, name)[:, unit] for name in "fioch"}
    reach = 1.1 * max(1.0, float(np.nanmax(np.abs(values["c"]))))
    lines = [Line(shown + 1, y[shown], name, name) for name, y in values.items()]
    here = ", ".join(f"{name} = {_number(values[name][k])}" for name in "ch")
    alt = f"Gates and states of unit {unit}; at word {k + 1} {here}, "
    alt += ", ".join(f"{name} = {_number(values[name][k])}" for name in "fio") + "."
    title = f"Unit {unit}: {'word left out' if np.isnan(values['c'][k]) else here}"
    return chart([*lines, Cursor(k + 1)], x, Axis("value", -reach, reach), alt, title, WIDTH, HEIGHT)


class Maps(NamedTuple):
    """The maps without what moves with the word and the unit: their SVG, their data, the axis of words."""

    svg: str
    marks: dict[str, Map]
    x: Axis


def maps(now: WordByWord) -> Maps:
    """Return the three gates and c of all units, one above the other, over the same words."""
    reading = now.reading
    shown, x = steps(len(reading.words))
    marks = {name: Map(getattr(reading, name)[shown].T, first=0) for name in MAPS}
    drawn = []
    for row, (name, mark) in enumerate(marks.items()):
        units, columns = mark.values.shape
        own = (
            Axis("word", -0.5, columns - 0.5),
            Axis("unit", -0.5, units - 0.5),
        )  # the map's: column k is at k
        place = Place(*own, MAP_WIDTH, MAP_HEIGHT)
        middle = MAP_HEIGHT / 2
        key = stroked(f"M-36 {middle + 9:.1f}h28", STROKES[name])
        frame = element("path", d=f"M0 0V{place.height:.1f}H{place.width:.1f}", class_="rule")
        words = text(-4, middle + 2, MAPS[name], "end")
        across = f"translate(0 {row * (MAP_HEIGHT + GAP):g})"
        drawn.append(element("g", mark.draw(place) + frame + words + key, transform=across))
    drawn.append(below(Place(x, x, MAP_WIDTH, HEIGHT - TOP - BOTTOM)))
    return Maps("".join(drawn), marks, x)


def maps_picture(over_words: Maps, unit: int, k: int) -> Picture:
    """Return the maps with one unit and word `k` (from 0) marked."""
    drawn, marks, x = over_words
    units = len(marks["c"].values)
    place = Place(x, Axis("unit", -0.5, units - 0.5), MAP_WIDTH, MAP_HEIGHT)
    over = Cursor(k + 1).draw(place._replace(height=HEIGHT - TOP - BOTTOM))
    for row in range(len(MAPS)):
        y = row * (MAP_HEIGHT + GAP) + float(place.down(unit))
        over += element("path", d=f"M{place.width + 2:.1f} {y:.1f}l9 -5v10z", fill=INK)
    body = element("g", drawn + over, transform=f"translate({LEFT:g} {TOP:g})")
    body += text(4, 19, f"{units} units, full colour at ±1", class_="bold")
    body += text(WIDTH - 4, 19, f"unit {unit} ◂", "end", "faint")
    alt = f"Maps over all words of {', '.join(MAPS.values())}, for {units} units each; unit {unit} is marked."
    return Picture(WIDTH, HEIGHT, body, alt, marks)


def _number(value: float) -> str:
    """Return a number with at most two decimal places, or a dash for a word that was left out."""
    return "–" if np.isnan(value) else rounded(value, 2)
