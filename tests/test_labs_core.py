"""What every lab has: state, presets, Reset, one drawing per change, errors that are seen."""

import subprocess
import sys

import pytest

from lstm_teach.labs import controls
from lstm_teach.labs.core import Lab, View
from lstm_teach.plotting import Picture

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
def lab(recorder):
    made = {
        "a": controls.whole("A", 1, 0, 10),
        "step": controls.player("Step", 3, 1, 50),
        "on": controls.switch("On", True),
    }
    return Lab("test_lab", recorder.view, made, PRESETS)


def test_a_lab_opens_in_its_first_preset_and_draws_once(lab, recorder):
    assert lab.state == {"a": 1, "step": 3, "on": True}
    assert recorder.calls == [(1, 3, True)]
    assert "a is 1" in lab._picture.value


def test_a_lab_opens_in_the_preset_that_is_asked_for(recorder):
    made = {
        "a": controls.whole("A", 1, 0, 10),
        "step": controls.whole("S", 3, 1, 50),
        "on": controls.switch("On"),
    }
    assert Lab("test_lab", recorder.view, made, PRESETS, "far").state == {"a": 9, "step": 40, "on": False}


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
    [({"b": 1}, "b: no such control"), ({"a": 11}, "a: .*0 to 10"), ({"a": "x"}, "a: .*'x'")],
)
def test_a_wrong_setting_is_named(lab, changes, words):
    with pytest.raises(ValueError, match=words):
        lab.set(**changes)


def test_an_unknown_preset_is_named(lab):
    with pytest.raises(ValueError, match="'start', 'far', got 'near'"):
        lab.start_from("near")


def test_controls_and_parameters_of_the_view_must_agree(recorder):
    with pytest.raises(ValueError, match="parameters of the view"):
        Lab("test_lab", recorder.view, {"a": controls.whole("A", 1, 0, 10)}, PRESETS)


def test_the_line_of_words_is_owned_by_a_live_region_that_stays(lab):
    live = lab.children[1]
    before = live.value
    lab.set(a=2)
    assert live.value == before
    assert 'aria-live="polite"' in before
    assert f'aria-owns="{lab._line}"' in before
    assert f'<p id="{lab._line}"' in lab._status.value


def test_the_play_button_and_its_slider_are_one_control():
    player = controls.player("Step", 3, 1, 50)
    player.max = 20
    player.value = 7
    player.disabled = True
    slider, play = player.children
    assert (slider.max, slider.value, slider.disabled) == (20, 7, True)
    assert (play.max, play.value, play.disabled) == (20, 7, True)


def test_labs_load_neither_pyplot_nor_keras():
    program = (
        "import sys; from lstm_teach.labs import squash_lab, counting_lab; "
        "print([m for m in ('matplotlib', 'keras', 'tensorflow', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
