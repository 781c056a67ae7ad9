"""A trained reader of film reviews, on NumPy: what it believes after every word, and every gate behind that.

One LSTM reads from the first word to the last, and nothing is pooled: the probability that the review is
positive after word t is σ(h_t w + b), so whatever is known of earlier words has come through the state. The
reader that ships, `load()`, was trained on IMDB by `python -m experiments reader`; `data/reader/README.md`
says how, and how good it is. `from_keras` makes a reader of a network of your own.

Needs numpy alone; Keras is imported inside `from_keras`.
"""

import hashlib
import os
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import lstm_teach
from lstm_teach import vocabulary
from lstm_teach.arrays import Array, floats, instance, number
from lstm_teach.atomic import replacing
from lstm_teach.cells import Clamp, LSTMParams, LSTMTrace, lstm_forward, sigmoid
from lstm_teach.vocabulary import UNKNOWN, WordVocabulary

WEIGHTS, WORDS = "weights.npz", "vocabulary.json"  # the two files of a reader's folder
_STEPS = 32_768  # words in a batch, padding included: some 50 MB at 32 units


class Reading(NamedTuple):
    """One text, word by word.

    Attributes
    ----------
    words : as they were read, lower-cased
    probability : (words,), that the review is positive, after each word
    h, c : (words, units), the states after each word
    i, f, o, c_tilde : (words, units), the gates and the candidate at each word
    """

    words: list[str]
    probability: Array
    h: Array
    c: Array
    i: Array
    f: Array
    o: Array
    c_tilde: Array


class Batch(NamedTuple):
    """Texts of about one length, read together: `rows` says which, and `last` is each one's last step."""

    rows: Array
    last: Array
    trace: LSTMTrace


@dataclass(frozen=True, eq=False)
class Reader:
    """Words become rows of `embedding`, the LSTM `p` reads them, and σ(h w + b) is the answer; all float32.

    Attributes
    ----------
    vocabulary : the words that have a row of their own; all others share row 1
    embedding : (words of the vocabulary, m)
    p : the LSTM, m features, n units
    w, b : (n,) and a number, the read-out

    A ValueError names a part that does not fit the others, or holds NaN or infinity.
    """

    vocabulary: WordVocabulary
    embedding: Array
    p: LSTMParams
    w: Array
    b: float

    def __post_init__(self) -> None:
        instance("vocabulary", self.vocabulary, WordVocabulary)
        instance("p", self.p, LSTMParams)
        floats("embedding", self.embedding, (self.vocabulary.size, self.p.m))
        floats("w", self.w, (self.p.n,))
        number("b", self.b)

    def read(self, text: str, clamp: Clamp | None = None) -> Reading:
        """Return what the reader makes of one text, from a state of zeros, word by word.

        A text without a word is read as one unknown word, as in training, so that there is always an answer.

        `clamp` holds the gates "i", "f", "o" or "c_tilde" at values that broadcast to (words, units); NaN
        entries stay computed. A ValueError names an unknown gate, another value, or a text that is no string.
        """
        if not isinstance(text, str):
            raise ValueError(f"text: expected a string, got {type(text).__name__}")
        ids = vocabulary.pad(self.vocabulary.encode([text]))  # (1, words): an empty text is one unknown word
        words = self.vocabulary.tokens(text) or [self.vocabulary.words[UNKNOWN]]
        trace = lstm_forward(self.embedding[ids], self.p, clamp=clamp)
        i, f, c_tilde, o, c, h = (array[0] for array in trace[:6])
        return Reading(words, self.probability(h), h, c, i, f, o, c_tilde)

    def read_many(self, texts: Iterable[str], clamp: Clamp | None = None) -> Array:
        """Return the probability (texts,) after the last word of each text; see `read`, and `traces`."""
        sequences = self.vocabulary.encode(texts)
        probability = np.empty(len(sequences), self.p.dtype)
        for rows, last, trace in self.traces(sequences, clamp):
            probability[rows] = self.probability(trace.h[np.arange(len(rows)), last])
        return probability

    def traces(self, sequences: Iterable[Array], clamp: Clamp | None = None) -> Iterator[Batch]:
        """Yield the traces of texts that are ids already, each (words,), in batches of about one length.

        Shorter rows are padded at the right; do not use what comes after a row's `last` step. `clamp` is as
        for `read`, but since texts differ in length, a number or one value per unit, (units,). A ValueError
        names ids that the vocabulary has not, too.
        """
        for gate, value in clamp.items() if isinstance(clamp, Mapping) else ():
            if np.ndim(value) > 1:
                raise ValueError(
                    f"clamp[{gate!r}]: expected a number or one value per unit, ({self.p.n},), as texts "
                    f"differ in length, got shape {np.shape(value)}; `read` takes one text, (words, units)"
                )
        if not isinstance(sequences, Iterable) or (isinstance(sequences, np.ndarray) and not sequences.ndim):
            raise ValueError(f"sequences: expected a list of ids, got {type(sequences).__name__}")
        sequences = list(sequences)
        for k, ids in enumerate(sequences):
            if np.ndim(ids) != 1:
                raise ValueError(f"sequences: expected ids of shape (words,), got {np.shape(ids)} at row {k}")
        lengths = np.array([max(len(ids), 1) for ids in sequences])
        order = np.argsort(lengths, kind="stable")
        start = 0
        while start < len(order):
            stop = start + 1  # lengths rise, so the last row decides how wide the batch is
            while stop < len(order) and (stop + 1 - start) * lengths[order[stop]] <= _STEPS:
                stop += 1
            rows = order[start:stop]
            ids = vocabulary.pad([sequences[row] for row in rows])
            if ids.max() >= self.vocabulary.size:
                raise ValueError(f"sequences: expected ids below {self.vocabulary.size}, got {ids.max()}")
            yield Batch(rows, lengths[rows] - 1, lstm_forward(self.embedding[ids], self.p, clamp=clamp))
            start = stop

    def probability(self, h: Array) -> Array:
        """Return σ(h w + b) for hidden states (..., units)."""
        floats("h", h)
        if h.ndim == 0 or h.shape[-1] != self.p.n:
            raise ValueError(f"h: expected shape (…, {self.p.n}), got {h.shape}")
        return sigmoid(h @ self.w + self.p.dtype.type(self.b))


