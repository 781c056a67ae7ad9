"""The door to IMDB, on small editions of it: where it looks, what it gives, and all that can go wrong."""

import errno
import gzip
import http.server
import io
import json
import multiprocessing
import os
import pickle
import subprocess
import sys
import tarfile
import threading
import time
import warnings
import zipfile
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from imdb_editions import (
    IDS,
    edition_of,
    expected,
    files,
    text_of,
    without_films,
    write_archive,
    write_folder,
)

import lstm_teach
from lstm_teach import reviews
from lstm_teach.reviews import CorpusError, archive, cache, imdb, tar


@pytest.fixture(autouse=True)
def cache_folder(tmp_path, monkeypatch):
    """A cache of its own for every test, and no setting from outside."""
    monkeypatch.delenv("LSTM_TEACH_IMDB", raising=False)
    monkeypatch.setenv("LSTM_TEACH_CACHE", str(tmp_path / "cache"))
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "cache"


@pytest.fixture
def packed(tmp_path):
    return write_archive(tmp_path / "aclImdb_v1.tar.gz")


@pytest.fixture
def edition(packed):
    return edition_of(packed)


@pytest.fixture
def served(tmp_path, packed):
    """The edition on a web server of this machine, and the paths that were asked for."""
    asked = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            if self.path == "/cut":
                self.send_response(200)
                self.send_header("Content-Length", str(packed.stat().st_size))
                self.end_headers()
                self.wfile.write(packed.read_bytes()[:500])
                self.wfile.flush()
                self.connection.close()
            else:
                super().do_GET()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(tmp_path)))
    serve = partial(server.serve_forever, poll_interval=0.01)  # so soon does it hear that it is over
    threading.Thread(target=serve, daemon=True).start()
    yield edition_of(packed, f"http://127.0.0.1:{server.server_port}/{packed.name}"), asked
    server.shutdown()
    server.server_close()


def assert_is_the_edition(corpus):
    assert corpus.name == "imdb"
    for half in ("train", "test"):
        assert getattr(corpus, half).texts == expected(half).texts
        np.testing.assert_array_equal(getattr(corpus, half).labels, expected(half).labels)
        assert getattr(corpus, half).labels.dtype == np.int8
        np.testing.assert_array_equal(getattr(corpus, half).groups, expected(half).groups)
    assert corpus.unlabelled == [text_of("train/unsup", number) for number in IDS["train/unsup"]]
    assert corpus.longer.texts == []


