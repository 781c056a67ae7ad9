"""Measure what each idea brings: train `course` small, and again with one idea taken out or put in.

    python -m experiments ablations           train what has no record yet, some minutes each
    python -m experiments ablations --list    name them, train nothing

Small means the last 200 words and 32 units. Each row is trained with three seeds on the same reviews. Its
record says of each validation review whether it was right, so that rows are compared review by review. The
validation reviews are whole films; the test reviews are not touched. Records go to data/ideas, and
docs/results.md shows them as a table. The records in data/ablations are older: one seed, 80 words, validation
reviews drawn at random.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from experiments.pairs import packed
from lstm_teach import data_dir, reviews
from lstm_teach.sentiment import recipe
from lstm_teach.sentiment.parts import divided
from lstm_teach.sentiment.recipes import changes_of
from lstm_teach.sentiment.records import read_records, write_record

SEEDS = (1, 2, 3)
SMALL: dict[str, Any] = {"length": 200, "units": 32}
# What a row shows, and what is changed in it; the rows of the table stand in this order.
IDEAS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("the small network itself", {}),
    ("how much it reads", {"length": 80}),
    ("how much it reads", {"length": 400}),
    ("what it knows before any label", {"vectors": None}),
    ("how the states become an answer", {"pooling": "last"}),
    ("how the states become an answer", {"directions": 1}),
    ("all three at once: the usual first network", {"directions": 1, "pooling": "last", "vectors": None}),
    ("size", {"units": 64}),
    ("size", {"depth": 2}),
    ("against learning by heart", {"dropout": 0.5}),
    ("how it is trained", {"schedule": "constant", "learning_rate": 1e-3}),
    ("how it is trained", {"optimizer": "adadelta", "learning_rate": 1.0}),
    ("how it is trained", {"loss": "mean_squared_error"}),
)


def ideas_dir() -> Path:
    """Return the folder of these records: `data/ideas`."""
    return data_dir() / "ideas"


def main(arguments: Sequence[str] | None = None) -> None:
    """Train what has no record yet."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--list", action="store_true", help="name the runs, train none")
    args = parser.parse_args(arguments)
    measured = [(record["changed"], record["seed"]) for record in read_records(ideas_dir())]
    for seed in SEEDS:
        for _, changed in IDEAS:
            changes = SMALL | changed
            known = (changes_of(recipe("course", **changes)), seed) in measured
            print(f"course {changes}, seed {seed}: {'measured' if known else 'to be measured'}", flush=True)
            if not known and not args.list:
                measure(changes, seed)


def measure(changes: dict[str, Any], seed: int, corpus: str = "imdb", **options: Any) -> Path:
    """Train a small network, and write its record with what it was right on; return the record's file."""
    from lstm_teach.sentiment import train

    how: dict[str, Any] = {"test": False, "record": False, "progress": False}
    run = train("course", corpus, seed, **how, **options, **changes)
    record = run.record
    validation = divided(
        reviews.load(corpus), record["settings"]["validation"], record["limit"], record["split"]
    ).validation
    right = (run.classifier.predict(validation.texts) > 0.5) == (validation.labels == 1)
    return write_record(record | {"right": packed(right)}, ideas_dir())
