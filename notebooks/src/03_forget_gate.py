# %% [markdown] slideshow={"slide_type": "slide"}
# # Keep or let go: the forget gate
#
# A plain RNN rewrites its whole state at every step. An LSTM has a second state, the **cell state** c, and a gate
# that decides at every step how much of it stays.
#
# **You will see** (20 minutes, no GPU needed)
#
# - that a gate is a small dense layer with a sigmoid: one soft value for each unit and step,
# - what a forget gate of 1 does, and how long a memory lasts at 0.5, 0.73 or 0.98,
# - what is left of a trained reader of reviews when its forget gate is held.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 20 minutes. One gate out of three. Lessons 04 and 05 have the same shape: the gate by hand, the gate
# in a lab, the gate held in a network that reads film reviews.

# %% slideshow={"slide_type": "skip"}
import json

import numpy as np

from lstm_teach import data_dir, fitting, reader, reviews
from lstm_teach.cells import LSTMParams, lstm_forward, lstm_step, sigmoid
from lstm_teach.diagrams import lstm_cell
from lstm_teach.exercises import check
from lstm_teach.labs import gate_lab, reader_lab
from lstm_teach.plotting import Axis, Cursor, Level, Line, Map, Note, chart, join
from lstm_teach.quizzes import quiz


def drawn(t, unit, clamp=None):
    """The cell at step t + 1 of the first sequence in `trace`, one unit of it, perhaps with gates held."""
    h_prev, c_prev = trace.h[:1, t - 1], trace.c[:1, t - 1]
    step = lstm_step(trace.xs[:1, t], h_prev, c_prev, p, clamp)
    now = {name: float(value[0, unit]) for name, value in step._asdict().items()}
    now |= {"h_prev": float(h_prev[0, unit]), "c_prev": float(c_prev[0, unit])}
    return lstm_cell(now, f"Unit {unit}: f is {now['f']:.2f}, c is {now['c']:.2f}.", held=clamp or ())


np.set_printoptions(precision=3, suppress=True)
judge = reader.load()
review = (
    "The story is slow and the jokes are old, but the acting is excellent and I will definitely "
    "watch it again."
)
SEED = 0
rng = np.random.default_rng(SEED)
print("seed", SEED)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-9"]
# ## Multiplication filters, addition merges
#
# *Gate* is a metaphor: nothing swings. A gate is a vector of numbers between 0 and 1, one for each unit. Multiplying
# by it lets a part of each unit through: near 0 it shuts, near 1 it lets pass.
#
# A product brings nothing in. What is new joins by a sum.

# %% slideshow={"slide_type": "fragment"}
c_prev = np.array([2.0, 1.0, 0.5])  # three units
f = np.array([1.0, 0.5, 0.0])  # a gate for each
new = np.array([0.0, -0.3, 0.7])  # lesson 04 makes it
kept = f * c_prev
print("kept", kept, "  c", kept + new)

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Ask which unit is untouched, halved, emptied. In the equations this `*` is ⊙, element by element. One × and
# one + carry c from step to step; the rest of the cell computes f, what is new, and what is shown.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-10"]
# ## A trap in the name
#
# **Predict:** the *forget* gate stands at 1, and nothing new comes in. What is left of c after the step: nothing, a
# part of it, or all of it?

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) A show of hands before anything is computed. Many rooms say "nothing", as the name suggests. Do not correct
# it; the cell does. A `clamp` comes back in every lab: gates that are held at a value in place of being computed.

# %% slideshow={"slide_type": "fragment"} tags=["row-10"]
tiny = LSTMParams.random(2, 3, rng)  # m = 2 features, n = 3 units
x, h_prev = rng.standard_normal((1, 2)), np.zeros((1, 3))
left = {}
for held in (1.0, 0.0):  # clamp: gates held at a value; the input gate i at 0 lets nothing new come in
    left[held] = lstm_step(x, h_prev, c_prev[None], tiny, clamp={"f": held, "i": 0.0}).c[0]
    print("f =", held, "leaves", left[held], "of", c_prev)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-9", "row-10"]
# ## A small dense layer
#
# **1 keeps everything**, to the last bit: f is the share that is *kept*. The network sets it at every step, from what
# it reads and what it showed last:
#
# $$f_t = \sigma(x_t W_f + h_{t-1} U_f + b_f)$$
#
# A dense layer with a sigmoid, as many outputs as units. By hand, in a small LSTM that has learned to name the flagged
# letter after 30 steps (lesson 02):

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) The LSTM of 1997 kept everything, always; Gers and others added this gate in 2000 so that it could forget.
# Three terms: what comes in now, what was shown a step ago (t - 1, that is the recurrence), and how open the gate is
# by itself. Recall the task: one of the first ten letters is flagged, twenty more follow, which one was it?

