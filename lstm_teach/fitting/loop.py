"""The training loop: draw, run forward and back, clip, step; look at held-out sequences now and then."""

from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from typing import Any

import numpy as np

from lstm_teach.arrays import Array, generator, instance, number, whole
from lstm_teach.cells import Params
from lstm_teach.fitting.adam import adam_start, adam_step
from lstm_teach.fitting.fitted import Fitted, History
from lstm_teach.fitting.readout import Readout, loss_and_gradients
from lstm_teach.gradients import clip_by_norm
from lstm_teach.sequences import Batch, Task


def fit(
    p: Params,
    task: Task,
    rng: np.random.Generator,
    *,
    updates: int = 1500,
    batch_size: int = 64,
    rate: float = 5e-3,
    max_norm: float = 1.0,
    target: float = 0.99,
    patience: int = 2,
    check_every: int = 50,
    held_out: int = 500,
    progress: bool = True,
) -> Fitted:
    """Return the cell `p`, with a new readout, fitted to `task` by Adam on clipped gradients.

    Every update sees `batch_size` new sequences. After every `check_every` updates the accuracy is measured
    on `held_out` sequences from a stream of their own; training ends when it has been `target` or better
    `patience` times in a row, or when `updates` are used up. Works in the dtype of `p`.

    The generators for readout, training and held-out sequences are spawned from `rng`, in this order, so the
    same seed gives the same result to the last bit, on the same machine.

    Raises
    ------
    ValueError
        if `p` does not have the features of the task, or a setting is out of range; and if the gradient
        overflows.
    """
    _check_cell(p, task)
    generator(rng)
    rate, max_norm = number("rate", rate, above=0), number("max_norm", max_norm, above=0)
    updates, batch_size = whole("updates", updates), whole("batch_size", batch_size)
    check_every, held_out = whole("check_every", check_every), whole("held_out", held_out)
    patience = whole("patience", patience)
    if not 0 < number("target", target) <= 1:
        raise ValueError(f"target: expected an accuracy above 0 and at most 1, got {target!r}")
    for_readout, for_training, for_checks = rng.spawn(3)
    readout = Readout.random(p.n, len(task.answers), for_readout, p.dtype)
    unseen = _as(p.dtype, task.batch(held_out, for_checks))
    weights: list[Array] = [p.W, p.U, p.b, readout.W, readout.b]
    adam = adam_start(weights)
    rows: list[tuple[int, float, float, float]] = []
    losses, norms = [], []
    reached = 0

    cell = type(p).__name__.removesuffix("Params").lower()
    with _bar(updates, f"{cell}, {task.name}", progress) as bar:
        for update in range(1, updates + 1):
            batch = _as(p.dtype, task.batch(batch_size, for_training))
            loss, gradients = loss_and_gradients(p, readout, batch, task.kind)
            gradients, norm = clip_by_norm(gradients, max_norm)
            weights, adam = adam_step(weights, gradients, adam, rate)
            p = replace(p, W=weights[0], U=weights[1], b=weights[2])
            readout = Readout(weights[3], weights[4])
            losses.append(loss)
            norms.append(norm)
            if bar is not None:
                bar.update()
            if update % check_every and update < updates:
                continue

            fitted = Fitted(p, readout, task, _history(rows))
            accuracy = fitted.score(unseen)
            rows.append((update, float(np.mean(losses)), float(np.mean(norms)), accuracy))
            if bar is not None:
                bar.set_postfix(loss=f"{rows[-1][1]:.3f}", accuracy=f"{accuracy:.1%}")
            losses, norms = [], []
            reached = reached + 1 if accuracy >= target else 0
            if reached == patience:
                break

    solved_at = rows[-patience][0] if reached == patience else None
    return Fitted(p, readout, task, _history(rows), solved_at)


def _bar(updates: int, words: str, progress: bool) -> AbstractContextManager[Any]:
    """Return tqdm's bar, which counts the updates, or None where it is not asked for or not installed.

    A web page has no tqdm. It is imported here, so that importing the lessons stays quick.
    """
    if progress:
        with suppress(ImportError):
            from tqdm.auto import tqdm

            return tqdm(total=updates, desc=words, unit="update")
    return nullcontext()


def _check_cell(p: Params, task: Task) -> None:
    instance("p", p, Params)
    instance("task", task, Task)
    if p.m != task.m:
        raise ValueError(
            f"p: expected m = {task.m} features for {task.name} ({', '.join(task.features)}), got m = {p.m}"
        )


def _history(rows: list[tuple[int, float, float, float]]) -> History:
    updates, loss, norm, accuracy = zip(*rows, strict=True) if rows else ((), (), (), ())
    return History(np.array(updates, int), np.array(loss), np.array(norm), np.array(accuracy))


def _as(dtype: np.dtype, batch: Batch) -> Batch:
    """Return the batch in the dtype of the cell; class numbers stay integers."""
    targets = batch.targets
    return Batch(batch.xs.astype(dtype), targets.astype(dtype) if targets.dtype.kind == "f" else targets)
