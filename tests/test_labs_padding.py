"""padding_lab against powers of σ(bias), against Keras, and what each preset has to say."""

import numpy as np
import pytest

from lstm_teach.labs import padding_lab
from lstm_teach.labs.padding.rectangle import FIRST_ID, MOST_WORDS, cudnn
from lstm_teach.vocabulary import PADDING, pad

F = 1 / (1 + np.exp(-1.0))  # the forget gate at a bias of 1


def seen(lab):
    return lab.shown.pictures[0].marks


def arriving(lab):
    return lab.shown.pictures[1].marks


def read(lab):
    """What the network reads, review by review, pads as "-"."""
    marks = seen(lab)
    return [
        " ".join("-" if i == PADDING else marks["words"][k][i - FIRST_ID] for i in row)
        for k, row in enumerate(marks["ids"])
    ]


def test_the_default_says_what_the_lesson_says():
    lab = padding_lab()
    assert lab.status.startswith("Review 1: 7 pads after the last word: 0.73⁷ = 11 % of c is left.")
    assert lab.status.endswith("Review 3 loses its last 10 words.")


@pytest.mark.parametrize(
    ("preset", "words"),
    [
        ("padding at the front", "7 pads before the first word, none after the last: 100 % of c is left"),
        ("masked", "7 pads, masked. There c waits, and 100 % of it is left. cuDNN may run on TensorFlow."),
        ("masked, at the front", "masked. They come first anyway: 100 % of c is left. cuDNN may not run."),
        ("forget bias 4", "0.98⁷ = 88 % of c is left"),
        ("to the longest", "17 pads after the last word: 0.73¹⁷ = 0.49 % of c is left."),
        ("Keras' pad_sequences", "100 % of c is left. Review 3 loses its first 10 words."),
        ("pad_sequences, post", "0.73⁷ = 11 % of c is left. Review 3 loses its first 10 words."),
    ],
)
def test_each_preset_says_its_insight(preset, words):
    assert words in padding_lab(preset).status


def test_every_other_case_is_said_too():
    lab = padding_lab()
    assert lab.set(length=1).status.startswith("Nothing is padded")
    lab.set(length=7)
    assert "Review 2 loses its last word. Review 3 loses its last 13 words." in lab.status
    assert "1 pad after the last word: 0.73 = 73 % of c" in lab.set(length=4).status
    assert "0.73¹⁹⁷ < 0.1 % of c is left" in lab.set(length=200).status


def test_lengths_3_8_and_20_are_cut_and_padded_at_the_chosen_ends():
    lab = padding_lab()
    first = "slow at first and the jokes fall flat but by"
    last = "the end i was glad i had not left it"
    assert read(lab) == ["a true gem" + " -" * 7, "not bad at all but a bit long - -", first]
    assert read(lab.set(keep="last"))[2] == last
    assert read(lab.set(side="at the front", keep="first")) == [
        "- " * 7 + "a true gem",
        "- - not bad at all but a bit long",
        first,
    ]
    assert read(lab.set(longest=True))[2] == f"{first} {last}"


def test_what_is_left_of_each_word_is_the_forget_gate_to_the_power_of_the_steps_after_it():
    for preset in ("padding at the end", "padding at the front", "to the longest"):
        marks = seen(padding_lab(preset))
        steps = marks["ids"].shape[1]
        expected = np.where(marks["ids"] == PADDING, np.nan, F ** np.arange(steps - 1.0, -1, -1))
        np.testing.assert_allclose(marks["shares"], expected, rtol=1e-12)


def test_masked_pads_are_skipped_whether_in_front_or_behind():
    ends, fronts = (seen(padding_lab(p)) for p in ("masked", "masked, at the front"))
    for row_end, row_front in zip(ends["shares"], fronts["shares"], strict=True):
        words = row_end[~np.isnan(row_end)]
        np.testing.assert_array_equal(words, row_front[~np.isnan(row_front)])
        np.testing.assert_allclose(words, F ** np.arange(len(words) - 1.0, -1, -1), rtol=1e-12)


