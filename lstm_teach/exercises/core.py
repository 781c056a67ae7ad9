"""What an exercise is, and what comes back from a check."""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.exercises.comparing import in_digits, is_real

Rng = np.random.Generator
Case = dict[str, Any]  # one fresh random example: the arguments by name, in order
Cases = Callable[[Rng], list[Case]]
Wrong = Callable[..., dict[str, Any]]  # from the arguments to what wrong answers return, by their hints


class Mistake(NamedTuple):
    """A likely wrong answer, written as an answer, and the hint that it deserves."""

    hint: str
    answer: Any


def _inline(words: str) -> str:
    """Return words escaped for HTML, with `names` set as code."""
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
        # 3 : 1 on white and on dark; the line differs, too.
        edge = "#009e73 solid" if self.passed else "#d18200 dashed"
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
    returned : what an answer gives in one case
    shows : what is looked at of that: two answers are equal if it is equal in all cases
    right : an answer whose outcomes are the right ones
    wrong : what likely wrong answers lead to in one case, by the hint that each deserves
    answer_of : the wrong answer itself, as one would hand it in, from its hint
    tolerance : allowed error, as a fraction of the largest number wanted; integers must be equal
    otherwise : the hint when no mistake is known, if numbers would give the answer away
    numbers : the learner's own numbers by name, in one case: hints show them as `{got}`
    arguments : what of a case a function is called with
    """

    name: str
    lesson: str
    question: str
    takes: str
    fits: Callable[[Any], bool]
    cases: Cases
    returned: Callable[[Any, Case], Any]
    right: Any
    wrong: Callable[[Case], dict[str, Any]]
    answer_of: Callable[[str], Any]
    tolerance: float = 1e-4
    otherwise: str = ""
    numbers: Callable[[Any, Case], dict[str, Any]] | None = None
    shows: Callable[[Any, Case], Any] = lambda returned, case: returned
    arguments: Callable[[Case], Case] = lambda case: case

    def outcome(self, answer: Any, case: Case) -> Any:
        """Return what an answer leads to in one case."""
        return self.shows(self.returned(answer, case), case)

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """The likely wrong answers, each with its hint."""
        hints = self.wrong(self.cases(np.random.default_rng(0))[0])
        return tuple(Mistake(hint, self.answer_of(hint)) for hint in hints)


def function(
    lesson: str,
    name: str,
    cases: Cases,
    right: Callable[..., Any],
    shows: Callable[[Any, Case], Any] = lambda returned, case: returned,
    question: str = "",
    otherwise: str = "",
    numbers: Callable[[Any, Case], dict[str, Any]] | None = None,
) -> Callable[[Wrong], Exercise]:
    """Return a decorator that makes an exercise of the function of its likely wrong answers.

    The answer is a function, called with what `right` takes of a case, by name. The decorated function is
    called in the same way. Its docstring is the question, if `question` is empty. What answers return is
    compared as it is, or by what it `shows`: a Keras layer by its outputs and its count of parameters. Keras
    is imported inside these functions alone.
    """
    names = list(inspect.signature(right).parameters)

    def arguments(case: Case) -> Case:
        return {name: case[name] for name in names}

    def exercise(wrong: Wrong) -> Exercise:
        return Exercise(
            name=name,
            lesson=lesson,
            question=question or inspect.getdoc(wrong) or "",
            takes=f"a function of ({', '.join(names)})",
            fits=lambda answer: callable(answer) and not isinstance(answer, type),
            cases=cases,
            returned=lambda answer, case: answer(*arguments(case).values()),
            right=right,
            wrong=lambda case: {
                hint: shows(mistaken, case) for hint, mistaken in wrong(*arguments(case).values()).items()
            },
            answer_of=lambda hint: lambda *given: wrong(*given)[hint],
            otherwise=otherwise,
            numbers=numbers,
            shows=shows,
            arguments=arguments,
        )

    return exercise


def given(
    name: str,
    lesson: str,
    question: str,
    takes: str,
    fits: Callable[[Any], bool],
    right: Any,
    mistakes: dict[str, Any],
    run: Callable[..., Any],
    *,
    cases: Cases = lambda rng: [{}],
    tolerance: float = 1e-4,
    otherwise: str = "",
    numbers: Callable[..., dict[str, Any]] = lambda *arguments: {},
) -> Exercise:
    """Return an exercise whose answer is no function: `mistakes` are the wrong answers, by their hints.

    `run(answer, ...)` is called with the arguments of a case and returns what the answer leads to; `numbers`
    is called in the same way. Without `cases` there is nothing to draw.
    """
    return Exercise(
        name=name,
        lesson=lesson,
        question=question,
        takes=takes,
        fits=fits,
        cases=cases,
        returned=lambda answer, case: run(answer, *case.values()),
        right=right,
        wrong=lambda case: {hint: run(answer, *case.values()) for hint, answer in mistakes.items()},
        answer_of=mistakes.__getitem__,
        tolerance=tolerance,
        otherwise=otherwise,
        numbers=lambda answer, case: numbers(answer, *case.values()),
    )


def number(
    name: str,
    lesson: str,
    question: str,
    right: float,
    mistakes: dict[str, float],
    otherwise: str,
    leads_to: Callable[[float], float] = lambda answer: answer,
    tolerance: float = 1e-4,
) -> Exercise:
    """Return an exercise whose answer is a number, compared by what it leads to: `{got}` in hints."""

    def numbers(answer: float) -> dict[str, str]:
        return {"got": in_digits(leads_to(answer))}

    return given(
        *(name, lesson, question, "a number", is_number, right, mistakes, leads_to),
        tolerance=tolerance,
        otherwise=otherwise,
        numbers=numbers,
    )


def is_number(answer: Any) -> bool:
    """Return whether it is a number of Python or NumPy, also an array without axes; True is none here."""
    return is_real(answer[()] if isinstance(answer, Array) and answer.ndim == 0 else answer)


def is_shape(answer: Any) -> bool:
    """Return whether it is a tuple, a list or an array of a few numbers."""
    one_axis = answer.ndim == 1 if isinstance(answer, Array) else isinstance(answer, list | tuple)
    return one_axis and len(answer) < 10 and all(map(is_number, answer))


def is_dict(answer: Any) -> bool:
    """Return whether it is a dict, or anything like one."""
    return isinstance(answer, Mapping)


def are_two_dicts(answer: Any) -> bool:
    """Return whether it is a list or a tuple of two dicts."""
    return isinstance(answer, list | tuple) and len(answer) == 2 and all(map(is_dict, answer))
