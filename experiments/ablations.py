"""Measure what each idea brings: train a recipe small, and again with one setting changed.

    python -m experiments ablations           train what has no record yet, a minute or two each
    python -m experiments ablations --list    name them, train nothing

Small means for `course` the last 80 words and 32 units, so that a run takes a minute. The side of the padding
is compared in `two_lstm_words`, which reads the last state. Each run is recorded in data/ablations;
docs/results.md shows them as tables. Accuracies are on validation reviews; the test reviews are not touched.
"""

import argparse
from collections.abc import Sequence
from typing import Any

from lstm_teach.sentiment import recipe
from lstm_teach.sentiment.recipes import changes_of
from lstm_teach.sentiment.records import ablations_dir, read_records

SEED = 1
SMALL: dict[str, dict[str, Any]] = {
    "course": {"length": 80, "units": 32},
    "two_lstm_words": {"length": 200, "epochs": 2},
}
STEPS: dict[str, tuple[dict[str, Any], ...]] = {
    "course": (
        {},
        {"vectors": None},
        {"pooling": "last"},
        {"directions": 1},
        {"window": 20, "subsampling": None},
        {"word_dropout": 0.3},
        {"embedding_dropout": 0.4},
        {"schedule": "constant", "learning_rate": 1e-3},
        {"optimizer": "adadelta", "learning_rate": 1.0},
        {"length": 200},
        {"units": 64},
        {"epochs": 4},
        {"loss": "mean_squared_error"},
        {"depth": 2},
        {"weight_decay": 0.01},
        {"dropout": 0.5},
        {"directions": 1, "pooling": "last", "vectors": None},
        {"log_count_ratios": True},
        {"log_count_ratios": True, "vectors": None},
        {"trainable_vectors": False},
        {"averaging": 0.99},
        {"even_batches": False},
        {"warm_up": 0.3},
        {"short_first": 0.0},
        {"readout": 1.0},
    ),
    "two_lstm_words": ({}, {"padding": "right"}),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Train what has no record yet."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--list", action="store_true", help="name the runs, train none")
    args = parser.parse_args(arguments)
    measured = [(record["recipe"], record["changed"]) for record in read_records(ablations_dir())]
    for name, step in ((name, step) for name, several in STEPS.items() for step in several):
        changes = {**SMALL[name], **step}
        known = (name, changes_of(recipe(name, **changes))) in measured
        print(f"{name} {changes}: {'measured' if known else 'to be measured'}", flush=True)
        if not known and not args.list:
            from lstm_teach.sentiment import train

            how: dict[str, Any] = {"test": False, "record": True, "progress": False}
            train(name, "imdb", SEED, records_folder=ablations_dir(), **how, **changes)
