"""A lab in a web page, on the side of Python: plain data in and out, and whatever a page sends is checked."""

import json

import pytest

from live import labs as web
from lstm_teach.labs import LABS, core


def opened(lab, preset=None, address=None):
    """What a page gets when it opens a lab: as JSON brings it there."""
    return json.loads(json.dumps(web.open("here", lab, preset, address), allow_nan=False))


def moved(**changes):
    return json.loads(json.dumps(web.set("here", changes), allow_nan=False))


@pytest.mark.parametrize("lab", LABS)
def test_every_lab_opens_in_every_preset_as_in_a_notebook(lab):
    spec = LABS[lab]
    for preset in spec.presets:
        answer, screen = opened(lab, preset), core.open_lab(spec, preset)
        assert answer["presets"] == list(spec.presets)
        assert [control["name"] for control in answer["controls"]] == list(spec.controls)
        assert (answer["html"], answer["status"], answer["preset"]) == (screen.html, screen.words, preset)
        assert answer["state"] == dict(screen.state)
        assert not answer["problem"]
        assert answer["changed"] == {}


def test_a_lab_without_a_preset_opens_in_its_first():
    assert opened("gate_lab")["preset"] == next(iter(LABS["gate_lab"].presets))


def test_a_control_moves_the_picture_as_in_a_notebook():
    opened("gate_lab", "as learned")
    answer = moved(f="closed", step=5)
    screen = core.change(core.open_lab(LABS["gate_lab"], "as learned"), {"f": "closed", "step": 5})
    assert answer["html"] == screen.html
    assert answer["off"] == list(screen.off)
    assert answer["highest"] == dict(screen.shown.highest)
    assert answer["changed"] == {"f": "closed", "step": "5"}


def test_reset_goes_back_to_the_preset():
    first = opened("gate_lab", "as learned")
    moved(f="closed")
    answer = web.start_from("here", "as learned")
    assert answer["html"] == first["html"]
    assert answer["changed"] == {}


@pytest.mark.parametrize(
    ("lab", "changes"),
    [
        ("gate_lab", {"f": "slider", "f_value": 0.37, "reads": "noise"}),
        ("padding_lab", {"third": "ein <b>Film</b> & mehr", "longest": True}),
        ("counting_lab", {"vocabulary": 12, "model": True, "m": 3}),
        ("squash_lab", {"numbers": "1, -2, 3", "steps": 3}),
        ("shapes_lab", {"units": 7, "time": 5}),
        ("gradient_lab", {"steps": 20, "gain": 2.3, "matrix": "Glorot", "clip": True}),
        ("gru_lab", {"z": "slider", "z_value": 0.41, "unit": 3}),
        ("reader_lab", {"f": "closed", "word": 2}),
        ("writer_lab", {"text": "Is it good? It's", "temperature": 1.3, "seed": 12, "state": "h"}),
    ],
)
def test_what_has_changed_opens_the_same_state_at_another_time(lab, changes):
    opened(lab)
    before = moved(**changes)
    after = opened(lab, before["preset"], before["changed"])
    assert (after["html"], after["state"], after["changed"]) == (
        before["html"],
        before["state"],
        before["changed"],
    )
    assert not after["problem"]


@pytest.mark.parametrize(
    "address",
    [
        {"f": "ajar"},
        {"nothing": "1"},
        {"step": "soon"},
        {"step": "nan"},
        {"step": "1e999"},
        {"from_step": "2.5"},
        {"__class__": "x"},
        {"f_value": "-1"},
    ],
)
def test_a_broken_address_opens_the_preset_and_says_so(address):
    whole = opened("gate_lab", "add")
    answer = opened("gate_lab", "add", address)
    assert (answer["html"], answer["state"]) == (whole["html"], whole["state"])
    assert answer["problem"]
    assert answer["status"].startswith(web.MISLED)
    assert next(iter(address)) in answer["status"]


def test_an_unknown_preset_opens_the_first_and_says_so():
    answer = opened("gate_lab", "<img src=x onerror=alert(1)>", {"f": "open"})
    assert answer["preset"] == next(iter(LABS["gate_lab"].presets))
    assert answer["changed"] == {}
    assert answer["status"].startswith(web.MISLED)


@pytest.mark.parametrize("value", [None, "ajar", 3, ["open"], {"a": 1}, True])
def test_what_a_control_does_not_take_moves_nothing_and_is_answered_in_words(value):
    before = opened("gate_lab", "add")
    answer = moved(f=value)
    assert answer["problem"]
    assert answer["status"].startswith("This does not work: f: ")
    assert (answer["html"], answer["state"]) == (before["html"], before["state"])


def test_words_that_a_lab_cannot_read_are_answered_in_words_and_the_last_picture_stays():
    before = opened("squash_lab")
    answer = moved(numbers="<script>alert(1)</script>")
    assert answer["problem"]
    assert answer["html"] == before["html"]
    assert answer["state"]["numbers"] == "<script>alert(1)</script>"


def test_two_places_hold_two_states():
    one, other = web.open("one", "gate_lab", "add"), web.open("other", "gate_lab", "erase")
    assert web.set("one", {})["html"] == one["html"]
    assert web.set("other", {})["html"] == other["html"]


def test_an_unknown_lab_or_preset_is_refused_by_name():
    with pytest.raises(ValueError, match="no_lab"):
        web.open("here", "no_lab")
    opened("gate_lab")
    with pytest.raises(ValueError, match="ajar"):
        web.start_from("here", "ajar")
