"""`python -m lstm_teach copy`: lessons come to the student, and what the student changed stays."""

import json
import os
import shutil

import pytest

from lstm_teach import copying
from lstm_teach.__main__ import main
from lstm_teach.copying import GIVEN, copy, notebooks_dir, report

NAME = "03_forget_gate.ipynb"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A copy of the course's notebooks that can be updated."""
    folder = tmp_path / "course"
    (folder / "images").mkdir(parents=True)
    for path in [*notebooks_dir().glob("0[0-3]_*.ipynb"), *notebooks_dir().glob("images/gate_lab*.svg")]:
        shutil.copy(path, folder / path.relative_to(notebooks_dir()))
    monkeypatch.setattr(copying, "notebooks_dir", lambda: folder)
    return folder


@pytest.fixture
def own(tmp_path):
    return tmp_path / "own"


def update(course):
    text = (course / NAME).read_text(encoding="utf-8")
    (course / NAME).write_text(text.replace("forget", "FORGET"), encoding="utf-8")
    return (course / NAME).read_bytes()


def test_all_lessons_and_their_pictures_come_and_no_solutions(tmp_path):
    copied = copy(tmp_path / "deep" / "own")
    there = {
        path.relative_to(tmp_path / "deep" / "own").as_posix() for path in (tmp_path / "deep").rglob("*.*")
    }
    assert set(copied.new) | {GIVEN} == there - {"."}
    assert {f"{path.name}" for path in notebooks_dir().glob("*.ipynb")} <= set(copied.new)
    assert not [name for name in copied.new if "solution" in name]
    assert {f"images/{path.name}" for path in notebooks_dir().glob("images/*.svg")} <= set(copied.new)


def test_an_update_renews_what_is_as_it_was_given(course, own):
    copy(own)
    new = update(course)
    assert copy(own).renewed == (NAME,)
    assert (own / NAME).read_bytes() == new
    assert copy(own).renewed == ()


def test_what_a_student_changed_is_kept_and_named_once_there_is_a_newer_one(course, own):
    copy(own)
    (own / NAME).write_text("my answers", encoding="utf-8")
    unchanged = copy(own)
    assert unchanged.kept == ()
    everything = len(list(course.rglob("*.*")))
    assert report(unchanged, own) == f"{own}: 0 files new, 0 renewed, {everything} left alone: nothing newer"
    update(course)
    copied = copy(own)
    assert copied.kept == (NAME,)
    assert f"kept, since it differs from the new one: {NAME}" in report(copied, own)
    assert (own / NAME).read_text(encoding="utf-8") == "my answers"
    assert copy(own).kept == (NAME,)


def test_a_renamed_notebook_stays_and_the_new_one_comes_beside_it(course, own):
    copy(own)
    (own / NAME).write_text("my answers", encoding="utf-8")
    (own / NAME).rename(own / "mine.ipynb")
    assert copy(own).new == (NAME,)
    assert (own / "mine.ipynb").read_text(encoding="utf-8") == "my answers"


@pytest.mark.parametrize("given", ["", "[1, 2]", "{", '{"03_forget_gate.ipynb": 3}', "\x00", "[" * 5000])
def test_without_a_list_of_what_was_given_every_file_is_kept(course, own, given):
    copy(own)
    (own / GIVEN).write_text(given, encoding="utf-8")
    new = update(course)
    assert copy(own).kept == (NAME,)
    assert (own / NAME).read_bytes() != new
    assert json.loads((own / GIVEN).read_text(encoding="utf-8")).keys() >= {"00_start_here.ipynb"}


def test_what_lay_there_before_the_first_copy_is_kept(course, own):
    own.mkdir()
    (own / NAME).write_text("of another course", encoding="utf-8")
    assert copy(own).kept == (NAME,)
    (own / "01_recurrent_networks.ipynb").unlink()
    (own / "01_recurrent_networks.ipynb").mkdir()
    assert set(copy(own).kept) == {NAME, "01_recurrent_networks.ipynb"}


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights there")
def test_a_link_is_not_followed(course, own, tmp_path):
    own.mkdir()
    (own / NAME).symlink_to(tmp_path / "elsewhere.ipynb")
    assert copy(own).kept == (NAME,)
    assert not (tmp_path / "elsewhere.ipynb").exists()


def test_an_interrupted_copy_leaves_whole_files_and_goes_on(course, own, monkeypatch):
    lessons = list(copying._lessons())

    def half():
        yield from lessons[:2]
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(copying, "_lessons", half)
    with pytest.raises(OSError, match="No space"):
        copy(own)
    monkeypatch.undo()
    monkeypatch.setattr(copying, "notebooks_dir", lambda: course)
    copied = copy(own)
    assert len(copied.same) == 2
    assert all((own / name).read_bytes() == content for name, content in lessons)


def test_the_command_says_what_it_did_and_what_it_cannot_use(course, own, tmp_path, capsys):
    assert main(["copy", str(own)]) == 0
    assert f"{own}: {len(list(course.rglob('*.*')))} files new, 0 renewed" in capsys.readouterr().out
    (tmp_path / "file").touch()
    assert main(["copy", str(tmp_path / "file")]) == 1
    assert f"copy: {tmp_path / 'file'} cannot be used" in capsys.readouterr().err
