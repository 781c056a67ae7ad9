"""The shipped reader: what it says after every word is what Keras says, and its gates do what clamps ask."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binomtest

import lstm_teach
from experiments import gate_measures, gates
from lstm_teach import reader, reviews
from lstm_teach.cells import LSTMParams, RNNParams, sigmoid
from lstm_teach.reader import Reader
from lstm_teach.vocabulary import PADDING, UNKNOWN, SubwordVocabulary, WordVocabulary

FOLDER = lstm_teach.data_dir() / "reader"
ARCHIVE = Path(__file__).resolve().parents[2] / "shared" / "imdb" / "aclImdb_v1.tar.gz"
TEXTS = [
    "I expected to hate it, but the ending made me cry, and I would gladly see it again.",
    "A dull script, wooden actors; two hours of my life that I will not get back.",
    "Not bad. Not good either! It's the kind of film one watches on a plane...",
    "The zyxqwv of the blorptangle was 10/10 for 東京 and 🙂",
]


@pytest.fixture(scope="module")
def shipped():
    return reader.load()


@pytest.fixture(scope="module")
def as_keras(shipped):
    """The same weights in a Keras model that answers after every word: Embedding, LSTM, Dense, sigmoid."""
    import keras

    from lstm_teach.keras_bridge import params_to_keras

    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(*shipped.embedding.shape),
            keras.layers.LSTM(shipped.p.n, return_sequences=True),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    embedding, lstm, dense = model.layers
    embedding.set_weights([shipped.embedding])
    lstm.set_weights(params_to_keras(shipped.p))
    dense.set_weights([shipped.w[:, None], np.array([shipped.b])])
    return lambda ids: keras.ops.convert_to_numpy(model(np.asarray(ids)))[..., 0]


def small(seed=0, m=3, n=4) -> Reader:
    """A reader with weights at random, and few words."""
    rng = np.random.default_rng(seed)
    words = WordVocabulary.fit(["a good film", "a bad film", "not good not bad"], 8)
    p = LSTMParams.random(m, n, rng, np.float32)
    table = rng.standard_normal((words.size, m)).astype(np.float32)
    return Reader(words, table, p, rng.standard_normal(n).astype(np.float32), 0.25)


# --- what it says -----------------------------------------------------------------------------------------


@pytest.mark.keras
@pytest.mark.parametrize("text", TEXTS)
def test_keras_says_the_same_after_every_word(text, shipped, as_keras):
    [ids] = shipped.vocabulary.encode([text])
    reading = shipped.read(text)
    assert len(reading.words) == len(ids)
    np.testing.assert_allclose(reading.probability, as_keras(ids[None])[0], atol=1e-3)


@pytest.mark.keras
def test_the_probability_after_a_word_is_that_of_the_text_up_to_there(shipped, as_keras):
    [ids] = shipped.vocabulary.encode(TEXTS[:1])
    alone = [as_keras(ids[None, : t + 1])[0, -1] for t in range(len(ids))]
    np.testing.assert_allclose(shipped.read(TEXTS[0]).probability, alone, atol=1e-3)


def test_many_texts_of_many_lengths_get_what_each_gets_alone(shipped):
    rng = np.random.default_rng(3)
    words = [word for text in TEXTS for word in text.split()]
    texts = [" ".join(rng.choice(words, length)) for length in [1, 700, 3, 40, 41, 0, 300, 2] * 15]
    alone = [shipped.read(text).probability[-1] for text in texts]
    np.testing.assert_allclose(shipped.read_many(texts), alone, atol=1e-5)


def test_batches_hold_every_text_once_and_no_huge_rectangle(shipped, monkeypatch):
    monkeypatch.setattr(reader, "_STEPS", 200)
    lengths = [1, 5, 90, 500, 7, 7, 7, 100, 0]
    ids = [np.full(length, UNKNOWN) for length in lengths]
    batches = list(shipped.traces(ids))
    assert sorted(row for batch in batches for row in batch.rows) == list(range(len(ids)))
    for rows, last, trace in batches:
        assert len(rows) == 1 or trace.h.shape[0] * trace.h.shape[1] <= 200
        np.testing.assert_array_equal(last + 1, [max(lengths[row], 1) for row in rows])


def test_texts_and_ids_may_come_from_a_generator(shipped):
    np.testing.assert_array_equal(shipped.read_many(text for text in TEXTS), shipped.read_many(TEXTS))
    batches = shipped.traces(iter(shipped.vocabulary.encode(TEXTS)))
    assert sorted(row for batch in batches for row in batch.rows) == list(range(len(TEXTS)))


def test_no_texts_no_probabilities(shipped):
    assert shipped.read_many([]).shape == (0,)


def test_words_are_shown_as_they_were_read(shipped):
    reading = shipped.read("It's<br />GREAT, 10/10!")
    assert reading.words == ["it's", "great", "10", "10"]
    for array in reading[2:]:
        assert array.shape == (4, shipped.p.n)
    assert reading.probability.shape == (4,)


@pytest.mark.keras
@pytest.mark.parametrize("text", ["", "   \n", "!?…", "<br /><br />", "🙂🙂"])
def test_a_text_without_a_word_is_read_as_one_unknown_word(text, shipped, as_keras):
    reading = shipped.read(text)
    assert reading.words == ["<unknown>"]
    np.testing.assert_allclose(reading.probability, as_keras([[UNKNOWN]])[0], atol=1e-3)
    np.testing.assert_allclose(shipped.read_many([text]), reading.probability, atol=1e-6)


@pytest.mark.parametrize("text", ["一部好电影", "Отличный фильм", "qqqzzzxxx", "\x00\x07", "é" * 3000])
def test_strange_texts_leave_the_reader_undecided(text, shipped):
    p = shipped.read(text).probability
    assert np.isfinite(p).all()
    assert ((p > 0.2) & (p < 0.8)).all()


def test_five_thousand_words_are_read_to_the_end(shipped):
    words = " ".join(TEXTS[1].split() * 400)
    reading = shipped.read(words)
    assert len(reading.words) > 5_000
    assert np.isfinite(reading.c).all()
    assert reading.probability[-1] < 0.2  # four hundred times "dull"


def test_it_understands_the_longer_hand_made_reviews(shipped):
    longer = reviews.load("sample").longer
    right = (shipped.read_many(longer.texts) > 0.5) == (longer.labels == 1)
    assert right.mean() >= 0.8


def test_a_key_word_moves_the_verdict_and_a_function_word_hardly_does(shipped):
    text = "The story was told in two hours and the acting was {} from the first scene to the last"
    words = ["excellent", "awful", "", "the"]
    said = dict(zip(words, shipped.read_many([text.format(word) for word in words]), strict=True))
    assert said["excellent"] - said[""] > 0.1
    assert said[""] - said["awful"] > 0.1
    assert abs(said["the"] - said[""]) < 0.1


# --- clamps -----------------------------------------------------------------------------------------------


def test_every_clamp_is_seen_in_the_reading(shipped):
    for gate, value in {"i": 0.3, "f": 1.0, "o": 0.0, "c_tilde": -0.5}.items():
        reading = shipped.read(TEXTS[0], clamp={gate: value})
        np.testing.assert_array_equal(getattr(reading, gate), np.float32(value))


@pytest.mark.parametrize("clamp", [{"o": 0.0}, {"i": 0.0}, {"c_tilde": 0.0}])
def test_a_reader_that_sees_nothing_says_the_bias(clamp, shipped):
    np.testing.assert_allclose(
        shipped.read(TEXTS[0], clamp).probability, sigmoid(np.array(shipped.b)), atol=1e-6
    )
    np.testing.assert_allclose(shipped.read_many(TEXTS, clamp), sigmoid(np.array(shipped.b)), atol=1e-6)


def test_a_clamp_may_act_at_one_word_of_one_unit(shipped):
    free = shipped.read(TEXTS[1])
    f = np.full(free.f.shape, np.nan)
    f[5, 2] = 0.0
    held = shipped.read(TEXTS[1], clamp={"f": f})
    for name in ("h", "c", "i", "o"):
        np.testing.assert_allclose(getattr(held, name)[:5], getattr(free, name)[:5], atol=1e-6)
    np.testing.assert_allclose(held.c[5, 2], free.i[5, 2] * free.c_tilde[5, 2], rtol=1e-5)
    np.testing.assert_allclose(np.delete(held.c[5], 2), np.delete(free.c[5], 2), atol=1e-6)


def test_many_texts_take_one_value_a_unit(shipped):
    f = np.linspace(0, 1, shipped.p.n)
    alone = [shipped.read(text, clamp={"f": f}).probability[-1] for text in TEXTS]
    np.testing.assert_allclose(shipped.read_many(TEXTS, clamp={"f": f}), alone, atol=1e-5)


# --- what does not fit is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda a: a.read(None), "text: expected a string"),
        (lambda a: a.read(b"bytes"), "text: expected a string, got bytes"),
        (lambda a: a.read(["a", "b"]), "text: expected a string, got list"),
        (lambda a: a.read(np.array("a film")), "text: expected a string, got ndarray"),
        (lambda a: a.read_many(None), "texts: expected a list of strings, got NoneType"),
        (lambda a: a.read_many(3), "texts: expected a list of strings, got int"),
        (lambda a: a.read_many(float("nan")), "texts: expected a list of strings, got float"),
        (lambda a: a.read_many(np.array("a film")), "texts: expected a list of strings, got ndarray"),
        (lambda a: a.read_many(b"bytes"), "texts: number 0 is int, expected a string"),
        (lambda a: a.read_many([None]), "texts: number 0 is NoneType, expected a string"),
        (lambda a: a.read_many([["a", "film"]]), "texts: number 0 is list, expected a string"),
        (lambda a: list(a.traces(None)), "sequences: expected a list of ids, got NoneType"),
        (lambda a: list(a.traces(3)), "sequences: expected a list of ids, got int"),
        (lambda a: list(a.traces(np.array(3))), "sequences: expected a list of ids, got ndarray"),
        (lambda a: list(a.traces([None])), r"sequences: expected ids of shape \(words,\)"),
        (lambda a: list(a.traces([["a"]])), "sequences: expected integer ids above 0, got <U1"),
        (lambda a: list(a.traces([np.ma.array([2, 3])])), "got MaskedArray of shape"),
        (lambda a: Reader(None, a.embedding, a.p, a.w, a.b), "vocabulary: expected WordVocabulary, got None"),
        (lambda a: a.read_many("one text"), "texts: got one string"),
        (lambda a: a.read_many(["a", 3]), "texts: number 1 is int"),
        (lambda a: a.read("a film", clamp={"g": 1.0}), "unknown gate 'g'"),
        (lambda a: a.read("a film", clamp={"f": np.ones(7)}), r"clamp\['f'\].*broadcasts"),
        (
            lambda a: a.read_many(["a film"], clamp={"f": np.ones((2, 4))}),
            r"clamp\['f'\].*one value per unit, \(4,\)",
        ),
        (
            lambda a: Reader(a.vocabulary, a.embedding[1:], a.p, a.w, a.b),
            r"embedding: expected shape \(7, 3\)",
        ),
        (lambda a: Reader(a.vocabulary, a.embedding, a.p, a.w[1:], a.b), r"w: expected shape \(4,\)"),
        (lambda a: Reader(a.vocabulary, a.embedding * np.nan, a.p, a.w, a.b), "embedding: expected finite"),
        (lambda a: Reader(a.vocabulary, a.embedding, a.p, a.w * np.inf, a.b), "w: expected finite"),
        (lambda a: Reader(a.vocabulary, a.embedding, a.p, a.w, np.nan), "b: expected a number, got nan"),
        (lambda a: Reader(a.vocabulary, a.embedding, a.p, a.w, "0"), "b: expected a number, got '0'"),
        (lambda a: a.probability(np.ones((2, 3), np.float32)), r"h: expected shape \(…, 4\), got \(2, 3\)"),
        (lambda a: a.probability([1.0] * 4), "h: expected a float array, got list"),
        (lambda a: list(a.traces([np.array([2, 7])])), "sequences: expected ids below 7, got 7"),
        (
            lambda a: list(a.traces([np.array([2]), np.array([[2, 3], [4, 5]])])),
            r"sequences: expected ids of shape \(words,\), got \(2, 2\) at row 1",
        ),
        (lambda a: list(a.traces(np.array([2, 3]))), r"sequences: expected .*, got \(\) at row 0"),
        (
            lambda a: replace(a, p=RNNParams.random(3, 4, np.random.default_rng(0))),
            "^p: expected LSTMParams, got RNNParams",
        ),
        (lambda a: list(a.traces([np.array([2, -1])])), "sequences: expected integer ids above 0"),
        (lambda a: a.read_many(["a film"], clamp=1.0), "clamp: expected a dict"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(small())


# --- files ------------------------------------------------------------------------------------------------


def test_save_and_load_round_to_half_precision_and_no_further(tmp_path):
    a = small()
    reader.save(a, tmp_path)
    b = reader.load(tmp_path)
    assert b.vocabulary == a.vocabulary
    for ours, theirs in (
        (b.embedding, a.embedding),
        (b.p.W, a.p.W),
        (b.p.U, a.p.U),
        (b.p.b, a.p.b),
        (b.w, a.w),
    ):
        assert ours.dtype == np.float32
        np.testing.assert_array_equal(ours, theirs.astype(np.float16))
    assert b.b == a.b
    assert sorted(path.name for path in tmp_path.iterdir()) == [reader.WORDS, reader.WEIGHTS]


def test_a_save_that_fails_keeps_the_old_weights(tmp_path, monkeypatch):
    reader.save(small(), tmp_path)
    before = reader.checksum(tmp_path)

    def full(file, **arrays):
        file.write(b"half")
        raise OSError("No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(OSError, match="No space"):
        reader.save(small(seed=1), tmp_path)
    assert reader.checksum(tmp_path) == before
    assert len(list(tmp_path.iterdir())) == 2


def test_no_reader_is_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        reader.load(tmp_path)


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: b"",
        lambda content: b"not a zip" * 9,
        lambda content: content[:60] + bytes(60) + content[120:],
    ],
    ids=["truncated", "empty", "something else", "overwritten in the middle"],
)
def test_damaged_weights_are_named(tmp_path, damage):
    reader.save(small(), tmp_path)
    path = tmp_path / reader.WEIGHTS
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match=r"weights\.npz is damaged"):
        reader.load(tmp_path)


@pytest.mark.parametrize("name", ["embedding", "W", "U", "b", "w", "bias"])
@pytest.mark.parametrize(
    "wrong", [lambda a: a * np.nan, lambda a: a.astype(int), lambda a: a[..., None, None]]
)
def test_weights_that_are_no_weights_are_refused(tmp_path, name, wrong):
    reader.save(small(), tmp_path)
    path = tmp_path / reader.WEIGHTS
    with np.load(path) as file:
        arrays = dict(file)
    np.savez(path, **(arrays | {name: wrong(arrays[name])}))
    with pytest.raises(ValueError, match=rf"{name}: expected "):
        reader.load(tmp_path)


def test_weights_too_large_for_half_precision_are_not_saved(tmp_path):
    a = small()
    a.p.W[0, 0] = 70_000.0
    with pytest.raises(ValueError, match=r"^W: expected weights up to 65504"):
        reader.save(a, tmp_path / "reader")
    assert not (tmp_path / "reader").exists()


def test_weights_of_another_vocabulary_are_refused(tmp_path):
    reader.save(small(), tmp_path)
    WordVocabulary.fit(["only three more words"], 5).save(tmp_path / reader.WORDS)
    with pytest.raises(ValueError, match=r"embedding: expected shape \(5, 3\), got \(7, 3\)"):
        reader.load(tmp_path)


def test_subwords_are_refused(tmp_path):
    reader.save(small(), tmp_path)
    SubwordVocabulary.fit(["some text"], 260).save(tmp_path / reader.WORDS)
    with pytest.raises(ValueError, match="holds subwords, expected words"):
        reader.load(tmp_path)


def test_what_ships_is_small(shipped):
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= 2_000_000
    assert shipped.vocabulary.words[PADDING : UNKNOWN + 1] == ["<padding>", "<unknown>"]


IN_A_FRESH_PROCESS = """
import json, sys, time
import numpy
def best(do, times):
    took = []
    for _ in range(times):
        start = time.process_time(); do(); took.append(time.process_time() - start)
    return min(took)
