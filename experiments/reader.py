"""Train the course's reader on IMDB and write `data/reader`: python -m experiments reader --source ARCHIVE

The training half is split: four fifths to learn from, one fifth (validation) for every choice. The test half
is looked at once, after all choices, by the quantised reader as it ships. Some minutes on one core.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from tqdm import tqdm

import lstm_teach
from lstm_teach import reader, reviews, vocabulary
from lstm_teach.cells import LSTMParams
from lstm_teach.keras_bridge import params_from_keras
from lstm_teach.reader import Reader
from lstm_teach.sentiment.device import describe_device
from lstm_teach.sentiment.evaluation import Evaluation, score
from lstm_teach.sentiment.machine import hardware, versions
from lstm_teach.sentiment.readings import note_reading
from lstm_teach.sentiment.records import shipped_dir, write_record

SETTINGS: dict[str, Any] = {
    "words": 20_000,  # ids, padding and unknown included
    "features": 32,  # m, of an embedded word
    "units": 32,
    "length": 256,  # words of a longer review that are read in training
    "last": 0.5,  # share of the loss that the last word has; the other words share the rest
    "batch_size": 64,
    "learning_rate": 3e-3,  # at the start; falls to 2 % of it along a cosine
    "clip": 1.0,
    "dropout": 0.5,  # of the features of an embedded word, the same ones at all words
    "state_dropout": 0.3,  # of h, on its way to the answer only
    "word_dropout": 0.1,  # words read as unknown, so that an unknown word comes as no surprise
    "epochs": 4,
}


def build_model(settings: dict[str, Any]) -> keras.Sequential:
    """Return a model from ids (batch, time) to the logit after every word (batch, time, 1)."""
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(settings["words"], settings["features"]),
            keras.layers.SpatialDropout1D(settings["dropout"]),
            keras.layers.LSTM(settings["units"], return_sequences=True),
            keras.layers.Dropout(settings["state_dropout"]),
            keras.layers.Dense(1),
        ]
    )


def step_weights(length: int, last: float) -> np.ndarray:
    """Return the weight of each word's answer in the loss, (length,), 1 in all.

    Every prefix is answered for, so a prefix of any length gets a sensible probability. The weight grows with
    the words read (the "linear gain" of Dai and Le 2015), and the last word has a share of its own.
    """
    weights = np.arange(1, length + 1, dtype=np.float32)
    weights *= (1 - last) / weights.sum()
    weights[-1] += last
    return weights


def cut(ids: np.ndarray, length: int, rng: np.random.Generator) -> np.ndarray:
    """Return the first or the last `length` words of a longer review, by chance: both count."""
    return ids if len(ids) <= length else (ids[:length] if rng.random() < 0.5 else ids[-length:])


def batches(
    ids: list[np.ndarray], labels: np.ndarray, settings: dict[str, Any], rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield words (batch, time), labels (batch, time, 1), weights (batch, time); reviews in random order.

    Padding is at the right, where it cannot change what was answered before, and its weight is 0: no mask.
    """
    size, last = settings["batch_size"], settings["last"]
    ids = [cut(row, settings["length"], rng) for row in ids]
    lengths = np.array([max(len(row), 1) for row in ids])
    by_length = np.argsort(lengths + rng.uniform(-8, 8, len(ids)), kind="stable")  # neighbours vary
    plan = [by_length[start : start + size] for start in range(0, len(ids), size)]
    for number in rng.permutation(len(plan)):
        rows = plan[number]
        words = vocabulary.pad([ids[row] for row in rows])
        weights = np.zeros(words.shape, np.float32)
        for weight, row in zip(weights, rows, strict=True):
            weight[: lengths[row]] = step_weights(lengths[row], last) / size
        dropped = (rng.random(words.shape) < settings["word_dropout"]) & (words != vocabulary.PADDING)
        words = np.where(dropped, vocabulary.UNKNOWN, words)
        yield words, np.broadcast_to(labels[rows, None, None], (*words.shape, 1)).astype(np.float32), weights


