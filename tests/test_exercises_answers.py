"""Answers of every kind: slips that no exercise names for itself, hostile ones, and what the lessons hold."""

import re
import sys
import tracemalloc
from collections import namedtuple
from itertools import count
from pathlib import Path

import jupytext
import numpy as np
import pytest

from lstm_teach.cells import gru_step, lstm_forward, lstm_step, rnn_step, sigmoid
from lstm_teach.exercises import EXERCISES, check, of_module
from tests.marking import marks_of

# Answers that are Keras models have tests of their own: what is no model is told so there.
NETWORKS = {
    "own_network",
    *(e.name for module in ("in_keras", "in_training", "own_cell") for e in of_module(module)),
}
FUNCTIONS = [
    name for name, exercise in EXERCISES.items() if callable(exercise.right) and name not in NETWORKS
]


def right_result(name):
    """What the right answer returns in the first example."""
    exercise = EXERCISES[name]
    case = exercise.cases(np.random.default_rng(0))[0]
    return exercise.right(*exercise.arguments(case).values())


ARRAYS = [name for name in FUNCTIONS if isinstance(right_result(name), np.ndarray)]
SOURCES = sorted((Path(__file__).resolve().parents[1] / "notebooks" / "src").glob("[0-9]*.py"))


def checked(name, answer, seed=0):
    return check(name, answer, rng=np.random.default_rng(seed))


def forgotten(*arguments):
    result = [len(arguments)]
    result.append(0)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_forgotten_return_is_told_apart_from_a_stub(name):
    for answer in (forgotten, lambda *arguments: print(end="")):
        assert "returns nothing" in checked(name, answer).hint


@pytest.mark.parametrize("name", FUNCTIONS)
def test_text_a_generator_and_a_class_are_named(name):
    def generator(*arguments):
        yield 1.0

    assert "text '0.5'" in checked(name, lambda *arguments: "0.5").hint
    assert "generator" in checked(name, generator).hint
    assert "the class float" in checked(name, float).hint
    assert "a dict" in checked(name, lambda *arguments: {"h": 1.0}).hint


@pytest.mark.parametrize("name", ARRAYS)
def test_a_list_in_the_wrong_shape_a_comma_and_a_turned_array_are_named(name):
    right = EXERCISES[name].right
    assert "a comma behind" in checked(name, lambda *arguments: (right(*arguments),)).hint
    assert "list of" in checked(name, lambda *arguments: [right(*arguments)] * 2).hint
    wrong_shape = checked(name, lambda *arguments: right(*arguments)[None]).hint
    assert re.search(r"Expected an array of shape .* got an array of shape", wrong_shape)


@pytest.mark.parametrize("name", ARRAYS)
def test_whole_numbers_where_fractions_are_asked_for_are_named(name):
    right = EXERCISES[name].right
    if right_result(name).dtype.kind == "f":
        hint = checked(name, lambda *arguments: np.nan_to_num(right(*arguments)).astype(int)).hint
        assert "holds whole numbers (int64)" in hint


def test_a_whole_step_is_named():
    assert "whole step (a, h)" in checked("rnn_step", rnn_step).hint
    assert "whole step (i, f, c_tilde, o, c, h)" in checked("lstm_step", lstm_step).hint
    assert "whole step (z, r, h_tilde, h)" in checked("gru_step", gru_step).hint


def test_arguments_in_another_order_are_named():
    hint = checked("rnn_step", lambda h_prev, x, p: np.tanh(x @ p.W + h_prev @ p.U + p.b)).hint
    assert hint == "Expected a function of (x, h_prev, p), got a function of (h_prev, x, p)."


def apart(c, label):
    return c[label == 1].mean(0) - c[label == 0].mean(0)


def cut(gradients, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in gradients))
    return [g * max_norm / norm for g in gradients]


def only_three(gradients, max_norm):
    a, b, c = gradients
    return EXERCISES["clip"].right([a, b, c], max_norm)


def closed_in_nine(xs, p, start):
    clamp = np.full((9, 1), np.nan)
    clamp[start:] = 0.0
    return lstm_forward(xs, p, clamp={"f": clamp}).h