# %% slideshow={"slide_type": "fragment"} tags=["row-10"]
cell = fitting.load_fitted(
    data_dir() / "recall" / "lstm-flagged_recall.npz"
)  # it began with a forget bias of 4
p, task, (t, u) = cell.params, cell.task, (10, 2)  # the eleventh step, as the first is number 0; unit 2
batch = task.batch(1000, rng)
trace = cell.trace(batch.xs.astype(p.dtype))
from_x = sum(trace.xs[0, t, k] * p.W_f[k, u] for k in range(p.m))
from_h = sum(trace.h[0, t - 1, j] * p.U_f[j, u] for j in range(p.n))
by_hand = 1 / (1 + np.exp(-(from_x + from_h + p.b_f[u])))
print(f"by hand {by_hand:.6f}, in the package's trace {trace.f[0, t, u]:.6f}")
print("W_f", p.W_f.shape, "  U_f", p.U_f.shape, "  b_f", p.b_f.shape)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-5"]
# ## Every line carries a vector
#
# One unit of eight, as learned, and with its forget gate closed; the more flows along a path, the thicker it is. (i, c̃
# and o: lessons 04 and 05.) In the cell each line carries all eight: σ and tanh act on each number by itself.

# %% slideshow={"slide_type": "-"} tags=["row-5"]
print("x", trace.xs[:, t].shape, "  h", trace.h[:, t - 1].shape, "  f", trace.f[:, t].shape, end="   ")
print("σ of [-4 0 1 4] is", sigmoid(np.array([-4, 0, 1, 4])))
join([drawn(t, u), drawn(t, u, {"f": 0.0})])

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Follow the upper line: old c, the × of f, the + of what is new. With f closed the old c ends at the ×. Only
# the left of the picture is today's. Shapes: (batch, m) times (m, n) is (batch, n): a gate value for each unit of
# each sequence; a line in such a drawing is never a wire for one number. Ask for σ(0): a half, neither open nor closed.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-9"]
# ## One value for each unit and each step
#
# The reader of lesson 00, an LSTM of 32 units, reads *The story is slow and the jokes are old, but the acting is
# excellent and I will definitely watch it again*: $21 \times 32$ forget values.
#
# **Predict:** which part of them is nearly closed, below 0.1, and which nearly open, above 0.9?

# %% slideshow={"slide_type": "fragment"} tags=["row-9"]
reading = judge.read(review)
closed, wide_open = np.mean(reading.f < 0.1), np.mean(reading.f > 0.9)
print(f"below 0.1: {closed:.0%}   between: {1 - closed - wide_open:.0%}   above 0.9: {wide_open:.0%}")
chart(
    [Map(reading.f.T - 0.5, 0.5, "f − ½")],
    Axis("word", 0.5, 21.5, ticks={4: "slow", 9: "old", 14: "excellent", 18: "definitely"}),
    Axis("unit", 0.5, 32.5, ticks={1: "0", 17: "16", 32: "31"}),
    alt="Forget values of 32 units at 21 words, 0.4 to 1; many units change at slow and at excellent.",
    title="Dimmers, not switches: each unit has its own, and it moves with the words",
    width=660,
)

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Most guesses are too hard: "half open, half closed". These gates are dimmers. Point at a column, all units at
# "excellent", then at a row, one unit at all words. Soft is what makes them trainable: a hard 0 or 1 has no slope.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-7"]
# ## Two states: c is long, h is short
#
# **c** is carried on. **h** is made from c afresh at each step: it is the output, and what the next gates read. Hence
# *long short-term memory*: a short-term memory that lasts long.
#
# **Predict:** f is closed in the last k of 30 steps, so only h hands on the letter. Is the answer still right for
# k = 1? For k = 4?

