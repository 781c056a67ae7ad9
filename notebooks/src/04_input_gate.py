# %% [markdown] slideshow={"slide_type": "slide"}
# # Write it down: the input gate and the candidate
#
# The forget gate of the last lesson can only keep or let go. Something must also come in, or there is nothing to
# keep. This lesson is a puzzle: you see the lines of one unit, one clue after the other. Find out what it wrote, and
# when.
#
# **You will see** (20 minutes as a talk, about 45 for study with the exercises, no GPU needed)
#
# - that two layers write: the candidate says what, and the input gate how much of it,
# - that writing and keeping are two decisions, and that both at once add up,
# - what is left of a trained reader of reviews when its input gate is held.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 20 minutes. Recall from lesson 03, without looking: what does f = 1 do? Then ask the question of
# today: where does the content of c come from?

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


def drawn(t):
    """The cell at step t + 1 of the puzzle."""
    now = {name: float(getattr(trace, name)[row, t, u]) for name in ("i", "f", "c_tilde", "o", "c", "h")}
    now |= {f"{s}_prev": float(getattr(trace, s)[row, t - 1, u]) for s in "hc"}
    return lstm_cell(now, f"Step {t + 1} writes {now['i']:.2f} of its candidate {now['c_tilde']:.2f}.")


np.set_printoptions(precision=3, suppress=True)
figures.use_style()
judge = reader.load()
review = (
    "The story is slow and the jokes are old, but the acting is excellent and I will definitely "
    "watch it again."
)
cell = fitting.load_fitted(data_dir() / "recall" / "lstm-flagged_recall.npz")
p, task, steps = cell.params, cell.task, np.arange(1, cell.task.time + 1)
SEED = 0
rng = np.random.default_rng(SEED)
print("seed", SEED)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What if nothing is written?
#
# A sequence begins with c = 0. The trained reader of reviews reads 21 words. Its *input gate* is held at 0;
# everything else is as learned.
#
# **Predict:** what is in its 32 cell states at the end?

# %% slideshow={"slide_type": "fragment"}
unwritten = judge.read(review, clamp={"i": 0.0})
print("largest |c| in", len(unwritten.words), "words:", np.abs(unwritten.c).max())
print(f"forget gates meanwhile: {unwritten.f.mean():.2f} in the mean")

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Take one guess aloud. The next slide says why.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-11"]
# ## A puzzle, and clue 1: the candidate
#
# c stayed 0: the forget gates kept three quarters of 0. So what is written, and when?
#
# The small LSTM of lesson 03 has read 30 letters, one of the first ten flagged, and has named that letter. At every
# step its unit 2 made a **candidate**: a number that *could* be written. The candidate is a dense layer with tanh in
# place of σ, so it may be negative:
#
# $$\tilde c_t = \tanh(x_t W_c + h_{t-1} U_c + b_c)$$
#
# **Predict:** from this line, at which step was the flag?

