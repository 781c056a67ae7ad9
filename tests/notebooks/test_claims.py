"""How a lesson's claims are tested: what does not hold in its kernel fails here, by its name."""

import ast
import json
import subprocess
import sys

from running import ROOT

TESTS = ROOT / "tests"


def test_each_test_of_a_lesson_that_holds_nothing_it_claims_is_told_as_failed():
    program = (
        f"import json, sys; sys.path.insert(0, {str(TESTS)!r}); from lessons.claims import outcomes; "
        "print(json.dumps(outcomes('03', {})))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    source = ast.parse((TESTS / "lessons" / "test_03.py").read_text(encoding="utf-8"))
    named = {node.name for node in source.body if isinstance(node, ast.FunctionDef)}
    assert told.keys() == {name for name in named if name.startswith("test_")}
    for outcome, words in told.values():
        assert outcome == "failed"
        assert "KeyError" in words