start = time.process_time()
from lstm_teach import reader
a = reader.load()
first = time.process_time() - start
text = "the film was not as bad as I had feared , " * 30
assert len(a.read(text).words) == 300
heavy = {"tensorflow", "keras", "jax", "torch", "matplotlib", "ipywidgets", "sklearn"} & set(sys.modules)
print(json.dumps({"load": first, "read": best(lambda: a.read(text), 5), "heavy": sorted(heavy)}))
"""


@pytest.fixture(scope="module")
def fresh():
    runs = [
        subprocess.run(
            [sys.executable, "-c", IN_A_FRESH_PROCESS],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            cwd=FOLDER.parents[1],
        ).stdout
        for _ in range(3)
    ]
    return [json.loads(run) for run in runs]


def test_it_needs_no_framework(fresh):
    assert fresh[0]["heavy"] == []


def test_it_loads_within_a_fifth_of_a_second(fresh):
    assert min(run["load"] for run in fresh) < 0.2  # processor time: the machine may be busy


def test_it_reads_300_words_within_20_milliseconds(fresh):
    assert min(run["read"] for run in fresh) < 0.02


# --- the records ------------------------------------------------------------------------------------------


def test_readme_and_records_are_of_the_weights_that_ship():
    assert gates.README.read_text(encoding="utf-8") == gates.readme_in_step()


def test_the_record_meets_what_was_asked_of_the_reader():
    rows = {row["condition"]: row for row in json.loads(gates.RECORD.read_text())["conditions"]}
    assert rows["as trained"]["accuracy"] >= 0.865
    assert rows["forget gate f closed"]["accuracy"] < rows["as trained"]["accuracy"] - 0.15


def test_a_mean_gate_is_the_mean_over_every_word(shipped):
    mean = gate_measures.means(shipped, shipped.vocabulary.encode(TEXTS))
    for gate in ("i", "f", "o", "c_tilde"):
        every_word = np.concatenate([getattr(shipped.read(text), gate) for text in TEXTS])
        np.testing.assert_allclose(mean[gate], every_word.mean(axis=0), atol=1e-5)


def test_last_states_are_those_of_each_text_alone(shipped):
    for clamp in gate_measures.conditions(
        gate_measures.means(shipped, shipped.vocabulary.encode(TEXTS))
    ).values():
        h, c = gate_measures.last_states(shipped, shipped.vocabulary.encode(TEXTS), clamp)
        for k, text in enumerate(TEXTS):
            reading = shipped.read(text, clamp)
            np.testing.assert_allclose(h[k], reading.h[-1], atol=1e-5)
            np.testing.assert_allclose(c[k], reading.c[-1], atol=1e-4)


@pytest.mark.parametrize("seed", range(5))
def test_no_threshold_is_better_than_the_best(seed):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, 40)
    values = np.round(rng.normal(labels, 1.0), 1)  # rounded: some are equal
    threshold, accuracy = gate_measures.best_threshold(values, labels)
    tried = [np.mean((values >= t) == labels) for t in (*values, np.inf)]
    assert accuracy == pytest.approx(max(tried))
    assert np.mean((values >= threshold) == labels) == pytest.approx(accuracy)


def test_the_best_unit_is_found_where_it_was_hidden():
    rng = np.random.default_rng(0)
    val_labels, labels = rng.integers(0, 2, (2, 300))
    val, test = rng.normal(size=(2, 300, 6))
    val[:, 4] -= 3 * val_labels
    test[:, 4] -= 3 * labels
    found = gate_measures.best_unit(val, val_labels, test, labels)
    assert (found["unit"], found["positive_when"]) == (4, "below")
    right = (test[:, 4] <= found["threshold"]) == labels
    assert found["test_accuracy"] == pytest.approx(right.mean())


@pytest.mark.slow
@pytest.mark.skipif(not ARCHIVE.is_file(), reason="needs the real archive beside the checkout")
def test_two_thousand_test_reviews_are_read_as_the_record_says(shipped, imdb_test_split):
    recorded = json.loads(gates.RECORD.read_text())["conditions"][0]["accuracy"]
    rows = np.random.default_rng(7).choice(len(imdb_test_split.texts), 2_000, replace=False)
    p = shipped.read_many([imdb_test_split.texts[row] for row in rows])
    right = int(np.sum((p > 0.5) == (imdb_test_split.labels[rows] == 1)))
    low, high = binomtest(right, len(rows)).proportion_ci(0.999, method="wilson")
    assert low <= recorded <= high


@pytest.fixture
def imdb_test_split(tmp_path, monkeypatch):
    monkeypatch.setenv("LSTM_TEACH_CACHE", str(tmp_path))
    return reviews.load("imdb", source=ARCHIVE).test
