# %% [markdown] slideshow={"slide_type": "slide"}
# # Keep or let go: the forget gate
#
# A plain RNN rewrites its whole state at every step. An LSTM has a second state, the **cell state** c. A gate decides
# at every step how much of it stays. You compute it by hand: take a pencil.
#
# **You will see** (20 minutes as a talk, about 50 for study with the exercises, no GPU needed)
#
# - that a gate is a small dense layer with a sigmoid: one soft value for each unit and step,
# - what a forget gate of 1 does, and how long a memory lasts at 0.5, 0.73 or 0.98,
# - what is left of a trained reader of reviews when its forget gate is held.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 20 minutes. One gate out of three. This lesson is done by hand, lesson 04 is a puzzle, lesson 05 an
# experiment. Let the room compute each number before you show it.

# %% slideshow={"slide_type": "skip"}
import json

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.colors import ListedColormap, to_rgb

from lstm_teach import data_dir, figures, fitting, reader, reviews
from lstm_teach.cells import LSTMParams, lstm_forward, lstm_step, sigmoid
from lstm_teach.diagrams import lstm_cell
from lstm_teach.exercises import check
from lstm_teach.labs import gate_lab, reader_lab
from lstm_teach.plotting import join
from lstm_teach.quizzes import quiz


def drawn(t, unit, clamp=None):
    """The cell at step t + 1 of `sequence`, one unit of it, perhaps with gates held."""
    h_prev, c_prev = trace.h[sequence, t - 1][None], trace.c[sequence, t - 1][None]
    step = lstm_step(trace.xs[sequence, t][None], h_prev, c_prev, p, clamp)
    now = {name: float(value[0, unit]) for name, value in step._asdict().items()}
    now |= {"h_prev": float(h_prev[0, unit]), "c_prev": float(c_prev[0, unit])}
    return lstm_cell(now, f"Unit {unit}: f is {now['f']:.2f}, c is {now['c']:.2f}.", held=clamp or ())


np.set_printoptions(precision=3, suppress=True)
figures.use_style()
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
# A *gate* is a vector of numbers between 0 and 1, one for each unit. Multiplying by it lets a fraction of each unit
# through: nothing at 0, all of it at 1. A product cannot bring in anything new. What is new is added.
#
# **By hand:** c is (2, 1, 0.5), the gate f is (1, 0.5, 0), and (0, −0.3, 0.7) is new. What is kept, $f \odot c$, and what
# is the new c? The sign ⊙ means: multiply number by number. NumPy writes it `*`.

# %% slideshow={"slide_type": "fragment"}
c_prev = np.array([2.0, 1.0, 0.5])  # three units
f = np.array([1.0, 0.5, 0.0])  # a gate for each
new = np.array([0.0, -0.3, 0.7])  # lesson 04 makes it
kept = f * c_prev
print("kept", kept, "  c", kept + new)

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Ask which unit keeps all of c, which keeps half, and which keeps nothing.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-10"]
# ## A trap in the name
#
# A `clamp` holds gates at a value in place of computing them. Here the input gate i is held at 0, so nothing new comes
# in.
#
# **Predict:** the *forget* gate is held at 1. What is left of c after the step: nothing, a part of it, or all of it?

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Ask for a show of hands before anything is computed. Many rooms say "nothing", as the name suggests. Do not
# correct them; the next cell does.

# %% slideshow={"slide_type": "fragment"} tags=["row-10"]
tiny = LSTMParams.random(2, 3, rng)  # m = 2 features, n = 3 units
x, h_prev = rng.standard_normal((1, 2)), np.zeros((1, 3))
left = {}
for held in (1.0, 0.0):
    left[held] = lstm_step(x, h_prev, c_prev[None], tiny, clamp={"f": held, "i": 0.0}).c[0]
    print("f =", held, "leaves", left[held], "of", c_prev)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-9", "row-10"]
# ## A small dense layer
#
# f = 1 left all of c, to the last bit: f is the fraction that is *kept*. The labs call this case **keep**, and f = 0
# **erase**. The network computes f at every step, from the input and from its last output:
#
# $$f_t = \sigma(x_t W_f + h_{t-1} U_f + b_f)$$
#
# That is a dense layer with a sigmoid. It has one output for each unit.
#
# **By hand:** a small LSTM has learned flagged recall (lesson 02). Here are the three terms of one of its units. Add
# them, and apply $\sigma(a) = 1 / (1 + e^{-a})$. What is f?

