"""Lesson 02: backpropagation through time, by hand, and what to do when gradients explode."""

from typing import Any

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import RNNParams
from lstm_teach.exercises.core import Case, Rng, function
from lstm_teach.exercises.draws import drawn, each, normal, rnn, states
from lstm_teach.gradients import clip_by_norm


def _some_scalars(rng: Rng, kind: tuple[int, int]) -> Case:
    """Of this sign of w, with an even (0) or odd (1) number of steps: both turn the sign of the product."""
    sign, odd = kind
    steps = 2 * int(rng.integers(2, 10)) + odd
    return {"w": float(sign * rng.uniform(0.5, 1.5)), "h": rng.uniform(-0.9, 0.9, steps)}


def _some_gradients(rng: Rng, kind: tuple[int, float, float]) -> Case:
    """So many arrays of this joint norm, which may be above max_norm or below."""
    many, norm, max_norm = kind
    m, n = many + np.array([2, 1])
    arrays = [rng.standard_normal(shape) for shape in ((m, n), (n, n), (n,), (m,), (n, m))[:many]]
    return {"gradients": [g * norm / _norm(arrays) for g in arrays], "max_norm": max_norm}


def _norm(gradients: list[Array]) -> float:
    return clip_by_norm(gradients, 1.0)[1]


@function(
    "02",
    "scalar_bptt",
    each(_some_scalars, (1, 1), (-1, 1), (-1, 0), (1, 0)),
    lambda w, h: np.prod(w * (1.0 - h**2)),
)
def _wrong_scalar(w: float, h: Array) -> dict[str, Any]:
    """One unit, h_t = tanh(w h_prev + x_t). From w and the states h = [h_1 … h_T]: dh_T/dh_0."""
    slopes = 1.0 - h**2
    return {
        "That is w to the power T: where is 1 - h² at each step?": w ** len(h),
        "The slope of tanh is 1 - h², and you have 1 - h.": np.prod(w * (1.0 - h)),
        "h has been through tanh: its slope is 1 - h².": np.prod(w * (1.0 - np.tanh(h) ** 2)),
        "The slopes are all there, but w enters at every step too.": np.prod(slopes),
        "w enters once at each step, so T times, not once in all.": w * np.prod(slopes),
        "You add up the steps; the chain rule multiplies them.": np.sum(w * slopes),
        "The last step is missing: from h_0 to h_T there are T steps.": np.prod(w * slopes[:-1]),
        "One step is missing: h_1 also has a slope, and it came from h_0.": np.prod(w * slopes[1:]),
        "Keep the sign: w may be negative. No abs.": abs(np.prod(w * slopes)),
        "The slope is 1 - h², yours is h² - 1: its sign is wrong at odd T.": np.prod(-w * slopes),
        "The factors of the steps are right. Multiply them into one number.": w * slopes,
        "One number is asked for: np.prod, not np.cumprod.": np.cumprod(w * slopes),
        "w stands once in each slope, not squared.": np.prod(w**2 * slopes),
    }


@function(
    "02",
    "bptt_step",
    drawn(dh=normal("batch n"), h=states("batch n"), p=rnn),
    lambda dh, h, p: (dh * (1.0 - h**2)) @ p.U.T,
)
def _wrong_step_back(dh: Array, h: Array, p: RNNParams) -> dict[str, Any]:
    """Backwards through one RNN step: from dh = dL/dh (batch, units), the state h and p, find dL/dh_prev."""
    da = dh * (1.0 - h**2)
    return {
        "Forwards it is h_prev @ U, backwards @ U transposed.": da @ p.U,
        "The slope of tanh is missing: first multiply dh by 1 - h².": dh @ p.U.T,
        "The order: on the way back tanh comes first (it came last), then U.": (dh @ p.U.T) * (1.0 - h**2),
        "h (1 - h) is the slope of σ. This state was squashed by tanh.": (dh * h * (1.0 - h)) @ p.U.T,
        "h has been through tanh: its slope is 1 - h².": (dh * (1.0 - np.tanh(h) ** 2)) @ p.U.T,
        "1 - h is not the slope of tanh: a square is missing.": (dh * (1.0 - h)) @ p.U.T,
        "That is dL/da, right so far. One more product leads to h_prev.": da,
        "That leads to dL/dx, through W. To h_prev it goes through U.": da @ p.W.T,
        "The gradient that comes in, dh, is left out.": (1.0 - h**2) @ p.U.T,
        "The slope is 1 - h², yours is h² - 1.": -da @ p.U.T,
        "The slope is 1 - h², yours is 1 + h².": (dh * (1.0 + h**2)) @ p.U.T,
    }


