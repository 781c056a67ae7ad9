# %% [markdown] slideshow={"slide_type": "slide"}
# # Build the whole LSTM cell
#
# Three gates and a candidate, each met alone in the lessons before, now work together. When they do, what can a
# cell remember, and does the gradient really survive?
#
# **You will see** (30 minutes, no GPU needed)
#
# - one step of an LSTM in seven short steps, equal to Keras with the same weights,
# - four cases of what a step can do to the memory, and how large that memory may grow,
# - why the gradient survives along the cell state, and when it does not.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 30 minutes. Ask someone to name the three gates and what each multiplies. If that is shaky, keep
# the equations of the next slide on the board for the whole talk.

# %% slideshow={"slide_type": "skip"}
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from matplotlib import pyplot as plt

from lstm_teach import data_dir, figures
from lstm_teach.cells import GRUParams, LSTMParams, RNNParams, lstm_forward, lstm_step, run_cell, sigmoid
from lstm_teach.counting import count_lstm, count_rnn
from lstm_teach.diagrams import lstm_cell
from lstm_teach.exercises import check
from lstm_teach.fitting import load_fitted
from lstm_teach.gradients import gradient_reach
from lstm_teach.labs import gate_lab, gradient_lab
from lstm_teach.plotting import Axis, Level, Line, chart
from lstm_teach.quiet import quietly
from lstm_teach.quizzes import quiz

SEED = 0
rng = np.random.default_rng(SEED)
print("seed", SEED)
np.set_printoptions(precision=3, suppress=True)
figures.use_style()

# Small cells that ship with the course, each trained on flagged recall.
trained = {
    cell: load_fitted(data_dir() / "recall" / f"{cell}-flagged_recall.npz") for cell in ("rnn", "lstm", "gru")
}
recall = trained["lstm"].task.batch(20, np.random.default_rng(SEED)).xs  # 20 sequences of 30 steps

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-16"]
# ## One step of the cell is seven small ones
#
# 1. Take $x_t$ and $h_{t-1}$ together: all that follows reads both.
# 2. Forget gate $f_t$: how much of the old is kept.
# 3. Candidate $\tilde c_t$: what could be written.
# 4. Input gate $i_t$: how much of it is.
# 5. New cell state: $c_t = f_t \odot c_{t-1} + i_t \odot \tilde c_t$
# 6. Output gate $o_t$: how much is shown.
# 7. New hidden state: $h_t = o_t \odot \tanh(c_t)$

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Read it as a recipe. Step 6 is the one that is skipped most easily: without the output gate there is no h.
# Steps 2, 3, 4 and 6 do not wait for each other; remember that for the fused form.

# %% slideshow={"slide_type": "subslide"} tags=["row-16"]
p = LSTMParams.random(2, 3, rng)  # 2 features, 3 units
x = rng.standard_normal((1, 2))
h_old, c_old = np.array([[0.3, -0.6, 0.1]]), np.array([[0.9, -2.0, 5.0]])

step = lstm_step(x, h_old, c_old, p)
for number, name in enumerate(("f", "c_tilde", "i", "c", "o", "h"), start=2):
    print(f"step {number}: {name:8}", getattr(step, name)[0])

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-13"]
# ## A highway for c
#
# At the top, $c$ runs straight through. One × **filters** what is on the road, one + lets new traffic **merge**.
# No matrix stands on it. Here is unit 0 of that step: the wider a path, the more flows along it.

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Follow c with a finger from left to right, then h from below. Every line in such diagrams carries a
# whole vector; here we look at one number of it. Ask: which number must fall for the cell to forget more? (f, at the ×.)

# %% slideshow={"slide_type": "fragment"} tags=["row-13"]
before = {"h_prev": h_old[0, 0], "c_prev": c_old[0, 0]}
now = {name: values[0, 0] for name, values in step._asdict().items()}
lstm_cell(before | now, alt="The LSTM cell, unit 0: most of c passes on, little is written.")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-14"]
# ## Four cases
#
# Push the forget gate and the input gate to their ends, and a step can do four things to $c$: **keep**, **add**,
# **erase**, **overwrite**.
#
# **Predict:** which of the four is $f = 1, i = 0$? Which is $f = 0, i = 1$? And which one leaves $c$ the same to
# the last bit?

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Let the room fill in a two by two table: f in the rows, i in the columns. Somebody still says that f = 1
# forgets; f is the share that is kept. Then run the cell.

# %% slideshow={"slide_type": "fragment"} tags=["row-14"]
after = {}
print(f"{'before':23}  c =", c_old[0])
for case, f, i in [("keep", 1.0, 0.0), ("add", 1.0, 1.0), ("erase", 0.0, 0.0), ("overwrite", 0.0, 1.0)]:
    after[case] = lstm_step(x, h_old, c_old, p, clamp={"f": f, "i": i})
    print(f"f = {f:.0f}, i = {i:.0f}  {case:9}  c =", after[case].c[0] + 0.0)  # + 0.0 makes a -0 a 0
