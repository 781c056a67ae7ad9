"""Make docs/coverage.md: what the course covers, and the cell in which each of it is shown.

    python -m tools.make_coverage            write it
    python -m tools.make_coverage --check    write nothing; exit with 1 if it is stale or a fact has no cell

A cell of a lesson that shows a fact carries its row as a tag, `row-8b`.
"""

import argparse
import re
import sys
from collections import defaultdict
from pathlib import Path

import jupytext

ROOT = Path(__file__).resolve().parent.parent
# Row, the lessons that must show it, and the fact.
ROWS = (
    ("1", "00 12", "A reader keeps a few key words and lets the rest go"),
    ("2", "01", "The hidden state is a memory of what was read; unrolled in time, it is one cell used again"),
    ("3", "01", "tanh keeps values in (−1, 1); without it repeated multiplication explodes"),
    ("4", "01 09", "Units are the length of the state, a free choice of capacity"),
    ("5", "01 03", "Every line of a diagram carries a vector; tanh and σ act on each element"),
    ("6", "01 09", "Shapes of input, state and output; the state starts at zero and is no weight"),
    ("6b", "01 09", "State never crosses rows of a batch; the number of weights does not change with time"),
    ("7", "03 06", "An LSTM carries c, long, and h, short"),
    ("8", "02", "Gradients of a plain RNN vanish or explode with length"),
    ("8b", "02 07", "A plain RNN does well on short sequences, with far fewer weights"),
    ("9", "03", "A gate is a small dense layer with a sigmoid; multiplication filters, addition merges"),
    ("10", "03", "Forget gate: how much of c is kept"),
    ("11", "04", "Input gate and candidate: what is written, and how much of it"),
    ("12", "05", "Output gate: what of tanh(c) becomes h; the next gates read h"),
    ("13", "06", "The cell state is a highway of filters and merges"),
    ("14", "06", "Four cases: keep, add, erase, overwrite"),
    ("15", "06", "Why the gradient survives: along c, a product of forget gates"),
    ("16", "06", "The cell as steps of code; four dense layers against one"),
    ("17", "08", "The GRU: one state, update and reset gate; keeps or replaces, never accumulates"),
    ("18", "07", "4(nm + n² + n), twice if bidirectional; doubling n nearly quadruples the part n²"),
    ("19", "07 11", "The worked model: 598,209 parameters"),
    ("20", "08", "How a GRU is counted, and how frameworks differ"),
    ("21", "09", "Stacking needs all outputs; the last of a bidirectional sequence is half read"),
    ("21b", "10", "Words become ids, ids vectors; an Embedding is a table look-up"),
    ("22", "13", "Published run: subwords, no cut, 10 epochs, rises and falls"),
    ("23", "13", "Published run: 80 words, two layers, in three cells"),
    ("24", "13", "Published run: Adadelta and squared error"),
    ("25", "11 13 16", "What improves an LSTM, each measured once"),
    ("26", "16", "Questions: what it is, what it is for, drawbacks, tuning"),
    ("27", "16", "Further reading"),
    ("28", "10", "Padding and masks: which end decides whether the model learns"),
    ("29", "12", "What a trained LSTM's gates do on reviews, and what is left when one is held"),
    ("30", "13", "A split that knows the film: a model that reads no word, and whole films held back"),
    ("31", "02 06 14", "Long lags: an open forget gate and a closed input gate; truncated BPTT is named"),
    ("32", "14", "Generation: the next letter, teacher forcing, temperature; known and copied"),
    ("33", "15", "Forecasting: baselines, a split by time, running free, and where the linear model wins"),
    ("34", "16", "Recurrence without h in its gates can be scanned; it loses parity, not recall"),
    ("35", "11 12", "Your own network: texts, layers, `compile`, `fit`, saved, asked, and taken apart"),
)
TAG = re.compile(r"row-(\d+b?)")


def shown() -> dict[str, list[tuple[str, str]]]:
    """For each row, the lessons (by file stem) and headings under which it is shown, in order."""
    found = defaultdict(list)
    for source in sorted((ROOT / "notebooks" / "src").glob("*.py")):
        heading = ""
        for cell in jupytext.read(source, fmt="py:percent").cells:
            if cell.cell_type == "markdown" and (
                here := re.search(r"^#{1,3} (.+)", cell.source, re.MULTILINE)
            ):
                heading = here[1]
            for tag in cell.metadata.get("tags", []):
                if (row := TAG.fullmatch(tag)) and (source.stem, heading) not in found[row[1]]:
                    found[row[1]].append((source.stem, heading))
    return found


def missing(found: dict[str, list[tuple[str, str]]]) -> list[str]:
    """Rows that a lesson should show and does not, and tags that are no row."""
    rows = {row for row, _, _ in ROWS}
    problems = [f"row-{row} is no row" for row in found if row not in rows]
    for row, owners, _ in ROWS:
        lessons = {stem[:2] for stem, _ in found.get(row, [])}
        problems += [
            f"row {row} has no cell in lesson {owner}" for owner in owners.split() if owner not in lessons
        ]
    return problems


def page(found: dict[str, list[tuple[str, str]]]) -> str:
    lines = [
        "# What the course covers, and where",
        "",
        "<!-- made by tools/make_coverage.py from the tags of the lessons' cells; do not edit -->",
        "",
        "| row | fact | shown in |",
        "|---|---|---|",
    ]
    for row, _, fact in ROWS:
        places = "; ".join(
            f"[{stem[:2]}](../notebooks/{stem}.ipynb) {words}" for stem, words in found.get(row, [])
        )
        lines.append(f"| {row} | {fact} | {places.replace('|', '·')} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if anything is amiss")
    options = parser.parse_args(arguments)
    found, path = shown(), ROOT / "docs" / "coverage.md"
    problems = missing(found)
    if options.check and (not path.exists() or path.read_text(encoding="utf-8") != page(found)):
        problems.append("stale: docs/coverage.md; run `make notebooks` and commit what it writes")
    if not options.check:
        path.write_text(page(found), encoding="utf-8")
    for problem in problems:
        print(f"make_coverage: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
