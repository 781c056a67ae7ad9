"""The film alone: what it tells of random validation reviews, and that it tells nothing of whole films."""

import numpy as np
import pytest

from experiments.films import count
from experiments.training import train
from lstm_teach import reviews
from lstm_teach.sentiment import evaluate
from lstm_teach.sentiment.parts import divided
from tests.small_trainings import own_folders, quiet  # noqa: F401


def test_a_review_gets_the_majority_label_of_its_film_and_an_unknown_film_gets_a_half():
    training = reviews.Split(["a", "b", "c", "d"], np.array([1, 1, 0, 0]), np.array([7, 7, 7, 8]))
    validation = reviews.Split(["e", "f", "g"], np.array([1, 0, 1]), np.array([7, 8, 9]))
    model = count(training, validation)
    np.testing.assert_allclose(model.predict(["e", "f", "g", "h"]), [2 / 3, 0, 0.5, 0.5])


@pytest.mark.usefixtures("own_folders")
def test_a_corpus_that_names_no_films_is_refused():
    with pytest.raises(ValueError, match="film_only: the corpus does not name the films"):
        quiet("film_only", train=train, test=False)


@pytest.mark.slow
@pytest.mark.skipif(reviews.imdb_at_hand() is None, reason="IMDB is not at hand")
def test_the_film_alone_is_right_on_86_in_100_random_validation_reviews_and_on_half_of_whole_films():
    imdb = reviews.load("imdb")
    accuracy = {}
    for split in ("film", "random"):
        parts = divided(imdb, 0.1, None, split)
        accuracy[split] = evaluate(count(parts.training, parts.validation), parts.validation).accuracy
    assert 0.85 < accuracy["random"] < 0.875  # 86 %, and two standard errors of 2,500 reviews
    assert 0.49 < accuracy["film"] < 0.51
