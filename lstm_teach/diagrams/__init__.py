"""The inside of a cell at one step, drawn: each path as thick and bright as what flows along it."""

from lstm_teach.diagrams.gru import gru_cell
from lstm_teach.diagrams.lstm import lstm_cell
