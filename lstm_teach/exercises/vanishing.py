"""Lesson 02: backpropagation through time, by hand, and what to do when gradients explode."""

import numpy as np

from lstm_teach.cells import RNNParams, RNNTrace
from lstm_teach.exercises.core import Case, Mistake, function
from lstm_teach.exercises.draws import Array, Rng, four, rnn_params, sizes, states
from lstm_teach.gradients import clip_by_norm, rnn_backward


def _some_scalars(rng: Rng) -> Case:
    steps = int(rng.integers(5, 21))
    return {"w": float(rng.uniform(0.5, 1.5)), "h": rng.uniform(-0.9, 0.9, steps)}


def _some_step(rng: Rng) -> Case:
    batch, m, n = sizes(rng, 3)
    return {"dh": rng.standard_normal((batch, n)), "h": states(rng, batch, n), "p": rnn_params(rng, m, n)}


def _some_steps(rng: Rng) -> Case:
    batch, time, n = sizes(rng, 3)
    return {"h_prev": states(rng, batch, time, n), "da": rng.standard_normal((batch, time, n))}


def _some_gradients(rng: Rng) -> list[Case]:
    """Too long, short enough, too long, short enough."""
    cases = []
    for times in (0.1, 3.0, 0.3, 1.5):
        m, n = sizes(rng, 2)
        gradients = [rng.standard_normal(shape) for shape in ((m, n), (n, n), (n,))]
        cases.append({"gradients": gradients, "max_norm": times * _norm(gradients)})
    return cases


def _norm(gradients: list[Array]) -> float:
    return clip_by_norm(gradients, 1.0)[1]


def _back_to_the_start(h: Array, p: RNNParams, dh: Array) -> Array:
    """dL/dh_0 by the package, for states h (batch, time, units); dh (batch, units) comes to the last one."""
    batch, time, n = h.shape
    trace = RNNTrace(np.arctanh(h), h, np.zeros((batch, time, p.m)), np.zeros((batch, n)), p)
    outside = np.zeros_like(h)
    outside[:, -1] = dh
    return rnn_backward(trace, p, outside).h0


def _scalar_bptt(w: float, h: Array) -> float:
    p = RNNParams(np.ones((1, 1)), np.array([[w]]), np.zeros(1))
    return _back_to_the_start(h[None, :, None], p, np.ones((1, 1))).item()


def _scaled(gradients: list[Array], factor: float) -> tuple[Array, ...]:
    return tuple(g * factor for g in gradients)


