"""Markdown of the lessons as HTML: formulas as MathML, links to pages, headings that have an address."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import NamedTuple

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

LESSON = re.compile(r"^(\d\d_\w+)\.ipynb(?=#|$)")
# Firefox draws this sign large in a formula of its own line, as a sum would be.
SMALL = {"<mo>&#x02299;</mo>": '<mo largeop="false">&#x02299;</mo>'}


class Heading(NamedTuple):
    """A heading of a page: its level, its name in the address, and its HTML."""

    level: int
    name: str
    html: str


def mathematics(latex: str, options: dict) -> str:
    """Return a formula as MathML, which browsers set by themselves."""
    written = convert(latex, display="block" if options["display_mode"] else "inline")
    for plain, ours in SMALL.items():
        written = written.replace(plain, ours)
    return written


_markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
_markdown.use(dollarmath_plugin, allow_digits=False, renderer=mathematics)


def rendered(markdown: str, taken: set[str], others: Collection[str]) -> tuple[str, list[Heading]]:
    """Return markdown as HTML, and the headings in it; links to notebooks lead to their pages.

    `taken` are the names that headings of the page have already; those of new ones are added. `others` are
    the lessons that have a page: of a link to another one, only its words stay.
    """
    tokens = _markdown.parse(markdown)
    headings = []
    for token, inner in pairwise(tokens):
        if token.type == "heading_open":
            name = _name(inner.content)
            while name in taken:
                name += "-again"
            taken.add(name)
            token.attrSet("id", name)
            html = _markdown.renderer.render(inner.children or [], _markdown.options, {})
            headings.append(Heading(int(token.tag[1]), name, html))
        if token.children:
            token.children = list(_to_pages(token.children, others))
    return _markdown.renderer.render(tokens, _markdown.options, {}), headings


def _to_pages(tokens: Sequence[Token], others: Collection[str]) -> Iterator[Token]:
    """Yield the tokens of a line; of a link to a lesson without a page, only what is inside the link."""
    without = False
    for token in tokens:
        if token.type == "link_open":
            lesson = LESSON.match(address := str(token.attrGet("href")))
            without = lesson is not None and lesson[1] not in others
            token.attrSet("href", LESSON.sub(r"\1.html", address))
        if not (without and token.type in ("link_open", "link_close")):
            yield token


def _name(heading: str) -> str:
    """Return a heading as a part of an address: "What f does: 1" is what-f-does-1."""
    letters = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-") or escape(heading)
