"""A Keras network becomes a reader that says what Keras says; what cannot is refused by a sentence."""

import subprocess
import sys
import warnings

import keras
import numpy as np
import pytest
from keras import layers, ops

from lstm_teach import reader, vocabulary
from lstm_teach.vocabulary import SubwordVocabulary, WordVocabulary

WORDS = [f"w{k}" for k in range(40)]
SIZE, M, N = 42, 5, 6
VOCABULARY = WordVocabulary(["<padding>", "<unknown>", *WORDS])


def texts(count=1_000, seed=0, longest=30):
    """Texts of 1 to 30 words, some of them unknown."""
    rng = np.random.default_rng(seed)
    return [" ".join(rng.choice([*WORDS, "other"], rng.integers(1, longest + 1))) for _ in range(count)]


def embedding(**more):
    return layers.Embedding(SIZE, M, **({"mask_zero": True} | more))


def answer(**more):
    return layers.Dense(1, **({"activation": "sigmoid"} | more))


def sequential(*chain, length=None):
    return shaken(keras.Sequential([keras.Input((length,), dtype="int32"), *chain]))


def functional(*chain, length=None):
    ids = x = keras.Input((length,), dtype="int32")
    for layer in chain:
        x = layer(x)
    return shaken(keras.Model(ids, x))


def shaken(model):
    """The model with every weight drawn at random, biases too."""
    rng = np.random.default_rng(3)
    model.set_weights([rng.normal(0, 0.6, w.shape).astype(w.dtype) for w in model.get_weights()])
    return model


def plain():
    return sequential(embedding(), layers.LSTM(N), answer())


def loaded(tmp_path, model):
    model.save(tmp_path / "model.keras")
    return keras.models.load_model(tmp_path / "model.keras")


SUITABLE = {
    "sequential": plain,
    "functional": lambda: functional(embedding(), layers.LSTM(N), answer()),
    "dropout everywhere": lambda: sequential(
        embedding(),
        layers.SpatialDropout1D(0.5),
        layers.GaussianNoise(0.3),
        layers.LSTM(N, dropout=0.3, recurrent_dropout=0.2),
        layers.Dropout(0.5),
        layers.ActivityRegularization(0.1),
        answer(),
        layers.Identity(),
    ),
    "functional with dropout": lambda: functional(
        embedding(), layers.SpatialDropout1D(0.5), layers.LSTM(N), layers.AlphaDropout(0.5), answer()
    ),
    "unrolled over a fixed length": lambda: sequential(
        embedding(), layers.LSTM(N, unroll=True), answer(), length=30
    ),
    "a mask written out": lambda: written_out(),
    "no biases": lambda: sequential(embedding(), layers.LSTM(N, use_bias=False), answer(use_bias=False)),
    "renamed layers": lambda: sequential(
        embedding(name="lstm"), layers.LSTM(N, name="dense"), answer(name="embedding")
    ),
    "float64": lambda: sequential(
        embedding(dtype="float64"), layers.LSTM(N, dtype="float64"), answer(dtype="float64")
    ),
    "low-rank adapters": lambda: adapted(plain()),
}


def written_out():
    ids = keras.Input((None,), dtype="int32")
    h = layers.LSTM(N)(embedding(mask_zero=False)(ids), mask=ops.not_equal(ids, 0))
    return shaken(keras.Model(ids, answer()(h)))


def adapted(model):
    model.layers[0].enable_lora(2)
    model.layers[-1].enable_lora(1)
    return shaken(model)


def keras_says(model, ids):
    """What Keras says of texts, called once: `predict` would compile the model anew for each length."""
    return ops.convert_to_numpy(model(ids, training=False))[:, 0]


@pytest.mark.parametrize("kind", SUITABLE)
@pytest.mark.parametrize("side", ["right", "left"])
def test_it_says_what_keras_says_of_a_thousand_padded_texts(kind, side):
    model, many = SUITABLE[kind](), texts()
    ids = vocabulary.pad(VOCABULARY.encode(many), length=30, side=side)
    said = reader.from_keras(model, VOCABULARY).read_many(many)
    np.testing.assert_allclose(said, keras_says(model, ids), atol=1e-5)
    assert np.std(said) > 0.03


