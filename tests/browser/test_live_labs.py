"""The labs in a web page: every control by mouse, keyboard and touch, on large screens and on telephones."""

import pytest
from driving import plan
from live_pages import CUT, SAME, SMALLEST_WORDS, START, TOGETHER, WORDS_OUTSIDE, LiveLab, live_lab, pressed

from lstm_teach.labs import LABS, core

NAMES = "controls => controls.map(control => control.dataset.control)"


def tapped(lab, part, across=0.5):
    """A finger on a part of the page."""
    part.scroll_into_view_if_needed()
    box = part.bounding_box()
    lab.page.touchscreen.tap(box["x"] + across * box["width"], box["y"] + box["height"] / 2)


def ways(lab, name):
    """What a mouse, a keyboard and a finger can do with a control, by their names."""
    control, kind = lab.control(name), lab.spec.controls[name].kind
    if kind in ("slider", "player"):
        slider = control.locator("input")
        low, now, high = (float(slider.get_attribute(end) or 0) for end in ("min", "value", "max"))
        now = float(slider.input_value())
        up = now - low < high - now
        across = 0.8 if up else 0.2
        box = slider.bounding_box()
        place = {"x": across * box["width"], "y": box["height"] / 2}
        yield "mouse", lambda: slider.click(position=place)
        yield "keyboard", lambda: pressed(lab, slider, "ArrowRight" if up else "ArrowLeft")
        yield "touch", lambda: tapped(lab, slider, across)
    elif kind == "choice":
        other = control.locator("input:not(:checked)").last
        label = control.locator("label", has=lab.page.locator("input:not(:checked)")).last
        yield "mouse", label.click
        yield "keyboard", lambda: pressed(lab, other, "Space")
        yield "touch", lambda: tapped(lab, label)
    elif kind == "switch":
        box = control.locator("input")
        yield "mouse", box.click
        yield "keyboard", lambda: pressed(lab, box, "Space")
        yield "touch", lambda: tapped(lab, control.locator("label"))
    elif kind == "menu":
        menu = control.locator("select")
        place = menu.evaluate("list => list.selectedIndex")
        last = menu.evaluate("list => list.options.length") - 1
        # The list that opens belongs to the system, for a mouse and for a finger.
        yield "mouse", lambda: menu.select_option(index=0 if place == last else place + 1)
        yield "keyboard", lambda: pressed(lab, menu, "ArrowUp" if place == last else "ArrowDown")
    else:
        field = control.locator("input")

        def write():
            if kind == "number":
                lowest = lab.value(name) == lab.spec.controls[name].low
                lab.page.keyboard.press("ArrowUp" if lowest else "ArrowDown")
            else:
                lab.page.keyboard.press("End")
                lab.page.keyboard.press("Backspace")

        yield "mouse", lambda: (field.click(), write())
        yield "keyboard", lambda: (field.focus(), write())
        yield "touch", lambda: (tapped(lab, field), write())


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.smoke] * (name == "gate_lab")) for name in LABS]
)
def test_every_control_by_mouse_keyboard_and_touch_gives_the_picture_of_the_notebook(page, labs_at, name):
    lab = live_lab(page, f"{labs_at}/{name}.html")
    names = list(lab.spec.controls)
    for preset, places in plan(name):
        start = lab.start_from(preset)
        for control in (names[place] for place in places):
            for way, move in ways(lab, control):
                before = lab.value(control)
                move()
                lab.wait_until(lambda c=control, b=before: lab.value(c) != b, f"{control} by {way}")
                wanted = core.change(start, {control: lab.value(control)})
                lab.wait_until(lambda w=wanted: lab.shows(w), f"{name}, {preset}, {control} by {way}")
                off = page.locator(".control[data-off]").evaluate_all(
                    "all => all.map(c => c.dataset.control)"
                )
                assert sorted(off) == sorted(wanted.off)
                lab.reset.click()
                lab.wait_until(lambda s=start: lab.shows(s), f"{name}, {preset}: Reset")


@pytest.mark.parametrize("name", LABS)
def test_every_state_of_python_in_the_browser_is_that_of_this_machine(page, labs_at, name):
    """The same digits, the same pixels: every preset, and every control at other values from the first."""
    page.goto(f"{labs_at}/{name}.html")
    spec = LABS[name]
    asked = [(preset, {}) for preset in spec.presets]
    first = core.open_lab(spec)
    for control, now in first.controls.items():
        if hasattr(now, "options"):
            asked += [(first.preset, {control: option}) for option in list(now.options)[:4]]
        elif hasattr(now, "low"):
            kind = type(spec.controls[control].value)
            asked += [(first.preset, {control: kind(now.low + (now.high - now.low) / 3)})]
    differ = []
    answers = page.evaluate(
        """async ([lab, asked]) => {
            const { startPython } = await import('./live/python.js');
            const python = startPython('states'), web = 'live.labs', shown = [];
            for (const [preset, changes] of asked) {
                await python.call(`${web}.open`, ['here', lab, preset]);
                const { html, status } = await python.call(`${web}.set`, ['here', changes]);
                shown.push([html, status]);
            }
            return shown;
        }""",
        [name, asked],
    )
    for (preset, changes), shown in zip(asked, answers, strict=True):
        screen = core.change(core.open_lab(spec, preset), changes)
        if shown != [screen.html, screen.words]:
            differ.append((preset, changes))
    assert differ == []


