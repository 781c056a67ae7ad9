"""Lesson 09: an LSTM cell of one's own, as a layer that `keras.layers.RNN` runs over a sequence.

Keras is imported inside the functions alone. Source of the equations: lesson 06.
"""

from typing import Any

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.exercises.core import Case, Rng, function


def _some_cells(rng: Rng) -> list[Case]:
    cases, sizes = [], 3 + rng.permutation(4)
    for by in (0, 1):  # no size stays where it was
        features, units, batch, time = (int(size) for size in np.roll(sizes, by))
        shapes = {"xs": (batch, time, features), "W": (features, 4 * units), "U": (units, 4 * units)}
        drawn = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
        cases.append({"units": units, **drawn, "b": rng.standard_normal(4 * units)})
    return cases


def _run_over(cell: Any, case: Case) -> Array:
    """What the cell says at every step of the sequences, with the case's weights."""
    import keras

    layer = keras.layers.RNN(cell, return_sequences=True)
    layer.build(case["xs"].shape)
    shapes, wanted = [tuple(weight.shape) for weight in layer.weights], ["W", "U", "b"]
    if shapes != [case[name].shape for name in wanted]:
        asked = ", ".join(f"{name} {case[name].shape}" for name in wanted)
        came = ", ".join(map(str, shapes)) or "none"
        raise ValueError(f"expected weights {asked}, in this order, got {came}")
    layer.set_weights([case[name] for name in wanted])
    return np.array(layer(case["xs"].astype("float32")))


def _cell(units: int, **slip: Any) -> Any:
    """A cell that makes its new h and c as `_step` does, with one of its arguments changed by a slip."""
    import keras

    class Cell(keras.layers.Layer):
        state_size = (units, units)

        def build(self, shape: Any) -> None:
            self.W = self.add_weight(shape=(shape[-1], 4 * units))
            self.U = self.add_weight(shape=(units, 4 * units))
            self.b = self.add_weight(shape=(4 * units,))

        def call(self, x: Any, states: Any) -> Any:
            h, c = _step(self, x, *states, **slip)
            return h, [h, c]

    return Cell()


def _step(
    cell: Any,
    x: Any,
    h: Any,
    c: Any,
    order: tuple[int, int, int, int] = (0, 1, 2, 3),
    gate: str = "sigmoid",
    candidate: str = "tanh",
    shown: str = "tanh",
    U: float = 1.0,
    b: float = 1.0,
    kept: float = 1.0,
    turned: bool = False,
) -> tuple[Any, Any]:
    """One step of the LSTM; each argument turns it into one of the likely wrong ones."""
    from keras import activations, ops

    h, c = (c, h) if turned else (h, c)
    blocks = ops.split(ops.matmul(x, cell.W) + U * ops.matmul(h, cell.U) + b * cell.b, 4, axis=-1)
    i, f, c_tilde, o = (blocks[place] for place in order)
    i, f, o = (activations.get(gate)(one) for one in (i, f, o))
    c_new = kept * f * c + i * activations.get(candidate)(c_tilde)
    return o * activations.get(shown)(c_new), c_new


@function("09", "own_cell", _some_cells, lambda units: _cell(units), _run_over)
def _wrong_cell(units: int) -> dict[str, Any]:
    """An LSTM cell as a Keras layer: `state_size`, `build` with W, U, b, and `call(x, states)`."""
    slips: dict[str, dict[str, Any]] = {
        "Your states are exchanged: Keras hands over [h, c], in the order of `state_size`.": {"turned": True},
        "i and f are exchanged: the blocks stand in the order i, f, c, o.": {"order": (1, 0, 2, 3)},
        "o and the candidate are exchanged: the blocks stand in the order i, f, c, o.": {
            "order": (0, 1, 3, 2)
        },
        "Gates are between 0 and 1: sigmoid, not tanh.": {"gate": "tanh"},
        "The candidate c̃ goes through tanh.": {"candidate": "linear"},
        "The candidate c̃ goes through tanh, not sigmoid.": {"candidate": "sigmoid"},
        "h = o ⊙ tanh(c): the tanh is missing.": {"shown": "linear"},
        "Your cell does not read h of the step before: h U is missing.": {"U": 0.0},
        "The biases are missing.": {"b": 0.0},
        "Your cell forgets all: f ⊙ c of the step before is missing.": {"kept": 0.0},
    }
    return {hint: _cell(units, **slip) for hint, slip in slips.items()}
