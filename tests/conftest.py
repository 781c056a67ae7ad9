"""Says after the tests how long each notebook took; speed is not asserted, since machines are noisy.

It stands here, and not beside the tests of the notebooks, for the process that reports runs none of them.
"""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [*terminalreporter.stats.get("passed", []), *terminalreporter.stats.get("failed", [])]
    seconds = {
        name: value
        for report in reports
        if report.when == "call"
        for name, value in report.user_properties
        if str(name).endswith(".ipynb")
    }
    if seconds:
        terminalreporter.section(f"seconds a notebook, {sum(seconds.values()):.0f} in all")
        for name in sorted(seconds):
            terminalreporter.write_line(f"{seconds[name]:6.1f}  {name}")
