# %% [markdown] slideshow={"slide_type": "slide"}
# # Count what an LSTM learns
#
# The parameters of a layer are the numbers that training may change. How many are there, and what does their number
# depend on?
#
# **You will see** (25 minutes as a talk, about 45 for study with the exercises, no GPU needed)
#
# - a formula for the count, read off from three arrays, and found again in Keras,
# - what doubling the units does to the count, and what a longer text does,
# - a model of 598,209 parameters taken apart, and why frameworks do not all count alike.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 25 minutes. Ask who has looked at the last line of a model summary, and who could have said that
# number beforehand. At the end everybody can. This lesson needs no calculus: let the room do the arithmetic.

# %% slideshow={"slide_type": "skip"}
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import json

import numpy as np
from matplotlib import pyplot as plt

from lstm_teach import counting, data_dir, figures
from lstm_teach.cells import LSTMParams, lstm_forward
from lstm_teach.exercises import check
from lstm_teach.labs import counting_lab
from lstm_teach.quiet import quietly
from lstm_teach.quizzes import quiz

figures.use_style()
SEED = 0
rng = np.random.default_rng(SEED)
print("seed", SEED)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-18"]
# ## Where are the numbers?
#
# An LSTM with m = 3 features and n = 2 units keeps all that it learns in three arrays: `W` reads the input, `U` reads
# the old hidden state, `b` holds the biases. In each array four blocks stand side by side: input gate, forget gate,
# candidate, output gate.
#
# **Predict:** how many numbers are they together?

# %% slideshow={"slide_type": "fragment"} tags=["row-18"]
p = LSTMParams.random(3, 2, rng)
for block in "ifco":
    print(block, *(f"  {array} {getattr(p, f'{array}_{block}').shape}" for array in "WUb"))
print(f"W {p.W.size} + U {p.U.size} + b {p.b.size} = {p.count}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Take guesses before the fragment; they range from 6 to 30, since most people count one gate. Then point at one
# line and ask what each shape reads.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-18"]
# ## The formula, and what it leaves out
#
# Each block has m n numbers in W, n² in U and n in b. U is square, since every unit reads every unit of the step before:
#
# $$4\,(\underbrace{nm}_{W} + \underbrace{n^2}_{U} + \underbrace{n}_{b})$$
#
# **Predict:** the LSTM has read texts of 10 words. Now it reads one of 1,000. How many parameters are added?

# %% slideshow={"slide_type": "fragment"} tags=["row-18"]
traces = {time: lstm_forward(rng.standard_normal((1, time, p.m)), p) for time in (10, 1000)}
for time, trace in traces.items():
    print(f"{time:5,} steps: the hidden states have the shape {trace.h.shape}, the LSTM {p.count} parameters")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Some say "a hundred times as many": they think that a layer is a row of many cells, one for each step.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-18"]
# ## Twice the units
#
# None: there is one cell, and it is used again and again. A longer text costs time, and memory for the states, but no
# parameter.
#
# Now an LSTM reads 64 features with 64 units, and then with 128.
#
# **Predict:** does the number of parameters become two, three or four times as large?

# %% slideshow={"slide_type": "subslide"} tags=["row-18"]
small, large = counting.lstm_parts(64, 64), counting.lstm_parts(64, 128)
fig, axes = plt.subplots(figsize=(11, 3.2))
for row, parts in enumerate((small, large)):
    start = 0
    for part, like in (("W", 0), ("U", 1), ("b", 2)):
        width = 4 * getattr(parts, part)  # all four blocks
        axes.barh(row, width, left=start, color=figures.colour(like))
        if part != "b":
            axes.annotate(f"{part} {width:,}", (start + width / 2, row), ha="center", va="center")
        start += width
    axes.annotate(f"together {parts.total:,}", (start + 800, row), va="center")
axes.set(xlim=(0, 125_000), xlabel="parameters; the thin end is b", title="An LSTM on 64 features")
axes.set_yticks([0, 1], ["64 units", "128 units"])
axes.invert_yaxis()
counts = [f"W {4 * parts.W:,}, U {4 * parts.U:,}, together {parts.total:,}" for parts in (small, large)]
figures.show(fig, alt="64 units: {}; 128 units: {}.".format(*counts))

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Show of hands: twice, three times, four times. Most say twice. Let the room find the part that grew most.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## When is it twice, when four times?
#
# It was three times: W is (m, n) and becomes twice as wide. U is (n, n), twice as wide and twice as high.
#
# **Predict:** does doubling cost more with few units or with many?
#
# 1. Move *Units n* from 64 to 128. The picture is scaled to fit, so compare blue with orange: which is larger now?
# 2. Put n back to 64 and move *Features m* to 128. Which is larger now?
# 3. Put m back to 64. Find an n at which doubling does little more than double, and one at which it nearly quadruples.

# %% slideshow={"slide_type": "subslide"}
counting_lab("LSTM(64)")

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) The scale follows the size, so let the room compare orange with blue: at n = 128 the orange square is twice the
# blue one, at m = 128 half of it. For step 3, the line of words names the factor.

