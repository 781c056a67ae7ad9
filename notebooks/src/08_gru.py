# %% [markdown] slideshow={"slide_type": "slide"}
# # Keep or replace: let one gate do the work of two
#
# The gated recurrent unit (GRU) is younger than the LSTM and smaller: it has no cell state, and three blocks in place
# of four. What does it give up, and what does it gain?
#
# **You will see** (30 minutes as a talk, about 50 for study with the exercises, no GPU needed)
#
# - one gate that forgets and writes at once, and what a GRU therefore cannot do,
# - what a closed reset gate does to the memory,
# - what a GRU costs and what it learns beside an LSTM, and why neither is the winner.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 30 minutes. Needs lessons 03 to 06. Ask: if you had to remove one gate of the LSTM, which one would
# you choose?

# %% slideshow={"slide_type": "skip"}
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # before NumPy comes: times are compared on one core

import json
from functools import partial
from time import perf_counter
from timeit import repeat

import numpy as np
from matplotlib import pyplot as plt

from lstm_teach import counting, data_dir, figures
from lstm_teach.cells import GRUParams, LSTMParams, gru_forward, gru_step, lstm_forward, sigmoid
from lstm_teach.diagrams import gru_cell
from lstm_teach.exercises import check
from lstm_teach.fitting import fit
from lstm_teach.labs import gru_lab
from lstm_teach.plotting import join
from lstm_teach.quiet import quietly
from lstm_teach.quizzes import quiz
from lstm_teach.sequences import flagged_recall

with quietly():  # takes seconds, and TensorFlow likes to talk
    import keras

    from lstm_teach.keras_bridge import params_from_keras

_ = keras.utils.set_random_seed(0)


def drawn(step, held=()):
    """Unit 0 of a GRU at one step."""
    now = {name: float(value[0, 0]) for name, value in step._asdict().items()} | {"h_prev": float(h[0, 0])}
    return gru_cell(now, f"z is {now['z']:.2f}, h goes from {now['h_prev']:.2f} to {now['h']:.2f}.", held)


def keras_count(layer, m):
    """The parameters that Keras counts, once the layer knows its m features."""
    layer.build((None, None, m))
    return layer.count_params()


figures.use_style()
SEED = 0
rng = np.random.default_rng(SEED)
np.set_printoptions(precision=3, suppress=True)
print("seed", SEED)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-17"]
# ## One gate for two jobs
#
# An LSTM lets go with f and writes with i. A GRU does both with one *update gate* z. It has one state, h:
#
# $$h_t = z_t \odot h_{t-1} + (1 - z_t) \odot \tilde h_t$$
#
# **Predict:** with z = 1, is the new h the old one or the candidate?

# %% slideshow={"slide_type": "subslide"} tags=["row-17", "picture"]
p, x, h = GRUParams.random(3, 2, rng), rng.standard_normal((1, 3)), rng.uniform(-1, 1, (1, 2))
keep, take = (gru_step(x, h, p, clamp) for clamp in ({"z": 1.0}, {"z": 0.0}))
join([drawn(keep, {"z"}), drawn(take, {"z"})])

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) About half say "the candidate": the update gate is open, so it updates. Warn the room: Chung et al. (2014)
# write z the other way round.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-17"]
# ## An LSTM with its gates tied
#
# With z = 1 (left) the old h is kept to the last bit. With z = 0 (right) the candidate takes its place. So say *keep
# old* and *take new*, not "open" and "closed".
#
# Now hold the gates of an LSTM at f = z and i = 1 − z, give it the GRU's candidates, and let both read 30 steps.
#
# **Predict:** how far is the LSTM's cell state c from the GRU's h at the end?

