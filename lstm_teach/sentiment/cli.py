"""`python -m lstm_teach train`: the options, and the call. Keras is imported when a training starts."""

from __future__ import annotations

import argparse
import ast
import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any

from lstm_teach.reviews import CorpusError
from lstm_teach.sentiment.kinds import Recipe, settings_of
from lstm_teach.sentiment.recipes import RECIPES, recipe
from lstm_teach.sentiment.settings import Setting
from lstm_teach.sentiment.training import LARGEST_SEED, SMALLEST_LIMIT, train

BACKENDS = ("tensorflow", "jax", "torch")  # of Keras, that train


def add_arguments(
    parser: argparse.ArgumentParser, known: Mapping[str, Recipe] = RECIPES, test: bool = True
) -> None:
    """Give a parser the options of `train`, and a list of recipes and of all their settings.

    Parameters
    ----------
    test : whether the test reviews are read if nothing is said
    """
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = f"{described(known)}\n\nKERAS_BACKEND=jax or torch trains on that in place of TensorFlow."
    parser.add_argument("--recipe", default="course", help="one of those below; if none is named: course")
    parser.add_argument(
        "--corpus", default="sample", choices=("sample", "imdb"), help="if none is named: sample"
    )
    parser.add_argument(
        "--source", metavar="PATH", help="IMDB's archive or unpacked folder; else LSTM_TEACH_IMDB"
    )
    parser.add_argument(
        "--seed",
        type=_from(0, LARGEST_SEED),
        default=0,
        help="a whole number, 0 or more; default: %(default)s",
    )
    parser.add_argument(
        "--epochs", type=_from(1), metavar="N", help="as many epochs, in place of the recipe's"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        type=setting,
        help="change a setting, such as units=32 or learning_rate=1e-3; may be given again",
    )
    parser.add_argument(
        "--limit",
        type=_from(SMALLEST_LIMIT),
        metavar="N",
        help=f"only N training and N test reviews, {SMALLEST_LIMIT} or more",
    )
    parser.add_argument("--fresh", action="store_true", help="start anew, even if there is a checkpoint")
    parser.add_argument(
        "--split",
        choices=("film", "group", "random"),
        help="random: validation reviews drawn one by one; else whole films of IMDB, whole groups of a table",
    )
    parser.add_argument(
        "--test",
        action=argparse.BooleanOptionalAction,
        default=test,
        help="read the test reviews, once at the end, or leave them alone (default: %(default)s)",
    )
    parser.add_argument(
        "--record",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="write a record of the run (default: if it is on all of IMDB)",
    )
    parser.add_argument("--no-progress", action="store_true", help="no progress bar")


def _from(low: int, high: int | None = None) -> Callable[[str], int]:
    """What reads a whole number in a range from an option."""

    def read(text: str) -> int:
        number = int(text) if text.removeprefix("-").isdecimal() and len(text) < 20 else low - 1
        if number < low or (high is not None and number > high):
            words = f"{low} or more" if high is None else f"from {low} to {high}"
            raise argparse.ArgumentTypeError(f"got {text!r}, expected a whole number, {words}")
        return number

    return read


def described(known: Mapping[str, Recipe] = RECIPES) -> str:
    """Return recipes, a line each, and their settings, a line each: type and range, default, meaning."""
    lines = ["recipes:", *(f"  {chosen.name:18} {chosen.about}" for chosen in known.values())]
    values: dict[str, dict[str, Any]] = {}
    table: dict[str, Setting] = {}
    for chosen in known.values():
        table |= chosen.table
        for key, value in settings_of(chosen).items():
            values.setdefault(key, {})[chosen.name] = value
    lines += ["", "settings, each as --set NAME=VALUE, where the recipe has it:"]
    lines += [
        f"  {key:18} {setting.allowed}; default {_defaults(values[key])}: {setting.about}"
        for key, setting in table.items()
    ]
    return "\n".join(lines)


def _defaults(values: Mapping[str, Any]) -> str:
    """The commonest value of some recipes, and the recipes that have another."""
    [(usual, _)] = Counter(map(str, values.values())).most_common(1)
    others = [f"{name} {value}" for name, value in values.items() if str(value) != usual]
    return usual + (f" ({', '.join(others)})" if others else "")


def run(
    args: argparse.Namespace, known: Mapping[str, Recipe] = RECIPES, train: Callable[..., Any] = train
) -> int:
    """Train as the options say; return 0, or 1 after a message, or 130 after Ctrl-C.

    Parameters
    ----------
    train : what trains the known recipes
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's greetings are not ours
    changes = dict(args.set)
    if args.epochs is not None:
        changes["epochs"] = args.epochs
    try:
        if recipe(args.recipe, known, **changes).on_keras:  # a mistake is told before anything is loaded
            check_backend()
        train(
            args.recipe,
            args.corpus,
            args.seed,
            source=args.source,
            limit=args.limit,
            fresh=args.fresh,
            split=args.split,
            test=args.test,
            record=args.record,
            progress=not args.no_progress,
            say=_say,
            **changes,
        )
    except (ValueError, CorpusError, OSError) as error:
        print(f"train: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        same = "the same command without --fresh" if args.fresh else "the same command"
        print(f"\ninterrupted; {same} goes on after the last finished epoch", file=sys.stderr)
        return 130
    return 0


def check_backend() -> None:
    """Check the engine that the environment asks Keras for, before it is loaded.

    Raises
    ------
    ValueError
        if KERAS_BACKEND names none that trains, or one that is not installed.
    """
    asked = os.environ.get("KERAS_BACKEND", "")
    if asked and asked not in BACKENDS:
        raise ValueError(f"KERAS_BACKEND: got {asked!r}, expected {' or '.join(BACKENDS)}")
    if asked and find_spec(asked) is None:
        raise ValueError(f"KERAS_BACKEND asks for {asked}, which is not installed; install it, or unset it")


def _say(line: str) -> None:
    print(line, flush=True)


def setting(text: str) -> tuple[str, Any]:
    """Return `name=value` taken apart; the value is what Python reads in it, or else a word."""
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise argparse.ArgumentTypeError(f"got {text!r}, expected NAME=VALUE, such as units=32")
    try:
        return name, ast.literal_eval(value)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return name, value
