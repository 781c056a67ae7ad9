"""Make docs/results.md and its plots from the run records in data/runs.

    python tools/make_results.py            write them
    python tools/make_results.py --check    name what is stale, change nothing, and exit with 1 if anything is

Our figures come from the records. The published ones to set them beside are listed here with their source.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import statistics
import sys
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

from matplotlib.figure import Figure

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from lstm_teach.sentiment.evaluation import CALIBRATION_BINS  # noqa: E402
from lstm_teach.sentiment.records import Record, group, read_records, table  # noqa: E402

# (what, accuracy in % on the test reviews, source)
PUBLISHED = (
    (
        "Keras' own example, two bidirectional LSTMs, 2 epochs; validated on the test reviews",
        84.3,
        "keras.io",
    ),
    ("supervised LSTM", 86.5, "Dai and Le 2015"),
    ("NBSVM with pairs of words, no network", 91.2, "Wang and Manning 2012"),
    ("LSTM pretrained on unlabelled reviews (SA-LSTM)", 92.8, "Dai and Le 2015"),
    ("oh-LSTM with unlabelled reviews", 94.1, "Johnson and Zhang 2016"),
    ("pretrained LSTM, virtual adversarial training", 94.1, "Miyato et al. 2017"),
)
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")  # Okabe and Ito
STYLES = ("-", "--", "-.", ":")


def page(records: Sequence[Record]) -> str:
    """The whole of docs/results.md."""
    full = [record for record in records if record["corpus"] == "imdb" and record["limit"] is None]
    tested = [record for record in full if record["test_accuracy"] is not None]
    untested = [record for record in full if record["test_accuracy"] is None]
    parts = [
        "# Results on IMDB",
        "<!-- made by tools/make_results.py from data/runs; do not edit -->",
        "Every line is made from run records in `data/runs`, one JSON file a run. Settings were chosen on "
        "validation reviews, held back from the training half; the test reviews were measured once, "
        "with the weights of the best validation epoch. Several seeds: mean ± standard deviation. Seconds an "
        "epoch are of training alone, on a machine that may have had other work to do.",
        table(tested).rstrip(),
        "The validation reviews are drawn from the training half, whose films they share, and the test "
        f"reviews are of other films: in these runs {_gap(tested)} points less. Calibration error: "
        f"probabilities in {CALIBRATION_BINS} bins of equal width, mean distance from the frequency of "
        "positive reviews. Of the test reviews, "
        f"{_duplicates(tested)} also occur, letter for letter, in the "
        "training half; they are counted here.",
        "![Validation accuracy against epochs, one line a run](images/results-epochs.svg)",
        "![Test accuracy against seconds of training, one mark a run](images/results-time.svg)",
        "## Published figures to set these beside",
        "| what | test accuracy | source |\n|---|--:|---|\n"
        + "\n".join(f"| {what} | {accuracy:.1f} % | {source} |" for what, accuracy, source in PUBLISHED),
    ]
    if untested:
        parts += ["## Tried on validation reviews alone", table(untested).rstrip()]
    return "\n\n".join(parts) + "\n"


def plots(records: Sequence[Record]) -> dict[str, Figure]:
    """Figures by file name."""
    full = [record for record in records if record["corpus"] == "imdb" and record["limit"] is None]
    looks = list(zip(group(full), cycle(COLOURS), cycle(STYLES)))
    epochs, time = (Figure(figsize=(8, 4.5), layout="constrained") for _ in range(2))
    axes = epochs.subplots()
    for several, colour, style in looks:
        for record in several:
            accuracy = [100 * value for value in record["history"]["val_accuracy"]]
            label = _label(record) if record is several[0] else None
            axes.plot(range(1, len(accuracy) + 1), accuracy, style, color=colour, marker="o", label=label)
    axes.set(xlabel="epoch", ylabel="validation accuracy in %")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(frameon=False)
    axes = time.subplots()
    for several, colour, _ in looks:
        tested = [record for record in several if record["test_accuracy"] is not None]
        seconds = [record["seconds_per_epoch"] * len(record["history"]["val_loss"]) for record in tested]
        accuracy = [100 * record["test_accuracy"] for record in tested]
        if tested:
            axes.plot(seconds, accuracy, "o", color=colour, label=_label(tested[0]))
    axes.set(xlabel="seconds of training", ylabel="test accuracy in %", xscale="log")
    axes.legend(frameon=False)
    return {"results-epochs.svg": epochs, "results-time.svg": time}


def outputs(records: Sequence[Record]) -> dict[Path, str]:
    """The text of every file, by its path below docs."""
    made = {Path("results.md"): page(records)}
    stamp = _stamp(records)
    for name, figure in plots(records).items():
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Description": stamp})
        made[Path("images") / name] = text.getvalue()
    return made


def stale(records: Sequence[Record], docs: Path) -> list[Path]:
    """The files that records or this script have outgrown.

    Pictures are compared by the stamp in them, since another release of Matplotlib draws other bytes.
    """
    found = []
    for path, text in outputs(records).items():
        there = (docs / path).read_text(encoding="utf-8") if (docs / path).exists() else ""
        fresh = _stamp(records) in there if path.suffix == ".svg" else there == text
        if not fresh:
            found.append(path)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Write, or check; 1 if a check found something stale."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 if a file is stale")
    parser.add_argument("--runs", type=Path, help="the folder of the records (default: data/runs)")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs", help="where to write (default: docs)")
    args = parser.parse_args(arguments)
    records = read_records(args.runs)
    if args.check:
        found = stale(records, args.docs)
        for path in found:
            print(f"stale: docs/{path.as_posix()}; run: python tools/make_results.py", file=sys.stderr)
        return 1 if found else 0
    for path, text in outputs(records).items():
        (args.docs / path).parent.mkdir(parents=True, exist_ok=True)
        (args.docs / path).write_text(text, encoding="utf-8", newline="\n")
        print(f"written: docs/{path.as_posix()}")
    return 0


def _label(record: Record) -> str:
    changed = ", ".join(f"{key} {value}" for key, value in record["changed"].items())
    return record["recipe"] + (f" ({changed})" if changed else "")


def _gap(records: Sequence[Record]) -> str:
    """By how much the test accuracy lies below the validation accuracy, in the mean."""
    gaps = [100 * (record["val_accuracy"] - record["test_accuracy"]) for record in records]
    return f"{statistics.fmean(gaps):.1f}" if gaps else "–"


def _duplicates(records: Sequence[Record]) -> str:
    return ", ".join(sorted({f"{record['duplicates']:,}" for record in records})) or "none"


def _stamp(records: Sequence[Record]) -> str:
    made_from = json.dumps(records, sort_keys=True) + Path(__file__).read_text(encoding="utf-8")
    return f"made from {hashlib.sha256(made_from.encode()).hexdigest()}"


if __name__ == "__main__":
    sys.exit(main())
