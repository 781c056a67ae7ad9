"""Lesson 14: what the next letter is worth, temperature, copying, and a state that is carried on."""

import numpy as np
import pytest

from lstm_teach.labs import writer_lab


@pytest.fixture
def ns(lesson):
    return lesson("14")


def test_each_letter_of_a_window_is_asked_for_the_one_after_it(ns):
    read, wanted = ns["read"], ns["wanted"]
    np.testing.assert_array_equal(read[:, 1:], wanted[:, :-1])
    np.testing.assert_array_equal(read[1:, 0], wanted[:-1, -1])


def test_perplexity_falls_from_all_letters_to_about_three(ns):
    guess, frequent, trained, longer = ns["perplexity"].values()
    assert guess == len(ns["characters"]) == 59
    assert frequent == pytest.approx(np.exp(3.0), rel=0.05)
    assert 2.7 < longer < 3.0 < trained < 8 < frequent


def test_the_training_reviews_are_known_far_better_than_the_test(ns):
    learned = np.concatenate([ns["shipped"].losses(text) for text in ns["sample"].train.texts[:100]])
    assert np.exp(learned.mean()) == pytest.approx(1.7, abs=0.1)


def test_a_low_temperature_copies_and_a_high_one_invents(ns):
    known, copied = np.array(ns["known"]), np.array(ns["copied"])
    assert (np.diff(known) < 2).all()
    assert known[0] > 95 > 75 > known[-2]
    assert copied[0] > 35 > 5 > copied[-2]


def test_at_temperature_0_the_lab_repeats_one_sentence():
    text = "".join(writer_lab("the most probable").shown.pictures[0].words)
    assert any(text.count(text[k : k + 25]) > 1 for k in range(60, len(text) - 25))


def test_unit_53_counts_the_letters_of_a_sentence():
    words = writer_lab("low temperature").shown.pictures[0]
    text, c = "".join(words.words), words.values
    end = text.index(".")
    assert np.diff(c[:end]).mean() == pytest.approx(1, abs=0.2)
    assert c[end - 1] > 15 > 2 > c[end + 1]


def test_carried_pieces_remember_and_reset_ones_stay_at_chance(ns):
    right = ns["right"]
    for name, share in right.items():
        if name.startswith("carried, pieces"):
            assert share > 95, name
        else:
            assert share < (45 if "end" in name else 33), name


def test_reading_first_brought_points_and_the_seeds_agree(ns):
    alone, first = ns["alone"], ns["first"]
    assert len(first) == 3
    assert min(first) > max(alone)
    assert np.mean(first) - np.mean(alone) == pytest.approx(1.3, abs=0.05)  # as the page says
    assert ns["pretrained"]["perplexity"] == pytest.approx(185, abs=1)
    assert ns["pretrained"]["words"] == pytest.approx(15e6, rel=0.01)
    assert list(ns["expected"]) == ["terrible", "a", "great", "excellent", "superb"]
