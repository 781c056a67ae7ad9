"""Fitting against its authorities: finite differences, Keras' Adam and training, scikit-learn's losses."""

import collections
import dataclasses
import inspect
import json
import time

import numpy as np
import pytest
from scipy.special import softmax as scipy_softmax
from sklearn.metrics import log_loss, mean_squared_error

from experiments import recall_runs, recall_shown, recall_tables
from lstm_teach import data_dir
from lstm_teach.cells import GRUParams, LSTMParams, RNNParams, run_cell
from lstm_teach.fitting import (
    Fitted,
    Readout,
    adam_start,
    adam_step,
    cross_entropy,
    fit,
    load_fitted,
    loss_and_gradients,
    save_fitted,
    softmax,
    squared_error,
)
from lstm_teach.gradients import numerical_gradient, run_back
from lstm_teach.sequences import Batch, task

CELLS = {
    "rnn": lambda m, n, rng: RNNParams.random(m, n, rng),
    "lstm": lambda m, n, rng: LSTMParams.random(m, n, rng),
    "gru": lambda m, n, rng: GRUParams.random(m, n, rng),
    "gru, reset before": lambda m, n, rng: GRUParams.random(m, n, rng, reset_after=False),
}
TASKS = {
    "pulse": {"lag": 3, "window": 3},
    "flagged_recall": {"lag": 3, "window": 3},
    "adding": {"time": 10},
}


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def a_fitted(cell: str = "lstm", name: str = "flagged_recall", updates: int = 3, **settings) -> Fitted:
    t = task(name, **TASKS[name])
    return fit(CELLS[cell](t.m, 5, rng()), t, rng(1), updates=updates, progress=False, **settings)


def close(got: np.ndarray, right: np.ndarray, within: float) -> bool:
    """Equal to `within` times the largest entry of the right answer."""
    return np.abs(got - right).max() <= within * np.abs(right).max()


# --- losses and their gradients


def test_cross_entropy_is_scikit_learns_log_loss():
    logits, targets = 4 * rng().standard_normal((50, 4)), rng(1).integers(4, size=50)
    loss, _ = cross_entropy(logits, targets)
    assert loss == pytest.approx(log_loss(targets, scipy_softmax(logits, axis=1), labels=range(4)), rel=1e-12)


def test_squared_error_is_scikit_learns():
    outputs, targets = rng().standard_normal((50, 1)), rng(1).standard_normal(50)
    loss, _ = squared_error(outputs, targets)
    assert loss == pytest.approx(mean_squared_error(targets, outputs[:, 0]), rel=1e-12)


def test_loss_gradients_are_finite_differences():
    logits, classes = rng().standard_normal((6, 4)), rng(1).integers(4, size=6)
    right = numerical_gradient(lambda z: cross_entropy(z, classes)[0], logits)
    assert close(cross_entropy(logits, classes)[1], right, 1e-6)

    outputs, values = rng().standard_normal((6, 1)), rng(1).standard_normal(6)
    right = numerical_gradient(lambda y: squared_error(y, values)[0], outputs)
    assert close(squared_error(outputs, values)[1], right, 1e-6)


def test_softmax_is_scipys_also_far_from_zero():
    logits = rng().standard_normal((3, 7, 4)) + np.array([0.0, 800.0, -800.0])[:, None, None]
    assert np.allclose(softmax(logits), scipy_softmax(logits, axis=-1), rtol=1e-13, atol=0)
    loss, gradient = cross_entropy(np.array([[1000.0, -1000.0]]), np.array([1]))
    assert loss == 2000.0
    assert np.array_equal(gradient, [[1.0, -1.0]])


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("cell", CELLS)
def test_gradients_of_the_whole_loss_are_finite_differences(cell, name):
    t = task(name, **TASKS[name])
    p = CELLS[cell](t.m, 3, rng(2))
    p = dataclasses.replace(p, b=p.b + 0.1 * rng(3).standard_normal(p.b.shape))  # no bias is left at zero
    readout = Readout.random(3, len(t.answers), rng(4))
    batch = t.batch(4, rng(5))

    _, gradients = loss_and_gradients(p, readout, batch, t.kind)
    weights = [p.W, p.U, p.b, readout.W, readout.b]
    for k, (weight, gradient) in enumerate(zip(weights, gradients, strict=True)):

        def loss(w, k=k):
            W, U, b, V, a = (w if j == k else weights[j] for j in range(5))
            return loss_and_gradients(dataclasses.replace(p, W=W, U=U, b=b), Readout(V, a), batch, t.kind)[0]

        assert gradient.shape == weight.shape
        assert close(gradient, numerical_gradient(loss, weight), 1e-6)


