"""How far the gradient reaches in RNN, LSTM and GRU: weights and gates decide, not the cell's name."""

import numpy as np

from lstm_teach.labs.controls import Choice, Menu, Slider, Switch
from lstm_teach.labs.core import Controls, LabSpec, Presets, View
from lstm_teach.labs.gradient.pictures import reach_picture, vectors_picture
from lstm_teach.labs.gradient.runs import MAX_NORM, SEEDS, Measured, Source, seeds
from lstm_teach.labs.recall import fitted
from lstm_teach.plotting import plain, rough

SOURCES = {
    "initial, on noise": Source(),
    **{
        f"{'trained' if trained else 'initial'}, on {name.replace('_', ' ')}": Source(name, trained)
        for name in ("flagged_recall", "last_flagged", "pulse", "adding")
        for trained in (False, True)
    },
}
_BIASES = {"steps": 29, "forget_bias": 4.0, "update_bias": 2.0}  # as the trained cells began (i: -3, besides)

PRESETS: Presets = {
    "defaults with input": {},
    "defaults in silence": {"strength": 0.0},
    "forget bias 4": {"forget_bias": 4.0},
    "update bias 5": {"update_bias": 5.0},
    "gain 3": {"gain": 3.0},
    "gain 3, clipped": {"gain": 3.0, "clip": True},
    "before training": {"weights": "initial, on flagged recall", **_BIASES},
    "trained": {"weights": "trained, on flagged recall", **_BIASES},
}


CONTROLS: Controls = {
    "weights": Menu("Weights", "initial, on noise", list(SOURCES)),
    "steps": Slider("Steps back", 50, 1, 500),
    "strength": Slider("Input strength", 1.0, 0.0, 3.0, 0.1, places=2),
    "forget_bias": Slider("LSTM forget bias", 1.0, -2.0, 6.0, 0.1, places=1),
    "update_bias": Slider("GRU update bias", 0.0, -2.0, 6.0, 0.1, places=1),
    "gain": Slider("RNN gain", 1.0, 0.0, 10.0, 0.1, places=1),
    "matrix": Choice("RNN matrix", "orthogonal", ["orthogonal", "Glorot"]),
    "activation": Choice("RNN activation", "tanh", ["tanh", "relu", "linear"]),
    "clip": Switch(f"Clip the gradient at {plain(MAX_NORM)}"),
}


def gradient_view(
    steps: int,
    strength: float,
    weights: str,
    forget_bias: float,
    update_bias: float,
    clip: bool,
    gain: float,
    matrix: str,
    activation: str,
) -> View:
    """Measure how far the gradient reaches in an RNN, an LSTM and a GRU, and see the gradient vectors."""
    source = SOURCES[weights]
    options: dict[str, tuple[tuple[str, object], ...]] = {
        "RNN": (("activation", activation), ("gain", gain), ("recurrent", matrix.lower())),
        "LSTM": (("forget_bias", forget_bias),),
        "GRU": (("update_bias", update_bias),),
    }
    if source.trained:
        options = dict.fromkeys(options, ())
    runs = {cell: seeds(cell, options[cell], source, strength, steps) for cell in options}
    shown = {cell: each.shown for cell, each in runs.items()}
    long = {cell: one.norm for cell, one in shown.items() if not one.norm <= MAX_NORM}
    clip = clip and bool(long)

    reach = reach_picture(runs, steps, {cell: f"{cell}{', trained' * source.trained}" for cell in runs})
    # NaN where the states themselves outgrow all numbers
    left = {
        cell: float(np.nan_to_num(one.reach[steps], nan=np.inf, posinf=np.inf)) for cell, one in shown.items()
    }
    which = f"middle of {SEEDS} seeds" if len(runs["LSTM"].runs) > 1 else "one seed"
    values = ", ".join(f"{cell} {rough(value)}" for cell, value in left.items())
    direct = {cell: float(one.direct[steps]) for cell, one in shown.items()}
    verdict = _verdict(left, direct, shown, strength, "tanh" if source.trained else activation)
    status = f"Left after {steps} step{'s' * (steps > 1)}, {which}: {values}; {verdict}"
    status += _clipping(long) if clip else ""
    status += _training(source.task) if source.task and source.trained else ""
    off = [] if long else ["clip"]
    if source.trained:
        off += ["forget_bias", "update_bias", "gain", "matrix", "activation"]  # of the initial weights
    elif gain == 0:
        off += ["matrix"]
    return View([reach, vectors_picture(shown, clip, steps)], status, off)


def _verdict(
    left: dict[str, float],
    direct: dict[str, float],
    shown: dict[str, Measured],
    strength: float,
    activation: str,
) -> str:
    """Return what the picture says, in words, and why; `direct` is what is left along c (a GRU: h) alone."""
    best = max(left, key=left.__getitem__)
    grew = f"the {best}'s gradient grew {rough(left[best])}-fold"
    peak = shown["RNN"].peak
    if best == "RNN" and left[best] > 2:
        if activation == "tanh":
            return f"|h| {'<' if peak < 1 else '≤'} 1, yet {grew}: tanh bounds states, not gradients."
        return f"{grew}, and nothing bounds its states: |h| reached {rough(peak)}."
    if best == "RNN" and abs(left[best] - 1) < 1e-6:
        return f"{'in silence' if strength == 0 else 'here'} the plain RNN wins: it keeps all of it."
    if best == "RNN":
        return f"{'all fade, yet ' * (left[best] < 0.01)}the plain RNN reaches farthest here."
    if left[best] < 0.01:
        return f"all fade, the {best} least: its name does not save it."
    gate, keeps = {"LSTM": "forget", "GRU": "update"}[best], plain(shown[best].keeps, 3)
    if left[best] < 0.5:
        return f"all fade, the {best} least, as its {gate} gate keeps {keeps} a step."
    does = "holds it" if left[best] <= 2 else f"lets it grow {rough(left[best])}-fold"
    if direct[best] > left[best] / 2:
        return f"the {best} {does}, as its {gate} gate keeps {keeps} a step: the gate decides, not the name."
    state = {"LSTM": "c", "GRU": "h"}[best]
    along = f"Along {state} alone D = {rough(direct[best])} is left: its {gate} gate keeps {keeps} a step."
    return f"the {best} {does}. {along} The rest comes by the other paths, through gates and candidate."


def _training(task: str) -> str:
    """How long the sequences were that the cells were trained on; a plain RNN learns only shorter ones."""
    rnn, lstm = fitted("RNN", task), fitted("LSTM", task)
    own = f", the RNN on {rnn.task.time}" if rnn.task.time != lstm.task.time else ""
    return f" Trained on {lstm.task.time} steps{own}{'' if rnn.solved_at else ', which it did not solve'}."


def _clipping(long: dict[str, float]) -> str:
    cell = max(long, key=long.__getitem__)
    if not np.isfinite(long[cell]):
        return f" The {cell}'s weight gradient has overflowed: clipping cannot fix that."
    cut = f"from {rough(long[cell])} to {plain(MAX_NORM)}"
    return f" Clipping cuts the {cell}'s weight gradient {cut}, its direction stays."


LAB = LabSpec("gradient_lab", gradient_view, CONTROLS, PRESETS)
