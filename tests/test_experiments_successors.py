"""The cells of the experiments on what came after: their gradients, and what they compute."""

import numpy as np
import pytest

from experiments import successors
from experiments.asked import NOT_ASKED, Asked, counting, last_only, pairs, parity, right, up_to
from experiments.minlstm import Attention, MinLSTM
from experiments.successors import after, learning, runs
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


def test_a_sequence_is_right_if_none_of_its_answers_is_wrong():
    classes = np.array([[0, 1, NOT_ASKED], [1, NOT_ASKED, 0], [0, 0, 1]])
    said = np.array([[0, 1, 1], [1, 1, 1], [0, 0, 1]])
    found = right(np.eye(2)[said], Asked(np.zeros((3, 3, 1)), classes))
    assert found.tolist() == [True, False, True]
    assert up_to(found) == 1
    assert up_to(found[[0, 2]]) == 2
    only_last = last_only(Asked(np.zeros((3, 3, 1)), classes))
    assert right(np.eye(2)[1 - said], only_last).tolist() == [True, True, False]


def test_a_cell_learns_to_say_whether_two_bits_differ():
    learned = after(learning("LSTM", parity(2), 2, seed=0), 300)
    assert learned.right(parity(2, 100)(np.random.default_rng(1))).all()


def test_a_run_that_is_not_known_is_refused(capsys):
    with pytest.raises(SystemExit):
        successors.main(["parity, LSTM", "nope"])
    assert "begins: got 'nope', expected the beginning of one of: parity, LSTM; " in capsys.readouterr().err


def test_a_damaged_file_of_results_is_named(tmp_path, monkeypatch):
    path = tmp_path / "successors.json"
    path.write_text('{"parity, LSTM": [')
    monkeypatch.setattr(successors, "PATH", path)
    with pytest.raises(ValueError, match=r"successors\.json is no record of these tasks"):
        successors.measured()


def test_every_run_of_the_lesson_has_a_name_and_three_seeds_on_record():
    from experiments.successors import SEEDS, measured

    assert {name: len(found) for name, found in measured().items()} == dict.fromkeys(runs(), SEEDS)
