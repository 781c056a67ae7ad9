"""What every lab is, and how it goes from one state to the next. No widget library is loaded.

A lab is a `LabSpec`: a pure view function, from the values of the controls to what is shown, and the controls
as plain data. A front end keeps one `Screen`, shows it, and replaces it by what `change` or `start_from`
returns. `labs.notebook` is such a front end.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from inspect import signature
from typing import Any, NamedTuple

from lstm_teach.labs.controls import Control, quoted, take
from lstm_teach.plotting import Picture, Words, beside

Controls = Mapping[str, Control]
"""The controls of a lab by name, in the order in which they are shown."""

Presets = Mapping[str, Mapping[str, Any]]
"""States of a lab by name. Each holds what differs from the values in the controls."""


class View(NamedTuple):
    """What a lab shows in one state, and what that state does to its controls.

    `pictures` stand side by side, below each other where it is narrow. `status` is the line of words that
    says what they show now. `off` names the controls that change nothing in this state. `highest` gives the
    upper end of a control whose range depends on others, such as the step to look at; the view treats a
    larger value as that one. `options` gives the options of a choice or a menu that depend on others; the
    view treats what is not among them as the first.
    """

    pictures: Sequence[Picture | Words]
    status: str
    off: Sequence[str] = ()
    highest: Mapping[str, float] = {}
    options: Mapping[str, Sequence[str]] = {}


NOTHING = View((), "")
"""What a lab shows before anything could be drawn."""


@dataclass(frozen=True)
class LabSpec:
    """A lab without its front end.

    `view` is called as `view(**state)`, its parameters named as the controls. It is pure and draws nothing by
    itself. The values in `controls` are the defaults. The first of `presets` is where the lab opens.

    ValueError if the controls are not the parameters of the view, or a preset holds what no control takes.
    """

    name: str
    view: Callable[..., View]
    controls: Controls
    presets: Presets

    def __post_init__(self) -> None:
        parameters = list(signature(self.view).parameters)
        if set(parameters) != set(self.controls):
            raise ValueError(
                f"controls: expected {parameters}, the parameters of the view, got {list(self.controls)}"
            )
        for preset, changes in self.presets.items():
            try:
                _taken(self.controls, changes)
            except ValueError as error:
                raise ValueError(f"presets[{preset!r}]: {error}") from error


@dataclass(frozen=True)
class Screen:
    """A lab in one state: the values of its controls, and what the view made of them.

    `shown` and its `html` are the newest that could be drawn. They are older than the state where there is an
    `error`, which is what the view raised.
    """

    spec: LabSpec
    preset: str
    state: Mapping[str, Any]
    shown: View = NOTHING
    html: str = ""
    error: Exception | None = None

    @property
    def words(self) -> str:
        """The line of words: the status, or what went wrong."""
        if isinstance(self.error, ValueError):
            return f"This does not work: {self.error}"
        if self.error:
            return f"This lab has an error, and Reset may help: {type(self.error).__name__}: {self.error}"
        return self.shown.status

    @property
    def off(self) -> Sequence[str]:
        """The controls that change nothing in this state."""
        return self.shown.off

    @property
    def controls(self) -> dict[str, Control]:
        """The controls as they are in this state: their values, upper ends and options."""
        controls = {}
        for name, control in self.spec.controls.items():
            now: dict[str, Any] = {"value": self.state[name]}
            if name in self.shown.highest:
                now["high"] = max(
                    self.shown.highest[name], now["value"]
                )  # larger only where there is an error
            if name in self.shown.options:
                now["options"] = self.shown.options[name]
            controls[name] = replace(control, **now)
        return controls


def open_lab(spec: LabSpec, preset: str | None = None) -> Screen:
    """Return the lab in the state that has this name, by default its first; ValueError if none has it."""
    first = next(iter(spec.presets))
    return start_from(Screen(spec, first, {}), first if preset is None else preset)


def start_from(screen: Screen, preset: str) -> Screen:
    """Return the lab in the state that has this name; ValueError if none has it."""
    spec = screen.spec
    if not isinstance(preset, str) or preset not in spec.presets:
        known = ", ".join(map(repr, spec.presets))
        raise ValueError(f"preset: expected one of {known}, got {quoted(preset)}")
    defaults = {name: control.value for name, control in spec.controls.items()}
    return _drawn(replace(screen, preset=preset), defaults | dict(spec.presets[preset]))


def change(screen: Screen, changes: Mapping[str, Any]) -> Screen:
    """Return the lab with several controls moved, drawn once.

    What the view raises is kept in `Screen.error`. A control that was not moved gives way if its range or its
    options have changed.

    ValueError for a name that is no control, or a value that the control does not take in the new state.
    """
    now = _drawn(screen, dict(screen.state) | _taken(screen.spec.controls, changes))
    if now.error is None:
        _taken(now.controls, changes)
    return now


def _taken(controls: Controls, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes as the controls hold them."""
    taken = {}
    for name, value in changes.items():
        if name not in controls:
            raise ValueError(f"{str(name)[:60]}: no such control, expected one of {', '.join(controls)}")
        try:
            taken[name] = take(controls[name], value)
        except ValueError as error:
            raise ValueError(f"{name}: {controls[name].label!r} {error}") from error
    return taken


def _drawn(screen: Screen, state: dict[str, Any]) -> Screen:
    try:
        shown = screen.spec.view(**state)
        html = beside(shown.pictures)
    except Exception as error:
        return replace(screen, state=state, error=error)
    for name, highest in shown.highest.items():
        state[name] = min(state[name], highest)
    for name, options in shown.options.items():
        state[name] = state[name] if state[name] in options else options[0]
    return replace(screen, state=state, shown=shown, html=html, error=None)
