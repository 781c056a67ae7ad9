"""The labs: a picture and a few controls, and the picture answers while the hand is still moving.

    from lstm_teach.labs import gate_lab
    gate_lab(preset="keep")

`LABS` holds every lab by name as a `LabSpec`, which needs no widget library; `spec` returns one of them. The
functions that lessons call, such as `gate_lab`, show one in a notebook. A name is imported when it is asked
for, so that a lesson loads its own lab alone.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from lstm_teach.labs.core import LabSpec

MODULES = {
    f"{file}_lab": file
    for file in ("squash", "shapes", "gradient", "gate", "gru", "counting", "padding", "reader", "writer")
}
"""The name of each lab, and the file of this folder whose `LAB` it is."""

LABS: dict[str, LabSpec]
__all__ = ["LABS", "spec", *MODULES]


def spec(name: str) -> LabSpec:
    """Return the lab that has this name; ValueError if there is none."""
    if name not in MODULES:
        raise ValueError(f"name: expected one of {', '.join(MODULES)}, got {name!r}")
    return import_module(f"{__name__}.{MODULES[name]}").LAB


def __getattr__(name: str) -> Any:
    if name == "LABS":
        return {lab: spec(lab) for lab in MODULES}
    if name not in MODULES:
        raise AttributeError(
            f"module {__name__!r} has no attribute {name!r}; the labs are {', '.join(MODULES)}"
        )
    return _opener(spec(name))


def _opener(lab: LabSpec) -> Callable[..., Any]:
    """Return the function that shows this lab in a notebook, such as `gate_lab`."""
    from lstm_teach.labs.notebook import Lab

    def open_in_notebook(preset: str | None = None) -> Lab:
        return Lab(lab, preset)

    presets = ", ".join(map(repr, lab.presets))
    open_in_notebook.__name__ = open_in_notebook.__qualname__ = lab.name
    open_in_notebook.__doc__ = f"{lab.view.__doc__}\n\nOpens in `preset`, one of: {presets}."
    return open_in_notebook


def reader_lab(preset: str | None = None, reader: Any = None) -> Any:
    """Show the lab of a trained reader in a notebook: the reader that ships, or a `Reader` of your own.

    Opens in `preset`, one of `LABS["reader_lab"].presets`; ValueError for any other name.
    """
    from lstm_teach.labs.notebook import Lab
    from lstm_teach.labs.reader import LAB, lab_of

    return Lab(LAB if reader is None else lab_of(reader), preset)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
