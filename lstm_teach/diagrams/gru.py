"""The GRU cell: h runs through at the top, and the update gate weighs old against new."""

from collections.abc import Collection, Mapping

from lstm_teach.diagrams.parts import HEIGHT, WIDTH, arrow, check, gate, meet, note, path
from lstm_teach.plotting import FAINT, STROKES, Picture, compact, text

NAMES = ("h_prev", "z", "r", "h_tilde", "h")
TOP, MIDDLE, GATES, BUS = 62.0, 128.0, 196.0, 258.0
Z, R, CANDIDATE = 116.0, 226.0, 350.0
RESET = 290.0  # where r meets h on its way to the candidate


def gru_cell(now: Mapping[str, float], alt: str, held: Collection[str] = ()) -> Picture:
    """Return one unit of a GRU at one step. Each path is as thick and bright as what flows along it.

    `now` has "h_prev", "z", "r", "h_tilde", "h", and "x" if there is one input. `held` names the gates that
    are clamped. ValueError if a name is missing in `now`.
    """
    check(now, NAMES)
    z, r, candidate, h_prev = now["z"], now["r"], now["h_tilde"], now["h_prev"]
    kept, taken = z * h_prev, (1.0 - z) * candidate
    colour = {name: STROKES[name].colour for name in ("z", "r", "h_tilde", "h")}

    inputs = max(abs(h_prev), abs(now.get("x", 0.0)))
    paths = [
        path(f"M14 {BUS:g}H{RESET:g}M{Z:g} {BUS:g}V{GATES:g}M{R:g} {BUS:g}V{GATES:g}", inputs, FAINT),
        path(f"M{RESET:g} {BUS:g}H{CANDIDATE:g}V{GATES:g}", r * h_prev, FAINT),
        path(f"M{R:g} {GATES:g}H{RESET:g}V{BUS:g}", r, colour["r"]),
        path(f"M{Z:g} {GATES:g}V{TOP:g}", z, colour["z"]),
        path(f"M{Z:g} {MIDDLE:g}H{CANDIDATE:g}", 1.0 - z, colour["z"]),
        path(f"M{CANDIDATE:g} {GATES:g}V{MIDDLE:g}", candidate, colour["h_tilde"]),
        path(f"M{CANDIDATE:g} {MIDDLE:g}V{TOP:g}", taken, colour["h_tilde"]),
        path(f"M14 {TOP:g}H{Z:g}", h_prev, colour["h"]),
        path(f"M{Z:g} {TOP:g}H{CANDIDATE:g}", kept, colour["h"]),
        path(f"M{CANDIDATE:g} {TOP:g}H464", now["h"], colour["h"]),
    ]
    signs = [
        arrow(472, TOP),
        meet(Z, TOP, "×", colour["z"]),
        meet(CANDIDATE, MIDDLE, "×", colour["z"]),
        meet(CANDIDATE, TOP, "+"),
        meet(RESET, BUS, "×", colour["r"]),
        gate("z", Z, GATES, z, held),
        gate("r", R, GATES, r, held),
        gate("h_tilde", CANDIDATE, GATES, candidate, held),
    ]
    middle = (Z + CANDIDATE) / 2
    inputs_in_words = f"x {compact(now['x'])}, h before" if "x" in now else "all of x and h"
    words = [
        text(6, TOP - 32, "h before", class_="faint"),
        note(6, TOP - 15, compact(h_prev), "start", "bold"),
        text(middle, TOP - 32, "old kept", "middle", "faint"),
        note(middle, TOP - 15, compact(kept), "middle", "bold"),
        note(middle, MIDDLE + 4, f"1 − z = {compact(1.0 - z)}"),
        text(CANDIDATE + 14, (TOP + MIDDLE) / 2 + 6, f"new {compact(taken)}"),
        text(474, TOP - 32, "h now", "end", "faint"),
        note(474, TOP - 15, compact(now["h"]), "end", "bold"),
        text(6, BUS + 23, inputs_in_words, class_="faint"),
    ]
    marks = {"now": dict(now), "kept": kept, "taken": taken, "held": tuple(held)}
    return Picture(WIDTH, HEIGHT, "".join(paths + signs + words), alt, marks)
