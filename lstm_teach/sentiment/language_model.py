"""What comes next? LSTMs that learn to predict every next word of a text need no labels to learn from.

What they have learned serves a classifier, which begins with their weights: Dai and Le 2015, "Semi-supervised
Sequence Learning". Here the LSTM that reads forward predicts the next word, the other the one before.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from lstm_teach.sentiment import checkpoints
from lstm_teach.sentiment.checkpoints import Checkpoint
from lstm_teach.sentiment.loop import OneCycle, Say, one_epoch, progress_bar, restore, values
from lstm_teach.sentiment.models import ReverseWords
from lstm_teach.sentiment.network import Batches, Network, embedding_of
from lstm_teach.vocabulary import FIRST

WARM_UP = 0.1  # of Adam's learning rate, in one cycle
FREQUENT = 256  # words that every next word is weighed against,
DRAWN = 256  # and how many of the others, drawn for each batch
MEASURED = 500  # validation reviews whose perplexity is taken
PROMPTS = ("the acting is", "this is one of the worst", "i laughed and i", "the film was directed by")
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
        """What comes next, over all words: (..., ids) from states (..., units)."""
        words = ops.arange(FIRST, self.table.input_dim, dtype="int32")
        found = ops.softmax(self._scores(ops.matmul(h, self.matrix), words), axis=-1)
        nothing = np.zeros((*found.shape[:-1], FIRST), np.float32)  # padding and unknown
        return np.concatenate([nothing, ops.convert_to_numpy(found)], axis=-1)


class LanguageModel:
    """The LSTMs and the embedding of a network like `course`, with another task: to predict the next word.

    Attributes
    ----------
    model : Keras model from ids (batch, time) to the cross-entropies of each direction; its loss is their sum
    states : from ids to the hidden states (batch, time, units) of the LSTM that reads forward
    next_word : what it makes of them

    Raises
    ------
    ValueError
        if the network has no LSTM called "forward".
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        known = {layer.name: layer for layer in network.model.layers}
        if "forward" not in known:
            raise ValueError(
                f"network: got {network.recipe.name}, expected one with an LSTM called 'forward'"
            )
        table = embedding_of(network.model)
        ids = keras.Input((None,), dtype="int32")
        entropies = []
        for name in ("forward", "backward"):
            order = ids if name == "forward" else ReverseWords()(ids)
            h = table(order)
            for layer in (known[level] for level in known if level.startswith(name)):
                h = layer(h)
            if name in known:
                next_word = NextWord(table, name=f"after_{name}")
                entropies.append(next_word(h, order))
            if name == "forward":
                self.states, self.next_word = keras.Model(ids, h), next_word
        self.model = keras.Model(ids, entropies, name="language_model")

    def train(
        self,
        rows: Sequence[np.ndarray],
        epochs: int,
        seed: int,
        folder: Path,
        *,
        progress: bool = True,
        say: Say = print,
    ) -> dict[str, list[float]]:
        """Learn to predict the next word of encoded texts; an interrupted training goes on where it was.

        Returns
        -------
        history : an entry an epoch: loss (nats a word, mean of the directions), seconds, processor_seconds
        """
        recipe = self.network.recipe
        batch_size = recipe.language_model_batch_size
        steps = -(-len(rows) // batch_size)
        rate = OneCycle(recipe.language_model_learning_rate, epochs * steps, WARM_UP)
        optimizer = keras.optimizers.Adam(rate, global_clipnorm=recipe.clip_norm)
        optimizer.build(self.model.trainable_variables)
        self.model.compile(optimizer)
        history: dict[str, list[float]] = {}
        resume = checkpoints.load(folder)
        if resume is not None:
            history = resume.state["history"]
            restore(self.model.variables, resume.arrays["variables"])
            restore(optimizer.variables, resume.arrays["optimizer"])
        done = len(history.get("loss", ()))
        if 0 < done < epochs:
            say(f"resumed: the language model goes on after epoch {done} of {epochs}")
        with progress_bar(epochs, steps, done, progress) as bar:
            for epoch in range(done, epochs):
                bar.set_description(f"language model, epoch {epoch + 1}/{epochs}")
                batches = Batches(rows, recipe, batch_size, key=(seed, epoch), devices=self.network.devices)
                found = one_epoch(self.model, batches, bar)
                found["loss"] /= len(self.model.outputs)
                for name, value in found.items():
                    history.setdefault(name, []).append(round(float(value), 6))
                arrays = {
                    "variables": values(self.model.variables),
                    "optimizer": values(optimizer.variables),
                }
                checkpoints.save(folder, Checkpoint({"history": history}, arrays))
                with bar.external_write_mode():
                    say(
                        f"language model, epoch {epoch + 1}/{epochs}: {found['loss']:.3f} nats a word, "
                        f"{found['seconds']:.0f} s"
                    )
        return history

    def perplexity(self, rows: Sequence[np.ndarray]) -> float:
        """Between how many words the forward LSTM wavers: exp of the mean cross-entropy of each next word.

        Parameters
        ----------
        rows : encoded texts that it has not learned from; unknown words are not asked for
        """
        entropies = []
        few = 4  # at once: there is a number for every word at every step
        batches = Batches(rows, self.network.recipe, few)
        for number in range(len(batches)):
            [ids] = batches[number]
            h = self.states.predict_on_batch(ids)[: len(ids)]  # with several devices, a copy for each
            found = self.next_word.probabilities(h[:, :-1])
            asked = np.take_along_axis(found, ids[:, 1:, None], axis=-1)[..., 0]
            entropies.append(-np.log(asked[ids[:, 1:] >= FIRST]))
        return float(np.exp(np.concatenate(entropies).mean()))

    def expects(self, text: str, most: int = 5) -> dict[str, float]:
        """The words that the forward LSTM thinks most probable after a text, and their probabilities."""
        [row] = self.network.vocabulary.encode([text])
        found = self.next_word.probabilities(self.states.predict_on_batch(row[None])[0, -1])
        return {
            self.network.vocabulary.words[i]: round(float(found[i]), 4) for i in np.argsort(-found)[:most]
        }


def learn_to_predict(
    network: Network,
    texts: Sequence[np.ndarray],
    held_back: Sequence[np.ndarray],
    seed: int,
    folder: Path,
    *,
    resumed: bool,
    progress: bool = True,
    say: Say = print,
) -> dict[str, Any]:
    """Let a network's LSTMs learn to predict the next word, before it is trained.

    Parameters
    ----------
    texts, held_back : encoded texts to learn from, and others whose perplexity is taken
    folder : of the run's checkpoints
    resumed : the network has been trained since, so nothing is learned here: what was found then is given

    Returns
    -------
    what a record says of it: reviews and words in one reading, history, perplexity, and what it expects
    """
    path = folder / "language_model.json"
    if resumed:
        return json.loads(path.read_text(encoding="utf-8"))
    model, recipe = LanguageModel(network), network.recipe
    history = model.train(
        texts, recipe.language_model_epochs, seed, folder / "language_model", progress=progress, say=say
    )
    # From first to last: they stand in the order of their labels.
    measured = np.unique(np.linspace(0, len(held_back) - 1, MEASURED).astype(int))
    found = {
        "reviews": len(texts),
        "words": sum(min(len(text), recipe.length or len(text)) for text in texts),
        "history": history,
        "perplexity": round(model.perplexity([held_back[i] for i in measured]), 2),
        "expects": {text: model.expects(text) for text in PROMPTS},
    }
    say(f"language model: perplexity {found['perplexity']:.1f} on validation reviews")
    checkpoints.write_json(path, found)
    return found
