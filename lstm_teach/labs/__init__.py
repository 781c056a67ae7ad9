"""The labs: a picture and a few controls, and the picture answers while the hand is still moving.

    from lstm_teach.labs import gate_lab
    gate_lab(preset="keep")

A name is imported when it is asked for, so that a lesson loads its own lab alone.
"""

from importlib import import_module
from typing import Any

LABS = {
    "squash_lab": "squash",
    "shapes_lab": "shapes",
    "gradient_lab": "gradient",
    "gate_lab": "gate",
    "gru_lab": "gru",
    "counting_lab": "counting",
    "padding_lab": "padding",
    "reader_lab": "reader",
}
"""Each lab's name, and the file of this folder that holds it."""

__all__ = [*LABS]


def __getattr__(name: str) -> Any:
    if name not in LABS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; the labs are {', '.join(LABS)}")
    return getattr(import_module(f"{__name__}.{LABS[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *LABS]
