"""counting_lab against the formulas written out, and the published model."""

import re

import pytest

from lstm_teach.counting import count_gru, count_lstm, count_rnn
from lstm_teach.labs import counting_lab
from lstm_teach.plotting.strokes import BLUE


def rows(lab):
    return lab.shown.pictures[1].marks["rows"]


def test_the_worked_model_adds_up_to_the_published_total():
    lab = counting_lab("the worked model")
    assert [row.keras for row in rows(lab)] == [523_840, 66_048, 8_256, 65]
    assert "All together: 598,209." in lab.status


def test_twice_the_units_are_about_three_times_the_parameters():
    status = counting_lab("LSTM(64)").status
    assert "33,024 parameters" in status
    assert "98,816, which is 2.99 times as many. The length of the sequence changes nothing." in status


@pytest.mark.parametrize(("m", "n"), [(1, 1), (64, 64), (3, 512), (512, 7)])
def test_each_layer_counts_what_the_formula_says_in_keras_and_in_pytorch(m, n):
    lab = counting_lab().set(m=m, n=n)
    expected = {
        "RNN": (count_rnn(m, n), n * m + n * n + 2 * n),
        "LSTM": (count_lstm(m, n), 4 * (n * m + n * n + 2 * n)),
        "GRU": (count_gru(m, n), 3 * (n * m + n * n + 2 * n)),
    }
    for kind, counts in expected.items():
        row = rows(lab.set(kind=kind))[0]
        assert (row.keras, row.torch) == counts


def test_the_numbers_in_the_formula_come_out_as_the_count():
    for kind in ("RNN", "LSTM", "GRU"):
        for reset_after in (True, False):
            for row in rows(
                counting_lab().set(kind=kind, reset_after=reset_after, both=True, layers=3, model=True)
            ):
                formula = (
                    row.formula.replace(",", "")
                    .replace("²", "**2")
                    .replace("·", "*")
                    .replace(" (", "*(")
                    .replace("**(", "*(")
                )
                assert eval(formula) == row.keras


def test_a_gru_with_one_bias_is_not_there_in_pytorch():
    lab = counting_lab("GRU, one bias")
    assert rows(lab)[0].torch is None
    assert "not there" in lab._picture.value


def test_the_second_layer_reads_both_directions_of_the_first():
    assert [row.keras for row in rows(counting_lab("two stacked BiLSTMs"))] == [66_048, 98_816]


def test_the_drawn_areas_are_the_counts():
    for n in (40, 64, 200):
        picture = counting_lab().set(m=64, n=n).shown.pictures[0]
        part, scale = picture.marks["parts"][0], picture.marks["scale"]
        blocks = re.findall(
            r'<rect x="[\d.]+" y="[\d.]+" width="([\d.]+)" height="([\d.]+)" fill="(#\w+)"/>', picture.body
        )
        drawn = [
            float(width) * float(height) / scale**2 for width, height, colour in blocks if colour == BLUE
        ]
        of_w = drawn[1:]  # the first is the legend's
        assert len(of_w) == 4
        assert of_w == pytest.approx([part.W] * 4, rel=0.01)