EXERCISES = (
    function(
        "scalar_bptt",
        "02",
        "One unit, h_t = tanh(w h_prev + x_t). From w and the states h = [h_1 … h_T]: dh_T/dh_0.",
        four(_some_scalars),
        _scalar_bptt,
        (
            Mistake("That is w to the power T: where is 1 - h² at each step?", lambda w, h: w ** len(h)),
            Mistake("The slope of tanh is 1 - h², and you have 1 - h.", lambda w, h: np.prod(w * (1.0 - h))),
            Mistake(
                "h has been through tanh already: its slope is 1 - h², with no tanh.",
                lambda w, h: np.prod(w * (1.0 - np.tanh(h) ** 2)),
            ),
            Mistake(
                "The slopes are all there, but w enters at every step too.", lambda w, h: np.prod(1.0 - h**2)
            ),
            Mistake(
                "w enters once at each step, so T times, not once in all.",
                lambda w, h: w * np.prod(1.0 - h**2),
            ),
            Mistake(
                "You add up the steps; the chain rule multiplies them.", lambda w, h: np.sum(w * (1.0 - h**2))
            ),
            Mistake(
                "The last step is missing: from h_0 to h_T there are T steps.",
                lambda w, h: np.prod(w * (1.0 - h[:-1] ** 2)),
            ),
            Mistake(
                "One step is missing: h_1 also has a slope, and it came from h_0.",
                lambda w, h: np.prod(w * (1.0 - h[1:] ** 2)),
            ),
        ),
    ),
    function(
        "bptt_step",
        "02",
        "Backwards through one RNN step: from dh = dL/dh (batch, units), the state h and p, find dL/dh_prev.",
        four(_some_step),
        lambda dh, h, p: _back_to_the_start(h[:, None], p, dh),
        (
            Mistake(
                "Forwards it is h_prev @ U, backwards @ U transposed.",
                lambda dh, h, p: (dh * (1.0 - h**2)) @ p.U,
            ),
            Mistake(
                "The slope of tanh is missing: first multiply dh by 1 - h².", lambda dh, h, p: dh @ p.U.T
            ),
            Mistake(
                "The order: backwards, tanh comes first (it came last), and then U.",
                lambda dh, h, p: (dh @ p.U.T) * (1.0 - h**2),
            ),
            Mistake(
                "h (1 - h) is the slope of σ. This state was squashed by tanh.",
                lambda dh, h, p: (dh * h * (1.0 - h)) @ p.U.T,
            ),
            Mistake(
                "h has been through tanh already: its slope is 1 - h², with no tanh.",
                lambda dh, h, p: (dh * (1.0 - np.tanh(h) ** 2)) @ p.U.T,
            ),
            Mistake(
                "1 - h is not the slope of tanh: a square is missing.",
                lambda dh, h, p: (dh * (1.0 - h)) @ p.U.T,
            ),
            Mistake(
                "That is dL/da, right so far. One more product leads to h_prev.",
                lambda dh, h, p: dh * (1.0 - h**2),
            ),
        ),
    ),
    function(
        "shared_weights",
        "02",
        "dL/dU of a whole sequence, from h_prev and da = dL/da, both (batch, time, units).",
        four(_some_steps),
        lambda h_prev, da: np.einsum("btj,btk->jk", h_prev, da),
        (
            Mistake(
                "That is the last step's share. U is used at every step: add up all shares.",
                lambda h_prev, da: h_prev[:, -1].T @ da[:, -1],
            ),
            Mistake(
                "That is the first step's share. U is used at every step: add up all shares.",
                lambda h_prev, da: h_prev[:, 0].T @ da[:, 0],
            ),
            Mistake(
                "The shares of the steps are added, not averaged: your result is too small by the length.",
                lambda h_prev, da: np.einsum("btj,btk->jk", h_prev, da) / h_prev.shape[1],
            ),
            Mistake(
                "The rows of the batch are added, not averaged; a mean, if any, is already in the loss.",
                lambda h_prev, da: np.einsum("btj,btk->jk", h_prev, da) / h_prev.shape[0],
            ),
            Mistake(
                "Yours is transposed: rows of U belong to h_prev, columns to a.",
                lambda h_prev, da: np.einsum("btj,btk->kj", h_prev, da),
            ),
        ),
    ),
    function(
        "clip",
        "02",
        "Scale a list of gradients together so that their joint norm is at most max_norm; return the list.",
        _some_gradients,
        lambda gradients, max_norm: tuple(clip_by_norm(gradients, max_norm)[0]),
        (
            Mistake(
                "You cut every number by itself, which turns the gradient. One factor for all keeps "
                "its direction.",
                lambda gradients, max_norm: tuple(np.clip(g, -max_norm, max_norm) for g in gradients),
            ),
            Mistake(
                "Each array is cut by a norm of its own. The joint norm takes the squares of all "
                "arrays together.",
                lambda gradients, max_norm: tuple(clip_by_norm([g], max_norm)[0][0] for g in gradients),
            ),
            Mistake(
                "Yours also stretches gradients that were short enough. Below max_norm nothing happens.",
                lambda gradients, max_norm: _scaled(gradients, max_norm / _norm(gradients)),
            ),
            Mistake(
                "Yours is cut to norm 1, whatever max_norm is: multiply by max_norm / norm.",
                lambda gradients, max_norm: (
                    _scaled(gradients, 1 / _norm(gradients))
                    if _norm(gradients) > max_norm
                    else tuple(gradients)
                ),
            ),
            Mistake(
                "Nothing is cut: compare the joint norm, the root of the sum of all squares, with max_norm.",
                lambda gradients, max_norm: tuple(gradients),
            ),
            Mistake(
                "Norms do not add up: the joint norm is the root of the sum of all squares.",
                lambda gradients, max_norm: _scaled(
                    gradients, min(1.0, max_norm / sum(np.linalg.norm(g) for g in gradients))
                ),
            ),
            Mistake(
                "You compare with the sum of squares; the norm is its root.",
                lambda gradients, max_norm: _scaled(gradients, min(1.0, max_norm / _norm(gradients) ** 2)),
            ),
        ),
    ),
)
