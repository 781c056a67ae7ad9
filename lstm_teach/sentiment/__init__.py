"""Networks that read film reviews: named recipes, training on any Keras backend, honest records of the runs.

The names below are handed on lazily, so that `python -m lstm_teach --help` need not wait for Keras.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lstm_teach.sentiment.device import Device, cudnn_obstacles, describe_device
    from lstm_teach.sentiment.evaluation import Evaluation, evaluate, score
    from lstm_teach.sentiment.job import Run
    from lstm_teach.sentiment.kinds import LinearRecipe, NetworkRecipe, Recipe
    from lstm_teach.sentiment.models import build_model
    from lstm_teach.sentiment.recipes import RECIPES, recipe
    from lstm_teach.sentiment.records import read_race, read_records, write_record
    from lstm_teach.sentiment.tables import table
    from lstm_teach.sentiment.training import train

_HOME = {
    "Device": "device",
    "cudnn_obstacles": "device",
    "describe_device": "device",
    "Evaluation": "evaluation",
    "evaluate": "evaluation",
    "score": "evaluation",
    "Run": "job",
    "LinearRecipe": "kinds",
    "NetworkRecipe": "kinds",
    "Recipe": "kinds",
    "build_model": "models",
    "RECIPES": "recipes",
    "recipe": "recipes",
    "read_race": "records",
    "read_records": "records",
    "write_record": "records",
    "table": "tables",
    "train": "training",
}

__all__ = [
    "RECIPES",
    "Device",
    "Evaluation",
    "LinearRecipe",
    "NetworkRecipe",
    "Recipe",
    "Run",
    "build_model",
    "cudnn_obstacles",
    "describe_device",
    "evaluate",
    "read_race",
    "read_records",
    "recipe",
    "score",
    "table",
    "train",
    "write_record",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
