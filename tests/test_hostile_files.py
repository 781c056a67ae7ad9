"""Hostile and damaged files, made here: each ends in one sentence that names it and the way out.

A case is a function that makes its file in an empty folder and returns the call that reads it. Another room
adds its own with `@hostile`. At its end a run counts the cases, and those that ended in the right sentence
(see conftest.py).
"""

import errno
import gzip
import io
import os
import re
import shutil
import sys
import tarfile
import tempfile
import threading
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import numpy as np
import pooch  # noqa: F401  # here, since nobody may not see where Python's library lies
import pytest
import requests  # noqa: F401
from imdb_editions import edition_of, expected, files, write_archive, write_folder

from lstm_teach.reviews import Corpus, CorpusError, archive, from_table, imdb

SECONDS = 120  # what takes longer is read forever
MEMORY = 200_000_000  # bytes
AGAIN = r"; get it again from ai\.stanford\.edu/~amaas/data/sentiment\.$"
WANTED = r"; name aclImdb_v1\.tar\.gz, or the folder that it unpacks to, in LSTM_TEACH_IMDB or as `source`\.$"
REVIEW = "aclImdb/train/neg/0_2.txt"
Call = Callable[[], Any]


class Case(NamedTuple):
    name: str
    says: str  # a pattern that the sentence must hold
    error: type[Exception]  # which has the sentence; a warning lets the call return
    make: Callable[[Path], Call]


CASES: list[Case] = []


def hostile(says: str, error: type[Exception] = CorpusError) -> Callable[[Callable[[Path], Call]], Any]:
    """Add the decorated function to the cases, under its name."""

    def add(make: Callable[[Path], Call]) -> Callable[[Path], Call]:
        CASES.append(Case(make.__name__, says, error, make))
        return make

    return add


class Outcome(NamedTuple):
    value: Any
    error: BaseException | None
    warned: list[str]
    peak: int  # bytes


def outcome_of(call: Call) -> Outcome:
    """What a call returns, raises, warns of and holds in memory; it must come to an end."""
    value, error, caught = None, None, []

    def run() -> None:
        nonlocal value, error, caught
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                value = call()
            except BaseException as raised:  # a reader may let through what it should not
                error = raised

    thread = threading.Thread(target=run, daemon=True)
    tracemalloc.start()
    try:
        thread.start()
        thread.join(SECONDS)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert not thread.is_alive(), f"still at work after {SECONDS} s"
    return Outcome(value, error, [str(warning.message) for warning in caught], peak)


def as_nobody(call: Call) -> Call:
    """The same call by a user who may only do what the rights of a file grant to everybody."""

    def called() -> Any:
        if os.geteuid() != 0:
            return call()
        os.seteuid(65_534)
        try:
            return call()
        finally:
            os.seteuid(0)

    return called


def read(source: Path | None, folder: Path) -> Call:
    """The call that loads the reviews of a source."""
    honest = write_archive(folder / "honest.tar.gz")
    edition = edition_of(honest)
    honest.unlink()
    return partial(imdb.load, source, edition)


def read_blocks(folder: Path, *blocks: bytes, honest: bool = True) -> Call:
    """The call that loads a compressed tar archive of these bytes, followed by an honest one."""
    if honest:
        blocks = (*blocks, gzip.decompress(write_archive(folder / "honest.tar.gz").read_bytes()))
    path = folder / "aclImdb_v1.tar.gz"
    path.write_bytes(gzip.compress(b"".join(blocks), 1))
    return read(path, folder)


def header(name: str = REVIEW, size: int = 0, kind: bytes = tarfile.REGTYPE, target: str = "") -> bytes:
    """One block: the header of a file that claims to have this size."""
    member = tarfile.TarInfo(name)
    member.size, member.type, member.linkname = size, kind, target
    return member.tobuf(tarfile.GNU_FORMAT)


def extended(content: bytes, kind: bytes = tarfile.XHDTYPE) -> bytes:
    """An extended header of this content."""
    return header("extended", len(content), kind) + content + bytes(-len(content) % 512)


def record(key: str, value: str) -> bytes:
    """One `length key=value` of an extended header."""
    rest = f" {key}={value}\n"
    return f"{len(rest) + 2}{rest}".encode() if len(rest) < 98 else f"{len(rest) + 3}{rest}".encode()


# Archives: sizes


