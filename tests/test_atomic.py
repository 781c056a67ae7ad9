"""A file is there whole, or not at all."""

import os
import sys

import pytest

from lstm_teach.atomic import replacing


def test_the_new_content_takes_the_place_of_the_old_and_nothing_is_left_beside(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    with replacing(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old", "until all is written"
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_what_fails_half_way_leaves_the_old_content_and_nothing_beside(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")

    def fails_half_way():
        with replacing(path) as file:
            file.write(b"ne")
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        fails_half_way()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_two_at_once_do_not_meet_and_the_last_one_stays(tmp_path):
    path = tmp_path / "a.txt"
    with replacing(path) as first, replacing(path) as second:
        first.write(b"first")
        second.write(b"second")
    assert path.read_bytes() == b"first", "whose block ended last"
    assert list(tmp_path.iterdir()) == [path]


def test_it_is_as_open_to_others_as_any_file(tmp_path):
    with replacing(tmp_path / "a.txt") as file:
        file.write(b"words")
    (tmp_path / "b.txt").write_bytes(b"words")
    assert (tmp_path / "a.txt").stat().st_mode == (tmp_path / "b.txt").stat().st_mode


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"), replacing(tmp_path / "nowhere" / "a.txt"):
        pass


def test_of_a_symbolic_link_the_target_is_replaced(tmp_path):
    (tmp_path / "target.txt").write_bytes(b"old")
    link = tmp_path / "link.txt"
    try:
        link.symlink_to("target.txt")
    except OSError:
        pytest.skip("this user may not make links")
    with replacing(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert (tmp_path / "target.txt").read_bytes() == b"new"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither of them")
def test_a_device_and_a_pipe_are_never_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/null")
    for path in (tmp_path / "pipe", tmp_path / "link"):
        with pytest.raises(OSError, match="it is a folder, a device or a pipe"), replacing(path):
            pass
        assert not path.is_file()
    assert {path.name for path in tmp_path.iterdir()} == {"pipe", "link"}


@pytest.mark.parametrize("name", ["", ".", "x" * 5_000])
def test_a_folder_and_an_endless_name_are_an_os_error(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OSError, match=r"it is a folder|too long|No such file"), replacing(name):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_as_long_as_a_name_may_be_can_be_written(tmp_path):
    path = tmp_path / ("x" * 250)
    with replacing(path) as file:
        file.write(b"words")
    assert path.read_bytes() == b"words"
