"""A JupyterLab of our own, and the browser that is installed: for tests, decks and benchmarks."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

TOKEN = "course"
NO_BROWSER = (
    "no browser: install Chromium so that `chromium` is on the PATH "
    "(Debian, Ubuntu: sudo apt-get install chromium)"
)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
# The kernel of the notebook in front runs and is connected.
READY = """() => {
    const context = window.jupyterapp?.shell.currentWidget?.sessionContext;
    return context?.isReady && context.session?.kernel?.connectionStatus === 'connected';
}"""


def find_chromium() -> str | None:
    """Return the path of an installed Chromium or Chrome, or None; none is ever downloaded."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    return None


class Jupyter:
    """A running JupyterLab: `url`, its `token`, and the `folder` that it serves."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder, self.token = url, folder, TOKEN

    def shut_kernels(self) -> None:
        """End all sessions: a lesson that has imported Keras holds most of a gigabyte."""
        for session in json.load(self._ask("GET", "")):
            self._ask("DELETE", f"/{session['id']}").close()

    def _ask(self, method: str, rest: str) -> Any:
        headers = {"Authorization": f"token {self.token}"}
        return urlopen(Request(f"{self.url}/api/sessions{rest}", headers=headers, method=method), timeout=30)

    def notebook(self, name: str, *cells: str, heading: str = "") -> str:
        """Write NAME.ipynb with a slide for each cell of code, below a heading if one is given; its path.

        A cell that fails does not keep those after it from running, as JupyterLab's "run all" otherwise does.
        """
        written: list[dict] = []
        for k, source in enumerate(cells):
            if heading:
                metadata = {"slideshow": {"slide_type": "slide"}}
                written.append(
                    {"cell_type": "markdown", "id": f"head-{k}", "metadata": metadata, "source": heading}
                )
            metadata = {
                "slideshow": {"slide_type": "-" if heading else "slide"},
                "tags": ["raises-exception"],
            }
            code = {"cell_type": "code", "id": f"cell-{k}", "metadata": metadata, "source": source}
            written.append(code | {"execution_count": None, "outputs": []})
        content = {
            "cells": written,
            "metadata": {
                "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
                "language_info": {"name": "python"},
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        (self.folder / f"{name}.ipynb").write_text(json.dumps(content), encoding="utf-8")
        return f"{name}.ipynb"


@contextmanager
def running_jupyter(folder: Path, python: str | Path = sys.executable) -> Iterator[Jupyter]:
    """JupyterLab of a Python on a free port, all that it writes in `folder`."""
    (notebooks := folder / "notebooks").mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = (
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_DATA_DIR",
        "JUPYTER_RUNTIME_DIR",
        "JUPYTERLAB_SETTINGS_DIR",
        "JUPYTERLAB_WORKSPACES_DIR",
        "IPYTHONDIR",
    )
    command = [
        *(str(python), "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"),
        f"--IdentityProvider.token={TOKEN}",
        f"--ServerApp.root_dir={notebooks}",
        "--ServerApp.port_retries=0",
        "--LabApp.expose_app_in_browser=True",
    ]
    log = folder / "jupyter.log"
    environment = os.environ | {place: str(folder / place) for place in places}
    with log.open("w") as file:
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            if process.poll() is not None:
                raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")
            try:
                urlopen(f"{url}/api?token={TOKEN}", timeout=5).close()
                break
            except (URLError, OSError):
                time.sleep(0.5)
        yield Jupyter(url, notebooks)
    finally:
        process.terminate()
        process.wait(30)
