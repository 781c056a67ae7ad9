"""Word vectors: the counts are right, the surprise is the formula's, and like words get like vectors."""

import numpy as np
import pytest

pytest.importorskip("sklearn")

from lstm_teach.sentiment.vectors import (
    SCALE,
    SMOOTHING,
    neighbours,
    positive_surprise,
    thinned,
    word_vectors,
)

SIZE = 12


def some_texts(count=6, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.integers(1, SIZE, length).astype(np.int32) for length in rng.integers(0, 15, count)]


def test_neighbours_are_counted_as_by_two_loops_and_never_across_texts():
    texts, window = some_texts(), 3
    expected = np.zeros((SIZE, SIZE))
    for text in texts:
        for i, word in enumerate(text):
            for j, other in enumerate(text):
                if 0 < abs(i - j) <= window and min(word, other) > 1:  # 0 is padding, 1 the unknown
                    expected[word, other] += 1 / abs(i - j)
    np.testing.assert_allclose(neighbours(texts, SIZE, window).toarray(), expected, rtol=1e-6)


def test_frequent_words_are_thinned_out_as_mikolov_and_others_say_and_unknown_ones_left_out():
    rng = np.random.default_rng(0)
    share = np.array([0, 0.1, 0.6, 0.25, 0.05])  # of padding, unknown, and three words
    texts = [rng.choice(5, length, p=share).astype(np.int32) for length in (30_000, 0, 20_000)]
    threshold = 0.06
    left = thinned(texts, 5, threshold, seed=1)
    assert [len(text) > 0 for text in left] == [True, False, True]
    counts = np.bincount(np.concatenate(left), minlength=5)
    expected = 50_000 * share * np.minimum(1, np.sqrt(threshold / np.maximum(share, 1e-9)))
    np.testing.assert_allclose(counts[2:], expected[2:], rtol=0.03)
    assert counts[1] == 0
    assert (left[0] == 4).sum() == (texts[0] == 4).sum()  # rare enough
    assert [row.tolist() for row in thinned(texts, 5, threshold, seed=1)] == [row.tolist() for row in left]
    assert thinned([], 5, threshold, seed=1) == []


def test_vectors_of_thinned_texts_are_vectors_of_what_is_left():
    texts = some_texts(200)
    left = thinned(texts, SIZE, 0.05, seed=3)
    assert sum(map(len, left)) < 0.9 * sum(map(len, texts))
    np.testing.assert_allclose(
        word_vectors(texts, SIZE, 4, seed=3, window=2, subsampling=0.05),
        word_vectors(left, SIZE, 4, seed=3, window=2),
        rtol=1e-5,
    )


@pytest.mark.keras
def test_a_word_occurs_in_a_text_or_does_not_however_often_it_stands_there():
    from experiments.counts import occurrences

    texts = some_texts()
    expected = [[float(word in text) for word in range(SIZE)] for text in texts]
    np.testing.assert_array_equal(occurrences(texts, SIZE).toarray(), expected)
    assert occurrences([], SIZE).shape == (0, SIZE)


def test_surprise_is_the_formula_of_levy_goldberg_and_dagan():
    counts = neighbours(some_texts(), SIZE)
    dense = counts.toarray()
    of_word = dense.sum(axis=1) / dense.sum()
    of_neighbour = dense.sum(axis=0) ** SMOOTHING / (dense.sum(axis=0) ** SMOOTHING).sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        pmi = np.log(dense / dense.sum() / np.outer(of_word, of_neighbour))
    expected = np.where(dense > 0, np.maximum(pmi, 0), 0)
    assert expected.max() > 0
    np.testing.assert_allclose(positive_surprise(counts).toarray(), expected, rtol=1e-4, atol=1e-5)


def test_words_that_keep_the_same_company_get_vectors_that_point_the_same_way():
    rng = np.random.default_rng(0)
    two, three = [2, 3], [4, 5]  # either of a pair, always in the company of 6 and 7, or of 8 and 9
    texts = []
    for _ in range(400):
        pair, company = (two, [6, 7]) if rng.random() < 0.5 else (three, [8, 9])
        texts.append(np.array([company[0], rng.choice(pair), company[1]], dtype=np.int32))
    vectors = word_vectors(texts, SIZE, 4)
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    assert unit[2] @ unit[3] > 0.95
    assert unit[4] @ unit[5] > 0.95
    assert unit[2] @ unit[4] < 0.5


def test_padding_and_the_unknown_get_zeros_and_the_rest_the_promised_scale():
    vectors = word_vectors(some_texts(200), SIZE, 5, seed=3)
    assert vectors.dtype == np.float32
    assert vectors.shape == (SIZE, 5)
    assert not vectors[:2].any()
    assert vectors[2:].std() == pytest.approx(SCALE, rel=1e-3)
    np.testing.assert_allclose(vectors, word_vectors(some_texts(200), SIZE, 5, seed=3), rtol=1e-5)


def test_texts_without_words_give_zeros():
    assert not word_vectors([np.zeros(0, dtype=np.int32)], SIZE, 3).any()


@pytest.mark.parametrize("features", [0, SIZE, -1])
def test_features_that_cannot_be_are_named(features):
    with pytest.raises(ValueError, match=rf"features: got {features} for {SIZE} ids, expected from 1 to 11"):
        word_vectors(some_texts(), SIZE, features)
