"""The state of a lab in the address of its page: copied, opened, broken and hostile."""

from urllib.parse import urlencode

import pytest
from live_pages import LiveLab, live_lab

from lstm_teach.labs import core


def link(labs_at, lab="gate_lab-1", **asked):
    page = lab.removesuffix("-1")
    return f"{labs_at}/{page}.html#{urlencode({'lab': lab, **asked})}"


MOVED = {
    "gate_lab": ("add", {"step": 1, "f": "closed"}),
    "writer_lab": ("as learned", {"text": "Is it good? It is", "temperature": 0.3, "seed": 7, "state": "h"}),
    "padding_lab": ("padding at the end", {"third": "ein Film & mehr", "longest": True}),
}
"""For some labs a preset, and controls that are moved from there."""


@pytest.mark.parametrize("name", MOVED)
def test_a_copied_link_opens_the_same_state(page, labs_at, name):
    lab, (preset, changes) = live_lab(page, f"{labs_at}/{name}.html"), MOVED[name]
    lab.start_from(preset)
    for control, value in changes.items():
        lab.move(control, value)
    wanted = core.change(core.open_lab(lab.spec, preset), changes)
    lab.wait_until(lambda: lab.shows(wanted), "all changes")
    page.evaluate(
        "navigator.clipboard.writeText = text => { document.title = text; return Promise.resolve(); }"
    )
    lab.root.get_by_role("button", name="Copy link").click()
    lab.root.get_by_role("button", name="Link copied").wait_for()
    copied = page.title()
    page.goto("about:blank")
    page.goto(copied)
    lab = LiveLab(page, page.locator("section.lstm-lab").first)
    lab.wait_for("live")
    assert lab.shows(wanted)
    assert {control: lab.value(control) for control in changes} == changes


def test_a_link_can_be_copied_by_hand_where_the_clipboard_is_closed(page, labs_at):
    lab = live_lab(page, f"{labs_at}/gate_lab.html")
    page.evaluate(
        "() => { navigator.clipboard.writeText = async () => { throw new Error('not allowed'); }; }"
    )
    lab.root.get_by_role("button", name="Copy link").click()
    shown = lab.root.get_by_label("Link", exact=True)
    assert "lab=gate_lab-1" in shown.input_value()
    assert shown.evaluate("field => field.selectionEnd - field.selectionStart") == len(shown.input_value())


HOSTILE = '"><img src=x onerror="document.title=\'taken\'"><script>document.title="taken"</script>'


@pytest.mark.parametrize(
    "asked",
    [
        {"preset": "no such preset"},
        {"preset": "add", "f": "ajar"},
        {"preset": "add", "step": "soon"},
        {"preset": "add", "nonsense": "1"},
        {"preset": HOSTILE},
        {"preset": "add", "f": HOSTILE},
        {"preset": "add", HOSTILE: "1"},
    ],
    ids=["preset", "option", "number", "name", "hostile preset", "hostile option", "hostile name"],
)
def test_a_broken_link_opens_a_preset_and_says_so_in_words(page, labs_at, asked):
    page.goto(link(labs_at, **asked))
    lab = LiveLab(page, page.locator("section.lstm-lab").first)
    lab.wait_for("live")
    said = lab.status.inner_text()
    assert said.startswith("This link asks for what the lab does not have")
    first = next(iter(lab.spec.presets))
    preset = asked["preset"] if asked["preset"] in lab.spec.presets else first
    assert lab.preset.input_value() == preset
    assert lab.picture.evaluate("part => part.querySelectorAll('img, script').length") == 0
    assert lab.status.evaluate("part => part.childElementCount") == 0
    assert page.title() == "Labs"


@pytest.mark.parametrize(
    ("name", "preset", "field"),
    [
        ("gate_lab", "a sentence", "sentence"),
        ("writer_lab", "as learned", "text"),
        ("padding_lab", "padding at the end", "third"),
    ],
)
def test_a_hostile_text_in_a_link_is_shown_as_text(page, labs_at, name, preset, field):
    page.goto(link(labs_at, f"{name}-1", preset=preset, **{field: HOSTILE}))
    lab = LiveLab(page, page.locator("section.lstm-lab").first)
    lab.wait_for("live")
    assert lab.value(field) == HOSTILE
    assert page.locator("img, main script").count() == 0
    assert page.title() == "Labs"


def test_a_link_to_a_lab_that_is_not_on_the_page_says_so(page, labs_at):
    page.goto(link(labs_at).replace("lab=gate_lab-1", urlencode({"lab": HOSTILE})))
    progress = page.locator(".lstm-progress", has_text="names a lab that is not here")
    progress.wait_for()
    assert progress.evaluate("part => part.childElementCount") == 0
