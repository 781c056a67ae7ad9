"""How long the lesson street takes to import, beside NumPy alone: fresh processes, in turn.

    python benchmarks/imports.py

Milliseconds are those of the processor, so that other work on the machine hardly counts; of several runs the
quickest stands in the table.
"""

import subprocess
import sys

ROUNDS = 9
STREET = ["cells", "counting", "diagrams", "fitting", "gradients", "plotting", "sequences"]
CELLS = ", ".join(f"lstm_teach.{name}" for name in STREET)
WHAT = {  # NumPy loads its random numbers when they are first asked for, as every lesson does
    "NumPy alone": "import numpy.random",
    "the cells, their gradients, their pictures": f"import numpy.random, {CELLS}",
    "and a lab": f"import numpy.random, {CELLS}, lstm_teach.labs.gate",
    "and the exercises": f"import numpy.random, {CELLS}, lstm_teach.labs.gate, lstm_teach.exercises",
}


def milliseconds(program: str) -> float:
    """Return the processor milliseconds of a program in a fresh Python, its start included."""
    told = "; import time; print(time.process_time())"
    done = subprocess.run([sys.executable, "-c", program + told], capture_output=True, text=True, check=True)
    return 1000 * float(done.stdout)


def main():
    rounds = [[milliseconds(program) for program in WHAT.values()] for _ in range(ROUNDS)]
    best = [min(column) for column in zip(*rounds, strict=True)]
    print("| import | ms | more than NumPy alone |\n|---|--:|--:|")
    for name, took in zip(WHAT, best, strict=True):
        print(f"| {name} | {took:.0f} | {took - best[0]:.0f} |")


if __name__ == "__main__":
    main()
