"""Trained cells on disk: plain arrays and one line of JSON in an .npz, with no pickle inside."""

import json
import os

import numpy as np

from lstm_teach.atomic import replacing
from lstm_teach.fitting.cell import CELLS, cell_name
from lstm_teach.fitting.fitted import Fitted, History
from lstm_teach.fitting.readout import Readout
from lstm_teach.sequences import task

# What besides arrays makes the cell: which activation a plain RNN has, which variant of the GRU it is.
_VARIANT = {"rnn": "activation", "lstm": None, "gru": "reset_after"}


def save_fitted(fitted: Fitted, path: str | os.PathLike[str]) -> None:
    """Write `fitted` to `path` (.npz): weights in their dtype, history, and what makes the task again.

    The file appears whole or not at all.

    Raises
    ------
    OSError
        if the folder is not there or cannot be written to.
    """
    cell = cell_name(fitted.params)
    variant = _VARIANT[cell]
    about = {
        "cell": cell,
        "variant": {variant: getattr(fitted.params, variant)} if variant else {},
        "task": fitted.task.name,
        "options": dict(fitted.task.options),
        "solved_at": fitted.solved_at,
    }
    with replacing(path) as file:
        np.savez_compressed(
            file,
            about=np.array(json.dumps(about, default=int)),
            **{k: getattr(fitted.params, k) for k in "WUb"},
            readout_W=fitted.readout.W,
            readout_b=fitted.readout.b,
            **{f"history_{k}": v for k, v in fitted.history._asdict().items()},
        )


def load_fitted(path: str | os.PathLike[str]) -> Fitted:
    """Return what `save_fitted` wrote.

    Raises
    ------
    FileNotFoundError
        if there is no such file.
    ValueError
        if it is no file of `save_fitted`, or a damaged one.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            about = json.loads(arrays["about"].item())
            return Fitted(
                params=CELLS[about["cell"]](*(arrays[k] for k in "WUb"), **about["variant"]),
                readout=Readout(arrays["readout_W"], arrays["readout_b"]),
                task=task(about["task"], **about["options"]),
                history=History(*(arrays[f"history_{k}"] for k in History._fields)),
                solved_at=about["solved_at"],
            )
    except OSError:
        raise
    except Exception as error:  # a damaged archive can raise nearly anything
        raise ValueError(
            "path: expected a file written by lstm_teach.fitting.save_fitted, "
            f"got {os.fspath(path)!r} ({error})"
        ) from error
