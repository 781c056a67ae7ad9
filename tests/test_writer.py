"""The writer: what it expects, how it draws, and what is no writer."""

import numpy as np
import pytest

from lstm_teach import reviews, writer
from lstm_teach.cells import lstm_forward


@pytest.fixture(scope="module")
def shipped():
    return writer.load()


@pytest.fixture(scope="module")
def sample():
    return reviews.load()


def test_the_shipped_writer_expects_unseen_reviews_as_well_as_its_readme_says(shipped, sample):
    losses = np.concatenate([shipped.losses(text) for text in sample.test.texts])
    assert losses.mean() == pytest.approx(1.04, abs=0.005)


def test_step_by_step_is_the_whole_sequence_at_once(shipped):
    text = "The acting is dull. It was"
    now = shipped.write(text, len(text), 1.0, np.random.default_rng(0))
    trace = lstm_forward(shipped.embedding[shipped.ids(writer.START + text)[None]], shipped.p)
    np.testing.assert_allclose(now.h, trace.h[0, 1:], atol=1e-12)
    np.testing.assert_allclose(now.c, trace.c[0, 1:], atol=1e-12)
    np.testing.assert_allclose(now.logits, trace.h[0, :-1] @ shipped.V + shipped.b, atol=1e-9)
    expected = -np.log(writer.softened(now.logits, 1.0))[np.arange(len(text)), shipped.ids(text)]
    np.testing.assert_allclose(shipped.losses(text), expected, atol=1e-9)


def test_it_goes_on_from_what_is_given_and_the_same_seed_writes_the_same(shipped):
    one, again, other = (
        shipped.write("The acting is", 80, 1.0, np.random.default_rng(seed)) for seed in (3, 3, 4)
    )
    assert one.text.startswith("The acting is")
    assert (len(one.text), one.given) == (80, 13)
    assert one.text == again.text != other.text


def test_at_temperature_0_no_chance_is_left(shipped):
    texts = {shipped.write("A ", 60, 0.0, np.random.default_rng(seed)).text for seed in range(3)}
    assert len(texts) == 1


def test_letters_are_drawn_as_often_as_they_are_expected(shipped):
    rng = np.random.default_rng(0)
    drawn = [shipped.write("The acting i", 13, 1.5, rng).text[-1] for _ in range(400)]
    expected = writer.softened(shipped.write("The acting i", 13, 1.5, rng).logits[12], 1.5)
    best = expected.argmax()
    share = np.mean([letter == shipped.characters[best] for letter in drawn])
    assert share == pytest.approx(expected[best], abs=4 * np.sqrt(0.25 / 400))


def test_a_temperature_scales_the_logs_of_ratios():
    logits = np.array([[2.0, 0.0, -1.0]])
    for temperature in (0.5, 1.0, 3.0):
        p = writer.softened(logits, temperature)
        assert p.sum() == pytest.approx(1)
        np.testing.assert_allclose(np.diff(np.log(p)), np.diff(logits) / temperature)
    np.testing.assert_array_equal(writer.softened(logits, 0.0), [[1, 0, 0]])
    with pytest.raises(ValueError, match="temperature: expected 0 or more, got -1"):
        writer.softened(logits, -1)


def test_known_words_and_copied_sentences_are_counted():
    learned = writer.learned_from(["It is dull. I slept!", "A good film."])
    assert learned.known_words("A dull film, zounds") == pytest.approx(3 / 4)
    assert learned.copied_sentences("It is dull. It is good. I slept! A goo") == pytest.approx(2 / 3)
    assert np.isnan(learned.copied_sentences("no end"))
    assert np.isnan(learned.known_words("?!"))


def test_an_unknown_letter_is_named(shipped):
    with pytest.raises(ValueError, match=r"text: the writer has never seen '€', '很'"):
        shipped.write("很 good €", 80, 1.0, np.random.default_rng(0))


def test_what_was_saved_is_loaded_and_a_damaged_file_is_named(shipped, tmp_path):
    path = tmp_path / "mine.npz"
    writer.save(shipped, path)
    np.testing.assert_array_equal(writer.load(path).V, shipped.V)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ValueError, match=r"mine\.npz is damaged or no writer's weights"):
        writer.load(path)
    with pytest.raises(FileNotFoundError):
        writer.load(tmp_path / "none.npz")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda w: w.losses(None), "^text: expected a string, got NoneType"),
        (lambda w: w.losses(["a"]), "^text: expected a string, got list"),
        (lambda w: w.write(b"a", 3, 1.0, np.random.default_rng(0)), "^text: expected a string, got bytes"),
        (
            lambda w: w.write("a", np.ma.array([1, 2]), 1.0, np.random.default_rng(0)),
            "^letters: [^\n]{,150}$",
        ),
        (lambda w: writer.softened([1.0, 2.0], 1.0), "^logits: expected a float array, got list"),
        (lambda w: writer.softened(np.array([1, 2]), 1.0), "^logits: expected float64 or float32, got int64"),
        (lambda w: writer.softened(np.ma.array([1.0, 2.0]), 1.0), "^logits: .*MaskedArray"),
        (lambda w: writer.softened(np.matrix([1.0, 2.0]), 1.0), "^logits: .*matrix"),
        (lambda w: writer.softened(np.array([np.nan, 1.0]), 1.0), "^logits: expected finite numbers"),
        (lambda w: writer.learned_from("one text"), "^texts: got one string"),
        (lambda w: writer.learned_from(None), "^texts: expected a list of strings, got NoneType"),
        (lambda w: writer.learned_from([b"a"]), "^texts: number 0 is bytes, expected a string"),
        (lambda w: writer.Writer(3, w.embedding, w.p, w.V, w.b), "^characters: expected str, got int"),
    ],
)
def test_what_is_no_text_and_no_array_of_floats_is_named(shipped, call, message):
    with pytest.raises(ValueError, match=message):
        call(shipped)
