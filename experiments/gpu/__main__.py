"""The commands; see the package's docstring."""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from experiments.gpu import data
from experiments.gpu.data import Say
from experiments.gpu.settings import TINY, Settings, changed

DATA = Path(".gpu/reviews.npz")
FASTER = "faster.json"  # what `smoke` found to be faster on this machine, for `train` in the same folder


def main(arguments: list[str] | None = None) -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(prog="python -m experiments.gpu")
    parser.add_argument("command", choices=("prepare", "smoke", "train", "course", "rehearse"))
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--seconds", type=float, default=480.0, help="for everything that the command does")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path(".gpu/run"), help="for checkpoints")
    parser.add_argument("--out", type=Path, default=Path(".gpu/out"), help="for records and probabilities")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="settings.Settings")
    given = parser.parse_args(arguments)
    if given.command in ("smoke", "train", "rehearse") and find_spec("torch") is None:
        parser.error('PyTorch is not installed: pip install -e ".[backends]"')
    began = time.perf_counter()
    given.out.mkdir(parents=True, exist_ok=True)
    log = (given.out / f"{given.command}.log").open("a", encoding="utf-8")

    def say(line: object) -> None:
        text = f"{time.perf_counter() - began:7.1f} s  {line}"
        print(text, flush=True)
        print(text, file=log, flush=True)

    faster = given.folder / FASTER
    measured = json.loads(faster.read_text()) if given.command == "train" and faster.exists() else []
    settings = changed(TINY if given.command == "rehearse" else Settings(), [*measured, *given.set])
    if given.command == "prepare":
        _prepare(given.data, say)
    elif given.command == "smoke":
        reviews = data.load(given.data)
        smoke(reviews, settings, given.seed, given.folder, given.out, given.seconds, say)
    elif given.command == "train":
        from experiments.gpu.run import Run

        Run(data.load(given.data), settings, given.seed, given.seconds, given.folder, given.out, say).go()
    elif given.command == "course":
        from experiments.gpu.course import train_course

        def keep(found: dict) -> None:
            (given.out / "course.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")

        train_course(data.load(given.data), given.seed, given.seconds, say, keep)
    else:
        rehearse(settings, given.folder, given.out, given.seconds, say)
    log.close()


def rehearse(settings: Settings, folder: Path, out: Path, seconds: float, say: Say) -> dict:
    """Run all stages on made-up reviews, and return the record."""
    from experiments.gpu.rehearsal import made_up_reviews
    from experiments.gpu.run import Run

    steps = replace(settings, reading_steps=60, sentiment_steps=60)
    return Run(made_up_reviews(), steps, 0, min(seconds, 100.0), folder, out, say).go()


def _prepare(path: Path, say: Say) -> None:
    from lstm_teach import reviews

    arrays, words = data.prepare(reviews.load("imdb"))
    data.save(path, arrays)
    (path.parent / "vocabulary.json").write_text(json.dumps(words), encoding="utf-8")
    size = path.stat().st_size / 1e6
    say(f"{len(arrays.ids):,} tokens of {len(words):,} kinds in {path.name}, {size:.1f} MB")


def smoke(
    reviews: data.Reviews, settings: Settings, seed: int, folder: Path, out: Path, seconds: float, say: Say
) -> None:
    """Measure every stage, then run all of them for a few seconds each; the test reviews are left alone."""
    from experiments.gpu.run import Run
    from experiments.gpu.speed import faster, measure

    found = measure(reviews, settings, say)
    (out / "speed.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    chosen = faster(found, settings)
    (folder / FASTER).write_text(json.dumps(chosen), encoding="utf-8")
    say(f"faster here: {' '.join(chosen)}")
    brief = changed(settings, [*chosen, "reserve=1"])
    with tempfile.TemporaryDirectory() as checkpoints:
        for share in (0.8, 0.2):  # the second run finds the first one's checkpoints
            run = Run(reviews, brief, seed, share * seconds, Path(checkpoints), out, say, test=False)
            run.go()
    say(f"failures: {run.record['failures'] or 'none'}")


if __name__ == "__main__":
    main()
