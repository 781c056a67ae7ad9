"""Make JupyterLab in the browser: JupyterLite with the lessons' notebooks, and the course in its Python.

    python -m tools.lite site/lab

Its Python is Pyodide with NumPy, matplotlib and ipywidgets, without Keras. `lite.json` lists what is taken of
Pyodide and of the package index, file by file. JupyterLite is built in an environment of its own, in
`build/jupyterlite`, since its half of ipywidgets is older than the course's.
"""

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tools import get_pyodide, live_python
from tools.get_pyodide import PyodideError, Wanted

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "build" / "jupyterlite"
BUILT_BY = (
    "jupyterlite-core==0.6.4",
    "jupyterlite-pyodide-kernel==0.6.1",
    "jupyterlab_widgets==3.0.13",  # newer ones ask for JupyterLab 4.6
    "jupyter_server==2.21.1",  # with it, JupyterLite lists the notebooks
)
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
LEFT_OUT = {"keras_bridge"}
NOT_READ = {"cache", "checkpoints", "gpu"}
"""What of the package and of `data` stays out; see `live_python`."""
NO_LESSON = ("src", "solutions", "rise.css", ".ipynb_checkpoints")
PACKAGES: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "lite.json").read_text(encoding="utf-8")
)
SCRIPT = {
    "pyodide.js": Wanted(14913, "b4cb23a53aba19c221659b9fb40a2f18281d685691dc06647fb0afd0681baf98"),
}
"""By which the kernel starts Pyodide; a page does it by `pyodide.mjs`."""


def write(folder: Path) -> None:
    """Make JupyterLite in a folder, in place of what is there.

    PyodideError if Pyodide or a package cannot be had, or JupyterLite's own build fails.
    """
    python = _builder()
    with TemporaryDirectory() as place:
        lite = Path(place)
        _write_python(lite / "static" / "pyodide")
        shutil.copytree(ROOT / "notebooks", lite / "files", ignore=shutil.ignore_patterns(*NO_LESSON))
        # The course is loaded with the kernel. `exposeAppInBrowser` is for the tests.
        kernel = {"loadPyodideOptions": {"packages": ["lstm-teach"]}, "disablePyPIFallback": True}
        shown = {"appName": "How an LSTM works", "exposeAppInBrowser": True}
        shown |= {"litePluginSettings": {KERNEL: kernel}}
        built = {"apps": ["lab"], "federated_extensions": [str(ROOT / "labextension")]}
        built |= dict.fromkeys(("no_libarchive", "no_sourcemaps", "no_unused_shared_packages"), True)
        built |= {"output_dir": str(folder.resolve())}
        for name, content in {
            "jupyter-lite.json": {"jupyter-lite-schema-version": 0, "jupyter-config-data": shown},
            "jupyter_lite_config.json": {"LiteBuildConfig": built},
        }.items():
            (lite / name).write_text(json.dumps(content), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        _run([python, "-m", "jupyterlite_core", "build"], "JupyterLite could not be built", lite)


def _builder() -> Path:
    """Return the Python of the environment that builds JupyterLite, once it has what `BUILT_BY` names."""
    python = PLACE / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = PLACE / "built-by.txt"
    if not done.exists() or done.read_text(encoding="utf-8") != " ".join(BUILT_BY):
        print(f"lite: pip install {' '.join(BUILT_BY)}", flush=True)
        venv.create(PLACE, clear=True, with_pip=True)
        _run([python, "-m", "pip", "install", "--quiet", *BUILT_BY], "JupyterLite could not be installed")
        done.write_text(" ".join(BUILT_BY), encoding="utf-8")
    return python


def _write_python(folder: Path) -> None:
    """Write Pyodide, its packages, those of the package index, the course, and their lock."""
    folder.mkdir(parents=True)
    of_pyodide = {package["file_name"]: _wanted(package) for package in PACKAGES["pyodide"].values()}
    of_pyodide |= get_pyodide.FILES | SCRIPT
    there, wheels = get_pyodide.get(files=of_pyodide), _downloaded()
    for name in of_pyodide:
        shutil.copy(there / name, folder)
    for package in PACKAGES["index"].values():
        shutil.copy(wheels / package["file_name"], folder)
    wheel = live_python.course_wheel(LEFT_OUT, NOT_READ)
    (folder / live_python.name_of(wheel)).write_bytes(wheel)
    packages = {
        name: {"name": name, **package} for part in PACKAGES.values() for name, package in part.items()
    }
    packages |= live_python.packages(wheel, ["numpy", "matplotlib", "ipywidgets"])
    lock = {"info": live_python.ABOUT, "packages": packages}
    (folder / live_python.LOCK).write_text(json.dumps(lock), encoding="utf-8")


def _downloaded() -> Path:
    """Return the folder with the packages of the index that pip is configured for, once they are there."""
    folder, packages = PLACE / "wheels", PACKAGES["index"]
    if not all((folder / package["file_name"]).exists() for package in packages.values()):
        asked = [f"{name}=={package['version']}" for name, package in packages.items()]
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, *asked]
        _run(command, f"pip could not download {' '.join(asked)}")
    for package in packages.values():
        if get_pyodide.measured((folder / package["file_name"]).read_bytes()) != _wanted(package):
            raise PyodideError(f"{folder / package['file_name']} is not the file that lite.json lists.")
    return folder


def _wanted(package: dict[str, Any]) -> Wanted:
    return Wanted(package["bytes"], package["sha256"])


def _run(command: list[Any], failure: str, place: Path = ROOT) -> None:
    done = subprocess.run(list(map(str, command)), cwd=place, capture_output=True, text=True)
    if done.returncode:
        raise PyodideError(f"{failure}:\n{(done.stderr or done.stdout)[-2000:]}")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
