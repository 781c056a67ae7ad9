"""A trained writer on NumPy: it reads a text letter by letter, and says which letter it expects next.

One LSTM reads the letters; a dense layer on its state gives a logit for each letter that may follow. It was
trained on the invented reviews of the course by `python -m experiments writer`; `data/writer/README.md` says
how, and how good it is. Needs numpy alone; no Keras, no TensorFlow.
"""

import os
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import lstm_teach
from lstm_teach.arrays import Array, floats, generator, instance, number, strings, whole
from lstm_teach.atomic import replacing
from lstm_teach.cells import LSTMParams, lstm_forward, lstm_step

START = "\n"
"""What stands between two texts, so a text begins after it."""


class Written(NamedTuple):
    """A text that was given and written on, letter by letter.

    Attributes
    ----------
    text : what was given, and what was written after it
    given : how many letters of it were given
    logits : (letters, characters), what was expected in the place of each letter
    h, c : (letters, units), the states after each letter
    """

    text: str
    given: int
    logits: Array
    h: Array
    c: Array


@dataclass(frozen=True, eq=False)
class Writer:
    """Letters become rows of `embedding`, the LSTM `p` reads them, and h V + b are the logits; in one dtype.

    Attributes
    ----------
    characters : every letter that it knows, each once, `START` among them
    embedding : (characters, m)
    p : the LSTM, m features, n units
    V, b : (n, characters) and (characters,), the read-out

    A ValueError names a part that does not fit the others, or holds NaN or infinity.
    """

    characters: str
    embedding: Array
    p: LSTMParams
    V: Array
    b: Array

    def __post_init__(self) -> None:
        instance("p", self.p, LSTMParams)
        instance("characters", self.characters, str)
        if START not in self.characters or len(set(self.characters)) < len(self.characters):
            raise ValueError(f"characters: expected each letter once, and {START!r} among them")
        floats("embedding", self.embedding, (len(self.characters), self.p.m))
        floats("V", self.V, (self.p.n, len(self.characters)))
        floats("b", self.b, (len(self.characters),))

    def ids(self, text: str) -> Array:
        """Return the number of each letter of a text; ValueError for a letter that it does not know."""
        if not isinstance(text, str):
            raise ValueError(f"text: expected a string, got {type(text).__name__}")
        if unknown := sorted(set(text) - set(self.characters)):
            raise ValueError(f"text: the writer has never seen {', '.join(map(repr, unknown[:5]))}")
        return np.array([self.characters.index(letter) for letter in text], int)

    def losses(self, text: str) -> Array:
        """Return -log of the probability of each letter, given all letters before it: (letters,), in nats."""
        ids = np.concatenate([self.ids(START), self.ids(text)])
        h = lstm_forward(self.embedding[ids[None, :-1]], self.p).h[0]
        return -np.log(softened(h @ self.V + self.b, 1.0))[np.arange(len(text)), ids[1:]]

    def write(self, text: str, letters: int, temperature: float, rng: np.random.Generator) -> Written:
        """Return `text` and what the writer makes of it: it reads the letters given, then its own.

        It writes until there are `letters` in all. At `temperature` 0 it takes the most probable letter each
        time; see `softened`. ValueError for an unknown letter, a negative temperature or a wrong `rng`.
        """
        given = self.ids(text)
        whole("letters", letters)
        number("temperature", temperature)
        generator(rng)
        h = c = np.zeros((1, self.p.n), self.p.dtype)
        letter, written, logits, states = self.characters.index(START), [], [], []
        for place in range(max(letters, len(text))):
            _, _, _, _, c, h = lstm_step(self.embedding[[letter]], h, c, self.p)
            logits.append(h[0] @ self.V + self.b)
            letter = given[place] if place < len(given) else _drawn(logits[-1], temperature, rng)
            written.append(letter)
            states.append((h[0], c[0]))
        # After the last letter, too: every letter has the state that has read it.
        _, _, _, _, c, h = lstm_step(self.embedding[[letter]], h, c, self.p)
        states.append((h[0], c[0]))
        after = np.array(states[1:])
        made = "".join(self.characters[k] for k in written)
        return Written(made, len(text), np.array(logits), after[:, 0], after[:, 1])


