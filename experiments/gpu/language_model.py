"""The first stage: both LSTMs learn to predict the next word of reviews, no label seen (Dai and Le 2015)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from experiments.gpu.data import END, Reviews, Say
from experiments.gpu.fitting import Metrics, Plan, Training, fit
from experiments.gpu.model import Network, State, precision

LOOKED = 100  # chunks of the validation reviews that a look reads at most


class Text:
    """Reviews in one long line, in a new order in every epoch, cut into `batch` columns that are read on.

    Truncated backpropagation through time: a chunk of `time` words is learned from at once, and the states at
    its end are where the next chunk begins. The backward LSTM reads the same line from its end.
    """

    def __init__(
        self, reviews: Reviews, rows: np.ndarray, batch: int, time: int, device: torch.device
    ) -> None:
        self.reviews, self.rows, self.batch, self.time, self.device = reviews, rows, batch, time, device
        self.words = int(reviews.lengths[rows].sum() + len(rows) + 1)
        self.chunks = max((self.words // batch - 1) // time, 1)  # steps of an epoch
        self._epoch, self._columns = -1, [torch.empty(0)] * 2

    def chunk(self, number: int, key: tuple[int, ...]) -> list[Tensor]:
        """Return the chunk of a step for each direction, (time + 1, batch), a pure function of its number."""
        epoch, place = divmod(number, self.chunks)
        if epoch != self._epoch:
            self._epoch, self._columns = epoch, self._read(np.random.default_rng((*key, epoch)))
        begin = place * self.time
        return [columns[begin : begin + self.time + 1].long() for columns in self._columns]

    def _read(self, rng: np.random.Generator) -> list[Tensor]:
        starts, lengths, ids = self.reviews.starts, self.reviews.lengths, self.reviews.ids
        end = np.array([END], dtype=ids.dtype)
        pieces = [end]
        for i in rng.permutation(self.rows):
            pieces += [ids[starts[i] : starts[i] + lengths[i]], end]
        line = np.concatenate(pieces).astype(np.int32)
        height = len(line) // self.batch
        if height < 2:
            raise ValueError(
                f"batch: got {self.batch} for a text of {len(line)} words, expected a smaller one"
            )
        used = line[: height * self.batch], line[::-1][: height * self.batch].copy()
        return [torch.from_numpy(x).to(self.device).view(self.batch, height).T.contiguous() for x in used]


def losses(network: Network, text: Text, half: bool, dropout: float) -> Iterator[Tensor]:
    """Yield the loss of each chunk of one epoch, without learning from it."""
    states: list[State | None] = [None, None]
    for number in range(text.chunks):
        with precision(text.device, half):
            loss, found = network.next_word_loss(text.chunk(number, (0,)), states, dropout)
        states = list(found)
        yield loss


def pretrain(
    network: Network,
    reviews: Reviews,
    plan: Plan,
    seed: int,
    checkpoint: Path,
    say: Say,
    *,
    batch: int,
    time: int,
    dropout: float,
) -> Training:
    """Train both language models within the plan's seconds, and return the training.

    Its history holds, for every look, the perplexity of the validation reviews (from the mean loss of both
    directions), and how many epochs of the text had been read.
    """
    device = network.bias.device
    text = Text(reviews, np.concatenate([reviews.training, reviews.unlabelled]), batch, time, device)
    columns = min(batch, 1 + len(reviews.held_back) // 8)
    aside = Text(reviews, reviews.held_back, columns, min(time, 64), device)
    states: list[State | None] = [None, None]

    def next_loss(training: Training) -> tuple[Tensor, dict[str, Tensor]]:
        nonlocal states
        if training.done % text.chunks == 0:
            states = [None, None]
        with precision(device, plan.half):
            loss, found = network.next_word_loss(text.chunk(training.done, (seed,)), states, dropout)
        states = list(found)
        return loss, {"loss": loss}

    def measure() -> Metrics:
        measured = islice(losses(network, aside, plan.half, 0.0), LOOKED)
        nats = float(torch.stack(list(measured)).mean())
        read = training.done / text.chunks
        return {"score": -nats, "val_perplexity": math.exp(min(nats, 20.0)), "epochs": round(read, 3)}

    training = Training(network, plan)
    say(f"language model: {text.words:,} words, {text.chunks:,} steps per epoch of {batch} x {time} words")
    return fit(training, next_loss, measure, checkpoint, say)
