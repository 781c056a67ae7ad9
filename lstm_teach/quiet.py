"""TensorFlow greets from C++ when it is imported, and no Python setting keeps it from doing so."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quietly() -> Iterator[None]:
    """Keep the standard error stream silent, also for what is not Python.

    Meant for the line `import keras`. An exception still comes through, and whoever catches it may write.
    Afterwards TensorFlow tells of errors alone: it would warn of each new network that answers.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
        logging.getLogger("tensorflow").setLevel(logging.ERROR)
