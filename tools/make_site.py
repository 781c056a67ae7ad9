"""Make the static site in `site/`: every lesson as a page, its outputs shown, its labs ready to go live.

    python -m tools.make_site             all lessons
    python -m tools.make_site 03 07       only these pages, which lead to no lesson that has none
    python -m tools.make_site --still     without Python: pages to read, whose labs stay still
    python -m tools.make_site --lab       also JupyterLab in the browser with the notebooks, in `lab`

Serve it from any web server: `python -m http.server --directory site`. Nothing is fetched from elsewhere.
"""

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from tools import lite, live_python
from tools.get_pyodide import PyodideError
from tools.offline import copy_front_end, write_service_worker

ROOT = Path(__file__).resolve().parent.parent
MARK = ".made-by-make-site"  # only a folder with this file is cleared


def take(site: Path) -> None:
    """Make the folder of the site, or take the one that an earlier run has made.

    Raises
    ------
    ValueError
        for a folder with something else in it, since its pages and notebooks would be removed.
    """
    if site.is_dir() and any(site.iterdir()) and not (site / MARK).exists() and site != ROOT / "site":
        raise ValueError(f"--to: {site} holds other things; name a new folder, or an empty one")
    site.mkdir(parents=True, exist_ok=True)
    (site / MARK).touch()


def clear(site: Path, names: Sequence[str]) -> None:
    """Remove what an earlier run has made of these lessons, and what all pages share.

    Python stays, which is large and checked where it lies, and so do the pages of other lessons.
    """
    for name in ("live", "index.html", "sw.js", *(f"{name}.html" for name in names)):
        path = site / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", help="numbers of lessons, such as 03; all if none is named")
    parser.add_argument("--still", action="store_true", help="without Python, whose files are not fetched")
    parser.add_argument("--lab", action="store_true", help="also JupyterLab in the browser (54 MB)")
    parser.add_argument("--to", type=Path, default=ROOT / "site", help="the folder to write to")
    options = parser.parse_args(arguments)
    sources = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    numbers = [path.name[:2] for path in sources]
    if unknown := set(options.lessons) - set(numbers):
        print(f"make_site: no lesson {', '.join(sorted(unknown))}", file=sys.stderr)
        return 1
    chosen = options.lessons or numbers
    try:
        from tools.pages.writing import write_pages
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        print(f"make_site: {package} is not installed; run: python tools/set_up.py --dev", file=sys.stderr)
        return 1
    try:
        take(options.to)
        if not options.still:
            live_python.write(options.to / "python")
        if options.lab:
            lite.write(options.to / "lab")
    except PyodideError as error:
        without = "leave out --lab" if options.lab else "--still makes pages without it"
        print(f"make_site: {error} ({without})", file=sys.stderr)
        return 1
    except (ValueError, OSError) as error:
        print(f"make_site: {error}", file=sys.stderr)
        return 1
    clear(options.to, [path.stem for path in sources if path.name[:2] in chosen])
    copy_front_end(options.to)
    write_pages(options.to, sources, chosen, live=not options.still)
    if not options.still:
        write_service_worker(options.to)
    print(f"python -m http.server --directory {options.to}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