@pytest.mark.parametrize("make", [sequential, functional])
def test_without_a_mask_it_says_what_keras_says_of_each_text_alone_and_warns(make):
    model, many = make(embedding(mask_zero=False), layers.LSTM(N), answer()), sorted(texts(), key=len)
    with pytest.warns(UserWarning, match="mask_zero=False, so Keras reads padding like a word"):
        said = reader.from_keras(model, VOCABULARY).read_many(many)
    rows = VOCABULARY.encode(many)
    for length in range(1, 31):
        chosen = [k for k, row in enumerate(rows) if len(row) == length]
        wanted = keras_says(model, np.stack([rows[k] for k in chosen]))
        np.testing.assert_allclose(said[chosen], wanted, atol=1e-5)


@pytest.mark.parametrize("make", [sequential, functional])
def test_a_trained_saved_and_loaded_model_is_taken_as_it_is(make, tmp_path):
    model = make(embedding(), layers.Dropout(0.2), layers.LSTM(N), answer())
    model.compile("adam", "binary_crossentropy")
    many = texts(200)
    ids = vocabulary.pad(VOCABULARY.encode(many))
    model.fit(ids, np.arange(200) % 2, epochs=1, verbose=0)
    for one in (model, loaded(tmp_path, model)):
        said = reader.from_keras(one, VOCABULARY).read_many(many)
        np.testing.assert_allclose(said, model.predict(ids, verbose=0)[:, 0], atol=1e-5)


def test_a_sequential_without_an_input_is_taken_once_it_has_weights():
    model = keras.Sequential([embedding(), layers.LSTM(N), answer()])
    with pytest.raises(
        ValueError, match=r"model: 'sequential.*' has no weights yet; call it once on a batch"
    ):
        reader.from_keras(model, VOCABULARY)
    model(np.ones((2, 3), int))
    many = texts(50)
    ids = vocabulary.pad(VOCABULARY.encode(many))
    said = reader.from_keras(model, VOCABULARY).read_many(many)
    np.testing.assert_allclose(said, model.predict(ids, verbose=0)[:, 0], atol=1e-5)


def test_a_layer_that_another_model_uses_too_is_read_as_this_model_uses_it():
    table, lstm, out = embedding(), layers.LSTM(N), answer()
    functional(table, lstm, layers.Dense(3), answer())
    model, many = functional(table, lstm, out), texts(50)
    said = reader.from_keras(model, VOCABULARY).read_many(many)
    ids = vocabulary.pad(VOCABULARY.encode(many))
    np.testing.assert_allclose(said, model.predict(ids, verbose=0)[:, 0], atol=1e-5)


def test_training_on_changes_no_reader_that_was_made_before():
    model = plain()
    mine = reader.from_keras(model, VOCABULARY)
    before = mine.read_many(texts(20))
    model.set_weights([0 * w for w in model.get_weights()])
    np.testing.assert_array_equal(mine.read_many(texts(20)), before)


# --- what is refused --------------------------------------------------------------------------------------


class MyLSTM(layers.LSTM):
    """Computes who knows what."""


class MyModel(keras.Model):
    """A functional model's subclass may call anything."""


def two_inputs():
    ids, more = keras.Input((None,), dtype="int32"), keras.Input((N,))
    h = layers.LSTM(N)(embedding()(ids))
    return keras.Model([ids, more], answer()(layers.Add()([h, more])))


def two_outputs():
    ids = keras.Input((None,), dtype="int32")
    h = layers.LSTM(N)(embedding()(ids))
    return keras.Model(ids, [answer()(h), answer()(h)])


def subclassed():
    ids = keras.Input((None,), dtype="int32")
    return MyModel(ids, answer()(layers.LSTM(N)(embedding()(ids))))


def dropout_that_stays():
    ids = keras.Input((None,), dtype="int32")
    x = layers.Dropout(0.5, name="mc")(embedding()(ids), training=True)
    return keras.Model(ids, answer()(layers.LSTM(N)(x)))


def another_mask():
    ids = keras.Input((None,), dtype="int32")
    h = layers.LSTM(N, name="odd")(embedding()(ids), mask=ops.not_equal(ids, 7))
    return keras.Model(ids, answer()(h))


