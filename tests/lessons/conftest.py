"""The claims of a lesson are tested in the kernel in which nbmake has executed its solved notebook.

A test here takes the fixture `lesson`: `lesson("03")` holds the variables of lesson 03. The process that runs
all tests collects it as a `Claim`, whose outcome it takes from that kernel (`claims.py`, `../running.py`).
"""

from pathlib import Path

import pytest
from lessons.claims import ALL, InTheKernel

HERE = Path(__file__).parent


class Claim(pytest.Item):
    """A test that runs in the kernel of its lesson."""

    def runtest(self) -> None:
        from running import solved  # here, for the kernel imports this file too, and needs no nbmake

        run = solved(number_of(self))
        if run.error:
            pytest.fail(run.error, pytrace=False)
        outcome, words = run.claims.get(self.name) or run.claims[ALL]
        if outcome == "skipped":
            pytest.skip(words)
        if outcome == "failed":
            pytest.fail(words, pytrace=False)


def number_of(item: pytest.Item) -> str:
    """Return the number of the lesson whose claims stand in the item's file."""
    return item.path.stem.removeprefix("test_")


@pytest.hookimpl(tryfirst=True)  # before xdist groups the tests by their marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if any(isinstance(plugin, InTheKernel) for plugin in config.pluginmanager.get_plugins()):
        return
    for k, item in enumerate(items):
        if item.path.is_relative_to(HERE):
            items[k] = claim = Claim.from_parent(item.parent, name=item.name)
            claim.add_marker(pytest.mark.notebook)
            claim.add_marker(pytest.mark.xdist_group(f"lesson {number_of(item)}"))
