"""A hub and its students, for the tests of this folder."""

import os
from collections.abc import Iterator

import pytest
from hubs import Hub, accounts, problem, running


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub with twelve students. Where none can be run, tests are left out; in CI that is a failure."""
    if why_not := problem():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why_not)
    with accounts(12) as people, running(people, tmp_path_factory.mktemp("hub")) as hub:
        yield hub
