"""What a class costs a server: memory and answers with 1, 4 and 12 students on a real JupyterHub.

    make test-hub                          installs what this needs
    python benchmarks/hub.py               as root, since it makes accounts, and removes them
    python benchmarks/hub.py --write       and puts the tables into docs/instructors.md
    python benchmarks/hub.py 1 2           other numbers of students

The students work at the same time: each opens lesson 03, runs it, opens the gate lab and moves *Look at step*
60 times, without pause. The first picture counts from the request for a server. Memory is what the processes
of a student hold of their own (USS), the server and one kernel, after that. The rows run one after the other
in one run; ratios are to the first row. The last row is one student in a lesson with Keras. The browsers run
on the students' machines and are not counted.
"""

import argparse
import os
import re
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from math import ceil, isnan
from pathlib import Path
from statistics import mean, median, quantiles
from typing import NamedTuple

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "hub"), str(ROOT)]
from hubs import accounts, problem, running  # noqa: E402
from students import Student  # noqa: E402

LESSON, WITH_KERAS, MOVES = "03_forget_gate.ipynb", "09_keras_layers.ipynb", 60
GUIDE, MARK = ROOT / "docs" / "instructors.md", re.compile(r"(<!-- load[^>]*-->\n).*?(<!-- /load -->)", re.S)
PATIENCE = 600  # seconds until the others no longer wait for a student
# A class in a lab: what fraction drags a control at one time, and how many pictures a second each then wants.
DRAGGING, PICTURES = 0.25, 4
SYSTEM = 2  # GB for the system and the hub


class Worked(NamedTuple):
    """What one student saw, and what the student's processes hold."""

    first: float  # seconds to the first picture
    answers: list[float]  # milliseconds
    server: float  # megabytes
    kernel: float  # megabytes


class Row(NamedTuple):
    """What so many students at the same time saw and cost."""

    students: int
    lesson: str
    worked: list[Worked]
    per_second: float  # answers to all of them together

    @property
    def answers(self) -> list[float]:
        """Milliseconds of every answer to everybody."""
        return [one for worked in self.worked for one in worked.answers]

    @property
    def memory(self) -> float:
        """Megabytes per student."""
        return mean(worked.server + worked.kernel for worked in self.worked)


def work(student: Student, lesson: str, together: threading.Barrier) -> Worked:
    """Return what one student saw who works with the others."""
    try:
        together.wait()
        started = time.perf_counter()
        student.sign_in()
        notebook = student.read(lesson)
        first = None
        with student.kernel() as kernel:
            for cell in notebook.cells:
                if cell.cell_type == "code" and shows_picture(kernel.run(cell.source)):
                    first = first or time.perf_counter() - started
            kernel.run("from lstm_teach.labs import gate_lab; gate_lab()")
            step = kernel.widget("Look at step")
            state = kernel.widgets[step]
            places = [k for k in range(state["min"], state["max"] + 1) if k != state["value"]]
            together.wait()
            answers = [1e3 * kernel.move(step, places[move % len(places)])[0] for move in range(MOVES)]
            memory = own_memory(student.name)
            together.wait()
        if first is None or any(map(isnan, answers)):
            raise RuntimeError(f"{student.name}: a picture did not come")
        return Worked(first, answers, *memory)
    except BaseException:
        together.abort()  # nobody waits for a student who is lost
        raise


def shows_picture(outputs: list) -> bool:
    """Return whether a cell showed a picture or a lab."""
    kinds = {kind for output in outputs for kind in output.get("data", {})}
    svg = any("<svg" in output.get("data", {}).get("text/html", "") for output in outputs)
    return svg or bool(kinds & {"image/svg+xml", "image/png", "application/vnd.jupyter.widget-view+json"})


def own_memory(name: str) -> tuple[float, float]:
    """Return the megabytes that a student's server and kernels hold of their own."""
    server = kernel = 0.0
    for process in psutil.process_iter(["username", "cmdline"]):
        if process.info["username"] == name:
            size = process.memory_full_info().uss / 1e6
            if "ipykernel_launcher" in " ".join(process.info["cmdline"] or ()):
                kernel += size
            else:
                server += size
    return server, kernel