# %% slideshow={"slide_type": "fragment"} tags=["row-10"]
cell = fitting.load_fitted(data_dir() / "recall" / "lstm-flagged_recall.npz")
p, task = cell.params, cell.task
batch = task.batch(200, np.random.default_rng(SEED))  # the sequences of the lab, and the one that it shows
trace, sequence, t, u = cell.trace(batch.xs.astype(p.dtype)), 174, 2, 3
from_x = float(trace.xs[sequence, t] @ p.W_f[:, u])
from_h = float(trace.h[sequence, t - 1] @ p.U_f[:, u])
print(f"x W_f = {from_x:.2f}    h U_f = {from_h:.2f}    b_f = {p.b_f[u]:.2f}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) The LSTM of 1997 kept everything, always; Gers and others added this gate in 2000 so that it could forget.
# The task is flagged recall (lesson 02): one of the first ten letters is flagged, twenty more follow, which one was
# it? The bias began at 4. Ask which term opens the gate here, and which term could close it.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-5"]
# ## Every line carries a vector
#
# Compare your f with the left picture: unit 3 of eight, at the third step. The bias alone nearly opens this gate,
# since training began with a bias of 4. On the right the gate is held at 0, so c ends at the ×. (i, c̃ and o: lessons
# 04 and 05.) In the cell each line carries all eight numbers, and σ and tanh act on each number by itself.

# %% slideshow={"slide_type": "-"} tags=["row-5", "picture"]
by_hand = 1 / (1 + np.exp(-(from_x + from_h + p.b_f[u])))
print(f"by hand {by_hand:.4f}, in the trace {trace.f[sequence, t, u]:.4f}", end="     ")
print("W_f", p.W_f.shape, "  U_f", p.U_f.shape, "  b_f", p.b_f.shape)
join([drawn(t, u), drawn(t, u, {"f": 0.0})])

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Follow the upper line: old c, the × of f, the + of what is new. Today is about the left part of the picture
# only. Shapes: (batch, m) times (m, n) is (batch, n): one gate value for each unit of each sequence. Ask for σ(0).

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-9"]
# ## One value for each unit and each step
#
# The reader of lesson 00 is an LSTM of 32 units. It reads *The story is slow and the jokes are old, but the acting is
# excellent and I will definitely watch it again*: $21 \times 32$ forget values.
#
# **Predict:** what fraction of them is below 0.1 (nearly closed), and what fraction is above 0.9 (nearly open)?

# %% slideshow={"slide_type": "subslide"} tags=["row-9"]
reading = judge.read(review)
closed, wide_open = np.mean(reading.f < 0.1), np.mean(reading.f > 0.9)
print(f"below 0.1: {closed:.0%}   between: {1 - closed - wide_open:.0%}   above 0.9: {wide_open:.0%}")
shades = ListedColormap([(*to_rgb(figures.colour("f")), alpha) for alpha in np.linspace(0, 1, 64)])
fig, axes = plt.subplots(figsize=(11, 4.2))
cells = axes.pcolormesh(np.arange(1, 22), np.arange(32), reading.f.T, cmap=shades, vmin=0.4, vmax=1)
fig.colorbar(cells, ax=axes, label="f", ticks=[0.4, 0.6, 0.8, 1])
axes.set(xlabel="word", ylabel="unit", yticks=[0, 16, 31], title="Forget gate of each unit at each word")
axes.set_xticks([4, 9, 14, 18], ["slow", "old", "excellent", "definitely"])
spread = f"from {reading.f.min():.2f} to {reading.f.max():.2f}"
figures.show(fig, alt=f"A map of the forget values of 32 units at 21 words, {spread}.")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Nearly all values lie between 0.1 and 0.9. A gate is a dimmer, not a switch: each unit has its own, and its value
# changes with the words. Training needs soft gates, since a hard 0 or 1 has no slope.

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Most guesses are too extreme: "half of them open, half of them closed". Point at a column, all units at
# "excellent", then at a row, one unit at all words.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-7"]
# ## Two states: c is long, h is short
#
# **c** is carried on. **h** is made anew from c at each step: it is the output, and the next gates read it. Hence
# *long short-term memory*: a short-term memory that lasts long.
#
# **Predict:** f is closed in the last k of 30 steps, so only h can carry the letter on. Is the answer still right for
# k = 1? For k = 4?

# %% slideshow={"slide_type": "subslide"} tags=["row-7"]
steps, last = np.arange(1, task.time + 1), np.arange(7)
holds = [np.where(steps > task.time - k, 0.0, np.nan)[:, None] for k in last]  # NaN: as learned
right = np.array([cell.score(batch, {"f": hold}) for hold in holds])
fig, (lines, bars) = plt.subplots(1, 2, figsize=(12, 4.2))
for state in "ch":
    lines.plot(steps, getattr(trace, state)[sequence, :, 2], **figures.line(state))
flag = trace.xs[sequence, :, -1].argmax() + 1  # the last feature is the flag
lines.annotate("flag", (flag, 0.25), ha="center")
lines.set(xlabel="step", ylabel="unit 2", title="Both states, as learned")
lines.legend(loc="lower left")
drawn_bars = bars.bar(last, right, color=figures.colour("f"))
bars.bar_label(drawn_bars, [f"{share:.0%}" for share in right])
bars.axhline(task.chance, **figures.line("bound", label="chance"))
bars.set(xlabel="steps at the end with f closed", ylabel="right answers", ylim=(0, 1.15))
bars.set_title("Right answers with c erased at the end")
bars.legend(loc="upper right")
figures.show(fig, alt=f"c and h of one unit; right answers fall from {right[0]:.0%} to {right[-1]:.0%}.")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Nearly everybody says that one closed step erases the memory. After the flag c continues to grow, downward
# here: the cell writes the letter again and again. The answer stands on the next slide.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-10"]
# ## How long does c last?
#
# One closed step erased c, but h still knew the letter, and the cell wrote it back. Four closed steps were too many:
# h alone keeps the letter for a step or two.
#
# And c? With nothing new, k steps at f leave $f^k$ of it. Its half-life is the k with $f^k = \tfrac12$. Keras starts
# a forget gate with a bias of 1, so its value is near σ(1) = 0.73.
#
# **Predict, by hand:** what fraction of c is left after 10 such steps?

# %% slideshow={"slide_type": "subslide"} tags=["row-10"]
silence, biased = np.zeros((1, 10, 2)), LSTMParams.random(2, 3, rng, forget_bias=1.0)
fading = lstm_forward(silence, biased, c0=np.ones((1, 3)), clamp={"i": 0.0, "o": 0.0})
print(f"measured {fading.c[0, -1, 0]:.6f}, σ(1) to the tenth power {sigmoid(1.0) ** 10:.6f}")
k, half_lives = np.arange(51), {f: float(np.log(0.5) / np.log(f)) for f in (0.5, 0.73, 0.9, 0.98)}
fig, axes = plt.subplots(figsize=(10, 4.2))
for f, life in half_lives.items():
    axes.plot(k, f**k, label=f"f = {f}: half-life {life:.1f} steps")
axes.axhline(0.5, **figures.line("bound", label="half"))
axes.axvline(10, color="black", linewidth=1)
axes.set(
    xlabel="steps", ylabel="left of c", xlim=(0, 50), ylim=(0, 1), title="What a forget gate leaves of c"
)
axes.legend(loc="upper right")
ten = ", ".join(f"{f**10:.2g} at {f}" for f in half_lives)
figures.show(fig, alt=f"What is left of c, step by step, for four forget gates; after 10 steps {ten}.")

# %% [markdown] slideshow={"slide_type": "fragment"}
# A twentieth is left at 0.73. From f = 0.5 to 0.73 the half-life grows by one step, from 0.9 to 0.98 by nearly thirty:
# the last hundredths below 1 make a memory long.

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) 0.73 sounds like much, and most people guess a quarter. A bias of 4 begins at σ(4) = 0.98: that LSTM solved
# lag 50 in lesson 02. Exercise 2 asks the reverse question.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Lab: write once, close, wait
#
# From step 12 on the input gate is closed and the forget gate open: the case *keep*. With both open the lab says *add*,
# with both closed *erase*, with only the input open *overwrite*.
#
# 1. Move *Look at step*: c, black, stays where it is. The dotted line is c as learned.
# 2. Set *Forget* to *slider* and 0.93. **Predict:** at which step has c halved?
# 3. Try 0.73, then *closed*. How often is the answer still right?

