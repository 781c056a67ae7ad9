# %% [markdown] slideshow={"slide_type": "slide"}
# # Show a part of it: the output gate
#
# Two gates look after the memory c. The third decides what the rest of the network gets to see of it, and that is
# less harmless than it sounds.
#
# **You will see** (20 minutes, no GPU needed)
#
# - that h is a share of tanh(c), and that c itself is not confined to (-1, 1),
# - that closing the output gate for one step leaves that step's c alone, and changes all later ones,
# - what is left of a trained reader of reviews when its output gate is held.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 20 minutes. The last of the three. Say that it has the surprise: the gate that cannot touch c at its
# own step, and moves it at the next.

# %% slideshow={"slide_type": "skip"}
import json

import numpy as np

from lstm_teach import data_dir, fitting, reader, reviews
from lstm_teach.cells import LSTMParams, lstm_forward, sigmoid
from lstm_teach.diagrams import lstm_cell
from lstm_teach.exercises import check
from lstm_teach.labs import gate_lab, reader_lab
from lstm_teach.plotting import Axis, Bars, Level, Line, Span, chart, join
from lstm_teach.quizzes import quiz


def drawn(trace, t, unit):
    """The cell at step t + 1 of a trace's first sequence, one unit of it."""
    now = {name: float(getattr(trace, name)[0, t, unit]) for name in ("i", "f", "c_tilde", "o", "c", "h")}
    now |= {f"{s}_prev": float(getattr(trace, s)[0, t - 1, unit]) for s in "hc"}
    return lstm_cell(now, f"Step {t + 1}: o is {now['o']:.2f}, c {now['c']:.2f}, h {now['h']:.2f}.")


judge = reader.load()
review = (
    "The story is slow and the jokes are old, but the acting is excellent and I will definitely "
    "watch it again."
)
np.set_printoptions(precision=3, suppress=True)
SEED = 0
rng = np.random.default_rng(SEED)
print("seed", SEED)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-12"]
# ## From c to h
#
# c is private. What others see is the **hidden state** h, a share of tanh(c), and the **output gate** sets the share:
#
# $$o_t = \sigma(x_t W_o + h_{t-1} U_o + b_o)$$
#
# $$h_t = o_t \odot \tanh(c_t)$$
#
# By hand, for one unit of the small LSTM of lessons 03 and 04:

