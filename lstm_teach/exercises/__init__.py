"""Exercises that check themselves: `check("forget_gate", answer)` tries an answer and hints at its mistake.

Needs numpy. Each module holds the exercises of some lessons. An exercise is the function of its likely wrong
answers: it returns what they return, by the hint that each deserves, and its docstring is the question. Above
it stand its name, the examples to draw, and the right answer. What can go wrong in every exercise is in
`kinds`, once.

    basics     00 sigmoid, chain_rule, product_shape   01 squash, rnn_step, rnn_sequence, rnn_weights
    vanishing  02 scalar_bptt, bptt_step, shared_weights, clip
    gates      03 forget_gate   04 input_gate, candidate   05 output_gate
    flow       03 half_life, what_is_left   04 write   05 hidden_state, close_output
    traces     04 what_was_written   05 cut_the_way_back
    lstm       06 lstm_step, fused_gates
    memory     06 clamp_add_then_overwrite, hold_fifty_steps, highway
    backward   06 forget_weights
    counts     07 count_lstm, second_bilstm, count_model   08 count_gru
    gru        08 update_gate, keep_or_replace, gru_step, keep_h
    layers     09 stacked_lstm, bidirectional, last_of_both, two_halves
    in_keras   09 keras_classifier, keras_stack   10 keras_mask
    own_cell   09 own_cell
    data       10 one_hot_embedding, pad, mask, masked_mean, seven_pads
    stopping   11 stop_early
    in_training   11 pair_loss, find_the_bug
    training   11 cross_entropy   16 cell_of_1997, decayed_rate, attend
    inside     12 close_from, word_effect, shuffled_words, telling_unit
    honesty    13 fair_report, grouped_split, paired_comparison
    writing    14 soften, perplexity, rows_to_carry
    own_network  12 own_network
    forecasting  15 make_windows, find_the_leak, beat_persistence
"""

import difflib
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from lstm_teach.exercises.core import Exercise, Result
from lstm_teach.exercises.judging import judge

EXERCISES: dict[str, Exercise]

_MODULES = (
    *("basics", "vanishing", "gates", "flow", "traces", "lstm", "memory", "backward", "gru"),
    *("counts", "layers", "in_keras", "own_cell", "data", "stopping", "in_training", "training"),
    *("inside", "own_network", "honesty", "writing", "forecasting"),
)


def of_module(name: str) -> list[Exercise]:
    """Return the exercises of one of the modules above, in their order."""
    module = import_module(f"{__name__}.{name}")
    return [value for value in vars(module).values() if isinstance(value, Exercise)]


@cache
def _exercises() -> dict[str, Exercise]:
    return {exercise.name: exercise for module in _MODULES for exercise in of_module(module)}


def __getattr__(name: str) -> Any:
    """Return all exercises by name: they are loaded when one is asked for, so that lessons begin at once."""
    if name != "EXERCISES":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _exercises()


def check(name: str, answer: Any = None, *, rng: np.random.Generator | None = None) -> Result:
    """Return the verdict on an answer, tried on fresh random examples: passed, or not yet, with a hint.

    Parameters
    ----------
    name : the exercise, one of `names()`
    answer : what the exercise asks for: a function, a number, a shape, or a dict; a stub (None, `...`, a
        function that returns either or raises NotImplementedError) is "not yet"
    rng : where the examples come from; None draws new ones at each call

    Whatever the answer does, a result comes back.

    Raises
    ------
    ValueError
        for an unknown exercise, naming those that are spelt like it, or an `rng` that is none.
    """
    if not isinstance(name, str) or name not in _exercises():
        near = difflib.get_close_matches(str(name), names(), n=3, cutoff=0.5) or names()
        raise ValueError(f"name: got {name!r}, expected the name of an exercise, such as {', '.join(near)}")
    if rng is not None and not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng: expected numpy.random.default_rng(seed), got {type(rng).__name__}")
    return judge(_exercises()[name], answer, np.random.default_rng() if rng is None else rng)


def names(lesson: str | int | None = None) -> tuple[str, ...]:
    """Return the names of all exercises, or those of one lesson ("03" or 3), in the order of the lessons.

    Raises
    ------
    ValueError
        for a lesson without exercises.
    """
    ordered = sorted(_exercises().values(), key=lambda exercise: exercise.lesson)
    if lesson is None:
        return tuple(exercise.name for exercise in ordered)
    asked = f"{lesson:0>2}"
    found = tuple(exercise.name for exercise in ordered if exercise.lesson == asked)
    if not found:
        raise ValueError(f"lesson: got {lesson!r}, expected one from '00' to '{ordered[-1].lesson}'")
    return found
