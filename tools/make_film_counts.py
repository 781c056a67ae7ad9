"""Make data/reviews/films.csv: how many positive and negative training reviews each film of IMDB has.

    python -m tools.make_film_counts    write it; IMDB is read from where LSTM_TEACH_IMDB says

No text and no address of IMDB is in it: one line per film, in the order of the films' numbers.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

from lstm_teach import reviews

PATH = Path(__file__).resolve().parent.parent / "data" / "reviews" / "films.csv"


def table(train: reviews.Split) -> str:
    """Return the file's text for the labelled training reviews.

    ValueError if their films are not known.
    """
    if train.groups is None:
        raise ValueError("train: its groups are None, expected the film of each review, as IMDB names them")
    films, film = np.unique(train.groups, return_inverse=True)
    positive = np.bincount(film[train.labels == 1], minlength=len(films))
    negative = np.bincount(film[train.labels == 0], minlength=len(films))
    lines = [f"{p},{n}" for p, n in zip(positive.tolist(), negative.tolist(), strict=True)]
    return "\n".join(["positive,negative", *lines]) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Write the file."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args(arguments)
    PATH.write_text(table(reviews.load("imdb").train), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
