"""Every notebook, executed by nbmake's runner, and searched for errors that no exit status tells of."""

import re

import nbformat
import pytest
from nbmake.nb_run import NotebookRun
from running import ROOT, SOLUTIONS, executed

NOTEBOOKS = sorted([*ROOT.glob("notebooks/*.ipynb"), *SOLUTIONS.glob("*.ipynb")])
WIDGETS = "application/vnd.jupyter.widget-state+json"
# What a lab writes in place of its picture, and what Python writes of an exception.
HIDDEN = re.compile(r'class="lt-error"|Traceback \(most recent call last\)')
VERDICT = re.compile(r"<strong>(passed|not yet)</strong>")


def outputs(notebook):
    """All outputs with their cells, also those inside an Output widget."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield cell, output
    for model in notebook.metadata.get("widgets", {}).get(WIDGETS, {}).get("state", {}).values():
        for output in model["state"].get("outputs", []):
            yield None, nbformat.from_dict(output)


def problems(notebook):
    """What went wrong without stopping the notebook."""
    found = []
    for cell, output in outputs(notebook):
        where = cell.source[:80] if cell else "an Output widget"
        if output.output_type == "error":
            found.append(f"{where}: {output.ename}: {output.evalue}")
        elif output.output_type == "stream" and output.name == "stderr":
            found.append(f"{where}: on stderr: {output.text[:300]}")
        elif HIDDEN.search(str(output.get("data", ""))):
            found.append(f"{where}: shows an error: {str(output.data)[:300]}")
    for model in notebook.metadata.get("widgets", {}).get(WIDGETS, {}).get("state", {}).values():
        value = str(model["state"].get("value", ""))
        if HIDDEN.search(value):
            found.append(f"a widget shows an error: {value[:300]}")
    return found


def verdicts(notebook):
    """What the checks say, in order: "passed" or "not yet"."""
    shown = [output.data.get("text/html", "") for _, output in outputs(notebook) if "data" in output]
    return [word for html in shown for word in VERDICT.findall(html)]


def notebooks():
    """All notebooks; a solved one in the process of its lesson's claims, which rest on the same run."""
    for path in NOTEBOOKS:
        marks = pytest.mark.xdist_group(f"lesson {path.stem[:2]}") if path.parent == SOLUTIONS else ()
        yield pytest.param(path, id=str(path.relative_to(ROOT / "notebooks")), marks=marks)


@pytest.mark.parametrize("path", list(notebooks()))
def test_a_notebook_runs_without_errors_hidden_or_not(path, record_property):
    run = executed(path)
    record_property(str(path.relative_to(ROOT)), run.seconds)
    assert run.error is None, run.error
    assert problems(run.notebook) == []

    checks = sum(bool(re.search(r"^check\(", cell.source, re.MULTILINE)) for cell in run.notebook.cells)
    wanted = "passed" if path.parent.name == "solutions" else "not yet"
    exercises = [
        cell for cell in run.notebook.cells if {"exercise", "solution"} & set(cell.metadata.get("tags", []))
    ]
    said = [word for cell in exercises for word in verdicts(nbformat.v4.new_notebook(cells=[cell]))]
    assert len(said) == len(exercises) <= checks
    assert set(said) <= {wanted}


def run_cells(*sources):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])


@pytest.mark.parametrize(
    "source",
    [
        "from ipywidgets import interact\n@interact(x=3)\ndef f(x):\n    return 1 / 0",
        "from ipywidgets import Output\nwith (out := Output()):\n    1 / 0\nout",
        "from ipywidgets import IntSlider, interactive_output\ns = IntSlider()\n"
        "interactive_output(lambda x: 1 / 0, {'x': s})",
        "from lstm_teach.labs import squash_lab\n(lab := squash_lab()).controls['numbers'].value = 'x'\nlab",
        "import sys\nprint('oh', file=sys.stderr)",
    ],
    ids=["interact", "Output", "interactive_output", "lab", "stderr"],
)
def test_the_search_finds_errors_that_nbmake_does_not_see(source, tmp_path):
    path = tmp_path / "hidden.ipynb"
    nbformat.write(run_cells(source), path)
    result = NotebookRun(path, default_timeout=60).execute()
    assert result.error is None, "nbmake sees this one by itself"
    assert len(problems(result.nb)) >= 1
