"""The labs of a page in Firefox: one control of each kind by keyboard gives the picture of the notebook."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from lstm_teach.labs import LABS, core
from tools.lab_pages import ONE_EACH, served, write_lab_pages

NPM = Path(__file__).resolve().parents[2] / "build" / "npm"
PUPPETEER = "puppeteer-core@24.43.1"
# For each kind of control, one lab that has it: the control, where in it, the key, and what it is then.
PRESSED = {
    "gate_lab": [
        ("step", "input", "ArrowLeft", 20),
        ("from_step", "input", "ArrowRight", 13),
        ("o", "input[value=closed]", " ", "closed"),
    ],
    "padding_lab": [("mask", "input", " ", True), ("third", "input", "Backspace", None)],
    "counting_lab": [("model", "input", " ", True)],
}


@pytest.fixture(scope="module")
def firefox():
    """The paths of Node and of Firefox, with puppeteer-core from npm in a folder that git does not see."""
    node, npm = shutil.which("node"), shutil.which("npm")
    browser = shutil.which("firefox-esr") or shutil.which("firefox")
    if not (node and npm and browser):
        pytest.skip("Firefox, Node and npm are needed: apt-get install firefox-esr nodejs npm")
    NPM.mkdir(parents=True, exist_ok=True)
    install = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(NPM), PUPPETEER]
    subprocess.run(install, check=True)
    return node, browser


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("firefox")
    write_lab_pages(folder, {name: ONE_EACH[name] for name in PRESSED})
    with served(folder) as address:
        yield address


@pytest.mark.parametrize("name", PRESSED)
def test_one_control_of_each_kind_by_keyboard_gives_the_picture_of_the_notebook(
    firefox, address, tmp_path, name
):
    start, steps = core.open_lab(LABS[name]), []
    for control, where, key, value in PRESSED[name]:
        screen = core.change(start, {control: start.state[control][:-1] if value is None else value})
        selector = f"[data-control={control}] {where}"
        steps.append({"press": [selector, key], "html": screen.html, "status": screen.words})
    (tmp_path / "steps.json").write_text(json.dumps(steps), encoding="utf-8")
    node, browser = firefox
    script = Path(__file__).parent / "firefox.mjs"
    asked = [node, script, f"{address}/{name}.html", tmp_path / "steps.json", NPM, browser]
    done = subprocess.run(asked, capture_output=True, text=True, encoding="utf-8", timeout=900)
    assert done.returncode == 0, done.stderr[-2000:]
