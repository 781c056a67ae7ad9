"""The pages for everybody: axe-core finds nothing serious, the keyboard reaches all, nothing must move."""

import pytest
from live_pages import CUT, SMALLEST_WORDS, WIDER

LOADING = 90_000  # milliseconds
SERIOUS = """async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
    .filter(found => ['serious', 'critical'].includes(found.impact))
    .map(found => `${found.id}: ${found.nodes.slice(0, 3).map(node => node.html.slice(0, 150)).join()}`)"""
# What Tab must reach: what can be seen and moved; of radio buttons, the one that is checked, or the first.
MOVABLE = """() => {
    const kinds = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
    const all = [...document.querySelectorAll(kinds)];
    const seen = all.filter(part => part.checkVisibility({ visibilityProperty: true }) && !part.disabled);
    const group = part => seen.filter(other => other.type === 'radio' && other.name === part.name);
    const reached = part => part.type !== 'radio'
        || part === (group(part).find(other => other.checked) ?? group(part)[0]);
    return seen.filter(reached).map(part => part.dataset.nth = all.indexOf(part) + 1).length;
}"""
HERE = "[document.activeElement.dataset.nth ?? '', document.activeElement.localName]"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_page(opened, site, axe, scheme):
    for name in ("index", *site.lessons):
        page = opened(f"{name}.html", color_scheme=scheme)
        page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
        page.evaluate(axe)
        assert page.evaluate(SERIOUS) == [], name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_a_live_page(opened, axe, scheme):
    page = opened("03_forget_gate.html", color_scheme=scheme)
    page.get_by_role("button", name="Make this page live").click()
    page.get_by_role("button", name="Run and check").first.click()
    for part in (".lstm-lab[data-state=live] >> nth=1", ".not-yet"):
        page.locator(part).wait_for(timeout=LOADING)
    page.evaluate(axe)
    assert page.evaluate(SERIOUS) == []


def tabbed_through(page) -> int:
    """Press Tab through the page, and return how many different parts it came to."""
    reached = set()
    for _ in range(2 * page.evaluate(MOVABLE)):
        page.keyboard.press("Tab")
        nth, kind = page.evaluate(HERE)
        reached.add(nth)
        if kind == "textarea":
            page.keyboard.press("Escape")
    return len(reached - {""})


@pytest.mark.parametrize("width", [1280, 390])
def test_the_keyboard_reaches_everything_that_can_be_moved(opened, width):
    page = opened("03_forget_gate.html", viewport={"width": width, "height": 844})
    page.get_by_role("button", name="Download as a notebook").wait_for()
    assert tabbed_through(page) == page.evaluate(MOVABLE)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_keyboard_alone_makes_a_page_live_and_reaches_every_control(opened, width):
    page = opened("03_forget_gate.html", viewport={"width": width, "height": 844})
    page.get_by_role("button", name="Download as a notebook").wait_for()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "lstm-live":
            break
    page.keyboard.press("Enter")
    page.locator(".lstm-lab:not([data-state=live])").first.wait_for(state="detached", timeout=LOADING)
    assert "lstm-progress" in page.evaluate("document.activeElement.className")  # the focus is not lost
    before = page.evaluate(MOVABLE)
    assert before > 40
    assert tabbed_through(page) == before


@pytest.mark.parametrize("size", [(640, 400), (390, 844)], ids=["200 % of 1280", "telephone"])
def test_a_live_page_fits_its_screen_when_enlarged_and_on_a_telephone(opened, size, artifacts):
    page = opened(
        "03_forget_gate.html",
        viewport=dict(zip(("width", "height"), size, strict=True)),
        device_scale_factor=2,
        reduced_motion="reduce",
    )
    page.get_by_role("button", name="Make this page live").click()
    page.locator(".lstm-lab:not([data-state=live])").first.wait_for(state="detached", timeout=LOADING)
    assert page.evaluate(WIDER) <= 0
    assert page.evaluate(CUT) == 0
    assert page.evaluate(SMALLEST_WORDS) >= 11
    page.locator(".lstm-lab").first.screenshot(path=artifacts / f"site-live-{size[0]}.png")


def test_nothing_moves_by_itself_for_those_who_want_it_so(opened):
    behaviour = "getComputedStyle(document.documentElement).scrollBehavior"
    assert opened("index.html", reduced_motion="no-preference").evaluate(behaviour) == "smooth"
    assert opened("index.html", reduced_motion="reduce").evaluate(behaviour) == "auto"


def test_a_page_prints_without_what_only_a_screen_can_do(opened):
    page = opened("03_forget_gate.html")
    page.emulate_media(media="print", color_scheme="dark")
    for part in ("header", ".contents.beside", ".door", "[data-part=buttons] >> nth=0"):
        assert not page.locator(part).is_visible()
    assert page.locator(".lstm-lab svg").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
