"""The questions that the doctor asks of an installation. Needs the standard library alone.

What could hang, crash or print (Keras, the GPU's driver, Jupyter) is asked in processes of its own, under a
time limit, and imported nowhere else.
"""

import importlib.metadata
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lstm_teach import data_dir
from lstm_teach.shell import Shell, shell_at_hand

TIME_LIMIT = 180  # seconds for one question; TensorFlow's first import from a cold disk can take a minute

# What another program prints, whatever the locale of this machine; a driver may print anything.
AS_TEXT: dict[str, Any] = {"encoding": "utf-8", "errors": "replace"}

# Each prints one line of JSON as its last line.
ASK_DEVICE = """
import json
from lstm_teach.sentiment import describe_device
print(json.dumps(describe_device()._asdict()))
"""
ASK_JUPYTER = """
import json
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_core.paths import jupyter_path
from jupyterlab.commands import AppOptions, get_app_info
app = get_app_info(AppOptions(labextensions_path=jupyter_path("labextensions")))
extensions = {name: facts["version"] for name, facts in app["federated_extensions"].items()}
disabled = [name for name in extensions if any(off.split(":")[0] == name for off in app["disabled"])]
kernel = KernelSpecManager().get_kernel_spec("python3").argv[0]
print(json.dumps({"extensions": extensions, "disabled": disabled, "kernel": kernel}))
"""


def ask(program: str, **settings: str) -> dict[str, Any]:
    """Return what a program answers in a fresh process of this Python, or {"error": its last words}.

    `settings` are environment variables.
    """
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore", "PYTHONUTF8": "1"}
    command, environment = [sys.executable, "-c", program], os.environ | quiet | settings
    try:
        done = subprocess.run(command, capture_output=True, timeout=TIME_LIMIT, env=environment, **AS_TEXT)
    except subprocess.TimeoutExpired:
        return {"error": f"no answer within {TIME_LIMIT} seconds"}
    except OSError as error:  # a browser has no processes
        return {"error": f"no other Python can be started here ({error})"}
    try:
        return dict(json.loads(done.stdout.strip().splitlines()[-1]))
    except (IndexError, ValueError):
        return {"error": (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]}


def nvidia_gpus() -> list[str]:
    """Return the NVIDIA GPUs that the driver sees, whether or not a backend does."""
    if not (program := shutil.which("nvidia-smi")):
        return []
    try:
        done = subprocess.run([program, "--list-gpus"], capture_output=True, timeout=30, **AS_TEXT)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return re.findall(r"^GPU \d+: (.+?) \(", done.stdout, flags=re.MULTILINE) if done.returncode == 0 else []


def version_of(package: str) -> str | None:
    """Return the installed version of a package, None if it is not installed."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def needs_of(package: str) -> tuple[str, list[str]] | None:
    """Return the Python range and the dependencies that a package declares; None if it is not installed."""
    try:
        installed = importlib.metadata.distribution(package)
    except importlib.metadata.PackageNotFoundError:
        return None
    required = [line for line in installed.requires or [] if "extra ==" not in line]
    return installed.metadata["Requires-Python"] or "", required


def imdb() -> Path | None:
    """Return where the IMDB reviews lie, None if they are not at hand."""
    from lstm_teach.reviews import imdb_at_hand

    return imdb_at_hand()


@dataclass(frozen=True)
class Installation:
    """The questions that the doctor asks, each replaceable by a test."""

    python: str = platform.python_version()
    system: str = platform.system()
    settings: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    needs_of: Callable[[str], tuple[str, list[str]] | None] = needs_of
    version_of: Callable[[str], str | None] = version_of
    ask: Callable[..., dict[str, Any]] = ask
    nvidia_gpus: Callable[[], list[str]] = nvidia_gpus
    data_dir: Callable[[], Path] = data_dir
    imdb: Callable[[], Path | None] = imdb

    @property
    def shell(self) -> Shell:
        """The shell that a fix is typed into."""
        return shell_at_hand(self.system, self.settings)