@hostile(r"holds 'aclImdb/train/neg/0_2\.txt' with a size of 4,611,686,018,427,387,904 bytes.*" + AGAIN)
def a_review_with_an_enormous_size_in_base_256(folder):
    return read_blocks(folder, header(size=2**62))


@hostile(r"holds 'aclImdb/README' with a size of 4,611,686,018,427,387,904 bytes.*" + AGAIN)
def another_file_with_an_enormous_size_in_base_256(folder):
    return read_blocks(folder, header("aclImdb/README", 2**62))


@hostile(r"with a size of -512 bytes.*" + AGAIN)
def a_review_with_a_negative_size(folder):
    return read_blocks(folder, header(size=-512))


@hostile(r"0_2\.txt', which is far too large.*" + AGAIN)
def a_review_of_300_megabytes(folder):
    return read_blocks(folder, header(size=300_000_000), honest=False)


@hostile("neither a file nor a folder.*" + AGAIN)
def a_review_with_an_enormous_size_in_an_extended_header(folder):
    return read_blocks(folder, extended(record("size", str(2**62))), header())


@hostile("neither a file nor a folder.*" + AGAIN)
def a_review_with_another_path_in_an_extended_header(folder):
    return read_blocks(folder, extended(record("path", "../../evil.txt")), header())


@hostile("neither a file nor a folder.*" + AGAIN)
def a_long_name_of_300_megabytes(folder):
    path = folder / "aclImdb_v1.tar"
    with path.open("wb") as file:
        file.write(header("././@LongLink", 300_000_000, tarfile.GNUTYPE_LONGNAME))
        file.truncate(300_001_024)
    return read(path, folder)


@hostile("neither a file nor a folder.*" + AGAIN)
def an_extended_header_of_300_megabytes(folder):
    path = folder / "aclImdb_v1.tar"
    with path.open("wb") as file:
        file.write(header("extended", 300_000_000, tarfile.XHDTYPE))
        file.truncate(300_001_024)
    return read(path, folder)


@hostile(r"is far too large for the archive of reviews" + WANTED)
def a_file_of_a_terabyte(folder):
    path = folder / "aclImdb_v1.tar"
    with path.open("wb") as file:
        try:
            file.truncate(10**12)
        except OSError as error:
            pytest.skip(f"no such file can be made here ({error})")
    return read(path, folder)


@hostile(r"something behind its last file.*" + AGAIN)
def a_bomb_behind_the_last_file(folder):
    call = read_blocks(folder)
    with (folder / "aclImdb_v1.tar.gz").open("ab") as file:
        file.write(gzip.compress(bytes(50_000_000), 9) * 200)
    return call


@hostile(r"over 600,000,000 bytes when it is decompressed.*" + AGAIN)
def a_bomb_of_many_files(folder):
    path = folder / "aclImdb_v1.tar.gz"
    one = header("aclImdb/README", 9_999_872) + bytes(9_999_872)
    path.write_bytes(gzip.compress(one, 1) * 100 + gzip.compress(header(), 1))
    return read(path, folder)


@hostile(r"'aclImdb/train/neg/\d+_1\.txt', which is far too large.*" + AGAIN)
def three_hundred_reviews_of_a_megabyte(folder):
    one = bytes(999_936)
    names = [header(f"aclImdb/train/neg/{number}_1.txt", len(one)) + one for number in range(300)]
    return read_blocks(folder, *names, honest=False)


@hostile("its reviews are far too large together" + AGAIN)
def reviews_that_are_too_large_together(folder):
    one = "\U0001f600".encode() * 7_424
    parts = [f"aclImdb/{half}/{kind}" for half in ("train", "test") for kind in ("neg", "pos")]
    names = [header(f"{part}/{number}_1.txt", len(one)) + one for part in parts for number in range(3)]
    call = read_blocks(folder, *names, honest=False)

    def called():
        with mock.patch.object(archive, "room_for", return_value=200_000):
            return call()

    return called


@hostile("train/neg holds over 3 reviews" + AGAIN)
def more_reviews_than_were_published(folder):
    names = [header(f"aclImdb/train/neg/{number}_1.txt") for number in range(10_000)]
    return read_blocks(folder, *names, honest=False)


# Archives: headers


@hostile("over 1,000 folders and files that are no reviews.*" + AGAIN)
def headers_of_200_000_folders(folder):
    return read_blocks(folder, header("aclImdb/x", kind=tarfile.DIRTYPE) * 200_000)


