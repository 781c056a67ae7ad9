"""Draw the still pictures of labs that the lessons show: for readers without a kernel, and on paper.

    python -m tools.make_stills            draw what is missing or stale, remove what no lesson shows
    python -m tools.make_stills --check    name it, change nothing, and exit with 1 if there is any

There is no list: a lesson asks for a still by showing it. `images/gate_lab--write-once-close-wait.svg` in
`notebooks/src` is `gate_lab`, opened in its preset "write once, close, wait".
"""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from pathlib import Path

from lstm_teach import labs
from lstm_teach.labs.core import open_lab
from lstm_teach.plotting import Picture, join
from lstm_teach.plotting.picture import element, text

ROOT = Path(__file__).resolve().parent.parent

NAME = re.compile(r"\(images/((\w+_lab)--([a-z0-9-]+)\.svg)\)")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
WIDTH = 940  # pixels: two pictures side by side
LINE = 20  # pixels between lines of words
MARGIN = 10


class StillError(ValueError):
    """A still that cannot be drawn; the message says which lesson asks for it."""


def slug(preset: str) -> str:
    """A preset's name as part of a file's name: "it fails at: not bad" is it-fails-at-not-bad."""
    return re.sub(r"[^a-z0-9]+", "-", preset.lower()).strip("-")


def wanted(notebooks: Path) -> dict[str, tuple[str, str]]:
    """The stills that the lessons show: file name to lab and preset."""
    found = {}
    for source in sorted((notebooks / "src").glob("*.py")):
        for name, lab, asked in NAME.findall(source.read_text(encoding="utf-8")):
            if lab not in labs.LABS:
                raise StillError(f"{source.name}: {name}: no lab is named {lab}, only {', '.join(labs.LABS)}")
            presets = {slug(preset): preset for preset in labs.LABS[lab].presets}
            if asked not in presets:
                raise StillError(f"{source.name}: {name}: {lab} has the presets {', '.join(presets)}")
            found[name] = lab, presets[asked]
    return found


def still(lab: str, preset: str) -> Picture:
    """What a lab shows in a preset, with its line of words below."""
    shown = open_lab(labs.LABS[lab], preset).shown
    wide = [picture.picture(WIDTH) for picture in shown.pictures if not isinstance(picture, Picture)]
    rest = [picture for picture in shown.pictures if isinstance(picture, Picture)]
    columns = 3 if sum(picture.width for picture in rest[:3]) <= WIDTH else 2
    drawn = join([*wide, join(rest, columns)], columns=1)
    lines = textwrap.wrap(shown.status, 120)
    below = "".join(text(0, drawn.height + LINE * (k + 1), line) for k, line in enumerate(lines))
    body = element("g", drawn.body + below, transform=f"translate({MARGIN} {MARGIN})")
    width, height = max(drawn.width, WIDTH), drawn.height + LINE * len(lines)
    return Picture(width + 2 * MARGIN, height + 2 * MARGIN, body, drawn.alt)


def same(one: str, other: str) -> bool:
    """Alike but for the last digits of numbers, which another processor may compute differently."""
    if NUMBER.sub("#", one) != NUMBER.sub("#", other):
        return False
    pairs = zip(NUMBER.findall(one), NUMBER.findall(other), strict=True)
    return all(abs(float(a) - float(b)) <= 0.11 + 0.01 * abs(float(a)) for a, b in pairs)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if anything is stale")
    parser.add_argument("--notebooks", type=Path, default=ROOT / "notebooks", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    images = options.notebooks / "images"
    try:
        asked = wanted(options.notebooks)
    except StillError as error:
        print(f"make_stills: {error}", file=sys.stderr)
        return 1
    wrong = 0
    for name, (lab, preset) in asked.items():
        path, content = images / name, still(lab, preset).document
        if not path.exists() or not same(path.read_text(encoding="utf-8"), content):
            wrong += 1
            print(f"{'stale' if options.check else 'drawn'}: {name}")
            if not options.check:
                images.mkdir(exist_ok=True)
                path.write_text(content, encoding="utf-8")
    for path in sorted(images.glob("*_lab--*.svg")):
        if path.name not in asked:
            wrong += 1
            print(f"{'shown by no lesson' if options.check else 'removed'}: {path.name}")
            if not options.check:
                path.unlink()
    return 1 if options.check and wrong else 0


if __name__ == "__main__":
    sys.exit(main())
