"""A file is there whole, or not at all."""

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
