"""The inside of a trained LSTM: hold its gates open or closed from a step on, and see what it still knows.

The skeleton is `labs.cell`'s; here are controls, presets and view, and what is drawn and said of an LSTM.
"""

from lstm_teach.labs.cell import cached
from lstm_teach.labs.cell.inputs import LONGEST, SENTENCE, TASKS
from lstm_teach.labs.cell.runs import LEARNED, SLIDER, Held, Look, hold
from lstm_teach.labs.controls import Choice, Menu, Player, Slider, TextField
from lstm_teach.labs.core import Controls, LabSpec, Presets, View
from lstm_teach.labs.gate.pictures import GRADIENT, LINES, PANELS, inside, panel
from lstm_teach.labs.gate.status import status

READS = [*TASKS, SENTENCE]
EXAMPLE = (
    "The story is slow and the jokes are old, but the acting is excellent and I will definitely "
    "watch it again."
)
POSITIONS = [LEARNED, "open", "closed", SLIDER]
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
    "between the cases": {"f": SLIDER, "i": SLIDER, "o": SLIDER, **_BETWEEN},
    "a later flag counts": {"reads": "last of three flags", "unit": 2, "step": 18},
    "how far back it reaches": {"f": SLIDER, "f_value": 0.5, "step": 10, "beside": GRADIENT},
    "all units": {**_WAIT, "step": 21, "beside": "maps"},
    "two pulses": {"reads": "two pulses", "unit": 6, "step": 15},
    "a sentence": {"reads": SENTENCE, "f": "closed", "unit": 16, "step": 14},
}

CONTROLS: Controls = {  # the view lowers the upper ends of unit and steps to what is read
    "reads": Menu("It reads", READS[0], READS),
    "sentence": TextField("Sentence", EXAMPLE, "type a sentence about a film"),
    "f": Choice("Forget", LEARNED, POSITIONS, compact=True),
    "i": Choice("Input", LEARNED, POSITIONS, compact=True),
    "o": Choice("Output", LEARNED, POSITIONS, compact=True),
    "f_value": Slider("Forget slider", 0.5, 0.0, 1.0, 0.01, places=2),
    "i_value": Slider("Input slider", 0.5, 0.0, 1.0, 0.01, places=2),
    "o_value": Slider("Output slider", 0.5, 0.0, 1.0, 0.01, places=2),
    "from_step": Slider("Held from step", 1, 1, LONGEST),
    "extent": Choice("Held", TO_THE_END, [TO_THE_END, ONE_STEP]),
    "unit": Slider("Unit (from 0)", 2, 0, 31),
    "beside": Choice("Beside", LINES, PANELS),
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
    """Hold the gates of a trained LSTM, and step through what it does with what it reads."""
    example = cached.example(reads, sentence if reads == SENTENCE else "")
    lstm = example.cells["LSTM"]
    last_step, last_unit = example.time, lstm.p.n - 1
    step, unit, from_step = min(step, last_step), min(unit, last_unit), min(from_step, last_step)

    gates = {"i": i, "f": f, "o": o}
    held = hold(
        gates,
        {"i": i_value, "f": f_value, "o": o_value},
        from_step,
        from_step if extent == ONE_STEP else None,
    )
    look = Look(cached.read(lstm, example, held), cached.read(lstm, example, Held()), held, step, unit)
    off = [f"{gate}_value" for gate, position in gates.items() if position != SLIDER]
    off += ["from_step"] if last_step == 1 or not held.gates else []
    off += ["extent"] if from_step == last_step or not held.gates else []
    off += ["step"] if last_step == 1 else []
    off += ["sentence"] if reads != SENTENCE else []
    return View(
        [inside(look), panel(look, beside)],
        status(look, gradient=beside == GRADIENT),
        off,
        {"step": last_step, "from_step": last_step, "unit": last_unit},
    )


LAB = LabSpec("gate_lab", gate_view, CONTROLS, PRESETS)
