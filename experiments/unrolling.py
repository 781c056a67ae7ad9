"""What a loop that is written out costs: the first batch of a network, and a later one.

    python -m experiments unrolling

The network is that of `two_lstm_words`: 80 words, two LSTMs of 64 units, batches of 128. The looped and the
unrolled network take turns in one process, so that a machine that slows down slows both. Processor seconds
are counted, all cores together.
"""

import argparse
import time
from collections.abc import Sequence

import keras
import numpy as np

import lstm_teach
from lstm_teach.sentiment import cudnn_obstacles
from lstm_teach.sentiment.checkpoints import write_json
from lstm_teach.sentiment.machine import hardware, versions

WORDS, LENGTH, BATCH, LATER = 10_000, 80, 128, 5


def network(unroll: bool) -> keras.Model:
    """Return the network, compiled with Keras' defaults."""
    model = keras.Sequential(
        [
            keras.layers.Embedding(WORDS, 100),
            keras.layers.LSTM(64, unroll=unroll, return_sequences=True),
            keras.layers.LSTM(64, unroll=unroll),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy")
    return model


def seconds(model: keras.Model, rng: np.random.Generator) -> tuple[float, float]:
    """Return the processor seconds of the first batch, in which the graph is built, and of a later one."""
    ids = rng.integers(1, WORDS, (BATCH, LENGTH))
    spent = [time.process_time()]
    for _ in range(1 + LATER):
        model.train_on_batch(ids, ids[:, 0] > WORDS // 2)
        spent.append(time.process_time())
    first, *later = np.diff(spent)
    return round(float(first), 3), round(float(np.mean(later)), 4)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure both, print them, and write `data/unrolling.json`."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=5, help="how often each is built")
    times = parser.parse_args(arguments).times
    if times < 1:
        parser.error(f"--times: got {times}, expected 1 or more")
    rng = np.random.default_rng(0)
    seconds(network(unroll=False), rng)  # what a process does once is nobody's cost
    found: dict[str, dict[str, list[float]]] = {
        name: {"first batch": [], "a later batch": []} for name in ("looped", "unrolled")
    }
    obstacles = {}
    for _ in range(times):
        for name in found:
            keras.utils.set_random_seed(0)
            model = network(unroll=name == "unrolled")
            first, later = seconds(model, rng)
            found[name]["first batch"].append(first)
            found[name]["a later batch"].append(later)
            obstacles[name] = sorted({why for layer in cudnn_obstacles(model).values() for why in layer})
            print(f"{name}: first batch {first:.1f} s, a later one {later:.2f} s", flush=True)
    record = {
        "length": LENGTH,
        "batch": BATCH,
        "versions": versions(keras.backend.backend()),
        "hardware": hardware(),
        "processor_seconds": found,
        "cudnn_obstacles": obstacles,
    }
    write_json(lstm_teach.data_dir() / "unrolling.json", record)
