"""Three changes of the LSTM cell, in Keras, to see what each is worth on a toy task.

Peepholes let the gates read c (Gers, Schraudolph and Schmidhuber 2002). Layer normalisation scales what goes
into the gates, and c before it is shown, over the units of a step (Ba, Kiros and Hinton 2016). A projection
hands on fewer numbers than the cell has units (Sak, Senior and Beaufays 2014).
"""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from experiments.asked import NOT_ASKED, Draw
from lstm_teach.arrays import Array


class Cell(layers.Layer):
    """One step of an LSTM with one of the changes, or with none."""

    def __init__(self, units: int, kind: str, projected: int = 8):
        super().__init__()
        self.units, self.kind = units, kind
        self.output_size = projected if kind == "projection" else units
        self.state_size = (self.output_size, units)  # of h and of c

    def build(self, shape: tuple[int, ...]) -> None:
        """Make the weights, as Keras makes those of its LSTM."""
        n, r = self.units, self.output_size
        self.W = self.add_weight(shape=(shape[-1], 4 * n))
        self.U = self.add_weight(shape=(r, 4 * n), initializer="orthogonal")
        biases = keras.initializers.Constant(np.repeat([0.0, 1.0, 0.0, 0.0], n))
        self.b = self.add_weight(shape=(4 * n,), initializer=biases)
        if self.kind == "peepholes":
            self.peepholes = self.add_weight(shape=(3, n), initializer="zeros")  # of i, f and o
        if self.kind == "layer norm":
            self.norms = [layers.LayerNormalization(center=False) for _ in range(2)]
            self.norm_c = layers.LayerNormalization()
            for norm in self.norms:
                norm.build((None, 4 * n))
            self.norm_c.build((None, n))
        if self.kind == "projection":
            self.P = self.add_weight(shape=(n, r))

    def call(self, x: Any, states: list[Any]) -> tuple[Any, list[Any]]:
        """Return h, and the new states h and c."""
        h, c = states
        from_x, from_h = x @ self.W, h @ self.U
        if self.kind == "layer norm":
            from_x, from_h = self.norms[0](from_x), self.norms[1](from_h)
        i, f, c_tilde, o = ops.split(from_x + from_h + self.b, 4, axis=-1)
        if self.kind == "peepholes":
            i, f = i + self.peepholes[0] * c, f + self.peepholes[1] * c
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(c_tilde)
        if self.kind == "peepholes":
            o = o + self.peepholes[2] * c
        h = ops.sigmoid(o) * ops.tanh(self.norm_c(c) if self.kind == "layer norm" else c)
        if self.kind == "projection":
            h = h @ self.P
        return h, [h, c]


def learn_in_keras(
    kind: str, draw: Draw, classes: int, updates: int, seed: int, units: int = 32
) -> Callable[[Array], Array]:
    """Return a trained network: from xs (batch, time, features) to its outputs (batch, time, classes)."""
    rng = np.random.default_rng(seed)
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([layers.RNN(Cell(units, kind), return_sequences=True), layers.Dense(classes)])
    model.compile(
        keras.optimizers.Adam(5e-3, global_clipnorm=1.0),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    for _ in range(updates):
        xs, targets = draw(rng)
        asked = targets != NOT_ASKED
        model.train_on_batch(xs, np.maximum(targets, 0), sample_weight=asked / asked.mean())
    return lambda xs: np.asarray(model(xs))