print(f"{'the candidate':28}", step.c_tilde[0])
print("keep is the same bit for bit:", np.array_equal(after["keep"].c, c_old))

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-14"]
# ## Drive through the cases
#
# **Predict:** each case is held from step 12 to the end. Which one costs the most right answers, and which the least?
#
# 1. Play the steps from 1: what does $c$ do from step 12 on, and what does $h$?
# 2. Set *Forget* and *Input* to open or closed, until you have read all four names and their shares.
# 3. Set both to slider, *Forget* at 0.73, *Input* at 0.4: which case is it now?

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) A cell of 8 units, trained on flagged recall; we hold gates from step 12 on. The share right tells what
# a case costs: adding hurts this task little, erasing takes it to chance. Between the cases it says "mixed".

# %% [markdown] slideshow={"slide_type": "skip"}
# ![The LSTM cell with forget and input gate held open from step 12 on: c leaves the range from -1 to 1.](images/gate_lab--add.svg)

# %% slideshow={"slide_type": "subslide"}
gate_lab("add")

# %% slideshow={"slide_type": "slide"} tags=["row-14", "row-7"]
count = lstm_forward(np.zeros((1, 20, 2)), p, clamp={"f": 1.0, "i": 1.0, "c_tilde": 0.762})
steps, c_line, h_line = np.arange(1, 21), count.c[0, :, 0], count.h[0, :, 0]
print(f"after 20 steps c = {c_line[-1]:.2f}, h = {h_line[-1]:.2f}")
title = "Forget and input open, candidate 0.762: c counts, h stays below 1"
words = "c grows by 0.762 a step to 15.2, while h stays below 1."
lines = [
    Level(1.0, "1"),
    Line(steps, c_line, "c", "cell state c"),
    Line(steps, h_line, "h", "hidden state h"),
]
step_axis, state_axis = Axis("step", 1, 20, whole=True), Axis("state", 0, 16)
chart(lines, step_axis, state_axis, alt=words, title=title, width=760, height=280)

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) c is bounded by nothing but the number of steps, so a cell can count. tanh on the way out keeps h small.
# In lesson 05 o was open and h came close to 1; here o is left to itself, at about a half. A GRU cannot do this: its
# state is always between old and new (lesson 08).

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-7"]
# ## Why "long short-term memory"?
#
# Two states travel. $c$ is the **long** one: where $f$ stays 1, it lasts for as many steps as you like. $h$ is
# the **short** one: made anew at each step, it is the output, and what the next gates read.
#
# Weights are a network's long-term memory, states its short-term memory. This short-term memory lasts long.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) So the hyphen matters: long (short-term memory). The second paragraph is how Hochreiter and Schmidhuber
# put it in 1997. Their cell had no forget gate: c could only add.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-16"]
# ## Four dense layers, one product
#
# A plain RNN has one dense layer that reads $x_t$ and $h_{t-1}$. An LSTM has four: $i$, $f$, $\tilde c$, $o$.
# They do not wait for each other, so their matrices stand side by side, in Keras' order i, f, c, o, and one
# product serves all four.
#
# **Predict:** how many times as many weights and biases as in an RNN of the same size?

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) p.W is the fused array, p.W_f a view of its second block: the readable form and the fast one are one
# object. The next slide hands these weights to Keras. Its import takes a few seconds: talk over it.

# %% slideshow={"slide_type": "fragment"} tags=["row-16"]
fused = x @ p.W + h_old @ p.U + p.b
apart = [x @ getattr(p, "W_" + k) + h_old @ getattr(p, "U_" + k) + getattr(p, "b_" + k) for k in "ifco"]
print("four products or one, largest difference:", f"{abs(fused - np.hstack(apart)).max():.0e}")
print(f"an RNN has {count_rnn(2, 3)} weights and biases, the LSTM {count_lstm(2, 3)}")

# %% slideshow={"slide_type": "subslide"} tags=["row-16"]
with quietly():  # TensorFlow likes to talk
    import keras

from lstm_teach.keras_bridge import params_to_keras

