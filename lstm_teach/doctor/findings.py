"""From the answers of an installation to findings, and from findings to a report."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from lstm_teach.doctor.installation import ASK_DEVICE, ASK_JUPYTER, Installation
from lstm_teach.shell import set_variable, this_python

State = Literal["ok", "note", "warning", "wrong"]


class Finding(NamedTuple):
    """One thing looked at.

    `state`: "ok"; "note", fine as it is; "warning", where a part of the course is worse off; "wrong", where
    the course cannot run. `fix` is the one command that fixes it, or empty.
    """

    state: State
    what: str
    text: str
    fix: str = ""


def _pip_install(here: Installation, *what: str) -> str:
    return this_python(here.shell, "pip", "install", *what)


def examine(installation: Installation | None = None) -> list[Finding]:
    """Return all findings; this takes some seconds, since Jupyter and Keras are started once."""
    here = installation or Installation()
    backends = [name for name in ("tensorflow", "jax", "torch") if here.version_of(name)]
    # The backend in use is Keras' choice, and what the others see matters only if there are others.
    others = [here.ask(ASK_DEVICE, KERAS_BACKEND=name) for name in backends[1:] and backends]
    return [
        *_packages(here),
        *_device(here, here.ask(ASK_DEVICE), others),
        *_jupyter(here, here.ask(ASK_JUPYTER)),
        *_data(here),
    ]


def can_run(findings: Sequence[Finding]) -> bool:
    """Return whether the course can run: nothing is wrong, though there may be warnings."""
    return all(finding.state != "wrong" for finding in findings)


def report(findings: Sequence[Finding]) -> str:
    """Return the findings as a table for people, each fix below the line that it belongs to."""
    width = max(len(finding.what) for finding in findings)
    lines = []
    for state, what, text, fix in findings:
        lines.append(f"{state:7}  {what:{width}}  {text}")
        if fix:
            lines.append(f"{'':7}  {'':{width}}  -> {fix}")
    verdict = "can run" if can_run(findings) else "cannot run before what is wrong is fixed"
    return "\n".join([*lines, "", f"The course {verdict}."])


def _packages(here: Installation) -> Iterator[Finding]:
    needs = here.needs_of("lstm-teach")
    if needs is None:
        text = "the course is not installed in this Python"
        yield Finding("wrong", "lstm-teach", text, _pip_install(here, "-e", "."))
        return
    if here.version_of("packaging") is None:
        yield Finding("wrong", "packaging", "not installed", _pip_install(here, "packaging"))
        return
    from packaging.requirements import Requirement
    from packaging.specifiers import SpecifierSet

    python_range, packages = needs
    if SpecifierSet(python_range).contains(here.python):
        yield Finding("ok", "Python", f"{here.python}, {here.system}")
    else:
        fix = "conda env create -f environment.yml"
        yield Finding("wrong", "Python", f"{here.python}, but the course needs {python_range}", fix)

    # JupyterLab's half of the controls must be of the version that ipywidgets, the other half, declares.
    halves = [need for need in (here.needs_of("ipywidgets") or ("", []))[1] if "jupyterlab" in need]
    for requirement in map(Requirement, packages + halves):
        version = here.version_of(requirement.name)
        if version and requirement.specifier.contains(version, prereleases=True):
            yield Finding("ok", requirement.name, version)
        else:
            text = f"{version or 'not installed'}, but the course needs {requirement.specifier}"
            yield Finding("wrong", requirement.name, text, _pip_install(here, str(requirement)))


def _device(here: Installation, device: dict[str, Any], others: list[dict[str, Any]]) -> Iterator[Finding]:
    if "error" in device:
        wanted = here.settings.get("KERAS_BACKEND")
        if wanted and not here.version_of(wanted):
            text = f"KERAS_BACKEND asks for {wanted}, which is not installed"
            fix = set_variable(here.shell, "KERAS_BACKEND", "")
        else:
            text, fix = device["error"], _pip_install(here, "--force-reinstall", "keras", "tensorflow")
        yield Finding("wrong", "Keras starts", text, fix)
        return
    backend, present = device["backend"], here.nvidia_gpus()
    yield Finding("ok", "Keras starts", f"with the {backend} backend")
    seen_by = {other["backend"]: other["model"] for other in [device, *others] if other.get("kind") == "GPU"}
    if backend in seen_by:
        yield Finding("ok", "GPU", f"seen by {backend}: {seen_by[backend]}")
    elif seen_by:
        other, model = next(iter(seen_by.items()))
        text = f"seen by {other}, but Keras uses {backend}: {model}"
        yield Finding("warning", "GPU", text, set_variable(here.shell, "KERAS_BACKEND", other))
    elif not present:
        yield Finding("note", "GPU", "none, and no lesson needs one; only full trainings gain from it")
    elif here.system == "Windows" and backend == "tensorflow":
        text = f"{', '.join(present)}, but TensorFlow uses it in WSL only; install the course there"
        yield Finding("warning", "GPU", text, "wsl --install")
    else:
        extra = {"tensorflow": "tensorflow[and-cuda]", "jax": "jax[cuda12]"}.get(backend, backend)
        text = f"{', '.join(present)}, but not seen by {backend}"
        yield Finding("warning", "GPU", text, _pip_install(here, extra))


def _jupyter(here: Installation, jupyter: dict[str, Any]) -> Iterator[Finding]:
    if "error" in jupyter:
        fix = _pip_install(here, "--force-reinstall", "jupyterlab", "ipykernel")
        yield Finding("wrong", "Jupyter starts", jupyter["error"], fix)
        return
    kernel, extensions = jupyter["kernel"], jupyter["extensions"]
    # The folders are compared: the Python of a virtual environment is a link to one that others share.
    folder, own_folder = Path(kernel).parent.resolve(), Path(sys.executable).parent.resolve()
    if kernel in ("python", "python3") or folder == own_folder:
        yield Finding("ok", "Jupyter's kernel", "runs this Python")
    else:
        fix = this_python(here.shell, "ipykernel", "install", "--sys-prefix")
        yield Finding("wrong", "Jupyter's kernel", f"runs another Python, {kernel}", fix)

    parts: list[tuple[str, str, State, str]] = [
        ("controls in notebooks", "@jupyter-widgets/jupyterlab-manager", "wrong", "jupyterlab_widgets"),
        ("slides", "jupyterlab-rise", "warning", "jupyterlab-rise"),
        ("controls in slides", "lstm-teach-rise", "warning", "."),  # comes with the course: see labextension
    ]
    for what, extension, state, package in parts:
        if extension not in extensions:
            fix = _pip_install(here, "--force-reinstall", "--no-deps", package)
            yield Finding(state, what, f"the JupyterLab extension {extension} is not installed", fix)
        elif extension in jupyter["disabled"]:
            fix = this_python(here.shell, "jupyter", "labextension", "enable", extension)
            yield Finding(state, what, f"the JupyterLab extension {extension} is disabled", fix)
        else:
            yield Finding("ok", what, f"{extension} {extensions[extension]}")


def _data(here: Installation) -> Iterator[Finding]:
    try:
        yield Finding("ok", "shipped data", str(here.data_dir()))
    except FileNotFoundError as error:
        fix = _pip_install(here, "--force-reinstall", "--no-deps", ".")
        yield Finding("wrong", "shipped data", str(error), fix)
    try:
        place = here.imdb()
    except ImportError as error:
        yield Finding(
            "wrong", "IMDB reviews", f"cannot be looked for: {error}", _pip_install(here, "-e", ".")
        )
        return
    except ValueError as error:  # a setting that names no place
        fix = set_variable(here.shell, "LSTM_TEACH_CACHE", "")
        yield Finding("warning", "IMDB reviews", str(error), fix)
        return
    setting = here.settings.get("LSTM_TEACH_IMDB")
    if place:
        yield Finding("ok", "IMDB reviews", f"at hand: {place}")
    elif setting:
        text = f"not at hand: LSTM_TEACH_IMDB names {setting}, where they are not"
        yield Finding("warning", "IMDB reviews", text, set_variable(here.shell, "LSTM_TEACH_IMDB", ""))
    else:
        text = "not at hand; the lessons use the shipped sample, the full training needs them (84 MB)"
        yield Finding("note", "IMDB reviews", text, this_python(here.shell, "lstm_teach", "imdb"))
