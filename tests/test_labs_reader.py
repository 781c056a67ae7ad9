"""reader_lab against the reader itself, the record of its gates, and counting by hand."""

import json

import numpy as np
import pytest

import lstm_teach
from lstm_teach import reader, reviews
from lstm_teach.cells import LSTMParams
from lstm_teach.labs import reader_lab
from lstm_teach.labs.precise import precise_reader
from lstm_teach.reader import Reader
from lstm_teach.vocabulary import WordVocabulary

RECORD = json.loads((lstm_teach.data_dir() / "gates" / "reader.json").read_text(encoding="utf-8"))
SENTENCE = (
    "The story is slow and the jokes are old, but the acting is excellent "
    "and I will definitely watch it again."
)


@pytest.fixture(scope="module")
def shipped():
    return precise_reader(reader.load())


def line(lab, label="now"):
    return lab.shown.pictures[1].marks[label].y


def without(k, text=SENTENCE):
    words = text.replace(",", "").replace(".", "").split()
    return " ".join(words[:k] + words[k + 1 :])


# --- what is drawn ----------------------------------------------------------------------------------------


def test_the_line_is_the_probability_after_every_word_as_the_record_has_it():
    lab = reader_lab("as trained")
    np.testing.assert_allclose(line(lab), RECORD["sentence"]["probability"], atol=1e-4)
    np.testing.assert_allclose(line(lab.set(f="closed")), RECORD["sentence"]["forget_closed"], atol=1e-4)
    np.testing.assert_allclose(line(lab, "as trained"), RECORD["sentence"]["probability"], atol=1e-4)


def test_a_change_that_is_noise_of_the_arithmetic_is_none():
    """It would differ in a browser: the same word again and again, and the state has long come to rest."""
    changes = reader_lab("forget gate closed").set(text="good " * 500).shown.pictures[0].values
    assert changes[0]
    assert len(changes) > 100
    assert not changes[50:].any()


def test_a_words_colour_is_the_change_of_the_probability_at_it(shipped):
    words = reader_lab("as trained").shown.pictures[0]
    before_any = shipped.probability(np.zeros(shipped.p.n))
    np.testing.assert_allclose(
        before_any + np.cumsum(words.values), RECORD["sentence"]["probability"], atol=1e-4
    )
    assert list(words.words) == RECORD["sentence"]["words"]
    assert "change of the probability, not importance" in words.html


@pytest.mark.parametrize(
    ("positions", "clamp"),
    [
        ({}, {}),
        ({"f": "closed"}, {"f": 0.0}),
        ({"i": "open", "o": "slider", "value": 0.35}, {"i": 1.0, "o": 0.35}),
        ({"f": "at its mean"}, {"f": np.array(RECORD["means"]["f"])}),
    ],
)
def test_unit_and_maps_are_the_readers_gates_and_states(shipped, positions, clamp):
    lab = reader_lab("as trained").set(unit=5, **positions)
    expected = shipped.read(SENTENCE, clamp)
    _, _, unit, maps = lab.shown.pictures
    for name in "fioch":
        np.testing.assert_array_equal(unit.marks[name].y, getattr(expected, name)[:, 5])
    for name in "fioc":
        np.testing.assert_array_equal(maps.marks[name].values, getattr(expected, name).T)


def test_leaving_a_word_out_gives_the_reading_of_the_text_without_it(shipped):
    for word, recorded in enumerate(RECORD["sentence"]["without"], start=1):
        lab = reader_lab("without a word").set(word=word)
        y = line(lab)
        assert np.isnan(y[word - 1])
        rest = np.delete(y, word - 1)
        np.testing.assert_array_equal(rest, shipped.read(without(word - 1)).probability)
        assert rest[-1] == pytest.approx(recorded, abs=1e-4)
        words = lab.shown.pictures[0]
        assert (words.gone, words.values[word - 1]) == (word - 1, 0.0)


def test_a_word_left_out_can_be_any_word_that_can_be_typed(shipped):
    for text in ["Don’t İstanbul naïve", "a", "чудесный 很好 😀 x", "rock'n'roll's 10/10"]:
        tokens = shipped.vocabulary.tokens(text)
        assert shipped.vocabulary.tokens(" ".join(tokens)) == tokens


def test_the_followed_unit_is_the_recorded_best_one():
    assert reader_lab().state["unit"] == RECORD["best_unit"]["h"]["unit"]


