"""Lesson 07 (and the count of 08): how many numbers a layer has to learn."""

from typing import Any

from lstm_teach.counting import count_dense, count_embedding, count_gru, count_lstm, count_rnn
from lstm_teach.exercises.core import Case, Rng, function, number
from lstm_teach.exercises.draws import four


def _some_layer(rng: Rng) -> Case:
    m, n = 2 + rng.permutation(126)[:2]
    return {"m": int(m), "n": int(n)}


def _some_model(rng: Rng) -> Case:
    features, n, dense = 2 + rng.permutation(62)[:3]
    words = int(rng.integers(1_000, 10_000))
    return {"words": words, "features": int(features), "n": int(n), "dense": int(dense)}


def _model(words: int, features: int, n: int, dense: int, directions: int = 2) -> int:
    return (
        count_embedding(words, features)
        + count_lstm(features, n, bidirectional=directions == 2)
        + count_dense(directions * n, dense)
        + count_dense(dense, 1)
    )


@function("07", "count_lstm", four(_some_layer), lambda m, n: count_lstm(m, n))
def _wrong_count_lstm(m: int, n: int) -> dict[str, Any]:
    """The number of parameters of an LSTM layer, from m features and n units (one bias, as in Keras)."""
    return {
        "That is one block, and an LSTM has four: i, f, the candidate, o.": count_rnn(m, n),
        "The biases are missing: n in each block.": 4 * (n * m + n * n),
        "U is missing: each unit reads all n units, which makes n² in each block.": 4 * (n * m + n),
        "W is missing: each unit reads all m features, which makes nm in each block.": 4 * (n * n + n),
        "Three gates make three blocks; the candidate is the fourth.": 3 * count_rnn(m, n),
        "You have two biases in each block, as PyTorch has. Keras has one.": count_lstm(m, n, biases=2),
        "m and n are exchanged: U is n by n, since units read units.": count_lstm(n, m),
        "U has n² numbers in each block, not m²: it reads the n numbers of h.": 4 * (n * m + m * m + n),
        "A bias belongs to a unit: n in each block, not m.": 4 * (n * m + n * n + m),
        "Only W is taken four times: put brackets around nm + n² + n.": 4 * n * m + n * n + n,
        "The biases are taken once; each of four blocks has n of them.": 4 * (n * m + n * n) + n,
        "That is one bias in each block: each of its n units has one.": 4 * (n * m + n * n + 1),
        "That is for both directions. One LSTM is asked for.": 2 * count_lstm(m, n),
    }


SECOND_BILSTM = number(
    "second_bilstm",
    "07",
    "A Bidirectional(LSTM(64)) stands on another one like it. How many parameters has the upper?",
    count_lstm(128, 64, bidirectional=True),
    {
        "That is the lower one. It returns both directions, so m is 128.": 2 * count_lstm(64, 64),
        "m = 128 is right; that is one direction, and there are two.": count_lstm(128, 64),
        "That is one direction, and for m = 64. Two directions return more.": count_lstm(64, 64),
        "64 units read 128 features: n stays 64.": count_lstm(128, 128, bidirectional=True),
        "You count two biases in each block; Keras has one.": count_lstm(128, 64, 2, bidirectional=True),
        "That is both layers; the upper is asked for.": 2 * (count_lstm(64, 64) + count_lstm(128, 64)),
        "m = 128 and both directions are right; the biases are missing.": 2 * 4 * (128 * 64 + 64**2),
        "m = 128 is right; U is 64 by 64 in each direction.": 2 * 4 * (128 * 64 + 128 * 64 + 64),
        "m = 128 is right; one direction is missing, and so are the biases.": 4 * (128 * 64 + 64**2),
        "That is a plain RNN in both directions. An LSTM has four such blocks.": 2 * count_rnn(128, 64),
        "Only W is taken eight times: put brackets around nm + n² + n.": 8 * 128 * 64 + 64**2 + 64,
    },
    "You said {got}. Twice 4(nm + n² + n): what is m, when a bidirectional layer lies below?",
)


@function(
    "07",
    "count_model",
    four(_some_model),
    lambda words, features, n, dense: _model(words, features, n, dense),
)
def _wrong_model(words: int, features: int, n: int, dense: int) -> dict[str, Any]:
    """The parameters of Embedding(words, features), Bidirectional(LSTM(n)), Dense(dense) and Dense(1)."""
    right, one_direction = _model(words, features, n, dense), count_lstm(features, n)
    return {
        "The first Dense reads both directions, so 2n numbers, not n.": right - n * dense,
        "Bidirectional counts twice and returns 2n numbers.": _model(words, features, n, dense, directions=1),
        "The LSTM is counted once, and there is one for each direction.": right - one_direction,
        "That is `features` too many: the table has `words` rows and no biases.": right + features,
        "The embedding is missing, the largest part of the model.": right - count_embedding(words, features),
        "Dense(1) has a bias, too.": right - 1,
        # Both come to dense + 1, so no number can tell them apart.
        "Dense(1) is missing, or the biases of both Dense layers are.": right - count_dense(dense, 1),
        "The first Dense has biases, too: one for each of its units.": right - dense,
        "The bidirectional LSTM is missing.": right - 2 * one_direction,
        "The first Dense layer is missing.": right - count_dense(2 * n, dense),
        "m and n are exchanged in the LSTM.": right - 2 * one_direction + 2 * count_lstm(n, features),
        "That is a plain RNN. An LSTM has four.": right - 2 * one_direction + 2 * count_rnn(features, n),
    }


@function("08", "count_gru", four(_some_layer), lambda m, n: count_gru(m, n))
def _wrong_count_gru(m: int, n: int) -> dict[str, Any]:
    """The number of parameters of a GRU as Keras makes it (reset_after), from m features and n units."""
    return {
        "Right for one bias. With reset_after there are two.": count_gru(m, n, reset_after=False),
        "That is an LSTM's four blocks. A GRU has three: z, r and the candidate.": count_lstm(m, n),
        "A GRU has three blocks; you have two. The candidate has weights, too.": count_gru(m, n) // 3 * 2,
        "That is one block, and a GRU has three: z, r and the candidate.": count_gru(m, n) // 3,
        "Both biases are missing.": 3 * (n * m + n * n),
        "Only W is taken three times: put brackets around nm + n² + 2n.": 3 * n * m + n * n + 2 * n,
        "The two biases are right, but that is four blocks. A GRU has three.": count_lstm(m, n, biases=2),
        "The biases are taken once; each of three blocks has 2n.": 3 * (n * m + n * n) + 2 * n,
        "That is one bias, taken once; each of three blocks has two.": 3 * (n * m + n * n) + n,
        "m and n are exchanged: U is n by n, since units read units.": count_gru(n, m),
        "U has n² numbers in each block, not m²: it reads h.": 3 * (n * m + m * m + 2 * n),
        "A bias belongs to a unit: 2n in each block, not 2m.": 3 * (n * m + n * n + 2 * m),
    }
