# %% [markdown] slideshow={"slide_type": "slide"}
# # Give a network a memory
#
# A plain recurrent network is one line of mathematics, used again and again. An LSTM adds gates to this line. On the
# two-hour path, leave out the exercises and every section that says so.
#
# **You will see** (30 minutes as a talk, about 45 for study with the exercises, no GPU needed)
#
# - one small cell, used at every step with the same weights, that carries a state along
# - what tanh does to that state, and what it does not do
# - which shapes go in and come out, and that units are neither time steps nor cells

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 30 minutes. Two words carry this lesson: state, and units. The aim: at the end half of the room can
# say what the 128 in `SimpleRNN(128)` counts.

# %% slideshow={"slide_type": "skip"}
import os
from dataclasses import replace

import numpy as np
from matplotlib import pyplot as plt

from lstm_teach import figures
from lstm_teach.cells import RNNParams, rnn_forward, rnn_step
from lstm_teach.exercises import check
from lstm_teach.fitting import fit
from lstm_teach.gradients import gradient_reach
from lstm_teach.labs import shapes_lab, squash_lab
from lstm_teach.quiet import quietly
from lstm_teach.quizzes import quiz
from lstm_teach.sequences import Batch, Task, handwritten_digits

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
SEED = 0
rng = np.random.default_rng(SEED)
print("seed", SEED)
figures.use_style()
images, labels = handwritten_digits()  # (images, time, features) and (images,)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-2"]
# ## How can a layer read a text of any length?
#
# A dense layer needs all its inputs at once, and always the same number of them. A **recurrent** layer reads one step
# of the sequence, $x_t$, and its own result from the step before, $h_{t-1}$:
#
# $$h_t = \tanh(x_t W + h_{t-1} U + b)$$
#
# W, U and b are its weights. $h_t$ is its **state**, a row of n numbers: the memory of what it has read. Each of the
# n numbers belongs to a **unit**. Without $h_{t-1} U$ this would be a dense layer.

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Cover h_{t-1} U with your hand and ask what is left. The whole subject of this course is what that second term
# does over many steps.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-2"]
# ## Where does the memory sit?
#
# Some texts say that an RNN has no memory of its own. We test this with a cell of one feature and two units, whose
# weights we chose by hand. It reads a **pulse**: first 1, then only zeros. It reads it twice, once with U and once
# with U = 0.
#
# **Predict:** at step 1 its state is no longer 0. At step 5, four zeros later: is it 0 again? And without U?

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) Ask for hands, twice. Then read the loop aloud, line by line: where is h remembered? On the next slide, let
# someone point at the step where the two lines part.

# %% slideshow={"slide_type": "fragment"} tags=["row-2"]
p = RNNParams(W=np.array([[1.0, 0.5]]), U=np.array([[0.9, 0.3], [-0.3, 0.9]]), b=np.zeros(2))
h = np.zeros((1, 2))  # one sequence, two units
for t, x in enumerate([1.0, 0.0, 0.0, 0.0, 0.0, 0.0], start=1):
    h = rnn_step(np.array([[x]]), h, p).h
    print(f"step {t}   x = {x:g}   h = {h[0, 0]:6.3f} {h[0, 1]:6.3f}")

# %% slideshow={"slide_type": "subslide"} tags=["row-2", "row-6b"]
pulse = np.zeros((1, 30, 1))
pulse[0, 0] = 1.0
rings = rnn_forward(pulse, p).h[0]
without_u = rnn_forward(pulse, replace(p, U=np.zeros((2, 2)))).h[0]
fig, axes = plt.subplots(figsize=(12, 4.5))
axes.plot(np.arange(1, 31), rings[:, 0], **figures.line("h", label="state of unit 0"))
axes.plot(np.arange(1, 31), without_u[:, 0], **figures.line(0, label="the same with U = 0"))
axes.set(ylim=(-1, 1), xlabel="step", ylabel="h")
fig.legend(loc="outside upper right", ncols=2)
ends = (
    f"with U {rings[1, 0]:.2f} at step 2 and {rings[29, 0]:.2f} at step 30, without it {without_u[1, 0]:.2f}"
)
figures.show(fig, alt=f"The state of unit 0 after a pulse at step 1: {ends}.")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-2", "row-6b"]
# ## One cell, used again and again
#
# The h that one step returns is an input of the next step: that is the memory. With U = 0 the state is 0 from step 2
# on. With U, a tenth of the pulse is still there at step 30. It fades: lesson 02 asks why.
#
# Books draw a recurrent layer **unrolled in time**: a box for every step. It looks like many cells. There is one
# box, drawn many times, always with the same W, U and b.
#
# **Predict:** our cell has 8 weights, W (1, 2), U (2, 2) and b (2,). How many to read 500 steps?

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Somebody always says "500 times 8". Let the function answer: it gets the same p each time.

