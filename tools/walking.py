"""Walking through a deck in RISE with all that its slides hold: for tests and for PDF decks."""

from collections.abc import Iterator
from typing import NamedTuple

# The slide that is shown: its name, and what is lowest on it and rightmost (notes and what is skipped apart).
# A picture cuts off what is drawn outside it: lines may end there, words may not.
SLIDE = "document.querySelector('section.present > section.present')"
MEASURE = f"""() => {{
    const slide = {SLIDE}, rests = {{id: slide.id, bottom: 0, right: 0, lowest: '', cut: []}};
    for (const part of slide.querySelectorAll('.jp-Cell:not(.reveal-skip) *')) {{
        const box = part.getBoundingClientRect();
        if (!box.width || !box.height || part.closest('aside, svg *, .jp-Cell-outputCollapser')) continue;
        if (getComputedStyle(part).visibility === 'hidden') continue;
        if (box.bottom > rests.bottom) {{
            rests.bottom = box.bottom;
            rests.lowest = part.textContent.trim().slice(0, 60);
        }}
        rests.right = Math.max(rests.right, box.right);
    }}
    for (const words of slide.querySelectorAll('svg.lt text')) {{
        const box = words.getBoundingClientRect(), all = words.closest('svg').getBoundingClientRect();
        const out = [all.left - box.left, all.top - box.top, box.right - all.right, box.bottom - all.bottom];
        // Above and below its letters, a word's box has room of its own.
        if (box.width && Math.max(...out) > box.height / 4) rests.cut.push(words.textContent.trim());
    }}
    return rests;
}}"""
# The frame, as soon as two looks at it agree: pictures and formulas may still be laid out.
FRAME = f"""async () => {{
    const measure = {MEASURE}, painted = () => new Promise(requestAnimationFrame);
    for (let looks = 0, before = ''; looks < 100; looks++) {{
        await painted();
        await painted();
        const now = measure();
        if (JSON.stringify(now) === before) return now;
        before = JSON.stringify(now);
    }}
    throw new Error('the slide does not come to rest');
}}"""
# Slides that slide in are measured on their way.
AT_ONCE = ".reveal .slides :is(section, .fragment) { transition: none !important }"
COUNT = "document.querySelectorAll('.slides section > section').length"
SHOW_FRAGMENTS = f"{SLIDE}.querySelectorAll('.fragment').forEach(part => part.classList.add('visible'))"
# Whether the slide is another one, now or within 150 milliseconds.
ELSEWHERE = f"""async here => {{
    for (let waited = 0; waited < 150; waited += 10) {{
        if ({SLIDE}.id !== here) return true;
        await new Promise(resolve => setTimeout(resolve, 10));
    }}
    return false;
}}"""
FAILED = '[data-mime-type="application/vnd.jupyter.error"]'
ALL_RUN = f"""() => {{
    const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')];
    const ran = prompts.length && prompts.every(prompt => /\\d/.test(prompt.textContent));
    return document.querySelector('.reveal.ready') && (document.querySelector('{FAILED}') || ran);
}}"""


class Frame(NamedTuple):
    """How far a slide reaches, in pixels, which words are lowest on it, and which a picture cuts off."""

    id: str
    bottom: float
    right: float
    lowest: str
    cut: list[str]


def open_deck(page, url: str, patience: float) -> None:
    """Open a deck and wait, at most `patience` milliseconds, until it has run all its cells.

    Raises
    ------
    RuntimeError
        if a cell failed.
    """
    page.goto(url)
    page.wait_for_function(ALL_RUN, timeout=patience)
    if page.locator(FAILED).count():
        raise RuntimeError(f"{url}: {page.locator(FAILED).first.inner_text()[-1000:]}")
    page.add_style_tag(content=AT_ONCE)
    page.wait_for_timeout(1500)  # RISE lays the slides out once more when outputs have come


def walk(page) -> Iterator[Frame]:
    """Yield how far each slide reaches, in turn, with all its fragments shown."""
    count = page.evaluate(COUNT)
    for number in range(count):
        page.evaluate(SHOW_FRAGMENTS)
        frame = Frame(**page.evaluate(FRAME))
        yield frame
        if number + 1 < count:
            _on(page, frame.id)


def _on(page, here: str) -> None:
    """Press Space until the slide changes: fragments come first."""
    page.evaluate("document.activeElement?.blur()")
    for _ in range(30):
        page.keyboard.press("Space")
        if page.evaluate(ELSEWHERE, here):
            return
    raise RuntimeError(f"the deck does not go on from {here}")
