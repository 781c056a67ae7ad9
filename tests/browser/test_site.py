"""The static pages of `make site` before Python is loaded: complete, light, and readable everywhere."""

import gzip
import re
from pathlib import Path

import nbformat
import pytest
from live_pages import SMALLEST_WORDS, WIDER

from tools import make_site

ROOT = Path(__file__).resolve().parents[2]
WIDTHS = (360, 390, 640, 768, 1280, 1600)  # 640: what is left of 1280 at 200 %


@pytest.fixture
def lesson(opened):
    """The page of lesson 03."""
    return opened("03_forget_gate.html")


def pages(site):
    """The file of each page."""
    return [site.folder / f"{name}.html" for name in ("index", *site.lessons)]


def without_pictures(page: Path) -> bytes:
    return re.sub(b"<svg.*?</svg>", b"", page.read_bytes(), flags=re.DOTALL)


@pytest.mark.smoke
def test_a_page_weighs_at_most_150_kilobytes_without_its_pictures(site):
    for path in pages(site):
        assert len(without_pictures(path)) <= 150_000, path.name


@pytest.mark.smoke
def test_a_live_page_weighs_at_most_20_megabytes_12_of_them_on_their_way(site):
    shared = [*(site.folder / "python").iterdir(), *(site.folder / "live").iterdir()]
    assert "pyodide.asm.wasm" in [path.name for path in shared]
    heaviest = max(pages(site), key=lambda page: page.stat().st_size)
    content = [path.read_bytes() for path in (*shared, heaviest)]
    assert sum(map(len, content)) <= 20e6
    assert sum(len(gzip.compress(each, 6)) for each in content) <= 12e6


@pytest.mark.smoke
def test_a_page_allows_nothing_from_elsewhere(site):
    for path in pages(site):
        html = path.read_text(encoding="utf-8")
        assert "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" in html
        assert not re.search(r'(?:src|<link[^>]* href)="(?:https?:)?//', html)
        assert not re.search(r"<script(?! type=\"module\" src=)", html)


@pytest.mark.smoke
def test_every_cell_of_a_lesson_is_on_its_page(site):
    for name in site.lessons:
        html = (site.folder / f"{name}.html").read_text(encoding="utf-8")
        cells = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4).cells
        exercises = [cell for cell in cells if "exercise" in cell.metadata.get("tags", ())]
        labs = [cell.source for cell in cells if re.match(r'\w+_lab\("', cell.source)]
        own = [call for call in labs if not re.fullmatch(r'\w+_lab\("[^"]*"\)', call)]  # a network made there
        headings = [cell for cell in cells if cell.cell_type == "markdown" and "\n## " in f"\n{cell.source}"]
        assert html.count('class="lstm-exercise"') == len(exercises)
        assert html.count('class="lstm-lab"') == len(labs) - len(own)
        assert html.count('class="lab-still"') == len(own)
        assert len(re.findall(r"<h2 id=", html)) == len(headings)


def test_a_lab_shows_its_still_and_its_words(lesson):
    lab = lesson.locator(".lstm-lab").first
    assert lab.get_attribute("data-lab") == "gate_lab"
    assert lab.get_attribute("data-preset") == "write once, close, wait"
    assert lab.get_attribute("data-state") == "still"
    assert lab.locator("[data-part=picture] svg").count() == 2
    assert "c keeps" in lab.locator("[role=status]").inner_text()


def test_formulas_are_mathematics_that_the_browser_sets(lesson):
    formula = lesson.locator("math[display=block]").first
    assert formula.bounding_box()["height"] > 15
    assert "$" not in "".join(lesson.locator("main > p").all_inner_texts())


def test_a_quiz_answers_by_keyboard(lesson):
    first = lesson.locator(".lq").first
    first.locator("input").first.focus()
    assert first.locator(".reply:visible").count() == 0
    lesson.keyboard.press("Space")
    assert first.locator(".reply:visible").count() == 1
    lesson.keyboard.press("ArrowDown")
    assert first.locator(".reply:visible").count() == 1
    assert first.locator("input").nth(1).is_checked()


