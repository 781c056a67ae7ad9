"""Who remembers for how long? Accuracy on flagged recall against lag, and small trained cells for the labs.

    python -m experiments recall             run what is missing, on one core
    python -m experiments recall --table     print the tables
    python -m experiments recall --check     fail unless data/recall/README.md shows these tables

Every run is written to data/recall/accuracy.json as soon as it ends, and a run that is there is not run
again: stop at any time and go on later. All cells get the same units, batches, clipping, budget and learning
rate, and none is tuned. Runs with two other rates stand beside them, to show how much the rate decides.
"""

import argparse
import sys
from collections.abc import Sequence

from experiments.recall_runs import FOLDER, run_missing
from experiments.recall_shown import write_shown
from experiments.recall_tables import readme, tables
from lstm_teach.atomic import replacing


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is missing, or show or check the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--table", action="store_true", help="print the tables and stop")
    parser.add_argument("--check", action="store_true", help="fail unless the README shows these tables")
    chosen = parser.parse_args(arguments)
    if chosen.table:
        print(tables())
    elif chosen.check:
        if readme() != (FOLDER / "README.md").read_text(encoding="utf-8"):
            sys.exit("data/recall/README.md is stale: run python -m experiments recall")
    else:
        write_shown()
        run_missing()
        text = readme().encode()
        with replacing(FOLDER / "README.md") as file:
            file.write(text)
