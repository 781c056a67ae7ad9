"""`make decks`: a lesson as a PDF, a page a slide."""

import re
import shutil
from pathlib import Path

import jupytext

from tools import make_deck

ROOT = Path(__file__).resolve().parents[2]


def test_a_deck_has_a_page_for_each_slide(tmp_path):
    assert make_deck.main(["05", "--to", str(tmp_path)]) == 0
    source = next((ROOT / "notebooks" / "src").glob("05_*.py"))
    kinds = [cell.metadata["slideshow"]["slide_type"] for cell in jupytext.read(source).cells]
    pages = re.findall(rb"/Type /Page\b", (tmp_path / f"{source.stem}.pdf").read_bytes())
    assert len(pages) == sum(kind in ("slide", "subslide") for kind in kinds)


def test_an_unknown_lesson_is_refused_by_name(tmp_path, capsys):
    assert make_deck.main(["99", "--to", str(tmp_path / "decks")]) == 1
    assert "no lesson 99" in capsys.readouterr().err


def test_the_speakers_view_shows_the_note_of_the_slide_as_prose(browser, jupyter):
    shutil.copytree(ROOT / "notebooks", jupyter.folder / "talk", ignore=shutil.ignore_patterns("src"))
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    make_deck.open_deck(page, f"{jupyter.url}/rise/talk/05_output_gate.ipynb?token={jupyter.token}", 240_000)
    page.locator(".jp-Notebook").evaluate("notebook => notebook.focus()")
    with context.expect_page() as opened:
        page.keyboard.press("t")
    notes = opened.value.locator(".speaker-controls-notes .value")
    notes.wait_for()
    shown = notes.inner_text()
    assert shown.startswith("For the instructor, 1 min")
    assert "Talk: 20 minutes." in shown
    assert "<" not in shown
    context.close()