# %% slideshow={"slide_type": "subslide"}
gate_lab("write once, close, wait")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Let the room name the step before you move to 0.93. The shaded steps are those at which gates are held. The
# line of words gives the share of right answers.

# %% slideshow={"slide_type": "subslide"}
waiting = np.where(steps >= 12, 1.0, np.nan)[:, None]  # steps 12 to 30; before, as learned
after = {f: cell.score(batch, {"f": f * waiting, "i": 0.0 * waiting}) for f in (1.0, 0.93, 0.73, 0.0)}
fig, axes = plt.subplots(figsize=(10, 3.4))
rows = axes.barh([f"f = {f:.2f}" for f in after], list(after.values()), color=figures.colour("f"))
axes.bar_label(rows, [f"{score:.0%} right, {f**19:.1%} of c left" for f, score in after.items()], padding=4)
axes.axvline(task.chance, **figures.line("bound", label="chance"))
axes.set(
    xlim=(0, 1.5), xticks=[0, 0.5, 1], xlabel="right answers", title="Right answers after 19 steps of waiting"
)
axes.invert_yaxis()
axes.legend(loc="lower right")
figures.show(fig, alt=", ".join(f"f = {f}: {score:.0%} right" for f, score in after.items()))

# %% [markdown] slideshow={"slide_type": "fragment"}
# At 0.93 half of c is left after ten steps and a quarter at the end: enough for most letters. At 0.73 a
# four-hundredth is left, and the answer is a guess. Why is f = 1 not always right? A letter flagged at step 10 had
# only two steps to be written; the cell as learned would have written it for longer.
#
# <details><summary>The lab as a still picture</summary>
#
# ![One step of the cell beside c, h and the gates over 30 steps; from step 12 the input gate is held at 0 and the
# forget gate at 1, and c is a level line](images/gate_lab--write-once-close-wait.svg)
#
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Lab: a reader that keeps nothing
#
# After every word it says how likely the review is positive. Here f is held at 0. A word's colour is the change of
# the probability at that word, not its importance.
#
# 1. Go from *Word* 14, "excellent", to the words after it. What happens to the probability?
# 2. **Predict:** with *Forget gate* at *open* it forgets nothing. Is it better than trained?
# 3. Set it to *open*, to *at its mean*, to *learned*.

