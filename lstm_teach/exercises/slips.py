"""Slips of the pen in the gates of an LSTM or a GRU: as parameters that lead to the same numbers."""

from dataclasses import replace
from typing import TypeVar

from lstm_teach.arrays import Array
from lstm_teach.cells import GRUParams, LSTMParams

P = TypeVar("P", LSTMParams, GRUParams)


def with_block(p: P, array: str, gate: str, value: Array | float) -> P:
    """Return a copy of `p` with one block replaced: `with_block(p, "U", "f", 0.0)` for U_f."""
    changed: P = replace(p, **{array: getattr(p, array).copy()})
    getattr(changed, f"{array}_{gate}")[...] = value
    return changed


def exchanged(p: P, one: str, other: str) -> P:
    """Return a copy of `p` in which two gates have each other's weights."""
    changed = p
    for array in "WUb":
        changed = with_block(changed, array, one, getattr(p, f"{array}_{other}"))
        changed = with_block(changed, array, other, getattr(p, f"{array}_{one}"))
    return changed


def slips(p: P, gate: str, gates: str) -> dict[str, P]:
    """Return what a slip in one gate amounts to, by its hint: a part left out, turned, or another gate's."""
    turned = with_block(p, "U", gate, getattr(p, f"U_{gate}").T)
    found = {
        f"The bias p.b_{gate} is missing.": with_block(p, "b", gate, 0.0),
        f"h_prev @ p.U_{gate} is missing: yours looks at x alone.": with_block(p, "U", gate, 0.0),
        f"x @ p.W_{gate} is missing: yours does not look at x.": with_block(p, "W", gate, 0.0),
        f"p.b_{gate} is added twice; once is enough.": with_block(
            p, "b", gate, 2.0 * getattr(p, f"b_{gate}")
        ),
        f"p.b_{gate} is subtracted; it is added.": with_block(p, "b", gate, -getattr(p, f"b_{gate}")),
        f"p.U_{gate} is transposed, or on the wrong side. In row form it is h_prev @ p.U_{gate}.": turned,
    }
    for other in gates.replace(gate, ""):
        all_three = p
        for array in "WUb":
            theirs = getattr(p, f"{array}_{other}")
            all_three = with_block(all_three, array, gate, theirs)
            found[f"You wrote p.{array}_{other} where p.{array}_{gate} belongs."] = with_block(
                p, array, gate, theirs
            )
        found[
            f"In place of {gate} stands {other}, or its W, U and b "
            f"(the blocks stand in the order {', '.join(gates)})."
        ] = all_three
    return found