# %% slideshow={"slide_type": "fragment"} tags=["row-2", "row-6b"]
for time in (5, 50, 500):
    states = rnn_forward(rng.normal(size=(1, time, 1)), p).h
    print(f"{time:3} steps: states {states.shape}, weights {p.count}")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-3"]
# ## Why tanh?
#
# The number of weights does not depend on the number of steps: the same 8 are used at each.
#
# Each step multiplies the state by U. Let U be the single number 3. Nothing else comes in. We start from 5, 0.1 and
# −0.5.
#
# **Predict:** where are the three after five steps, without tanh and with it? Then, in the lab,
#
# 1. set **Factor** to 0.5 and **Steps** to 20: does tanh stop the fading?
# 2. set **Factor** back to 3, **Steps** to 1, and go up: when do 5 and 0.1 look alike?

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Note the axis on the left: powers of ten. Let the room find both facts in the right picture, then ask which
# of the two is good.

# %% slideshow={"slide_type": "subslide"} tags=["row-3"]
squash_lab("sizes are lost")

# %% [markdown] slideshow={"slide_type": "skip"} tags=["row-3"]
# Two things happen at once. Nothing explodes: with tanh all three stay between −1 and 1. And sizes are lost: at step
# 4, the numbers that began as 5 and 0.1 look alike. With a factor of 0.5 everything fades, with tanh or without.
#
# <details><summary>The lab as a picture, for readers without a kernel</summary>
#
# ![Squash lab: three numbers multiplied by 3 five times. Without tanh they reach 1,215, 24.3 and −121.5; with tanh
# they end at 0.995, 0.995 and −0.995](images/squash_lab--sizes-are-lost.svg)
#
# </details>

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-3"]
# ## Bounded states. Bounded gradients?
#
# tanh kept the values between −1 and 1. Now a cell with 16 units and large recurrent weights reads 50 steps of noise.
#
# **Predict:** its states stay below 1 in size. We nudge the first one by a billionth. Can the nudge grow a
# thousandfold before the last step?

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Most say no, since tanh squashes everything. Ask why the picture shows five seeds: they differ more than a
# thousandfold.

# %% slideshow={"slide_type": "subslide"} tags=["row-3"]
nudges, largest = [], []
for seed in range(5):
    draw = np.random.default_rng(seed)
    large = RNNParams.random(4, 16, draw, gain=3.0)  # recurrent weights three times Keras' own
    trace = rnn_forward(draw.normal(size=(1, 50, 4)), large)
    nudges.append(gradient_reach(trace, large)[0, 0])
    largest.append(np.abs(trace.h).max())
fig, axes = plt.subplots(figsize=(12, 4.2))
axes.plot(nudges, range(5), "o", color=figures.colour("RNN"), markersize=10)
for seed, (nudge, peak) in enumerate(zip(nudges, largest, strict=True)):
    words = "every |h| < 1" if peak < 1 else f"largest |h| {peak:.1f}"
    axes.text(1.3 * nudge, seed, f"{nudge:,.0f}-fold, {words}", verticalalignment="center")
axes.axvline(1, color="black", linewidth=1)
axes.set(
    xscale="log",
    xlim=(0.5, 1e8),
    yticks=range(5),
    ylabel="seed",
    xlabel="growth of a tiny nudge of h, step 1 to step 50",
)
grown = ", ".join(f"{nudge:,.0f}" for nudge in nudges)
figures.show(fig, alt=f"Growth of five seeds: {grown}-fold; the largest |h| is {max(largest):.6f}.")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-4", "row-6"]
# ## What goes in, what comes out
#
# tanh bounds states, not gradients: a tiny nudge grew with every seed, while every |h| stayed below 1. Each step
# multiplies it by this large U, and tanh takes back less. (A large nudge soon meets the bounds.)
#
# **Predict:** 2 sequences of 5 steps with 3 features go into a layer of 4 units. Which shape comes out? In the lab,
# choose **RNN** as the cell, then
#
# 1. raise **Time**: does the number of weights follow?
# 2. raise **Units**,
# 3. switch **return_sequences** off: then you get the last output alone, which is often enough,
# 4. switch **return_state** on.

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) The lab opens with an LSTM, which is the same seen from outside. Move Time to 50 and wait, then Units to 8. Ask
# what changed each time.

# %% slideshow={"slide_type": "subslide"} tags=["row-4", "row-6"]
shapes_lab("units are not time")

