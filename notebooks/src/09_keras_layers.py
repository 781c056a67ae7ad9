# %% [markdown] slideshow={"slide_type": "slide"}
# # Put a layer to work: what goes in, what comes out
#
# In Keras an LSTM is one line. The questions begin after it: which shape goes in, what comes back, how long a state
# lives, and which of the outputs is worth reading.
#
# **You will see** (30 minutes as a talk, about 55 for study with the exercises, no GPU needed)
#
# - what a layer takes and hands back, number for number what our NumPy cell computes,
# - that a state belongs to one row of a batch, and is gone after the call,
# - what changes with stacking, with both directions, and with the last, the mean or the greatest output.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 30 minutes. Nothing here is new mathematics: it is the cell of lesson 06, wrapped by a library. Ask who
# has already used `return_sequences` by trial and error. Most hands go up; by the end nobody should have to try.

# %% slideshow={"slide_type": "skip"}
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from matplotlib import pyplot as plt

from lstm_teach import figures
from lstm_teach.cells import lstm_forward, lstm_step
from lstm_teach.exercises import check
from lstm_teach.labs import shapes_lab
from lstm_teach.quiet import quietly
from lstm_teach.quizzes import quiz
from lstm_teach.sequences import flagged_recall, handwritten_digits

with quietly():  # TensorFlow likes to talk while it is imported
    import keras
    from keras import layers

    from lstm_teach.keras_bridge import params_from_keras


def with_weights_of(one, other, shape):
    """Return the other layer, made for inputs of this shape, with the weights of the one."""
    other.build(shape)
    other.set_weights(one.get_weights())
    return other


figures.use_style()
SEED = 0
rng = np.random.default_rng(SEED)
keras.utils.set_random_seed(SEED)
print("seed", SEED)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-6"]
# ## A layer is a loop around a cell
#
# Keras makes an LSTM of two parts. A *cell* makes one step: x, h and c go in, the new h and c come out. `RNN` repeats it
# over the steps, so a cell of your own can stand there, too (exercise 3).
#
# All sizes differ here: 2 sequences, 5 steps, m = 3 features, n = 4 units. The input is (batch, time, features), a state
# is (batch, units). It starts at zero and is no weight: nothing of it is trained or kept.
#
# **Predict:** the loop gets the weights of `LSTM(4)`. How far apart are their outputs?

