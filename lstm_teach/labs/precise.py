"""What labs show is computed in float64, although the trained weights that ship are of lower precision.

Processors differ in the last digits of a number. In float64 these are far from the digits that are shown, so
a lab shows the same in a notebook and in a web page, and a test may compare the two.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.fitting import Fitted
from lstm_teach.reader import Reader


def precise_fitted(fitted: Fitted) -> Fitted:
    """Return the same trained cell and its readout in float64."""
    p, readout = fitted.params, fitted.readout
    return replace(
        fitted,
        params=replace(p, **_precise(W=p.W, U=p.U, b=p.b)),
        readout=replace(readout, **_precise(W=readout.W, b=readout.b)),
    )


def precise_reader(reader: Reader) -> Reader:
    """Return the same reader in float64."""
    p = replace(reader.p, **_precise(W=reader.p.W, U=reader.p.U, b=reader.p.b))
    return replace(reader, p=p, **_precise(embedding=reader.embedding, w=reader.w))


def _precise(**arrays: Array) -> dict[str, Any]:
    return {name: array.astype(np.float64) for name, array in arrays.items()}
