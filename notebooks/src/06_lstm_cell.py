# %% [markdown] slideshow={"slide_type": "slide"}
# # Build the whole LSTM cell
#
# An LSTM is a recurrent cell with a second state, c, and three gates that decide what happens to it. What can such a
# cell remember, and does the gradient really survive? On the two-hour path, leave out the exercises and the appendix.
#
# **You will see** (34 minutes as a talk, about 60 for study with the exercises, no GPU needed)
#
# - the whole cell in six equations, equal to Keras with the same weights,
# - four cases of what a step can do to the memory,
# - what keeps a gradient alive along c, what makes it grow, and which bias to start from.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 34 minutes. Ask somebody to name the three gates and what each multiplies. If few people know, keep
# the equations of the next slide on the board for the whole talk.

# %% slideshow={"slide_type": "skip"}
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # matrices as small as these are fastest on one core

import numpy as np
from matplotlib import pyplot as plt

from lstm_teach import data_dir, figures
from lstm_teach.cells import GRUParams, LSTMParams, RNNParams, lstm_forward, lstm_step, run_cell, sigmoid
from lstm_teach.diagrams import lstm_cell
from lstm_teach.exercises import check
from lstm_teach.fitting import fit, load_fitted
from lstm_teach.gradients import gradient_reach, lstm_backward
from lstm_teach.labs import gate_lab, gradient_lab
from lstm_teach.labs.gate import case
from lstm_teach.quiet import quietly
from lstm_teach.quizzes import quiz
from lstm_teach.sequences import flagged_recall

SEED = 0
rng = np.random.default_rng(SEED)
print("seed", SEED)
figures.use_style()

# Small cells that ship with the course, each trained on flagged recall.
trained = {
    cell: load_fitted(data_dir() / "recall" / f"{cell}-flagged_recall.npz") for cell in ("rnn", "lstm", "gru")
}
recall = trained["lstm"].task.batch(20, np.random.default_rng(SEED)).xs  # 20 sequences of 30 steps

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-16"]
# ## The whole cell in one place
#
# Input $x_t$ and hidden state $h_{t-1}$ go into four small dense layers. σ gives numbers from 0 to 1: a **gate**.
#
# | | |
# |---|---|
# | **forget gate**: how much of c is kept | $f_t = \sigma(x_t W_f + h_{t-1} U_f + b_f)$ |
# | **input gate**: how much is written | $i_t = \sigma(x_t W_i + h_{t-1} U_i + b_i)$ |
# | **candidate**: what could be written | $\tilde c_t = \tanh(x_t W_c + h_{t-1} U_c + b_c)$ |
# | **output gate**: how much is shown | $o_t = \sigma(x_t W_o + h_{t-1} U_o + b_o)$ |
# | **cell state** | $c_t = f_t \odot c_{t-1} + i_t \odot \tilde c_t$ |
# | **hidden state**, the output | $h_t = o_t \odot \tanh(c_t)$ |
#
# ⊙ multiplies element by element: each of the n units has its own c, and its own value of each gate.

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Read it aloud, line by line. People forget the last line most easily: without the output gate there is no h.
# Ask which lines need the result of another line. (The first four do not; then comes c, then h.)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-13", "row-7"]
# ## A highway for c
#
# c runs straight through the cell. One × **filters** what is on this road, and one + lets new traffic **merge**.
# There is no matrix on it.
#
# Where f stays 1, c lasts for any number of steps. h is made anew at each step.
#
# Why *long short-term memory*? The weights of a network are its long-term memory, its states are its short-term
# memory. The state c is a short-term memory that lasts long.

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Follow c with a finger from left to right, then h from below. Every line in such diagrams carries a whole
# vector; here we look at one number of it. Ask which number must fall so that the cell forgets more (f, at the ×).
# The hyphen matters: long (short-term memory). The cell of 1997 had no forget gate: it could only add to c.

# %% slideshow={"slide_type": "subslide"} tags=["row-13", "row-16"]
p = LSTMParams.random(2, 3, rng)  # 2 features, 3 units
x = rng.standard_normal((1, 2))
h_old, c_old = np.array([[0.3, -0.6, 0.1]]), np.array([[0.9, -2.0, 5.0]])
step = lstm_step(x, h_old, c_old, p)