def a_first_state():
    ids = keras.Input((None,), dtype="int32")
    x = embedding()(ids)
    first = layers.LSTM(N, name="first")(x)
    return keras.Model(ids, answer()(layers.LSTM(N, name="second")(x, initial_state=[first, first])))


def doubled():
    ids = keras.Input((None,), dtype="int32")
    return keras.Model(ids, answer()(2.0 * layers.LSTM(N)(embedding()(ids))))


def of_its_own(part, name):
    model = plain()
    target = model if part is None else model.layers[part]
    setattr(target, name, lambda *given, **named: None)
    return model


def quantized():
    model = plain()
    model.layers[0].quantize("int8")
    return model


def half(policy):
    return sequential(
        *(layer(dtype=policy) for layer in (embedding, lambda **k: layers.LSTM(N, **k), answer))
    )


POSSIBLE = "possible is Embedding, one LSTM that gives its last state, Dense"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: sequential(embedding(), layers.GRU(N, name="g"), answer()),
            rf"layer 'g' \(GRU\) stands where LSTM is expected; {POSSIBLE}",
        ),
        (lambda: sequential(embedding(), layers.SimpleRNN(N), answer()), r"\(SimpleRNN\) stands where LSTM"),
        (
            lambda: sequential(embedding(), layers.Bidirectional(layers.LSTM(N)), answer()),
            r"\(Bidirectional\) stands where LSTM",
        ),
        (
            lambda: sequential(
                embedding(), layers.LSTM(N, return_sequences=True), layers.GlobalMaxPooling1D(), answer()
            ),
            r"\(GlobalMaxPooling1D\) stands where Dense",
        ),
        (
            lambda: sequential(
                embedding(), layers.LSTM(N, return_sequences=True), layers.LSTM(N, name="b"), answer()
            ),
            r"layer 'b' \(LSTM\) stands where Dense",
        ),
        (
            lambda: sequential(embedding(), layers.LSTM(N), layers.Dense(8, name="middle"), answer()),
            r"layer 'answer' \(Dense\) comes after Dense|layer 'dense.*' \(Dense\) comes after Dense",
        ),
        (
            lambda: sequential(embedding(), layers.LSTM(N), layers.LayerNormalization(), answer()),
            r"\(LayerNormalization\) stands where Dense",
        ),
        (lambda: sequential(embedding(), MyLSTM(N), answer()), r"\(MyLSTM\) stands where LSTM"),
        (
            lambda: sequential(embedding(), layers.Conv1D(M, 3, padding="same"), layers.LSTM(N), answer()),
            rf"\(Conv1D\) stands where LSTM is expected; {POSSIBLE}",
        ),
        (
            lambda: sequential(embedding(), layers.LSTM(N), layers.Lambda(lambda h: h), answer()),
            rf"\(Lambda\) stands where Dense is expected; {POSSIBLE}",
        ),
        (lambda: sequential(embedding(), layers.LSTM(N)), f"it has no Dense; {POSSIBLE}"),
        (
            lambda: shaken(keras.Sequential([keras.Input((None, 3)), layers.LSTM(N), answer()])),
            r"\(LSTM\) stands where Embedding",
        ),
        (
            lambda: sequential(keras.Sequential([embedding(), layers.LSTM(N)], name="inner"), answer()),
            r"layer 'inner' \(Sequential\) stands where Embedding",
        ),
        (
            lambda: sequential(embedding(), layers.LSTM(N, return_sequences=True), answer()),
            "return_sequences=True; make it without",
        ),
        (lambda: sequential(embedding(), layers.LSTM(N, go_backwards=True), answer()), "go_backwards=True"),
        (
            lambda: sequential(embedding(), layers.LSTM(N, activation="relu"), answer()),
            "activation: expected",
        ),
        (
            lambda: sequential(embedding(), layers.LSTM(N), answer(activation=None)),
            "1 units and activation 'linear'",
        ),
        (
            lambda: sequential(
                embedding(), layers.LSTM(N), layers.Dense(2, activation="softmax", name="two")
            ),
            r"layer 'two' \(Dense\) has 2 units",
        ),
        (
            lambda: sequential(embedding(), layers.LSTM(N), answer(activation="softmax")),
            "1 units and activation 'softmax'",
        ),
        (
            lambda: functional(embedding(mask_zero=False), layers.LSTM(N), answer(), length=9),
            r"mask_zero=False, and the model takes 9 ids, padding too; make it with mask_zero=True",
        ),
        (two_inputs, "has 2 inputs and 1 outputs, expected one of each"),
        (two_outputs, "has 1 inputs and 2 outputs, expected one of each"),
        (subclassed, r"no subclass, which may compute anything; got MyModel"),
        (dropout_that_stays, r"layer 'mc' \(Dropout\) is called with training=…"),
        (another_mask, r"layer 'odd' \(LSTM\) is called with mask=…"),
        (a_first_state, r"layer 'second' \(LSTM\) is called with initial_state=…"),
        (doubled, r"\(Multiply\) takes more than one input"),
        (lambda: of_its_own(None, "call"), "has a call of its own"),
        (lambda: of_its_own(1, "call"), "has a call of its own"),
        (quantized, r"\(Embedding\) is quantized to int8"),
        (lambda: half("float16"), "computes in float16, which rounds at every step"),
        (lambda: half("mixed_float16"), "computes in float16"),
        (lambda: half("mixed_bfloat16"), "computes in bfloat16"),
        (lambda: "my_model.keras", r"model: expected a keras.Sequential or .*got str"),
        (lambda: None, "model: expected a keras.Sequential or .*got NoneType"),
        (lambda: layers.LSTM(N), "model: expected a keras.Sequential or .*got LSTM"),
    ],
)
def test_a_network_that_a_reader_cannot_be_is_named(make, message):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = make()
    with pytest.raises(ValueError, match=message):
        reader.from_keras(model, VOCABULARY)


