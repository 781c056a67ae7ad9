"""One cell of an executed notebook as HTML: prose, code with what it showed, a lab, a quiz or an exercise."""

import re
from collections.abc import Collection, Sequence
from html import escape
from typing import NamedTuple

from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from tools.pages.prose import Heading, rendered

WIDGET, WIDGETS = (f"application/vnd.jupyter.widget-{what}+json" for what in ("view", "state"))
# A lab's still, perhaps folded: on a page the lab itself stands there as a picture, until it is live.
FOLDED = r"(<details><summary>[^<]*</summary>\s*)?", r"(\s*</details>)?"
STILL = re.compile(r"!\[[^]]*\]\(images/\w+_lab--[^)]*\)".join(FOLDED))
CALLED = re.compile(r'(\w+_lab)\((?:"([^"]*)")?\)')  # a lab as it opens by itself, in a preset
EXERCISE = """<section class="lstm-exercise" data-exercise="{name}" data-lesson="{lesson}" data-cell="{cell}"
{where} aria-label="Exercise {name}">
<textarea rows="{rows}" aria-label="Your answer to {name}" spellcheck="false" autocapitalize="off"
 autocomplete="off">{stub}</textarea>
<div data-part="buttons" hidden></div>
<div data-part="output" role="status">{said}</div>
</section>"""
IN_THE_NOTEBOOK = '<p class="note">This exercise needs Keras. Do it in the notebook.</p>'
LAB = """<section class="lstm-lab" data-lab="{lab}" data-preset="{preset}" data-state="still"
 aria-label="Lab">
<div data-part="controls"></div>
<p role="status">{words}</p>
<div data-part="picture">{picture}</div>
</section>"""
ONLY_THERE = '<p class="only-there">Its controls move in the notebook, where its network is trained.</p>'


class Page(NamedTuple):
    """What cells need to know of the page that they stand on.

    `lesson` is its number, as "03", `setup` the id of the cell that imports, `in_page` names exercises that
    run in it, `widgets` the state of the notebook's; `taken` are the names that headings have already, and
    `others` the lessons that have a page, as "03_forget_gate".
    """

    lesson: str
    setup: str
    in_page: Sequence[str]
    widgets: dict
    taken: set[str]
    others: Collection[str]


def page_of(notebook: NotebookNode, lesson: str, others: Collection[str]) -> Page:
    """Return what the cells of an executed notebook need to know."""
    setup = next(cell.id for cell in notebook.cells if cell.cell_type == "code")
    widgets = notebook.metadata.get("widgets", {}).get(WIDGETS, {}).get("state", {})
    return Page(lesson, setup, notebook.metadata["in_page"], widgets, set(), others)


def html_of(cell: NotebookNode, page: Page) -> tuple[str, list[Heading]]:
    """Return the HTML of a cell, and its headings."""
    if cell.cell_type == "markdown":
        return rendered(STILL.sub("", cell.source), page.taken, page.others)
    tags = cell.metadata.get("tags", ())
    if "exercise" in tags:
        return _exercise(cell, page), []
    shown = "".join(_output(output, cell.source, page) for output in _merged(cell.outputs))
    if re.match(r"(\w+_lab|quiz)\(", cell.source):
        return shown, []
    code = _coloured(cell.source)
    if cell.id == page.setup:
        return f'<details class="setup"><summary>What is imported</summary>{code}{shown}</details>', []
    if "picture" in tags:
        return f'{shown}<details class="drawn-by"><summary>What draws it</summary>{code}</details>', []
    return code + shown, []


def _coloured(code: str) -> str:
    inside = highlight(code, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip("\n")
    return f'<pre class="code"><code>{inside}</code></pre>'


def _exercise(cell: NotebookNode, page: Page) -> str:
    found = re.search(r'check\("(\w+)"', cell.source)
    if not found:
        raise ValueError(f"lesson {page.lesson}: an exercise has no check: {cell.source!r}")
    here = found[1] in page.in_page
    return EXERCISE.format(
        name=found[1],
        lesson=page.lesson,
        cell=cell.id,
        where="" if here else ' data-where="notebook"',
        rows=cell.source.count("\n") + 2,
        stub=escape(cell.source),
        said="" if here else IN_THE_NOTEBOOK,
    )


def _merged(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Return the outputs, printed text in one piece, without what libraries said of the machine."""
    merged: list[NotebookNode] = []
    for output in outputs:
        if output.output_type == "stream" and output.name == "stderr":
            continue
        if output.output_type == "stream" and merged and merged[-1].output_type == "stream":
            merged[-1].text += output.text
        else:
            merged.append(NotebookNode(output))
    return merged


def _output(output: NotebookNode, source: str, page: Page) -> str:
    if output.output_type == "stream":
        return _text(output.text)
    if output.output_type == "error":
        return _text(f"{output.ename}: {output.evalue}")
    data = output.data
    if WIDGET in data and len(page.widgets[data[WIDGET]["model_id"]]["state"].get("children", ())) > 1:
        return _lab(data[WIDGET]["model_id"], source, page.widgets)
    if "text/html" in data:
        return f'<div class="shown">{data["text/html"]}</div>'
    if "text/markdown" in data:
        return rendered(data["text/markdown"], set(), page.others)[0]
    return _text(data["text/plain"])


def _text(words: str) -> str:
    """Return printed text; of a line that was written over, as progress is, what was written last."""
    lines = [line.rstrip("\r").rpartition("\r")[2].rstrip() for line in words.rstrip("\n").split("\n")]
    return f'<pre class="printed">{escape(chr(10).join(lines))}</pre>'


def _lab(model: str, source: str, widgets: dict) -> str:
    """Return a lab as it was when the notebook had run: its last two parts are its words and its picture."""
    status, picture = (
        widgets[part.removeprefix("IPY_MODEL_")]["state"]["value"]
        for part in widgets[model]["state"]["children"][-2:]
    )
    opened = CALLED.fullmatch(source.strip())
    name, preset = opened.groups() if opened else ("", "")
    lab = LAB.format(lab=name, preset=preset or "", words=re.sub(r"<[^>]+>", "", status), picture=picture)
    return lab if opened else lab.replace('class="lstm-lab"', 'class="lab-still"') + ONLY_THERE
