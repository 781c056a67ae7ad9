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
        "Temperature does nothing in yours: divide the logits by it.": learned,
        "You multiply by the temperature. Divide: a low one makes differences larger.": multiplied,
        "The probabilities are divided, and their sum is no longer 1: divide the logits, before the "
        "exponential.": learned / temperature,
        "You add up over the places. Each place shares one sum, over its characters: the last axis.": (
            over_places
        ),
        "All places share one sum in yours: add up over the last axis, and keep it.": odds / odds.sum(),
        "That is before the sum is divided out: probabilities add up to 1.": odds,
        "Those are the divided logits. Softmax turns them into probabilities.": logits / temperature,
        "You softmax twice: probabilities are no logits.": _softmax(learned / temperature),
        "That is the most probable character alone, which is temperature 0.": most_probable,
        "The exponent has the wrong sign: the largest logit gets the largest probability.": turned,
    }


@function("14", "perplexity", each(_some_losses, 5, 6, 8, 9), lambda losses: np.exp(losses.mean()))
def _wrong_perplexity(losses: Array) -> dict[str, Any]:
    """The perplexity of a text from the losses (letters,) of its letters, natural logarithms."""
    mean_of_all, logarithm = np.exp(losses).mean(), np.log(losses.mean())
    return {
        "That is the mean loss. Perplexity is its exponential.": losses.mean(),
        "Take the mean first, then the exponential: yours is the mean of the exponentials.": mean_of_all,
        "You add the losses. Perplexity is for one letter: take their mean.": np.exp(losses.sum()),
        "These losses are natural logarithms, so the base is e, not 2.": 2.0 ** losses.mean(),
        "The sign: a loss is -log p, so the perplexity is above 1.": np.exp(-losses.mean()),
        "That is the perplexity of each letter; one number for all is asked for.": np.exp(losses),
        "That takes the logarithm. The losses are logarithms already: take the exponential.": logarithm,
        "The median is another middle: take the mean.": np.exp(np.median(losses)),
    }


@function("14", "rows_to_carry", each(_some_text, 4, 5, 6, 7), _rows)
def _wrong_rows(ids: Array, rows: int, length: int) -> dict[str, Any]:
    """Cut ids (time,) into (windows, rows, length), so that each row goes on in the next window."""
    windows = len(ids) // rows // length
    used = ids[: rows * windows * length]
    right = _rows(ids, rows, length)
    rows_first, below_each_other = right.swapaxes(0, 1), used.reshape(windows, length, rows).swapaxes(1, 2)
    return {
        "Row 0 of your second batch does not go on where row 0 of the first one ended: a carried state would "
        "meet another text. Cut the text into `rows` long pieces first.": used.reshape(windows, rows, length),
        "The rows are right, but they stand first: (windows, rows, length) is asked for.": rows_first,
        "The windows stand in the wrong order: the first part of each row comes first.": right[::-1],
        "That is the first batch alone: all windows are asked for.": right[0],
        "The last window is missing.": right[:-1],
        "The rows run one below the other in time: a row is a stretch of text.": below_each_other,
        "Each long piece is whole, but not yet cut into windows of `length`.": used.reshape(rows, -1),
    }
