"""Milliseconds per step of each stage on this machine, and which way of running both LSTMs is faster."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from experiments.gpu.classifier import Batches, Objective, Words, mixed_loss, predict
from experiments.gpu.data import Reviews, Say
from experiments.gpu.fitting import Plan, Training
from experiments.gpu.language_model import Text
from experiments.gpu.model import Network, Sizes, State, precision
from experiments.gpu.settings import Settings

Step = Callable[[int], Any]  # one step of a stage, by its number


def milliseconds(step: Step, steps: int = 8, warm_up: int = 3) -> float:
    """Return the mean time of a step in milliseconds; the card has finished before each look at the clock."""
    for number in range(warm_up):
        step(number)
    _wait()
    began = time.perf_counter()
    for number in range(warm_up, warm_up + steps):
        step(number)
    _wait()
    return (time.perf_counter() - began) / steps * 1e3


def reading_step(network: Network, reviews: Reviews, s: Settings) -> Step:
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


def sentiment_step(network: Network, reviews: Reviews, words: Words, s: Settings, mixed: Objective) -> Step:
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


def measure(reviews: Reviews, s: Settings, say: Say, steps: int = 8) -> dict[str, float]:
    """Return milliseconds per step of each stage in several forms, and say each as soon as it is known."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    sizes, found = Sizes(len(reviews.course_ids), s.features, s.units), {}
    words = Words(reviews, device, sizes.words)

    def time_of(name: str, begin: Callable[[Network, Settings], Step], **changes: Any) -> None:
        try:  # where one form fails, the others are measured all the same
            t = replace(s, **changes)
            if device.type == "cuda":
                torch.cuda.reset_peak_memory_stats()
            found[name] = round(milliseconds(begin(Network(sizes, t.streams).to(device), t), steps), 2)
            say(f"{found[name]:10.2f} ms  {name}{memory()}")
        except Exception as error:
            say(f"{name}: {type(error).__name__}: {error}")

    def reading(network: Network, t: Settings) -> Step:
        return reading_step(network, reviews, t)

    def mixed(network: Network, t: Settings) -> Step:
        return sentiment_step(network, reviews, words, t, Objective())

    def plain(network: Network, t: Settings) -> Step:
        return sentiment_step(network, reviews, words, t, Objective(0.0, 0.0, 0.0))

    def predicting(network: Network, t: Settings) -> Step:
        return lambda _: predict(network, words, reviews.held_back[:1024], t.evaluated, t.half)

    wide = {"batch": 2 * s.batch, "time": s.time // 2}
    time_of("language models", reading)
    time_of("language models, twice as wide, in turn", reading, **wide, streams=False)
    time_of("language models, twice as wide, at once", reading, **wide, streams=True)
    time_of("language models, float32", reading, half=False)
    time_of("classifier, in turn", mixed, streams=False)
    time_of("classifier, at once", mixed, streams=True)
    time_of("classifier, 48 and 80 reviews", mixed, labelled=48, unlabelled=80)
    time_of("classifier, twice as many unlabelled", mixed, unlabelled=2 * s.unlabelled)
    time_of("classifier, cross-entropy alone", plain)
    time_of("1,024 reviews predicted", predicting)
    return found


def faster(found: dict[str, float], s: Settings) -> list[str]:
    """Return the changes of settings that `measure` found to be faster; none changes a batch of reviews."""
    streams = found.get("classifier, at once", 1e9) < found.get("classifier, in turn", 1e9)
    how = "at once" if streams else "in turn"
    wide = found.get(f"language models, twice as wide, {how}", 1e9)
    changes = [f"streams={int(streams)}"]
    if wide < found.get("language models", 1e9):
        changes += [f"batch={2 * s.batch}", f"time={s.time // 2}"]
    return changes


def memory() -> str:
    """Return the most memory of the card that has been used, as a remark; nothing without a card."""
    if not torch.cuda.is_available():
        return ""
    return f"  ({torch.cuda.max_memory_allocated() / 2**30:.1f} GiB at most)"


def _wait() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()
