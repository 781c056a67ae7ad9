"""Text is UTF-8 wherever the course runs: tests of files once more, in a locale that knows ASCII alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = ["atomic", "handing_in", "quizzes", "reviews_sample", "reviews_splits", "vocabulary"]
ASCII = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""}


@pytest.mark.slow
def test_files_are_read_and_written_as_utf_8_in_any_locale():
    tests = [str(ROOT / "tests" / f"test_{name}.py") for name in FILES]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-m",
        "not slow",
    ]
    done = subprocess.run([*command, *tests], cwd=ROOT, env=os.environ | ASCII, capture_output=True)
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-3000:]
