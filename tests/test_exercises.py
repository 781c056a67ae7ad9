"""Every exercise: the right answer passes, the stub is 'not yet', each named mistake gets its own hint."""

import copy
import re
from collections import Counter, namedtuple
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from lstm_teach import exercises
from lstm_teach.cells import RNNParams, rnn_forward, sigmoid
from lstm_teach.exercises import EXERCISES, check, of_module
from lstm_teach.exercises.comparing import equal
from lstm_teach.gradients import rnn_backward

# Random draws that an exercise is tried on: few in `make test-fast`, many in `make test`.
DRAWS = [20, pytest.param(200, marks=pytest.mark.slow)]
IN_KERAS = {e.name for module in ("in_keras", "in_training", "own_cell") for e in of_module(module)}


def seeds(name, draws):
    """The seeds of so many draws; of a model in Keras, which takes a second each, fewer."""
    return range(5 if name in IN_KERAS else draws)


Named = namedtuple("Named", "h_new c_new")
# No numbers, but Keras models: test_exercises_own_network.py, test_exercises_in_keras.py in with_keras.
NETWORKS = {"own_network", *IN_KERAS}
FUNCTIONS = [
    name for name, exercise in EXERCISES.items() if callable(exercise.right) and name not in NETWORKS
]
EVERY = [pytest.param(name, marks=pytest.mark.slow) if name in NETWORKS else name for name in EXERCISES]


def checked(name, answer, seed=0):
    return check(name, answer, rng=np.random.default_rng(seed))


def stub(*args):
    """What a student finds in the notebook, whatever the arguments are called."""


def raises(*args):
    raise NotImplementedError


def test_no_name_is_used_twice():
    every = [e.name for module in exercises._MODULES for e in of_module(module)]
    assert not [name for name, times in Counter(every).items() if times > 1]


@pytest.mark.parametrize("name", EVERY)
def test_no_hint_is_used_twice_in_an_exercise(name):
    hints = [mistake.hint for mistake in EXERCISES[name].mistakes]
    assert len(set(hints)) == len(hints) >= 3


def test_the_list_of_exercises_at_the_top_of_the_package_is_complete_and_in_step():
    for line in exercises.__doc__.splitlines():
        if not line.startswith("    "):
            continue
        module, *words = line.split()
        listed, lesson = {}, None
        for word in words:
            if word.isdigit():
                lesson = word
            else:
                listed[word.strip(",")] = lesson
        found = {e.name: e.lesson for e in of_module(module)}
        assert listed == found, module
    assert all(name in exercises.__doc__ for name in EXERCISES)


@pytest.mark.parametrize("draws", DRAWS)
@pytest.mark.parametrize("name", EVERY)
def test_the_right_answer_passes_on_whatever_is_drawn(name, draws):
    for seed in seeds(name, draws):
        result = checked(name, EXERCISES[name].right, seed)
        assert result.passed, result
        assert result.hint == ""


def drawn(exercise, seed):
    """The right outcomes of all examples, and those of each mistake by its hint."""
    with np.errstate(all="ignore"):
        cases = exercise.cases(np.random.default_rng(seed))
        right = [exercise.outcome(exercise.right, case) for case in cases]
        wrong = [exercise.wrong(case) for case in cases]
    return right, {hint: [case[hint] for case in wrong] for hint in wrong[0]}


