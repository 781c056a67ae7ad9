"""A JupyterLab of our own and a real browser to drive it.

Chromium is the one on the PATH; Playwright only drives it and is never asked to download a browser.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def artifacts() -> Path:
    """Where screenshots are kept; git does not see it."""
    folder = Path(__file__).parents[2] / "artifacts" / "browser"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Jupyter:
    """A running JupyterLab: `url`, and `folder`, which it serves."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder, self.token = url, folder, TOKEN

    def notebook(self, name: str, *cells: str) -> str:
        """Write NAME.ipynb with a slide for each cell of code; its path for a URL."""
        content = {
            "cells": [
                {
                    "cell_type": "code",
                    "id": f"cell-{k}",
                    "metadata": {"slideshow": {"slide_type": "slide"}},
                    "execution_count": None,
                    "outputs": [],
                    "source": source,
                }
                for k, source in enumerate(cells)
            ],
            "metadata": {
                "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
                "language_info": {"name": "python"},
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        (self.folder / f"{name}.ipynb").write_text(json.dumps(content), encoding="utf-8")
        return f"{name}.ipynb"


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[Jupyter]:
    """JupyterLab on a free port, all that it writes in folders that will be removed."""
    folder = tmp_path_factory.mktemp("notebooks")
    home = tmp_path_factory.mktemp("home")
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
    environment = os.environ | {place: str(home / place) for place in places}
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"),
        f"--IdentityProvider.token={TOKEN}",
        f"--ServerApp.root_dir={folder}",
        "--ServerApp.port_retries=0",
        "--LabApp.expose_app_in_browser=True",
    ]
    log = home / "jupyter.log"
    with log.open("w") as file:
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(240):
            if process.poll() is not None:
                pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")
            try:
                urlopen(f"{url}/api?token={TOKEN}", timeout=5).close()
                break
            except (URLError, OSError):
                time.sleep(0.5)
        yield Jupyter(url, folder)
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser, or a skip that says how to get one."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip(NO_BROWSER)
    return path


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[object]:
    """The browser, without a window."""
    playwright = pytest.importorskip("playwright.sync_api", reason='pip install -e ".[browser]"')
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def watched_page(browser, jupyter: Jupyter) -> Iterator[object]:
    """A page at slide size that notes in `outside` what it asks of any other machine, and does not get it."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.set_default_timeout(60_000)
    page.outside, page.messages = [], []

    def watch(route: object) -> None:
        url = route.request.url
        if url.startswith((jupyter.url, "data:", "blob:")):
            route.continue_()
        else:
            page.outside.append(url)
            route.abort()

    page.route("**/*", watch)
    page.on("console", lambda message: page.messages.append(f"{message.type}: {message.text}"))
    yield page
    page.close()
