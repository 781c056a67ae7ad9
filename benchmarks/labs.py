"""How fast the labs answer, in a real browser: from a key on a slider to the new picture on the screen.

    python benchmarks/labs.py               every lab, `interact` and ipympl, 60 steps each
    python benchmarks/labs.py gate_lab      some labs; --steps for more or fewer

The clock runs in the page: it starts when the slider hears the key and stops at the first frame after the
new picture is in the page. Each lab is followed by the same slider under `interact`, which draws the same
pictures with matplotlib (benchmarks/redraw.py) and shows them with `plt.show()`; the last column says how
many times faster ours is. The first three rows draw one picture, four lines and a map of 16 x 50 cells at
800 x 400 pixels, by our charts, by `interact`, and by ipympl in its canvas.

Dragging moves the mouse along the slider, 60 times a second for two seconds; what counts is how many pictures
came in a second, and how long after the last move the last one came. Import and first display are timed as
well. Needs Chromium, and ipympl for its row. On a busy machine most of the time is waiting for the processor.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))
from lstm_teach.labs import LABS
from tools.serving import FLAGS, NO_BROWSER, READY, Jupyter, find_chromium, running_jupyter

DATA = """
import numpy as np
t = np.arange(1, 51)
walks = np.random.default_rng(0).normal(size=(4, 50)).cumsum(1)
lines = dict(zip('fioc', np.tanh(walks / 3)))
cells = np.random.default_rng(9).normal(size=(16, 50))
"""
OURS = """
import ipywidgets as widgets
from lstm_teach.plotting import Axis, Line, Map, beside, chart
slider, picture = widgets.IntSlider(10, 1, 50), widgets.HTML()
def draw(change=None):
    f = slider.value / 25
    x = Axis('step', 1, 50)
    size = {'width': 400, 'height': 400}
    left = [Line(t, f * y, k, k) for k, y in lines.items()]
    both = [chart(left, x, Axis('value', -2, 2), 'lines', **size),
            chart([Map(f * cells, 2)], x, Axis('unit', .5, 16.5), 'map', **size)]
    picture.value = beside(both)
slider.observe(draw, 'value'); draw()
widgets.VBox([slider, picture]).add_class('lstm-lab')
"""
FIGURE = """
from matplotlib import pyplot as plt
def paint(left, right, k):
    for name, y in lines.items():
        left.plot(t, k / 25 * y, label=name)
    left.set_ylim(-2, 2); left.set_xlabel('step'); left.legend()
    right.imshow(k / 25 * cells, vmin=-2, vmax=2, cmap='RdBu', aspect='auto')
"""
LAB_BY_INTERACT = """
%matplotlib inline
import sys; sys.path.insert(0, {folder!r})
from redraw import by_matplotlib
import ipywidgets as widgets
slider, draw = by_matplotlib({lab!r})
"""
INTERACT = """
%matplotlib inline
import ipywidgets as widgets
def draw(k):
    paint(*plt.subplots(1, 2, figsize=(8, 4), dpi=100)[1], k)
    plt.show()
widgets.interact(draw, k=widgets.IntSlider(10, 1, 50));
"""
IPYMPL = """
%matplotlib widget
import ipywidgets as widgets
plt.ioff()
figure, axes = plt.subplots(1, 2, figsize=(8, 4), dpi=100)
plt.ion()
slider = widgets.IntSlider(10, 1, 50)
def draw(change=None):
    for ax in axes:
        ax.clear()
    paint(*axes, slider.value)
    figure.canvas.draw()