def with_a_comment(name: str, first: bool, flags: int = 16) -> None:
    """A case in which a gzip header holds a comment or a name of 50 megabytes."""

    @hostile(r"is truncated or damaged \(its header does not end\)" + AGAIN)
    def make(folder):
        call = read_blocks(folder)
        path = folder / "aclImdb_v1.tar.gz"
        honest = path.read_bytes()
        endless = b"\x1f\x8b\x08" + bytes([flags]) + bytes(6) + b"x" * 50_000_000 + b"\0" + honest[10:]
        path.write_bytes(endless if first else honest + endless)
        return call

    CASES[-1] = CASES[-1]._replace(name=name)


with_a_comment("a_comment_of_50_megabytes_in_the_header_of_gzip", first=True)
with_a_comment("a_name_of_50_megabytes_in_the_header_of_gzip", first=True, flags=8)
with_a_comment("a_comment_of_50_megabytes_in_a_later_header_of_gzip", first=False)


def chained(kind: bytes) -> None:
    @hostile("neither a file nor a folder.*" + AGAIN)
    def make(folder):
        return read_blocks(folder, extended(record("comment", "x"), kind) * 400)

    CASES[-1] = CASES[-1]._replace(name=f"400_chained_headers_of_kind_{kind.decode()}")


for kind in (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK):
    chained(kind)


def sparse(name: str, *records: tuple[str, str], content: bytes = b"") -> None:
    @hostile("neither a file nor a folder.*" + AGAIN)
    def make(folder):
        pax = extended(b"".join(record(f"GNU.sparse.{key}", value) for key, value in records))
        return read_blocks(folder, pax, header(size=len(content)) + content + bytes(-len(content) % 512))

    CASES[-1] = CASES[-1]._replace(name=f"a_sparse_map_{name}")


sparse("that_holds_no_number", ("map", "1,2,x"), ("size", "3"))
sparse("of_odd_length", ("map", "1,2,3"), ("size", "3"))
sparse("without_its_numbers", ("major", "1"), ("minor", "0"), content=b"not a number\n")
sparse("with_too_many_numbers", ("major", "1"), ("minor", "0"), content=b"99999999\n" + b"0\n" * 400)
sparse("with_a_broken_size", ("major", "0"), ("minor", "0"), ("size", "-"), ("offset", "?"))


@hostile("neither a file nor a folder.*" + AGAIN)
def an_old_sparse_file(folder):
    return read_blocks(folder, header(kind=tarfile.GNUTYPE_SPARSE))


@hostile(r"a link.*" + AGAIN)
def a_symbolic_link(folder):
    return read_blocks(folder, header(kind=tarfile.SYMTYPE, target="/etc/passwd"))


@hostile(r"a link.*" + AGAIN)
def a_hard_link(folder):
    return read_blocks(folder, header(kind=tarfile.LNKTYPE, target="/etc/passwd"))


@hostile(r"neither a file nor a folder.*" + AGAIN)
def a_device(folder):
    return read_blocks(folder, header(kind=tarfile.CHRTYPE))


@hostile(r"a path that leads outside.*" + AGAIN)
def a_path_that_leads_outside(folder):
    return read_blocks(folder, header("../../evil.txt"))


@hostile(r"train/neg holds 0 reviews, expected 3" + AGAIN)
def files_without_names(folder):
    return read_blocks(folder, *(header(name, 0) for name in ("", ".", "x", "train/neg")), bytes(512))


@hostile(r"is truncated or damaged \(bad checksum\)" + AGAIN)
def a_header_with_a_wrong_checksum(folder):
    good = header()
    return read_blocks(folder, good + good[:148] + b"0000000\0" + good[156:])


# Archives: damage


@hostile(r"is truncated or damaged \(" + ".*" + AGAIN)
def an_archive_without_its_end(folder):
    call = read_blocks(folder)
    path = folder / "aclImdb_v1.tar.gz"
    path.write_bytes(path.read_bytes()[:-400])
    return call


@hostile(r"is truncated or damaged \(CRC check failed" + ".*" + AGAIN)
def an_archive_with_a_wrong_checksum(folder):
    call = read_blocks(folder)
    path = folder / "aclImdb_v1.tar.gz"
    path.write_bytes(path.read_bytes()[:-8] + b"\0" * 4 + path.read_bytes()[-4:])
    return call


