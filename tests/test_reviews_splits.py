"""A clean split: nothing in two places, each label in its proportion, the same for the same seed."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from lstm_teach.reviews import Corpus, Split, duplicates, validation_split
from lstm_teach.reviews.corpus import digest


def numbered(negative, positive):
    texts = [f"review {i}" for i in range(negative + positive)]
    return Split(texts, np.repeat(np.array([0, 1], np.int8), [negative, positive]))


@given(st.integers(5, 60), st.integers(5, 60), st.floats(0.2, 0.8), st.integers(0, 2**32 - 1))
@settings(max_examples=100, deadline=None)
def test_the_two_parts_are_disjoint_and_together_they_are_the_whole(negative, positive, fraction, seed):
    whole = numbered(negative, positive)
    train, validation = validation_split(whole, fraction, seed)
    assert sorted(train.texts + validation.texts) == sorted(whole.texts)
    label = dict(zip(whole.texts, whole.labels, strict=True))
    for part in (train, validation):
        assert [label[text] for text in part.texts] == part.labels.tolist()
        assert part.labels.dtype == np.int8
        assert part.texts == [text for text in whole.texts if text in set(part.texts)]


@pytest.mark.parametrize("fraction", [0.1, 0.2, 0.5, 0.75])
def test_labels_keep_their_proportion_as_in_scikit_learn(fraction):
    whole = numbered(120, 80)
    train, validation = validation_split(whole, fraction, seed=3)
    expected = train_test_split(whole.labels, test_size=fraction, stratify=whole.labels, random_state=3)
    for part, labels in zip((train, validation), expected, strict=True):
        np.testing.assert_array_equal(np.bincount(part.labels), np.bincount(labels))


def test_the_same_seed_gives_the_same_parts_and_another_seed_others():
    whole = numbered(50, 50)
    assert validation_split(whole, seed=7)[1].texts == validation_split(whole, seed=7)[1].texts
    assert validation_split(whole, seed=7)[1].texts != validation_split(whole, seed=8)[1].texts


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 1)), min_size=30, max_size=60), st.integers(0, 99)
)
@settings(max_examples=100, deadline=None)
def test_a_text_that_occurs_more_than_once_is_on_one_side_only(reviews, seed):
    singles = numbered(10, 10)
    repeated = Split(
        [f"text {text}" for text, _ in reviews], np.array([label for _, label in reviews], np.int8)
    )
    whole = Split(singles.texts + repeated.texts, np.concatenate([singles.labels, repeated.labels]))
    train, validation = validation_split(whole, 0.3, seed)
    assert len(duplicates(train, validation)) == 0
    assert len(train.texts) + len(validation.texts) == len(whole.texts)


def test_texts_that_occur_more_than_once_do_not_make_the_validation_part_too_large():
    singles, triples = numbered(20, 20), [f"text {i}" for i in range(20)] * 3
    whole = Split(singles.texts + triples, np.concatenate([singles.labels, np.ones(60, np.int8)]))
    for seed in range(20):
        assert np.bincount(validation_split(whole, 0.2, seed)[1].labels).tolist() == [4, 16]


grouped = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 40), st.integers(0, 1)), min_size=40, max_size=120
)


def with_groups(rows):
    """Reviews of few films, some of the same text; and 40 films of one review each."""
    groups = np.array([group for group, _, _ in rows] + list(range(100, 140)))
    texts = [f"text {text}" for _, text, _ in rows] + [f"review {i}" for i in range(40)]
    return Split(texts, np.array([label for *_, label in rows] + [0, 1] * 20, np.int8), groups)


@given(grouped, st.integers(0, 99))
@settings(max_examples=100, deadline=None)
def test_a_film_is_on_one_side_only_and_so_is_a_text(rows, seed):
    whole = with_groups(rows)
    train, validation = validation_split(whole, 0.2, seed)
    assert not set(train.groups) & set(validation.groups)
    assert len(duplicates(train, validation)) == 0
    assert len(train.texts) + len(validation.texts) == len(whole.texts)
    assert (np.bincount(validation.labels, minlength=2) <= np.round(0.2 * np.bincount(whole.labels))).all()


def test_a_split_by_group_is_balanced_and_the_same_for_the_same_seed():
    rng = np.random.default_rng(5)
    films = rng.integers(0, 400, 3_000)
    liked = rng.random(400)
    whole = Split([f"{i}" for i in range(3_000)], (rng.random(3_000) < liked[films]).astype(np.int8), films)
    validation = validation_split(whole, 0.1, seed=3)[1]
    np.testing.assert_allclose(np.bincount(validation.labels), 0.1 * np.bincount(whole.labels), atol=3)
    assert validation.texts == validation_split(whole, 0.1, seed=3, by="group")[1].texts
    assert validation.texts != validation_split(whole, 0.1, seed=4)[1].texts


def test_groups_of_mixed_labels_are_drawn_in_every_order_and_stay_balanced():
    films = np.arange(4_200) // 7  # of 3 and 4 reviews by turns, the first of them disliked or liked
    whole = Split([f"{i}" for i in range(4_200)], np.arange(4_200, dtype=np.int8) % 2, films)
    validation = validation_split(whole, 0.2, seed=1)[1]
    np.testing.assert_allclose(np.bincount(validation.labels), [420, 420], atol=4)
    begins_liked = np.unique(validation.groups) % 2
    assert begins_liked.mean() == pytest.approx(0.5, abs=0.05)


def test_a_random_split_does_not_look_at_the_groups():
    whole = numbered(60, 40)
    films = whole._replace(groups=np.arange(100) // 10)
    expected = validation_split(whole, 0.2, seed=1)
    for part, other in zip(expected, validation_split(films, 0.2, seed=1, by="random"), strict=True):
        assert part.texts == other.texts
    assert expected[0].groups is None


def test_a_split_by_groups_that_are_not_known_or_of_another_kind_is_refused():
    with pytest.raises(ValueError, match=r"by: got 'group', but train\.groups is None"):
        validation_split(numbered(9, 9), by="group")
    with pytest.raises(ValueError, match="by: got 'film', expected 'group', 'random' or None"):
        validation_split(numbered(9, 9), by="film")


def test_one_group_alone_cannot_be_split():
    with pytest.raises(ValueError, match="leaves one side empty"):
        validation_split(numbered(9, 9)._replace(groups=np.zeros(18, int)))


def test_the_reviews_at_some_places_keep_their_labels_and_groups():
    whole = Split(["a", "b", "c"], np.array([0, 1, 1]), np.array([5, 6, 7]))
    texts, labels, groups = whole.take(np.array([2, 0]))
    assert (texts, labels.tolist(), groups.tolist()) == (["c", "a"], [1, 0], [7, 5])
    assert whole._replace(groups=None).take(np.array([1])).groups is None


@pytest.mark.parametrize("fraction", [0, 1, -0.2, 1.5, float("nan"), None, "0.2", [0.2], True, np.ones(2)])
def test_a_fraction_that_is_none_is_named(fraction):
    with pytest.raises(ValueError, match="fraction: got"):
        validation_split(numbered(9, 9), fraction)


def test_too_few_reviews_to_split_are_named():
    with pytest.raises(ValueError, match="2 reviews leaves one side empty"):
        validation_split(numbered(1, 1), 0.2)


def test_duplicates_are_the_places_in_test_whose_text_is_in_training():
    train, test = Split(["a", "b", "b"], np.zeros(3)), Split(["c", "b", "A", "a", "b"], np.zeros(5))
    assert duplicates(train, test).tolist() == [1, 3, 4]
    assert duplicates(test, Split([], np.zeros(0))).dtype == np.int64


def test_the_checksum_changes_with_a_text_a_label_or_the_order():
    one = Split(["a", "bc"], np.array([0, 1]))
    others = [
        Split(["a", "bd"], one.labels),
        Split(["ab", "c"], one.labels),
        Split(one.texts, np.array([1, 1])),
        Split(one.texts[::-1], one.labels[::-1]),
    ]
    assert len({digest(split) for split in [one, *others]}) == 5
    assert digest(one) == hashlib.sha256(b"0 1\na1 2\nbc").hexdigest()


def test_the_checksum_covers_the_unlabelled_reviews_and_the_older_one_does_not():
    one = Split(["a", "bc"], np.array([0, 1]))
    corpus = Corpus("mine", one, one, ["d"])
    assert corpus.checksum == hashlib.sha256(b"0 1\na1 2\nbc0 1\na1 2\nbc? 1\nd").hexdigest()
    assert corpus.labelled_checksum == hashlib.sha256(b"0 1\na1 2\nbc0 1\na1 2\nbc").hexdigest()
    assert replace(corpus, unlabelled=["e"]).checksum != corpus.checksum
    assert replace(corpus, unlabelled=[]).checksum == corpus.labelled_checksum


@pytest.mark.parametrize("seed", [None, -1, 1.5, True, "0", [0]])
def test_a_seed_that_would_not_give_the_same_parts_again_is_named(seed):
    with pytest.raises(ValueError, match=r"^seed: expected a whole number from 0 up"):
        validation_split(numbered(9, 9), seed=seed)


@pytest.mark.parametrize("wrong", [None, 3, ["a text"], ("a", "b"), np.array([1, 2])])
def test_what_is_no_split_is_named(wrong):
    with pytest.raises(ValueError, match=r"^train: expected Split, got"):
        validation_split(wrong)
    with pytest.raises(ValueError, match=r"^test: expected Split, got"):
        duplicates(numbered(1, 1), wrong)
