"""The controls of a lab: widgets with a label in words, all alike, each with `.value` and `.disabled`.

Every one works by keyboard: Tab to reach it, arrows to move it, Space or Enter to press it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets as widgets
import traitlets

Control = Any  # a widget with `.value`, `.disabled` and `.description`; ipywidgets has no types to name it
LABEL = {"description_width": "9.5em"}


def whole(label: str, value: int, low: int, high: int, step: int = 1) -> Control:
    """A slider over whole numbers."""
    return widgets.IntSlider(value, low, high, step, description=label, style=LABEL, layout=_wide())


def real(label: str, value: float, low: float, high: float, step: float = 0.1, form: str = ".2f") -> Control:
    """A slider over numbers; `form` is how the value is written beside it."""
    return widgets.FloatSlider(
        value,
        min=low,
        max=high,
        step=step,
        readout_format=form,
        description=label,
        style=LABEL,
        layout=_wide(),
    )


def number(label: str, value: int, low: int, high: int) -> Control:
    """A whole number to type, or to step with the arrow keys."""
    return widgets.BoundedIntText(value, low, high, description=label, style=LABEL, layout=_wide())


def switch(label: str, value: bool = False) -> Control:
    """A box to tick."""
    return widgets.Checkbox(value, description=label, indent=False, layout=_wide())


def choice(label: str, options: Sequence[str] | Mapping[str, Any], value: Any = None) -> Control:
    """A few buttons of which one is pressed, for two to four short words (or words -> value)."""
    wanted = {} if value is None else {"value": value}
    return widgets.ToggleButtons(
        options=options,
        description=label,
        style=LABEL | {"button_width": "auto"},
        layout=_wide() | {"grid_area": "auto / span 2"} if _long(options) else _wide(),
        **wanted,
    )


def menu(label: str, options: Sequence[str] | Mapping[str, Any], value: Any = None) -> Control:
    """A list to choose from, for more options or longer words."""
    wanted = {} if value is None else {"value": value}
    return widgets.Dropdown(options=options, description=label, style=LABEL, layout=_wide(), **wanted)


def words(label: str, value: str, hint: str = "") -> Control:
    """A line to type in; the picture follows while one types."""
    return widgets.Text(
        value, description=label, placeholder=hint, continuous_update=True, style=LABEL, layout=_wide()
    )


class Player(widgets.HBox):
    """A slider over steps with play and stop beside it: `value`, `max`, `disabled`, `description`."""

    value = traitlets.Int()
    max = traitlets.Int()
    disabled = traitlets.Bool(False)

    def __init__(self, label: str, value: int, low: int, high: int, interval: int = 250) -> None:
        self.description = label
        self._slider = whole(label, value, low, high)
        self._play = widgets.Play(value=value, min=low, max=high, interval=interval)
        self._slider.layout.flex, self._play.layout.flex = "1 1 auto", "none"
        super().__init__([self._slider, self._play], layout=_wide())
        self.add_class("lstm-player")  # wider than others: `core.STYLE`
        widgets.jslink((self._play, "value"), (self._slider, "value"))
        for name in ("value", "max", "disabled"):
            traitlets.link((self._slider, name), (self, name))
        for name in ("value", "max", "disabled"):
            traitlets.link((self, name), (self._play, name))


def player(label: str, value: int, low: int, high: int, interval: int = 250) -> Control:
    """A slider over steps with play and stop beside it, one step every `interval` milliseconds."""
    return Player(label, value, low, high, interval)


def _wide() -> dict[str, str]:
    return {"width": "auto"}


def _long(options: Sequence[str] | Mapping[str, Any]) -> bool:
    return sum(len(str(option)) + 4 for option in options) > 30
