"""The quizzes: what they show, and that every question teaches whichever answer is chosen."""

import re
from html.parser import HTMLParser

import pytest

from lstm_teach import data_dir
from lstm_teach.quizzes import Answer, Question, Quiz, questions, quiz

LESSONS = sorted(path.stem for path in (data_dir() / "quizzes").glob("*.toml"))


class Seen(HTMLParser):
    """The inputs and labels of a page."""

    def __init__(self, html):
        super().__init__()
        self.inputs, self.labels = [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        {"input": self.inputs, "label": self.labels}.get(tag, []).append(dict(attributes))


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_answer_has_a_reply_of_its_own_and_exactly_one_is_right(lesson):
    assert 3 <= len(questions(lesson)) <= 5
    for question in questions(lesson):
        assert 2 <= len(question.answers) <= 4
        assert sum(answer.right for answer in question.answers) == 1
        assert len({answer.why for answer in question.answers}) == len(question.answers)
        assert all(len(answer.why) >= 20 for answer in question.answers), question.ask


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_right_answer_has_no_place_of_its_own(lesson):
    places = {[answer.right for answer in question.answers].index(True) for question in questions(lesson)}
    assert len(places) > 1, f"quiz {lesson}: the right answer always stands in the same place"


def test_a_quiz_needs_no_script_and_nothing_from_outside():
    html = Quiz((Question("a < b?", (Answer("`a`", "since", True), Answer("b", "since not"))),))._repr_html_()
    assert "<script" not in html
    assert not re.search(r"https?:|url\(|@import", html)
    assert "a &lt; b?" in html
    assert "<code>a</code>" in html


def test_every_radio_button_has_its_label_and_the_buttons_of_a_question_are_one_group():
    seen = Seen(quiz(LESSONS[0])._repr_html_())
    assert {label["for"] for label in seen.labels} == {button["id"] for button in seen.inputs}
    assert len({button["name"] for button in seen.inputs}) == len(questions(LESSONS[0]))


def test_the_same_question_twice_on_a_page_makes_two_groups():
    one, two = (Seen(quiz(LESSONS[0], 1)._repr_html_()).inputs[0]["name"] for _ in range(2))
    assert one != two


def test_one_question_can_be_asked_alone():
    assert quiz(LESSONS[0], 2).questions == (questions(LESSONS[0])[1],)


@pytest.mark.parametrize("number", [0, 99, True, "1"])
def test_a_question_that_is_not_there_is_refused_by_number(number):
    with pytest.raises(ValueError, match=f"number: got {number!r}, expected a question of lesson"):
        quiz(LESSONS[0], number)


def test_a_lesson_without_a_quiz_is_refused_by_name():
    with pytest.raises(ValueError, match="lesson: got '3', expected one of"):
        quiz("3")
