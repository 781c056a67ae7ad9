"""Make docs/results.md and its pictures from the run records in data/runs and data/ablations.

python -m experiments results            write them
python -m experiments results --check    name what is stale, change nothing, exit with 1 if anything is
python -m experiments results --own      with your own records among them, into a folder beside these
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import lstm_teach
from experiments import result_pictures
from experiments.ablations import ideas_dir
from experiments.result_page import Results, page
from experiments.result_pictures import pictures
from lstm_teach.sentiment.json_shapes import AMOUNT, FRACTION, LINE, Object, Several, read_json
from lstm_teach.sentiment.races import read_race
from lstm_teach.sentiment.readings import read_readings
from lstm_teach.sentiment.records import Record, own_dir, read_folder, read_records, shipped_dir

_EPOCH = {"val_accuracy": FRACTION, "seconds": AMOUNT, "reviews_per_second": AMOUNT}
COURSE_ON_GPU = Object({"device": LINE, "epochs": Several(Object(_EPOCH))})


def outputs(results: Results) -> dict[Path, str]:
    """Return the text of every file, by its path below docs."""
    made = {Path("results.md"): page(results)}
    stamp = _stamp(results)
    for name, picture in pictures(results.records, results.ablations, results.race).items():
        made[Path("images") / name] = f"{picture.document}<!-- {stamp} -->\n"
    return made


def stale(results: Results, docs: Path) -> list[Path]:
    """Return the files that records or this script have outgrown.

    Pictures are compared by the stamp in them, since another release of Matplotlib draws other bytes.
    """
    found = []
    for path, text in outputs(results).items():
        there = (docs / path).read_text(encoding="utf-8") if (docs / path).exists() else ""
        fresh = _stamp(results) in there if path.suffix == ".svg" else there == text
        if not fresh:
            found.append(path)
    return found


def gathered(
    runs: Path | None = None, ablations: Path | None = None, race: Path | None = None, own: bool = False
) -> Results:
    """Return all that is recorded: what ships, or what other paths name; with `own`, a reader's too."""
    readings = read_readings(shipped_dir()) if runs is None else read_readings(runs)
    course = lstm_teach.data_dir() / "gpu" / "course.json"
    return Results(
        read_records(None if own else runs or shipped_dir()),
        read_records(ablations or lstm_teach.data_dir() / "ablations"),
        read_race(race),
        [*readings, *(read_readings() if own else ())],
        read_json(course, COURSE_ON_GPU, "run of course on a graphics card") if course.exists() else None,
        _ideas(),
    )


def _ideas() -> list[Record]:
    """Return the records of the small runs, each of which says of each review whether it was right."""
    found = read_folder(ideas_dir())
    for name, record in found.items():
        if "right" not in record:
            raise ValueError(f"records: {name} is no record of an idea (it has no right)")
    return list(found.values())


def main(arguments: Sequence[str] | None = None) -> int:
    """Write, or check; return 1 if a check found something stale."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 if a file is stale")
    parser.add_argument("--runs", type=Path, help="the folder of the records (default: data/runs)")
    parser.add_argument("--ablations", type=Path, help="that of the small runs (default: data/ablations)")
    parser.add_argument("--race", type=Path, help="that of the race (default: data/time_to_accuracy.json)")
    parser.add_argument("--own", action="store_true", help="your own records too, written beside these")
    parser.add_argument("--docs", type=Path, help="where to write (default: docs)")
    args = parser.parse_args(arguments)
    results = gathered(args.runs, args.ablations, args.race, args.own)
    docs = args.docs or (own_dir() / "results" if args.own else lstm_teach.data_dir().parent / "docs")
    if args.check:
        found = stale(results, docs)
        for path in found:
            print(f"stale: docs/{path.as_posix()}; run: python -m experiments results", file=sys.stderr)
        return 1 if found else 0
    for path, text in outputs(results).items():
        (docs / path).parent.mkdir(parents=True, exist_ok=True)
        (docs / path).write_text(text, encoding="utf-8", newline="\n")
        print(f"written: {docs.name}/{path.as_posix()}")
    return 0


def _stamp(results: Results) -> str:
    data = json.dumps([results.records, results.ablations, results.race], sort_keys=True)
    made_from = data + Path(result_pictures.__file__).read_text(encoding="utf-8")
    return f"made from {hashlib.sha256(made_from.encode()).hexdigest()}"
