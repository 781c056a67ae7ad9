"""A lab in a notebook: ipywidgets made of a `LabSpec`.

Every control works by keyboard: Tab to reach it, arrows to move it, Space or Enter to press it. The picture
is drawn in Python and sent as SVG text through one `HTML` widget. The browser never sends a second change
before the first is answered, and then sends the newest, so dragging needs no clock here.
"""

from functools import partial
from html import escape
from typing import Any, Self
from uuid import uuid4

import ipywidgets as widgets
import traitlets

from lstm_teach.labs import core
from lstm_teach.labs.controls import Choice, Control, Menu, NumberField, Player, Slider, Switch, TextField
from lstm_teach.labs.core import LabSpec, View
from lstm_teach.plotting import INK

Widget = Any  # with `.value`, `.disabled` and `.description`; ipywidgets has no types to name it
COLUMN = 320  # pixels that a control needs at the least
LONG = 30  # letters, with four more for each button: longer rows of buttons are two columns wide
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
ERROR = "border-left:4px solid #D55E00;padding-left:8px;"
# Two lines high from the start, so that the picture below does not jump when the words get longer.
LINE = f"min-height:2.8em;line-height:1.4;font-size:15px;text-wrap:pretty;color:{INK}"


class Lab(widgets.VBox):
    """A lab with its controls. It shows itself as the last line of a notebook cell.

    `controls` are the widgets by name. `preset` is the state to open in, by name; None for the first.
    """

    def __init__(self, spec: LabSpec, preset: str | None = None) -> None:
        self._now = core.open_lab(spec, preset)
        if self._now.error:
            raise self._now.error
        self.spec, self.name, self.presets = spec, spec.name, spec.presets
        self.controls = {name: widget_of(control) for name, control in self._now.controls.items()}
        self._quiet = False
        self._preset = widgets.Dropdown(
            options=list(spec.presets),
            value=self._now.preset,
            description="Start from",
            style={"description_width": "initial"},
            layout={"width": "auto", "flex": "1 1 auto", "min_width": "0"},
        )
        self._reset = widgets.Button(
            description="Reset",
            tooltip="Back to the state named beside it",
            layout={"width": "auto", "flex": "none"},
        )
        # A screen reader announces what changes inside an element that was there before, while an HTML widget
        # makes its elements anew. So the live region is one that never changes, and owns the line by its id.
        self._line = f"lt-{uuid4().hex[:8]}"
        live = widgets.HTML(f'{STYLE}<div role="status" aria-live="polite" aria-owns="{self._line}"></div>')
        live.layout = {"height": "0", "margin": "0"}
        self._picture, self._status = widgets.HTML(), widgets.HTML()
        grid = widgets.GridBox(
            [widgets.HBox([self._preset, self._reset]), *self.controls.values()],
            layout={
                "grid_template_columns": f"repeat(auto-fill, minmax(min(100%, {COLUMN}px), 1fr))",
                "width": "100%",
            },
        )
        super().__init__([grid, live, self._status, self._picture], layout={"overflow": "hidden"})
        self.add_class("lstm-lab")

        self._show()
        for name, widget in self.controls.items():
            widget.observe(partial(self._moved, name), "value")
        self._preset.observe(lambda _: self._to_preset(), "value")
        self._reset.on_click(lambda _: self._to_preset())

    @property
    def state(self) -> dict[str, Any]:
        """The values of the controls, by name."""
        return dict(self._now.state)

    @property
    def shown(self) -> View:
        """The newest view that could be drawn."""
        return self._now.shown

    @property
    def status(self) -> str:
        """The line of words that belongs to what is shown."""
        return self.shown.status

    @property
    def error(self) -> Exception | None:
        """What went wrong in this state, or None."""
        return self._now.error

    def set(self, **changes: Any) -> Self:
        """Move controls, draw once, and raise what the view raised, so that a test sees it.

        ValueError for a name that is no control, or a value that it does not take; then nothing is moved.
        """
        return self._go(core.change(self._now, changes))

    def start_from(self, preset: str) -> Self:
        """Go to the state that has this name; ValueError if no preset has it."""
        return self._go(core.start_from(self._now, preset))

    def reset(self) -> Self:
        """Go back to the preset that is chosen."""
        return self.start_from(self._now.preset)

    def _go(self, now: core.Screen) -> Self:
        self._now = now
        self._show()
        if self.error:
            raise self.error
        return self

    def _moved(self, name: str, moved: Any) -> None:
        """Answer a hand on a control. What goes wrong is shown in words."""
        if not self._quiet:
            self._now = core.change(self._now, {name: moved.new})
            self._show()

    def _to_preset(self) -> None:
        if not self._quiet:
            self._now = core.start_from(self._now, self._preset.value)
            self._show()

    def _show(self) -> None:
        """Let widgets, picture and words follow the state."""
        now = self._now
        self._quiet = True
        self._preset.value = now.preset
        for name, control in now.controls.items():
            _follow(self.controls[name], control)
            self.controls[name].disabled = name in now.off
        self._quiet = False
        self._picture.value = now.html
        style, class_ = (ERROR, "lt-error") if now.error else ("", "lt-status")
        self._status.value = (
            f'<p id="{self._line}" class="{class_}" style="{style}{LINE};margin:0">{escape(now.words)}</p>'
        )

    def __repr__(self) -> str:
        return f"{self.name}: {self.error or self.status}"


