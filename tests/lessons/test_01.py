"""Lesson 01: a state that lasts, weights that do not grow with time, and what units are."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lstm_teach.cells import rnn_forward, rnn_step
from lstm_teach.labs import squash_lab


def test_the_printed_loop_and_the_whole_sequence_are_the_same(lesson):
    p = lesson("01")["large"]
    xs, h = np.random.default_rng(1).normal(size=(2, 7, p.m)), np.zeros((2, p.n))
    for t in range(7):
        h = rnn_step(xs[:, t], h, p).h
    assert_allclose(rnn_forward(xs, p).h[:, -1], h, rtol=1e-12)
    assert_allclose(lesson("01")["h"][0], lesson("01")["rings"][5], rtol=1e-12)


def test_with_u_the_pulse_is_remembered_and_without_it_gone_at_once(lesson):
    names = lesson("01")
    assert_allclose(names["without_u"][0], np.tanh([1.0, 0.5]))
    assert not names["without_u"][1:].any()
    assert np.abs(names["rings"][10]).max() > 0.1
    assert 0.05 < np.abs(names["rings"][29]).max() / np.abs(names["rings"][0]).max() < 0.15  # "about a tenth"


def test_in_the_lab_five_steps_of_tanh_lose_the_sizes_that_are_kept_without_it():
    lab = squash_lab("sizes are lost")
    assert "1,215, 24.3, −121.5. With tanh: 0.995, 0.995, −0.995. So 5 and 0.1 look alike." in lab.status
    assert "5 and 0.1 look alike" in lab.set(steps=4).status  # "at step 4"
    assert "5 and 0.1 look alike" not in lab.set(steps=3).status


def test_a_nudge_of_the_first_state_grows_as_finite_differences_say(lesson):
    p, trace, eps = lesson("01")["large"], lesson("01")["trace"], 1e-8

    def last(h1):
        return rnn_forward(trace.xs[:, 1:], p, h0=h1).h[0, -1]

    first = trace.h[:, 0]
    columns = [(last(first + eps * row) - last(first - eps * row)) / (2 * eps) for row in np.eye(p.n)]
    assert lesson("01")["nudges"][-1] == pytest.approx(np.linalg.norm(columns, ord=2), rel=1e-3)


def test_states_stay_bounded_while_nudges_grow_with_every_seed(lesson):
    assert np.abs(lesson("01")["trace"].h).max() < 1
    assert min(lesson("01")["nudges"]) > 100


def test_each_h_is_the_tanh_of_its_own_a(lesson):
    assert lesson("01")["each_alone"]


def test_shuffling_the_batch_shuffles_the_outputs(lesson):
    assert lesson("01")["shuffled"] < 1e-12


def test_a_cut_text_starts_from_zero_unless_the_state_is_handed_on(lesson):
    names = lesson("01")
    fresh = rnn_step(names["text"][:, 50], np.zeros((1, names["p"].n)), names["p"]).h
    assert_allclose(names["cut"][1, :1], fresh, rtol=1e-12)
    assert np.abs(names["cut"][1, 0] - names["whole"][0, 50]).max() > 0.1
    assert_allclose(names["handed_on"], names["whole"][:, 50:], rtol=1e-12)


def test_more_units_get_more_digits_right_and_learn_the_seen_ones_by_heart(lesson):
    seen, new = np.array(lesson("01")["seen"]), np.array(lesson("01")["new"])
    assert (np.diff(new[:4]) > 0.02).all()
    assert seen[-1] > 0.99
    assert 0.01 < seen[-1] - new[-1] < 0.1
    assert_allclose(new[1:], [0.92, 0.95, 0.98, 0.99], atol=0.1)  # coverage.md: 8 to 128 units, beforehand


def test_keras_gives_the_same_numbers_from_the_same_weights(lesson):
    names = lesson("01")
    assert_allclose(names["outputs"], rnn_forward(names["xs"], names["p"]).h, atol=1e-6)
    assert_allclose(names["last"], names["outputs"][:, -1])
    assert names["layer"].count_params() == names["p"].count
