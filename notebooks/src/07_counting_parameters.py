# %% [markdown] slideshow={"slide_type": "slide"}
# # Count what an LSTM learns
#
# The parameters of a layer are the numbers that training may change. How many are there, and what makes them many?
#
# **You will see** (25 minutes, no GPU needed)
#
# - a formula for the count, read off from three arrays, and found again in Keras,
# - what doubling the units does to the count, and what a longer text does,
# - a model of 598,209 parameters taken apart, and why frameworks do not all count alike.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 25 minutes. Ask who has ever looked at the last line of a model summary, and who could have said that
# number beforehand. By the end everybody can. It is the lesson with the least calculus: let the room do the sums.

# %% slideshow={"slide_type": "skip"}
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import json

import numpy as np

from lstm_teach import counting, data_dir
from lstm_teach.cells import LSTMParams, lstm_forward
from lstm_teach.exercises import check
from lstm_teach.labs import counting_lab
from lstm_teach.plotting import Axis, Level, Line, chart
from lstm_teach.quiet import quietly
from lstm_teach.quizzes import quiz

SEED = 0
rng = np.random.default_rng(SEED)
print("seed", SEED)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Where are the numbers?
#
# An LSTM with m = 3 features and n = 2 units keeps all that it learns in three arrays: `W` reads the input, `U` reads
# the old hidden state, `b` holds the biases.
#
# **Predict:** how many numbers are they together?

# %% slideshow={"slide_type": "fragment"}
p = LSTMParams.random(3, 2, rng)
sizes = p.W.size, p.U.size, p.b.size
print("W", p.W.shape, "  U", p.U.shape, "  b", p.b.shape)
print(f"{p.W.size} + {p.U.size} + {p.b.size} = {sum(sizes)}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Take guesses before the fragment; they range from 6 to 30, since most people count one gate. Then ask: where
# does the 8 in the shapes come from, with n = 2?

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-18"]
# ## Four small dense layers
#
# The arrays are fused: input gate, forget gate, candidate and output gate stand side by side. Take each block alone,
# and its shapes are (m, n), (n, n) and (n,).

# %% slideshow={"slide_type": "fragment"}
for block in "ifco":
    W, U, b = (getattr(p, f"{array}_{block}") for array in "WUb")
    print(block, "  W", W.shape, "  U", U.shape, "  b", b.shape, "  together", W.size + U.size + b.size)

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Point at one line and ask what each shape reads: m features, n units, one bias a unit. Why is U square?
# Because every unit reads every unit of the step before. That square is the plot of this lesson.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-18"]
# ## The formula, and what it leaves out
#
# $$4\,(\underbrace{nm}_{W} + \underbrace{n^2}_{U} + \underbrace{n}_{b})$$
#
# **Predict:** the LSTM has read texts of 10 words. Now it reads one of 1,000. How many parameters are added?

# %% slideshow={"slide_type": "fragment"} tags=["row-18"]
count_at = {}
for time in (10, 1000):
    trace = lstm_forward(rng.standard_normal((1, time, p.m)), p)
    count_at[time] = p.count
    print(f"{time:5,} steps: the hidden states have the shape {trace.h.shape}, the LSTM {p.count} parameters")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Some say a hundred times as many: they take a layer for a row of many cells, one a step. There is one cell,
# used again and again. A longer text costs time, and memory for the states; it costs no parameter.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-18"]
# ## Twice the units
#
# An LSTM reads 64 features with 64 units, and then with 128.
#
# **Predict:** are the parameters twice, three times or four times as many?

# %% slideshow={"slide_type": "fragment"} tags=["row-18"]
small, large = counting.lstm_parts(64, 64), counting.lstm_parts(64, 128)
for part in ("W", "U", "b", "total"):
    before, after = getattr(small, part), getattr(large, part)
    print(f"{part:6}{before:8,} to {after:7,}   {after / before:.2f} times")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Show of hands: twice, three times, four times. Most say twice. W is (m, n): twice as wide. U is (n, n): twice as
# wide and twice as high. The first three lines are one block, the last is the layer.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## When is it twice, when four times?
#
# **Predict:** for few units or for many does doubling them cost more?
#
# 1. Move *Units n* from 64 to 128. The picture shrinks to fit, so compare blue with orange: which is larger now?
# 2. Put n back to 64 and move *Features m* to 128. Which is larger now?
# 3. Put m back to 64. Find an n at which doubling does little more than double, and one at which it nearly quadruples.

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) The scale follows the size, so let the room compare orange with blue: at n = 128 the orange square is twice the
# blue one, at m = 128 half of it. For step 3, the line of words names the factor: 2.03 at n = 1, 3.77 at n = 512.

# %% [markdown] slideshow={"slide_type": "skip"}
# ![The four blocks of LSTM(64) on 64 features, drawn to scale: in each, W and U are two equal squares of 4,096 numbers,
# and b is a thin strip of 64. The table says 4 (64·64 + 64² + 64) = 33,024.](images/counting_lab--lstm-64.svg)

# %% slideshow={"slide_type": "subslide"}
counting_lab("LSTM(64)")

# %% slideshow={"slide_type": "subslide"} tags=["row-18"]
n = [2**k for k in range(13)]
growth = {}
for m in (8, 64, 512):
    growth[m] = [counting.count_lstm(m, 2 * k) / counting.count_lstm(m, k) for k in n]
