"""The line of words: keep old, take new, or how much of each; the reset gate; the LSTM beside it."""

from lstm_teach.labs.gate.status import NEAR, percent, two
from lstm_teach.labs.gru.costs import costs_in_words
from lstm_teach.labs.gru.run import LEARNED, Look
from lstm_teach.plotting import plain


def case(z: float) -> str | None:
    """The name of what an update gate z does to h, or None if it does some of both."""
    if min(z, 1.0 - z) > NEAR:
        return None
    return "keep old" if z > 0.5 else "take new"


def shares(z: float) -> str:
    """How much of the old is kept, and how much of the candidate is taken."""
    return f"keeps {percent(z)}, takes {percent(1.0 - z)}"


def status(look: Look, beside: str) -> str:
    """Two or three sentences with the numbers of this step."""
    now = look.now()
    named = case(now["z"]) or f"mixed: {shares(now['z'])}"
    if beside == "costs":
        return costs_in_words(look.p)
    if look.constant:
        return f"Step {look.step}: {_beside(look, now['h'])} Unit {look.unit}: {named}."
    where = f"Unit {look.unit}, step {look.step}: {named}. {_moved(now)}{_reset(now)}."
    return f"{where} {_reach(look) if beside == 'gradient' else _right(look)}"


def _beside(look: Look, h: float) -> str:
    """The LSTM's c against the GRU's h, under the same candidate."""
    gates = "LSTM as learned" if look.way == LEARNED else f"LSTM with {look.way}"
    if (look.lstm.c == look.gru.h).all():
        return f"{gates}: c = {plain(look.c(), 3)}, the h of the GRU, bit for bit."
    return f"{gates}: c = {plain(look.c(), 3)}; the GRU stays below 1: h = {plain(h, 3)}."


def _moved(now: dict[str, float]) -> str:
    before, after = two(now["h_prev"]), two(now["h"])
    if now["h"] == now["h_prev"]:
        return f"h stays {after}"
    return f"h hardly moves, {after}" if before == after else f"h goes from {before} to {after}"


def _reset(now: dict[str, float]) -> str:
    """What a reset gate near an end does; between them nothing is said."""
    if now["r"] <= NEAR:
        if case(now["z"]) == "keep old":  # h may also stay where a new value equals the old one
            left = "nothing" if now["h"] == now["h_prev"] else "hardly anything"
            return f"; reset closed, and {left} is forgotten"
        return "; reset closed: the candidate does not see the old h"
    return "; reset open: the candidate sees the old h" if now["r"] >= 1.0 - NEAR else ""


def _right(look: Look) -> str:
    gru, learned, lstm = look.scores()
    learned_too = f"learned {percent(learned)}, " if look.held.gates else ""
    chance = f"chance {percent(look.reading.chance)}"
    way = "" if look.way == LEARNED else f" with {look.way}"
    return (
        f"Right on {look.reading.scored}: GRU {percent(gru)} ({learned_too}{chance}), "
        f"LSTM {percent(lstm)}{way}."
    )


def _reach(look: Look) -> str:
    gru, _, lstm = (plain(float(reach[look.step - 1]), 2) for reach in look.reach())
    return f"A nudge of the state here arrives at the end {gru} times as large, in the LSTM {lstm} times."
