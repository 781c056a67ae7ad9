"""Pages with labs and no lesson around them, and a server for them: for tests and benchmarks.

A page holds its labs as `make site` writes them, so what is measured and tested here is what a lesson has.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from html import escape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template

from lstm_teach.labs import LABS
from lstm_teach.labs.core import open_lab
from tools import live_python, offline
from tools.pages.cells import LAB

ROOT = Path(__file__).resolve().parent.parent
ONE_EACH = {name: [(name, "")] for name in LABS}
"""A page for each lab, named as the lab, which opens in its first preset."""


def write_lab_pages(folder: Path, pages: Mapping[str, Sequence[tuple[str, str]]] = ONE_EACH) -> None:
    """Write pages into a folder, each by its name with its labs and their presets, and all that they load.

    PyodideError if Python for the browser cannot be had, see `get_pyodide.get`.
    """
    offline.copy_front_end(folder)
    live_python.write(folder / "python")
    head = (ROOT / "tools" / "pages" / "head.html").read_text(encoding="utf-8")
    door = (ROOT / "tools" / "pages" / "door.html").read_text(encoding="utf-8")
    head = Template(head).safe_substitute(live='<script type="module" src="live/page.js"></script>')
    for page, labs in pages.items():
        written = "".join(_still(lab, preset) for lab, preset in labs)
        html = f"{head}<title>Labs</title></head><body>{door}<main>{written}</main></body></html>"
        (folder / f"{page}.html").write_text(html, encoding="utf-8")
    offline.write_service_worker(folder)


def _still(lab: str, preset: str) -> str:
    shown = open_lab(LABS[lab], preset or None)
    return LAB.format(lab=lab, preset=escape(preset), words=escape(shown.words), picture=shown.html)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: a request that fails shows in the page."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder from a port of its own, and yield the address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
