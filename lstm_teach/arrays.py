"""The one name for an array in type hints, so that signatures stay short: `Array` is `numpy.ndarray`."""

import numpy as np

Array = np.ndarray
