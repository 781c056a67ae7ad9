"""Every reading of IMDB's test reviews, one line of JSON each: whoever reads them often, chooses by them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import lstm_teach
from lstm_teach.sentiment.checkpoints import usable
from lstm_teach.sentiment.json_shapes import LINE, Object, check_shape
from lstm_teach.sentiment.record_schema import RECORD
from lstm_teach.sentiment.records import SETTING, Record, own_dir, shipped_dir

KEYS = ("recipe", "changed", "seed", "split", "backend", "limit", "test_accuracy")
READING = Object({"date": LINE, **{key: RECORD.has[key] for key in KEYS}})


def readings_file(folder: Path | None = None) -> Path:
    """Return the list of readings that belongs to a folder of records; None: a reader's own.

    That of the course is `data/test_readings.jsonl`; a reader's own lies beside their own records.
    """
    if folder == shipped_dir():
        return lstm_teach.data_dir() / "test_readings.jsonl"
    return (folder or own_dir()) / "test_readings.jsonl"


def note_reading(record: Record, folder: Path | None = None) -> None:
    """Add a line to the list: the test reviews were read, and this was the figure."""
    path = readings_file(folder)
    line = {"date": f"{datetime.now(UTC):%Y-%m-%d}", **{key: record[key] for key in KEYS}}
    with usable(path, None if folder else SETTING):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(line) + "\n")


def read_readings(folder: Path | None = None) -> list[dict[str, Any]]:
    """Return the readings of a folder of records, oldest first; none where there is no list.

    Raises
    ------
    ValueError
        which names the line of the list that is no reading.
    """
    path = readings_file(folder)
    found = []
    for number, line in enumerate(path.read_bytes().splitlines() if path.exists() else (), 1):
        try:
            reading = json.loads(line)
            check_shape(reading, READING)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"readings: line {number} of {path.name} is no reading ({error})") from error
        found.append(reading)
    return found
