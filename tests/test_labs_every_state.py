"""Every lab, from every preset, every control over its range: it draws, it speaks, and no control is idle."""

from importlib.util import find_spec

import ipywidgets as widgets
import pytest

import lstm_teach.labs
from lstm_teach.labs import LABS
from lstm_teach.labs.controls import Player
from lstm_teach.labs.core import Lab

STRANGE_TEXTS = ["", "   ", "😀 😀", "чудесный фильм 很好 رائع", "<b>&amp;</b>", "good " * 5000]


def present() -> list[str]:
    return [name for name, module in LABS.items() if find_spec(f"lstm_teach.labs.{module}")]


def values_of(control) -> list:
    """What is worth trying: every option, or both ends and two places between."""
    if isinstance(control, widgets.Checkbox):
        return [False, True]
    if isinstance(control, (widgets.Dropdown, widgets.ToggleButtons)):
        return [value for _, value in control._options_full]
    if isinstance(control, (widgets.Text, widgets.Textarea)):
        return STRANGE_TEXTS
    low = control._slider.min if isinstance(control, Player) else control.min
    span = control.max - low
    kind = type(control.value)
    return [low, kind(low + span / 3), kind(low + 2 * span / 3), control.max]


def is_text(control) -> bool:
    return isinstance(control, (widgets.Text, widgets.Textarea))


@pytest.fixture(params=present())
def lab(request) -> Lab:
    return getattr(lstm_teach.labs, request.param)()


def test_every_lab_is_there():
    assert present() == list(LABS)


def test_every_preset_is_reached_by_its_name(lab):
    for preset in lab.presets:
        opened = getattr(lstm_teach.labs, lab.name)(preset=preset)
        assert opened.error is None
        assert opened.state == lab.start_from(preset).state


def test_every_control_over_its_range_from_every_preset(lab):
    for preset in lab.presets:
        for name, control in lab.controls.items():
            lab.start_from(preset)
            for value in values_of(control):
                try:
                    lab.set(**{name: value})
                except ValueError:
                    # Text may be wrong, and then the lab says so in words; nothing else may.
                    assert is_text(control), (preset, name, value)
                    assert "lt-error" in lab._status.value
                else:
                    assert lab.status.strip()
                    assert all(picture.alt.strip() for picture in lab.shown.pictures)
                    assert "nan" not in lab.status.lower().split()


def test_a_control_without_effect_is_disabled_and_only_such_a_one(lab):
    for preset in lab.presets:
        for name, control in lab.controls.items():
            lab.start_from(preset)
            here, off = (lab._picture.value, lab.status), control.disabled
            elsewhere = set()
            for value in values_of(control)[:8]:
                lab.controls[name].value = value
                elsewhere.add((lab._picture.value, lab.status) if lab.error is None else str(lab.error))
            if off:
                assert elsewhere == {here}, f"{preset}: {name} is disabled, but has an effect"
            else:
                assert elsewhere - {here}, f"{preset}: {name} has no effect, but is not disabled"


def test_the_same_state_gives_the_same_picture(lab):
    for preset in lab.presets:
        first = lab.start_from(preset)._picture.value
        again = getattr(lstm_teach.labs, lab.name)(preset=preset)
        assert again._picture.value == first


def test_every_control_has_a_label_in_words(lab):
    for name, control in lab.controls.items():
        assert len(control.description) >= 1, name
