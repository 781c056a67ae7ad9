"""The inside of a trained GRU with an LSTM beside it: a GRU keeps or replaces, and never adds up.

`run` has both cells with their gates held; `pictures`, `costs` and `status`, what is shown of them. What is
read, and how gates are held from a step on, is the gate lab's.
"""

from lstm_teach.labs.controls import Choice, Menu, Player, Slider
from lstm_teach.labs.core import Controls, LabSpec, Presets, View
from lstm_teach.labs.gate.run import Held
from lstm_teach.labs.gru.pictures import COSTS, PANELS, inside, panel
from lstm_teach.labs.gru.run import ADDS, LEARNED, READS, TIED, WAYS, look_at
from lstm_teach.labs.gru.status import status

Z = {"learned": None, "keep old": 1.0, "take new": 0.0, "slider": -1.0}
R = {"learned": None, "open": 1.0, "closed": 0.0, "slider": -1.0}

_PULSE = {"reads": "one pulse", "unit": 2, "from_step": 11, "step": 20}
_RECALL = {"reads": "flagged recall", "unit": 3, "from_step": 11, "step": 20}
_HALF = {**_RECALL, "z": "slider", "z_value": 0.5}
PRESETS: Presets = {
    "never adds up": {"lstm": ADDS, "step": 20},
    "reset closed, nothing lost": {**_PULSE, "z": "keep old", "r": "closed"},
    "only the reset gate closed": {**_PULSE, "r": "closed"},
    "the LSTM as a GRU": {"lstm": TIED, "step": 20},
    "as learned": _RECALL,
    "take new": {**_RECALL, "z": "take new"},
    "half and half": _HALF,
    "half reset": {**_RECALL, "r": "slider", "r_value": 0.5},
    "all units": {**_RECALL, "z": "keep old", "beside": "maps"},
    "how far back it reaches": {**_HALF, "step": 1, "beside": "gradient"},
    "what a step costs": {**_RECALL, "beside": COSTS},
}


CONTROLS: Controls = {
    "reads": Menu("Both read", READS[0], READS),
    "lstm": Menu("LSTM's gates", LEARNED, WAYS),
    "z": Choice("Update", "learned", list(Z), compact=True),
    "z_value": Slider("Update slider", 0.5, 0.0, 1.0, 0.01, places=2),
    "from_step": Slider("Held from step", 1, 1, 30),
    "r": Choice("Reset", "learned", list(R), compact=True),
    "r_value": Slider("Reset slider", 0.5, 0.0, 1.0, 0.01, places=2),
    "unit": Slider("Unit (from 0)", 0, 0, 7),
    "beside": Choice("Beside", "lines", list(PANELS), compact=True),
    "step": Player("Look at step", 1, 1, 30),
}


def gru_view(
    z: str,
    z_value: float,
    r: str,
    r_value: float,
    lstm: str,
    reads: str,
    from_step: int,
    unit: int,
    beside: str,
    step: int,
) -> View:
    """The diagram of one unit at one step with its equation, and beside it GRU and LSTM over all steps."""
    values = {"z": z_value if z == "slider" else Z[z], "r": r_value if r == "slider" else R[r]}
    held = Held(tuple((gate, value) for gate, value in values.items() if value is not None), from_step)
    look = look_at(reads, held, lstm, step, unit)
    off = [name for name, position in (("z_value", z), ("r_value", r)) if position != "slider"]
    off += ["lstm"] if beside == COSTS else []
    off += ["from_step"] if not held.gates and (lstm == LEARNED or beside == COSTS) else []
    return View([inside(look), panel(look, beside)], status(look, beside), off)


LAB = LabSpec("gru_lab", gru_view, CONTROLS, PRESETS)
