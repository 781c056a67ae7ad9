"""How fast the NumPy LSTM is, beside its peers in one run: a table of ratios.

    python benchmarks/cells.py                  every size, both precisions, one thread
    python benchmarks/cells.py --quick          the first size only
    python benchmarks/cells.py --length         time and memory against the length of the sequence

Contenders: our `lstm_forward` (which keeps the full trace) and `lstm_backward`; Keras called eagerly; Keras
in a `tf.function`; PyTorch's `nn.LSTM` with autograd, if it is installed; NumPy with one product for each
gate, as a textbook has it; and the bare matrix products of ours with nothing else, which is the floor.
Each figure is the best of many repetitions, taken in turns so that a noisy moment hits all alike.
"""

import argparse
import os
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np  # noqa: E402

from lstm_teach.cells import LSTMParams, lstm_forward, lstm_step  # noqa: E402
from lstm_teach.gradients import lstm_backward  # noqa: E402

SIZES = [(1, 60, 16, 32), (32, 100, 64, 64), (128, 80, 100, 64)]  # batch, time, m, n
SEED = 0
Job = Callable[[], Any]


def contenders(xs: np.ndarray, p: LSTMParams) -> dict[str, tuple[Job, Job]]:
    """By name: a job for the forward pass, and one for forward and backward."""
    dh = np.ones((*xs.shape[:2], p.n), xs.dtype)

    def ours() -> None:
        lstm_backward(lstm_forward(xs, p), p, dh)

    found = {
        "ours": (lambda: lstm_forward(xs, p), ours),
        "bare products": (lambda: bare_forward(xs, p), lambda: (bare_forward(xs, p), bare_backward(xs, p))),
        "a product a gate": (lambda: textbook_forward(xs, p), lambda: textbook_both(xs, p, dh)),
        **keras_jobs(xs, p),
    }
    try:
        found |= torch_jobs(xs, p)
    except ImportError:
        print("PyTorch is not installed: its column is left out")
    return found


def bare_forward(xs: np.ndarray, p: LSTMParams) -> None:
    batch, steps, m = xs.shape
    xs.reshape(-1, m) @ p.W
    h, out = np.zeros((batch, p.n), xs.dtype), np.empty((batch, 4 * p.n), xs.dtype)
    for _ in range(steps):
        np.dot(h, p.U, out=out)


def bare_backward(xs: np.ndarray, p: LSTMParams) -> None:
    batch, steps, m = xs.shape
    da, da_t = np.zeros((batch * steps, 4 * p.n), xs.dtype), np.zeros((batch, 4 * p.n), xs.dtype)
    out, U_T = np.empty((batch, p.n), xs.dtype), np.ascontiguousarray(p.U.T)
    for _ in range(steps):
        np.dot(da_t, U_T, out=out)
    xs.reshape(-1, m).T @ da  # dW
    np.zeros((p.n, batch * steps), xs.dtype) @ da  # dU
    da @ p.W.T  # dxs


def textbook_forward(xs: np.ndarray, p: LSTMParams) -> list[Any]:
    h = c = np.zeros((len(xs), p.n), xs.dtype)
    steps = []
    for t in range(xs.shape[1]):
        step = lstm_step(xs[:, t], h, c, p)
        steps.append((xs[:, t], h, c, step))
        h, c = step.h, step.c
    return steps


def textbook_both(xs: np.ndarray, p: LSTMParams, dh: np.ndarray) -> dict[str, np.ndarray]:
    """Forward, and BPTT gate by gate as the equations come: no fusing, no batching over time."""
    grads: dict[str, Any] = {f"{a}_{k}": 0.0 for a in "WUb" for k in "ifco"}
    grads["xs"] = np.empty_like(xs)
    dh_next = dc_next = np.zeros((len(xs), p.n), xs.dtype)
    for t, (x, h_prev, c_prev, s) in reversed(list(enumerate(textbook_forward(xs, p)))):
        tanh_c = np.tanh(s.c)
        dh_t = dh[:, t] + dh_next
        dc = dc_next + dh_t * s.o * (1 - tanh_c**2)
        da = {
            "i": dc * s.c_tilde * s.i * (1 - s.i),
            "f": dc * c_prev * s.f * (1 - s.f),
            "c": dc * s.i * (1 - s.c_tilde**2),
            "o": dh_t * tanh_c * s.o * (1 - s.o),
        }
        dh_next, dc_next = sum(da[k] @ getattr(p, f"U_{k}").T for k in da), dc * s.f
        grads["xs"][:, t] = sum(da[k] @ getattr(p, f"W_{k}").T for k in da)
        for k in da:
            grads[f"W_{k}"] += x.T @ da[k]
            grads[f"U_{k}"] += h_prev.T @ da[k]
            grads[f"b_{k}"] += da[k].sum(axis=0)
    return grads