# --- Adam


@pytest.mark.keras
def test_adam_makes_the_steps_of_keras():
    keras = pytest.importorskip("keras")
    shapes = [(3, 4), (4,)]
    start = [rng(k).standard_normal(s) for k, s in enumerate(shapes)]
    variables = [keras.Variable(w, dtype="float64") for w in start]
    # Keras holds its settings in float32: these are the same there. The defaults are compared below.
    settings = {"beta_1": 1 - 2**-3, "beta_2": 1 - 2**-10, "epsilon": 2**-23}
    optimizer = keras.optimizers.Adam(learning_rate=2**-6, **settings)

    weights, state = start, adam_start(start)
    for step in range(50):
        gradients = [10.0 ** (step % 5 - 2) * rng(99 + step).standard_normal(s) for s in shapes]
        optimizer.apply([keras.ops.convert_to_tensor(g, "float64") for g in gradients], variables)
        weights, state = adam_step(weights, gradients, state, 2**-6, *settings.values())
        for ours, theirs in zip(weights, variables, strict=True):
            assert np.abs(ours - keras.ops.convert_to_numpy(theirs)).max() < 1e-13


@pytest.mark.keras
def test_adams_defaults_are_those_of_keras():
    config = pytest.importorskip("keras").optimizers.Adam().get_config()
    defaults = [p.default for p in inspect.signature(adam_step).parameters.values()][3:]
    assert defaults == pytest.approx([config[k] for k in ("learning_rate", "beta_1", "beta_2", "epsilon")])


def test_adam_changes_nothing_in_place_and_keeps_float32():
    weights = [np.ones(3, np.float32)]
    state = adam_start(weights)
    moved, after = adam_step(weights, [np.full(3, 0.5, np.float32)], state)
    assert (weights[0] == 1).all()
    assert not state.m[0].any()
    assert moved[0].dtype == after.m[0].dtype == after.v[0].dtype == np.float32
    # Whatever the gradient's size, the first step is the rate long (Kingma & Ba 2015, section 2.1).
    assert np.allclose(weights[0] - moved[0], 1e-3, rtol=1e-4)


def test_settings_from_numpy_keep_float32():
    weights = [np.ones(3, np.float32)]
    gradients = [np.full(3, 0.5, np.float32)]
    settings = (1e-2, 0.9, 0.999, 1e-7)
    moved, after = adam_step(weights, gradients, adam_start(weights), *map(np.float64, settings))
    assert moved[0].dtype == after.m[0].dtype == after.v[0].dtype == np.float32
    assert np.array_equal(moved[0], adam_step(weights, gradients, adam_start(weights), *settings)[0][0])

    t = task("pulse", lag=3, window=3)
    small = {name: np.uint8(n) for name, n in {"updates": 255, "batch_size": 2, "check_every": 250}.items()}
    p = RNNParams.random(t.m, 2, rng(), np.float32)
    fitted = fit(p, t, rng(), rate=np.float64(1e-2), max_norm=np.float64(1), progress=False, **small)
    assert fitted.params.dtype == np.float32
    assert fitted.history.updates.tolist() == [250, 255]


# --- the loop


