"""Adam (Kingma & Ba 2015): the steadier a gradient points one way, the longer the step of that weight."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lstm_teach.arrays import Array, float_arrays, floats, instance, number, whole


class AdamState(NamedTuple):
    """What Adam remembers: running means of each gradient (m) and of its square (v), and the steps made."""

    m: list[Array]
    v: list[Array]
    steps: int


def adam_start(weights: Sequence[Array]) -> AdamState:
    """Return the state before the first step: zeros like each weight array."""
    weights = float_arrays("weights", weights)
    return AdamState([np.zeros_like(w) for w in weights], [np.zeros_like(w) for w in weights], 0)


def adam_step(
    weights: Sequence[Array],
    gradients: Sequence[Array],
    state: AdamState,
    rate: float = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-7,
) -> tuple[list[Array], AdamState]:
    """Return the weights after one step downhill, and the new state. Nothing is changed in place.

    Both running means start at zero and are too small at first, by 1 - beta^steps; the two corrections are
    folded into the rate, as at the end of the paper's section 2. Defaults are those of Keras (the paper's
    epsilon is 1e-8).

    Raises
    ------
    ValueError
        for weights, gradients and a state that do not belong together, and for settings out of range.
    """
    weights, state = float_arrays("weights", weights), instance("state", state, AdamState)
    gradients = _like(weights, "gradients", gradients)
    means, squares = _like(weights, "state.m", state.m), _like(weights, "state.v", state.v)
    steps = whole("state.steps", state.steps, smallest=0) + 1
    for name, beta in (("beta1", beta1), ("beta2", beta2)):
        if not 0 <= number(name, beta) < 1:
            raise ValueError(f"{name}: expected a number from 0 up and below 1, got {beta!r}")
    # Python's floats leave the weights in their dtype; NumPy's would make float64 of float32.
    beta1, beta2 = float(beta1), float(beta2)
    rate, epsilon = number("rate", rate, above=0), number("epsilon", epsilon, above=0)
    corrected = rate * (1.0 - beta2**steps) ** 0.5 / (1.0 - beta1**steps)
    m = [beta1 * old + (1.0 - beta1) * g for old, g in zip(means, gradients, strict=True)]
    v = [beta2 * old + (1.0 - beta2) * (g * g) for old, g in zip(squares, gradients, strict=True)]
    moved = [w - corrected * mk / (np.sqrt(vk) + epsilon) for w, mk, vk in zip(weights, m, v, strict=True)]
    return moved, AdamState(m, v, steps)


def _like(weights: list[Array], name: str, values: Sequence[Array]) -> list[Array]:
    """Return the arrays, once there is one of the shape and dtype of each weight."""
    arrays = float_arrays(name, values)
    if len(arrays) != len(weights):
        raise ValueError(f"{name}: expected {len(weights)} arrays, one per weight, got {len(arrays)}")
    for k, (array, weight) in enumerate(zip(arrays, weights, strict=True)):
        floats(f"{name}[{k}]", array, weight.shape)
        if array.dtype != weight.dtype:
            raise ValueError(f"{name}[{k}]: expected {weight.dtype}, got {array.dtype}")
    return arrays
