"""From the last hidden state to an answer, from the answer to a loss, from the loss back to the weights."""

from dataclasses import dataclass

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import Params
from lstm_teach.cells.checks import floats
from lstm_teach.fitting.cell import run_back, run_cell
from lstm_teach.sequences import Batch


@dataclass(frozen=True, eq=False)
class Readout:
    """A dense layer on the hidden state: h W + b, with W (n, answers) and b (answers,).

    Raises
    ------
    ValueError
        for shapes that do not fit together, wrong dtypes, or NaN.
    """

    W: Array
    b: Array

    def __post_init__(self) -> None:
        floats("W", self.W, ("n", "answers"))
        floats("b", self.b, (self.W.shape[1],))

    @classmethod
    def random(
        cls, n: int, answers: int, rng: np.random.Generator, dtype: type | np.dtype = np.float64
    ) -> "Readout":
        """W Glorot uniform, in ±√(6 / (n + answers)) (Glorot and Bengio 2010); b zero."""
        limit = np.sqrt(6.0 / (n + answers))
        return cls(rng.uniform(-limit, limit, (n, answers)).astype(dtype), np.zeros(answers, dtype))

    def __call__(self, h: Array) -> Array:
        """The outputs (…, answers) for states (…, n): after the last step, or after every step."""
        return h @ self.W + self.b


def softmax(logits: Array) -> Array:
    """Outputs as probabilities along the last axis: all above 0, with sum 1."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))  # the shift cancels, and nothing overflows
    return raised / raised.sum(axis=-1, keepdims=True)


def cross_entropy(logits: Array, targets: Array) -> tuple[float, Array]:
    """The mean of -log(probability of the right class), and its gradient, for `logits` (batch, classes).

    The gradient by a logit is plain: the probability, less 1 for the right class, over the batch.
    """
    right = np.arange(len(logits)), targets
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probability = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    gradient = np.exp(log_probability)
    gradient[right] -= 1.0
    return float(-log_probability[right].mean()), gradient / len(logits)


def squared_error(outputs: Array, targets: Array) -> tuple[float, Array]:
    """The mean of (output - target)², and its gradient, for `outputs` (batch, 1) and `targets` (batch,)."""
    error = outputs - targets[:, None]
    return float((error * error).mean()), 2.0 * error / error.size


def loss_and_gradients(p: Params, readout: Readout, batch: Batch, kind: str) -> tuple[float, list[Array]]:
    """The loss of the answers after the last step, and its gradients by p.W, p.U, p.b, readout.W, readout.b.

    `kind` is that of the task: "class" takes the cross-entropy, "value" the squared error.
    """
    trace = run_cell(batch.xs, p)
    last = trace.h[:, -1]
    loss, d_outputs = (cross_entropy if kind == "class" else squared_error)(readout(last), batch.targets)

    dh = np.zeros_like(trace.h)
    dh[:, -1] = d_outputs @ readout.W.T  # only the last state is read
    grads = run_back(trace, p, dh)
    return loss, [grads.W, grads.U, grads.b, last.T @ d_outputs, d_outputs.sum(axis=0)]
