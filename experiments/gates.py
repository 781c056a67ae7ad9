"""Measure what the gates of the shipped reader do: python -m experiments gates --source ARCHIVE

Each gate is clamped open (1), closed (0) and at its mean while the 25,000 test reviews of IMDB are read
whole, from a state of zeros. The figures go to `data/gates/reader.json`, and from there into the tables of
`data/reader/README.md`; `--check` says whether README, record and weights belong together, without IMDB.
"""

import argparse
import sys
import time
from collections.abc import Sequence

import lstm_teach
from experiments.gate_measures import measure
from experiments.gate_tables import render
from lstm_teach import reader, reviews
from lstm_teach.sentiment.checkpoints import write_json
from lstm_teach.sentiment.json_shapes import NAME, Object, Several, read_json
from lstm_teach.sentiment.machine import hardware, versions
from lstm_teach.sentiment.records import read_records, shipped_dir

FOLDER = lstm_teach.data_dir() / "reader"
README, RECORD = FOLDER / "README.md", FOLDER.parent / "gates" / "reader.json"
_ROWS = Several(Object({}))  # what they hold is seen when the tables are made
_GATES = Object(
    {
        "weights_checksum": NAME,
        **dict.fromkeys(("conditions", "prefixes"), _ROWS),
        **dict.fromkeys(("best_unit", "sentence", "shown", "reviews"), Object({})),
        "own_reviews": Object({"kinds": _ROWS}),
    }
)
BEGIN, END = "<!-- figures: made by python -m experiments gates -->\n", "<!-- end of figures -->\n"


def readme_in_step() -> str:
    """Return the README as it should be.

    Raises
    ------
    ValueError
        if a record is not of the shipped weights, or is damaged; the message names it.
    """
    record = read_json(RECORD, _GATES, "record of the gates")
    weights = reader.checksum(FOLDER)
    runs = [run for run in read_records(shipped_dir()) if run.get("weights_checksum") == weights]
    if record["weights_checksum"] != weights or not runs:
        raise ValueError(
            f"{FOLDER} holds other weights than those of {RECORD.name} and of the run records: "
            "measure again, or train again"
        )
    try:
        figures = render(record, runs[0])
    except (KeyError, IndexError, TypeError, ValueError) as error:
        what = f"{RECORD.name}, or the run record of these weights, is damaged"
        raise ValueError(f"{what} ({type(error).__name__}: {error})") from error
    before, rest = README.read_text(encoding="utf-8").split(BEGIN)
    return f"{before}{BEGIN}\n{figures}\n{END}{rest.split(END)[1]}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, render or check."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--source", help="IMDB's archive or folder; else as reviews.load finds it")
    parser.add_argument("--seed", type=int, default=0, help="of the shuffling")
    parser.add_argument(
        "--check", action="store_true", help="measure nothing; fail if README or record is stale"
    )
    parser.add_argument(
        "--render", action="store_true", help="measure nothing; write the README's figures anew"
    )
    args = parser.parse_args(arguments)
    if args.check:
        if README.read_text(encoding="utf-8") != readme_in_step():
            sys.exit(f"{README} is not in step with its records: run python -m experiments gates --render")
        return
    if not args.render:
        print(f"seed {args.seed}")
        start = time.perf_counter()
        corpus = reviews.load("imdb", source=args.source)
        found = measure(reader.load(), corpus, args.seed)
        write_json(
            RECORD,
            {
                "seed": args.seed,
                "corpus": corpus.name,
                "corpus_checksum": corpus.checksum,
                "reviews": {"train": len(corpus.train.texts), "test": len(corpus.test.texts)},
                "weights_checksum": reader.checksum(FOLDER),
                "versions": versions("numpy"),
                "hardware": hardware(),
                "seconds": round(time.perf_counter() - start),
                **found,
            },
        )
    README.write_text(readme_in_step(), encoding="utf-8", newline="\n")
    print(f"written: {RECORD}, {README}")
