"""The second stage: sentiment, learned from labels and from what a small push must not change.

The mixed objective of Sachan, Zaheer and Salakhutdinov (2019): cross-entropy; entropy minimisation;
adversarial training on labelled reviews, and virtual adversarial training on all (Miyato, Dai and Goodfellow
2017). The push is one perturbation r of a whole review's word vectors x, of length ε.

For two classes no power iteration is needed. The Kullback-Leibler divergence between two Bernoulli
distributions depends on x through the one log-odds z(x), so its Hessian at r = 0 is p (1 - p) g gᵀ with
g = ∂z/∂x. Its greatest eigenvector is g, up to a sign. Of the two signs, the one towards p = 0.5 is worse at
a finite ε. For a labelled review that is answered rightly this is also the adversarial direction, so one more
forward pass serves both.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from experiments.gpu.data import END, PADDING, Reviews, Say
from experiments.gpu.fitting import Metrics, Plan, Training, fit
from experiments.gpu.model import Network, precision

POOL = 50  # batches that are sorted by length together: enough to be even, few enough to stay random
WIDTH = 16  # a batch is as wide as its longest review, rounded up to a multiple, so that memory is used again
RAMP = 0.1  # the fraction of the stage in which the losses without a label grow to their full weight


class Objective(NamedTuple):
    """What is minimised: weights of the losses beside the cross-entropy, and the push.

    Attributes
    ----------
    entropy, adversarial, virtual : weights of these losses; all 0 leaves the cross-entropy alone
    epsilon : the length of the push, over all words and features of a review; 5 in both papers
    word_dropout : dropout of the word vectors' features
    dropout : dropout of the pooled states
    """

    entropy: float = 1.0
    adversarial: float = 1.0
    virtual: float = 1.0
    epsilon: float = 5.0
    word_dropout: float = 0.5
    dropout: float = 0.5


class Batches:
    """Batches of about equal length, each a pure function of the seed and its number."""

    def __init__(self, reviews: Reviews, labelled: int, unlabelled: int, most: int, seed: int) -> None:
        self.reviews, self.labelled, self.unlabelled, self.seed = reviews, labelled, unlabelled, seed
        self.cut = np.minimum(reviews.lengths, most)
        others = reviews.unlabelled
        self.others = others[np.argsort(self.cut[others], kind="stable")]
        self.count = max(len(reviews.training) // labelled, 1)
        self._epoch, self._plan = -1, np.zeros((0, 0), dtype=int)

    def batch(self, number: int) -> np.ndarray:
        """Return the numbers of a step's reviews: the labelled ones, then unlabelled ones of their length."""
        epoch, place = divmod(number, self.count)
        if epoch != self._epoch:
            self._epoch, self._plan = epoch, self._shuffled(np.random.default_rng((self.seed, epoch)))
        rows = self._plan[place]
        if not self.unlabelled or not len(self.others):
            return rows
        lengths, wanted = self.cut[self.others], self.cut[rows]
        low, high = np.searchsorted(lengths, [wanted.min(), wanted.max() + 1])
        spare = max(4 * self.unlabelled - (high - low), 0) // 2
        low, high = max(low - spare, 0), min(high + spare, len(self.others))
        rng = np.random.default_rng((self.seed, 1, number))
        drawn = rng.choice(high - low, min(self.unlabelled, high - low), replace=False)
        return np.concatenate([rows, self.others[low + drawn]])

    def _shuffled(self, rng: np.random.Generator) -> np.ndarray:
        order = rng.permutation(self.reviews.training)
        size = self.labelled * POOL
        pools = [order[begin : begin + size] for begin in range(0, len(order), size)]
        order = np.concatenate([pool[np.argsort(self.cut[pool], kind="stable")] for pool in pools])
        used = order[: self.count * self.labelled].reshape(self.count, -1)
        return used[rng.permutation(self.count)]