def from_keras(model: Any, vocabulary: WordVocabulary) -> Reader:
    """Return a Keras model as a reader: what Keras answers to the words of a text, and every gate behind it.

    The model is a chain: Embedding, one LSTM that gives its last state, Dense(1, activation="sigmoid").
    Layers that do nothing after training, such as Dropout, are passed over. The reader never sees padding. A
    model whose Embedding has `mask_zero=True` skips padding, so it gives the same answer with or without it.
    One without reads padding like a word: the reader gives its answer to the text alone, and a warning says
    so.

    Parameters
    ----------
    model : a `keras.Sequential` or functional model, trained
    vocabulary : the one whose ids it was trained on

    Raises
    ------
    ValueError
        for any other layer, setting or vocabulary; the message names it and says what is possible.
    """
    from lstm_teach.keras_bridge import reader_parts

    instance("vocabulary", vocabulary, WordVocabulary)
    embedding, p, w, b, masked = reader_parts(model)
    if len(embedding) != vocabulary.size:
        raise ValueError(
            f"vocabulary: it has {vocabulary.size:,} ids, but the Embedding has {len(embedding):,} rows; "
            "give the vocabulary that this model was trained with"
        )
    if not masked:
        warnings.warn(
            "model: its Embedding has mask_zero=False, so Keras reads padding like a word; this reader reads "
            "no padding, and equals Keras on texts without any",
            stacklevel=2,
        )
    return Reader(vocabulary, embedding, p, w, b)


def save(reader: Reader, folder: str | os.PathLike[str]) -> None:
    """Write what `load` reads, the weights rounded to float16; each file is written whole or not at all.

    A weight too large for float16 is a ValueError, and nothing is written.
    """
    weights: dict[str, Any] = {"embedding": reader.embedding, "w": reader.w, "bias": reader.b}
    weights |= {name: getattr(reader.p, name) for name in "WUb"}
    with np.errstate(over="ignore"):
        rounded: dict[str, Any] = {name: np.asarray(array, np.float16) for name, array in weights.items()}
    for name, array in rounded.items():
        if not np.isfinite(array).all():
            raise ValueError(f"{name}: expected weights up to 65504, the largest float16, got larger ones")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    reader.vocabulary.save(folder / WORDS)
    with replacing(folder / WEIGHTS) as file:
        np.savez_compressed(file, **rounded)


def checksum(folder: str | os.PathLike[str]) -> str:
    """Return the SHA-256 of a reader's two files, by which a record says whose figures it holds."""
    return hashlib.sha256(
        b"".join((Path(folder) / name).read_bytes() for name in (WORDS, WEIGHTS))
    ).hexdigest()


def load(folder: str | os.PathLike[str] | None = None) -> Reader:
    """Return the reader that ships with the course, or the one in a folder that `save` wrote.

    Raises
    ------
    FileNotFoundError
        if there is none.
    ValueError
        if its files are damaged, or do not belong together.
    """
    folder = Path(folder) if folder is not None else lstm_teach.data_dir() / "reader"
    words = vocabulary.load_vocabulary(folder / WORDS)
    if not isinstance(words, WordVocabulary):
        raise ValueError(f"folder: {folder / WORDS} holds {words.kind}, expected words")
    try:
        with np.load(folder / WEIGHTS, allow_pickle=False) as file:
            embedding, W, U, b, w, bias = (
                _weights(name, file[name]) for name in ("embedding", "W", "U", "b", "w", "bias")
            )
        answer_bias = number("bias", bias[()])
    except (KeyError, EOFError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"folder: {folder / WEIGHTS} is damaged or no reader's weights ({error})") from error
    return Reader(words, embedding, LSTMParams(W, U, b), w, answer_bias)


def _weights(name: str, array: Array) -> Array:
    """Return an array of a file in float32, once it is known to hold finite floating-point numbers."""
    if array.dtype.kind != "f":
        raise ValueError(f"{name}: expected floating-point numbers, got {array.dtype}")
    return floats(name, array.astype(np.float32))
