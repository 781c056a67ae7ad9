"""squash_lab against NumPy's own powers and tanh."""

import numpy as np
import pytest

from lstm_teach.labs import squash_lab
from lstm_teach.labs.squash import parse


def test_the_preset_says_what_the_lesson_says():
    assert squash_lab("sizes are lost").status == (
        "Step 5: 1,215, 24.3, −121.5. With tanh: 0.995, 0.995, −0.995. So 5 and 0.1 look alike."
    )


@pytest.mark.parametrize("factor", [-10.0, -1.5, 0.0, 0.5, 3.0])
def test_the_drawn_lines_are_the_numbers_times_the_factor_with_and_without_tanh(factor):
    lab = squash_lab().set(factor=factor, steps=8)
    free, squashed = lab.shown.pictures
    for label, start in {"5": 5.0, "0.1": 0.1, "−0.5": -0.5}.items():
        np.testing.assert_allclose(
            free.marks[label].y, start * factor ** np.arange(9.0), rtol=1e-12, atol=1e-300
        )
        value = start
        for step in range(1, 9):
            value = np.tanh(factor * value)
            np.testing.assert_allclose(squashed.marks[label].y[step], value, rtol=1e-12, atol=1e-300)


def test_a_start_number_beyond_one_is_not_drawn_where_the_axis_ends_at_one():
    _, squashed = squash_lab().shown.pictures
    assert np.isnan(squashed.marks["5"].y[0])
    assert squashed.marks["0.1"].y[0] == 0.1


@pytest.mark.parametrize(
    ("preset", "words"),
    [
        ("one step", "Tanh keeps them between −1 and 1"),
        ("explosion", "So 1 and 0.01 look alike."),
        ("fading", "All fade to 0"),
        ("flipping sign", "So 5 and 0.1 look alike."),
    ],
)
def test_each_case_is_said_in_words(preset, words):
    assert words in squash_lab(preset).status


def test_beyond_all_numbers_it_says_infinity():
    assert squash_lab().set(factor=10, steps=500).status.startswith("Step 500: ∞, ∞, −∞. ")


def test_numbers_are_read_as_people_type_them():
    np.testing.assert_array_equal(parse("5, 0.1 −0.5;".rstrip(";") + ", 5"), [5.0, 0.1, -0.5])


@pytest.mark.parametrize("typed", ["", "5, a", "1e9", "nan", "inf", "1 2 3 4 5 6 7"])
def test_what_is_no_list_of_numbers_is_said_in_the_lab(typed):
    lab = squash_lab()
    lab.controls["numbers"].value = typed
    assert isinstance(lab.error, ValueError)
    assert "type" in lab._status.value


def test_what_is_no_number_is_quoted_in_short():
    with pytest.raises(
        ValueError, match=r"^'x{58}… is no number; type numbers with commas between, as 5, 0\.1$"
    ):
        parse("x" * 5_000)