def keras_jobs(xs: np.ndarray, p: LSTMParams) -> dict[str, tuple[Job, Job]]:
    import keras
    import tensorflow as tf

    if os.environ["OMP_NUM_THREADS"] == "1" and not tf.config.threading.get_intra_op_parallelism_threads():
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    layer = keras.layers.LSTM(p.n, return_sequences=True, dtype=xs.dtype.name)
    layer.build(xs.shape)
    layer.set_weights([p.W, p.U, p.b])
    x = tf.constant(xs)

    def both() -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = tf.reduce_sum(layer(x))
        return tape.gradient(loss, [w.value for w in layer.trainable_weights] + [x])

    forward = lambda: layer(x)  # noqa: E731
    return {
        "Keras eager": (forward, both),
        "Keras tf.function": (tf.function(forward), tf.function(both)),
    }


def torch_jobs(xs: np.ndarray, p: LSTMParams) -> dict[str, tuple[Job, Job]]:
    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    layer = torch.nn.LSTM(p.m, p.n, batch_first=True, dtype=getattr(torch, xs.dtype.name))
    with (
        torch.no_grad()
    ):  # the same weights; PyTorch has the blocks i, f, c, o too, transposed, and two biases
        layer.weight_ih_l0.copy_(torch.from_numpy(p.W.T.copy()))
        layer.weight_hh_l0.copy_(torch.from_numpy(p.U.T.copy()))
        layer.bias_ih_l0.copy_(torch.from_numpy(p.b))
        layer.bias_hh_l0.zero_()
    x = torch.from_numpy(xs).requires_grad_()
    np.testing.assert_allclose(layer(x)[0].detach().numpy(), lstm_forward(xs, p).h, rtol=0, atol=1e-5)

    def both() -> None:
        layer.zero_grad()
        x.grad = None
        layer(x)[0].sum().backward()

    return {"PyTorch": (lambda: layer(x), both)}


def best_seconds(jobs: dict[str, Job], budget: float) -> dict[str, float]:
    """The shortest time of each job, in turns until each has had `budget` seconds (at least 3 turns)."""
    best = dict.fromkeys(jobs, np.inf)
    spent = dict.fromkeys(jobs, 0.0)
    for job in jobs.values():
        job()  # warm up: tracing, caches
    turn = 0
    while turn < 3 or min(spent.values()) < budget:
        for name, job in jobs.items():
            if turn >= 3 and spent[name] > budget:
                continue
            start = time.perf_counter()
            job()
            seconds = time.perf_counter() - start
            best[name], spent[name] = min(best[name], seconds), spent[name] + seconds
        turn += 1
    return best


def compare(sizes: list[tuple[int, ...]], budget: float) -> None:
    for dtype in (np.float64, np.float32):
        for batch, steps, m, n in sizes:
            rng = np.random.default_rng(SEED)
            xs = rng.standard_normal((batch, steps, m)).astype(dtype)
            found = contenders(xs, LSTMParams.random(m, n, rng, dtype))
            print(f"\n{np.dtype(dtype).name}, (batch, time, m, n) = ({batch}, {steps}, {m}, {n})\n")
            print(
                "| | forward, ms | times ours | forward + BPTT, ms | times ours |\n|---|---:|---:|---:|---:|"
            )
            forward = best_seconds({k: jobs[0] for k, jobs in found.items()}, budget)
            both = best_seconds({k: jobs[1] for k, jobs in found.items()}, budget)
            for name in found:
                cells = (
                    f"{1e3 * seconds[name]:.2f} | {seconds[name] / seconds['ours']:.2f}"
                    for seconds in (forward, both)
                )
                print(f"| {name} | {' | '.join(cells)} |")


def against_length(lengths: list[int], budget: float) -> None:
    """Time and memory of forward + BPTT against the length, with the exponent of the fitted power law."""
    rng = np.random.default_rng(SEED)
    p = LSTMParams.random(16, 32, rng)
    seconds, peaks = [], []
    print("\n| steps | forward + BPTT, ms | peak memory, MB |\n|---:|---:|---:|")
    for steps in lengths:
        xs, dh = rng.standard_normal((1, steps, 16)), np.ones((1, steps, 32))

        def job(xs: np.ndarray = xs, dh: np.ndarray = dh) -> None:
            lstm_backward(lstm_forward(xs, p), p, dh)

        seconds.append(best_seconds({"ours": job}, budget)["ours"])
        tracemalloc.start()
        job()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        print(f"| {steps} | {1e3 * seconds[-1]:.2f} | {peaks[-1] / 1e6:.2f} |")
    for name, values in (("time", seconds), ("memory", peaks)):
        exponent = np.polyfit(np.log(lengths), np.log(values), 1)[0]
        print(f"{name} grows as length^{exponent:.2f} (1 is linear)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="the first size only")
    parser.add_argument("--length", action="store_true", help="only time and memory against the length")
    parser.add_argument("--budget", type=float, default=1.0, help="seconds for each figure (default 1)")
    options = parser.parse_args()
    print(f"seed {SEED}; {os.environ['OMP_NUM_THREADS']} thread(s); NumPy {np.__version__}")
    if not options.length:
        compare(SIZES[:1] if options.quick else SIZES, options.budget)
    against_length([50, 150, 500, 1500, 5000], options.budget)


if __name__ == "__main__":
    main()
