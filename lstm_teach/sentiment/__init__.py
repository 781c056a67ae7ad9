"""Networks that read film reviews: named recipes, training on any Keras backend, honest records of the runs.

`python -m lstm_teach train --help` and the tables of records must not wait for Keras: what needs it is loaded
when it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lstm_teach.sentiment.evaluation import Evaluation, evaluate, score
from lstm_teach.sentiment.job import Run
from lstm_teach.sentiment.kinds import LinearRecipe, NetworkRecipe, Recipe
from lstm_teach.sentiment.published import PUBLISHED
from lstm_teach.sentiment.races import read_race
from lstm_teach.sentiment.recipes import RECIPES, recipe
from lstm_teach.sentiment.records import read_records, write_record
from lstm_teach.sentiment.tables import named, table
from lstm_teach.sentiment.training import train

if TYPE_CHECKING:
    from lstm_teach.sentiment.by_hand import record_by_hand
    from lstm_teach.sentiment.device import Device, cudnn_obstacles, describe_device
    from lstm_teach.sentiment.models import build_model


_NEEDS_KERAS = {
    "build_model": "models",
    "record_by_hand": "by_hand",
    **dict.fromkeys(("Device", "cudnn_obstacles", "describe_device"), "device"),
}


def __getattr__(name: str) -> Any:
    """Return one of the names that need Keras."""
    if name not in _NEEDS_KERAS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_NEEDS_KERAS[name]}"), name)