class Words:
    """The reviews on the device.

    Attributes
    ----------
    frequencies : float32 (vocabulary,), how often each word occurs in what may be learned from; they sum to 1
    """

    def __init__(self, reviews: Reviews, device: torch.device, words: int) -> None:
        self.device, self.starts, self.lengths = device, reviews.starts, reviews.lengths
        self.ids = torch.from_numpy(reviews.ids.astype(np.int32)).to(device)
        learned = np.zeros(len(reviews.lengths), dtype=bool)
        learned[reviews.training] = learned[reviews.unlabelled] = True
        counts = np.bincount(reviews.ids[np.repeat(learned, reviews.lengths)], minlength=words)
        self.frequencies = torch.from_numpy((counts / counts.sum()).astype(np.float32)).to(device)

    def batch(self, rows: np.ndarray, most: int) -> tuple[Tensor, Tensor]:
        """Return reviews as ids (time, batch), an END before and after each, and their lengths (batch,).

        A longer review is cut to its last `most` tokens. Nothing here waits for the card.
        """
        kept = np.minimum(self.lengths[rows], most).astype(np.int64)
        first = self.starts[rows] + self.lengths[rows] - kept
        width = -(-(int(kept.max()) + 2) // WIDTH) * WIDTH
        begins, lengths = torch.from_numpy(np.stack([first, kept])).to(self.device, non_blocking=True)
        steps = torch.arange(width, device=self.device)[:, None]
        place = (begins + (steps - 1).clamp(min=0)).clamp(max=len(self.ids) - 1)  # (time, batch)
        found = torch.where(steps <= lengths, self.ids[place].long(), PADDING)
        return torch.where((steps == 0) | (steps == lengths + 1), END, found), lengths + 2


def mixed_loss(
    network: Network,
    words: Words,
    ids: Tensor,
    lengths: Tensor,
    labels: Tensor,
    mixed: Objective,
    ramp: float,
) -> dict[str, Tensor]:
    """Return the weighted losses of a batch whose first `len(labels)` reviews have a label."""
    known = len(labels)
    x = functional.dropout(network.embed(ids, words.frequencies), mixed.word_dropout)
    ones = torch.ones(len(lengths), 6 * network.sizes.units, device=x.device)
    mask = functional.dropout(ones, mixed.dropout)  # the same for both readings
    z = network.log_odds(x, lengths, mask)  # (batch,)
    found = {"cross_entropy": functional.binary_cross_entropy_with_logits(z[:known], labels)}
    if mixed.entropy:
        entropy = functional.binary_cross_entropy_with_logits(z, z.sigmoid())
        found["entropy"] = ramp * mixed.entropy * entropy
    if mixed.adversarial or mixed.virtual:
        pushed = network.log_odds(x + push(z, x, labels, mixed.epsilon), lengths, mask)
        worse = functional.binary_cross_entropy_with_logits(pushed[:known], labels)
        p = z.detach().sigmoid()
        divergence = functional.binary_cross_entropy_with_logits(pushed, p) - (
            functional.binary_cross_entropy_with_logits(z.detach(), p)
        )
        found["adversarial"] = ramp * mixed.adversarial * worse
        found["virtual"] = ramp * mixed.virtual * divergence
    return found


def push(z: Tensor, x: Tensor, labels: Tensor, epsilon: float) -> Tensor:
    """Return the perturbation of `x` (time, batch, features), of length ε for each review.

    It lowers the log-odds of the label, and where there is none, those of the answer that is given.
    """
    scaled = 128.0 * z.sum()  # so that small gradients are not lost in float16; the length is set below
    (g,) = torch.autograd.grad(scaled, x, retain_graph=True)
    g = torch.nan_to_num(g, nan=0.0, posinf=0.0, neginf=0.0)
    answer = torch.cat([labels, (z.detach()[len(labels) :] > 0).to(z.dtype)])
    length = g.square().sum((0, 2), keepdim=True).sqrt().clamp_min(1e-12)
    return (epsilon * (1 - 2 * answer)[:, None] * g / length).detach()


@torch.no_grad()
def predict(
    network: Network, words: Words, rows: np.ndarray, most: int, half: bool, batch: int = 256
) -> np.ndarray:
    """Return the probability that each review is positive, float32 (rows,)."""
    network.eval()
    order = np.argsort(-words.lengths[rows], kind="stable")
    probabilities = np.empty(len(rows), dtype=np.float32)
    for begin in range(0, len(rows), batch):
        chosen = order[begin : begin + batch]
        ids, kept = words.batch(rows[chosen], most)
        with precision(words.device, half):
            z = network.log_odds(network.embed(ids, words.frequencies), kept)
        probabilities[chosen] = z.sigmoid().cpu().numpy()
    return probabilities


def classify(
    network: Network,
    reviews: Reviews,
    words: Words,
    plan: Plan,
    mixed: Objective,
    seed: int,
    checkpoint: Path,
    say: Say,
    *,
    labelled: int,
    unlabelled: int,
    most: int,
    evaluated: int,
) -> Training:
    """Train the classifier within the plan's seconds, leave it its best weights, and return the training.

    Parameters
    ----------
    labelled, unlabelled : reviews of each kind in a batch
    most : tokens of a review that are learned from, the last ones
    evaluated : tokens of a review that are read when predicting
    """
    device, held_back = network.bias.device, reviews.held_back
    batches = Batches(reviews, labelled, unlabelled, most, seed)
    truth = reviews.labels_of(held_back)

    def next_loss(training: Training) -> tuple[Tensor, dict[str, Tensor]]:
        rows = batches.batch(training.done)
        labels = torch.from_numpy(reviews.labels_of(rows[:labelled]).astype(np.float32)).to(device)
        ids, lengths = words.batch(rows, most)
        with precision(device, plan.half):
            parts = mixed_loss(
                network, words, ids, lengths, labels, mixed, min(training.progress / RAMP, 1.0)
            )
        return torch.stack(list(parts.values())).sum(), parts

    def measure() -> Metrics:
        p = np.clip(predict(network, words, held_back, evaluated, plan.half), 1e-7, 1 - 1e-7)
        accuracy = float(np.mean((p > 0.5) == truth))
        loss = float(-np.mean(np.where(truth, np.log(p), np.log1p(-p))))
        score = accuracy - 1e-3 * loss  # of equal accuracies, the lower loss
        epochs = round(training.done / batches.count, 3)
        return {"score": score, "val_accuracy": accuracy, "val_loss": loss, "epochs": epochs}

    training = Training(network, plan)
    return fit(training, next_loss, measure, checkpoint, say)
