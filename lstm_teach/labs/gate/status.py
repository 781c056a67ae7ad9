"""The line of words: which case it is, what becomes of c and h, what is left of the score."""

from lstm_teach.labs.cell.cached import reach, score
from lstm_teach.labs.cell.runs import NEAR, Held, Look
from lstm_teach.plotting import percent, plain, rounded

NOTHING = 0.005  # what is smaller shows as 0 in two decimal places
CASES = {
    (True, False): "keep",
    (True, True): "add",
    (False, False): "erase",
    (False, True): "overwrite",
}
"""(forget gate open, input gate open) -> what the cell does to c."""

GATES = {"i": "input", "f": "forget", "o": "output"}


def case(f: float, i: float) -> str | None:
    """Return the name of what a forget gate f and an input gate i do to c, or None for none of the four."""
    if any(min(gate, 1.0 - gate) > NEAR for gate in (f, i)):
        return None
    return CASES[f > 0.5, i > 0.5]


def shares(f: float, i: float) -> str:
    """Return how much of the old is kept, and how much of the candidate is written."""
    return f"keeps {percent(f)}, writes {percent(i)}"


def status(look: Look, gradient: bool = False) -> str:
    """Return two or three sentences; with `gradient`, one more on how far back the last state looks."""
    now = look.now()
    name = case(now["f"], now["i"]) or f"mixed: {shares(now['f'], now['i'])}"
    first = f"Unit {look.unit}, step {look.step}: {name}. {_gates(look)}: {_c(look, now)}; {_h(look, now)}."
    lstm, answer = look.run.cell, look.run.example.answer(look.run.trace.h[0, -1])
    others = f"as learned {percent(score(lstm, Held()))}, " if look.held.gates else ""
    others += f"by chance {percent(lstm.chance)}"
    last = f"Right on {percent(score(lstm, look.held))} of {lstm.scored} ({others}). {answer}"
    return f"{first} {_reach(look)} {last}" if gradient else f"{first} {last}"


def _gates(look: Look) -> str:
    held = look.held.at(look.step)
    words = [f"{GATES[gate]} {position(value)}" for gate, value in held.items()]
    if not words:
        return "No gate is held at this step" if look.held.gates else "Gates as learned"
    return ", ".join(words).capitalize()


def position(value: float) -> str:
    """Return in words where a gate is held."""
    return {0.0: "closed", 1.0: "open"}.get(value, f"at {plain(value, 2)}")


def _c(look: Look, now: dict[str, float]) -> str:
    before, after = rounded(now["c_prev"], 2), rounded(now["c"], 2)
    if before != after:
        return f"c goes from {before} to {after}{_as_learned(look, after)}"
    return "c stays 0" if after == "0" else f"c keeps {after}"


def _as_learned(look: Look, c: str) -> str:
    """Where c would have gone, if the output gate alone is held: it does not touch c but through h."""
    learned = rounded(look.learned.line("c", look.unit)[look.step - 1], 2)
    differs = {gate for gate, _ in look.held.gates} == {"o"} and learned != c
    return f" (as learned {learned})" if differs else ""


def _h(look: Look, now: dict[str, float]) -> str:
    before, after = rounded(now["h_prev"], 2), rounded(now["h"], 2)
    if now["o"] < NOTHING:
        left = "" if abs(now["c"]) < NOTHING else ", though c is not"
        last = look.step == look.run.example.time
        read = "" if last else ", and the gates of the next step read that h"
        return f"h is 0{left}{read}"
    if before == after:
        return "h stays 0" if after == "0" else f"h keeps {after}"
    if abs(now["c"] - now["c_prev"]) < NOTHING / 10:
        return f"h still moves, to {after}, since o does"
    return f"h goes to {after}"


def _reach(look: Look) -> str:
    of = look.step - 1
    held, learned = reach(look.run)[of], reach(look.learned)[of]
    times = f"{plain(held, 2)} times as large (learned {plain(learned, 2)})"
    return f"A nudge at this step arrives at the end {times}."
