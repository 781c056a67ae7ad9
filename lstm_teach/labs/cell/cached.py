"""What gate_lab and gru_lab compute once: the only place where they keep anything.

Keys are what a result depends on. Cells, examples and runs are made here alone, so that each is one object.
"""

from functools import lru_cache

from lstm_teach import reader
from lstm_teach.arrays import Array
from lstm_teach.gradients import gradient_reach
from lstm_teach.labs.cell import inputs, runs
from lstm_teach.labs.cell.inputs import CONSTANT, SENTENCE, TASKS, Example, Trained
from lstm_teach.labs.cell.runs import CellRun, Held, Tied
from lstm_teach.labs.precise import precise_reader
from lstm_teach.labs.recall import fitted
from lstm_teach.reader import Reader
from lstm_teach.sequences import Batch

read = lru_cache(64)(runs.read)


@lru_cache(64)
def example(name: str, text: str = "") -> Example:
    """Return what is read under this name; `text` is the sentence, where it is one."""
    if name == SENTENCE:
        return inputs.sentence(text, _reader(), _reading_cell())
    if name == CONSTANT:
        return inputs.constant(example("one pulse"))
    task = TASKS[name][0]
    return inputs.toy(name, fitted("LSTM", task), _batch(task), _cells(task))


@lru_cache(64)
def reach(run: CellRun, of: str = "state") -> Array:
    """Return the norm of ds_T/ds_t for each step t, (time,); `of` as in `gradient_reach`."""
    return gradient_reach(run.trace, run.cell.p, of)[0]


@lru_cache(256)
def score(cell: Trained, held: Held | Tied) -> float:
    """Return the fraction of right answers on the fixed sequences when these gates are held."""
    return cell.right(held.clamp(cell.xs))


@lru_cache
def _reader() -> Reader:
    return precise_reader(reader.load())


@lru_cache
def _cells(task: str) -> dict[str, Trained]:
    return {cell: inputs.trained_on(fitted(cell, task), _batch(task)) for cell in ("LSTM", "GRU")}


@lru_cache
def _batch(task: str) -> Batch:
    return inputs.scored_batch(fitted("LSTM", task))


@lru_cache
def _reading_cell() -> Trained:
    from lstm_teach import reviews  # only sentences need it

    test = reviews.load("sample").test
    return inputs.trained_reader(_reader(), test.texts, test.labels)
