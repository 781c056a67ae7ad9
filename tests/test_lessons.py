"""The frame, the rhythm and the limits of every lesson: the "Lessons" part of the design, as tests."""

import ast
import re
import statistics
from functools import cache
from itertools import pairwise
from pathlib import Path

import jupytext
import pytest

from lstm_teach.exercises import names
from lstm_teach.labs import LABS
from lstm_teach.quizzes import questions

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
SOURCES = {path.stem[:2]: path for path in sorted((NOTEBOOKS / "src").glob("*.py"))}
LESSONS = list(SOURCES)
LAB = re.compile(rf"^({'|'.join(LABS)})\((.*)\)$")
STILL = re.compile(r"!\[([^\]]*)\]\(images/(\w+_lab)--[a-z0-9-]+\.svg\)")
FOLDED = re.compile(rf"<details><summary>[^<]+</summary>\n\n{STILL.pattern}\n\n</details>")
# A name is no sentence: it has none of these.
ANSWER = re.compile(
    r"[:;.!?]|\b(no|not|yes|never|only|always|does|may|is|are|has|have|(make|keep|stay|grow|fall|bring)s?)\b",
    re.I,
)
VERDICT = re.compile(r"\b(no,|yes|never|always|because|therefore|so that)\b", re.I)
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)]*)\)")
MINUTES = re.compile(r"^\((\d+) min\)")
WITHOUT_LAB = {"11", "13", "15", "16"}
# What CommonMark does not know: MyST directives and roles, shell escapes, line magic.
FOREIGN = re.compile(r"^:::|^```\{|\{[a-z-]+\}`|^\s*[!%](?=\w)", re.MULTILINE)


@cache
def cells(number):
    """All cells of a lesson's source, solutions included."""
    return jupytext.read(SOURCES[number], fmt="py:percent").cells


def tags(cell):
    return cell.metadata.get("tags", [])


def slide_type(cell):
    return cell.metadata.get("slideshow", {}).get("slide_type")


def read(number):
    """The cells that a student reads: neither the instructor's notes nor the solutions."""
    return [cell for cell in cells(number) if slide_type(cell) != "notes" and "solution" not in tags(cell)]


def written_alternatives(source):
    """The alternative texts in a cell of code that are written by hand, without a computed number."""
    given = [node.value for node in ast.walk(ast.parse(source)) if getattr(node, "arg", None) == "alt"]
    return [node.value for node in given if isinstance(node, ast.Constant)]


def headings(number):
    found = []
    for cell in read(number):
        if cell.cell_type == "markdown":
            found += re.findall(r"^#{1,2} .+$", cell.source, re.MULTILINE)
    return found


def cell_with(number, words):
    return next(cell for cell in read(number) if cell.cell_type == "markdown" and words in cell.source)


def bullets(cell, after):
    return re.findall(r"^- .+$", cell.source.split(after, 1)[1], re.MULTILINE)


def test_every_lesson_has_its_own_number():
    assert [path.stem[:2] for path in sorted(SOURCES.values())] == LESSONS
    assert {f"{k:02}" for k in (*range(14), 16)} <= set(LESSONS)


@pytest.mark.parametrize("number", LESSONS)
class TestFrame:
    def test_it_opens_with_a_title_what_will_be_seen_and_how_long_it_takes(self, number):
        first = cells(number)[0]
        assert re.match(r"# \S+", first.source)
        assert slide_type(first) == "slide"
        assert re.search(r"\*\*You will see\*\* \(\d+ minutes.*, .*GPU.*\)", first.source)
        assert 2 <= len(bullets(first, "**You will see**")) <= 3

    def test_it_ends_with_as_many_things_seen(self, number):
        seen = bullets(cell_with(number, "## You saw"), "## You saw")
        assert len(seen) == len(bullets(cells(number)[0], "**You will see**"))

    def test_the_parts_stand_in_their_order(self, number):
        last = [heading for heading in headings(number) if heading.removeprefix("## ") in PARTS]
        assert last == [f"## {part}" for part in PARTS]

    def test_it_leads_on(self, number):
        if number != LESSONS[-1]:
            following = SOURCES[LESSONS[LESSONS.index(number) + 1]].stem
            assert f"({following}.ipynb)" in cell_with(number, "## Further reading").source

    def test_links_to_other_lessons_lead_somewhere(self, number):
        for cell in read(number):
            for target in re.findall(r"\]\(([^):#]+\.(?:ipynb|md|svg))(?:#[^)]*)?\)", cell.source):
                assert (NOTEBOOKS / target).exists(), f"{number}: {target} is not there"


