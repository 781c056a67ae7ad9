# %% [markdown] slideshow={"slide_type": "slide"}
# # Write it down: the input gate and the candidate
#
# The forget gate of the last lesson can only let go. Something must also come in, or there is nothing to keep.
#
# **You will see** (20 minutes, no GPU needed)
#
# - that two layers write: the candidate says what, and the input gate how much of it,
# - that writing and keeping are two decisions, and that both at once add up,
# - what is left of a trained reader of reviews when its input gate is held.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 20 minutes. Recall from lesson 03, without looking: what does f = 1 do? Then the question of today:
# where does what is kept come from?

# %% slideshow={"slide_type": "skip"}
import json

import numpy as np
from matplotlib import pyplot as plt

from lstm_teach import data_dir, figures, fitting, reader
from lstm_teach.cells import sigmoid
from lstm_teach.diagrams import lstm_cell
from lstm_teach.exercises import check
from lstm_teach.labs import gate_lab, reader_lab
from lstm_teach.plotting import join
from lstm_teach.quizzes import quiz


def drawn(t, unit):
    """The cell at step t + 1 of the first sequence in `trace`, one unit of it."""
    now = {name: float(getattr(trace, name)[0, t, unit]) for name in ("i", "f", "c_tilde", "o", "c", "h")}
    now |= {f"{s}_prev": float(getattr(trace, s)[0, t - 1, unit]) for s in "hc"}
    return lstm_cell(now, f"Unit {unit} writes {now['i']:.2f} of its candidate {now['c_tilde']:.2f}.")


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

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Nothing comes of nothing
#
# A sequence begins with c = 0. The trained reader of reviews reads 21 words, its *input gate* held at 0, all the rest
# as learned.
#
# **Predict:** what is in its 32 cell states at the end?

# %% slideshow={"slide_type": "fragment"}
unwritten = judge.read(review, clamp={"i": 0.0})
print("largest |c| in", len(unwritten.words), "words:", np.abs(unwritten.c).max())
print(f"forget gates meanwhile: {unwritten.f.mean():.2f} in the mean")

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) The forget gates stand at three quarters and keep three quarters of nothing. Whatever f is, f times 0 is 0.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-11"]
# ## What could be written: the candidate
#
# Again a small dense layer, with weights of its own, and tanh in place of σ:
#
# $$\tilde c_t = \tanh(x_t W_c + h_{t-1} U_c + b_c)$$
#
# It is no gate: it may be negative. Here is one unit of the small LSTM of lesson 03, at the step of the flag.

# %% slideshow={"slide_type": "fragment"} tags=["row-11"]
cell = fitting.load_fitted(data_dir() / "recall" / "lstm-flagged_recall.npz")
p, task, u = cell.params, cell.task, 5
batch = task.batch(1000, rng)
trace = cell.trace(batch.xs.astype(p.dtype))
flagged = trace.xs[:, :, -1] > 0
t = int(flagged[0].argmax())  # in the first sequence
x, h_prev = trace.xs[0, t], trace.h[0, t - 1]
c_tilde = np.tanh(np.dot(x, p.W_c[:, u]) + np.dot(h_prev, p.U_c[:, u]) + p.b_c[u])
print(f"step {t + 1}, unit {u}: c̃ by hand {c_tilde:.6f}, in the trace {trace.c_tilde[0, t, u]:.6f}")
print("all units:", trace.c_tilde[0, t])

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) The same three terms as in lesson 03; ask for their shapes. Why tanh and not σ? Let the question stand: two
# slides on, a word like "slow" must write something negative.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-11"]
# ## How much of it: the input gate
#
# $$i_t = \sigma(x_t W_i + h_{t-1} U_i + b_i)$$
#
# A gate, between 0 and 1. It multiplies the candidate, and the product joins what was kept:
#
# $$c_t = f_t \odot c_{t-1} + i_t \odot \tilde c_t$$

