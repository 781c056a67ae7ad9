"""Build the branch that students pull: the lessons at its top, without solutions, sources or package.

    python -m tools.student_branch                     branch `student`, from the last commit
    python -m tools.student_branch --branch autumn     another name
    git push origin student                            then nbgitpuller's link names this branch
    python -m tools.student_branch --colab             branch `colab`: each lesson first installs the course

Every commit of the branch follows the one before, so that nbgitpuller can merge an update into what students
have. It is made from what is committed, not from what lies in the folder. Where no lesson has changed, no
commit is added.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import nbformat

from tools.repository import repository

ROOT = Path(__file__).resolve().parent.parent
NOT_FOR_STUDENTS = ("notebooks/src/", "notebooks/solutions/")
EMPTY = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"  # git's own name for a tree without files


def git(*arguments: str, root: Path = ROOT, given: str | None = None, **environment: str) -> str:
    """Return what git prints; raise CalledProcessError if it fails."""
    done = subprocess.run(
        ["git", *arguments],
        cwd=root,
        input=given,
        env=os.environ | environment,
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        check=True,
    )
    return done.stdout.strip()


def install() -> str:
    """Return the line that brings the course to Colab, which has all that the course needs."""
    if (repo := repository()) is None:
        raise ValueError("CITATION.cff: repository-code is missing, expected the course's address on GitHub")
    return f"%pip install --quiet --no-deps git+https://github.com/{repo}"


def installing(blob: str, first: str, root: Path) -> str:
    """Return git's name of a notebook that runs one more line before its first cell of code."""
    notebook = nbformat.reads(git("cat-file", "blob", blob, root=root), as_version=4)
    notebook.cells.insert(1, nbformat.v4.new_code_cell(first, id="install"))
    return git("hash-object", "-w", "--stdin", root=root, given=f"{nbformat.writes(notebook)}\n")


def lessons_tree(commit: str, root: Path, first: str = "") -> str:
    """Return the tree, in git's sense, that holds the lessons of a commit as a student should have them.

    Where a first line is given, each notebook runs it before all others.
    """
    entries = []
    for line in git("ls-tree", "-r", commit, "--", "notebooks", root=root).splitlines():
        about, path = line.split("\t")
        if not path.startswith(NOT_FOR_STUDENTS):
            if first and path.endswith(".ipynb"):
                mode, kind, blob = about.split()
                about = f"{mode} {kind} {installing(blob, first, root)}"
            entries.append(f"{about}\t{path.removeprefix('notebooks/')}\n")
    with tempfile.TemporaryDirectory() as folder:
        index = str(Path(folder) / "index")
        git("update-index", "--add", "--index-info", root=root, given="".join(entries), GIT_INDEX_FILE=index)
        return git("write-tree", root=root, GIT_INDEX_FILE=index)


def check(branch: str, root: Path) -> None:
    """Raise ValueError for what is no name of a branch, and for a branch that holds something else."""
    valid = subprocess.run(["git", "check-ref-format", f"refs/heads/{branch}"], cwd=root, check=False)
    if valid.returncode or branch == "HEAD" or branch.startswith("-"):
        raise ValueError(f"--branch: got {branch!r}, expected a name that a branch can have")
    if "pyproject.toml" in git("ls-tree", "--name-only", last_of(branch, root) or EMPTY, root=root).split():
        raise ValueError(f"--branch: {branch!r} holds the course itself; expected one for the students alone")


def last_of(branch: str, root: Path) -> str:
    """Return the last commit of a branch, here or else at its origin; "" if there is none."""
    for reference in (f"refs/heads/{branch}", f"refs/remotes/origin/{branch}"):
        if found := git("for-each-ref", "--format=%(objectname)", reference, root=root):
            return found
    return ""


def update(branch: str, commit: str = "HEAD", root: Path = ROOT, first: str = "") -> str | None:
    """Add one commit to the branch, which is made if need be; return it, or None if nothing has changed.

    Raises
    ------
    ValueError
        for a branch that is not one for students.
    """
    check(branch, root)
    tree, last = lessons_tree(commit, root, first), last_of(branch, root)
    if last and git("rev-parse", f"{last}^{{tree}}", root=root) == tree:
        return None
    version = git("rev-parse", "--short", commit, root=root)
    parent = ["-p", last] if last else []
    made = git("commit-tree", tree, *parent, "-m", f"The lessons of {version}", root=root)
    git("update-ref", f"refs/heads/{branch}", made, root=root)
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--branch", help="its name; student, or colab, if none is given")
    parser.add_argument("--colab", action="store_true", help="each lesson installs the course first")
    options = parser.parse_args(arguments)
    branch = options.branch if options.branch is not None else "colab" if options.colab else "student"
    try:
        made = update(branch, first=install() if options.colab else "")
    except ValueError as error:
        print(f"student_branch: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:  # git has said why
        return error.returncode
    print(f"{branch}: {made or 'no lesson has changed'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
