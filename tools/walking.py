"""Walking a deck in RISE with all that its slides hold: for the tests here and tools/make_deck.py."""

from collections.abc import Iterator
from typing import NamedTuple

# The slide that is shown: its name, and what is lowest on it and rightmost (notes and what is skipped apart).
SLIDE = "document.querySelector('section.present > section.present')"
FRAME = f"""() => {{
    const slide = {SLIDE}, rests = {{id: slide.id, bottom: 0, right: 0, lowest: ''}};
    for (const part of slide.querySelectorAll('.jp-Cell:not(.reveal-skip) *')) {{
        const box = part.getBoundingClientRect();
        if (!box.width || !box.height || part.closest('aside, .jp-Cell-outputCollapser')) continue;
        if (getComputedStyle(part).visibility === 'hidden') continue;
        if (box.bottom > rests.bottom) {{
            rests.bottom = box.bottom;
            rests.lowest = part.textContent.trim().slice(0, 60);
        }}
        rests.right = Math.max(rests.right, box.right);
    }}
    return rests;
}}"""
COUNT = "document.querySelectorAll('.slides section > section').length"
SHOW_FRAGMENTS = f"{SLIDE}.querySelectorAll('.fragment').forEach(part => part.classList.add('visible'))"
FAILED = '[data-mime-type="application/vnd.jupyter.error"]'
ALL_RUN = f"""() => {{
    const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')];
    const ran = prompts.length && prompts.every(prompt => /\\d/.test(prompt.textContent));
    return document.querySelector('.reveal.ready') && (document.querySelector('{FAILED}') || ran);
}}"""


class Frame(NamedTuple):
    """How far a slide reaches, in pixels, and the words that are lowest on it."""

    id: str
    bottom: float
    right: float
    lowest: str


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
    page.wait_for_timeout(1500)  # RISE lays the slides out once more when outputs have come


def walk(page) -> Iterator[Frame]:
    """Every slide in turn, all its fragments shown."""
    count = page.evaluate(COUNT)
    for number in range(count):
        page.evaluate(SHOW_FRAGMENTS)
        page.wait_for_timeout(400)
        frame = Frame(**page.evaluate(FRAME))
        yield frame
        if number + 1 < count:
            _on(page, frame.id)


def _on(page, here: str) -> None:
    """Press Space until the slide changes: fragments come first."""
    page.evaluate("document.activeElement?.blur()")
    for _ in range(30):
        page.keyboard.press("Space")
        page.wait_for_timeout(150)
        if page.evaluate(f"{SLIDE}.id") != here:
            return
    raise RuntimeError(f"the deck does not go on from {here}")