def measure(count: int, lesson: str) -> Row:
    """Return what so many students at the same time saw and cost, on a hub of their own."""
    with tempfile.TemporaryDirectory() as folder, accounts(count) as people:
        os.chmod(folder, 0o755)
        with running(people, Path(folder)) as hub, ThreadPoolExecutor(count) as pool:
            together = threading.Barrier(count, timeout=PATIENCE)
            worked = list(pool.map(lambda student: work(student, lesson, together), hub.students))
    slowest = max(sum(one.answers) for one in worked) / 1e3
    return Row(count, lesson, worked, count * MOVES / slowest)


def measured(rows: list[Row]) -> str:
    """Return the table of what was measured."""
    lines = [
        "| students | lesson | first picture, slowest, s | answer, median, ms | 95 % of answers within, ms "
        "| median, times the first row | server, MB | kernel, MB |",
        "|--:|---|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        middle = median(row.answers)
        cells = (
            f"{row.students}",
            row.lesson[:2],
            f"{max(one.first for one in row.worked):.0f}",
            f"{middle:.0f}",
            f"{quantiles(row.answers, n=20)[-1]:.0f}",
            f"{middle / median(rows[0].answers):.1f}",
            f"{mean(one.server for one in row.worked):.0f}",
            f"{mean(one.kernel for one in row.worked):.0f}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def sizes(rows: list[Row], cores: int) -> str:
    """Return the table of servers for 40 and 200 students, which follows from what was measured."""
    numpy, keras = (max(row.memory for row in rows if row.lesson == name) for name in (LESSON, WITH_KERAS))
    largest = max((row for row in rows if row.lesson == LESSON), key=lambda row: row.students)
    answers = largest.per_second / cores
    starts = largest.students / max(one.first for one in largest.worked) / cores
    lines = [
        "| students at once | memory, lessons on NumPy, GB | memory, all with Keras, GB | cores "
        "| first picture if all start in one moment, s |",
        "|--:|--:|--:|--:|--:|",
    ]
    for count in (40, 200):
        needed = max(cores, ceil(count * DRAGGING * PICTURES / answers))
        lines.append(
            f"| {count} | {SYSTEM + ceil(count * numpy / 1e3)} | {SYSTEM + ceil(count * keras / 1e3)} "
            f"| {needed} | {count / (starts * needed):.0f} |"
        )
    return "\n".join(lines)


def report(rows: list[Row]) -> str:
    """Return both tables, and the words that say what they rest on."""
    cores, memory = os.cpu_count() or 1, psutil.virtual_memory().total / 2**30
    return f"""Measured by `benchmarks/hub.py` on {cores} cores, {memory:.0f} GiB, one JupyterHub:

{measured(rows)}

All students of a row work at the same time: they sign in, run the whole lesson, then move the gate lab
{MOVES} times without pause, which no class does. Memory is what a student's processes hold of their own; the
browsers run elsewhere. From this follows what a server needs:

{sizes(rows, cores)}

Memory: what the students hold, and {SYSTEM} GB for the system and the hub.
Cores: {100 * DRAGGING:.0f} % of the class drag a control at the same time, and each
gets {PICTURES} pictures a second. Let students start their servers before class begins, and leave a
quarter of the memory free.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("students", nargs="*", type=int, default=[1, 4, 12])
    parser.add_argument("--write", action="store_true", help="put the tables into docs/instructors.md")
    options = parser.parse_args()
    if why_not := problem():
        print(f"hub: {why_not}", file=sys.stderr)
        return 1
    started, rows = time.perf_counter(), []
    for count, lesson in [*((count, LESSON) for count in options.students), (1, WITH_KERAS)]:
        rows.append(measure(count, lesson))
        print(f"{count} in {lesson}: after {time.perf_counter() - started:.0f} s", flush=True)
    text = report(rows)
    print(f"\n{text}")
    if options.write:
        guide = GUIDE.read_text(encoding="utf-8")
        GUIDE.write_text(MARK.sub(lambda found: f"{found[1]}\n{text}\n{found[2]}", guide), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