def train(
    model: keras.Model,
    ids: list[np.ndarray],
    labels: np.ndarray,
    settings: dict[str, Any],
    seed: int,
    after_epoch: Callable[[int, float, float], None],
) -> None:
    """Fit; call `after_epoch(number, training loss, seconds)` after each epoch."""
    steps = -(-len(ids) // settings["batch_size"])
    rate = keras.optimizers.schedules.CosineDecay(
        settings["learning_rate"], steps * settings["epochs"], alpha=0.02
    )
    model.compile(
        keras.optimizers.Adam(rate, clipnorm=settings["clip"]),
        keras.losses.BinaryCrossentropy(from_logits=True, reduction="sum"),
        jit_compile=False,  # measured: compiled with XLA, an epoch takes twice as long
    )
    for epoch in range(settings["epochs"]):
        start, losses = time.perf_counter(), []
        rng = np.random.default_rng([seed, epoch])
        with tqdm(total=steps, desc=f"epoch {epoch + 1} of {settings['epochs']}", leave=False) as bar:
            for words, label, weights in batches(ids, labels, settings, rng):
                losses.append(model.train_on_batch(words, label, sample_weight=weights))
                bar.update()
        after_epoch(epoch, float(np.mean(losses)), time.perf_counter() - start)


def to_reader(model: keras.Sequential, words: vocabulary.WordVocabulary) -> Reader:
    """Return the model's weights, in NumPy."""
    embedding, _, lstm, _, dense = model.layers
    p = params_from_keras(lstm)
    assert isinstance(p, LSTMParams)
    [table], (w, b) = embedding.get_weights(), dense.get_weights()
    return Reader(words, table.copy(), p, w[:, 0].copy(), float(b[0]))


def evaluate(a: Reader, ids: list[np.ndarray], labels: np.ndarray) -> Evaluation:
    """Return the figures for reviews that are ids already."""
    probability = np.empty(len(ids))
    for rows, last, trace in a.traces(ids):
        probability[rows] = a.probability(trace.h[np.arange(len(rows)), last])
    return score(labels, probability)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, choose, write, and look at the test reviews once."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--source", help="IMDB's archive or folder; default: LSTM_TEACH_IMDB, the cache, a download"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=lstm_teach.data_dir() / "reader")
    parser.add_argument(
        "--limit", type=int, help="train on so many reviews only, for a quick look; no record"
    )
    args = parser.parse_args(arguments)
    print(describe_device())
    print(f"seed {args.seed}; settings {SETTINGS}")
    keras.utils.set_random_seed(args.seed)
    corpus = reviews.load("imdb", source=args.source)
    training, validation = reviews.validation_split(corpus.train, seed=0, by="random")
    words = vocabulary.WordVocabulary.fit(training.texts, SETTINGS["words"])
    chosen = np.random.default_rng(args.seed).permutation(len(training.texts))[: args.limit]
    ids, val_ids = words.encode([training.texts[k] for k in chosen]), words.encode(validation.texts)

    model = build_model(SETTINGS | {"words": words.size})
    look = Looks(model, words, val_ids, validation.labels)
    train(model, ids, training.labels[chosen], SETTINGS, args.seed, look.after_epoch)
    reader.save(look.best, args.out)
    shipped = reader.load(args.out)  # from here on what ships: float16 on disk
    exact, halved = (evaluate(a, val_ids, validation.labels) for a in (look.best, shipped))
    print(f"validation: {exact.accuracy:.2%} in float32, {halved.accuracy:.2%} from float16")
    if args.limit:
        return
    counts = {"train": len(ids), "validation": len(val_ids), "test": len(corpus.test.texts)}
    record = {
        "recipe": "reader",
        "changed": {},
        "settings": SETTINGS,
        "limit": None,
        "split": "random",
        "seed": args.seed,
        "backend": keras.backend.backend(),
        "versions": versions(keras.backend.backend()),
        "hardware": hardware(),
        "parameters": model.count_params(),
        "reviews": counts,
        **look.told(),
        "val_accuracy": halved.accuracy,
        "val_accuracy_float32": exact.accuracy,
        **tested(shipped, corpus),
        "weights_checksum": reader.checksum(args.out),
    }
    note_reading(record, shipped_dir())
    print(f"written: {args.out}, {write_record(record, shipped_dir())}")


class Looks:
    """What is found after each epoch on the validation reviews, and the reader with the lowest loss."""

    def __init__(
        self,
        model: keras.Sequential,
        words: vocabulary.WordVocabulary,
        ids: list[np.ndarray],
        labels: np.ndarray,
    ) -> None:
        self.model, self.words, self.ids, self.labels = model, words, ids, labels
        self.history: dict[str, list[float]] = {key: [] for key in ("loss", "val_loss", "val_accuracy")}
        self.seconds: list[float] = []
        self.best = to_reader(model, words)

    def after_epoch(self, epoch: int, loss: float, took: float) -> None:
        """Measure, and keep the better reader."""
        now = to_reader(self.model, self.words)
        val = evaluate(now, self.ids, self.labels)
        if val.loss <= min(self.history["val_loss"], default=np.inf):
            self.best = now
        for key, value in (("loss", loss), ("val_loss", val.loss), ("val_accuracy", val.accuracy)):
            self.history[key].append(value)
        self.seconds.append(took)
        tqdm.write(
            f"epoch {epoch + 1}: loss {loss:.4f}, "
            f"validation loss {val.loss:.4f}, accuracy {val.accuracy:.2%}, {took:.0f} s"
        )

    def told(self) -> dict[str, Any]:
        """Return what a record says of the epochs."""
        return {
            "history": self.history,
            "seconds_per_epoch": round(float(np.mean(self.seconds)), 1),
            "best_epoch": 1 + int(np.argmin(self.history["val_loss"])),
        }


def tested(shipped: Reader, corpus: reviews.Corpus) -> dict[str, Any]:
    """Return what a record says of the test reviews, which are looked at here and nowhere else."""
    ids, length = shipped.vocabulary.encode(corpus.test.texts), SETTINGS["length"]
    whole = evaluate(shipped, ids, corpus.test.labels)
    ends = evaluate(shipped, [row[-length:] for row in ids], corpus.test.labels)
    print(f"test: {whole.accuracy:.2%} on whole reviews, {ends.accuracy:.2%} on their last words")
    return {
        "corpus": corpus.name,
        "corpus_checksum": corpus.checksum,
        "duplicates": len(reviews.duplicates(corpus.train, corpus.test)),
        **{f"test_{key}": getattr(whole, key) for key in ("accuracy", "loss", "auc")},
        "confusion": whole.confusion,
        "calibration_error": whole.calibration_error,
        "test_accuracy_last_words": {"words": length, "accuracy": ends.accuracy},
    }
