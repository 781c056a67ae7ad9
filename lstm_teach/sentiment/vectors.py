"""Word vectors learned from texts alone, no label seen: which words stand near which, squeezed by an SVD.

Counts of neighbours, weighed by their surprise and factored, give vectors as good as word2vec's (Levy,
Goldberg and Dagan 2015, "Improving Distributional Similarity with Lessons Learned from Word Embeddings").
NumPy and SciPy; scikit-learn's randomized SVD does the heavy part.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lstm_teach.sentiment.kinds import NetworkRecipe
from lstm_teach.vocabulary import FIRST, PADDING

SMOOTHING = 0.75  # the power of the neighbours' frequencies, so that rare neighbours surprise less
SCALE = 0.3  # standard deviation of an entry, so that an LSTM's gates hear the vectors from the first step


def word_vectors(
    rows: Sequence[np.ndarray],
    size: int,
    features: int,
    seed: int = 0,
    window: int = NetworkRecipe.window,
    subsampling: float | None = None,
) -> np.ndarray:
    """Return a vector for every id.

    Parameters
    ----------
    rows : encoded texts, one array of ids each
    size : ids in the vocabulary, padding and unknown included; these two get zeros
    features : length of a vector
    window : words to either side that count as neighbours, of those that are left
    subsampling : the share of all text above which a word is thinned out first, see `thinned`; None: no word

    Returns
    -------
    float32 (size, features)

    Raises
    ------
    ValueError
        if there are not more ids than features.
    """
    if not 0 < features < size:
        raise ValueError(f"features: got {features} for {size} ids, expected from 1 to {size - 1}")
    from sklearn.utils.extmath import randomized_svd

    if subsampling:
        rows = thinned(rows, size, subsampling, seed)
    surprise = positive_surprise(neighbours(rows, size, window))
    left, strength, _ = randomized_svd(surprise, features, n_iter=3, random_state=seed)
    seen = surprise.getnnz(axis=1) > 0
    if not seen.any():
        return np.zeros((size, features), dtype=np.float32)
    vectors = np.where(seen[:, None], left * np.sqrt(strength), 0)  # (size, features); no rounding errors
    return (vectors * (SCALE / vectors[seen].std())).astype(np.float32)


def thinned(rows: Sequence[np.ndarray], size: int, threshold: float, seed: int) -> list[np.ndarray]:
    """Return texts without most of their most frequent words, which tell least about their neighbours.

    An occurrence of a word that makes up a share p of all texts stays with probability sqrt(threshold / p)
    (Mikolov and others 2013, equation 5), an unknown word never.
    """
    text = np.concatenate([*rows, np.zeros(0, dtype=np.int32)])
    share = np.bincount(text, minlength=size) / max(len(text), 1)  # (size,)
    stays = np.sqrt(threshold / np.maximum(share, threshold))
    stays[:FIRST] = 0
    drawn = np.random.default_rng(seed).random(len(text)) < stays[text]
    ends = np.cumsum([len(row) for row in rows])
    return [row[drawn[end - len(row) : end]] for row, end in zip(rows, ends, strict=True)]


def neighbours(rows: Sequence[np.ndarray], size: int, window: int = NetworkRecipe.window) -> Any:
    """Return how often words stand near each other, in either order; d words off counts 1 / d.

    A sparse float32 matrix (size, size).
    """
    from scipy.sparse import coo_matrix, csr_matrix

    gap = np.full(window, PADDING, dtype=np.int32)  # so that no word is a neighbour across two texts
    text = np.concatenate([part for row in rows for part in (row, gap)] or [gap])
    counts = csr_matrix((size, size), dtype=np.float32)
    for distance in range(1, window + 1):
        one, other = text[:-distance], text[distance:]
        lesser, greater = np.minimum(one, other), np.maximum(one, other)  # both orders of a pair in one place
        words = (lesser >= FIRST).nonzero()[0]
        weights = np.full(len(words), 1 / distance, dtype=np.float32)
        counts += coo_matrix((weights, (lesser[words], greater[words])), shape=(size, size)).tocsr()
    return (counts + counts.T).tocsr()


def positive_surprise(counts: Any) -> Any:
    """Return PPMI: log P(word, neighbour) / (P(word) P(neighbour)) where above 0, sparse like `counts`."""
    result = counts.tocoo()
    of_word = np.asarray(counts.sum(axis=1)).ravel()
    of_neighbour = of_word**SMOOTHING
    expected = of_word[result.row] * of_neighbour[result.col] / of_neighbour.sum()
    result.data = np.maximum(np.log(result.data / expected), 0).astype(np.float32)
    result = result.tocsr()
    result.eliminate_zeros()
    return result
