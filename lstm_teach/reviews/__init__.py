"""Film reviews and what their authors thought: a shipped sample, IMDB, or a table of your own.

`load()` returns the sample, at once and offline. `load("imdb")` returns the 50,000 labelled reviews of Maas
et al. (2011) from the first of: the argument `source`; the environment variable LSTM_TEACH_IMDB (both may be
aclImdb_v1.tar.gz, the folder that it unpacks to, or a folder that holds either); the cache; a download from
Stanford. `from_table("mine.csv")` returns a corpus of your own.

Needs numpy; pooch and tqdm are imported when they are used.
"""

from __future__ import annotations

import os

from lstm_teach.reviews import imdb, sample
from lstm_teach.reviews.cache import cache_dir
from lstm_teach.reviews.corpus import Corpus, CorpusError, Split
from lstm_teach.reviews.films import imdb_films
from lstm_teach.reviews.imdb import at_hand as imdb_at_hand
from lstm_teach.reviews.sample import Review, fixed_review, longer_reviews
from lstm_teach.reviews.splits import duplicates, validation_split
from lstm_teach.reviews.table import from_table


def load(name: str = "sample", *, source: str | os.PathLike[str] | None = None) -> Corpus:
    """Return the shipped sample (`"sample"`) or the Large Movie Review Dataset (`"imdb"`).

    Parameters
    ----------
    source : IMDB's archive, the folder that it was unpacked to, or a folder that holds either; not copied

    Raises
    ------
    ValueError
        if the name is unknown, or if a source is given for the sample.
    CorpusError
        if IMDB cannot be had; the message says why, and what to do.
    """
    if name == "imdb":
        return imdb.load(source)
    if name != "sample":
        raise ValueError(f"name: got {name!r}, expected 'sample' or 'imdb'")
    if source is not None:
        raise ValueError(f"source: got {source!r}, expected None: the sample has no source, only 'imdb' has")
    return sample.load()
