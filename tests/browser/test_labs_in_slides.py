"""Every lab in RISE: it shows, its controls work, and a key pressed in a control does not move the deck."""

import shutil
from pathlib import Path

import pytest
from driving import LabOnPage, file_name

import lstm_teach.labs
from lstm_teach.labs import LABS

HERE = ".reveal .slides section.present:not(.stack) .jp-CodeCell .cm-content"
PRESENT = f"document.querySelector('{HERE}')?.innerText ?? ''"
STYLE = Path(__file__).parents[2] / "notebooks" / "rise.css"  # of all decks of the course


@pytest.fixture(scope="module")
def deck(jupyter, watched_page):
    """All labs as a deck, one on a slide, below a heading."""
    shutil.copy(STYLE, jupyter.folder)
    lines = [f"from lstm_teach.labs import {lab}; {lab}()" for lab in LABS]
    path = jupyter.notebook("slides", *lines, heading="## A heading in one line")
    page = watched_page
    page.goto(f"{jupyter.url}/rise/{path}?token={jupyter.token}")
    page.wait_for_function(f"{PRESENT}.includes('_lab')")
    page.wait_for_timeout(2000)  # RISE lays the slides out once more when it has settled
    return page


@pytest.fixture
def lab(deck, name):
    """The lab on its slide, which is the one that is shown."""
    deck.keyboard.press("Escape")
    deck.evaluate("document.activeElement?.blur()")
    wanted = list(LABS).index(name)
    for _ in range(2 * len(LABS)):
        here = next((k for k, lab in enumerate(LABS) if f"import {lab};" in deck.evaluate(PRESENT)), 0)
        if here == wanted:
            break
        deck.locator(".navigate-right" if here < wanted else ".navigate-left").click()
        deck.wait_for_timeout(500)
    cell = deck.locator("section.present .jp-CodeCell")
    if not cell.locator(".lstm-lab").count():
        cell.locator(".cm-content").click()
        deck.keyboard.press("Control+Enter")
        cell.locator(".lstm-lab svg").first.wait_for()
    return LabOnPage(deck, cell.locator(".lstm-lab"))


def flaws_of_presets(lab, name, pictures):
    """What is cut off, covered or below the slide in any preset; and where the lab begins."""
    found = {}
    for preset in getattr(lstm_teach.labs, name)().presets:
        lab.start_from(preset)
        lab.page.screenshot(path=pictures / f"{file_name(name, preset)}-slide.png")
        top, bottom = (
            lab.root.evaluate(f"lab => lab.getBoundingClientRect().{end}") for end in ("top", "bottom")
        )
        found |= {f"{preset}: {flaw}": what for flaw, what in lab.flaws().items()}
        if bottom > 720:
            found[preset] = f"ends {bottom - 720:.0f} pixels below the slide"
    return found, top


@pytest.mark.parametrize("name", LABS)
def test_every_preset_fits_its_slide_below_a_heading_and_its_line_of_code(lab, name, artifacts):
    found, top = flaws_of_presets(lab, name, artifacts)
    assert top > 100, "heading and code stand above"
    assert found == {}


@pytest.mark.parametrize("name", LABS)
def test_every_preset_fits_a_slide_of_its_own_where_all_words_are_larger(lab, name, artifacts):
    heading = lab.page.locator("section.present:not(.stack) h2")
    written = heading.evaluate("heading => heading.outerHTML")
    heading.evaluate("heading => heading.remove()")
    try:
        (pictures := artifacts / "alone").mkdir(exist_ok=True)
        found, top = flaws_of_presets(lab, name, pictures)
        words = lab.root.locator("svg.lt text").first.evaluate(
            "words => parseFloat(getComputedStyle(words).fontSize) * words.getScreenCTM().d"
        )
    finally:
        lab.page.locator("section.present:not(.stack) .jp-RenderedHTMLCommon").first.evaluate(
            "(place, html) => place.insertAdjacentHTML('afterbegin', html)", written
        )
    assert top < 60
    assert words >= 15
    assert found == {}


@pytest.mark.parametrize("name", LABS)
def test_every_control_works_and_its_keys_leave_the_deck_where_it_is(lab, name):
    def deck_is_still_here(what):
        assert f"import {name};" in lab.page.evaluate(PRESENT), f"{what} moved the deck"

    lab.move_all(name, after_key=deck_is_still_here)


@pytest.mark.parametrize(
    "key", ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Space", "PageDown", "Home"]
)
@pytest.mark.parametrize("name", ["squash_lab"])
def test_no_key_of_a_slider_moves_the_deck(lab, name, key):
    lab.root.locator(".noUi-handle").first.focus()
    lab.page.keyboard.press(key)
    lab.page.wait_for_timeout(400)
    assert f"import {name};" in lab.page.evaluate(PRESENT)


@pytest.mark.parametrize("name", ["squash_lab"])
def test_escape_gives_the_keys_back_to_the_deck(lab, name):
    lab.root.locator(".noUi-handle").first.focus()
    lab.page.keyboard.press("Escape")
    lab.page.wait_for_timeout(300)
    lab.page.keyboard.press("ArrowRight")
    lab.page.wait_for_timeout(700)
    assert f"import {name};" not in lab.page.evaluate(PRESENT)


def test_no_output_is_an_error_and_nothing_was_asked_of_the_outside(deck):
    assert deck.locator('[data-mime-type="application/vnd.jupyter.stderr"]').all_inner_texts() == []
    assert "Loading widget" not in deck.locator(".reveal").first.inner_text()
    assert deck.outside == []
