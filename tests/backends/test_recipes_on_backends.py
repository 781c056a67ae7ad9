"""The same recipes on JAX and PyTorch, in a process of their own each: `make test-backends`."""

import importlib.util
import json
import os
import subprocess
import sys

import numpy as np
import pytest

pytestmark = pytest.mark.backends
BACKENDS = ("jax", "torch")

RUN = """
import json, sys
import keras
import numpy as np
from experiments.training import train
from lstm_teach import sentiment
from lstm_teach.sentiment.device import cudnn_obstacles

recipe, limit, epochs, weights = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
small = {
    "course": dict(units=8, embedding=8, word_dropout=0.3, window=20, subsampling=None, learning_rate=0.03),
    "course_pretrained": dict(units=8, embedding=8, dropout=0.0, embedding_dropout=0.0, length=40),
    "bilstm_subword": dict(units=8, embedding=8, hidden=8),
    "two_lstm_words": dict(units=8, embedding=8, dropout=0.0, length=20),
    "deep_128_64": dict(sizes=(8, 4), embedding=8, dropout=0.0, length=20, learning_rate=1.0),
}[recipe]
run = train(
    recipe, seed=2, fresh=True, progress=False, say=lambda line: None, limit=limit, epochs=epochs,
    vocabulary_size=600, validation=0.2, test=True, **small
)
model = run.classifier.model
if weights != "own":  # the weights of another backend
    with np.load(weights) as file:
        model.set_weights([file[name] for name in file.files])
else:
    np.savez(sys.argv[5], *model.get_weights())
rng = np.random.default_rng(0)
ids = rng.integers(1, 500, (6, 20)).astype("int32")
ids[3:, 12:] = 0  # our own rectangle: JAX is given wider ones, and not every recipe overlooks padding
print(json.dumps({
    "backend": keras.backend.backend(),
    "recorded": run.record["backend"],
    "versions": run.record["versions"],
    "line": str(sentiment.describe_device()),
    "obstacles": sum(map(len, cudnn_obstacles(model).values())),
    "loss": run.record["history"]["loss"],
    "test_accuracy": run.record["test_accuracy"],
    "predictions": keras.ops.convert_to_numpy(model(ids))[:, 0].tolist(),
}))
"""


def trained(backend, tmp_path, recipe, limit=120, epochs=1, weights="own"):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    saved = tmp_path / f"{backend}.npz"
    result = subprocess.run(
        [sys.executable, "-c", RUN, recipe, json.dumps(limit), str(epochs), str(weights), str(saved)],
        env={
            **os.environ,
            "KERAS_BACKEND": backend,
            "LSTM_TEACH_CACHE": str(tmp_path / backend),
            "LSTM_TEACH_RECORDS": str(tmp_path / "runs"),
            "TF_CPP_MIN_LOG_LEVEL": "3",
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    return json.loads(result.stdout.splitlines()[-1]), saved


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    "recipe", ["bilstm_subword", "two_lstm_words", "deep_128_64", "course", "course_pretrained"]
)
def test_a_recipe_trains_and_gives_the_predictions_of_tensorflow_from_the_same_weights(
    backend, recipe, tmp_path
):
    expected, weights = trained("tensorflow", tmp_path, recipe)
    found, _ = trained(backend, tmp_path, recipe, weights=weights)
    assert found["backend"] == found["recorded"] == backend
    assert backend in found["versions"]
    assert backend in found["line"]
    assert found["obstacles"] == 0
    assert np.isfinite(found["loss"]).all()
    np.testing.assert_allclose(found["predictions"], expected["predictions"], atol=1e-4)
    assert np.ptp(expected["predictions"]) > 1e-4


RESUMED = """
import json, sys
from experiments.training import train
from lstm_teach.sentiment import checkpoints

save, losses = checkpoints.save, []
small = dict(
    seed=2, progress=False, say=lambda line: None, limit=120, epochs=3, units=8, embedding=8, test=False,
    vocabulary_size=600, validation=0.2, recipe="course_pretrained", length=40,
    dropout=0.5, embedding_dropout=0.4, word_dropout=0.3,
)

def save_and_stop(folder, checkpoint):
    save(folder, checkpoint)
    if "best" in checkpoint.arrays:  # an epoch of the training itself
        raise KeyboardInterrupt

for interrupted in (False, True):
    checkpoints.save = save_and_stop if interrupted else save
    run = None
    while run is None:
        try:
            run = train(fresh=not interrupted and not losses, **small)
        except KeyboardInterrupt:
            pass
    losses.append(run.record["history"]["loss"])
    if not interrupted:  # the second time from the beginning
        import shutil
        shutil.rmtree(checkpoints.cache_dir() / "checkpoints")
print(json.dumps({"losses": losses, "resumed_after": run.record["resumed_after"]}))
"""


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_interrupted_training_with_dropout_ends_as_if_undisturbed(backend, tmp_path):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    from tests.small_trainings import program

    found = program(RESUMED, backend, tmp_path)
    assert found["resumed_after"] == [1, 2]
    np.testing.assert_allclose(*found["losses"], rtol=1e-5)


@pytest.mark.parametrize("backend", BACKENDS)
def test_killed_in_the_middle_of_an_epoch_a_training_ends_with_the_same_record(backend, tmp_path):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    from tests.small_trainings import is_resumed_exactly_after_a_kill

    is_resumed_exactly_after_a_kill(tmp_path, backend)


@pytest.mark.parametrize("backend", BACKENDS)
def test_course_learns_the_sample(backend, tmp_path):
    found, _ = trained(backend, tmp_path, "course", limit=None, epochs=10)
    assert found["loss"][-1] < found["loss"][0] - 0.05
    assert found["test_accuracy"] > 0.7
