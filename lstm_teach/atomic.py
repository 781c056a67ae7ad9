"""Files that are there whole, or not at all."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A file to write to, which takes the place of `path` when all is written, and is gone if anything fails.

    It lies beside `path` under a name of its own, so that two processes at once do not meet. Of a symbolic
    link the target is replaced, and the link stays.

    Raises
    ------
    OSError
        if the folder is not there, cannot be written to, or is full, or if `path` is a folder, a device or a
        pipe; `path` is as it was then.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        raise FileExistsError(errno.EEXIST, "it is a folder, a device or a pipe", str(path))
    beside = path.with_name(f".{path.name[:50]}.{os.getpid()}-{secrets.token_hex(4)}")
    try:
        with beside.open("xb") as file:
            yield file
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