@hostile(r"is truncated or damaged \(Incorrect length" + ".*" + AGAIN)
def an_archive_with_a_wrong_length(folder):
    call = read_blocks(folder)
    path = folder / "aclImdb_v1.tar.gz"
    path.write_bytes(path.read_bytes()[:-4] + b"\0" * 4)
    return call


@hostile(r"is truncated or damaged \(Not a gzipped file" + ".*" + AGAIN)
def an_archive_with_something_behind_it(folder):
    call = read_blocks(folder)
    with (folder / "aclImdb_v1.tar.gz").open("ab") as file:
        file.write(b"something else")
    return call


@hostile(r"is truncated or damaged \(it ends within a file\)" + AGAIN)
def an_archive_that_was_truncated_before_it_was_compressed(folder):
    return read_blocks(folder, header(size=5_000) + bytes(512), honest=False)


@hostile(r"is truncated or damaged \(empty header\)" + AGAIN)
def an_archive_without_its_last_block(folder):
    return read_blocks(folder, header(), honest=False)


@hostile(r"train/neg/0_2\.txt' is not UTF-8 \(.*" + AGAIN)
def a_review_that_is_not_utf8(folder):
    return read_blocks(folder, header(size=4) + b"caf\xe9" + bytes(508))


@hostile(r"train/neg holds review 0 twice" + AGAIN)
def a_review_that_is_there_twice(folder):
    return read_blocks(folder, header(size=1) + b"x" + bytes(511))


@hostile(r"train/pos holds 2 reviews, expected 3" + AGAIN)
def an_archive_without_one_review(folder):
    content = files()
    del content["aclImdb/train/pos/0_9.txt"]
    return read(write_archive(folder / "aclImdb_v1.tar.gz", content), folder)


@hostile(r"its list of films for test/neg is too short" + AGAIN)
def a_list_of_films_that_is_not_text(folder):
    content = files() | {"aclImdb/test/urls_neg.txt": bytes(range(256))}
    return read(write_archive(folder / "aclImdb_v1.tar.gz", content), folder)


@hostile(r"urls_neg\.txt', which is far too large.*" + AGAIN)
def a_list_of_films_that_is_too_large(folder):
    content = files() | {"aclImdb/test/urls_neg.txt": bytes(10_000_001)}
    return read(write_archive(folder / "aclImdb_v1.tar.gz", content), folder)


def changed_while(name: str, function: str, first: bool) -> None:
    """A case in which another archive takes the place of the first after (or before) a step of reading."""

    @hostile(r"was changed while it was read; load it again\.$")
    def make(folder):
        other = write_archive(folder / "other", files() | {REVIEW: b"Another review."})
        path = write_archive(folder / "aclImdb_v1.tar.gz")
        step, call = getattr(archive, function), read(path, folder)

        def replaced(*arguments):
            if first:
                shutil.copyfile(other, path)
                return step(*arguments)
            result = step(*arguments)
            shutil.copyfile(other, path)
            return result

        def called():
            steps = iter([replaced])
            with mock.patch.object(archive, function, lambda *a: next(steps, step)(*a)):
                return call()

        return called

    CASES[-1] = CASES[-1]._replace(name=name)


changed_while("an_archive_that_changes_after_it_was_hashed", "fingerprint", first=False)
changed_while("an_archive_that_changes_after_it_was_read", "read", first=False)
changed_while("an_archive_that_changes_before_it_is_read", "read", first=True)


# Something else in the archive's place


def something_else(name: str, content: bytes, says: str, file: str = "aclImdb_v1.tar.gz") -> None:
    @hostile(re.escape(file) + " " + says + WANTED)
    def make(folder):
        (folder / file).write_bytes(content)
        return read(folder / file, folder)

    CASES[-1] = CASES[-1]._replace(name=f"{name}_in_the_place_of_the_archive")


def a_zip(review: bytes = b"a review") -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("train/neg", review)
    return content.getvalue()


def with_other(cached: bytes, **lists: bytes) -> bytes:
    """A cache with other lists in the place of its own, or besides them."""
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(cached)) as old:
        whole = {name: old.read(name) for name in old.namelist()} | lists
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for name, lines in whole.items():
            new.writestr(name, lines)
    return content.getvalue()


def an_npz() -> bytes:
    content = io.BytesIO()
    np.savez(content, x_train=np.arange(9), y_train=np.arange(9))
    return content.getvalue()


