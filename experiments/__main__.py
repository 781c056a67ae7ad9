"""`python -m experiments`: in a checkout, run again what made the records in `data/`."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from lstm_teach.quiet import quietly
from lstm_teach.reviews import CorpusError

COMMANDS = {
    "train": "train any recipe, those of the course and larger ones; the record goes to data/runs",
    "ablations": "measure what each idea in `course` brings, pair by pair: data/ideas",
    "recall": "measure how far back the cells remember, and train the labs' cells: data/recall",
    "reader": "train the reader that ships with the course: data/reader",
    "gates": "measure what the gates of that reader do: data/gates",
    "successors": "measure what came after the LSTM on toy tasks: data/successors.json",
    "writer": "train the small writer that ships with the course: data/writer",
    "race": "measure how soon networks reach published accuracies: data/time_to_accuracy.json",
    "unrolling": "measure what a written-out loop costs: data/unrolling.json",
    "gpu": "train the largest network on one graphics card: `python -m experiments.gpu`, data/gpu",
    "results": "make docs/results.md and its pictures from the records",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    known = "\n".join(f"  {name:10} {about}" for name, about in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="experiments",
        description=__doc__,
        epilog=f"commands, each with its own --help:\n{known}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="command")
    if not arguments or arguments[0].startswith("-"):
        parser.parse_args(arguments or ["--help"])
    command = parser.parse_args(arguments[:1]).command
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's greetings are not ours
    if command == "train":
        return _train(arguments[1:])
    sys.argv[0] = f"experiments {command}"  # the name in the usage lines of what follows
    module = "experiments.gpu.__main__" if command == "gpu" else f"experiments.{command}"
    try:
        with quietly():  # TensorFlow likes to talk
            run = import_module(module).main
        return run(arguments[1:]) or 0
    except (ValueError, CorpusError, OSError) as error:
        print(f"{command}: {error}", file=sys.stderr)
        return 1


def _train(arguments: Sequence[str]) -> int:
    from experiments.recipes import RECIPES
    from lstm_teach.sentiment import cli

    parser = argparse.ArgumentParser(prog="experiments train")
    cli.add_arguments(parser, RECIPES, test=False)

    def train(*args: object, **options: object) -> object:
        with quietly():  # TensorFlow likes to talk
            from experiments.training import train

        return train(*args, **options)

    return cli.run(parser.parse_args(arguments), RECIPES, train)


if __name__ == "__main__":
    sys.exit(main())
