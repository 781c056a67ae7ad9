"""Lesson 11: where a training stops early, and which epoch's weights it keeps."""

from typing import Any

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.exercises.core import Case, Rng, function
from lstm_teach.exercises.draws import each


def _some_losses(rng: Rng, patience: int) -> Case:
    """A bump that is shorter than the patience, the best epoch, a zigzag above it; lower losses too late."""
    bump = np.full(patience - 1, 0.83) + 0.01 * np.arange(patience - 1)
    zigzag = np.where(np.arange(patience + 2) % 2, 0.56, 0.62)
    too_late = [0.3, *(0.32 + 0.02 * np.arange(patience + 1)), 0.2]
    losses = np.concatenate([[0.9, 0.8], bump, [0.5], zigzag, too_late])
    return {"val_loss": losses + rng.uniform(0.0, 0.009, len(losses)), "patience": patience}


def _stop(val_loss: Array, patience: int) -> tuple[int, int]:
    """The number of epochs that are trained, and the epoch whose weights are kept, counted from 1."""
    best, kept, waited = np.inf, 0, 0
    for epoch, loss in enumerate(val_loss, start=1):
        if loss < best:
            best, kept, waited = loss, epoch, 0
        else:
            waited += 1
        if waited == patience:
            return epoch, kept
    return len(val_loss), kept


def _by_neighbours(val_loss: Array, patience: int) -> tuple[int, int]:
    """Where the loss has risen `patience` times in a row."""
    waited = 0
    for epoch in range(1, len(val_loss)):
        waited = waited + 1 if val_loss[epoch] > val_loss[epoch - 1] else 0
        if waited == patience:
            return epoch + 1, epoch + 1 - patience
    return len(val_loss), int(np.argmin(val_loss)) + 1


@function("11", "stop_early", each(_some_losses, 2, 3, 4, 5), _stop)
def _wrong_stop(val_loss: Array, patience: int) -> dict[str, Any]:
    """From `val_loss` (epochs,) and `patience`: how many epochs are trained, and which one is kept."""
    trained, kept = _stop(val_loss, patience)
    epochs, lowest = len(val_loss), int(np.argmin(val_loss)) + 1
    by_neighbours, impatient = _by_neighbours(val_loss, patience), _stop(val_loss, patience - 1)
    return {
        "Yours never stops: after `patience` epochs without a new lowest loss, training ends.": (
            epochs,
            lowest,
        ),
        "The second is the epoch whose weights are kept: that of the lowest loss, not the last.": (trained,)
        * 2,
        "That epoch comes after the end: only epochs that were trained can be kept.": (trained, lowest),
        "You compare each loss with the one before; compare it with the lowest so far.": by_neighbours,
        "Count epochs from 1: `enumerate(val_loss, start=1)`.": (trained - 1, kept - 1),
        "The other way round: first the epochs trained, then the epoch kept.": (kept, trained),
        "One epoch too late: stop as soon as `patience` epochs in a row were no better.": (trained + 1, kept),
        "One epoch too early: wait for `patience` epochs that are no better.": impatient,
        "The second is the number of the epoch, not its loss.": (trained, val_loss[kept - 1]),
        "The first is the epoch at which training ends; you give how long it waited.": (patience, kept),
    }
