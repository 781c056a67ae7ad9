"""How many parameters a recipe's network has, and whether they fit into memory: without Keras."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from lstm_teach.counting import count_dense, count_embedding, count_gru, count_lstm, count_rnn
from lstm_teach.sentiment.machine import memory_gib

SLOTS = {"adam": 2, "adamax": 2, "adadelta": 2, "sgd": 0, "rmsprop": 1}  # numbers that it keeps per weight
_CELLS: dict[str, Callable[[int, int], int]] = {
    "lstm": count_lstm,
    "gru": count_gru,
    "simple_rnn": count_rnn,
}
_FLOAT = 4  # bytes
_ASSUMED = 1024.0  # GiB, where the system does not say


def _bilstm_subword(embedding: int, units: int, hidden: int, **_: Any) -> int:
    both = count_lstm(embedding, units, bidirectional=True)
    return both + count_dense(2 * units, hidden) + count_dense(hidden, 1)


def _two_lstm_words(cell: str, embedding: int, units: int, **_: Any) -> int:
    count = _CELLS[cell]
    return count(embedding, units) + count(units, units) + count_dense(units, 1)


def _deep(sizes: tuple[int, ...], embedding: int, **_: Any) -> int:
    return sum(count_lstm(m, n) for m, n in pairwise((embedding, *sizes))) + count_dense(sizes[-1], 1)


def _course(embedding: int, units: int, directions: int, depth: int, pooling: str, **_: Any) -> int:
    stack = count_lstm(embedding, units) + (depth - 1) * count_lstm(units, units)
    pooled = units * (2 if pooling == "max_mean" else 1)
    return directions * stack + count_dense(directions * pooled, 1)


def _reader(embedding: int, units: int, **_: Any) -> int:
    return count_lstm(embedding, units) + count_dense(units, 1)


_ABOVE: dict[str, Callable[..., int]] = {  # the embedding
    "bilstm_subword": _bilstm_subword,
    "two_lstm_words": _two_lstm_words,
    "deep_128_64": _deep,
    "course": _course,
    "reader": _reader,
}


def parameters(network: str, vocabulary_size: int, model: Mapping[str, Any]) -> int:
    """Return the number of parameters of a network, by its formula.

    Parameters
    ----------
    network : the name of a function in `models`
    model : the arguments of that function
    """
    return count_embedding(vocabulary_size, model["embedding"]) + _ABOVE[network](**model)


def needed_gib(network: str, settings: Mapping[str, Any]) -> float:
    """Return the least memory in GiB that a training needs: weights, their best copy, the optimizer, a batch.

    Parameters
    ----------
    settings : all settings of a network's recipe, flat
    """
    weights = parameters(network, settings["vocabulary_size"], settings)
    time = settings["length"] if settings["fixed_length"] else 1
    batch = settings["batch_size"] if settings["fixed_length"] else 1  # else as many reviews as there are
    numbers = weights * (2 + SLOTS[settings["optimizer"]]) + batch * time * settings["embedding"]
    return numbers * _FLOAT / 2**30


def refuse_impossible(network: str, settings: Mapping[str, Any]) -> None:
    """Refuse settings that this machine has not enough memory for.

    Raises
    ------
    ValueError
        with the memory that they need and the memory that there is.
    """
    needed, there = needed_gib(network, settings), memory_gib() or _ASSUMED
    if needed > there:
        sizes = ["units", "sizes", "embedding", "vocabulary_size", "depth", "hidden"]
        sizes += ["length", "batch_size"] if settings["fixed_length"] else []
        given = ", ".join(f"{name} {settings[name]}" for name in sizes if name in settings)
        raise ValueError(
            f"{network}: a training with {given} needs at least {needed:,.0f} GiB of memory, "
            f"and this machine has {there:,.0f}; expected smaller sizes"
        )
