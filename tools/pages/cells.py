"""One cell of an executed notebook as HTML: prose, code with what it showed, a lab, a quiz or an exercise."""

import ast
import re
from html import escape

from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from tools.pages.prose import Heading, rendered

WIDGET = "application/vnd.jupyter.widget-view+json"
STILL = re.compile(
    r"(<details>.*?</summary>)?\s*!\[[^]]*\]\(images/\w+_lab--[^)]*\)\s*(</details>)?\s*", re.DOTALL
)
EXERCISE = """<section class="lstm-exercise" data-exercise="{name}" data-lesson="{lesson}" data-cell="{cell}"
 aria-label="Exercise {name}">
<textarea rows="{rows}" aria-label="Your answer to {name}" spellcheck="false" autocapitalize="off"
 autocomplete="off">{stub}</textarea>
<div data-part="buttons" hidden></div>
<div data-part="output" role="status"></div>
</section>"""
LAB = """<section class="lstm-lab" data-lab="{lab}" data-preset="{preset}" data-state="still"
 aria-label="Lab">
<div data-part="controls"></div>
<p role="status">{words}</p>
<div data-part="picture">{picture}</div>
</section>"""
ONLY_THERE = '<p class="only-there">Its controls move in the notebook, where its network is trained.</p>'


def html_of(cell: NotebookNode, lesson: str, widgets: dict, taken: set[str]) -> tuple[str, list[Heading]]:
    """Return the HTML of a cell of lesson "03", and its headings.

    `widgets` is the state of the notebook's; `taken` are the names that headings of the page have already.
    """
    if cell.cell_type == "markdown":
        return ("", []) if STILL.fullmatch(cell.source) else rendered(cell.source, taken)
    shown = "".join(_output(output, cell.source, widgets) for output in _merged(cell.outputs))
    tags, kind = cell.metadata.get("tags", ()), cell.metadata.get("slideshow", {}).get("slide_type")
    if "exercise" in tags:
        return _exercise(cell, lesson), []
    if re.match(r"(\w+_lab|quiz)\(", cell.source):
        return shown, []
    code = f'<pre class="code"><code>{_coloured(cell.source)}</code></pre>'
    if kind == "skip":
        return f'<details class="setup"><summary>What is imported</summary>{code}{shown}</details>', []
    if "picture" in tags:
        return f'{shown}<details class="drawn-by"><summary>What draws it</summary>{code}</details>', []
    return code + shown, []


def _coloured(code: str) -> str:
    return highlight(code, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip("\n")


def _exercise(cell: NotebookNode, lesson: str) -> str:
    found = re.search(r'check\("(\w+)"', cell.source)
    if not found:
        raise ValueError(f"lesson {lesson}: an exercise has no check: {cell.source!r}")
    rows = cell.source.count("\n") + 2
    return EXERCISE.format(name=found[1], lesson=lesson, cell=cell.id, rows=rows, stub=escape(cell.source))


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


def _output(output: NotebookNode, source: str, widgets: dict) -> str:
    if output.output_type == "stream":
        return _text(output.text)
    if output.output_type == "error":
        return _text(f"{output.ename}: {output.evalue}")
    data = output.data
    if WIDGET in data:
        return _lab(data[WIDGET]["model_id"], source, widgets)
    if "text/html" in data:
        return f'<div class="shown">{data["text/html"]}</div>'
    if "text/markdown" in data:
        return rendered(data["text/markdown"], set())[0]
    return _text(data["text/plain"])


def _text(words: str) -> str:
    """Return printed text; of a line that was written over, as progress is, what was written last."""
    lines = [line.rstrip("\r").rpartition("\r")[2].rstrip() for line in words.rstrip("\n").split("\n")]
    return f'<pre class="printed">{escape(chr(10).join(lines))}</pre>'


def _lab(model: str, source: str, widgets: dict) -> str:
    """Return a lab as it was when the notebook had run: its last two parts are its words and its picture."""
    *_, status, picture = (
        widgets[part.removeprefix("IPY_MODEL_")]["state"]["value"]
        for part in widgets[model]["state"]["children"][-2:]
    )
    called = ast.parse(source).body[-1].value
    names = [argument.value for argument in called.args if isinstance(argument, ast.Constant)]
    words = re.sub(r"<[^>]+>", "", status)
    lab = LAB.format(
        lab=called.func.id, preset=escape(names[0] if names else ""), words=words, picture=picture
    )
    return lab if not called.keywords else lab.replace('class="lstm-lab"', 'class="lab-still"') + ONLY_THERE