def test_the_instructors_notes_are_folded(lesson):
    note = lesson.locator("details", has_text="Talk:").first
    assert not note.locator("p").first.is_visible()
    note.locator("summary").click()
    assert note.locator("p").first.is_visible()


def test_the_header_leads_to_the_lessons_before_and_after(opened, site):
    before_each, after_each = [None, *site.lessons[:-1]], [*site.lessons[1:], None]
    for before, name, after in zip(before_each, site.lessons, after_each, strict=True):
        links = opened(f"{name}.html").locator("header nav a")
        found = links.evaluate_all("links => links.map(link => [link.rel, link.getAttribute('href')])")
        wanted = {"prev": before, "next": after}
        assert found == [[rel, f"{other}.html"] for rel, other in wanted.items() if other]


@pytest.mark.smoke
def test_every_link_of_a_page_leads_to_a_file_of_the_site_and_the_first_page_to_every_lesson(site):
    for path in pages(site):
        html = path.read_text(encoding="utf-8")
        for address in re.findall(r'href="([^"#?]+)', html):
            assert address.startswith(("https://", "data:")) or (site.folder / address).is_file(), address
        assert not re.search(r'href="[^"]*\.ipynb"(?! download)', html)  # a page, not its notebook
    index = (site.folder / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'<li value="\d+"><a href="(\w+)\.html"', index) == site.lessons


def test_every_entry_of_the_contents_leads_to_a_heading(lesson):
    gone = """[...document.querySelectorAll('.contents a, .skip')]
        .filter(link => !document.getElementById(link.hash.slice(1))).map(link => link.hash)"""
    assert lesson.evaluate(gone) == []
    ids = lesson.evaluate("[...document.querySelectorAll('[id]')].map(part => part.id)")
    assert len(ids) == len(set(ids))


def test_the_first_page_shows_a_gate_in_its_first_screen_and_leads_to_the_first_lesson(opened, site):
    for width, height in ((1280, 800), (390, 844)):
        page = opened("index.html", viewport={"width": width, "height": height})
        gate = page.locator(".lstm-lab[data-lab=gate_lab] svg").first.bounding_box()
        assert gate["y"] + 200 < height
        assert page.locator(".begin").get_attribute("href") == f"{site.lessons[0]}.html"
        assert page.locator(".begin").inner_text() == f"Begin with lesson {site.lessons[0][:2]}"


@pytest.mark.smoke
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_wider_than_its_screen_and_no_words_in_a_picture_are_below_11_pixels(
    opened, site, scheme, artifacts
):
    for name in ("index", *site.lessons):
        page = opened(f"{name}.html", color_scheme=scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(WIDER) <= 0, f"{name} at {width}"
            assert page.evaluate(SMALLEST_WORDS) >= 10.99, f"{name} at {width}"
            page.screenshot(path=artifacts / f"site-{name}-{width}-{scheme}.png")


def test_prose_has_about_seventy_characters_to_a_line(lesson):
    lines = lesson.evaluate(
        """[...document.querySelectorAll('main > p')].filter(p => p.textContent.length > 250).map(p => {
            const range = document.createRange(); range.selectNodeContents(p);
            const lines = new Set([...range.getClientRects()].map(box => Math.round(box.bottom / 12)));
            return p.textContent.length / lines.size; })"""
    )
    assert lines
    assert all(45 <= letters <= 85 for letters in lines)


def test_a_page_opened_as_a_file_says_how_to_serve_it(browser, site):
    page = browser.new_page()
    page.goto((site.folder / "03_forget_gate.html").as_uri())
    assert page.locator("h1").is_visible()
    page.locator(".as-file").wait_for(state="visible")
    assert "python -m http.server" in page.locator(".as-file").inner_text()
    assert not page.locator(".lstm-live").is_visible()
    page.close()


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
