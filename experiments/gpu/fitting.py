"""A training that fits into the seconds it is given, keeps its best weights, and goes on after a stop."""

from __future__ import annotations

import copy
import math
import os
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from experiments.gpu.data import Say
from experiments.gpu.model import Network

Metrics = dict[str, float]

CHECKED = 20  # steps between two looks at the loss; a look waits for the card
SAVED = 120.0  # seconds between two checkpoints
RETRIES = 3  # fresh starts from the best weights, after a loss that is no number


@dataclass(frozen=True)
class Plan:
    """How a stage trains.

    Attributes
    ----------
    seconds : the time it may take; the learning rate falls to nothing by then
    steps : no more than so many steps, for a rehearsal and for a smoke test; None: as the time allows
    rate : the highest learning rate of Adam
    warm_up : the fraction of the stage in which the rate rises in a straight line
    clip : the gradient is scaled down to this norm
    averaging : each step keeps this share of the running average of the weights; None: no average
    looks : how often the validation reviews are looked at
    half : multiply in float16, with a scaled loss
    """

    seconds: float
    steps: int | None
    rate: float
    warm_up: float = 0.05
    clip: float = 1.0
    averaging: float | None = None
    looks: int = 12
    half: bool = True


@dataclass
class Training:
    """A stage under way: all that a checkpoint holds."""

    network: Network
    plan: Plan
    done: int = 0  # steps
    progress_before: float = 0.0  # of the stage, before an interruption
    seconds_before: float = 0.0
    history: list[Metrics] = field(default_factory=list)
    retries: int = 0
    failure: str | None = None

    def __post_init__(self) -> None:
        self._began = time.perf_counter()
        self.renew()
        self.average = copy.deepcopy(self.network.state_dict()) if self.plan.averaging else None
        self.best = copy.deepcopy(self.network.state_dict())
        self.best_score = -math.inf

    def renew(self) -> None:
        """Forget the moments of Adam and the scale of the loss."""
        cuda = self.network.bias.is_cuda
        self.optimizer = torch.optim.Adam(
            self.network.parameters(), self.plan.rate, betas=(0.9, 0.99), fused=cuda or None
        )
        self.scaler = torch.amp.GradScaler(self.network.bias.device.type, enabled=self.plan.half)

    @property
    def elapsed(self) -> float:
        """Return the seconds of this stage, those before an interruption included."""
        return self.seconds_before + time.perf_counter() - self._began

    @property
    def progress(self) -> float:
        """Return what fraction of the stage is over: by the clock, or by steps if these end first."""
        left = 1 - self.progress_before
        timed = self.progress_before + left * (self.elapsed - self.seconds_before) / self.plan.seconds
        return max(timed, self.done / self.plan.steps if self.plan.steps else 0.0)

    def step(self, loss: Tensor) -> None:
        """Change the weights so that this loss falls."""
        over = min(self.progress, 1.0)
        rise, fall = over / self.plan.warm_up, (1 - over) / (1 - self.plan.warm_up)
        for group in self.optimizer.param_groups:
            group["lr"] = self.plan.rate * 0.3**self.retries * max(min(rise, fall), 0.01)
        self.scaler.scale(loss).backward()
        self.scaler.unscale_(self.optimizer)
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.plan.clip)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.optimizer.zero_grad(set_to_none=True)
        self.done += 1
        if self.average is not None:
            keep = min(self.plan.averaging or 0.0, (1 + self.done) / (10 + self.done))
            weights = self.network.state_dict()
            torch._foreach_lerp_([self.average[k] for k in weights], list(weights.values()), 1 - keep)

    def look(self, measure: Callable[[], Metrics]) -> Metrics:
        """Measure with the averaged weights, where there are any, and keep them if they are the best so far.

        `measure` returns metrics; the greatest "score" is the best.
        """
        current = copy.deepcopy(self.network.state_dict())
        if self.average is not None:
            self.network.load_state_dict(self.average)
        self.network.eval()
        with torch.no_grad():
            found = measure()
        self.network.train()
        if found["score"] > self.best_score:
            self.best_score, self.best = found["score"], copy.deepcopy(self.network.state_dict())
        self.network.load_state_dict(current)
        return found

    def begin_again(self) -> bool:
        """Go back to the best weights with a lower rate; return False after too many times."""
        self.retries += 1
        self.network.load_state_dict(self.best)
        self.average = copy.deepcopy(self.best) if self.plan.averaging else None
        self.renew()
        return self.retries <= RETRIES

    def state(self) -> dict[str, Any]:
        """Return what `resume` goes on from."""
        return {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scaler": self.scaler.state_dict(),
            "average": self.average,
            "best": self.best,
            "plain": {
                "done": self.done,
                "progress_before": min(self.progress, 1.0),
                "seconds_before": self.elapsed,
                "history": self.history,
                "retries": self.retries,
                "best_score": self.best_score,
            },
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from a `state`."""
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.scaler.load_state_dict(state["scaler"])
        self.average, self.best = state["average"], state["best"]
        for name, value in state["plain"].items():
            setattr(self, name, value)
        self._began = time.perf_counter()


def fit(
    training: Training,
    next_loss: Callable[[Training], tuple[Tensor, dict[str, Tensor]]],
    measure: Callable[[], Metrics],
    checkpoint: Path,
    say: Say,
) -> Training:
    """Train until the plan's time is over, leave the network its best weights, and return the training.

    Parameters
    ----------
    next_loss : gives the loss of the next step, and its parts for the record
    measure : gives the metrics of the validation reviews
    checkpoint : the file to go on from; if it is there, it is gone on from
    """
    network, device = training.network, training.network.bias.device
    if checkpoint.exists():
        training.resume(torch.load(checkpoint, map_location=device, weights_only=True))
        say(f"{checkpoint.stem}: goes on after step {training.done}, {training.progress:.0%}")
    try:
        _steps(training, next_loss, measure, checkpoint, say)
    except Exception as error:  # what is there is worth more than a traceback: the run goes on with it
        training.failure = f"{type(error).__name__}: {error}"
        say(f"{checkpoint.stem} failed after step {training.done}\n{traceback.format_exc()}")
    save(checkpoint, training.state())
    network.load_state_dict(training.best)
    return training


def _steps(
    training: Training,
    next_loss: Callable[[Training], tuple[Tensor, dict[str, Tensor]]],
    measure: Callable[[], Metrics],
    checkpoint: Path,
    say: Say,
) -> None:
    training.network.train()
    saved, counted = time.perf_counter(), 0
    sums: dict[str, Any] = {}
    progress = training.progress
    looked = math.floor(progress * training.plan.looks)
    while progress < 1:
        loss, parts = next_loss(training)
        training.step(loss)
        counted += 1
        for name, value in parts.items():
            sums[name] = sums.get(name, 0.0) + value.detach()
        if training.done % CHECKED == 0:
            if not math.isfinite(float(sum(sums.values()))):
                say(f"{checkpoint.stem}: loss is no number at {training.done}; back to the best weights")
                sums, counted = {}, 0
                if not training.begin_again():
                    break
            if time.perf_counter() - saved > SAVED:
                save(checkpoint, training.state())
                saved = time.perf_counter()
        progress = training.progress
        due = math.floor(min(progress, 1.0) * training.plan.looks)
        if due > looked and counted:
            looked = due
            means = {name: round(float(value) / counted, 6) for name, value in sums.items()}
            found = {"step": training.done, **means, **training.look(measure)}
            training.history.append({**found, "seconds": round(training.elapsed, 2)})
            say(f"{checkpoint.stem}: " + ", ".join(f"{k} {v:.5g}" for k, v in training.history[-1].items()))
            sums, counted = {}, 0


def save(path: Path, state: dict[str, Any]) -> None:
    """Write a checkpoint, whole or not at all."""
    half_written = path.with_suffix(".half-written")
    torch.save(state, half_written)
    os.replace(half_written, path)