before = {"h_prev": h_old[0, 0], "c_prev": c_old[0, 0]}
now = {name: values[0, 0] for name, values in step._asdict().items()}  # of unit 0
lstm_cell(before | now, alt="One step of unit 0: c_prev meets f at the ×, i · c̃ joins at the +.")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-14"]
# ## Four cases
#
# The picture above shows one step of one unit: the wider a path, the more flows along it. Most of c passes on, and
# little is written.
#
# Now we hold the forget gate and the input gate at 0 or at 1, with a `clamp`. A step can then do four things to c:
# **keep**, **add**, **erase**, **overwrite**.
#
# **Predict:** which of the four is $f = 1, i = 0$? Which is $f = 0, i = 1$? And which one leaves c the same to the last
# bit?

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Let the room fill in a table of two rows and two columns: f in the rows, i in the columns. Somebody still
# says that f = 1 forgets; f is the share that is kept. Then show the four pictures.

# %% slideshow={"slide_type": "subslide"} tags=["row-14"]
after, unit = {}, np.arange(3)
fig, axes = plt.subplots(1, 4, figsize=(12, 4.6), sharey=True)
for one, (f, i) in zip(axes, [(1.0, 0.0), (1.0, 1.0), (0.0, 0.0), (0.0, 1.0)], strict=True):
    name = case(f, i)
    after[name] = lstm_step(x, h_old, c_old, p, clamp={"f": f, "i": i}).c
    one.bar(unit - 0.27, c_old[0], 0.25, color="white", edgecolor="black", label="c before")
    one.bar(unit, step.c_tilde[0], 0.25, color=figures.colour("c_tilde"), label="candidate")
    one.bar(unit + 0.27, after[name][0], 0.25, color="black", label="c after")
    one.axhline(0, color="black", linewidth=1)
    one.set(title=name, xlabel=f"f = {f:.0f}, i = {i:.0f}", xticks=unit, xticklabels=["unit 0", "1", "2"])
axes[0].set_ylabel("value")
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper right", ncols=3)
figures.show(fig, alt="; ".join(f"{name}: c is {c[0].round(2)}" for name, c in after.items()))
print(
    "cases that leave c the same to the last bit:", [k for k, c in after.items() if np.array_equal(c, c_old)]
)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-14"]
# ## Drive through the cases
#
# *Keep* multiplies by 1 and adds 0: c is the same to the last bit. *Add* puts the candidate on top of the old,
# *overwrite* in its place. Between these ends, a step does a little of each.
#
# **Predict:** in a trained cell, each case is held from step 12 to the end. Which one costs the most right answers?
# And which one the least?
#
# 1. Play the steps from 1: what do c and h do from step 12 on?
# 2. Set *Forget* and *Input* to open or closed, until you have read all four names.
# 3. Set both to slider, *Forget* at 0.73, *Input* at 0.4: which case is it now?

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) A cell of 8 units, trained on flagged recall (lesson 02). Collect a vote for the worst case before you touch
# anything, then read the share of right answers in the line of words for each of the four.

# %% slideshow={"slide_type": "subslide"} tags=["row-14", "row-7"]
gate_lab("add")

# %% [markdown] slideshow={"slide_type": "skip"} tags=["row-14"]
# Adding costs almost nothing, since the letter was written before step 12 and is still there. Keeping costs a little
# more: a letter flagged at step 10 had only two steps to be written. Erasing brings the score down to chance. While
# it adds, c of unit 2 falls to about −15: only the number of steps bounds c, so an LSTM can count. h stays between −1
# and 1, since tanh stands on the way out.
#
# <details><summary>The lab as a picture, for readers without a kernel</summary>
#
# ![The LSTM cell with forget and input gate held open from step 12 on: c leaves the range from -1 to 1.](images/gate_lab--add.svg)
#
# </details>

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-16"]
# ## Four dense layers, one product
#
# None of the four layers needs the result of another. So their matrices stand side by side, in Keras' order i, f, c,
# o, and one product serves all four: $x_t W + h_{t-1} U + b$, with W of shape (m, 4n). An LSTM has four times the
# weights of a plain RNN with as many units.
#
# **Predict:** we hand these weights to Keras. How far apart are its numbers and ours?

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) p.W is the fused array, p.W_f a view of its second block: the readable form and the fast one are one object.
# Importing Keras takes a few seconds: go on talking. What we see in the open cell is true of Keras' layer.

