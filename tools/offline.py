"""Copy the front end to a site, and write its service worker: `live/sw.js` with all files that it keeps."""

import hashlib
import json
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def copy_front_end(site: Path) -> None:
    """Copy the style and the scripts of the pages to `live`; their Python goes another way."""
    elsewhere = shutil.ignore_patterns("sw.js", "*.py", "__pycache__")
    shutil.copytree(ROOT / "live", site / "live", ignore=elsewhere)


def write_service_worker(site: Path) -> None:
    """Write `sw.js` to the root of the site, once all other files are there; they decide its version.

    JupyterLab in the browser, in `lab`, and the slides in `decks` are too large to be kept.
    """
    files = sorted(
        path
        for path in site.rglob("*")
        if path.is_file()
        and not path.name.startswith((".", "sw.js"))
        and path.relative_to(site).parts[0] not in ("lab", "decks")
    )
    content = hashlib.sha256()
    for path in files:
        content.update(path.relative_to(site).as_posix().encode() + path.read_bytes())
    names = json.dumps([path.relative_to(site).as_posix() for path in files], indent=1)
    source = (ROOT / "live" / "sw.js").read_text(encoding="utf-8")
    source = source.replace("const FILES = [];", f"const FILES = {names};")
    source = source.replace('const VERSION = "";', f'const VERSION = "{content.hexdigest()[:16]}";')
    (site / "sw.js").write_text(source, encoding="utf-8")