@pytest.mark.keras
@pytest.mark.parametrize("name", ["flagged_recall", "adding"])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_five_updates_end_where_keras_ends(cell, name):
    """The same weights, batches, clipping and Adam, trained by Keras: the same weights after five updates."""
    keras = pytest.importorskip("keras")
    t = task(name, **TASKS[name])
    p = CELLS[cell](t.m, 4, rng(6))
    fitted = fit(p, t, rng(7), updates=5, batch_size=8, rate=2**-6, max_norm=0.25, progress=False)

    layers, classes = keras.layers, t.kind == "class"
    layer = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}[cell](4, dtype="float64")
    dense = layers.Dense(len(t.answers), dtype="float64")
    model = keras.Sequential([keras.Input((t.time, t.m), dtype="float64"), layer, dense])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True) if classes else "mean_squared_error"
    model.compile(keras.optimizers.Adam(2**-6, global_clipnorm=0.25), loss)

    for_readout, for_training, _ = rng(7).spawn(3)
    readout = Readout.random(4, len(t.answers), for_readout)
    layer.set_weights([p.W, p.U, p.b])
    dense.set_weights([readout.W, readout.b])
    for _ in range(5):
        model.train_on_batch(*t.batch(8, for_training))

    assert (fitted.history.norm > 0.25).all()  # clipping was at work
    ours = [fitted.params.W, fitted.params.U, fitted.params.b, fitted.readout.W, fitted.readout.b]
    start = [p.W, p.U, p.b, readout.W, readout.b]
    for k, (our, their, first) in enumerate(zip(ours, model.get_weights(), start, strict=True)):
        # Keras rounds Adam's betas to float32, which is 7 in a million of a step of 1/64.
        assert np.abs(our - their).max() < 1e-6, k
        assert np.abs(our - first).max() > 0.01, k


def test_the_same_seed_gives_the_same_fit_to_the_last_bit():
    first, again = a_fitted(updates=10), a_fitted(updates=10)
    assert np.array_equal(first.params.W, again.params.W)
    assert np.array_equal(first.history.loss, again.history.loss)


def test_fit_leaves_the_weights_it_was_given_alone():
    t = task("pulse")
    p = LSTMParams.random(t.m, 4, rng())
    before = p.W.copy()
    fitted = fit(p, t, rng(), updates=3, progress=False)
    assert np.array_equal(p.W, before)
    assert not np.array_equal(fitted.params.W, before)


def test_fit_works_in_the_dtype_of_the_cell():
    t = task("adding", time=10)
    fitted = fit(GRUParams.random(t.m, 4, rng(), np.float32), t, rng(), updates=3, progress=False)
    assert fitted.params.dtype == fitted.readout.W.dtype == fitted.readout.b.dtype == np.float32


def test_fit_keeps_the_variant_of_the_cell():
    t = task("pulse")
    gru = fit(GRUParams.random(1, 4, rng(), reset_after=False), t, rng(), updates=2, progress=False)
    rnn = fit(RNNParams.random(1, 4, rng(), activation="relu"), t, rng(), updates=2, progress=False)
    assert gru.params.reset_after is False
    assert rnn.params.activation == "relu"


def test_history_has_one_row_a_check_and_one_at_the_end():
    history = a_fitted(updates=25, check_every=10, target=1.0).history
    assert history.updates.tolist() == [10, 20, 25]
    assert len(history.loss) == len(history.norm) == len(history.accuracy) == 3


def test_training_stops_when_the_target_is_reached_often_enough_in_a_row():
    t = task("pulse", lag=2, window=2)
    fitted = fit(
        LSTMParams.random(t.m, 8, rng()), t, rng(1), rate=1e-2, check_every=5, patience=3, progress=False
    )
    updates, accuracy = fitted.history.updates, fitted.history.accuracy
    assert updates[-1] < 1500
    assert (accuracy[-3:] >= 0.99).all()
    assert fitted.solved_at == updates[-3]
    # It stops the first time that three in a row are good, so no earlier three are.
    good = accuracy >= 0.99
    assert not any(good[k : k + 3].all() for k in range(len(good) - 3))


def test_a_budget_that_is_used_up_is_no_solution():
    fitted = a_fitted(updates=4, check_every=2, target=1.0)
    assert fitted.solved_at is None
    assert fitted.history.updates[-1] == 4


