"""Which lessons import Keras: their tests carry a mark by which the fast run leaves them out."""

import re

IMPORTS_KERAS = re.compile(r"^\s*(import|from) keras\b|keras_bridge", re.MULTILINE)


def marks_of(code: str) -> list[str]:
    """Return the marks that a test needs which runs this code."""
    return ["keras"] if IMPORTS_KERAS.search(code) else []
