"""JupyterLab in the browser, which `make_site --lab` adds to the site: every control moves there."""

import pytest
from driving import LabOnPage

from lstm_teach.labs import LABS
from tools.serving import READY

PATIENCE = 240_000  # milliseconds until JupyterLab and its Python have started, on a busy machine
RUN = """async source => {
    const { commands, shell } = window.jupyterapp;
    await commands.execute('notebook:insert-cell-below');
    shell.currentWidget.content.activeCell.model.sharedModel.setSource(source);
    await commands.execute('notebook:run-cell');
}"""


@pytest.fixture(scope="module")
def notebook(browser, site):
    """A page of JupyterLab with a new notebook; in the end, nothing was asked of another place."""
    if not (site.folder / "lab").is_dir():
        pytest.skip("this site has no JupyterLab: make_site --lab")
    page, asked = browser.new_page(viewport={"width": 1280, "height": 900}), []
    page.context.on("request", lambda request: asked.append(request.url))
    page.set_default_timeout(PATIENCE)
    page.goto(f"{site.url}/lab/lab/index.html?reset")
    page.wait_for_function("window.jupyterapp?.restored")
    page.evaluate("window.jupyterapp.restored")
    page.evaluate("window.jupyterapp.commands.execute('notebook:create-new', { kernelName: 'python' })")
    page.wait_for_function(READY)
    page.evaluate("window.jupyterapp.shell.collapseLeft()")
    yield page
    page.close()
    assert [url for url in asked if not url.startswith((site.url, "data:", "blob:"))] == []


@pytest.mark.parametrize("name", LABS)
def test_every_control_of_every_lab_changes_the_picture_by_mouse_and_by_keyboard(notebook, name):
    notebook.evaluate(RUN, f"from lstm_teach.labs import {name}; {name}()")
    cell = notebook.locator(f'.jp-Cell:has-text("import {name};")')
    cell.scroll_into_view_if_needed()
    root = cell.locator(".lstm-lab")
    root.locator("svg").first.wait_for()
    LabOnPage(notebook, root).move_all(name)
