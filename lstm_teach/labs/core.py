"""What all labs have in common: controls, presets, Reset, a picture that is drawn anew at every change.

A lab is a pure view function, from the values of its controls to what is shown, and a dict of controls. It
draws in Python and sends SVG text through one `HTML` widget; the browser never sends a second change before
the first is answered, and then sends the newest, so dragging needs no clock here.
"""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from inspect import signature
from typing import Any, NamedTuple, Protocol, Self
from uuid import uuid4

import ipywidgets as widgets

from lstm_teach.labs.controls import Control
from lstm_teach.plotting import INK, beside

Presets = Mapping[str, Mapping[str, Any]]
"""States of a lab by name, each as what differs from the values that the controls are made with."""


COLUMN = 320  # pixels that a control needs at the least
# ipywidgets puts the label of a row of buttons above them; in a grid of controls it belongs beside them.
# And on slides all letters would be large, and an invisible strip, with which JupyterLab folds outputs, would
# lie over the left end of the controls. A player is two columns wide where there are two.
STYLE = (
    "<style>.lstm-lab{font-family:var(--jp-ui-font-family);font-size:13px;line-height:normal;"
    "container-type:inline-size;position:relative;z-index:1}"
    ".lstm-lab .widget-toggle-buttons{display:flex;align-items:center}"
    ".lstm-lab .widget-toggle-buttons>label{flex:none;text-align:right;margin-right:8px}"
    f"@container (min-width:{2 * COLUMN}px){{.lstm-lab .lstm-player{{grid-column:span 2}}}}</style>"
)


class Shown(Protocol):
    """A picture: a `plotting.Picture`, a `plotting.Words`, or anything else that has these."""

    @property
    def html(self) -> str:
        """What is put into the page."""

    @property
    def alt(self) -> str:
        """The same in words."""


class View(NamedTuple):
    """What a lab shows in one state.

    `pictures` side by side, below each other where it is narrow; `status`, the one line of words that says
    what they show now; `off`, the controls that have no effect in this state; `highest`, the new upper end of
    a control whose range depends on others, such as the step to look at.
    """

    pictures: Sequence[Shown]
    status: str
    off: Sequence[str] = ()
    highest: Mapping[str, float] = {}


