"""writer_lab against the writer itself."""

import numpy as np

from lstm_teach import writer
from lstm_teach.labs import writer_lab
from lstm_teach.labs.core import change, open_lab
from lstm_teach.labs.writer import LAB, LETTERS


def of_the_writer(text="The acting is", temperature=0.5, seed=2):
    return writer.load().write(text, LETTERS, temperature, np.random.default_rng(seed))


def test_the_text_is_the_writers_and_its_colours_are_the_chosen_unit():
    lab = writer_lab("low temperature").set(unit=7, state="c")
    words, _, line = lab.shown.pictures
    now = of_the_writer()
    assert "".join(words.words) == now.text
    np.testing.assert_allclose(words.values, now.c[:, 7], atol=1e-12)
    np.testing.assert_allclose(line.marks["c"].y, now.c[:, 7], atol=1e-12)


def test_the_bars_are_what_was_expected_in_the_place_of_the_letter():
    lab = writer_lab("low temperature").set(letter=30)
    bars = lab.shown.pictures[1].marks
    logits = of_the_writer().logits[29]
    for label, temperature in (("as learned", 1.0), ("at this temperature", 0.5)):
        most = np.argsort(-logits, kind="stable")[:10]
        np.testing.assert_allclose(bars[label].heights, writer.softened(logits, temperature)[most], atol=1e-9)


def test_at_temperature_0_the_seed_number_changes_nothing_and_is_off():
    lab = writer_lab("the most probable")
    assert lab.controls["seed"].disabled
    assert not lab.set(temperature=0.1).controls["seed"].disabled


def test_a_low_temperature_copies_and_a_high_one_invents():
    copied = writer_lab("low temperature").set(temperature=0.2).status
    invented = writer_lab("high temperature").status
    assert "100 % of its words" in copied or "9" in copied.split(" % of its words")[0][-2:]
    assert int(invented.split(" % of its words")[0].split()[-1]) < 60


def test_an_unknown_letter_and_a_long_text_are_refused_in_words():
    screen = change(open_lab(LAB), {"text": "很"})
    assert "the writer has never seen '很'" in screen.words
    assert "type at most 100 letters" in change(open_lab(LAB), {"text": "a" * 101}).words