# %% slideshow={"slide_type": "fragment"} tags=["row-7"]
steps, last = np.arange(1, task.time + 1), np.arange(7)
holds = [np.where(steps > task.time - k, 0.0, np.nan)[:, None] for k in last]  # NaN: as learned
right = np.array([cell.score(batch, {"f": hold}) for hold in holds])
shares = " ".join(f"{share:.0%}" for share in right)
print(f"right, for k = {last[0]} to {last[-1]}: {shares}   by chance {task.chance:.0%}")
flag = trace.xs[0, :, -1].argmax() + 1  # the last feature is the flag
chart(
    [
        Line(steps, trace.c[0, :, u], "c", "c, long"),
        Line(steps, trace.h[0, :, u], "h", "h, short"),
        Cursor(flag),
        Note(flag + 0.4, 0.3, "flag"),
    ],
    Axis("step", 1, task.time, whole=True),
    Axis("state of unit 2", -1.5, 0.5),
    alt="c of unit 2 falls at the flag, stays below 0 and falls further; h follows it, smaller.",
    title="As learned: c takes up the letter at the flag and goes on growing; h is made from it",
    width=660,
)

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Nearly everybody says that one closed step wipes the memory. It wipes c; but h still knows the letter, and the
# cell writes it back, as it does all the time: after the flag c goes on growing, downward here. By chance it would be a
# quarter: alone, h lasts a step or two.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-10"]
# ## How long does c last?
#
# Alone, h lasts a step or two. And c? With nothing new, k steps at f leave $f^k$ of it. Its half-life is the k with
# $f^k = \tfrac12$.
#
# Keras starts forget gates with a bias of 1, so near σ(1) = 0.73. **Predict:** which part of c is left after 10 such
# steps: a half, a quarter, a twentieth?

# %% slideshow={"slide_type": "fragment"} tags=["row-10"]
silence, biased = np.zeros((1, 10, 2)), LSTMParams.random(2, 3, rng, forget_bias=1.0)
fading = lstm_forward(silence, biased, c0=np.ones((1, 3)), clamp={"i": 0.0, "o": 0.0})
print(f"measured {fading.c[0, -1, 0]:.6f}, σ(1) to the tenth power {sigmoid(1.0) ** 10:.6f}")
k, half_lives = np.arange(51), {f: float(np.log(0.5) / np.log(f)) for f in (0.5, 0.73, 0.9, 0.98)}
print("half-life in steps:", ", ".join(f"{life:.1f} at f = {f}" for f, life in half_lives.items()))
chart(
    [Level(0.5, "half"), *(Line(k, f**k, n, f"f = {f}") for n, f in enumerate(half_lives))],
    Axis("steps", 0, 50, whole=True),
    Axis("left of c", 0, 1),
    alt="What is left of c: at 0.5 next to nothing after 5 steps, at 0.98 a third after 50.",
    title="The last hundredths below 1 make the memory long",
    width=600,
)

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) 0.73 sounds generous, and most choose a quarter. Then the half-lives: from 0.5 to 0.73 it grows by one step,
# from 0.9 to 0.98 by nearly thirty. A bias of 4 begins at σ(4) = 0.98: that was the LSTM that solved lag 50 in lesson
# 02. Exercise 2 asks the other way round.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Lab: write once, close, wait
#
# From step 12 on the input gate is closed, the forget gate open.
#
# 1. Move *Look at step*: c, black, stays where it is.
# 2. Set *Forget* to *slider* and 0.93. **Predict:** at which step has c halved?
# 3. Try 0.73, then *closed*. How often is the answer still right?
# 4. Look at another *Unit*.

# %% [markdown] slideshow={"slide_type": "skip"}
# ![One step of the cell beside c, h and the gates over 30 steps; from step 12 the input gate is held at 0 and the
# forget gate at 1, and c is a level line](images/gate_lab--write-once-close-wait.svg)

# %% slideshow={"slide_type": "subslide"}
gate_lab("write once, close, wait")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Let the room name the step before you move to 0.93. The shaded steps are those at which gates are held; the
# dotted line is c as learned. The line of words gives the share of right answers.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What comes through c
#
# With the input gate closed nothing can be written back: what the network knows at step 30 has come through c. By
# step 21 that has been multiplied by f ten times, by step 30 nineteen times.

