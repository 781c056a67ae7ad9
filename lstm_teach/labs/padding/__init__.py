"""Reviews of different lengths as one rectangle: what is cut, what is padded, what reaches the last step."""

import numpy as np

from lstm_teach.labs.controls import Choice, Slider, Switch, TextField
from lstm_teach.labs.core import Controls, LabSpec, Presets, View
from lstm_teach.labs.padding.pictures import arriving_picture, rectangle_picture
from lstm_teach.labs.padding.rectangle import MOST_WORDS, Arrival, Rectangle, arrival, cudnn, rectangle
from lstm_teach.plotting import fine_percent, plain, superscript

REVIEWS = ("a true gem", "not bad at all but a bit long")  # 3 and 8 words; the third may be typed
THIRD = "slow at first and the jokes fall flat but by the end i was glad i had not left it"

PRESETS: Presets = {
    "padding at the end": {},
    "padding at the front": {"side": "at the front"},
    "masked": {"mask": True},
    "masked, at the front": {"side": "at the front", "mask": True},
    "forget bias 4": {"bias": 4.0},
    "to the longest": {"longest": True},
    "Keras' pad_sequences": {"side": "at the front", "keep": "last"},
    "pad_sequences, post": {"keep": "last"},
}

CONTROLS: Controls = {
    "third": TextField("Third review", THIRD, "a few words"),
    "length": Slider("Steps", 10, 1, MOST_WORDS),
    "longest": Switch("As long as the longest"),
    "keep": Choice("Words kept", "first", ["first", "last"]),
    "side": Choice("Padding", "at the end", ["at the end", "at the front"]),
    "mask": Switch("Mask the padding"),
    "bias": Slider("Forget bias", 1.0, -2.0, 6.0, 0.1, places=1),
}


def padding_view(
    third: str, length: int, longest: bool, keep: str, side: str, mask: bool, bias: float
) -> View:
    """Return the reviews as written and as the network sees them, what the last word left, and cuDNN."""
    made = rectangle((*REVIEWS, third), None if longest else length, keep, side)
    came = arrival(made.ids, mask, bias)
    kernel = cudnn(made.ids, mask)
    off = [
        *(("length",) if longest else ()),
        *(() if any(made.cut) else ("keep",)),
        *(() if any(made.pads) else ("side",)),
        *(() if made.ids.shape[1] > 1 else ("bias",)),  # the only step is the last
    ]
    pictures = [rectangle_picture(made, came, mask, longest), arriving_picture(came, kernel)]
    status = f"{_padded(made, came, side, mask, kernel['TensorFlow'].runs)} {_cut(made, keep)}".strip()
    return View(pictures, status, off)


def _padded(made: Rectangle, came: Arrival, side: str, mask: bool, fast: bool) -> str:
    """Return what the padding does to the review that has most of it."""
    most = int(np.argmax(made.pads))
    pads, left = made.pads[most], fine_percent(came.left[most])
    if not pads:
        return "Nothing is padded: the last word of each review stands at the last step."
    some = "1 pad" if pads == 1 else f"{pads} pads"
    if mask:
        waits = f"They come first anyway: {left} of c is left."
        if side == "at the end":
            waits = f"There c waits, and {left} of it is left."
        kernel = "cuDNN may run on TensorFlow." if fast else "cuDNN may not run."
        return f"Review {most + 1}: {some}, masked. {waits} {kernel}"
    if side == "at the front":
        return f"Review {most + 1}: {some} before the first word, none after the last: {left} of c is left."
    power = superscript(pads) if pads > 1 else ""
    equals = "" if left.startswith("<") else "= "
    formula = f"{plain(came.f, 2)}{power} {equals}{left}"
    return f"Review {most + 1}: {some} after the last word: {formula} of c is left."


def _cut(made: Rectangle, keep: str) -> str:
    """Return which reviews lose words, and how many."""
    one, many = "Review {k} loses its first word.", "Review {k} loses its first {cut} words."
    if keep == "first":
        one, many = "Review {k} loses its last word.", "Review {k} loses its last {cut} words."
    return " ".join(
        (one if cut == 1 else many).format(k=k, cut=cut) for k, cut in enumerate(made.cut, start=1) if cut
    )


LAB = LabSpec("padding_lab", padding_view, CONTROLS, PRESETS)
