"""Every lab in JupyterLab: moved by mouse and keyboard, in both themes, in a whole and in half a window."""

import re

import pytest
from driving import LabOnPage, file_name

import lstm_teach.labs
from lstm_teach.labs import LABS, squash_lab
from tools.serving import READY

LARGE, HALF = {"width": 1280, "height": 720}, {"width": 640, "height": 2400}  # high, to be seen whole


@pytest.fixture(scope="module")
def notebook(jupyter, watched_page):
    """A page of JupyterLab with all labs, each shown by one line."""
    path = jupyter.notebook("labs", *(f"from lstm_teach.labs import {lab}; {lab}()" for lab in LABS))
    page = watched_page
    page.goto(f"{jupyter.url}/lab/tree/{path}?token={jupyter.token}")
    page.wait_for_function(READY)
    page.evaluate("window.jupyterapp.shell.collapseLeft()")
    page.evaluate("{ window.jupyterapp.commands.execute('notebook:run-all-cells') }")
    return page


@pytest.fixture
def lab(notebook, name):
    cell = notebook.locator(f'.jp-Cell:has-text("import {name};")')
    cell.scroll_into_view_if_needed()
    root = cell.locator(".lstm-lab")
    root.locator("svg").first.wait_for()
    root.scroll_into_view_if_needed()
    return LabOnPage(notebook, root)


@pytest.mark.parametrize("name", LABS)
def test_every_control_changes_the_picture_by_mouse_and_by_keyboard(lab, name):
    lab.move_all(name)


@pytest.mark.parametrize("name", LABS)
def test_every_preset_fits_the_window_below_its_line_of_code(lab, name, artifacts):
    found = {}
    room = lab.page.evaluate("document.querySelector('.jp-WindowedPanel-outer').clientHeight")
    for preset in getattr(lstm_teach.labs, name)().presets:
        lab.start_from(preset)
        for size, window in {"half": HALF, "large": LARGE}.items():
            lab.page.set_viewport_size(window)
            lab.page.wait_for_timeout(150)
            lab.root.screenshot(path=artifacts / f"{file_name(name, preset)}-{size}.png")
            found |= {f"{preset}, {size}: {flaw}": what for flaw, what in lab.flaws().items()}
            cell = lab.root.locator("xpath=ancestor::*[contains(@class, 'jp-CodeCell')]")
            high = cell.evaluate("cell => cell.getBoundingClientRect().height")
            if size == "large" and high > room:
                found[preset] = f"{high - room:.0f} pixels too high"
    assert found == {}


@pytest.mark.parametrize("name", LABS)
@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_words_and_lines_of_every_lab_stand_out_in_both_themes(lab, name, theme, notebook, artifacts):
    page = notebook
    page.evaluate(
        f"window.jupyterapp.commands.execute('apputils:change-theme', {{theme: 'JupyterLab {theme}'}})"
    )
    page.wait_for_function(f"document.body.dataset.jpThemeName === 'JupyterLab {theme}'")
    lab.start_from(next(iter(getattr(lstm_teach.labs, name)().presets)))
    lab.root.screenshot(path=artifacts / f"{name}-{theme.lower()}.png")
    assert lab.too_faint() == []


@pytest.mark.parametrize("name", LABS)
def test_screen_readers_find_the_picture_and_the_live_line(lab, name, notebook):
    tree = lab.root.aria_snapshot()
    for picture in lab.root.locator("svg").all():
        assert len(picture.get_attribute("aria-label")) > 20
    assert re.search(r"- '?img", tree)
    words = lab.root.locator(".lt-status").inner_text()
    spoken = lab.root.locator("[role=status]").aria_snapshot()
    assert words[:40] in spoken.replace("\\", ""), spoken


@pytest.mark.parametrize("name", ["squash_lab"])
def test_dragging_ends_on_the_newest_state_and_does_not_scroll(lab, name, notebook):
    page = notebook
    track = lab.controls.nth(1).locator(".noUi-target")
    box, knob = track.bounding_box(), track.locator(".noUi-handle").bounding_box()
    place = "document.querySelector('.jp-WindowedPanel-outer').scrollTop"
    before = page.evaluate(place)
    page.mouse.move(knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2)
    page.mouse.down()
    for k in range(40):
        page.mouse.move(box["x"] + box["width"] * (0.9 - 0.02 * k), box["y"])
    page.mouse.up()
    factor = float(lab.controls.nth(1).locator(".widget-readout").inner_text().replace("−", "-"))
    expected = squash_lab().set(factor=factor).status
    lab.wait(lambda shown: expected in shown, "the newest state after a drag")
    assert expected in lab.settled()
    assert page.evaluate(place) == before
    lab.reset.click()


@pytest.mark.parametrize("name", LABS)
def test_every_control_has_a_name_for_screen_readers(lab, name):
    lab.reset.focus()
    tree = lab.root.aria_snapshot()
    for kind in ("slider", "combobox", "checkbox", "textbox", "spinbutton", "button"):
        # A name stands in quotes after the kind.
        assert not re.search(rf"^\s*- '?{kind}(?! \")", tree, flags=re.MULTILINE), tree


def test_no_output_is_an_error_and_nothing_was_asked_of_the_outside(notebook, watched_page):
    notebook.wait_for_timeout(500)
    errors = notebook.locator(
        '[data-mime-type="application/vnd.jupyter.stderr"], .jp-RenderedText:has-text("Error")'
    )
    assert errors.all_inner_texts() == []
    assert "Loading widget" not in notebook.locator(".jp-NotebookPanel").first.inner_text()
    assert watched_page.outside == []
