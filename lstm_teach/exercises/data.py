"""Lesson 10: from ids to vectors, padding, and masks."""

from typing import Any, Literal

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import sigmoid
from lstm_teach.exercises.core import Case, Rng, function, number
from lstm_teach.exercises.draws import Sizes, drawn, each, normal
from lstm_teach.vocabulary import PADDING, UNKNOWN, pad

OPEN_AT_THE_START = sigmoid(np.ones(())).item()  # a forget gate whose bias is 1
BEHIND: Literal["right"] = "right"
IN_FRONT: Literal["left"] = "left"


def _ids(rng: Rng, sizes: Sizes) -> Array:
    """Words of a table with n rows."""
    ids = rng.integers(0, sizes["n"], (sizes["batch"], sizes["time"]))
    ids[0, 0], ids[-1, -1] = 0, sizes["n"] - 1  # the first and the last row of the table
    return ids


def _some_texts(rng: Rng, length: int) -> Case:
    """At least one text that is too long, one that is too short, and one that fits."""
    lengths = [length + 3, length - 2, length, *rng.integers(1, 12, length)]
    return {"texts": [rng.integers(UNKNOWN, 99, k).tolist() for k in lengths], "length": length}


def _some_padded_ids(rng: Rng, kind: tuple[Literal["left", "right"], int]) -> Case:
    """Two words, five and some more, in so many columns; an unknown one among them; padding on one side."""
    side, columns = kind
    texts = [rng.integers(UNKNOWN + 1, 9, k) for k in (2, 5, *rng.integers(1, 6, columns))]
    texts[1][0] = texts[1][3] = UNKNOWN
    return {"ids": pad(texts, columns, side)}


def _some_states_with_padding(rng: Rng, kind: tuple[str, float, tuple[int, int, int]]) -> Case:
    """Padding on one side of every text, there h holds this, and h has this shape."""
    side, held, (batch, time, n) = kind
    lengths = rng.integers(1, time, batch)  # no row is full, so each has padding
    lengths[:2] = 1, time - 1
    mask = np.arange(time) < lengths[:, None]
    mask = mask if side == BEHIND else mask[:, ::-1].copy()
    h = rng.uniform(-1.0, 1.0, (batch, time, n))
    h[~mask] = h[~mask] * held
    return {"h": h, "mask": mask}


def _masked_mean(h: Array, mask: Array) -> Array:
    return np.where(mask[:, :, None], h, 0.0).sum(axis=1) / mask.sum(axis=1, keepdims=True)


@function("10", "one_hot_embedding", drawn(ids=_ids, E=normal("n m")), lambda ids, E: E[ids])
def _wrong_one_hot_embedding(ids: Array, E: Array) -> dict[str, Any]:
    """Embed ids (batch, time) with a table E (words, features): one-hot times E, or a look-up."""
    return {
        "That is one-hot; multiplied with E it picks a row of the table.": np.eye(len(E))[ids],
        "You are one row off: id 0 is row 0 of the table.": E[ids - 1],
        "You are one row off: id 0 is row 0 of the table, and nothing is added.": E[(ids + 1) % len(E)],
        "The vectors of all words of a text are added up; each step keeps its own.": E[ids].sum(axis=1),
        "The vectors of all words of a text are averaged; each step keeps its own.": E[ids].mean(axis=1),
        "Time stands first in yours: (batch, time, features) is wanted.": E[ids].swapaxes(0, 1),
        "The axes stand backwards: (batch, time, features) is wanted.": E[ids].T,
        "An id is a name, not an amount: it picks a row of E.": ids[:, :, None] * E[1],
        "That is the first text alone; all rows of the batch are asked for.": E[ids[0]],
        "All texts stand in one row: (batch, time, features) is wanted.": E[ids.ravel()],
    }


@function(
    "10",
    "pad",
    each(_some_texts, 4, 5, 6, 7),
    lambda texts, length: pad(texts, length, side="right", truncate="left"),
)
def _wrong_padding(texts: list[list[int]], length: int) -> dict[str, Any]:
    """Make lists of ids a rectangle of `length` columns: zeros behind, the *last* words of a long text."""
    right = pad(texts, length, BEHIND, truncate="left")
    filled_first = np.array([(text + [PADDING] * length)[-length:] for text in texts])
    in_front = pad(texts, length, IN_FRONT, "left")
    both_exchanged = pad(texts, length, IN_FRONT, "right")
    one_less = [text[1 - length :] if len(text) > length else text for text in texts]
    one_early = [text[-length - 1 : -1] if len(text) > length else text for text in texts]
    return {
        "You keep the first words of a long text; keep the last.": pad(texts, length, BEHIND, "right"),
        "Your zeros stand in front, as pad_sequences of Keras puts them.": in_front,
        "Both ends are exchanged: zeros go behind, long texts lose their first words.": both_exchanged,
        "You fill up first and then keep the end, so zeros push words out. Cut first.": filled_first,
        "Nothing is cut: your rectangle is as wide as the longest text.": pad(texts),
        "You fill with 1, which means an unknown word; padding is 0.": np.maximum(right, UNKNOWN),
        "The words stand in reversed order.": pad([text[: -length - 1 : -1] for text in texts], length),
        "A long text loses one word too many: text[-length:] keeps `length` words.": pad(one_less, length),
        "A long text loses its very last word: text[-length:] runs to the end.": pad(one_early, length),
        "The rectangle is turned: one text per row.": right.T,
    }