# %% slideshow={"slide_type": "fragment"} tags=["row-11"]
i_hand = 1 / (1 + np.exp(-(np.dot(x, p.W_i[:, u]) + np.dot(h_prev, p.U_i[:, u]) + p.b_i[u])))
c = trace.f[0, t, u] * trace.c[0, t - 1, u] + i_hand * c_tilde
print(f"i by hand {i_hand:.6f}, in the trace {trace.i[0, t, u]:.6f}")
print(f"c by hand {c:.6f}, in the trace {trace.c[0, t, u]:.6f}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) This line is the memory of an LSTM, complete. f for the old, i for the new: whoever swaps them has a network
# that trains, badly, and no error message.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-11"]
# ## The sign comes from c̃
#
# Unit 16 of the reader stands above 0 where the reader likes a film: lesson 12 finds it.
#
# **Predict:** at "slow" and at "excellent", which tells bad from good: i, c̃ or both?

# %% slideshow={"slide_type": "fragment"} tags=["row-11"]
reading = judge.read(review)
i, c_tilde_16, c_16 = (getattr(reading, name)[:, 16] for name in ("i", "c_tilde", "c"))
wrote = i * c_tilde_16
for n in (3, 13, 17):
    print(f"{reading.words[n]:11} i {i[n]:.2f}   c̃ {c_tilde_16[n]:+.2f}   written {wrote[n]:+.2f}")
word = np.arange(1, 22)
fig, axes = plt.subplots(figsize=(10, 4))
axes.bar(word, wrote, 0.7, color=figures.colour(5), label="written")
axes.axhline(0, color="black", linewidth=1)
for name, values in (("i", i), ("c_tilde", c_tilde_16), ("c", c_16)):
    axes.plot(word, values, **figures.line(name))
axes.set(ylim=(-1, 1), xlabel="word", ylabel="value")
axes.set_title("Unit 16: i hardly moves, c̃ brings the sign; what is written is i · c̃")
axes.set_xticks([4, 9, 14, 18], ["slow", "old", "excellent", "definitely"])
fig.legend(loc="outside upper right", ncols=4)
figures.show(fig, alt="i stays near a half; c̃ falls at slow, rises at excellent and definitely; c follows.")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) i hardly moves in this unit: nearly all of the meaning is in c̃. A gate is never below 0, so without a signed
# candidate c could only climb. Note what addition does: "slow" is still in c when "excellent" comes.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## When it is worth writing
#
# In flagged recall, one letter out of thirty counts, and the small LSTM is right nearly every time.
#
# **Predict:** its input gate is closed for a single step, that of the flag. And then the other way round: it is closed
# at all steps but that one. How often is the answer right?

# %% slideshow={"slide_type": "fragment"}
at_flag = flagged[:, :, None]  # (sequences, steps, 1): True where the flag is
scores = {"as learned": cell.score(batch), "by chance": task.chance}
for where, steps in (("at the flag", at_flag), ("at all other steps", ~at_flag)):
    for name, value in (("closed", 0.0), ("open", 1.0)):
        scores[f"{name} {where}"] = cell.score(batch, {"i": np.where(steps, value, np.nan)})
print("\n".join(f"{name:25} {score:4.0%}" for name, score in scores.items()))

# %% [markdown] slideshow={"slide_type": "subslide"}
# ## Too late to write
#
# What is missed at the flag cannot be written later. The other steps count too: there the gate keeps other letters out,
# and later lets in what strengthens the right one. Unit 5, at the flag, and five steps after it, where it keeps out:

# %% slideshow={"slide_type": "-"}
join([drawn(t, u), drawn(t + 5, u)])

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Closed at the flag: guessing. Closed elsewhere: half, since this network goes on strengthening what it wrote.
# Open elsewhere is worse than closed: keeping rubbish out is half the work. In the drawing follow the two lower paths
# to the × of i, then up to the +.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Two decisions, not one
#
# f says what becomes of the old, i what becomes of the new.
#
# **Predict:** a step that writes much should make room. So is $i = 1 - f$?

# %% slideshow={"slide_type": "fragment"}
both = {"small LSTM": (trace.f[:5], trace.i[:5]), "reader": (reading.f, reading.i)}
correlation = {name: np.corrcoef(f.ravel(), i.ravel())[0, 1] for name, (f, i) in both.items()}
for name, value in correlation.items():
    print(f"correlation of f and i, {name:10} {value:+.2f}   (i = 1 − f would make it −1)")
fig, axes = plt.subplots(figsize=(8, 4.2))
for k, (name, (f, i)) in enumerate(both.items()):
    axes.plot(f.ravel(), i.ravel(), ".", color=figures.colour(k), label=name)
axes.plot([0, 1], [1, 0], **figures.line("bound", label="i = 1 − f"))
axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="forget gate f", ylabel="input gate i")
axes.set_title("No: a step may keep nearly all and write much")
fig.legend(loc="outside upper right", ncols=3)
figures.show(
    fig, alt="A dot for each unit and step: most lie off the line i = 1 − f; where f is large i is anything."
)

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) One dot is one unit at one step. The small LSTM keeps nearly all, whatever it writes. A GRU ties the two
# together, lesson 08; an LSTM may keep and write, or do neither. All four cases come in lesson 06.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Lab: add
#
# From step 12 on both gates are open: all is kept, all is written.
#
# 1. **Predict:** c of unit 2 is about −0.4 at step 11. A candidate lies between −1 and 1: how far can c get in the 19
#    steps that follow? Then move *Look at step* to 30.
# 2. Set *Input* to *slider*, 0.2, then to *closed*.
# 3. Set *Input* to *open*, and *Held from step* to 1. How often is the answer right now?

# %% [markdown] slideshow={"slide_type": "skip"}
# ![One step of the cell beside c, h and the gates over 30 steps; from step 12 forget and input gate are held at 1,
# and c of unit 2 falls steadily, far below minus 1](images/gate_lab--add.svg)

# %% slideshow={"slide_type": "subslide"}
gate_lab("add")

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) 19 steps of at most 1 each, from about −0.4: not below −19.4, and nearly −15 is reached. Ask whether such a c
# can still be of use. From step 12 on yes, as all flags are past; from step 1 on no.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## c piles up
#
# Both gates are held at 1 from a step on. Once the flag is past it does hardly any harm; before, much:

