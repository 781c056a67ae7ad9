# %% [markdown] slideshow={"slide_type": "slide"}
# # Show a part of it: the output gate
#
# Two gates change the memory c. The third gate decides how much of it the rest of the network sees. Does that change
# the memory itself? This lesson is an experiment: a question, a prediction, a measurement and a control.
#
# **You will see** (20 minutes as a talk, about 45 for study with the exercises, no GPU needed)
#
# - that h is a share of tanh(c), and that c itself is not confined to (-1, 1),
# - that closing the output gate for one step leaves that step's c alone, and changes all later ones,
# - what is left of a trained reader of reviews when its output gate is held.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 20 minutes. The last of the three gates. Ask the students to write down their predictions of the
# experiment.

# %% slideshow={"slide_type": "skip"}
import json

import numpy as np
from matplotlib import pyplot as plt

from lstm_teach import data_dir, figures, fitting, reader, reviews
from lstm_teach.cells import LSTMParams, lstm_forward, sigmoid
from lstm_teach.diagrams import lstm_cell
from lstm_teach.exercises import check
from lstm_teach.labs import gate_lab, reader_lab
from lstm_teach.plotting import join
from lstm_teach.quizzes import quiz


def drawn(trace, t):
    """The cell at step t + 1 of one sequence of a trace, unit 0."""
    now = {name: float(getattr(trace, name)[row, t, 0]) for name in ("i", "f", "c_tilde", "o", "c", "h")}
    now |= {f"{s}_prev": float(getattr(trace, s)[row, t - 1, 0]) for s in "hc"}
    return lstm_cell(now, f"Step {t + 1}: o is {now['o']:.2f}, c {now['c']:.2f}, h {now['h']:.2f}.")


judge = reader.load()
review = (
    "The story is slow and the jokes are old, but the acting is excellent and I will definitely "
    "watch it again."
)
np.set_printoptions(precision=3, suppress=True)
figures.use_style()
SEED = 0
rng = np.random.default_rng(SEED)
print("seed", SEED)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-12"]
# ## From c to h
#
# c is private. Others see the **hidden state** h, a share of tanh(c). The **output gate** sets this share:
#
# $$o_t = \sigma(x_t W_o + h_{t-1} U_o + b_o)$$
#
# $$h_t = o_t \odot \tanh(c_t)$$
#
# Two parts read h: the next layer, and the gates of the next step. People often forget the second. Here is one unit
# of the small LSTM of lessons 03 and 04.

# %% slideshow={"slide_type": "fragment"} tags=["row-12"]
cell = fitting.load_fitted(data_dir() / "recall" / "lstm-flagged_recall.npz")
p, task, t, u, row = cell.params, cell.task, 11, 2, 174
batch = task.batch(200, np.random.default_rng(SEED))  # the sequences of the lab, and the one that it shows
trace = cell.trace(batch.xs.astype(p.dtype))
o = sigmoid(trace.xs[row, t] @ p.W_o[:, u] + trace.h[row, t - 1] @ p.U_o[:, u] + p.b_o[u])
h = o * np.tanh(trace.c[row, t, u])
print(f"by hand o {o:.5f}, h {h:.5f}; in the trace {trace.o[row, t, u]:.5f}, {trace.h[row, t, u]:.5f}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) The third gate is built like the others: let the room say the equation before you show it. Ask who sees h.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-12"]
# ## Why a tanh on the way?
#
# All gates lie in (0, 1) and the candidate in (-1, 1).
#
# **Predict:** does c lie in (-1, 1) too? Take f = 1, i = 1 and c̃ = 0.762 for 20 steps. Then take the reader, when it
# reads 64 reviews.

# %% slideshow={"slide_type": "subslide"} tags=["row-12"]
hold = {"f": 1.0, "i": 1.0, "c_tilde": np.tanh(1.0), "o": 1.0}  # tanh(1) is 0.762
pile = lstm_forward(np.zeros((1, 20, 1)), LSTMParams.random(1, 1, rng), clamp=hold)
longer = reviews.longer_reviews()
read = [judge.read(one.text) for one in longer]
largest = {state: max(np.abs(getattr(one, state)).max() for one in read) for state in "ch"}
fig, (climb, reach) = plt.subplots(1, 2, figsize=(12, 4))
for state in "ch":
    climb.plot(np.arange(1, 21), getattr(pile, state)[0, :, 0], **figures.line(state))
    values = np.concatenate([getattr(one, state).ravel() for one in read])
    reach.hist(values, np.linspace(-3, 3, 61), histtype="step", log=True, **figures.line(state))