PARTS = ("You saw", "Your turn", "Further reading")


@pytest.mark.parametrize("number", LESSONS)
class TestLimits:
    def test_it_has_20_to_35_cells(self, number):
        assert 20 <= len(read(number)) <= 35

    def test_code_cells_are_short(self, number):
        lines = {}
        for cell in cells(number):
            if cell.cell_type == "code":
                lines[cell.source] = sum(bool(line.strip()) for line in cell.source.splitlines())
        assert statistics.median(lines.values()) <= 4
        for source, count in lines.items():
            long = re.search(r"^def |chart\(|Figure\(|subplots\(|dots\(", source, re.MULTILINE)
            assert count <= (40 if long else 25), f"{count} lines of code in one cell:\n{source[:300]}"

    def test_prose_is_short(self, number):
        for cell in cells(number):
            if cell.cell_type == "markdown":
                words = re.sub(r"\$[^$]+\$|<[^>]+>|\]\([^)]*\)|^\|?[-| :]+\|?$", " ", cell.source, flags=re.M)
                count = len(re.findall(r"\w[\w'’-]*", words))
                assert count <= 120 or is_a_list_of_links(cell), (
                    f"{count} words in one cell:\n{cell.source[:300]}"
                )

    def test_the_words_are_plain_commonmark_and_the_code_plain_python(self, number):
        for cell in cells(number):
            assert not FOREIGN.search(cell.source), cell.source[:300]
            if cell.cell_type == "code":
                assert not re.search(r";\s*$", cell.source, re.MULTILINE), "hide a value with _ =, not with ;"


def is_a_list_of_links(cell):
    """Tables of lessons and reading lists may be longer."""
    return cell.source.count("](") >= 5


