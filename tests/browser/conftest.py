"""A JupyterLab of our own, the static site, a real browser, and pages that are watched."""

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest

from lstm_teach.labs import LABS
from tools import make_site
from tools.lab_pages import ONE_EACH, served, write_lab_pages
from tools.serving import FLAGS, NO_BROWSER, Jupyter, find_chromium, running_jupyter

NPM = Path(__file__).resolve().parents[2] / "build" / "npm"
AXE = "axe-core@4.10.3"
SOME_PAGES = ("01", "03", "05")  # lessons that the tests build, where LSTM_TEACH_SITE names no site
OF_THE_SITE = ("test_firefox", "test_live_", "test_site")  # how the files begin that test the pages


@pytest.hookimpl(tryfirst=True)  # before xdist groups the tests by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(
                pytest.mark.site if item.path.stem.startswith(OF_THE_SITE) else pytest.mark.browser
            )
            if "site" in item.fixturenames:  # it is built once
                item.add_marker(pytest.mark.xdist_group("site"))
            elif item.path.stem != "test_lessons_shown":  # there each test opens a page of its own
                item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="session")
def artifacts() -> Path:
    """Where screenshots are kept; git does not see it."""
    folder = Path(__file__).parents[2] / "artifacts" / "browser"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser, or a skip that says how to get one."""
    if (path := find_chromium()) is None:
        pytest.skip(NO_BROWSER)
    return path


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[Jupyter]:
    with running_jupyter(tmp_path_factory.mktemp("jupyter")) as jupyter:
        yield jupyter


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[object]:
    """The browser, without a window."""
    playwright = pytest.importorskip("playwright.sync_api", reason='pip install -e ".[browser]"')
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe():
    """The source of axe-core, from npm into a folder that git does not see."""
    if (npm := shutil.which("npm")) is None:
        pytest.skip("npm is not installed, which fetches axe-core")
    NPM.mkdir(parents=True, exist_ok=True)
    subprocess.run([npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", NPM, AXE], check=True)
    return (NPM / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


class Site(NamedTuple):
    """The site as a reader finds it: its `url`, the `folder` that is served, and the names of its lessons."""

    url: str
    folder: Path
    lessons: list[str]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: a request that fails shows in the page."""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site with some lessons, or the one that LSTM_TEACH_SITE names, served from a port of its own."""
    folder = Path(os.environ.get("LSTM_TEACH_SITE") or tmp_path_factory.mktemp("site"))
    if not (folder / "index.html").exists():
        assert make_site.main([*SOME_PAGES, "--to", str(folder)]) == 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    lessons = sorted(page.stem for page in folder.glob("[0-9]*.html"))
    yield Site(f"http://127.0.0.1:{server.server_port}", folder, lessons)
    server.shutdown()


@pytest.fixture
def opened(browser, site):
    """Opens pages of the site; in the end nothing was asked of another place, and nothing went wrong."""
    contexts, outside, errors = [], [], []

    def open_page(name: str, **options: object):
        contexts.append(
            context := browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        )
        page = context.new_page()
        page.on("request", lambda request: outside.append(request.url))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.on("response", lambda found: errors.append(found.url) if found.status >= 400 else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{site.url}/{name}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [url for url in outside if not url.startswith((site.url, "data:", "blob:"))] == []
    assert errors == []


@pytest.fixture(scope="session")
def lab_pages(tmp_path_factory) -> Path:
    """A folder with a page for each lab, one with two labs, and one with every lab in every preset."""
    folder = tmp_path_factory.mktemp("live")
    every_preset = [(name, preset) for name, lab in LABS.items() for preset in lab.presets]
    two = [("gate_lab", "add"), ("gate_lab", "erase")]
    write_lab_pages(folder, ONE_EACH | {"two": two, "all": every_preset})
    return folder


@pytest.fixture(scope="session")
def labs_at(lab_pages: Path) -> Iterator[str]:
    """Where these pages are served."""
    with served(lab_pages) as address:
        yield address


@pytest.fixture
def page(browser):
    """A page with mouse, keyboard and touch screen, which neither asks elsewhere nor reports an error."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, has_touch=True, permissions=["clipboard-write"]
    )
    page = context.new_page()
    page.asked, page.errors = [], []
    page.expected = re.compile("(?!)")  # errors that a test provokes
    context.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda message: message.type == "error" and page.errors.append(message.text))
    yield page
    here = ("http://127.0.0.1:", "data:", "blob:", "about:")  # every server of these tests is on this machine
    assert [url for url in page.asked if not url.startswith(here)] == []
    assert [error for error in page.errors if not page.expected.search(error)] == []
    context.close()


@pytest.fixture(scope="module")
def watched_page(browser, jupyter: Jupyter) -> Iterator[object]:
    """A page at slide size that notes in `outside` what it asks of any other machine, and does not get it."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.set_default_timeout(60_000)
    page.outside = []

    def watch(route: object) -> None:
        url = route.request.url
        if url.startswith((jupyter.url, "data:", "blob:")):
            route.continue_()
        else:
            page.outside.append(url)
            route.abort()

    page.route("**/*", watch)
    yield page
    page.close()
