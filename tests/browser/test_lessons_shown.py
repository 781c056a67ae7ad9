"""Every lesson in a browser: run in JupyterLab, its labs moved, walked as a deck, all kept as pictures."""

import re
import shutil
from functools import partial
from pathlib import Path

import nbformat
import pytest
from driving import LabOnPage

from tools.serving import READY
from tools.walking import open_deck, walk

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LAB = re.compile(r"^(\w+_lab)\(.*\)$", re.MULTILINE)
MINUTES = 4 * 60_000  # milliseconds that a lesson may take to run on a busy machine

DEAD = "Loading widget", "Error displaying widget", "Click to show javascript error"
RUN = """async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    await window.jupyterapp.commands.execute('notebook:run-all-cells');
    return [...panel.content.model.cells].map(cell => cell.type === 'code' ? cell.outputs.toJSON() : []);
}"""
CODE_OF_A_PICTURE = "getComputedStyle(document.querySelector('.lt-picture .jp-Cell-inputWrapper')).display"
TO_CELL = """async k => {
    await window.jupyterapp.shell.currentWidget.content.scrollToItem(k, 'start');
    for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame);
}"""


@pytest.fixture(scope="module")
def course(jupyter):
    """The lessons where the server finds them, beside their pictures and their style."""
    folder = jupyter.folder / "lessons"
    if not folder.exists():
        shutil.copytree(
            ROOT / "notebooks", folder, ignore=shutil.ignore_patterns("src", ".ipynb_checkpoints")
        )
    return folder


@pytest.fixture(scope="module")
def pictures(artifacts):
    (folder := artifacts / "lessons").mkdir(exist_ok=True)
    return folder


@pytest.fixture(autouse=True)
def no_kernel_is_left(jupyter):
    yield
    jupyter.shut_kernels()


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_runs_in_jupyterlab_and_its_labs_move(path, course, jupyter, watched_page, pictures):
    page, number = watched_page, path.stem[:2]
    page.goto(f"{jupyter.url}/lab/tree/lessons/{path.name}?token={jupyter.token}&reset")
    page.wait_for_function(READY)
    page.set_default_timeout(MINUTES)
    outputs = page.evaluate(RUN)
    page.set_default_timeout(60_000)
    went_wrong = [
        out
        for cell in outputs
        for out in cell
        if out["output_type"] == "error" or out.get("name") == "stderr"
    ]
    assert went_wrong == []

    for k, cell in enumerate(nbformat.read(path, as_version=4).cells):
        lab = LAB.match(cell.source)
        if not lab and not (cell.cell_type == "markdown" and cell.source.startswith("#")):
            continue
        page.evaluate(TO_CELL, k)
        page.screenshot(path=pictures / f"{number}-lab-{k:02}.png")
        if lab:
            root = page.locator(f".jp-Cell[data-windowed-list-index='{k}'] .lstm-lab")
            root.locator("svg").first.wait_for()
            shown = LabOnPage(page, root)
            opened = shown.settled()
            options = shown.preset.evaluate("list => [...list.options].map(option => option.value)")
            now = shown.preset.evaluate("list => list.value")
            other = next(option for option in options if option != now)
            shown.after(partial(shown.preset.select_option, other), f"{path.stem}, {lab[0]}")
            assert shown.start_from(now) == opened
    shown = page.locator(".jp-Notebook").inner_text()
    assert not [words for words in DEAD if words in shown]
    assert page.outside == []


def said_again(cells):
    """The headings that slides of code without one have again, from the slide above them, in order."""
    slides = []  # (whether a stack begins, its cells)
    for cell in cells:
        kind = cell.metadata["slideshow"]["slide_type"]
        if kind in ("slide", "subslide"):
            slides.append((kind == "slide", [cell]))
        elif kind in ("fragment", "-"):
            slides[-1][1].append(cell)
    found, above = [], None
    for begins, shown in slides:
        own = [
            re.search(r"^#{1,3} (.+)$", cell.source, re.M) for cell in shown if cell.cell_type == "markdown"
        ]
        own = next(filter(None, own), None)
        above = own[1] if own else None if begins else above
        code = [cell for cell in shown if cell.cell_type == "code"]
        titled = any(re.match(r"(\w+_lab|quiz)\(", cell.source) for cell in code)
        if above and code and not own and not titled:
            found.append(above)
    return found


def plain(heading):
    """A heading without formulas (no text on a page), marks, spaces and the sign that links to it."""
    return re.sub(r"[\W_]+", "", re.sub(r"\$[^$]*\$", "", heading))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_deck_runs_itself_and_every_slide_fits_the_frame(path, course, jupyter, watched_page, pictures):
    page, number = watched_page, path.stem[:2]
    open_deck(page, f"{jupyter.url}/rise/lessons/{path.name}?token={jupyter.token}", MINUTES)
    cells = nbformat.read(path, as_version=4).cells
    wanted = sum(cell.metadata["slideshow"]["slide_type"] in ("slide", "subslide") for cell in cells)
    too_large, seen = [], set()
    for k, frame in enumerate(walk(page)):
        name = f"{number}-slide-{k:02}"
        page.screenshot(path=pictures / f"{name}.png")
        seen.add(frame.id)
        if frame.bottom > 720 or frame.right > 1280:
            too_large.append(f"{name}: to {frame.right:.0f} x {frame.bottom:.0f}: {frame.lowest}")
        too_large += [f"{name}: {words!r} leaves its picture" for words in frame.cut]
    again = page.locator(".reveal .slides .lt-again").all_text_contents()
    assert [plain(heading) for heading in again] == [plain(heading) for heading in said_again(cells)]
    assert len(seen) == wanted, "not every slide was reached"
    if page.locator(".lt-picture").count():
        page.evaluate("document.activeElement?.blur()")
        shown = [page.evaluate(CODE_OF_A_PICTURE)]
        for _ in range(2):
            page.keyboard.press("c")
            shown.append(page.evaluate(CODE_OF_A_PICTURE))
        assert shown[0] == shown[2] == "none" != shown[1], "C shows the code of a picture, and hides it"
    assert too_large == []
    assert not [words for words in DEAD if words in page.locator(".reveal").first.inner_text()]
    assert page.outside == []
