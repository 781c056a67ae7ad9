"""Lesson 10: from ids to vectors, padding, and masks."""

import numpy as np

from lstm_teach.cells import sigmoid
from lstm_teach.exercises.core import Case, Mistake, function, number
from lstm_teach.exercises.draws import Array, Rng, four, sizes, states
from lstm_teach.vocabulary import PADDING, UNKNOWN, pad

OPEN_AT_THE_START = sigmoid(np.ones(())).item()  # a forget gate whose bias is 1


def _some_words(rng: Rng) -> Case:
    batch, time, features = sizes(rng, 3)
    words = 9
    return {"ids": rng.integers(0, words, (batch, time)), "E": rng.standard_normal((words, features))}


def _some_texts(rng: Rng) -> Case:
    """At least one text that is too long, and one that is too short."""
    length = int(rng.integers(4, 8))
    lengths = [length + 3, length - 2, *rng.integers(1, 12, 3)]
    return {"texts": [rng.integers(UNKNOWN, 99, k).tolist() for k in lengths], "length": length}


def _some_padded_ids(rng: Rng) -> Case:
    ids = pad([rng.integers(UNKNOWN, 9, k) for k in (2, 5, *rng.integers(1, 7, 2))])
    ids[1, 0] = UNKNOWN
    return {"ids": ids}


def _some_states_with_padding(rng: Rng) -> Case:
    batch, time, n = 3 + rng.permutation(5)[:3]
    lengths = rng.integers(1, time, batch)  # no row is full, so each has padding
    lengths[:2] = 1, time - 1
    return {"h": states(rng, batch, time, n), "mask": np.arange(time) < lengths[:, None]}


def _one_hot(ids: Array, words: int) -> Array:
    return np.eye(words)[ids]


def _masked_sum(h: Array, mask: Array) -> Array:
    return (h * mask[:, :, None]).sum(axis=1)


EXERCISES = (
    function(
        "one_hot_embedding",
        "10",
        "Embed ids (batch, time) with a table E (words, features): one-hot times E, or a look-up, as "
        "you like.",
        four(_some_words),
        lambda ids, E: _one_hot(ids, len(E)) @ E,
        (
            Mistake(
                "That is one-hot, a vector as long as the vocabulary; multiplied with E it picks a row.",
                lambda ids, E: _one_hot(ids, len(E)),
            ),
            Mistake("You are one row off: id 0 is row 0 of the table.", lambda ids, E: E[ids - 1]),
            Mistake(
                "The vectors of all words of a text are added up; each step keeps its own.",
                lambda ids, E: E[ids].sum(axis=1),
            ),
            Mistake(
                "Time stands first in yours: (batch, time, features) is wanted.",
                lambda ids, E: E[ids].swapaxes(0, 1),
            ),
            Mistake("The axes stand backwards: (batch, time, features) is wanted.", lambda ids, E: E[ids].T),
        ),
    ),
    function(
        "pad",
        "10",
        "Make lists of ids one rectangle of `length` columns: zeros behind; of long texts, keep the "
        "*last* words.",
        four(_some_texts),
        lambda texts, length: pad(texts, length, side="right", truncate="left"),
        (
            Mistake(
                "The zeros are behind; but you keep the first words, and the last were asked for.",
                lambda texts, length: pad(texts, length, side="right", truncate="right"),
            ),
            Mistake(
                "The last words are kept; but your zeros stand in front (as Keras' pad_sequences puts them).",
                lambda texts, length: pad(texts, length, side="left", truncate="left"),
            ),
            Mistake(
                "Both ends are exchanged: zeros go behind, and long texts lose their first words.",
                lambda texts, length: pad(texts, length, side="left", truncate="right"),
            ),
            Mistake(
                "You fill up first and then keep the end, so zeros push words out. Cut first.",
                lambda texts, length: np.array([(text + [PADDING] * length)[-length:] for text in texts]),
            ),
            Mistake(
                "Nothing is cut: your rectangle is as wide as the longest text.",
                lambda texts, length: pad(texts),
            ),
            Mistake(
                "You fill with 1, which means an unknown word; padding is 0.",
                lambda texts, length: np.maximum(pad(texts, length, side="right", truncate="left"), UNKNOWN),
            ),
        ),
    ),
    function(
        "mask",
        "10",
        "The mask of padded ids (batch, time): True where a word stands, False where there is padding.",
        four(_some_padded_ids),
        lambda ids: ids != PADDING,
        (
            Mistake(
                "Just the other way round: Keras reads the steps where the mask is True.",
                lambda ids: ids == PADDING,
            ),
            Mistake(
                "Unknown words (id 1) are words, too: something stood there. Only 0 is padding.",
                lambda ids: ids > UNKNOWN,
            ),
            Mistake(
                "That is one True for the whole text; each step needs its own.",
                lambda ids: (ids != PADDING).any(axis=1),
            ),
            Mistake(
                "That is how many words each text has; a mask says which steps they are.",
                lambda ids: (ids != PADDING).sum(axis=1),
            ),
        ),
    ),
    function(
        "masked_mean",
        "10",
        "The mean of h (batch, time, units) over the steps where mask (batch, time) is True.",
        four(_some_states_with_padding),
        lambda h, mask: _masked_sum(h, mask) / mask.sum(axis=1, keepdims=True),
        (
            Mistake(
                "Padding no longer counts above, but still below: divide by the number of *words*.",
                lambda h, mask: _masked_sum(h, mask) / h.shape[1],
            ),
            Mistake("The padding is averaged in: the mask has no effect.", lambda h, mask: h.mean(axis=1)),
            Mistake(
                "You divide by the words of the whole batch; each text has a length of its own.",
                lambda h, mask: _masked_sum(h, mask) / mask.sum(),
            ),
            Mistake("That is the sum over the words; divide by how many there are.", _masked_sum),
            Mistake(
                "h[mask] puts the words of all texts on one heap; each text has its own mean.",
                lambda h, mask: h[mask].mean(axis=0),
            ),
            Mistake(
                "You average over the rows of the batch, which never meet. Time is axis 1.",
                lambda h, mask: (h * mask[:, :, None]).sum(axis=0) / np.maximum(mask.sum(axis=0), 1)[:, None],
            ),
            Mistake(
                "You average the padding and leave the words out: the mask is True where a word stands.",
                lambda h, mask: _masked_sum(h, ~mask) / (~mask).sum(axis=1, keepdims=True),
            ),
        ),
    ),
    number(
        "seven_pads",
        "10",
        "Forget bias 1, weights 0, nothing written: which part of c is left after 7 steps of padding "
        "behind the text?",
        OPEN_AT_THE_START**7,
        (
            Mistake("That is what one step leaves. Seven multiply.", OPEN_AT_THE_START),
            Mistake("That is the part that is *lost*.", 1.0 - OPEN_AT_THE_START**7),
            Mistake(
                "In percent, right; the question asks for a part, between 0 and 1.",
                100.0 * OPEN_AT_THE_START**7,
            ),
            Mistake("The bias is 1, not the gate: the gate is σ(1) = 0.73, and all is lost in time.", 1.0),
            Mistake(
                "You multiply 0.73 by 7; each step takes its part of what the one before has left.",
                7 * OPEN_AT_THE_START,
            ),
            Mistake("You multiply (1 - 0.73): f is the part that is kept.", (1.0 - OPEN_AT_THE_START) ** 7),
        ),
        "You said {got}. The gate is σ(1); what does it leave of c after one step, after two, after seven?",
        tolerance=0.02,
    ),
)