# %% slideshow={"slide_type": "fragment"} tags=["row-6"]
xs = rng.standard_normal((2, 5, 3)).astype("float32")  # (batch, time, features)
ready, loop = layers.LSTM(4, return_sequences=True), layers.RNN(layers.LSTMCell(4), return_sequences=True)
apart = np.abs(ready(xs) - with_weights_of(ready, loop, xs.shape)(xs)).max()
print("outputs", ready(xs).shape, f" apart by {apart:.0e}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Point at each number and ask the room to name it before you do. The usual mix-up is 5 and 4: steps and units.
# Ask where the state comes from at step 0.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Ask for what you need
#
# The loop and the layer agree to the last digit of a float32. There is an h at every step, but a layer hands back only
# what you ask for. Try it, one switch at a time:
#
# 1. Switch `return_sequences` on and off: how many axes has y?
# 2. Switch `return_state` on: what else comes back?
# 3. Switch `Bidirectional` on: which size doubles?
#
# **Predict:** all three switches on: how many arrays come back, and which shape has y?

# %% slideshow={"slide_type": "subslide"}
shapes_lab("the last output")

# %% [markdown] slideshow={"slide_type": "skip"}
# Five arrays: y of (batch, time, 2 · units), then h and c of each direction. *Time* changes none of the weights: the same
# cell is used at every step. *Units* and *Features* do.
#
# <details><summary>The lab as a still picture</summary>
#
# ![An LSTM layer unrolled over five steps, drawn to scale: the input below, one cell used five times, and above it y,
# which is the last state alone; beside it the Keras lines and the shapes](images/shapes_lab--the-last-output.svg)
#
# </details>

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Let the room call out each shape before you switch. Then switch Bidirectional off and move Time: the line above
# the picture says that the weights stay at 128. Move Units last: they, not Time, change the weights.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-6"]
# ## The same, in Keras
#
# With both switches on, Keras hands back three arrays: y, then the two states, h before c.
#
# **Predict:** two of the three overlap. Which numbers appear twice?

# %% slideshow={"slide_type": "fragment"}
layer = layers.LSTM(4, return_sequences=True, return_state=True)
y, h, c = layer(xs)
print("y", y.shape, " h", h.shape, " c", c.shape)
print("y[:, -1] is h:", np.array_equal(y[:, -1], h), " without any switch:", layers.LSTM(4)(xs).shape)

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Older texts add `time_major=True`: Keras 3 refuses it ("Unrecognized keyword arguments"); transpose the array
# instead.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-6b"]
# ## The same weights, the same numbers
#
# The output of an LSTM *is* its h: the last of y is h. c is never in y; only `return_state` hands it out.
#
# `params_from_keras` copies the layer's weights into our cell. We go step by step, then in one fused pass, and set
# both beside Keras. Then the same layer reads 50 steps, and a batch of 32: 3 features go in, 4 units come out, and the
# weights are the same.

# %% slideshow={"slide_type": "subslide"} tags=["row-6b"]
p = params_from_keras(layer)
h_now = c_now = np.zeros((2, 4), "float32")
for t in range(5):
    step = lstm_step(xs[:, t], h_now, c_now, p)
    h_now, c_now = step.h, step.c
fused = lstm_forward(xs, p)
difference = float(np.abs(fused.h - y).max())
print(f"steps - fused: {np.abs(h_now - fused.h[:, -1]).max():.0e}   fused - Keras: {difference:.0e}")
print("h at every step", fused.h.shape, " last h, last c", fused.h[:, -1].shape, fused.c[:, -1].shape)
for shape in [(2, 5, 3), (2, 50, 3), (32, 5, 3)]:
    print(shape, "->", layer(np.zeros(shape))[0].shape, "with", layer.count_params(), "weights")

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Say clearly what some texts muddle: one cell, used once a step; not a cell for each step. And the cell does
# change the size: 3 features come in, 4 units go out.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Do the rows of a batch meet?
#
# A float32 keeps seven digits, so a difference of 1e-7 means equal. One cell is used at every step, so the number of
# weights depends on features and units, neither on batch nor on time.
#
# Lesson 01 asked our RNN whether rows meet; now we ask Keras' LSTM. Two sequences are read at once. We exchange them; then we
# put silence, zeros only, in the place of sequence 0.
#
# **Predict:** how far does the output of sequence 1 move?

# %% slideshow={"slide_type": "fragment"} tags=["row-6b"]
y = np.array(layer(xs)[0])
exchanged = np.array_equal(layer(xs[::-1])[0], y[::-1])
moved = np.abs(layer(np.stack([0 * xs[0], xs[1]]))[0] - y).max(axis=(1, 2))
print("rows exchanged, outputs exchanged:", exchanged, " silence in row 0 moves them by", moved.round(2))

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Many expect at least a little to leak, "because the state goes on to the next example". Take a vote first.

# %% slideshow={"slide_type": "subslide"} tags=["row-6b"]
# One text of 15 steps: whole, as a "batch" of 3 pieces, and as 3 pieces read in turn.
text = rng.standard_normal((1, 15, 3)).astype("float32")
reader = layers.LSTM(4)
whole = reader(text)[0]
as_batch = reader(text.reshape(3, 5, 3))[-1]

carrying = layers.LSTM(4, stateful=True)  # keeps h and c from one call to the next
carrying = with_weights_of(reader, carrying, (1, 5, 3))
in_turn = [carrying(text[:, start : start + 5])[0] for start in (0, 5, 10)][-1]
lost, carried = (float(np.abs(h - whole).max()) for h in (as_batch, in_turn))
print(f"off by {lost:.3f} as rows of a batch, by {carried:.3f} in turn, with stateful=True")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) One source cuts 150 characters into a batch of 3 and says that the state goes on. Ask where it would come from.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-21"]
# ## Stack two layers
#
# Each row of a batch has a state of its own, and every call starts it at zero. To carry it on, `stateful=True` keeps it
# from one *call* to the next, row by row, until `reset_state()`; or you hand it over, `initial_state=[h, c]`.
#
# The output of one layer can be the input of the next. We try it as bluntly as possible:
# `LSTM(6)(LSTM(4)(xs))`.
#
# **Predict:** what shape does the second layer want, and what does it get?

# %% slideshow={"slide_type": "subslide"} tags=["row-21"]
try:
    layers.LSTM(6)(layers.LSTM(4)(xs))
