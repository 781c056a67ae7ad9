"""How fast a web page comes alive, and how fast its labs answer there, in a real browser.

    python benchmarks/live.py               all labs, 60 values each
    python benchmarks/live.py gate_lab      some labs; --values for more or fewer, --jupyterlab to compare

First, the start: from the press of "Make this page live" to the first picture of a lab, beside a worker that
starts Pyodide and imports NumPy and does no more, in turns. Cold is a browser that has seen nothing, warm one
that comes again. Then each lab: a slider is given values that it has not had, one after the other; the clock
starts at the value and stops at the first frame after the new picture is in the page. With --jupyterlab, the
same lab follows in JupyterLab, as in benchmarks/labs.py. Needs Chromium. On a busy machine most of the time
is waiting for the processor, so compare what was measured in one run.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parents[1]))
from lstm_teach.labs import LABS
from tools.lab_pages import served, write_lab_pages
from tools.serving import FLAGS, NO_BROWSER, find_chromium, running_jupyter

PATIENCE = 300_000  # milliseconds
LAB = "gate_lab"  # the one whose start is measured
BARE = "bare.html"
BARE_PAGE = """<!doctype html><title>Pyodide</title><link rel="icon" href="data:,"><button>Start</button>
<p></p><script type="module" src="bare.js"></script>"""
BARE_SCRIPT = """document.querySelector('button').onclick = () => {
    const worker = new Worker('bare-worker.js', { type: 'module' });
    worker.onmessage = () => { document.querySelector('p').dataset.state = 'live'; };
};"""
BARE_WORKER = """import { loadPyodide } from './python/pyodide.mjs';
const python = await loadPyodide({ indexURL: new URL('python/', self.location).href, packages: ['numpy'] });
python.runPython('import numpy');
postMessage('ready');"""
# From a press to the frame after something is live.
START = """async ([button, live]) => {
    const begin = performance.now();
    document.querySelector(button).click();
    while (!document.querySelector(live)) await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    return performance.now() - begin;
}"""
# A control that changes the picture at every value is asked for values that it has not had, to and fro.
ANSWERS = """async ([control, values]) => {
    const slider = document.querySelector(`[data-control=${control}] input`);
    const picture = document.querySelector('.lstm-lab [data-part=picture]');
    const times = [];
    for (const value of values) {
        const news = new Promise(done => {
            const watch = new MutationObserver(() => { watch.disconnect(); requestAnimationFrame(done); });
            watch.observe(picture, { childList: true });
        });
        const begin = performance.now();
        slider.value = value;
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        await news;
        times.push(performance.now() - begin);
        await new Promise(rest => setTimeout(rest, 50));
    }
    return times;
}"""
MOVED = {
    "squash_lab": ["factor", "steps"],
    "shapes_lab": ["time", "units"],
    "gradient_lab": ["strength", "forget_bias", "update_bias", "gain"],
    "gate_lab": ["f_value", "i_value", "from_step", "step"],
    "gru_lab": ["z_value", "from_step", "step"],
    "counting_lab": ["n", "m"],
    "padding_lab": ["length", "bias"],
    "reader_lab": ["value", "word", "unit"],
    "writer_lab": ["temperature", "seed", "unit", "letter"],
}
"""The sliders of each lab that are moved, and the field for a number."""
AT = {"gate_lab": "f=slider&i=slider", "gru_lab": "z=slider", "reader_lab": "f=slider"}
"""Where a lab opens for that, as a link says it, so that all of these sliders move."""


def start_seconds(browser: Any, address: str, page: str, button: str, live: str) -> tuple[float, float]:
    """Return the seconds of a cold start and of a warm one, in one browser that begins with nothing."""
    context = browser.new_context()
    seconds = []
    for _ in range(2):
        opened = context.new_page()
        opened.set_default_timeout(PATIENCE)
        opened.goto(f"{address}/{page}")
        seconds.append(opened.evaluate(START, [button, live]) / 1000)
        if button == ".lstm-live":  # the page keeps its files for the next visit
            opened.evaluate("async () => { await navigator.serviceWorker.ready; }")
        opened.close()
    context.close()
    return seconds[0], seconds[1]


def starts(browser: Any, address: str, rounds: int) -> None:
    """Print the table of the starts."""
    measured: dict[str, list[tuple[float, float]]] = {"page": [], "bare": []}
    for _ in range(rounds):
        measured["bare"].append(start_seconds(browser, address, BARE, "button", "[data-state=live]"))
        live = "section[data-state=live]"
        measured["page"].append(start_seconds(browser, address, f"{LAB}.html", ".lstm-live", live))
    print(f"{'start, s':24}{'cold':>8}{'warm':>8}")
    cold, warm = ([median(times[k] for times in measured[what]) for what in ("page", "bare")] for k in (0, 1))
    print(f"{'to the first picture':24}{cold[0]:8.1f}{warm[0]:8.1f}")
    print(f"{'bare Pyodide and NumPy':24}{cold[1]:8.1f}{warm[1]:8.1f}")
    print(f"{'times as long':24}{cold[0] / cold[1]:8.2f}{warm[0] / warm[1]:8.2f}\n", flush=True)


def answers(browser: Any, address: str, lab: str, values: int) -> dict[str, list[float]]:
    """Return for each slider of the lab the milliseconds from its values to their pictures."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE)
    preset = quote(next(iter(LABS[lab].presets)))
    page.goto(f"{address}/{lab}.html#lab={lab}-1&preset={preset}&{AT.get(lab, '')}")
    page.locator("section[data-state=live]").wait_for()
    times: dict[str, list[float]] = {}
    for name in MOVED[lab]:
        slider = page.locator(f"[data-control={name}] input")
        low, high, step = (float(slider.get_attribute(end) or 1) for end in ("min", "max", "step"))
        new = list(_unseen(low, high, step, values // len(MOVED[lab]), float(slider.input_value())))
        times[name] = page.evaluate(ANSWERS, [name, new])
    page.close()
    return times


def _unseen(low: float, high: float, step: float, most: int, now: float) -> Iterator[float]:
    """Yield up to `most` different values of a slider, spread over its range, none of them `now`."""
    count = min(most, int((high - low) / step))
    for k in range(count):
        value = round(low + step * round(k * (high - low) / step / count), 6)
        if value != now:
            yield value


def in_jupyterlab(browser: Any, lab: str, steps: int) -> tuple[float, float]:
    """Return the median and the 95th percentile, in milliseconds, of the same lab in JupyterLab."""
    from labs import measure

    with TemporaryDirectory() as folder, running_jupyter(Path(folder)) as jupyter:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE)
        row = measure(page, lab, f"from lstm_teach.labs import {lab}", f"{lab}()", steps, jupyter)
        page.close()
    assert row is not None
    return row.median, row.p95


def row_of(name: str, times: list[float]) -> str:
    """Return a row of the second table: a name, the median and the 95th percentile."""
    ordered = sorted(times)
    return f"{name:24}{median(ordered):8.0f}{ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]:8.0f}"


def main() -> None:
    """Measure and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labs", nargs="*", default=list(MOVED), help="all by default")
    parser.add_argument("--values", type=int, default=60, help="of the sliders of each lab")
    parser.add_argument("--rounds", type=int, default=3, help="starts of each kind")
    parser.add_argument("--each", action="store_true", help="a row for each slider, too")
    parser.add_argument("--jupyterlab", action="store_true", help="the same lab in JupyterLab, too")
    options = parser.parse_args()
    if (chromium := find_chromium()) is None:
        sys.exit(NO_BROWSER)
    from playwright.sync_api import sync_playwright

    with TemporaryDirectory() as place, sync_playwright() as p:
        folder = Path(place)
        write_lab_pages(folder)
        for name, text in ((BARE, BARE_PAGE), ("bare.js", BARE_SCRIPT), ("bare-worker.js", BARE_WORKER)):
            (folder / name).write_text(text, encoding="utf-8")
        browser = p.chromium.launch(executable_path=chromium, args=FLAGS)
        with served(folder) as address:
            if options.rounds:
                starts(browser, address, options.rounds)
            beside = f"{'JupyterLab':>12}{'95 %':>8}" if options.jupyterlab else ""
            print(f"{'to the picture, ms':24}{'median':>8}{'95 %':>8}{beside}")
            for lab in options.labs:
                times = answers(browser, address, lab, options.values)
                row = row_of(lab, [each for slider in times.values() for each in slider])
                if options.jupyterlab:
                    row += "{:12.0f}{:8.0f}".format(*in_jupyterlab(browser, lab, options.values))
                print(row, flush=True)
                for slider, own in times.items() if options.each else ():
                    print(row_of(f"  {slider}", own), flush=True)
        browser.close()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