# %% slideshow={"slide_type": "fragment"} tags=["row-12"]
cell = fitting.load_fitted(data_dir() / "recall" / "lstm-flagged_recall.npz")
p, task, t, u = cell.params, cell.task, 11, 2
batch = task.batch(1000, rng)
trace = cell.trace(batch.xs.astype(p.dtype))
x, h_prev = trace.xs[0, t], trace.h[0, t - 1]
o = 1 / (1 + np.exp(-(np.dot(x, p.W_o[:, u]) + np.dot(h_prev, p.U_o[:, u]) + p.b_o[u])))
h = o * np.tanh(trace.c[0, t, u])
print(f"o by hand {o:.5f}, in the trace {trace.o[0, t, u]:.5f}")
print(f"h by hand {h:.5f}, in the trace {trace.h[0, t, u]:.5f}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) The third gate of the same make: let the room say the equation before you show it. Who sees h? The layer
# after this one, and the gates of the next step. The second reader is the one that people forget.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-12"]
# ## Why a tanh on the way?
#
# All gates lie in (0, 1) and the candidate in (-1, 1).
#
# **Predict:** does c lie in (-1, 1) too? An example: for 20 steps f = 1, i = 1, and c̃ = 0.762.

# %% slideshow={"slide_type": "fragment"} tags=["row-12"]
hold = {"f": 1.0, "i": 1.0, "c_tilde": np.tanh(1.0), "o": 1.0}  # tanh(1) is 0.762
pile = lstm_forward(np.zeros((1, 20, 1)), LSTMParams.random(1, 1, rng), clamp=hold)
print(f"after 20 steps: c is {pile.c[0, -1, 0]:.2f}, h is below 1 by about {1 - pile.h[0, -1, 0]:.0e}")
chart(
    [Line(np.arange(1, 21), getattr(pile, s)[0, :, 0], s, s) for s in "ch"],
    Axis("step", 1, 20, whole=True),
    Axis("state", 0, 16),
    alt="c climbs in a straight line to 15.2; h levels off just below 1.",
    title="c is a sum, and may leave (-1, 1); h may not",
    width=600,
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ## In a trained network too
#
# The reader reads the 64 longer reviews that come with this course. The largest c and h of all units, at all words:

# %% slideshow={"slide_type": "-"} tags=["row-12"]
longer = reviews.longer_reviews()
read = [judge.read(one.text) for one in longer]
largest = {state: max(np.abs(getattr(one, state)).max() for one in read) for state in "ch"}
print(f"in {len(read)} longer reviews: |c| up to {largest['c']:.1f}, |h| up to {largest['h']:.2f}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) c may grow by up to 1 a step, without end. tanh brings it back into a range that the next layer and the next
# gates can use. The other side of it: tanh(3) is 0.995 and tanh(15) is 1.000, so h hardly tells a large c from a huge
# one.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-12"]
# ## Close it for one step
#
# The output gate is held at 0 at step 12, and only there.
#
# **Predict:** does that change
#
# 1. c at step 12?
# 2. c at step 13?
# 3. the answer at step 30?

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Three votes, written down. Nearly everybody says no, no, no, since the drawing has no path from o back to c.
# It has none within a step.

# %% slideshow={"slide_type": "fragment"} tags=["row-12"]
steps = np.arange(1, task.time + 1)
once = {"o": np.where(steps == 12, 0.0, np.nan)[:, None]}  # NaN: as learned
closed = cell.trace(trace.xs, once)
moved = np.abs(closed.c - trace.c).max(axis=(0, 2))  # the largest of all units and sequences, (steps,)
print(f"largest change of c at step 12: {moved[11]}, at 13: {moved[12]:.2f}, at 30: {moved[29]:.2f}")
print(f"right on {cell.score(batch):.1%}, with o closed at step 12 on {cell.score(batch, once):.1%}")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-12"]
# ## The way round
#
# Unit 0 at step 13: left as learned, right after o was held at 0 for one step, so that h was 0. All four boxes read h,
# and so something else is written.

# %% slideshow={"slide_type": "-"}
join([drawn(trace, 12, 0), drawn(closed, 12, 0)])

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Same step, same input, same old c. Only "h before" differs, below, in this unit and in the seven others. Read
# i, c̃ and *written* aloud on both sides.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ## c keeps the difference
#
# Most of h is back a step later. c keeps what was written, and the difference grows.

# %% slideshow={"slide_type": "-"} tags=["row-12"]
apart = {s: np.abs(getattr(closed, s) - getattr(trace, s)).mean(axis=(0, 2)) for s in "ch"}
chart(
    [Span(11.5, 12.5), *(Line(steps, apart[s], s, f"change of {s}") for s in "ch")],
    Axis("step", 1, task.time, whole=True),
    Axis("mean change", 0, 0.25),
    alt="Before step 12 nothing; at 12 h jumps; from 13 on c is changed, more and more; h returns.",
    title="How far the states are from what they would have been, o closed at step 12",
    width=660,
)

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Most of h is back after a step; c keeps the difference, since keeping is what it does, and adds to it. The
# answer stays right all the same: this memory has room for a disturbance.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Lab: output closed
#
# The gate is closed at step 12 only; the dotted line is c as learned.
#
# 1. Move *Look at step* from 11 to 14 and read what h does.
# 2. **Predict:** closed at step 30 only, how often is the answer right? Set *Held from step* to 30.
# 3. Set *Held from step* to 12, and *Held* to *to the end*: what becomes of h, and of c?
# 4. Set *Forget* to *open* and *Input* to *closed*: does c still move?

# %% [markdown] slideshow={"slide_type": "skip"}
# ![One step of the cell beside c, h and the gates over 30 steps; at step 12 the output gate is held at 0, and h is 0
# for one step while c goes on](images/gate_lab--output-closed.svg)

# %% slideshow={"slide_type": "subslide"}
gate_lab("output closed")

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Number 4 is the check of the explanation: with the other two gates held, c no longer depends on h, and the
# dotted line is the only one that moves. Leave number 2 for the next slide if they do not agree.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Which step must be shown?
#
# Now the gate is closed at one of the 30 steps, each in turn.
#
# **Predict:** at which steps does that cost right answers: at the flag, in the middle, or at the end? And if it is
# closed at the first 20 steps, all of them?


# %% slideshow={"slide_type": "fragment"}
def hidden(where):
    """The share of right answers with o closed at some steps; `where` (steps,) is True there."""
    return cell.score(batch, {"o": np.where(where, 0.0, np.nan)[:, None]})


one_closed = [hidden(steps == k) for k in steps]
blind = {k: hidden(steps <= k) for k in (20, 27, 29)}
print("closed at the first", ", ".join(f"{k} steps: {share:.0%} right" for k, share in blind.items()))
chart(
    [Bars(steps, np.array(one_closed), "o", "with o closed at one step"), Level(task.chance)],
    Axis("the step", 0.5, 30.5, whole=True),
    Axis("right answers (25 % by chance)", 0, 1, ticks={0.0: "0 %", task.chance: "25 %", 1.0: "100 %"}),
    alt="Right every time whichever step is closed, but for the last, where it falls to chance.",
    title="Only the last h is read, and c carries the letter to it unseen",
    width=660,
    height=220,
)

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) The answer is read from the last h, so only that one must be shown; c carries it there unseen. Above the
# chart: 20 blind steps cost nothing either, though the letter was written in them; 29 cost nearly all. A cell that
# never sees itself does not strengthen what it wrote.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Lab: a reader that shows nothing
#
# The reader of reviews, its output gate closed at every word.
#
# 1. Move *Word*. Why does the probability not move at all?
# 2. Set *Output gate* to *open*, to *at its mean*, to *learned*.
#
# **Predict:** closed at all words but the last, does the probability still stay where it is, or does it move at the last
# word, "again"?

# %% [markdown] slideshow={"slide_type": "skip"}
# ![The sentence read with the output gate closed: no word is coloured, and the probability stays at 0.51 from the first
# word to the last](images/reader_lab--nothing-shown.svg)

# %% slideshow={"slide_type": "subslide"}
reader_lab("nothing shown")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Closed, h is 0 at every word, and the read-out sees only its own bias. Is the memory empty, or only hidden?
# That is the prediction.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Hidden is not empty
#
# Closed at every word, all verdicts are the same. Closed at all words but the last, the memory is read once, at the
# end. The sentence of the lab, and the 64 reviews made for the course:


# %% slideshow={"slide_type": "fragment"}
def last_probability(text, name):
    """What the reader says after the last word, with its output gate held by that name."""
    but_last = np.append(np.zeros(len(judge.read(text).words) - 1), np.nan)[:, None]  # NaN: as learned
    holds = {"as trained": {}, "closed": {"o": 0.0}, "closed but for the last word": {"o": but_last}}
    return judge.read(text, holds[name]).probability[-1]


right = {"as trained": 0, "closed": 0, "closed but for the last word": 0}
for name in right:
    right[name] = sum(int((last_probability(one.text, name) > 0.5) == one.label) for one in longer)
    print(f"{name:28} sentence {last_probability(review, name):.2f}, right on {right[name]} of {len(longer)}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Nothing, all, and the mean
#
# Closed, c is not empty, only hidden. Open, the gates read a larger h, and c itself grows. A constant *mean* does nearly
# as well as the learned gate. The record of IMDB's 25,000 test reviews:

# %% slideshow={"slide_type": "fragment"}
record = json.loads((data_dir() / "gates" / "reader.json").read_text(encoding="utf-8"))
accuracy = {row["condition"]: row["accuracy"] for row in record["conditions"]}
holds = {"closed": 0.0, "open": 1.0, "at its mean": np.array(record["means"]["o"])}
holds = {"as trained": {}} | {f"output gate o {at}": {"o": o} for at, o in holds.items()}
for name, hold in holds.items():
    one = judge.read(review, hold)
    verdict, size = one.probability[-1], np.abs(one.c).mean()
    print(f"{name:26} sentence {verdict:.2f}, mean |c| {size:.2f}   test reviews {accuracy[name]:.1%}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Three lessons, three times the same result at the mean: one gate at a time, this reader needs the right sizes
# more than the right moments. All three at their means at once cost more, as the same record says. Lesson 06 puts the
# three gates together.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## You saw
#
# - that h is a share of tanh(c), and that c itself is not confined to (-1, 1),
# - that closing the output gate for one step left that step's c alone, and changed all later ones,
# - what was left of a trained reader of reviews when its output gate was held.

# %% slideshow={"slide_type": "slide"}
quiz("05")

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) A poll: `quiz("05", 1)` shows one question alone.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Your turn
#
# ### Exercise 1: the output gate
#
# Write the output gate of one step, for all units and the whole batch at once. `sigmoid` is imported.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def output_gate(x, h_prev, p):
    """x (batch, m), h_prev (batch, n), p with W_o (m, n), U_o (n, n), b_o (n,) -> o (batch, n)."""
    return ...


check("output_gate", output_gate)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def output_gate(x, h_prev, p):
    """x (batch, m), h_prev (batch, n), p with W_o (m, n), U_o (n, n), b_o (n,) -> o (batch, n)."""
    return sigmoid(x @ p.W_o + h_prev @ p.U_o + p.b_o)


check("output_gate", output_gate)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 2: the hidden state
#
# Write the new hidden state from the output gate and the new cell state.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def hidden_state(o, c):
    """Each (batch, n) -> h (batch, n)."""
    return ...


check("hidden_state", hidden_state)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def hidden_state(o, c):
    """Each (batch, n) -> h (batch, n)."""
    return o * np.tanh(c)


check("hidden_state", hidden_state)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 3: closed at every step
#
# The output gate is held at 0 at *every* step. By how much does c change, at each step and unit: with the gate held
# minus as learned? `lstm_forward(xs, p, clamp=…)` takes the same clamps as above.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def close_output(xs, p):
    """xs (batch, time, m), p an LSTM's parameters -> the change of c, (batch, time, n)."""
    return ...


check("close_output", close_output)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def close_output(xs, p):
    """xs (batch, time, m), p an LSTM's parameters -> the change of c, (batch, time, n)."""
    return lstm_forward(xs, p, clamp={"o": 0.0}).c - lstm_forward(xs, p).c


check("close_output", close_output)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Further reading
#
# - S. Hochreiter, J. Schmidhuber (1997), [Long Short-Term Memory](https://doi.org/10.1162/neco.1997.9.8.1735). Why a
#   memory should be hidden while it is of no use.
# - F. A. Gers, J. Schmidhuber (2000),
#   [Recurrent Nets that Time and Count](https://doi.org/10.1109/IJCNN.2000.861302). Gates that look at c itself, past a
#   closed output gate: peepholes.
# - C. Olah (2015), [Understanding LSTM Networks](https://colah.github.io/posts/2015-08-Understanding-LSTMs/).
#
# One more exercise, if you like: `check("cut_the_way_back")` says what it asks.
#
# Next: [06 The LSTM cell](06_lstm_cell.ipynb)
