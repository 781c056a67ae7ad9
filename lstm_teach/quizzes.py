"""Short questions with a reply to every answer: `quiz("03")` shows those of lesson 03.

Needs the standard library. The questions are data, in `data/quizzes/`. A quiz is plain HTML, radio buttons
and a style sheet: no script, no kernel and nothing from outside, so it works alike in JupyterLab, on a slide,
by keyboard, and in a page that somebody saved.
"""

import re
import secrets
import tomllib
from dataclasses import dataclass
from functools import cache
from html import escape

from lstm_teach import data_dir

# A reply is hidden until its button is checked; a word, not only a colour, says whether it was right.
STYLE = """<style>
.lq{border:0;padding:0;margin:0 0 1em;max-width:46em}
.lq legend{font-weight:600;padding:0;margin-bottom:.3em;font-size:inherit}
.lq div{margin:.25em 0}.lq input{margin:0 .5em 0 .2em}.lq label{cursor:pointer}
.lq .reply{display:none;margin:.2em 0 .4em 1.7em;padding-left:.6em}
.lq input:checked~.reply{display:block}
.lq .right{border-left:4px solid #009e73}.lq .wrong{border-left:4px dashed #d18200}
</style>"""


@dataclass(frozen=True)
class Answer:
    """One of a question's answers, and why it is right or wrong."""

    words: str
    why: str
    right: bool = False


@dataclass(frozen=True)
class Question:
    """What is asked, and the answers to choose from, exactly one of them right."""

    ask: str
    answers: tuple[Answer, ...]

    @property
    def html(self) -> str:
        """A group of radio buttons, each with its label and its reply."""
        group = secrets.token_hex(4)  # the same question may stand twice on a page
        rows = "".join(_row(group, k, answer) for k, answer in enumerate(self.answers))
        return f'<fieldset class="lq"><legend>{_inline(self.ask)}</legend>{rows}</fieldset>'


@dataclass(frozen=True)
class Quiz:
    """Some questions; shows itself in a notebook."""

    questions: tuple[Question, ...]

    def _repr_html_(self) -> str:
        return f'{STYLE}<div class="lqs">{"".join(question.html for question in self.questions)}</div>'

    def __repr__(self) -> str:
        return "\n".join(question.ask for question in self.questions)


def quiz(lesson: str, number: int | None = None) -> Quiz:
    """Return the quiz of a lesson ("03"), or one question of it, counted from 1, for a poll in class.

    Raises
    ------
    ValueError
        for a lesson that has no quiz, or a question that it does not have.
    """
    found = questions(lesson)
    if number is None:
        return Quiz(found)
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= len(found):
        raise ValueError(f"number: got {number!r}, expected a question of lesson {lesson}, 1 to {len(found)}")
    return Quiz((found[number - 1],))


@cache
def questions(lesson: str) -> tuple[Question, ...]:
    """Return the questions of a lesson, read from `data/quizzes/LESSON.toml`.

    Raises
    ------
    ValueError
        for a lesson that has no quiz, and for a file that does not say what a question needs.
    """
    folder = data_dir() / "quizzes"
    lessons = sorted(path.stem for path in folder.glob("*.toml"))
    if lesson not in lessons:
        raise ValueError(f"lesson: got {lesson!r}, expected one of {', '.join(lessons)}")
    content = tomllib.loads((folder / f"{lesson}.toml").read_text(encoding="utf-8"))
    return tuple(_question(lesson, entry) for entry in content["question"])


def _question(lesson: str, entry: dict) -> Question:
    asked = Question(entry["ask"], tuple(Answer(**answer) for answer in entry["answer"]))
    if (right := sum(answer.right for answer in asked.answers)) != 1:
        raise ValueError(f"quiz {lesson}: {asked.ask!r} has {right} right answers, expected exactly one")
    return asked


def _row(group: str, k: int, answer: Answer) -> str:
    name = f"lq-{group}"
    verdict, word = ("right", "Right.") if answer.right else ("wrong", "Not quite.")
    return (
        f'<div><input type="radio" name="{name}" id="{name}-{k}" aria-describedby="{name}-{k}-reply">'
        f'<label for="{name}-{k}">{_inline(answer.words)}</label>'
        f'<div class="reply {verdict}" id="{name}-{k}-reply">'
        f"<strong>{word}</strong> {_inline(answer.why)}</div></div>"
    )


def _inline(words: str) -> str:
    """Return words escaped for HTML, with `code` set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(words))
