# %% [markdown] slideshow={"slide_type": "slide"}
# # Keep or replace: let one gate do the work of two
#
# The gated recurrent unit (GRU) is an LSTM's younger relative: no cell state, three blocks in place of four. What does
# it give up, and what does it gain?
#
# **You will see** (30 minutes, no GPU needed)
#
# - one gate that forgets and writes at once, and what a GRU therefore cannot do,
# - what a closed reset gate does to the memory,
# - what a GRU costs and what it learns beside an LSTM, and why neither is the winner.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 30 minutes. Needs lessons 03 to 06. Ask: if you had to save one of the LSTM's gates, which one would go?

# %% slideshow={"slide_type": "skip"}
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # before NumPy comes: times are compared on one core

import json
from functools import partial
from time import perf_counter
from timeit import repeat

import numpy as np

from lstm_teach import counting, data_dir
from lstm_teach.cells import GRUParams, LSTMParams, gru_forward, gru_step, lstm_forward, sigmoid
from lstm_teach.exercises import check
from lstm_teach.fitting import fit
from lstm_teach.labs import gru_lab
from lstm_teach.quizzes import quiz
from lstm_teach.sequences import flagged_recall

SEED = 0
rng = np.random.default_rng(SEED)
np.set_printoptions(precision=3, suppress=True)
print("seed", SEED)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-17"]
# ## One gate for two jobs
#
# An LSTM lets go with f and writes with i. A GRU has one *update gate* z for both, and one state, h:
#
# $$h_t = z_t \odot h_{t-1} + (1 - z_t) \odot \tilde h_t$$
#
# **Predict:** with z = 1, is the new h the old one or the candidate?

# %% slideshow={"slide_type": "fragment"} tags=["row-17"]
p, x, h = GRUParams.random(3, 2, rng), rng.standard_normal((1, 3)), rng.uniform(-1, 1, (1, 2))
step, keep, take = (gru_step(x, h, p, clamp) for clamp in (None, {"z": 1.0}, {"z": 0.0}))
print("old h", h[0], "  candidate", step.h_tilde[0], "  z", step.z[0], "  new h", step.h[0])
print("z = 1, keep old:", keep.h[0], "  z = 0, take new:", take.h[0])

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) About half say the candidate: "the update gate is open, so it updates". In Keras and PyTorch, z = 1 keeps. So
# say "keep old" and "take new", never "open" and "closed". Warn: Chung et al. (2014) write it the other way round.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-17"]
# ## An LSTM with its gates tied
#
# Hold the gates of an LSTM at f = z and i = 1 − z, give it the GRU's candidates, and let both read 30 steps.
#
# **Predict:** how far is the LSTM's cell state c from the GRU's h at the end?

# %% slideshow={"slide_type": "fragment"} tags=["row-17"]
lstm, xs = LSTMParams.random(3, 2, rng), rng.standard_normal((1, 30, 3))
gru = gru_forward(xs, p)
tied = lstm_forward(xs, lstm, clamp={"f": gru.z, "i": 1 - gru.z, "c_tilde": gru.h_tilde})
print("c equals h:", np.array_equal(tied.c, gru.h), "  h apart by", abs(tied.h - gru.h).max().round(2))

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) c equals h bit for bit: f and i are tied, and the GRU's h is a c that is shown. Ask what the GRU has not got: an
# output gate. It shows all that it keeps, at every step; an LSTM may keep something and not show it. The candidates
# were lent, because an LSTM's own would read h = o tanh(c), and a GRU's reads h through the reset gate: more on it soon.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-17"]
# ## Can it add up?
#
# Both cells get the same candidate at every step, 0.762. The LSTM keeps all and writes all: i = f = 1. The GRU holds z
# at a value of your choice.
#
# **Predict:** after 20 steps, how large is the LSTM's c? And the GRU's h?

# %% slideshow={"slide_type": "fragment"} tags=["row-17"]
nothing, zs = np.zeros((1, 20, 3)), (0.0, 0.5, 0.9, 0.99)
c_20 = lstm_forward(nothing, lstm, clamp={"i": 1.0, "f": 1.0, "c_tilde": 0.762}).c[0, -1, 0]
h_20 = {z: gru_forward(nothing, p, clamp={"z": z, "h_tilde": 0.762}).h[0, -1, 0] for z in zs}
print(f"LSTM: c = {c_20:.2f}   GRU: h =", *(f"{value:.3f} (z = {z})  " for z, value in h_20.items()))

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Take a number for c from the room first: it is 20 times 0.762. For the GRU most say 1, as with tanh.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-17"]
# ## A GRU replaces, it never adds up
#
# z and 1 − z make a weighted mean, and a mean lies between what it is made of: h stays within −1 and 1.
#
# **Predict:** tie the LSTM's gates again, f = z and i = 1 − z. What becomes of its c of 15.2?
#
# 1. Put *Update* on *slider* and move it. Does h ever pass 0.762?
# 2. Set *LSTM's gates* to f = z, i = 1 − z, and read c.

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Move the slider slowly from 0 to 1: h comes later and later to 0.762, and never beyond. Then ask what one can do
# with a c of 15.2: count. An LSTM can count symbols in a unit; a GRU has to squeeze the count between −1 and 1
# (Weiss et al. 2018, in the reading). Whether that matters depends on the task.

