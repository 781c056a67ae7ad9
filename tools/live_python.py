"""Write what a page with live labs loads: Pyodide, the course as a wheel without TensorFlow, and their lock.

    python -m tools.live_python site/python

The course is a package among Pyodide's, so that Pyodide itself loads it, side by side with NumPy, and checks
both by the SHA-256 in the lock.
"""

import hashlib
import json
import shutil
import sys
import zipfile
from collections.abc import Sequence, Set
from io import BytesIO
from pathlib import Path
from typing import Any

import lstm_teach
from tools import get_pyodide

ROOT = Path(__file__).resolve().parent.parent
LOCK = "pyodide-lock.json"
LEFT_OUT = frozenset({"keras_bridge", "figures"})
"""What of the package needs Keras or matplotlib to be imported, as a folder or as a file."""
NOT_READ = frozenset({"cache", "checkpoints", "quizzes", "gpu", "ablations", "ideas", "runs", "digits"})
"""The folders of `data` that neither labs nor exercises read."""
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the time of all files, so that the same tree makes the same wheel
ABOUT = {
    "abi_version": "2024_0",
    "arch": "wasm32",
    "platform": "emscripten_3_1_58",
    "python": "3.12.7",
    "version": get_pyodide.VERSION,
}
"""What Pyodide's own lock says of itself."""


def write(folder: Path) -> dict[str, int]:
    """Return the size in bytes of each file that a page loads, once all of them are in the folder.

    PyodideError if Pyodide cannot be had, see `get_pyodide.get`.
    """
    pyodide, wheel = get_pyodide.get(), course_wheel()
    name = name_of(wheel)
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob("lstm_teach-*.whl"):
        stale.unlink()
    for file in get_pyodide.FILES:
        shutil.copyfile(pyodide / file, folder / file)
    (folder / name).write_bytes(wheel)
    sizes = {file: wanted.size for file, wanted in get_pyodide.FILES.items()} | {name: len(wheel)}
    lock = {
        # How many bytes live/worker.js sees coming: not those of the scripts, which the browser loads itself.
        "info": ABOUT | {"bytes": sum(sizes[file] for file in sizes if not file.endswith("js"))},
        "packages": packages(wheel, ["numpy"]),
    }
    (folder / LOCK).write_text(json.dumps(lock, indent=1), encoding="utf-8")
    return {file: (folder / file).stat().st_size for file in (*get_pyodide.FILES, name, LOCK)}


def name_of(wheel: bytes) -> str:
    """Return the file name of a wheel of the course. It changes with the content, for the browser's cache."""
    return f"lstm_teach-{lstm_teach.__version__}-0{_sha256(wheel)[:12]}-py3-none-any.whl"


def packages(wheel: bytes, depends: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return what Pyodide's lock holds of NumPy and of the course, whose wheel needs these packages."""
    numpy = get_pyodide.NUMPY, get_pyodide.FILES[get_pyodide.NUMPY].sha256
    return {
        "numpy": _entry("numpy", "2.0.2", *numpy, []),
        "lstm-teach": _entry("lstm_teach", lstm_teach.__version__, name_of(wheel), _sha256(wheel), depends),
    }


def course_wheel(left_out: Set[str] = LEFT_OUT, not_read: Set[str] = NOT_READ) -> bytes:
    """Return a wheel of this tree with the pages' Python, without some parts of the package and its data."""
    package = [
        path
        for path in (ROOT / "lstm_teach").rglob("*.*")
        if path.suffix in (".py", ".mplstyle") and left_out.isdisjoint((*path.parts, path.stem))
    ]
    data = [
        path
        for path in (ROOT / "data").rglob("*.*")
        if path.suffix != ".md" and not_read.isdisjoint(path.relative_to(ROOT).parts)
    ]
    of_pages = list((ROOT / "live").glob("*.py"))
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in (*package, *of_pages)}
    files |= {f"lstm_teach/{path.relative_to(ROOT).as_posix()}": path.read_bytes() for path in data}
    name, version = "lstm_teach", lstm_teach.__version__
    about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    files[f"{name}-{version}.dist-info/METADATA"] = about.encode()
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[path])
    return written.getvalue()


def _entry(name: str, version: str, file: str, sha256: str, depends: Sequence[str]) -> dict[str, Any]:
    """Return what Pyodide's lock holds of one package."""
    return {
        "name": name.replace("_", "-"),
        "version": version,
        "file_name": file,
        "install_dir": "site",
        "sha256": sha256,
        "package_type": "package",
        "imports": [name],
        "depends": list(depends),
    }


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    for file, size in write(Path(sys.argv[1])).items():
        print(f"{size:>11,}  {file}")
