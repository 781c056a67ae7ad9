"""Gradients by hand: backpropagation through time, how far a gradient reaches, and how to check both."""

from lstm_teach.gradients.backward import (
    Grads,
    LSTMGrads,
    gru_backward,
    lstm_backward,
    lstm_backward_plain,
    rnn_backward,
    run_back,
)
from lstm_teach.gradients.numerical import clip_by_norm, numerical_gradient
from lstm_teach.gradients.reach import gradient_reach, spectral_bound
