"""The course's own network, trained by Keras from the arrays that travel; no text is needed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from experiments.gpu.data import Reviews, Say, course_rows

Keep = Callable[[dict[str, Any]], object]


def _curve() -> Any:
    """Return a callback whose `points` are the mean loss of an epoch so far, every tenth batch."""
    import keras

    class Curve(keras.callbacks.Callback):
        def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
            self.points: list[tuple[int, float]] = []

        def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
            if batch % 10 == 0 and logs:
                self.points.append((batch, round(float(logs["loss"]), 5)))

    return Curve()


def train_course(
    reviews: Reviews, seed: int, seconds: float, say: Say, keep: Keep = lambda found: None, **changes: Any
) -> dict[str, Any]:
    """Train the recipe `course` for its epochs, and return its curve, its speed and its accuracy.

    The validation reviews are whole films; the test reviews are not read. An epoch that would begin after
    `seconds` is left out.

    Parameters
    ----------
    keep : is given what is known, before the first epoch and after each one
    changes : settings of the recipe, as in `sentiment.recipe`
    """
    import keras

    from lstm_teach.sentiment import describe_device, recipe
    from lstm_teach.sentiment.evaluation import score
    from lstm_teach.sentiment.network import Batches, Network, begin_with_vectors, compile_model, new_model

    began = time.perf_counter()
    chosen = recipe("course", **changes)
    rows, labels = course_rows(reviews, reviews.training), reviews.labels_of(reviews.training)
    aside, truth = course_rows(reviews, reviews.held_back), reviews.labels_of(reviews.held_back)
    model = new_model(chosen, int(reviews.course_size), seed)
    device = describe_device(model=model)
    say(str(device))
    begin_with_vectors(model, chosen, rows, seed)
    compile_model(model, chosen, batches=-(-len(rows) // chosen.batch_size))
    network, epochs = Network(chosen, None, model), []
    preparing = round(time.perf_counter() - began, 2)
    say(f"course: ready after {preparing} s, {model.count_params():,} parameters")
    found = {
        "recipe": "course",
        "seed": seed,
        "split": "film",
        "device": str(device),
        "versions": {"keras": keras.__version__, "numpy": np.__version__},
        "parameters": model.count_params(),
        "seconds_preparing": preparing,
        "epochs": epochs,
    }
    keep(found)
    for epoch in range(chosen.epochs):
        if time.perf_counter() - began > seconds:
            break
        curve, start = _curve(), time.perf_counter()
        batches = Batches(rows, chosen, chosen.batch_size, labels, key=(seed, epoch))
        logs = model.fit(batches, shuffle=False, verbose=0, callbacks=[curve]).history
        took = time.perf_counter() - start
        judged = score(truth, network.predict_ids(aside))
        epochs.append(
            {
                "loss": round(logs["loss"][0], 5),
                "val_loss": round(judged.loss, 5),
                "val_accuracy": round(judged.accuracy, 5),
                "seconds": round(took, 2),
                "reviews_per_second": round(len(rows) / took, 1),
                "curve": curve.points,
            }
        )
        say("course: " + ", ".join(f"{k} {v}" for k, v in epochs[-1].items() if k != "curve"))
        keep(found)
    return found
