"""The door to IMDB: Maas et al., "Learning Word Vectors for Sentiment Analysis", ACL 2011."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import numpy as np

from lstm_teach.reviews import archive, cache
from lstm_teach.reviews.corpus import Corpus, CorpusError, Split, digest

SETTING = "LSTM_TEACH_IMDB"
URL = "https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz"
SHA256 = "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe"
_ARCHIVE = "aclImdb_v1.tar.gz"


def load(
    source: str | os.PathLike[str] | None = None,
    counts: dict[str, int] = archive.PUBLISHED,
    url: str = URL,
    sha256: str = SHA256,
) -> Corpus:
    """IMDB from `source`; else from what LSTM_TEACH_IMDB names; else from the cache; else by download.

    `counts`, `url` and `sha256` are those of the published archive; tests put small ones in their place.
    """
    named = source or os.environ.get(SETTING)
    if named:
        return _corpus(_read(archive.find(Path(named).expanduser()), counts))
    for path in _cached():
        try:
            return _corpus(cache.read(path))
        except cache.DamagedCache as error:
            _drop(path, error)
    return _corpus(_read(_download(url, sha256), counts))


def at_hand() -> Path | None:
    """What `load` would use without a network: what LSTM_TEACH_IMDB names, else the cache; None if nothing."""
    if named := os.environ.get(SETTING):
        try:
            return archive.find(Path(named).expanduser())
        except CorpusError:
            return None
    downloaded = cache.cache_dir() / _ARCHIVE
    return next(
        (path for path in _cached() if cache.looks_whole(path)), downloaded if downloaded.is_file() else None
    )


def _read(source: Path, counts: dict[str, int]) -> dict[str, list[str]]:
    """The reviews of an archive or a folder, from the cache if it was read before."""
    try:
        path = _cache_path(archive.fingerprint(source))
        try:
            return cache.read(path)
        except FileNotFoundError:
            pass
        except cache.DamagedCache as error:
            _drop(path, error)
        from tqdm.auto import tqdm

        with tqdm(total=sum(counts.values()), desc="reading IMDB once", unit=" reviews", leave=False) as bar:
            reviews = archive.read(source, counts, bar.update)
    except OSError as error:
        raise CorpusError(f"{source} cannot be read ({error}).") from error
    try:
        cache.write(path, reviews)
    except OSError as error:
        warnings.warn(
            f"IMDB was read, but not kept: {path.parent} cannot be written ({error}). The next time will take as "
            "long. Make room there, or name another folder in LSTM_TEACH_CACHE.",
            stacklevel=4,
        )
    return reviews


def _cache_path(fingerprint: str) -> Path:
    return cache.cache_dir() / f"imdb-v{cache.FORMAT}-{fingerprint[:16]}.npz"


def _cached() -> list[Path]:
    """Caches of this format: the published archive's first, then the newest."""
    published = _cache_path(SHA256)
    paths = published.parent.glob(f"imdb-v{cache.FORMAT}-*.npz")
    return sorted(paths, key=lambda path: (path != published, -path.stat().st_mtime, path.name))


def _drop(path: Path, error: Exception) -> None:
    warnings.warn(f"The cache {path} is damaged ({error}) and is made again.", stacklevel=4)
    path.unlink(missing_ok=True)


def _download(url: str, sha256: str) -> Path:
    """Stanford's archive in the cache folder, where it stays in case that the cache must be made again."""
    import pooch
    import requests

    folder = cache.cache_dir()
    try:
        return Path(pooch.retrieve(url, known_hash=sha256, fname=_ARCHIVE, path=folder, progressbar=True))
    except requests.RequestException as error:
        problem = f"the download from {url} failed ({error}); is there a network?"
    except ValueError as error:
        problem = f"what came from {url} is not the published archive ({error}); was the download disturbed?"
    except OSError as error:
        problem = f"the download cannot be written to {folder} ({error}); make room, or set LSTM_TEACH_CACHE"
    raise CorpusError(
        f"IMDB is not at hand: {problem} Nothing was kept, so you can simply try again. "
        f"If you have aclImdb_v1.tar.gz or its folder, name it in {SETTING} or as `source`. "
        'All lessons run without it, on reviews.load("sample").'
    )


def _corpus(parts: dict[str, list[str]]) -> Corpus:
    def split(half: str) -> Split:
        negative, positive = parts[f"{half}/neg"], parts[f"{half}/pos"]
        return Split(
            negative + positive, np.repeat(np.array([0, 1], np.int8), [len(negative), len(positive)])
        )

    train, test = split("train"), split("test")
    nothing = Split([], np.zeros(0, np.int8))
    return Corpus("imdb", digest(train, test), train, test, parts["train/unsup"], nothing)
