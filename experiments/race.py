"""How soon a network first reaches an accuracy on validation reviews: ours beside the published ones.

    python -m experiments race --corpus imdb --seeds 1 2 3 4 5 --once bilstm_subword  the protocol's run
    python -m experiments race --corpus imdb --recipes course                         one of them

The protocol, written before the run; it is run once, on a processor core that it has for itself, and its
figures stand whatever they are. That run is data/time_to_accuracy.json; the machine's other core worked, too.
Seen in it afterwards, and not mended: the last batch of a pass is smaller, so an unrolled loop is built anew
after each pass, some 11 seconds; the published `two_lstm_words` drops that batch.

1. Baselines, each as published and with its handicap removed: `bilstm_subword` with mixed batches and with
   batches of reviews of about equal length, `two_lstm_words` unrolled and not. Ours: `course` as it
   is, and with counts in the place of word vectors.
2. Seeds 1 to 5; `bilstm_subword` with seed 1 alone, since it takes long, and so without an interval.
3. Targets: 83.00 and 84.06 % of the validation reviews, whole films of IMDB; what the published ones were
   published with.
4. A look at the validation reviews comes when 5 % more seconds have gone by; looks do not count. A run ends
   when both targets are reached, or else after four passes through the reviews: "never".
5. A ratio is that of mean processor seconds. Its 95 % interval is a bootstrap over the seeds, each drawn for
   both networks on its own: 10,000 draws, percentiles 2.5 and 97.5. No aim is set and nothing is run again.

Counted is all that a student waits for: vocabulary, what a recipe counts in the texts first, building and
tracing, training. The looks at the validation reviews are not; one comes whenever a few percent (`SPACING`)
more seconds have gone by than at the one before, so that every time is as exact as the others, short or long.

All run in one process, one after the other and seed by seed, so that a machine that slows down slows them
all. Processor seconds, all cores together, count less of other work on the machine than seconds by the clock.
The ratios are to the last recipe named.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np

from experiments.counts import COURSE, begin_with_counts
from experiments.result_race import race_table
from lstm_teach import reviews
from lstm_teach.reviews import Corpus
from lstm_teach.sentiment import RECIPES, NetworkRecipe, describe_device, recipe, score
from lstm_teach.sentiment.checkpoints import write_json
from lstm_teach.sentiment.epochs import EachEpoch
from lstm_teach.sentiment.machine import hardware, versions
from lstm_teach.sentiment.network import Batches, Network, begin_with_vectors, compile_model, new_model
from lstm_teach.sentiment.parts import divided, split_of
from lstm_teach.sentiment.training import check_options
from lstm_teach.vocabulary import SubwordVocabulary, WordVocabulary

VARIANTS: dict[str, tuple[dict[str, Any], ...]] = {
    "bilstm_subword": ({"even_batches": False}, {"even_batches": True}),
    "two_lstm_words": ({"unroll": True}, {"unroll": False}),
    "course": ({"vectors": None, "log_count_ratios": True}, {}),
}
KNOWN = RECIPES | {"course": COURSE}
TARGETS = (0.83, 0.8406)  # what two_lstm_words and bilstm_subword were published with
SPACING = 0.05  # the share of the seconds so far that lies between two looks
PASSES = 4  # through the training reviews, at most


class Spent(NamedTuple):
    """What it took, or None where an accuracy was never reached: passes through the reviews, and seconds."""

    epochs: float | None = None
    processor_seconds: float | None = None
    seconds: float | None = None


def clocks() -> np.ndarray:
    """Return processor seconds, and seconds by the clock."""
    return np.array([time.process_time(), time.perf_counter()])


class Looks(keras.callbacks.Callback):
    """Looks at the validation reviews ever more rarely, and stops when the last target is reached."""

    def __init__(
        self, network: Network, rows: list[np.ndarray], labels: np.ndarray, start: np.ndarray
    ) -> None:
        super().__init__()
        self.network, self.rows, self.labels, self.start = network, rows, labels, start
        self.batches, self.looking = 0, np.zeros(2)  # seconds that do not count
        self.seen: list[tuple[int, float, float, float]] = []  # batches, processor, clock, accuracy

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Look, if it is time to."""
        self.batches += 1
        now = clocks()
        spent = now - self.looking - self.start
        if self.seen and spent[0] < self.seen[-1][1] * (1 + SPACING):
            return
        accuracy = score(self.labels, self.network.predict_ids(self.rows)).accuracy
        self.seen.append((self.batches, *spent, accuracy))
        print(f"  after {self.batches} batches, {spent[0]:.1f} s {accuracy:.2%}", flush=True)
        self.looking += clocks() - now
        self.model.stop_training = accuracy >= max(TARGETS)


