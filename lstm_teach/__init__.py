"""An interactive course on recurrent networks: read the cell like the equation, move its gates, measure it.

Nothing heavy is imported here; each module says at its top what it needs.
"""

from pathlib import Path

__version__ = "0.1.0"


def data_dir() -> Path:
    """The folder with the course's shipped data: `data/` of a checkout, or the copy inside the wheel.

    Raises
    ------
    FileNotFoundError
        if neither is there, which means that the installation is incomplete.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "data", package.parent / "data"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(
        f"data_dir: no data folder at {package / 'data'} or {package.parent / 'data'}; reinstall lstm-teach"
    )
