"""Trainings of a few seconds, in this process and in others: what several test files need."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from lstm_teach import sentiment
from lstm_teach.sentiment import checkpoints

LONGEST = 300  # seconds of a training in another process
TINY = {"units": 8, "embedding": 8, "vocabulary_size": 500, "validation": 0.2, "batch_size": 32}


@pytest.fixture
def own_folders(tmp_path, monkeypatch):
    monkeypatch.setenv("LSTM_TEACH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("LSTM_TEACH_RECORDS", str(tmp_path / "runs"))


def quiet(*args, train=sentiment.train, **kwargs):
    """A run, and what it said."""
    lines = []
    run = train(*args, **{"progress": False, "say": lines.append, **kwargs})
    return run, lines


def interrupt_after_an_epoch(patch):
    """As Ctrl-C does, when the checkpoint of an epoch has been written."""
    save = checkpoints.save

    def save_and_stop(folder, checkpoint):
        save(folder, checkpoint)
        raise KeyboardInterrupt

    patch.setattr(checkpoints, "save", save_and_stop)


def environment(folder):
    return {
        **os.environ,
        "LSTM_TEACH_CACHE": str(folder / "cache"),
        "LSTM_TEACH_RECORDS": str(folder / "runs"),
        "TF_NUM_INTRAOP_THREADS": "1",  # so that sums are taken in the same order
        "TF_NUM_INTEROP_THREADS": "1",
        "PYTHONUNBUFFERED": "1",
    }


def program(code, backend, tmp_path, **variables):
    result = subprocess.run(
        [sys.executable, "-c", code, backend],
        env={**environment(tmp_path), "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3", **variables},
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    return json.loads(result.stdout.splitlines()[-1])


COMMAND = [sys.executable, "-m", "lstm_teach", "train"]
OPTIONS = ["--recipe", "course", "--seed", "4", "--limit", "200", "--no-progress"]
TOLD = """
import sys
from lstm_teach.__main__ import main
from keras.callbacks import ProgbarLogger

move = ProgbarLogger.on_train_batch_end
def told(self, batch, logs=None):
    print("batch", batch, flush=True)
    move(self, batch, logs)
ProgbarLogger.on_train_batch_end = told
sys.exit(main(["train", *sys.argv[1:]]))
"""  # the same, which also says where it is in an epoch
BY_CHANCE = {"dropout": 0.5, "embedding_dropout": 0.4, "word_dropout": 0.3}  # what must be resumed, too
SLOWLY = [
    f"--set={key}={value}" for key, value in {**TINY, **BY_CHANCE, "batch_size": 2, "epochs": 3}.items()
]


def _train(folder, backend):
    return subprocess.run(
        [*COMMAND, *OPTIONS, *SLOWLY],
        env={**environment(folder), "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=True,
    ).stdout


def _record(folder):
    """The record of a run without what a clock said, or without what was resumed."""
    [path] = folder.rglob("record.json")
    record = json.loads(path.read_text(encoding="utf-8"))
    for name in ("seconds", "processor_seconds"):
        del record["history"][name]
    times = ("seconds_per_epoch", "seconds_preparing", "peak_memory_gib", "resumed_after")
    return {key: value for key, value in record.items() if key not in times}


def _checkpoint(folder):
    [path] = folder.rglob("checkpoint.npz")
    return checkpoints.read(path.parent)


def is_resumed_exactly_after_a_kill(tmp_path, backend):
    """Kill a training in its second epoch, go on, and compare with one that nobody disturbed."""
    disturbed, undisturbed = tmp_path / "disturbed", tmp_path / "undisturbed"
    process = subprocess.Popen(
        [sys.executable, "-c", TOLD, *OPTIONS, *SLOWLY],
        env={**environment(disturbed), "KERAS_BACKEND": backend},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    epochs = 0
    for line in process.stdout:
        epochs += line.startswith("epoch ")
        if epochs == 1 and line == "batch 40\n":
            process.kill()  # SIGKILL, or what Windows has for it
    assert process.wait() != 0
    assert _checkpoint(disturbed).epochs == 1
    resumed = _train(disturbed, backend)
    assert "resumed: goes on after epoch 1 of 3" in resumed
    assert "\nepoch 1/3" not in resumed
    assert "\nepoch 2/3" in resumed
    _train(undisturbed, backend)
    found, expected = _checkpoint(disturbed), _checkpoint(undisturbed)
    assert found.state["resumed_after"] == [1]
    assert _record(disturbed) == _record(undisturbed)
    for group in ("variables", "optimizer", "best"):
        for mine, theirs in zip(found.arrays[group], expected.arrays[group], strict=True):
            np.testing.assert_array_equal(mine, theirs)
