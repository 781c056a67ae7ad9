"""`tools/set_up.py`, which every make target calls first: when it installs, and when it does nothing."""

import os
import sys
import venv
from pathlib import Path

import pytest

from tools import set_up as script

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def set_up(monkeypatch, tmp_path):
    """The script, with a project and a `.venv` of its own; `installed` holds what pip was to do."""
    place = tmp_path / "venv"
    (tmp_path / "labextension").mkdir()
    for name in (*script.LOCKS.values(), "pyproject.toml", "labextension/remoteEntry.js"):
        (tmp_path / name).write_text(f"the first {name}", encoding="utf-8")
    monkeypatch.setattr(script, "ROOT", str(tmp_path))
    monkeypatch.setattr(script, "VENV", str(place))
    monkeypatch.setattr(
        script, "VENV_PYTHON", str(place / os.path.relpath(script.VENV_PYTHON, ROOT / ".venv"))
    )
    monkeypatch.setattr(script, "STAMP", str(place / "lstm-teach.json"))
    # Without pip, which takes seconds to install and is not called.
    links = os.name != "nt"
    monkeypatch.setattr(script, "make_venv", lambda python: venv.create(place, clear=True, symlinks=links))
    monkeypatch.setattr(script, "installed", [], raising=False)
    monkeypatch.setattr(script, "pip", lambda *arguments: script.installed.append(arguments))
    return script


def run(script, monkeypatch, *options):
    """What pip was asked for by one run."""
    monkeypatch.setattr(sys, "argv", ["set_up.py", *options])
    script.installed.clear()
    script.main()
    return list(script.installed)


def test_the_first_run_installs_the_lock_with_its_hashes_and_the_second_nothing(set_up, monkeypatch):
    first, package = run(set_up, monkeypatch)
    assert first == ("--require-hashes", "--requirement", "requirements.lock")
    assert package == ("--no-deps", "--no-build-isolation", "--editable", ".")
    assert Path(set_up.VENV_PYTHON).exists()
    assert run(set_up, monkeypatch) == []


def test_an_environment_for_the_tests_serves_the_course_but_not_the_reverse(set_up, monkeypatch):
    assert run(set_up, monkeypatch)
    assert run(set_up, monkeypatch, "--dev")[0][-1] == "requirements-dev.lock"
    assert run(set_up, monkeypatch) == []
    assert run(set_up, monkeypatch, "--dev") == []


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml", "labextension/remoteEntry.js"])
def test_a_changed_lock_project_or_extension_is_installed_into_the_same_environment(
    set_up, monkeypatch, name, tmp_path
):
    run(set_up, monkeypatch)
    kept = Path(set_up.VENV) / "kept.txt"
    kept.touch()
    (tmp_path / name).write_text("another", encoding="utf-8")
    assert run(set_up, monkeypatch)
    assert kept.exists()


def test_an_interrupted_installation_is_taken_up_again(set_up, monkeypatch):
    def interrupted(*arguments):
        raise SystemExit("no network")

    with monkeypatch.context() as offline:
        offline.setattr(set_up, "pip", interrupted)
        with pytest.raises(SystemExit, match="no network"):
            run(set_up, monkeypatch)
    assert run(set_up, monkeypatch)


@pytest.mark.skipif(os.name == "nt", reason="Windows copies the Python instead of linking to it")
def test_an_environment_whose_python_is_gone_is_made_anew(set_up, monkeypatch):
    run(set_up, monkeypatch)
    python = Path(set_up.VENV_PYTHON)
    python.unlink()
    python.symlink_to("/nowhere/python")
    assert run(set_up, monkeypatch)
    assert python.resolve().exists()


def test_a_moved_environment_is_made_anew(set_up, monkeypatch, tmp_path):
    """The scripts in it name the Python at its old place."""
    run(set_up, monkeypatch)
    (tmp_path / "venv").rename(tmp_path / "elsewhere")
    for name in ("VENV", "VENV_PYTHON", "STAMP"):
        monkeypatch.setattr(set_up, name, getattr(set_up, name).replace("venv", "elsewhere"))
    made = []
    monkeypatch.setattr(set_up, "make_venv", made.append)
    run(set_up, monkeypatch)
    assert made


def test_newest_takes_the_ranges_of_pyproject_and_the_way_back_the_lock(set_up, monkeypatch):
    assert run(set_up, monkeypatch, "--dev", "--newest") == [("--upgrade", "--editable", ".[dev]")]
    assert run(set_up, monkeypatch, "--dev", "--newest") == []
    assert "--require-hashes" in run(set_up, monkeypatch, "--dev")[0]


@pytest.mark.parametrize(
    ("answer", "fits"),
    [
        ([[3, 11], True], True),
        ([[3, 13], True], True),
        ([[3, 10], True], False),
        ([[3, 14], True], False),
        ([[3, 12], False], False),
        (None, False),
    ],
)
def test_only_a_64_bit_python_within_the_range_fits(set_up, answer, fits):
    assert bool(set_up.fits(answer)) is fits


def test_without_a_fitting_python_it_says_what_to_install():
    with pytest.raises(SystemExit) as refused:
        script.find_python("no-such-python")
    said = str(refused.value)
    assert "from 3.11 to 3.13" in said
    assert "no-such-python is none" in said
    assert "apt-get install" in said
    assert "conda env create" in said