class Lab(widgets.VBox):
    """State, drawing and controls. Shows itself as the last line of a notebook cell.

    Parameters
    ----------
    name
        the name of the function that makes this lab
    view
        called as `view(**state)`, its parameters named as the controls; pure, and it never draws by itself
    controls
        by name, made by `labs.controls`; the values that they are made with are the defaults
    presets
        states by name, each a dict of what differs from the defaults
    preset
        the state to open in, by name; None for the first
    """

    def __init__(
        self,
        name: str,
        view: Callable[..., View],
        controls: Mapping[str, Control],
        presets: Presets,
        preset: str | None = None,
    ) -> None:
        if set(signature(view).parameters) != set(controls):
            raise ValueError(
                f"controls: expected {list(signature(view).parameters)}, the parameters of the view, "
                f"got {list(controls)}"
            )
        self.name, self.controls, self.presets = name, dict(controls), dict(presets)
        self.error: Exception | None = None
        self.shown: View | None = None
        self._view, self._quiet = view, False
        self._adapting: set[str] = set()  # controls whose upper end the view sets
        self._defaults = self.state
        for preset_name, changes in self.presets.items():
            if unknown := set(changes) - set(controls):
                raise ValueError(f"presets[{preset_name!r}]: no control is named {', '.join(unknown)}")

        self._preset = widgets.Dropdown(
            options=list(self.presets), description="Start from", style={"description_width": "initial"}
        )
        self._reset = widgets.Button(description="Reset", tooltip="Back to the state named beside it")
        self._preset.layout = {"width": "auto", "flex": "1 1 auto", "min_width": "0"}
        self._reset.layout = {"width": "auto", "flex": "none"}
        # A screen reader announces what changes inside an element that was there before, while an HTML widget
        # makes its elements anew. So the live region is one that never changes, and owns the line by its id.
        self._line = f"lt-{uuid4().hex[:8]}"
        live = widgets.HTML(f'{STYLE}<div role="status" aria-live="polite" aria-owns="{self._line}"></div>')
        live.layout = {"height": "0", "margin": "0"}
        self._picture, self._status = widgets.HTML(), widgets.HTML()
        columns = f"repeat(auto-fill, minmax(min(100%, {COLUMN}px), 1fr))"
        grid = widgets.GridBox(
            [widgets.HBox([self._preset, self._reset]), *self.controls.values()],
            layout={"grid_template_columns": columns, "width": "100%"},
        )
        super().__init__([grid, live, self._status, self._picture], layout={"overflow": "hidden"})
        self.add_class("lstm-lab")

        for control in self.controls.values():
            control.observe(lambda _: self._draw(), "value")
        self._preset.observe(lambda _: self._to_preset(), "value")
        self._reset.on_click(lambda _: self._to_preset())
        self.start_from(next(iter(self.presets)) if preset is None else preset)

    @property
    def state(self) -> dict[str, Any]:
        """The values of the controls, by name."""
        return {name: control.value for name, control in self.controls.items()}

    @property
    def status(self) -> str:
        """The line of words under the controls."""
        return self.shown.status if self.shown else ""

    def set(self, **changes: Any) -> Self:
        """Move controls, draw once, and raise what went wrong, so that a test sees it.

        Raises
        ------
        ValueError
            for a name that is no control, or a value that the control does not take.
        Exception
            whatever the view raised.
        """
        for name in changes:
            if name not in self.controls:
                raise ValueError(f"{name}: no such control, expected one of {', '.join(self.controls)}")
        self._move(changes)
        if self.error:
            raise self.error
        return self

    def start_from(self, preset: str) -> Self:
        """Go to the state that has this name.

        Raises
        ------
        ValueError
            for a name that no preset has.
        """
        if preset not in self.presets:
            raise ValueError(f"preset: expected one of {', '.join(map(repr, self.presets))}, got {preset!r}")
        self._quiet = True  # drawn once, below
        self._preset.value = preset
        self._quiet = False
        return self.reset()

    def reset(self) -> Self:
        """Back to the preset that is chosen."""
        return self.set(**self._defaults | dict(self.presets[self._preset.value]))

    def _to_preset(self) -> None:
        if not self._quiet:
            self._move(self._defaults | dict(self.presets[self._preset.value]))

    def _move(self, changes: Mapping[str, Any]) -> None:
        """Set several controls and draw once."""
        self._quiet = True
        try:
            for name, value in changes.items():
                control = self.controls[name]
                if name in self._adapting:
                    control.max = max(control.max, value)  # the view is about to say what it is in this state
                try:
                    control.value = value
                    if control.value != value:
                        raise ValueError(f"it takes {control.min} to {control.max}")
                except Exception as error:
                    raise ValueError(
                        f"{name}: {control.description!r} does not take {value!r}: {error}"
                    ) from error
        finally:
            self._quiet = False
            self._draw()

    def _draw(self) -> None:
        """From the state to the picture; what goes wrong is shown in words, and kept in `error`."""
        if self._quiet:
            return
        try:
            shown = self._view(**self.state)
            picture = beside(shown.pictures)
        except Exception as error:
            self.error = error
            self._status.value = self._words(
                _in_words(error), "lt-error", "border-left:4px solid #D55E00;padding-left:8px;"
            )
            return
        self.error, self.shown = None, shown
        self._quiet = True  # setting an upper end may move a value, which the view has taken into account
        self._adapting |= set(shown.highest)
        for name, highest in shown.highest.items():
            self.controls[name].max = highest
        self._quiet = False
        for name, control in self.controls.items():
            control.disabled = name in shown.off
        self._picture.value = picture
        self._status.value = self._words(shown.status, "lt-status")

    def _words(self, words: str, class_: str, style: str = "") -> str:
        # Two lines high from the start, so that the picture below does not jump when the words get longer.
        style += f"min-height:2.8em;line-height:1.4;font-size:15px;text-wrap:pretty;color:{INK}"
        return f'<p id="{self._line}" class="{class_}" style="{style};margin:0">{escape(words)}</p>'

    def _repr_keys(self) -> Any:
        return iter(())

    def __repr__(self) -> str:
        return f"{self.name}: {self.error or self.status}"


def _in_words(error: Exception) -> str:
    if isinstance(error, ValueError):
        return f"This does not work: {error}"
    return f"This lab has an error, and Reset may help: {type(error).__name__}: {error}"
