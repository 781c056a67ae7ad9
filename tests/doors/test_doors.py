"""Other doors to the course: fresh environments with its wheel and what the door brings, and nothing else."""

import json
import os
import subprocess
import sys
import tarfile

import pytest
from fresh import ROOT, fresh, pip

pytestmark = [pytest.mark.doors, pytest.mark.slow]

# What each door brings. VS Code speaks to a kernel by itself: there is no Jupyter server in the environment.
DOORS = {
    "VS Code": ["ipykernel", "ipywidgets>=8.1", "numpy"],
    "Colab": ["ipykernel==6.17.1", "ipython==7.34.0", "ipywidgets==7.7.1", "numpy==2.0.2"],
}
# What has a verb of its own, and what executes notebooks.
LEFT_OUT = ("browser", "backends", "hub", "doors", "lessons", "notebooks")
# Runs in the door's environment: every lab is opened in a kernel, and one of its controls is moved.
DRIVE = """
import json
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="python3")

def answers(number):
    while True:
        message = client.get_iopub_msg(timeout=120)
        if message["msg_type"] == "error":
            raise SystemExit("\\n".join(message["content"]["traceback"]))
        yield message
        done = message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
        if done and message["parent_header"].get("msg_id") == number:
            return

def states(number):
    found = {}
    for message in answers(number):
        if message["msg_type"] in ("comm_open", "comm_msg"):
            content = message["content"]
            found.setdefault(content["comm_id"], {}).update(content["data"].get("state", {}))
    return found

told = {}
list(answers(client.execute("from lstm_teach import labs; from lstm_teach.labs import LABS")))
for name in json.loads(NAMES):
    widgets = states(client.execute(f"lab = labs.{name}(); display(lab)"))
    sliders = [(n, s) for n, s in widgets.items() if s.get("_model_name", "").endswith("SliderModel")]
    slider, state = next((n, s) for n, s in sliders if not s.get("disabled"))
    goal = state["max"] if state["value"] != state["max"] else state["min"]
    content = {"comm_id": slider, "data": {"method": "update", "state": {"value": goal}}}
    message = client.session.msg("comm_msg", content)
    client.shell_channel.send(message)
    moved = states(message["header"]["msg_id"])
    told[name] = any("<svg" in str(state.get("value")) for state in moved.values())
manager.shutdown_kernel(now=True)
print(json.dumps(told))
"""


@pytest.mark.parametrize("door", DOORS)
def test_every_lab_answers(door, wheel, tmp_path):
    from lstm_teach.labs import LABS

    python = fresh(tmp_path / "venv")
    pip(python, "install", *DOORS[door])
    pip(python, "install", "--no-deps", wheel)
    script = DRIVE.replace("NAMES", repr(json.dumps(list(LABS))))
    done = subprocess.run(
        [str(python), "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout.splitlines()[-1]) == dict.fromkeys(LABS, True)


def test_the_wheel_alone_is_a_whole_door(wheel, tmp_path):
    """From another folder, without a checkout: doctor, copy, and a lesson that runs."""
    python = fresh(tmp_path / "venv")
    pip(python, "install", wheel, "nbconvert")

    def run(*arguments):
        return subprocess.run(
            [str(python), "-m", *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=900
        )

    assert run("lstm_teach", "copy", "own").returncode == 0
    doctor = run("lstm_teach", "doctor")
    assert doctor.returncode == 0, doctor.stdout
    lesson = tmp_path / "own" / "03_forget_gate.ipynb"
    done = run("jupyter", "nbconvert", "--to", "notebook", "--execute", "--inplace", str(lesson))
    assert done.returncode == 0, done.stderr[-3000:]
    assert "<svg" in lesson.read_text(encoding="utf-8")


def test_the_source_distribution_passes_its_own_tests(tmp_path):
    """All that neither train nor execute notebooks, from the unpacked archive, in this environment."""
    program = f"import hatchling.build as b; b.build_sdist({str(tmp_path)!r})"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
    (sdist,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    left_out = [f"--ignore=tests/{name}" for name in LEFT_OUT]
    how = ["-q", "-n", "auto", "--dist", "loadgroup", "-m", "not slow and not notebook"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *how, *left_out, "tests"],
        cwd=unpacked,
        env=os.environ | {"PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:]