# %% slideshow={"slide_type": "subslide"} tags=["row-11"]
batch = task.batch(200, np.random.default_rng(SEED))  # the sequences of the lab, and the one that it shows
trace, row, u = cell.trace(batch.xs.astype(p.dtype)), 174, 2
fig, axes = plt.subplots(figsize=(10, 3.4))
axes.plot(steps, trace.c_tilde[row, :, u], "o", **figures.line("c_tilde"))
axes.axhline(0, color="black", linewidth=1)
axes.set(xlabel="step", ylabel="c̃ of unit 2", ylim=(-1, 1), xlim=(0.5, 30.5), title="Clue 1, the candidate")
figures.show(fig, alt=f"The candidate of unit 2 at each of 30 steps: {trace.c_tilde[row, :, u].round(1)}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Collect guesses. The room will not agree, since the candidate alone cannot tell. Ask for the shapes of the
# three terms.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-11"]
# ## Clue 2: the input gate
#
# The candidate is far from 0 at many steps. It does not say which of them counts. A second layer does:
#
# $$i_t = \sigma(x_t W_i + h_{t-1} U_i + b_i)$$
#
# It is a gate, between 0 and 1. It multiplies the candidate, and the product is added to what was kept:
#
# $$c_t = f_t \odot c_{t-1} + i_t \odot \tilde c_t$$
#
# **Predict:** with both clues, at which step was the flag? Did this unit write something positive or negative there?

# %% slideshow={"slide_type": "subslide"} tags=["row-11", "picture"]
fig, axes = plt.subplots(figsize=(10, 3.4))
axes.plot(steps, trace.i[row, :, u], "o", **figures.line("i"))
axes.set(xlabel="step", ylabel="i of unit 2", ylim=(0, 1), xlim=(0.5, 30.5), title="Clue 2, the input gate")
figures.show(fig, alt=f"The input gate of unit 2 at each of 30 steps: {trace.i[row, :, u].round(1)}")

# %% slideshow={"slide_type": "subslide"} tags=["row-11"]
flagged = trace.xs[:, :, -1] > 0  # the last feature is the flag
t = int(flagged[row].argmax())
x, h_prev = trace.xs[row, t], trace.h[row, t - 1]
c_tilde = np.tanh(x @ p.W_c[:, u] + h_prev @ p.U_c[:, u] + p.b_c[u])
i_hand = sigmoid(x @ p.W_i[:, u] + h_prev @ p.U_i[:, u] + p.b_i[u])
c = trace.f[row, t, u] * trace.c[row, t - 1, u] + i_hand * c_tilde
print(f"step {t + 1}: i {i_hand:.3f} · c̃ {c_tilde:.3f} = {i_hand * c_tilde:.3f}, so c {c:.3f}", end="  ")
print(f"(in the trace {trace.i[row, t, u]:.3f}, {trace.c_tilde[row, t, u]:.3f}, {trace.c[row, t, u]:.3f})")
fig, axes = plt.subplots(figsize=(10, 3.6))
axes.bar(steps, (trace.i * trace.c_tilde)[row, :, u], color=figures.colour("c_tilde"), label="written, i · c̃")
axes.plot(steps, trace.c[row, :, u], **figures.line("c"))
axes.axhline(0, color="black", linewidth=1)
axes.annotate("flag", (t + 1, 0.05), ha="center")
axes.set(xlabel="step", ylabel="unit 2", xlim=(0.5, 30.5), title="What was written, and c")
axes.legend(loc="lower left")
figures.show(
    fig, alt=f"What is written at each step, {i_hand * c_tilde:.2f} at step {t + 1}, the flag; and c."
)

# %% [markdown] slideshow={"slide_type": "fragment"}
# The flag was at step 4. There the input gate opened, and about −0.5 was written. f stays near 1, so c moves only
# where something is written. Do not confuse the names: f multiplies the old and i the new. A network in which the two
# are exchanged still trains, but badly, and there is no error message.

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) This one equation is the whole memory of an LSTM. Ask who had found step 4 after clue 1, and who after clue
# 2.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-11"]
# ## Who brings the sign?
#
# The reader of reviews reads *The story is slow and the jokes are old, but the acting is excellent and I will
# definitely watch it again*. Its unit 16 is above 0 where the reader likes a film: lesson 12 shows how it was found.
#
# **Predict:** at "slow" and at "excellent", which tells bad from good: i, c̃ or both?

# %% slideshow={"slide_type": "subslide"} tags=["row-11"]
reading = judge.read(review)
i, c_tilde_16, c_16 = (getattr(reading, name)[:, 16] for name in ("i", "c_tilde", "c"))
wrote, word = i * c_tilde_16, np.arange(1, 22)
fig, axes = plt.subplots(figsize=(10, 4))
axes.bar(word, wrote, 0.7, color=figures.colour(5), label="written")
axes.axhline(0, color="black", linewidth=1)
for name, values in (("i", i), ("c_tilde", c_tilde_16), ("c", c_16)):
    axes.plot(word, values, **figures.line(name))
axes.set(ylim=(-1, 1), xlabel="word", ylabel="value", title="Unit 16 of the reader")
axes.set_xticks([4, 9, 14, 18], ["slow", "old", "excellent", "definitely"])
fig.legend(loc="outside upper right", ncols=4)
at = {reading.words[k]: f"i {i[k]:.2f}, c̃ {c_tilde_16[k]:.2f}" for k in (3, 13, 17)}
figures.show(fig, alt="; ".join(f"At {word}: {values}" for word, values in at.items()))

# %% [markdown] slideshow={"slide_type": "fragment"}
# i hardly moves in this unit. The sign comes from c̃. A gate is never below 0, so without a signed candidate c could only
# climb. That is why the candidate has a tanh.

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Ask why tanh and not σ before you read the answer. Point out what addition does: "slow" is still in c when
# "excellent" comes.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## When is it worth writing?
#
# Back to flagged recall, where one letter out of thirty counts. The small LSTM is right every time.
#
# **Predict:** first its input gate is closed at the step of the flag only. Then it is closed at all other steps. How
# often is the answer right in each case?

