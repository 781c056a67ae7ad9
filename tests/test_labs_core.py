"""What every lab has: state, presets, Reset, one drawing per change, errors that are seen."""

import numpy as np
import pytest

from lstm_teach.labs.controls import Choice, Menu, NumberField, Player, Slider, Switch, TextField, take
from lstm_teach.labs.core import LabSpec, View, change, open_lab, start_from
from lstm_teach.labs.notebook import Lab, widget_of
from lstm_teach.plotting import Picture

CONTROLS = {"a": Slider("A", 1, 0, 10), "step": Player("Step", 3, 1, 50), "on": Switch("On", True)}
PRESETS = {"start": {}, "far": {"a": 9, "step": 40}}


class Recorder:
    """A view that remembers what it was asked for."""

    def __init__(self):
        self.calls = []

    def view(self, a: int, step: int, on: bool) -> View:
        self.calls.append((a, step, on))
        if a == 7:
            raise ZeroDivisionError("seven")
        length = 50 if a > 5 else 10
        step = min(step, length)
        picture = Picture(10, 10, f"<text>{a} {step}</text>", f"a is {a}")
        return View(
            [picture], f"a = {a} <at> step {step}", off=() if on else ("a",), highest={"step": length}
        )


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def spec(recorder):
    return LabSpec("test_lab", recorder.view, CONTROLS, PRESETS)


@pytest.fixture
def lab(spec):
    return Lab(spec)


def test_a_lab_opens_in_its_first_preset_and_draws_once(lab, recorder):
    assert lab.state == {"a": 1, "step": 3, "on": True}
    assert recorder.calls == [(1, 3, True)]
    assert "a is 1" in lab._picture.value


def test_a_lab_opens_in_the_preset_that_is_asked_for(spec):
    assert Lab(spec, "far").state == {"a": 9, "step": 40, "on": True}


def test_a_moved_control_draws_once_and_changes_picture_and_words(lab, recorder):
    lab.controls["a"].value = 2
    assert recorder.calls[1:] == [(2, 3, True)]
    assert "<text>2 3</text>" in lab._picture.value
    assert lab.status == "a = 2 <at> step 3"
    assert "&lt;at&gt;" in lab._status.value  # words are words, never markup


def test_several_changes_draw_once(lab, recorder):
    lab.set(a=3, on=False)
    assert recorder.calls[1:] == [(3, 3, False)]


def test_reset_leads_back_to_the_chosen_preset(lab):
    lab.start_from("far")
    lab.set(a=2, step=1)
    lab._reset.click()
    assert lab.state == {"a": 9, "step": 40, "on": True}


def test_choosing_a_preset_goes_there(lab):
    lab._preset.value = "far"
    assert lab.state["a"] == 9


def test_a_control_without_effect_is_disabled(lab):
    lab.set(on=False)
    assert lab.controls["a"].disabled
    lab.set(on=True)
    assert not lab.controls["a"].disabled


def test_the_upper_end_of_a_control_follows_the_state(lab, recorder):
    lab.set(a=9, step=40)
    lab.set(a=1)
    assert lab.controls["step"].max == 10
    assert lab.state["step"] == 10
    assert "<text>1 10</text>" in lab._picture.value
    assert recorder.calls[-1] == (1, 40, True)  # the view was asked once, and shortened the step by itself


def test_an_error_is_shown_in_words_kept_and_raised_for_tests(lab):
    lab.controls["a"].value = 7
    assert isinstance(lab.error, ZeroDivisionError)
    assert "ZeroDivisionError: seven" in lab._status.value
    assert "lt-error" in lab._status.value
    with pytest.raises(ZeroDivisionError):
        lab.set(on=False)
    lab.reset()
    assert lab.error is None
    assert "lt-error" not in lab._status.value


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"b": 1}, "b: no such control, expected one of a, step, on"),
        ({"a": 11}, "a: 'A' takes a whole number from 0 to 10, got 11"),
        ({"a": "x"}, "a: .*'x'"),
        ({"a": 2.5}, "a: .*got 2.5"),
        ({"a": True}, "a: .*got True"),
        ({"step": 0}, "step: 'Step' takes a whole number from 1 to 50, got 0"),
        ({"step": 11}, "step: 'Step' takes a whole number from 1 to 10, got 11"),  # the view's upper end
        ({"on": 1}, "on: 'On' takes True or False, got 1"),
        ({"a": 9, "step": 51}, "step: "),
        ({"a": 10**400}, "a: .*, got 1000000.*…$"),
        ({"step": 10**5_000}, "step: .*, got int without a repr"),
        ({"a": float("inf")}, "a: .*got inf"),
        ({"on": "x" * 5_000}, "^.{0,120}$"),
        ({"x" * 5_000: 1}, "^.{0,120}$"),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_moves(lab, changes, words):
    before, picture = lab.state, lab._picture.value
    with pytest.raises(ValueError, match=words):
        lab.set(**changes)
    assert (lab.state, lab._picture.value, lab.error) == (before, picture, None)


