"""The doctor: each illness is simulated through the questions it asks; nothing is uninstalled."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from lstm_teach import doctor
from lstm_teach.doctor import installation
from lstm_teach.shell import command, set_variable, shell_at_hand, this_python

CPU = {"backend": "tensorflow", "kind": "CPU", "model": "a processor"}
GPU = {"backend": "tensorflow", "kind": "GPU", "model": "a graphics card"}
JUPYTER = {
    "extensions": {
        "@jupyter-widgets/jupyterlab-manager": "5.0.16",
        "jupyterlab-rise": "0.43.1",
        "lstm-teach-rise": "0.1.0",
    },
    "disabled": [],
    "kernel": "python",
}
VERSIONS = {
    **{"packaging": "26.3", "keras": "3.15.1", "tensorflow": "2.21.0", "numpy": "2.4.6"},
    **{"ipywidgets": "8.1.9", "jupyterlab_widgets": "3.0.17"},
}
NEEDS = {
    "lstm-teach": (">=3.11,<3.14", ["keras>=3.10", "numpy>=1.26", "ipywidgets>=8.1"]),
    "ipywidgets": (">=3.7", ["jupyterlab_widgets~=3.0.15"]),
}


def answers(device=CPU, jupyter=JUPYTER, **by_backend):
    """How an installation answers: by the program asked and the backend that was set for it."""

    def ask(program, KERAS_BACKEND=None):  # the environment variable's name
        if program == installation.ASK_JUPYTER:
            return jupyter
        return by_backend.get(KERAS_BACKEND, device)

    return ask


HEALTHY = doctor.Installation(
    python="3.12.1",
    system="Linux",
    settings={},
    needs_of=NEEDS.get,
    version_of=VERSIONS.get,
    ask=answers(),
    nvidia_gpus=list,
    data_dir=lambda: Path("data"),
    imdb=lambda: Path("data/cache/imdb.npz"),
)


def ill(**changes):
    """What the doctor finds in a healthy installation with one thing changed, but for what is in order."""
    findings = doctor.examine(replace(HEALTHY, **changes))
    return [finding for finding in findings if finding.state != "ok"]


def only(findings):
    assert len(findings) == 1, findings
    return findings[0]


def without(package):
    return lambda name: None if name == package else VERSIONS.get(name)


def older(package, version):
    return lambda name: version if name == package else VERSIONS.get(name)


def test_a_healthy_installation_with_a_gpu_has_nothing_to_mend():
    assert ill(ask=answers(GPU)) == []
    assert doctor.can_run(doctor.examine(HEALTHY))


@pytest.mark.parametrize("python", ["3.10.14", "3.14.0"])
def test_a_python_out_of_range_is_wrong_and_the_range_is_named(python):
    finding = only(ill(python=python, ask=answers(GPU)))
    assert (finding.state, finding.what) == ("wrong", "Python")
    assert python in finding.text
    assert ">=3.11,<3.14" in finding.text
    assert finding.fix.startswith("conda env create")


def test_a_missing_package_is_wrong_and_one_command_installs_it_into_this_python():
    finding = only(ill(version_of=without("keras"), ask=answers(GPU)))
    assert (finding.state, finding.what) == ("wrong", "keras")
    assert "not installed" in finding.text
    python, *arguments = shlex.split(finding.fix)
    assert Path(python).name == Path(sys.executable).name
    assert arguments == ["-m", "pip", "install", "keras>=3.10"]


def test_an_old_package_is_wrong_and_both_versions_are_named():
    finding = only(ill(version_of=older("numpy", "1.20.0"), ask=answers(GPU)))
    assert (finding.state, finding.what) == ("wrong", "numpy")
    assert "1.20.0" in finding.text
    assert ">=1.26" in finding.text


def test_the_two_halves_of_the_controls_must_fit_together():
    finding = only(ill(version_of=older("jupyterlab_widgets", "1.1.1"), ask=answers(GPU)))
    assert (finding.state, finding.what) == ("wrong", "jupyterlab_widgets")
    assert "1.1.1" in finding.text


def test_a_course_that_is_not_installed_is_wrong():
    finding = only(ill(needs_of={}.get, ask=answers(GPU)))
    assert (finding.state, finding.what) == ("wrong", "lstm-teach")
    assert finding.fix.endswith("-m pip install -e .")


def test_no_gpu_is_no_illness():
    finding = only(ill())
    assert (finding.state, finding.what, finding.fix) == ("note", "GPU", "")


@pytest.mark.parametrize(
    ("backend", "fix"),
    [
        ("tensorflow", "tensorflow[and-cuda]"),
        ("jax", "jax[cuda12]"),
        ("torch", "torch"),
    ],
)
def test_a_gpu_that_the_backend_does_not_see_is_a_warning_with_the_wheels_that_see_it(backend, fix):
    finding = only(ill(ask=answers({**CPU, "backend": backend}), nvidia_gpus=lambda: ["NVIDIA T4"]))
    assert (finding.state, finding.what) == ("warning", "GPU")
    assert "NVIDIA T4" in finding.text
    assert backend in finding.text
    assert shlex.split(finding.fix)[-4:] == ["-m", "pip", "install", fix]


def test_on_windows_tensorflow_needs_wsl_for_the_gpu():
    finding = only(ill(system="Windows", nvidia_gpus=lambda: ["NVIDIA T4"]))
    assert (finding.state, finding.fix) == ("warning", "wsl --install")


def test_a_gpu_that_only_another_installed_backend_sees_is_named_with_the_switch():
    seen = answers(CPU, tensorflow=CPU, torch={**GPU, "backend": "torch"})
    versions = {**VERSIONS, "torch": "2.13.0"}
    finding = only(ill(ask=seen, version_of=versions.get))
    assert (finding.state, finding.what) == ("warning", "GPU")
    assert finding.fix == "export KERAS_BACKEND=torch"


def test_keras_that_does_not_start_is_wrong_in_its_own_words():
    finding = only(ill(ask=answers({"error": "ImportError: DLL load failed"})))
    assert (finding.state, finding.what) == ("wrong", "Keras starts")
    assert "DLL load failed" in finding.text
    assert "keras tensorflow" in finding.fix


def test_a_backend_that_is_asked_for_but_not_installed_is_named():
    finding = only(ill(ask=answers({"error": "boom"}), settings={"KERAS_BACKEND": "jax"}))
    assert "KERAS_BACKEND asks for jax" in finding.text
    assert finding.fix == "unset KERAS_BACKEND"


@pytest.mark.parametrize(
    ("extension", "state", "what"),
    [
        ("@jupyter-widgets/jupyterlab-manager", "wrong", "controls in notebooks"),
        ("jupyterlab-rise", "warning", "slides"),
        ("lstm-teach-rise", "warning", "controls in slides"),
    ],
)
def test_a_lab_extension_that_is_missing_or_disabled_is_told_apart(extension, state, what):
    others = {name: version for name, version in JUPYTER["extensions"].items() if name != extension}
    missing = only(ill(ask=answers(GPU, {**JUPYTER, "extensions": others})))
    disabled = only(ill(ask=answers(GPU, {**JUPYTER, "disabled": [extension]})))
    assert (missing.state, missing.what) == (disabled.state, disabled.what) == (state, what)
    assert "-m pip install" in missing.fix
    assert disabled.fix.endswith(f"-m jupyter labextension enable {extension}")


def test_a_kernel_that_runs_another_python_is_wrong():
    finding = only(ill(ask=answers(GPU, {**JUPYTER, "kernel": "/elsewhere/bin/python"})))
    assert (finding.state, finding.what) == ("wrong", "Jupyter's kernel")
    assert finding.fix.endswith("-m ipykernel install --sys-prefix")


def test_jupyter_that_does_not_start_is_wrong():
    finding = only(ill(ask=answers(GPU, {"error": "ModuleNotFoundError: No module named 'jupyterlab'"})))
    assert (finding.state, finding.what) == ("wrong", "Jupyter starts")


def test_imdb_that_is_not_at_hand_is_a_note_with_the_command_that_gets_it():
    finding = only(ill(ask=answers(GPU), imdb=lambda: None))
    assert finding.state == "note"
    assert finding.fix.endswith("-m lstm_teach imdb")


def test_a_setting_that_leads_to_no_imdb_is_a_warning():
    settings = {"LSTM_TEACH_IMDB": "/nowhere"}
    finding = only(ill(ask=answers(GPU), imdb=lambda: None, settings=settings))
    assert finding.state == "warning"
    assert "/nowhere" in finding.text


def test_a_cache_setting_that_names_no_place_is_a_warning_with_the_way_out(monkeypatch):
    monkeypatch.delenv("LSTM_TEACH_IMDB", raising=False)
    monkeypatch.setenv("LSTM_TEACH_CACHE", " ")
    finding = only(ill(ask=answers(GPU), imdb=installation.imdb))
    assert (finding.state, finding.what) == ("warning", "IMDB reviews")
    assert finding.text.startswith("LSTM_TEACH_CACHE: got ' '")
    assert finding.fix == "unset LSTM_TEACH_CACHE"


def test_missing_data_is_wrong():
    def missing():
        raise FileNotFoundError("data_dir: no data folder")

    finding = only(ill(ask=answers(GPU), data_dir=missing))
    assert (finding.state, finding.what) == ("wrong", "shipped data")


def test_the_report_puts_the_mend_below_its_finding_and_ends_with_the_verdict():
    sick = [doctor.Finding("ok", "a", "1"), doctor.Finding("wrong", "longer", "broken", "fix it")]
    lines = doctor.report(sick).splitlines()
    assert lines[0].split() == ["ok", "a", "1"]
    assert lines[1].split() == ["wrong", "longer", "broken"]
    assert lines[2].strip() == "-> fix it"
    assert "cannot run" in lines[-1]
    assert doctor.report(sick[:1]).endswith("The course can run.")


def test_a_question_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(installation, "TIME_LIMIT", 1)
    start = time.monotonic()
    assert "within 1 seconds" in installation.ask("import time; time.sleep(60)")["error"]
    assert time.monotonic() - start < 30


def test_a_question_that_crashes_or_says_nothing_is_an_error_in_its_last_words():
    assert installation.ask("raise ImportError('no such library')")["error"] == "ImportError: no such library"
    assert installation.ask("import os; os._exit(3)")["error"] == "exit status 3"


def test_in_a_browser_which_has_neither_threads_nor_processes_the_doctor_says_so(monkeypatch):
    def none(*_, **__):
        raise OSError("emscripten does not support processes")

    monkeypatch.setattr(threading.Thread, "start", none)
    monkeypatch.setattr(subprocess, "run", none)
    found = {finding.what: finding for finding in ill(ask=installation.ask)}
    assert set(found) == {"Keras starts", "Jupyter starts"}
    for finding in found.values():
        assert finding.text == "no other Python can be started here (emscripten does not support processes)"


def test_noise_before_the_answer_does_not_hide_it():
    assert installation.ask("print('Welcome!'); print('{\"gpus\": []}')") == {"gpus": []}


def test_an_answer_that_is_no_utf_8_is_an_error_and_a_name_in_utf_8_is_read_under_any_locale():
    assert "error" in installation.ask("import os; os.write(1, b'\\xff\\xfe broken')")
    there = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": ""}
    program = (
        "from lstm_teach.doctor import installation; import json;"
        "print(json.dumps(installation.ask('print(chr(123) + chr(34) + chr(233) + chr(34) + \": 1}\")')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | there, capture_output=True, check=True
    )
    assert json.loads(done.stdout) == {"é": 1}


def test_the_doctor_s_report_can_be_printed_where_the_terminal_knows_ascii_alone():
    program = (
        "from lstm_teach import doctor, __main__ as m\n"
        "doctor.examine = lambda: [doctor.Finding('ok', 'GPU', 'Grafikkarte f\\xfcr \\u03c3')]\n"
        "raise SystemExit(m.main(['doctor']))"
    )
    there = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""}
    done = subprocess.run([sys.executable, "-c", program], env=os.environ | there, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert b"Grafikkarte f" in done.stdout


WORDS = ["C:\\Program Files\\Python\\python.exe", "-m", "pip", "install", "keras>=3.10", "jax[cuda12]", "."]


@pytest.mark.parametrize(
    ("system", "settings", "shell", "line"),
    [
        ("Linux", {}, "posix", None),
        ("Windows", {"MSYSTEM": "MINGW64", "PROMPT": "$P$G"}, "posix", None),  # Git Bash, opened from cmd
        ("Windows", {"SHELL": "/usr/bin/bash"}, "posix", None),
        (
            "Windows",
            {"PROMPT": "$P$G"},
            "cmd",
            '"C:\\Program Files\\Python\\python.exe" -m pip install "keras>=3.10" "jax[cuda12]" .',
        ),
        (
            "Windows",
            {},
            "powershell",
            "& 'C:\\Program Files\\Python\\python.exe' -m pip install 'keras>=3.10' 'jax[cuda12]' .",
        ),
    ],
)
def test_a_command_is_quoted_for_the_shell_at_hand(system, settings, shell, line):
    assert shell_at_hand(system, settings) == shell
    if line is None:
        assert shlex.split(command(shell, WORDS)) == WORDS
    else:
        assert command(shell, WORDS) == line


@pytest.mark.parametrize(
    ("found", "begins"),
    [("own/bin/python", "python"), ("other/bin/python", "own/bin/python"), (None, "own/bin/python")],
)
def test_this_python_has_the_name_that_the_shell_finds_it_by(found, begins, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "own/bin/python"))
    monkeypatch.setattr(shutil, "which", lambda name: found and str(tmp_path / found))
    python, *rest = shlex.split(this_python("posix", "lstm_teach", "predict", "run", "a text"))
    assert Path(python) == Path(begins)
    assert rest == ["-m", "lstm_teach", "predict", "run", "a text"]


@pytest.mark.skipif(shutil.which("sh") is None, reason="no POSIX shell here")
@pytest.mark.parametrize("value", ["jax", "a b", "it's $HOME"])
def test_a_posix_shell_sets_and_removes_the_variable(value):
    lines = [set_variable("posix", "THIS", value), 'printf "%s|" "$THIS"', set_variable("posix", "THIS", "")]
    done = subprocess.run(
        ["sh", "-c", "; ".join([*lines, 'printf "%s" "${THIS-gone}"'])], capture_output=True
    )
    assert done.stdout.decode() == f"{value}|gone"


def test_windows_shells_have_their_own_ways_to_set_a_variable():
    assert set_variable("cmd", "THIS", "a b") == 'set "THIS=a b"'
    assert set_variable("cmd", "THIS", "") == 'set "THIS="'
    assert set_variable("powershell", "THIS", "it's") == "$env:THIS = 'it''s'"
    assert set_variable("powershell", "THIS", "") == "Remove-Item Env:THIS"


def test_on_windows_the_fix_is_written_for_its_shell():
    seen = {"system": "Windows", "settings": {"KERAS_BACKEND": "jax"}, "ask": answers({"error": "boom"})}
    assert only(ill(**seen)).fix == "Remove-Item Env:KERAS_BACKEND"


def test_an_unknown_package_has_neither_version_nor_needs():
    assert installation.version_of("no-such-package-at-all") is None
    assert installation.needs_of("no-such-package-at-all") is None


@pytest.mark.slow
def test_this_installation_is_examined_for_real_and_can_run():
    findings = doctor.examine()
    assert doctor.can_run(findings), doctor.report(findings)
    found = {finding.what: finding.text for finding in findings}
    assert re.match(r"\d+\.\d+", found["tensorflow"])
    assert {"Keras starts", "GPU", "Jupyter's kernel", "controls in slides", "IMDB reviews"} <= set(found)
