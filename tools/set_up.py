"""Make `.venv` fit for the course, and do nothing when it already is.

Run by every make target; without make: `python tools/set_up.py`. Standard library only, and written so that
an old Python can run it far enough to look for a newer one.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
VENV_PYTHON = os.path.join(VENV, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))
STAMP = os.path.join(VENV, "lstm-teach.json")
# tests/test_packaging.py compares these with requires-python in pyproject.toml.
OLDEST, FIRST_TOO_NEW = (3, 11), (3, 14)
LOCKS = {"course": "requirements.lock", "dev": "requirements-dev.lock"}
PROBE = """
import sys, venv, ensurepip, json
print(json.dumps([sys.version_info[:2], sys.maxsize > 2**32]))
"""


def probe(command):
    """Ask a Python for [[major, minor], is it 64-bit]; None if it does not run or cannot make a venv."""
    try:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        answer = subprocess.run([*command, "-c", PROBE], timeout=60, **pipes)
        return json.loads(answer.stdout.decode()) if answer.returncode == 0 else None
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def fits(answer):
    """Whether the Python that gave this answer can carry the course."""
    return answer is not None and OLDEST <= tuple(answer[0]) < FIRST_TOO_NEW and answer[1]


def find_python(wanted=None):
    """The command of a fitting Python: the one asked for, else the one that runs this, else one found."""
    minors = [f"3.{minor}" for minor in range(FIRST_TOO_NEW[1] - 1, OLDEST[1] - 1, -1)]
    candidates = [[sys.executable], ["python3"], ["python"]]
    candidates += [["python" + minor] for minor in minors] + [["py", "-" + minor] for minor in minors]
    for command in [[wanted]] if wanted else candidates:
        path = shutil.which(command[0])
        if path and fits(probe([path, *command[1:]])):
            return [path, *command[1:]]
    asked_for = f", and {wanted} is none" if wanted else ""
    sys.exit(
        f"""set_up: no fitting Python. The course needs a 64-bit Python from {minors[-1]} to {minors[0]} \
with the modules venv and ensurepip{asked_for}.
  Debian, Ubuntu:  sudo apt-get install python3 python3-venv
  macOS:           brew install python@{minors[0]}
  Windows:         winget install Python.Python.{minors[0]}
  any system:      conda env create -f environment.yml
If one is installed elsewhere: make PYTHON=/path/to/python …"""
    )


COPIED = ("jupyter", "labextension")  # folders whose files an installation copies, an editable one too


def digest(name):
    """Fingerprint of everything that decides what `.venv` must hold."""
    paths = [os.path.join(ROOT, name), os.path.join(ROOT, "pyproject.toml")]
    for folder in COPIED:
        for place, _, names in sorted(os.walk(os.path.join(ROOT, folder))):
            paths += [os.path.join(place, each) for each in sorted(names)]
    fingerprint = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as file:
            fingerprint.update(file.read())
    return fingerprint.hexdigest()


def read_stamp():
    """What the last complete installation wrote: {"place": where, level: digest}."""
    try:
        with open(STAMP, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def is_sound():
    """Whether `.venv` runs, with a fitting Python, at this very place (a moved or copied one does not)."""
    if not os.path.exists(VENV_PYTHON) or read_stamp().get("place", VENV) != VENV:
        return False
    return fits(probe([VENV_PYTHON]))


def make_venv(python):
    """Make `.venv` anew from the Python with this command."""
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.call([*python, "-m", "venv", VENV]) != 0:
        sys.exit("set_up: could not make .venv; on Debian and Ubuntu: sudo apt-get install python3-venv")


def pip(*arguments):
    """Call pip of `.venv`; a failure ends this program with pip's own message above it."""
    print("set_up: pip install", *arguments, flush=True)
    command = [VENV_PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments]
    if subprocess.call(command, cwd=ROOT) != 0:
        sys.exit("set_up: the installation failed, see pip's message above; then run the same command again")


def main():
    """Create, repair or complete `.venv`; see `--help`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dev", action="store_true", help="also what the tests and the checks need")
    parser.add_argument("--newest", action="store_true", help="the newest versions, not the locked ones")
    parser.add_argument("--python", help="the Python to use instead of the first fitting one")
    options = parser.parse_args()
    level = "dev" if options.dev else "course"
    wanted = "newest" if options.newest else digest(LOCKS[level])

    sound = is_sound()
    if sound and read_stamp().get(level) == wanted:
        return
    if not sound:
        print("set_up: making .venv; the first installation takes some minutes", flush=True)
        make_venv(find_python(options.python))
    if os.path.exists(STAMP):
        os.remove(STAMP)
    if options.newest:
        pip("--upgrade", "--editable", ".[dev]" if options.dev else ".")
    else:
        pip("--require-hashes", "--requirement", LOCKS[level])
        pip("--no-deps", "--no-build-isolation", "--editable", ".")
    # Everything of the course is in the dev lock too, so that one dev installation serves both.
    levels = ["course", "dev"] if options.dev else ["course"]
    stamp = {name: "newest" if options.newest else digest(LOCKS[name]) for name in levels}
    stamp["place"] = VENV
    with open(STAMP, "w", encoding="utf-8") as file:
        json.dump(stamp, file)


if __name__ == "__main__":
    main()
