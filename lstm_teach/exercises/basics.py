"""Lessons 00 and 01: what is needed before, and the plain recurrent network."""

import numpy as np

from lstm_teach.cells import RNNParams, rnn_forward, rnn_step, sigmoid
from lstm_teach.counting import count_lstm, count_rnn
from lstm_teach.exercises.core import Case, Mistake, function, number, shape
from lstm_teach.exercises.draws import Array, Rng, four, one_step, rnn_params, sequence, sizes


def _some_array(rng: Rng) -> Case:
    return {"a": 2.0 * rng.standard_normal(sizes(rng, 2))}


def _some_slope(rng: Rng) -> Case:
    return {"w": float(rng.uniform(0.3, 2.0) * rng.choice([-1, 1])), "x": float(rng.uniform(0.2, 1.0))}


def _some_squashing(rng: Rng) -> Case:
    return {"x": rng.standard_normal(sizes(rng, 1)), "steps": int(rng.integers(2, 6))}


def _squash(x: Array, steps: int) -> Array:
    for _ in range(steps):
        x = np.tanh(3.0 * x)
    return x


def _squash_with_sigmoid(x: Array, steps: int) -> Array:
    for _ in range(steps):
        x = sigmoid(3.0 * x)
    return x


def _squash_then_multiply(x: Array, steps: int) -> Array:
    for _ in range(steps):
        x = 3.0 * np.tanh(x)
    return x


def _state_reset_in_the_loop(xs: Array, p: RNNParams) -> Array:
    return np.tanh(xs @ p.W + p.b)


def _collected_too_soon(xs: Array, p: RNNParams) -> Array:
    h = rnn_forward(xs, p).h
    return np.concatenate([np.zeros_like(h[:, :1]), h[:, :-1]], axis=1)


def _loop_over_the_batch(xs: Array, p: RNNParams) -> Array:
    return rnn_forward(np.ascontiguousarray(xs.swapaxes(0, 1)), p).h.swapaxes(0, 1)


