"""Every lab, from every preset, every control over its range: it draws, it speaks, and no control is idle."""

import json
from dataclasses import asdict

import pytest

import lstm_teach.labs
from lstm_teach.labs import LABS
from lstm_teach.labs.controls import Choice, Menu, Switch, TextField, take
from lstm_teach.labs.notebook import Lab

pytestmark = pytest.mark.slow  # some labs take half a minute for all their states

STRANGE_TEXTS = ["", "   ", "😀 😀", "чудесный фильм 很好 رائع", "<b>&amp;</b>", "good " * 5000]


def values_of(lab, name) -> list:
    """What is worth trying: every option, or both ends and two places between."""
    control = lab.spec.controls[name]
    if isinstance(control, Switch):
        return [False, True]
    if isinstance(control, (Choice, Menu)):
        return control.options
    if isinstance(control, TextField):
        return STRANGE_TEXTS
    low, high = control.low, lab.controls[name].max
    kind = type(control.value)
    return [low, kind(low + (high - low) / 3), kind(low + 2 * (high - low) / 3), high]


def is_text(lab, name) -> bool:
    return isinstance(lab.spec.controls[name], TextField)


@pytest.fixture(params=LABS)
def lab(request) -> Lab:
    return getattr(lstm_teach.labs, request.param)()


def test_every_preset_is_reached_by_its_name(lab):
    for preset in lab.presets:
        opened = getattr(lstm_teach.labs, lab.name)(preset=preset)
        assert opened.error is None
        assert opened.state == lab.start_from(preset).state


def test_every_control_over_its_range_from_every_preset(lab):
    for preset in lab.presets:
        for name in lab.controls:
            lab.start_from(preset)
            for value in values_of(lab, name):
                try:
                    lab.set(**{name: value})
                except ValueError:
                    # Text may be wrong, and then the lab says so in words; nothing else may.
                    assert is_text(lab, name), (preset, name, value)
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
            for value in values_of(lab, name)[:8]:
                lab.controls[name].value = value
                elsewhere.add((lab._picture.value, lab.status) if lab.error is None else str(lab.error))
            if off:
                assert elsewhere == {here}, f"{preset}: {name} is disabled, but has an effect"
            else:
                assert elsewhere - {here}, f"{preset}: {name} has no effect, but is not disabled"


def test_what_no_control_takes_is_refused_by_its_name_and_nothing_moves(lab):
    before = lab.state, lab._picture.value
    for name, control in lab.spec.controls.items():
        beyond = [control.low - 1, lab.controls[name].max + 1] if hasattr(control, "low") else []
        for value in (*beyond, None, object()):
            with pytest.raises(ValueError, match=f"^{name}: "):
                lab.set(**{name: value})
            assert (lab.state, lab._picture.value) == before


def test_the_same_state_gives_the_same_picture(lab):
    for preset in lab.presets:
        first = lab.start_from(preset)._picture.value
        again = getattr(lstm_teach.labs, lab.name)(preset=preset)
        assert again._picture.value == first


def test_every_control_is_plain_data_that_another_front_end_can_be_sent(lab):
    for control in lab.spec.controls.values():
        sent = json.loads(json.dumps({"kind": control.kind, **asdict(control)}))
        assert sent["kind"] in {"slider", "player", "number", "switch", "choice", "menu", "text"}
        assert sent["value"] == take(control, sent["value"])
    json.dumps(lab.presets)


def test_every_control_has_a_label_in_words(lab):
    for name, control in lab.controls.items():
        assert len(control.description) >= 1, name