ZIP = "is a zip file, as is the imdb.npz of Keras, and no tar archive"
something_else("nothing", b"", "is no tar archive")
something_else("a_table", b"review,sentiment\nGood.,positive\n" * 99, "is no tar archive", "IMDB Dataset.csv")
something_else("a_compressed_table", gzip.compress(b"review,sentiment\n" * 99), "is no tar archive")
something_else("a_web_page", b"<!doctype html><title>404</title>" * 40, "is no tar archive")
something_else("an_array_of_keras", an_npz(), ZIP, "imdb.npz")
something_else("a_zip_file", a_zip(), ZIP, "archive.zip")
something_else("a_picture", b"\x89PNG\r\n\x1a\n" + bytes(600), "is no tar archive")


@hostile("nowhere does not exist" + WANTED)
def a_source_that_does_not_exist(folder):
    return read(folder / "nowhere", folder)


@hostile("does not exist" + WANTED)
def a_source_below_a_file(folder):
    (folder / "file").write_bytes(b"")
    return read(folder / "file" / "aclImdb_v1.tar.gz", folder)


@hostile(
    "cannot be read .*; give this user the right to read it, or name another copy of aclImdb|does not exist"
)
def a_source_with_an_endless_name(folder):
    return read(folder / ("x" * 300), folder)


@hostile("does not exist" + WANTED)
def a_source_with_a_null_character_in_its_name(folder):
    return read(folder / "a\0b", folder)


@hostile("holds neither aclImdb_v1.tar.gz nor the folders train and test" + WANTED)
def an_empty_folder(folder):
    (folder / "empty").mkdir()
    return read(folder / "empty", folder)


@hostile("holds neither aclImdb_v1.tar.gz nor the folders train and test" + WANTED)
def a_folder_without_its_test_half(folder):
    (folder / "source" / "train" / "pos").mkdir(parents=True)
    return read(folder / "source", folder)


@hostile("train/pos holds 0 reviews, expected 3" + AGAIN)
def a_folder_with_a_missing_part(folder):
    content = {name: data for name, data in files().items() if "/train/pos/" not in name}
    return read(write_folder(folder / "source", content), folder)


@hostile(r"train/neg/0_2\.txt' is not UTF-8 \(.*" + AGAIN)
def a_folder_with_a_review_that_is_not_utf8(folder):
    return read(write_folder(folder / "source", files() | {REVIEW: b"caf\xe9"}), folder)


@hostile(r"train/neg/0_2\.txt' is far too large" + AGAIN)
def a_folder_with_an_enormous_review(folder):
    source = write_folder(folder / "source")
    with (source / REVIEW).open("wb") as file:
        file.truncate(300_000_000)
    return read(source, folder)


@hostile("train/neg holds 2 reviews, expected 3" + AGAIN)
def a_folder_with_a_folder_in_the_place_of_a_review(folder):
    source = write_folder(folder / "source")
    (source / REVIEW).unlink()
    (source / REVIEW).mkdir()
    return read(source, folder)