EXERCISES = (
    function(
        "sigmoid",
        "00",
        "σ of every element of an array a: 1 / (1 + exp(-a)).",
        four(_some_array),
        sigmoid,
        (
            Mistake("Yours falls where σ rises: which sign stands in the exponent?", lambda a: sigmoid(-a)),
            Mistake("That is tanh, between -1 and 1. σ lies between 0 and 1, and σ(0) = 1/2.", np.tanh),
            Mistake(
                "That is 1 + exp(-a), always above 1. All of it belongs below the line: mind the brackets.",
                lambda a: 1.0 + np.exp(-a),
            ),
        ),
    ),
    function(
        "chain_rule",
        "00",
        "The slope of tanh(w x) with respect to x, for numbers w and x.",
        four(_some_slope),
        lambda w, x: w * (1.0 - np.tanh(w * x) ** 2),
        (
            Mistake(
                "The outer slope is right. The chain rule multiplies it by the slope of what is inside, w x.",
                lambda w, x: 1.0 - np.tanh(w * x) ** 2,
            ),
            Mistake(
                "The slope of tanh belongs at what is inside, w x, not at x.",
                lambda w, x: w * (1.0 - np.tanh(x) ** 2),
            ),
            Mistake(
                "That is tanh itself, times w. Its slope is wanted: 1 - tanh squared.",
                lambda w, x: w * np.tanh(w * x),
            ),
            Mistake(
                "That is the slope of σ. Here it is tanh.",
                lambda w, x: w * sigmoid(w * x) * (1.0 - sigmoid(w * x)),
            ),
            Mistake(
                "w multiplies the whole slope: brackets round 1 - tanh squared.",
                lambda w, x: w - np.tanh(w * x) ** 2,
            ),
            Mistake(
                "The slope of tanh(a) is 1 - tanh(a) squared: where is the square?",
                lambda w, x: w * (1.0 - np.tanh(w * x)),
            ),
            Mistake(
                "1 minus the square of what? Of the output tanh(w x), not of the input w x.",
                lambda w, x: w * (1.0 - (w * x) ** 2),
            ),
            Mistake(
                "You differentiated by w: that pulls out a factor x. Here x is what moves.",
                lambda w, x: x * (1.0 - np.tanh(w * x) ** 2),
            ),
        ),
    ),
    shape(
        "product_shape",
        "00",
        "x has shape (5, 3), W has shape (3, 4). What is the shape of x @ W?",
        (5, 4),
        (
            Mistake("Rows come from x, columns from W; you have them the other way round.", (4, 5)),
            Mistake("The inner sizes, 3 and 3, are summed away; what is left are the outer ones.", (3, 3)),
            Mistake("@ sums over the inner size, so both 3s are gone; no size is kept twice.", (5, 3, 3, 4)),
            Mistake(
                "That is still the shape of x. Each row of 3 numbers becomes a row of as many as W "
                "has columns.",
                (5, 3),
            ),
        ),
        "You said {got}. Write (5, 3) @ (3, 4): the inner sizes must agree, and vanish.",
    ),
    function(
        "squash",
        "01",
        "Multiply an array x by 3 and squash it with tanh, and again, as often as steps says.",
        four(_some_squashing),
        _squash,
        (
            Mistake(
                "Nothing is squashed: after 5 steps, 5 has become 1215. Where is tanh?",
                lambda x, steps: x * 3.0**steps,
            ),
            Mistake(
                "You squash once, after all the multiplying; a network squashes at every step.",
                lambda x, steps: np.tanh(x * 3.0**steps),
            ),
            Mistake(
                "That is σ, between 0 and 1: negative numbers lose their sign. tanh keeps it.",
                _squash_with_sigmoid,
            ),
            Mistake(
                "The order within a step: multiply first, then squash. Yours ends beyond 1.",
                _squash_then_multiply,
            ),
            Mistake(
                "One step is right. Let the result go in again, as often as steps says.",
                lambda x, steps: np.tanh(3.0 * x),
            ),
        ),
    ),
    function(
        "rnn_step",
        "01",
        "One step of a plain RNN: the new hidden state, tanh(x W + h_prev U + b).",
        one_step(rnn_params),
        lambda x, h_prev, p: rnn_step(x, h_prev, p).h,
        (
            Mistake(
                "The bias is missing: p.b is added before the squashing.",
                lambda x, h_prev, p: np.tanh(x @ p.W + h_prev @ p.U),
            ),
            Mistake(
                "That is the pre-activation, right so far. Squash it.",
                lambda x, h_prev, p: rnn_step(x, h_prev, p).a,
            ),
            Mistake(
                "The hidden state is squashed with tanh; σ is for gates.",
                lambda x, h_prev, p: sigmoid(rnn_step(x, h_prev, p).a),
            ),
            Mistake(
                "Your h does not depend on h_prev: that is a dense layer, without any memory.",
                lambda x, h_prev, p: np.tanh(x @ p.W + p.b),
            ),
            Mistake(
                "Yours does not look at x: x @ p.W is missing.",
                lambda x, h_prev, p: np.tanh(h_prev @ p.U + p.b),
            ),
            Mistake(
                "U is transposed, or stands on the wrong side. In row form it is h_prev @ U.",
                lambda x, h_prev, p: np.tanh(x @ p.W + h_prev @ p.U.T + p.b),
            ),
            Mistake(
                "The bias is added after the squashing, so h leaves (-1, 1). It belongs inside.",
                lambda x, h_prev, p: np.tanh(x @ p.W + h_prev @ p.U) + p.b,
            ),
        ),
    ),
    function(
        "rnn_sequence",
        "01",
        "All hidden states of a plain RNN that reads xs (batch, time, features) from h = 0: (batch, "
        "time, units).",
        sequence(rnn_params),
        lambda xs, p: rnn_forward(xs, p).h,
        (
            Mistake(
                "Your h_5 does not depend on x_1: is h set to zero inside the loop?", _state_reset_in_the_loop
            ),
            Mistake(
                "All states are right, but time stands first. Batch first, then time, then units.",
                lambda xs, p: rnn_forward(xs, p).h.swapaxes(0, 1),
            ),
            Mistake(
                "That is the last state alone. Collect the state of every step.",
                lambda xs, p: rnn_forward(xs, p).h[:, -1],
            ),
            Mistake(
                "Your loop runs over the rows of the batch, so one text's state flows into the next. "
                "Loop over time: x is xs[:, t].",
                _loop_over_the_batch,
            ),
            Mistake(
                "Your first state is the zeros that you began with: take the step, then collect.",
                lambda xs, p: (
                    np.roll(rnn_forward(xs, p).h, 1, axis=1) * (np.arange(xs.shape[1]) > 0)[:, None]
                ),
            ),
            Mistake(
                "Your h never changes: let it be what the step returns, h = rnn_step(xs[:, t], h, p).h.",
                lambda xs, p: np.zeros((*xs.shape[:2], p.n)),
            ),
            Mistake(
                "Your loop begins at the last step: this network reads from right to left.",
                lambda xs, p: rnn_forward(np.ascontiguousarray(xs[:, ::-1]), p).h[:, ::-1],
            ),
        ),
    ),
    number(
        "rnn_weights",
        "01",
        "A plain RNN of 4 units reads sequences of 50 steps with 3 features. How many weights, biases "
        "included?",
        count_rnn(3, 4),
        (
            Mistake(
                "You count new weights for every step; one cell is used 50 times with the same ones.",
                50 * count_rnn(3, 4),
            ),
            Mistake("The weights are right; each unit has a bias besides.", 3 * 4 + 4 * 4),
            Mistake("W and b are counted; U is missing, through which h comes back to all units.", 3 * 4 + 4),
            Mistake("That is W alone. U and b are missing.", 3 * 4),
            Mistake(
                "That is with two biases, as in PyTorch. Ours has one, as Keras has.", count_rnn(3, 4) + 4
            ),
            Mistake("That is an LSTM, with four such layers. A plain RNN has one.", count_lstm(3, 4)),
            Mistake("U is n by n: each of the 4 units reads all 4 units, not only itself.", 3 * 4 + 4 + 4),
        ),
        "You said {got}. Write down the shapes of W, U and b: which of 3, 4 and 50 occur in them?",
    ),
)