layer = keras.layers.LSTM(3, return_sequences=True, dtype="float64")
layer.build((None, None, 2))
layer.set_weights(params_to_keras(p))
sentences = rng.standard_normal((4, 9, 2))
by_keras = keras.ops.convert_to_numpy(layer(sentences))
keras_difference = abs(by_keras - lstm_forward(sentences, p).h).max()
print(f"Keras and NumPy, same weights: every h alike to {keras_difference:.0e}")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-15"]
# ## Why a gradient can survive
#
# In a plain RNN, $U$ enters at every step back. Along $c$ there is no matrix, only a factor $f$ a step:
#
# $$\frac{\partial c_T}{\partial c_t} = f_{t+1} \odot f_{t+2} \odot \dots \odot f_T$$
#
# That holds exactly when the other paths, through $h$ and the gates, are cut.
#
# **Predict:** what is left after 50 steps with a forget bias of 1? With 4?

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) Cutting the other paths: with U = 0 no gate reads h. The input still moves f a little, so the product is not
# just σ(bias) to the 50th. The sum in c = f c + i c̃ also matters: a sum hands
# the gradient on whole. Guesses are mostly far too high: σ(1) is 0.73, and 0.73 to the 50th is about 10⁻⁷.

# %% slideshow={"slide_type": "subslide"} tags=["row-15"]
noise = rng.standard_normal((1, 50, 2))
along_c = {}
print("forget bias   σ(bias)⁵⁰   product of the fifty f   by a nudge of c")
for bias in (1.0, 4.0):
    cut = LSTMParams.random(2, 1, np.random.default_rng(SEED), forget_bias=bias)
    cut.U[:] = 0  # no gate reads h: only the way along c is left
    product = lstm_forward(noise, cut).f.prod()
    plus, minus = (lstm_forward(noise, cut, c0=np.array([[d]])).c[0, -1, 0] for d in (1e-5, -1e-5))
    along_c[bias] = product, (plus - minus) / 2e-5
    print(f"{bias:11.0f}{sigmoid(bias) ** 50:12.2g}{along_c[bias][0]:25.2g}{along_c[bias][1]:18.2g}")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-15"]
# ## "In an LSTM the gradient cannot vanish"
#
# You can read this in many places. The lab measures all paths together: a nudge of $h$ and $c$.
#
# **Predict:** at Keras' forget bias of 1, is more than 1 % left after 50 steps?
#
# 1. Move *LSTM forget bias* from 4 down to 1, then up to 6.
# 2. Move *GRU update bias* to 5.
# 3. Set *Weights* to "trained, on flagged recall".

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) The dots are the way along c alone, the product of the forget gates: never above 1. The line is all paths, also
# those through h, which the gates and the candidate of the next step read. At bias 4 they part: ask which of the two an
# LSTM is famous for. The GRU is lesson 08; its update gate plays the part of f.

# %% [markdown] slideshow={"slide_type": "skip"}
# ![With a forget bias of 4 the LSTM's reach stays above 1 over fifty steps; RNN and GRU fall by many powers of ten.](images/gradient_lab--forget-bias-4.svg)

# %% slideshow={"slide_type": "subslide"}
gradient_lab("forget bias 4")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-15"]
# ## Before training, and after
#
# Twenty sequences of flagged recall (lesson 02), cells of 8 units, and the nudge 29 steps back.
#
# **Predict:** RNN, LSTM, GRU: which of them lose the nudge before training? And after?

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Twenty sequences, 8 units; five seeds where nothing is trained. The trained LSTM started from a forget
# bias of 4 and an input bias of −3 (keep nearly all, write little), the GRU from an update bias of 2. The RNN is
# trained at lag 5, since at 20 this size stays at chance. Ask who can explain a reach above 1 beside gates below 1.

# %% slideshow={"slide_type": "subslide"} tags=["row-15"]
seeds, reaches, gates, direct = [np.random.default_rng(k) for k in range(5)], {}, {}, {}
cells = {
    "RNN, untrained": [RNNParams.random(5, 8, rng) for rng in seeds],
    "RNN, trained at lag 5": [trained["rnn"].params],
    "LSTM, forget bias 1, untrained": [LSTMParams.random(5, 8, rng) for rng in seeds],
    "LSTM, forget bias 4, untrained": [LSTMParams.random(5, 8, rng, forget_bias=4.0) for rng in seeds],
    "LSTM, trained": [trained["lstm"].params],
    "GRU, update bias 0, untrained": [GRUParams.random(5, 8, rng) for rng in seeds],
    "GRU, trained": [trained["gru"].params],
}
fig, axes = plt.subplots(figsize=(15, 5))
for row, (name, drawn) in enumerate(cells.items()):
    traces = [run_cell(recall, q) for q in drawn]
    left = [gradient_reach(trace, q)[:, 0] for trace, q in zip(traces, drawn, strict=True)]
    low, middle, high = reaches[name] = np.percentile(left, [0, 50, 100])
    axes.plot([low, high], [row, row], **figures.line(name.split(",")[0], label=None, linewidth=3))
    axes.plot(middle, row, "o", color="black")
    words = f"{middle:.2g} is left"
    if not name.startswith("RNN"):
        kept = np.stack([getattr(trace, "f" if "LSTM" in name else "z") for trace in traces])
        # The mean of the gate, and its product over the steps in the best unit: what comes along c alone.
        gates[name], direct[name] = kept.mean(), kept[:, :, 1:].prod(axis=2).max()
        words += f"; gate {gates[name]:.3f}, its product {direct[name]:.2g}"
    axes.text(1.01, row, words, transform=axes.get_yaxis_transform(), verticalalignment="center")
