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

from experiments.next_word import NextWord
from experiments.recipes import UnlabelledRecipe
from lstm_teach.sentiment import checkpoints
from lstm_teach.sentiment.epochs import Plan, fit
from lstm_teach.sentiment.job import Job
from lstm_teach.sentiment.models import ReverseWords
from lstm_teach.sentiment.network import Batches, Network, OneCycle, embedding_of
from lstm_teach.vocabulary import FIRST

WARM_UP = 0.1  # of Adam's learning rate, in one cycle
MEASURED = 500  # validation reviews whose perplexity is taken
PROMPTS = ("the acting is", "this is one of the worst", "i laughed and i", "the film was directed by")


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
        self, rows: Sequence[np.ndarray], recipe: UnlabelledRecipe, job: Job, folder: Path
    ) -> dict[str, list[float]]:
        """Learn to predict the next word of encoded texts; an interrupted training goes on where it was.

        Returns
        -------
        history : an entry an epoch: loss (nats a word, mean of the directions), seconds, processor_seconds
        """
        size, epochs = recipe.language_model_batch_size, recipe.language_model_epochs
        steps = -(-len(rows) // size)
        rate = OneCycle(recipe.language_model_learning_rate, epochs * steps, WARM_UP)
        optimizer = keras.optimizers.Adam(rate, global_clipnorm=recipe.clip_norm)
        optimizer.build(self.model.trainable_variables)
        self.model.compile(optimizer)
        directions = len(self.model.outputs)

        def line(epoch: int, logs: dict[str, Any]) -> str:
            return f"{logs['loss'] / directions:.3f} nats a word, {logs['seconds']:.0f} s"

        plan = Plan(epochs, "language model, epoch", line)
        batches = Batches(rows, recipe, size, key=(job.seed, 0))
        history = fit(self.model, batches, plan, job, folder)["history"]
        return {**history, "loss": [round(loss / directions, 6) for loss in history["loss"]]}

    def perplexity(self, rows: Sequence[np.ndarray]) -> float:
        """Return the perplexity of the forward LSTM: exp of the mean cross-entropy of each next word.

        Parameters
        ----------
        rows : encoded texts that it has not learned from; unknown words are not asked for
        """
        entropies = []
        few = 4  # at once: there is a number for every word at every step
        batches = Batches(rows, self.network.recipe, few)
        for number in range(len(batches)):
            [ids] = batches[number]
            h = self.states.predict_on_batch(ids)
            found = self.next_word.probabilities(h[:, :-1])
            asked = np.take_along_axis(found, ids[:, 1:, None], axis=-1)[..., 0]
            entropies.append(-np.log(asked[ids[:, 1:] >= FIRST]))
        return float(np.exp(np.concatenate(entropies).mean()))

    def expects(self, text: str, most: int = 5) -> dict[str, float]:
        """Return the words that the forward LSTM finds most probable after a text, with probabilities."""
        [row] = self.network.vocabulary.encode([text])
        found = self.next_word.probabilities(self.states.predict_on_batch(row[None])[0, -1])
        return {
            self.network.vocabulary.words[i]: round(float(found[i]), 4) for i in np.argsort(-found)[:most]
        }


def learn_to_predict(
    network: Network,
    texts: Sequence[np.ndarray],
    held_back: Sequence[np.ndarray],
    job: Job,
    *,
    learned: bool,
) -> dict[str, Any]:
    """Let a network's LSTMs learn to predict the next word, before it is trained.

    Parameters
    ----------
    texts, held_back : encoded texts to learn from, and others whose perplexity is taken
    learned : the network has been trained since, so nothing is learned here: what was found then is given

    Returns
    -------
    what a record says of it: reviews and words in one reading, history, perplexity, and what it expects
    """
    path = job.folder / "language_model.json"
    if learned:
        with checkpoints.undamaged(path):
            found = json.loads(path.read_text(encoding="utf-8"))
            sum(found["history"]["seconds"])
            return found
    model, recipe = LanguageModel(network), network.recipe
    assert isinstance(recipe, UnlabelledRecipe)
    history = model.train(texts, recipe, job, job.folder / "language_model")
    # From first to last: they stand in the order of their labels.
    measured = np.unique(np.linspace(0, len(held_back) - 1, MEASURED).astype(int))
    found = {
        "reviews": len(texts),
        "words": sum(min(len(text), recipe.length or len(text)) for text in texts),
        "history": history,
        "perplexity": round(model.perplexity([held_back[i] for i in measured]), 2),
        "expects": {text: model.expects(text) for text in PROMPTS},
    }
    job.say(f"language model: perplexity {found['perplexity']:.1f} on validation reviews")
    checkpoints.write_json(path, found)
    return found