# %% slideshow={"slide_type": "subslide"} tags=["row-16"]
fused = x @ p.W + h_old @ p.U + p.b
apart = [x @ getattr(p, "W_" + k) + h_old @ getattr(p, "U_" + k) + getattr(p, "b_" + k) for k in "ifco"]
print(f"four products or one: they differ by {abs(fused - np.hstack(apart)).max():.0e}")

with quietly():  # TensorFlow likes to talk
    import keras
from lstm_teach.keras_bridge import params_to_keras

layer = keras.layers.LSTM(3, return_sequences=True, dtype="float64")
layer.build((None, None, 2))
layer.set_weights(params_to_keras(p))
sentences = rng.standard_normal((4, 9, 2))
by_keras = keras.ops.convert_to_numpy(layer(sentences))
keras_difference = abs(by_keras - lstm_forward(sentences, p).h).max()
print(f"Keras and NumPy, same weights: every h is the same to {keras_difference:.0e}")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-15"]
# ## The path along c: D
#
# Keras computes what we compute, up to rounding. So what we find in the open cell holds for its layer.
#
# Nudge $c_t$ a little. In a plain RNN, the matrix U multiplies the nudge at every step. Along c there is no matrix, only
# a factor f at each step. We call the product **D**, for *direct*:
#
# $$D_t = f_{t+1} \odot f_{t+2} \odot \dots \odot f_T$$
#
# No gate is above 1, so D is never above 1: along c alone, a nudge (a tiny change) can last or fade, but it cannot
# grow.
#
# **Predict:** what is left after 50 steps with a forget bias of 1? With a bias of 4? And after 200 steps?

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Most guesses are far too high: σ(1) is 0.73, and 0.73 to the power 50 is about 10⁻⁷. The input moves f a
# little, so the product is not exactly σ(bias) to the power 50. The dots are not computed from f: for them c was
# really nudged, and the cell ran again.

# %% slideshow={"slide_type": "subslide"} tags=["row-15"]
noise, along_c = rng.standard_normal((1, 201, 2)), {}
fig, axes = plt.subplots(figsize=(12, 4.8))
for look, bias in enumerate((1.0, 4.0, 5.3)):
    cut = LSTMParams.random(2, 1, np.random.default_rng(SEED), forget_bias=bias)
    cut.U[:] = 0  # no gate reads h: only the path along c is left
    D = lstm_forward(noise, cut).f[0, :0:-1, 0].cumprod()  # of the last step, of the last two, …
    axes.plot(np.arange(1, 201), D, **figures.line(look, label=f"forget bias {bias:g}: product of f"))
    for lag in (10, 25, 50, 100, 200):
        c = [lstm_forward(noise[:, -lag:], cut, c0=np.array([[d]])).c[0, -1, 0] for d in (1e-5, -1e-5)]
        along_c[bias, lag] = D[lag - 1], (c[0] - c[1]) / 2e-5
        axes.plot(lag, along_c[bias, lag][1], "o", color=figures.colour(look))
axes.set(yscale="log", ylim=(1e-4, 2), xlabel="steps back", ylabel="what is left of a nudge of c")
fig.legend(loc="outside upper right", ncols=3)
ends = "; ".join(f"bias {bias:g}, {lag} steps: {value:.1g}" for (bias, lag), (value, _) in along_c.items())
figures.show(fig, alt=f"Three lines of products of forget gates, and dots of measured nudges. {ends}.")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-15"]
# ## All paths together: J
#
# The dots, measured by a nudge, lie on the product of the forget gates. With a bias of 1, D vanishes within 30 steps;
# with 5.3 about a third is left after 200.
#
# But $h_{t-1}$ enters all three gates and the candidate, and these change $c_t$ too. All paths together make the
# **Jacobian** J of both states, $s_t = (h_t, c_t)$. Its norm is the reach of lesson 02:
#
# $$J_t = \frac{\partial s_T}{\partial s_t}$$
#
# **Predict:** "In an LSTM the gradient cannot vanish." At Keras' bias of 1, is more than 1 % left after 50 steps? And
# can ‖J‖ be above 1?
#
# 1. Move *LSTM forget bias* from 4 down to 1, then up to 6.
# 2. Set *Weights* to "trained, on flagged recall".

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) The dots are D, the path along c alone. The line is ‖J‖, all paths together. At bias 4 they separate: ask
# for which of the two the LSTM is famous. Students who know GRUs may move the update bias to 5: the update gate does
# what f does (lesson 08).