axes.axvline(1, color="black", linewidth=1)
axes.set(xscale="log", xlabel="reach over 29 steps: from the least to the most, dot in the middle")
axes.set_yticks(range(len(cells)), cells)
axes.invert_yaxis()
figures.show(
    fig, alt="; ".join(f"{name}: {low:.2g} to {high:.2g}" for name, (low, _, high) in reaches.items())
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["row-15"]
# ## Gates keep a gradient, names do not
#
# - The LSTM as Keras makes it fades too, only more slowly than the plain RNN.
# - With a forget gate that starts open it does not fade, and training keeps the gate open: read its mean.
# - Along c alone a nudge never grows: the product of the gates is at most 1. A reach above 1 comes by the other paths.
#   $h_{t-1}$ moves the gates and the candidate, and these move $c_t$. So an LSTM's gradient can explode: clip it.
# - A trained RNN has no gate to hold: what is left is luck, from sequence to sequence.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## You saw
#
# - one step of an LSTM was seven short steps, and equal to Keras with the same weights,
# - keep, add, erase and overwrite were the four cases, and the memory was not confined to (-1, 1),
# - the gradient survived along the cell state where forget gates were near 1, and vanished where they were not.

# %% slideshow={"slide_type": "slide"}
quiz("06")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Your turn
#
# ### Exercise 1: the whole step
#
# From `x` (batch, features), `h_prev` and `c_prev` (batch, units) and `p` to the new `(h, c)`. You have
# `p.W_i`, `p.U_i`, `p.b_i` and their sisters with f, c and o, and `sigmoid` and `np.tanh`. The check compares
# you with the package, which you have seen to equal Keras.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def my_lstm_step(x, h_prev, c_prev, p):
    """From x (batch, m), h_prev and c_prev (batch, n) and p to h, c, both (batch, n)."""
    return ...


check("lstm_step", my_lstm_step)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def my_lstm_step(x, h_prev, c_prev, p):
    """From x (batch, m), h_prev and c_prev (batch, n) and p to h, c, both (batch, n)."""
    f = sigmoid(x @ p.W_f + h_prev @ p.U_f + p.b_f)
    c_tilde = np.tanh(x @ p.W_c + h_prev @ p.U_c + p.b_c)
    i = sigmoid(x @ p.W_i + h_prev @ p.U_i + p.b_i)
    c = f * c_prev + i * c_tilde
    o = sigmoid(x @ p.W_o + h_prev @ p.U_o + p.b_o)
    return o * np.tanh(c), c


check("lstm_step", my_lstm_step)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 2: add, then overwrite
#
# Hold the gates for two steps, a clamp for each: the first step adds the whole candidate to all of c, the second
# overwrites c with the candidate.

# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
clamps = [{"f": ..., "i": ...}, {"f": ..., "i": ...}]
check("clamp_add_then_overwrite", clamps)

# %% slideshow={"slide_type": "fragment"} tags=["solution"]
clamps = [{"f": 1.0, "i": 1.0}, {"f": 0.0, "i": 1.0}]
check("clamp_add_then_overwrite", clamps)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 3: hold for fifty steps
#
# In this cell all weights are 0, so the biases decide. The candidate is 1 at every step: it always wants to write.
# Choose a bias for the forget gate and one for the input gate. After 50 steps, at least 80 % of $c_0$ must be left,
# and what is written must add at most 0.2 to c.

# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
biases = {"f": ..., "i": ...}
check("hold_fifty_steps", biases)

# %% slideshow={"slide_type": "fragment"} tags=["solution"]
biases = {"f": 8.0, "i": -8.0}
check("hold_fifty_steps", biases)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 4: the highway
#
# The other paths are cut. From the forget gates `f` (batch, time, units) find $\partial c_T / \partial c_t$ for
# every $t$, in the same shape. At the last step it is 1. (`np.cumprod` may help.)


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def highway(f):
    """From f (batch, time, units) to dc_T/dc_t for every t, in the same shape."""
    return ...


check("highway", highway)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def highway(f):
    """From f (batch, time, units) to dc_T/dc_t for every t, in the same shape."""
    later = np.concatenate([f[:, 1:], np.ones_like(f[:, :1])], axis=1)
    return later[:, ::-1].cumprod(axis=1)[:, ::-1]


check("highway", highway)

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
# - C. Olah (2015), [*Understanding LSTM Networks*](https://colah.github.io/posts/2015-08-Understanding-LSTMs/)
#
# One more exercise, if you like: `check("fused_gates")` says what it asks.
#
# Next: [07 Counting parameters](07_counting_parameters.ipynb).
