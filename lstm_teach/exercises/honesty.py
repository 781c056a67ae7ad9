"""Lesson 13: a fair report, a split by groups, and two networks compared review by review."""

from typing import Any

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.exercises.core import Case, Rng, function
from lstm_teach.exercises.draws import each


def _some_runs(rng: Rng, luckier: int) -> Case:
    """So many runs beat the best in validation on the test set, and in the sum; two are not the same one.

    One falls farthest from validation to test, one least; the last is worst.
    """
    best, fallen, least, worst = (0.87, rng.uniform(0.80, 0.82)), (0.84, 0.65), (0.75, 0.75), (0.60, 0.62)
    lucky = [(0.83, 0.89), (0.86, 0.87), (0.82, 0.86), (0.81, 0.86)][:luckier]
    runs = np.array([best, fallen, *lucky, (0.74, 0.70), (0.72, 0.77), least, worst])
    runs += np.append(rng.uniform(0.0, 0.004, (len(runs) - 2, 2)), np.zeros((2, 2)), axis=0)
    order = np.append(rng.permutation(len(runs) - 1), len(runs) - 1)
    return {"validation": runs[order, 0], "test": runs[order, 1]}


def _some_films(rng: Rng, many: int) -> Case:
    """An even number of films ends at `count` exactly; with an odd one the last film goes beyond it."""
    sizes, names = rng.integers(2, 5, many), np.sort(rng.choice(np.arange(100, 1_000), many, replace=False))
    places = rng.permutation(many)
    while (np.sort(places[:3]) == np.arange(3)).all():  # else the films by their numbers are the same
        places = rng.permutation(many)
    count = int(sizes[places[:3]].sum()) - many % 2
    film = np.repeat(names, sizes.astype(np.intp))  # in a browser, NumPy counts in 32 bits
    return {"film": rng.permutation(film), "order": names[places], "count": count}


def _some_answers(rng: Rng, reviews_won_lost: tuple[int, int, int]) -> Case:
    reviews, won, lost = reviews_won_lost
    won, lost = won + int(rng.integers(3)), lost + int(rng.integers(3))
    right = rng.permutation(np.arange(reviews - won - lost) % 6 > 0)  # where both agree
    first = np.concatenate([right, np.zeros(won, bool), np.ones(lost, bool)])
    second = np.concatenate([right, np.ones(won, bool), np.zeros(lost, bool)])
    order = rng.permutation(reviews)
    return {"first": first[order], "second": second[order]}


def _fair(validation: Array, test: Array) -> Array:
    return test[np.argmax(validation)]


def _films_aside(film: Array, order: Array, count: int) -> int:
    """Return how many films of `order` hold at least `count` reviews."""
    reviews = np.cumsum([np.sum(film == one) for one in order])
    return int(np.searchsorted(reviews, count)) + 1


def _split(film: Array, order: Array, count: int) -> Array:
    return np.isin(film, order[: _films_aside(film, order, count)])


def _z(first: Array, second: Array) -> Any:
    """Return McNemar's z, without a correction for continuity (McNemar 1947, Psychometrika 12)."""
    won, lost = np.sum(second & ~first), np.sum(first & ~second)
    return (won - lost) / np.sqrt(won + lost)


@function("13", "fair_report", each(_some_runs, 1, 2, 3, 4), _fair)
def _unfair(validation: Array, test: Array) -> dict[str, Any]:
    """Some runs with accuracies `validation` and `test`. Choose one fairly: the test accuracy to report."""
    by_both, closest = np.argmax(validation + test), np.argmin(np.abs(validation - test))
    mean = (validation.max() + _fair(validation, test)) / 2.0
    return {
        "You chose with the test set, so the number flatters. Choose with the other.": test.max(),
        "That is the second best on the test set: it was chosen there, too.": np.sort(test)[-2],
        "You chose by both sets together: the test set took part in the choice.": test[by_both],
        "You chose the run whose two figures lie closest: the test set took part in that.": test[closest],
        "That is the validation accuracy of the chosen run. Report that of the test.": validation.max(),
        "That is the mean of both figures of the chosen run. Report that of the test.": mean,
        "That is the last run, the worst in validation.": test[np.argmin(validation)],
        "You average all runs; one is chosen and reported.": test.mean(),
        "That is the number of the run; its test accuracy is asked for.": np.argmax(validation),
        "The other way round: choose by validation, report test.": validation[np.argmax(test)],
        "That is the middle of all test accuracies; one run is chosen and reported.": np.median(test),
        "You report all runs; that of the run you chose is asked for.": test[np.argsort(-validation)],
    }


