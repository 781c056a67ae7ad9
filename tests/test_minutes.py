"""The minutes that lessons print, the formula behind them, and the two-hour path."""

import ast
import builtins

import numpy as np
import pytest

from tools import make_minutes as tool

SOURCES = tool.ROOT / "notebooks" / "src"
# Words, cells of code, exercises, and the minutes that readers took, with every exercise, for the fourteen
# lessons as they were on the day when they were read (00 to 12, and the last one).
MEASURED = np.array(
    [
        *((1079, 15, 3, 30), (977, 17, 3, 50), (1001, 17, 3, 70), (1035, 16, 3, 45), (804, 16, 3, 40)),
        *((843, 16, 3, 40), (1055, 16, 4, 65), (805, 17, 3, 30), (904, 17, 3, 45), (861, 17, 4, 40)),
        *((889, 17, 4, 45), (948, 18, 2, 55), (889, 17, 3, 35), (1189, 13, 2, 30)),
    ]
)
LESSON = """# %% [markdown]
# # Title
#
# **You will see** (1 minutes, no GPU needed)

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Talk: 9 minutes.

# %% [markdown]
# | [05](05_a.ipynb) | What is it? | 1 | |
"""


def path_of(number):
    source = next(SOURCES.glob(f"{number}_*.py")).read_text(encoding="utf-8")
    return list(tool.on_the_path(tool.cells_of(source)))


def test_the_formula_meets_the_times_that_readers_took():
    off = np.array([tool.estimate(*row[:3]) for row in MEASURED]) - MEASURED[:, 3]
    assert np.sqrt((off**2).mean()) < 11
    assert abs(off.sum()) < 1


def test_no_other_weights_do_much_better():
    best, *_ = np.linalg.lstsq(MEASURED[:, :3], MEASURED[:, 3], rcond=None)
    off = MEASURED[:, :3] @ best - MEASURED[:, 3]
    assert np.sqrt((off**2).mean()) > 10.5


def test_head_note_and_table_are_written_and_then_in_step(tmp_path):
    lesson = tmp_path / "05_a.py"
    lesson.write_text(LESSON, encoding="utf-8")
    where = ["--sources", str(tmp_path)]
    assert tool.main([*where, "--check"]) == 1
    assert lesson.read_text(encoding="utf-8") == LESSON
    assert tool.main(where) == 0
    text = lesson.read_text(encoding="utf-8")
    assert "(3 minutes as a talk, about 0 for study with the exercises, no GPU needed)" in text
    assert "(3 min) Talk: 3 minutes." in text
    assert "| [05](05_a.ipynb) | What is it? | 3 | 0 |  |" in text
    assert tool.main([*where, "--check"]) == 0


def test_the_two_hour_path_takes_about_two_hours():
    assert sum(tool.study(path_of(number)) for number in tool.TWO_HOURS) == pytest.approx(120, abs=20)


@pytest.mark.parametrize("number", tool.TWO_HOURS)
def test_the_two_hour_path_uses_no_name_of_a_section_that_it_skips(number):
    known = set(dir(builtins)) | {"__file__"}
    for cell in path_of(number):
        if cell.cell_type != "code":
            continue
        nodes = list(ast.walk(ast.parse(cell.source)))
        names = [node for node in nodes if isinstance(node, ast.Name)]
        known |= {node.id for node in names if not isinstance(node.ctx, ast.Load)}
        known |= {node.arg for node in nodes if isinstance(node, ast.arg)}
        known |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ExceptHandler)}
        for node in nodes:
            if isinstance(node, ast.Import | ast.ImportFrom):
                known |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        assert {node.id for node in names} <= known, cell.source[:100]