def test_a_number_beyond_its_range_is_refused_in_words_and_can_be_typed_on(page, labs_at):
    lab = live_lab(page, f"{labs_at}/counting_lab.html")
    start = lab.start_from("the worked model")
    field = lab.control("dense").locator("input")
    field.fill("64000")
    lab.wait_until(lambda: lab.status.inner_text().startswith("This does not work: dense: "), "refused")
    assert lab.picture.evaluate(SAME, start.html)
    assert field.input_value() == "64000"
    pressed(lab, field, "Backspace")
    pressed(lab, field, "Backspace")
    lab.wait_until(lambda: lab.shows(core.change(start, {"dense": 640})), "typed on")


@pytest.mark.parametrize("name", ["gate_lab", "reader_lab"])
def test_play_steps_through_and_stops_at_the_end_or_when_it_is_told(page, labs_at, name):
    lab = live_lab(page, f"{labs_at}/{name}.html")
    control = next(name for name, control in lab.spec.controls.items() if control.kind == "player")
    button = lab.control(control).get_by_role("button")
    slider = lab.control(control).locator("input")
    before = lab.value(control)
    button.click()
    assert button.inner_text() == "Pause"
    lab.wait_until(lambda: lab.value(control) != before, "Play")
    pressed(lab, button, "Space")
    assert button.inner_text() == "Play"
    pressed(lab, slider, "End")
    pressed(lab, slider, "ArrowLeft")
    button.click()
    lab.wait_until(lambda: button.inner_text() == "Play", "Play to the end")
    assert lab.value(control) == float(slider.get_attribute("max"))


def test_a_drag_ends_in_the_picture_of_its_last_value(page, labs_at):
    lab = live_lab(page, f"{labs_at}/gate_lab.html")
    start = lab.start_from("as learned")
    page.evaluate(
        """() => {
            const slider = document.querySelector('[data-control=step] input');
            for (let step = 1; step <= 30; step++) {
                slider.value = step;
                slider.dispatchEvent(new Event('input', { bubbles: true }));
            }
        }"""
    )
    wanted = core.change(start, {"step": 30})
    lab.wait_until(lambda: lab.shows(wanted), "the last of thirty values")


def test_a_finger_on_a_still_picture_makes_the_page_live(page, labs_at):
    page.goto(f"{labs_at}/two.html")
    pictures = page.locator("[data-part=picture]")
    pictures.nth(1).click()
    page.locator("section.lstm-lab[data-state=live]").nth(1).wait_for(timeout=START)
    assert page.locator(".lstm-progress").inner_text() == "This page is live."
    assert page.get_by_role("button", name="Make this page live").count() == 0
    first, other = (LiveLab(page, page.locator("section.lstm-lab").nth(k)) for k in (0, 1))
    assert (first.preset.input_value(), other.preset.input_value()) == ("add", "erase")
    other.start_from("overwrite")
    assert first.shows(core.open_lab(LABS["gate_lab"], "add"))


def test_every_control_has_a_name_and_the_status_is_a_live_region(page, labs_at):
    lab = live_lab(page, f"{labs_at}/gate_lab.html")
    for control in lab.spec.controls.values():
        if control.kind == "choice":
            assert lab.root.get_by_role("group", name=control.label, exact=True).count() == 1
        else:
            assert lab.root.get_by_label(control.label, exact=True).count() == 1
    assert lab.status.get_attribute("role") == "status"


# --- telephones ---------------------------------------------------------------------------------------------


@pytest.mark.smoke
@pytest.mark.parametrize("width", [390, 360])
def test_a_telephone_shows_every_picture_whole_with_words_of_11_pixels(page, labs_at, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{labs_at}/all.html")
    assert page.locator("section.lstm-lab").count() > 60
    assert page.evaluate(SMALLEST_WORDS) >= 11
    assert page.evaluate(WORDS_OUTSIDE) == []
    assert page.evaluate(CUT) == 0


@pytest.mark.parametrize("name", LABS)
def test_on_a_telephone_all_controls_and_the_first_picture_are_seen_at_once(page, labs_at, name):
    page.set_viewport_size({"width": 390, "height": 844})
    lab = live_lab(page, f"{labs_at}/{name}.html")
    for preset in lab.spec.presets:
        screen = lab.start_from(preset)
        for control in lab.spec.controls:
            assert lab.control(control).is_visible() == (control not in screen.off), (preset, control)
        assert page.evaluate(CUT) == 0, preset
        assert page.evaluate(WORDS_OUTSIDE) == [], preset
        assert lab.root.evaluate(TOGETHER) <= 844, preset


@pytest.mark.smoke
def test_every_lab_of_every_page_comes_alive_as_the_notebook_shows_it(opened, site):
    seen = 0
    for name in ("index", *site.lessons):
        page = opened(f"{name}.html")
        sections = page.locator("section.lstm-lab")
        if not sections.count():
            continue
        page.get_by_role("button", name="Make this page live").click()
        page.locator("section.lstm-lab:not([data-state=live])").first.wait_for(
            state="detached", timeout=START
        )
        for k in range(sections.count()):
            lab = LiveLab(page, sections.nth(k))
            start = core.open_lab(lab.spec, lab.root.get_attribute("data-preset") or None)
            assert lab.shows(start), (name, lab.name)
            lab.start_from(list(lab.spec.presets)[-1])
            seen += 1
    assert seen
