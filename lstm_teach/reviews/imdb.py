"""The door to IMDB: Maas et al., "Learning Word Vectors for Sentiment Analysis", ACL 2011."""

from __future__ import annotations

import contextlib
import os
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lstm_teach.reviews import archive, cache
from lstm_teach.reviews.corpus import Corpus, CorpusError, Split, digest

SETTING = "LSTM_TEACH_IMDB"
_ARCHIVE = "aclImdb_v1.tar.gz"


class Edition(NamedTuple):
    """What is known beforehand; the tests publish small editions of their own."""

    url: str
    sha256: str  # of the archive
    counts: dict[str, int]  # reviews in each folder
    checksum: str  # of the labelled reviews, `Corpus.checksum`


PUBLISHED = Edition(
    url="https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",
    sha256="c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe",
    counts=dict(zip(archive.PARTS, (12_500, 12_500, 12_500, 12_500, 50_000), strict=True)),
    checksum="c3362a9dcc3b416df2f258a091c05d39267dd0e1fdb1b85158e678cd6b40fbae",
)


def load(source: str | os.PathLike[str] | None = None, edition: Edition = PUBLISHED) -> Corpus:
    """IMDB from `source`; else from what LSTM_TEACH_IMDB names; else from the cache; else by download."""
    if named := source or os.environ.get(SETTING):
        parts = _read(archive.find(Path(named).expanduser()), edition)
    else:
        parts = _from_any_cache(edition) or _read(_download(edition), edition)
    corpus = _corpus(parts)
    if corpus.train.groups is None:
        warnings.warn(
            "The films of the reviews are not known, since the source has no train/urls_neg.txt and "
            "train/urls_pos.txt: `groups` is None, and a split by group is not possible.",
            stacklevel=3,
        )
    if corpus.checksum != edition.checksum:
        warnings.warn(
            "These are not the reviews as published (their checksum differs), so what is measured on them "
            "cannot be compared with what others measured.",
            stacklevel=3,
        )
    return corpus


def at_hand() -> Path | None:
    """What `load` would use without a network: what LSTM_TEACH_IMDB names, else the cache, else None."""
    if named := os.environ.get(SETTING):
        try:
            return archive.find(Path(named).expanduser())
        except CorpusError:
            return None
    for path in _caches(PUBLISHED):
        if cache.looks_whole(path):
            return path
    downloaded = cache.cache_dir() / "download" / _ARCHIVE
    return downloaded if downloaded.is_file() else None


def _read(source: Path, edition: Edition) -> dict[str, list[str]]:
    """The reviews of an archive or a folder: from the cache if this very source was read before."""
    try:
        path = _cache_path(archive.fingerprint(source))
        with contextlib.suppress(FileNotFoundError):
            try:
                return cache.read(path)
            except cache.DamagedCache as error:
                _drop(path, error)
        from tqdm.auto import tqdm

        total = sum(edition.counts.values())
        with tqdm(total=total, desc="Reading IMDB once", unit=" reviews", leave=False) as bar:
            parts = archive.read(source, edition.counts, bar.update)
    except OSError as error:
        raise CorpusError(f"{source} cannot be read ({error}).") from error
    try:
        cache.write(path, parts)
    except OSError as error:
        if not path.exists():  # where it does, another process was first (Windows replaces no open file)
            warnings.warn(
                f"IMDB was read but not kept, since {path.parent} cannot be written ({error}); the next time "
                f"will take as long. Make room there, or name another folder in {cache.SETTING}.",
                stacklevel=4,
            )
    return parts


def _from_any_cache(edition: Edition) -> dict[str, list[str]] | None:
    for path in _caches(edition):
        try:
            return cache.read(path)
        except FileNotFoundError:
            continue
        except cache.DamagedCache as error:
            _drop(path, error)
    return None


def _cache_path(fingerprint: str) -> Path:
    return cache.cache_dir() / f"imdb-v{cache.FORMAT}-{fingerprint[:16]}.npz"


def _caches(edition: Edition) -> list[Path]:
    """All caches of this format, the one of the published archive first."""
    published = _cache_path(edition.sha256)
    others = published.parent.glob(f"imdb-v{cache.FORMAT}-*.npz")
    return sorted(others, key=lambda path: (path != published, path.name))


def _drop(path: Path, error: Exception) -> None:
    warnings.warn(f"The cache {path} is damaged ({error}); it is removed and made again.", stacklevel=5)
    with contextlib.suppress(OSError):
        path.unlink()


def _download(edition: Edition) -> Path:
    """Stanford's archive in the cache folder; it stays there in case that the cache must be made again."""
    import pooch
    import requests

    folder = cache.cache_dir() / "download"
    try:
        cache.sweep(folder, "tmp*")
        return Path(pooch.retrieve(edition.url, edition.sha256, _ARCHIVE, folder, progressbar=True))
    except (OSError, ValueError) as error:
        if isinstance(error, requests.RequestException):
            problem = "The download failed; is there a network?"
        elif isinstance(error, ValueError):  # pooch's word for a checksum that does not fit
            problem = "What came is not the published archive; was the download disturbed?"
        else:
            problem = (
                f"{folder} cannot be written; make room there, or name another folder in {cache.SETTING}."
            )
        raise CorpusError(
            f"IMDB is not at hand, and {edition.url} could not be fetched. {problem} ({error}) Nothing half "
            f"done was kept: try again, or name your own {_ARCHIVE}, or the folder that it was unpacked to, "
            f"in {SETTING} or as `source`. The course also runs without IMDB, on the sample."
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
    nothing = Split([], np.zeros(0, np.int8))
    return Corpus("imdb", digest(train, test), train, test, parts["train/unsup"], nothing)