# %% slideshow={"slide_type": "fragment"}
waiting = np.where(steps >= 12, 1.0, np.nan)[:, None]  # steps 12 to 30; before, as learned
after = {f: cell.score(batch, {"f": f * waiting, "i": 0.0 * waiting}) for f in (1.0, 0.93, 0.73, 0.0)}
for f, score in after.items():
    print(f"f = {f:.2f}: left of c {f**10:.3f} at step 21, {f**19:.3f} at 30; right on {score:.0%}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) At 0.93 half is left at step 21. A quarter of c is still enough for most letters; a four-hundredth is not. Why
# is all of it not enough for every letter? The cell would have gone on writing: a flag at step 10 had two steps for it.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Lab: a reader that keeps nothing
#
# After every word it says how likely the review is positive; here f is held at 0.
#
# 1. Go from *Word* 14, "excellent", to the words after it. What becomes of the probability?
# 2. **Predict:** with *Forget gate* at *open* it forgets nothing. Is it better than trained?
# 3. Set it to *open*, to *at its mean*, to *learned*.

# %% [markdown] slideshow={"slide_type": "skip"}
# ![The sentence with each word coloured by what it does to the probability, which with the forget gate closed jumps
# up at excellent and falls back within two words](images/reader_lab--forget-gate-closed.svg)

# %% slideshow={"slide_type": "subslide"}
reader_lab("forget gate closed")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Closed, it still jumps at "excellent", and has lost most of it a word later. The colour is the change of the
# probability at that word, no measure of importance. Take the vote on *open* before you show it.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Fading at the right speed
#
# Closed, the reader is lost. Open, nearly so: in a long review old words pile up in c. Held at each unit's own *mean*,
# it loses hardly a point: this gate lets c fade at the right speed, more than it chooses the moment. *Test* is the
# record of IMDB's 25,000 test reviews. *Shipped* are the course's 64 longer ones, made to end with their verdict: there
# the last words are enough, and closed and open change places.

# %% slideshow={"slide_type": "fragment"}
record = json.loads((data_dir() / "gates" / "reader.json").read_text(encoding="utf-8"))
accuracy = {row["condition"]: row["accuracy"] for row in record["conditions"]}
holds = {"closed": 0.0, "open": 1.0, "at its mean": np.array(record["means"]["f"])}
holds = {"as trained": {}} | {f"forget gate f {at}": {"f": f} for at, f in holds.items()}
texts, label = zip(*((one.text, one.label) for one in reviews.longer_reviews()), strict=True)
piled = {name: np.abs(judge.read(max(texts, key=len), hold).c[-1]).mean() for name, hold in holds.items()}
shipped = {name: np.mean((judge.read_many(texts, hold) > 0.5) == label) for name, hold in holds.items()}
for name, hold in holds.items():
    verdict = f"sentence {judge.read(review, hold).probability[-1]:.2f}, long |c| {piled[name]:5.2f}"
    print(f"{name:25} {verdict}, test {accuracy[name]:.1%}, shipped {shipped[name]:.0%}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) An honest ending: gates are often said to choose what to forget. For this reader, a constant does nearly as
# well. Where a later flag must replace an earlier one, the moment matters; lesson 12 takes it further.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## You saw
#
# - that a gate is a small dense layer with a sigmoid: one soft value for each unit and step,
# - what a forget gate of 1 does, and how long a memory lasts at 0.5, 0.73 or 0.98,
# - what was left of a trained reader of reviews when its forget gate was held.

# %% slideshow={"slide_type": "slide"}
quiz("03")

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) A poll: `quiz("03", 1)` shows one question alone.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Your turn
#
# Each exercise ends with a `check` that tries your answer on fresh examples, and hints at what is wrong.
#
# ### Exercise 1: the forget gate
#
# Write the forget gate of one step, for all units and the whole batch at once. `sigmoid` is imported.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def forget_gate(x, h_prev, p):
    """x (batch, m), h_prev (batch, n), p with W_f (m, n), U_f (n, n), b_f (n,) -> f (batch, n)."""
    return ...


check("forget_gate", forget_gate)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def forget_gate(x, h_prev, p):
    """x (batch, m), h_prev (batch, n), p with W_f (m, n), U_f (n, n), b_f (n,) -> f (batch, n)."""
    return sigmoid(x @ p.W_f + h_prev @ p.U_f + p.b_f)


check("forget_gate", forget_gate)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 2: a half-life of ten steps
#
# Which value must the forget gate have, so that half of c is left after 10 steps? A number between 0 and 1.

# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
answer = ...
check("half_life", answer)

# %% slideshow={"slide_type": "fragment"} tags=["solution"]
answer = 0.5 ** (1 / 10)  # f^10 = 1/2
check("half_life", answer)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 3: what is left
#
# The forget gate changes from step to step, and nothing is written. What fraction of $c_0$ is left after the last
# step, for each sequence and unit?


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def what_is_left(f):
    """f (batch, time, units): the forget gates of all steps -> (batch, units), a share of c_0."""
    return ...


check("what_is_left", what_is_left)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def what_is_left(f):
    """f (batch, time, units): the forget gates of all steps -> (batch, units), a share of c_0."""
    return f.prod(axis=1)


check("what_is_left", what_is_left)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Further reading
#
# - F. A. Gers, J. Schmidhuber, F. Cummins (2000),
#   [Learning to Forget: Continual Prediction with LSTM](https://doi.org/10.1162/089976600300015015). The forget gate.
# - R. Jozefowicz, W. Zaremba, I. Sutskever (2015),
#   [An Empirical Exploration of Recurrent Network Architectures](https://proceedings.mlr.press/v37/jozefowicz15.html).
#   Why its bias starts at 1.
# - C. Olah (2015), [Understanding LSTM Networks](https://colah.github.io/posts/2015-08-Understanding-LSTMs/).
#
# Next: [04 The input gate and the candidate](04_input_gate.ipynb)