@function(
    "10",
    "mask",
    each(_some_padded_ids, (BEHIND, 6), (IN_FRONT, 7), (BEHIND, 8), (IN_FRONT, 9)),
    lambda ids: ids != PADDING,
)
def _wrong_mask(ids: Array) -> dict[str, Any]:
    """The mask of padded ids (batch, time): True where a word stands, False where there is padding."""
    right = ids != PADDING
    count = right.sum(axis=1)
    step = np.arange(ids.shape[1])
    return {
        "Just the other way round: Keras reads the steps where the mask is True.": ~right,
        "Unknown words (id 1) are words, too: something stood there. Only 0 is padding.": ids > UNKNOWN,
        "That is one True for the whole text; each step needs its own.": right.any(axis=1),
        "That is how many words each text has; a mask says which steps they are.": count,
        "You count words from the left; padding may stand in front. Is it 0?": step < count[:, None],
        "You count words from the right; padding may stand behind.": step >= ids.shape[1] - count[:, None],
        "Those are the ids. A mask says of each whether it is a word: True or False.": ids,
        "That marks the unknown words (id 1); padding is id 0.": ids == UNKNOWN,
        "That is one mask for the whole batch; each text needs its own.": right.all(axis=0),
    }


@function(
    "10",
    "masked_mean",
    each(
        _some_states_with_padding,
        (BEHIND, 1.0, (4, 6, 3)),
        (IN_FRONT, 1.0, (3, 7, 5)),
        (BEHIND, np.nan, (6, 5, 4)),
        (IN_FRONT, np.nan, (5, 4, 7)),
    ),
    _masked_mean,
)
def _wrong_mean(h: Array, mask: Array) -> dict[str, Any]:
    """The mean of h (batch, time, units) over the steps where mask (batch, time) is True."""
    words = np.where(mask[:, :, None], h, 0.0)
    total, count = words.sum(axis=1), mask.sum(axis=1, keepdims=True)
    first = np.arange(mask.shape[1]) < count
    last = mask.shape[1] - 1 - mask[:, ::-1].argmax(axis=1)
    over_batch = words.sum(axis=0) / np.maximum(mask.sum(axis=0), 1)[:, None]
    return {
        "Your answer is NaN where h is NaN at the padding, since 0 * NaN is NaN. Choose, do not multiply: "
        "np.where(mask[:, :, None], h, 0).": (h * mask[:, :, None]).sum(axis=1) / count,
        "Padding still counts below: divide by the number of *words*.": total / h.shape[1],
        "The padding is averaged in: the mask has no effect.": h.mean(axis=1),
        "You divide by the words of the whole batch; each text has a length of its own.": total / mask.sum(),
        "That is the sum over the words; divide by how many there are.": total,
        "h[mask] puts the words of all texts on one heap; each text has its own mean.": h[mask].mean(axis=0),
        "You average over the batch, not over time.": over_batch,
        "You average the padding and leave the words out: True marks a word.": _masked_mean(h, ~mask),
        "Padding may stand in front: use the mask.": np.where(first[:, :, None], h, 0.0).sum(axis=1) / count,
        "You average the units, too: each text has a mean of each unit.": (total / count).mean(axis=1),
        "That is the state at the last word; the mean of all is asked for.": h[np.arange(len(h)), last],
        "That is the maximum; the mean is asked for.": np.where(mask[:, :, None], h, -np.inf).max(axis=1),
    }


SEVEN_PADS = number(
    "seven_pads",
    "10",
    "Forget bias 1, weights 0, nothing written: what fraction of c is left after 7 steps of padding?",
    OPEN_AT_THE_START**7,
    {
        "That is what one step leaves. Seven multiply.": OPEN_AT_THE_START,
        "That is the part that is *lost*.": 1.0 - OPEN_AT_THE_START**7,
        "In percent, right; the question asks for a part, between 0 and 1.": 100.0 * OPEN_AT_THE_START**7,
        "The bias is 1, not the gate: the gate is σ(1) = 0.73, and all is lost in time.": 1.0,
        "You multiply 0.73 by 7; each step multiplies once more.": 7 * OPEN_AT_THE_START,
        "You multiply (1 - 0.73): f is the part that is kept.": (1.0 - OPEN_AT_THE_START) ** 7,
        "That is with a bias of 0, where the gate is 0.5. Here the bias is 1: σ(1).": 0.5**7,
        "That is tanh(1). A gate is σ of its bias.": np.tanh(1.0) ** 7,
        "The exponential alone: a gate is σ(1) = 1 / (1 + exp(-1)).": np.exp(-7.0),
    },
    "You said {got}. The gate is σ(1); what does it leave of c after one step, after two, after seven?",
    tolerance=0.02,
)
