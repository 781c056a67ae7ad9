"""Pictures on pages without JupyterLab's colours, as in VS Code and Colab: text and lines follow the page."""

import pytest
from driving import CONTRAST, LabOnPage

from lstm_teach.diagrams import gru_cell

# The ground of a page and the colour of its text: paper, VS Code's dark theme, Colab's.
THEMES = {"#ffffff": "#222222", "#1e1e1e": "#cccccc", "#383838": "#e3e3e3"}
NOW = {"h_prev": 0.5, "z": 0.7, "r": 0.3, "h_tilde": -0.4, "h": 0.23}


@pytest.fixture(params=THEMES)
def page(request, browser):
    """A page with one diagram on it, and what a colour in it comes to beside another."""
    page, text = browser.new_page(), THEMES[request.param]
    page.set_content(f"<body style='background:{request.param};color:{text}'>{gru_cell(NOW, 'A cell.').html}")
    page.ground = request.param
    page.colour = lambda part, name: page.locator(part).first.evaluate(f"e => getComputedStyle(e).{name}")
    page.contrast = lambda colour, ground: page.evaluate(CONTRAST, [colour, ground])
    yield page
    page.close()


def test_words_can_be_read_on_the_page_and_on_the_ground_of_a_gate(page):
    ground = page.colour(".lt .ground", "fill")
    for words in (".lt text.bold", ".lt text.faint"):
        assert page.contrast(page.colour(words, "fill"), page.ground) >= 4.5
        assert page.contrast(page.colour(words, "fill"), ground) >= 4.5


def test_a_ground_of_its_own_hides_what_is_behind_it_and_looks_like_the_page(page):
    ground = page.colour(".lt .ground", "fill")
    assert "/" not in ground  # nothing shows through it
    assert page.contrast(ground, page.ground) < 1.5


def test_lines_have_a_contrast_of_3_to_1(page):
    lines = page.locator(".lt path[stroke]")
    for k in range(lines.count()):
        assert page.contrast(lines.nth(k).evaluate("e => getComputedStyle(e).stroke"), page.ground) >= 3


def test_the_search_for_what_can_hardly_be_seen_finds_it(browser):
    page = browser.new_page()
    page.set_content(
        "<div id='lab' style='background: #fff'><svg>"
        "<text fill='#222'>dark</text><text fill='#999'>pale</text>"
        "<path class='line' stroke='#777'/><path class='line' stroke='#ccc'/></svg></div>"
    )
    assert LabOnPage(page, page.locator("#lab")).too_faint() == ["pale", "rgb(204, 204, 204)"]
    page.close()
