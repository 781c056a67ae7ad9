"""How an answer is tried: on fresh examples, against the right answer, then against each known mistake."""

import copy
from typing import Any

import numpy as np

from lstm_teach.exercises import kinds
from lstm_teach.exercises.comparing import as_numbers, difference, equal, slip
from lstm_teach.exercises.core import Case, Exercise, Result


class _NotYet(Exception):
    """The answer is still the stub."""


class _CannotBeTried(Exception):
    """The answer is something, but no outcome can be had of it: the message is the hint."""


def judge(exercise: Exercise, answer: Any, rng: np.random.Generator) -> Result:
    """Return the verdict on an answer, tried on cases drawn from `rng`.

    Whatever the answer does, a result comes back; only an interrupt of the kernel passes through.
    """
    cases = exercise.cases(rng)
    try:
        with np.errstate(all="ignore"):
            hint = _hint(exercise, answer, cases, _outcomes(exercise, answer, cases))
    except KeyboardInterrupt:
        raise
    except _NotYet:
        hint = f"Still to be written: {exercise.question}"
    except _CannotBeTried as reason:
        hint = str(reason)
    except BaseException as error:  # raised by what the answer returned, when it was looked at
        hint = _told(error, {})
    return Result(exercise.name, not hint, _shortened(hint, kinds.LONGEST))


def _outcomes(exercise: Exercise, answer: Any, cases: list[Case]) -> list[Any]:
    """What the answer leads to in each case, or _NotYet, or _CannotBeTried."""
    if kinds.is_stub(answer):
        raise _NotYet
    if not exercise.fits(answer):
        itself = " Hand in the function itself: its name, without brackets behind it."
        raise _CannotBeTried(
            f"Expected {exercise.takes}, got {kinds.kind(answer)}."
            + (itself if callable(exercise.right) else "")
        )
    return [_outcome(exercise, answer, case) for case in cases]


def _outcome(exercise: Exercise, answer: Any, case: Case) -> Any:
    given = copy.deepcopy(case)
    if callable(answer) and (named := kinds.signature(answer, exercise.arguments(given))):
        raise _CannotBeTried(f"Expected {exercise.takes}, got a function of {named}.")
    try:
        returned = exercise.returned(answer, given)
        changed, unwritten = kinds.in_place(case, given), kinds.is_stub(returned)
        if not changed and not unwritten:
            return exercise.shows(returned, given)
    except NotImplementedError:
        raise _NotYet from None
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # the learner's code may raise anything; that is a hint, not our error
        raise _CannotBeTried(_told(error, case) + _at(case)) from None
    if changed:
        raise _CannotBeTried(changed)
    if returned is None and kinds.forgets_return(answer):
        raise _CannotBeTried("Your function returns nothing: end it with `return` and the result.")
    raise _NotYet


def _hint(exercise: Exercise, answer: Any, cases: list[Case], outcomes: list[Any]) -> str:
    """What is wrong with these outcomes; empty if nothing is."""
    wanted = [exercise.outcome(exercise.right, case) for case in cases]
    tried = list(zip(cases, outcomes, wanted, strict=True))
    wrong = [(case, got, want) for case, got, want in tried if not equal(got, want, exercise.tolerance)]
    if not wrong:
        return next(filter(None, (kinds.other_kind(got, want) for _, got, want in tried)), "")
    case, got, want = wrong[0]
    if found := kinds.misfit(got, want, exercise.tolerance):
        return found
    if found := _mistake(exercise, tried) or (exercise.otherwise if _has_numbers(got, want) else ""):
        return found.format(**exercise.numbers(answer, case)) if exercise.numbers else found
    return slip(got, want, exercise.tolerance) or difference(got, want, exercise.tolerance) + _at(case)


def _mistake(exercise: Exercise, tried: list[tuple[Case, Any, Any]]) -> str:
    """The hint of the first known mistake that leads to just these outcomes, NaN included; else empty.

    If there is none, cases in which the answer is NaN are left out.
    """
    if found := _agreeing(exercise, tried):
        return found
    some = [(case, got, want) for case, got, want in tried if not _holds_nan(got, want)]
    if len(some) == len(tried) or all(equal(got, want, exercise.tolerance) for _, got, want in some):
        return ""
    return _agreeing(exercise, some)


def _agreeing(exercise: Exercise, tried: list[tuple[Case, Any, Any]]) -> str:
    """The hint of the first known mistake that leads to just these outcomes; empty if none does."""
    hints: list[str] = []
    for case, got, _ in tried:
        wrong = exercise.wrong(case)
        hints = [hint for hint in hints or wrong if equal(got, wrong[hint], exercise.tolerance)]
        if not hints:
            return ""
    return hints[0]


def _has_numbers(got: Any, want: Any) -> bool:
    """Whether numbers came, as many as were asked for, so that a hint can speak of them."""
    array = as_numbers(got, np.shape(want)) if not isinstance(want, tuple) else np.zeros(0)
    return array is not None and not bool(np.isnan(array).any())


def _holds_nan(got: Any, want: Any) -> bool:
    array = as_numbers(got, np.shape(want)) if not isinstance(want, tuple) else None
    return array is not None and bool(np.isnan(array).any())


def _told(error: BaseException, case: Case) -> str:
    try:
        return _in_plain_words(error, case)
    except KeyboardInterrupt:
        raise
    except BaseException:  # an error of the learner's own, whose message fails
        return "Your answer stops with an error that cannot be shown."


def _in_plain_words(error: BaseException, case: Case) -> str:
    message = _shortened(str(error), 150)
    if isinstance(error, SystemExit):
        return "Your answer ends Python itself (sys.exit or exit): use `return`."
    if isinstance(error, RecursionError):
        return "Your answer calls itself without end, or holds itself."
    if isinstance(error, NameError) and error.name:
        return (
            f"Your answer uses {error.name}, which is not defined: run the cell that makes it, or import it."
        )
    if "matmul" in message or "not aligned" in message:
        if "ids" in case:
            how = "an id is a name, not an amount: look its row up, or multiply its one-hot vector with E"
        elif {"x", "xs", "p"} & case.keys():
            how = "in row form x stands first, x @ W, and the inner sizes agree"
        else:
            how = "element by element, ⊙, is `*` and not `@`"
        return f"Your answer multiplies two arrays whose shapes do not fit ({how}): {message}."
    if "expected ndim=3, found ndim=2" in message:
        if "ids" in case:
            return "An LSTM reads a vector per word (batch, time, features): an Embedding makes them of ids."
        return (
            "A recurrent layer reads a sequence (batch, time, features), and gets one state alone: "
            "the recurrent layer below needs `return_sequences=True`."
        )
    if "could not be broadcast" in message or "could not broadcast" in message:
        return f"Your answer combines, element by element, two arrays whose shapes do not fit: {message}."
    return f"Your answer stops with {type(error).__name__}{': ' if message else ''}{message}."


def _shortened(words: str, letters: int) -> str:
    """One line of at most so many letters, all of which can be shown."""
    line = " ".join(words[: 4 * letters].split()).encode("utf-8", "replace").decode()
    return line if len(line) <= letters else line[: letters - 1] + "…"


def _at(case: Case) -> str:
    """The example in brackets."""
    if not case:
        return ""
    return f" (Tried with {', '.join(f'{name} {kinds.size(value)}' for name, value in case.items())}.)"