def test_accuracy_is_measured_on_sequences_that_training_does_not_draw():
    fitted = a_fitted(updates=4, check_every=4, held_out=300)
    unseen = fitted.task.batch(300, rng(1).spawn(3)[2])
    assert fitted.history.accuracy[-1] == fitted.score(unseen)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"updates": 0}, r"^updates: expected a whole number from 1 up, got 0"),
        ({"batch_size": 2.0}, r"^batch_size: .* got 2\.0"),
        ({"patience": True}, r"^patience: .* got True"),
        ({"check_every": -1}, r"^check_every: .* got -1"),
        ({"held_out": None}, r"^held_out: .* got None"),
        ({"rate": 0.0}, r"^rate: expected a number above 0, got 0\.0"),
        ({"rate": float("nan")}, r"^rate: .* got nan"),
        ({"max_norm": -1.0}, r"^max_norm: .* got -1\.0"),
        ({"max_norm": float("inf")}, r"^max_norm: .* got inf"),
        ({"rate": True}, r"^rate: .* got True"),
        ({"rate": "0.1"}, r"^rate: .* got '0\.1'"),
        ({"target": float("nan")}, r"^target: expected a number, got nan"),
        ({"target": 1.5}, r"^target: expected an accuracy above 0 and at most 1, got 1\.5"),
        ({"target": 0}, r"^target: .* got 0"),
    ],
)
def test_settings_out_of_range_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        a_fitted(**settings)


def test_a_cell_that_does_not_fit_the_task_is_named():
    t = task("flagged_recall")
    with pytest.raises(ValueError, match=r"^p: expected m = 5 features .*\(A, B, C, D, flag\), got m = 1"):
        fit(LSTMParams.random(1, 4, rng()), t, rng())
    with pytest.raises(ValueError, match=r"^p: expected RNNParams, LSTMParams or GRUParams, got dict"):
        fit({}, t, rng())
    with pytest.raises(ValueError, match=r"^task: .* got str"):
        fit(LSTMParams.random(5, 4, rng()), "flagged_recall", rng())
    with pytest.raises(ValueError, match=r"^rng: .* got int"):
        fit(LSTMParams.random(5, 4, rng()), t, 0)


def test_the_cells_backward_pass_wants_the_cells_trace():
    p = LSTMParams.random(2, 3, rng())
    trace = run_cell(np.ones((1, 4, 2)), p)
    with pytest.raises(ValueError, match=r"^p: expected the parameters of a LSTMTrace, got RNNParams"):
        run_back(trace, RNNParams.random(2, 3, rng()), np.ones((1, 4, 3)))


def test_a_readout_checks_its_shapes():
    with pytest.raises(ValueError, match=r"^b: expected shape \(4,\), got \(3,\)"):
        Readout(np.ones((5, 4)), np.ones(3))


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        (np.array(["0", "1", "2", "3"]), "expected whole numbers .* got <U1"),
        (np.array([0.0, 1.0, np.nan, 3.0]), "expected whole numbers .* got float64"),
        (np.ma.masked_array([0, 1, 2, 3], [1, 0, 0, 0]), "expected whole numbers"),
        (np.array([0, 1, 2, 4]), "expected classes from 0 to 3, got 0 to 4"),
        (np.array([-1, 1, 2, 3]), "expected classes from 0 to 3, got -1 to 3"),
        ([0, 1, 2, 3], "expected whole numbers .* got list"),
    ],
)
def test_a_score_is_of_targets_that_can_be_right(targets, message):
    fitted = a_fitted()
    xs = fitted.task.batch(4, rng()).xs
    with pytest.raises(ValueError, match=rf"^targets: {message}"):
        fitted.score(Batch(xs, targets))


@pytest.mark.parametrize("wrong", [np.full(4, np.nan), np.ones(4, int), np.ma.masked_array(np.ones(4)), None])
def test_a_score_of_values_is_of_finite_floats(wrong):
    fitted = a_fitted(name="adding")
    with pytest.raises(ValueError, match=r"^targets: expected "):
        fitted.score(Batch(fitted.task.batch(4, rng()).xs, wrong))


H = np.ones((2, 3))


