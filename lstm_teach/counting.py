"""How many numbers a layer has to learn: formulas, and the parts that they are made of.

Every block of a recurrent cell is a small dense layer that reads x (m features) and h (n units):
W has nm numbers, U has n², b has n. A plain RNN has one block, a GRU three, an LSTM four. The length of the
sequence is nowhere in the formula: the same weights are used at every step.

Sizes are whole numbers from 1 up, `biases` is 1 or 2, `bidirectional` and `reset_after` are True or False; a
ValueError names what is not.
"""

from typing import NamedTuple


class Parts(NamedTuple):
    """The parameters of a recurrent layer, part by part: sizes of one block, and how often it comes.

    nm, n², n: `W` (m, n), `U` (n, n) and `b` (n,) of one block, `b` twice as long with two biases;
    `blocks` in a cell; `directions`, 2 for a bidirectional layer.
    """

    W: int
    U: int
    b: int
    blocks: int
    directions: int = 1

    @property
    def block(self) -> int:
        """The parameters of one block: nm + n² + n, or nm + n² + 2n with two biases."""
        return self.W + self.U + self.b

    @property
    def total(self) -> int:
        """The parameters of the layer: directions x blocks x `block`."""
        return self.directions * self.blocks * self.block


def rnn_parts(m: int, n: int, biases: int = 1, *, bidirectional: bool = False) -> Parts:
    """Return the parts of a plain RNN with m features and n units: one block."""
    return _parts(1, m, n, biases, bidirectional)


def lstm_parts(m: int, n: int, biases: int = 1, *, bidirectional: bool = False) -> Parts:
    """Return the parts of an LSTM with m features and n units: four blocks, i, f, c̃ and o.

    Keras adds one bias. cuDNN and PyTorch add one to x W and another to h U: `biases=2`.
    """
    return _parts(4, m, n, biases, bidirectional)


def gru_parts(m: int, n: int, reset_after: bool = True, *, bidirectional: bool = False) -> Parts:
    """Return the parts of a GRU with m features and n units: three blocks, z, r and h̃.

    With `reset_after` (Keras' default, and the only layout of cuDNN and PyTorch) the reset gate multiplies
    h U *and its own bias*, so there are two biases; without it, one is enough.
    """
    return _parts(3, m, n, 2 if _flag("reset_after", reset_after) else 1, bidirectional)


def count_rnn(m: int, n: int, biases: int = 1, *, bidirectional: bool = False) -> int:
    """Return how many parameters a plain RNN has: nm + n² + n, or nm + n² + 2n with two biases."""
    return rnn_parts(m, n, biases, bidirectional=bidirectional).total


def count_lstm(m: int, n: int, biases: int = 1, *, bidirectional: bool = False) -> int:
    """Return how many parameters an LSTM has: 4(nm + n² + n), or 4(nm + n² + 2n) with two biases."""
    return lstm_parts(m, n, biases, bidirectional=bidirectional).total


def count_gru(m: int, n: int, reset_after: bool = True, *, bidirectional: bool = False) -> int:
    """Return how many parameters a GRU has: 3(nm + n² + 2n), or 3(nm + n² + n) without `reset_after`."""
    return gru_parts(m, n, reset_after, bidirectional=bidirectional).total


def count_embedding(words: int, features: int) -> int:
    """Return how many parameters an embedding has: one row of `features` numbers for each of `words` ids."""
    return _positive("words", words) * _positive("features", features)


def count_dense(m: int, n: int) -> int:
    """Return how many parameters a dense layer has, nm + n: a weight per input and output, and biases."""
    m, n = _positive("m", m), _positive("n", n)
    return m * n + n


def _parts(blocks: int, m: int, n: int, biases: int, bidirectional: bool) -> Parts:
    m, n, biases = _positive("m", m), _positive("n", n), _positive("biases", biases)
    if biases > 2:
        raise ValueError(f"biases: expected 1 (Keras) or 2 (cuDNN, PyTorch), got {biases!r}")
    directions = 2 if _flag("bidirectional", bidirectional) else 1
    return Parts(n * m, n * n, biases * n, blocks, directions)


def _flag(name: str, value: bool) -> bool:
    """Return `value`, once it is known to be True or False; a number may be meant as a count of biases."""
    if not isinstance(value, bool):
        raise ValueError(f"{name}: expected True or False, got {value!r}")
    return value


def _positive(name: str, value: int) -> int:
    """Return `value` as an int, also from NumPy's integers; True is no number here, nor is 64.0."""
    try:
        number = 0 if isinstance(value, bool) else value.__index__()
    except (AttributeError, TypeError):
        number = 0
    if number < 1:
        raise ValueError(f"{name}: expected a whole number from 1 up, got {value!r}")
    return number
