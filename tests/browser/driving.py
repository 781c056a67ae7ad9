"""Moving the controls of a lab on a page, by mouse and by keyboard, as a reader would."""

import re
from collections.abc import Callable, Iterator

import lstm_teach.labs
from lstm_teach.labs.notebook import Lab

CHANGE = (
    10_000  # milliseconds in which a picture must have changed: generous, speed is for benchmarks/labs.py
)
FLAWS = """lab => {
    const box = part => part.getBoundingClientRect();
    const cut = part => part.scrollWidth > part.clientWidth + 1;
    const leaves = text => {
        const words = box(text), picture = box(text.closest('svg'));
        return words.width && (words.left < picture.left - 2 || words.right > picture.right + 2
            || words.top < picture.top - 2 || words.bottom > picture.bottom + 2);
    };
    const scale = svg => box(svg).width / svg.viewBox.baseVal.width;
    const size = svg => scale(svg) * parseFloat(getComputedStyle(svg).fontSize);
    const words = parts => parts.map(part => part.textContent);
    return {
        'the lab is cut off': cut(lab),
        'labels cut off': words([...lab.querySelectorAll('.widget-label')].filter(cut)).join(),
        'words outside their picture': words([...lab.querySelectorAll('svg text')].filter(leaves)).join(),
        'letters of so many pixels': [...lab.querySelectorAll('svg')].map(size).filter(px => px < 12).join(),
    };
}"""
# The contrast of two colours as WCAG 2.2 defines it, from what a canvas makes of them.
CONTRAST = """([colour, ground]) => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const luminance = painted => {
        for (const layer of [ground, painted]) { canvas.fillStyle = layer; canvas.fillRect(0, 0, 1, 1); }
        const light = [...canvas.getImageData(0, 0, 1, 1).data].map(
            v => v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
        return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2];
    };
    const [low, high] = [luminance(colour), luminance(ground)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
}"""
# Words below 4.5 : 1 and lines below 3 : 1, beside the first ground behind the lab that hides what is below.
FAINT = f"""lab => {{
    const contrast = {CONTRAST}, style = getComputedStyle;
    let behind = lab;
    while (/, 0\\)$|transparent/.test(style(behind).backgroundColor)) behind = behind.parentElement;
    const beside = colour => contrast([colour, style(behind).backgroundColor]);
    const all = selector => [...lab.querySelectorAll(selector)];
    const words = all('svg text, .widget-label, .lt-status').filter(part => part.textContent);
    const lines = all('svg .line').filter(part => style(part).stroke !== 'none');
    return [
        ...words.filter(part => beside(style(part)[part.closest('svg') ? 'fill' : 'color']) < 4.5)
            .map(part => part.textContent),
        ...lines.map(part => style(part).stroke).filter(colour => beside(colour) < 3),
    ];
}}"""
KINDS = {
    "slider": ".noUi-handle",
    "buttons": ".jupyter-button",
    "box": "input[type=checkbox]",
    "list": "select",
    "number": "input[type=number]",
    "words": "input[type=text]",
}


def file_name(lab: str, preset: str) -> str:
    """The beginning of the name of a screenshot."""
    return f"{lab}-{re.sub('[^a-z0-9]+', '-', preset.lower()).strip('-')}"


def plan(name: str) -> Iterator[tuple[str, list[int]]]:
    """Presets, and with each the places of the controls that can be moved in it: every control comes once."""
    lab: Lab = getattr(lstm_teach.labs, name)()
    left = dict.fromkeys(range(len(lab.controls)))
    for preset in lab.presets:
        lab.start_from(preset)
        here = [k for k, control in enumerate(lab.controls.values()) if k in left and not control.disabled]
        for k in here:
            del left[k]
        if here:
            yield preset, here
    assert not left, f"{name}: no preset lets the controls {[list(lab.controls)[k] for k in left]} be moved"


