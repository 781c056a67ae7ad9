"""An interactive course on recurrent networks: read the cell like the equation, move its gates, measure it.

Nothing heavy is imported here; each module says at its top what it needs.
"""

from pathlib import Path

__version__ = "0.1.0"


def data_dir() -> Path:
    """Return the folder with the course's shipped data.

    Raises
    ------
    FileNotFoundError
        if it is not there, which means that the installation is incomplete.
    """
    return shipped("data")


def shipped(name: str) -> Path:
    """Return a folder that ships with the course: that of a checkout, or the copy inside the wheel.

    Raises
    ------
    FileNotFoundError
        if neither is there, which means that the installation is incomplete.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / name, package.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(
        f"{name}: no such folder at {package / name} or {package.parent / name}; reinstall lstm-teach"
    )
