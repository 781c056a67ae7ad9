"""How IMDB's training reviews are spread over films: counts that ship with the course, without any text."""

import numpy as np

import lstm_teach
from lstm_teach.reviews.corpus import Split


def imdb_films() -> Split:
    """Return IMDB's training reviews without their texts: the label and the film of each.

    `texts` holds a number in the place of each text, `groups` a number for each film. As in IMDB the negative
    reviews stand first; within a label they stand film by film, so a seed splits them otherwise than it
    splits the real reviews. The counts are in `data/reviews/films.csv`, one line per film.
    """
    path = lstm_teach.data_dir() / "reviews" / "films.csv"
    positive, negative = np.loadtxt(path, dtype=np.int64, delimiter=",", skiprows=1).T  # (films,) each
    labels = np.repeat(np.array([0, 1], np.int8), [negative.sum(), positive.sum()])
    film = np.arange(len(positive))
    films = np.concatenate([np.repeat(film, negative), np.repeat(film, positive)])
    return Split([str(number) for number in range(len(labels))], labels, films)
