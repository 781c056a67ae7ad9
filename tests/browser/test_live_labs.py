"""The labs in a web page: every control by mouse, keyboard and touch, and what may go wrong around them."""

import json
import re
import shutil
from urllib.parse import urlencode

import pytest
from driving import plan
from live_pages import SAME, START, LiveLab

from lstm_teach.labs import LABS, core
from tools.lab_pages import ONE_EACH, served, write_lab_pages

NAMES = "controls => controls.map(control => control.dataset.control)"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("live")
    write_lab_pages(folder, ONE_EACH | {"two": [("gate_lab", "add"), ("gate_lab", "erase")]})
    return folder


@pytest.fixture(scope="module")
def address(folder):
    with served(folder) as address:
        yield address


@pytest.fixture
def page(browser):
    """A page with mouse, keyboard and touch screen, which neither asks elsewhere nor reports an error."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, has_touch=True, permissions=["clipboard-write"]
    )
    page = context.new_page()
    page.asked, page.errors = [], []
    page.expected = re.compile("(?!)")  # errors that a test provokes
    context.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda message: message.type == "error" and page.errors.append(message.text))
    yield page
    here = ("http://127.0.0.1:", "data:", "blob:", "about:")  # every server of these tests is on this machine
    assert [url for url in page.asked if not url.startswith(here)] == []
    assert [error for error in page.errors if not page.expected.search(error)] == []
    context.close()


def live_lab(page, address: str) -> LiveLab:
    """The first lab of a page, live."""
    page.goto(address)
    page.get_by_role("button", name="Make this page live").click()
    page.locator("section.lstm-lab[data-state=live]").first.wait_for(timeout=START)
    return LiveLab(page, page.locator("section.lstm-lab").first)


def pressed(lab, part, key):
    part.focus()
    lab.page.keyboard.press(key)


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
            lab.page.keyboard.press("End")
            lab.page.keyboard.press("Backspace")

        yield "mouse", lambda: (field.click(), write())
        yield "keyboard", lambda: (field.focus(), write())
        yield "touch", lambda: (tapped(lab, field), write())


@pytest.mark.parametrize("name", LABS)
def test_every_control_by_mouse_keyboard_and_touch_gives_the_picture_of_the_notebook(page, address, name):
    lab = live_lab(page, f"{address}/{name}.html")
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
def test_every_state_of_python_in_the_browser_is_that_of_this_machine(page, address, name):
    """The same digits, the same pixels: every preset, and every control at other values from the first."""
    page.goto(f"{address}/{name}.html")
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
            const python = startPython('states'), web = 'lstm_teach.labs.web', shown = [];
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


def test_a_number_beyond_its_range_is_refused_in_words_and_can_be_typed_on(page, address):
    lab = live_lab(page, f"{address}/counting_lab.html")
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
def test_play_steps_through_and_stops_at_the_end_or_when_it_is_told(page, address, name):
    lab = live_lab(page, f"{address}/{name}.html")
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


def test_a_drag_ends_in_the_picture_of_its_last_value(page, address):
    lab = live_lab(page, f"{address}/gate_lab.html")
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


def test_a_finger_on_a_still_picture_makes_the_page_live(page, address):
    page.goto(f"{address}/two.html")
    pictures = page.locator("[data-part=picture]")
    pictures.nth(1).click()
    page.locator("section.lstm-lab[data-state=live]").nth(1).wait_for(timeout=START)
    assert page.locator(".lstm-progress").inner_text() == "This page is live."
    assert page.get_by_role("button", name="Make this page live").count() == 0
    first, other = (LiveLab(page, page.locator("section.lstm-lab").nth(k)) for k in (0, 1))
    assert (first.preset.input_value(), other.preset.input_value()) == ("add", "erase")
    other.start_from("overwrite")
    assert first.shows(core.open_lab(LABS["gate_lab"], "add"))


def test_every_control_has_a_name_and_the_status_is_a_live_region(page, address):
    lab = live_lab(page, f"{address}/gate_lab.html")
    for control in lab.spec.controls.values():
        if control.kind == "choice":
            assert lab.root.get_by_role("group", name=control.label, exact=True).count() == 1
        else:
            assert lab.root.get_by_label(control.label, exact=True).count() == 1
    assert lab.status.get_attribute("role") == "status"


# --- links ------------------------------------------------------------------------------------------------


def link(address, lab="gate_lab-1", **asked):
    return f"{address}/gate_lab.html#{urlencode({'lab': lab, **asked})}"


def test_a_copied_link_opens_the_same_state(page, address):
    lab = live_lab(page, f"{address}/gate_lab.html")
    lab.start_from("add")
    lab.control("step").locator("input").focus()
    page.keyboard.press("Home")
    lab.control("f").get_by_label("closed").check()
    wanted = core.change(core.open_lab(LABS["gate_lab"], "add"), {"step": 1, "f": "closed"})
    lab.wait_until(lambda: lab.shows(wanted), "two changes")
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
    assert (lab.value("step"), lab.value("f")) == (1, "closed")


def test_a_link_can_be_copied_by_hand_where_the_clipboard_is_closed(page, address):
    lab = live_lab(page, f"{address}/gate_lab.html")
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
def test_a_broken_link_opens_a_preset_and_says_so_in_words(page, address, asked):
    page.goto(link(address, **asked))
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


def test_a_hostile_sentence_in_a_link_is_shown_as_text(page, address):
    page.goto(link(address, preset="a sentence", sentence=HOSTILE))
    lab = LiveLab(page, page.locator("section.lstm-lab").first)
    lab.wait_for("live")
    assert lab.value("sentence") == HOSTILE
    assert page.locator("img, main script").count() == 0
    assert page.title() == "Labs"


def test_a_link_to_a_lab_that_is_not_on_the_page_says_so(page, address):
    page.goto(link(address, lab=HOSTILE))
    progress = page.locator(".lstm-progress", has_text="names a lab that is not here")
    progress.wait_for()
    assert progress.evaluate("part => part.childElementCount") == 0


# --- what goes wrong --------------------------------------------------------------------------------------


def test_a_worker_that_is_killed_is_replaced_and_the_lab_goes_on_where_it_was(page, address):
    lab = live_lab(page, f"{address}/gate_lab.html")
    start = lab.start_from("add")
    pressed(lab, lab.control("step").locator("input"), "Home")
    lab.wait_until(lambda: lab.shows(core.change(start, {"step": 1})), "before")
    # As a browser does that needs memory: without a word.
    page.workers[0].evaluate("setTimeout(() => self.close())")
    lab.control("f").get_by_label("closed").check()
    wanted = core.change(start, {"step": 1, "f": "closed"})
    for _ in range(4):  # the silence, and another start of Python
        try:
            lab.wait_until(lambda: lab.shows(wanted), "after")
            break
        except AssertionError:
            continue
    assert lab.shows(wanted)
    assert lab.state == "live"


def test_a_page_whose_python_cannot_be_loaded_says_why_and_stays_and_may_try_again(page, folder, tmp_path):
    broken = tmp_path / "site"
    shutil.copytree(folder, broken)
    wasm = broken / "python" / "pyodide.asm.wasm"
    wasm.rename(tmp_path / "elsewhere.wasm")
    page.expected = re.compile("404|wasm|Failed to load")
    with served(broken) as elsewhere:
        page.goto(f"{elsewhere}/gate_lab.html")
        still = page.locator("[data-part=picture]").inner_html()
        button = page.get_by_role("button", name="Make this page live")
        button.click()
        page.locator("section.lstm-lab[data-state=failed]").wait_for(timeout=START)
        said = page.locator("section.lstm-lab [role=status]").inner_text()
        assert said.startswith("This lab is not live. Python has failed: ")
        assert "404" in said
        assert page.locator("[data-part=picture]").inner_html() == still
        (tmp_path / "elsewhere.wasm").rename(wasm)
        button.click()
        page.locator("section.lstm-lab[data-state=live]").wait_for(timeout=START)


def test_after_one_live_visit_the_site_works_without_a_network(page, folder):
    page.expected = re.compile("ERR_CONNECTION_REFUSED")
    with served(folder) as elsewhere:
        live_lab(page, f"{elsewhere}/gate_lab.html")
        page.evaluate("async () => { await navigator.serviceWorker.ready; }")
        names = json.loads(re.search(r"FILES = (\[.*?\]);", (folder / "sw.js").read_text(), re.DOTALL)[1])
        kept = "caches.open((await caches.keys())[0]).then(async kept => (await kept.keys()).length)"
        for _ in range(600):
            if page.evaluate(f"async () => await {kept}") == len(names):
                break
            page.wait_for_timeout(100)
    for name in ("gate_lab", "squash_lab"):  # the server is gone; the second page was never seen
        lab = live_lab(page, f"{elsewhere}/{name}.html")
        assert lab.shows(core.open_lab(lab.spec))


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