# --- the score --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("positions", "clamp"),
    [({}, None), ({"f": "closed"}, {"f": 0.0}), ({"o": "slider", "value": 0.2}, {"o": 0.2})],
)
def test_the_score_is_that_of_read_many_on_the_longer_reviews(shipped, positions, clamp):
    texts, labels, _ = reviews.load().longer
    right = int(((shipped.read_many(texts, clamp) > 0.5) == labels).sum())
    as_trained = int(((shipped.read_many(texts) > 0.5) == labels).sum())
    status = reader_lab("as trained").set(**positions).status
    assert f"It is right on {right} of the 64 longer reviews" in status
    assert (f"longer reviews, as trained on {as_trained}." in status) == bool(positions)


def test_the_accuracy_on_imdb_is_the_recorded_one_and_is_left_out_where_none_was_measured():
    accuracy = {row["condition"]: f"{100 * row['accuracy']:.1f}" for row in RECORD["conditions"]}
    lab = reader_lab("as trained")
    assert f"On IMDB's test reviews it is right on {accuracy['as trained']} %." in lab.status
    for name, gate in {"forget gate f": "f", "input gate i": "i", "output gate o": "o"}.items():
        for place in ("open", "closed", "at its mean"):
            status = lab.reset().set(**{gate: place}).status
            here, as_trained = accuracy[f"{name} {place}"], accuracy["as trained"]
            assert f"IMDB's test reviews it is right on {here} %, as trained on {as_trained} %." in status
    opened = lab.reset().set(f="open", i="open", o="open").status
    assert f"IMDB's test reviews it is right on {accuracy['all three gates open']} %" in opened
    assert "IMDB" not in lab.set(o="closed").status
    assert "IMDB" not in lab.reset().set(f="slider", value=0.5).status


# --- the words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preset", "words"),
    [
        ("forget gate closed", "Forget gate closed: the verdict 0.92 becomes 0.55. c keeps nothing"),
        ("as trained", "the verdict is 0.92, positive. At “excellent” (word 14) the probability goes"),
        ("without a word", "Without “excellent” (word 14): the verdict 0.92 becomes 0.73. It is right on"),
        ("it will buy again", "the verdict is 0.87, positive. At “definitely” (word 3) the probability goes"),
        (
            "it fails at: not bad",
            "negative. At “bad” (word 5) the probability goes from 0.52 to 0.22. It hardly",
        ),
        ("changing its mind", "the verdict is 0.98, positive. Its author agrees. At “skill” (word 118)"),
        ("nothing forgotten", "Forget gate open: the verdict 0.98 becomes 0.01. c fades no more"),
        ("nothing written", "Input gate closed: the verdict 0.92 becomes 0.51. Nothing is written"),
        (
            "gates that do not look",
            "All three gates at their means: the verdict 0.92 becomes 0.91. A gate that",
        ),
    ],
)
def test_each_preset_says_what_it_shows(preset, words):
    assert words in reader_lab(preset).status


@pytest.mark.parametrize(
    ("positions", "words"),
    [
        ({"o": "closed"}, "Output gate closed: "),
        ({"o": "closed"}, "h stays 0, and nothing of c is read out"),
        ({"i": "open"}, "Every word is written in full."),
        ({"o": "open"}, "All of c is read out at every word."),
        ({"f": "slider", "value": 0.35}, "Forget gate at 0.35: "),
        ({"f": "slider", "value": 0.0}, "Forget gate closed: "),
        (
            {"f": "closed", "i": "closed", "o": "at its mean"},
            "Forget gate closed, input gate closed, output gate at its",
        ),
        ({"f": "closed", "i": "closed"}, "Nothing is written, so it has read nothing."),
    ],
)
def test_each_case_is_named(positions, words):
    assert words in reader_lab("as trained").set(**positions).status


def test_nothing_is_read_where_the_words_say_so(shipped):
    before_any = shipped.probability(np.zeros(shipped.p.n))
    for closed in ("i", "o"):
        np.testing.assert_allclose(line(reader_lab("as trained").set(**{closed: "closed"})), before_any)


def test_a_denial_is_said_to_fail_with_the_recorded_accuracy():
    row = next(row for row in RECORD["own_reviews"]["kinds"] if row["kind"] == "negation")
    status = reader_lab("it fails at: not bad").status
    assert (
        f"of {row['reviews']} reviews in which a cue is denied it gets {100 * row['accuracy']:.0f} % right"
        in status
    )
    assert "denied" not in reader_lab("it fails at: not bad").set(word=2).status


def test_the_author_of_a_shipped_review_is_agreed_with_or_not():
    review = {r.name: r for r in reviews.longer_reviews()}["night-ferry"]
    positive = reader.load().read(review.text).probability[-1] > 0.5
    says = "agrees" if positive == bool(review.label) else "does not agree"
    assert f" Its author {says}." in reader_lab("as trained").set(review="night-ferry").status


