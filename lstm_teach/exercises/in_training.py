"""Lesson 11, in Keras: which loss belongs to which output, and a training cell with two bugs.

Keras is imported inside the functions alone. A loss is compared by its value, so that every right way passes.
"""

import warnings
from typing import Any, NamedTuple

import numpy as np

from lstm_teach.exercises.core import Case, Rng, function

YES_NO, NUMBERED = "yes or no", "one class, as its number"
ONE_HOT, AMOUNT = "one class, one-hot", "an amount, by squared error"
BINARY, CATEGORICAL = "binary_crossentropy", "categorical_crossentropy"
SPARSE, SQUARED = "sparse_categorical_crossentropy", "mean_squared_error"
RIGHT = {
    YES_NO: ("sigmoid", BINARY),
    NUMBERED: ("softmax", SPARSE),
    ONE_HOT: ("softmax", CATEGORICAL),
    AMOUNT: ("linear", SQUARED),
}


def _some_tasks(rng: Rng) -> list[Case]:
    cases = []
    for k, task in enumerate(RIGHT):
        batch, classes = 6 + k, 3 + k
        labels = 3 * rng.standard_normal(batch) if task == AMOUNT else rng.integers(0, classes, batch)
        cases.append({"task": task, "last": rng.standard_normal((batch, classes)), "labels": labels})
    return cases


def _as_numbers(outputs: Any) -> Any:
    """The same numbers in a new tensor: in the old one, TensorFlow still finds what it was before softmax."""
    import keras

    return keras.ops.convert_to_tensor(np.array(outputs))


def _loss_of(pair: Any, case: Case) -> float:
    """The mean loss that a pair gives to what the last layer says before its activation."""
    import keras

    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise ValueError("return two things, the activation and the loss")
    activation, loss = pair
    task, last, labels = case["task"], case["last"], case["labels"]
    if task in (YES_NO, AMOUNT):
        last, labels = last[:, :1], (labels % 2 if task == YES_NO else labels)[:, None]
    elif task == ONE_HOT:
        labels = np.eye(last.shape[1])[labels]
    loss = keras.losses.get(loss)
    try:
        with warnings.catch_warnings(action="ignore"):
            outputs = keras.activations.get(activation)(keras.ops.convert_to_tensor(last))
            return float(np.mean(loss(labels, _as_numbers(outputs))))
    except (ValueError, TypeError) as error:
        name = getattr(loss, "name", getattr(loss, "__name__", "this loss"))
        raise ValueError(f"{name} does not take these labels ({task})") from error


def _some_texts(rng: Rng) -> list[Case]:
    return [
        {"units": units, "ids": rng.integers(1, 50, (batch, units)), "labels": rng.integers(0, 2, batch)}
        for units, batch in ((int(rng.integers(3, 5)), 8), (int(rng.integers(5, 7)), 9))
    ]


class Training(NamedTuple):
    """What `compile` has given a model: its loss, and whether the steps are too large or too small."""

    loss: float
    step_is_wrong: bool


def _as_compiled(model: Any, case: Case) -> Training:
    """The loss that a model was compiled with, with weights known beforehand, and a look at its rate."""
    import keras

    if getattr(model, "optimizer", None) is None:
        raise ValueError("expected a model that is compiled: model.compile(...)")
    rng = np.random.default_rng(0)
    with warnings.catch_warnings(action="ignore"):
        model(case["ids"])  # a model without an Input gets its weights now
        model.set_weights([rng.standard_normal(weight.shape) for weight in model.get_weights()])
        loss = model.compute_loss(y=case["labels"][:, None], y_pred=_as_numbers(model(case["ids"])))
    rate = float(keras.ops.convert_to_numpy(model.optimizer.learning_rate))
    return Training(float(loss), not 1e-5 <= rate <= 0.05)


def _compiled(
    units: int, activation: str | None = "sigmoid", rate: float = 1e-3, loss: Any = "binary_crossentropy"
) -> Any:
    import keras

    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(50, 4, mask_zero=True),
            keras.layers.LSTM(units),
            keras.layers.Dense(1, activation=activation),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(rate), loss=loss)
    return model


@function(
    "11",
    "pair_loss",
    _some_tasks,
    lambda task: RIGHT[task],
    _loss_of,
    question=f"From `task` ({'; '.join(RIGHT)}) to (activation, loss).",
)
def _wrong_pairs(task: str) -> dict[str, Any]:
    each_alone = {ONE_HOT: ("sigmoid", CATEGORICAL), NUMBERED: ("sigmoid", SPARSE)}
    squared = {YES_NO: ("sigmoid", SQUARED), ONE_HOT: ("softmax", SQUARED)}
    changes: dict[str, dict[str, tuple[str, str]]] = {
        "softmax over one output is always 1: yes or no takes `sigmoid`.": {YES_NO: ("softmax", BINARY)},
        "binary_crossentropy reads probabilities: before it, `sigmoid`.": {YES_NO: ("linear", BINARY)},
        "One class out of several: the probabilities add up to 1, so `softmax`.": each_alone,
        "An amount may be anything: no activation, `linear`.": {AMOUNT: ("sigmoid", SQUARED)},
        "An amount is not cut at 0: `linear`, not `relu`.": {AMOUNT: ("relu", SQUARED)},
        "Squared error hardly pulls at a sure mistake: classes take a crossentropy.": squared,
        "binary_crossentropy asks each class on its own; one of several takes the categorical one.": {
            ONE_HOT: ("softmax", BINARY)
        },
    }
    return {hint: (RIGHT | changed)[task] for hint, changed in changes.items()}


@function(
    "11",
    "find_the_bug",
    _some_texts,
    lambda units: _compiled(units),
    _as_compiled,
    question="This model never learns, for two reasons. Return it with both of them fixed.",
)
def _wrong_training(units: int) -> dict[str, Any]:
    import keras

    logits = keras.losses.BinaryCrossentropy(from_logits=True)
    return {
        "Both bugs are still there: look at the last layer and at the step.": _compiled(units, None, 1.0),
        "The loss reads probabilities; the last layer gives any number: `sigmoid`.": _compiled(units, None),
        "The last layer is right. With steps of 1.0 Adam jumps over every valley: 1e-3.": _compiled(
            units, rate=1.0
        ),
        "softmax over one output is always 1.": _compiled(units, "softmax"),
        "A sigmoid and from_logits=True are the sigmoid twice: one of them.": _compiled(units, loss=logits),
        "A class takes a crossentropy, not squared error.": _compiled(units, loss="mean_squared_error"),
        "tanh is no probability: it goes below 0.": _compiled(units, "tanh"),
    }