# %% slideshow={"slide_type": "subslide"} tags=["row-15"]
gradient_lab("forget bias 4")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-15"]
# ## Before training, and after
#
# In the lab, at a bias of 1, both D and ‖J‖ vanish. At 4, D keeps about a half over 50 steps, yet ‖J‖ grows to about 20.
# So an LSTM's gradient can vanish, and it can explode.
#
# Now cells of 8 units read twenty sequences. A line goes from the least ‖J‖ to the largest, a dot is the middle, a
# diamond the largest D.
#
# **Predict:** RNN, LSTM, GRU: which of them lose the nudge before training? Which after?
#
# <details><summary>The lab as a picture, for readers without a kernel</summary>
#
# ![The LSTM's line climbs above 1, its dots for D fall to a half; RNN and GRU fall by many powers of ten.](images/gradient_lab--forget-bias-4.svg)
#
# </details>

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Twenty sequences; five seeds where nothing is trained. The trained LSTM started from a forget bias of 4 and
# an input bias of −3, the GRU from an update bias of 2 (its z does what f does). The RNN is trained at lag 5, since
# at 20 this size stays at chance.

# %% slideshow={"slide_type": "subslide"} tags=["row-15"]
seeds, reaches, direct = [np.random.default_rng(k) for k in range(5)], {}, {}
closed = [LSTMParams.random(5, 8, rng, forget_bias=4.0) for rng in seeds]
for q in closed:
    q.b_i[:] = -4.0
cells = {
    "RNN, untrained": [RNNParams.random(5, 8, rng) for rng in seeds],
    "RNN, trained at lag 5": [trained["rnn"].params],
    "LSTM, forget bias 1, untrained": [LSTMParams.random(5, 8, rng) for rng in seeds],
    "LSTM, forget bias 4, untrained": [LSTMParams.random(5, 8, rng, forget_bias=4.0) for rng in seeds],
    "LSTM, 4 and input bias −4, untrained": closed,
    "LSTM, trained": [trained["lstm"].params],
    "GRU, update bias 0, untrained": [GRUParams.random(5, 8, rng) for rng in seeds],
    "GRU, trained": [trained["gru"].params],
}
fig, axes = plt.subplots(figsize=(12, 5.2))
for row, (name, drawn) in enumerate(cells.items()):
    traces = [run_cell(recall, q) for q in drawn]
    left = [gradient_reach(trace, q)[:, 0] for trace, q in zip(traces, drawn, strict=True)]
    low, middle, high = reaches[name] = np.percentile(left, [0, 50, 100])
    axes.plot([low, high], [row, row], **figures.line(name.split(",")[0], label=None, linewidth=3))
    axes.plot(middle, row, "o", color="black", label="middle ‖J‖" if row == 0 else None)
    words = f"‖J‖ {middle:.2g}"
    if not name.startswith("RNN"):
        kept = np.stack([getattr(trace, "f" if "LSTM" in name else "z") for trace in traces])
        direct[name] = kept[:, :, 1:].prod(axis=2).max()  # of the best unit
        axes.plot(
            direct[name], row, "D", color="white", markeredgecolor="black", label="D" if row == 2 else None
        )
        words += f",  D {direct[name]:.2g}"
    axes.text(1.01, row, words, transform=axes.get_yaxis_transform(), verticalalignment="center")
axes.axvline(1, color="black", linewidth=1)
axes.set(xscale="log", xlabel="what is left of a nudge after 29 steps")
axes.set_yticks(range(len(cells)), cells)
axes.invert_yaxis()
fig.legend(loc="outside upper right", ncols=2)
figures.show(
    fig, alt="; ".join(f"{name}: {low:.2g} to {high:.2g}" for name, (low, _, high) in reaches.items())
)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-15"]
# ## What makes it grow?
#
# An LSTM keeps a gradient only if its forget gate is open. With a bias of 1 it loses the nudge: here as an untrained RNN
# does, over 50 steps (the lab) less. In the trained RNN what is left differs by sequence. In the trained LSTM, D is just
# below 1, yet ‖J‖ is about 28.
#
# To find the cause, we hold one gate *at its own values*. All numbers stay the same, but no gradient flows through
# it. We look at the part of J that leads from c to c, since D is its direct part.
#
# **Predict:** which of the four paths makes it grow: forget gate, input gate, output gate or candidate?

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Most rooms vote for the forget gate, since it is the best known. `clamp` holds a gate; a held gate is a
# constant, so its path is cut while c and h stay as they are.