def softened(logits: Array, temperature: float) -> Array:
    """Return the probabilities of logits (…, characters) at a temperature: softmax(logits / temperature).

    1 leaves what was learned, below 1 the probable becomes more probable, above 1 all become alike. At 0 the
    largest gets all. ValueError for a temperature below 0.
    """
    floats("logits", logits)
    if number("temperature", temperature) < 0:
        raise ValueError(f"temperature: expected 0 or more, got {temperature}")
    if temperature == 0:
        return np.eye(logits.shape[-1])[logits.argmax(axis=-1)]
    scaled = (logits - logits.max(axis=-1, keepdims=True)).astype(float) / temperature
    odds = np.exp(scaled)
    return odds / odds.sum(axis=-1, keepdims=True)


def _drawn(logits: Array, temperature: float, rng: np.random.Generator) -> int:
    """Return one letter by chance: the first whose cumulated probability passes a random number."""
    return int(np.searchsorted(softened(logits, temperature).cumsum(), rng.random()).clip(0, len(logits) - 1))


class Learned(NamedTuple):
    """The words and the sentences of the texts from which a writer has learned."""

    words: frozenset[str]
    sentences: frozenset[str]

    def known_words(self, text: str) -> float:
        """Return what fraction of the words of a text the writer has met; NaN if it has no word."""
        return _share(words_of(text), self.words)

    def copied_sentences(self, text: str) -> float:
        """Return what fraction of the whole sentences of a text are copied; NaN if it has none."""
        return _share(sentences_of(text), self.sentences)


def learned_from(texts: Iterable[str]) -> Learned:
    """Return all words and all whole sentences of the texts."""
    texts = strings("texts", texts)
    words, sentences = (
        frozenset(part for text in texts for part in parts_of(text)) for parts_of in (words_of, sentences_of)
    )
    return Learned(words, sentences)


def words_of(text: str) -> list[str]:
    """Return the words of a text, in lower case."""
    return re.findall(r"[\w'’]+", text.lower())


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text that end in a full stop or its like; an unfinished one is left out."""
    return [sentence.strip() for sentence in re.findall(r"[^.!?\n]+[.!?]+", text)]


def _share(parts: list[str], known: frozenset[str]) -> float:
    return sum(part in known for part in parts) / len(parts) if parts else float("nan")


def save(writer: Writer, path: str | os.PathLike[str]) -> None:
    """Write what `load` reads, the weights rounded to float16; the file appears whole or not at all."""
    arrays: dict[str, Any] = {
        "embedding": writer.embedding,
        "W": writer.p.W,
        "U": writer.p.U,
        "bias": writer.p.b,
    }
    arrays |= {"V": writer.V, "b": writer.b}
    letters: dict[str, Any] = {"characters": np.array(writer.characters)}
    with replacing(path) as file:
        np.savez_compressed(
            file, **{name: np.asarray(array, np.float16) for name, array in arrays.items()} | letters
        )


def load(path: str | os.PathLike[str] | None = None) -> Writer:
    """Return the writer that ships with the course, or the one in a file that `save` wrote.

    Raises
    ------
    FileNotFoundError
        if there is none.
    ValueError
        if the file is damaged, or its parts do not belong together.
    """
    path = Path(path) if path is not None else lstm_teach.data_dir() / "writer" / "weights.npz"
    try:
        with np.load(path, allow_pickle=False) as file:
            names = "embedding", "W", "U", "bias", "V", "b"
            # By columns: where NumPy has no BLAS, as in a browser, a step then takes about half the time.
            embedding, W, U, bias, V, b = (file[name].astype(np.float64, order="F") for name in names)
            return Writer(str(file["characters"][()]), embedding, LSTMParams(W, U, bias), V, b)
    except (KeyError, EOFError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"path: {path} is damaged or no writer's weights ({error})") from error