# %% slideshow={"slide_type": "subslide"}
at_flag = flagged[:, :, None]  # (sequences, steps, 1): True where the flag is
scores = {"as learned": cell.score(batch), "by chance": task.chance}
for where, here in (("at the flag", at_flag), ("at all other steps", ~at_flag)):
    for name, value in (("closed", 0.0), ("open", 1.0)):
        scores[f"{name} {where}"] = cell.score(batch, {"i": np.where(here, value, np.nan)})
fig, axes = plt.subplots(figsize=(10, 3.8))
bars = axes.barh(list(scores), list(scores.values()), color=figures.colour("i"))
axes.bar_label(bars, [f"{score:.0%}" for score in scores.values()], padding=4)
axes.invert_yaxis()
axes.set(xlabel="right answers", xlim=(0, 1.1), title="Right answers with the input gate held")
figures.show(fig, alt="; ".join(f"{name}: {score:.0%}" for name, score in scores.items()))

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Too late to write
#
# With the gate closed at the flag, the network guesses: what is missed there cannot be written later. With it closed
# at all other steps, about half are right: later steps strengthen what was written. To open it there is worse: half
# of its work is to keep other letters out. Unit 2 at the flag, and one step later:

# %% slideshow={"slide_type": "-"} tags=["picture"]
join([drawn(t), drawn(t + 1)])

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) In the drawing follow the two lower paths to the × of i, then up to the +. The more flows along a path, the
# thicker it is.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Two decisions, or one?
#
# f says what becomes of the old, i what becomes of the new.
#
# **Predict:** a step that writes much should make room. So is $i = 1 - f$?

# %% slideshow={"slide_type": "subslide"}
both = {"small LSTM": (trace.f[:5], trace.i[:5]), "reader": (reading.f, reading.i)}
correlation = {name: np.corrcoef(f.ravel(), i.ravel())[0, 1] for name, (f, i) in both.items()}
fig, axes = plt.subplots(figsize=(9, 4.4))
for k, (name, (f, i)) in enumerate(both.items()):
    words = f"{name}, correlation {correlation[name]:+.2f}"
    axes.plot(f.ravel(), i.ravel(), ".", color=figures.colour(k), label=words)
axes.plot([0, 1], [1, 0], **figures.line("bound", label="i = 1 − f, correlation −1"))
axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="forget gate f", ylabel="input gate i")
axes.set_title("One dot for each unit and step")
axes.legend(loc="lower left")
found = ", ".join(f"{name} {value:+.2f}" for name, value in correlation.items())
figures.show(fig, alt=f"A dot for each unit and step; the correlation of f and i: {found}.")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) The small LSTM keeps nearly all, whatever it writes. An LSTM may keep and write, or do neither. Lesson 06
# shows all four cases.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Lab: add
#
# i is not 1 − f: a step may keep nearly all and write much. A GRU ties the two together (lesson 08). In this lab both
# gates are open from step 12 on. All is kept and all is written: the case *add*.
#
# 1. **Predict:** c of unit 2 is about −0.4 at step 11. A candidate lies between −1 and 1: how far can c get in the 19
#    steps that follow? Then move *Look at step* to 30.
# 2. Set *Input* to *slider*, 0.2, then to *closed*.
# 3. Set *Input* to *open*, and *Held from step* to 1. How often is the answer right now?

# %% slideshow={"slide_type": "subslide"}
gate_lab("add")

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Write the guesses down: not below −19.4 is right. Ask whether such a c can still be of use.

# %% slideshow={"slide_type": "subslide"}
added = {}
for first in (12, 8, 4, 1):
    held = {gate: np.where(steps >= first, 1.0, np.nan)[:, None] for gate in "fi"}
    added[first] = np.abs(cell.trace(trace.xs, held).c).max(), cell.score(batch, held)
fig, axes = plt.subplots(figsize=(10, 3.4))
bars = axes.barh([f"from step {first}" for first in added], [s for _, s in added.values()])
axes.bar_label(
    bars, [f"{score:.0%} right, |c| up to {most:.0f}" for most, score in added.values()], padding=4
)
axes.axvline(task.chance, **figures.line("bound", label="chance"))
axes.invert_yaxis()
axes.set(xlabel="right answers", xlim=(0, 1.4), xticks=[0, 0.5, 1], title="Both gates held open")
axes.legend(loc="lower right")
figures.show(fig, alt="; ".join(f"from step {k}: {score:.0%} right" for k, (_, score) in added.items()))