except ValueError as error:
    refusal = str(error)
    print(refusal)

upper = layers.LSTM(6)
stacked = upper(layers.LSTM(4, return_sequences=True)(xs))
print("\nwith return_sequences=True below:", stacked.shape)
print("weights above:", upper.count_params(), "= 4 · (4·6 + 6·6 + 6), since its m is 4")

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Read the error aloud, and let the room translate it. Ask for m of the upper layer before you show the count.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-21"]
# ## Both directions
#
# "expected ndim=3, found ndim=2": the upper layer wants a sequence and got the last state alone. So every recurrent layer
# but the top one returns sequences. The m of the upper layer is the number of units below, not 3.
#
# `Bidirectional` has a second layer that reads from the last step to the first, and puts its h beside the other:
# (batch, time, 2 · units). The old habit is to take `y[:, -1]`.
#
# **Predict:** how many steps has the backward half read there?

# %% slideshow={"slide_type": "fragment"} tags=["row-21"]
both = layers.Bidirectional(layers.LSTM(4, return_sequences=True))
y_both, (_, backward) = np.array(both(xs)), params_from_keras(both)
one_step = lstm_forward(xs[:, -1:], backward).h[:, 0]
print(f"y {y_both.shape}  backward half - one step: {np.abs(y_both[:, -1, 4:] - one_step).max():.0e}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Most say five. The number printed is the proof: a single step from an empty memory gives the same values.

# %% slideshow={"slide_type": "subslide"} tags=["row-21"]
long = rng.standard_normal((20, 3)).astype("float32")
changed = np.repeat(long[None], 20, axis=0)
changed[np.arange(20), np.arange(20)] += 1.0  # row k differs from `long` at step k only
last_only = with_weights_of(both, layers.Bidirectional(layers.LSTM(4)), (None, 20, 3))


def moves(outputs):  # the outputs for `long` come first
    return np.linalg.norm(outputs[1:] - outputs[0], axis=-1)


inputs = np.concatenate([long[None], changed])
minus_one, wrapped = np.array(both(inputs))[:, -1], np.array(last_only(inputs))
steps = np.arange(20)
fig, axes = plt.subplots(figsize=(12, 4))
axes.plot(steps, moves(minus_one[:, :4]), **figures.line(0, label="y[:, -1], forward half"))
axes.plot(steps, moves(minus_one[:, 4:]), **figures.line(4, label="y[:, -1], backward half"))
axes.plot(steps, moves(wrapped[:, 4:]), **figures.line(2, label="return_sequences=False, backward half"))
axes.set(
    xlabel="the step that was changed, of 20",
    ylabel="output moves by",
    ylim=(0, None),
    xticks=[0, 5, 10, 15, 19],
)
axes.legend(loc="upper center")
ends = [moves(half[:, 4:])[[0, 19]].round(2) for half in (minus_one, wrapped)]
figures.show(
    fig, alt="Backward halves move, at steps 0 and 19: in y[:, -1] {}, in the layer's {}.".format(*ends)
)

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Read one line at a time, and ask what each half hears best.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Does the last output contain everything?
#
# The backward half begins at the last step, so in `y[:, -1]` it has read one step, and hears no other. Without
# return_sequences Keras takes each half where it has read everything. So: no return_sequences, or pooling over time.
#
# The last output has read everything. To *contain* it is another matter. Take flagged recall from lesson 02: one of the first 10
# steps is flagged, 50 steps follow, name the flagged symbol. Chance is 25 %.
#
# **Predict:** the same LSTM(16), as Keras makes it. Which read-out learns it in 5 epochs: the last h, the mean of all
# h, or the greatest value of each unit?

# %% slideshow={"slide_type": "subslide"}
task = flagged_recall(lag=50)
train, test = task.batch(1000, rng), task.batch(500, rng)
readouts = {
    "last": layers.Lambda(lambda h: h[:, -1]),
    "mean": layers.GlobalAveragePooling1D(),
    "max": layers.GlobalMaxPooling1D(),
}
recalled = {}
for name, readout in readouts.items():
    keras.utils.set_random_seed(SEED)
    model = keras.Sequential(
        [layers.LSTM(16, return_sequences=True), readout, layers.Dense(4, activation="softmax")]
    )
    model.compile(keras.optimizers.Adam(1e-2), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(train.xs, train.targets, batch_size=32, epochs=5, verbose=0)
    recalled[name] = model.evaluate(test.xs, test.targets, verbose=0)[1]
fig, axes = figures.bars(recalled, "fraction of 500 new sequences that is named right", chance=0.25)
figures.show(fig, alt="; ".join(f"{name}: {right:.0%}" for name, right in recalled.items()))

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) Vote first; "last" usually wins the vote. It runs for about ten seconds. Ask what the maximum cannot tell.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-4"]
# ## What units buy
#
# The last h *could* hold the symbol, but the gradient has 50 steps to cross before it learns to (lesson 02). The maximum
# is read where the flag was, and needs no memory; the price is that it cannot tell early from late. A mean is diluted by
# sixty steps.
#
# Units are capacity: how many numbers a state has. The digits of lesson 01, now with an LSTM: 8 x 8 pixels, read
# as 8 steps of 8 features, from the top row to the bottom row.
#
# **Predict:** from 2 to 8 to 64 units, how does the accuracy on *new* digits grow, and how the weights?

# %% slideshow={"slide_type": "subslide"} tags=["row-4"]
images, labels = handwritten_digits()
shuffled = rng.permutation(len(images))
images, labels = images[shuffled], labels[shuffled]
units, weights, fitted, accuracy = [2, 8, 64], [], [], []
for n in units:
    keras.utils.set_random_seed(SEED)
    model = keras.Sequential([layers.LSTM(n), layers.Dense(10, activation="softmax")])
    model.compile(keras.optimizers.Adam(1e-2), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(images[:1300], labels[:1300], batch_size=64, epochs=8, verbose=0)
    weights.append(model.layers[0].count_params())
    fitted.append(model.evaluate(images[:1300], labels[:1300], verbose=0)[1])
    accuracy.append(model.evaluate(images[1300:], labels[1300:], verbose=0)[1])
    print(f"{n:3} units, {weights[-1]:6,} weights: {fitted[-1]:.0%} seen, {accuracy[-1]:.0%} new digits")
fig, axes = plt.subplots(figsize=(10, 3.6))
axes.plot(weights, fitted, "o-", label="digits seen in training")
axes.plot(weights, accuracy, "s-", label="new digits")
axes.set(xscale="log", xlabel="weights of the LSTM", ylabel="fraction right", ylim=(0, 1))
axes.legend(loc="lower right")
sizes = zip(units, fitted, accuracy, strict=True)
figures.show(fig, alt="; ".join(f"{n} units: {seen:.0%} seen, {new:.0%} new" for n, seen, new in sizes))

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Ask what the gap between the two lines means, and whether 8 units have to do with the 8 steps.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## You saw
#
# - what a layer takes and hands back, number for number what our NumPy cell computes,
# - that a state belonged to one row of a batch, and was gone after the call,
# - what changed with stacking, with both directions, and with the last, the mean or the greatest output.
#
# More units brought much at first and little later, while the weights grow with n². What is fitted better than it holds
# for new digits is memorised. Units are a free choice: neither the 8 steps nor a number of cells.

# %% slideshow={"slide_type": "slide"}
quiz("09")

# %% [markdown] slideshow={"slide_type": "notes"}
# (0 min) If time is short, the quiz is for home; its replies explain every answer.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Your turn
#
# The first three are in Keras: `check` gives your model weights of its own and looks at what comes out, so any way of
# building it is right.
#
# ### Exercises 1 and 2: a classifier and a stack
#
# 1. `keras_classifier`: from sequences of any length to `classes` probabilities, by one LSTM of `units`.
# 2. `keras_stack`: an LSTM of `units`, above it an LSTM of `classes`; its last output comes out.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def classifier(features, units, classes):
    """A Keras model: sequences (batch, time, features), of any time -> probabilities (batch, classes)."""
    return ...


check("keras_classifier", classifier)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def classifier(features, units, classes):
    """A Keras model: sequences (batch, time, features), of any time -> probabilities (batch, classes)."""
    return keras.Sequential([layers.LSTM(units), layers.Dense(classes, activation="softmax")])


check("keras_classifier", classifier)


# %% slideshow={"slide_type": "subslide"} tags=["exercise"]
def stack(features, units, classes):
    """A Keras model: sequences (batch, time, features), of any time -> (batch, classes)."""
    return ...


check("keras_stack", stack)


# %% slideshow={"slide_type": "subslide"} tags=["solution"]
def stack(features, units, classes):
    """A Keras model: sequences (batch, time, features), of any time -> (batch, classes)."""
    return keras.Sequential([layers.LSTM(units, return_sequences=True), layers.LSTM(classes)])


check("keras_stack", stack)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 3: a cell of your own
#
# `keras.layers.RNN(cell)` repeats any cell over the steps. A cell is a layer with three parts: `state_size`, `build`,
# which makes the weights, and `call`, which makes one step. Write the LSTM's step from lesson 06. The 4 · units
# columns hold the blocks i, f, c̃, o, in the order of Keras. `@` multiplies matrices; `keras.ops` has `split`,
# `sigmoid` and `tanh`.


# %% slideshow={"slide_type": "subslide"} tags=["exercise"]
def my_cell(units):
    """A Keras layer that makes one step of an LSTM: x (batch, features), [h, c] each (batch, units)."""

    class Cell(layers.Layer):
        state_size = (units, units)  # of h and of c

        def build(self, shape):  # shape of x: (batch, features)
            self.W = self.add_weight(shape=(shape[-1], 4 * units))
            self.U = self.add_weight(shape=(units, 4 * units))
            self.b = self.add_weight(shape=(4 * units,))

        def call(self, x, states):
            h, c = states
            return h, [h, c]  # the output, and the new states

    return ...  # when the step is written: Cell()


check("own_cell", my_cell)


# %% slideshow={"slide_type": "subslide"} tags=["solution"]
def my_cell(units):
    """A Keras layer that makes one step of an LSTM: x (batch, features), [h, c] each (batch, units)."""

    class Cell(layers.Layer):
        state_size = (units, units)  # of h and of c

        def build(self, shape):  # shape of x: (batch, features)
            self.W = self.add_weight(shape=(shape[-1], 4 * units))
            self.U = self.add_weight(shape=(units, 4 * units))
            self.b = self.add_weight(shape=(4 * units,))

        def call(self, x, states):
            h, c = states
            i, f, c_tilde, o = keras.ops.split(x @ self.W + h @ self.U + self.b, 4, axis=-1)
            c = keras.ops.sigmoid(f) * c + keras.ops.sigmoid(i) * keras.ops.tanh(c_tilde)
            h = keras.ops.sigmoid(o) * keras.ops.tanh(c)
            return h, [h, c]

    return Cell()


check("own_cell", my_cell)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 4: what `[:, -1]` should have been
#
# From all outputs of a bidirectional layer, take each half where it has read the whole sequence.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def last_of_both(ys):
    """ys (batch, time, 2 · units), forward half first -> (batch, 2 · units)."""
    return ...


check("last_of_both", last_of_both)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def last_of_both(ys):
    """ys (batch, time, 2 · units), forward half first -> (batch, 2 · units)."""
    n = ys.shape[-1] // 2
    return np.concatenate([ys[:, -1, :n], ys[:, 0, n:]], axis=-1)


check("last_of_both", last_of_both)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 5: carry the state yourself
#
# A text comes in parts. Your function reads one part, without `stateful`. It gets the state that the part before has
# left, and it returns the state for the next part. So two halves read one after the other are one text.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def read_part(part, h, c, p):
    """part (batch, time, features), h and c (batch, units), LSTMParams -> (h, c) after it. Use lstm_forward."""
    return ...


check("two_halves", read_part)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def read_part(part, h, c, p):
    """part (batch, time, features), h and c (batch, units), LSTMParams -> (h, c) after it. Use lstm_forward."""
    trace = lstm_forward(part, p, h0=h, c0=c)
    return trace.h[:, -1], trace.c[:, -1]


check("two_halves", read_part)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Further reading
#
# - M. Schuster and K. K. Paliwal (1997), *Bidirectional recurrent neural networks*, IEEE Transactions on Signal
#   Processing 45(11). [doi:10.1109/78.650093](https://doi.org/10.1109/78.650093)
# - A. Graves, A. Mohamed and G. Hinton (2013), *Speech recognition with deep recurrent neural networks*: stacked and
#   bidirectional. [arXiv:1303.5778](https://arxiv.org/abs/1303.5778)
# - Keras, [the LSTM layer](https://keras.io/api/layers/recurrent_layers/lstm/) and its arguments.
#
# Two more exercises on the NumPy cells, if you like: `check("stacked_lstm")` and `check("bidirectional")` say what they
# ask.
#
# Next: [10 Words, padding and masks](10_words_padding_masks.ipynb)
