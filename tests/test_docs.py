"""The documents beside the notebooks: links that lead somewhere, tables without holes."""

import json
import re
import subprocess
import sys
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


def test_every_fact_of_the_coverage_list_has_its_cell():
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "make_coverage.py", "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_the_readme_lists_every_lesson_with_its_title_and_its_minutes():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in sorted((ROOT / "notebooks" / "src").glob("*.py")):
        source = path.read_text(encoding="utf-8")
        title = re.search(r"^# # (.+)$", source, re.MULTILINE)[1]
        minutes = re.search(r"You will see\*\* \((\d+) minutes", source)[1]
        row = f"| {path.stem[:2]} | [{title}](notebooks/{path.stem}.ipynb) | {minutes} |"
        assert row in readme, f"README.md: expected the row {row}"


def test_the_readme_gives_the_mean_of_every_full_run_and_both_marks_of_the_race():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    records = [
        json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "data" / "runs").glob("*.json")
    ]
    full = [
        r
        for r in records
        if r["corpus"] == "imdb" and r["test_accuracy"] and not r["changed"].keys() - {"members"}
    ]
    shown = re.findall(r"^\| `(\w+)` \| .+ \| ([\d.]+)(?: ± [\d.]+)? % \| (\d+) \|$", readme, re.MULTILINE)
    expected = []
    for kind in {(r["recipe"], str(r["settings"].get("members"))) for r in full}:
        found = [r["test_accuracy"] for r in full if (r["recipe"], str(r["settings"].get("members"))) == kind]
        expected.append((kind[0], f"{100 * sum(found) / len(found):.2f}", str(len(found))))
    assert sorted(shown) == sorted(expected)
    race = json.loads((ROOT / "data" / "time_to_accuracy.json").read_text(encoding="utf-8"))
    took = {run["recipe"]: [mark["processor_seconds"] for mark in run["reached"]] for run in race["runs"]}
    for others, ours in zip(took["two_lstm_words, unroll True"], took["course"], strict=True):
        assert f"`two_lstm_words` in {others:.0f} ({others / ours:.1f} times as many)" in readme
