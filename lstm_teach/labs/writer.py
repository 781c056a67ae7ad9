"""A network that writes on, letter by letter: what temperature does, and what one unit follows."""

from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from lstm_teach import reviews, writer
from lstm_teach.labs.controls import Choice, NumberField, Player, Slider, TextField
from lstm_teach.labs.core import Controls, LabSpec, Presets, View
from lstm_teach.plotting import Axis, Bars, Cursor, Line, Mark, Picture, Words, chart, percent
from lstm_teach.writer import Learned, Written, softened

LETTERS = 280  # in all: enough for a loop to show at temperature 0, few enough to answer at once
MOST_GIVEN = 100  # letters of the text to go on from
EXPECTED = 10  # letters that the bars show
WIDTH, HEIGHT = 440.0, 225.0
STATES = {"h": "hidden state h", "c": "cell state c"}

PRESETS: Presets = {
    "low temperature": {},
    "as learned": {"temperature": 1.0},
    "the most probable": {"temperature": 0.0},
    "high temperature": {"temperature": 1.8},
    "no seed text": {"text": "", "temperature": 0.8, "letter": 30},
    "a unit for words": {"unit": 15, "state": "h"},
}

CONTROLS: Controls = {
    "text": TextField("Seed text", "The acting is", "how the text begins"),
    "temperature": Slider("Temperature", 0.5, 0.0, 2.0, 0.1, places=1),
    "seed": NumberField("Seed number", 2, 0, 9999),
    "unit": Slider("Unit (from 0)", 53, 0, 127),
    "state": Choice("Colour", "c", list(STATES)),
    "letter": Player("Letter", 20, 1, LETTERS),
}


class Shipped(NamedTuple):
    """The writer that ships with the course, and what it has learned from."""

    writer: writer.Writer
    learned: Learned


@cache
def shipped() -> Shipped:
    """Return the writer and the words and sentences of the training texts."""
    return Shipped(writer.load(), writer.learned_from(reviews.load().train.texts))


@lru_cache(maxsize=16)
def written(text: str, temperature: float, seed: int) -> Written:
    """Return the text written on; another unit or another letter to look at changes nothing of it."""
    return shipped().writer.write(text, LETTERS, temperature, np.random.default_rng(seed))


def writer_view(text: str, temperature: float, seed: int, unit: int, state: str, letter: int) -> View:
    """Return the text, coloured by one unit, and what was expected in the place of one letter."""
    if len(text) > MOST_GIVEN:
        raise ValueError(f"type at most {MOST_GIVEN} letters, got {len(text)}")
    temperature = round(temperature, 2)
    now = written(text, temperature, seed if temperature else 0)
    values, place = getattr(now, state)[:, unit].astype(float), letter - 1
    pictures: list[Picture | Words] = [
        _text(now, values, place, unit, state),
        _expected(now, place, temperature),
        _over(values, unit, state, letter),
    ]
    return View(pictures, status(now, place, temperature), () if temperature else ("seed",))


def status(now: Written, place: int, temperature: float) -> str:
    """Return how much is known and how much is copied, and what was expected in one place."""
    learned, own = shipped().learned, now.text
    known, copied = learned.known_words(own), learned.copied_sentences(own)
    sentences = len(writer.sentences_of(own))
    chance = softened(now.logits[place], 1.0)[shipped().writer.characters.index(own[place])]
    words, whole = "It has written no word.", "It has written no whole sentence."
    if not np.isnan(known):
        words = f"{percent(known)} of its words stand in the training texts."
    if not np.isnan(copied):
        whole = f"{round(copied * sentences)} of {sentences} sentences are copied."
    letter = f"Letter {place + 1}, {_name(own[place])}, was written."
    if place < now.given:
        letter = f"Letter {place + 1}, {_name(own[place])}, was given."
    expected = f"It was expected with {percent(float(chance))}."
    return f"Temperature {temperature:.1f}: {words} {whole} {letter} {expected}"


def _text(now: Written, values: np.ndarray, place: int, unit: int, state: str) -> Words:
    limit = 1.0 if state == "h" else max(1.0, float(np.abs(values).max()))
    title = f"Colour: {STATES[state]} of unit {unit} after each letter"
    alt = (
        f"The text, {now.given} letters given and the rest written, each coloured by {state} of unit {unit}."
    )
    return Words(list(now.text), values, alt, limit, place, None, title, letters=True)


def _expected(now: Written, place: int, temperature: float) -> Picture:
    """Return the most probable letters in one place, as learned and at this temperature."""
    characters = shipped().writer.characters
    learned, drawn = softened(now.logits[place], 1.0), softened(now.logits[place], temperature)
    most = np.argsort(-learned, kind="stable")[:EXPECTED]
    x = np.arange(EXPECTED)
    bars = [
        Bars(x - 0.2, learned[most], "RNN", "as learned", 0.4),
        Bars(x + 0.2, drawn[most], "LSTM", "at this temperature", 0.4),
    ]
    names: dict[float, str] = {k: _name(characters[letter]) for k, letter in enumerate(most)}
    best = characters[most[0]]
    alt = f"The {EXPECTED} letters most expected as letter {place + 1}; "
    alt += f"first {_name(best)} with {learned[most[0]]:.2f}."
    axes = Axis("letter that may come", -0.6, EXPECTED - 0.4, ticks=names), Axis("probability", 0, 1)
    return chart(bars, *axes, alt, f"Expected as letter {place + 1}", WIDTH, HEIGHT)


def _over(values: np.ndarray, unit: int, state: str, letter: int) -> Picture:
    """Return one unit over the text."""
    steps, reach = np.arange(1, len(values) + 1), 1.1 * max(1.0, float(np.abs(values).max()))
    alt = f"{state} of unit {unit} over the letters; at letter {letter} it is {values[letter - 1]:.2f}."
    marks: list[Mark] = [Line(steps, values, state, state), Cursor(letter)]
    axes = Axis("letter", 1, len(values), whole=True), Axis("value", -reach, reach)
    return chart(marks, *axes, alt, f"Unit {unit}, {STATES[state]}", WIDTH, HEIGHT)


def _name(letter: str) -> str:
    """Return a letter so that it can be seen."""
    return {" ": "␣", "\n": "¶"}.get(letter, letter)


LAB = LabSpec("writer_lab", writer_view, CONTROLS, PRESETS)
