"""The cross-entropy of each next word, given what an LSTM knows before it: a Keras layer."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers, ops

from lstm_teach.vocabulary import FIRST

FREQUENT = 256  # words that every next word is weighed against,
DRAWN = 256  # and how many of the others, drawn for each batch
IMPOSSIBLE = -1e9  # a score that a softmax makes 0 of


class NextWord(layers.Layer):
    """The cross-entropy of each next word, given the state of an LSTM before it.

    The state, brought to the length of a word's vector, is multiplied with the vector of each word that may
    come, and a softmax is taken. Over all words it would cost more than the LSTM, so its denominator is
    estimated without bias: the most frequent words are always in it, of the others some are drawn, and each
    stands for many (Bengio and Senécal 2003). Word k is drawn about as 1 / k, as words occur when ids are in
    the order of their frequency, as in `WordVocabulary`.

    Parameters
    ----------
    table : the embedding, whose vectors are those of the words to predict, too
    frequent, drawn : words in the denominator always, and at random
    """

    def __init__(
        self, table: layers.Embedding, frequent: int = FREQUENT, drawn: int = DRAWN, **named: Any
    ) -> None:
        super().__init__(**named)
        self.table = table
        self.rare = min(FIRST + frequent, table.input_dim)  # the first id that is left to chance
        self.drawn = drawn if self.rare < table.input_dim else 0
        self.chance = keras.random.SeedGenerator(0)

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Make the matrix (units, features) and the bias (ids,)."""
        self.matrix = self.add_weight(shape=(shape[-1], self.table.output_dim), name="matrix")
        self.bias = self.add_weight(shape=(self.table.input_dim,), initializer="zeros", name="bias")

    def call(self, h: Any, ids: Any) -> Any:
        """Cross-entropies (batch, time - 1) in nats, from states (batch, time, units) and ids (batch, time).

        Where the next is padding or unknown it is 0, and counts for nothing in the mean, the model's loss.
        """
        said, following = ops.matmul(h[:, :-1], self.matrix), ids[:, 1:]
        score = ops.sum(said * ops.take(self.table.embeddings, following, axis=0), axis=-1)
        score += ops.take(self.bias, following)  # (batch, time - 1)
        entropy = self._denominator(said, following, score) - score
        counts = ops.cast(following >= FIRST, "float32")
        self.add_loss(ops.sum(counts * entropy) / ops.maximum(ops.sum(counts), 1.0))
        return counts * entropy

    def _denominator(self, said: Any, following: Any, score: Any) -> Any:
        """The logarithm of the sum over all words of exp(score): exact for frequent ones, else estimated."""
        frequent = ops.arange(FIRST, self.rare, dtype="int32")
        if not self.drawn:
            return ops.logsumexp(self._scores(said, frequent), axis=-1)
        share = ops.log(self.table.input_dim / self.rare)
        at = ops.exp(share * keras.random.uniform((self.drawn,), seed=self.chance))  # 1 and up, most near 1
        some = ops.minimum(ops.cast(self.rare * at, "int32"), self.table.input_dim - 1)
        often = self.drawn * ops.log1p(1.0 / ops.cast(some, "float32")) / share  # how often to be expected
        # The word that did come is in the sum for certain, and so not by chance.
        by_chance = self._scores(said, some) - ops.log(often)
        by_chance = ops.where(following[..., None] == some, IMPOSSIBLE, by_chance)
        rare = ops.where(following >= self.rare, score, IMPOSSIBLE)
        scores = [self._scores(said, frequent), by_chance, rare[..., None]]
        return ops.logsumexp(ops.concatenate(scores, axis=-1), axis=-1)

    def _scores(self, said: Any, ids: Any) -> Any:
        vectors = ops.take(self.table.embeddings, ids, axis=0)
        return ops.matmul(said, ops.transpose(vectors)) + ops.take(self.bias, ids)  # (batch, time - 1, ids)

    def probabilities(self, h: Any) -> np.ndarray:
        """Return the probability of each next word: (..., ids) from states (..., units)."""
        words = ops.arange(FIRST, self.table.input_dim, dtype="int32")
        found = ops.softmax(self._scores(ops.matmul(h, self.matrix), words), axis=-1)
        nothing = np.zeros((*found.shape[:-1], FIRST), np.float32)  # padding and unknown
        return np.concatenate([nothing, ops.convert_to_numpy(found)], axis=-1)
