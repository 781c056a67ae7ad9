"""`python -m lstm_teach train`: quick help, honest messages, settings from the command line."""

import argparse
import os
import subprocess
import sys

import pytest

from lstm_teach.sentiment import cli
from lstm_teach.sentiment.recipes import RECIPES


def parsed(*options):
    parser = argparse.ArgumentParser()
    cli.add_arguments(parser)
    return parser.parse_args(options)


def test_help_names_every_recipe_and_needs_no_keras(tmp_path):
    code = (
        "import argparse, sys; from lstm_teach.sentiment import cli; parser = argparse.ArgumentParser(); "
        "cli.add_arguments(parser); print(parser.format_help()); "
        "assert not {'keras', 'tensorflow', 'jax', 'torch'} & set(sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert all(name in result.stdout for name in RECIPES)


def test_a_setting_is_read_as_a_number_a_list_or_a_word():
    args = parsed(
        "--set", "learning_rate=1.0", "--set", "sizes=(8, 4)", "--set", "cell=gru", "--set", "length=None"
    )
    assert dict(args.set) == {"learning_rate": 1.0, "sizes": (8, 4), "cell": "gru", "length": None}


@pytest.mark.parametrize("text", ["units", "=3", "a b=3"])
def test_a_setting_without_a_name_or_value_is_refused(text, capsys):
    with pytest.raises(SystemExit):
        parsed("--set", text)
    assert f"got {text!r}, expected NAME=VALUE" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--recipe", "corse"], "recipe: got 'corse'"),
        (["--set", "unitss=3"], "did you mean 'units'"),
        (["--corpus", "imdb", "--source", "no/such/archive"], "no/such/archive"),
        (["--limit", "2"], "limit: got 2"),
    ],
)
def test_a_mistake_is_one_line_and_status_1(options, message, capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("LSTM_TEACH_CACHE", str(tmp_path))
    assert cli.run(parsed(*options)) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.startswith("train: ")
    assert "Traceback" not in error


@pytest.mark.slow
def test_the_command_trains_and_says_where_the_record_is(tmp_path):
    pytest.importorskip("keras")
    result = subprocess.run(
        [sys.executable, "-m", "lstm_teach", "train", "--recipe", "bag_of_words", "--record"],
        env={
            **os.environ,
            "LSTM_TEACH_CACHE": str(tmp_path / "cache"),
            "LSTM_TEACH_RECORDS": str(tmp_path / "runs"),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    [record] = (tmp_path / "runs").iterdir()
    assert f"record: {record}" in result.stdout
    assert result.stdout.startswith("device: ")
