"""Pages with live labs alone, a server for them, and a lab on such a page, which is moved by hand."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from html import escape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from lstm_teach.labs import LABS, core
from tools import live_python, offline

ROOT = Path(__file__).resolve().parents[2]
START = (
    180_000  # milliseconds that Python may take to start on a busy machine: speed is for benchmarks/live.py
)
CHANGE = 60_000  # milliseconds in which a picture must have changed
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'self'; script-src 'self' 'wasm-unsafe-eval';
 style-src 'self' 'unsafe-inline'; img-src 'self' data:">
<link rel="icon" href="data:,"><link rel="stylesheet" href="live/site.css"><title>Labs</title>
<script type="module" src="live/page.js"></script></head>
<body><main><button type="button" class="lstm-live">Make this page live</button>{labs}</main></body></html>
"""
LAB = """<section class="lstm-lab" data-lab="{lab}" data-preset="{preset}" data-state="still">
<div data-part="controls"></div><p role="status">{words}</p><div data-part="picture">{html}</div></section>"""
# What the page shows, and what Python's text becomes when a browser has read it.
SAME = """(picture, html) => {
    const read = document.createElement('div');
    read.innerHTML = html;
    return picture.innerHTML === read.innerHTML;
}"""


def write_site(folder: Path) -> None:
    """Write a page for each lab, `two.html` with two of one kind, and all that they load."""
    shutil.copytree(ROOT / "live", folder / "live", ignore=shutil.ignore_patterns("sw.js"))
    live_python.write(folder / "python")
    pages = {name: [(name, "")] for name in LABS} | {"two": [("gate_lab", "add"), ("gate_lab", "erase")]}
    for page, labs in pages.items():
        written = ""
        for lab, preset in labs:
            still = core.open_lab(LABS[lab], preset or None)
            written += LAB.format(lab=lab, preset=preset, words=escape(still.words), html=still.html)
        (folder / f"{page}.html").write_text(PAGE.format(labs=written), encoding="utf-8")
    offline.write_service_worker(folder)


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[str]:
    """Serve a folder on this machine; its address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), partial(Quiet, directory=folder)) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class LiveLab:
    """A lab on a page; `root` is a locator of its section."""

    def __init__(self, page, root) -> None:
        self.page, self.root = page, root
        self.name = root.get_attribute("data-lab")
        self.spec = LABS[self.name]
        self.status = root.locator("[role=status]")
        self.picture = root.locator("[data-part=picture]")
        self.preset = root.get_by_label("Start from")
        self.reset = root.get_by_role("button", name="Reset")

    @property
    def state(self) -> str:
        return self.root.get_attribute("data-state")

    def wait_for(self, state: str) -> None:
        self.page.locator(f"section.lstm-lab[data-lab={self.name}][data-state={state}]").first.wait_for(
            timeout=START
        )

    def control(self, name: str):
        return self.root.locator(f"[data-control={name}]")

    def value(self, name: str) -> object:
        """What a control shows."""
        control, kind = self.control(name), self.spec.controls[name].kind
        if kind == "switch":
            return control.locator("input").is_checked()
        if kind == "choice":
            return control.locator("input:checked").get_attribute("value")
        if kind in ("menu", "text"):
            return control.locator("select, input").input_value()
        number = float(control.locator("input").input_value())
        return int(number) if isinstance(self.spec.controls[name].value, int) else number

    def shows(self, screen: core.Screen) -> bool:
        """Whether picture and words are those of a state as a notebook shows it."""
        return self.status.inner_text() == _spaced(screen.words) and self.picture.evaluate(SAME, screen.html)

    def wait_until(self, right: Callable[[], bool], what: str) -> None:
        for _ in range(CHANGE // 50):
            if right():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{what}: not so after {CHANGE} ms: {self.status.inner_text()}")

    def start_from(self, preset: str) -> core.Screen:
        """Choose a preset, wait for it, and return it as a notebook shows it."""
        self.preset.select_option(preset)
        self.reset.click()
        screen = core.open_lab(self.spec, preset)
        self.wait_until(lambda: self.shows(screen), f"{self.name}, {preset}")
        return screen


def _spaced(words: str) -> str:
    return " ".join(words.split())
