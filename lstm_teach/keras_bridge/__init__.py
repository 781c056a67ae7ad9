"""Between Keras and the NumPy cells: the weights of one layer, or of a whole network that reads texts.

Needs Keras, on any backend.
"""

from lstm_teach.keras_bridge.chain import ReaderParts, reader_parts
from lstm_teach.keras_bridge.layers import params_from_keras, params_to_keras, states_from_keras