slider.observe(draw, 'value'); draw()
widgets.VBox([slider, figure.canvas])
"""

# Notes when a new picture is in the page: SVG or an image put in, an image loaded, a canvas drawn on.
CLOCK = """cell => {
    const clock = window.clock = { pressed: 0, times: [], pictures: [], moved: 0 };
    const news = () => {
        const started = clock.pressed;
        clock.pressed = 0;
        requestAnimationFrame(() => {
            clock.pictures.push(performance.now());
            if (started) clock.times.push(performance.now() - started);
        });
    };
    const isPicture = node => node instanceof Element
        && (node.matches('svg, img, canvas') || node.querySelector('svg:not(.jp-icon3), img'));
    const watched = cell.querySelector('.lstm-lab > :last-child, .jp-OutputArea-output:not(:has(.lstm-lab))');
    new MutationObserver(changes => {
        if (changes.some(change => [...change.addedNodes].some(isPicture))) news();
    }).observe(watched, { childList: true, subtree: true });
    const drawImage = CanvasRenderingContext2D.prototype.drawImage;
    CanvasRenderingContext2D.prototype.drawImage = function (...all) {
        drawImage.apply(this, all);
        if (clock.pressed || clock.moved) news();
    };
    addEventListener('keydown', () => { clock.pressed = performance.now(); }, { capture: true });
    addEventListener('pointermove', () => { clock.moved = performance.now(); }, { capture: true });
}"""
COLUMNS = {"median": "ms", "95 %": "ms", "dragging": "pictures/s", "settles": "ms"}
COLUMNS |= {"first": "ms", "import": "s", "ours faster": "times"}
OTHER = "  by "
SHOWS = ".lstm-lab svg, .jp-OutputArea-output img, .jp-OutputArea-output canvas"


class Row(NamedTuple):
    """What was measured: seconds where it says so, else milliseconds; pictures a second while dragging."""

    name: str
    median: float
    p95: float
    pictures: float
    settled: float
    first_display: float


def measure(page: Any, name: str, setup: str, show: str, steps: int, jupyter: Jupyter) -> Row | None:
    """One notebook of two cells: what is imported, and what is shown."""
    path = jupyter.notebook(name.strip().replace(", ", "-").replace(" ", "-"), setup, show)
    page.goto(f"{jupyter.url}/lab/tree/{path}?token={jupyter.token}&reset")
    page.wait_for_function(READY)
    page.evaluate("window.jupyterapp.shell.collapseLeft()")
    run = "window.jupyterapp.commands.execute('notebook:run-cell-and-select-next')"
    page.evaluate(f"async () => {{ await {run} }}")
    cell = page.locator(".jp-CodeCell").nth(1)
    shown = cell.locator(SHOWS).first
    first = page.evaluate(
        f"""async selector => {{
            const begin = performance.now();
            const done = {run};
            while (!document.querySelectorAll('.jp-CodeCell')[1].querySelector(selector)
                   && performance.now() - begin < 20000) await new Promise(requestAnimationFrame);
            await done;
            return performance.now() - begin;
        }}""",
        SHOWS,
    )
    if not shown.count():
        print(f"{name}: nothing shown: {cell.inner_text()[-300:]}", file=sys.stderr)
        return None
    page.wait_for_timeout(1000)
    handle = cell.locator(".widget-slider:not(:has([disabled])) .noUi-handle").first
    cell.evaluate(CLOCK)
    times = sorted(key_steps(page, handle, steps))
    pictures, settled = drag(page, handle)
    p95 = times[min(len(times) - 1, round(0.95 * len(times)))]
    return Row(name, median(times), p95, pictures, settled, first)


def key_steps(page: Any, handle: Any, steps: int) -> Iterator[float]:
    """Milliseconds from each of `steps` key presses to its picture."""
    handle.focus()
    for k in range(steps + 3):
        before = page.evaluate("clock.times.length")
        page.keyboard.press("ArrowRight" if k % 10 < 5 else "ArrowLeft")
        for _ in range(40):  # not wait_for_function: asking at every frame would slow down what is measured
            page.wait_for_timeout(250)
            if page.evaluate("clock.times.length") > before:
                break
        else:
            raise TimeoutError("no new picture within 10 seconds")
        if k >= 3:  # the first ones warm up
            yield page.evaluate("clock.times.at(-1)")


def drag(page: Any, handle: Any) -> tuple[float, float]:
    """Pictures a second while the slider is dragged; milliseconds from the last move to the last picture."""
    box = handle.locator("xpath=ancestor::*[contains(@class, 'noUi-target')]").bounding_box()
    y = box["y"] + box["height"] / 2
    knob = handle.bounding_box()
    page.mouse.move(knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2)
    page.mouse.down()
    page.evaluate("clock.pictures.length = 0")
    begin, started = page.evaluate("performance.now()"), perf_counter()
    for k in range(120):
        share = abs((k / 40) % 2 - 1)  # to and fro
        page.mouse.move(box["x"] + box["width"] * (0.1 + 0.8 * share), y)
        page.wait_for_timeout(max(0, 1000 * (started + (k + 1) / 60 - perf_counter())))
    page.wait_for_timeout(1500)
    page.mouse.up()
    pictures, moved = page.evaluate("[clock.pictures, clock.moved]")
    seconds = (moved - begin) / 1000
    while_moving = sum(begin < picture <= moved for picture in pictures)
    return while_moving / seconds, max([0.0, *(p - moved for p in pictures)])


def import_seconds(name: str) -> float:
    """Seconds for the import of one lab where IPython is loaded already, as in a kernel; best of three."""
    program = (
        "import IPython, ipykernel.ipkernel, time; begin = time.perf_counter(); "
        f"from lstm_teach.labs import {name}; print(time.perf_counter() - begin)"
    )
    runs = [
        subprocess.run([sys.executable, "-c", program], capture_output=True, check=True) for _ in range(3)
    ]
    return min(float(run.stdout) for run in runs)


def planned(labs: list[str]) -> Iterator[tuple[str, str, str]]:
    """What is measured: its name, the cell that imports, the one that shows; ours before the others."""
    yield "four lines and a map", DATA, OURS
    yield f"{OTHER}interact", DATA + FIGURE, INTERACT
    if find_spec("ipympl"):
        yield f"{OTHER}ipympl", DATA + FIGURE, IPYMPL
    else:
        print(f"{OTHER}ipympl: not installed: pip install ipympl")
    for lab in labs:
        yield lab, f"from lstm_teach.labs import {lab}", f"{lab}()"
        setup = LAB_BY_INTERACT.format(folder=str(Path(__file__).resolve().parent), lab=lab)
        yield f"{OTHER}interact, {lab}", setup, "widgets.interact(draw, value=slider);"


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labs", nargs="*", default=list(LABS), help="all by default")
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--json", type=Path, help="write the rows to this file too")
    options = parser.parse_args()
    if (chromium := find_chromium()) is None:
        sys.exit(NO_BROWSER)
    from playwright.sync_api import sync_playwright

    rows: list[Row] = []
    with TemporaryDirectory() as folder, running_jupyter(Path(folder)) as jupyter, sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium, args=FLAGS)
        print(f"{'':24}" + "".join(f"{word:>12}" for word in COLUMNS))
        print(f"{'':24}" + "".join(f"{unit:>12}" for unit in COLUMNS.values()))
        for name, setup, show in planned(options.labs):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(60_000)
            row = measure(page, name, setup, show, options.steps, jupyter)
            page.close()
            if row is None:
                continue
            rows.append(row)
            numbers = [f"{number:.0f}" for number in row[1:]]
            numbers.append(f"{import_seconds(name):.2f}" if name in LABS else "")
            if name.startswith(OTHER):  # compared with the last row that is none of the others
                ours = next(r for r in reversed(rows) if not r.name.startswith(OTHER))
                numbers.append(f"{row.median / ours.median:.1f}")
            print(f"{name:24}" + "".join(f"{number:>12}" for number in numbers), flush=True)
        browser.close()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    if options.json:
        options.json.write_text(json.dumps([row._asdict() for row in rows], indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
