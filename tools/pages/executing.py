"""Executed notebooks, two at a time, kept by the content of what they are made from.

A notebook is executed again when it, the package, or its data has changed. Results lie in `build/executed`.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from traitlets.config import Config

from lstm_teach.atomic import replacing

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "build" / "executed"
PROCESSES = 2
MINUTES = 10  # that a kernel may take to start, and one cell
ONE_THREAD = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")


def executed(paths: Iterable[Path]) -> Iterator[NotebookNode]:
    """Yield the notebooks after a run, in the order of their paths, whether kept from before or run now.

    A lesson sees the shipped data alone, so that every machine makes the same pages. The metadata of each
    says in `in_page` which of its exercises a page can run.
    """
    # The processes share the cores already; and nobody's own archive, cache or records may show on a page.
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    os.environ.pop("LSTM_TEACH_IMDB", None)
    os.environ["LSTM_TEACH_CACHE"] = str(KEPT.parent / "cache")
    os.environ["LSTM_TEACH_RECORDS"] = str(KEPT.parent / "records")
    with ProcessPoolExecutor(PROCESSES) as pool:
        yield from pool.map(_executed, paths)


def _executed(path: Path) -> NotebookNode:
    kept = KEPT / f"{path.stem}-{_fingerprint(path)}.ipynb"
    if kept.exists():
        return nbformat.read(kept, as_version=4)
    print(f"executing {path.stem}", flush=True)
    notebook = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": path.parent}}
    patience = {"timeout": 60 * MINUTES, "startup_timeout": 60 * MINUTES}
    with TemporaryDirectory() as folder:
        # Kernels that start together may want the same port; files they do not share. Windows has only ports.
        files = {"transport": "ipc", "ip": f"{folder}/kernel"} if os.name != "nt" else {}
        config = Config({"KernelManager": files})
        NotebookClient(notebook, resources=where, config=config, **patience).execute()
    tried = [sys.executable, "-m", "tools.pages.in_page", str(_solutions(path))]
    notebook.metadata["in_page"] = json.loads(
        subprocess.run(tried, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    )
    KEPT.mkdir(parents=True, exist_ok=True)
    for older in KEPT.glob(f"{path.stem}-*.ipynb"):
        older.unlink()
    with replacing(kept) as file:
        file.write(nbformat.writes(notebook).encode())
    return notebook


def _fingerprint(path: Path) -> str:
    """Return sixteen letters that change with the notebook and with all that it may read."""
    found = hashlib.sha256(_of_the_package().encode())
    found.update(path.read_bytes() + _solutions(path).read_bytes())
    return found.hexdigest()[:16]


def _solutions(path: Path) -> Path:
    return path.parent / "solutions" / path.name


@cache
def _of_the_package() -> str:
    found = hashlib.sha256()
    for folder in ("lstm_teach", "data"):
        for path in sorted((ROOT / folder).rglob("*")):
            inside = path.relative_to(ROOT)
            if path.is_file() and not {"__pycache__", "cache", "checkpoints"} & set(inside.parts):
                found.update(inside.as_posix().encode() + path.read_bytes())
    return found.hexdigest()
