"""Lessons 11 and 13: judging fairly, what came before, and how a rate falls."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lstm_teach.cells import LSTMParams, lstm_forward
from lstm_teach.exercises.core import Case, Mistake, function, settings
from lstm_teach.exercises.draws import Array, Rng, four, lstm_params, sequence


def _some_predictions(rng: Rng) -> Case:
    texts = int(rng.integers(6, 12))
    label = rng.permutation(np.arange(texts) % 2).astype(float)
    return {"probability": rng.uniform(0.05, 0.95, texts), "label": label}


def _some_runs(rng: Rng) -> Case:
    """The run that looks best on the validation set is neither the best on the test set nor the last."""
    best, luckiest, last = 1, 2, 5
    validation, test = rng.uniform(0.70, 0.80, (2, 6))
    validation[best], validation[luckiest], validation[last] = rng.uniform(0.86, 0.88), 0.85, 0.60
    test[best], test[luckiest], test[last] = rng.uniform(0.84, 0.86), 0.89, 0.62
    order = np.append(rng.permutation(5), last)
    return {"validation": validation[order], "test": test[order]}


def _cross_entropy(probability: Array, label: Array) -> Array:
    """Of each text."""
    return -(label * np.log(probability) + (1.0 - label) * np.log(1.0 - probability))


def _run(clamp: Mapping[str, Any], xs: Array, p: LSTMParams) -> Array:
    return lstm_forward(xs, p, clamp=clamp).c


EXERCISES = (
    function(
        "cross_entropy",
        "11",
        "The mean binary cross-entropy (natural logarithm) of probabilities, given labels 0 and 1.",
        four(_some_predictions),
        lambda probability, label: _cross_entropy(probability, label).mean(),
        (
            Mistake(
                "That is the squared error, which hardly minds a confident mistake.",
                lambda probability, label: np.mean((probability - label) ** 2),
            ),
            Mistake(
                "A loss is positive: the logarithm of a probability is not, so a minus is missing.",
                lambda probability, label: -_cross_entropy(probability, label).mean(),
            ),
            Mistake(
                "Only texts with label 1 count in yours; those with 0 cost -log(1 - probability).",
                lambda probability, label: -np.mean(label * np.log(probability)),
            ),
            Mistake(
                "Texts with label 0 cost -log(1 - probability); yours all cost -log(probability).",
                lambda probability, label: -np.mean(np.log(probability)),
            ),
            Mistake(
                "The minus belongs before both parts: put them in brackets.",
                lambda probability, label: np.mean(
                    -label * np.log(probability) + (1.0 - label) * np.log(1.0 - probability)
                ),
            ),
            Mistake(
                "The natural logarithm is asked for, np.log.",
                lambda probability, label: _cross_entropy(probability, label).mean() / np.log(2.0),
            ),
            Mistake(
                "That is the sum over the texts; the mean is asked for.",
                lambda probability, label: _cross_entropy(probability, label).sum(),
            ),
            Mistake(
                "Labels are exchanged: a text with label 1 costs -log(probability).",
                lambda probability, label: _cross_entropy(probability, 1.0 - label).mean(),
            ),
            Mistake(
                "That is the loss of each text; one number for all is asked for, the mean.", _cross_entropy
            ),
        ),
    ),
    function(
        "fair_report",
        "11",
        "Six runs, with accuracies `validation` and `test`. Choose a run, fairly; return the test "
        "accuracy to report.",
        four(_some_runs),
        lambda validation, test: test[np.argmax(validation)],
        (
            Mistake(
                "You chose with the test set, and so the number flatters: which set may be looked at "
                "for choosing?",
                lambda validation, test: test.max(),
            ),
            Mistake(
                "That is the validation accuracy of the chosen run. It was chosen for being high "
                "there, so report what the test set says.",
                lambda validation, test: validation.max(),
            ),
            Mistake(
                "That is the run that did worst in validation, and the last one. Which should be chosen?",
                lambda validation, test: test[np.argmin(validation)],
            ),
            Mistake(
                "You average all runs; one is chosen and reported.", lambda validation, test: test.mean()
            ),
            Mistake(
                "That is the number of the run; its test accuracy is asked for.",
                lambda validation, test: np.argmax(validation),
            ),
        ),
    ),
    settings(
        "cell_of_1997",
        "13",
        "The LSTM of 1997 had no forget gate. Which clamp turns today's cell into that one?",
        'a dict such as {"i": …}',
        sequence(lstm_params),
        _run,
        {"f": 1.0},
        (
            Mistake(
                "That erases c at each step. Without a forget gate nothing is forgotten: f is 1.", {"f": 0.0}
            ),
            Mistake("The input gate was there in 1997; it is another one that came later.", {"i": 1.0}),
            Mistake("f is right; leave the input gate as it has learned.", {"f": 1.0, "i": 1.0}),
            Mistake("The output gate was there in 1997; it is another one that came later.", {"o": 1.0}),
            Mistake("f is right; leave the output gate as it has learned.", {"f": 1.0, "o": 1.0}),
        ),
    ),
    function(
        "decayed_rate",
        "13",
        "The learning rate in epoch `epoch` (counted from 0), if every epoch multiplies it by `decay`.",
        four(
            lambda rng: {
                "rate": float(rng.uniform(1e-3, 1e-2)),
                "decay": float(rng.uniform(0.5, 0.95)),
                "epoch": int(rng.integers(3, 9)),
            }
        ),
        lambda rate, decay, epoch: rate * decay**epoch,
        (
            Mistake(
                "You multiply by the number of epochs; each epoch multiplies by decay once more.",
                lambda rate, decay, epoch: rate * decay * epoch,
            ),
            Mistake(
                "One factor too many: epoch 0 has the full rate.",
                lambda rate, decay, epoch: rate * decay ** (epoch + 1),
            ),
            Mistake(
                "One factor too few: epoch 0 has the full rate, epoch 1 the first factor.",
                lambda rate, decay, epoch: rate * decay ** (epoch - 1),
            ),
            Mistake(
                "decay is the part that stays; you multiply by 1 - decay.",
                lambda rate, decay, epoch: rate * (1.0 - decay) ** epoch,
            ),
            Mistake(
                "Only decay is raised to a power: rate * decay**epoch.",
                lambda rate, decay, epoch: (rate * decay) ** epoch,
            ),
            Mistake("That is the factor; times the rate.", lambda rate, decay, epoch: decay**epoch),
            Mistake(
                "That is the rate of epoch 1, whatever the epoch.", lambda rate, decay, epoch: rate * decay
            ),
        ),
    ),
)
