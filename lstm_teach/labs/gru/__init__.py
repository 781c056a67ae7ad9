"""The inside of a trained GRU with an LSTM beside it: a GRU keeps or replaces, and never adds up.

The skeleton is `labs.cell`'s; here are controls, presets and view, the LSTM beside the GRU, what both cost,
and what is drawn and said of a GRU.
"""

from lstm_teach.labs.cell import cached
from lstm_teach.labs.cell.inputs import CONSTANT, TASKS
from lstm_teach.labs.cell.runs import LEARNED, SLIDER, Held, Look, hold
from lstm_teach.labs.controls import Choice, Menu, Player, Slider
from lstm_teach.labs.core import Controls, LabSpec, Presets, View
from lstm_teach.labs.gru.costs import costs_in_words
from lstm_teach.labs.gru.pictures import COSTS, GRADIENT, LINES, MAPS, PANELS, inside, panel
from lstm_teach.labs.gru.status import ADDS, TIED, WAYS, lstm_beside, status

READS = [CONSTANT, *TASKS]
Z = [LEARNED, "keep old", "take new", SLIDER]
R = [LEARNED, "open", "closed", SLIDER]

_PULSE = {"reads": "one pulse", "unit": 2, "from_step": 11, "step": 20}
_RECALL = {"reads": "flagged recall", "unit": 3, "from_step": 11, "step": 20}
_HALF = {**_RECALL, "z": SLIDER, "z_value": 0.5}
PRESETS: Presets = {
    "never adds up": {"lstm": ADDS, "step": 20},
    "reset closed, nothing lost": {**_PULSE, "z": "keep old", "r": "closed"},
    "only the reset gate closed": {**_PULSE, "r": "closed"},
    "the LSTM as a GRU": {"lstm": TIED, "step": 20},
    "as learned": _RECALL,
    "take new": {**_RECALL, "z": "take new"},
    "half and half": _HALF,
    "half reset": {**_RECALL, "r": SLIDER, "r_value": 0.5},
    "all units": {**_RECALL, "z": "keep old", "beside": MAPS},
    "how far back it reaches": {**_HALF, "step": 1, "beside": GRADIENT},
    "what a step costs": {**_RECALL, "beside": COSTS},
}


CONTROLS: Controls = {
    "reads": Menu("Both read", READS[0], READS),
    "lstm": Menu("LSTM's gates", LEARNED, WAYS),
    "z": Choice("Update", LEARNED, Z, compact=True),
    "z_value": Slider("Update slider", 0.5, 0.0, 1.0, 0.01, places=2),
    "from_step": Slider("Held from step", 1, 1, 30),
    "r": Choice("Reset", LEARNED, R, compact=True),
    "r_value": Slider("Reset slider", 0.5, 0.0, 1.0, 0.01, places=2),
    "unit": Slider("Unit (from 0)", 0, 0, 7),
    "beside": Choice("Beside", LINES, PANELS, compact=True),
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
    """Hold the gates of a trained GRU, and compare what it does with an LSTM that reads the same."""
    example, gates = cached.example(reads), {"z": z, "r": r}
    gru = example.cells["GRU"]
    held = hold(gates, {"z": z_value, "r": r_value}, from_step)
    look = Look(cached.read(gru, example, held), cached.read(gru, example, Held()), held, step, unit)
    other = lstm_beside(example, held, lstm)
    off = [f"{gate}_value" for gate, position in gates.items() if position != SLIDER]
    if step < from_step and beside == COSTS:  # only the diagram shows gates, and here none is held yet
        off = ["z", "z_value", "r", "r_value"]
    elif step < from_step and beside == MAPS and dict(held.gates).get("z") == 1.0:
        off += ["r", "r_value"]  # h keeps the old, whatever r does
    off += ["lstm"] if beside == COSTS else []
    off += ["from_step"] if not held.gates and (lstm == LEARNED or beside == COSTS) else []
    said = costs_in_words(gru) if beside == COSTS else status(look, other, gradient=beside == GRADIENT)
    return View([inside(look), panel(look, other, beside)], said, off)


LAB = LabSpec("gru_lab", gru_view, CONTROLS, PRESETS)
