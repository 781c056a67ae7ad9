"""What the cell of the gate lab can read, and whose weights read it.

Toy tasks and other toy inputs are read by the small cells of `data/recall`, each trained on its own task by
`python -m experiments recall`; a sentence by the shipped reader of reviews. A score is always that of the
task that the weights were trained on, so two pulses and noise are scored on single pulses.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

import lstm_teach
from lstm_teach import fitting, reader, reviews, vocabulary
from lstm_teach.cells import LSTMParams, lstm_forward
from lstm_teach.plotting import Axis, plain

Array = np.ndarray
Hold = Callable[[int], dict[str, Array]]  # from the number of steps to a clamp

SENTENCE = "a sentence"
EXAMPLE = (
    "The story is slow and the jokes are old, but the acting is excellent and I will definitely "
    "watch it again."
)
LONGEST = 100  # words of a sentence that are read: more cannot be drawn
SCORED = 200  # sequences, or shipped reviews, that a score is taken on
SEED = 0

TASKS = {
    "flagged recall": ("flagged_recall", 174),
    "last of three flags": ("last_flagged", 23),
    "adding two numbers": ("adding", 2),
    "one pulse": ("pulse", 1),
    "two pulses": ("pulse", None),
    "noise": ("pulse", None),
}
"""Name -> the task whose weights read it, and which of the scored sequences it is, if it is one of them."""

READS = [*TASKS, SENTENCE]


class Reading(NamedTuple):
    """One sequence, the weights that read it, and what is asked.

    `xs` (1, time, features); `inputs`, what comes in at each step, in words; `signs`, step -> what stands
    there on the axis, None for the number of the step; `marked`, the steps with a flag or a mark; `axis`, the
    label of the steps. `answer` says in words what a last hidden state (units,) answers.
    """

    xs: Array
    p: LSTMParams
    inputs: Sequence[str]
    signs: dict[float, str] | None
    marked: Array
    axis: str
    answer: Callable[[Array], str]
    weights: str
    scored: str
    chance: float

    def steps(self, signs: bool = False) -> Axis:
        """The axis of the steps; with `signs`, what comes in at each in place of its number."""
        label = self.axis if signs or self.signs is None else "step"
        return Axis(label, 0.5, self.xs.shape[1] + 0.5, whole=True, ticks=self.signs if signs else None)


@lru_cache(maxsize=64)
def reading(name: str, text: str) -> Reading:
    """What is read under this name; `text` is the sentence, where it is one."""
    return _sentence(text) if name == SENTENCE else _toy(name)


def score(weights: str, hold: Hold) -> float:
    """The share of right answers on a fixed batch of what `weights` were trained on, with gates held."""
    if weights != "reader":
        return fitted(weights).score(batch(weights), hold(fitted(weights).task.time))
    xs, last, labels = _reviews()
    h = lstm_forward(xs, _reader().p, clamp=hold(xs.shape[1])).h[np.arange(len(xs)), last]
    return float(np.mean((_reader().probability(h) > 0.5) == labels))


@lru_cache
def fitted(task: str) -> fitting.Fitted:
    """The small LSTM that was trained on that task."""
    return fitting.load_fitted(lstm_teach.data_dir() / "recall" / f"lstm-{task}.npz")


@lru_cache
def batch(task: str) -> Any:
    """The sequences of the score, in the dtype of the weights."""
    drawn = fitted(task).task.batch(SCORED, np.random.default_rng(SEED))
    return drawn._replace(xs=drawn.xs.astype(fitted(task).params.dtype))


def _toy(name: str) -> Reading:
    task, row = TASKS[name]
    cell = fitted(task)
    assert isinstance(cell.params, LSTMParams)
    xs = _pulses(name, cell.task.time) if row is None else batch(task).xs[row : row + 1]
    right = None if row is None else batch(task).targets[row]
    steps = np.arange(1, cell.task.time + 1)
    marked = steps[xs[0, :, -1] > 0] if cell.task.m > 1 else steps[:0]
    signs, inputs, axis = _signs(cell.task.name, xs[0], marked)
    return Reading(
        xs, cell.params, inputs, signs, marked, axis,
        lambda h: _answer(cell, h, right), task, f"{SCORED} sequences", cell.task.chance,
    )  # fmt: skip


def _pulses(name: str, time: int) -> Array:
    """Two pulses that contradict each other, or normal noise."""
    if name == "noise":
        xs = np.random.default_rng(SEED).standard_normal((1, time, 1))
    else:
        xs = np.zeros((1, time, 1))
        xs[0, [4, 14], 0] = 1.0, -1.0
    return xs.astype(fitted("pulse").params.dtype)


def _signs(task: str, x: Array, marked: Array) -> tuple[dict[float, str] | None, list[str], str]:
    """What stands on the axis at each step, what comes in there in words, and the label of the axis."""
    if task == "pulse":
        pulses = {float(t): plain(v, 2) for t, v in enumerate(x[:, 0].tolist(), start=1) if abs(v) == 1}
        return pulses or None, [plain(v, 2) for v in x[:, 0].tolist()], "input" if pulses else "step"
    if task == "adding":
        numbers = [plain(v, 2) for v in x[:, 0].tolist()]
        inputs = [f"{v}, marked" if t in marked else v for t, v in enumerate(numbers, start=1)]
        return {float(t): numbers[t - 1] for t in marked}, inputs, "input, where it is marked"
    letters = [fitted(task).task.features[k] for k in x[:, :-1].argmax(axis=1)]
    inputs = [f"{s}, flagged" if t in marked else s for t, s in enumerate(letters, start=1)]
    return {float(t): s for t, s in enumerate(letters, start=1)}, inputs, "input at each step"


def _answer(cell: fitting.Fitted, h: Array, right: Any) -> str:
    output = cell.outputs(h)
    if cell.task.kind == "value":
        return f"Here it says {plain(output[0], 2)}, right is {plain(right, 2)}."
    best = int(output.argmax())
    verdict = "" if right is None else (", which is right" if best == right else ", which is wrong")
    return f"Here it says {cell.task.answers[best]}{verdict}."


@lru_cache
def _reader() -> reader.Reader:
    return reader.load()


@lru_cache
def _reviews() -> tuple[Array, Array, Array]:
    """The shipped short reviews: features (reviews, words, m), the last step of each, labels."""
    test = reviews.load("sample").test
    ids = _reader().vocabulary.encode(test.texts[:SCORED])
    last = np.array([len(text) - 1 for text in ids])
    return _reader().embedding[vocabulary.pad(ids)], last, test.labels[:SCORED]


def _sentence(text: str) -> Reading:
    known = _reader()
    spoken = known.vocabulary.tokens(text) or [known.vocabulary.words[vocabulary.UNKNOWN]]
    ids = vocabulary.pad(known.vocabulary.encode([text]))[:, :LONGEST]
    cut = f" (the first {LONGEST} of {len(spoken):,}; the rest is not read)" if len(spoken) > LONGEST else ""
    inputs = [f"“{word}”" for word in spoken[:LONGEST]]
    return Reading(
        known.embedding[ids], known.p, inputs, None, np.arange(0), f"word{cut}",
        lambda h: f"This text: {100 * float(known.probability(h)):.0f} % positive.",
        "reader", f"{SCORED} short reviews", 0.5,
    )  # fmt: skip
