"""The numbers of padding_lab: the rectangle, what of a word reaches the last step, what cuDNN asks for."""

from typing import Literal, NamedTuple

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import LSTMParams, lstm_forward
from lstm_teach.vocabulary import PADDING, UNKNOWN, WordVocabulary, pad

MOST_WORDS = 200  # of a typed review, and of the steps: more than a picture can hold anyway
FIRST_ID = UNKNOWN + 1  # of the first word of each review; the next word has the next id
SPLITTER = WordVocabulary(["<padding>", "<unknown>"])  # it splits texts into words; the ids are made here


class Rectangle(NamedTuple):
    """Reviews made equally long.

    Attributes
    ----------
    words : the words of each review, as written
    left_out : how many words of a very long review are not taken at all
    ids : (reviews, steps), `PADDING`, `UNKNOWN` for an empty review, or the place of the word + `FIRST_ID`
    cut, pads : how many words are cut off and how many pads are put in, for each review
    """

    words: tuple[tuple[str, ...], ...]
    left_out: int
    ids: Array
    cut: tuple[int, ...]
    pads: tuple[int, ...]

    def word(self, review: int, step: int) -> str:
        """Return what the network reads there: "?" for the unknown word, nothing for a pad."""
        number = int(self.ids[review, step])
        if number == PADDING:
            return ""
        return "?" if number == UNKNOWN else self.words[review][number - FIRST_ID]


class Arrival(NamedTuple):
    """What is left of what each word wrote into c.

    Attributes
    ----------
    c : (reviews, steps), what is left of the last word, from its step on; NaN before
    shares : (reviews, steps), what is left of each word at the last step; NaN at pads
    left : (reviews,), what is left of the last word at the last step
    f : the forget gate, the same at every step
    """

    c: Array
    shares: Array
    left: Array
    f: float


class Kernel(NamedTuple):
    """Whether cuDNN's kernel runs on a GPU, and why."""

    runs: bool
    why: str


def rectangle(texts: tuple[str, ...], length: int | None, keep: str, side: str) -> Rectangle:
    """Return the texts, cut and padded to `length` words; None for as many as the longest has."""
    all_words = [tuple(SPLITTER.tokens(text)) for text in texts]
    words = [review[:MOST_WORDS] for review in all_words]
    padding: Literal["right", "left"] = "right" if side == "at the end" else "left"
    truncate: Literal["right", "left"] = "right" if keep == "first" else "left"
    ids = pad([np.arange(len(w)) + FIRST_ID for w in words], length, side=padding, truncate=truncate)
    kept = (ids != PADDING).sum(axis=1).tolist()
    return Rectangle(
        tuple(words),
        max(len(review) for review in all_words) - max(len(w) for w in words),
        ids,
        tuple(max(0, len(w) - k) for w, k in zip(words, kept, strict=True)),
        tuple(ids.shape[1] - k for k in kept),
    )


def arrival(ids: Array, mask: bool, bias: float) -> Arrival:
    """Return what is left of each word. It writes 1 into the cell state of its own LSTM, and nothing follows.

    The LSTM has one unit with weights of zero, so its forget gate is σ(bias) at every step. The input gate is
    open at the step of the word and closed at all others. A masked step keeps the state, as in Keras: f = 1
    and i = 0.
    """
    reviews, steps = (ids != PADDING).nonzero()  # one sequence for each word, review by review
    p = LSTMParams(np.zeros((1, 4)), np.zeros((1, 4)), np.array([0.0, bias, 0.0, 0.0]))
    count, time = len(steps), ids.shape[1]
    write = np.zeros((count, time, 1))
    write[np.arange(count), steps] = 1.0
    clamp: dict[str, float | Array] = {"i": write, "c_tilde": 1.0}
    if mask:
        clamp["f"] = np.where(ids[reviews] == PADDING, 1.0, np.nan)[:, :, None]
    trace = lstm_forward(np.zeros((count, time, 1)), p, clamp=clamp)

    shares = np.full(ids.shape, np.nan)
    shares[reviews, steps] = trace.c[:, -1, 0]
    last = np.flatnonzero(np.append(reviews[1:] != reviews[:-1], True))  # the last word of each review
    c = np.where(np.arange(time) < steps[last, None], np.nan, trace.c[last, :, 0])
    return Arrival(c, shares, c[:, -1], float(trace.f[last[0], steps[last[0]], 0]))


def cudnn(ids: Array, mask: bool) -> dict[str, Kernel]:
    """Return whether cuDNN's kernel runs on a GPU, for each of Keras' backends.

    The rule stands in Keras' sources, `backend/<backend>/rnn.py`: for TensorFlow, all masked padding must be
    at the right, and no row may be all padding. JAX and PyTorch take no mask.
    """
    if not mask:
        return dict.fromkeys(("TensorFlow", "JAX, PyTorch"), Kernel(True, "nothing is masked"))
    word = ids != PADDING
    if (word[:, 1:] > word[:, :-1]).any():
        tensorflow = Kernel(False, "the masked pads are not at the end")
    elif not word.any(axis=1).all():
        tensorflow = Kernel(False, "a row is all padding")
    else:
        tensorflow = Kernel(True, "pads at the end only, no row all pads")
    return {"TensorFlow": tensorflow, "JAX, PyTorch": Kernel(False, "these take no mask")}
