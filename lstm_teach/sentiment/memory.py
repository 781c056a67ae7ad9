"""How much memory a network needs while it is trained: told before it is built, so that no machine hangs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lstm_teach.counting import count_gru, count_lstm, count_rnn
from lstm_teach.sentiment.machine import memory_gib

COUNTS = {"lstm": count_lstm, "gru": count_gru, "simple_rnn": count_rnn}
DECIDING = ("vocabulary_size", "embedding", "units", "sizes", "hidden", "depth")
BYTES_PER_WEIGHT = 4 * 4  # in float32: the weight, its gradient, and the two means that Adam keeps
ELSEWHERE = 1024  # GiB, where the system does not say how much it has


def weights(network: str, vocabulary_size: int, model: Mapping[str, Any]) -> int:
    """Return the number of weights of the embedding, the recurrent layers and the dense layer after them.

    `network` is the function in `models` that builds it, and `model` are its arguments. The answer's own few
    weights are left out.
    """
    count, m = COUNTS[model.get("cell", "lstm")], model["embedding"]
    depth = 2 if network == "two_lstm_words" else model.get("depth", 1)
    directions = 2 if network == "bilstm_subword" else model.get("directions", 1)
    total = vocabulary_size * m
    for n in model.get("sizes") or [model["units"]] * depth:
        total += directions * count(m, n)
        m = n
    return total + directions * m * model.get("hidden", 0)


def check_memory(network: str, vocabulary_size: int, model: Mapping[str, Any]) -> None:
    """Check that this machine can hold a network while it is trained.

    Raises
    ------
    ValueError
        that names the settings that decide its size, the memory that it would need and the memory here.
    """
    needed = weights(network, vocabulary_size, model) * BYTES_PER_WEIGHT // 2**30
    here = memory_gib() or ELSEWHERE
    if needed <= here:
        return
    values = {"vocabulary_size": vocabulary_size, **model}
    told = ", ".join(f"{name}={values[name]}"[:40] for name in DECIDING if name in values)
    gib = f"{needed:,}" if needed < 10**12 else "more than a million million"
    raise ValueError(
        f"{told}: this network would need {gib} GiB of memory to be trained, and this machine has {here}; "
        "choose smaller sizes"
    )