# %% [markdown] slideshow={"slide_type": "skip"}
# ![Thirty steps with a candidate of 0.762: the cell state of an LSTM with i = f = 1 climbs in a straight line, 15.2 at step
# 20, while the GRU's h bends to 0.762 and stays there.](images/gru_lab--never-adds-up.svg)

# %% slideshow={"slide_type": "subslide"}
gru_lab("never adds up")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-17"]
# ## Can a closed reset gate erase?
#
# The *reset gate* r says how much of the old h the candidate sees: $\tilde h_t = \tanh(x_t W_h + r_t \odot (h_{t-1} U_h))$,
# biases apart.
#
# **Predict:** two different memories, one step with the same input. What share of their difference is left with
# z = 1 and r = 0? With z = 0 and r = 1? With both 0?

# %% slideshow={"slide_type": "fragment"} tags=["row-17"]
one, other = rng.uniform(-1, 1, (2, 1, 2))
left = {}
for z, r in [(1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]:
    h_one, h_other = (gru_step(x, memory, p, {"z": z, "r": r}).h for memory in (one, other))
    left[z, r] = np.linalg.norm(h_one - h_other) / np.linalg.norm(one - other)
    print(f"z = {z:.0f}, r = {r:.0f}: {left[z, r]:4.0%} of the difference is left")
held = gru_forward(rng.standard_normal((1, 50, 3)), p, one, {"z": 1.0, "r": 0.0})
print("z = 1, r = 0 for 50 steps, h bit for bit:", np.array_equal(held.h[:, -1], one))

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) The name misleads, as "forget" did: most expect that r = 0 wipes h. z decides what is kept; r decides only what
# the candidate knows. To erase takes both: with z = 0 and r = 0 nothing of the past is left, and h is the candidate of
# this word alone; with z = 0 and r = 1 it is a plain RNN.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-17"]
# ## Nothing lost, in a trained GRU
#
# It has read one pulse, up or down, and names it at the end. From step 11 on, z = 1 and r = 0.
#
# 1. Move *Look at step* from 10 to 30 and read h.
#
# **Predict:** r stays closed, and z is as learned. How often is it still right?
#
# 2. Put *Update* on *learned* and see.

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) With z as learned the score falls to chance, though r wipes nothing: every candidate now comes without a past,
# and z lets some of it in at each step, so that the pulse fades. So r matters, by way of what is written.

# %% [markdown] slideshow={"slide_type": "skip"}
# ![A trained GRU that has read one pulse. From step 11 on the update gate is held at keep old and the reset gate is closed,
# and h is a flat line to the end: nothing is forgotten.](images/gru_lab--reset-closed-nothing-lost.svg)

# %% slideshow={"slide_type": "subslide"}
gru_lab("reset closed, nothing lost")

# %% slideshow={"slide_type": "skip"}
from lstm_teach.keras_bridge import params_from_keras
from lstm_teach.quiet import quietly

with quietly():  # takes seconds, and TensorFlow likes to talk
    import keras

_ = keras.utils.set_random_seed(SEED)


def keras_count(layer, m):
    """The parameters that Keras counts, once the layer knows its m features."""
    layer.build((None, None, m))
    return layer.count_params()


# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-20"]
# ## Three blocks, and a second bias
#
# In the paper's GRU, in its last version, r meets h *before* $U_h$: $(r_t \odot h_{t-1})\, U_h$. Keras, cuDNN and
# PyTorch let it act *after* $U_h$, so that $h_{t-1} U$ is one product for all three blocks, and a second bias $d_h$ comes along:
# $r_t \odot (h_{t-1} U_h + d_h)$.
#
# **Predict:** an LSTM has 4(nm + n² + n) parameters. A GRU?

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
# (3 min) 3(nm + n² + 2n) by default (reset_after=True), 3(nm + n² + n) without: what a paper calls "three quarters of an
# LSTM" holds for the second alone. In z and r the second bias is only added to the first; in the candidate it
# stands inside r's bracket, and there it does something. The layout without `reset_after` cannot run on
# cuDNN.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-17"]
# ## The same numbers in Keras
#
# Keras draws the weights, biases too. Keras, our step and our fused pass then read the same two sequences.
#
# **Predict:** how far apart are their numbers?

