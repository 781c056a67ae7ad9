"""Write lessons as PDF decks, a page a slide, to `site/decks/`: for the day when live slides fail.

    python -m tools.make_deck 03 07                 these lessons; all if none is named
    python -m tools.make_deck 03 --picture x.png    the slide of the lesson's first lab alone, as a picture

Each deck is run and walked in Chromium as it is projected, at 1280 x 720, with all fragments shown.
"""

import argparse
import io
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tools.serving import FLAGS, NO_BROWSER, find_chromium, running_jupyter
from tools.walking import open_deck, walk

ROOT = Path(__file__).resolve().parent.parent

PATIENCE = 240_000  # milliseconds that a lesson may take to run


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", help="numbers of lessons, such as 03; all if none is named")
    parser.add_argument("--to", type=Path, default=ROOT / "site" / "decks", help="the folder to write to")
    parser.add_argument("--picture", type=Path, help="write one slide, that of the first lab, to this file")
    options = parser.parse_args(arguments)
    lessons = {path.stem[:2]: path for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))}
    if unknown := set(options.lessons) - set(lessons):
        print(f"make_deck: no lesson {', '.join(sorted(unknown))}", file=sys.stderr)
        return 1
    if (chromium := find_chromium()) is None:
        print(f"make_deck: {NO_BROWSER}", file=sys.stderr)
        return 1
    options.to.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_jupyter(Path(folder)) as jupyter,
        sync_playwright() as playwright,
    ):
        shutil.copytree(ROOT / "notebooks", jupyter.folder / "lessons", ignore=shutil.ignore_patterns("src"))
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        for number in options.lessons or lessons:
            path = lessons[number]
            open_deck(page, f"{jupyter.url}/rise/lessons/{path.name}?token={jupyter.token}", PATIENCE)
            if options.picture:
                next(
                    None
                    for _ in walk(page)
                    if page.locator("section.present > section.present .lstm-lab").count()
                )
                page.screenshot(path=options.picture)
                break
            slides = [Image.open(io.BytesIO(page.screenshot())).convert("RGB") for _ in walk(page)]
            slides[0].save(options.to / f"{path.stem}.pdf", save_all=True, append_images=slides[1:])
            print(f"{options.to / path.stem}.pdf: {len(slides)} slides", flush=True)
            jupyter.shut_kernels()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
