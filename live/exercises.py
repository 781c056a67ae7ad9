"""Exercises in a web page: an answer is run as a notebook would run its cell, and all that it says is text.

Needs numpy. A page has no Keras and no matplotlib, so what needs them in a first cell is left out.
"""

import ast
import io
import linecache
import traceback
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from functools import cache
from typing import Any

from lstm_teach.exercises.core import Result

Names = dict[str, Any]

ANSWER = "your answer"  # what an error calls the text that a student wrote
LONGEST = 10_000  # letters that are kept of what an answer prints


class _Printed(io.StringIO):
    """What is printed, up to its longest."""

    def write(self, words: str) -> int:
        super().write(words[: max(0, LONGEST - self.tell())])
        return len(words)


def run(setup: str, earlier: Sequence[str], answer: str) -> dict[str, Any]:
    """Return what an answer printed, what its last line shows, what `check` said of it, and its error.

    `setup` is the first cell of the lesson, `earlier` are the answers above this one, which it may use. What
    comes back can be written as JSON: `printed`, `shown` and `error` are text, `picture` is None or its `svg`
    and its `alt`, `verdict` is None or what a `Result` holds: `name`, `passed` and `hint`. Nothing is raised.
    """
    names, printed = dict(_after(setup)), _Printed()
    told: dict[str, Any] = {"shown": "", "error": "", "picture": None, "verdict": None}
    for text in earlier:
        _try_each(text, names)
    with redirect_stdout(printed), redirect_stderr(printed):
        try:
            told |= _shown(_last_value(answer, names))
        except BaseException as error:  # also sys.exit(): the answer ends, the page goes on
            told["error"] = _in_words(error)
    return {"printed": printed.getvalue()} | told


@cache
def _after(setup: str) -> Names:
    names: Names = {"__name__": "__main__", "input": _asked}
    _try_each(setup, names)
    return names


def _asked(prompt: object = "") -> str:
    """Take the place of `input`, for which a page has no line."""
    raise RuntimeError("a page cannot ask: write the value into your answer")


def _try_each(text: str, names: Names) -> None:
    """Run the statements of a text one by one, in silence, and leave out those that fail."""
    with suppress(SyntaxError, ValueError):
        for statement in _statements(ast.parse(text)):
            silent = _Printed()
            with redirect_stdout(silent), redirect_stderr(silent), suppress(BaseException):
                exec(compile(ast.Module([statement], []), "setup", "exec"), names)


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield the statements of a text, imports of several names as one import for each."""
    for statement in tree.body:
        if isinstance(statement, ast.Import):
            yield from (ast.copy_location(ast.Import([alias]), statement) for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            for alias in statement.names:
                one = ast.ImportFrom(statement.module, [alias], statement.level)
                yield ast.copy_location(one, statement)
        else:
            yield statement


def _last_value(text: str, names: Names) -> Any:
    """Run a text, and return the value of its last line if that is an expression, else None."""
    linecache.cache[ANSWER] = (len(text), None, text.splitlines(keepends=True), ANSWER)
    tree = ast.parse(text, ANSWER)
    last: ast.expr = ast.Constant(None)
    if tree.body and isinstance(line := tree.body[-1], ast.Expr):
        last = line.value
        del tree.body[-1]
    exec(compile(tree, ANSWER, "exec"), names)
    return eval(compile(ast.fix_missing_locations(ast.Expression(last)), ANSWER, "eval"), names)


def _shown(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if isinstance(value, Result):
        return {"verdict": {"name": value.name, "passed": value.passed, "hint": value.hint}}
    if isinstance(svg := getattr(value, "document", None), str):
        return {"picture": {"svg": svg, "alt": repr(value)}}
    return {"shown": repr(value)[:LONGEST]}


def _in_words(error: BaseException) -> str:
    """Return the line of the answer at which it stopped, and the error."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == ANSWER]
    at = f"line {frames[-1].lineno}: {frames[-1].line}\n" if frames else ""
    with suppress(BaseException):  # an error of the student's own may have no words
        return at + "".join(traceback.format_exception_only(error))[:LONGEST].strip()
    return at + type(error).__name__