# %% slideshow={"slide_type": "subslide"} tags=["row-18"]
n = [2**k for k in range(13)]
growth = {}
fig, axes = plt.subplots(figsize=(10, 3.8))
for m in (8, 64, 512):
    growth[m] = [counting.count_lstm(m, 2 * k) / counting.count_lstm(m, k) for k in n]
    axes.plot(n, growth[m], label=f"m = {m} features")
for factor in (2, 4):
    axes.axhline(factor, **figures.line("bound", label=None))
axes.set(xscale="log", xlabel="units n before they are doubled", ylabel="factor", yticks=[2, 3, 4])
axes.set_title("Parameters after doubling the units")
axes.legend(loc="lower right")
ends = "; ".join(f"{m} features: from {line[0]:.2f} to {line[-1]:.2f}" for m, line in growth.items())
figures.show(fig, alt=f"The factor against the units, from 1 to 4,096. {ends}.")

# %% [markdown] slideshow={"slide_type": "fragment"}
# If n is much smaller than m, nearly all parameters are in W, and the factor is near 2. If n is much larger, nearly
# all are in U, and it is near 4. At n = m it is just below 3. In the lab, U is larger at n = 128, and W at m = 128.
# The factor is 2.03 at n = 1 and 3.77 at n = 512.
#
# <details><summary>The lab as a still picture</summary>
#
# ![The four blocks of LSTM(64) on 64 features, drawn to scale: in each, W and U are two equal squares of 4,096 numbers,
# and b is a thin strip of 64. The table says 4 (64·64 + 64² + 64) = 33,024.](images/counting_lab--lstm-64.svg)
#
# </details>

# %% slideshow={"slide_type": "skip"}
with quietly():  # takes seconds, and TensorFlow likes to talk
    from keras import Input, Sequential, layers


def keras_count(layer, m, time=None):
    """The parameters that Keras counts, once the layer knows its m features."""
    layer.build((None, time, m))
    return layer.count_params()


# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-18"]
# ## Ask Keras
#
# Our formula says what should be there; `count_params()` counts what Keras has made. `Bidirectional` reads the text
# from both ends with two LSTMs that share nothing.
#
# **Predict:** what does that do to the count?

# %% slideshow={"slide_type": "fragment"} tags=["row-18"]
counted = {(m, n): keras_count(layers.LSTM(n), m) for m, n in [(1, 1), (3, 2), (100, 64), (64, 128)]}
counted_both = {(m, n): keras_count(layers.Bidirectional(layers.LSTM(n)), m) for m, n in counted}
for (m, n), count in counted.items():
    ours = counting.count_lstm(m, n)
    print(f"m {m:3}  n {n:3}  formula {ours:6,}  Keras {count:6,}  both ways {counted_both[m, n]:7,}")