# %% slideshow={"slide_type": "fragment"}
steps = np.arange(1, task.time + 1)[:, None]
added = {}
for first in (1, 4, 8, 12):
    held = {gate: np.where(steps >= first, 1.0, np.nan) for gate in "fi"}
    added[first] = np.abs(cell.trace(trace.xs, held).c).max(), cell.score(batch, held)
    print(f"from step {first:2}: largest |c| {added[first][0]:4.1f}, right on {added[first][1]:.0%}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) What is written before the flag, or in its place, is there to stay. So the gate has most of its work in the
# first ten steps, and what it does is to keep out.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Lab: a reader that writes nothing
#
# Its input gate is held at 0.
#
# 1. Move *Word*. Which word moves the probability?
# 2. Set *Forget gate* to *open*: does that help? Set it back to *learned*.
# 3. **Predict:** with *Input gate* at *open* every word, "the" as much as "excellent", is written in full. Is it
#    better than trained? Set it, and then *at its mean*.

# %% [markdown] slideshow={"slide_type": "skip"}
# ![The sentence without any colour and a probability that stays at 0.51, as nothing is written with the input gate
# closed](images/reader_lab--nothing-written.svg)

# %% slideshow={"slide_type": "subslide"}
reader_lab("nothing written")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Nothing moves, and opening the forget gate changes nothing: it keeps an empty memory. Take a vote on *open*
# before you show it.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Nothing, all, and the mean
#
# Closed, it calls all reviews positive, and half of them are. Open, each word is written about twice as loud as
# learned. At its *mean* hardly anything is lost: the candidate itself is near 0 at words that say little. The record of
# IMDB's 25,000 test reviews:

# %% slideshow={"slide_type": "fragment"}
record = json.loads((data_dir() / "gates" / "reader.json").read_text(encoding="utf-8"))
accuracy = {row["condition"]: row["accuracy"] for row in record["conditions"]}
holds = {"closed": 0.0, "open": 1.0, "at its mean": np.array(record["means"]["i"])}
holds = {"as trained": {}} | {f"input gate i {at}": {"i": i} for at, i in holds.items()}
for name, hold in holds.items():
    verdict = judge.read(review, hold).probability[-1]
    print(f"{name:26} this sentence {verdict:.2f}   test reviews {accuracy[name]:.1%}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) As with the forget gate, a constant does nearly as well on reviews; in flagged recall one moment counts, and
# holding this gate open cost nearly all. What a gate is worth has to be measured on the task.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## You saw
#
# - that two layers write: the candidate says what, and the input gate how much of it,
# - that writing and keeping are two decisions, and that both at once add up,
# - what was left of a trained reader of reviews when its input gate was held.

# %% slideshow={"slide_type": "slide"}
quiz("04")

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) A poll: `quiz("04", 1)` shows one question alone.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Your turn
#
# ### Exercise 1: the input gate
#
# Write the input gate of one step, for all units and the whole batch at once. `sigmoid` is imported.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def input_gate(x, h_prev, p):
    """x (batch, m), h_prev (batch, n), p with W_i (m, n), U_i (n, n), b_i (n,) -> i (batch, n)."""
    return ...


check("input_gate", input_gate)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def input_gate(x, h_prev, p):
    """x (batch, m), h_prev (batch, n), p with W_i (m, n), U_i (n, n), b_i (n,) -> i (batch, n)."""
    return sigmoid(x @ p.W_i + h_prev @ p.U_i + p.b_i)


check("input_gate", input_gate)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 2: the candidate
#
# Write the candidate of one step. Mind what differs from a gate.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def candidate(x, h_prev, p):
    """x (batch, m), h_prev (batch, n), p with W_c (m, n), U_c (n, n), b_c (n,) -> c̃ (batch, n)."""
    return ...


check("candidate", candidate)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def candidate(x, h_prev, p):
    """x (batch, m), h_prev (batch, n), p with W_c (m, n), U_c (n, n), b_c (n,) -> c̃ (batch, n)."""
    return np.tanh(x @ p.W_c + h_prev @ p.U_c + p.b_c)


check("candidate", candidate)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 3: keep and write
#
# Write the new cell state from the two gates, the candidate and the old cell state.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def write(f, i, c_tilde, c_prev):
    """Each (batch, n) -> the new c (batch, n)."""
    return ...


check("write", write)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def write(f, i, c_tilde, c_prev):
    """Each (batch, n) -> the new c (batch, n)."""
    return f * c_prev + i * c_tilde


check("write", write)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Further reading
#
# - S. Hochreiter, J. Schmidhuber (1997), [Long Short-Term Memory](https://doi.org/10.1162/neco.1997.9.8.1735). The
#   input gate as it was first argued for: to protect the memory from what does not matter.
# - K. Greff, R. K. Srivastava, J. Koutník, B. R. Steunebrink, J. Schmidhuber (2017),
#   [LSTM: A Search Space Odyssey](https://arxiv.org/abs/1503.04069). What is lost when one gate is left out.
#
# Next: [05 The output gate](05_output_gate.ipynb)
