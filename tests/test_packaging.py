"""One list of dependencies, and everything that follows from it: locks, environment.yml, wheel, CI."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

import lstm_teach

pytestmark = pytest.mark.xdist_group("packaging")  # one process makes the wheel
ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = {"requirements.lock": ["build"], "requirements-dev.lock": ["build", "dev"]}
PYTHONS = ("3.11", "3.12", "3.13")
MEGABYTE = 2**20
MACHINES = {
    "Linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "macOS": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    "Windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
}


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def pins(lock, python, system):
    """What a lock installs on one kind of machine: {name: version}."""
    machine = {
        **{"python_version": python, "python_full_version": f"{python}.9", "platform_machine": "x86_64"},
        **{"implementation_name": "cpython", "platform_python_implementation": "CPython"},
        **MACHINES[system],
    }
    found = {}
    for line in read(lock).splitlines():
        if line and not line.startswith((" ", "#")):
            requirement = Requirement(line.removesuffix("\\"))
            if requirement.marker is None or requirement.marker.evaluate(machine):
                assert requirement.name not in found, f"{lock} pins {requirement.name} twice"
                (pin,) = requirement.specifier
                assert pin.operator == "=="
                found[canonicalize_name(requirement.name)] = Version(pin.version)
    return found


def declared(extras):
    lines = PROJECT["dependencies"] + [
        line for name in extras for line in PROJECT["optional-dependencies"][name]
    ]
    return [Requirement(line) for line in lines if not line.startswith("lstm-teach")]


@pytest.mark.parametrize("system", MACHINES)
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_a_fitting_version_of_every_dependency_on_every_machine(lock, python, system):
    locked = pins(lock, python, system)
    for requirement in declared(LOCKS[lock]):
        version = locked.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is not in {lock}; run `make lock`"
        assert requirement.specifier.contains(version), (
            f"{requirement} but {lock} has {version}; run `make lock`"
        )


@pytest.mark.parametrize("python", PYTHONS)
def test_the_courses_lock_is_part_of_the_dev_lock(python):
    course, dev = (pins(lock, python, "Linux") for lock in LOCKS)
    assert course.items() <= dev.items()


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_carry_hashes_and_no_addresses(lock):
    text = read(lock)
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|file:", text)
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert len(blocks) > 50
    for block in blocks:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block


def test_environment_yml_gives_python_and_pip_and_leaves_the_rest_to_pyproject():
    environment = yaml.safe_load(read("environment.yml"))
    *conda, by_pip = environment["dependencies"]
    # repo2docker reads the version of Python from this form alone, and takes an older one if it finds none.
    found = [re.fullmatch(r"(python)=(3\.\d+)|(pip)", line) for line in conda]
    assert all(found), conda
    assert sorted(filter(None, (name for match in found for name in match.group(1, 3)))) == ["pip", "python"]
    (python,) = (match[2] for match in found if match[2])
    assert python in SpecifierSet(PROJECT["requires-python"])
    assert python in PYTHONS
    assert by_pip == {"pip": ["-e ."]}


def test_every_place_names_the_same_pythons():
    python_range = SpecifierSet(PROJECT["requires-python"])
    assert [python for python in ("3.10", *PYTHONS, "3.14") if python in python_range] == list(PYTHONS)
    for python in PYTHONS:
        assert f"Programming Language :: Python :: {python}" in PROJECT["classifiers"]
    set_up = read("tools/set_up.py")
    assert "OLDEST, FIRST_TOO_NEW = (3, 11), (3, 14)" in set_up
    workflow = yaml.safe_load(read(".github/workflows/test.yml"))
    for entry in workflow["jobs"]["test"]["strategy"]["matrix"]["include"]:
        assert entry["python"] in PYTHONS


def test_ci_and_pre_commit_call_verbs_that_the_makefile_has():
    verbs = set(re.findall(r"^([a-z-]+):", read("Makefile"), flags=re.MULTILINE))
    callers = (
        ".ci/run",
        ".github/workflows/test.yml",
        ".pre-commit-config.yaml",
        "README.md",
        "CONTRIBUTING.md",
    )
    for caller in callers:
        called = set(
            re.findall(r"(?:^|[`>:] ?|exec )make (?:--\S+ )*([a-z-]+)", read(caller), flags=re.MULTILINE)
        )
        assert called, f"{caller} calls no verb of the Makefile"
        assert called <= verbs, f"{caller} calls {sorted(called - verbs)}, which the Makefile does not have"


def test_ci_fails_when_a_step_fails():
    assert "set -euo pipefail" in read(".ci/run")
    if os.name != "nt":
        assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_citation_names_this_version():
    citation = yaml.safe_load(read("CITATION.cff"))
    assert citation["version"] == lstm_teach.__version__
    assert {"cff-version", "message", "title", "authors"} <= set(citation)


def test_the_data_folder_is_the_checkouts():
    assert lstm_teach.data_dir() == ROOT / "data"


def test_the_index_of_data_names_every_folder():
    index = read("data/README.md")
    for folder in (ROOT / "data").iterdir():
        assert not folder.is_dir() or f"`{folder.name}/`" in index, folder.name


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project, with downloads and checkpoints in its data folder."""
    copy = tmp_path_factory.mktemp("copy") / "project"
    left_out = (
        ".venv",
        ".git",
        "cache",
        "checkpoints",
        "__pycache__",
        ".*_cache",
        ".hypothesis",
        "artifacts",
    )
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*left_out))
    for folder in ("cache", "checkpoints"):
        (copy / "data" / folder).mkdir()
        (copy / "data" / folder / "private.txt").write_text("not for others", encoding="utf-8")
    return copy


