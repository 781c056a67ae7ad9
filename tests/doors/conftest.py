"""The wheel of this tree, for the tests of this folder."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fresh import ROOT, pip


@pytest.fixture(scope="session", autouse=True)
def nothing_from_elsewhere() -> Iterator[None]:
    """A fresh environment finds the course in itself or not at all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONPATH", raising=False)
        yield


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the course."""
    folder = tmp_path_factory.mktemp("wheel")
    pip(sys.executable, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    return next(folder.glob("*.whl"))
