"""The commands; see the package's docstring."""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from experiments.gpu import data
from experiments.gpu.settings import TINY, Settings, changed

DATA = Path(".gpu/reviews.npz")


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
    began = time.perf_counter()
    given.out.mkdir(parents=True, exist_ok=True)
    log = (given.out / f"{given.command}.log").open("a", encoding="utf-8")

    def say(line: object) -> None:
        text = f"{time.perf_counter() - began:7.1f} s  {line}"
        print(text, flush=True)
        print(text, file=log, flush=True)

    settings = changed(TINY if given.command == "rehearse" else Settings(), given.set)
    if given.command == "prepare":
        _prepare(given.data, say)
    elif given.command == "smoke":
        _smoke(given, settings, say)
    elif given.command == "train":
        from experiments.gpu.run import Run

        Run(data.load(given.data), settings, given.seed, given.seconds, given.folder, given.out, say).go()
    elif given.command == "course":
        from experiments.gpu.course import train_course

        found = train_course(data.load(given.data), given.seed, given.seconds, say)
        (given.out / "course.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    else:
        rehearse(settings, given.folder, given.out, given.seconds, say)
    log.close()


def rehearse(settings: Settings, folder: Path, out: Path, seconds: float, say: object) -> dict:
    """Run all stages on made-up reviews, and return the record."""
    from experiments.gpu.rehearsal import made_up_reviews
    from experiments.gpu.run import Run

    steps = replace(settings, reading_steps=60, sentiment_steps=60)
    return Run(made_up_reviews(), steps, 0, min(seconds, 100.0), folder, out, say).go()


def _prepare(path: Path, say: object) -> None:
    from lstm_teach import reviews

    arrays, words = data.prepare(reviews.load("imdb"))
    data.save(path, arrays)
    (path.parent / "vocabulary.json").write_text(json.dumps(words), encoding="utf-8")
    size = path.stat().st_size / 1e6
    say(f"{len(arrays.ids):,} tokens of {len(words):,} kinds in {path.name}, {size:.1f} MB")


def _smoke(given: argparse.Namespace, settings: Settings, say: object) -> None:
    """Measure every stage, then run all of them for a few seconds each; the test reviews are left alone."""
    from experiments.gpu.run import Run
    from experiments.gpu.speed import measure

    reviews = data.load(given.data)
    found = measure(reviews, settings, say)
    (given.out / "speed.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        for seconds in (given.seconds, 5.0):  # the second run finds the first one's checkpoints
            Run(reviews, settings, given.seed, seconds, Path(folder), given.out, say, test=False).go()


if __name__ == "__main__":
    main()
