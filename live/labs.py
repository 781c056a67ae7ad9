"""A lab in a web page: what `live/labs.js` asks of Python. Plain data goes in and comes out, fit for JSON.

    open("lab-1", "gate_lab", "as learned")      the controls and presets, and what is shown
    set("lab-1", {"f": "closed"})                what is shown now

A page has several labs, so each has a place, a name that the page chooses. The states live here. Whatever the
page sends is checked as in a notebook, and what is refused comes back in words, never as an exception.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, NamedTuple

from lstm_teach.labs import core, spec
from lstm_teach.labs.controls import Control, NumberField, Player, Slider, Switch
from lstm_teach.labs.core import Screen

MISLED = "This link asks for what the lab does not have, so it shows the lab as it begins"


class Place(NamedTuple):
    """A lab on a page: as it is now, and the values of its controls in the preset that it began in."""

    now: Screen
    start: Mapping[str, Any]


_places: dict[str, Place] = {}


def open(
    place: str, lab: str, preset: str | None = None, address: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the `presets` and the `controls` of a lab, which opens at a place, and what `set` returns.

    `address` holds values of controls as the address of a page spells them (`changed` in `set`). A lab opens
    in its first preset if it has none of this name, and in the preset alone if it does not take these values;
    then `status` says so.

    ValueError if no lab has this name.
    """
    problem, known = "", spec(lab)
    try:
        screen = core.open_lab(known, preset)
    except ValueError as error:
        problem, screen = f"{MISLED}: {error}", core.open_lab(known)
    _places[place] = Place(screen, screen.state)
    if address and not problem:
        try:
            changes = {name: _read(known.controls.get(name), text) for name, text in address.items()}
            _places[place] = Place(core.change(screen, changes), screen.state)
        except ValueError as error:
            problem = f"{MISLED}: {error}"
    controls = [{"name": name, "kind": each.kind, **asdict(each)} for name, each in known.controls.items()]
    return {"presets": list(known.presets), "controls": controls, **_shown(_places[place], problem)}


def set(place: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the lab at a place shows once several controls have moved, by name.

    - preset, state: the preset that it began in, and the values of all controls
    - changed: the values that differ from the preset's, as an address spells them
    - html: the pictures
    - status, problem: the line of words, and whether it says that something does not work
    - refused: whether that is a value that no control takes, so that nothing has moved
    - off, highest, options: as in `core.View`

    """
    now, start = _places[place]
    try:
        _places[place] = Place(core.change(now, changes), start)
    except ValueError as error:
        return {**_shown(_places[place], f"This does not work: {error}"), "refused": True}
    return _shown(_places[place])


def start_from(place: str, preset: str) -> dict[str, Any]:
    """Return what `set` does, with the lab at a place back in a preset; ValueError if none has this name."""
    screen = core.start_from(_places[place].now, preset)
    _places[place] = Place(screen, screen.state)
    return _shown(_places[place])


def _shown(place: Place, problem: str = "") -> dict[str, Any]:
    now, start = place
    return {
        "preset": now.preset,
        "state": dict(now.state),
        "changed": {name: _spelled(value) for name, value in now.state.items() if value != start[name]},
        "html": now.html,
        "status": problem or now.words,
        "problem": bool(problem or now.error),
        "refused": False,
        "off": list(now.off),
        "highest": dict(now.shown.highest),
        "options": {name: list(options) for name, options in now.shown.options.items()},
    }


def _spelled(value: Any) -> str:
    """Return the value of a control as an address spells it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read(control: Control | None, text: str) -> Any:
    """Return the value that an address spells. What no control takes is left for `core.change` to refuse."""
    match control:
        case Switch():
            return {"true": True, "false": False}.get(text, text)
        case Slider() | Player() | NumberField():
            try:
                return float(text)
            except ValueError:
                return text
    return text
