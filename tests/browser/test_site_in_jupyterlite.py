"""JupyterLab in the browser, which `make_site --lab` adds to the site: every control moves there."""

import pytest
from driving import LabOnPage

from lstm_teach.labs import LABS, core
from tools.serving import READY

PATIENCE = 240_000  # milliseconds until JupyterLab and its Python have started, on a busy machine
RUN = """async source => {
    const { commands, shell } = window.jupyterapp;
    await commands.execute('notebook:insert-cell-below');
    shell.currentWidget.content.activeCell.model.sharedModel.setSource(source);
    await commands.execute('notebook:run-cell');
}"""
# All outputs of a notebook, once all its cells have run: cells that are out of sight are not in the page.
RUN_ALL = """async () => {
    const { commands, shell } = window.jupyterapp;
    await commands.execute('notebook:run-all-cells');
    const cells = [...shell.currentWidget.content.model.cells].filter(cell => cell.type === 'code');
    return cells.flatMap(cell => cell.outputs.toJSON());
}"""


class UnhurriedLab(LabOnPage):
    """A lab whose Python is slower: a letter on its way when Reset is pressed would come after it."""

    def __init__(self, page, root, spec) -> None:
        super().__init__(page, root)
        self.spec = spec

    def start_from(self, preset):
        """Choose a preset, and wait for the words that a notebook shows in it."""
        self.preset.select_option(preset)
        self.reset.click()
        self.root.locator(".lt-status", has_text=core.open_lab(self.spec, preset).words).wait_for()
        return self.settled()

    def after(self, action, what):
        """Do something, and wait for the last of its pictures."""
        super().after(action, what)
        return self.settled()


@pytest.fixture(scope="module")
def jupyterlite(browser, site):
    """A page with JupyterLab; in the end, nothing was asked of another place."""
    if not (site.folder / "lab").is_dir():
        pytest.skip("this site has no JupyterLab: make_site --lab")
    page, asked = browser.new_page(viewport={"width": 1280, "height": 900}), []
    page.context.on("request", lambda request: asked.append(request.url))
    page.set_default_timeout(PATIENCE)
    page.goto(f"{site.url}/lab/lab/index.html?reset")
    page.wait_for_function("window.jupyterapp?.restored")
    page.evaluate("async () => { await window.jupyterapp.restored; }")
    yield page
    page.close()
    assert [url for url in asked if not url.startswith((site.url, "data:", "blob:"))] == []


@pytest.fixture(scope="module")
def notebook(jupyterlite):
    """The same page with a new notebook."""
    new = "window.jupyterapp.commands.execute('notebook:create-new', { kernelName: 'python' })"
    jupyterlite.evaluate(f"async () => {{ await {new}; }}")
    jupyterlite.wait_for_function(READY)
    jupyterlite.evaluate("window.jupyterapp.shell.collapseLeft()")
    return jupyterlite


@pytest.mark.parametrize("name", LABS)
def test_every_control_of_every_lab_changes_the_picture_by_mouse_and_by_keyboard(notebook, name):
    notebook.evaluate(RUN, f"from lstm_teach.labs import {name}; {name}()")
    cell = notebook.locator(f'.jp-Cell:has-text("import {name};")')
    cell.scroll_into_view_if_needed()
    root = cell.locator(".lstm-lab")
    root.locator("svg").first.wait_for()
    UnhurriedLab(notebook, root, LABS[name]).move_all(name)


def test_a_lesson_without_keras_runs_to_its_end(jupyterlite):
    path = "03_forget_gate.ipynb"
    jupyterlite.evaluate(
        "async path => { await window.jupyterapp.commands.execute('docmanager:open', { path }); }", path
    )
    jupyterlite.wait_for_function(f"window.jupyterapp.shell.currentWidget.context?.path === '{path}'")
    jupyterlite.wait_for_function(READY)
    outputs = jupyterlite.evaluate(RUN_ALL)
    assert len(outputs) > 10
    assert [output for output in outputs if output["output_type"] == "error"] == []
