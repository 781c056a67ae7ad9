"""What may go wrong around the labs of a page: Python that cannot be loaded, or is ended, and no network."""

import json
import re
import shutil
from pathlib import Path

import pytest
from live_pages import START, live_lab, pressed

from lstm_teach.labs import core
from tools.lab_pages import served


def test_a_worker_that_is_killed_is_replaced_and_the_lab_goes_on_where_it_was(page, labs_at):
    lab = live_lab(page, f"{labs_at}/gate_lab.html")
    start = lab.start_from("add")
    pressed(lab, lab.control("step").locator("input"), "Home")
    lab.wait_until(lambda: lab.shows(core.change(start, {"step": 1})), "before")
    # As a browser does that needs memory: without a word.
    page.workers[0].evaluate("setTimeout(() => self.close())")
    lab.control("f").get_by_label("closed").check()
    wanted = core.change(start, {"step": 1, "f": "closed"})
    for _ in range(4):  # the silence, and another start of Python
        try:
            lab.wait_until(lambda: lab.shows(wanted), "after")
            break
        except AssertionError:
            continue
    assert lab.shows(wanted)
    assert lab.state == "live"


def spoiled(path: Path) -> None:
    """Leave a file of the same length with other bytes at its end."""
    content = path.read_bytes()
    path.write_bytes(content[:-1000] + bytes(1000))


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:10_000])


FAULTS = {
    "no file of Python is there": ("pyodide.mjs", Path.unlink, "pyodide.mjs|could not be loaded"),
    "a file is not found": ("pyodide.asm.wasm", Path.unlink, "pyodide.asm.wasm could not be loaded .404"),
    "the lock is not found": ("pyodide-lock.json", Path.unlink, "pyodide-lock.json could not be loaded .404"),
    "another NumPy has its name": ("numpy-*.whl", spoiled, "numpy-.*.whl .* not the file"),
    "another course has its name": ("lstm_teach-*.whl", spoiled, "lstm_teach-.*.whl .* not the file"),
    "a file is cut off": ("pyodide.asm.wasm", cut_off, "WebAssembly"),
}
"""What may be wrong: the file, what has become of it, and what the page says of it."""


@pytest.mark.parametrize("fault", FAULTS)
def test_a_page_whose_python_cannot_be_loaded_says_why_and_stays_and_may_try_again(
    page, lab_pages, tmp_path, fault
):
    name, spoil, why = FAULTS[fault]
    broken = tmp_path / "site"
    shutil.copytree(lab_pages, broken)
    place = next((broken / "python").glob(name))
    spoil(place)
    page.expected = re.compile("")
    with served(broken) as elsewhere:
        page.goto(f"{elsewhere}/gate_lab.html")
        still = page.locator("[data-part=picture]").inner_html()
        button = page.get_by_role("button", name="Make this page live")
        button.click()
        page.locator("section.lstm-lab[data-state=failed]").wait_for(timeout=START)
        said = page.locator("section.lstm-lab [role=status]").inner_text()
        assert said.startswith("This lab is not live. Python has failed: ")
        assert re.search(why, said), said
        assert page.locator(".lstm-progress").inner_text() == "This page is not live."
        assert page.locator("[data-part=picture]").inner_html() == still
        assert page.locator("[data-part=controls]").inner_html().strip() == ""
        shutil.copyfile(next((lab_pages / "python").glob(name)), place)
        button.click()
        page.locator("section.lstm-lab[data-state=live]").wait_for(timeout=START)


@pytest.mark.smoke
def test_after_one_live_visit_the_site_works_without_a_network(page, lab_pages):
    page.expected = re.compile("ERR_CONNECTION_REFUSED")
    with served(lab_pages) as elsewhere:
        live_lab(page, f"{elsewhere}/gate_lab.html")
        page.evaluate("async () => { await navigator.serviceWorker.ready; }")
        names = json.loads(re.search(r"FILES = (\[.*?\]);", (lab_pages / "sw.js").read_text(), re.DOTALL)[1])
        kept = "caches.open((await caches.keys())[0]).then(async kept => (await kept.keys()).length)"
        for _ in range(600):
            if page.evaluate(f"async () => await {kept}") == len(names):
                break
            page.wait_for_timeout(100)
    for name in ("gate_lab", "squash_lab"):  # the server is gone; the second page was never seen
        lab = live_lab(page, f"{elsewhere}/{name}.html")
        assert lab.shows(core.open_lab(lab.spec))
