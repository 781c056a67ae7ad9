"""The inside of a trained LSTM: hold its gates open or closed from a step on, and see what it still knows.

`reads` has what can be read, and with which weights; `run`, the cell with its gates held; `pictures` and
`status`, what is shown of it.
"""

from lstm_teach.labs.controls import Choice, Menu, Player, Slider, TextField
from lstm_teach.labs.core import Controls, LabSpec, Presets, View
from lstm_teach.labs.gate.pictures import PANELS, inside, panel
from lstm_teach.labs.gate.reads import EXAMPLE, LONGEST, READS, SENTENCE, reading
from lstm_teach.labs.gate.run import Held, Look, run
from lstm_teach.labs.gate.status import status

POSITIONS = ["learned", "open", "closed", "slider"]
TO_THE_END, ONE_STEP = "to the end", "one step"

_WAIT = {"f": "open", "i": "closed", "from_step": 12}
_BETWEEN = {"f_value": 0.73, "i_value": 0.4, "from_step": 12, "step": 21}
PRESETS: Presets = {
    "write once, close, wait": {**_WAIT, "step": 21},
    "as learned": {"step": 21},
    "never written": {**_WAIT, "from_step": 1, "step": 21},
    "add": {**_WAIT, "i": "open", "unit": 2, "step": 21},
    "erase": {**_WAIT, "f": "closed", "extent": ONE_STEP, "step": 12},
    "overwrite": {"f": "closed", "i": "open", "from_step": 12, "extent": ONE_STEP, "step": 12},
    "output closed": {"o": "closed", "from_step": 12, "extent": ONE_STEP, "step": 12},
    "between the cases": {"f": "slider", "i": "slider", "o": "slider", **_BETWEEN},
    "a later flag counts": {"reads": "last of three flags", "unit": 2, "step": 18},
    "how far back it reaches": {"f": "slider", "f_value": 0.5, "step": 10, "beside": "gradient"},
    "all units": {**_WAIT, "step": 21, "beside": "maps"},
    "two pulses": {"reads": "two pulses", "unit": 6, "step": 15},
    "a sentence": {"reads": SENTENCE, "f": "closed", "unit": 16, "step": 14},
}


CONTROLS: Controls = {  # upper ends of unit and steps: the view lowers them to what is read
    "reads": Menu("It reads", READS[0], READS),
    "sentence": TextField("Sentence", EXAMPLE, "type a sentence about a film"),
    "f": Choice("Forget", "learned", POSITIONS, compact=True),
    "i": Choice("Input", "learned", POSITIONS, compact=True),
    "o": Choice("Output", "learned", POSITIONS, compact=True),
    "f_value": Slider("Forget slider", 0.5, 0.0, 1.0, 0.01, places=2),
    "i_value": Slider("Input slider", 0.5, 0.0, 1.0, 0.01, places=2),
    "o_value": Slider("Output slider", 0.5, 0.0, 1.0, 0.01, places=2),
    "from_step": Slider("Held from step", 1, 1, LONGEST),
    "extent": Choice("Held", TO_THE_END, [TO_THE_END, ONE_STEP]),
    "unit": Slider("Unit (from 0)", 2, 0, 31),
    "beside": Choice("Beside", "lines", list(PANELS)),
    "step": Player("Look at step", 1, 1, LONGEST),
}


def gate_view(
    f: str,
    i: str,
    o: str,
    f_value: float,
    i_value: float,
    o_value: float,
    from_step: int,
    extent: str,
    unit: int,
    step: int,
    reads: str,
    beside: str,
    sentence: str,
) -> View:
    """The diagram of one unit at one step with its equation, and beside it what happens over all steps."""
    text = sentence if reads == SENTENCE else ""
    time, units = reading(reads, text).xs.shape[1], reading(reads, text).p.n
    step, unit, from_step = min(step, time), min(unit, units - 1), min(from_step, time)

    sliders = {"f": f_value, "i": i_value, "o": o_value}
    positions = {"i": i, "f": f, "o": o}
    gates = tuple(
        (gate, {"open": 1.0, "closed": 0.0, "slider": sliders[gate]}[position])
        for gate, position in positions.items()
        if position != "learned"
    )
    held = Held(gates, from_step, from_step if extent == ONE_STEP else None)
    look = Look(run(reads, text, held), run(reads, text, Held()), held, step, unit)

    off = [f"{gate}_value" for gate, position in positions.items() if position != "slider"]
    off += ["from_step"] if time == 1 or not gates else []
    off += ["extent"] if from_step == time or not gates else []
    off += ["step"] if time == 1 else []
    off += ["sentence"] if reads != SENTENCE else []
    return View(
        [inside(look), panel(look, beside)],
        status(look, PANELS[beside]),
        off,
        {"step": time, "from_step": time, "unit": units - 1},
    )


LAB = LabSpec("gate_lab", gate_view, CONTROLS, PRESETS)