@function("13", "grouped_split", each(_some_films, 7, 8, 9, 10), _split)
def _leaky_splits(film: Array, order: Array, count: int) -> dict[str, Any]:
    """Take whole films aside, in `order`, until at least `count` reviews are aside: True for those."""
    films, aside = _films_aside(film, order, count), _split(film, order, count)
    found, first = np.unique(film, return_index=True)
    as_they_come = found[np.argsort(first)]
    cut_in_two = aside & (np.cumsum(aside) <= count)
    single_reviews = np.arange(len(film)) < count

    def first_films(many: int) -> Array:
        return np.isin(film, order[:many])

    one_more = first_films(films + int(aside.sum() == count))
    return {
        "You take single reviews, so films stand on both sides. Take all reviews of a film.": single_reviews,
        "The last film is cut in two to end at `count`: it stands on both sides.": cut_in_two,
        "True and False are exchanged: True is for the reviews that are taken aside.": ~aside,
        "`count` counts reviews; you take as many films.": first_films(count),
        "You stop one film too early: at least `count` reviews are asked for.": first_films(films - 1),
        "You take one film too many.": first_films(films + 1),
        "When `count` reviews are aside, that is enough: you take one film more.": one_more,
        "You take films by their numbers; `order` says which comes first.": _split(film, found, count),
        "You take films as they come in `film`; `order` says which comes first.": _split(
            film, as_they_come, count
        ),
        "You begin at the end of `order`.": _split(film, order[::-1], count),
        "Those are films; asked for is True or False for each review.": order[:films],
        "Those are the films of the reviews aside; asked for is True or False for each.": film[aside],
        "Those are places of reviews; asked for is True or False for each.": np.flatnonzero(aside),
        "That is how many reviews are aside; asked for is True or False for each.": aside.sum(),
    }


@function(
    "13", "paired_comparison", each(_some_answers, (60, 12, 4), (75, 5, 14), (90, 20, 8), (105, 3, 9)), _z
)
def _unpaired(first: Array, second: Array) -> dict[str, Any]:
    """By how many standard deviations, the root of won + lost, does won - lost differ from 0?"""
    reviews, won, lost = len(first), np.sum(second & ~first), np.sum(first & ~second)
    difference, z = won - lost, _z(first, second)
    a, b = first.mean(), second.mean()
    of_own_reviews = (b - a) / np.sqrt((a * (1.0 - a) + b * (1.0 - b)) / reviews)
    of_all_reviews = difference / np.sqrt(reviews)
    of_right_answers = difference / np.sqrt(first.sum() + second.sum())
    corrected = np.sign(difference) * (np.abs(difference) - 1.0) / np.sqrt(won + lost)
    measured = difference / np.sqrt(reviews * np.var(second.astype(float) - first))
    return {
        "You compare as if each had read reviews of its own. Look at the reviews on which they differ.": (
            of_own_reviews
        ),
        "The sign is turned: above 0 means that the second one is better.": -z,
        "The sign is lost: below 0 means that the second one is worse.": np.abs(z),
        "That is won - lost; divide it by its standard deviation.": difference,
        "That is the difference of the accuracies; won - lost is counted in reviews.": b - a,
        "You divide by won + lost: the root is missing.": difference / (won + lost),
        "You divide by the root of all reviews; those on which both agree tell nothing.": of_all_reviews,
        "You divide by the root of all right answers; count those that only one has.": of_right_answers,
        "That is z squared (chi-squared); z is asked for, with its sign.": z**2,
        "You took 1 from the difference (a correction for continuity); here it is left out.": corrected,
        "You take the measured deviation; if both are equally good it is the root of won + lost.": measured,
        "Only `won` is in the numerator: take `lost` away from it.": won / np.sqrt(won + lost),
        "Only `lost` is below the root: count `won`, too.": difference / np.sqrt(lost),
        "Only `won` is below the root: count `lost`, too.": difference / np.sqrt(won),
    }