def kept(folder):
    """The names of all files below a folder."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def assert_fails_and_leaves_nothing(message, source, edition, folder):
    with pytest.raises(CorpusError, match=message) as caught:
        imdb.load(source, edition)
    assert kept(folder) == []
    return str(caught.value)


# Where it looks, and what it gives


def test_an_archive_gives_texts_and_labels_sorted_by_folder_and_id(packed, edition):
    assert_is_the_edition(imdb.load(packed, edition))


@pytest.mark.parametrize("named", [".", "aclImdb"])
def test_a_folder_gives_the_same_as_the_archive(tmp_path, edition, named):
    corpus = imdb.load(write_folder(tmp_path / "unpacked") / named, edition)
    assert_is_the_edition(corpus)
    assert corpus.checksum == edition.checksum


def test_a_folder_that_holds_the_archive_will_do(packed, edition):
    assert_is_the_edition(imdb.load(packed.parent, edition))


def test_an_archive_that_a_browser_has_already_decompressed_will_do(tmp_path, edition):
    assert_is_the_edition(imdb.load(write_archive(tmp_path / "aclImdb_v1.tar", mode="w"), edition))


def test_the_unlabelled_reviews_may_be_missing(tmp_path, edition):
    content = {name: data for name, data in files().items() if "unsup" not in name}
    corpus = imdb.load(write_folder(tmp_path / "unpacked", content), edition)
    assert corpus.unlabelled == []
    assert corpus.checksum == edition.labelled_checksum


def test_the_setting_names_the_source(packed, edition, monkeypatch):
    monkeypatch.setenv("LSTM_TEACH_IMDB", str(packed))
    assert_is_the_edition(imdb.load(None, edition))


def test_the_argument_goes_before_the_setting(packed, edition, monkeypatch, tmp_path):
    monkeypatch.setenv("LSTM_TEACH_IMDB", str(tmp_path / "nowhere"))
    assert_is_the_edition(imdb.load(packed, edition))
    with pytest.raises(CorpusError, match="nowhere"):
        imdb.load(None, edition)


def test_the_setting_goes_before_the_cache(packed, edition, monkeypatch, tmp_path):
    imdb.load(packed, edition)
    monkeypatch.setenv("LSTM_TEACH_IMDB", str(tmp_path / "nowhere"))
    with pytest.raises(CorpusError, match="nowhere"):
        imdb.load(None, edition)


def test_the_cache_goes_before_a_download_and_needs_the_source_no_more(packed, served):
    edition, asked = served
    imdb.load(packed, edition)
    packed.unlink()
    assert_is_the_edition(imdb.load(None, edition))
    assert asked == []


def test_of_several_caches_that_of_the_published_archive_is_taken(tmp_path, packed, edition):
    imdb.load(packed, edition)
    for i in range(5):
        other = write_archive(tmp_path / "other.tar.gz", files() | {"aclImdb/train/neg/0_2.txt": b"%d" % i})
        with pytest.warns(UserWarning, match="not the reviews as published"):
            imdb.load(other, edition)
    assert_is_the_edition(imdb.load(None, edition))


def test_the_same_source_is_read_once(packed, edition, monkeypatch):
    imdb.load(packed, edition)
    monkeypatch.setattr(archive, "read", lambda *_: pytest.fail("read again"))
    assert_is_the_edition(imdb.load(packed, edition))


@pytest.mark.parametrize("kind", ["archive", "folder"])
def test_a_source_that_has_changed_is_read_again(kind, tmp_path, packed, edition):
    source = packed if kind == "archive" else write_folder(tmp_path / "unpacked")
    imdb.load(source, edition)
    changed = files() | {"aclImdb/train/neg/0_2.txt": b"A new review."}
    if kind == "archive":
        write_archive(packed, changed)
    else:
        write_folder(source, changed)
    with pytest.warns(UserWarning, match="not the reviews as published"):
        assert imdb.load(source, edition).train.texts[0] == "A new review."


def test_the_cache_is_one_zip_file_of_plain_text(packed, edition, cache_folder):
    imdb.load(packed, edition)
    [path] = cache_folder.glob("*.zip")
    with zipfile.ZipFile(path) as file:
        lines = file.read("train/neg").decode("ascii").splitlines()
    assert [json.loads(line) for line in lines] == [text_of("train/neg", k) for k in IDS["train/neg"]]
    assert kept(cache_folder) == [path.name]


def test_what_is_at_hand_is_found_without_reading_it(packed, edition, monkeypatch, tmp_path, cache_folder):
    assert reviews.imdb_at_hand() is None
    imdb.load(packed, edition)
    [cached] = cache_folder.glob("*.zip")
    assert reviews.imdb_at_hand() == cached
    monkeypatch.setenv("LSTM_TEACH_IMDB", str(packed))
    assert reviews.imdb_at_hand() == packed
    monkeypatch.setenv("LSTM_TEACH_IMDB", str(tmp_path / "nowhere"))
    assert reviews.imdb_at_hand() is None
    monkeypatch.delenv("LSTM_TEACH_IMDB")
    cached.write_bytes(cached.read_bytes()[:-50])
    assert reviews.imdb_at_hand() is None


def test_the_cache_is_in_the_checkout_or_where_the_operating_system_wants_it(monkeypatch, tmp_path):
    monkeypatch.delenv("LSTM_TEACH_CACHE")
    assert reviews.cache_dir() == Path(lstm_teach.__file__).resolve().parents[1] / "data" / "cache"
    monkeypatch.setattr(
        lstm_teach, "__file__", str(tmp_path / "site-packages" / "lstm_teach" / "__init__.py")
    )
    assert tmp_path not in reviews.cache_dir().parents
    assert reviews.cache_dir().is_absolute()


def test_what_is_at_hand_is_found_where_no_download_library_is_installed(
    packed, edition, monkeypatch, tmp_path
):
    monkeypatch.setitem(sys.modules, "pooch", None)
    monkeypatch.setattr(lstm_teach, "__file__", str(tmp_path / "site-packages/lstm_teach/__init__.py"))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.delenv("LSTM_TEACH_CACHE")
    assert reviews.imdb_at_hand() is None
    assert_is_the_edition(imdb.load(packed, edition))
    assert reviews.imdb_at_hand().parent == tmp_path / ".cache" / "lstm_teach"


# Films


@pytest.mark.parametrize("kind", ["archive", "folder"])
def test_a_source_without_lists_of_films_has_no_groups_and_says_so(kind, tmp_path, edition):
    if kind == "archive":
        source = write_archive(tmp_path / "plain.tar.gz", without_films())
    else:
        source = write_folder(tmp_path / "plain", without_films())
    for _ in range(2):  # from the source, and from the cache
        with pytest.warns(UserWarning, match=r"no train/urls_neg\.txt and train/urls_pos\.txt"):
            corpus = imdb.load(source, edition)
        assert corpus.train.groups is None
        assert corpus.test.groups is None
        assert corpus.train.texts == expected("train").texts


def test_a_list_of_films_that_is_too_short_is_named(tmp_path, edition, cache_folder):
    content = files()
    content["aclImdb/train/urls_pos.txt"] = content["aclImdb/train/urls_pos.txt"][:-20]
    path = write_archive(tmp_path / "a.tar.gz", content)
    assert_fails_and_leaves_nothing("list of films for train/pos is too short", path, edition, cache_folder)


def test_a_cache_of_an_older_form_is_not_read_but_made_again(packed, edition, cache_folder):
    cache_folder.mkdir()
    np.savez(cache_folder / f"imdb-v1-{edition.sha256[:16]}.npz", names=["train/neg"], counts=[3])
    np.savez(cache_folder / f"imdb-v2-{edition.sha256[:16]}.npz", names=["train/neg"], counts=[3])
    assert reviews.imdb_at_hand() is None
    assert_is_the_edition(imdb.load(packed, edition))
    assert reviews.imdb_at_hand().name.startswith(f"imdb-v{cache.FORMAT}-")


# Bad archives and folders


@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.9, 0.999])
def test_a_truncated_archive(part, packed, edition, cache_folder):
    whole = packed.read_bytes()
    packed.write_bytes(whole[: int(part * len(whole))])
    assert_fails_and_leaves_nothing("truncated", packed, edition, cache_folder)
    packed.write_bytes(whole)
    assert_is_the_edition(imdb.load(packed, edition))


@pytest.mark.parametrize("keep", [6, len(without_films()) - 1])
def test_an_archive_that_ends_too_early_but_properly(keep, tmp_path, edition, cache_folder):
    content = dict(list(without_films().items())[:keep])
    short = write_archive(tmp_path / "short.tar.gz", content)
    message = assert_fails_and_leaves_nothing("incomplete", short, edition, cache_folder)
    assert "holds" in message
    assert "expected" in message


def test_a_corrupt_archive(packed, edition, cache_folder):
    whole = packed.read_bytes()  # its first bytes hold the name of the file, which means nothing
    for place in range(40, len(whole), len(whole) // 25):
        packed.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        assert_fails_and_leaves_nothing(
            "truncated or damaged|is damaged|incomplete|no tar archive|refused", packed, edition, cache_folder
        )
    packed.write_bytes(whole)
    assert_is_the_edition(imdb.load(packed, edition))


def test_a_corrupt_text_that_decompresses_is_found_by_the_checksum_at_the_end(packed, edition, cache_folder):
    plain = gzip.decompress(packed.read_bytes())
    packed.write_bytes(
        gzip.compress(plain.replace(b"train/neg 0:", b"train/neg 9:"))[:-8] + packed.read_bytes()[-8:]
    )
    assert_fails_and_leaves_nothing("CRC", packed, edition, cache_folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no tar archive; name aclImdb_v1"),
        (b"\x1f\x8b", "is truncated or damaged"),
        (b"<html>not found</html>", "is no tar archive; name aclImdb_v1"),
        (b"PK\x03\x04" + bytes(600), "is a zip file, as is the imdb.npz of Keras"),
        (gzip.compress(b"some text"), "is no tar archive; name aclImdb_v1"),
    ],
    ids=["nothing", "two bytes", "a page", "a zip", "a text"],  # gzip writes the time into its bytes
)
def test_a_file_that_is_no_archive(content, message, tmp_path, edition, cache_folder):
    path = tmp_path / "wrong.tar.gz"
    path.write_bytes(content)
    assert_fails_and_leaves_nothing(rf"wrong\.tar\.gz {message}", path, edition, cache_folder)


def test_an_archive_of_something_else(tmp_path, edition, cache_folder):
    path = write_archive(
        tmp_path / "other.tar.gz", {"photos/1_9.txt": b"", "photos/train/pos/beach.jpg": b"x"}
    )
    assert_fails_and_leaves_nothing("train/neg holds 0 reviews, expected 3", path, edition, cache_folder)


def test_some_but_not_all_of_the_unlabelled_reviews(tmp_path, edition, cache_folder):
    content = files()
    del content["aclImdb/train/unsup/1000_0.txt"]
    path = write_archive(tmp_path / "a.tar.gz", content)
    assert_fails_and_leaves_nothing("train/unsup holds 3 reviews, expected 4", path, edition, cache_folder)


def test_a_review_that_is_there_twice(tmp_path, edition, cache_folder):
    path = write_archive(tmp_path / "a.tar.gz", files() | {"copy/aclImdb/train/neg/2_3.txt": b"again"})
    assert_fails_and_leaves_nothing("holds review 2 twice", path, edition, cache_folder)


def test_a_review_that_is_not_utf8(tmp_path, edition, cache_folder):
    path = write_archive(tmp_path / "a.tar.gz", files() | {"aclImdb/train/neg/2_2.txt": b"caf\xe9"})
    assert_fails_and_leaves_nothing(r"train/neg/2_2\.txt' is not UTF-8", path, edition, cache_folder)


@pytest.mark.parametrize("kind", ["archive", "folder"])
def test_a_review_of_absurd_size(kind, tmp_path, edition, cache_folder):
    content = files() | {"aclImdb/train/neg/2_2.txt": bytes(1_000_001)}
    path = (
        write_archive(tmp_path / "a.tar.gz", content)
        if kind == "archive"
        else write_folder(tmp_path / "f", content)
    )
    assert_fails_and_leaves_nothing("far too large", path, edition, cache_folder)


def test_an_archive_that_unpacks_to_an_absurd_size(tmp_path, edition, cache_folder, monkeypatch):
    monkeypatch.setattr(tar, "LARGEST_ARCHIVE", 1_000_000)
    path = write_archive(tmp_path / "bomb.tar.gz", files() | {"aclImdb/README": bytes(1_000_001)})
    assert path.stat().st_size < 30_000
    assert_fails_and_leaves_nothing("README' with a size of 1,000,001", path, edition, cache_folder)
    many = {f"aclImdb/{i}": bytes(10_000) for i in range(100)}
    path = write_archive(tmp_path / "bomb.tar.gz", files() | many)
    assert_fails_and_leaves_nothing("over 1,000,000 bytes when", path, edition, cache_folder)


def hostile(name="aclImdb/train/neg/99_1.txt", kind=tarfile.REGTYPE, target=""):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


@pytest.mark.parametrize(
    ("member", "what"),
    [
        (hostile("../evil.txt"), "leads outside"),
        (hostile("aclImdb/../../evil.txt"), "leads outside"),
        (hostile("/tmp/evil.txt"), "leads outside"),
        (hostile("C:\\evil.txt"), "leads outside"),
        (hostile("..\\evil.txt"), "leads outside"),
        (hostile(kind=tarfile.SYMTYPE, target="/etc/passwd"), "a link"),
        (hostile("aclImdb/train/neg", kind=tarfile.SYMTYPE, target="/tmp"), "a link"),
        (hostile(kind=tarfile.LNKTYPE, target="aclImdb/README"), "a link"),
        (hostile(kind=tarfile.CHRTYPE), "neither a file nor a folder"),
        (hostile(kind=tarfile.BLKTYPE), "neither a file nor a folder"),
        (hostile(kind=tarfile.FIFOTYPE), "neither a file nor a folder"),
    ],
    ids=lambda value: value.name + value.type.decode() if isinstance(value, tarfile.TarInfo) else "",
)
def test_a_hostile_archive_is_refused_and_writes_nowhere(
    member, what, tmp_path, edition, cache_folder, monkeypatch
):
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    path = write_archive(tmp_path / "hostile.tar.gz", extra=[(member, b"")])
    before = sorted(tmp_path.rglob("*"))
    message = assert_fails_and_leaves_nothing(what, path, edition, cache_folder)
    assert repr(member.name) in message
    assert sorted(tmp_path.rglob("*")) == before


def test_a_link_in_a_folder_is_not_followed(tmp_path, edition, cache_folder):
    folder = write_folder(tmp_path / "unpacked")
    review = folder / "aclImdb/train/neg/2_2.txt"
    review.unlink()
    (tmp_path / "secret").write_text("secret")
    review.symlink_to(tmp_path / "secret")
    assert_fails_and_leaves_nothing("train/neg holds 2 reviews, expected 3", folder, edition, cache_folder)


@pytest.mark.parametrize("source", ["", 3, True, b"archive", ["archive"], {}])
def test_a_source_that_is_no_name_is_refused_and_nothing_is_downloaded(source):
    with pytest.raises(
        CorpusError, match=r"^source: got .*, expected the name of the archive or of its folder"
    ):
        imdb.load(source)


def test_a_source_that_does_not_exist(tmp_path, edition, cache_folder):
    assert_fails_and_leaves_nothing("nowhere does not exist", tmp_path / "nowhere", edition, cache_folder)


def test_a_folder_with_nothing_in_it(tmp_path, edition, cache_folder):
    (tmp_path / "empty").mkdir()
    assert_fails_and_leaves_nothing(
        r"holds neither aclImdb_v1\.tar\.gz nor", tmp_path / "empty", edition, cache_folder
    )


def test_a_source_that_cannot_be_read(packed, edition, cache_folder, monkeypatch):
    def broken(*_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(archive, "fingerprint", broken)
    assert_fails_and_leaves_nothing("cannot be read.*Input/output error", packed, edition, cache_folder)


# The download


def test_a_download_is_checked_read_and_kept(served, cache_folder):
    edition, asked = served
    assert_is_the_edition(imdb.load(None, edition))
    assert_is_the_edition(imdb.load(None, edition))
    assert len(asked) == 1
    assert kept(cache_folder) == ["aclImdb_v1.tar.gz", f"imdb-v{cache.FORMAT}-{edition.sha256[:16]}.zip"]


def test_a_cache_that_is_lost_is_made_again_from_the_download(served, cache_folder):
    edition, asked = served
    imdb.load(None, edition)
    next(cache_folder.glob("*.zip")).unlink()
    assert reviews.imdb_at_hand() == cache_folder / "download" / "aclImdb_v1.tar.gz"
    assert_is_the_edition(imdb.load(None, edition))
    assert len(asked) == 1


def test_no_network(edition, cache_folder, served):
    message = assert_fails_and_leaves_nothing("is there a network", None, edition, cache_folder)
    assert "LSTM_TEACH_IMDB" in message
    assert edition.url in message
    assert_is_the_edition(imdb.load(None, served[0]))


@pytest.mark.parametrize(
    ("path", "message"),
    [("missing.tar.gz", "404"), ("cut", "The download failed|is not the published archive")],
)
def test_a_download_that_fails(path, message, served, cache_folder):
    edition, _ = served
    url = edition.url.rsplit("/", 1)[0]
    assert_fails_and_leaves_nothing(message, None, edition._replace(url=f"{url}/{path}"), cache_folder)
    assert_is_the_edition(imdb.load(None, edition))


def test_a_download_that_is_not_the_published_archive(served, cache_folder, packed):
    edition, _ = served
    write_archive(packed, files() | {"aclImdb/README": b"changed on the way"})
    assert_fails_and_leaves_nothing("is not the published archive", None, edition, cache_folder)


def test_a_download_to_a_full_disk(served, cache_folder, monkeypatch):
    import pooch

    edition, _ = served

    def write_a_little(self, url, output_file, pooch, check_only=False):
        Path(output_file).write_bytes(b"\x1f\x8b half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(pooch.HTTPDownloader, "__call__", write_a_little)
        message = assert_fails_and_leaves_nothing("No space left", None, edition, cache_folder)
    assert "LSTM_TEACH_CACHE" in message
    assert_is_the_edition(imdb.load(None, edition))


def test_what_a_killed_download_left_behind_goes_after_an_hour(served, cache_folder):
    left, young = cache_folder / "download" / "tmpabc", cache_folder / "download" / "tmpdef"
    left.parent.mkdir(parents=True)
    for path in (left, young):
        path.write_bytes(b"half")
    os.utime(left, (time.time() - 4_000,) * 2)
    imdb.load(None, served[0])
    assert not left.exists()
    assert young.exists()


# The cache


def write_half(self, content, *_):
    """What happens on a full disk."""
    self.fp.write(b"PK half")
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_costs_the_cache_but_not_the_reviews(packed, edition, cache_folder, monkeypatch):
    with monkeypatch.context() as full:
        full.setattr(zipfile.ZipFile, "open", write_half)
        with pytest.warns(UserWarning, match="LSTM_TEACH_CACHE"):
            assert_is_the_edition(imdb.load(packed, edition))
    assert kept(cache_folder) == []
    imdb.load(packed, edition)
    assert len(kept(cache_folder)) == 1


def test_a_cache_folder_that_cannot_be_made_costs_the_cache_but_not_the_reviews(
    packed, edition, monkeypatch, tmp_path
):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("LSTM_TEACH_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.warns(UserWarning, match="not kept"):
        assert_is_the_edition(imdb.load(packed, edition))
    assert kept(tmp_path) == ["aclImdb_v1.tar.gz", "file"]


def damaged(whole):
    """Ways in which a cache file can be wrong."""
    yield "empty", b""
    yield "half", whole[: len(whole) // 2]
    yield "without its end", whole[:-1]
    yield "something else", b"something else"
    for place in range(40, len(whole), len(whole) // 25):
        yield f"byte {place}", whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :]
    with zipfile.ZipFile(io.BytesIO(whole)) as file:
        arrays = {name: file.read(name) for name in file.namelist()}
    for name in ("train/neg", "train/pos", "test/neg", "test/pos"):
        other = io.BytesIO()
        with zipfile.ZipFile(other, "w") as file:
            for key, value in arrays.items():
                if key != name:
                    file.writestr(key, value)
        yield f"without {name}", other.getvalue()
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as file:
        for key, value in arrays.items():
            file.writestr(key, value.replace(b'"', b""))
    yield "no JSON", other.getvalue()
    other = io.BytesIO()
    np.savez(other, format=1)
    yield "of NumPy", other.getvalue()


def test_a_half_written_or_damaged_cache_is_never_believed_and_made_again(packed, edition, cache_folder):
    imdb.load(packed, edition)
    [path] = cache_folder.glob("*.zip")
    whole = path.read_bytes()
    for _, content in damaged(whole):
        path.write_bytes(content)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            assert_is_the_edition(imdb.load(packed, edition))
        made_again = [str(warning.message) for warning in caught]
        # A byte in the zip's own bookkeeping (a date, say) may change nothing that is read.
        assert all("is removed and made again" in message for message in made_again)
        assert made_again or path.read_bytes() == content
        assert kept(cache_folder) == [path.name]


def test_damage_of_what_the_cache_says_is_noticed(packed, edition, cache_folder):
    imdb.load(packed, edition)
    [path] = cache_folder.glob("*.zip")
    cases = dict(damaged(path.read_bytes()))
    for name in ("empty", "half", "without its end", "something else", "no JSON", "of NumPy"):
        path.write_bytes(cases[name])
        with pytest.raises(CorpusError, match=r"\.zip is damaged"):
            cache.read(path)


def test_another_text_in_the_cache_is_not_taken_for_the_published_reviews(packed, edition, cache_folder):
    imdb.load(packed, edition)
    [path] = cache_folder.glob("*.zip")
    parts = cache.read(path)
    parts["train/unsup"][1] += "!"
    cache.write(path, parts)
    with pytest.warns(UserWarning, match="not the reviews as published"):
        assert imdb.load(None, edition).unlabelled == parts["train/unsup"]


def test_a_damaged_cache_without_its_source_leads_to_the_download(packed, served, cache_folder):
    edition, asked = served
    imdb.load(packed, edition)
    [path] = cache_folder.glob("*.zip")
    path.write_bytes(path.read_bytes()[:100])
    with pytest.warns(UserWarning, match="is removed and made again: .*is damaged"):
        assert_is_the_edition(imdb.load(None, edition))
    assert len(asked) == 1


def test_a_pickle_in_the_cache_is_not_run(packed, edition, cache_folder, tmp_path):
    class Evil:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "ran"),))

    imdb.load(packed, edition)
    [path] = cache_folder.glob("*.zip")
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("train/neg", pickle.dumps(Evil()))
    with pytest.warns(UserWarning, match="is damaged"):
        assert_is_the_edition(imdb.load(packed, edition))
    assert not (tmp_path / "ran").exists()


def test_a_process_that_is_killed_while_it_writes_harms_nobody(packed, edition, cache_folder):
    code = """
