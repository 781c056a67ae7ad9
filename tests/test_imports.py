"""What each part of the package loads: a lesson must start at once, and run where Keras does not."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import lstm_teach

PACKAGE = Path(lstm_teach.__file__).parent
LESSON_STREET = ("cells", "gradients", "counting", "sequences", "fitting")
HEAVY = {
    *("tensorflow", "keras", "jax", "torch", "matplotlib", "ipywidgets", "IPython"),
    *("tqdm", "tokenizers", "sklearn", "scipy", "pooch", "pandas"),
}
# The design's table: what a module may import of the package and, when it is itself imported, of others.
MAY_IMPORT = {
    "__init__": set(),
    "__main__": {"lstm_teach", "doctor", "reviews", "sentiment", "handing_in", "copying"},
    "arrays": {"numpy"},  # the type of an array: whoever may import NumPy may import it too
    "atomic": set(),
    "cells": {"numpy"},
    "gradients": {"numpy", "cells"},
    "counting": set(),
    "sequences": {"numpy", "lstm_teach"},
    "fitting": {"numpy", "cells", "gradients", "sequences", "atomic"},
    "reviews": {"numpy", "lstm_teach", "atomic"},
    "vocabulary": {"numpy", "atomic"},
    "sentiment": {
        *("keras", "numpy", "reviews", "vocabulary", "counting"),
        *("lstm_teach", "atomic", "quiet", "shell"),
    },
    "keras_bridge": {"keras", "numpy", "cells"},
    "reader": {"numpy", "cells", "vocabulary", "lstm_teach", "atomic", "keras_bridge"},
    "writer": {"numpy", "cells", "lstm_teach", "atomic"},
    "plotting": {"numpy", "cells", "atomic"},
    "diagrams": {"numpy", "plotting"},
    "figures": {"matplotlib", "cycler", "IPython", "plotting"},
    # padding_lab pads as vocabulary does; reader_lab and writer_lab use the shipped reviews and networks.
    # Widgets are for `labs.notebook` alone: `WIDGETS` below.
    "labs": {
        *("ipywidgets", "traitlets", "numpy", "lstm_teach"),
        *("plotting", "diagrams", "reader", "reviews", "vocabulary", "writer"),
        *LESSON_STREET,
    },
    "exercises": {"numpy", "cells", "gradients", "counting", "vocabulary", "keras"},  # keras: inside alone
    "doctor": {"lstm_teach", "reviews", "shell"},
    "quizzes": {"lstm_teach"},
    "handing_in": {"nbformat", "atomic", "exercises"},
    "copying": {"lstm_teach", "atomic"},
    "quiet": set(),
    "shell": set(),
}


WIDGETS = {"ipywidgets", "traitlets", "IPython"}
# What the import of a module must not bring: all that takes seconds, but for what it is there for.
LOADS_NONE_OF = {
    **dict.fromkeys(LESSON_STREET, HEAVY),
    **dict.fromkeys(("reader", "writer", "vocabulary", "exercises", "plotting", "diagrams", "labs"), HEAVY),
    "labs.notebook": HEAVY - WIDGETS,
    "figures": HEAVY - {"matplotlib"},
}


def in_a_fresh_process(program, environment=None):
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment
    )
    return json.loads(done.stdout)


def loaded_by(module):
    """The packages, standard library apart, that importing a module brings into a fresh process."""
    program = f"""
import sys, json
before = set(sys.modules)
import {module}
loaded = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(json.dumps(sorted(loaded - set(sys.stdlib_module_names))))
"""
    return set(in_a_fresh_process(program))


def files_by_part():
    """The parts of the package, modules and packages, each with its files."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        found.setdefault(path.relative_to(PACKAGE).parts[0].removesuffix(".py"), []).append(path)
    return found


FILES = files_by_part()


def imported_names(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if node.level:
        return []
    if node.module == "lstm_teach":
        return [f"lstm_teach.{alias.name}" for alias in node.names]
    return [node.module]


def imports(path):
    """(name, is it imported when the module is) of every import in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    later = {
        inner
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        or (isinstance(outer, ast.If) and "TYPE_CHECKING" in ast.unparse(outer.test))
        for inner in ast.walk(outer)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name in imported_names(node):
                yield name, node not in later


def test_importing_the_package_loads_the_standard_library_alone():
    assert loaded_by("lstm_teach") == {"lstm_teach"}


def test_the_doctor_and_the_command_line_start_without_numpy():
    assert loaded_by("lstm_teach.doctor, lstm_teach.__main__") == {"lstm_teach"}


@pytest.mark.parametrize("module", LOADS_NONE_OF)
def test_what_lessons_import_loads_nothing_heavy(module):
    assert not loaded_by(f"lstm_teach.{module}") & LOADS_NONE_OF[module]


def test_a_lab_loads_nothing_heavy_when_it_opens():
    assert not loaded_by("lstm_teach.labs.notebook; lstm_teach.labs.shapes_lab()") & (HEAVY - WIDGETS)


@pytest.mark.slow
def test_the_lesson_street_costs_at_most_50_ms_beyond_numpy(tmp_path):
    street = ", ".join(f"lstm_teach.{module}" for module in LESSON_STREET)
    program = f"""
import time
import numpy
start = time.thread_time()
import {street}
print(time.thread_time() - start)
"""
    # The processor's time, and the least of several: what else the machine does is not meant. Nor is what
    # NumPy's threads do after its own import, nor compiling, which is done once, by the first of the several.
    compiled = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(tmp_path)}
    assert min(in_a_fresh_process(program, compiled) for _ in range(7)) < 0.050


@pytest.mark.parametrize("part", FILES)
def test_a_module_imports_only_what_the_design_allows(part):
    allowed = MAY_IMPORT[part] | {part} | ({"arrays"} if "numpy" in MAY_IMPORT[part] else set())
    for path in FILES[part]:
        for name, at_import in imports(path):
            root, _, rest = name.partition(".")
            if root == "lstm_teach":
                own = rest.partition(".")[0]
                asked = own if own in FILES else "lstm_teach"
                assert asked in allowed, f"{path.name} imports {name}"
            elif at_import and root not in sys.stdlib_module_names:
                assert root in allowed, f"{path.name} imports {name} at module level"


def test_labs_are_plain_data_and_only_their_notebook_form_needs_widgets():
    assert not loaded_by("lstm_teach.labs; lstm_teach.labs.LABS") & HEAVY - {"tokenizers"}
    for path in FILES["labs"]:
        names = {name.partition(".")[0] for name, _ in imports(path)}
        assert not names & WIDGETS or path.name == "notebook.py", path


def test_nothing_imports_tensorflow_at_module_level_and_only_two_parts_import_keras():
    for part, files in FILES.items():
        for path in files:
            for name, at_import in imports(path):
                root = name.partition(".")[0]
                assert not (at_import and root == "tensorflow"), path
                inside_an_exercise = part == "exercises" and not at_import
                assert root != "keras" or part in ("sentiment", "keras_bridge") or inside_an_exercise, path