def test_a_step_that_another_change_makes_room_for_is_taken(lab):
    assert lab.set(step=40, a=9).state == {"a": 9, "step": 40, "on": True}


@pytest.mark.parametrize(
    ("control", "taken", "refused"),
    [
        (Slider("S", 1.0, 0.0, 3.0, 0.1), [0, 3.0, 0.25], [-0.1, 3.01, float("nan"), "1", None, 10**400]),
        (Slider("S", 1, 0, 3), [0, 3], [4, -1, 0.5, "1"]),
        (Player("S", 1, 1, 3), [1, 3], [0, 4]),
        (NumberField("S", 1, 1, 3), [1, 3], [0, 4]),
        (Switch("S"), [False, True], [0, "on", None]),
        (Choice("S", "a", ["a", "b"]), ["a", "b"], ["c", 0, None, ["a"], np.array(["a", "b"])]),
        (Menu("S", "a", ["a", "b"]), ["a", "b"], ["c", 0, None]),
        (TextField("S", "a"), ["", "b"], [1, None]),
    ],
)
def test_a_control_takes_its_range_its_options_or_its_kind(control, taken, refused):
    for value in taken:
        assert take(control, value) == value
        assert type(take(control, value)) is type(control.value)
    for value in refused:
        with pytest.raises(ValueError, match=r"takes .*, got "):
            take(control, value)


def test_a_widget_has_the_label_value_and_range_of_its_control():
    for control in (Slider("S", 1.0, 0.0, 3.0, 0.1), NumberField("S", 2, 1, 3), Player("S", 2, 1, 3)):
        widget = widget_of(control)
        assert (widget.description, widget.value, widget.max) == ("S", control.value, control.high)
    for control in (Choice("S", "b", ["a", "b"]), Menu("S", "b", ["a", "b"])):
        widget = widget_of(control)
        assert (widget.description, widget.value, list(widget.options)) == ("S", "b", ["a", "b"])


def test_options_that_depend_on_others_follow_the_state():
    def view(long: bool, word: str) -> View:
        words = ["good", "bad", "excellent"] if long else ["good", "bad"]
        word = word if word in words else words[0]
        return View([Picture(10, 10, word, word)], word, options={"word": words})

    controls = {"long": Switch("Long", True), "word": Menu("Word", "excellent", ["good", "bad", "excellent"])}
    lab = Lab(LabSpec("test_lab", view, controls, {"start": {}})).set(long=False)
    assert lab.state == {"long": False, "word": "good"}
    assert (lab.controls["word"].value, list(lab.controls["word"].options)) == ("good", ["good", "bad"])
    with pytest.raises(ValueError, match="word: 'Word' takes one of 'good', 'bad', got 'excellent'"):
        lab.set(word="excellent")
    assert lab.set(word="excellent", long=True).status == "excellent"


def test_a_screen_is_a_value_and_another_front_end_needs_no_widget(spec):
    first = open_lab(spec)
    moved = change(first, {"a": 9, "step": 40})
    assert (first.state["a"], moved.state["a"]) == (1, 9)
    assert moved.html.count("<svg") == 1
    assert (moved.words, list(moved.off)) == ("a = 9 <at> step 40", [])
    assert moved.controls["step"] == Player("Step", 40, 1, 50)
    assert start_from(moved, "start") == first
    assert change(first, {"a": 7}).words == (
        "This lab has an error, and Reset may help: ZeroDivisionError: seven"
    )


def test_an_unknown_preset_is_named(lab):
    with pytest.raises(ValueError, match="'start', 'far', got 'near'"):
        lab.start_from("near")


@pytest.mark.parametrize("preset", [[1], {}, 1, b"start", "x" * 5_000])
def test_what_is_no_preset_is_quoted_in_short(spec, preset):
    with pytest.raises(ValueError, match=r"^preset: expected one of 'start', 'far', got .{1,60}$"):
        open_lab(spec, preset)


def test_controls_and_parameters_of_the_view_must_agree(recorder):
    with pytest.raises(ValueError, match="parameters of the view"):
        LabSpec("test_lab", recorder.view, {"a": Slider("A", 1, 0, 10)}, PRESETS)


def test_a_preset_that_a_control_does_not_take_is_named(recorder):
    with pytest.raises(ValueError, match=r"presets\['far'\]: step: 'Step' takes .* got 0"):
        LabSpec("test_lab", recorder.view, CONTROLS, {"start": {}, "far": {"step": 0}})


def test_the_line_of_words_is_owned_by_a_live_region_that_stays(lab):
    live = lab.children[1]
    before = live.value
    lab.set(a=2)
    assert live.value == before
    assert 'aria-live="polite"' in before
    assert f'aria-owns="{lab._line}"' in before
    assert f'<p id="{lab._line}"' in lab._status.value


def test_the_play_button_and_its_slider_are_one_control():
    player = widget_of(Player("Step", 3, 1, 50))
    player.max = 20
    player.value = 7
    player.disabled = True
    slider, play = player.children
    assert (slider.max, slider.value, slider.disabled) == (20, 7, True)
    assert (play.max, play.value, play.disabled) == (20, 7, True)