@pytest.mark.parametrize(
    ("weights", "state", "message"),
    [
        ([H * np.nan], {}, r"^weights\[0\]: expected finite numbers"),
        (H, {}, r"^weights: expected a list of arrays, got one array"),
        ([H], {"steps": -1}, r"^state\.steps: expected a whole number from 0 up, got -1"),
        ([H], {"steps": "3"}, r"^state\.steps: .* got '3'"),
        ([H], {"v": None}, r"^state\.v: expected a list of arrays, got NoneType"),
    ],
)
def test_weights_and_a_state_that_are_none_are_named(weights, state, message):
    with pytest.raises(ValueError, match=message):
        adam_step(weights, [H], adam_start([H])._replace(**state))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Readout.random(3.0, 2, rng()), r"^n: expected a whole number from 1 up, got 3\.0"),
        (lambda: Readout.random(3, True, rng()), r"^answers: .* got True"),
        (lambda: Readout.random(3, 2, 0), r"^rng: .* got int"),
        (lambda: Readout(np.ones((4, 2)), np.ones(2))(H), r"^h: expected shape \(…, 4\), got \(2, 3\)"),
        (lambda: cross_entropy(H, np.array([0, -1])), r"^targets: expected classes from 0 to 2, got -1 to 0"),
        (lambda: cross_entropy(H, np.array([0, 3])), r"^targets: expected classes from 0 to 2, got 0 to 3"),
        (lambda: cross_entropy(H, np.array([0.0, 1.0])), r"^targets: expected whole numbers .* got float64"),
        (lambda: cross_entropy(H, np.array([True, False])), r"^targets: .* got bool of shape \(2,\)"),
        (lambda: cross_entropy(H, np.array([[0], [1]])), r"^targets: .* got int64 of shape \(2, 1\)"),
        (lambda: cross_entropy(H, [0, 1]), r"^targets: .* got list"),
        (lambda: squared_error(np.ones((2, 1)), np.ones((2, 1))), r"^targets: expected shape \(2,\)"),
        (lambda: squared_error(np.ones(2), np.ones(2)), r"^outputs: expected shape \(batch, 1\)"),
        (lambda: softmax(H * np.nan), r"^logits: expected finite numbers"),
    ],
)
def test_shapes_that_would_broadcast_to_a_wrong_number_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("gradients", "settings", "message"),
    [
        ([np.ones(3)], {}, r"^gradients\[0\]: expected shape \(2, 3\), got \(3,\)"),
        ([np.ones((1, 3))], {}, r"^gradients\[0\]: expected shape \(2, 3\), got \(1, 3\)"),
        ([H.astype(np.float32)], {}, r"^gradients\[0\]: expected float64, got float32"),
        ([H, H], {}, r"^gradients: expected 1 arrays, one per weight, got 2"),
        ([H * np.nan], {}, r"^gradients\[0\]: expected finite numbers"),
        ([H], {"state": adam_start([np.ones(3)])}, r"^state\.m\[0\]: expected shape \(2, 3\), got \(3,\)"),
        ([H], {"rate": 0.0}, r"^rate: expected a number above 0, got 0\.0"),
        ([H], {"rate": float("nan")}, r"^rate: .* got nan"),
        ([H], {"beta1": 1.0}, r"^beta1: expected a number from 0 up and below 1, got 1\.0"),
        ([H], {"beta2": -0.1}, r"^beta2: .* got -0\.1"),
        ([H], {"epsilon": 0}, r"^epsilon: expected a number above 0, got 0"),
    ],
)
def test_adam_wants_gradients_and_a_state_of_its_weights(gradients, settings, message):
    with pytest.raises(ValueError, match=message):
        adam_step([H], gradients, **({"state": adam_start([H])} | settings))


def test_a_loss_is_of_a_known_kind():
    fitted = a_fitted()
    with pytest.raises(ValueError, match=r"^kind: expected 'class' or 'value', got 'classes'"):
        loss_and_gradients(fitted.params, fitted.readout, fitted.task.batch(2, rng()), "classes")


def test_a_fitted_cell_is_of_parts_that_belong_together():
    fitted = a_fitted()
    with pytest.raises(ValueError, match=r"^params: expected m = 5 features, as the task has, got 2"):
        dataclasses.replace(fitted, params=LSTMParams.random(2, 5, rng()))
    with pytest.raises(ValueError, match=r"^readout: expected n = 6 units, as the cell has, got 5"):
        dataclasses.replace(fitted, params=LSTMParams.random(5, 6, rng()))
    with pytest.raises(ValueError, match=r"^readout: expected 4 answers, as the task has, got 3"):
        dataclasses.replace(fitted, readout=Readout.random(5, 3, rng()))


