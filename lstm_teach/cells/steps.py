"""One step of each cell, written as in the book: this is the code to read first.

x is (batch, features); the state h_prev (and c_prev) is (batch, units). Every intermediate comes back.
`clamp={"f": 1.0}` holds a gate at a value in place of computing it: a number or an array that broadcasts to
(batch, units), where NaN leaves an entry computed. A ValueError names what does not fit: parameters of
another cell, shapes, dtypes, NaN, or a clamp of an unknown gate.
"""

from typing import NamedTuple

import numpy as np

from lstm_teach.arrays import Array, floats, instance
from lstm_teach.cells.activations import ACTIVATIONS, sigmoid
from lstm_teach.cells.inputs import Clamp, held_gates, put_in_place
from lstm_teach.cells.parameters import GRUParams, LSTMParams, RNNParams

LSTM_GATES = ("i", "f", "c_tilde", "o")
GRU_GATES = ("z", "r", "h_tilde")


class RNNStep(NamedTuple):
    """The pre-activation a and the new hidden state h, each (batch, units)."""

    a: Array
    h: Array


class LSTMStep(NamedTuple):
    """Gates, candidate, new cell state and new hidden state, each (batch, units)."""

    i: Array
    f: Array
    c_tilde: Array
    o: Array
    c: Array
    h: Array


class GRUStep(NamedTuple):
    """Update gate, reset gate, candidate and new hidden state, each (batch, units)."""

    z: Array
    r: Array
    h_tilde: Array
    h: Array


def rnn_step(x: Array, h_prev: Array, p: RNNParams) -> RNNStep:
    """Return one step of a plain recurrent network (Elman 1990)."""
    instance("p", p, RNNParams)
    floats("x", x, ("batch", p.m))
    floats("h_prev", h_prev, (len(x), p.n))

    a = x @ p.W + h_prev @ p.U + p.b
    h = ACTIVATIONS[p.activation].function(a)
    return RNNStep(a, h)


def lstm_step(x: Array, h_prev: Array, c_prev: Array, p: LSTMParams, clamp: Clamp | None = None) -> LSTMStep:
    """Return one step of an LSTM with a forget gate (Gers et al. 2000, without peepholes)."""
    instance("p", p, LSTMParams)
    floats("x", x, ("batch", p.m))
    floats("h_prev", h_prev, (len(x), p.n))
    floats("c_prev", c_prev, (len(x), p.n))
    held = held_gates(clamp, LSTM_GATES, h_prev.shape, p.dtype)

    i = sigmoid(x @ p.W_i + h_prev @ p.U_i + p.b_i)  # how much is written
    f = sigmoid(x @ p.W_f + h_prev @ p.U_f + p.b_f)  # how much is kept
    c_tilde = np.tanh(x @ p.W_c + h_prev @ p.U_c + p.b_c)  # what is written
    o = sigmoid(x @ p.W_o + h_prev @ p.U_o + p.b_o)  # how much is shown
    i, f, c_tilde, o = put_in_place(held, i=i, f=f, c_tilde=c_tilde, o=o)
    c = f * c_prev + i * c_tilde
    h = o * np.tanh(c)
    return LSTMStep(i, f, c_tilde, o, c, h)


def gru_step(x: Array, h_prev: Array, p: GRUParams, clamp: Clamp | None = None) -> GRUStep:
    """Return one step of a GRU (Cho et al. 2014), in Keras' convention: z = 1 keeps the old state.

    With `p.reset_after` the reset gate multiplies h_prev U_h + b; without, it multiplies h_prev before U_h.
    """
    instance("p", p, GRUParams)
    floats("x", x, ("batch", p.m))
    floats("h_prev", h_prev, (len(x), p.n))
    held = held_gates(clamp, GRU_GATES, h_prev.shape, p.dtype)
    b_z, b_r, b_h = np.split(p.b_x, 3)
    d_z, d_r, d_h = np.split(p.b_recurrent, 3)

    z = sigmoid(x @ p.W_z + b_z + h_prev @ p.U_z + d_z)  # how much is kept
    r = sigmoid(x @ p.W_r + b_r + h_prev @ p.U_r + d_r)  # how much of h the candidate sees
    z, r = put_in_place(held, z=z, r=r)
    recalled = r * (h_prev @ p.U_h + d_h) if p.reset_after else (r * h_prev) @ p.U_h
    h_tilde = np.tanh(x @ p.W_h + b_h + recalled)  # what may replace it
    [h_tilde] = put_in_place(held, h_tilde=h_tilde)
    h = z * h_prev + (1.0 - z) * h_tilde
    return GRUStep(z, r, h_tilde, h)