climb.set(xlabel="step", ylabel="state", xticks=[1, 5, 10, 15, 20], title="20 steps, all gates held open")
reach.axvline(-1, **figures.line("bound", label=None))
reach.axvline(1, **figures.line("bound", label="−1 and 1"))
reach.set(xlabel="state", ylabel="units and words", title="The reader, 64 reviews")
climb.legend(loc="upper left")
reach.legend(loc="upper left")
ends = f"c ends at {pile.c[0, -1, 0]:.1f} and h at {pile.h[0, -1, 0]:.2f}"
figures.show(
    fig, alt=f"{ends}; in the reader |c| goes up to {largest['c']:.1f} and |h| to {largest['h']:.2f}."
)

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["row-12"]
# c is a sum. It may grow by up to 1 at each step, without end, and in the trained reader it leaves (-1, 1) too. tanh
# brings it back into a range that the next gates can use. This has a price: tanh(3) is 0.995 and tanh(15) is 1.000,
# so h hardly shows the difference between a large c and a huge one.

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Take a number for c from the room: it is 20 times 0.762. The right picture counts on a logarithmic axis.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-12"]
# ## The experiment: close it for one step
#
# **Set-up:** the same 200 sequences are read twice, once as learned and once with the output gate held at 0 at step 12,
# and only there.
#
# **Predict:** does that change
#
# 1. c at step 12?
# 2. c at step 13?
# 3. the answer at step 30?

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Three votes, written down. Nearly everybody says no, no, no, since the drawing has no path from o back to c.

# %% slideshow={"slide_type": "subslide"} tags=["row-12"]
steps = np.arange(1, task.time + 1)
once = {"o": np.where(steps == 12, 0.0, np.nan)[:, None]}  # NaN: as learned
closed = cell.trace(trace.xs, once)
moved = np.abs(closed.c - trace.c).max(axis=(0, 2))  # the largest of all units and sequences, (steps,)
apart = {s: np.abs(getattr(closed, s) - getattr(trace, s)).mean(axis=(0, 2)) for s in "ch"}
print(
    f"largest change of c at step 12: {moved[11]}, at 13: {moved[12]:.2f}, at 30: {moved[29]:.2f}", end=";   "
)
print(f"right on {cell.score(batch):.1%}, with o closed at step 12 on {cell.score(batch, once):.1%}")
fig, axes = plt.subplots(figsize=(10, 3.8))
axes.axvspan(11.5, 12.5, color=figures.colour("o"), alpha=0.3, label="o closed")
for state in "ch":
    axes.plot(steps, apart[state], **figures.line(state, label=f"change of {state}"))
axes.set(
    xlabel="step", ylabel="mean change", ylim=(0, None), title="With o closed at step 12, minus as learned"
)
axes.legend(loc="upper left")
at = {k: f"c {apart['c'][k - 1]:.2f}, h {apart['h'][k - 1]:.2f}" for k in (11, 12, 13, 30)}
figures.show(fig, alt="; ".join(f"change at step {k}: {change}" for k, change in at.items()))

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-12"]
# ## The way round
#
# Within a step no path leads from o to c: c at step 12 is the same to the last bit. But h at step 12 was 0. All four
# boxes of step 13 read h, so something else is written. One step later most of h is back, but c keeps the difference.
# The answer stays right: this memory tolerates a small disturbance. Unit 0 at step 13, as learned and after the
# closed step:

# %% slideshow={"slide_type": "-"} tags=["picture"]
join([drawn(trace, 12), drawn(closed, 12)])

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Same step, same input, same old c. Only "h before", below, differs: in this unit and in the seven others.
# Read i, c̃ and *written* aloud on both sides.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-12"]
# ## The control
#
# An explanation needs a test in which it could fail. We say: c changed because f, i and c̃ read another h. So we
# replay these three with their values from the run without the closed step, and close o again.
#
# **Predict:** how much does c change now?