@pytest.mark.parametrize("number", LESSONS)
class TestTeaching:
    def test_something_is_predicted_before_it_is_shown(self, number):
        places = [k for k, cell in enumerate(cells(number)) if "**Predict:**" in cell.source]
        assert places
        for k in places:
            assert any(cell.cell_type == "code" for cell in cells(number)[k + 1 :]), (
                "no cell shows the answer"
            )

    def test_it_has_labs_each_alone_in_its_cell_and_with_its_still_picture_folded_after_it(self, number):
        """Before the lab, the still would show the answer to what is to be predicted."""
        labs = [k for k, cell in enumerate(read(number)) if LAB.match(cell.source.strip())]
        assert labs or number in WITHOUT_LAB
        for here, following in pairwise([*labs, len(read(number))]):
            lab = LAB.match(read(number)[here].source.strip())
            after = read(number)[here + 1 : following]
            stills = [found for cell in after if (found := FOLDED.search(cell.source))]
            assert stills, f"no still picture of {lab[0]}"
            assert stills[0][2] == lab[1]

    def test_no_title_no_comment_and_no_alternative_text_answers_what_is_to_be_predicted(self, number):
        predicted = False
        for cell in read(number):
            if cell.cell_type == "markdown":
                predicted = "**Predict:**" in cell.source or (predicted and "## " not in cell.source)
            elif predicted:
                for title in re.findall(r"""title\s*[=(]\s*f?["']([^"']+)["']""", cell.source):
                    assert not ANSWER.search(title), f"a title that answers: {title}"
                for comment in re.findall(r"#(?!\w) (.+)$", cell.source, re.MULTILINE):
                    assert not VERDICT.search(comment), f"a comment that answers: {comment}"
                for words in written_alternatives(cell.source):
                    assert not ANSWER.search(words), f"an alternative text that answers: {words}"

    def test_every_picture_has_an_alternative_text(self, number):
        for cell in cells(number):
            if cell.cell_type == "markdown":
                for words, target in IMAGE.findall(cell.source):
                    assert len(words) >= 20, f"{target} is described as {words!r}"
                continue
            # A figure that is not shown by `figures.show` has no alternative text.
            made = len(re.findall(r"plt\.subplots\(|figures\.(?:bars|dots)\(", cell.source))
            assert made == cell.source.count("figures.show("), cell.source[:300]
            drawn = cell.source.count("chart(") + cell.source.count("figures.show(")
            assert cell.source.count("alt=") >= drawn, cell.source[:300]

    def test_no_chart_is_so_wide_that_its_words_are_small_on_a_slide(self, number):
        """At 12 inches, words of 13 pixels are 18 pixels high on a slide of 1280."""
        for cell in cells(number):
            for width in re.findall(r"figsize=\((\d+)", cell.source):
                assert int(width) <= 12, cell.source[:300]

    def test_it_asks_its_quiz(self, number):
        assert questions(number)
        assert any(f'quiz("{number}")' in cell.source for cell in read(number))

    def test_it_has_two_exercises_or_more_that_check_themselves(self, number):
        stubs = [cell for cell in cells(number) if "exercise" in tags(cell)]
        assert len(stubs) >= 2
        for cell in cells(number):
            if {"exercise", "solution"} & set(tags(cell)):
                asked = re.findall(r'^check\("(\w+)"', cell.source, re.MULTILINE)
                assert len(asked) == 1
                assert asked[0] in names(number)

    def test_its_seed_is_printed(self, number):
        code = "\n".join(cell.source for cell in read(number) if cell.cell_type == "code")
        if "default_rng" in code:
            assert re.search(r"print\(.*seed", code, re.IGNORECASE)


@pytest.mark.parametrize("number", LESSONS)
class TestSlides:
    def test_it_is_a_talk_of_15_to_40_slides(self, number):
        assert 15 <= sum(slide_type(cell) in ("slide", "subslide") for cell in cells(number)) <= 40

    def test_every_cell_says_what_it_is_on_a_slide(self, number):
        for cell in cells(number):
            assert slide_type(cell) in ("slide", "subslide", "fragment", "skip", "notes", "-"), cell.source[
                :200
            ]

    def test_the_minutes_of_the_notes_add_up_to_the_talk(self, number):
        notes = [cell.source for cell in cells(number) if slide_type(cell) == "notes"]
        minutes = [MINUTES.match(note) for note in notes]
        assert all(minutes), "a note begins with its minutes: (2 min) …"
        talk = int(re.search(r"Talk: (\d+) minutes", notes[0])[1])
        assert sum(int(found[1]) for found in minutes) == talk
        assert 18 <= talk <= 35

    def test_a_lab_has_a_slide_to_itself(self, number):
        for cell, after in pairwise([*cells(number), None]):
            if LAB.match(cell.source.strip()):
                assert slide_type(cell) in ("slide", "subslide")
                assert after is None or slide_type(after) not in ("-", "fragment")


def test_no_exercise_stands_in_two_cells():
    stubs = [cell.source for number in LESSONS for cell in cells(number) if "exercise" in tags(cell)]
    asked = re.findall(r'^check\("(\w+)"', "\n".join(stubs), re.MULTILINE)
    assert len(set(asked)) == len(asked) == len(stubs)


def test_lessons_ask_for_every_exercise_that_the_package_checks_and_for_no_other():
    sources = "\n".join(cell.source for number in LESSONS for cell in read(number))
    assert set(re.findall(r'check\("(\w+)"', sources)) == set(names())
