"""From the last hidden state to an answer, from the answer to a loss, from the loss back to the weights.

A ValueError names shapes that do not fit together, what is no plain float array, a target that is no class.
"""

from dataclasses import dataclass

import numpy as np

from lstm_teach.arrays import Array, floats, generator, whole
from lstm_teach.cells import Params, run_cell
from lstm_teach.cells.parameters import glorot_uniform
from lstm_teach.gradients import run_back
from lstm_teach.sequences import Batch


@dataclass(frozen=True, eq=False)
class Readout:
    """A dense layer on the hidden state: h W + b, with W (n, answers) and b (answers,)."""

    W: Array
    b: Array

    def __post_init__(self) -> None:
        floats("W", self.W, ("n", "answers"))
        floats("b", self.b, (self.W.shape[1],))

    @classmethod
    def random(
        cls, n: int, answers: int, rng: np.random.Generator, dtype: type | np.dtype = np.float64
    ) -> "Readout":
        """Return a readout with W Glorot uniform and b zero."""
        W = glorot_uniform(whole("n", n), whole("answers", answers), generator(rng))
        return cls(W.astype(dtype), np.zeros(answers, dtype))

    def __call__(self, h: Array) -> Array:
        """Return the outputs (…, answers) for states (…, n): after the last step, or after every step."""
        floats("h", h)
        if h.ndim == 0 or h.shape[-1] != len(self.W):
            raise ValueError(f"h: expected shape (…, {len(self.W)}), got {h.shape}")
        return h @ self.W + self.b


def softmax(logits: Array) -> Array:
    """Return the outputs as probabilities along the last axis: all above 0, with sum 1."""
    floats("logits", logits)
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))  # the shift cancels, and nothing overflows
    return raised / raised.sum(axis=-1, keepdims=True)


def cross_entropy(logits: Array, targets: Array) -> tuple[float, Array]:
    """Return the mean of -log(probability of the right class), and its gradient by the logits.

    `logits` is (batch, classes), `targets` (batch,), numbers of classes. The gradient by a logit is the
    probability, less 1 for the right class, divided by the batch.
    """
    batch, classes = floats("logits", logits, ("batch", "classes")).shape
    right_classes(targets, batch, classes)
    right = np.arange(len(logits)), targets
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probability = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    gradient = np.exp(log_probability)
    gradient[right] -= 1.0
    return float(-log_probability[right].mean()), gradient / len(logits)


def right_classes(targets: Array, batch: int, classes: int) -> Array:
    """Return `targets`, once they are known to be numbers of classes, one per row of the batch."""
    if type(targets) is not np.ndarray or targets.dtype.kind not in "iu" or targets.shape != (batch,):
        raise ValueError(f"targets: expected whole numbers of shape ({batch},), got {_described(targets)}")
    if targets.min() < 0 or targets.max() >= classes:
        raise ValueError(
            f"targets: expected classes from 0 to {classes - 1}, got {targets.min()} to {targets.max()}"
        )
    return targets


def squared_error(outputs: Array, targets: Array) -> tuple[float, Array]:
    """Return the mean of (output - target)², and its gradient: `outputs` (batch, 1), `targets` (batch,)."""
    floats("outputs", outputs, ("batch", 1))
    floats("targets", targets, outputs.shape[:1])
    error = outputs - targets[:, None]
    return float((error * error).mean()), 2.0 * error / error.size


def loss_and_gradients(p: Params, readout: Readout, batch: Batch, kind: str) -> tuple[float, list[Array]]:
    """Return the loss of the answers after the last step, and its gradients by the weights.

    The gradients are those by p.W, p.U, p.b, readout.W and readout.b, in this order. `kind` is that of the
    task: "class" takes the cross-entropy, "value" the squared error.
    """
    if kind not in ("class", "value"):
        raise ValueError(f"kind: expected 'class' or 'value', got {kind!r}")
    trace = run_cell(batch.xs, p)
    last = trace.h[:, -1]
    loss, d_outputs = (cross_entropy if kind == "class" else squared_error)(readout(last), batch.targets)

    dh = np.zeros_like(trace.h)
    dh[:, -1] = d_outputs @ readout.W.T  # only the last state is read
    grads = run_back(trace, p, dh)
    return loss, [grads.W, grads.U, grads.b, last.T @ d_outputs, d_outputs.sum(axis=0)]


def _described(value: object) -> str:
    return f"{value.dtype} of shape {value.shape}" if isinstance(value, np.ndarray) else type(value).__name__