# %% slideshow={"slide_type": "subslide"} tags=["row-12"]
played = {"f": trace.f, "i": trace.i, "c_tilde": trace.c_tilde}
control = np.abs(cell.trace(trace.xs, played | once).c - trace.c).mean(axis=(0, 2))
fig, axes = plt.subplots(figsize=(10, 3.4))
axes.plot(steps, apart["c"], **figures.line("c", label="f, i and c̃ read h"))
axes.plot(steps, control, **figures.line(4, label="control, f, i and c̃ played back"))
axes.set(xlabel="step", ylabel="mean change of c", title="The experiment and its control")
axes.legend(loc="upper left")
most = f"at most {apart['c'].max():.2f} in the experiment, at most {control.max():.0f} in the control"
figures.show(fig, alt=f"The mean change of c at each step: {most}.")

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["row-12"]
# In the control c does not change at all, to the last bit. So the only way from o to c leads through h, and then
# through f, i and c̃ of later steps.

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Ask what the room would have concluded if c had changed in the control. Exercise 3 asks for another control.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Lab: output closed
#
# The gate is closed at step 12 only; the dotted line is c as learned.
#
# 1. Move *Look at step* from 11 to 14 and read what h does.
# 2. **Predict:** closed at step 30 only, how often is the answer right? Set *Held from step* to 30.
# 3. Set *Held from step* to 12, and *Held* to *to the end*: what becomes of h, and of c?
# 4. Set *Forget* to *open* and *Input* to *closed*: does c still move?

# %% slideshow={"slide_type": "subslide"}
gate_lab("output closed")

# %% [markdown] slideshow={"slide_type": "skip"}
# Number 4 is a control too. With the two other gates held, c no longer depends on h, and does not move. In number 2
# the answer is lost: the next picture shows why.
#
# <details><summary>The lab as a still picture</summary>
#
# ![One step of the cell beside c, h and the gates over 30 steps; at step 12 the output gate is held at 0, and h is 0
# for one step while c goes on](images/gate_lab--output-closed.svg)
#
# </details>

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Leave number 2 for the next slide if they do not agree.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Which step must be shown?
#
# Now the gate is closed at one of the 30 steps, each in turn.
#
# **Predict:** at which steps does that cost right answers: at the flag, in the middle, or at the end? And if it is
# closed at the first 20 steps, all of them?


# %% slideshow={"slide_type": "subslide"}
def hidden(where):
    """The share of right answers with o closed at some steps; `where` (steps,) is True there."""
    return cell.score(batch, {"o": np.where(where, 0.0, np.nan)[:, None]})


one_closed = [hidden(steps == k) for k in steps]
blind = {k: hidden(steps <= k) for k in (20, 27, 29)}
fig, (each, first) = plt.subplots(1, 2, figsize=(12, 4), width_ratios=[2, 1], sharey=True)
each.bar(steps, one_closed, color=figures.colour("o"))
each.axhline(task.chance, **figures.line("bound", label=None))
each.set(xlabel="the closed step", ylabel="right answers", ylim=(0, 1.15), title="One step closed")
bars = first.bar([str(k) for k in blind], list(blind.values()), color=figures.colour("o"))
first.bar_label(bars, [f"{share:.0%}" for share in blind.values()])
first.axhline(task.chance, **figures.line("bound", label="chance"))
first.set(xlabel="closed steps at the start", title="Several steps closed")
fig.legend(loc="outside upper right")
each_step = ", ".join(f"{share:.0%}" for share in one_closed)
figures.show(fig, alt=f"Right answers with one step closed, from step 1 to step 30: {each_step}.")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Only the last h is read, so only the last step must be shown: c carries the letter there unseen. Twenty blind steps cost
# nothing either, though the letter was written in them. Twenty-nine cost nearly all: a cell that never sees itself does
# not strengthen what it wrote.

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Ask for the flag first: most say that the step of the flag must be shown.

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

# %% slideshow={"slide_type": "subslide"}
reader_lab("nothing shown")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Is the memory empty, or only hidden? That is the prediction.


