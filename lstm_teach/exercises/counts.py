"""Lesson 07 (and the count of 08): how many numbers a layer has to learn."""

from lstm_teach.counting import count_dense, count_embedding, count_gru, count_lstm, count_rnn
from lstm_teach.exercises.core import Case, Mistake, function, number
from lstm_teach.exercises.draws import Rng, four


def _some_layer(rng: Rng) -> Case:
    m, n = 2 + rng.permutation(126)[:2]
    return {"m": int(m), "n": int(n)}


def _some_model(rng: Rng) -> Case:
    features, n, dense = 2 + rng.permutation(62)[:3]
    return {
        "words": int(rng.integers(1_000, 10_000)),
        "features": int(features),
        "n": int(n),
        "dense": int(dense),
    }


def _model(words: int, features: int, n: int, dense: int, directions: int = 2) -> int:
    return (
        count_embedding(words, features)
        + count_lstm(features, n, bidirectional=directions == 2)
        + count_dense(directions * n, dense)
        + count_dense(dense, 1)
    )


COUNT_GRU = function(
    "count_gru",
    "08",
    "The number of parameters of a GRU layer as Keras makes it (reset_after), from m features and n units.",
    four(_some_layer),
    count_gru,
    (
        Mistake(
            "Right for one bias. With reset_after there are two: one for x W, one for h U.",
            lambda m, n: count_gru(m, n, reset_after=False),
        ),
        Mistake(
            "That is an LSTM's four blocks. A GRU has three: z, r and the candidate.",
            lambda m, n: count_lstm(m, n),
        ),
        Mistake(
            "A GRU has three blocks; you have two. The candidate has weights, too.",
            lambda m, n: count_gru(m, n) // 3 * 2,
        ),
        Mistake("Both biases are missing.", lambda m, n: 3 * (n * m + n * n)),
        Mistake(
            "Only W is taken three times: put brackets around nm + n² + 2n.",
            lambda m, n: 3 * n * m + n * n + 2 * n,
        ),
        Mistake(
            "The two biases are right, but that is four blocks. A GRU has three.",
            lambda m, n: count_lstm(m, n, biases=2),
        ),
    ),
)

EXERCISES = (
    function(
        "count_lstm",
        "07",
        "The number of parameters of an LSTM layer, from m features and n units (one bias, as in Keras).",
        four(_some_layer),
        lambda m, n: count_lstm(m, n),
        (
            Mistake(
                "That is one block, and an LSTM has four: i, f, the candidate, o.",
                lambda m, n: count_rnn(m, n),
            ),
            Mistake("The biases are missing: n in each block.", lambda m, n: 4 * (n * m + n * n)),
            Mistake(
                "U is missing: each unit reads all n units, which makes n² in each block.",
                lambda m, n: 4 * (n * m + n),
            ),
            Mistake(
                "Three gates make three blocks; the candidate is the fourth.",
                lambda m, n: 3 * count_rnn(m, n),
            ),
            Mistake(
                "You have two biases in each block, as cuDNN and PyTorch do. Keras has one.",
                lambda m, n: count_lstm(m, n, biases=2),
            ),
            Mistake(
                "m and n are exchanged: it is the units, n, that are read by the units.",
                lambda m, n: count_lstm(n, m),
            ),
            Mistake(
                "U has n² numbers in each block, not m²: it reads the n numbers of h.",
                lambda m, n: 4 * (n * m + m * m + n),
            ),
            Mistake(
                "A bias belongs to a unit: n in each block, not m.",
                lambda m, n: 4 * (n * m + n * n + m),
            ),
            Mistake(
                "Only W is taken four times: put brackets around nm + n² + n.",
                lambda m, n: 4 * n * m + n * n + n,
            ),
        ),
    ),
    number(
        "second_bilstm",
        "07",
        "A Bidirectional(LSTM(64)) stands on top of another Bidirectional(LSTM(64)). How many "
        "parameters has the upper?",
        count_lstm(128, 64, bidirectional=True),
        (
            Mistake(
                "That is the lower one, whose words have 64 features. What does the lower one hand "
                "up? Both directions side by side, so here m is 128.",
                count_lstm(64, 64, bidirectional=True),
            ),
            Mistake("m = 128 is right; that is one direction, and there are two.", count_lstm(128, 64)),
            Mistake(
                "That is one direction, for m = 64. There are two, and both read what *two* "
                "directions hand up.",
                count_lstm(64, 64),
            ),
            Mistake(
                "128 features are read, but each direction has 64 units: only m doubles, not n.",
                count_lstm(128, 128, bidirectional=True),
            ),
            Mistake(
                "You count two biases in each block; Keras has one.",
                count_lstm(128, 64, 2, bidirectional=True),
            ),
            Mistake(
                "That is both layers together; the upper one alone is asked for.",
                count_lstm(64, 64, bidirectional=True) + count_lstm(128, 64, bidirectional=True),
            ),
        ),
        "You said {got}. Twice 4(nm + n² + n): what is m, when a bidirectional layer lies below?",
    ),
    function(
        "count_model",
        "07",
        "The parameters of Embedding(words, features), Bidirectional(LSTM(n)), Dense(dense), Dense(1) "
        "together.",
        four(_some_model),
        _model,
        (
            Mistake(
                "The first Dense reads both directions, so 2n numbers, not n.",
                lambda words, features, n, dense: _model(words, features, n, dense) - n * dense,
            ),
            Mistake(
                "That is for one direction all through. A bidirectional layer counts twice, and hands "
                "up 2n numbers.",
                lambda words, features, n, dense: _model(words, features, n, dense, directions=1),
            ),
            Mistake(
                "The LSTM is counted once, and there is one for each direction.",
                lambda words, features, n, dense: _model(words, features, n, dense) - count_lstm(features, n),
            ),
            Mistake(
                "That is `features` too many: the table has a row for each of `words` ids, padding too, "
                "and no biases.",
                lambda words, features, n, dense: _model(words, features, n, dense) + features,
            ),
            Mistake(
                "The embedding is missing: its table is the largest part of the model.",
                lambda words, features, n, dense: (
                    _model(words, features, n, dense) - count_embedding(words, features)
                ),
            ),
            Mistake(
                "Dense(1) has a bias, too.",
                lambda words, features, n, dense: _model(words, features, n, dense) - 1,
            ),
            Mistake(
                # Both come to dense + 1, so no number can tell them apart.
                "Either the last layer, Dense(1), is missing, or the biases of both Dense layers are.",
                lambda words, features, n, dense: _model(words, features, n, dense) - count_dense(dense, 1),
            ),
        ),
    ),
    COUNT_GRU,
)
