"""Two cells without h in their gates, with their gradients: minLSTM, and one query of attention.

Both give `states_and_back(xs)`: h (batch, time, n), and a function from dL/dh to the gradients of `weights`.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import sigmoid

Back = Callable[[Array], list[Array]]


class MinLSTM(NamedTuple):
    """A minLSTM (Feng and others 2024, section 3.2.1): gates and candidate read x alone, blocks f, i, c.

    f and i are divided by their sum, and h is c: h_t = f' h_{t-1} + i' (x W_c + b_c).
    """

    W: Array
    b: Array

    @classmethod
    def random(cls, m: int, n: int, rng: np.random.Generator, open_gates: bool) -> "MinLSTM":
        """Return new weights; with `open_gates` the bias of f is 4 and that of i is -4."""
        limit = np.sqrt(6 / (m + n))
        biases = [4.0, -4.0, 0.0] if open_gates else [1.0, 0.0, 0.0]
        return cls(rng.uniform(-limit, limit, (m, 3 * n)), np.repeat(biases, n))

    @property
    def weights(self) -> list[Array]:
        """W and b."""
        return [self.W, self.b]

    def states_and_back(self, xs: Array) -> tuple[Array, Back]:
        """Return h, and the way back."""
        f, i, candidate = np.split(xs @ self.W + self.b, 3, axis=-1)
        f, i = sigmoid(f), sigmoid(i)
        keep = f / (f + i)  # f'; i' is what is left of 1
        h = np.zeros((*xs.shape[:2], f.shape[-1]))
        before = np.zeros_like(h)
        for t in range(xs.shape[1]):
            before[:, t] = h[:, t - 1] if t else 0.0
            h[:, t] = keep[:, t] * before[:, t] + (1 - keep[:, t]) * candidate[:, t]

        def back(dh: Array) -> list[Array]:
            through = np.zeros_like(h)  # dL/dh_t over all later steps
            for t in reversed(range(xs.shape[1])):
                later = keep[:, t + 1] * through[:, t + 1] if t + 1 < xs.shape[1] else 0.0
                through[:, t] = dh[:, t] + later
            dkeep = through * (before - candidate) * keep * (1 - keep)
            # log(f'/i') = log f - log i, and the slope of log σ(a) is 1 - σ(a).
            da = np.concatenate([dkeep * (1 - f), -dkeep * (1 - i), through * (1 - keep)], axis=-1)
            return [np.einsum("btm,btn->mn", xs, da), da.sum(axis=(0, 1))]

        return h, back


class Attention(NamedTuple):
    """One head of attention (Vaswani and others 2017), asked once: the last step's query meets all keys."""

    Q: Array
    K: Array
    V: Array

    @classmethod
    def random(cls, m: int, n: int, rng: np.random.Generator) -> "Attention":
        """Return new weights, each (m, n)."""
        limit = np.sqrt(6 / (m + n))
        return cls(*(rng.uniform(-limit, limit, (m, n)) for _ in range(3)))

    @property
    def weights(self) -> list[Array]:
        """Q, K and V."""
        return [*self]

    def states_and_back(self, xs: Array) -> tuple[Array, Back]:
        """Return what is read at the last step as h there, 0 elsewhere; and the way back."""
        seen, last = xs[:, :-1], xs[:, -1]
        q, k, v = last @ self.Q, seen @ self.K, seen @ self.V
        scores = np.einsum("bn,btn->bt", q, k) / np.sqrt(q.shape[-1])
        weights = np.exp(scores - scores.max(axis=1, keepdims=True))
        weights /= weights.sum(axis=1, keepdims=True)
        h = np.zeros((*xs.shape[:2], q.shape[-1]))
        h[:, -1] = np.einsum("bt,btn->bn", weights, v)

        def back(dh: Array) -> list[Array]:
            d = dh[:, -1]
            dv = weights[:, :, None] * d[:, None]
            dweights = np.einsum("bn,btn->bt", d, v)
            dscores = weights * (dweights - (weights * dweights).sum(axis=1, keepdims=True))
            dscores /= np.sqrt(q.shape[-1])
            dq, dk = np.einsum("bt,btn->bn", dscores, k), dscores[:, :, None] * q[:, None]
            return [last.T @ dq, np.einsum("btm,btn->mn", seen, dk), np.einsum("btm,btn->mn", seen, dv)]

        return h, back