@pytest.mark.parametrize("draws", [10, pytest.param(40, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("scalar_bptt", lambda w, h: abs(np.prod(w * (1 - h**2)))),
        ("scalar_bptt", lambda w, h: np.prod(w * (h**2 - 1))),
        ("hold_fifty_steps", {"f": "8", "i": "-8"}),
        ("hold_fifty_steps", {"f": np.inf, "i": -np.inf}),
        ("hold_fifty_steps", {"f": 8, "i": 0, "c": 0}),
        ("keep_h", {"z": "1.0"}),
        ("keep_h", {"z": np.array("1.0")}),
        ("keep_h", {"z": True}),
        ("cell_of_1997", {"f": "1"}),
        ("clamp_add_then_overwrite", [{"f": "1", "i": "1"}, {"f": "0", "i": "1"}]),
        ("telling_unit", lambda c, label: np.abs(np.cov(c.T, label)[-1, :-1]).argmax()),
        ("telling_unit", lambda c, label: np.abs(c[label == 1].mean(0) - c[label == 0].mean(0)).argmax()),
        ("telling_unit", lambda c, label: c.std(0).argsort()[-4]),
        ("telling_unit", lambda c, label: c.std(0).argsort()[3]),
        ("telling_unit", lambda c, label: c[label == 1].std(0).argmin()),
        ("telling_unit", lambda c, label: c[label == 0].std(0).argmin()),
        ("telling_unit", lambda c, label: (c[label == 1].std(0) / c[label == 0].std(0)).argmax()),
        ("telling_unit", lambda c, label: (c.std(0) / np.abs(c.mean(0))).argmin()),
        ("telling_unit", lambda c, label: (np.ptp(c, axis=0) / c.std(0)).argmin()),
        ("telling_unit", lambda c, label: (((c - c.mean(0)) / c.std(0)) ** 4).mean(0).argmin()),
        ("telling_unit", lambda c, label: np.abs(apart(c, label) / np.abs(c).max(0)).argmax()),
        ("fair_report", lambda validation, test: test[np.argmax(validation - test)]),
        ("fair_report", lambda validation, test: test[np.argmax(validation / test)]),
        ("clip", lambda gradients, max_norm: gradients if max_norm > 1 else cut(gradients, max_norm)),
        ("clip", lambda gradients, max_norm: gradients if max_norm < 1 else cut(gradients, max_norm)),
        ("clip", only_three),
        ("keep_h", {"z": 0.99999}),
        ("keep_h", {"z": 1 - 1e-12}),
        ("cell_of_1997", {"f": 0.99999}),
        ("clamp_add_then_overwrite", [{"f": 0.99999, "i": 1}, {"f": 0, "i": 1}]),
        ("last_of_both", lambda ys: np.concatenate([ys[:, -1, :4], ys[:, 0, 4:]], axis=1)),
        ("last_of_both", lambda ys: np.concatenate([ys[:, -1, :8], ys[:, 0, 8:]], axis=1)),
        ("what_is_left", lambda f: np.prod([f[:, t] for t in range(8)], axis=0)),
        ("close_from", closed_in_nine),
        ("one_hot_embedding", lambda ids, E: np.eye(9)[ids] @ E),
        ("mask", lambda ids: np.arange(ids.shape[1]) < (ids != 0).sum(axis=1)[:, None]),
        ("mask", lambda ids: ids.cumprod(axis=1) != 0),
        ("masked_mean", lambda h, mask: (h * mask[..., None]).sum(axis=1) / mask.sum(axis=1)[:, None]),
        (
            "masked_mean",
            lambda h, mask: [row[: n.sum()].mean(axis=0) for row, n in zip(h, mask, strict=True)],
        ),
        ("fair_report", lambda validation, test: np.sort(test)[-2]),
        ("fair_report", lambda validation, test: test[np.argmax(validation + test)]),
        ("half_life", -(0.5**0.1)),
        ("cross_entropy", lambda p, y: -(np.log(p[y == 1]).mean() + np.log(1 - p[y == 0]).mean()) / 2),
        ("chain_rule", lambda w, x: abs(w) / np.cosh(w * x) ** 2),
        ("two_halves", lambda part, h, c, p: lstm_forward(np.concatenate([part, part], 1), p).h[:, -1]),
    ],
)
def test_wrong_answers_that_are_right_by_chance_fail(name, answer, draws):
    for seed in range(draws):
        assert not checked(name, answer, seed).passed


OwnStep = namedtuple("OwnStep", "h_new c_new")


def shown_by(step, gate, squash=np.tanh):
    return OwnStep(getattr(step, gate) * (squash(step.c) if squash else step.c), step.c)


def written_with_a_minus(x, h_prev, c_prev, p):
    step = lstm_step(x, h_prev, c_prev, p)
    c = step.f * c_prev - step.i * step.c_tilde
    return step.o * np.tanh(c), c


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("mask", lambda ids: (ids != 0).astype(int), "expected True and False .*, got int64"),
        ("mask", lambda ids: (ids != 0) * 1.0, "expected True and False .*, got float64"),
        (
            "pad",
            lambda texts, length: EXERCISES["pad"].right(texts, length) * 1.0,
            "whole numbers, got float64",
        ),
        ("telling_unit", lambda c, label: float(EXERCISES["telling_unit"].right(c, label)), "got float64"),
        ("product_shape", (5.0, 4.0), "expected whole numbers, got float64"),
    ],
)
def test_right_values_of_another_kind_are_named(name, answer, said):
    result = checked(name, answer)
    assert not result.passed
    assert re.search(said, result.hint), result.hint


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("second_bilstm", 98_304, "the biases are missing"),
        ("second_bilstm", 131_584, "U is 64 by 64"),
        ("count_lstm", lambda m, n: 4 * (n * m + n * n) + n, "biases are taken once"),
        ("count_gru", lambda m, n: 3 * (n * m + n * n) + 2 * n, "biases are taken once"),
        ("hold_fifty_steps", {"f": 5.4, "i": -8}, r"79\.8% of c_0 is left"),
        ("hold_fifty_steps", {"f": 8, "i": -5}, r"0\.332 is written"),
        ("lstm_step", lambda x, h, c, p: lstm_step(x, h, c, p)[:3:-1][::-1], "wrong order"),
        ("write", lambda f, i, c_tilde, c_prev: -(f * c_prev + i * c_tilde), "Only the sign is wrong"),
        ("highway", lambda f: 2 * EXERCISES["highway"].right(f), "2 times the right one"),
        (
            "lstm_step",
            lambda x, h, c, p: shown_by(lstm_step(x, h, c, p), "o", None),
            r"Right until \|c\| grows",
        ),
        (
            "lstm_step",
            lambda x, h, c, p: shown_by(lstm_step(x, h, c, p), "i"),
            "In place of o stands i, or its",
        ),
        ("lstm_step", written_with_a_minus, "The sign: what i lets in is added"),
        ("half_life", 1e100, "your f leaves inf of c"),
        ("hold_fifty_steps", {"f": np.nan, "i": -8}, r"biases\['f'\]: expected one number, .* got nan"),
        ("hold_fifty_steps", {"f": np.array([8.0])}, r"expected one number, .* got an array of shape \(1,\)"),
        ("hold_fifty_steps", {"f": [8.0, 9.0]}, "expected one number, .* got a list of length 2"),
        ("keep_h", {"z": 0.99999}, "at which value exactly"),
        ("telling_unit", lambda c, label: c.std(0).argmax(), "varies most"),
        ("rnn_sequence", lambda xs, p: rnn_step(xs[:, 0], np.zeros((len(xs), p.n)), p).h, "inside the loop"),
        ("rnn_sequence", lambda xs, p: EXERCISES["rnn_sequence"].right(xs[:, :1], p), "inside the loop"),
        ("squash", lambda x, steps: np.tanh(3 * x), "return after the loop"),
        ("forget_gate", lambda x, h, p: sigmoid(x @ p.W_f + p.b_f + h @ p.U_f + p.b_f), "added twice"),
        ("forget_gate", lambda x, h, p: sigmoid(x @ p.W + h @ p.U + p.b), "all four blocks"),
        ("forget_gate", lambda x, h, p: 1 / 1 + np.exp(-(x @ p.W_f + h @ p.U_f + p.b_f)), "use brackets"),
        ("what_is_left", lambda f: f.prod(axis=1, keepdims=True), "Drop the axis of size 1"),
        ("shared_weights", lambda h, da: [h[:, t].T @ da[:, t] for t in range(da.shape[1])], "list of"),
        ("shared_weights", lambda h, da: h[..., None] * da[:, :, None], "add them up"),
        ("shared_weights", lambda h, da: h.swapaxes(1, 2) @ da, "add them up"),
        ("highway", lambda f: f[:, ::-1].cumprod(axis=1), "Reverse the result in time again"),
        ("keep_h", {"z": "1"}, r"clamp\['z'\]: expected a finite number, such as 1\.0, got the text '1'"),
    ],
)
def test_mistakes_that_students_made_are_named(name, answer, said):
    hint = checked(name, answer).hint
    assert re.search(said, hint), hint