# %% slideshow={"slide_type": "fragment"} tags=["row-17"]
lstm, xs = LSTMParams.random(3, 2, rng), rng.standard_normal((1, 30, 3))
gru = gru_forward(xs, p)
tied = lstm_forward(xs, lstm, clamp={"f": gru.z, "i": 1 - gru.z, "c_tilde": gru.h_tilde})
print("c equals h:", np.array_equal(tied.c, gru.h), "  h apart by", abs(tied.h - gru.h).max().round(2))

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Ask what the GRU does not have. (An output gate: an LSTM may keep something and not show it.)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-17"]
# ## Can it add up?
#
# c equals the GRU's h bit for bit. So a GRU is an LSTM with f and i tied and without an output gate: at every step it
# shows all that it keeps. (Here the LSTM got the GRU's candidates; normally each cell makes its own.)
#
# Now both get the same candidate at every step, 0.762. The LSTM keeps all and writes all: i = f = 1. You choose the z
# of the GRU.
#
# **Predict:** after 20 steps, how large is the LSTM's c? And the GRU's h?
#
# 1. Put *Update* on *slider* and move it. Does h ever pass 0.762?
# 2. Set *LSTM's gates* to f = z, i = 1 − z, and read c.

# %% slideshow={"slide_type": "subslide"}
gru_lab("never adds up")

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) Take a number for c from the room first: it is 20 times 0.762. For the GRU most say 1, as with tanh. Move the
# slider slowly from 0 to 1: h comes later and later to 0.762.

# %% slideshow={"slide_type": "subslide"} tags=["row-17"]
nothing, zs, steps = np.zeros((1, 20, 3)), (0.0, 0.5, 0.9, 0.99), np.arange(1, 21)
adds = lstm_forward(nothing, lstm, clamp={"i": 1.0, "f": 1.0, "c_tilde": 0.762}).c[0, :, 0]
means = {z: gru_forward(nothing, p, clamp={"z": z, "h_tilde": 0.762}).h[0, :, 0] for z in zs}
c_20, h_20 = adds[-1], {z: line[-1] for z, line in means.items()}
fig, (both, close) = plt.subplots(1, 2, figsize=(12, 4))
both.plot(steps, adds, **figures.line("c", label=f"LSTM, c: {c_20:.2f}"))
both.plot(steps, means[0.9], **figures.line("h", label=f"GRU, z = 0.9: {h_20[0.9]:.3f}"))
close.axhline(0.762, **figures.line("bound", label="candidate"))
for z, line in means.items():
    close.plot(steps, line, label=f"z = {z}: {h_20[z]:.3f}")
both.set(xlabel="step", ylabel="state", xticks=[1, 10, 20], title="Both cells over 20 steps")
close.set(xlabel="step", ylim=(0, 1.3), xticks=[1, 10, 20], title="The GRU alone")
both.legend(loc="upper left")
close.legend(loc="upper right", ncols=2)
ends = ", ".join(f"{value:.3f} with z = {z}" for z, value in h_20.items())
figures.show(fig, alt=f"After 20 steps the LSTM's c is {c_20:.2f}; the GRU's h is {ends}.")

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["row-17"]
# z and 1 − z make a weighted mean, which lies between its two numbers. So a GRU replaces and never adds up: its h
# stays between −1 and 1. So does the LSTM's c, if its gates are tied. An LSTM can count symbols in a unit; a GRU has
# to fit the count between −1 and 1 (Weiss and others, below). Whether this matters depends on the task.
#
# <details><summary>The lab as a still picture</summary>
#
# ![Thirty steps with a candidate of 0.762: the cell state of an LSTM with i = f = 1 climbs in a straight line, 15.2 at step
# 20, while the GRU's h bends to 0.762 and stays there.](images/gru_lab--never-adds-up.svg)
#
# </details>

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-17"]
# ## Can a closed reset gate erase?
#
# The *reset gate* r says how much of the old h the candidate sees: $\tilde h_t = \tanh(x_t W_h + r_t \odot (h_{t-1} U_h))$,
# biases apart.
#
# **Predict:** two different memories, one step with the same input. What share of their difference is left with
# z = 1 and r = 0? With z = 0 and r = 1? With both 0?