# %% slideshow={"slide_type": "subslide"} tags=["row-15"]
NAMES = {"f": "forget gate", "i": "input gate", "o": "output gate", "c_tilde": "candidate"}
paths = {"all paths": []} | {f"without the {words}": [k] for k, words in NAMES.items()} | {"only D": [*NAMES]}
fig, both = plt.subplots(1, 2, figsize=(12, 4.4), sharey=True)
grown = {}
for axes, cell in zip(both, ("LSTM, trained", "LSTM, forget bias 4, untrained"), strict=True):
    for row, (words, held) in enumerate(paths.items()):
        left = []
        for q in cells[cell]:
            trace = lstm_forward(recall, q)
            same = lstm_forward(recall, q, clamp={gate: getattr(trace, gate) for gate in held})
            left.append(gradient_reach(same, q, of="c")[:, 0])
        grown[cell, words] = np.median(left)
        axes.plot([1, grown[cell, words]], [row, row], "-", color="black")
        axes.plot(grown[cell, words], row, "o", color="black", markersize=9)
        axes.text(1.25 * max(1, grown[cell, words]), row, f"{grown[cell, words]:.2g}", va="center")
    axes.axvline(1, color="black", linewidth=1)
    axes.set(xscale="log", xlim=(0.3, 80), title=cell, xlabel="what is left after 29 steps, from c to c")
    axes.set_xticks([1, 10], ["1", "10"])
both[0].set_yticks(range(len(paths)), paths)
both[0].invert_yaxis()
figures.show(fig, alt="; ".join(f"{cell}, {words}: {left:.2g}" for (cell, words), left in grown.items()))

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-15"]
# ## It is mostly the candidate
#
# Without the candidate's path, 4 is left in place of 27, and in untrained cells less than 1. (Without the input gate's path:
# 13.) A nudge of c changes h.
# This change passes through $U_c$ into the candidate. The input gate adds a part of it to c, and an open forget gate
# **keeps** most of the sum. Each step adds again, so the sum grows although f is below 1. The input gate decides how
# much is added: nearly closed (bias −4), ‖J‖ stays near D.
#
# **Predict:** an LSTM of 16 units starts at Keras' bias of 1 and learns flagged recall at lag 20. Where do its forget
# gates stand before, and where after?

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Draw it as a sum on the board: c gets the old c times f, plus i times a candidate that depends on the nudge.
# The training on the next slide takes two to four seconds. Ask whether all units will move, or a few.

# %% slideshow={"slide_type": "subslide"} tags=["row-15"]
start = LSTMParams.random(5, 16, np.random.default_rng(SEED))
learned = fit(start, flagged_recall(20), np.random.default_rng(SEED), rate=1e-2, progress=False)
fig, axes = plt.subplots(figsize=(12, 3.4))
gates = {}
for row, (when, q) in enumerate({"before": start, "after": learned.params}.items()):
    f = lstm_forward(recall, q).f
    each = np.sort(f.mean(axis=(0, 1)))  # one number per unit
    gates[when] = each, f[:, 1:].prod(axis=1).max()
    axes.plot(each, np.full(16, row), "o", color=figures.colour("f"), markersize=10, alpha=0.6)
    axes.plot(each.mean(), row, "|", color="black", markersize=34, markeredgewidth=3)
    words = f"mean {each.mean():.2f}, best unit {each[-1]:.2f}, largest D {gates[when][1]:.1g}"
    axes.text(1.01, row, words, transform=axes.get_yaxis_transform(), verticalalignment="center")
