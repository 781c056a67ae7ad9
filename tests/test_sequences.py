"""Toy tasks: the right answer is found again from the sequence alone, step by step, by a slower reader."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.datasets import load_digits

from lstm_teach import sequences
from lstm_teach.sequences import TASKS, adding, flagged_recall, last_flagged, pulse, task


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def read_last_flag(x: np.ndarray) -> int:
    """The symbol under the last flag of one sequence (time, symbols + 1), as a reader would find it."""
    answer = None
    for step in x:
        *symbols, flag = step
        assert sorted(symbols) == [0.0] * (len(symbols) - 1) + [1.0]  # every step shows exactly one symbol
        if flag:
            answer = symbols.index(1.0)
    assert answer is not None
    return answer


@given(
    lag=st.integers(1, 60),
    symbols=st.integers(2, 26),
    window=st.integers(1, 15),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=40, deadline=None)
def test_flagged_recall_asks_for_the_one_flagged_symbol(lag, symbols, window, seed):
    t = flagged_recall(lag=lag, symbols=symbols, window=window)
    xs, targets = t.batch(20, rng(seed))
    assert xs.shape == (20, window + lag, symbols + 1) == (20, t.time, t.m)
    flags = xs[..., -1]
    assert (flags.sum(axis=1) == 1).all()
    assert not flags[:, window:].any()
    assert [read_last_flag(x) for x in xs] == targets.tolist()


def test_flagged_recall_as_the_course_describes_it():
    t = flagged_recall(lag=50)
    assert t.time == 60
    assert t.features == ("A", "B", "C", "D", "flag")
    assert t.answers == ("A", "B", "C", "D")
    assert t.chance == 0.25


@pytest.mark.parametrize("lag", [1, 5, 20])
def test_lag_counts_the_steps_after_the_window(lag):
    """From the step that matters to the last: from `lag` to lag + window - 1, and all of them occur."""
    for made, column in [(flagged_recall(lag=lag), -1), (pulse(lag=lag), 0)]:
        xs, _ = made.batch(2000, rng(1))
        marked = np.abs(xs[..., column]).argmax(axis=1)
        handed_on = made.time - 1 - marked
        assert set(handed_on.tolist()) == set(range(lag, lag + 10))


@given(flags=st.integers(1, 8), window=st.integers(8, 20), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_last_flagged_asks_for_the_symbol_under_the_last_of_its_flags(flags, window, seed):
    t = last_flagged(lag=4, window=window, flags=flags)
    xs, targets = t.batch(20, rng(seed))
    assert (xs[..., -1].sum(axis=1) == flags).all()
    assert not xs[:, window:, -1].any()
    assert [read_last_flag(x) for x in xs] == targets.tolist()


def test_earlier_flags_say_nothing_about_the_last():
    t = last_flagged()
    xs, targets = t.batch(5000, rng(2))
    first = xs[np.arange(5000), xs[..., -1].argmax(axis=1), :4].argmax(axis=1)
    table = np.histogram2d(first, targets, bins=4)[0]
    assert stats.chi2_contingency(table).pvalue > 0.001


def test_a_pulse_is_all_there_is():
    xs, targets = pulse(lag=30).batch(200, rng(3))
    assert (np.count_nonzero(xs, axis=(1, 2)) == 1).all()
    assert np.array_equal(xs.sum(axis=(1, 2)), np.where(targets == 1, 1.0, -1.0))


@given(time=st.integers(10, 80), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_adding_asks_for_what_the_paper_asks(time, seed):
    xs, targets = adding(time=time).batch(50, rng(seed))
    for x, target in zip(xs, targets, strict=True):
        marked = [t for t in range(time) if x[t, 1] == 1.0]
        assert len(marked) == 2
        assert np.count_nonzero(x[:, 1]) == 2
        assert marked[0] < 10
        assert marked[1] < time // 2 - 1
        assert target == pytest.approx(0.5 + (x[marked[0], 0] + x[marked[1], 0]) / 4, abs=1e-15)
    assert xs[..., 0].min() >= -1
    assert xs[..., 0].max() <= 1


@pytest.mark.parametrize("name", TASKS)
def test_chance_is_the_score_of_the_best_blind_guess(name):
    t = task(name)
    targets = t.batch(40_000, rng(4)).targets
    if t.kind == "class":
        right = (targets == 0).mean()  # all classes are equally likely, so any will do
    else:
        right = (np.abs(targets - 0.5) < t.tolerance).mean()
    assert stats.binomtest(round(40_000 * right), 40_000, t.chance).pvalue > 0.001


@pytest.mark.parametrize("name", ["pulse", "flagged_recall", "last_flagged"])
def test_all_classes_are_equally_likely(name):
    t = task(name)
    counts = np.bincount(t.batch(20_000, rng(5)).targets, minlength=len(t.answers))
    assert stats.chisquare(counts).pvalue > 0.001


def test_every_step_of_the_window_is_flagged_equally_often():
    xs, _ = last_flagged(window=12, flags=3).batch(20_000, rng(6))
    counts = xs[:, :12, -1].sum(axis=0)
    expected = 20_000 * 3 / 12
    # Three flags a sequence are not independent, which makes this sum smaller than a chi-square, if anything.
    assert stats.chi2.sf(((counts - expected) ** 2 / expected).sum(), df=11) > 0.001


@pytest.mark.parametrize("name", TASKS)
def test_the_same_seed_gives_the_same_sequences_and_another_seed_others(name):
    t = task(name)
    (xs, targets), again, other = t.batch(30, rng(7)), t.batch(30, rng(7)), t.batch(30, rng(8))
    assert np.array_equal(xs, again.xs)
    assert np.array_equal(targets, again.targets)
    assert not np.array_equal(xs, other.xs)


@pytest.mark.parametrize("name", TASKS)
def test_name_and_options_make_the_same_task_again(name):
    t = TASKS[name]()
    assert task(t.name, **t.options) == t
    assert t.batch(3, rng()).xs.shape == (3, t.time, t.m)
    assert t.batch(3, rng()).xs.dtype == np.float64


def test_options_reach_the_task():
    assert task("flagged_recall", lag=7, window=3).time == 10


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("recall", {}, r"^name: expected one of 'pulse', .* got 'recall'"),
        (["pulse"], {}, r"^name: expected one of .* got \['pulse'\]"),
        (None, {}, r"^name: expected one of .* got None"),
        ("pulse", {"lag": np.float64(5)}, r"^lag: .* got np\.float64\(5\.0\)"),
        ("pulse", {"lag": np.True_}, r"^lag: .* got np\.True_"),
        ("pulse", {"lag": np.array([5])}, r"^lag: .* got array"),
        ("pulse", {"window": None}, r"^window: .* got None"),
        ("adding", {"time": "50"}, r"^time: .* got '50'"),
        ("pulse", {"symbols": 4}, r"^symbols: pulse has no such option, expected one of lag, window"),
        ("pulse", {"lag": 0}, r"^lag: expected a whole number from 1 up, got 0"),
        ("pulse", {"lag": True}, r"^lag: .* got True"),
        ("flagged_recall", {"lag": 2.5}, r"^lag: .* got 2\.5"),
        ("flagged_recall", {"window": -1}, r"^window: .* got -1"),
        ("flagged_recall", {"symbols": 1}, r"^symbols: expected a whole number from 2 up, got 1"),
        ("flagged_recall", {"symbols": "4"}, r"^symbols: .* got '4'"),
        ("flagged_recall", {"symbols": 27}, r"^symbols: expected at most the 26 letters, got 27"),
        ("last_flagged", {"flags": 21}, r"^flags: expected at most one per step of the window of 20, got 21"),
        ("adding", {"time": 9}, r"^time: expected a whole number from 10 up, got 9"),
    ],
)
def test_what_makes_no_task_is_named(name, options, message):
    with pytest.raises(ValueError, match=message):
        task(name, **options)


@pytest.mark.parametrize("name", TASKS)
def test_options_of_small_types_do_not_overflow(name):
    small = {key: np.uint8(value) for key, value in task(name).options.items()}
    small |= {"time": np.uint8(250)} if name == "adding" else {"lag": np.uint8(250)}
    made, right = task(name, **small), task(name, **{key: int(value) for key, value in small.items()})
    assert made == right
    assert all(type(value) is int for value in (made.time, *made.options.values()))
    assert np.array_equal(made.batch(np.uint8(200), rng()).xs, right.batch(200, rng()).xs)


@pytest.mark.parametrize("size", [0, -1, 2.0, None])
def test_a_batch_has_at_least_one_sequence(size):
    with pytest.raises(ValueError, match=r"^size: expected a whole number from 1 up, got "):
        pulse().batch(size, rng())


@pytest.mark.parametrize("wrong", [0, None, np.random.RandomState(0)])
def test_randomness_comes_from_a_generator(wrong):
    with pytest.raises(ValueError, match=r"^rng: expected numpy\.random\.default_rng\(seed\), got "):
        pulse().batch(2, wrong)


def test_the_registry_holds_every_task_of_the_module():
    made = [
        f
        for f in vars(sequences).values()
        if getattr(f, "__annotations__", {}).get("return") is sequences.Task
    ]
    assert set(made) - {sequences.task, sequences._recall} == set(TASKS.values())


def test_the_shipped_digits_are_scikit_learns():
    images, labels = sequences.handwritten_digits()
    authority = load_digits()
    np.testing.assert_array_equal(images, authority.images / 16)
    np.testing.assert_array_equal(labels, authority.target)
