"""Lesson 11, in Keras: which loss belongs to which output, and a training cell with two bugs.

Keras is imported inside the functions alone. A loss is compared by its value, so that every right way passes.
"""

from typing import Any

import numpy as np

from lstm_teach.exercises.core import Case, Rng, function

YES_NO, NUMBERED, ONE_HOT, AMOUNT = "yes or no", "one of 4, numbered", "one of 4, one-hot", "an amount"
RIGHT = {
    YES_NO: ("sigmoid", "binary_crossentropy"),
    NUMBERED: ("softmax", "sparse_categorical_crossentropy"),
    ONE_HOT: ("softmax", "categorical_crossentropy"),
    AMOUNT: ("linear", "mean_squared_error"),
}


def _some_tasks(rng: Rng) -> list[Case]:
    numbers = rng.integers(0, 4, 6)
    labels = {YES_NO: numbers[:, None] % 2, NUMBERED: numbers, ONE_HOT: np.eye(4)[numbers]}
    labels[AMOUNT] = 3 * rng.standard_normal((6, 1))
    outputs = {task: 1 if task in (YES_NO, AMOUNT) else 4 for task in labels}
    return [
        {"task": task, "last": rng.standard_normal((6, outputs[task])), "labels": labels[task]}
        for task in RIGHT
    ]


def _loss_of(pair: Any, case: Case) -> float:
    """The mean loss that a pair gives to what the last layer says before its activation."""
    import keras

    activation, loss = pair
    outputs = keras.activations.get(activation)(keras.ops.convert_to_tensor(case["last"]))
    try:
        return float(np.mean(keras.losses.get(loss)(case["labels"], outputs)))
    except (ValueError, TypeError) as error:
        raise ValueError(f"{loss} does not take these labels ({case['task']})") from error


def _wrong_pairs(task: str) -> dict[str, Any]:
    def pairs(changed: dict[str, Any]) -> Any:
        return {**RIGHT, **changed}[task]

    classes = {YES_NO, ONE_HOT}
    return {
        "softmax over one output is always 1: yes or no takes `sigmoid`.": pairs(
            {YES_NO: ("softmax", "binary_crossentropy")}
        ),
        "binary_crossentropy reads probabilities: before it, `sigmoid`.": pairs(
            {YES_NO: ("linear", "binary_crossentropy")}
        ),
        "One class out of four: the probabilities add up to 1, so `softmax`.": pairs(
            {
                ONE_HOT: ("sigmoid", "categorical_crossentropy"),
                NUMBERED: ("sigmoid", "sparse_categorical_crossentropy"),
            }
        ),
        "An amount may be anything: no activation, `linear`.": pairs(
            {AMOUNT: ("sigmoid", "mean_squared_error")}
        ),
        "An amount is not cut at 0: `linear`, not `relu`.": pairs({AMOUNT: ("relu", "mean_squared_error")}),
        "Squared error hardly pulls at a sure mistake: classes take a crossentropy.": pairs(
            {name: (RIGHT[name][0], "mean_squared_error") for name in classes}
        ),
        "binary_crossentropy asks each class on its own; one of four takes the categorical one.": pairs(
            {ONE_HOT: ("softmax", "binary_crossentropy")}
        ),
    }


def _some_texts(rng: Rng) -> list[Case]:
    units = int(rng.integers(3, 7))
    return [{"units": units, "ids": rng.integers(1, 50, (8, 5)), "labels": rng.integers(0, 2, (8, 1))}]


def _trained_once(model: Any, case: Case) -> tuple[float, float]:
    """The loss that `compile` has given the model, and its learning rate: 0 if small enough, else 1."""
    rng = np.random.default_rng(0)
    model.set_weights([rng.standard_normal(weight.shape) for weight in model.get_weights()])
    told = model.evaluate(case["ids"], case["labels"], verbose=0, return_dict=True)
    rate = float(np.array(model.optimizer.learning_rate))
    return float(told["loss"]), float(not 1e-5 <= rate <= 0.05)


def _compiled(units: int, activation: str | None = "sigmoid", rate: float = 1e-3, **how: Any) -> Any:
    import keras

    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(50, 4, mask_zero=True),
            keras.layers.LSTM(units),
            keras.layers.Dense(1, activation=activation),
        ]
    )
    loss = how.get("loss", "binary_crossentropy")
    model.compile(optimizer=keras.optimizers.Adam(rate), loss=loss)
    return model


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


EXERCISES = (
    function(
        "pair_loss",
        "11",
        "For each task the last layer's activation and the loss, by their names in Keras.",
        _some_tasks,
        lambda task: RIGHT[task],
        _wrong_pairs,
        _loss_of,
    ),
    function(
        "find_the_bug",
        "11",
        "This model never learns, for two reasons. Return it with both of them fixed.",
        _some_texts,
        lambda units: _compiled(units),
        _wrong_training,
        _trained_once,
    ),
)
