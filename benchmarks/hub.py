"""What a class costs a server: memory and answers with 1, 4 and 12 students on a real JupyterHub.

    make test-hub                     installs what this needs
    python benchmarks/hub.py          as root, since it makes accounts, and removes them

The students work at the same time: each opens lesson 03, runs it, opens the gate lab and moves *Look at step*
60 times, without pause. Memory is what the processes of a student hold of their own (USS), the server and one
kernel, after that. The first picture counts from the request for a server. The rows run one after the other
in one run; ratios are to one student. The last row is one student in a lesson with Keras. The browsers run on
the students' machines and are not counted.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import mean, median, quantiles

import psutil

sys.path[:0] = [str(Path(__file__).parents[1] / "tests" / "hub")]
from hubs import accounts, problem, running  # noqa: E402
from students import Student  # noqa: E402

LESSON, WITH_KERAS, MOVES = "03_forget_gate.ipynb", "09_keras_layers.ipynb", 60


def work(student: Student, lesson: str, together: threading.Barrier, found: dict[str, tuple]) -> None:
    """One student's work; what was measured goes into `found`."""
    together.wait()
    started = time.perf_counter()
    student.sign_in()
    notebook = student.read(lesson)
    with student.kernel() as kernel:
        for cell in notebook.cells:
            if cell.cell_type == "code":
                kernel.run(cell.source)
        kernel.run("from lstm_teach.labs import gate_lab; gate_lab()")
        first = time.perf_counter() - started
        step = kernel.widget("Look at step")
        together.wait()
        answers = [kernel.move(step, 3 + move % 40)[0] for move in range(MOVES)]
        memory = own_memory(student.name)
        together.wait()
    found[student.name] = first, answers, memory


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


def measure(count: int, lesson: str = LESSON) -> tuple[list[float], list[float], list[float], list[float]]:
    """Return, for so many students: first pictures (s), answers (ms), servers and kernels (MB)."""
    found: dict[str, tuple] = {}
    with tempfile.TemporaryDirectory() as folder, accounts(count) as people:
        os.chmod(folder, 0o755)
        with running(people, Path(folder)) as hub:
            together = threading.Barrier(count)
            threads = [
                threading.Thread(target=work, args=(one, lesson, together, found)) for one in hub.students
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    if len(found) < count:
        raise RuntimeError(f"only {len(found)} of {count} students came to the end")
    firsts, answers, memory = zip(*found.values(), strict=True)
    servers, kernels = zip(*memory, strict=True)
    return list(firsts), [1e3 * one for several in answers for one in several], list(servers), list(kernels)


def main() -> int:
    """Print the table, and what it means for 40 and for 200."""
    if why_not := problem():
        print(f"hub: {why_not}", file=sys.stderr)
        return 1
    cores = os.cpu_count() or 1
    model = subprocess.run(["uname", "-sr"], capture_output=True, text=True, check=True).stdout.strip()
    print(f"{cores} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB, {model}\n")
    print("| students | first picture, s | answer, ms | 95 %, ms | times one | server, MB | kernel, MB |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    alone, each = 0.0, {}
    for count, lesson in ((1, LESSON), (4, LESSON), (12, LESSON), (1, WITH_KERAS)):
        firsts, answers, servers, kernels = measure(count, lesson)
        middle = median(answers)
        alone = alone or middle
        each[lesson] = mean(servers) + mean(kernels)
        print(
            f"| {count} | {max(firsts):.0f} | {middle:.0f} | {quantiles(answers, n=20)[-1]:.0f} "
            f"| {middle / alone:.1f} | {mean(servers):.0f} | {mean(kernels):.0f} |",
            flush=True,
        )
    print()
    for count in (40, 200):
        numpy, keras = (count * each[lesson] / 1e3 for lesson in (LESSON, WITH_KERAS))
        print(f"{count} students at once hold {numpy:.0f} GB in lesson 03, {keras:.0f} GB in lesson 09")
    return 0


if __name__ == "__main__":
    sys.exit(main())
