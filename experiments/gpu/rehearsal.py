"""Made-up reviews with the shape of IMDB's, so that every stage can be rehearsed on a CPU."""

from __future__ import annotations

import numpy as np

from experiments.gpu.data import FIRST, Reviews


def made_up_reviews(seed: int = 0, words: int = 60, each: int = 240) -> Reviews:
    """Return reviews in which a few words speak for their label, and each word often follows its neighbour.

    Parameters
    ----------
    words : ids of the vocabulary
    each : training reviews, test reviews, and half of the unlabelled ones
    """
    rng = np.random.default_rng(seed)
    counts = np.array([each, 2 * each, each])
    opinions = rng.integers(0, 2, counts.sum())
    lengths = rng.integers(8, 70, counts.sum())
    rows = []
    for opinion, length in zip(opinions, lengths, strict=True):
        row = rng.integers(FIRST + 8, words, length)
        row[1::2] = np.minimum(row[: len(row[1::2]) * 2 : 2] + 1, words - 1)  # can be learned
        told = rng.random(length) < 0.15
        row[told] = FIRST + 4 * opinion + rng.integers(0, 4, told.sum())
        rows.append(row)
    validation = np.zeros(each, dtype=bool)
    validation[: each // 5] = True
    labelled = np.r_[0:each, 3 * each : 4 * each]
    return Reviews(
        ids=np.concatenate(rows).astype(np.uint16),
        lengths=lengths.astype(np.int32),
        counts=counts,
        labels=opinions[labelled].astype(np.int8),
        validation=validation,
        copies=(np.arange(each) % 50 == 0).astype(np.int8),
        course_ids=np.r_[0, 1, 0, 2 : words - 1].astype(np.uint16),
        course_size=np.array(words - 1),
        checksum=np.array("made up"),
    )
