"""The LSTM cell: c runs straight through at the top, h and x come in below, four small layers between."""

from collections.abc import Collection, Mapping
from math import tanh

from lstm_teach.diagrams.parts import HEIGHT, WIDTH, arrow, check, gate, meet, note, path, squash
from lstm_teach.plotting import FAINT, INK, STROKES, Picture, compact, text

NAMES = ("h_prev", "c_prev", "i", "f", "o", "c_tilde", "c", "h")
TOP, MIDDLE, GATES, BUS = 62.0, 128.0, 196.0, 258.0  # heights of the four levels
F, I, CANDIDATE, O = 116.0, 202.0, 284.0, 370.0  # noqa: E741  the places of the gates
ADD, OUT = 243.0, 424.0


def lstm_cell(now: Mapping[str, float], alt: str, held: Collection[str] = ()) -> Picture:
    """Return one unit of an LSTM at one step. Each path is as thick and bright as what flows along it.

    `now` has the numbers of this unit: "h_prev", "c_prev", "i", "f", "o", "c_tilde", "c", "h", and "x" if
    there is one input. `alt` says what the picture shows. `held` names the gates that are clamped; each gets
    a second frame. ValueError if a name is missing in `now`.
    """
    check(now, NAMES)
    f, i, o, candidate = now["f"], now["i"], now["o"], now["c_tilde"]
    kept, written = f * now["c_prev"], i * candidate
    colour = {name: STROKES[name].colour for name in ("f", "i", "o", "c_tilde", "h")}

    inputs = max(abs(now["h_prev"]), abs(now.get("x", 0.0)))
    taps = "".join(f"M{x:g} {BUS:g}V{GATES:g}" for x in (F, I, CANDIDATE, O))
    paths = [
        path(f"M14 {BUS:g}H{O:g}{taps}", inputs, FAINT),
        path(f"M{F:g} {GATES:g}V{TOP:g}", f, colour["f"]),
        path(f"M{I:g} {GATES:g}V{MIDDLE:g}H{ADD:g}", i, colour["i"]),
        path(f"M{CANDIDATE:g} {GATES:g}V{MIDDLE:g}H{ADD:g}", candidate, colour["c_tilde"]),
        path(f"M{ADD:g} {MIDDLE:g}V{TOP:g}", written, colour["c_tilde"]),
        path(f"M{O:g} {GATES:g}V170H{OUT:g}", o, colour["o"]),
        path(f"M14 {TOP:g}H{F:g}", now["c_prev"], INK),
        path(f"M{F:g} {TOP:g}H{ADD:g}", kept, INK),
        path(f"M{ADD:g} {TOP:g}H464", now["c"], INK),
        path(f"M{OUT:g} {TOP:g}V170", tanh(now["c"]), INK),
        path(f"M{OUT:g} 170H464", now["h"], colour["h"]),
    ]
    signs = [
        arrow(472, TOP),
        arrow(472, 170),
        meet(F, TOP, "×", colour["f"]),
        meet(ADD, MIDDLE, "×", colour["i"]),
        meet(ADD, TOP, "+"),
        squash(OUT, 112),
        meet(OUT, 170, "×", colour["o"]),
        gate("f", F, GATES, f, held),
        gate("i", I, GATES, i, held),
        gate("c_tilde", CANDIDATE, GATES, candidate, held),
        gate("o", O, GATES, o, held),
    ]
    words = [
        text(6, TOP - 32, "c before", class_="faint"),
        note(6, TOP - 15, compact(now["c_prev"]), "start", "bold"),
        text((F + ADD) / 2, TOP - 32, "kept", "middle", "faint"),
        note((F + ADD) / 2, TOP - 15, compact(kept), "middle", "bold"),
        text(ADD + 14, (TOP + MIDDLE) / 2 + 16, f"written {compact(written)}"),
        text(474, TOP - 32, "c now", "end", "faint"),
        note(474, TOP - 15, compact(now["c"]), "end", "bold"),
        text(474, 210, "h now", "end", "faint"),
        note(474, 227, compact(now["h"]), "end", "bold"),
        text(6, BUS + 23, _inputs(now), class_="faint"),
    ]
    marks = {"now": dict(now), "kept": kept, "written": written, "held": tuple(held)}
    return Picture(WIDTH, HEIGHT, "".join(paths + signs + words), alt, marks)


def _inputs(now: Mapping[str, float]) -> str:
    h = f"h before {compact(now['h_prev'])}, of this unit"
    return f"{h}; x {compact(now['x'])}" if "x" in now else f"{h}; and x and all of h, by the weights"
