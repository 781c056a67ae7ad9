"""What runs in the kernel of an executed lesson: pytest, over the claims that the lesson makes."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
ALL = ""  # the name under which stands what keeps all tests from running


class InTheKernel:
    """A plugin that gives the tests the lesson's variables, and keeps what becomes of each test."""

    def __init__(self, number: str, names: Mapping[str, Any]) -> None:
        self.number, self.names = number, names
        self.outcomes: dict[str, tuple[str, str]] = {}

    @pytest.fixture
    def lesson(self) -> Callable[[str], Mapping[str, Any]]:
        """`lesson("03")`: all names that lesson 03 has defined."""

        def variables(number: str) -> Mapping[str, Any]:
            assert number == self.number, "a lesson's claims are tested in its own kernel"
            return self.names

        return variables

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or not report.passed:
            self.outcomes[report.nodeid.partition("::")[2]] = (report.outcome, report.longreprtext)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.outcomes[ALL] = (report.outcome, report.longreprtext)


def outcomes(number: str, names: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return the outcome of each test in `test_NN.py`, and what pytest says of it, by the test's name."""
    plugin = InTheKernel(number, names)
    # The kernel has its own way with the output of a process, and there is no one to write a cache for.
    options = ["-q", "--capture=no", "-p", "no:cacheprovider", "-p", "no:faulthandler"]
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # none is needed, and they take seconds to import
    pytest.main([str(HERE / f"test_{number}.py"), *options], plugins=[plugin])
    return plugin.outcomes
