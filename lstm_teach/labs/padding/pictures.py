"""The two pictures of padding_lab: the reviews before and after, and what arrives at the last step."""

from dataclasses import replace
from unicodedata import east_asian_width

import numpy as np

from lstm_teach.labs.padding.rectangle import FIRST_ID, Arrival, Kernel, Rectangle
from lstm_teach.plotting import (
    FAINT,
    INK,
    RULE,
    Axis,
    Line,
    Mark,
    Picture,
    Points,
    chart,
    element,
    fine_percent,
    plain,
    rect,
    text,
    text_width,
)
from lstm_teach.plotting.strokes import BLUE
from lstm_teach.vocabulary import PADDING

WIDTH, HEIGHT = 480, 322
FULL = 0.5  # opacity of what arrives whole: words on it keep a contrast of 4.5 : 1 in light and dark themes
LEFT, RIGHT = 18.0, 54.0  # pixels beside the cells: the number of the review, and what is left


def rectangle_picture(made: Rectangle, came: Arrival, mask: bool, longest: bool) -> Picture:
    """Return the reviews word by word, cut words struck out; below, what the network reads step by step."""
    reviews, steps = made.ids.shape
    drawn = [text(4, 15, "As written", class_="bold"), text(86, 15, _remark(made), class_="faint")]
    y = 24.0
    for k, rows in zip(range(reviews), (1, 1, 2), strict=True):
        drawn += [text(4, y + 15, str(k + 1), class_="bold"), _chips(made, k, y, rows)]
        y += 25 * rows

    y += 22
    size = f"{reviews} reviews, {steps} step{'s' * (steps > 1)}{' (longest)' * longest}"
    drawn += [
        text(4, y, f"As the network sees it: {size}", class_="bold"),
        text(WIDTH - 2, y, "c left", "end", "faint"),
    ]
    y += 8
    wide = min(44.0, (WIDTH - LEFT - RIGHT) / steps)
    for k in range(reviews):
        drawn.append(text(4, y + 20, str(k + 1), class_="bold"))
        drawn += [_cell(made, came, mask, k, step, LEFT + step * wide, y, wide) for step in range(steps)]
        drawn.append(text(WIDTH - 2, y + 20, fine_percent(came.left[k]), "end", "bold"))
        y += 33
    end = LEFT + (steps - 0.5) * wide
    drawn += [
        element("path", d=f"M{end - 5:.1f} {y + 9:.1f}h10l-5 -8z", fill=INK),
        text(end, y + 22, "last step", "end" if end > 60 else "start"),
        _legend(y + 42, mask, any(made.pads)),
    ]
    spoken = "; ".join(
        f"review {k + 1} has {len(made.words[k])} words, {made.cut[k]} cut, {made.pads[k]} pads, and "
        f"{fine_percent(came.left[k])} of what its last word wrote is left"
        for k in range(reviews)
    )
    marks = {"ids": made.ids, "shares": came.shares, "words": made.words}
    return Picture(WIDTH, HEIGHT, "".join(drawn), f"{spoken[0].upper()}{spoken[1:]}.", marks)


def arriving_picture(came: Arrival, kernel: dict[str, Kernel]) -> Picture:
    """Return what each review's last word wrote into c, step by step, and below what a GPU can do with it."""
    steps = came.c.shape[1]
    at = np.arange(1, steps + 1)
    lines: list[Mark] = [Line(at, c, k, f"review {k + 1}") for k, c in enumerate(came.c)]
    # Reviews that end alike end at one point. Dots of different sizes show them all.
    ends: list[Mark] = [Points(at[-1:], c[-1:], k, size=8.0 - 2.5 * k) for k, c in enumerate(came.c)]
    ended = ", ".join(f"{fine_percent(left)} of review {k}" for k, left in enumerate(came.left, start=1))
    x = Axis("step", 1, steps, whole=True) if steps > 1 else Axis("step", 0.5, 1.5, ticks={1: "1"})
    share = Axis("share of c", 0, 1.05, ticks={0: "0", 0.5: "50 %", 1: "100 %"})
    alt = f"What each review's last word wrote into c, over the steps: at the last step {ended} is left."
    title = "What the last word wrote" + (f", when f = {plain(came.f, 2)}" if steps > 1 else "")
    picture = chart([*lines, *ends], x, share, alt, title, 440, 230)
    y, spoken = 250.0, []
    words = [text(4, y, "On a GPU: cuDNN's fast kernel?", class_="bold")]
    for name, (runs, why) in kernel.items():
        y, answer = y + 22, "yes" if runs else "no"
        words += [text(4, y, name), text(112, y, answer, class_="bold"), text(144, y, why)]
        spoken.append(f"{name}: {answer}, {why}")
    words.append(text(4, y + 22, "An empty review is one unknown word, never a row of pads.", class_="faint"))
    return replace(
        picture,
        height=HEIGHT,
        body=picture.body + "".join(words),
        alt=f"{picture.alt} cuDNN on a GPU: {'; '.join(spoken)}.",
        marks=picture.marks | {"cuDNN": kernel},
    )


