"""`python -m lstm_teach`: its commands, their exit status, and what `lab` hands to JupyterLab."""

import subprocess
import sys
from pathlib import Path

import pytest

import lstm_teach
from lstm_teach import __main__ as command_line
from lstm_teach import copying, doctor

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def opened(monkeypatch):
    """The arguments that JupyterLab was launched with."""
    from jupyterlab.labapp import LabApp

    arguments = []
    monkeypatch.setattr(LabApp, "launch_instance", arguments.extend)
    return arguments


def test_the_version_is_that_of_the_package():
    done = subprocess.run(
        [sys.executable, "-m", "lstm_teach", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["lstm-teach", lstm_teach.__version__]


@pytest.mark.parametrize("wrong", [[], ["dance"], ["doctor", "--dance"]])
def test_an_unknown_command_is_refused_with_the_known_ones(wrong, capsys):
    with pytest.raises(SystemExit) as refused:
        command_line.main(wrong)
    assert refused.value.code == 2
    assert "usage: lstm_teach" in capsys.readouterr().err


@pytest.mark.parametrize(("state", "status"), [("ok", 0), ("note", 0), ("warning", 0), ("wrong", 1)])
def test_the_doctors_exit_status_says_whether_the_course_can_run(state, status, monkeypatch, capsys):
    finding = doctor.Finding(state, "the thing", "as it is", "the command that fixes it")
    monkeypatch.setattr(doctor, "examine", lambda: [finding])
    assert command_line.main(["doctor"]) == status
    assert "the command that fixes it" in capsys.readouterr().out


def test_lab_opens_the_first_notebook_in_the_browser_and_in_the_printed_address(opened):
    assert command_line.main(["lab", "--no-browser"]) == 0
    first = sorted((ROOT / "notebooks").glob("*.ipynb"))[0]
    assert first.name == "00_start_here.ipynb"
    assert f"--ServerApp.root_dir={first.parent}" in opened
    assert f"--LabApp.default_url=/lab/tree/{first.name}" in opened
    assert opened[-1] == "--no-browser"


def test_lab_leaves_the_token_on(opened):
    command_line.main(["lab"])
    assert not [option for option in opened if "token" in option or "password" in option]


def test_slides_opens_the_lesson_that_was_asked_for_and_hands_on_the_rest(opened):
    assert command_line.main(["slides", "03", "--no-browser"]) == 0
    assert "--LabApp.default_url=/rise/03_forget_gate.ipynb" in opened
    assert "--no-browser" in opened


def test_slides_opens_the_first_lesson_where_none_is_named(opened):
    assert command_line.main(["slides"]) == 0
    assert "--LabApp.default_url=/rise/00_start_here.ipynb" in opened


def test_slides_of_a_lesson_that_is_not_there_names_those_that_are(opened, capsys):
    assert command_line.main(["slides", "3"]) == 1
    assert "lesson: got '3', expected one of 00, " in capsys.readouterr().err
    assert opened == []


def test_lab_without_notebooks_says_where_they_are_to_be_had(opened, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(command_line, "__file__", str(tmp_path / "lstm_teach" / "__main__.py"))
    assert command_line.main(["lab"]) == 1
    assert not opened
    assert "python -m lstm_teach copy DIR" in capsys.readouterr().err


def test_lab_opens_the_copy_in_this_folder(opened, monkeypatch, tmp_path):
    copying.copy(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert command_line.main(["lab", "--no-browser"]) == 0
    assert f"--ServerApp.root_dir={tmp_path}" in opened


def test_jupyterlab_asks_and_fetches_no_news(tmp_path):
    """As JupyterLab itself reads its settings in this environment, where the course is installed."""
    from jupyterlab.commands import get_app_dir
    from jupyterlab_server.settings_utils import get_settings

    app, no_user_settings = Path(get_app_dir()), str(tmp_path)
    name = "@jupyterlab/apputils-extension:notification"
    settings, _ = get_settings(str(app / "settings"), str(app / "schemas"), no_user_settings, name)
    defaults = settings["schema"]["properties"]
    assert defaults["fetchNews"]["default"] == "false"
    assert defaults["checkForUpdates"]["default"] is False


def test_imdb_that_cannot_be_had_is_said_in_words(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("LSTM_TEACH_IMDB", str(tmp_path))
    assert command_line.main(["imdb"]) == 1
    assert str(tmp_path) in capsys.readouterr().err


def test_train_lists_the_recipes(capsys):
    with pytest.raises(SystemExit) as done:
        command_line.main(["train", "--help"])
    assert done.value.code == 0
    assert "--recipe" in capsys.readouterr().out
