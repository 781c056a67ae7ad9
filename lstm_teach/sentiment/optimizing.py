"""The optimizer and the loss of a recipe, as Keras takes them."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from lstm_teach.sentiment.kinds import NetworkRecipe

_OPTIMIZERS = {
    "adam": keras.optimizers.Adam,
    "adamax": keras.optimizers.Adamax,
    "adadelta": keras.optimizers.Adadelta,
    "sgd": keras.optimizers.SGD,
    "rmsprop": keras.optimizers.RMSprop,
}


@keras.saving.register_keras_serializable("lstm_teach")
class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """Up in a straight line from a tenth of `peak` for a fraction of `steps`, then down to nothing."""

    def __init__(self, peak: float, steps: int, warm_up: float) -> None:
        self.peak, self.steps, self.warm_up = peak, steps, warm_up

    def __call__(self, step: Any) -> Any:
        """Return the learning rate at a step."""
        done = ops.cast(step, "float32") / self.steps
        rise, fall = 0.1 + 0.9 * done / self.warm_up, (1.0 - done) / (1.0 - self.warm_up)
        return self.peak * ops.maximum(ops.minimum(rise, fall), 0.0)

    def get_config(self) -> dict[str, Any]:
        """Return what makes an equal schedule."""
        return {"peak": self.peak, "steps": self.steps, "warm_up": self.warm_up}


@keras.saving.register_keras_serializable("lstm_teach")
def same_side(labels: Any, probabilities: Any) -> Any:
    """Return 1 where a probability and a label, which may be one too, lie on one side of 0.5; else 0."""
    return ops.cast(ops.equal(labels > 0.5, probabilities > 0.5), "float32")


def compile_model(model: keras.Model, recipe: NetworkRecipe, batches: int) -> None:
    """Give a model the optimizer and loss of its recipe, for epochs of so many batches."""
    rate: Any = recipe.learning_rate
    if recipe.schedule == "one_cycle":
        rate = OneCycle(recipe.learning_rate, recipe.epochs * batches, recipe.warm_up)
    optimizer = _OPTIMIZERS[recipe.optimizer](
        rate,
        weight_decay=recipe.weight_decay,
        global_clipnorm=recipe.clip_norm,
        use_ema=recipe.averaging is not None,
        ema_momentum=recipe.averaging or 0.99,
    )
    optimizer.build(model.trainable_variables)  # so that a checkpoint has somewhere to go
    accuracy = keras.metrics.MeanMetricWrapper(same_side, name="accuracy")
    model.compile(optimizer, recipe.loss, metrics=[accuracy])  # jit_compile: JAX, not TensorFlow on a CPU
