"""Lesson 16: what came before and after the LSTM, in numbers."""

import numpy as np
import pytest

from lstm_teach import data_dir, sentiment
from lstm_teach.cells import LSTMParams, LSTMTrace, lstm_forward
from lstm_teach.fitting import cross_entropy
from lstm_teach.gradients import numerical_gradient

SEEDS = 3


@pytest.fixture
def ns(lesson):
    return lesson("16")


def test_a_memory_is_written_kept_and_shown(ns):
    c, h = ns["trace"].c[0, :, 0], ns["trace"].h[0, :, 0]
    assert not c[:4].any()
    np.testing.assert_array_equal(c[4:], 0.8)
    assert not h[:20].any()
    np.testing.assert_allclose(h[20:], np.tanh(0.8))


def test_an_lstm_adds_up_and_a_gru_does_not(ns):
    assert ns["adds"][0, 19, 0] == pytest.approx(15.24)
    assert ns["stays"].max() < 0.762


def test_the_published_network_learns_by_heart(ns):
    history = ns["run"]["history"]
    assert history["loss"][-1] < 0.2 * history["loss"][0]
    assert history["val_loss"][-1] > min(history["val_loss"])


def test_a_jordan_network_forgets_what_its_output_does_not_show(ns):
    assert ns["first"][0, 0] == ns["first"][1, 0]
    apart = ns["apart"]
    assert not apart["Jordan"][1:].any()
    assert apart["Elman"][1] > 0.1
    assert apart["Elman"][20] < 0.01
    assert apart["LSTM"][20] > 0.1


def test_the_improvements_are_the_records_own_differences(ns):
    right = {
        str(sorted(run["changed"].items())): 100 * run["val_accuracy"]
        for run in sentiment.read_records(data_dir() / "ideas")
        if run["seed"] == 1
    }

    def of(**changed):
        return right[str(sorted(changed.items()))]

    base, worth = of(length=200, units=32), ns["worth"]
    for name, points in (
        ("the last 200 words, not 80", base - of(length=80, units=32)),
        ("two layers, not one", of(length=200, units=32, depth=2) - base),
        ("64 units, not 32", of(length=200) - base),
    ):
        assert len(worth[name]) == SEEDS
        assert any(one == pytest.approx(points) for one in worth[name])
    assert all(worth.values())
    one_seed = {name for name, points in worth.items() if len(points) == 1}
    assert one_seed == {"unlabelled reviews read first", "weight decay 0.01", "4 epochs, not 2"}


def test_text_and_optimizer_bring_more_than_layers_and_units(ns):
    mean = {name: np.mean(points) for name, points in ns["worth"].items()}
    assert sorted(mean, key=mean.get)[-2:] == ["the last 200 words, not 80", "Adam, not Adadelta"]
    for name in ("two layers, not one", "64 units, not 32", "weight decay 0.01", "dropout 0.5"):
        assert abs(mean[name]) < ns["error"]
    assert mean["the last 200 words, not 80"] == pytest.approx(3, abs=0.5)
    assert mean["an LSTM, not a plain RNN"] == pytest.approx(1, abs=0.5)
    assert mean["an LSTM, not a GRU"] == pytest.approx(0, abs=0.5)


def test_the_best_of_each_kind_is_chosen_on_validation_reviews_of_other_films(ns):
    errors = {name: error for name, [error] in ns["errors"].items()}
    assert errors.keys() == {"a network: gpu_vat", "no network: trigrams", "both together: mixture"}
    assert errors["a network: gpu_vat"] == pytest.approx(5.5, abs=0.05)  # as the page says


