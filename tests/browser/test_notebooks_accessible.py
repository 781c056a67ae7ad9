"""Notebooks and slides for everybody: axe-core finds nothing serious in what the course itself shows there.

What JupyterLab and RISE put around it, such as prompts, toolbars and buttons, is theirs and is not looked at.
"""

import shutil
from pathlib import Path

import pytest

from lstm_teach.labs import LABS
from tools.serving import READY
from tools.walking import open_deck, walk

ROOT = Path(__file__).resolve().parents[2]
LESSONS = ("03_forget_gate", "07_counting_parameters", "13_when_a_figure_lies")  # NumPy alone: soon run
MINUTES = 4 * 60_000  # milliseconds
TALL = {"width": 1280, "height": 24_000}  # JupyterLab makes only the cells that can be seen
SLIDE = {"width": 1280, "height": 720}
OURS = [".jp-OutputArea-output", ".jp-RenderedMarkdown"]
SERIOUS = """async parts => {
    const where = { include: parts.map(part => [part]) };
    const found = await axe.run(where, { resultTypes: ['violations'] });
    return found.violations.filter(one => ['serious', 'critical'].includes(one.impact)).flatMap(one =>
        one.nodes.map(node => `${one.id}: ${node.html.slice(0, 150)} ${node.any[0]?.message ?? ''}`));
}"""
RUN = "window.jupyterapp.commands.execute('notebook:run-all-cells')"
LOOK = "name => window.jupyterapp.commands.execute('apputils:change-theme', { theme: name })"


@pytest.fixture(scope="module")
def course(jupyter):
    """All labs as one notebook, and some lessons, where the server finds them."""
    for name in ("images", "rise.css", *(f"{lesson}.ipynb" for lesson in LESSONS)):
        source = ROOT / "notebooks" / name
        if source.is_dir():
            shutil.copytree(source, jupyter.folder / name, dirs_exist_ok=True)
        else:
            shutil.copy(source, jupyter.folder)
    jupyter.notebook("all_labs", *(f"from lstm_teach.labs import {lab}; {lab}()" for lab in LABS))
    yield
    jupyter.shut_kernels()


@pytest.mark.parametrize("name", ["all_labs", *LESSONS])
def test_axe_finds_nothing_serious_in_what_a_notebook_shows(name, course, jupyter, watched_page, axe):
    page = watched_page
    page.set_viewport_size(TALL)
    page.goto(f"{jupyter.url}/lab/tree/{name}.ipynb?token={jupyter.token}&reset")
    page.wait_for_function(READY)
    page.set_default_timeout(MINUTES)
    page.evaluate(RUN)
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    page.evaluate(axe)
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        page.evaluate(LOOK, theme)
        page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=theme)
        page.wait_for_timeout(500)
        assert page.locator(".jp-OutputArea-output").count() >= 5
        assert set(page.evaluate(SERIOUS, OURS)) == set(), theme


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_slides(scheme, course, jupyter, watched_page, axe):
    """Slides take nothing from JupyterLab's theme: light they are, and light they stay."""
    page = watched_page
    page.set_viewport_size(SLIDE)
    page.emulate_media(color_scheme=scheme)
    open_deck(page, f"{jupyter.url}/rise/{LESSONS[0]}.ipynb?token={jupyter.token}", MINUTES)
    page.evaluate(axe)
    found = set()
    for _ in walk(page):
        found.update(page.evaluate(SERIOUS, [f"section.present > section.present {part}" for part in OURS]))
    assert found == set()
