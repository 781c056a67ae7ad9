"""Lessons 11 and 16: the loss, how a rate falls, what came before the LSTM, and what came after."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import LSTMParams, lstm_forward
from lstm_teach.exercises.core import Case, Rng, function, given, is_dict
from lstm_teach.exercises.draws import drawn, each, lstm, normal
from lstm_teach.exercises.kinds import numbers_of


def _some_predictions(rng: Rng, many: int) -> Case:
    """More of one label than of the other, so that a mean of each label's mean shows."""
    label = np.repeat(rng.permutation([0.0, 1.0]), [2, many])
    return {"probability": rng.uniform(0.05, 0.95, 2 + many), "label": rng.permutation(label)}


def _some_rate(rng: Rng, epoch: int) -> Case:
    return {"rate": float(rng.uniform(1e-3, 1e-2)), "decay": float(rng.uniform(0.5, 0.95)), "epoch": epoch}


def _some_query(rng: Rng, steps: int, d: int, m: int) -> Case:
    values = rng.standard_normal((steps, m))
    return {"q": rng.standard_normal(d), "keys": rng.standard_normal((steps, d)), "values": values}


def _shares(scores: Array) -> Array:
    """Return the softmax."""
    raised = np.exp(scores - scores.max())
    return raised / raised.sum()


def _losses(probability: Array, label: Array) -> Array:
    """Of each text."""
    return -np.log(np.where(label == 1, probability, 1.0 - probability))


def _run(clamp: Mapping[str, Any], xs: Array, p: LSTMParams) -> Array:
    return lstm_forward(xs, p, clamp=numbers_of(clamp)).c


@function(
    "11",
    "cross_entropy",
    each(_some_predictions, 5, 6, 7, 8),
    lambda probability, label: _losses(probability, label).mean(),
)
def _wrong_loss(probability: Array, label: Array) -> dict[str, Any]:
    """The mean binary cross-entropy (natural logarithm) of probabilities, given labels 0 and 1."""
    loss = _losses(probability, label)
    return {
        "That is the squared error, which hardly minds a sure mistake.": np.mean((probability - label) ** 2),
        "That is the absolute error: cross-entropy takes logarithms.": np.mean(np.abs(probability - label)),
        "That is the fraction of mistakes; a loss minds how sure.": np.mean((probability > 0.5) != label),
        "That is the accuracy; a loss minds how sure an answer is.": np.mean((probability > 0.5) == label),
        "A loss is positive: the logarithm of a probability is not, so a minus is missing.": -loss.mean(),
        "Only texts with label 1 count; those with 0 cost -log(1 - p).": np.mean(label * loss),
        "Only texts with label 0 count; those with 1 cost -log(p).": np.mean((1.0 - label) * loss),
        "Yours all cost -log(p); those with label 0 cost -log(1 - p).": -np.mean(np.log(probability)),
        "The minus belongs before both parts: put them in brackets.": np.mean((2.0 * label - 1.0) * loss),
        "The natural logarithm is asked for, np.log; yours is np.log2.": loss.mean() / np.log(2.0),
        "The natural logarithm is asked for, np.log; yours is np.log10.": loss.mean() / np.log(10.0),
        "That is the sum over the texts; the mean is asked for.": loss.sum(),
        "That is a mean of two means: weigh each text.": np.mean([loss[label == k].mean() for k in (0, 1)]),
        "Labels are exchanged: label 1 costs -log(p).": _losses(probability, 1.0 - label).mean(),
        "That is the loss of each text; one number for all is asked for, the mean.": loss,
    }


