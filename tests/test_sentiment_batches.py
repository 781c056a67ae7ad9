"""Batches of about equal length: every review once, the same for the same seed and epoch."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_teach.sentiment.batches import drop_words, plan, rectangle
from lstm_teach.sentiment.recipes import recipe
from lstm_teach.vocabulary import PADDING, UNKNOWN

LENGTHS = st.lists(st.integers(0, 300), min_size=1, max_size=400)


@settings(deadline=None)  # the first call may wait for an import, or for other work
@given(LENGTHS, st.integers(1, 70), st.integers(0, 9) | st.none())
def test_every_review_is_in_one_batch_and_no_batch_is_too_large(lengths, size, seed):
    batches = plan(np.array(lengths), size, None if seed is None else np.random.default_rng(seed))
    assert sorted(np.concatenate(batches).tolist()) == list(range(len(lengths)))
    assert all(1 <= len(batch) <= size for batch in batches)
    assert sum(len(batch) < size for batch in batches) <= 1


@settings(deadline=None)  # the first call may wait for an import, or for other work
@given(LENGTHS, st.integers(1, 70), st.integers(0, 9))
def test_the_longest_batch_comes_first_and_the_shortest_second(lengths, size, seed):
    lengths = np.array(lengths)
    longest = [lengths[batch].max() for batch in plan(lengths, size, np.random.default_rng(seed))]
    assert longest[0] == max(longest)
    if len(longest) > 1:
        assert longest[1] == min(longest)


def test_the_same_seed_and_epoch_give_the_same_batches_and_another_epoch_others():
    lengths = np.random.default_rng(0).integers(1, 300, 1000)
    first, again, other = (plan(lengths, 32, np.random.default_rng(key)) for key in ((3, 0), (3, 0), (3, 1)))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert any(not np.array_equal(a, b) for a, b in zip(first, other, strict=True))


def test_batches_of_equal_length_are_padded_far_less_than_batches_drawn_at_random():
    rng = np.random.default_rng(0)
    lengths = np.minimum(rng.lognormal(5.2, 0.6, 20_000).astype(int) + 1, 400)  # about IMDB's

    def padding(batches):
        filled = sum(len(batch) * lengths[batch].max() for batch in batches)
        return (filled - lengths.sum()) / filled

    assert padding(plan(lengths, 64, rng)) < 0.05
    assert padding(plan(lengths, 64, rng, pool=1)) > 0.3


def test_batches_come_in_no_order_of_length_but_for_the_first_two():
    lengths = np.random.default_rng(0).integers(1, 300, 10_000)
    longest = np.array([lengths[batch].max() for batch in plan(lengths, 32, np.random.default_rng(1))])[2:]
    assert abs(np.corrcoef(np.arange(len(longest)), longest)[0, 1]) < 0.2


def test_a_fraction_of_the_batches_the_shortest_may_come_first_in_order_of_length():
    lengths = np.random.default_rng(0).integers(1, 300, 3_200)
    batches = plan(lengths, 32, np.random.default_rng(1), short_first=0.2)
    longest = np.array([lengths[batch].max() for batch in batches])
    np.testing.assert_array_equal(np.sort(longest[:20]), np.sort(longest)[:20])
    np.testing.assert_array_equal(longest[2:20], np.sort(longest[2:20]))
    assert longest[0] == min(longest) < longest[1]  # from which Keras learns that lengths differ
    assert min(longest[20:]) >= max(longest[:20])
    assert abs(np.corrcoef(np.arange(80), longest[20:])[0, 1]) < 0.3  # the others in no order


def test_short_batches_come_first_where_all_but_the_last_are_equally_short():
    lengths = np.array([3] * 30 + [9] * 10)
    batches = plan(lengths, 10, np.random.default_rng(1), pool=4, short_first=0.5)
    assert [lengths[batch].max() for batch in batches] == [3, 9, 3, 3]


@pytest.mark.keras
def test_short_reviews_come_first_in_the_first_epoch_alone():
    from lstm_teach.sentiment.network import Batches

    rng = np.random.default_rng(0)
    rows = [np.arange(2, 2 + length) for length in rng.integers(1, 90, 640)]
    chosen = recipe("course", short_first=1.0)

    def widths(epoch):
        batches = Batches(rows, chosen, 32, np.zeros(640), key=(0, epoch))
        return [batches[number][0].shape[1] for number in range(len(batches))]

    assert widths(0)[2:] == sorted(widths(0)[2:])
    assert widths(1)[2:] != sorted(widths(1)[2:])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bilstm_subword", [[5, 6, 7], [8, 0, 0]]),  # right-padded, nothing cut
        ("deep_128_64", [[0, 6, 7], [0, 0, 8]]),  # left-padded
    ],
)
def test_a_rectangle_is_padded_as_the_recipe_says(name, expected):
    rows = (
        [np.array([5, 6, 7]), np.array([8])]
        if name == "bilstm_subword"
        else [np.array([6, 7]), np.array([8])]
    )
    width = 3 if name == "bilstm_subword" else 2
    ids = rectangle(rows, recipe(name))
    np.testing.assert_array_equal(ids, np.array(expected)[:, -width:])


def test_a_rectangle_keeps_the_last_words_and_a_fixed_length():
    course = recipe("course", length=2)
    np.testing.assert_array_equal(rectangle([np.array([5, 6, 7]), np.array([8])], course), [[6, 7], [8, 0]])
    fixed = recipe("course", length=4, fixed_length=True)
    np.testing.assert_array_equal(rectangle([np.array([5])], fixed), [[5, 0, 0, 0]])


def test_an_empty_review_becomes_one_unknown_word_so_no_row_is_all_padding():
    ids = rectangle([np.array([], dtype=np.int32), np.array([5, 6])], recipe("course"))
    np.testing.assert_array_equal(ids, [[UNKNOWN, PADDING], [5, 6]])
    np.testing.assert_array_equal(rectangle([np.array([], dtype=np.int32)], recipe("course")), [[UNKNOWN]])


def test_widths_are_rounded_up_where_a_backend_compiles_each_anew():
    assert rectangle([np.arange(2, 35)], recipe("course"), step=32).shape == (1, 64)
    assert rectangle([np.arange(2, 34)], recipe("course"), step=32).shape == (1, 32)


def test_no_more_words_are_read_where_widths_are_rounded_up():
    rows = [np.arange(2, 60), np.arange(2, 9)]
    as_usual, rounded = (rectangle(rows, recipe("course", length=40), step) for step in (1, 32))
    assert rounded.shape == (2, 64)
    np.testing.assert_array_equal(rounded[:, :40], as_usual)
    assert (rounded[:, 40:] == PADDING).all()


def test_dropped_words_become_unknown_and_padding_stays():
    ids = np.array([[5, 6, 7, PADDING]] * 5_000)
    dropped = drop_words(ids, 0.3, np.random.default_rng(0))
    assert (dropped[:, 3] == PADDING).all()
    assert ((dropped == ids) | (dropped == UNKNOWN)).all()
    assert np.mean(dropped[:, :3] == UNKNOWN) == pytest.approx(0.3, abs=0.015)  # 4 standard errors
    np.testing.assert_array_equal(drop_words(ids, 0.0, np.random.default_rng(0)), ids)