# %% [markdown] slideshow={"slide_type": "fragment"}
# In 19 steps of at most 1 each, unit 2 of the lab reached nearly −15: c piles up far beyond 1. After the flag that
# does hardly any harm: the letter is in c already. Before the flag it does much: other letters are written too, and
# they stay.
#
# <details><summary>The lab as a still picture</summary>
#
# ![One step of the cell beside c, h and the gates over 30 steps; from step 12 forget and input gate are held at 1,
# and c of unit 2 falls steadily, far below minus 1](images/gate_lab--add.svg)
#
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Lab: a reader that writes nothing
#
# Its input gate is held at 0.
#
# 1. Move *Word*. Which word moves the probability?
# 2. Set *Forget gate* to *open*: does that help? Set it back to *learned*.
# 3. **Predict:** with *Input gate* at *open* every word, "the" as much as "excellent", is written in full. Is it
#    better than trained? Set it, and then *at its mean*.

# %% slideshow={"slide_type": "subslide"}
reader_lab("nothing written")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Take a vote on *open* before you show it.

# %% slideshow={"slide_type": "subslide"}
record = json.loads((data_dir() / "gates" / "reader.json").read_text(encoding="utf-8"))
accuracy = {one["condition"]: one["accuracy"] for one in record["conditions"]}
holds = {"closed": 0.0, "open": 1.0, "at its mean": np.array(record["means"]["i"])}
holds = {"as trained": {}} | {f"input gate i {at}": {"i": i} for at, i in holds.items()}
verdict = {name: judge.read(review, hold).probability[-1] for name, hold in holds.items()}
fig, axes = plt.subplots(figsize=(10, 3.4))
bars = axes.barh(list(holds), [accuracy[name] for name in holds], color=figures.colour("i"))
axes.bar_label(
    bars, [f"{accuracy[name]:.1%}, the sentence of the lab {verdict[name]:.2f}" for name in holds], padding=4
)
axes.invert_yaxis()
axes.set(xlabel="right answers on 25,000 test reviews", xlim=(0, 1.5), xticks=[0, 0.5, 1])
axes.set_title("The reader with its input gate held")
figures.show(fig, alt="; ".join(f"{name}: {accuracy[name]:.1%} right" for name in holds))

# %% [markdown] slideshow={"slide_type": "fragment"}
# With the gate closed, no word moves the probability; an open forget gate keeps an empty memory. All reviews are
# called positive, and half of them are. With it open, each word is written about twice as strongly. At the *mean*
# hardly anything is lost: the candidate is near 0 at words that say little. In flagged recall one moment counts, and
# an open gate cost nearly all: the worth of a gate depends on the task.
#
# <details><summary>The lab as a still picture</summary>
#
# ![The sentence without any colour and a probability that stays at 0.51, as nothing is written with the input gate
# closed](images/reader_lab--nothing-written.svg)
#
# </details>

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Ask what the result at the mean says about reviews, and what it does not say about other tasks.

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
# ### Exercise 1: keep and write
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

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 2: a puzzle of your own
#
# Somebody gives you the forget gates and the cell states of all steps, and nothing else. What was written at each step?
# Before the first step c is 0.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def what_was_written(f, c):
    """f and c (batch, time, n) -> what was written at each step, (batch, time, n)."""
    return ...


check("what_was_written", what_was_written)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def what_was_written(f, c):
    """f and c (batch, time, n) -> what was written at each step, (batch, time, n)."""
    return c - f * np.concatenate([np.zeros_like(c[:, :1]), c[:, :-1]], axis=1)


check("what_was_written", what_was_written)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Further reading
#
# - S. Hochreiter, J. Schmidhuber (1997), [Long Short-Term Memory](https://doi.org/10.1162/neco.1997.9.8.1735). The
#   first argument for an input gate: it protects the memory from what does not matter.
# - K. Greff, R. K. Srivastava, J. Koutník, B. R. Steunebrink, J. Schmidhuber (2017),
#   [LSTM: A Search Space Odyssey](https://arxiv.org/abs/1503.04069). What is lost when one gate is left out.
#
# Two more exercises, if you like: `check("input_gate")` and `check("candidate")` say what they ask.
#
# Next: [05 The output gate](05_output_gate.ipynb)