import os, sys, zipfile
from lstm_teach.reviews import imdb
def half(self, *_):
    self.fp.write(b"PK half")
    self.fp.flush()
    os._exit(9)
zipfile.ZipFile.open = half
imdb.load(sys.argv[1], imdb.Edition("", "", eval(sys.argv[2]), "", ""))
"""
    killed = subprocess.run(
        [sys.executable, "-c", code, str(packed), repr(edition.counts)], capture_output=True
    )
    assert killed.returncode == 9
    [left] = cache_folder.iterdir()
    assert left.name.startswith(".imdb-")
    assert reviews.imdb_at_hand() is None
    assert_is_the_edition(imdb.load(packed, edition))
    assert left.exists()  # it is young, and might belong to a process that still writes
    os.utime(left, (time.time() - 4_000,) * 2)
    next(cache_folder.glob("*.zip")).unlink()
    imdb.load(packed, edition)
    assert not left.exists()
    assert len(kept(cache_folder)) == 1


def load_when_all_are_ready(barrier, results, source, edition):
    barrier.wait()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        results.put(imdb.load(source, edition).checksum)


@pytest.mark.parametrize("way", ["archive", "download"])
def test_two_processes_at_once_both_succeed(way, packed, served, cache_folder):
    edition, _ = served
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(2), context.Queue()
    source = packed if way == "archive" else None
    arguments = (barrier, results, source, edition)
    processes = [context.Process(target=load_when_all_are_ready, args=arguments) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    assert {results.get(timeout=5) for _ in processes} == {edition.checksum}
    assert [name for name in kept(cache_folder) if name != packed.name] == [
        f"imdb-v{cache.FORMAT}-{edition.sha256[:16]}.zip"
    ]
    assert_is_the_edition(imdb.load(None, edition))


# Bad arguments


def test_an_unknown_corpus_is_named():
    with pytest.raises(ValueError, match="name: got 'imbd', expected 'sample' or 'imdb'"):
        reviews.load("imbd")


def test_the_sample_has_no_source(packed):
    with pytest.raises(ValueError, match=r"source: got .*expected None: the sample has no source"):
        reviews.load("sample", source=packed)


@pytest.mark.parametrize("setting", ["LSTM_TEACH_CACHE", "LSTM_TEACH_IMDB"])
@pytest.mark.parametrize(
    ("value", "why"),
    [
        (" ", "it is blank"),
        ("~nobody-of-this-name/x", "there is no such user"),
        ("x" * 5_000, "it is too long"),
    ],
)
def test_a_setting_that_names_no_place_is_one_sentence_with_the_way_out(
    monkeypatch, setting, value, why, edition
):
    monkeypatch.setenv(setting, value)
    with pytest.raises(
        CorpusError, match=rf"^{setting}: got '.{{1,60}}', which names no place \({why}\); name .*\.$"
    ):
        imdb.load(None, edition)


@pytest.mark.parametrize("value", ["a file", "a file/below"])
def test_a_cache_setting_that_names_a_file_is_named_where_the_download_fails(
    tmp_path, monkeypatch, edition, value
):
    (tmp_path / "a file").write_bytes(b"")
    monkeypatch.setenv("LSTM_TEACH_CACHE", str(tmp_path / value))
    with pytest.raises(
        CorpusError, match=r"cannot be written; make room there, or name another in LSTM_TEACH_CACHE"
    ):
        imdb.load(None, edition)
