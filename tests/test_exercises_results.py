"""What `check` says, and how: in one line, in words, and never as an error."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from lstm_teach.cells import lstm_forward
from lstm_teach.exercises import EXERCISES, Result, check, names


class Words(HTMLParser):
    def __init__(self):
        super().__init__()
        self.text, self.tags = "", []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def read(html):
    words = Words()
    words.feed(html)
    return words


def test_the_verdict_is_a_word_and_the_line_one_line():
    passed, failed = Result("mask", True), Result("mask", False, "Just the other way round.")
    assert repr(passed) == "mask: passed"
    assert repr(failed) == "mask: not yet. Just the other way round."
    for result in (passed, failed):
        page = read(result._repr_html_())
        assert page.text == repr(result)  # the same words with and without HTML
        assert page.tags[0] == ("div", {**page.tags[0][1], "role": "status"})
        assert "\n" not in result._repr_html_()


def test_what_a_learner_wrote_is_shown_and_not_run():
    result = check("mask", lambda ids: eval("<script>alert(1)</script>"))
    assert "<script>" not in result._repr_html_()
    assert Result("mask", False, "<b>&")._repr_html_().count("&lt;b&gt;&amp;") == 1


def test_a_result_cannot_be_turned_into_a_pass():
    with pytest.raises(AttributeError):
        Result("mask", False).passed = True


def test_examples_are_fresh_unless_asked_and_the_same_from_the_same_seed():
    seen = []

    def spy(ids):
        seen.append(ids)
        return ids != 0

    for rng in (None, None, np.random.default_rng(5), np.random.default_rng(5)):
        assert check("mask", spy, rng=rng).passed
    one, two, three, four = (seen[k * 4] for k in range(4))
    assert repr(one) != repr(two) or repr(seen[1]) != repr(seen[5])
    assert np.array_equal(three, four)


def test_an_unknown_name_is_refused_and_near_ones_are_named():
    with pytest.raises(ValueError, match=r"name: got 'forget', .*forget_gate"):
        check("forget", None)
    with pytest.raises(ValueError, match="expected the name of an exercise"):
        check(np.tanh, "squash")
    with pytest.raises(ValueError, match=r"rng: expected .*got int"):
        check("mask", None, rng=5)


def test_exercises_are_listed_by_lesson():
    assert names("03") == names(3)
    assert "forget_gate" in names("03")
    assert [name for lesson in range(17) for name in names(lesson)] == list(names())
    with pytest.raises(ValueError, match="lesson: got '17', expected one from '00' to '16'"):
        names("17")


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("rnn_step", 3.0, r"Expected a function of \(x, h_prev, p\), got 3.0"),
        ("rnn_step", np.zeros((2, 3)), r"got an array of shape \(2, 3\)\. Hand in the function itself"),
        ("half_life", lambda: 0.93, "Expected a number, got a function"),
        ("half_life", "0.93", "Expected a number, got the text '0.93'"),
        ("keep_h", 1.0, "Expected a dict"),
        ("clamp_add_then_overwrite", {"f": 1}, "Expected a list of two dicts"),
        ("rnn_step", lambda x, p: x, r"Expected a function of \(x, h_prev, p\), got a function of \(x, p\)"),
        ("rnn_step", lambda x, h_prev, p: p.W @ x, "multiplies two arrays whose shapes do not fit"),
        ("rnn_step", lambda x, h_prev, p: p.W @ x, "in row form x stands first"),
        ("write", lambda f, i, c_tilde, c_prev: f @ c_prev + i * c_tilde, r"is `\*` and not `@`"),
        ("one_hot_embedding", lambda ids, E: ids @ E, "an id is a name, not an amount"),
        ("two_halves", lambda part, h, c, p: lstm_forward(part, p, h, c), "You return the whole trace"),
        ("clamp_add_then_overwrite", [{"f": "open"}] * 2, "stops with ValueError: clamp"),
        ("product_shape", (15, 12), r"You said \(15, 12\)"),
        ("rnn_step", lambda x, h_prev, p: x + h_prev, "element by element, two arrays"),
        ("rnn_step", lambda x, h_prev, p: unknown_name, "uses unknown_name, which is not defined"),  # noqa: F821
        ("rnn_step", lambda x, h_prev, p: p.W_x, "stops with AttributeError"),
        (
            "rnn_step",
            lambda x, h_prev, p: np.tanh(x @ p.W).T,
            r"Expected an array of shape \(\d, \d\), got an array",
        ),
        (
            "rnn_step",
            lambda x, h_prev, p: 0.5 * np.tanh(x @ p.W),
            r"Expected at \[0, 0\] .*, got .* \(Tried with x of shape",
        ),
        ("lstm_step", lambda x, h, c, p: (h, c, c), r"Expected 2 results \(h, c\), got 3"),
        ("lstm_step", lambda x, h, c, p: (h, c), r"In c \(h wrong too\): expected at"),
        ("masked_mean", lambda h, mask: h[0, 0, 0], "Expected an array of shape .* got one number"),
        (
            "count_lstm",
            lambda m, n: 4 * (n * m + n * n + n) + 1,
            r"Expected [\d,]+, got [\d,]+\. \(Tried with m = \d+",
        ),
        ("pad", lambda texts, length: texts, "rows of different lengths"),
        ("second_bilstm", 98_815, "You said 98,815\\."),
        ("half_life", 0.8, "your f leaves 0.1074 of c; 0.5 is wanted"),
        ("keep_h", {"f": 1.0}, "unknown gate 'f'"),
        ("hold_fifty_steps", {"b_f": 7}, "biases: unknown"),
    ],
)
def test_an_answer_without_a_known_mistake_is_told_what_came_and_what_was_expected(name, answer, said):
    result = check(name, answer, rng=np.random.default_rng(0))
    assert not result.passed
    assert re.search(said, result.hint), result.hint


@pytest.mark.parametrize("name", ["rnn_weights", "second_bilstm", "product_shape", "seven_pads"])
def test_where_a_number_is_asked_for_no_hint_gives_it_away(name):
    exercise = EXERCISES[name]
    wrong = (9, 9) if name == "product_shape" else 12.5
    hints = [check(name, wrong).hint, *(mistake.hint for mistake in exercise.mistakes)]
    right = exercise.right if isinstance(exercise.right, tuple) else (exercise.right,)
    secret = [f"{exercise.right}", f"{right[0]:,}", f"{right[0]:.3g}"] if len(right) == 1 else [str(right)]
    assert not [hint for hint in hints if any(form in hint for form in secret)]


def test_only_the_learners_errors_become_hints():
    def interrupted(ids):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("mask", interrupted)