keras_at = {time: keras_count(layers.LSTM(64), 64, time) for time in (10, 1000)}
print(f"LSTM(64) built for 10 steps {keras_at[10]:,}, for 1,000 steps {keras_at[1000]:,}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Then ask: LSTM(128) and Bidirectional(LSTM(64)) both return 128 numbers. Which has more parameters, and why?
# (LSTM(128), since its U is one large square in place of two small ones.)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-8b"]
# ## Is a quarter enough?
#
# Keras counts as the formula does, and two directions have exactly twice as many.
#
# A plain RNN has one block where an LSTM has four. Both learn flagged recall (lesson 02) with 5 features: an RNN of 32
# units, an LSTM of 32 units, and an RNN of 66 units, which has about as many weights as that LSTM.
#
# **Predict:** five runs each, at lag 5, 10, 20 and 50. Which of the three learns it at which lag?

# %% slideshow={"slide_type": "subslide"} tags=["row-8b"]
runs = json.loads((data_dir() / "recall" / "accuracy.json").read_text())["runs"]
lags, right, weights = (5, 10, 20, 50), {}, {}
cells = {
    "RNN, orthogonal": (counting.count_rnn, 32),
    "RNN, orthogonal, 66 units": (counting.count_rnn, 66),
    "LSTM, forget bias 1": (counting.count_lstm, 32),
    "LSTM, forget bias 4": (counting.count_lstm, 32),
}
fig, axes = plt.subplots(figsize=(11, 3.6))
for row, (cell, (count, units)) in enumerate(cells.items()):
    weights[cell], like = count(5, units), figures.line(cell[: cell.index(",")])["color"]
    for k, lag in enumerate(lags):
        asked = (cell, lag, 0.005)  # five runs, one for each seed
        found = [run for run in runs if (run["cell"], run["lag"], run["rate"]) == asked]
        right[cell, lag] = float(np.mean([run["accuracy"] for run in found]))
        for run in found:
            solved = run["solved_at"] is not None
            x = k + 0.13 * (run["seed"] - 2)
            axes.plot(x, row, "o", color=like, markerfacecolor=like if solved else "none", markersize=10)
names = ["RNN, 32 units", "RNN, 66 units", "LSTM, 32 units, forget bias 1", "LSTM, 32 units, forget bias 4"]
words = [f"{name}: {count:,} parameters" for name, count in zip(names, weights.values(), strict=True)]
axes.set_yticks(range(4), words)
axes.set_xticks(range(4), [f"lag {lag}" for lag in lags])
axes.set(ylim=(3.5, -0.5), title="One circle for each run, filled where it learned the task")
means = "; ".join(f"{cell}, lag {lag}: {share:.0%} right" for (cell, lag), share in right.items())
figures.show(fig, alt=f"Five runs each. {means}.")

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["row-8b"]
# At lag 5 the small RNN is as good, with a quarter of the weights. As many weights as the LSTM do not help it: with
# 66 units no run learns lag 10. At lag 50 a forget bias of 4 helps, with the same count. Parameters do not measure
# memory. (All at one learning rate, 0.005; at 0.001 two of five small RNNs come above 90 % at lag 20.)

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Ask why an RNN with more units does worse: nobody knows from these runs, since one rate was tried.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-19"]
# ## A race: hit 598,209
#
# A reader of film reviews: an Embedding of 8,185 pieces of words with 64 features each, *one* recurrent layer of 64
# units, Dense(64), Dense(1). It has 598,209 parameters.
#
# **Predict:** is it an RNN, a GRU or an LSTM? In one direction or both?
#
# Turn on *With Embedding and Dense*, leave *Start from* alone, and hit 598,209 in as few moves as you can.

# %% slideshow={"slide_type": "subslide"}
counting_lab("GRU, one bias")

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) A race in pairs, two minutes. Fast pairs subtract on paper: 598,209 minus 8,185 · 64 leaves 74,369 for the
# rest. The first pair that names the cell and the directions wins.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-19"]
# ## 598,209, taken apart
#
# Without the table of 8,185 · 64 numbers, 74,369 are left. Only an LSTM in both directions fits: it has 66,048. The
# two Dense layers have the rest; Dense(64) reads 128 numbers, 64 from each direction.
#
# **Predict:** what share of all parameters belongs to the LSTM: a tenth, a third, or more than half?
#
# <details><summary>The lab as a still picture</summary>
#
# ![Where the race starts: a GRU with one bias, 64 units on 64 features, as three blocks to scale, 24,768 parameters. Cell,
# directions and the other layers are to be set.](images/counting_lab--gru-one-bias.svg)
#
# </details>

