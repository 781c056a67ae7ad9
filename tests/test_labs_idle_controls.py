"""A control changes the picture, or it is disabled: tried in many states, not in the presets alone."""

import random
import re

import pytest

from lstm_teach.labs import LABS, spec
from lstm_teach.labs.controls import Choice, Menu, Switch, TextField
from lstm_teach.labs.core import change, open_lab, start_from

pytestmark = pytest.mark.slow  # some labs take half a minute for all their states

TEXTS = ["", "1", "2, 0.5", "good", "a good film", "good " * 11, "slow but the acting is excellent " * 5]
STATES = 25


def values_of(control):
    """Every option, or both ends of a range, some places between, and the neighbours of the present value."""
    match control:
        case Switch():
            return [False, True]
        case Choice() | Menu():
            return control.options
        case TextField():
            return TEXTS
    kind, span = type(control.value), control.high - control.low
    step = getattr(control, "step", 1)
    near = [control.value - step, control.value + step, control.low + 2 * step, control.low + 19 * step]
    return [value for value in (control.low, kind(control.low + span / 3), *near, control.high) if
            control.low <= value <= control.high]  # fmt: skip


def states(lab):
    """Every preset, and from it some states that a reader may reach by moving three controls."""
    choose = random.Random(0)
    for preset in lab.presets:
        yield start_from(open_lab(lab), preset)
    for _ in range(STATES):
        screen = start_from(open_lab(lab), choose.choice(list(lab.presets)))
        for name in choose.sample(list(lab.controls), 3):
            screen = change(screen, {name: choose.choice(values_of(screen.controls[name]))})
        if screen.error is None:
            yield screen


def seen(screen):
    """The picture without its alternative text, which a reader who sees does not notice."""
    return re.sub(r' aria-label="[^"]*"|<title>[^<]*</title>', "", screen.html)


LONG = {"gate_lab", "gradient_lab", "gru_lab"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if name in LONG else []) for name in LABS]
)
def test_every_control_changes_the_picture_or_is_disabled(name):
    lab = spec(name)
    for screen in states(lab):
        for moved, control in screen.controls.items():
            others = [value for value in values_of(control) if value != control.value]
            changed = (seen(change(screen, {moved: value})) != seen(screen) for value in others)
            if moved in screen.off:
                assert not any(changed), f"{dict(screen.state)}: {moved} is disabled, and has an effect"
            else:
                assert any(changed), f"{dict(screen.state)}: {moved} has no effect, and is not disabled"
