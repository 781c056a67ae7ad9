"""Fresh environments, and what is installed in them."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def fresh(folder: Path) -> Path:
    """Return the Python of a new environment with nothing in it but pip."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return next(path for path in folder.glob("*/python*") if path.stem == "python")


def pip(python: Path | str, *arguments: object) -> None:
    """Let the pip of an environment do something."""
    command = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", *map(str, arguments)]
    subprocess.run(command, check=True)
