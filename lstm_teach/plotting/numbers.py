"""How numbers are written in pictures and in lines of words: the one place that decides it."""

from math import floor, log10

import numpy as np

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def steady(value: float) -> float:
    """Return a number without its last digits, in which processors differ, so that all round alike."""
    return float(f"{value:.12g}")


def plain(value: float, digits: int = 4) -> str:
    """Return a number as people write it, 1,215 or −0.5, with about `digits` significant digits.

    All digits before the point are written. Very large and small numbers have a power of ten: 1.7 · 10⁻⁵.
    """
    value = steady(value)
    if not np.isfinite(value):
        return {np.inf: "∞", -np.inf: "−∞"}.get(value, "undefined")
    if value == 0:
        return "0"
    size = floor(log10(abs(value)))
    if -4 <= size < 7:
        places = max(0, digits - 1 - size)
        written = f"{value:,.{places}f}"
        if "." in written:
            written = written.rstrip("0").rstrip(".")
    else:
        mantissa, exponent = f"{value:.{min(digits, 2) - 1}e}".split("e")
        written = f"{mantissa.removesuffix('.0')} · {power(int(exponent))}"
    return written.replace("-", "−")


def power(k: int) -> str:
    """Return 10 to the power k: "10⁻³"."""
    return "10" + superscript(k)


def superscript(k: int) -> str:
    """Return a whole number as an exponent: "⁻³"."""
    return str(k).translate(SUPERSCRIPTS)


def rough(value: float) -> str:
    """Return a number with two significant digits: 120,000."""
    return plain(float(f"{value:.2g}"), 2)


def rounded(value: float, places: int) -> str:
    """Return a number with at most `places` decimal places, without zeros at the end: 0.9."""
    return plain(round(steady(value), places))


def fixed(value: float, places: int) -> str:
    """Return a number with exactly `places` decimal places, so that it keeps its width: 0.900."""
    written = f"{steady(value):.{places}f}"
    if float(written) == 0:
        written = written.lstrip("-")
    return written.replace("-", "−")


def compact(value: float) -> str:
    """Return a number with two decimal places, or with none from 100 up, for where there is little room."""
    return fixed(value, 2) if abs(value) < 100 else plain(value, 2)


def percent(fraction: float) -> str:
    """Return a fraction in whole percent: 0.935 is "94 %"."""
    return f"{steady(100 * fraction):.0f} %"


def fine_percent(fraction: float) -> str:
    """Return a fraction from 0 to 1 in percent with two significant digits: 0.0041 is "0.41 %"."""
    if 0 < fraction < 0.001:
        return "< 0.1 %"
    return f"{plain(float(f'{100 * fraction:.2g}') if fraction < 0.995 else 100 * round(fraction, 3), 3)} %"
