"""`python -m lstm_teach train`: quick help, honest messages, settings from the command line."""

import argparse
import os
import subprocess
import sys

import pytest

from lstm_teach.sentiment import cli, training
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
        (["--recipe=bag_of_words", "--set=smallest=900"], "smallest: got 900, expected a smaller number"),
        (["--recipe=bag_of_words", "--limit=20", "--set=validation=0.01"], "validation: got 0.01 of 20 rev"),
        pytest.param(
            ["--corpus", "imdb", "--source", "no/such/archive"], "no/such/archive", marks=pytest.mark.keras
        ),
    ],
)
def test_a_mistake_is_one_line_and_status_1(options, message, capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("LSTM_TEACH_CACHE", str(tmp_path))
    assert cli.run(parsed(*options)) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.startswith("train: ")
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("engine", "message"),
    [
        ("foo", "KERAS_BACKEND: got 'foo', expected tensorflow or jax or torch"),
        ("jax", "KERAS_BACKEND asks for jax, which is not installed"),
    ],
)
def test_an_engine_that_cannot_be_had_is_told_before_keras_is_loaded(engine, message, monkeypatch, capsys):
    monkeypatch.setenv("KERAS_BACKEND", engine)
    monkeypatch.setattr(cli, "find_spec", lambda name: None)
    assert cli.run(parsed()) == 1
    assert capsys.readouterr().err.startswith(f"train: {message}")


@pytest.mark.parametrize(
    ("option", "value", "range_of_it"),
    [
        ("--seed", "-1", "0 to 4294967295"),
        ("--seed", "1.5", "0 to 4294967295"),
        ("--seed", "9" * 5_000, "0 to 4294967295"),
        ("--limit", "0", "20 or more"),
        ("--limit", "many", "20 or more"),
        ("--epochs", "0", "1 or more"),
    ],
)
def test_an_option_out_of_its_range_is_refused_by_the_parser(option, value, range_of_it, capsys):
    with pytest.raises(SystemExit):
        parsed(option, value)
    told = capsys.readouterr().err
    assert f"argument {option}: got '{value}', expected a whole number, " in told
    assert range_of_it in told


@pytest.mark.parametrize("setting", ["LSTM_TEACH_CACHE", "LSTM_TEACH_RECORDS"])
@pytest.mark.parametrize("folder", ["a file", "below a file", "/proc", "long", "~nobody-of-this-name/x"])
def test_a_folder_that_cannot_be_used_is_told_with_its_setting_before_keras_is_loaded(
    setting, folder, tmp_path, monkeypatch, capsys
):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LSTM_TEACH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("LSTM_TEACH_RECORDS", str(tmp_path / "runs"))
    places = {
        "a file": tmp_path / "file",
        "below a file": tmp_path / "file" / "x",
        "long": tmp_path / ("x" * 300),
    }
    monkeypatch.setenv(setting, str(places.get(folder, folder)))
    monkeypatch.setattr(training, "_device", lambda _: pytest.fail("Keras was loaded"))
    monkeypatch.chdir(tmp_path)
    assert cli.run(parsed("--record")) == 1
    told = capsys.readouterr().err
    assert told.startswith("train: ")
    assert setting in told
    assert "[Errno" not in told
    assert told.count("\n") == 1
    assert not list(tmp_path.glob("~*"))


@pytest.mark.slow
def test_a_training_writes_nothing_to_the_error_stream_that_is_not_its_own(tmp_path):
    pytest.importorskip("tensorflow")
    small = ["--no-progress", "--limit=40", "--epochs=1", "--no-test", "--recipe=reader", "--set=units=2"]
    variables = {key: value for key, value in os.environ.items() if key != "TF_CPP_MIN_LOG_LEVEL"}
    done = subprocess.run(
        [sys.executable, "-m", "lstm_teach", "train", *small],
        env={**variables, "KERAS_BACKEND": "tensorflow", "LSTM_TEACH_CACHE": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    assert done.stderr == ""


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