@function(
    "02",
    "shared_weights",
    drawn(h_prev=states("batch time n"), da=normal("batch time n")),
    lambda h_prev, da: np.einsum("btj,btk->jk", h_prev, da),
)
def _wrong_shares(h_prev: Array, da: Array) -> dict[str, Any]:
    """dL/dU of a whole sequence, from h_prev and da = dL/da, both (batch, time, units)."""
    total = np.einsum("btj,btk->jk", h_prev, da)
    batch, time, _ = da.shape
    return {
        "That is the last step's share. Every step uses U: add up all shares.": h_prev[:, -1].T @ da[:, -1],
        "That is the first step's share. Every step uses U: add up all shares.": h_prev[:, 0].T @ da[:, 0],
        "The shares of the steps are added, not averaged: yours is too small by the length.": total / time,
        "The rows of the batch are added. A mean, if any, is already in the loss.": total / batch,
        "Steps and rows are added, not averaged.": total / (batch * time),
        "Yours is transposed: rows of U belong to h_prev, columns to a.": total.T,
        "That is the first text alone. Every row of the batch uses U: add up all.": h_prev[0].T @ da[0],
        "Those are the shares of all steps: add them up.": np.einsum("btj,btk->tjk", h_prev, da),
        "Those are the shares of all texts: add them up.": np.einsum("btj,btk->bjk", h_prev, da),
        "Those are the shares of all texts and steps: add them up.": h_prev[..., None] * da[:, :, None],
        "Multiply at each step, then add up.": h_prev.sum(axis=(0, 1))[:, None] * da.sum(axis=(0, 1)),
        "Yours pairs a unit with itself only: it is h_prev.T @ da.": (h_prev * da).sum(axis=(0, 1)),
    }


@function(
    "02",
    "clip",
    each(_some_gradients, (3, 30.0, 3.0), (2, 0.2, 0.6), (5, 2.0, 0.6), (4, 5.0, 7.5)),
    lambda gradients, max_norm: tuple(clip_by_norm(gradients, max_norm)[0]),
)
def _wrong_clipping(gradients: list[Array], max_norm: float) -> dict[str, Any]:
    """Scale a list of gradients together so that their joint norm is at most max_norm; return the list."""
    norm = _norm(gradients)
    scale = min(1.0, max_norm / norm)
    sum_of_norms = sum(np.linalg.norm(g) for g in gradients)
    row = np.concatenate([g.ravel() for g in gradients])

    def scaled(factor: Any) -> tuple[Array, ...]:
        return tuple(g * factor for g in gradients)

    def cut_by(wrong_norm: Any) -> tuple[Array, ...]:
        return scaled(min(1.0, max_norm / wrong_norm))

    each_number = tuple(np.clip(g, -max_norm, max_norm) for g in gradients)
    each_array = tuple(clip_by_norm([g], max_norm)[0][0] for g in gradients)
    return {
        "You cut every number by itself, which turns the gradient. Use one factor for all.": each_number,
        "Each array is cut by a norm of its own. The joint norm is of all arrays together.": each_array,
        "Yours stretches short gradients. Below max_norm nothing happens.": scaled(max_norm / norm),
        "Yours is cut to norm 1, not to max_norm.": scaled(1.0 / norm if norm > max_norm else 1.0),
        "Nothing is cut: compare the joint norm, a root of a sum of squares.": scaled(1.0),
        "Norms do not add up: take the root of the sum of all squares.": cut_by(sum_of_norms),
        "You compare with the sum of squares; the norm is its root.": cut_by(norm**2),
        "Sizes do not add up: take the root of the sum of all squares.": cut_by(np.abs(row).sum()),
        "Your norm is the largest number. It is the root of the sum of squares.": cut_by(np.abs(row).max()),
        "You scale the wrong ones: norms *above* max_norm must shrink.": scaled(max(1.0, max_norm / norm)),
        "The numbers are right, but in one long row. Return a list of arrays in their shapes.": row * scale,
    }