# %% slideshow={"slide_type": "subslide"} tags=["row-19"]
ours = [
    counting.count_embedding(8185, 64),
    counting.count_lstm(64, 64, bidirectional=True),
    counting.count_dense(128, 64),
    counting.count_dense(64, 1),
]
words, both_ways = layers.Embedding(8185, 64), layers.Bidirectional(layers.LSTM(64))
model = Sequential([Input((None,)), words, both_ways, layers.Dense(64), layers.Dense(1)])
names = ["Embedding", "Bidirectional(LSTM)", "Dense(64)", "Dense(1)"]
fig, axes = plt.subplots(figsize=(11, 3.2))
bars = axes.barh(names, ours)
axes.bar_label(bars, [f"{count:,}, {count / sum(ours):.1%}" for count in ours], padding=4)
axes.invert_yaxis()
axes.set(xlim=(0, 680_000), xlabel="parameters", title="The parameters of each layer")
shares = ", ".join(f"{name} {count / sum(ours):.1%}" for name, count in zip(names, ours, strict=True))
figures.show(fig, alt=f"Of {sum(ours):,} parameters: {shares}.")

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["row-19"]
# Nearly nine tenths of the parameters are in the table of words, and most of its rows are rarely read. Only a ninth
# belongs to the LSTM, the most important part. This is the model of lesson 11.

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Ask where one could save parameters.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-18", "row-20"]
# ## Not everybody counts alike
#
# Keras adds one bias in each block of an LSTM. cuDNN, NVIDIA's library, and PyTorch with it, add one to $x_t W$ and
# another to $h_{t-1} U$: $4(nm + n^2 + 2n)$.
#
# **Predict:** for m = n = 64, how much more is that: 1 %, 10 % or twice?

# %% slideshow={"slide_type": "fragment"}
two_layouts = {
    "RNN": (counting.count_rnn(64, 64), counting.count_rnn(64, 64, biases=2)),
    "LSTM": (counting.count_lstm(64, 64), counting.count_lstm(64, 64, biases=2)),
    "GRU": (counting.count_gru(64, 64, reset_after=False), counting.count_gru(64, 64)),
}
for cell, (one, two) in two_layouts.items():
    print(f"{cell:5} one bias {one:6,}   two biases {two:6,}   {two / one - 1:+.1%}")

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["row-20"]
# It is less than 1 %. Two biases that are only added to each other learn nothing more than one. So the same LSTM has
# two counts, and a paper should say who counted. Keras' GRU is different: there the second bias has an effect (lesson
# 08).

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Ask who has seen 33,280 in PyTorch for LSTM(64) on 64 features: Keras says 33,024.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## You saw
#
# - a formula for the count, 4(nm + n² + n), read off from three arrays, and found again in Keras,
# - that twice the units made between twice and four times as many, and a longer text none at all,
# - a model of 598,209 parameters taken apart, and why frameworks do not all count alike.

# %% slideshow={"slide_type": "slide"}
quiz("07")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) A poll: `quiz("07", 1)` shows one question alone. Exercises 1 and 2 take ten minutes in class; 3 is for home.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Your turn
#
# ### Exercise 1: the formula
#
# Return the number of parameters of an LSTM layer, with one bias in each block, as in Keras.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def count_lstm(m, n):
    """The parameters of an LSTM with m features and n units."""
    return ...


check("count_lstm", count_lstm)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def count_lstm(m, n):
    """The parameters of an LSTM with m features and n units."""
    return 4 * (n * m + n**2 + n)


check("count_lstm", count_lstm)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["row-19"]
# ### Exercise 2: one more layer on top
#
# We put a second Bidirectional(LSTM(64)) on top of the one in the model above. How many parameters does the upper one
# have? Begin with what it reads.

# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
second = ...

check("second_bilstm", second)

# %% slideshow={"slide_type": "fragment"} tags=["solution"]
m = 2 * 64  # the lower layer returns both directions, side by side
second = 2 * 4 * (m * 64 + 64**2 + 64)

check("second_bilstm", second)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 3: the whole model
#
# Return the parameters of Embedding(words, features), Bidirectional(LSTM(n)), Dense(dense) and Dense(1) together, for
# any sizes. Every Dense unit has a bias. Your function of Exercise 1 may help.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def count_model(words, features, n, dense):
    """The parameters of all four layers together."""
    return ...


check("count_model", count_model)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def count_model(words, features, n, dense):
    """The parameters of all four layers together."""
    embedding = words * features
    both = 2 * count_lstm(features, n)
    return embedding + both + (2 * n * dense + dense) + (dense + 1)


check("count_model", count_model)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Further reading
#
# - Hochreiter and Schmidhuber (1997), [Long short-term memory](https://doi.org/10.1162/neco.1997.9.8.1735): no forget
#   gate yet, so three blocks.
# - Gers, Schmidhuber and Cummins (2000), [Learning to forget](https://doi.org/10.1162/089976600300015015): the fourth.
# - Greff et al. (2017), [LSTM: a search space odyssey](https://arxiv.org/abs/1503.04069): which parts an LSTM can do
#   without, measured.
#
# Next: [08 The GRU](08_gru.ipynb)