def test_an_lstm_counts_further_than_a_gru(ns):
    reached = {
        cell: sorted(seed["right to"] for seed in ns["record"][f"counting, {cell}"])
        for cell in ("LSTM", "GRU")
    }
    assert reached == {"LSTM": [17, 37, 43], "GRU": [13, 16, 18]}  # as the page says
    for cell in reached:
        unit = np.array(ns["record"][f"counting, {cell}"][0]["unit"])
        rises = np.sign(unit[19] - unit[0]) * np.diff(unit)
        assert (rises[:19] > 0).all()  # with each a, and back again with each b
        assert (rises[20:] < 0).all()
    assert np.abs(ns["record"]["counting, LSTM"][0]["unit"]).max() > 8
    assert np.abs(ns["record"]["counting, GRU"][0]["unit"]).max() < 0.6


def test_loop_and_scan_give_the_same_numbers_at_any_length(ns):
    rng = np.random.default_rng(0)
    for length in (1, 2, 3, 7, 64, 101):
        f, w = rng.uniform(0.5, 1.0, (length, 3)), rng.standard_normal((length, 3))
        np.testing.assert_allclose(ns["scan"](f, w), ns["loop"](f, w), atol=1e-12)


def test_a_scan_is_faster_over_many_steps(ns):
    assert ns["milliseconds"]["scan"][1] < ns["milliseconds"]["loop"][1]
    assert ns["milliseconds"]["scan"][-1] < ns["milliseconds"]["loop"][-1]


def test_that_recurrence_is_an_lstm_whose_gates_do_not_read_h(ns):
    """With U = 0 the package's LSTM gives the c of the scan."""
    rng = np.random.default_rng(0)
    full = LSTMParams.random(3, 4, rng)
    trace: LSTMTrace = lstm_forward(rng.standard_normal((1, 30, 3)), LSTMParams(full.W, 0 * full.U, full.b))
    np.testing.assert_allclose(trace.c[0], ns["scan"](trace.f[0], trace.i[0] * trace.c_tilde[0]), rtol=1e-9)


def test_a_minlstm_loses_parity_and_not_recall(ns):
    record = ns["record"]
    for kind in ("LSTM", "minLSTM"):
        assert len(record[f"recall at lag 100, {kind}"]) == SEEDS
        assert min(record[f"recall at lag 100, {kind}"]) > 0.95
    assert min(seed["128"] for seed in record["parity, LSTM"]) > 0.95
    assert max(seed["16"] for seed in record["parity, minLSTM"]) < 0.6


def test_the_slopes_of_attention_are_those_of_finite_differences(ns):
    rng = np.random.default_rng(0)
    xs, targets = ns["draw_pairs"](3, 4)
    weights = [rng.standard_normal((40, n)) for n in (5, 5, 8)]
    for k, found in enumerate(ns["slopes"](xs, targets, *weights)):

        def loss(w, k=k):
            changed = [w if j == k else other for j, other in enumerate(weights)]
            return cross_entropy(ns["attend"](xs, *changed)[0], targets)[0]

        np.testing.assert_allclose(found, numerical_gradient(loss, weights[k]), atol=1e-6)


def test_the_query_learns_to_find_its_own_key(ns):
    own = {when: np.diag(alpha) for when, alpha in ns["match"].items()}
    assert own["before"].max() < 0.5
    assert own["after"].min() > 0.9
    xs, targets = ns["draw_pairs"](8, 500)
    assert np.mean(ns["attend"](xs, *ns["weights"])[0].argmax(axis=1) == targets) > 0.98


def test_attention_needs_a_hundred_updates_where_an_lstm_hardly_begins(ns):
    record = ns["record"]
    for count in (2, 4, 8):
        assert len(record[f"{count} pairs, attention"]) == SEEDS
        assert min(seed["100"] for seed in record[f"{count} pairs, attention"]) > 0.99
    xs, numbers = ns["draw_pairs"](2, 20_000)
    guess = np.mean(xs[:, :-1, 32:].sum(axis=1).argmax(axis=1) == numbers)  # what was shown most often
    assert guess == pytest.approx(0.56, abs=0.01)
    for seed in record["2 pairs, LSTM"]:
        assert abs(seed["400"] - guess) < 0.05
        assert seed["2000"] < 0.8
    assert max(seed["2000"] for seed in record["4 pairs, LSTM"]) < 0.5