def test_targets_are_one_for_each_sequence():
    fitted = a_fitted()
    xs, targets = fitted.task.batch(4, rng())
    with pytest.raises(
        ValueError, match=r"^targets: expected whole numbers of shape \(4,\), got int64 of shape \(4, 1\)"
    ):
        fitted.score(Batch(xs, targets[:, None]))


def test_a_trace_and_a_cell_that_are_none_are_named():
    with pytest.raises(ValueError, match=r"^trace: expected RNNTrace, LSTMTrace or GRUTrace, got str"):
        run_back("trace", LSTMParams.random(2, 3, rng()), H)
    with pytest.raises(ValueError, match=r"^p: expected RNNParams, LSTMParams or GRUParams, got NoneType"):
        run_cell(np.ones((1, 4, 2)), None)
    with pytest.raises(ValueError, match=r"^clamp: a plain RNN has no gates to hold, got 1\.0"):
        run_cell(np.ones((1, 4, 2)), RNNParams.random(2, 3, rng()), clamp=1.0)


def test_the_progress_bar_is_shown_when_asked_for(capsys):
    t = task("pulse", lag=1, window=1)
    fit(LSTMParams.random(t.m, 4, rng()), t, rng(), updates=5, check_every=5, target=1.0, progress=True)
    shown = capsys.readouterr().err
    assert "lstm, pulse" in shown
    assert "5/5" in shown
    assert "accuracy=" in shown
    a_fitted()
    assert capsys.readouterr() == ("", "")


# --- what has been fitted


def test_predict_and_score_name_the_most_probable_class():
    fitted = a_fitted()
    batch = fitted.task.batch(40, rng(8))
    probabilities = fitted.outputs(fitted.trace(batch.xs).h[:, -1])
    assert np.allclose(probabilities.sum(axis=-1), 1)
    assert np.array_equal(fitted.predict(batch.xs), probabilities.argmax(axis=1))
    right = sum(int(p.argmax()) == target for p, target in zip(probabilities, batch.targets, strict=True))
    assert fitted.score(batch) == right / 40


def test_a_value_is_right_when_closer_than_the_tolerance():
    fitted = a_fitted(name="adding")
    xs, _ = fitted.task.batch(3, rng(9))
    values = fitted.predict(xs)
    assert np.array_equal(values, fitted.outputs(fitted.trace(xs).h[:, -1])[:, 0])
    assert fitted.score(Batch(xs, values + np.array([0.0, 0.039, -0.041]))) == pytest.approx(2 / 3)


def test_outputs_can_be_read_after_every_step():
    fitted = a_fitted()
    xs, _ = fitted.task.batch(2, rng())
    every = fitted.outputs(fitted.trace(xs).h)
    assert every.shape == (2, fitted.task.time, 4)
    assert np.allclose(every[:, -1], fitted.outputs(fitted.trace(xs).h[:, -1]))


def test_a_plain_rnn_has_no_gate_to_clamp():
    fitted = a_fitted("rnn")
    with pytest.raises(ValueError, match=r"^clamp: a plain RNN has no gates to hold, got 'f'"):
        fitted.score(fitted.task.batch(2, rng()), clamp={"f": 0.0})


def test_unknown_gates_are_named():
    with pytest.raises(ValueError, match="unknown gate 'z'"):
        a_fitted().predict(np.zeros((1, 6, 5)), clamp={"z": 0.0})


# --- files


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("name", TASKS)
def test_what_is_saved_comes_back_bit_for_bit(tmp_path, cell, name):
    fitted = a_fitted(cell, name)
    save_fitted(fitted, tmp_path / "cell.npz")
    again = load_fitted(tmp_path / "cell.npz")
    assert type(again.params) is type(fitted.params)
    assert getattr(again.params, "reset_after", None) == getattr(fitted.params, "reset_after", None)
    assert again.task == fitted.task
    assert again.solved_at == fitted.solved_at
    for ours, theirs in [
        *((getattr(fitted.params, k), getattr(again.params, k)) for k in "WUb"),
        (fitted.readout.W, again.readout.W),
        (fitted.readout.b, again.readout.b),
        *zip(fitted.history, again.history, strict=True),
    ]:
        assert ours.dtype == theirs.dtype
        assert np.array_equal(ours, theirs)


