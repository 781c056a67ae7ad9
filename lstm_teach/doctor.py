"""What is installed, what is wrong, and the one command that mends it.

`examine` asks an `Installation` questions and turns the answers into findings. What could hang, crash or
print (Keras, the GPU's driver, Jupyter) is asked in processes of its own, under a time limit, and imported
nowhere else.
"""

import importlib.metadata
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any, Literal, NamedTuple

PACKAGE = "lstm-teach"
TIME_LIMIT = 180  # seconds for one question; TensorFlow's first import from a cold disk can take a minute

# Each prints one line of JSON as its last line.
ASK_KERAS = """
import json, keras
backend, gpus = keras.backend.backend(), []
if backend == "tensorflow":
    import tensorflow
    gpus = [gpu.name for gpu in tensorflow.config.list_physical_devices("GPU")]
elif backend == "jax":
    import jax
    gpus = [str(device) for device in jax.devices() if device.platform != "cpu"]
elif backend == "torch":
    import torch
    gpus = [torch.cuda.get_device_name(k) for k in range(torch.cuda.device_count())]
    gpus += ["Apple MPS"] if torch.backends.mps.is_available() else []
print(json.dumps({"backend": backend, "gpus": gpus}))
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


State = Literal["ok", "note", "warning", "wrong"]


class Finding(NamedTuple):
    """One thing looked at.

    `state`: "ok"; "note", fine as it is; "warning", where a part of the course is worse off; "wrong", where
    the course cannot run. `mend` is the one command that mends it, or empty.
    """

    state: State
    what: str
    text: str
    mend: str = ""


def ask(program: str) -> dict[str, Any]:
    """Run a program in a fresh process of this Python and return its answer, or {"error": its last words}."""
    quiet = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-c", program]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT, env=quiet)
        return dict(json.loads(done.stdout.strip().splitlines()[-1]))
    except subprocess.TimeoutExpired:
        return {"error": f"no answer within {TIME_LIMIT} seconds"}
    except (IndexError, ValueError):
        return {"error": (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]}


def nvidia_gpus() -> list[str]:
    """The NVIDIA GPUs that the driver sees, whether or not a backend does."""
    if not (program := shutil.which("nvidia-smi")):
        return []
    try:
        done = subprocess.run([program, "--list-gpus"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return re.findall(r"^GPU \d+: (.+?) \(", done.stdout, flags=re.MULTILINE) if done.returncode == 0 else []


def version_of(package: str) -> str | None:
    """The installed version of a package, None if it is not installed."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def requirements() -> tuple[str, list[str]] | None:
    """The Python range and the dependencies that the course declares; None if it is not installed."""
    try:
        course = importlib.metadata.distribution(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return None
    return course.metadata["Requires-Python"], [r for r in course.requires or [] if "extra ==" not in r]


def imdb() -> Path | None:
    """Where the IMDB reviews lie, None if they are not at hand."""
    from lstm_teach import reviews

    return reviews.imdb_at_hand()


@dataclass(frozen=True)
class Installation:
    """The questions that the doctor asks, each replaceable by a test."""

    python: str = platform.python_version()
    system: str = platform.system()
    requirements: Callable[[], tuple[str, list[str]] | None] = requirements
    version_of: Callable[[str], str | None] = version_of
    ask: Callable[[str], dict[str, Any]] = ask
    nvidia_gpus: Callable[[], list[str]] = nvidia_gpus
    imdb: Callable[[], Path | None] = imdb


def pip_install(*what: str) -> str:
    """The command that installs into the Python that runs this, whichever environment is active."""
    python = Path(sys.executable)
    if python.is_relative_to(Path.cwd()):
        python = python.relative_to(Path.cwd())
    # Double quotes, which a POSIX shell, cmd and PowerShell all take, for the `>` and `[` of a requirement.
    quoted = [name if re.fullmatch(r"[\w./-]+", name) else f'"{name}"' for name in what]
    return " ".join([quote(str(python)), "-m pip install", *quoted])


def examine(installation: Installation | None = None) -> list[Finding]:
    """Look at everything; takes some seconds, since Keras and its backend are started once."""
    here = installation or Installation()
    with ThreadPoolExecutor(2) as pool:
        keras, jupyter = pool.submit(here.ask, ASK_KERAS), pool.submit(here.ask, ASK_JUPYTER)
        return [
            *_packages(here),
            *_engine(here, keras.result()),
            *_jupyter(jupyter.result()),
            *_reviews(here),
        ]


def can_run(findings: Sequence[Finding]) -> bool:
    """Whether the course can run: nothing is wrong, though there may be warnings."""
    return all(finding.state != "wrong" for finding in findings)


def report(findings: Sequence[Finding]) -> str:
    """The findings as a table for people, what mends them below the line it belongs to."""
    width = max(len(finding.what) for finding in findings)
    lines = []
    for state, what, text, mend in findings:
        lines.append(f"{state:7}  {what:{width}}  {text}")
        if mend:
            lines.append(f"{'':7}  {'':{width}}  -> {mend}")
    if can_run(findings):
        return "\n".join([*lines, "", "The course can run."])
    return "\n".join([*lines, "", "The course cannot run before what is wrong is mended."])


def _packages(here: Installation) -> Iterator[Finding]:
    declared = here.requirements()
    if declared is None:
        yield Finding("wrong", PACKAGE, "the course is not installed in this Python", pip_install("-e", "."))
        return
    if here.version_of("packaging") is None:
        yield Finding("wrong", "packaging", "not installed", pip_install("packaging"))
        return
    from packaging.requirements import Requirement
    from packaging.specifiers import SpecifierSet

    wanted_python, wanted_packages = declared
    fits = SpecifierSet(wanted_python).contains(here.python)
    mend = "" if fits else "conda env create -f environment.yml && conda activate lstm-teach"
    need = "" if fits else f", but the course needs {wanted_python}"
    yield Finding("ok" if fits else "wrong", "Python", f"{here.python}, {here.system}{need}", mend)

    for requirement in map(Requirement, wanted_packages):
        if requirement.marker and not requirement.marker.evaluate():
            continue
        version = here.version_of(requirement.name)
        if version is None:
            text = f"not installed, needed {requirement.specifier}"
        elif not requirement.specifier.contains(version, prereleases=True):
            text = f"{version}, needed {requirement.specifier}"
        else:
            yield Finding("ok", requirement.name, version)
            continue
        yield Finding("wrong", requirement.name, text, pip_install(str(requirement)))


def _engine(here: Installation, keras: dict[str, Any]) -> Iterator[Finding]:
    if "error" in keras:
        mend = pip_install("--force-reinstall", "keras", "tensorflow")
        yield Finding("wrong", "Keras starts", keras["error"], mend)
        return
    backend, seen, present = keras["backend"], keras["gpus"], here.nvidia_gpus()
    yield Finding("ok", "Keras starts", f"with the {backend} backend")
    if seen:
        yield Finding("ok", "GPU", f"seen by {backend}: {', '.join(seen)}")
    elif not present:
        yield Finding("note", "GPU", "none, and no lesson needs one; only full trainings gain from it")
    elif here.system == "Windows" and backend == "tensorflow":
        text = f"{', '.join(present)}, but TensorFlow uses it in WSL only; install the course there"
        yield Finding("warning", "GPU", text, "wsl --install")
    else:
        extra = {"tensorflow": "tensorflow[and-cuda]", "jax": "jax[cuda12]"}.get(backend, backend)
        text = f"{', '.join(present)}, but not seen by {backend}"
        yield Finding("warning", "GPU", text, pip_install(extra))


def _jupyter(jupyter: dict[str, Any]) -> Iterator[Finding]:
    if "error" in jupyter:
        mend = pip_install("--force-reinstall", "jupyterlab", "ipykernel")
        yield Finding("wrong", "Jupyter starts", jupyter["error"], mend)
        return
    kernel, extensions = jupyter["kernel"], jupyter["extensions"]
    if kernel in ("python", "python3") or Path(kernel).resolve() == Path(sys.executable).resolve():
        yield Finding("ok", "Jupyter's kernel", "runs this Python")
    else:
        python = quote(sys.executable)
        mend = f"{python} -m ipykernel install --sys-prefix"
        yield Finding("wrong", "Jupyter's kernel", f"runs another Python, {kernel}", mend)

    parts: list[tuple[str, str, State, str]] = [
        ("controls in notebooks", "@jupyter-widgets/jupyterlab-manager", "wrong", "jupyterlab_widgets"),
        ("slides", "jupyterlab-rise", "warning", "jupyterlab-rise"),
    ]
    for what, extension, state, package in parts:
        if extension not in extensions:
            mend = pip_install("--force-reinstall", "--no-deps", package)
            yield Finding(state, what, f"the JupyterLab extension {extension} is not installed", mend)
        elif extension in jupyter["disabled"]:
            mend = f"jupyter labextension enable {extension}"
            yield Finding(state, what, f"the JupyterLab extension {extension} is disabled", mend)
        else:
            yield Finding("ok", what, f"{extension} {extensions[extension]}")
    if "lstm-teach-rise" not in extensions:
        yield Finding("warning", "controls in slides", "not yet: they show in notebooks, but not in slides")


def _reviews(here: Installation) -> Iterator[Finding]:
    try:
        place = here.imdb()
    except ImportError as error:
        yield Finding("wrong", "reviews", f"cannot be read: {error}")
        return
    if place:
        yield Finding("ok", "IMDB reviews", f"at hand: {place}")
    else:
        text = "not at hand; the lessons use the shipped sample, the full run downloads 84 MB"
        yield Finding("note", "IMDB reviews", text, "make imdb")