def test_the_lines_follow_what_the_last_word_wrote():
    lab = padding_lab()
    for k, words in enumerate((3, 8, 10), start=1):
        y = arriving(lab)[f"review {k}"].y
        assert np.isnan(y[: words - 1]).all()
        np.testing.assert_allclose(y[words - 1 :], F ** np.arange(11.0 - words), rtol=1e-12)
        assert y[-1] == seen(lab)["shares"][k - 1, words - 1]


def test_a_masked_line_is_flat_bit_for_bit():
    for k, words in enumerate((3, 8, 10), start=1):
        assert (arriving(padding_lab("masked"))[f"review {k}"].y[words - 1 :] == 1.0).all()


@pytest.mark.parametrize(
    ("preset", "tensorflow", "others"),
    [
        ("padding at the end", True, True),
        ("padding at the front", True, True),
        ("masked", True, False),
        ("masked, at the front", False, False),
    ],
)
def test_cudnn_asks_for_masked_pads_at_the_end(preset, tensorflow, others):
    lab = padding_lab(preset)
    kernel = arriving(lab)["cuDNN"]
    assert (kernel["TensorFlow"].runs, kernel["JAX, PyTorch"].runs) == (tensorflow, others)
    assert kernel["TensorFlow"].why in lab._picture.value


def test_a_masked_row_of_pads_alone_rules_cudnn_out():
    assert cudnn(np.array([[2, 3], [0, 0]]), mask=True)["TensorFlow"] == (False, "a row is all padding")


def test_an_empty_review_is_one_unknown_word():
    lab = padding_lab().set(third="", mask=True)
    assert (seen(lab)["ids"][2] != PADDING).sum() == 1
    assert arriving(lab)["cuDNN"]["TensorFlow"].runs
    assert ">?<" in lab._picture.value


def test_a_typed_review_is_split_into_words():
    assert read(padding_lab().set(third="Très BON, don't miss it", length=5))[2] == "très bon don't miss it"


def test_of_a_very_long_review_the_first_words_are_taken_and_the_picture_says_so():
    lab = padding_lab().set(third="good " * 5000, longest=True)
    assert seen(lab)["ids"].shape == (3, MOST_WORDS)
    assert "4,800 words more are not taken" in lab._picture.value


def test_words_are_words_never_markup():
    lab = padding_lab().set(third="<b>a</b> & b")
    assert "<b>" not in lab._picture.value


def test_controls_without_effect_are_off():
    assert padding_lab("to the longest").shown.off == ["length", "keep"]
    assert padding_lab().set(length=1).shown.off == ["side", "bias"]


@pytest.mark.slow
def test_keras_pads_cuts_and_masks_as_the_lab_says():
    import keras

    from lstm_teach.sentiment.device import cudnn_obstacles

    reviews = [list(range(FIRST_ID, FIRST_ID + n)) for n in (3, 8, 20)]
    for preset, how in (("Keras' pad_sequences", {}), ("pad_sequences, post", {"padding": "post"})):
        expected = keras.utils.pad_sequences(reviews, maxlen=10, **how)
        np.testing.assert_array_equal(seen(padding_lab(preset))["ids"], expected)

    lstm = keras.layers.LSTM(1, return_state=True)
    lstm.build((None, None, 1))
    lstm.set_weights([np.zeros((1, 4)), np.zeros((1, 4)), np.array([0.0, 1.0, 0.0, 0.0])])
    for mask, preset in ((False, "padding at the end"), (True, "masked")):
        # After the last word: 7 steps of silence, from c = 1. Half of nothing is written at each.
        words = np.zeros((1, 7), bool)
        state = [np.zeros((1, 1), "float32"), np.ones((1, 1), "float32")]
        c = lstm(np.zeros((1, 7, 1), "float32"), initial_state=state, mask=words if mask else None)[2]
        left = arriving(padding_lab(preset))["review 1"].y[-1]
        np.testing.assert_allclose(float(c[0, 0]), left, rtol=1e-6)

    if keras.backend.backend() != "tensorflow":
        pytest.skip("the rule for masks that is compared below is TensorFlow's")
    model = keras.Sequential([keras.layers.Embedding(100, 2, mask_zero=True), keras.layers.LSTM(1)])
    for side in ("right", "left"):
        ids = pad(reviews, 10, side=side)
        [obstacles] = cudnn_obstacles(model, ids).values()
        assert cudnn(ids, mask=True)["TensorFlow"].runs == (not obstacles)
