"""The numbers in docs/exam-answers.md, computed by the package."""

import re
from pathlib import Path

import numpy as np
import pytest

from lstm_teach.cells import GRUParams, LSTMParams, RNNParams, gru_forward, lstm_forward, lstm_step, sigmoid
from lstm_teach.counting import count_lstm, count_rnn
from lstm_teach.sentiment import read_records

DOCS = Path(__file__).resolve().parent.parent / "docs"


def numbered(name):
    """The paragraphs of a list, by number."""
    text = (DOCS / name).read_text(encoding="utf-8")
    return {
        int(k): " ".join(words.split())
        for k, words in re.findall(r"^(\d+)\. (.+?)(?=^\d+\. |\Z)", text, re.M | re.S)
    }


ANSWERS, QUESTIONS = numbered("exam-answers.md"), numbered("exam.md")


def test_there_are_twenty_two_questions_with_their_answers_and_points_that_add_up():
    assert list(QUESTIONS) == list(ANSWERS) == list(range(1, 23))
    points = [int(re.match(r"\((\d)\)", question)[1]) for question in QUESTIONS.values()]
    assert f"{sum(points)} in all" in (DOCS / "exam.md").read_text(encoding="utf-8")


def test_squashed_values():
    one, other = 5.0, 0.1
    for _ in range(5):
        one, other = np.tanh(3 * one), np.tanh(3 * other)
    assert f"{one:.3f}" in ANSWERS[3]
    assert round(one, 3) == round(other, 3)


def test_half_life_and_what_is_left():
    f = 0.5 ** (1 / 10)
    assert f"{f:.3f}" in ANSWERS[8]
    assert f"{np.log(f / (1 - f)):.2f}" in ANSWERS[8]
    kept = float(sigmoid(np.array(1.0)))
    assert f"{kept:.3f}" in ANSWERS[9]
    assert f"{100 * kept**7:.0f} %" in ANSWERS[9]
    assert f"{kept**50:.1e}" == "1.6e-07"
    assert "1.6 · 10⁻⁷" in ANSWERS[9]


def test_one_step_by_hand():
    p = LSTMParams.random(1, 1, np.random.default_rng(0))
    held = {"i": 0.5, "f": 0.8, "c_tilde": -1.0, "o": 0.5}
    step = lstm_step(np.zeros((1, 1)), np.zeros((1, 1)), np.full((1, 1), 2.0), p, held)
    assert f"{step.c[0, 0]:.1f}; h = 0.5 · tanh(1.1) = {step.h[0, 0]:.2f}" in ANSWERS[10]


@pytest.mark.parametrize(
    ("question", "count"),
    [
        (2, count_rnn(3, 4)),
        (15, count_lstm(64, 64)),
        (15, count_lstm(64, 128)),
        (16, 2 * count_lstm(128, 64)),
    ],
)
def test_counts(question, count):
    assert f"{count:,}" in ANSWERS[question]


def test_the_first_bidirectional_layer():
    assert f"{2 * count_lstm(64, 64):,}" in ANSWERS[16]
    assert RNNParams.random(3, 4, np.random.default_rng(0)).count == 32


def test_adding_up_and_replacing():
    rng, xs = np.random.default_rng(0), np.zeros((1, 20, 1))
    lstm, gru = LSTMParams.random(1, 1, rng), GRUParams.random(1, 1, rng)
    candidate = np.tanh(1.0)
    c = lstm_forward(xs, lstm, clamp={"i": 1.0, "f": 1.0, "c_tilde": candidate}).c[0, -1, 0]
    assert f"{c:.1f}" in ANSWERS[18]
    assert gru_forward(xs, gru, clamp={"z": 0.5, "h_tilde": candidate}).h[0, -1, 0] < 1


def test_the_best_of_ten_and_the_film_alone():
    error = 100 * np.sqrt(0.8 * 0.2 / 200)
    best = np.random.default_rng(0).binomial(200, 0.8, (20_000, 10)).max(axis=1).mean() / 2 - 80
    assert f"= {error:.1f} points" in ANSWERS[21]
    assert f"about {best:.0f} points" in ANSWERS[21]
    assert best / error == pytest.approx(1.5, abs=0.1)
    alone = {r["split"]: 100 * r["val_accuracy"] for r in read_records() if r["recipe"] == "film_only"}
    assert f"{alone['random']:.0f} %" in ANSWERS[22]
    assert f"{alone['film']:.0f} %" in ANSWERS[22]
