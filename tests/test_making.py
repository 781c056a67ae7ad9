"""Tools that write folders and branches: what lies there already is not lost."""

import re
import shutil
import subprocess
import sys

import nbformat
import pytest

from tests.marking import marks_of
from tools import make_site, student_branch
from tools.make_release import main as release
from tools.pages.frame import JUPYTERLAB, Lesson, lesson_page
from tools.student_branch import git, update


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_a_site_is_never_made_in_a_folder_that_holds_other_things(tmp_path, capsys):
    for name in ("notebooks/my_thesis.ipynb", "live/my.js", "index.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("mine", encoding="utf-8")
    before = files(tmp_path)
    assert make_site.main(["03", "--still", "--to", str(tmp_path)]) == 1
    assert f"--to: {tmp_path} holds other things" in capsys.readouterr().err
    assert files(tmp_path) == before
    with pytest.raises(ValueError, match="holds other things"):
        make_site.take(make_site.ROOT)


def test_making_some_pages_leaves_the_others(tmp_path):
    make_site.take(tmp_path / "site")
    for name in ("03_forget_gate.html", "04_input_gate.html", "index.html"):
        (tmp_path / "site" / name).touch()
    make_site.take(tmp_path / "site")  # its own folder again
    make_site.clear(tmp_path / "site", ["03_forget_gate"])
    assert set(files(tmp_path / "site")) == {make_site.MARK, "04_input_gate.html"}


def test_pages_without_what_makes_them_is_one_sentence_with_the_command(tmp_path):
    """The ordinary set-up has no latex2mathml, which only contributors need.

    Without rfc3987_syntax, which takes a second to load, jsonschema only leaves out the check of one format.
    """
    program = f"""
import sys
sys.modules["latex2mathml"] = sys.modules["rfc3987_syntax"] = None
from tools import make_site
sys.exit(make_site.main(["03", "--to", {str(tmp_path / "site")!r}]))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=make_site.ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "make_site: latex2mathml is not installed; run: python tools/set_up.py --dev\n"
    assert not (tmp_path / "site").exists()


def test_a_link_to_a_lesson_without_a_page_leaves_its_words(tmp_path):
    lessons = [Lesson(name, name[:2], "") for name in ("03_forget_gate", "05_output_gate")]
    cell = nbformat.v4.new_markdown_cell(
        "[03](03_forget_gate.ipynb#a) [*04*](04_input_gate.ipynb) [x](x.html)"
    )
    setup = nbformat.v4.new_code_cell("import numpy")
    notebook = nbformat.v4.new_notebook(cells=[setup, cell], metadata={"in_page": []})
    page = lesson_page(notebook, lessons, 1, live=False)
    line = '<p><a href="03_forget_gate.html#a">03</a> <em>04</em> <a href="x.html">x</a></p>'
    assert line in page
    assert set(re.findall(r'href="(\d\d\w+)', page)) == {"03_forget_gate"}


@pytest.fixture
def course(tmp_path):
    folder = tmp_path / "course"
    (folder / "notebooks").mkdir(parents=True)
    shutil.copy(student_branch.ROOT / "notebooks" / "03_forget_gate.ipynb", folder / "notebooks")
    (folder / "pyproject.toml").touch()
    git("init", "--quiet", "--initial-branch=main", root=folder)
    git("config", "user.email", "course@example.org", root=folder)
    git("config", "user.name", "course", root=folder)
    git("add", "--all", root=folder)
    git("commit", "--quiet", "--message", "lessons", root=folder)
    return folder


@pytest.mark.parametrize("branch", ["main", "HEAD", "", "bad name", "-d"])
def test_no_branch_but_one_for_students_is_moved(course, branch):
    before = git("for-each-ref", root=course)
    with pytest.raises(ValueError, match="--branch"):
        update(branch, root=course)
    assert git("for-each-ref", root=course) == before


def test_another_clone_goes_on_from_what_students_have(course, tmp_path):
    first = update("student", root=course)
    clone = tmp_path / "clone"
    git("clone", "--quiet", str(course), str(clone), root=tmp_path)
    for key in ("user.email", "user.name"):
        git("config", key, "course@example.org", root=clone)
    (clone / "notebooks" / "04.ipynb").touch()
    git("add", "--all", root=clone)
    git("commit", "--quiet", "--message", "more", root=clone)
    made = update("student", root=clone)
    assert git("rev-parse", f"{made}^", root=clone) == first


def test_a_branch_for_colab_installs_the_course_before_a_lesson_runs(course):
    line = "%pip install --quiet --no-deps git+https://github.com/ada/lstm"
    made = update("colab", root=course, first=line)
    found, given = (
        nbformat.reads(git("show", name, root=course), as_version=4)
        for name in (f"{made}:03_forget_gate.ipynb", "main:notebooks/03_forget_gate.ipynb")
    )
    nbformat.validate(found)
    code = [cell.source for cell in found.cells if cell.cell_type == "code"]
    assert code[0] == line
    assert code[1:] == [cell.source for cell in given.cells if cell.cell_type == "code"]
    assert update("colab", root=course, first=line) is None


def test_a_release_keeps_what_an_instructor_has_changed_and_checks_its_lessons_first(tmp_path, capsys):
    folder = tmp_path / "graded"
    assert release([str(folder), "3"]) == 0
    own = folder / "source" / "03_forget_gate" / "03_forget_gate.ipynb"
    made = own.read_text(encoding="utf-8")
    own.write_text("mine", encoding="utf-8")
    assert release([str(folder), "03", "99"]) == 1
    assert release([str(folder), "03"]) == 0
    assert "kept, since it differs" in capsys.readouterr().out
    assert own.read_text(encoding="utf-8") == "mine"
    assert release([str(folder), "03", "--overwrite"]) == 0
    assert own.read_text(encoding="utf-8") == made
    (tmp_path / "file").touch()
    assert release([str(tmp_path / "file"), "03"]) == 1


def test_the_first_page_names_the_lessons_that_need_keras_which_a_browser_has_not():
    sources = sorted((make_site.ROOT / "notebooks" / "src").glob("[0-9]*.py"))
    code = {path.name[:2]: path.read_text(encoding="utf-8") for path in sources}
    need = [k for k, text in code.items() if marks_of(text) or re.search(r"import .*\bsentiment\b", text)]
    early = [number for number in need if number < "08"]
    assert need == [*early, *(f"{number:02}" for number in range(8, 17))]
    assert re.findall(r"\d\d", JUPYTERLAB) == [*early, "08", "16"]
