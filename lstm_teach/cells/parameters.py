"""The weights of a cell: fused arrays, and named views of their blocks.

An LSTM has four small dense layers side by side. Stored fused, W (m, 4n), U (n, 4n), b (4n,), one matrix
product serves all four; `p.W_f` and its sisters are views of the blocks, in Keras' order i, f, c, o. So the
form that reads like the equation and the form that runs fast are one object.

A ValueError names what cannot be: shapes that do not fit together, dtypes other than float64 and float32,
NaN, an option out of range, a size or a generator that is none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_teach.arrays import Array, flag, floats, generator, number, whole
from lstm_teach.cells.activations import ACTIVATIONS


def glorot_uniform(rows: int, columns: int, rng: np.random.Generator) -> Array:
    """Return a matrix that is uniform in ±√(6 / (rows + columns)) (Glorot and Bengio 2010)."""
    limit = np.sqrt(6.0 / (rows + columns))
    return rng.uniform(-limit, limit, (rows, columns))


def orthogonal(rows: int, columns: int, rng: np.random.Generator) -> Array:
    """Return a random matrix with orthonormal rows: U Uᵀ = 1 (Saxe et al. 2014), rows <= columns."""
    q, r = np.linalg.qr(rng.standard_normal((columns, rows)))
    # QR leaves the signs open; fixing them makes the draw uniform over all such matrices.
    return (q * np.sign(np.diag(r))).T


def _drawn(
    blocks: int, m: int, n: int, rng: np.random.Generator, dtype: Any, recurrent: Callable = orthogonal
) -> tuple[Array, Array, Array]:
    """Return W, U and b as Keras draws them: W Glorot uniform, U orthogonal, b zero."""
    m, n = whole("m", m), whole("n", n)
    columns = blocks * n
    known = [one for one in (np.float64, np.float32) if dtype is not None and np.dtype(one) == dtype]
    if not known:
        raise ValueError(f"dtype: expected float64 or float32, got {dtype!r}")
    W = glorot_uniform(m, columns, generator(rng))
    U = recurrent(n, columns, rng)
    return W.astype(known[0]), U.astype(known[0]), np.zeros(columns, known[0])


def _block(array: str, k: int) -> property:
    """Block k of a fused array: its n columns, as a view. Writing to it writes to the fused array."""

    def view(self: "RNNParams | LSTMParams | GRUParams") -> Array:
        return getattr(self, array)[..., k * self.n : (k + 1) * self.n]

    return property(view, doc=f"Block {k} of {array}, a view of n columns.")


class _Sizes:
    """What can be read off the arrays of every cell."""

    W: Array
    U: Array
    b: Array

    @property
    def m(self) -> int:
        """The number of features of x."""
        return self.W.shape[0]

    @property
    def n(self) -> int:
        """The number of units: the length of the state vector."""
        return self.U.shape[0]

    @property
    def dtype(self) -> np.dtype:
        """float64 or float32: all weights are in one of them."""
        return self.U.dtype

    @property
    def count(self) -> int:
        """The number of trainable numbers."""
        return self.W.size + self.U.size + self.b.size

    def _check(self, blocks: int, biases: int = 1) -> None:
        """Raise a ValueError unless W is (m, blocks·n), U (n, blocks·n), and b fits."""
        floats("U", self.U, ("n", "n" if blocks == 1 else f"{blocks}n"))
        n, columns = self.U.shape
        if columns != blocks * n:
            raise ValueError(f"U: expected shape (n, {blocks}n) = ({n}, {blocks * n}), got {self.U.shape}")
        floats("W", self.W, ("m", columns))
        floats("b", self.b, (columns,) if biases == 1 else (biases, columns))
        for name, array in (("W", self.W), ("b", self.b)):
            if array.dtype != self.U.dtype:
                raise ValueError(f"{name}: expected {self.U.dtype}, as U has, got {array.dtype}")


@dataclass(frozen=True, eq=False)
class RNNParams(_Sizes):
    """h_t = activation(x_t W + h_{t-1} U + b), an Elman network (Elman 1990).

    W (m, n), U (n, n), b (n,); activation "tanh", "relu" or "linear".
    """

    W: Array
    U: Array
    b: Array
    activation: str = "tanh"

    def __post_init__(self) -> None:
        self._check(blocks=1)
        if not isinstance(self.activation, str) or self.activation not in ACTIVATIONS:
            known = ", ".join(map(repr, ACTIVATIONS))
            raise ValueError(f"activation: expected one of {known}, got {self.activation!r}")

    @classmethod
    def random(
        cls,
        m: int,
        n: int,
        rng: np.random.Generator,
        dtype: type = np.float64,
        *,
        gain: float = 1.0,
        recurrent: str = "orthogonal",
        activation: str = "tanh",
    ) -> "RNNParams":
        """Return weights as Keras draws them: W Glorot uniform, U orthogonal times `gain`, b zero.

        `recurrent="glorot"` draws U as W is drawn; its spectral norm is then not 1.
        """
        draws = {"orthogonal": orthogonal, "glorot": glorot_uniform}
        if not isinstance(recurrent, str) or recurrent not in draws:
            raise ValueError(f"recurrent: expected 'orthogonal' or 'glorot', got {recurrent!r}")
        W, U, b = _drawn(1, m, n, rng, dtype, draws[recurrent])
        return cls(W, number("gain", gain) * U, b, activation)


@dataclass(frozen=True, eq=False)
class LSTMParams(_Sizes):
    """The four dense layers of an LSTM with a forget gate (Gers et al. 2000), in the order i, f, c, o.

    W (m, 4n), U (n, 4n), b (4n,): 4(nm + n² + n) numbers.
    """

    W: Array
    U: Array
    b: Array

    W_i, W_f, W_c, W_o = (_block("W", k) for k in range(4))
    U_i, U_f, U_c, U_o = (_block("U", k) for k in range(4))
    b_i, b_f, b_c, b_o = (_block("b", k) for k in range(4))

    def __post_init__(self) -> None:
        self._check(blocks=4)

    @classmethod
    def random(
        cls, m: int, n: int, rng: np.random.Generator, dtype: type = np.float64, *, forget_bias: float = 1.0
    ) -> "LSTMParams":
        """Return weights as Keras draws them: W Glorot uniform, U orthogonal, b zero but for the forget gate.

        A forget bias of 1 opens the gate to σ(1) = 0.73 at the start (Jozefowicz et al. 2015).
        """
        W, U, b = _drawn(4, m, n, rng, dtype)
        n = len(U)
        b[n : 2 * n] = number("forget_bias", forget_bias)
        return cls(W, U, b)


@dataclass(frozen=True, eq=False)
class GRUParams(_Sizes):
    """The three dense layers of a GRU (Cho et al. 2014), in the order z, r, h.

    W (m, 3n), U (n, 3n). With `reset_after` (Keras' default, and what cuDNN computes) b is (2, 3n): a bias
    for x W and one for h U. Without it, b is (3n,).
    """

    W: Array
    U: Array
    b: Array
    reset_after: bool = True

    W_z, W_r, W_h = (_block("W", k) for k in range(3))
    U_z, U_r, U_h = (_block("U", k) for k in range(3))
    b_z, b_r, b_h = (_block("b", k) for k in range(3))

    def __post_init__(self) -> None:
        flag("reset_after", self.reset_after)
        self._check(blocks=3, biases=2 if self.reset_after else 1)

    @property
    def b_x(self) -> Array:
        """The bias (3n,) that is added to x W."""
        return self.b[0] if self.reset_after else self.b

    @property
    def b_recurrent(self) -> Array:
        """The bias (3n,) that is added to h U: zeros without `reset_after`."""
        return self.b[1] if self.reset_after else np.zeros_like(self.b)

    @classmethod
    def random(
        cls,
        m: int,
        n: int,
        rng: np.random.Generator,
        dtype: type = np.float64,
        *,
        update_bias: float = 0.0,
        reset_after: bool = True,
    ) -> "GRUParams":
        """Return weights as Keras draws them: W Glorot uniform, U orthogonal, b zero.

        `update_bias` is put into b_z (the input bias): above 0 the update gate starts out keeping.
        """
        W, U, b = _drawn(3, m, n, rng, dtype)
        b[: len(U)] = number("update_bias", update_bias)
        two = flag("reset_after", reset_after)
        return cls(W, U, np.stack([b, np.zeros_like(b)]) if two else b, reset_after)


Params = RNNParams | LSTMParams | GRUParams


def difference(wanted: Params, got: Params) -> tuple[str, Any] | None:
    """Return in words what `wanted` has, and what `got` has instead, or None; weights are not compared."""
    for what, ours, theirs in (
        ("parameters of the type {}", type(wanted).__name__, type(got).__name__),
        ("{} units", wanted.n, got.n),
        ("{} features", wanted.m, got.m),
        ("activation={!r}", getattr(wanted, "activation", None), getattr(got, "activation", None)),
        ("reset_after={}", getattr(wanted, "reset_after", None), getattr(got, "reset_after", None)),
    ):
        if ours != theirs:
            return what.format(ours), theirs
    return None
