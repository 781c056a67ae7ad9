"""The oldest and the newest JupyterLab that the course allows: a lab answers in a notebook and on a slide."""

import subprocess
import sys
import tomllib

import pytest
from browser.driving import LabOnPage
from fresh import ROOT, fresh, pip

from tools.serving import FLAGS, NO_BROWSER, READY, find_chromium, running_jupyter

pytestmark = [pytest.mark.doors, pytest.mark.slow]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
FRONT_END = [line for line in PROJECT["dependencies"] if line.startswith(("ipywidgets", "jupyterlab"))]
SLIDE = "section.present .jp-CodeCell"


@pytest.fixture(scope="module", params=["lowest-direct", "highest"])
def jupyter(request, wheel, tmp_path_factory):
    """A JupyterLab of the oldest or of the newest versions, with the course and little else."""
    if find_chromium() is None:
        pytest.skip(NO_BROWSER)
    folder = tmp_path_factory.mktemp(request.param)
    python = fresh(folder / "venv")
    install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", str(python)]
    subprocess.run([*install, "--resolution", request.param, *FRONT_END], check=True)
    pip(python, "install", "numpy")
    pip(python, "install", "--no-deps", wheel)
    with running_jupyter(folder, python) as jupyter:
        jupyter.notebook("lab", "from lstm_teach.labs import gate_lab; gate_lab()", heading="## The gate")
        yield jupyter


@pytest.fixture
def page(jupyter):
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.set_default_timeout(120_000)
        yield page
        browser.close()


def answers(page, root):
    """The lab has another picture after a key on its first slider that can be moved."""
    root.locator("svg").first.wait_for()
    lab = LabOnPage(page, root)
    lab.settled()
    slider = root.locator(".noUi-target:not([disabled]) .noUi-handle").first
    lab.after(lambda: (slider.focus(), page.keyboard.press("ArrowRight")), "a key on a slider")


def test_a_lab_answers_in_a_notebook(jupyter, page):
    page.goto(f"{jupyter.url}/lab/tree/lab.ipynb?token={jupyter.token}")
    page.wait_for_function(READY)
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    answers(page, page.locator(".lstm-lab"))


def test_a_lab_answers_on_a_slide(jupyter, page):
    page.goto(f"{jupyter.url}/rise/lab.ipynb?token={jupyter.token}")
    page.locator(f"{SLIDE} .cm-content").click()
    page.wait_for_timeout(2000)  # RISE lays the slides out once more when it has settled
    page.keyboard.press("Control+Enter")
    answers(page, page.locator(f"{SLIDE} .lstm-lab"))
