"""Settings that a learner hands in: a dict whose values are numbers."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lstm_teach.exercises.comparing import as_numbers, shape_of
from lstm_teach.exercises.kinds import kind


def numbers_of(settings: Mapping[str, Any], what: str = "clamp") -> dict[str, Any]:
    """Return the settings as they are, once every value is known to be a number or an array of numbers.

    Raises
    ------
    ValueError
        for text, True and False, infinity, and whatever else is no number, naming the setting.
    """
    for name, value in settings.items():
        numbers = None if isinstance(value, bool | np.bool_) else as_numbers(value, shape_of(value))
        if numbers is None or np.isinf(numbers).any():
            raise ValueError(f"{what}[{name!r}]: expected a finite number, such as 1.0, got {kind(value)}")
    return dict(settings)