# %% slideshow={"slide_type": "subslide"}
def probabilities(text, name):
    """What the reader says after each word, with its output gate held by that name."""
    but_last = np.append(np.zeros(len(judge.read(text).words) - 1), np.nan)[:, None]  # NaN: as learned
    holds = {"as trained": {}, "closed": {"o": 0.0}, "closed but for the last word": {"o": but_last}}
    return judge.read(text, holds[name]).probability


right = {"as trained": 0, "closed": 0, "closed but for the last word": 0}
record = json.loads((data_dir() / "gates" / "reader.json").read_text(encoding="utf-8"))
accuracy = {one["condition"]: one["accuracy"] for one in record["conditions"]}
holds = {"closed": 0.0, "open": 1.0, "at its mean": np.array(record["means"]["o"])}
holds = {"as trained": {}} | {f"output gate o {at}": {"o": o} for at, o in holds.items()}
size = {name: np.abs(judge.read(review, held).c).mean() for name, held in holds.items()}
fig, (lines, bars) = plt.subplots(1, 2, figsize=(12, 3.7), width_ratios=[5, 4])
for like, name in enumerate(right):
    right[name] = sum((probabilities(one.text, name)[-1] > 0.5) == one.label for one in longer)
    words = f"{name}, right on {right[name]} of 64"
    lines.plot(np.arange(1, 22), probabilities(review, name), **figures.line(like, label=words))
lines.set(
    xlabel="word", ylabel="probability", ylim=(0, 1.35), yticks=[0, 0.5, 1], title="The sentence of the lab"
)
lines.legend(loc="upper left")
rows = bars.barh(list(holds), [accuracy[name] for name in holds], color=figures.colour("o"))
bars.bar_label(rows, [f"{accuracy[name]:.1%}, |c| {size[name]:.2f}" for name in holds], padding=4)
bars.set(xlim=(0, 1.6), xticks=[0, 0.5, 1], xlabel="right answers", title="IMDB, 25,000 test reviews")
bars.invert_yaxis()
figures.show(fig, alt="; ".join(f"{name}: {accuracy[name]:.1%} right" for name in holds))

# %% [markdown] slideshow={"slide_type": "fragment"}
# With the gate closed, h is 0, and the read-out sees only its bias. So all verdicts are equal. The memory is hidden,
# but it is not empty: if the gate opens at the last word, there is a verdict. (The 64 shipped reviews end with their
# verdict; real ones need not.) With the gate open, all gates read a larger h, and c grows. A constant *mean* does
# nearly as well as the learned gate. With all three gates at their means, 81.0 % are right.
#
# <details><summary>The lab as a still picture</summary>
#
# ![The sentence read with the output gate closed: no word is coloured, and the probability stays at 0.51 from the first
# word to the last](images/reader_lab--nothing-shown.svg)
#
# </details>

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Three lessons gave the same result at the mean. Ask what this reader needs: the right sizes or the right
# moments.

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
# ### Exercise 1: the hidden state
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
# ### Exercise 2: closed at every step
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

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 3: a control of your own
#
# Find a clamp under which the output gate cannot change c at any step, whatever the weights and the input are. Hold
# other gates at fixed numbers, and leave o alone: the check closes it.

# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
clamp = ...
check("cut_the_way_back", clamp)

# %% slideshow={"slide_type": "fragment"} tags=["solution"]
clamp = {"f": 1.0, "i": 0.0}  # nothing is written, so what c̃ reads does not matter
check("cut_the_way_back", clamp)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Further reading
#
# - S. Hochreiter, J. Schmidhuber (1997), [Long Short-Term Memory](https://doi.org/10.1162/neco.1997.9.8.1735). Why a
#   memory should be hidden while nobody needs it.
# - F. A. Gers, J. Schmidhuber (2000),
#   [Recurrent Nets that Time and Count](https://doi.org/10.1109/IJCNN.2000.861302). Gates that look at c itself, past a
#   closed output gate: peepholes.
# - C. Olah (2015), [Understanding LSTM Networks](https://colah.github.io/posts/2015-08-Understanding-LSTMs/).
#
# One more exercise, if you like: `check("output_gate")` says what it asks.
#
# Next: [06 The LSTM cell](06_lstm_cell.ipynb)