def test_a_word_that_it_does_not_know_is_said_to_be_unknown():
    lab = reader_lab("as trained").set(text="The blorptangle was fine", word=2)
    assert "“blorptangle” (word 2, unknown to it)" in lab.status
    assert "“fine” (word 4)" in lab.set(word=4).status


# --- a reader of one's own --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mine():
    """A small reader that was never trained."""
    rng = np.random.default_rng(0)
    words = WordVocabulary.fit([SENTENCE, "The film is not bad."], size=20)
    embedding = rng.normal(size=(words.size, 3)).astype(np.float32)
    w = rng.normal(size=5).astype(np.float32)
    return Reader(words, embedding, LSTMParams.random(3, 5, rng, np.float32), w, 0.1)


def test_a_reader_of_ones_own_is_taken_apart_in_every_preset(mine):
    lab = reader_lab(reader=mine)
    for preset in lab.presets:
        lab.start_from(preset)
        assert "IMDB" not in lab.status  # where it was never measured
    lab.start_from("as trained")
    np.testing.assert_array_equal(line(lab), precise_reader(mine).read(SENTENCE).probability)
    assert lab.controls["unit"].max == 4
    assert lab.state["unit"] == np.abs(mine.w).argmax()
    texts, labels, _ = reviews.load().longer
    right = int(((mine.read_many(texts) > 0.5) == labels).sum())
    assert f"It is right on {right} of the 64 longer film reviews that ship with the course." in lab.status


def test_the_means_of_a_readers_gates_are_those_over_the_longer_reviews(mine):
    gates = [mine.read(review.text).f for review in reviews.longer_reviews()]
    held = mine.read(SENTENCE, {"f": np.concatenate(gates).mean(axis=0)})
    lab = reader_lab("as trained", reader=mine).set(f="at its mean")
    np.testing.assert_allclose(line(lab), held.probability, atol=1e-6)


def test_what_is_no_reader_is_refused_by_name():
    with pytest.raises(ValueError, match=r"reader: expected a lstm_teach\.reader\.Reader, got dict"):
        reader_lab(reader={})


def test_two_readers_do_not_see_each_others_readings(mine, shipped):
    one, other = reader_lab("as trained"), reader_lab("as trained", reader=mine)
    np.testing.assert_array_equal(line(other), precise_reader(mine).read(SENTENCE).probability)
    np.testing.assert_array_equal(line(one.set(unit=1)), shipped.read(SENTENCE).probability)


# --- what people do ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "   ", "😀 😀", "…!?"])
def test_a_text_without_a_word_is_read_as_one_unknown_word(text, shipped):
    lab = reader_lab("as trained").set(text=text)
    assert "There is no word" in lab.status
    np.testing.assert_array_equal(line(lab), shipped.read("").probability)
    assert lab.controls["word"].disabled
    assert lab.controls["leave_out"].disabled


def test_one_word_can_not_be_left_out():
    lab = reader_lab("without a word").set(text="Splendid")
    assert not np.isnan(line(lab)).any()
    assert "As trained" in lab.status


def test_of_a_very_long_text_some_words_are_drawn_and_the_picture_says_so(shipped):
    text = "good bad slow excellent " * 1250
    lab = reader_lab("as trained").set(text=text, word=3000)
    words, chart, _, maps = lab.shown.pictures
    assert len(words.words) == 400
    assert "Words 2,800 to 3,199 of 5,000" in words.html
    assert words.words[words.chosen] == "excellent"  # every fourth word
    drawn = chart.marks["now"].x
    assert "(one in 25 is drawn)" in chart.body
    assert drawn[-1] == 5000
    np.testing.assert_array_equal(chart.marks["now"].y, shipped.read(text).probability[drawn - 1])
    assert maps.marks["c"].values.shape == (shipped.p.n, len(drawn))


def test_a_text_that_is_too_long_is_refused_in_words():
    lab = reader_lab()
    lab.controls["text"].value = "a " * 60_000
    assert "type at most 100,000 letters" in lab._status.value


def test_the_text_is_off_while_a_shipped_review_is_read_and_the_slider_while_no_gate_wants_it():
    lab = reader_lab("as trained")
    assert [lab.controls[name].disabled for name in ("text", "value")] == [False, True]
    lab.set(review="night-ferry", i="slider")
    assert [lab.controls[name].disabled for name in ("text", "value")] == [True, False]
    assert lab.controls["word"].max == len(lab.shown.pictures[0].words)
