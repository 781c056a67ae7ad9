"""Lessons 00 and 01: what is needed before, and the plain recurrent network."""

from typing import Any

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import RNNParams, rnn_forward, rnn_step, sigmoid
from lstm_teach.counting import count_lstm, count_rnn
from lstm_teach.exercises.core import Case, Rng, function, given, is_shape, number
from lstm_teach.exercises.draws import drawn, each, normal, rnn, states


def _some_slope(rng: Rng, signs: tuple[int, int]) -> Case:
    w, x = signs * rng.uniform((0.3, 0.2), (2.0, 1.0))
    return {"w": float(w), "x": float(x)}


def _some_squashing(rng: Rng, steps: int) -> Case:
    """Numbers small enough to grow for some steps, of both signs."""
    return {"x": rng.uniform(0.02, 0.2, steps + 1) * (-1.0) ** np.arange(steps + 1), "steps": steps}


def _squash(x: Array, steps: int, squashed: Any = np.tanh) -> Array:
    for _ in range(steps):
        x = squashed(3.0 * x)
    return x


@function("00", "sigmoid", drawn(a=normal("batch time", 2.0)), sigmoid)
def _wrong_sigmoid(a: Array) -> dict[str, Any]:
    """σ of every element of an array a: 1 / (1 + exp(-a))."""
    return {
        "Yours falls where σ rises: which sign stands in the exponent?": sigmoid(-a),
        "That is tanh, between -1 and 1. σ lies between 0 and 1, and σ(0) = 1/2.": np.tanh(a),
        "That is the denominator, 1 + exp(-a). Divide 1 by it: use brackets.": 1.0 + np.exp(-a),
        "That is the slope of σ. σ itself is asked for.": sigmoid(a) * (1.0 - sigmoid(a)),
        "That is ReLU. σ bends, and lies between 0 and 1.": np.maximum(a, 0.0),
        "That is a softmax, which shares one sum. σ takes each by itself.": np.exp(a) / np.exp(a).sum(),
        "The denominator is 1 *plus* exp(-a).": 1.0 / (1.0 - np.exp(-a)),
        "That is σ(2 a): with tanh, σ(a) is a half of 1 + tanh(a / 2).": (1.0 + np.tanh(a)) / 2.0,
    }


@function(
    "00",
    "chain_rule",
    each(_some_slope, (1, 1), (-1, 1), (1, -1), (-1, -1)),
    lambda w, x: w * (1.0 - np.tanh(w * x) ** 2),
)
def _wrong_chain_rule(w: float, x: Array) -> dict[str, Any]:
    """The slope of tanh(w x) with respect to x, for numbers w and x."""
    return {
        "The outer slope is right. Multiply it by the inner one, of w x.": 1.0 - np.tanh(w * x) ** 2,
        "The slope of tanh belongs at what is inside, w x, not at x.": w * (1.0 - np.tanh(x) ** 2),
        "That is tanh itself, times w. Its slope is wanted: 1 - tanh squared.": w * np.tanh(w * x),
        "That is the slope of σ. Here it is tanh.": w * sigmoid(w * x) * (1.0 - sigmoid(w * x)),
        "w multiplies the whole slope: brackets round 1 - tanh squared.": w - np.tanh(w * x) ** 2,
        "The slope of tanh(a) is 1 - tanh(a) squared: where is the square?": w * (1.0 - np.tanh(w * x)),
        "1 minus the square of tanh(w x), not of the input w x.": w * (1.0 - (w * x) ** 2),
        "You differentiated with respect to w. Here x moves.": x * (1.0 - np.tanh(w * x) ** 2),
        "The square belongs to tanh alone, not to 1 - tanh.": w * (1.0 - np.tanh(w * x)) ** 2,
        "The slope of w x is w, not w x itself.": w * x * (1.0 - np.tanh(w * x) ** 2),
        "The sign: 1 *minus* tanh squared.": w * (1.0 + np.tanh(w * x) ** 2),
        "w may be negative, and so may the slope: no abs.": abs(w) * (1.0 - np.tanh(w * x) ** 2),
    }


