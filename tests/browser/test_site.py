"""The static pages of `make site`, opened as files: mathematics, pictures and quizzes without a kernel."""

from pathlib import Path

import pytest

from tools import make_site

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site with one lesson executed; the others are reached from its index."""
    folder = tmp_path_factory.mktemp("site")
    assert make_site.main(["03", "--to", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def page(browser, site):
    """The lesson's page, opened as a file; `outside` holds what it asked of any other place."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.outside = []
    page.on("request", lambda request: page.outside.append(request.url))
    page.goto((site / "03_forget_gate.html").as_uri())
    page.wait_for_function(
        "window.MathJax?.Hub?.Jax?.HTMLCSS || document.querySelector('.MathJax, mjx-container')"
    )
    yield page
    page.close()


def test_nothing_is_asked_of_any_other_machine(page):
    here = ("file:", "data:", "blob:", "about:blank")  # the last is a new page, before it goes anywhere
    assert [url for url in page.outside if not url.startswith(here)] == []


def test_mathematics_is_set(page, artifacts):
    page.wait_for_function("document.querySelectorAll('.MathJax').length > 3")
    page.wait_for_function("[...document.fonts].some(f => f.family.includes('STIX') && f.status == 'loaded')")
    page.screenshot(path=artifacts / "site-03.png")
    assert "$" not in page.locator(".jp-RenderedMarkdown").first.inner_text()


def test_every_picture_is_there(page):
    sizes = page.evaluate("[...document.querySelectorAll('img')].map(image => image.naturalWidth)")
    assert sizes
    assert all(sizes)


def test_a_quiz_answers_by_keyboard(page):
    first = page.locator(".lq").first
    first.locator("input").first.focus()
    assert first.locator(".reply:visible").count() == 0
    page.keyboard.press("Space")
    assert first.locator(".reply:visible").count() == 1
    page.keyboard.press("ArrowDown")
    assert first.locator(".reply:visible").count() == 1
    assert first.locator("input").nth(1).is_checked()


def test_the_instructors_notes_are_folded(page):
    note = page.locator("details", has_text="Talk:").first
    assert not note.locator("p").first.is_visible()
    note.locator("summary").click()
    assert note.locator("p").first.is_visible()


def test_where_a_lab_was_a_line_leads_to_the_notebook(page):
    assert "open 03_forget_gate.ipynb" in page.locator(".lt-lab").first.inner_text()


def test_pages_are_joined_and_the_index_names_every_lesson(page, site):
    names = [path.stem for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))]
    index = (site / "index.html").read_text(encoding="utf-8")
    assert all(f'href="{name}.html"' in index for name in names)
    assert page.locator("nav a").evaluate_all("links => links.map(link => link.getAttribute('href'))") == [
        "02_vanishing_gradient.html",
        "index.html",
        "04_input_gate.html",
    ]
    assert page.locator("a[href$='.ipynb']").count() == 0


def test_an_unknown_lesson_is_refused_by_name(tmp_path, capsys):
    assert make_site.main(["99", "--to", str(tmp_path / "site")]) == 1
    assert "no lesson 99" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_the_handout_prints_on_one_page(browser, tmp_path):
    page = browser.new_page()
    page.goto((ROOT / "docs" / "handout.html").as_uri())
    page.pdf(path=tmp_path / "handout.pdf", prefer_css_page_size=True)
    assert (tmp_path / "handout.pdf").read_bytes().count(b"/Type /Page\n") == 1
    page.close()