def test_an_activation_is_saved_with_the_cell(tmp_path):
    t = task("pulse")
    fitted = fit(RNNParams.random(1, 3, rng(), activation="relu"), t, rng(), updates=2, progress=False)
    save_fitted(fitted, tmp_path / "relu.npz")
    assert load_fitted(tmp_path / "relu.npz").params.activation == "relu"


def test_a_file_holds_no_pickle(tmp_path):
    save_fitted(a_fitted(), tmp_path / "cell.npz")
    with np.load(tmp_path / "cell.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays.files)


def test_a_failed_save_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "cell.npz"
    save_fitted(a_fitted(), path)
    before = path.read_bytes()

    def fail(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="no space left"):
        save_fitted(a_fitted(updates=5), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_saving_into_a_folder_that_is_not_there_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        save_fitted(a_fitted(), tmp_path / "nowhere" / "cell.npz")


def test_a_missing_file_is_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.npz"):
        load_fitted(tmp_path / "none.npz")


def test_damaged_files_are_refused_with_their_name(tmp_path):
    path = tmp_path / "cell.npz"
    save_fitted(a_fitted(), path)
    whole = path.read_bytes()
    damaged = [b"", b"no archive", whole[: len(whole) // 2], whole[:-1]]
    draw = rng(10)
    for _ in range(60):
        at = draw.integers(len(whole))
        damaged.append(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
    messages = []
    for content in damaged:
        path.write_bytes(content)
        try:
            load_fitted(path)
        except ValueError as error:
            messages.append(str(error))
    assert len(messages) > len(damaged) / 2  # some bytes of a zip mean nothing, such as dates
    for message in messages:
        assert message.startswith(
            f"path: expected a file written by lstm_teach.fitting.save_fitted, got {str(path)!r}"
        )


@pytest.mark.parametrize("missing", ["about", "W", "readout_b", "history_loss"])
def test_an_archive_that_lacks_something_is_refused(tmp_path, missing):
    save_fitted(a_fitted(), tmp_path / "cell.npz")
    with np.load(tmp_path / "cell.npz") as arrays:
        rest = {name: arrays[name] for name in arrays.files if name != missing}
    np.savez(tmp_path / "less.npz", **rest)
    with pytest.raises(ValueError, match=missing):
        load_fitted(tmp_path / "less.npz")


# --- what the course claims


@pytest.mark.slow
def test_an_lstm_with_forget_bias_4_solves_lag_50_in_under_20_seconds():
    """Issue 2, line 4. On one core the bound is in processor time, so that a busy machine is no failure."""
    recall = task("flagged_recall", lag=50)
    seeded = rng(0)
    p = LSTMParams.random(recall.m, 32, seeded, forget_bias=4.0)
    started = time.process_time()
    fitted = fit(p, recall, seeded, rate=5e-3, batch_size=64, max_norm=1.0, target=0.99, progress=False)
    seconds = time.process_time() - started
    assert fitted.solved_at is not None
    assert fitted.solved_at <= 1000
    assert fitted.score(recall.batch(4000, rng(12345))) >= 0.985  # 99 % on fresh sequences, less two errors
    assert seconds < 20


def test_the_record_holds_every_planned_run_once():
    runs = recall_runs.read_runs()
    assert sorted(map(recall_runs.identity, runs)) == sorted(map(recall_runs.identity, recall_runs.planned()))
    main = [r for r in runs if r["rate"] == recall_runs.RATE and r["cell"] in recall_runs.CELLS]
    assert len(main) == 6 * 5 * 5  # cells, lags, seeds
    for r in runs:
        assert 0 <= r["accuracy"] <= 1
        assert r["updates"] <= recall_runs.SETTINGS["updates"]
        assert (r["solved_at"] is None) == (r["updates"] == recall_runs.SETTINGS["updates"]) or r["solved_at"]


def test_the_record_bears_out_what_its_readme_says():
    solved = collections.Counter(
        (r["cell"], r["lag"], r["rate"]) for r in recall_runs.read_runs() if r["solved_at"] is not None
    )
    assert all(solved[cell, 5, recall_runs.RATE] == 5 for cell in recall_runs.CELLS)
    assert (solved["GRU, update bias 0", 20, 5e-3], solved["GRU, update bias 0", 20, 1e-2]) == (0, 5)
    by_rate = [solved["LSTM, forget bias 1", 20, rate] for rate in (1e-3, 5e-3, 1e-2)]
    assert by_rate == sorted(by_rate, reverse=True)
    orthogonal, glorot = (
        {rate: solved[f"RNN, {matrix}", 20, rate] for rate in (1e-3, 5e-3)}
        for matrix in ("orthogonal", "Glorot")
    )
    assert orthogonal[1e-3] > glorot[1e-3]
    assert orthogonal[5e-3] < glorot[5e-3]

    keeping = {"LSTM, forget bias 4", "GRU, update bias 2"}
    rates = (recall_runs.RATE, *recall_runs.OTHER_RATES)
    assert all(solved[cell, 50, rate] == 5 for cell in keeping for rate in rates)
    assert all(
        solved[f"RNN, {matrix}", 50, rate] == 0 for matrix in ("orthogonal", "Glorot") for rate in rates
    )
    assert sum(solved["LSTM, forget bias 1", 50, rate] for rate in rates) == 0
    assert sum(solved["GRU, update bias 0", 50, rate] for rate in rates) == 1
    assert all(solved[cell, 100, recall_runs.RATE] <= 2 for cell in recall_runs.CELLS)
    best = max(
        r["accuracy"]
        for r in recall_runs.read_runs()
        if (r["cell"], r["lag"], r["rate"]) == ("RNN, Glorot", 50, 1e-3)
    )
    assert 0.98 < best < 0.99


def test_the_readme_shows_the_tables_of_the_record():
    assert recall_tables.readme() == (data_dir() / "recall" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("row", json.loads((data_dir() / "recall" / "weights.json").read_text())["weights"])
def test_shipped_cells_score_what_their_record_says(row):
    fitted = load_fitted(data_dir() / "recall" / row["file"])
    assert fitted.params.dtype == np.float32
    assert fitted.params.n == 8
    now = recall_shown.scores(fitted, row["cell"])
    assert now["score"] == pytest.approx(row["score"], abs=0.002)
    # One is shipped although it did not solve its task, and every place that shows it says so.
    assert (now["score"] >= 0.98) == (row["solved_at"] is not None) == (row["file"] != "rnn-adding.npz")
    for ours, recorded in zip(now["clamped"], row["clamped"], strict=True):
        assert ours["score"] == pytest.approx(recorded["score"], abs=0.005)


def test_clamped_gates_cost_what_the_task_needs_of_them():
    """Flagged recall can do without forgetting, recall of the *last* flag cannot; both need the memory."""
    scored = {}
    for name in ("flagged_recall", "last_flagged"):
        fitted = load_fitted(data_dir() / "recall" / f"lstm-{name}.npz")
        batch = fitted.task.batch(1000, rng(11))
        scored[name] = [fitted.score(batch, clamp) for clamp in (None, {"f": 1.0}, {"f": 0.0})]
    for computed, _, erased in scored.values():
        assert computed > 0.98
        assert abs(erased - 0.25) < 0.06  # chance
    assert scored["flagged_recall"][1] > 0.9
    assert scored["last_flagged"][1] < scored["flagged_recall"][1] - 0.3


@pytest.mark.slow
def test_a_recorded_run_can_be_made_again():
    recorded = next(
        r for r in recall_runs.read_runs() if r["cell"] == "LSTM, forget bias 4" and r["lag"] == 20
    )
    again = recall_runs.run(*recall_runs.identity(recorded))
    # Another processor may round otherwise, and training magnifies it: solved both times, about as soon.
    assert again["accuracy"] == pytest.approx(recorded["accuracy"], abs=0.02)
    assert abs(again["solved_at"] - recorded["solved_at"]) <= 200