# %% slideshow={"slide_type": "subslide"} tags=["row-17"]
one, other = rng.uniform(-1, 1, (2, 1, 2))
left = {}
for z, r in [(1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]:
    h_one, h_other = (gru_step(x, memory, p, {"z": z, "r": r}).h for memory in (one, other))
    left[z, r] = np.linalg.norm(h_one - h_other) / np.linalg.norm(one - other)
held = gru_forward(rng.standard_normal((1, 50, 3)), p, one, {"z": 1.0, "r": 0.0})
print("z = 1, r = 0 for 50 steps, h bit for bit:", np.array_equal(held.h[:, -1], one))
fig, axes = plt.subplots(figsize=(10, 3.2))
bars = axes.barh([f"z = {z:.0f}, r = {r:.0f}" for z, r in left], list(left.values()))
axes.bar_label(bars, [f"{share:.0%}" for share in left.values()], padding=4)
axes.invert_yaxis()
axes.set(xlim=(0, 1.1), xlabel="left of the difference", title="Two memories after one step")
figures.show(fig, alt="; ".join(f"z {z:.0f}, r {r:.0f}: {share:.0%}" for (z, r), share in left.items()))

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-17"]
# ## Nothing lost, in a trained GRU
#
# The name misleads, as "forget" does. z decides what is kept. r decides only how much of the past the candidate
# knows. Only both at 0 erase; z = 0 and r = 1 make a plain RNN's step.
#
# A trained GRU has read one pulse, up or down, and says at the end which it was. From step 11 on, z = 1 and r = 0.
#
# 1. Move *Look at step* from 10 to 30 and read h.
#
# **Predict:** r stays closed, and z is as learned. How often is it still right?
#
# 2. Put *Update* on *learned* and see.

# %% slideshow={"slide_type": "subslide"}
gru_lab("reset closed, nothing lost")

# %% [markdown] slideshow={"slide_type": "skip"}
# With z as learned the score falls to chance, although r erases nothing. Every candidate is now made without the
# past. At each step z lets some of it in, so the pulse fades. r matters because it changes what is written.
#
# <details><summary>The lab as a still picture</summary>
#
# ![A trained GRU that has read one pulse. From step 11 on the update gate is held at keep old and the reset gate is closed,
# and h is a flat line to the end: nothing is forgotten.](images/gru_lab--reset-closed-nothing-lost.svg)
#
# </details>

# %% [markdown] slideshow={"slide_type": "notes"}
# (5 min) Most people expect that r = 0 erases h: take a vote before the bars. After the lab, ask why the score falls
# although r erases nothing.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-20"]
# ## Three blocks, and a second bias
#
# In the paper's GRU, in its last version, r meets h *before* $U_h$: $(r_t \odot h_{t-1})\, U_h$. Keras, cuDNN and
# PyTorch let it act *after* $U_h$, so that $h_{t-1} U$ is one product for all three blocks. There is also a second
# bias, $d_h$: $r_t \odot (h_{t-1} U_h + d_h)$.
#
# **Predict:** an LSTM has 4(nm + n² + n) parameters. How many does a GRU have?

# %% slideshow={"slide_type": "fragment"} tags=["row-20"]
counted = {}
print("  m    n  3(nm + n² + 2n)    Keras  3(nm + n² + n)    Keras     LSTM")
for m, n in [(3, 2), (64, 64), (64, 128), (100, 32)]:
    ours = counting.count_gru(m, n), counting.count_gru(m, n, reset_after=False)
    by_keras = [keras_count(keras.layers.GRU(n, reset_after=after), m) for after in (True, False)]
    counted[m, n] = *ours, *by_keras
    print(f"{m:3}  {n:3}  {ours[0]:15,}  {by_keras[0]:7,}  {ours[1]:14,}  {by_keras[1]:7,}", end="  ")
    print(f"{counting.count_lstm(m, n):7,}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Ask which of the two is "three quarters of an LSTM". The layout without `reset_after` cannot run on cuDNN.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-17", "row-20"]
# ## The same numbers in Keras
#
# By default a GRU has 3(nm + n² + 2n). "Three quarters of an LSTM" holds only for the other layout. In z and r the
# second bias is only added to the first, so it can learn nothing more. In the candidate r multiplies it, so there it
# has an effect.
#
# Now Keras draws weights and biases. Keras, our step and our fused pass read the same two sequences.
#
# **Predict:** how far apart are their numbers?

# %% slideshow={"slide_type": "subslide"} tags=["row-17"]
layer = keras.layers.GRU(4, return_sequences=True, bias_initializer="random_normal")
words = rng.standard_normal((2, 10, 3)).astype(np.float32)  # (batch, time, m)
in_keras = keras.ops.convert_to_numpy(layer(words))
same = params_from_keras(layer)

state, by_step = np.zeros((2, 4), np.float32), []
for t in range(10):
    state = gru_step(words[:, t], state, same).h
    by_step.append(state)
stepwise, fused = np.stack(by_step, axis=1), gru_forward(words, same).h
print("step by step against fused:", f"{np.abs(stepwise - fused).max():.0e}")
print("fused against Keras:       ", f"{np.abs(fused - in_keras).max():.0e}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) The biases are drawn at random here, since both are zero in a new layer, and then no mistake with the second
# one would show.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-17"]
# ## Is it faster?
#
# The three agree: a difference of 1e-7 is in the last digit of a float32.
#
# A GRU multiplies three blocks and an LSTM four, whatever their size.
#
# **Predict:** how much time does a GRU need, as a share of the LSTM's time? With 8 units, and with 256?


# %% slideshow={"slide_type": "subslide"} tags=["row-17"]
seconds = {}
for n in (8, 32, 128, 256):
    xs = rng.standard_normal((32, 20, n)).astype(np.float32)  # (batch, time, m), m = n
    three, four = GRUParams.random(n, n, rng, np.float32), LSTMParams.random(n, n, rng, np.float32)
    passes = partial(gru_forward, xs, three), partial(lstm_forward, xs, four)
    seconds[n] = [min(repeat(run, number=1, repeat=9)) for run in passes]  # fastest of 9
fig, axes = plt.subplots(figsize=(10, 3.4))
share = [of_gru / of_lstm for of_gru, of_lstm in seconds.values()]
bars = axes.bar([f"{n} units" for n in seconds], share, 0.5, color=figures.colour("GRU"))
axes.bar_label(
    bars, [f"{s:.0%} of {1e3 * t[1]:.2g} ms" for s, t in zip(share, seconds.values(), strict=True)]
)
axes.axhline(0.75, **figures.line("bound", label="three blocks of four"))
axes.set(ylabel="GRU / LSTM", ylim=(0, 1.2 * max(share)), title="Time of one pass, as a share of the LSTM's")
axes.legend(loc="upper right")
figures.show(fig, alt=f"A GRU takes {share[0]:.0%} of the LSTM's time at 8 units and {share[-1]:.0%} at 256.")

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) On a quiet machine 256 units come near the 75 % of the count. "Somewhat faster" is true for large layers on
# this machine: let everybody measure.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-17"]
# ## Does it learn better?
#
# In large layers the matrix products take most of the time. In small layers the GRU is often slower: r must be ready
# before the candidate, so it needs more operations, and smaller ones.
#
# Now flagged recall (lesson 02). For a fair start both half-lives must be equal: with the same bias, z keeps the same
# fraction of h as f keeps of c (σ(2) = 0.88, so 5.5 steps).
#
# **Predict:** which of the two needs fewer updates? Does the learning rate matter?

# %% slideshow={"slide_type": "subslide"} tags=["row-17"]
task, live = flagged_recall(lag=20), {}
for name, cell, bias in (("GRU", GRUParams, "update_bias"), ("LSTM", LSTMParams, "forget_bias")):
    draw, start = np.random.default_rng(SEED), perf_counter()
    fitted = fit(cell.random(task.m, 16, draw, np.float32, **{bias: 2.0}), task, draw, progress=False)
    live[name] = fitted.history.updates[-1], fitted.history.accuracy[-1], perf_counter() - start
    print(name, "of 16 units, bias 2, here: {} updates, {:.1%} right, {:.1f} s".format(*live[name]))
runs = json.loads((data_dir() / "recall" / "accuracy.json").read_text())["runs"]
rates, solved = (0.001, 0.005, 0.01), {}
fig, panels = plt.subplots(1, 3, figsize=(12, 3.4), sharey=True)
rows = "LSTM, forget bias 1", "GRU, update bias 0", "LSTM, forget bias 4", "GRU, update bias 2"
for rate, axes in zip(rates, panels, strict=True):
    for row, cell in enumerate(rows):
        asked = (cell, 20, rate)
        found = [run for run in runs if (run["cell"], run["lag"], run["rate"]) == asked]
        solved[cell, rate] = sum(run["solved_at"] is not None for run in found)
        for run in found:
            at, seed = run["solved_at"], row + 0.12 * (run["seed"] - 2)
            look = {"color": figures.colour(cell[: cell.index(",")])}
            axes.plot(at or 3000, seed, "o", **look, markerfacecolor=look["color"] if at else "none")
    axes.set(title=f"Learning rate {rate}", xlim=(0, 3300), xlabel="updates")
    axes.set_xticks([0, 1000, 2000, 3000], ["0", "1000", "2000", "never"])
panels[0].set_yticks(range(4), rows)
panels[0].invert_yaxis()
counts = "; ".join(f"{cell}, rate {rate}: {count}" for (cell, rate), count in solved.items())
figures.show(fig, alt=f"Runs of five that solved lag 20. {counts}.")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["row-17"]
# ## The same half-life
#
# Each circle is one run on lag 20, filled where the task was learned, hollow at the end where it was not. The first
# two lines are the cells as Keras makes them: the LSTM wins at the small rate and the GRU at the large one. Another
# rate makes another winner. The gates of the other two keep from the start, and these cells always learn.
#
# But their biases differ. **Predict:** with equal biases, and so equal half-lives, which cell wins at lag 50 and 100?

# %% slideshow={"slide_type": "subslide"} tags=["row-17"]
fig, panels = plt.subplots(1, 2, figsize=(12, 3.6), sharey=True)
rows = ["GRU, update bias 2", "LSTM, forget bias 2", "GRU, update bias 4", "LSTM, forget bias 4"]
rows += ["LSTM, forget bias 4, input bias -4"]
half_life = {bias: float(np.log(0.5) / np.log(sigmoid(bias))) for bias in (2.0, 4.0)}
matched = {(cell, lag): [] for cell in rows for lag in (50, 100)}
for lag, axes in zip((50, 100), panels, strict=True):
    for row, cell in enumerate(rows):
        for run in runs:
            if (run["cell"], run["lag"], run["rate"]) == (cell, lag, 0.005):
                at, seed = run["solved_at"], row + 0.12 * (run["seed"] - 2)
                matched[cell, lag].append(at)
                look = {"color": figures.colour(cell[: cell.index(",")])}
                axes.plot(at or 3000, seed, "o", **look, markerfacecolor=look["color"] if at else "none")
    axes.set(title=f"Lag {lag}", xlim=(0, 3300), xlabel="updates")
    axes.set_xticks([0, 1000, 2000, 3000], ["0", "1000", "2000", "never"])
lives = [f"{half_life[4.0 if 'bias 4' in cell else 2.0]:.2g} steps" for cell in rows]
panels[0].set_yticks(range(5), [f"{cell}: {life}" for cell, life in zip(rows, lives, strict=True)])
panels[0].invert_yaxis()
counts = "; ".join(f"{cell}, lag {lag}: {sum(map(bool, ats))}" for (cell, lag), ats in matched.items())
figures.show(fig, alt=f"Runs of five that solved the task. {counts}.")

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["row-17"]
# At equal half-lives the GRU solves more runs, and lag 50 in fewer updates. Its one bias does two things: z near 1
# keeps, and lets nothing in. With a bias of −4 for its input gate, the LSTM is as good. So "GRU or LSTM?" depends on
# a bias, on a rate, and on your own data.

# %% [markdown] slideshow={"slide_type": "notes"}
# (6 min) One live seed proves nothing; the records have five. Ask what differs between the last two lines.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## You saw
#
# - one gate that forgot and wrote at once, so that a GRU replaced and never added up,
# - that a closed reset gate erased nothing of the memory,
# - what a GRU cost and what it learned beside an LSTM, and why neither was the winner.

# %% slideshow={"slide_type": "slide"}
quiz("08")

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) A poll: `quiz("08", 1)` shows one question alone.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Your turn
#
# ### Exercise 1: do not forget
#
# Find a clamp with which a GRU never changes its h, not even a little, whatever it reads: a dict such as `{"r":
# 0.5}`.

# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
clamp = ...

check("keep_h", clamp)

# %% slideshow={"slide_type": "fragment"} tags=["solution"]
clamp = {"z": 1.0}

check("keep_h", clamp)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 2: the whole step
#
# Write one step of a GRU as Keras makes it, with r *after* $U_h$. You have `p.W_z`, `p.U_z`, `p.b_z` and their sisters
# with r and h, and `sigmoid`. In each bias, row 0 belongs to $x_t W$ and row 1 (above: $d_h$) to $h_{t-1} U$.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def one_step(x, h_prev, p):
    """From x (batch, m) and h_prev (batch, n) to the new h (batch, n)."""
    return ...


check("gru_step", one_step)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def one_step(x, h_prev, p):
    """From x (batch, m) and h_prev (batch, n) to the new h (batch, n)."""
    z = sigmoid(x @ p.W_z + p.b_z[0] + h_prev @ p.U_z + p.b_z[1])
    r = sigmoid(x @ p.W_r + p.b_r[0] + h_prev @ p.U_r + p.b_r[1])
    h_tilde = np.tanh(x @ p.W_h + p.b_h[0] + r * (h_prev @ p.U_h + p.b_h[1]))
    return z * h_prev + (1 - z) * h_tilde


check("gru_step", one_step)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["row-20"]
# ### Exercise 3: the count
#
# Return the number of parameters of a GRU as Keras makes it (two biases in each block), from m features and n units.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def count_gru(m, n):
    """The parameters of a GRU with m features and n units."""
    return ...


check("count_gru", count_gru)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def count_gru(m, n):
    """The parameters of a GRU with m features and n units."""
    return 3 * (n * m + n**2 + 2 * n)


check("count_gru", count_gru)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Further reading
#
# - Cho et al. (2014), [Learning phrase representations using RNN encoder-decoder](https://arxiv.org/abs/1406.1078): the
#   first GRU.
# - Chung et al. (2014), [Empirical evaluation of gated recurrent neural networks](https://arxiv.org/abs/1412.3555): GRU
#   against LSTM, and no clear winner; z the other way round.
# - Weiss, Goldberg and Yahav (2018), [On the practical computational power of finite precision
#   RNNs](https://arxiv.org/abs/1805.04908): who can count.
#
# Two more exercises, if you like: `check("update_gate")` and `check("keep_or_replace")` say what they ask.
#
# Next: [09 Keras layers and states](09_keras_layers.ipynb)
