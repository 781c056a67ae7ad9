"""Trainings of a few seconds, in this process and in others: what several test files need."""

import json
import os
import subprocess
import sys

import pytest

from lstm_teach import sentiment
from lstm_teach.sentiment import checkpoints

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


TWO_DEVICES = """
import json, sys
if sys.argv[1] == "tensorflow":
    import tensorflow as tf
    [cpu] = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from lstm_teach import reviews, sentiment
from lstm_teach.sentiment import epochs
import keras, numpy as np
figures, shares, fit = {}, [], epochs.fit

def counted(*args):
    if sys.argv[1] == "tensorflow":
        shares.append(tf.distribute.get_strategy().num_replicas_in_sync)
    else:
        spread = keras.distribution.distribution()
        shares.append(spread.device_mesh.shape[0] if spread else 1)
    return fit(*args)

epochs.fit = counted
for devices in ("one", "all"):
    run = sentiment.train(
        "course", seed=3, devices=devices, fresh=True, progress=False, say=lambda line: None, limit=120,
        epochs=1, units=8, embedding=8, vocabulary_size=500, validation=0.2, dropout=0.0,
        embedding_dropout=0.0, clip_norm=None, batch_size=16, optimizer="sgd", learning_rate=0.1,
        schedule="constant",
    )
    figures[devices] = {
        "line": str(sentiment.describe_device(devices)),
        "devices": run.record["hardware"]["devices"],
        "shares": shares.pop(),
        "loss": run.record["history"]["loss"],
        "predictions": run.classifier.predict(reviews.load().test.texts[:31]).tolist(),
    }
print(json.dumps(figures))
"""


def program(code, backend, tmp_path, **variables):
    result = subprocess.run(
        [sys.executable, "-c", code, backend],
        env={**environment(tmp_path), "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3", **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    return json.loads(result.stdout.splitlines()[-1])


def two_devices(backend, tmp_path, **variables):
    """Figures of the same training on one and on two logical CPU devices."""
    return program(TWO_DEVICES, backend, tmp_path, **variables)
