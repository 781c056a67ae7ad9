"""Where the course lies on GitHub stands in one place; badges and addresses follow from it."""

import re
from pathlib import Path

import pytest

from tools import make_readme
from tools.repository import repository

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("", None),
        ("repository-code: https://github.com/ada/lstm", "ada/lstm"),
        ("repository-code: https://github.com/ada/lstm.course.git", "ada/lstm.course"),
    ],
)
def test_the_citation_says_where_the_course_lies(tmp_path, line, found):
    (citation := tmp_path / "CITATION.cff").write_text(f"title: a course\n{line}\n", encoding="utf-8")
    assert repository(citation) == found


def test_an_address_elsewhere_is_refused_by_name(tmp_path):
    citation = tmp_path / "CITATION.cff"
    citation.write_text("repository-code: https://example.org/lstm\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"CITATION\.cff: repository-code: got 'https://example\.org/lstm'"):
        repository(citation)


def test_lessons_have_badges_as_soon_as_the_course_has_an_address():
    assert "badge" not in make_readme.lessons(None)
    rows = make_readme.lessons("ada/lstm").splitlines()[2:]
    for path, row in zip(sorted((ROOT / "notebooks").glob("*.ipynb")), rows, strict=True):
        binder, colab = re.findall(r"\]\((https://(?:mybinder|colab)[^)]+ipynb)\)", row)
        assert binder == f"https://mybinder.org/v2/gh/ada/lstm/HEAD?urlpath=lab/tree/notebooks/{path.name}"
        assert colab == f"https://colab.research.google.com/github/ada/lstm/blob/colab/{path.name}"


def test_an_address_takes_the_place_of_its_placeholder():
    text = "See `https://OWNER.github.io/REPOSITORY/` and git+https://github.com/OWNER/REPOSITORY."
    filled = make_readme.addressed(text, "ada/lstm")
    assert filled == "See `https://ada.github.io/lstm/` and git+https://github.com/ada/lstm."
