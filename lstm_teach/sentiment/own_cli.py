"""The command line for one's own texts and networks: further options of `train`, and `predict`."""

from __future__ import annotations

import argparse
import csv
import io
import os
import platform
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from lstm_teach import reviews
from lstm_teach.atomic import replacing
from lstm_teach.quiet import quietly
from lstm_teach.reviews.corpus import CLASS_NAMES, shown
from lstm_teach.reviews.table import texts_of_table
from lstm_teach.sentiment import cli, saved
from lstm_teach.sentiment.checkpoints import try_folder
from lstm_teach.sentiment.kinds import NetworkRecipe, Recipe
from lstm_teach.sentiment.recipes import RECIPES
from lstm_teach.sentiment.records import SETTING
from lstm_teach.sentiment.training import REGISTRY, train
from lstm_teach.shell import shell_at_hand, this_python
from lstm_teach.vocabulary import UNKNOWN, Vocabulary

if TYPE_CHECKING:
    from lstm_teach.sentiment.network import Network

COLUMNS = ("text", "label", "group", "positive")
NAMED = 5  # unknown words of a text
PREDICTED = ["row", "text", "probability", "positive"]  # the columns of a table of predictions
EPILOG = """texts and networks of your own:
  python -m lstm_teach train --data mine.csv --text review --label verdict
      trains the recipe "own" on a table: CSV, TSV or JSON lines in UTF-8, with one text and one of two labels
      in each row; a fifth of the rows is the test half
  python -m lstm_teach train --data mine.csv --model my_model.py
      trains a Keras network of your own; `compile` and `fit` are done here, with the settings of "own".
      This is a whole my_model.py:

      import keras

      def build(vocabulary_size):
          return keras.Sequential([
              keras.layers.Embedding(vocabulary_size, 32, mask_zero=True),
              keras.layers.LSTM(32),
              keras.layers.Dense(1, activation="sigmoid"),
          ])

  The trained network is kept in a folder of your own, and a line at the end says how to ask it."""


def add_train_arguments(parser: argparse.ArgumentParser) -> None:
    """Give a parser the options of `train`, those for texts and a network of one's own among them."""
    cli.add_arguments(parser)
    parser.set_defaults(recipe=None, corpus=None)
    parser.epilog = f"{EPILOG}\n\n{parser.epilog}"
    own = parser.add_argument_group("texts and a network of your own")
    own.add_argument("--data", metavar="TABLE", help="train on the texts of this table")
    own.add_argument("--text", metavar="COLUMN", help="the column of the texts (default: text)")
    own.add_argument("--label", metavar="COLUMN", help="the column of the labels (default: label)")
    own.add_argument(
        "--group", metavar="COLUMN", help="rows with one value of this column are on one side of each split"
    )
    own.add_argument("--positive", metavar="VALUE", help="the label that is positive, where it is not clear")
    own.add_argument("--model", metavar="FILE.py", help="train the network that its build() returns")


def run_train(args: argparse.Namespace) -> int:
    """Train as the options say, and keep the network; the exit status is that of `cli.run`."""
    known: Mapping[str, Recipe] = RECIPES
    try:
        _check(args)
        if args.data:
            args.corpus = _corpus(args)
        if args.model:
            own = _recipe(args.model)
            known, args.recipe = {**RECIPES, own.name: own}, own.name
        args.recipe = args.recipe or ("own" if args.data else "course")
        if isinstance(known.get(args.recipe), NetworkRecipe):  # it will need a place
            try_folder(saved.networks_dir(), SETTING)
    except (ValueError, OSError) as error:
        print(f"train: {error}", file=sys.stderr)
        return 1
    asked, args.corpus = args.corpus, args.corpus or "sample"
    status = cli.run(args, known, partial(_train_and_keep, known))
    if not asked and not status:
        print("This was the sample: too few reviews to learn much from. For all of IMDB: --corpus imdb")
    return status


def _check(args: argparse.Namespace) -> None:
    """Refuse options that do not go together, and empty ones, such as an unset variable gives."""
    for option in ("data", "model", "recipe", "source", *COLUMNS):
        if getattr(args, option) == "":
            raise ValueError(f"--{option}: got an empty name; name something, or leave the option out")
    if args.data and (args.corpus or args.source):
        raise ValueError("--data: it takes the place of a corpus; leave --corpus and --source out")
    if args.model and args.recipe:
        raise ValueError("--model: it brings a network of its own; leave --recipe out")
    for option in COLUMNS:
        if getattr(args, option) is not None and not args.data:
            raise ValueError(f"--{option}: it speaks of a table; name that with --data")


def _corpus(args: argparse.Namespace) -> reviews.Corpus:
    given = {name: getattr(args, name) for name in COLUMNS if getattr(args, name) is not None}
    corpus = reviews.from_table(args.data, **given)
    return replace(corpus, name=saved.plain_name(corpus.name))