if sys.platform != "win32":

    @hostile("train/neg holds 2 reviews, expected 3" + AGAIN)
    def a_folder_with_a_link_in_the_place_of_a_review(folder):
        source = write_folder(folder / "source")
        (source / REVIEW).unlink()
        (source / REVIEW).symlink_to("/etc/passwd")
        return read(source, folder)

    @hostile("train/neg holds 2 reviews, expected 3" + AGAIN)
    def a_folder_with_a_pipe_in_the_place_of_a_review(folder):
        source = write_folder(folder / "source")
        (source / REVIEW).unlink()
        os.mkfifo(source / REVIEW)
        return read(source, folder)

    @hostile("holds neither aclImdb_v1.tar.gz nor the folders train and test" + WANTED)
    def a_pipe_in_the_place_of_the_archive(folder):
        os.mkfifo(folder / "aclImdb_v1.tar.gz")
        return read(folder / "aclImdb_v1.tar.gz", folder)

    # Rights

    RIGHT = r"cannot be read \(.*Permission denied.*\); give this user the right to read it, or name another"

    @hostile(RIGHT)
    def an_archive_of_another_user(folder):
        path = write_archive(folder / "aclImdb_v1.tar.gz")
        path.chmod(0)
        return as_nobody(read(path, folder))

    @hostile(RIGHT)
    def a_folder_of_another_user(folder):
        source = write_folder(folder / "source")
        call = read(source / "aclImdb", folder)
        source.chmod(0)
        return as_nobody(call)

    @hostile(RIGHT)
    def a_folder_of_which_one_part_belongs_to_another_user(folder):
        source = write_folder(folder / "source")
        (source / "aclImdb/train/pos").chmod(0)
        return as_nobody(read(source, folder))

    @hostile(RIGHT)
    def a_folder_of_which_one_review_belongs_to_another_user(folder):
        source = write_folder(folder / "source")
        (source / REVIEW).chmod(0)
        return as_nobody(read(source, folder))

    @hostile(r"not kept, since .*cache cannot be written \(.*another folder in LSTM_TEACH_CACHE", UserWarning)
    def a_cache_folder_that_is_read_only(folder):
        (folder / "cache").mkdir()
        (folder / "cache").chmod(0o555)
        return as_nobody(read(write_archive(folder / "aclImdb_v1.tar.gz"), folder))

    def with_cache(folder: Path) -> tuple[Path, Path]:
        path = write_archive(folder / "aclImdb_v1.tar.gz")
        read(path, folder)()
        [cached] = (folder / "cache").iterdir()
        return path, cached

    UNREADABLE = (
        r"^The cache .* cannot be read \(.*Permission denied.*folder of your own in LSTM_TEACH_CACHE\.$"
    )

    @hostile(UNREADABLE, UserWarning)
    def a_cache_of_another_user(folder):
        path, cached = with_cache(folder)
        cached.chmod(0)
        return as_nobody(read(path, folder))

    @hostile(UNREADABLE, UserWarning)
    def a_cache_in_a_folder_of_another_user(folder):
        path, _ = with_cache(folder)
        (folder / "cache").chmod(0)
        return as_nobody(read(path, folder))

    @hostile(UNREADABLE, UserWarning)
    def a_cache_of_another_user_where_the_download_is_at_hand(folder):
        path, cached = with_cache(folder)
        edition = edition_of(path)
        (folder / "cache" / "download").mkdir()
        shutil.move(path, folder / "cache" / "download" / "aclImdb_v1.tar.gz")
        cached.chmod(0)
        return as_nobody(partial(imdb.load, None, edition))


# The cache


@hostile(r"not kept, since .*cache cannot be written \(.*another folder in LSTM_TEACH_CACHE", UserWarning)
def a_cache_folder_that_is_full(folder):
    def full(self, *_):
        self.fp.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    call = read(write_archive(folder / "aclImdb_v1.tar.gz"), folder)

    def called():
        with mock.patch.object(zipfile.ZipFile, "open", full):
            return call()

    return called


@hostile(r"not kept, since .*cache cannot be written \(.*another folder in LSTM_TEACH_CACHE", UserWarning)
def a_cache_folder_that_is_a_file(folder):
    (folder / "cache").write_bytes(b"")
    return read(write_archive(folder / "aclImdb_v1.tar.gz"), folder)


def damaged_cache(name: str, content: Callable[[bytes], bytes]) -> None:
    @hostile(r"^The cache .*\.zip is removed and made again: ", UserWarning)
    def make(folder):
        path = write_archive(folder / "aclImdb_v1.tar.gz")
        read(path, folder)()
        [cached] = (folder / "cache").iterdir()
        cached.write_bytes(content(cached.read_bytes()))
        return read(path, folder)

    CASES[-1] = CASES[-1]._replace(name=f"a_cache_{name}")


