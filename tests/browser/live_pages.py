"""A lab on a live page, which is moved by hand."""

from collections.abc import Callable

from lstm_teach.labs import LABS, core

# Milliseconds that Python may take to start on a busy machine: speed is for benchmarks/live.py.
START = 180_000
CHANGE = 60_000  # milliseconds in which a picture must have changed
# What the page shows, and what Python's text becomes when a browser has read it.
SAME = """(picture, html) => {
    const read = document.createElement('div');
    read.innerHTML = html;
    return picture.innerHTML === read.innerHTML;
}"""

# How high the smallest words in a picture are, in pixels, and which words leave their picture.
SMALLEST_WORDS = """Math.min(...[...document.querySelectorAll('svg.lt')].map(svg => {
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    return scale * parseFloat(getComputedStyle(svg).fontSize);
}))"""
WORDS_OUTSIDE = """[...document.querySelectorAll('svg.lt text')].filter(words => {
    const { left, right, width } = words.getBoundingClientRect();
    const whole = words.closest('svg').getBoundingClientRect();
    return width && (left < whole.left - 1 || right > whole.right + 1);
}).map(words => words.textContent)"""
WRITE = """(input, value) => {
    input.value = value;
    input.dispatchEvent(new Event('input', { bubbles: true }));
}"""
# By how much the page is wider than its screen.
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Parts of labs that are wider than their place.
CUT = """[...document.querySelectorAll('[data-part=picture], [data-part=controls], .lstm-lab')]
    .filter(part => part.scrollWidth > part.clientWidth + 1).length"""

# How many pixels of a screen a lab needs for its uppermost control and its first picture.
TOGETHER = """lab => {
    const controls = [...lab.querySelectorAll('.control')].filter(control => control.checkVisibility());
    const picture = lab.querySelector('[data-part=picture] > div > :first-child');
    return picture.getBoundingClientRect().bottom - controls[0].getBoundingClientRect().top;
}"""


class LiveLab:
    """A lab on a page; `root` is a locator of its section."""

    def __init__(self, page, root) -> None:
        self.page, self.root = page, root
        self.name = root.get_attribute("data-lab")
        self.spec = LABS[self.name]
        self.status = root.locator("[role=status]")
        self.picture = root.locator("[data-part=picture]")
        self.preset = root.get_by_label("Start from")
        self.reset = root.get_by_role("button", name="Reset")

    @property
    def state(self) -> str:
        return self.root.get_attribute("data-state")

    def wait_for(self, state: str) -> None:
        self.page.locator(f"section.lstm-lab[data-lab={self.name}][data-state={state}]").first.wait_for(
            timeout=START
        )

    def control(self, name: str):
        return self.root.locator(f"[data-control={name}]")

    def value(self, name: str) -> object:
        """What a control shows."""
        control, kind = self.control(name), self.spec.controls[name].kind
        if kind == "switch":
            return control.locator("input").is_checked()
        if kind == "choice":
            return control.locator("input:checked").get_attribute("value")
        if kind in ("menu", "text"):
            return control.locator("select, input").input_value()
        number = float(control.locator("input").input_value())
        return int(number) if isinstance(self.spec.controls[name].value, int) else number

    def move(self, name: str, value: object) -> None:
        """Give a control a value, as a hand does in the end."""
        control, kind = self.control(name), self.spec.controls[name].kind
        if kind == "switch":
            control.locator("input").set_checked(value)
        elif kind == "choice":
            control.get_by_label(value, exact=True).check()
        elif kind == "menu":
            control.locator("select").select_option(value)
        else:
            control.locator("input").evaluate(WRITE, value)

    def shows(self, screen: core.Screen) -> bool:
        """Whether picture and words are those of a state as a notebook shows it."""
        return self.status.inner_text() == _spaced(screen.words) and self.picture.evaluate(SAME, screen.html)

    def wait_until(self, right: Callable[[], bool], what: str) -> None:
        for _ in range(CHANGE // 50):
            if right():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{what}: not so after {CHANGE} ms: {self.status.inner_text()}")

    def start_from(self, preset: str) -> core.Screen:
        """Choose a preset, wait for it, and return it as a notebook shows it."""
        self.preset.select_option(preset)
        self.reset.click()
        screen = core.open_lab(self.spec, preset)
        self.wait_until(lambda: self.shows(screen), f"{self.name}, {preset}")
        return screen


def live_lab(page, address: str) -> LiveLab:
    """The first lab of a page, live."""
    page.goto(address)
    page.get_by_role("button", name="Make this page live").click()
    page.locator("section.lstm-lab[data-state=live]").first.wait_for(timeout=START)
    return LiveLab(page, page.locator("section.lstm-lab").first)


def pressed(lab: LiveLab, part, key: str) -> None:
    """Press a key on a part of a lab."""
    part.focus()
    lab.page.keyboard.press(key)


def _spaced(words: str) -> str:
    return " ".join(words.split())