axes.set(
    xlim=(0.5, 1), ylim=(1.5, -0.5), xlabel="forget gate, mean over all steps; a dot is a unit, | their mean"
)
axes.set_yticks([0, 1], gates)
words = "; ".join(f"{when}: {each[0]:.2f} to {each[-1]:.2f}" for when, (each, _) in gates.items())
figures.show(fig, alt=f"Sixteen dots before training, sixteen after. {words}.")
norm = learned.history.norm
print(
    f"solved after {learned.solved_at} updates; mean length of the gradient from {norm.min():.1f} to {norm.max():.1f}"
)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-15", "row-31"]
# ## Which bias, and when to clip
#
# A few units learned to keep, most did not: look at the best unit. So choose the start.
#
# - **Open the forget gate.** To keep for T steps you need $f \approx 1 - 1/T$, a bias of $\ln T$: about 4 for 50 steps,
#   5.3 for 200. That leaves 37 %; for more, take more.
# - **Close the input gate** by as much, $b_i = -b_f$. Otherwise every step adds noise, and the candidate's path
#   grows.
# - **Lags differ?** Draw $b_f$ of each unit as the logarithm of a number from 1 to T: *chrono* initialisation.
# - **Clip always:** scale a gradient longer than 1 down to 1. ‖J‖ has no bound, and the gradient grew tenfold just when
#   the cell learned.

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) ln T: σ(ln T) = T / (T + 1), so over T steps about 1/e, 37 %, is left. Ask for the bias for a lag of 20 (3)
# and of 1,000 (6.9). Lesson 02 ends with the records: at lag 100, one seed of five learns with an open forget gate
# alone, and five of five learn with a closed input gate too.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## You saw
#
# - the whole cell was six equations, and equal to Keras with the same weights,
# - keep, add, erase and overwrite were the four cases, and only the number of steps bounded c,
# - forget gates near 1 kept a gradient alive along c, the candidate's path made it grow, and an open forget gate with a
#   closed input gate was the start for long lags.

# %% slideshow={"slide_type": "slide"}
quiz("06")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Your turn
#
# ### Exercises 1 and 2: the whole step; add, then overwrite
#
# **1.** From `x` (batch, features), `h_prev` and `c_prev` (batch, units) and `p` to the new `(h, c)`. You have
# `p.W_i`, `p.U_i`, `p.b_i` and their sisters with f, c and o, and `sigmoid` and `np.tanh`.
#
# **2.** Hold the gates for two steps, with one clamp for each. The first step adds the whole candidate to all of c. The
# second overwrites c with the candidate.


# %% slideshow={"slide_type": "subslide"} tags=["exercise"]
def my_lstm_step(x, h_prev, c_prev, p):
    """From x (batch, m), h_prev and c_prev (batch, n) and p to h, c, both (batch, n)."""
    return ...


check("lstm_step", my_lstm_step)


# %% slideshow={"slide_type": "subslide"} tags=["solution"]
def my_lstm_step(x, h_prev, c_prev, p):
    """From x (batch, m), h_prev and c_prev (batch, n) and p to h, c, both (batch, n)."""
    f = sigmoid(x @ p.W_f + h_prev @ p.U_f + p.b_f)
    c_tilde = np.tanh(x @ p.W_c + h_prev @ p.U_c + p.b_c)
    i = sigmoid(x @ p.W_i + h_prev @ p.U_i + p.b_i)
    c = f * c_prev + i * c_tilde
    o = sigmoid(x @ p.W_o + h_prev @ p.U_o + p.b_o)
    return o * np.tanh(c), c


check("lstm_step", my_lstm_step)

# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
clamps = [{"f": ..., "i": ...}, {"f": ..., "i": ...}]
check("clamp_add_then_overwrite", clamps)

# %% slideshow={"slide_type": "fragment"} tags=["solution"]
clamps = [{"f": 1.0, "i": 1.0}, {"f": 0.0, "i": 1.0}]
check("clamp_add_then_overwrite", clamps)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercises 3 and 4: hold for fifty steps; the path along c
#
# **3.** In this cell all weights are 0, so only the biases matter. The candidate is 1 at every step. Choose a bias
# for the forget gate and one for the input gate. After 50 steps, at least 80 % of $c_0$ must be left, and what is
# written must add at most 0.2 to c.
#
# **4.** From the forget gates `f` (batch, time, units) find $D_t$ for every t, in the same shape. At the last step it
# is 1. (`np.cumprod` may help.)

# %% slideshow={"slide_type": "subslide"} tags=["exercise"]
biases = {"f": ..., "i": ...}
check("hold_fifty_steps", biases)

# %% slideshow={"slide_type": "subslide"} tags=["solution"]
biases = {"f": 8.0, "i": -8.0}
check("hold_fifty_steps", biases)


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def highway(f):
    """From f (batch, time, units) to D_t for every t, in the same shape."""
    return ...


check("highway", highway)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def highway(f):
    """From f (batch, time, units) to D_t for every t, in the same shape."""
    return np.concatenate([np.ones_like(f[:, :1]), f[:, :0:-1]], axis=1).cumprod(axis=1)[:, ::-1]