# %% [markdown] slideshow={"slide_type": "skip"} tags=["row-4", "row-6"]
# More time changes no weight. More units change both the number of weights and the width of y: the number of units is
# the length of the state. Units are neither steps nor cells.
#
# <details><summary>The lab as a picture, for readers without a kernel</summary>
#
# ![Shapes lab: x of shape 2, 5, 3 goes into one cell drawn at five steps and y of shape 2, 5, 4 comes out; beside it
# the Keras lines, the number of weights and what units are](images/shapes_lab--units-are-not-time.svg)
#
# </details>

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-5", "row-6b"]
# ## Every line carries a vector
#
# *On the two-hour path, skip this section.*
#
# In the lab's picture, as in every diagram, one line stands for a whole row of numbers, one for each unit. The cell
# may change the width: 3 features in, 4 units out. And tanh looks at each number alone; units meet only in the
# product with U.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) People who know only diagrams think of one number on each line. Point at a line and ask for its shape.

# %% slideshow={"slide_type": "fragment"} tags=["row-5", "row-6b"]
p = RNNParams.random(3, 4, rng)
step = rnn_step(rng.normal(size=(2, 3)), np.zeros((2, 4)), p)
each_alone = np.array_equal(step.h[1, 2], np.tanh(step.a[1, 2]))
print("before tanh", step.a.shape, "  h", step.h.shape, "  h[1, 2] = tanh(a[1, 2]):", each_alone)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-6b"]
# ## Do the rows of a batch meet?
#
# *On the two-hour path, skip this section.*
#
# The cell reads six sequences together, once in this order and once in a shuffled order. Then we cut one text of 150
# steps into a batch of 3 rows with 50 steps each.
#
# **Predict:** does shuffling change what each sequence gets? Does row 2 of the cut text know what row 1 said?

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) The second half corrects a confusion that is common in forums. Ask why no difference is left fifty steps
# after the cut (the cell forgets).

# %% slideshow={"slide_type": "fragment"} tags=["row-6", "row-6b"]
xs, order = rng.normal(size=(6, 5, 3)), rng.permutation(6)
shuffled = np.abs(rnn_forward(xs[order], p).h - rnn_forward(xs, p).h[order]).max()
text = rng.normal(size=(1, 150, 3))
whole, cut = rnn_forward(text, p).h, rnn_forward(text.reshape(3, 50, 3), p).h
handed_on = rnn_forward(text[:, 50:], p, h0=whole[:, 49]).h
print(f"rows shuffled: the same outputs, shuffled; they differ by {shuffled:.1g}")
print(f"text cut: step 51 differs by {np.abs(cut[1, 0] - whole[0, 50]).max():.2f}")
print(f"state handed on: step 51 differs by {np.abs(handed_on[0, 0] - whole[0, 50]).max():.1g}")
print(f"text cut, at the last step: about {np.abs(cut[2, -1] - whole[0, -1]).max():.0e}")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-4"]
# ## How many units?
#
# *On the two-hour path, skip this section.*
#
# The rows of a batch know nothing of each other: no state goes from one row to another. A text that is cut into three
# rows becomes three texts, and each starts from zero.
#
# Other names for units are `num_units` and `n_hidden`. You choose their number; 128 is only a habit. Below,
# handwritten digits, images of 8 × 8 pixels, are read as 8 steps, one row of pixels each, whatever the number of units.
#
# **Predict:** what fraction is right with 4, 8, 16, 64 and 128 units, of images seen in training and of new ones?

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Two answers on the board for each, seen and new. Then look at the gap between the lines. 64 and 128 units
# differ by a few of the 540 new images: that may be chance.

# %% slideshow={"slide_type": "subslide"} tags=["row-4", "picture"]
fig, axes = plt.subplots(figsize=(3.2, 2.9))
axes.imshow(images[0], cmap="gray_r")
axes.set(xlabel="pixel", ylabel="step")
figures.show(fig, alt="The digit 0 as 8 rows of 8 pixels")


# %% slideshow={"slide_type": "subslide"} tags=["row-4"]
def draw_digits(size, rng):
    """A batch of images to train on, and their digits."""
    k = rng.integers(len(seen_y), size=size)
    return Batch(seen_xs[k], seen_y[k])


mixed = np.random.default_rng(SEED).permutation(len(images))
(seen_xs, new_xs), (seen_y, new_y) = (np.split(each[mixed], [1257]) for each in (images, labels))
pixels = tuple(f"pixel {k}" for k in range(8))
digits = Task("digits", {}, "Which digit?", "class", pixels, tuple("0123456789"), 8, 0.1, draw_digits)
units, seen, new = np.array([4, 8, 16, 64, 128]), [], []
for n in units:
    draw = np.random.default_rng(SEED)
    start = RNNParams.random(8, n, draw, np.float32)
    fitted = fit(start, digits, draw, updates=2000, rate=3e-3, target=1.0, progress=False)
    seen.append(fitted.score(Batch(seen_xs, seen_y)))
    new.append(fitted.score(Batch(new_xs, new_y)))

fig, axes = plt.subplots(figsize=(12, 4.8))
for look, (name, right) in enumerate({"images seen in training": seen, "new images": new}.items()):
    axes.plot(units, right, **figures.line(look, label=name, marker="o"))