def alike(one, other, exercise):
    return all(equal(a, b, exercise.tolerance) for a, b in zip(one, other, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("name", EXERCISES)
def test_each_mistake_is_wrong_on_whatever_is_drawn(name):
    for seed in seeds(name, 200):
        right, mistakes = drawn(EXERCISES[name], seed)
        assert [hint for hint, wrong in mistakes.items() if alike(wrong, right, EXERCISES[name])] == []


@pytest.mark.parametrize("name", EVERY)
def test_each_mistake_is_unlike_all_others_and_the_right_answer(name):
    exercise = EXERCISES[name]
    for seed in range(5):
        right, mistakes = drawn(exercise, seed)
        for hint, wrong in mistakes.items():
            assert not alike(wrong, right, exercise), hint
            assert next(first for first in mistakes if alike(wrong, mistakes[first], exercise)) == hint


MANY_MISTAKES = ["lstm_step", "gru_step"]  # each of some 70 answers is compared with some 70 mistakes


@pytest.mark.parametrize(
    "name",
    [pytest.param(one, marks=pytest.mark.slow) if one in MANY_MISTAKES else one for one in EVERY],
)
def test_each_mistake_that_is_handed_in_gets_its_hint(name):
    for hint, answer in EXERCISES[name].mistakes:
        result = checked(name, answer)
        assert not result.passed
        # A hint may show the learner's own numbers: its words stand between the braces.
        assert re.fullmatch(re.sub(r"\\{.*?\\}", ".+", re.escape(hint)), result.hint), result.hint


@pytest.mark.parametrize("name", EVERY)
def test_a_stub_is_not_yet_and_repeats_the_question(name):
    unwritten = [None, ..., NotImplemented]
    if name in FUNCTIONS:
        unwritten += [stub, raises, lambda *args: ..., lambda *args: (None, None)]
    else:
        unwritten += [{"f": ...}, [{"f": ...}, {"f": ...}], [...]]
    for answer in unwritten:
        result = checked(name, answer)
        assert not result.passed
        assert EXERCISES[name].question in result.hint
        assert "not yet" in repr(result)


@pytest.mark.parametrize("name", EVERY)
def test_a_question_is_one_line_and_says_nothing_twice(name):
    exercise = EXERCISES[name]
    assert "\n" not in exercise.question
    assert len(exercise.question) <= 130
    for mistake in exercise.mistakes:
        assert "\n" not in mistake.hint
        assert len(mistake.hint) <= 180, mistake.hint


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_examples_leave_no_axis_undecided_and_change_from_call_to_call(name):
    cases = EXERCISES[name].cases(np.random.default_rng(0))
    assert len(cases) >= 4
    for case in cases:
        for value in case.values():
            if isinstance(value, np.ndarray):
                assert len(set(value.shape)) == value.ndim
                assert min(value.shape) > 1
    other = EXERCISES[name].cases(np.random.default_rng(1))
    assert repr(cases) != repr(other)


def sizes(value):
    """What an answer could write as a number: a shape, the sizes of weights, the length of a list."""
    if isinstance(value, list):
        return [len(value), *(sizes(value[0]) if isinstance(value[0], np.ndarray) else ())]
    return [value.m, value.n] if hasattr(value, "W") else np.shape(value)


@pytest.mark.parametrize("name", EVERY)
def test_no_size_stays_the_same_in_all_examples_of_a_check(name):
    for seed in range(40):
        cases = EXERCISES[name].cases(np.random.default_rng(seed))
        for argument in cases[0]:
            for size in zip(*(sizes(case[argument]) for case in cases), strict=True):
                assert len(set(size)) > 1 or (name, set(size)) == ("beat_persistence", {24}), argument


@pytest.mark.parametrize("name", FUNCTIONS)
def test_float32_and_lists_pass_where_the_numbers_are_right(name):
    right = EXERCISES[name].right

    def shortened(*args):
        results = right(*args)
        if isinstance(results, tuple):
            return [np.asarray(result).astype(np.float32) for result in results]
        return np.asarray(results).astype(np.float32)

    def listed(*args):
        results = right(*args)
        return (
            [np.asarray(r).tolist() for r in results]
            if isinstance(results, tuple)
            else np.asarray(results).tolist()
        )

    exact = {
        "pad",
        "mask",
        "telling_unit",
        "grouped_split",
        "rows_to_carry",
    }  # ids, True and False, an index: a fraction is none
    if not name.startswith("count_") and name not in exact:  # float32 ends at 16 million
        assert checked(name, shortened).passed
    assert checked(name, listed).passed


@pytest.mark.parametrize("name", FUNCTIONS)
def test_whatever_a_function_returns_a_hint_comes_back(name):
    odd = [
        *(
            np.nan,
            np.inf,
            "0.5",
            object(),
            {},
            [],
            (),
            [[1, 2], [3]],
            1j,
            True,
            b"",
            np.zeros(0),
            np.zeros((1, 1)),
        ),
        *((1, 2, 3), [np.zeros(2), "a"], (x for x in "ab"), np.array(["a"]), float, set()),
    ]
    for returned in odd:
        result = checked(name, lambda *args, returned=returned: returned)
        assert not result.passed
        assert result.hint
        assert EXERCISES[name].question not in result.hint


@pytest.mark.parametrize("name", EVERY)
def test_whatever_is_handed_in_a_hint_comes_back(name):
    def broken(*args):
        raise KeyError("W_x")

    for answer in [
        np.nan,
        np.inf,
        -1,
        "0.5",
        object(),
        {},
        [],
        {"q": 1},
        {"f": "open"},
        [{}, {}],
        ("a", "b"),
        broken,
        True,
        [[1, 2], [3]],
        {"f": [[1, 2], [3]]},
        {"f": np.nan, "z": np.inf},
        np.array(9.0),
        np.ones((2, 2)),
        {1: 2},
        len,
    ]:
        result = checked(name, answer)
        assert not result.passed, answer
        assert result.hint
        assert "\n" not in repr(result)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_answer_of_nan_in_the_right_shape_is_told_so(name):
    def nan(*args):
        results = EXERCISES[name].right(*args)
        if isinstance(results, tuple):
            return tuple(np.full(np.shape(result), np.nan) for result in results)
        return np.full(np.shape(results), np.nan)

    assert "NaN" in checked(name, nan).hint


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_answer_that_changes_its_inputs_in_place_is_told_which(name):
    case = EXERCISES[name].cases(np.random.default_rng(0))[0]
    for place, (argument, value) in enumerate(EXERCISES[name].arguments(case).items()):
        if isinstance(value, int | float):
            continue

        def careless(*args, place=place):
            result = EXERCISES[name].right(*copy.deepcopy(args))
            given = args[place]
            if hasattr(given, "W"):
                given.W[0, 0] += 1.0
            elif isinstance(given, list):
                given.append(given[0])
            else:
                given[...] = 1 - given
            return result

        result = checked(name, careless)
        assert not result.passed
        assert f"changes {argument} in place" in result.hint


# Right answers written by hand: the package's own cells are not asked.


def step_by_einsum(x, h_prev, c_prev, p):
    a = np.einsum("bm,mk->bk", x, p.W) + np.einsum("bn,nk->bk", h_prev, p.U) + p.b
    i, f, c_tilde, o = np.split(a, 4, axis=1)
    c = 1 / (1 + np.exp(-f)) * c_prev + 1 / (1 + np.exp(-i)) * np.tanh(c_tilde)
    return 1 / (1 + np.exp(-o)) * np.tanh(c), c


def rnn_by_a_loop(xs, p):
    h, states = np.zeros((len(xs), p.n)), []
    for t in range(xs.shape[1]):
        h = np.tanh(xs[:, t] @ p.W + h @ p.U + p.b)
        states.append(h)
    return np.stack(states, axis=1)


def bptt_by_a_loop(w, h):
    gradient = 1.0
    for state in reversed(h):
        gradient *= w * (1 - state * state)
    return gradient


def gru_by_hand(x, h_prev, p):
    b, d = p.b
    (xz, xr, xh), (hz, hr, hh) = np.split(x @ p.W + b, 3, 1), np.split(h_prev @ p.U + d, 3, 1)
    z, r = sigmoid(xz + hz), sigmoid(xr + hr)
    return h_prev * z + np.tanh(xh + r * hh) * (1 - z)


def attend_by_a_loop(q, keys, values):
    raised = [np.exp(sum(a * b for a, b in zip(q, key, strict=True)) / len(q) ** 0.5) for key in keys]
    return sum(share * value for share, value in zip(raised, values, strict=True)) / sum(raised)


def pad_by_a_loop(texts, length):
    return [(text[-length:] + [0] * length)[:length] for text in texts]


def masked_mean_by_a_loop(h, mask):
    return [row[mark].mean(axis=0) for row, mark in zip(h, mask, strict=True)]


def clip_by_hand(gradients, max_norm):
    norm = np.linalg.norm(np.concatenate([g.ravel() for g in gradients]))
    return [g * max_norm / max(norm, max_norm) for g in gradients]


def split_by_a_loop(film, order, count):
    aside = np.zeros(len(film), dtype=bool)
    for one in order:
        if aside.sum() >= count:
            break
        aside |= film == one
    return aside


def split_by_sets(film, order, count):
    films, reviews = set(), 0
    for one in order.tolist():
        if reviews < count:
            films.add(one)
            reviews += film.tolist().count(one)
    return [one in films for one in film.tolist()]


OTHERWISE_WRITTEN = [
    ("fair_report", lambda validation, test: max(zip(validation, test, strict=True))[1]),
    ("fair_report", lambda validation, test: test[list(validation).index(max(validation))]),
    ("fair_report", lambda validation, test: test[validation == validation.max()]),
    ("fair_report", lambda validation, test: float(test[np.argsort(validation)][-1])),
    ("grouped_split", split_by_a_loop),
    ("grouped_split", split_by_sets),
    ("paired_comparison", lambda a, b: (b.sum() - a.sum()) / np.sqrt((a != b).sum())),
    ("paired_comparison", lambda a, b: (np.sum(b > a) - np.sum(a > b)) / np.logical_xor(a, b).sum() ** 0.5),
    ("paired_comparison", lambda a, b: np.subtract(b, a, dtype=float).sum() / np.sqrt(np.sum(a ^ b))),
    ("lstm_step", step_by_einsum),
    ("rnn_sequence", rnn_by_a_loop),
    ("scalar_bptt", bptt_by_a_loop),
    ("bptt_step", lambda dh, h, p: np.einsum("bk,jk->bj", dh * (1 - h * h), p.U)),
    ("shared_weights", lambda h_prev, da: sum(h_prev[:, t].T @ da[:, t] for t in range(da.shape[1]))),
    ("gru_step", gru_by_hand),
    ("pad", pad_by_a_loop),
    ("mask", lambda ids: ids.astype(bool)),
    ("lstm_step", lambda x, h_prev, c_prev, p: Named(*step_by_einsum(x, h_prev, c_prev, p))),
    ("half_life", Fraction(93, 100)),
    ("half_life", Decimal("0.933")),
    ("rnn_weights", Fraction(32)),
    ("keep_h", {"z": Fraction(1)}),
    ("hold_fifty_steps", {"f": Decimal(8), "i": Fraction(-8)}),
    ("cross_entropy", lambda p, y: Fraction(float(EXERCISES["cross_entropy"].right(p, y)))),
    ("what_is_left", lambda f: [[Fraction(one) for one in row] for row in f.prod(axis=1)]),
    ("masked_mean", masked_mean_by_a_loop),
    ("clip", clip_by_hand),
    ("one_hot_embedding", lambda ids, E: E[ids]),
    ("forget_gate", lambda x, h_prev, p: 1 / (1 + np.exp(-(x @ p.W_f + h_prev @ p.U_f + p.b_f)))),
    ("count_lstm", lambda m, n: 4 * (n * m + n**2 + n)),
    ("count_gru", lambda m, n: 3 * (n * m + n**2 + 2 * n)),
    ("highway", lambda f: np.stack([f[:, t + 1 :].prod(axis=1) for t in range(f.shape[1])], axis=1)),
    ("half_life", 0.93),
    ("half_life", np.float32(0.933)),
    ("half_life", np.array(0.933)),
    ("seven_pads", 0.11),
    ("second_bilstm", 98_816),  # the figure published with the worked model
    ("rnn_weights", 32),
    ("product_shape", [5, 4]),
    ("hold_fifty_steps", {"f": 7, "i": -7}),
    ("hold_fifty_steps", {"f": 30.0, "i": -30.0, "o": 0.0, "c": 0.0}),
    ("hold_fifty_steps", {"f": 5.5, "i": -5.5}),
    ("clamp_add_then_overwrite", [{"i": 1, "f": 1, "o": 0}, {"i": np.array([1.0]), "f": 0}]),
    ("masked_mean", lambda h, mask: np.nanmean(np.where(mask[..., None], h, np.nan), axis=1)),
    ("cross_entropy", lambda p, y: -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))),
    ("clamp_add_then_overwrite", ({"i": 1, "f": 1}, {"i": 1, "f": 0, "o": 0})),
    ("keep_h", {"z": 1, "r": 0}),
    ("cell_of_1997", {"f": [1.0]}),
    ("attend", attend_by_a_loop),
]


@pytest.mark.parametrize("draws", DRAWS)
@pytest.mark.parametrize(("name", "answer"), OTHERWISE_WRITTEN)
def test_a_right_answer_in_another_form_passes(name, answer, draws):
    assert all(checked(name, answer, seed).passed for seed in range(draws)), checked(name, answer)


def test_the_worked_model_has_the_published_number_of_parameters():
    right = EXERCISES["count_model"].right
    assert right(8185, 64, 64, 64) == 598_209


def test_shared_weights_agrees_with_backpropagation_through_the_whole_sequence():
    rng = np.random.default_rng(3)
    p = RNNParams.random(3, 4, rng)
    trace = rnn_forward(rng.standard_normal((2, 5, 3)), p)
    dh = rng.standard_normal(trace.h.shape)
    da, carried = np.zeros_like(dh), np.zeros((2, 4))
    for t in reversed(range(5)):
        da[:, t] = (dh[:, t] + carried) * (1 - trace.h[:, t] ** 2)
        carried = da[:, t] @ p.U.T
    h_prev = np.concatenate([trace.h0[:, None], trace.h[:, :-1]], axis=1)
    np.testing.assert_allclose(EXERCISES["shared_weights"].right(h_prev, da), rnn_backward(trace, p, dh).U)
