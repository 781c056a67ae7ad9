"""RNN, LSTM and GRU as pure functions: one step that reads as the equation, a whole sequence that runs fast.

m is the number of features of the input, n the number of units. Everything is in row form: a batch of inputs
x (batch, m) times W (m, n). Books with column vectors write W x for the same thing.
"""

from lstm_teach.cells.activations import ACTIVATIONS, sigmoid
from lstm_teach.cells.fast import gru_forward, lstm_forward, rnn_forward, run_cell
from lstm_teach.cells.forward import (
    GRUTrace,
    LSTMTrace,
    RNNTrace,
    Trace,
    gru_forward_plain,
    lstm_forward_plain,
    rnn_forward_plain,
)
from lstm_teach.cells.inputs import Clamp
from lstm_teach.cells.parameters import GRUParams, LSTMParams, Params, RNNParams
from lstm_teach.cells.steps import GRUStep, LSTMStep, RNNStep, gru_step, lstm_step, rnn_step
