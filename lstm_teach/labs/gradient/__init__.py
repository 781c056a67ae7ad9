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
    direct = {cell: float(one.direct[steps]) for cell, one in shown.items()}
    sentences = [
        _left(left, steps, len(runs["LSTM"].runs)),
        _verdict(left, direct, shown, strength, "tanh" if source.trained else activation),
        *([_clipping(long)] if clip else []),
        *([_training(source.task)] if source.task and source.trained else []),
    ]
    off = [] if long else ["clip"]
    if source.trained:
        off += ["forget_bias", "update_bias", "gain", "matrix", "activation"]  # of the initial weights
    elif gain == 0:
        off += ["matrix"]
    return View([reach, vectors_picture(shown, clip, steps)], " ".join(sentences), off)


def _left(left: dict[str, float], steps: int, seeds: int) -> str:
    """Return what is left of a nudge in each cell."""
    values = ", ".join(f"{cell} {rough(value)}" for cell, value in left.items())
    if seeds == 1:
        return f"At lag {steps} this is left (one seed): {values}."
    return f"At lag {steps} this is left (the middle of {seeds} seeds): {values}."


def _verdict(
    left: dict[str, float],
    direct: dict[str, float],
    shown: dict[str, Measured],
    strength: float,
    activation: str,
) -> str:
    """Return what the picture says, in words, and why; `direct` is what is left along c (a GRU: h) alone."""
    best = max(left, key=left.__getitem__)
    if best == "RNN":
        return _verdict_on_the_rnn(left[best], shown[best].peak, strength, activation)
    if left[best] < 0.01:
        return f"All three fade, the {best} least: its name does not save it."
    gate, keeps = {"LSTM": "forget gate", "GRU": "update gate"}[best], plain(shown[best].keeps, 3)
    if left[best] < 0.5:
        return f"All three fade, the {best} least, as its {gate} keeps {keeps} a step."
    grows, by_the_gate = left[best] > 2, direct[best] > left[best] / 2
    if by_the_gate and grows:
        return (
            f"The {best} lets it grow {rough(left[best])}-fold, as its {gate} keeps {keeps} a step: the gate "
            "decides, not the name."
        )
    if by_the_gate:
        return f"The {best} holds it, as its {gate} keeps {keeps} a step: the gate decides, not the name."
    does = f"The {best} lets it grow {rough(left[best])}-fold." if grows else f"The {best} holds it."
    state = {"LSTM": "c", "GRU": "h"}[best]
    along = f"Along {state} alone D = {rough(direct[best])} is left: its {gate} keeps {keeps} a step."
    return f"{does} {along} The rest comes by the other paths, through gates and candidate."


def _verdict_on_the_rnn(left: float, peak: float, strength: float, activation: str) -> str:
    """Return what is to be said if the plain RNN keeps the most; `peak` is the largest |h|."""
    if left > 2 and activation == "tanh":
        bound = "|h| < 1" if peak < 1 else "|h| ≤ 1"
        return f"{bound}, yet the RNN's gradient grew {rough(left)}-fold: tanh bounds states, not gradients."
    if left > 2:
        return (
            f"The RNN's gradient grew {rough(left)}-fold, and nothing bounds its states: |h| reached "
            f"{rough(peak)}."
        )
    if abs(left - 1) < 1e-6 and strength == 0:
        return "In silence the plain RNN wins: it keeps all of it."
    if abs(left - 1) < 1e-6:
        return "Here the plain RNN wins: it keeps all of it."
    if left < 0.01:
        return "All three fade, yet the plain RNN reaches farthest here."
    return "The plain RNN reaches farthest here."


def _training(task: str) -> str:
    """How long the sequences were that the cells were trained on; a plain RNN learns only shorter ones."""
    rnn, lstm = fitted("RNN", task), fitted("LSTM", task)
    if rnn.task.time == lstm.task.time:
        trained = f"All three were trained on {lstm.task.time} steps."
    else:
        trained = f"LSTM and GRU were trained on {lstm.task.time} steps, the RNN on {rnn.task.time}."
    return trained if rnn.solved_at else f"{trained} The RNN did not solve that."


def _clipping(long: dict[str, float]) -> str:
    cell = max(long, key=long.__getitem__)
    if not np.isfinite(long[cell]):
        return f"The weight gradient of the {cell} has overflowed: clipping cannot fix that."
    before, after = rough(long[cell]), plain(MAX_NORM)
    return f"Clipping cuts the weight gradient of the {cell} from {before} to {after}. Its direction stays."


LAB = LabSpec("gradient_lab", gradient_view, CONTROLS, PRESETS)
