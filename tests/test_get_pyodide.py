"""Pyodide's files: where they come from, in which order, and that a wrong one is never taken."""

import hashlib
import io
import json
import subprocess
import tarfile
import zipfile

import pytest

from tools import get_pyodide, lite, live_python
from tools.get_pyodide import PyodideError, Wanted

CONTENT = {"pyodide.mjs": b"export {}", "pyodide.asm.wasm": b"\0asm" * 100, "numpy.whl": b"PK numpy"}


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Three small files in place of Pyodide's, and no source but those that a test allows."""
    files = {name: Wanted(len(b), hashlib.sha256(b).hexdigest()) for name, b in CONTENT.items()}
    monkeypatch.setattr(get_pyodide, "FILES", files)
    monkeypatch.delenv(get_pyodide.SETTING, raising=False)

    def no_network(*arguments, **named):
        raise OSError("no network here")

    monkeypatch.setattr(get_pyodide, "urlopen", no_network)
    monkeypatch.setattr(
        subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 1, "", "no such package")
    )


def put(folder, content=CONTENT):
    folder.mkdir(parents=True, exist_ok=True)
    for name, bytes_ in content.items():
        (folder / name).write_bytes(bytes_)
    return folder


def there(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def as_zip(path):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in CONTENT.items():
            archive.writestr(f"some/where/{name}", content)
        archive.writestr("some/where/else.txt", "not asked for")


def as_tar(path):
    with tarfile.open(path, "w:bz2") as archive:
        for name, content in CONTENT.items():
            member = tarfile.TarInfo(f"pyodide/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


@pytest.mark.parametrize("kind", ["folder", "zip", "tar"])
def test_a_folder_or_an_archive_that_is_named_is_enough(tmp_path, monkeypatch, kind):
    source = tmp_path / kind
    {"folder": lambda path: put(path / "pyodide"), "zip": as_zip, "tar": as_tar}[kind](source)
    monkeypatch.setenv(get_pyodide.SETTING, str(source))
    assert there(get_pyodide.get(tmp_path / "to")) == CONTENT


def test_what_is_in_the_cache_is_not_fetched_again(tmp_path):
    assert there(get_pyodide.get(put(tmp_path))) == CONTENT


def test_the_release_is_asked_for_what_is_missing_alone(tmp_path, monkeypatch):
    put(tmp_path, {"numpy.whl": CONTENT["numpy.whl"]})
    asked = []

    def release(url, timeout):
        asked.append(url.removeprefix(get_pyodide.RELEASE))
        return io.BytesIO(CONTENT[asked[-1]])

    monkeypatch.setattr(get_pyodide, "urlopen", release)
    assert there(get_pyodide.get(tmp_path)) == CONTENT
    assert asked == ["pyodide.mjs", "pyodide.asm.wasm"]


def test_after_the_release_comes_the_package(tmp_path, monkeypatch):
    def pip(command, **_):
        as_zip(f"{command[command.index('-d') + 1]}/package-1.0-py3-none-any.whl")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", pip)
    assert there(get_pyodide.get(tmp_path)) == CONTENT


def test_a_download_that_was_cut_off_goes_on_where_it_stopped(tmp_path, monkeypatch):
    def cut_off(url, timeout):
        if url.endswith(".whl"):
            raise OSError("connection reset")
        return io.BytesIO(CONTENT[url.removeprefix(get_pyodide.RELEASE)])

    monkeypatch.setattr(get_pyodide, "urlopen", cut_off)
    with pytest.raises(PyodideError, match=r"^numpy\.whl of Pyodide .* connection reset"):
        get_pyodide.get(tmp_path)
    assert there(tmp_path) == {name: CONTENT[name] for name in ("pyodide.mjs", "pyodide.asm.wasm")}
    monkeypatch.setattr(get_pyodide, "urlopen", lambda url, timeout: io.BytesIO(CONTENT["numpy.whl"]))
    assert there(get_pyodide.get(tmp_path)) == CONTENT


def test_another_file_under_the_right_name_is_refused_and_nothing_half_is_written(tmp_path, monkeypatch):
    source = put(tmp_path / "mine", CONTENT | {"numpy.whl": b"PK nump!"})
    monkeypatch.setenv(get_pyodide.SETTING, str(source))
    with pytest.raises(PyodideError, match=r"numpy\.whl is not that of Pyodide .*expected 8 bytes"):
        get_pyodide.get(tmp_path / "to")
    assert "numpy.whl" not in there(tmp_path / "to")


def test_a_damaged_file_in_the_cache_is_replaced(tmp_path, monkeypatch):
    put(tmp_path, CONTENT | {"pyodide.mjs": b"export {!"})
    monkeypatch.setattr(get_pyodide, "urlopen", lambda url, timeout: io.BytesIO(CONTENT["pyodide.mjs"]))
    assert there(get_pyodide.get(tmp_path)) == CONTENT


@pytest.mark.parametrize("what", ["missing", "text", "cut off"])
def test_a_named_source_that_cannot_be_read_is_named(tmp_path, monkeypatch, what):
    source = tmp_path / "source"
    if what == "text":
        source.write_text("no archive")
    if what == "cut off":
        as_tar(source)
        source.write_bytes(source.read_bytes()[:100])
    monkeypatch.setenv(get_pyodide.SETTING, str(source))
    with pytest.raises(PyodideError, match=f"{source} is no folder and no archive"):
        get_pyodide.get(tmp_path / "to")


def test_a_named_source_without_all_files_is_refused_by_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv(get_pyodide.SETTING, str(put(tmp_path / "mine", {"pyodide.mjs": b"export {}"})))
    with pytest.raises(PyodideError, match=r"mine has no pyodide\.asm\.wasm, numpy\.whl of Pyodide"):
        get_pyodide.get(tmp_path / "to")


def test_no_source_at_all_is_one_message_that_says_what_to_do(tmp_path, monkeypatch, capsys):
    get = get_pyodide.get
    monkeypatch.setattr(get_pyodide, "get", lambda: get(tmp_path))
    assert get_pyodide.main([]) == 1
    said = capsys.readouterr().err
    assert said.startswith("get_pyodide: pyodide.mjs, ")
    assert "no network here" in said
    assert "no such package" in said
    assert get_pyodide.SETTING in said


def test_the_wheel_holds_the_course_without_what_needs_keras(tmp_path, monkeypatch):
    monkeypatch.setattr(get_pyodide, "NUMPY", "numpy.whl")
    monkeypatch.setattr(get_pyodide, "CACHE", put(tmp_path / "cache"))
    monkeypatch.setattr(get_pyodide, "get", lambda: tmp_path / "cache")
    sizes = live_python.write(tmp_path / "python")
    lock = json.loads((tmp_path / "python" / live_python.LOCK).read_text())
    entry = lock["packages"]["lstm-teach"]
    wheel = tmp_path / "python" / entry["file_name"]
    assert entry["sha256"] == hashlib.sha256(wheel.read_bytes()).hexdigest()
    assert sizes[wheel.name] == wheel.stat().st_size < 2_000_000
    names = zipfile.ZipFile(wheel).namelist()
    assert {"live/labs.py", "live/exercises.py", "lstm_teach/data/reader/weights.npz"} <= set(names)
    assert not [name for name in names if "keras_bridge" in name or "/cache/" in name]
    assert live_python.course_wheel() == wheel.read_bytes()


def test_the_python_of_jupyterlite_has_all_that_its_packages_need_and_what_lessons_read():
    listed = {name: package for part in lite.PACKAGES.values() for name, package in part.items()}
    needed = {name for package in listed.values() for name in package["depends"]} | {
        "matplotlib",
        "ipywidgets",
    }
    assert {name.replace("_", "-") for name in needed} <= {*listed, "numpy"}
    names = zipfile.ZipFile(io.BytesIO(live_python.course_wheel(lite.LEFT_OUT, lite.NOT_READ))).namelist()
    wanted = {"figures.py", "course.mplstyle", "data/digits/digits.npz", "data/quizzes/03.toml"}
    assert {f"lstm_teach/{name}" for name in wanted} <= set(names)
    assert not [name for name in names if "keras_bridge" in name]