lines = [Line(n, factor, like, f"m = {m}") for like, (m, factor) in enumerate(growth.items())]
x, y = Axis("units n before they are doubled", 1, 4096, "log"), Axis("factor", 1.8, 4.2)
alt = "The factor rises with the units from just over 2 to almost 4, later where there are more features."
title = "Twice the units: between twice and four times the parameters"
chart([*lines, Level(2, "twice"), Level(4, "four times")], x, y, alt=alt, title=title, width=800)

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) While n is much smaller than m, W rules, and the factor is 2. When n is much larger, U rules, and it is 4. At
# n = m it lies just below 3.

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
# (3 min) Keras takes a few seconds to come: let the room guess meanwhile. Both ways is exactly twice. Then ask:
# LSTM(128) and Bidirectional(LSTM(64)) both hand up 128 numbers. Which has more parameters, and why?
# (LSTM(128), since its U is one large square in place of two small ones.)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-8b"]
# ## Is a quarter enough?
#
# A plain RNN has one block where an LSTM has four. Both learn flagged recall (lesson 02),
# with 5 features and 32 units.
#
# **Predict:** with three quarters of the weights gone, how often is the RNN right at lag 5, 10, 20 and 50? A guess is
# right in 25 %.

# %% slideshow={"slide_type": "fragment"} tags=["row-8b"]
runs = json.loads((data_dir() / "recall" / "accuracy.json").read_text())["runs"]
lags, right = (5, 10, 20, 50), {}
print(f"{'right, by lag':37}", *(f"{lag:6}" for lag in lags))
counts = {"RNN, orthogonal": counting.count_rnn, "LSTM, forget bias 1": counting.count_lstm}
for cell, count in counts.items():
    for lag in lags:
        asked = (cell, lag, 0.005)  # five runs, one for each seed
        found = [run["accuracy"] for run in runs if (run["cell"], run["lag"], run["rate"]) == asked]
        right[cell, lag] = float(np.mean(found))
    print(f"{cell:20}{count(5, 32):6,} parameters", *(f"{right[cell, lag]:6.0%}" for lag in lags))

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) At lag 5 the plain RNN is as good, with a quarter of the weights. Parameters are no measure of memory: at lag
# 20 none of its five runs learns it at this rate (at 1e-3 two come above 90 %), and at 50 neither cell does, the LSTM
# with four times the numbers. What would help it there is a bias, not more weights (lessons 02 and 03).

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-19"]
# ## A race: hit 598,209
#
# A reader of film reviews: an Embedding of 8,185 pieces of words with 64 features each, *one* recurrent layer of 64
# units, Dense(64), Dense(1). It has 598,209 parameters.
#
# **Predict:** is it an RNN, a GRU or an LSTM? In one direction or both?
#
# Turn on *With Embedding and Dense*, leave *Start from* alone, and hit 598,209 in as few moves as you can.

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) A race in pairs, two minutes. Quick ones subtract on paper: 598,209 less 8,185 · 64 leaves 74,369 for the
# rest. First to call out the cell and the directions wins.

# %% [markdown] slideshow={"slide_type": "skip"}
# ![Where the race starts: a GRU with one bias, 64 units on 64 features, as three blocks to scale, 24,768 parameters. Cell,
# directions and the other layers are to be set.](images/counting_lab--gru-one-bias.svg)

# %% slideshow={"slide_type": "subslide"}
counting_lab("GRU, one bias")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-19"]
# ## 598,209, taken apart
#
# An LSTM, in both directions. So Dense(64) reads 128 numbers, 64 from each end.
#
# **Predict:** the LSTM's share of all the parameters: a tenth, a third, or more than half?

# %% slideshow={"slide_type": "fragment"} tags=["row-19"]
ours = [
    counting.count_embedding(8185, 64),
    counting.count_lstm(64, 64, bidirectional=True),
    counting.count_dense(128, 64),
    counting.count_dense(64, 1),
]
words, both_ways = layers.Embedding(8185, 64), layers.Bidirectional(layers.LSTM(64))
model = Sequential([Input((None,)), words, both_ways, layers.Dense(64), layers.Dense(1)])
print(f"{'layer':14}    ours     Keras   share")
for layer, count in zip(model.layers, ours, strict=True):
    print(f"{layer.__class__.__name__:14}{count:8,}{layer.count_params():10,}{count / sum(ours):8.1%}")
print(f"{'together':14}{sum(ours):8,}{model.count_params():10,}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Ask where one would save: nearly nine tenths of the parameters are the table of words, and most rows of it are
# rarely read. The LSTM, the heart of the model, is a ninth. This is the model of lesson 11.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-18", "row-20"]
# ## Not everybody counts alike
#
# Keras adds one bias in each block of an LSTM. cuDNN, NVIDIA's library, and PyTorch with it, add one to $x_t W$ and another to
# $h_{t-1} U$: $4(nm + n^2 + 2n)$.
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

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Two biases that are only ever added to each other can learn nothing more than one. So the same LSTM goes by
# two numbers, and a comparison of two papers should say who counted. The GRU is the odd one: Keras' own has two
# biases, and there the second does something. Lesson 08 shows what.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## You saw
#
# - a formula for the count, 4(nm + n² + n), read off from three arrays, and found again in Keras,
# - that twice the units made between twice and four times as many, and a longer text none at all,
# - a model of 598,209 parameters taken apart, and why frameworks do not all count alike.

# %% slideshow={"slide_type": "slide"}
quiz("07")

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
# A second Bidirectional(LSTM(64)) is put on top of the one in the model above. How many parameters has the upper one?
# Begin with what it reads.

# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
second = ...

check("second_bilstm", second)

# %% slideshow={"slide_type": "fragment"} tags=["solution"]
m = 2 * 64  # the lower layer hands up both directions, side by side
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
# - Greff et al. (2017), [LSTM: a search space odyssey](https://arxiv.org/abs/1503.04069): which parts one can do
#   without, tried out.
#
# Next: [08 The GRU](08_gru.ipynb)

# %% [markdown] slideshow={"slide_type": "notes"}
# (0 min) Exercises 1 and 2 take ten minutes in class; 3 is for home.