class LabOnPage:
    """One lab that a page shows; `root` is a locator of its element."""

    def __init__(self, page, root) -> None:
        self.page, self.root = page, root
        self.controls = root.locator(":scope > .widget-gridbox > :not(:first-child)")
        start = root.locator(":scope > .widget-gridbox > :first-child")
        self.preset, self.reset = start.locator("select"), start.locator("button")

    def shown(self) -> str:
        """The picture and the line of words, as they stand in the page."""
        return self.root.evaluate("lab => [...lab.children].slice(-2).map(part => part.innerHTML).join('')")

    def height(self) -> float:
        """How high the lab is, in pixels."""
        return self.root.evaluate("lab => lab.getBoundingClientRect().height")

    def flaws(self) -> dict[str, object]:
        """What no state of a lab may have: words cut off or outside their picture, letters below 9 points."""
        return {what: found for what, found in self.root.evaluate(FLAWS).items() if found}

    def too_faint(self) -> list[str]:
        """Words and lines that can hardly be seen on their ground (WCAG 2.2, 1.4.3 and 1.4.11)."""
        return self.root.evaluate(FAINT)

    def wait(self, wanted: Callable[[str], bool], what: str) -> str:
        """The picture, as soon as it is as it should be."""
        for _ in range(CHANGE // 50):
            if wanted(now := self.shown()):
                return now
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{what}: the picture is not what it should be after {CHANGE} ms")

    def after(self, action: Callable[[], object], what: str) -> str:
        """Do something, and wait for a new picture; no error may show."""
        before = self.shown()
        action()
        now = self.wait(lambda shown: shown != before, what)
        assert "lt-error" not in now, f"{what}: {self.root.inner_text()}"
        return now

    def start_from(self, preset: str) -> str:
        """Choose a preset, and wait for its picture."""
        self.preset.select_option(preset)
        self.reset.click()
        self.page.wait_for_timeout(300)
        return self.settled()

    def settled(self) -> str:
        """The picture when it has stopped changing."""
        before = None
        for _ in range(100):
            if (now := self.shown()) == before:
                return now
            before = now
            self.page.wait_for_timeout(200)
        raise AssertionError("the picture does not come to rest")

    def move_all(self, name: str, after_key: Callable[[str], object] = lambda what: None) -> None:
        """Every control by mouse and by keyboard, and Reset after each; `after_key` follows each key."""
        for preset, places in plan(name):
            start = self.start_from(preset)
            for place in places:
                control = self.controls.nth(place)
                kind = next(kind for kind, selector in KINDS.items() if control.locator(selector).count())
                control.scroll_into_view_if_needed()
                what = f"{name}, {preset}, {control.inner_text()!r}"
                for way, action in self._actions(kind, control):
                    height = self.height()
                    self.after(action, f"{what} by {way}")
                    if kind == "slider":
                        assert abs(self.height() - height) <= 1, f"{what}: the page jumps"
                    if way == "keyboard":
                        after_key(what)
                    self.reset.click()
                    self.wait(lambda shown, start=start: shown == start, f"{what}: Reset after {way}")

    def _actions(self, kind: str, control) -> Iterator[tuple[str, Callable[[], object]]]:
        inner = control.locator(KINDS[kind])
        keyboard = self.page.keyboard

        def press(locator, key: str) -> None:
            locator.focus()
            keyboard.press(key)

        if kind == "slider":
            handle = inner.first
            low, now, high = (
                float(handle.get_attribute(f"aria-value{end}")) for end in ("min", "now", "max")
            )
            up = now - low < high - now
            track = control.locator(".noUi-target").first
            box = track.bounding_box()
            place = {"x": box["width"] * (0.8 if up else 0.2), "y": box["height"] / 2}
            yield "mouse", lambda: track.click(position=place)
            yield "keyboard", lambda: press(handle, "ArrowRight" if up else "ArrowLeft")
            if control.locator("button").count():
                play = control.locator("button").first
                yield "mouse", lambda: (play.click(), self.page.wait_for_timeout(700), play.click())
                yield (
                    "keyboard",
                    lambda: (press(play, "Space"), self.page.wait_for_timeout(700), press(play, "Space")),
                )
        elif kind == "buttons":
            other = control.locator(f"{KINDS[kind]}:not(.mod-active)").last
            yield "mouse", other.click
            yield "keyboard", lambda: press(other, "Space")
        elif kind == "box":
            yield "mouse", inner.click
            yield "keyboard", lambda: press(inner, "Space")
        elif kind == "list":
            index = inner.evaluate("list => list.selectedIndex")
            last = inner.evaluate("list => list.options.length") - 1
            yield "mouse", lambda: inner.select_option(index=0 if index == last else index + 1)
            yield "keyboard", lambda: press(inner, "ArrowUp" if index == last else "ArrowDown")
        elif kind == "number":
            yield "mouse", lambda: (inner.click(), keyboard.press("ArrowDown"))
            yield "keyboard", lambda: press(inner, "ArrowDown")
        else:
            words = (
                (" so", " no") if re.search("[a-z]", inner.input_value()) else (" 1", " 2")
            )  # a text, or numbers
            yield "mouse", lambda: (inner.click(), keyboard.press("End"), keyboard.type(words[0]))
            yield "keyboard", lambda: (inner.focus(), keyboard.press("End"), keyboard.type(words[1]))
