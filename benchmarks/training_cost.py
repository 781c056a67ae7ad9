"""What an epoch costs against the number of reviews and their length: two tables, and the fitted exponents.

    python benchmarks/training_cost.py              the course's recipe on made-up reviews, a few minutes
    python benchmarks/training_cost.py --recipe two_lstm_words --set fixed_length=False --set length=None

An exponent of 1 is linear cost, and below 1 some of the cost is fixed. Seconds are of processor time, all
cores together, so that other work on the machine hardly counts; each is the least of three epochs, after one
that compiles. The last line is the most memory that the process has held.
"""

import argparse
import os
import time
from collections.abc import Sequence

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from lstm_teach.sentiment import NetworkRecipe, build_model, cli, describe_device, recipe
from lstm_teach.sentiment.machine import peak_memory_gib
from lstm_teach.sentiment.network import Batches, compile_model

REVIEWS, LENGTHS = (1_000, 2_000, 4_000), (50, 100, 200, 400)
SEED = 0


def seconds_per_epoch(chosen: NetworkRecipe, reviews: int, length: int) -> float:
    """Processor seconds for one epoch of so many reviews, each of so many words."""
    rng = np.random.default_rng(SEED)
    rows = list(rng.integers(2, chosen.vocabulary_size, (reviews, length), dtype=np.int32))
    labels = rng.integers(0, 2, reviews)
    model = build_model(chosen)
    compile_model(model, chosen, batches=-(-reviews // chosen.batch_size))
    taken = []
    for epoch in range(4):
        batches = Batches(rows, chosen, chosen.batch_size, labels, key=(SEED, epoch))
        start = time.process_time()
        model.fit(batches, shuffle=False, verbose=0)
        taken.append(time.process_time() - start)
    return min(taken[1:])


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """The slope of log seconds over log size."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def report(title: str, sizes: Sequence[int], seconds: Sequence[float]) -> None:
    print(f"\n| {title} | processor seconds an epoch | against the first |\n|--:|--:|--:|")
    for size, taken in zip(sizes, seconds, strict=True):
        print(f"| {size:,} | {taken:.2f} | {taken / seconds[0]:.2f} |")
    print(f"\nexponent: {exponent(sizes, seconds):.2f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--recipe", default="course")
    parser.add_argument("--set", action="append", default=[], type=cli.setting, metavar="NAME=VALUE")
    args = parser.parse_args()
    chosen = recipe(args.recipe, **dict(args.set))
    if not isinstance(chosen, NetworkRecipe):
        parser.error(f"--recipe {args.recipe} is no network's")
    if chosen.fixed_length or (chosen.length or LENGTHS[-1]) < LENGTHS[-1]:
        parser.error(
            f"--set length=None fixed_length=False: {chosen.name} reads {chosen.length} words of any review"
        )
    print(describe_device())
    print(f"recipe {chosen.name}, batches of {chosen.batch_size}, seed {SEED}")
    report("reviews of 100 words", REVIEWS, [seconds_per_epoch(chosen, count, 100) for count in REVIEWS])
    report(
        "words in 1,000 reviews", LENGTHS, [seconds_per_epoch(chosen, 1_000, length) for length in LENGTHS]
    )
    print(f"\nmost memory: {peak_memory_gib()} GiB")


if __name__ == "__main__":
    main()