damaged_cache("that_is_empty", lambda whole: b"")
damaged_cache("without_its_end", lambda whole: whole[:-9])
damaged_cache("without_its_middle", lambda whole: whole[:900] + bytes(100) + whole[1_000:])
damaged_cache("of_something_else", lambda whole: b"something else")
damaged_cache("that_is_another_zip_file", lambda whole: a_zip())
damaged_cache("that_is_an_array", lambda whole: an_npz())
damaged_cache("that_is_a_bomb_of_one_line", lambda whole: a_zip(bytes(300_000_000)))
damaged_cache("that_is_a_bomb_of_short_lines", lambda whole: a_zip(b'""\n' * 30_000_000))
damaged_cache("that_holds_numbers", lambda whole: a_zip(b"1\n" * 3))
FILMS, LARGE = "train/neg films", b'"' + b"x" * 150_000 + b'"\n'
damaged_cache("that_holds_films_without_numbers", lambda whole: with_other(whole, **{FILMS: b'"x"\n' * 3}))
damaged_cache(
    "that_holds_films_of_30_digits", lambda whole: with_other(whole, **{FILMS: b'"%030d"\n' % 9**31 * 3})
)
damaged_cache(
    "that_holds_films_of_5000_digits",
    lambda whole: with_other(whole, **{FILMS: b'"%b"\n' % (b"9" * 5_000) * 3}),
)
damaged_cache(
    "that_holds_half_a_character", lambda whole: with_other(whole, **{"train/neg": b'"\\ud800"\n' * 3})
)
damaged_cache("with_a_further_list_of_large_lines", lambda whole: with_other(whole, more=LARGE * 3_000))
damaged_cache(
    "with_further_lists_of_large_lines",
    lambda whole: with_other(whole, **{f"more {number}": LARGE * 60 for number in range(10)}),
)
damaged_cache(
    "with_further_lists_of_many_texts",
    lambda whole: with_other(whole, **{f"more {n}": b'""\n' * 50_000 for n in range(10)}),
)


if sys.platform != "win32":

    def no_file_as_cache(name: str, make_it: Callable[[Path], object]) -> None:
        @hostile(r"^The cache .*\.zip is removed and made again: .* is damaged", UserWarning)
        def make(folder):
            path, cached = with_cache(folder)
            cached.unlink()
            make_it(cached)
            return read(path, folder)

        CASES[-1] = CASES[-1]._replace(name=f"a_cache_that_is_{name}")

    no_file_as_cache("a_pipe", os.mkfifo)
    no_file_as_cache("a_link_to_a_device", lambda cached: cached.symlink_to("/dev/zero"))

    @hostile(r"aclImdb_v1\.tar\.gz is a folder, a device or a pipe")
    def a_download_that_is_a_pipe(folder):
        (folder / "cache" / "download").mkdir(parents=True)
        os.mkfifo(folder / "cache" / "download" / "aclImdb_v1.tar.gz")
        return read(None, folder)

    @hostile("holds neither aclImdb_v1.tar.gz nor the folders train and test" + WANTED)
    def a_link_to_a_device_in_the_place_of_the_archive(folder):
        (folder / "aclImdb_v1.tar.gz").symlink_to("/dev/zero")
        return read(folder / "aclImdb_v1.tar.gz", folder)

    NO_FILE = (
        r"mine\.csv cannot be read \(it is a folder, a device or a pipe\); expected a table with a header"
    )

    @hostile(NO_FILE)
    def a_table_that_is_a_pipe(folder):
        os.mkfifo(folder / "mine.csv")
        return partial(from_table, folder / "mine.csv")

    @hostile(NO_FILE)
    def a_table_that_is_a_link_to_a_device(folder):
        (folder / "mine.csv").symlink_to("/dev/zero")
        return partial(from_table, folder / "mine.csv")


# Tables


def table(name: str, says: str, content: bytes, file: str = "mine.csv", **columns: str) -> None:
    @hostile(re.escape(file) + says)
    def make(folder):
        (folder / file).write_bytes(content)
        return partial(from_table, folder / file, **columns)

    CASES[-1] = CASES[-1]._replace(name=f"a_table_{name}")


GOOD = b"text,label\n" + b"".join(b"Film %d.,%s\n" % (i, [b"bad", b"good"][i % 2]) for i in range(60))

