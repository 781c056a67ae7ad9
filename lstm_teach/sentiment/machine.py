"""The machine that a training runs on, in words and numbers for its record. Loads no backend."""

from __future__ import annotations

import contextlib
import os
import platform
import sys
from importlib import metadata
from typing import Any

import lstm_teach


def processor() -> str:
    """Return what the processor is called, such as "Intel(R) Xeon(R) Processor"."""
    with contextlib.suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def cores() -> int:
    """Return the processor cores that this process may use; fewer, if TensorFlow may use fewer threads."""
    granted = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    threads = os.environ.get("TF_NUM_INTRAOP_THREADS", "")
    return min(granted, int(threads)) if threads.isdecimal() and int(threads) else granted


def machine() -> str:
    """Return processor and cores in words."""
    return f"{processor()}, {cores()} core{'s' if cores() > 1 else ''}"


def memory_gib() -> int | None:
    """Return the memory of this machine, or None where the system does not say."""
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30)
    return None


def peak_memory_gib() -> float | None:
    """Return the most memory that this process has held, or None where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**30, 2)


def versions(backend: str) -> dict[str, str]:
    """Return the versions of what the figures depend on."""
    used = ["numpy", "scikit-learn"]  # networks too: word vectors come from its SVD
    if backend != "scikit-learn":
        used += ["keras", "tokenizers", backend]
    found = {name: metadata.version(name) for name in used}
    return {"lstm_teach": lstm_teach.__version__, "python": platform.python_version(), **found}


def hardware(accelerator: str | None = None) -> dict[str, Any]:
    """Return what a training runs on, without names of hosts or paths."""
    return {
        "system": platform.system(),
        "processor": processor(),
        "cores": cores(),
        "memory_gib": memory_gib(),
        "accelerator": accelerator,
        "devices": 1,
    }