def _remark(made: Rectangle) -> str:
    if made.left_out:
        return f"of the longest, {made.left_out:,} words more are not taken"
    return "struck out: cut" if any(made.cut) else "nothing is cut"


def _chips(made: Rectangle, review: int, y: float, rows: int) -> str:
    """Return the words of a review in `rows` rows; of a longer review, its beginning and its end."""
    words = made.words[review] or ("no word",)
    kept = set((made.ids[review][made.ids[review] != PADDING] - FIRST_ID).tolist())
    rest, room, drawn = list(range(len(words))), WIDTH - LEFT - 4, ""
    for row in range(rows):
        x, top = LEFT, y + 25 * row
        line = _fitting(words, rest, room)
        if row == rows - 1 and len(line) < len(rest):  # the last row holds the end
            line = _fitting(words, rest[::-1], room - 16)[::-1]
            drawn += text(x, top + 15, "…")
            x += 16
        for place in line:
            word = _short(words[place], 110)
            wide = _wide(word) + 8
            drawn += _chip(x, top, wide, word, place in kept or not made.words[review])
            x += wide + 3
        rest = rest[len(line) :]
    return drawn


def _fitting(words: tuple[str, ...], places: list[int], room: float) -> list[int]:
    """Return the first of `places`, as many as have words that fit into `room` pixels."""
    line = []
    for place in places:
        room -= _wide(_short(words[place], 110)) + 11
        if room < -3:
            break
        line.append(place)
    return line


def _chip(x: float, y: float, wide: float, word: str, kept: bool) -> str:
    if kept:
        fill = rect(x, y, wide, 21, rx=3, fill=BLUE, fill_opacity=0.2, stroke=RULE)
        return fill + text(x + wide / 2, y + 15, word, "middle")
    frame = rect(x, y, wide, 21, rx=3, fill="none", stroke=RULE, stroke_dasharray="3 2")
    strike = element("path", d=f"M{x + 2:.1f} {y + 11:.1f}h{wide - 4:.1f}", stroke=INK, stroke_width=1.2)
    return frame + text(x + wide / 2, y + 15, word, "middle", "faint") + strike


def _cell(
    made: Rectangle, came: Arrival, mask: bool, review: int, step: int, x: float, y: float, wide: float
) -> str:
    """Return one step of one review: a word, coloured by what is left of it at the last step, or a pad."""
    gap = 2.0 if wide > 8 else 0.0
    edge, middle = RULE if gap else None, x + (wide - gap) / 2
    if made.ids[review, step] == PADDING:
        look = {"fill": FAINT, "fill_opacity": 0.08, "stroke": edge, "stroke_dasharray": "3 2"}
        drawn = rect(x, y, wide - gap, 29, **look)
        if wide >= 30:
            drawn += text(middle, y + 19, "pad", "middle", "faint")
        if mask and gap:
            drawn += element("path", d=f"M{x:.1f} {y + 29:.1f}l{wide - gap:.1f} -29", stroke=FAINT)
        return drawn
    opacity = round(FULL * float(came.shares[review, step]), 3)
    drawn = rect(x, y, wide - gap, 29, fill=BLUE, fill_opacity=opacity, stroke=edge)
    if wide >= 36:
        return drawn + text(middle, y + 19, _short(made.word(review, step), wide - gap), "middle")
    place = str(made.ids[review, step] - FIRST_ID + 1) if made.words[review] else "?"
    return drawn + text(middle, y + 19, place, "middle") if text_width(place) < wide else drawn


def _legend(y: float, mask: bool, padded: bool) -> str:
    """Return what the colours of the cells mean."""
    drawn = ""
    for k in range(5):
        drawn += rect(LEFT + 13 * k, y - 11, 13, 13, fill=BLUE, fill_opacity=FULL * k / 4, stroke=RULE)
    drawn += text(LEFT + 71, y, "0 to 100 % of what the word wrote is left")
    if padded and mask:
        drawn += rect(WIDTH - 76, y - 11, 13, 13, fill="none", stroke=RULE)
        drawn += element("path", d=f"M{WIDTH - 76} {y + 2:.1f}l13 -13", stroke=FAINT)
        drawn += text(WIDTH - 2, y, "skipped", "end")
    return drawn


def _wide(words: str) -> float:
    """Return the width in pixels. Characters of East Asian scripts are twice as wide."""
    return text_width(words) + 6 * sum(east_asian_width(letter) in "WF" for letter in words)


def _short(word: str, room: float) -> str:
    """Return the word, shortened if it is wider than `room` pixels."""
    if _wide(word) <= room:
        return word
    word = word[:40]  # some texts are one word
    while len(word) > 1 and _wide(word + "…") > room:
        word = word[:-1]
    return word + "…"
