"""From a Keras layer's weights to a NumPy cell's parameters and back, number for number.

Needs Keras, on any backend. Only what a cell computes is taken along. Dropout acts in training alone; whether
a layer returns sequences, is unrolled or keeps its state between batches says how it is run, not what it is.
Whatever else would make the NumPy cell compute other numbers than the layer is refused by name.
"""

from lstm_teach.keras_bridge.states import states_from_keras
from lstm_teach.keras_bridge.weights import params_from_keras, params_to_keras

__all__ = ["params_from_keras", "params_to_keras", "states_from_keras"]