@pytest.fixture(scope="module")
def wheel(project):
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(project / "dist"), str(project))
    (built,) = (project / "dist").glob("*.whl")
    return built


def pip(*arguments):
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True)


def fresh_venv(folder):
    """A virtual environment with nothing in it, and its Python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def data_dir_of(python, away):
    """What the course installed for a Python takes for its data folder, asked from somewhere else."""
    program = "import lstm_teach; print(lstm_teach.data_dir())"
    done = subprocess.run([str(python), "-c", program], cwd=away, capture_output=True, text=True, check=True)
    return Path(done.stdout.strip())


@pytest.mark.slow
def test_the_wheel_carries_the_data_and_neither_downloads_nor_checkpoints(wheel, project):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    shipped = [
        path
        for path in sorted((project / "data").rglob("*"))
        if path.is_file() and path.name != "private.txt"
    ]
    assert shipped
    for path in shipped:
        assert f"lstm_teach/data/{path.relative_to(project / 'data').as_posix()}" in names
    assert not [name for name in names if "private" in name]
    assert not [name for name in names if name.startswith(("data/", "tests/", "notebooks/"))]
    lessons = {path.name for path in (project / "notebooks").glob("*.ipynb")}
    assert lessons == {name.rpartition("/")[2] for name in names if name.endswith(".ipynb")}
    assert not [name for name in names if "solutions" in name]


@pytest.mark.slow
def test_the_source_distribution_gives_the_same_wheel_and_ships_what_it_can_test(project, wheel, tmp_path):
    program = f"import hatchling.build as b; print(b.build_sdist({str(tmp_path)!r}))"
    subprocess.run([sys.executable, "-c", program], cwd=project, check=True)
    (sdist,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
        archive.extractall(tmp_path / "unpacked", filter="data")
    assert not [name for name in names if name.startswith((".ci/", ".github/")) or "private" in name]
    assert "tests/test_cells.py" in names
    assert "tests/test_packaging.py" not in names
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path), str(unpacked))
    (again,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(again) as other:
        assert one.namelist() == other.namelist()


@pytest.mark.slow
def test_the_wheel_is_small(wheel):
    assert wheel.stat().st_size < 10 * MEGABYTE


@pytest.mark.slow
def test_an_installed_wheel_finds_its_data_and_keeps_the_news_away(wheel, tmp_path):
    python = fresh_venv(tmp_path / "venv")
    pip("--python", str(python), "install", "--no-deps", str(wheel))
    found = data_dir_of(python, tmp_path)
    assert found.is_relative_to((tmp_path / "venv").resolve())
    assert (found / "README.md").is_file()
    settings = (
        tmp_path / "venv" / "share" / "jupyter" / "lab" / "settings" / "overrides.d" / "lstm-teach.json"
    )
    assert settings.is_file()
    extension = tmp_path / "venv" / "share" / "jupyter" / "labextensions" / "lstm-teach-rise"
    assert (extension / "package.json").is_file()
    assert (extension / "static" / "remoteEntry.js").is_file()
    # The whole door: lessons for a student, from a package without dependencies and from another folder.
    bring = [str(python), "-m", "lstm_teach", "copy", "lessons"]
    subprocess.run(bring, cwd=tmp_path, check=True)
    assert (tmp_path / "lessons" / "00_start_here.ipynb").is_file()


@pytest.mark.slow
def test_an_editable_installation_finds_the_data_of_its_checkout(project, tmp_path):
    python = fresh_venv(tmp_path / "venv")
    # The build backend is that of the environment that runs the tests: nothing is fetched.
    purelib = "import sysconfig; print(sysconfig.get_path('purelib'))"
    own, fresh = (
        Path(
            subprocess.run([str(p), "-c", purelib], capture_output=True, text=True, check=True).stdout.strip()
        )
        for p in (sys.executable, python)
    )
    (fresh / "tests.pth").write_text(str(own), encoding="utf-8")
    pip("--python", str(python), "install", "--no-deps", "--no-build-isolation", "--editable", str(project))
    assert data_dir_of(python, tmp_path) == project.resolve() / "data"