# %% slideshow={"slide_type": "fragment"} tags=["row-17"]
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
# (2 min) Differences of 1e-7 are the last digit of a float32. The biases are drawn at random here, since both are zero in
# a new layer, and then no mistake with the second one would show.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-17"]
# ## Is it faster?
#
# A GRU has three blocks to multiply where an LSTM has four, whatever the size.
#
# **Predict:** how much time does it need, as a share of the LSTM's: with 8 units, and with 256?


# %% slideshow={"slide_type": "fragment"} tags=["row-17"]
seconds = {}
print("units    GRU      LSTM      GRU / LSTM")
for n in (8, 32, 128, 256):
    xs = rng.standard_normal((32, 20, n)).astype(np.float32)  # (batch, time, m), m = n
    three, four = GRUParams.random(n, n, rng, np.float32), LSTMParams.random(n, n, rng, np.float32)
    passes = partial(gru_forward, xs, three), partial(lstm_forward, xs, four)
    of_gru, of_lstm = seconds[n] = [min(repeat(run, number=1, repeat=9)) for run in passes]  # fastest of 9
    print(f"{n:5}{1e3 * of_gru:7.2f} ms{1e3 * of_lstm:7.2f} ms{of_gru / of_lstm:11.0%}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) In large layers the products rule, and it comes near the 75 % of the count, on a quiet machine. In small ones
# the GRU is often the slower: r has to be ready before the candidate can be squashed, so it takes more and smaller
# operations, and each has its price. "Somewhat faster" is true of large layers, here and today: measure your own.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-17"]
# ## Does it learn better?
#
# Flagged recall with lag 20 (lesson 02), each cell with a bias that starts out keeping: σ(2) = 0.88 of h in the GRU,
# σ(4) = 0.98 of c in the LSTM. First one live training each, 16 units; then records: 32 units, five seeds.
#
# **Predict:** which of them needs fewer updates?

# %% slideshow={"slide_type": "fragment"} tags=["row-17"]
task = flagged_recall(lag=20)
live = {}
for name, cell, bias in (
    ("GRU", GRUParams, {"update_bias": 2.0}),
    ("LSTM", LSTMParams, {"forget_bias": 4.0}),
):
    draw, start = np.random.default_rng(SEED), perf_counter()
    fitted = fit(cell.random(task.m, 16, draw, np.float32, **bias), task, draw, progress=False)
    live[name] = fitted.history.updates[-1], fitted.history.accuracy[-1], perf_counter() - start
    print(name, "{} updates, {:.1%} right, {:.1f} s".format(*live[name]))

# %% slideshow={"slide_type": "subslide"} tags=["row-17"]
runs = json.loads((data_dir() / "recall" / "accuracy.json").read_text())["runs"]
rates, solved = (0.001, 0.005, 0.01), {}
print("lag 20: solved of five seeds, and updates on average")
print(f"{'learning rate':20}" + "".join(f"{rate:14}" for rate in rates))
for cell in "LSTM, forget bias 1", "GRU, update bias 0", "LSTM, forget bias 4", "GRU, update bias 2":
    line = f"{cell:20}"
    for rate in rates:
        asked = (cell, 20, rate)
        at = [run["solved_at"] for run in runs if (run["cell"], run["lag"], run["rate"]) == asked]
        at = [updates for updates in at if updates is not None]
        solved[cell, rate] = len(at)
        line += f"{len(at):6} in {np.mean(at):5,.0f}" if at else f"{0:6}{'':9}"
    print(line)

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) One seed is an anecdote; then the records. As Keras makes them (the first two lines), the LSTM wins at the
# small rate and the GRU at the large one: change the rate, change the winner. With biases that keep, both always
# make it, and the GRU in about six tenths of the updates; but its bias is another one, so that is no proof for the cell.
# So the answer to "GRU or LSTM?" is a bias, a rate, and a look at your own data.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## You saw
#
# - one gate that forgot and wrote at once, so that a GRU replaced and never added up,
# - that a closed reset gate erased nothing of the memory,
# - what a GRU cost and what it learned beside an LSTM, and why neither was the winner.

# %% slideshow={"slide_type": "slide"}
quiz("08")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Your turn
#
# ### Exercise 1: do not forget
#
# Find a clamp under which a GRU never changes its h, not even a little, whatever it reads: a dict such as `{"r": 0.5}`.

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