def test_a_stateful_lstm_is_named():
    model = keras.Sequential(
        [keras.Input(batch_shape=(1, 4), dtype="int32"), embedding(), layers.LSTM(N, stateful=True), answer()]
    )
    with pytest.raises(ValueError, match=r"\(LSTM\) has stateful=True; make it without"):
        reader.from_keras(model, VOCABULARY)


def test_zeros_at_padding_are_named_where_padding_is_masked_and_mean_nothing_elsewhere():
    lstm = {"zero_output_for_mask": True}
    with pytest.raises(ValueError, match=r"\(LSTM\) has zero_output_for_mask=True, .*; make it without"):
        reader.from_keras(sequential(embedding(), layers.LSTM(N, **lstm), answer()), VOCABULARY)
    model = sequential(embedding(mask_zero=False), layers.LSTM(N, **lstm), answer())
    text = texts(1)
    with pytest.warns(UserWarning, match="mask_zero=False"):
        said = reader.from_keras(model, VOCABULARY).read_many(text)
    keras_says = model.predict(np.stack(VOCABULARY.encode(text)), verbose=0)[:, 0]
    np.testing.assert_allclose(said, keras_says, atol=1e-5)


def test_weights_that_are_no_numbers_are_named():
    model = plain()
    model.set_weights([w * np.nan for w in model.get_weights()])
    with pytest.raises(ValueError, match=r"expected finite numbers, got NaN"):
        reader.from_keras(model, VOCABULARY)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            lambda: WordVocabulary(VOCABULARY.words[:-1]),
            "vocabulary: it has 41 ids, but the Embedding has 42 rows; give the vocabulary that this model",
        ),
        (lambda: WordVocabulary([*VOCABULARY.words, "more"]), "it has 43 ids, but the Embedding has 42 rows"),
        (
            lambda: SubwordVocabulary.fit(["a text"], 260),
            "vocabulary: expected WordVocabulary, got SubwordVocabulary",
        ),
        (lambda: list(VOCABULARY.words), "vocabulary: expected WordVocabulary, got list"),
        (lambda: None, "vocabulary: expected WordVocabulary, got NoneType"),
    ],
)
def test_a_vocabulary_that_does_not_fit_is_named(words, message):
    with pytest.raises(ValueError, match=message):
        reader.from_keras(plain(), words())


def test_the_reader_imports_keras_only_when_it_is_asked_for():
    program = "import sys; from lstm_teach.reader import from_keras; assert 'keras' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