class PlayerWidget(widgets.HBox):
    """A slider over steps with play and stop beside it: `value`, `max`, `disabled`, `description`."""

    value = traitlets.Int()
    max = traitlets.Int()
    disabled = traitlets.Bool(False)

    def __init__(self, player: Player) -> None:
        self.description = player.label
        ends = {"min": player.low, "max": player.high}
        self._slider = widgets.IntSlider(**ends, **_basic(player))
        self._play = widgets.Play(**ends, value=player.value, interval=player.interval)
        self._slider.layout.flex, self._play.layout.flex = "1 1 auto", "none"
        super().__init__([self._slider, self._play], layout={"width": "auto"})
        self.add_class("lstm-player")  # wider than others: `STYLE`
        widgets.jslink((self._play, "value"), (self._slider, "value"))
        for name in ("value", "max", "disabled"):
            traitlets.link((self._slider, name), (self, name))
            traitlets.link((self, name), (self._play, name))


def widget_of(control: Control) -> Widget:
    """Return the widget that shows this control and takes what it takes."""
    basic = _basic(control)
    match control:
        case Slider():
            kind = widgets.IntSlider if isinstance(control.step, int) else widgets.FloatSlider
            written = f".{control.places}f" if control.places else "d"
            ends = {"min": control.low, "max": control.high}
            return kind(**basic, **ends, step=control.step, readout_format=written)
        case Player():
            return PlayerWidget(control)
        case NumberField():
            return widgets.BoundedIntText(min=control.low, max=control.high, **basic)
        case Switch():
            return widgets.Checkbox(**basic | {"style": {}}, indent=False)
        case Choice():
            return _buttons(control)
        case Menu():
            return widgets.Dropdown(options=control.options, **basic)
        case TextField():
            return widgets.Text(placeholder=control.placeholder, **basic)


def _buttons(choice: Choice) -> Widget:
    buttons = widgets.ToggleButtons(options=choice.options, **_basic(choice))
    buttons.style.button_width = "auto"
    if choice.compact:
        buttons.style.description_width = "4em"
    elif sum(len(option) + 4 for option in choice.options) > LONG:
        buttons.layout.grid_area = "auto / span 2"
    return buttons


def _basic(control: Control) -> dict[str, Any]:
    """Return what the widgets of all controls have."""
    style, layout = {"description_width": "9.5em"}, {"width": "auto"}
    return {"value": control.value, "description": control.label, "style": style, "layout": layout}


def _follow(widget: Widget, control: Control) -> None:
    """Let a widget take over the range, the options and the value of its control."""
    if hasattr(control, "high"):
        widget.max = control.high
    if hasattr(control, "options") and tuple(widget.options) != tuple(control.options):
        widget.options = control.options
    widget.value = control.value
