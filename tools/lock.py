"""Write the two locks from pyproject.toml: every version with its hashes, for every platform, and no address.

`requirements.lock` is the course, `requirements-dev.lock` the course and what the tests need. The first is a
subset of the second, so that one environment can serve both.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = "3.11"


def compile_lock(extra: str, output: str, *options: str) -> None:
    command = [
        *(sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--quiet"),
        *("--extra", extra, "--output-file", output, "--python-version", OLDEST_PYTHON),
        *("--universal", "--generate-hashes", "--upgrade"),
        *("--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--no-header", *options),
    ]
    subprocess.run(command, cwd=ROOT, check=True)


def main() -> None:
    compile_lock("dev", "requirements-dev.lock")
    compile_lock("build", "requirements.lock", "--constraint", "requirements-dev.lock")


if __name__ == "__main__":
    main()