def _recipe(file: str) -> NetworkRecipe:
    """Return the recipe "own" with the network of a file."""
    path = Path(os.path.expanduser(file))
    if path.suffix != ".py":
        raise ValueError(f"--model: got {shown(path)!r}, expected a Python file, such as my_model.py")
    own = RECIPES["own"]
    assert isinstance(own, NetworkRecipe)
    about = "a network of your own"
    return replace(own, name=saved.plain_name(path.name), about=about, network=str(path), model={})


def _train_and_keep(
    known: Mapping[str, Recipe], recipe: str, corpus: str | reviews.Corpus, seed: int, **options: Any
) -> None:
    done = train(recipe, corpus, seed, registry=REGISTRY._replace(recipes=known), **options)
    if not isinstance(known[done.record["recipe"]], NetworkRecipe):
        return  # a linear model is not kept
    names = corpus.class_names if isinstance(corpus, reviews.Corpus) else CLASS_NAMES
    try:
        folder = saved.save(cast("Network", done.classifier), done.record, names)
    except NotImplementedError:  # a class without get_config
        options["say"](
            "network: not kept, as Keras cannot save a model of this style (style=sequential can be)"
        )
        return
    options["say"](f"network: {folder}")
    shell = shell_at_hand(platform.system(), os.environ)
    ask = this_python(shell, "lstm_teach", "predict", folder.name, "a text of your own")
    options["say"](f"ask it for the probability of {names[1]!r}: {ask}")


def add_predict_arguments(parser: argparse.ArgumentParser) -> None:
    """Give a parser the options of `predict`."""
    parser.add_argument(
        "run", metavar="RUN", help="what `train` told at its end, or a folder with the network"
    )
    parser.add_argument(
        "texts",
        metavar="TEXT",
        nargs="*",
        help="a text in quotation marks, or several; each gets the probability of the positive label",
    )
    parser.add_argument("--data", metavar="TABLE", help="texts in a table: CSV, TSV or JSON lines in UTF-8")
    parser.add_argument("--text", metavar="COLUMN", default="text", help="its column (default: %(default)s)")
    parser.add_argument(
        "--to", metavar="OUT.csv", help="the table to write: row, text, probability, positive"
    )


def run_predict(args: argparse.Namespace) -> int:
    """Say which of its two classes a network takes texts for, and how probable the second is.

    Returned is 0, or 1 after a message.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's greetings are not ours
    try:
        if bool(args.texts) == bool(args.data):
            raise ValueError("TEXT: expected a text in quotation marks, or a table of texts as --data")
        if bool(args.data) != bool(args.to):
            raise ValueError("--to: expected --data TABLE and --to OUT.csv together")
        if not all(text.strip() for text in args.texts):
            raise ValueError("TEXT: got a text without a word")
        texts, rows = texts_of_table(args.data, args.text) if args.data else (args.texts, [])
        if args.to:
            _check_target(Path(args.to), Path(args.data))
        cli.check_backend()
        with quietly():  # TensorFlow likes to talk
            network = saved.saved_network(args.run)
        probabilities = network.predict(texts)
        if args.to:
            _write(Path(args.to), rows, texts, probabilities)
            count = (probabilities > 0.5).sum()
            print(f"{args.to}: {len(rows):,} rows, {count:,} of them {network.class_names[1]}")
    except (ValueError, OSError) as error:
        print(f"predict: {error}", file=sys.stderr)
        return 1
    for text, p in zip(args.texts, probabilities, strict=False):
        said = _not_known(text, network.vocabulary)
        print(f"{p:.3f}  {network.class_names[int(p > 0.5)]}  {text}" + (f"  ({said})" if said else ""))
    return 0


def _check_target(path: Path, data: Path) -> None:
    """Refuse to replace a file that is no table of predictions, such as the table that one has trained on."""
    if not path.is_file():
        return
    if path.samefile(data):
        raise ValueError("--to: it is the table of --data; name another file")
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        if file.readline().strip() != ",".join(PREDICTED):
            raise ValueError(f"--to: {shown(path)} holds something else than predictions; name another file")


def _not_known(text: str, vocabulary: Vocabulary) -> str:
    """Return a sentence on the words of a text that a vocabulary does not have; empty if it has them all."""
    words, [ids] = vocabulary.tokens(text), vocabulary.encode([text])
    unknown = [word for word, number in zip(words, ids, strict=True) if number == UNKNOWN]
    if len(unknown) == len(words):
        return "the network knows no word of this text"
    if not unknown:
        return ""
    different = list(dict.fromkeys(unknown))
    named = ", ".join(different[:NAMED]) + (", …" if len(different) > NAMED else "")
    return f"the network does not know {len(unknown)} of these {len(words)} words: {named}"


def _write(path: Path, rows: list[int], texts: list[str], probabilities: Any) -> None:
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(PREDICTED)
    for row, text, p in zip(rows, texts, probabilities, strict=True):
        table.writerow([row, text, f"{p:.6f}", int(p > 0.5)])
    try:
        with replacing(path) as file:
            file.write(written.getvalue().encode("utf-8-sig"))
    except OSError as error:
        raise OSError(f"--to: {shown(path)} cannot be written ({error.strerror or error})") from error