NUL = r" holds a NUL character, as UTF-16 and UTF-32 do; save the table in UTF-8, without it\.$"
table("of_zeros", ": line 1" + NUL, bytes(500))
table("with_a_nul", ": line 62" + NUL, GOOD + b"a\0b,good\n")
table("in_utf16_without_a_mark", ": line 1" + NUL, GOOD.decode().encode("utf-16-le"))
table("in_utf32_without_a_mark", ": line 1" + NUL, GOOD.decode().encode("utf-32-be"))
table("in_utf32", r" is in UTF-32; save the table in UTF-8\.$", GOOD.decode().encode("utf-32"))
table("of_blank_lines", r" is empty; expected a table with a header", b"\r\n" * 500)
table(
    "with_cr_alone",
    r" ends its lines with CR alone; save it with the line ends LF or CRLF\.$",
    GOOD.replace(b"\n", b"\r"),
)
table(
    "with_a_long_text",
    r": row 62 cannot .*; close its double quotes, or shorten its text to 131,072",
    GOOD + b"x" * 131_073 + b",good\n",
)
table(
    "of_other_words",
    r": column 'label' holds 'sad' and 'happy'; .* positive='sad'",
    GOOD.replace(b"good", b"happy").replace(b"bad", b"sad"),
)
table("in_utf16", r" is in UTF-16; save the table in UTF-8\.$", GOOD.decode().encode("utf-16"))
table("in_latin_1", r": line 62 is not in UTF-8 \(.*\); save the table in UTF-8\.$", GOOD + b"caf\xe9,good\n")
table("of_excel", r" is an Excel or zip file; save the table as CSV in UTF-8\.$", a_zip(), "mine.xlsx")
table("that_is_compressed", r" is compressed; decompress it first\.$", gzip.compress(GOOD), "mine.csv.gz")
table("with_an_open_quote", r": row 62 cannot be read \(.*\); put its text in double", GOOD + b'"open,good\n')
table("with_an_endless_field", r": row 62 cannot be read \(field larger", GOOD + b'"' + b"long,\n" * 99_999)
table(
    "with_an_endless_line", r": line 62 has over 1,000,000 bytes; expected a table", GOOD + b"x" * 90_000_000
)
table("of_json_too_deep", r": row 1 is no JSON \(.*\); write one object per line\.$", b'{"text":' * 99_999)
table("of_one_json_list", r": row 1 is no JSON object; write one object per line\.$", b'[{"text": "a"}]')
table(
    "of_half_characters",
    r": column 'text' holds half a character in row 1; fill",
    b'{"text": "\\ud800", "label": 1}\n',
    "a.jsonl",
)
table(
    "that_is_empty", r" is empty; expected a table with a header, as CSV, TSV or JSON lines in UTF-8\.$", b""
)


@hostile(r"cannot be read \(.*\); expected a table with a header, as CSV, TSV or JSON lines in UTF-8\.$")
def a_table_that_does_not_exist(folder):
    return partial(from_table, folder / "nowhere.csv")


@hostile(r"cannot be read \(.*\); expected a table with a header, as CSV, TSV or JSON lines in UTF-8\.$")
def a_table_that_is_a_folder(folder):
    return partial(from_table, folder)


# Every case


@pytest.fixture
def folder(monkeypatch):
    """An empty folder that every user may enter (pytest's own belong to the user of the tests)."""
    path = Path(tempfile.mkdtemp())
    path.chmod(0o755)
    monkeypatch.delenv("LSTM_TEACH_IMDB", raising=False)
    monkeypatch.setenv("LSTM_TEACH_CACHE", str(path / "cache"))
    yield path
    for below, folders, _ in os.walk(path):
        for name in folders:
            (Path(below) / name).chmod(0o755)
    shutil.rmtree(path)


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if not path.is_dir())


LONG = {  # about a second each, since all memory is counted; others of each kind are fast tests
    "a_comment_of_50_megabytes_in_the_header_of_gzip",
    "a_long_name_of_300_megabytes",
    "a_name_of_50_megabytes_in_the_header_of_gzip",
    "three_hundred_reviews_of_a_megabyte",
    "a_bomb_of_many_files",
    "a_cache_that_is_a_bomb_of_one_line",
    "a_cache_that_is_a_bomb_of_short_lines",
    "a_cache_with_a_further_list_of_large_lines",
    "a_cache_with_further_lists_of_many_texts",
}


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, marks=pytest.mark.slow) if case.name in LONG else case for case in CASES],
    ids=lambda case: case.name,
)
def test_a_hostile_file_ends_in_one_right_sentence(case, folder, record_property):
    record_property("hostile file", case.name)
    call = case.make(folder)
    before = files_in(folder)
    value, error, warned, peak = outcome_of(call)
    if issubclass(case.error, Warning):
        assert error is None
        assert isinstance(value, Corpus)
        assert value.train.texts == expected("train").texts
        sentence = next((message for message in warned if re.search(case.says, message)), f"of {warned}")
        assert all("." not in path.name[:1] for path in files_in(folder)), "nothing half written"
    else:
        assert type(error) is case.error, repr(error)
        sentence = str(error)
        assert warned == []
        assert files_in(folder) == before, "nothing half written"
    assert re.search(case.says, sentence), sentence
    assert "\n" not in sentence
    assert len(sentence) < 600
    assert str(folder) in sentence, "it names the file"
    assert peak < MEMORY
