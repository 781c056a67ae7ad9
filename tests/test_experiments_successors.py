"""The cells of the experiments on what came after: their gradients, and what they compute."""

import numpy as np
import pytest

from experiments.minlstm import Attention, MinLSTM
from experiments.successors import NOT_ASKED, counting, pairs, parity
from lstm_teach.gradients import numerical_gradient


@pytest.mark.parametrize("kind", [MinLSTM, Attention])
def test_gradients_are_those_of_finite_differences(kind):
    rng = np.random.default_rng(0)
    more = (False,) if kind is MinLSTM else ()
    cell, xs = kind.random(3, 4, rng, *more), rng.standard_normal((2, 5, 3))
    h, back = cell.states_and_back(xs)
    dh = rng.standard_normal(h.shape)
    found = back(dh)
    for k, weights in enumerate(cell.weights):

        def loss(w, k=k):
            changed = [w if j == k else other for j, other in enumerate(cell.weights)]
            return float((kind(*changed).states_and_back(xs)[0] * dh).sum())

        np.testing.assert_allclose(found[k], numerical_gradient(loss, weights), atol=1e-6)


def test_a_minlstm_keeps_and_writes_shares_that_add_up_to_one():
    cell = MinLSTM(np.zeros((2, 6)), np.repeat([2.0, -2.0, 5.0], 2))
    h, _ = cell.states_and_back(np.zeros((1, 400, 2)))
    np.testing.assert_allclose(h[0, -1], 5.0)  # a mean of what is written, never a sum
    f, i = 1 / (1 + np.exp(-2.0)), 1 / (1 + np.exp(2.0))
    np.testing.assert_allclose(h[0, 0], 5 * i / (f + i))


def test_the_tasks_ask_what_they_say():
    rng = np.random.default_rng(0)
    bits = parity(6)(rng)
    assert (bits.classes[:, -1] == bits.xs[:, :, 1].sum(axis=1) % 2).all()
    few = counting(np.array([3]))(rng)
    np.testing.assert_array_equal(few.xs[0, :, 1], [0, 0, 0, 1, 1, 1])
    np.testing.assert_array_equal(few.classes[0], [*[NOT_ASKED] * 3, 0, 0, 1])
    asked = pairs(4)(rng)
    key = asked.xs[:, -1:, :32]
    shown = (asked.xs[:, :-1, :32] * key).sum(axis=2).argmax(axis=1)
    values = asked.xs[np.arange(64), shown, 32:].argmax(axis=1)
    np.testing.assert_array_equal(values, asked.classes[:, -1])
