"""The small cells that ship with the course, each trained on a toy task, loaded once."""

from functools import lru_cache

from lstm_teach import data_dir
from lstm_teach.fitting import Fitted, load_fitted
from lstm_teach.labs.precise import precise_fitted


@lru_cache
def fitted(cell: str, task: str) -> Fitted:
    """Return the cell ("RNN", "LSTM" or "GRU") that was trained on the task."""
    return precise_fitted(load_fitted(data_dir() / "recall" / f"{cell.lower()}-{task}.npz"))
