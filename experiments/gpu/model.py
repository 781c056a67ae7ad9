"""Two LSTMs over one table of words: first language models, then the classifier that starts from them.

One reads forward and one reads backward. Each is a plain layer over words whose padding is at the right, so
cuDNN's fast kernel serves both. Sequences are (time, batch, …) here, as cuDNN keeps them.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

State = tuple[Tensor, Tensor]  # h and c of an LSTM layer, each (1, batch, units)


class NextWordLoss(torch.autograd.Function):
    """The mean cross-entropy of the next words over a full softmax.

    The gradient of the logits is p minus 1 at the target. So only the probabilities p (words, vocabulary) are
    kept, and half as many bytes move as with a logarithm that is kept beside them.
    """

    @staticmethod
    def forward(ctx: Any, q: Tensor, table: Tensor, bias: Tensor, targets: Tensor) -> Tensor:
        """Return the loss for queries `q` (words, features) and targets (words,)."""
        with torch.autocast(q.device.type, enabled=False):
            p = torch.softmax(torch.addmm(bias, q, table.T), dim=-1)
        ctx.save_for_backward(q, table, p, targets)
        at_target = p.gather(1, targets[:, None]).float()
        return -at_target.clamp_min(1e-30).log().mean()

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """Return the gradients with respect to q, table and bias."""
        q, table, p, targets = ctx.saved_tensors
        scale = (gradients[0] / len(targets)).to(q.dtype)
        p.scatter_add_(1, targets[:, None], torch.full_like(targets[:, None], -1, dtype=p.dtype))
        return (p @ table) * scale, (p.T @ q) * scale, p.sum(0) * scale, None


class Sizes(NamedTuple):
    """The sizes of the network."""

    words: int
    features: int = 256
    units: int = 1024


class Network(nn.Module):
    """A table of words, an LSTM for each direction, and two readouts: the next word, and the sentiment."""

    def __init__(self, sizes: Sizes, streams: bool = False) -> None:
        super().__init__()
        self.sizes, self.streams = sizes, streams
        self.table = nn.Embedding(sizes.words, sizes.features)
        self.lstms = nn.ModuleList(nn.LSTM(sizes.features, sizes.units) for _ in range(2))
        self.queries = nn.ModuleList(nn.Linear(sizes.units, sizes.features) for _ in range(2))
        self.bias = nn.Parameter(torch.zeros(sizes.words))
        self.readout = nn.Linear(6 * sizes.units, 1)
        nn.init.normal_(self.table.weight, std=0.1)
        for lstm in self.lstms:  # a forget gate that is open at first (Gers et al. 2000)
            nn.init.constant_(lstm.bias_ih_l0[sizes.units : 2 * sizes.units], 1.0)
        self._side: Any = None  # the second CUDA stream, made when it is first used

    def both(self, xs: list[Tensor], states: list[State | None]) -> list[tuple[Tensor, State]]:
        """Return what both LSTMs make of their own words, at the same time where there are two streams.

        Up to 128 reviews PyTorch takes cuDNN's persistent kernel, which needs the whole card for itself.
        """
        if not (self.streams and xs[0].is_cuda and xs[0].shape[1] > 128):
            return [lstm(x, state) for lstm, x, state in zip(self.lstms, xs, states, strict=True)]
        if self._side is None:
            self._side = torch.cuda.Stream()
        here, side = torch.cuda.current_stream(), self._side
        side.wait_stream(here)
        with torch.cuda.stream(side):
            backward = self.lstms[1](xs[1], states[1])
        forward = self.lstms[0](xs[0], states[0])
        here.wait_stream(side)
        xs[1].record_stream(side)  # neither stream's memory is given away while the other still reads it
        for tensor in (backward[0], *backward[1]):
            tensor.record_stream(here)
        return [forward, backward]

    def next_word_loss(
        self, chunks: list[Tensor], states: list[State | None], dropout: float
    ) -> tuple[Tensor, list[State]]:
        """Return the mean loss in nats per word and direction, and the states at the end of the chunks.

        Parameters
        ----------
        chunks : for each direction, ids (time + 1, batch): words, each the target of the one before
        """
        words = [chunk[:-1] for chunk in chunks]
        found = self.both(
            [nn.functional.dropout(self.table(w), dropout, self.training) for w in words], states
        )
        kind = torch.bfloat16 if words[0].is_cuda else torch.float32
        table, bias = self.table.weight.to(kind), self.bias.to(kind)
        loss = torch.zeros((), device=table.device)
        for chunk, query, (h, _) in zip(chunks, self.queries, found, strict=True):
            q = query(nn.functional.dropout(h, dropout, self.training)).flatten(0, 1).to(kind)
            loss = loss + NextWordLoss.apply(q, table, bias, chunk[1:].flatten()) / 2
        return loss, [(h.detach(), c.detach()) for _, (h, c) in found]

    def normalise(self, frequencies: Tensor) -> None:
        """Give every feature of the table mean 0 and variance 1 over the words of the text, for good.

        The LSTMs' input weights take over what the table loses, so the network computes the same as before.
        With a table of fixed scale, a perturbation of a given length always weighs the same (Miyato et al.
        2017, equation 1). `frequencies` (words,) sum to 1.
        """
        with torch.no_grad():
            mean, deviation = self._moments(frequencies)
            for lstm in self.lstms:
                lstm.bias_ih_l0 += lstm.weight_ih_l0 @ mean
                lstm.weight_ih_l0 *= deviation
            self.table.weight.sub_(mean).div_(deviation)

    def embed(self, ids: Tensor, frequencies: Tensor) -> Tensor:
        """Return the normalised vectors (time, batch, features) of ids (time, batch)."""
        mean, deviation = self._moments(frequencies)
        return nn.functional.embedding(ids, (self.table.weight - mean) / deviation)

    def _moments(self, frequencies: Tensor) -> tuple[Tensor, Tensor]:
        weights = frequencies[:, None]
        mean = (weights * self.table.weight).sum(0)
        return mean, ((weights * (self.table.weight - mean) ** 2).sum(0) + 1e-8).sqrt()

    def log_odds(self, x: Tensor, lengths: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return the log-odds (batch,) that each review is positive.

        Parameters
        ----------
        x : vectors of words (time, batch, features), the padding at the right
        lengths : (batch,), words of each review
        mask : multiplies the pooled states (batch, 6 units): dropout that two readings can share
        """
        steps = torch.arange(len(x), device=x.device)[:, None]  # (time, 1)
        inside = steps < lengths  # (time, batch)
        mirror = torch.where(inside, lengths - 1 - steps, steps)[..., None]
        reversed_x = x.gather(0, mirror.expand_as(x))
        pooled = [pool(h, inside, lengths) for h, _ in self.both([x, reversed_x], [None, None])]
        features = torch.cat(pooled, dim=-1)
        return self.readout(features if mask is None else features * mask)[:, 0].to(features.dtype)


def pool(h: Tensor, inside: Tensor, lengths: Tensor) -> Tensor:
    """Return the greatest, the mean and the last state of each review, (batch, 3 units)."""
    words, kind = inside[..., None], torch.promote_types(h.dtype, torch.float32)
    greatest = h.masked_fill(~words, -2.0).amax(0)  # an LSTM's h lies above -1
    mean = (h * words).sum(0, dtype=kind) / lengths[:, None]
    last = h.gather(0, (lengths - 1)[None, :, None].expand(1, -1, h.shape[-1]))[0]
    return torch.cat([greatest.to(kind), mean, last.to(kind)], dim=-1)


def precision(device: torch.device, half: bool) -> Any:
    """Return the context in which matrices are multiplied in float16, or in which nothing is changed.

    Float16 and not bfloat16: under autocast PyTorch gives cuDNN's LSTM float16 in any case, and the cell
    state needs the three more bits.
    """
    return torch.autocast(device.type, dtype=torch.float16) if half else nullcontext()