PRODUCT_SHAPE = given(
    "product_shape",
    "00",
    "x has shape (5, 3), W has shape (3, 4). What is the shape of x @ W?",
    "a shape, such as (2, 3)",
    is_shape,
    (5, 4),
    {
        "Rows come from x, columns from W: you have exchanged the two.": (4, 5),
        "The inner sizes, 3 and 3, are summed away. The outer sizes are left.": (3, 3),
        "@ sums over the inner size, so both 3s are gone; no size is kept twice.": (5, 3, 3, 4),
        "That is the shape of x. In the product, a row has one number for each column of W.": (5, 3),
        "That is still the shape of W. Its rows are summed away; the rows come from x.": (3, 4),
        "The inner size is summed away: the 3 is gone altogether.": (5, 3, 4),
        "Shapes are not added: the outer sizes are kept, the inner ones are summed away.": (8, 7),
    },
    np.array,
    otherwise="You said {got}. Write (5, 3) @ (3, 4): the inner sizes must agree, and vanish.",
    numbers=lambda answer: {"got": tuple(np.asarray(answer).tolist())},
)


@function("01", "squash", each(_some_squashing, 2, 3, 4, 5), lambda x, steps: _squash(x, steps))
def _wrong_squashing(x: Array, steps: int) -> dict[str, Any]:
    """Multiply an array x by 3 and squash it with tanh, and again, as often as steps says."""

    def only_squashed(a: Array) -> Array:
        return _squash(a, steps, lambda b: np.tanh(b / 3.0))

    multiplied_after = x
    for _ in range(steps):
        multiplied_after = 3.0 * np.tanh(multiplied_after)
    return {
        "Nothing is squashed: after 5 steps, 5 has become 1215. Where is tanh?": x * 3.0**steps,
        "You squash once, at the end. A network squashes at every step.": np.tanh(x * 3.0**steps),
        "That is σ: negative numbers lose their sign. tanh keeps it.": _squash(x, steps, sigmoid),
        "The order within a step: multiply first, then squash. Yours ends beyond 1.": multiplied_after,
        "One step is right. Feed its result in again, and return after the loop.": np.tanh(3.0 * x),
        "Nothing is multiplied: each step begins with 3 times x.": only_squashed(x),
        "You multiply by 3 once. Each step multiplies again.": only_squashed(3.0 * x),
        "That is one step too many.": _squash(x, steps + 1),
        "That is one step too few.": _squash(x, steps - 1),
    }


@function(
    "01",
    "rnn_step",
    drawn(x=normal("batch m"), h_prev=states("batch n"), p=rnn),
    lambda x, h_prev, p: rnn_step(x, h_prev, p).h,
)
def _wrong_step(x: Array, h_prev: Array, p: RNNParams) -> dict[str, Any]:
    """One step of a plain RNN: the new hidden state, tanh(x W + h_prev U + b)."""
    a = rnn_step(x, h_prev, p).a
    outside = np.tanh(a - p.b) + p.b
    return {
        "The bias is missing: p.b is added before the squashing.": np.tanh(a - p.b),
        "That is the pre-activation, right so far. Squash it.": a,
        "The hidden state is squashed with tanh; σ is for gates.": sigmoid(a),
        "Your h does not depend on h_prev: that is a dense layer, without memory.": np.tanh(x @ p.W + p.b),
        "Yours does not look at x: x @ p.W is missing.": np.tanh(h_prev @ p.U + p.b),
        "U is transposed. In row form it is h_prev @ U.": np.tanh(x @ p.W + h_prev @ p.U.T + p.b),
        "The bias is added after the squashing, so h leaves (-1, 1). It belongs inside.": outside,
        "You squash each part. Squash their sum, once.": np.tanh(x @ p.W) + np.tanh(h_prev @ p.U + p.b),
        "You add the old state to the new one. It already comes in through U.": h_prev + np.tanh(a),
        "That is ReLU. This network squashes with tanh.": np.maximum(a, 0.0),
        "The bias is subtracted. It is added.": np.tanh(a - 2.0 * p.b),
    }


