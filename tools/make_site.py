"""Execute the lessons and write them as static pages to `site/`, readable offline and without a kernel.

    python -m tools.make_site             all lessons
    python -m tools.make_site 03 07       some of them

nbconvert makes the pages, MathJax lies beside them as files, and nothing is fetched from elsewhere. Quizzes
need no kernel and stay alive; a lab, which does, is replaced by a line that leads to the notebook, below its
still picture.
"""

import argparse
import html
import re
import shutil
import sys
from pathlib import Path

import jupyter_server_mathjax
import nbformat
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
WIDGET = "application/vnd.jupyter.widget-view+json"
LAB = """<p class="lt-lab">Here the notebook has live controls: open <code>{name}</code> with
<code>make lab</code>.</p>"""
# The one font that lies beside the pages, in place of whatever the reader's machine has.
WITH_OUR_FONT = (
    "MathJax.Hub.Config({",
    'MathJax.Hub.Config({"HTML-CSS": {availableFonts: [], imageFont: null, preferredFont: null, '
    'webFont: "STIX-Web"},',
)
HEAD = """<style>
body{{max-width:64em;margin:0 auto;padding:0 1em}}
nav{{margin:1em 0;display:flex;justify-content:space-between}}
.lt-lab{{border-left:4px solid #0072b2;padding-left:.6em}}
.jp-InputArea-prompt,.jp-OutputArea-prompt{{display:none}}
</style>
<nav aria-label="lessons">
<span>{before}</span><a href="index.html">All lessons</a><span>{after}</span>
</nav>"""
INDEX = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body{{font:18px/1.5 system-ui,sans-serif;max-width:44em;margin:2em auto;padding:0 1em}}</style></head>
<body><h1>{title}</h1>
<p>{words}</p>
<ol start="0">
{rows}
</ol>
</body></html>
"""


def title(notebook: NotebookNode) -> str:
    """The first heading of a lesson."""
    return notebook.cells[0].source.splitlines()[0].removeprefix("# ")


def executed(path: Path) -> NotebookNode:
    """The notebook after a run in its own folder, with what needs a kernel replaced by words."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": path.parent}}).execute()
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if WIDGET in output.get("data", {}):
                output.data = NotebookNode({"text/html": LAB.format(name=path.name)})
    return notebook


def page(notebook: NotebookNode, number: int, names: list[str]) -> str:
    exporter = HTMLExporter(
        template_name="lab",
        mathjax_url="mathjax/MathJax.js?config=TeX-AMS-MML_HTMLorMML-full,Safe",
        require_js_url="",
        mermaid_js_url="",
    )
    body, _ = exporter.from_notebook_node(
        notebook, {"metadata": {"name": title(notebook), "path": str(ROOT / "notebooks")}}
    )
    body = re.sub(r'<script src=""></script>', "", body)
    body = body.replace(*WITH_OUR_FONT)
    body = re.sub(r'href="(\d\d_\w+)\.ipynb"', r'href="\1.html"', body)
    before = f'<a href="{names[number - 1]}.html">Back</a>' if number else ""
    after = f'<a href="{names[number + 1]}.html">On</a>' if number + 1 < len(names) else ""
    return re.sub(
        r"(<body[^>]*>)", lambda tag: tag[1] + HEAD.format(before=before, after=after), body, count=1
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", help="numbers of lessons, such as 03; all if none is named")
    parser.add_argument("--to", type=Path, default=ROOT / "site", help="the folder to write to")
    options = parser.parse_args(arguments)
    sources = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    names = [path.stem for path in sources]
    if unknown := set(options.lessons) - {name[:2] for name in names}:
        print(f"make_site: no lesson {', '.join(sorted(unknown))}", file=sys.stderr)
        return 1
    options.to.mkdir(exist_ok=True)
    mathjax = Path(jupyter_server_mathjax.__file__).parent / "static"
    shutil.copytree(mathjax, options.to / "mathjax", dirs_exist_ok=True)
    shutil.copytree(ROOT / "notebooks" / "images", options.to / "images", dirs_exist_ok=True)
    rows = []
    for number, path in enumerate(sources):
        rows.append(f'<li><a href="{path.stem}.html">{html.escape(title(nbformat.read(path, 4)))}</a></li>')
        if not options.lessons or path.stem[:2] in options.lessons:
            print(path.stem, flush=True)
            (options.to / f"{path.stem}.html").write_text(
                page(executed(path), number, names), encoding="utf-8"
            )
    words = "The pages of the course with what its cells show. To move the controls, open the notebooks."
    index = INDEX.format(title="How an LSTM works", words=words, rows="\n".join(rows))
    (options.to / "index.html").write_text(index, encoding="utf-8")
    print(f"open {options.to / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