@pytest.mark.parametrize(
    ("slow", "said"),
    [
        (lambda states, h: states.append(h), "returns nothing"),
        (lambda states, h: states, "list of"),
    ],
)
def test_a_sequence_in_a_list_is_told_how_to_go_on(slow, said):
    def answer(xs, p):
        h, states = np.zeros((len(xs), p.n)), []
        for t in range(xs.shape[1]):
            h = rnn_step(xs[:, t], h, p).h
            states.append(h)
        return slow(states, h)

    assert said in checked("rnn_sequence", answer).hint


class Failing:
    """An object of which nothing can be asked."""

    def fail(self, *arguments, **options):
        raise RuntimeError("no")

    __len__ = __iter__ = __str__ = __repr__ = __eq__ = __bool__ = __array__ = __getattr__ = fail
    __hash__ = None


class Endless:
    """An object whose shape has no end."""

    @property
    def shape(self):
        return count()

    def __array__(self, *arguments, **options):
        return np.zeros(2)


class EndlessFields(tuple):
    """A tuple whose names have no end."""

    _fields = property(lambda self: ("h" for _ in count()))


class FailingError(Exception):
    def __str__(self):
        raise SystemExit


def recursion(*arguments):
    return recursion(*arguments)


def leaving(*arguments):
    sys.exit("gone")


