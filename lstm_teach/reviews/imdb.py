"""Find, download, read and keep IMDB's reviews.

They are those of Maas et al., "Learning Word Vectors for Sentiment Analysis", ACL 2011.
"""

from __future__ import annotations

import contextlib
import os
import warnings
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lstm_teach.reviews import archive, cache
from lstm_teach.reviews.archive import ARCHIVE
from lstm_teach.reviews.corpus import Corpus, CorpusError, Split

SETTING = "LSTM_TEACH_IMDB"


class Edition(NamedTuple):
    """What is known beforehand; the tests publish small editions of their own."""

    url: str
    sha256: str  # of the archive
    counts: dict[str, int]  # reviews in each folder
    labelled_checksum: str  # of the labelled reviews alone, `Corpus.labelled_checksum`
    checksum: str  # of all reviews, `Corpus.checksum`


PUBLISHED = Edition(
    url="https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",
    sha256="c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe",
    counts=dict(zip(archive.PARTS, (12_500, 12_500, 12_500, 12_500, 50_000), strict=True)),
    labelled_checksum="c3362a9dcc3b416df2f258a091c05d39267dd0e1fdb1b85158e678cd6b40fbae",
    checksum="aef89a0e122ab1a8e6e83cf574a9d37371db71cd8165fe80255a0f79f58eb92c",
)


def load(source: str | os.PathLike[str] | None = None, edition: Edition = PUBLISHED) -> Corpus:
    """Return IMDB from `source`; else from what LSTM_TEACH_IMDB names; else from the cache or a download."""
    if source is not None and (not isinstance(source, str | os.PathLike) or not os.fspath(source)):
        raise CorpusError(f"source: got {source!r:.60}, expected the name of the archive or of its folder.")
    if named := source or cache.named_in(SETTING):
        corpus = _from_source(Path(os.path.expanduser(named)), edition)
    else:
        kept = (_from_cache(path, edition) for path in _caches(edition))
        corpus = next(filter(None, kept), None) or _from_source(_download(edition), edition)
    if corpus.checksum != (edition.checksum if corpus.unlabelled else edition.labelled_checksum):
        _warn(
            "These are not the reviews as published (their checksum differs), so what is measured on them "
            "cannot be compared with what others measured."
        )
    if corpus.train.groups is None:
        _warn(
            "The films of the reviews are not known, since the source has no train/urls_neg.txt and "
            "train/urls_pos.txt: `groups` is None, and a split by group is not possible."
        )
    return corpus


def at_hand() -> Path | None:
    """Return the archive, folder or cache that IMDB would be read from without a network, or None."""
    try:
        if named := cache.named_in(SETTING):
            return archive.find(named)
    except (CorpusError, OSError):
        return None
    for path in _caches(PUBLISHED):
        if path.is_file() and zipfile.is_zipfile(path):
            return path
    downloaded = cache.cache_dir() / "download" / ARCHIVE
    return downloaded if os.path.isfile(downloaded) else None


def _from_source(named: Path, edition: Edition) -> Corpus:
    """Return the reviews of an archive or a folder: from the cache if this very source was read before."""
    try:
        source = archive.find(named)
        fingerprint = archive.fingerprint(source)
        path = _cache_path(fingerprint)
        if corpus := _from_cache(path, edition):
            return corpus
        from tqdm.auto import tqdm

        total = sum(edition.counts.values())
        with tqdm(total=total, desc="Reading IMDB once", unit=" reviews", leave=False) as bar:
            parts = archive.read(source, edition.counts, bar.update)
        if archive.fingerprint(source) != fingerprint:
            raise CorpusError(f"{source} was changed while it was read; load it again.")
    except OSError as error:
        raise CorpusError(
            f"{named} cannot be read ({_reason(error)}); give this user the right to read it, or name "
            f"another copy of {ARCHIVE} in {SETTING} or as `source`."
        ) from error
    try:
        cache.write(path, parts)
    except OSError as error:
        if not os.path.exists(path):  # else another process was first (Windows replaces no open file)
            _warn(
                f"IMDB was read but not kept, since {path.parent} cannot be written ({_reason(error)}); make "
                f"room there, or name another folder in {cache.SETTING}, or each time will take as long."
            )
    return _corpus(parts)


def _from_cache(path: Path, edition: Edition) -> Corpus | None:
    """Return the reviews of a cache, or None, with a warning if there is one that cannot be used."""
    try:
        parts = cache.read(path, sum(edition.counts.values()))
        archive.require_all(path, parts, edition.counts)
        return _corpus(parts)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, OverflowError) as error:  # a CorpusError, or a film that is no number, or a huge one
        _warn(f"The cache {path} is removed and made again: {error}")
        with contextlib.suppress(OSError):
            path.unlink()
    except OSError as error:
        _warn(
            f"The cache {path} cannot be read ({_reason(error)}), so the reviews are read from their source; "
            f"name a folder of your own in {cache.SETTING}."
        )
    return None


def _cache_path(fingerprint: str) -> Path:
    return cache.cache_dir() / f"imdb-v{cache.FORMAT}-{fingerprint[:16]}.zip"


def _caches(edition: Edition) -> list[Path]:
    """Return all caches of this format, the one of the published archive first."""
    published = _cache_path(edition.sha256)
    others = published.parent.glob(f"imdb-v{cache.FORMAT}-*.zip")
    return sorted(others, key=lambda path: (path != published, path.name))


def _download(edition: Edition) -> Path:
    """Return Stanford's archive, which stays in the cache folder in case that the cache is lost."""
    import pooch
    import requests

    folder = cache.cache_dir() / "download"
    try:
        cache.sweep(folder, "tmp*")
        if (folder / ARCHIVE).exists() and not (folder / ARCHIVE).is_file():
            raise OSError(f"{folder / ARCHIVE} is a folder, a device or a pipe")
        return Path(pooch.retrieve(edition.url, edition.sha256, ARCHIVE, folder, progressbar=True))
    except (OSError, ValueError) as error:
        if isinstance(error, requests.RequestException):
            problem = "The download failed; is there a network?"
        elif isinstance(error, ValueError):  # pooch's word for a checksum that does not fit
            problem = "What came is not the published archive; was the download disturbed?"
        else:
            problem = f"{folder} cannot be written; make room there, or name another in {cache.SETTING}."
        raise CorpusError(
            f"IMDB is not at hand, and {edition.url} could not be fetched. {problem} ({error}) Nothing half "
            f"done was kept: try again, or name your own {ARCHIVE}, or the folder that it unpacks to, in "
            f"{SETTING} or as `source`. The course also runs without IMDB, on the sample."
        ) from error


def _corpus(parts: dict[str, list[str]]) -> Corpus:
    def split(half: str) -> Split:
        negative, positive = parts[f"{half}/neg"], parts[f"{half}/pos"]
        films = [*parts.get(f"{half}/neg films", []), *parts.get(f"{half}/pos films", [])]
        return Split(
            negative + positive,
            np.repeat(np.array([0, 1], np.int8), [len(negative), len(positive)]),
            np.array(films, dtype=np.int64) if len(films) == len(negative + positive) else None,
        )

    train, test = split("train"), split("test")
    return Corpus("imdb", train, test, parts["train/unsup"])


def _warn(message: str) -> None:
    warnings.warn(message, stacklevel=5)


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
