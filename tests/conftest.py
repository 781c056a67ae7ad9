"""After the tests, print how long each notebook took. Speed is not asserted, since machines are noisy.

This stands here, not beside the tests of the notebooks, for the process that reports runs none of them.
"""

import gc
import sys
from collections.abc import Iterator

import pytest


def pytest_collection_finish() -> None:
    """Spare the garbage collector the thousands of tests, which stay to the end."""
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """In a run without Keras, let a test that loads it fail: it lacks its mark, and all others would wait."""
    before = "keras" in sys.modules
    yield
    if "keras" in sys.modules and not before and "not keras" in item.config.option.markexpr:
        pytest.fail("this test loads Keras: mark it with @pytest.mark.keras", pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [*terminalreporter.stats.get("passed", []), *terminalreporter.stats.get("failed", [])]
    seconds = {
        name: value
        for report in reports
        if report.when == "call"
        for name, value in report.user_properties
        if str(name).endswith(".ipynb")
    }
    tried = [name for report in reports for name, _ in report.user_properties if name == "hostile file"]
    right = [
        name
        for report in terminalreporter.stats.get("passed", [])
        for name, _ in report.user_properties
        if name == "hostile file"
    ]
    if tried:
        terminalreporter.section("hostile files")
        terminalreporter.write_line(f"{len(tried)} cases tried, {len(right)} ended in the right sentence")
    if seconds:
        terminalreporter.section(f"seconds a notebook, {sum(seconds.values()):.0f} in all")
        for name in sorted(seconds):
            terminalreporter.write_line(f"{seconds[name]:6.1f}  {name}")