def race(chosen: NetworkRecipe, data: Corpus, seed: int) -> dict[str, Any]:
    """Train until every target is reached, or four passes or the recipe's epochs are over.

    Returns
    -------
    `beforehand`, seconds until the first batch; `reached`, what each target took; `looks`: processor seconds
    and accuracy at every look
    """
    training, validation = divided(data, chosen.validation, None, split_of(data))[:2]
    start = clocks()
    kind = WordVocabulary if chosen.vocabulary == "words" else SubwordVocabulary
    vocabulary, rows = kind.fit_encode(training.texts, chosen.vocabulary_size)
    model = new_model(chosen, vocabulary.size, seed)
    begin_with_vectors(model, chosen, rows, seed)
    if getattr(chosen, "log_count_ratios", False):
        begin_with_counts(model, rows, training.labels)
    batches = -(-len(rows) // chosen.batch_size)
    compile_model(model, chosen, batches)
    beforehand = clocks() - start
    looks = Looks(
        Network(chosen, vocabulary, model),
        vocabulary.encode(validation.texts),
        validation.labels,
        start,
    )
    looks.looking += clocks() - start - beforehand  # encoding the validation reviews
    shuffled = Batches(rows, chosen, chosen.batch_size, training.labels, key=(seed, 0))
    callbacks = [EachEpoch(shuffled, seed), looks]
    model.fit(shuffled, epochs=min(chosen.epochs, PASSES), shuffle=False, verbose=0, callbacks=callbacks)
    reached = []
    for target in TARGETS:
        first = next((look for look in looks.seen if look[3] >= target), None)
        took = (first[0] / batches, *first[1:3]) if first else ()
        spent = Spent(*(round(float(value), 2) for value in took))
        reached.append({"accuracy": target, **spent._asdict()})
    return {
        "seed": seed,
        "beforehand": dict(zip(("processor_seconds", "seconds"), beforehand.round(2).tolist(), strict=True)),
        "reached": reached,
        "looks": {
            "processor_seconds": [round(look[1], 1) for look in looks.seen],
            "accuracy": [round(float(look[3]), 4) for look in looks.seen],
        },
    }


def together(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the means of a recipe's runs, None where one never got there, and the runs themselves."""

    def mean(figures: list[dict[str, Any]]) -> dict[str, float | None]:
        columns = {key: [figure[key] for figure in figures] for key in figures[0]}
        return {
            key: None if None in column else round(float(np.mean(column)), 4)
            for key, column in columns.items()
        }

    reached = zip(*(run["reached"] for run in runs), strict=True)
    return {
        "beforehand": mean([run["beforehand"] for run in runs]),
        "reached": [mean(list(same)) for same in reached],
        "seeds": runs,
    }


def ratio_interval(
    theirs: Sequence[float | None], ours: Sequence[float | None], draws: int = 10_000
) -> tuple[float, float] | None:
    """Return the 95 % interval of a ratio of mean seconds, by bootstrap over the seeds.

    None where there is one seed, or where one never arrived.
    """
    if min(len(theirs), len(ours)) < 2 or None in (*theirs, *ours):
        return None
    rng = np.random.default_rng(0)
    a, b = (rng.choice(np.array(s, float), (draws, len(s))).mean(axis=1) for s in (theirs, ours))
    low, high = np.percentile(a / b, (2.5, 97.5))
    return round(float(low), 2), round(float(high), 2)


def with_intervals(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the runs with the interval of each ratio of processor seconds to the last of them."""

    def seconds(run: dict[str, Any], target: int) -> list[float | None]:
        return [one["reached"][target]["processor_seconds"] for one in run["seeds"]]

    told = []
    for run in runs:
        reached = []
        for target, figures in enumerate(run["reached"]):
            theirs, ours = seconds(run, target), seconds(runs[-1], target)
            interval = None if run is runs[-1] else ratio_interval(theirs, ours)
            reached.append(figures | {"ratio_interval": interval})
        told.append(run | {"reached": reached})
    return told


def main(arguments: Sequence[str] | None = None) -> None:
    """Run all recipes with all seeds, print a table, and write the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", default="sample", choices=("sample", "imdb"))
    parser.add_argument("--recipes", nargs="+", default=["bilstm_subword", "two_lstm_words", "course"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1])
    parser.add_argument(
        "--once", nargs="*", default=[], help="recipes to run with the first seed alone, since they take long"
    )
    parser.add_argument(
        "--save", type=Path, help="write the figures here too, such as data/time_to_accuracy.json"
    )
    args = parser.parse_args(arguments)
    for seed in args.seeds:
        check_options(args.corpus, seed, None)
    if keras.backend.backend() == "jax":
        parser.error(
            "KERAS_BACKEND=jax cannot look at reviews in the middle of an epoch; take tensorflow or torch"
        )
    data = reviews.load(args.corpus)
    print(describe_device())
    runners = {}
    for name in args.recipes:
        for changes in VARIANTS.get(name, ({},)):
            chosen = recipe(name, KNOWN, **changes)
            if not isinstance(chosen, NetworkRecipe):
                parser.error(f"--recipes {name}: it is no network's")
            runners[", ".join([name, *(f"{key} {value}" for key, value in changes.items())])] = chosen
    found: dict[str, list[dict[str, Any]]] = {label: [] for label in runners}
    told = {
        "corpus": args.corpus,
        "spacing": SPACING,
        "versions": versions(keras.backend.backend()),
        "hardware": hardware(),
        "split": split_of(data),
    }
    for k, seed in enumerate(args.seeds):
        for label, chosen in runners.items():
            if k == 0 or chosen.name not in args.once:
                print(f"{label}, seed {seed}", flush=True)
                found[label].append(race(chosen, data, seed))
        runs = with_intervals([{"recipe": label, **together(runs)} for label, runs in found.items()])
        record = told | {"seeds": args.seeds[: k + 1], "runs": runs}
        if args.save:  # after each seed, so that an interrupted race leaves what it has
            write_json(args.save, record)
    print("\n" + race_table(record))
