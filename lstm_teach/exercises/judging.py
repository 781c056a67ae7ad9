"""How an answer is tried: on fresh examples, against the right answer, then against each known mistake."""

import copy
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from lstm_teach.cells import GRUParams, GRUTrace, LSTMParams, LSTMTrace, RNNParams, RNNTrace
from lstm_teach.exercises.comparing import difference, equal
from lstm_teach.exercises.core import Case, Exercise, Result

Array = np.ndarray


class _NotYet(Exception):
    """The answer is still the stub."""


class _CannotBeTried(Exception):
    """The answer is something, but no outcome can be had of it: the message is the hint."""


def judge(exercise: Exercise, answer: Any, rng: np.random.Generator) -> Result:
    """Try an answer on cases drawn from `rng`; whatever it does, a result comes back."""
    cases = exercise.cases(rng)
    try:
        outcomes = _outcomes(exercise, answer, cases)
    except _NotYet:
        return Result(exercise.name, False, f"Still to be written: {exercise.question}")
    except _CannotBeTried as reason:
        return Result(exercise.name, False, str(reason))

    if _leads_to(exercise, exercise.right, cases, outcomes):
        return Result(exercise.name, True)
    for hint, wrong in exercise.mistakes:
        if _leads_to(exercise, wrong, cases, outcomes):
            return Result(exercise.name, False, hint)
    return Result(exercise.name, False, _what_differs(exercise, cases, outcomes))


def _outcomes(exercise: Exercise, answer: Any, cases: list[Case]) -> list[Any]:
    """What the answer leads to in each case, or _NotYet, or _CannotBeTried."""
    if _is_stub(answer):
        raise _NotYet
    if not exercise.fits(answer):
        without_call = " Hand in the function itself: its name, without brackets behind it."
        raise _CannotBeTried(
            f"Expected {exercise.takes}, got {_kind(answer)}."
            + (without_call if exercise.fits is callable else "")
        )
    outcomes = []
    for case in cases:
        given = copy.deepcopy(case)
        _check_signature(exercise, answer, given)
        try:
            with np.errstate(all="ignore"):
                outcome = exercise.outcome(answer, given)
        except NotImplementedError:
            raise _NotYet from None
        except Exception as error:  # the learner's code may raise anything; that is a hint, not our error
            raise _CannotBeTried(_in_plain_words(error, case) + _at(case)) from None
        if _is_stub(outcome):
            raise _NotYet
        if isinstance(outcome, RNNTrace | LSTMTrace | GRUTrace):
            raise _CannotBeTried(
                "You hand back the whole trace: `.h` holds the states of all steps, `.h[:, -1]` the last."
            )
        if changed := [name for name in case if not _same_inside(case[name], given[name])]:
            raise _CannotBeTried(
                f"Your answer changes {' and '.join(changed)} in place, and the caller loses the old values. "
                "Make a new array (a = a + b, not a += b or a[...] = b)."
            )
        outcomes.append(outcome)
    return outcomes


def _of_ours(exercise: Exercise, answer: Any, case: Case) -> Any:
    """The outcome of one of our own answers, right or wrong: these neither raise nor change their inputs."""
    with np.errstate(all="ignore"):
        return exercise.outcome(answer, case)


def _leads_to(exercise: Exercise, ours: Any, cases: list[Case], outcomes: list[Any]) -> bool:
    """Whether one of our own answers has these outcomes, in all cases."""
    return all(
        equal(got, _of_ours(exercise, ours, case), exercise.tolerance)
        for case, got in zip(cases, outcomes, strict=True)
    )


def _what_differs(exercise: Exercise, cases: list[Case], outcomes: list[Any]) -> str:
    """What came and what was expected in the first case that fails."""
    for case, got in zip(cases, outcomes, strict=True):
        found = difference(got, _of_ours(exercise, exercise.right, case), exercise.tolerance)
        if found and exercise.otherwise:
            return exercise.otherwise.format(got=_shown(got))
        if found:
            return found + _at(case)
    raise AssertionError("an answer with the right outcomes passes before it comes here")


def _shown(got: Any) -> str:
    if np.ndim(got):
        return str(tuple(np.asarray(got).tolist()))
    return f"{got:,.0f}" if float(got).is_integer() else f"{got:.4g}"


def _is_stub(answer: Any) -> bool:
    if answer is None or answer is Ellipsis or answer is NotImplemented:
        return True
    if isinstance(answer, Mapping):
        return any(map(_is_stub, answer.values()))
    if hasattr(answer, "_fields"):  # a trace or a step of ours: what is None in it was not asked for
        return False
    return isinstance(answer, tuple | list) and any(map(_is_stub, answer))


def _check_signature(exercise: Exercise, answer: Any, given: Case) -> None:
    if not given or not callable(answer):
        return
    try:
        inspect.signature(answer).bind(*given.values())
    except TypeError:
        came = inspect.signature(answer)
        raise _CannotBeTried(f"Expected {exercise.takes}, got a function of {came}.") from None
    except ValueError:  # some built-in functions do not tell their arguments: let them try
        return


def _in_plain_words(error: Exception, case: Case) -> str:
    message = " ".join(str(error).split())[:200]
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
    if "could not be broadcast" in message or "could not broadcast" in message:
        return f"Your answer combines, element by element, two arrays whose shapes do not fit: {message}."
    return f"Your answer stops with {type(error).__name__}: {message}."


def _at(case: Case) -> str:
    """The example in brackets: small things as they are, arrays by their shapes."""
    if not case:
        return ""
    return f" (Tried with {', '.join(f'{name} {_size(value)}' for name, value in case.items())}.)"


def _size(value: Any) -> str:
    if isinstance(value, Array):
        return f"of shape {value.shape}"
    if isinstance(value, float):
        return f"= {value:.4g}"
    if isinstance(value, RNNParams | LSTMParams | GRUParams):
        return f"of m = {value.m}, n = {value.n}"
    if isinstance(value, list) and isinstance(value[0], Array):
        return f"of shapes {', '.join(str(array.shape) for array in value)}"
    return f"= {value}"


def _kind(answer: Any) -> str:
    if isinstance(answer, Array):
        return f"an array of shape {answer.shape}"
    if callable(answer):
        return "a function"
    if isinstance(answer, bool | int | float | complex | str | np.generic):
        return repr(answer)
    return f"a {type(answer).__name__}" + (f" of length {len(answer)}" if hasattr(answer, "__len__") else "")


def _same_inside(before: Any, after: Any) -> bool:
    ours, theirs = list(_arrays(before)), list(_arrays(after))
    return len(ours) == len(theirs) and all(map(np.array_equal, ours, theirs))


def _arrays(value: Any) -> Iterator[Array]:
    """All arrays and numbers inside an argument: parameters and lists are opened."""
    if is_dataclass(value):
        for field in fields(value):
            yield from _arrays(getattr(value, field.name))
    elif isinstance(value, list):
        yield np.array(len(value))
        for item in value:
            yield from _arrays(item)
    else:
        yield np.asarray(value)