@function("01", "rnn_sequence", drawn(xs=normal("batch time m"), p=rnn), lambda xs, p: rnn_forward(xs, p).h)
def _wrong_sequence(xs: Array, p: RNNParams) -> dict[str, Any]:
    """All states of a plain RNN that reads xs (batch, time, features) from h = 0: (batch, time, units)."""
    h, a = rnn_forward(xs, p).h, rnn_forward(xs, p).a
    zeros = np.zeros_like(h[:, :1])
    late = rnn_forward(xs[:, 1:], p).h
    backwards = rnn_forward(xs[:, ::-1], p).h
    same_word = rnn_forward(np.repeat(xs[:, :1], xs.shape[1], axis=1), p).h
    return {
        "Your h_5 does not depend on x_1: is h set to zero inside the loop?": np.tanh(xs @ p.W + p.b),
        "All states are right, but time stands first. Batch first, then time, then units.": h.swapaxes(0, 1),
        "That is the last state alone. Collect the state of every step.": h[:, -1],
        "Your loop runs over the rows of the batch, so one text's state flows into the next. Loop over time: "
        "x is xs[:, t].": rnn_forward(xs.swapaxes(0, 1), p).h.swapaxes(0, 1),
        "Your `return` stands inside the loop, which ends at the first step: move it out.": h[:, :1],
        "That is the first state: does `return` stand inside the loop?": h[:, 0],
        "You collect before the step. Collect after it.": np.concatenate([zeros, h[:, :-1]], axis=1),
        "Your h never changes: let it be what the step returns, h = rnn_step(xs[:, t], h, p).h.": 0.0 * h,
        "Your loop begins at the last step: this network reads from right to left.": backwards[:, ::-1],
        "You change one array in place: all steps are the last.": np.repeat(h[:, -1:], xs.shape[1], axis=1),
        "The last step is missing: xs.shape[1] steps, so range(xs.shape[1]).": h[:, :-1],
        "The last step is never filled: range(xs.shape[1]).": np.concatenate([h[:, :-1], zeros], axis=1),
        "Your loop begins at step 1, so x_1 is never read. Python counts from 0.": late,
        "Your loop begins at step 1, so step 0 stays zero.": np.concatenate([zeros, late], axis=1),
        "Your network reads the first x at every step: x is xs[:, t].": same_word,
        "That is a, before tanh: collect h.": a,
        "The zeros at the start are no step's state: collect after it.": np.concatenate([zeros, h], axis=1),
    }


RNN_WEIGHTS = number(
    "rnn_weights",
    "01",
    "A plain RNN of 4 units reads 50 steps with 3 features. How many weights, biases included?",
    count_rnn(3, 4),
    {
        "You count new weights for every step. One cell is used 50 times.": 50 * count_rnn(3, 4),
        "The weights are right. Each unit also has a bias.": 3 * 4 + 4 * 4,
        "W and b are counted. U is missing: through U, h comes back to all units.": 3 * 4 + 4,
        "That is W alone. U and b are missing.": 3 * 4,
        "That is with two biases, as in PyTorch. Ours has one, as Keras has.": count_rnn(3, 4) + 4,
        "That is an LSTM, with four such layers. A plain RNN has one.": count_lstm(3, 4),
        "U is n by n: each of the 4 units reads all 4 units, not only itself.": 3 * 4 + 4 + 4,
        "m and n are exchanged: U and b belong to the 4 units.": count_rnn(4, 3),
        "There is not one bias for all units: each unit has its own.": 3 * 4 + 4 * 4 + 1,
        "The 50 steps are no features: the cell reads 3 at a time.": count_rnn(150, 4),
    },
    "You said {got}. Write down the shapes of W, U and b: which of 3, 4 and 50 occur in them?",
)