def raising(error):
    def answer(*arguments):
        raise error

    return answer


HOLDS_ITSELF = []
HOLDS_ITSELF.append(HOLDS_ITSELF)
ODD = [
    *(
        Failing(),
        Failing,
        Endless(),
        {"f": Endless()},
        EndlessFields((1.0, 2.0)),
        object(),
        HOLDS_ITSELF,
        {"f": HOLDS_ITSELF},
        {"f": Failing()},
        [Failing()],
        "x" * 1_000_000,
    ),
    *(
        10**400,
        [10**400],
        {"f": 10**400},
        -(10**400),
        "\ud800",
        range(10**9),
        memoryview(b"abc"),
        1j,
        np.dtype("f8"),
    ),
    *(
        np.ma.array([1.0]),
        np.asmatrix([[1.0]]),
        np.array([None]),
        np.array("a"),
        np.broadcast_to(0.0, (10**6, 10**6)),
    ),
]
FAILING = [
    *(recursion, leaving, *map(raising, [SystemExit(), FailingError(), GeneratorExit(), MemoryError()])),
    *map(raising, [Exception("x" * 1_000_000), NameError(), StopIteration(), BaseException("no")]),
    *((lambda *arguments, odd=odd: odd) for odd in ODD),
]


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.keras) if name in NETWORKS else name for name in EXERCISES],
)
def test_whatever_an_answer_does_a_result_comes_back_in_one_short_line(name):
    for answer in [*ODD, *FAILING]:
        result = checked(name, answer)
        assert not result.passed
        assert 0 < len(result.hint) <= 300
        assert "\n" not in result.hint
        result.hint.encode("utf-8")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_interrupt_passes_through_an_answer_and_what_it_returns(name):
    class Interrupting:
        @property
        def shape(self):
            raise KeyboardInterrupt

        def __array__(self, *arguments, **options):
            raise KeyboardInterrupt

    for answer in (raising(KeyboardInterrupt()), lambda *arguments: Interrupting()):
        with pytest.raises(KeyboardInterrupt):
            checked(name, answer)


@pytest.mark.parametrize("name", ["rnn_sequence", "lstm_step", "count_lstm", "clip"])
@pytest.mark.parametrize(
    "make", [lambda: np.zeros(100_000_000), lambda: [0.0] * 10_000_000], ids=["array", "list"]
)
def test_a_result_of_800_megabytes_is_not_copied(name, make):
    huge = make()
    tracemalloc.start()
    try:
        assert not checked(name, lambda *arguments: huge).passed
        assert not checked(name, lambda *arguments: (huge, huge)).passed
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 50_000_000


def cells(source, tag):
    """The exercise cells of a lesson that carry a tag."""
    return [cell.source for cell in jupytext.read(source).cells if tag in cell.metadata.get("tags", [])]


def verdicts(source, tag):
    """What `check` says in each of them, run one after the other as in the notebook."""
    said = []
    names = {}
    imports = re.findall(r"^ *((?:import|from) \S.*)$", source.read_text(encoding="utf-8"), re.MULTILINE)
    exec("\n".join(imports), names)
    names["check"] = lambda name, answer: said.append(checked(name, answer))
    for cell in cells(source, tag):
        exec(compile(cell, f"{source.stem}, {tag}", "exec"), names)
    return said


IN_KERAS = ("09", "10", "11", "12")  # lessons with exercises that build networks


def marks(source):
    """Why `make test-fast` leaves a lesson out."""
    found = marks_of(source.read_text(encoding="utf-8")) + ["slow"] * (source.stem[:2] in IN_KERAS)
    return [getattr(pytest.mark, name) for name in found]


@pytest.mark.parametrize(
    "source",
    [pytest.param(source, marks=marks(source)) for source in SOURCES],
    ids=lambda source: source.stem,
)
def test_every_stub_is_still_to_be_written_and_every_solution_passes(source):
    stubs, solutions = verdicts(source, "exercise"), verdicts(source, "solution")
    assert [stub.name for stub in stubs] == [solution.name for solution in solutions]
    assert stubs
    for stub, cell in zip(stubs, cells(source, "exercise"), strict=True):
        if "..." in cell:
            assert stub.hint == f"Still to be written: {EXERCISES[stub.name].question}"
        assert not stub.passed  # a program with a fault in it is a stub, too
    assert [solution for solution in solutions if not solution.passed] == []