check("highway", highway)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Appendix: the way back, step by step
#
# Write $\delta v$ for $\partial L / \partial v$, and $a_f$ for what σ receives in f. $\delta h_t$ and $\delta c_t$
# arrive from the right; then the chain rule is applied to the six equations, from the last to the first.
#
# | | |
# |---|---|
# | through h | $\delta c_t \leftarrow \delta c_t + \delta h_t \odot o_t \odot (1 - \tanh^2 c_t)$ |
# | output gate | $\delta a_o = \delta h_t \odot \tanh(c_t) \odot o_t \odot (1 - o_t)$ |
# | forget gate | $\delta a_f = \delta c_t \odot c_{t-1} \odot f_t \odot (1 - f_t)$ |
# | input gate | $\delta a_i = \delta c_t \odot \tilde c_t \odot i_t \odot (1 - i_t)$ |
# | candidate | $\delta a_c = \delta c_t \odot i_t \odot (1 - \tilde c_t^2)$ |
# | the highway | $\delta c_{t-1} = \delta c_t \odot f_t$ |
# | all four layers | $\delta h_{t-1} = \sum_k \delta a_k U_k^\top$ and $\delta x_t = \sum_k \delta a_k W_k^\top$ |
#
# **Exercise 5:** from `x` (batch, m), `c_prev`, `f` and `dc` (batch,
# units) of one step, find $\partial L / \partial W_f$, shape (m, units).

# %% slideshow={"slide_type": "subslide"}
run, dh_out = lstm_forward(sentences, p), rng.standard_normal((4, 9, 3))
dh, dc = np.zeros((4, 3)), np.zeros((4, 3))
for t in reversed(range(9)):
    i, f, c_tilde, o, c = (v[:, t] for v in run[:5])
    c_prev = run.c[:, t - 1] if t else run.c0
    dh = dh + dh_out[:, t]  # what the loss asks of h_t itself
    dc = dc + dh * o * (1 - np.tanh(c) ** 2)
    da_o = dh * np.tanh(c) * o * (1 - o)
    da_f = dc * c_prev * f * (1 - f)
    da_i = dc * c_tilde * i * (1 - i)
    da_c = dc * i * (1 - c_tilde**2)
    dh = da_i @ p.U_i.T + da_f @ p.U_f.T + da_c @ p.U_c.T + da_o @ p.U_o.T
    dc = dc * f
package = lstm_backward(run, p, dh_out)
by_hand = max(abs(dh - package.h0).max(), abs(dc - package.c0).max())
print(f"by hand and lstm_backward: dL/dh_0 and dL/dc_0 differ by {by_hand:.0e}")


# %% slideshow={"slide_type": "subslide"} tags=["exercise"]
def forget_weights(x, c_prev, f, dc):
    """From x (batch, m), c_prev, f and dc (batch, units) of one step to dL/dW_f (m, units)."""
    return ...


check("forget_weights", forget_weights)


# %% slideshow={"slide_type": "subslide"} tags=["solution"]
def forget_weights(x, c_prev, f, dc):
    """From x (batch, m), c_prev, f and dc (batch, units) of one step to dL/dW_f (m, units)."""
    return x.T @ (dc * c_prev * f * (1 - f))


check("forget_weights", forget_weights)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Further reading
#
# - S. Hochreiter, J. Schmidhuber (1997), *Long short-term memory*,
#   [doi:10.1162/neco.1997.9.8.1735](https://doi.org/10.1162/neco.1997.9.8.1735): no forget gate yet
# - F. Gers, J. Schmidhuber, F. Cummins (2000), *Learning to forget: continual prediction with LSTM*,
#   [doi:10.1162/089976600300015015](https://doi.org/10.1162/089976600300015015)
# - R. Jozefowicz, W. Zaremba, I. Sutskever (2015),
#   [*An empirical exploration of recurrent network architectures*](https://proceedings.mlr.press/v37/jozefowicz15.html):
#   why the forget bias starts at 1
# - C. Tallec, Y. Ollivier (2018), *Can recurrent neural networks warp time?*,
#   [arXiv:1804.11188](https://arxiv.org/abs/1804.11188): chrono initialisation
# - C. Olah (2015), [*Understanding LSTM Networks*](https://colah.github.io/posts/2015-08-Understanding-LSTMs/)
#
# One more exercise, if you like: `check("fused_gates")` says what it asks.
#
# Next: [07 Counting parameters](07_counting_parameters.ipynb).
