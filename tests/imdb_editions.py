"""Small editions of IMDB for the tests: the published layout, with a handful of invented reviews."""

import hashlib
import io
import tarfile
from pathlib import Path

import numpy as np

from lstm_teach.reviews import Split
from lstm_teach.reviews.corpus import digest
from lstm_teach.reviews.imdb import Edition

IDS = {  # in the order of text, "10" would come before "2"
    "train/neg": [0, 2, 10],
    "train/pos": [0, 2, 10],
    "test/neg": [0, 7],
    "test/pos": [0, 7],
    "train/unsup": [3, 20, 100, 1000],
}
FILMS = {  # of the reviews above, in the same order; films 8 and 9 have reviews of both kinds
    "train/neg": [7, 8, 9],
    "train/pos": [8, 9, 12_345_678],
    "test/neg": [1, 2],
    "test/pos": [2, 2],
}


def text_of(part, number):
    """A review that says where it belongs, not all in ASCII, long enough for an archive to have a middle."""
    noise = hashlib.sha256(f"{part}{number}".encode()).hexdigest() * 8
    return f"{part} {number}: naïve 😀<br /><br />{noise}"


def files():
    """Every file of the edition, by its path in the archive."""
    rating = {"neg": 2, "pos": 9, "unsup": 0}
    content = {
        "aclImdb/README": b"read me",
        "aclImdb/train/labeledBow.feat": b"9 0:1",
        "aclImdb/imdb.vocab": b"the",
    }
    for part, numbers in IDS.items():
        for number in numbers:
            name = f"aclImdb/{part}/{number}_{rating[part.split('/')[1]]}.txt"
            content[name] = text_of(part, number).encode()
    for part, films in FILMS.items():
        half, kind = part.split("/")
        film_of = dict(zip(IDS[part], films, strict=True))
        lines = [f"http://www.imdb.com/title/tt{film_of.get(k, 0):07d}/usercomments\n" for k in range(11)]
        content[f"aclImdb/{half}/urls_{kind}.txt"] = "".join(lines).encode()
    return content


def without_films():
    """Every file of the edition but the lists of films."""
    return {name: data for name, data in files().items() if "/urls_" not in name}


def write_archive(path, content=None, extra=(), mode="w:gz"):
    """Pack `content` (by default the edition) and then `extra`, pairs of a TarInfo and its bytes."""
    with tarfile.open(path, mode) as archive:
        for name, data in (files() if content is None else content).items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        for member, data in extra:
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return Path(path)


def write_folder(path, content=None):
    """Unpack `content` (by default the edition) below `path`."""
    for name, data in (files() if content is None else content).items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return path


def edition_of(archive, url="http://127.0.0.1:9/aclImdb_v1.tar.gz"):
    """What would be known beforehand of this archive; nothing answers on port 9."""
    train, test = expected("train"), expected("test")
    counts = {part: len(numbers) for part, numbers in IDS.items()}
    unlabelled = [text_of("train/unsup", number) for number in IDS["train/unsup"]]
    checksums = digest(train, test), digest(train, test, unlabelled=unlabelled)
    return Edition(url, hashlib.sha256(archive.read_bytes()).hexdigest(), counts, *checksums)


def expected(half):
    """The split that must come out, in the documented order."""
    texts = [text_of(f"{half}/{kind}", number) for kind in ("neg", "pos") for number in IDS[f"{half}/{kind}"]]
    films = np.array([*FILMS[f"{half}/neg"], *FILMS[f"{half}/pos"]])
    return Split(texts, np.repeat(np.array([0, 1], np.int8), len(texts) // 2), films)
