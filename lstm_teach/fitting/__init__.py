"""Fit a NumPy cell to a toy task in seconds: a readout, Adam, and a loop that shows how far it has come."""

from lstm_teach.fitting.adam import AdamState, adam_start, adam_step
from lstm_teach.fitting.fitted import Fitted, History, load_fitted, save_fitted
from lstm_teach.fitting.loop import fit
from lstm_teach.fitting.readout import Readout, cross_entropy, loss_and_gradients, softmax, squared_error