for n, right in zip(units, new, strict=True):
    axes.annotate(f"{right:.0%}", (n, right), (0, -22), textcoords="offset points", ha="center")
axes.set(xscale="log", ylim=(0.4, 1.05), xlabel="units", ylabel="share of digits that are right")
axes.set_xticks(units, units)
fig.legend(loc="outside upper right", ncols=2)
ends = "; ".join(
    f"{n} units: {a:.0%} of seen, {b:.0%} of new" for n, a, b in zip(units, seen, new, strict=True)
)
figures.show(fig, alt=f"Right answers by units. {ends}.")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-6"]
# ## The same in Keras
#
# *On the two-hour path, skip this section.*
#
# More units: more digits are right. From 16 units on, nearly all seen images are learned by heart, the new ones are
# not. All five networks read the same 8 rows.
#
# With our weights, Keras' `SimpleRNN` gives our numbers, to the last digits of 32-bit floats. Its weights are W, U
# and b. The state is not a weight: training does not change it, and it starts at zero for every sequence.

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) In `build`, batch and time are None. Ask in which of the three shapes the units stand (in all) and in which the
# time (in none).

# %% slideshow={"slide_type": "subslide"} tags=["row-6"]
with quietly():  # TensorFlow likes to talk
    import keras

from lstm_teach.keras_bridge import params_to_keras

layer = keras.layers.SimpleRNN(p.n, return_sequences=True, return_state=True)
layer.build((None, None, p.m))
layer.set_weights(params_to_keras(p))
outputs, last = (np.asarray(y) for y in layer(xs))
print("xs", xs.shape, "  all outputs", outputs.shape, "  last state", last.shape)
print("weights", [tuple(w.shape) for w in layer.weights])
print(f"largest difference from NumPy: about {np.abs(outputs - rnn_forward(xs, p).h).max():.0e}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## You saw
#
# - one small cell, used at every step with the same weights, that carried a state along
# - what tanh did to that state, and what it did not do
# - which shapes went in and came out, and that units are neither time steps nor cells

# %% slideshow={"slide_type": "slide"}
quiz("01")

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Use the first question as a poll. Let two students with different answers convince each other before you
# click. The others are for home, or for students who have finished.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Your turn
#
# ### Exercise 1: count
#
# A plain RNN of 4 units reads sequences of 50 steps with 3 features. How many weights has it, biases included?

# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
answer = ...
check("rnn_weights", answer)

# %% slideshow={"slide_type": "fragment"} tags=["solution"]
answer = 3 * 4 + 4 * 4 + 4
check("rnn_weights", answer)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 2: one step
#
# Write the step yourself, with `np.tanh` and `@`. The weights are `p.W`, `p.U` and `p.b`.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def my_step(x, h_prev, p):
    """x (batch, m), h_prev (batch, n), p RNNParams -> the new state h (batch, n)."""
    return ...


check("rnn_step", my_step)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def my_step(x, h_prev, p):
    """x (batch, m), h_prev (batch, n), p RNNParams -> the new state h (batch, n)."""
    return np.tanh(x @ p.W + h_prev @ p.U + p.b)


check("rnn_step", my_step)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 3: a whole sequence
#
# Begin with a state of zeros, loop over **time**, and collect the state after every step. `rnn_step(x, h, p).h` is
# there for a single step; `np.stack(states, axis=1)` makes one array of a list of states.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def my_sequence(xs, p):
    """xs (batch, time, m), p RNNParams -> all states (batch, time, n); p.n is the number of units."""
    return ...


check("rnn_sequence", my_sequence)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def my_sequence(xs, p):
    """xs (batch, time, m), p RNNParams -> all states (batch, time, n); p.n is the number of units."""
    h, states = np.zeros((len(xs), p.n)), []
    for t in range(xs.shape[1]):
        h = rnn_step(xs[:, t], h, p).h
        states.append(h)
    return np.stack(states, axis=1)


check("rnn_sequence", my_sequence)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Further reading
#
# - Jeffrey Elman, 1990: [Finding Structure in Time](https://doi.org/10.1207/s15516709cog1402_1). The network of this
#   lesson, and what it learns of language.
# - Ian Goodfellow, Yoshua Bengio and Aaron Courville, 2016: [Deep Learning, chapter
#   10](https://www.deeplearningbook.org/contents/rnn.html). Unrolling, explained with care.
# - Andrej Karpathy, 2015:
#   [The Unreasonable Effectiveness of Recurrent Neural Networks](https://karpathy.github.io/2015/05/21/rnn-effectiveness/).
#   Texts that such networks write, one character after the other.
#
# One more exercise, if you like: `check("squash")` says what it asks.
#
# Next: [02 Why does it forget what came early?](02_vanishing_gradient.ipynb)
