"""Lesson 10: from words to a rectangle of ids, and what padding does."""

import numpy as np
import pytest

from lstm_teach.cells import sigmoid
from lstm_teach.vocabulary import PADDING, UNKNOWN


def test_a_word_that_was_not_in_training_is_unknown(lesson):
    ns = lesson("10")
    ids = ns["words"].encode([ns["text"]])[0]
    spelt = dict(zip(ns["words"].tokens(ns["text"]), ids, strict=True))
    assert spelt["unwatchable"] == UNKNOWN
    assert spelt["dull"] > UNKNOWN
    assert PADDING not in ids


def test_a_look_up_is_one_hot_times_the_table(lesson):
    ns = lesson("10")
    np.testing.assert_array_equal(ns["one_hot"] @ ns["E"], ns["vector"])
    assert not ns["rounded"].any()


def test_a_table_that_is_brought_in_helps_when_there_is_little_to_learn_from(lesson):
    ns = lesson("10")
    np.testing.assert_array_equal(ns["brought_in"].get_weights()[0], ns["table"])
    learned_here, brought_in = ns["right_by"][100]
    assert brought_in > learned_here + 0.05


def test_seven_pads_leave_the_seventh_power_of_the_forget_gate(lesson):
    left = lesson("10")["left"]
    assert left == pytest.approx(sigmoid(np.ones(())).item() ** 7)
    assert left == pytest.approx(0.11, abs=0.005)


def test_padding_at_the_end_keeps_a_model_from_learning_unless_it_is_masked(lesson):
    accuracy = lesson("10")["accuracy"]
    assert accuracy["at the end"] < 0.58  # chance is 0.5, and 200 reviews have a standard error of 0.035
    assert accuracy["at the front"] > 0.62
    assert accuracy["at the end, masked"] > 0.62


def test_the_last_words_say_more_than_the_first(lesson):
    ns = lesson("10")
    twenty = ns["kept"].tolist().index(20)
    assert ns["last"][twenty] > ns["first"][twenty] + 0.15
    assert ns["last"][-1] == pytest.approx(ns["first"][-1], abs=0.02)  # nearly all words, from either end


def test_a_masked_state_waits(lesson):
    moved = lesson("10")["moved"]
    assert moved[True] < 1e-6
    assert moved[False] > 1e-3


def test_the_fast_kernel_wants_padding_at_the_end_and_no_empty_row(lesson):
    obstacles = lesson("10")["obstacles"]
    assert [batch for batch, reasons in obstacles.items() if not reasons] == ["padding at the end"]


def test_keras_cuts_at_the_front_even_if_it_pads_at_the_end(lesson):
    ns = lesson("10")
    assert ns["front"].tolist() == [[4, 5, 6, 7], [0, 0, 0, 8]]
    assert ns["post"].tolist() == [[4, 5, 6, 7], [8, 0, 0, 0]]
    assert ns["end"].tolist() == [[2, 3, 4, 5], [8, 0, 0, 0]]


def test_old_recipes_fail_or_warn(lesson):
    said = list(lesson("10")["said"].values())
    assert [words.split(":")[0] for words in said] == ["fails", "fails", "fails", "only warns"]
