"""Train the writer that ships with the course and write data/writer: python -m experiments writer

It learns from the training half of the invented reviews to say each next letter. About a minute on two cores.
"""

import argparse
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

import lstm_teach
from lstm_teach import reviews, writer
from lstm_teach.arrays import Array
from lstm_teach.cells import LSTMParams
from lstm_teach.keras_bridge import params_from_keras
from lstm_teach.writer import START, Writer

FOLDER = lstm_teach.data_dir() / "writer"
SETTINGS: dict[str, Any] = {
    "features": 24,  # m, of an embedded letter
    "units": 128,
    "length": 60,  # letters of a window; the state starts at zero in each
    "batch_size": 16,
    "learning_rate": 5e-3,  # at the start; falls to 0 along a cosine
    "epochs": 20,
    "seed": 0,
}


def text_of(texts: Sequence[str]) -> str:
    """Return all texts as one, each after a `START`."""
    return "".join(START + text for text in texts)


def build_model(characters: int, settings: dict[str, Any]) -> keras.Sequential:
    """Return the network: from ids (batch, time) to logits of the next letters (batch, time, characters)."""
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(characters, settings["features"]),
            keras.layers.LSTM(settings["units"], return_sequences=True),
            keras.layers.Dense(characters),
        ]
    )


def windows(ids: Array, length: int) -> tuple[Array, Array]:
    """Return windows of ids (windows, length), and the letter after each letter, in the same shape."""
    whole = (len(ids) - 1) // length * length
    return ids[:whole].reshape(-1, length), ids[1 : whole + 1].reshape(-1, length)


def train(characters: str, text: str, settings: dict[str, Any]) -> Writer:
    """Return a writer that has learned from `text`."""
    keras.utils.set_random_seed(settings["seed"])
    read, wanted = windows(np.array([characters.index(letter) for letter in text]), settings["length"])
    model = build_model(len(characters), settings)
    updates = settings["epochs"] * -(-len(read) // settings["batch_size"])
    rate = keras.optimizers.schedules.CosineDecay(settings["learning_rate"], updates)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss)
    model.fit(read, wanted, settings["batch_size"], settings["epochs"], verbose=2)
    embedding, lstm, dense = model.layers
    (table,) = embedding.get_weights()
    p = params_from_keras(lstm)
    assert isinstance(p, LSTMParams)
    return Writer(characters, table, p, *dense.get_weights())


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, save, and print how well the shipped weights expect the test texts."""
    argparse.ArgumentParser(description=__doc__).parse_args(arguments)
    sample = reviews.load()
    learned, unseen = text_of(sample.train.texts), text_of(sample.test.texts)
    made = train("".join(sorted(set(learned + unseen))), learned, SETTINGS)
    FOLDER.mkdir(exist_ok=True)
    writer.save(made, FOLDER / "weights.npz")
    shipped = writer.load(FOLDER / "weights.npz")
    for name, texts in (("training", sample.train.texts), ("test", sample.test.texts)):
        losses = np.concatenate([shipped.losses(text) for text in texts])
        print(f"{name}: {losses.mean():.3f} nats a letter, perplexity {np.exp(losses.mean()):.2f}")
