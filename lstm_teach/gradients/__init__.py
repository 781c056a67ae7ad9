"""Gradients by hand: backpropagation through time, how far a gradient reaches, and how to check both."""

from lstm_teach.gradients.backward import (
    GRUGrads,
    LSTMGrads,
    RNNGrads,
    gru_backward_plain,
    lstm_backward_plain,
    rnn_backward_plain,
)
from lstm_teach.gradients.clipping import clip_by_norm
from lstm_teach.gradients.fast import gru_backward, lstm_backward, rnn_backward
from lstm_teach.gradients.numerical import numerical_gradient
from lstm_teach.gradients.reach import gradient_reach, spectral_bound

__all__ = [
    "GRUGrads",
    "LSTMGrads",
    "RNNGrads",
    "clip_by_norm",
    "gradient_reach",
    "gru_backward",
    "gru_backward_plain",
    "lstm_backward",
    "lstm_backward_plain",
    "numerical_gradient",
    "rnn_backward",
    "rnn_backward_plain",
    "spectral_bound",
]
