"""What a cell lab can read, and the trained cells that read it.

Toy tasks and other toy inputs are read by the small cells of `data/recall`, each trained on its own task; a
sentence by the shipped reader of reviews. A score is always that of the task that the weights were trained
on, so two pulses and noise are scored on single pulses.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import Clamp, GRUParams, LSTMParams, lstm_forward
from lstm_teach.fitting import Fitted
from lstm_teach.plotting import Axis, plain
from lstm_teach.reader import Reader
from lstm_teach.sequences import Batch
from lstm_teach.vocabulary import UNKNOWN, pad

SENTENCE = "a sentence"
LONGEST = 100  # words of a sentence that are read: more cannot be drawn
CONSTANT, CANDIDATE = "a constant candidate", 0.762  # about tanh(1)
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


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained cell, and the sequences (sequences, time, features) that its score is taken on.

    `right` takes a clamp and returns the fraction of right answers on them; `scored` says in words what they
    are, and `chance` is the score of a guess.
    """

    p: LSTMParams | GRUParams
    xs: Array
    right: Callable[[Clamp], float]
    scored: str
    chance: float


@dataclass(frozen=True, eq=False)
class Example:
    """One sequence, the cells that read it ("LSTM", and "GRU" where there is one), and what is asked.

    `xs` (1, time, features); `inputs`, what comes in at each step, in words; `signs`, step -> what stands
    there on the axis, None for the number of the step; `marked`, the steps with a flag or a mark; `axis`, the
    label of the steps. `answer` says in words what a last hidden state (units,) of the LSTM answers. With a
    `candidate`, the candidates of all units are held at it, and nothing is asked.
    """

    xs: Array
    cells: Mapping[str, Trained]
    inputs: Sequence[str]
    signs: dict[float, str] | None
    marked: Array
    axis: str
    answer: Callable[[Array], str]
    candidate: float | None = None

    @property
    def time(self) -> int:
        """How many steps there are."""
        return self.xs.shape[1]

    def steps(self, signs: bool = False) -> Axis:
        """Return the axis of the steps; with `signs`, what comes in at each in place of its number."""
        label = self.axis if signs or self.signs is None else "step"
        return Axis(label, 0.5, self.time + 0.5, whole=True, ticks=self.signs if signs else None)


def scored_batch(lstm: Fitted) -> Batch:
    """Return the sequences of the score, in the dtype of the weights."""
    drawn = lstm.task.batch(SCORED, np.random.default_rng(SEED))
    return drawn._replace(xs=drawn.xs.astype(lstm.params.dtype))


def trained_on(cell: Fitted, batch: Batch) -> Trained:
    """Return a small cell with its score on the batch."""
    assert isinstance(cell.params, LSTMParams | GRUParams)
    scored = f"{len(batch.xs)} sequences"
    return Trained(cell.params, batch.xs, lambda clamp: cell.score(batch, clamp), scored, cell.task.chance)


def toy(name: str, lstm: Fitted, batch: Batch, cells: Mapping[str, Trained]) -> Example:
    """Return the input of this name in `TASKS`; `lstm` and `cells` were trained on its task."""
    row = TASKS[name][1]
    xs = _pulses(name, batch) if row is None else batch.xs[row : row + 1]
    right = None if row is None else batch.targets[row]
    steps = np.arange(1, lstm.task.time + 1)
    marked = steps[xs[0, :, -1] > 0] if lstm.task.m > 1 else steps[:0]
    signs, inputs, axis = _signs(lstm, xs[0], marked)
    return Example(xs, cells, inputs, signs, marked, axis, lambda h: _answer(lstm, h, right))


def constant(pulse: Example) -> Example:
    """Return silence for the cells that read `pulse`, with their candidates held."""
    silence = replace(pulse, xs=np.zeros_like(pulse.xs), inputs=["nothing"] * pulse.time, candidate=CANDIDATE)
    return replace(silence, signs=None, marked=pulse.marked[:0], axis="step")


def trained_reader(reader: Reader, texts: Sequence[str], labels: Array) -> Trained:
    """Return the cell of a reader with its score on the first reviews; `labels` (reviews,) are 0 or 1."""
    ids, labels = reader.vocabulary.encode(texts[:SCORED]), labels[:SCORED]
    rows, last = np.arange(len(ids)), np.array([len(text) - 1 for text in ids])
    xs = reader.embedding[pad(ids)]

    def right(clamp: Clamp) -> float:
        h = lstm_forward(xs, reader.p, clamp=clamp).h[rows, last]
        return float(np.mean((reader.probability(h) > 0.5) == labels))

    return Trained(reader.p, xs, right, f"{SCORED} short reviews", 0.5)


def sentence(text: str, reader: Reader, cell: Trained) -> Example:
    """Return a text as the reader reads it; `cell` is the reader's."""
    spoken = reader.vocabulary.tokens(text) or [reader.vocabulary.words[UNKNOWN]]
    ids = pad(reader.vocabulary.encode([text]))[:, :LONGEST]
    cut = f" (the first {LONGEST} of {len(spoken):,}; the rest is not read)" if len(spoken) > LONGEST else ""
    return Example(
        reader.embedding[ids],
        {"LSTM": cell},
        [f"“{word}”" for word in spoken[:LONGEST]],
        None,
        np.arange(0),
        f"word{cut}",
        lambda h: f"This text: {100 * float(reader.probability(h)):.0f} % positive.",
    )


def _pulses(name: str, batch: Batch) -> Array:
    """Two pulses that contradict each other, or normal noise, as long as what the weights were trained on."""
    time = batch.xs.shape[1]
    xs = np.zeros((1, time, 1))
    xs[0, [4, 14], 0] = 1.0, -1.0
    if name == "noise":
        xs = np.random.default_rng(SEED).standard_normal((1, time, 1))
    return xs.astype(batch.xs.dtype)


def _signs(cell: Fitted, x: Array, marked: Array) -> tuple[dict[float, str] | None, list[str], str]:
    """What stands on the axis at each step, what comes in there in words, and the label of the axis."""
    if cell.task.name == "pulse":
        pulses = {float(t): plain(v, 2) for t, v in enumerate(x[:, 0].tolist(), start=1) if abs(v) == 1}
        return pulses or None, [plain(v, 2) for v in x[:, 0].tolist()], "input" if pulses else "step"
    if cell.task.name == "adding":
        numbers = [plain(v, 2) for v in x[:, 0].tolist()]
        inputs = [f"{v}, marked" if t in marked else v for t, v in enumerate(numbers, start=1)]
        return {float(t): numbers[t - 1] for t in marked}, inputs, "input, where it is marked"
    letters = [cell.task.features[k] for k in x[:, :-1].argmax(axis=1)]
    inputs = [f"{s}, flagged" if t in marked else s for t, s in enumerate(letters, start=1)]
    return {float(t): s for t, s in enumerate(letters, start=1)}, inputs, "input at each step"


def _answer(cell: Fitted, h: Array, right: Any) -> str:
    output = cell.outputs(h)
    if cell.task.kind == "value":
        return f"Here it says {plain(output[0], 2)}, right is {plain(right, 2)}."
    best = int(output.argmax())
    said = cell.task.answers[best]
    if right is None:
        return f"Here it says {said}."
    if best == right:
        return f"Here it says {said}, which is right."
    return f"Here it says {said}, which is wrong."