# %% slideshow={"slide_type": "subslide"}
reader_lab("forget gate closed")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Take the vote on *open* before you show it.

# %% slideshow={"slide_type": "subslide"}
record = json.loads((data_dir() / "gates" / "reader.json").read_text(encoding="utf-8"))
accuracy = {row["condition"]: row["accuracy"] for row in record["conditions"]}
holds = {"closed": 0.0, "open": 1.0, "at its mean": np.array(record["means"]["f"])}
holds = {"as trained": {}} | {f"forget gate f {at}": {"f": f} for at, f in holds.items()}
texts, label = zip(*((one.text, one.label) for one in reviews.longer_reviews()), strict=True)
piled = {name: np.abs(judge.read(max(texts, key=len), hold).c[-1]).mean() for name, hold in holds.items()}
shipped = {name: np.mean((judge.read_many(texts, hold) > 0.5) == label) for name, hold in holds.items()}
fig, (scores, sizes) = plt.subplots(1, 2, figsize=(12, 3.8), sharey=True, width_ratios=[2, 1])
for like, (who, share) in enumerate({"25,000 test reviews": accuracy, "64 shipped ones": shipped}.items()):
    x, y = [share[name] for name in holds], np.arange(4) + 0.3 * like - 0.15
    scores.plot(x, y, "os"[like], color=figures.colour(like), label=who)
    for at, row in zip(x, y, strict=True):
        scores.annotate(f"{at:.1%}", (at + 0.012, row), va="center")
scores.set(xlim=(0.38, 1.0), xlabel="right answers", title="Right answers with the forget gate held")
scores.set_yticks(range(4), holds)
scores.invert_yaxis()
fig.legend(loc="outside upper right", ncols=2)
rows = sizes.barh(range(4), list(piled.values()), color=figures.colour("c"))
sizes.bar_label(rows, [f"{size:.1f}" for size in piled.values()], padding=4)
sizes.set(xlabel="mean |c|", xlim=(0, 1.2 * max(piled.values())), title="c after one long review")
figures.show(fig, alt=", ".join(f"{name}: {accuracy[name]:.1%} of the test reviews" for name in holds))

# %% [markdown] slideshow={"slide_type": "fragment"}
# With the gate closed, the probability still jumps at "excellent", but one word later most of the jump is lost. With
# the gate open, old words pile up in c. With each unit held at its own *mean*, the reader loses hardly a point: the
# speed of fading matters more than the moment. (Where a later flag must replace an earlier one, the moment matters:
# lesson 12.) The 64 shipped reviews end with their verdict. Their last words are enough, so there closed beats open.
#
# <details><summary>The lab as a still picture</summary>
#
# ![The sentence with each word coloured by what it does to the probability, which with the forget gate closed jumps
# up at excellent and falls back within two words](images/reader_lab--forget-gate-closed.svg)
#
# </details>

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) People often say that gates choose what to forget. For this reader a constant does nearly as well. Ask for a
# task for which no constant is enough.

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
# Each exercise ends with a `check`. It tries your answer on fresh examples and gives a hint if something is wrong.
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
