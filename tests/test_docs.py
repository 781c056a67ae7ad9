"""The documents beside the notebooks: links that lead somewhere, tables without holes."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/*.md"),
    *ROOT.glob("data/**/*.md"),
    *ROOT.glob("labextension/*.md"),
]


def prose(path):
    """A document without its code, which may show a link that is none."""
    return re.sub(r"```.*?```|`[^`]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    targets = re.findall(r"\]\(([^)\s]+)\)", prose(path))
    for target in targets:
        if not target.startswith(("http", "mailto:", "#")):
            assert (path.parent / target.partition("#")[0]).exists(), f"{path.name}: {target} is not there"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_pictures_have_an_alternative_text(path):
    for words, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", prose(path)):
        assert len(words) >= 20, f"{path.name}: {target} is described as {words!r}"


def test_the_glossary_has_every_word_in_four_languages_and_a_lesson_that_exists():
    rows = re.findall(
        r"^\| (?!English|---)(.+) \|$", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.M
    )
    lessons = {path.stem[:2] for path in (ROOT / "notebooks" / "src").glob("*.py")}
    assert len(rows) >= 40
    for row in rows:
        english, _, french, chinese, vietnamese, lesson = (cell.strip() for cell in row.split("|"))
        assert english
        assert french
        assert re.search(r"[一-鿿]", chinese), row
        assert vietnamese
        assert lesson in lessons
