"""What an exercise is, and what comes back from a check."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple

import numpy as np

Case = dict[str, Any]  # one fresh random example: the arguments by name, in order
Cases = Callable[[np.random.Generator], list[Case]]


class Mistake(NamedTuple):
    """A likely wrong answer, written as an answer, and the hint that it deserves."""

    hint: str
    answer: Any


Mistakes = Sequence[Mistake]


def _inline(words: str) -> str:
    """Escaped for HTML, with `names` set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(words))


@dataclass(frozen=True, repr=False)
class Result:
    """What `check` says: `passed`, and if not, a `hint`. In a notebook, one line."""

    name: str
    passed: bool
    hint: str = ""

    @property
    def word(self) -> str:
        """The verdict as a word, so that no one has to see a colour."""
        return "passed" if self.passed else "not yet"

    def __repr__(self) -> str:
        return f"{self.name}: {self.word}" + (f". {self.hint}" if self.hint else "")

    def _repr_html_(self) -> str:
        edge = (
            "#009e73 solid" if self.passed else "#d18200 dashed"
        )  # 3 : 1 on white and dark; the line differs too
        return (
            f'<div role="status" style="border-left: 4px {edge}; padding-left: 8px">'
            f"<code>{escape(self.name)}</code>: <strong>{self.word}</strong>"
            + (f". {_inline(self.hint)}" if self.hint else "")
            + "</div>"
        )


@dataclass(frozen=True)
class Exercise:
    """A question, the right answer, and the wrong ones that are likely.

    Attributes
    ----------
    name, lesson, question : "forget_gate", "03", and one line
    takes : what is handed in, in words
    fits : whether an answer is such a thing at all
    cases : fresh random examples, several, of different sizes
    outcome : what an answer leads to in one case; two answers are equal if all their outcomes are
    right : an answer whose outcomes are the right ones
    mistakes : what likely goes wrong; no two of them may have the same outcomes
    tolerance : allowed error, as a part of the largest number wanted; integers must be equal
    otherwise : the hint when no mistake is known, if numbers would give the answer away; `{got}` is shown
    """

    name: str
    lesson: str
    question: str
    takes: str
    fits: Callable[[Any], bool]
    cases: Cases
    outcome: Callable[[Any, Case], Any]
    right: Any
    mistakes: Mistakes
    tolerance: float = 1e-4
    otherwise: str = ""


def function(
    name: str, lesson: str, question: str, cases: Cases, right: Callable[..., Any], mistakes: Mistakes
) -> Exercise:
    """An exercise whose answer is a function; it is called as the arguments of `cases` stand."""
    arguments = ", ".join(cases(np.random.default_rng(0))[0])
    return Exercise(
        name=name,
        lesson=lesson,
        question=question,
        takes=f"a function of ({arguments})",
        fits=callable,
        cases=cases,
        outcome=lambda answer, case: answer(*case.values()),
        right=right,
        mistakes=mistakes,
    )


def number(
    name: str,
    lesson: str,
    question: str,
    right: float,
    mistakes: Mistakes,
    otherwise: str,
    leads_to: Callable[[float], float] = lambda answer: answer,
    tolerance: float = 1e-4,
) -> Exercise:
    """An exercise whose answer is a number, compared by what it leads to."""
    return Exercise(
        name=name,
        lesson=lesson,
        question=question,
        takes="a number",
        fits=_is_number,
        cases=lambda rng: [{}],
        outcome=lambda answer, case: leads_to(answer),
        right=right,
        mistakes=mistakes,
        tolerance=tolerance,
        otherwise=otherwise,
    )


def settings(
    name: str,
    lesson: str,
    question: str,
    takes: str,
    cases: Cases,
    run: Callable[..., Any],
    right: Any,
    mistakes: Mistakes,
) -> Exercise:
    """An exercise whose answer is a dict, or a list of as many dicts as `right` has, handed to a cell.

    `run(answer, ...)` is called with the arguments of a case and returns what the cell then does.
    """
    many = isinstance(right, list)
    return Exercise(
        name=name,
        lesson=lesson,
        question=question,
        takes=takes,
        fits=(lambda answer: _are_mappings(answer, len(right))) if many else _is_mapping,
        cases=cases,
        outcome=lambda answer, case: run(answer, *case.values()),
        right=right,
        mistakes=mistakes,
    )


def shape(
    name: str, lesson: str, question: str, right: tuple[int, ...], mistakes: Mistakes, otherwise: str
) -> Exercise:
    """An exercise whose answer is the shape of an array."""
    return Exercise(
        name=name,
        lesson=lesson,
        question=question,
        takes="a shape, such as (2, 3)",
        fits=_is_shape,
        cases=lambda rng: [{}],
        outcome=lambda answer, case: np.array(answer),
        right=right,
        mistakes=mistakes,
        otherwise=otherwise,
    )


def _is_number(answer: Any) -> bool:
    """Of Python or NumPy, also as an array without axes; True is no number here."""
    if isinstance(answer, np.ndarray) and answer.ndim == 0:
        answer = answer[()]
    return isinstance(answer, int | float | np.integer | np.floating) and not isinstance(answer, bool)


def _is_shape(answer: Any) -> bool:
    one_axis = answer.ndim == 1 if isinstance(answer, np.ndarray) else isinstance(answer, list | tuple)
    return one_axis and all(map(_is_number, answer))


def _is_mapping(answer: Any) -> bool:
    return isinstance(answer, Mapping)


def _are_mappings(answer: Any, many: int) -> bool:
    return isinstance(answer, list | tuple) and len(answer) == many and all(map(_is_mapping, answer))
