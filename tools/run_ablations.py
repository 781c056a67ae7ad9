"""Measure what each idea brings: train a recipe small, and again with one setting changed.

    python tools/run_ablations.py           train what has no record yet, a minute or two each
    python tools/run_ablations.py --list    name them, train nothing

Small means for `course` the last 80 words and 32 units, so that a run takes a minute. The side of the padding
is compared in `two_lstm_words`, which reads the last state. Each run is recorded in data/ablations;
docs/results.md shows them as tables. Accuracies are on validation reviews; the test reviews are not touched.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from lstm_teach.sentiment import recipe  # noqa: E402
from lstm_teach.sentiment.recipes import changes_of  # noqa: E402
from lstm_teach.sentiment.records import ablations_dir, read_records  # noqa: E402

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


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--list", action="store_true", help="name the runs, train none")
    args = parser.parse_args()
    os.environ["LSTM_TEACH_RUNS"] = str(ablations_dir())
    measured = [(record["recipe"], record["changed"]) for record in read_records(ablations_dir())]
    for name, step in ((name, step) for name, several in STEPS.items() for step in several):
        changes = {**SMALL[name], **step}
        known = (name, changes_of(recipe(name, **changes))) in measured
        print(f"{name} {changes}: {'measured' if known else 'to be measured'}", flush=True)
        if not known and not args.list:
            from lstm_teach.sentiment import train

            train(name, "imdb", SEED, test=False, record=True, progress=False, **changes)


if __name__ == "__main__":
    main()
