"""Lesson 14: temperature, perplexity, and rows that a state can be carried along."""

from typing import Any

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.exercises.core import Case, Rng, function
from lstm_teach.exercises.draws import each


def _some_logits(rng: Rng, temperature: float) -> Case:
    """Logits of several places at once, of both signs, some far apart."""
    places, characters = 2 + int(4 * temperature), 7 + int(10 * temperature) + int(rng.integers(2))
    return {"logits": 2.0 * rng.standard_normal((places, characters)), "temperature": temperature}


def _some_losses(rng: Rng, letters: int) -> Case:
    return {"losses": rng.uniform(0.2, 3.0, letters)}


def _some_text(rng: Rng, rows: int) -> Case:
    """Ids that do not come out even, so that some are left over at the end."""
    length, windows = 3 + rows % 3 + 2, 3 + rows % 2
    return {"ids": rng.permutation(rows * windows * length + rows - 1), "rows": rows, "length": length}


def _softmax(logits: Array) -> Array:
    odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return odds / odds.sum(axis=-1, keepdims=True)


def _rows(ids: Array, rows: int, length: int) -> Array:
    windows = len(ids) // rows // length
    each_row = ids[: rows * windows * length].reshape(rows, windows, length)
    return each_row.swapaxes(0, 1).copy()


@function(
    "14",
    "soften",
    each(_some_logits, 0.5, 2.0, 0.7, 1.3),
    lambda logits, temperature: _softmax(logits / temperature),
)
def _wrong_temperature(logits: Array, temperature: float) -> dict[str, Any]:
    """Probabilities of the next character from logits (places, characters) at a temperature above 0."""
    learned = _softmax(logits)
    odds = np.exp(logits / temperature)
    over_places = odds / odds.sum(axis=0)
    most_probable = np.eye(logits.shape[-1])[logits.argmax(axis=-1)]
    multiplied, turned = _softmax(logits * temperature), _softmax(-logits / temperature)
    return {
        "Your answer does not use the temperature. Divide the logits by it.": learned,
        "You multiply by the temperature. Divide: a low temperature makes differences larger.": multiplied,
        "You divide the probabilities, and their sum is no longer 1. Divide the logits, before the "
        "exponential.": learned / temperature,
        "You add up over the places. Each place has a sum of its own, over its characters: the last axis.": (
            over_places
        ),
        "You take one sum for all places. Add up over the last axis alone, and keep that axis.": odds
        / odds.sum(),
        "You did not divide by the sum. The probabilities of one place add up to 1.": odds,
        "Those are the logits divided by the temperature. Softmax turns them into probabilities.": logits
        / temperature,
        "You apply softmax twice. Probabilities are no logits.": _softmax(learned / temperature),
        "That is the most probable character alone, as at temperature 0.": most_probable,
        "The exponent has the wrong sign: the largest logit gets the largest probability.": turned,
    }


@function("14", "perplexity", each(_some_losses, 5, 6, 8, 9), lambda losses: np.exp(losses.mean()))
def _wrong_perplexity(losses: Array) -> dict[str, Any]:
    """The perplexity of a text from the losses (letters,) of its letters, natural logarithms."""
    mean_of_all, logarithm = np.exp(losses).mean(), np.log(losses.mean())
    return {
        "That is the mean loss. Perplexity is its exponential.": losses.mean(),
        "That is the mean of the exponentials. Take the mean first, then the exponential.": mean_of_all,
        "You add up the losses. Perplexity is a number for one letter: take their mean.": np.exp(
            losses.sum()
        ),
        "These losses are natural logarithms, so the base is e, not 2.": 2.0 ** losses.mean(),
        "The sign is wrong. A loss is -log p, so the perplexity is at least 1.": np.exp(-losses.mean()),
        "That is one perplexity for each letter. Return one number for all letters.": np.exp(losses),
        "You take the logarithm. The losses are logarithms already: take the exponential.": logarithm,
        "That uses the median of the losses. Use their mean.": np.exp(np.median(losses)),
    }


@function("14", "rows_to_carry", each(_some_text, 4, 5, 6, 7), _rows)
def _wrong_rows(ids: Array, rows: int, length: int) -> dict[str, Any]:
    """Cut ids (time,) into (windows, rows, length), so that each row goes on in the next window."""
    windows = len(ids) // rows // length
    used = ids[: rows * windows * length]
    right = _rows(ids, rows, length)
    rows_first, below_each_other = right.swapaxes(0, 1), used.reshape(windows, length, rows).swapaxes(1, 2)
    return {
        "Row 0 of your second batch does not go on where row 0 of the first batch ended. A carried state "
        "would meet another text. Cut the text into `rows` long pieces first.": used.reshape(
            windows, rows, length
        ),
        "The rows are right, but they are the first axis. Return (windows, rows, length).": rows_first,
        "The windows are in the wrong order. The first part of each row comes first.": right[::-1],
        "That is the first batch alone. Return all windows.": right[0],
        "The last window is missing.": right[:-1],
        "Neighbouring letters stand in different rows. A row is one piece of the text.": below_each_other,
        "Each long piece is whole. Cut it into windows of `length`, too.": used.reshape(rows, -1),
    }