CELL_OF_1997 = given(
    "cell_of_1997",
    "16",
    "The LSTM of 1997 had no forget gate. Which clamp turns today's cell exactly into that one?",
    'a dict such as {"i": …}',
    is_dict,
    {"f": 1.0},
    {
        "That erases c at each step. Without a forget gate nothing is forgotten: f is 1.": {"f": 0.0},
        "That forgets half at each step. Without a forget gate nothing is forgotten.": {"f": 0.5},
        "That still forgets a little at each step. Without a forget gate nothing is.": {"f": 0.9},
        "The input gate was there in 1997; it is another one that came later.": {"i": 1.0},
        "f is right; leave the input gate as it has learned.": {"f": 1.0, "i": 1.0},
        "The output gate was there in 1997; it is another one that came later.": {"o": 1.0},
        "f is right; leave the output gate as it has learned.": {"f": 1.0, "o": 1.0},
        "f is right; leave the other two gates as they have learned.": {"f": 1.0, "i": 1.0, "o": 1.0},
        "The candidate was there in 1997; it is a gate that came later.": {"c_tilde": 1.0},
        "Nothing is held yet: today's forget gate still forgets.": {},
    },
    _run,
    cases=drawn(xs=normal("batch time m"), p=lstm),
    tolerance=0.0,
    otherwise="That is another cell still. Which gate came later, and at which value does it do nothing?",
)


@function("16", "decayed_rate", each(_some_rate, 3, 0, 5, 8), lambda rate, decay, epoch: rate * decay**epoch)
def _wrong_decayed_rate(rate: float, decay: float, epoch: int) -> dict[str, Any]:
    """The learning rate in epoch `epoch` (counted from 0), if every epoch multiplies it by `decay`."""
    return {
        "You multiply by the epoch. Each epoch multiplies by decay once more.": rate * decay * epoch,
        "One factor too many: epoch 0 has the full rate.": rate * decay ** (epoch + 1),
        "One factor too few: epoch 1 has the first factor.": rate * decay ** (epoch - 1),
        "decay is the part that stays; you multiply by 1 - decay.": rate * (1.0 - decay) ** epoch,
        "Only decay is raised to a power: rate * decay**epoch.": (rate * decay) ** epoch,
        "That is the factor; times the rate.": decay**epoch,
        "That is the rate of epoch 1, whatever the epoch.": rate * decay,
        "Yours falls along a straight line: multiply each time.": rate * (1.0 - decay * epoch),
        "That is inverse decay. Here each epoch multiplies by decay.": rate / (1.0 + decay * epoch),
        "That is exp(-…). Here each epoch multiplies by decay itself.": rate * np.exp(-decay * epoch),
        "The rate grows in yours: multiply by decay, do not divide.": rate / decay**epoch,
    }


@function(
    "16",
    "attend",
    each(lambda rng, sizes: _some_query(rng, *sizes), (5, 3, 2), (4, 6, 3), (7, 2, 5), (3, 5, 4)),
    lambda q, keys, values: _shares(keys @ q / np.sqrt(len(q))) @ values,
)
def _wrong_attention(q: Array, keys: Array, values: Array) -> dict[str, Any]:
    """What a query q (d,) reads of `values` (steps, m): weighed by the softmax of keys @ q / √d."""
    scores, root = keys @ q, np.sqrt(len(q))
    weights = _shares(scores / root)
    return {
        "The scores are not divided by √d.": _shares(scores) @ values,
        "You divide by d; divide by its square root.": _shares(scores / len(q)) @ values,
        "You multiply by √d; divide by it.": _shares(scores * root) @ values,
        "d is the length of a key, not the number of steps.": _shares(scores / np.sqrt(len(keys))) @ values,
        "√d divides the scores, before the softmax.": _shares(scores) / root @ values,
        "Those are the weights: the values weighed by them are asked for.": weights,
        "Those are the scores: a softmax makes weights of them, and the weights mix the values.": scores
        / root,
        "The softmax is missing: weights are positive and add up to 1.": scores / root @ values,
        "Divide by the sum: the weights must add up to 1.": np.exp(scores / root) @ values,
        "Only the sum is divided out: raise e to the scores first.": scores / scores.sum() @ values,
        "Your query asks for nothing: all steps weigh alike.": values.mean(axis=0),
        "You take the best match alone; the softmax mixes all values.": values[scores.argmax()],
        "You weigh the keys; the values are what is read.": weights @ keys,
        "The weights already add up to 1: no mean after them.": weights @ values / len(values),
    }
