"""Milliseconds per step of each stage on this machine, and which way of running both LSTMs is faster."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from experiments.gpu.classifier import Batches, Objective, Words, mixed_loss, predict
from experiments.gpu.data import Reviews
from experiments.gpu.fitting import Plan, Say, Training
from experiments.gpu.language_model import Text
from experiments.gpu.model import Network, Sizes, State, precision
from experiments.gpu.settings import Settings


def milliseconds(step: Callable[[int], Any], steps: int = 8, warm_up: int = 3) -> float:
    """Return the mean time of a step in milliseconds; the card has finished before each look at the clock."""
    for number in range(warm_up):
        step(number)
    _wait()
    began = time.perf_counter()
    for number in range(warm_up, warm_up + steps):
        step(number)
    _wait()
    return (time.perf_counter() - began) / steps * 1e3


def reading_step(network: Network, reviews: Reviews, s: Settings) -> Callable[[int], Any]:
    """Return a function that trains the language models on one chunk."""
    text = Text(reviews, reviews.held_back, s.batch, s.time, network.bias.device)
    training = Training(network, Plan(1e9, None, 1e-5, half=s.half))
    states: list[State | None] = [None, None]
    network.train()

    def step(number: int) -> None:
        with precision(text.device, s.half):
            loss, found = network.next_word_loss(
                text.chunk(number % text.chunks, (0,)), states, s.reading_dropout
            )
        states[:] = found
        training.step(loss)

    return step


def sentiment_step(
    network: Network, reviews: Reviews, words: Words, s: Settings, mixed: Objective
) -> Callable[[int], Any]:
    """Return a function that trains the classifier on one batch."""
    batches = Batches(reviews, s.labelled, s.unlabelled if mixed.virtual else 0, s.most, 0)
    training = Training(network, Plan(1e9, None, 1e-5, averaging=s.averaging, half=s.half))
    network.train()

    def step(number: int) -> None:
        rows = batches.batch(number)
        labels = torch.from_numpy(reviews.labels_of(rows[: s.labelled]).astype(np.float32)).to(words.device)
        ids, lengths = words.batch(rows, s.most)
        with precision(words.device, s.half):
            parts = mixed_loss(network, words, ids, lengths, labels, mixed, 1.0)
        training.step(torch.stack(list(parts.values())).sum())

    return step


def faster_streams(network: Network, reviews: Reviews, s: Settings, say: Say) -> bool:
    """Return whether both LSTMs are faster at the same time, measured on a copy of the network."""
    took = {}
    for streams in (False, True):
        copied = Network(network.sizes, streams).to(network.bias.device)
        took[streams] = milliseconds(reading_step(copied, reviews, s))
    say(f"language models: {took[False]:.1f} ms per step in turn, {took[True]:.1f} ms at the same time")
    return took[True] < took[False]


def measure(reviews: Reviews, s: Settings, say: Say, steps: int = 8) -> dict[str, float]:
    """Return milliseconds per step of every stage in several forms, and say each as soon as it is known."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    vocabulary, found = len(reviews.course_ids), {}
    words = Words(reviews, device, vocabulary)
    mixed, plain = Objective(), Objective(0.0, 0.0, 0.0)

    def form(name: str, t: Settings, **stages: Callable[[Network], Callable[[int], Any]]) -> None:
        for stage, begin in stages.items():
            try:  # where one form fails, the others are measured all the same
                network = Network(Sizes(vocabulary, t.features, t.units), streams=t.streams != 0).to(device)
                found[f"{stage}, {name}"] = round(milliseconds(begin(network), steps), 2)
                say(f"{found[f'{stage}, {name}']:10.2f} ms  {stage}, {name}{memory()}")
            except Exception as error:
                say(f"{stage}, {name}: {type(error).__name__}: {error}")

    def reading(t: Settings) -> Callable[[Network], Callable[[int], Any]]:
        return lambda network: reading_step(network, reviews, t)

    def sentiment(t: Settings, objective: Objective) -> Callable[[Network], Callable[[int], Any]]:
        return lambda network: sentiment_step(network, reviews, words, t, objective)

    def predicting(network: Network) -> Callable[[int], Any]:
        return lambda _: predict(network, words, reviews.held_back[:1024], s.evaluated, s.half)

    form("as set", s, reading=reading(s), mixed=sentiment(s, mixed), plain=sentiment(s, plain))
    form("1,024 reviews", s, predicting=predicting)
    for name, changes in (
        ("in turn", {"streams": 0}),
        ("float32", {"half": False}),
        ("half the time, twice the batch", {"batch": 2 * s.batch, "time": s.time // 2}),
        ("twice as many unlabelled", {"unlabelled": 2 * s.unlabelled}),
    ):
        t = replace(s, **changes)
        reads, learns = "unlabelled" not in changes, "batch" not in changes
        form(name, t, **({"reading": reading(t)} if reads else {}))
        form(name, t, **({"mixed": sentiment(t, mixed)} if learns else {}))
    return found


def memory() -> str:
    """Return the most memory of the card that has been used, as a remark; nothing without a card."""
    if not torch.cuda.is_available():
        return ""
    return f"  ({torch.cuda.max_memory_allocated() / 2**30:.1f} GiB at most)"


def _wait() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()
