"""The LSTM beside the GRU, and the line of words: keep old or take new, the reset gate, both compared."""

from typing import NamedTuple

from lstm_teach.labs.cell import cached
from lstm_teach.labs.cell.cached import reach, score
from lstm_teach.labs.cell.inputs import Example
from lstm_teach.labs.cell.runs import LEARNED, NEAR, CellRun, Held, Look, Tied
from lstm_teach.plotting import percent, plain, rounded

ADDS, TIED = "i = f = 1", "f = z, i = 1 − z"
WAYS = [LEARNED, ADDS, TIED]
"""What the gates of the LSTM do: the third is the GRU's update gate in the place of two."""


class Beside(NamedTuple):
    """The LSTM's run, how its gates are held, and that in words: one of `WAYS`."""

    run: CellRun
    held: Held | Tied
    way: str


def lstm_beside(example: Example, held: Held, way: str) -> Beside:
    """Return the LSTM that reads the example beside a GRU whose gates are `held`, from the same step on."""
    ways: dict[str, Held | Tied] = {
        LEARNED: Held(),
        ADDS: Held((("f", 1.0), ("i", 1.0)), held.first),
        TIED: Tied(example.cells["GRU"], held, example.candidate),
    }
    return Beside(cached.read(example.cells["LSTM"], example, ways[way]), ways[way], way)


def case(z: float) -> str | None:
    """Return the name of what an update gate z does to h, or None if it does some of both."""
    if min(z, 1.0 - z) > NEAR:
        return None
    return "keep old" if z > 0.5 else "take new"


def shares(z: float) -> str:
    """Return how much of the old is kept, and how much of the candidate is taken."""
    return f"keeps {percent(z)}, takes {percent(1.0 - z)}"


def status(look: Look, beside: Beside, gradient: bool) -> str:
    """Return some sentences with the numbers of this step; with `gradient`, on the reach."""
    now = look.now()
    named = case(now["z"]) or f"mixed: {shares(now['z'])}"
    sentences = [f"Unit {look.unit}, step {look.step}: {named}."]
    if look.run.example.candidate is not None:
        sentences.append(_compared(look, beside, now["h"]))
    else:
        sentences += [_moved(now), _reset(now), _reach(look, beside) if gradient else _right(look, beside)]
    return " ".join(filter(None, sentences))


def _compared(look: Look, beside: Beside, h: float) -> str:
    """The LSTM's c against the GRU's h, under the same candidate."""
    c = plain(beside.run.line("c", look.unit)[look.step - 1], 3)
    has = f"As learned, the LSTM has c = {c}."
    if beside.way != LEARNED:
        has = f"With {beside.way}, the LSTM has c = {c}."
    if (beside.run.all_units("c") == look.run.all_units("h")).all():
        return f"{has} It is the h of the GRU, bit for bit."
    return f"{has} The GRU stays below 1: h = {plain(h, 3)}."


def _moved(now: dict[str, float]) -> str:
    before, after = rounded(now["h_prev"], 2), rounded(now["h"], 2)
    if now["h"] == now["h_prev"]:
        return f"h stays {after}."
    return f"h hardly moves: it is {after}." if before == after else f"h goes from {before} to {after}."


def _reset(now: dict[str, float]) -> str:
    """What a reset gate near an end does; between them nothing is said."""
    if now["r"] >= 1.0 - NEAR:
        return "The reset gate is open: the candidate sees the old h."
    if now["r"] > NEAR:
        return ""
    if case(now["z"]) != "keep old":  # h may also stay where a new value equals the old one
        return "The reset gate is closed: the candidate does not see the old h."
    if now["h"] == now["h_prev"]:
        return "The reset gate is closed, and nothing is forgotten."
    return "The reset gate is closed, and hardly anything is forgotten."


def _right(look: Look, beside: Beside) -> str:
    gru, lstm = look.run.cell, beside.run.cell
    right, chance = percent(score(gru, look.held)), percent(gru.chance)
    of_gru = f"The GRU is right on {right} of {gru.scored} (by chance {chance})."
    if look.held.gates:
        learned = percent(score(gru, Held()))
        of_gru = f"The GRU is right on {right} of {gru.scored} (as learned {learned}, by chance {chance})."
    of_lstm = f"The LSTM is right on {percent(score(lstm, beside.held))}."
    if beside.way != LEARNED:
        of_lstm = f"With {beside.way}, the LSTM is right on {percent(score(lstm, beside.held))}."
    return f"{of_gru} {of_lstm}"


def _reach(look: Look, beside: Beside) -> str:
    gru, lstm = (plain(float(reach(run)[look.step - 1]), 2) for run in (look.run, beside.run))
    return f"Of a nudge of the state here, {gru} is left at the end in the GRU and {lstm} in the LSTM."
