"""What one epoch of the course's network costs in each of Keras' engines, and in PyTorch alone.

    python benchmarks/engines.py                      2,000 made-up reviews, some minutes
    python benchmarks/engines.py --engines jax torch  those alone; an engine that is not installed is left out

Every engine gets the same reviews, in batches of about equal length, and runs in a process of its own, one
after the other and round by round. Seconds are of the processor, all cores together, so that other work on
the machine counts little. The first epoch traces and compiles, on JAX once for each width of a batch; the
second is what every later one costs. Each figure is the least of the rounds. "torch alone" is the floor: the
same network with `torch.nn.LSTM`, written by hand, and no Keras.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

ENGINES = ("tensorflow", "jax", "torch", "torch alone")
ROUNDS, SEED = 2, 0


def made_up(count: int) -> tuple[list[np.ndarray], np.ndarray]:
    """Return ids of so many reviews and their labels; lengths are spread as those of IMDB are."""
    rng = np.random.default_rng(SEED)
    lengths = np.clip(np.exp(rng.normal(5.2, 0.6, count)), 20, 400).astype(int)  # median 181 words
    return [rng.integers(2, 20_000, n, dtype=np.int32) for n in lengths], rng.integers(0, 2, count)


def by_keras(count: int) -> Callable[[int], None]:
    """Return a function that trains the network of `course` for one epoch."""
    from lstm_teach.sentiment import NetworkRecipe, recipe
    from lstm_teach.sentiment.network import Batches, compile_model, new_model

    rows, labels = made_up(count)
    chosen = recipe("course", short_first=0.0)
    assert isinstance(chosen, NetworkRecipe)
    model = new_model(chosen, 20_000, SEED)
    compile_model(model, chosen, batches=-(-count // chosen.batch_size))

    def epoch(number: int) -> None:
        batches = Batches(rows, chosen, chosen.batch_size, labels, key=(SEED, number))
        model.fit(batches, shuffle=False, verbose=0)

    return epoch


def by_torch(count: int) -> Callable[[int], None]:
    """Return the same for a network of PyTorch's own layers."""
    import torch
    from torch import nn

    from lstm_teach.sentiment import NetworkRecipe, recipe
    from lstm_teach.sentiment.batches import POOL, plan, rectangle

    rows, labels = made_up(count)
    chosen = recipe("course")
    assert isinstance(chosen, NetworkRecipe)
    lengths = np.array([len(row) for row in rows])
    torch.manual_seed(SEED)
    size, units = chosen.model["embedding"], chosen.model["units"]
    parts = nn.ModuleList(
        [
            nn.Embedding(20_000, size),
            nn.LSTM(size, units, batch_first=True),
            nn.LSTM(size, units, batch_first=True),
            nn.Linear(4 * units, 1),
        ]
    )
    table, forward, backward, readout = parts
    adam, loss = torch.optim.Adam(parts.parameters(), chosen.learning_rate), nn.BCEWithLogitsLoss()

    def pooled(lstm: nn.Module, ids: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        h, _ = lstm(table(ids))  # (batch, time, units)
        mean = (h * real).sum(1) / real.sum(1)
        return torch.cat([mean, h.masked_fill(real == 0, -torch.inf).amax(1)], dim=1)

    def epoch(number: int) -> None:
        for chosen_rows in plan(lengths, chosen.batch_size, np.random.default_rng((SEED, number)), pool=POOL):
            padded = rectangle([rows[i] for i in chosen_rows], chosen, 1)
            reversed_rows = [rows[i][::-1] for i in chosen_rows]
            ids = torch.from_numpy(padded).long()
            back = torch.from_numpy(rectangle(reversed_rows, chosen, 1)).long()
            real = (ids != 0).unsqueeze(2).float()
            both = torch.cat([pooled(forward, ids, real), pooled(backward, back, real)], dim=1)
            wanted = torch.from_numpy(labels[chosen_rows, None].astype(np.float32))
            adam.zero_grad()
            loss(readout(both), wanted).backward()
            nn.utils.clip_grad_norm_(parts.parameters(), 1.0)
            adam.step()

    return epoch


def measure(engine: str, count: int) -> None:
    """Print the processor seconds of the first and of the second epoch."""
    epoch = by_torch(count) if engine == "torch alone" else by_keras(count)
    for number in range(2):
        start = time.process_time()
        epoch(number)
        print(time.process_time() - start, flush=True)


def rounds(engines: list[str], count: int) -> Iterator[tuple[str, list[float]]]:
    """Yield an engine and its seconds, each from a process of its own."""
    for _ in range(ROUNDS):
        for engine in engines:
            command = [sys.executable, __file__, "--reviews", str(count), "--measure", engine]
            backend = engine.split()[0]
            said = subprocess.run(
                command,
                env=os.environ | {"KERAS_BACKEND": backend},
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            ).stdout
            yield engine, [float(line) for line in said.splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--reviews", type=int, default=2_000)
    parser.add_argument("--measure", choices=ENGINES, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        measure(args.measure, args.reviews)
        return
    there = [engine for engine in args.engines if find_spec(engine.split()[0])]
    found: dict[str, list[list[float]]] = {engine: [] for engine in there}
    for engine, seconds in rounds(there, args.reviews):
        found[engine].append(seconds)
    least = {engine: np.min(seconds, axis=0) for engine, seconds in found.items()}
    print(f"`course`, {args.reviews:,} made-up reviews, least of {ROUNDS} rounds, seed {SEED}\n")
    print(
        "| engine | first epoch, processor seconds | second | against the first engine |\n|---|--:|--:|--:|"
    )
    for engine, (first, second) in least.items():
        print(f"| {engine} | {first:.1f} | {second:.1f} | {second / least[there[0]][1]:.2f} |")


if __name__ == "__main__":
    main()
