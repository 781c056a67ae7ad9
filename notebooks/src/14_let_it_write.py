# %% [markdown] slideshow={"slide_type": "slide"}
# # Let it write
#
# A network that says which letter comes next can write: draw a letter, read it, ask again. Every text generator works
# in this way. Ours is small enough to be understood. It has read 800 short reviews.
#
# **You will see** (24 minutes as a talk, about 40 for study with the exercises, no GPU needed)
#
# - an LSTM in Keras that learns to predict the next letter, and what its perplexity means,
# - what the temperature does to a text, and how much of it is copied,
# - how a state carries a memory beyond the piece of text that is learned from, and how much it helps on IMDB to read
#   first.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 24 minutes. Ask the room to complete "The acting is …" on paper, one letter at a time, and to say how sure
# they are of each letter. That is the task.

# %% slideshow={"slide_type": "skip"}
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from matplotlib import pyplot as plt

from lstm_teach import figures, reviews, sentiment, writer
from lstm_teach.cells import LSTMParams, lstm_forward
from lstm_teach.exercises import check
from lstm_teach.fitting import Readout, adam_start, adam_step, cross_entropy
from lstm_teach.gradients import clip_by_norm, lstm_backward
from lstm_teach.labs import writer_lab
from lstm_teach.quiet import quietly
from lstm_teach.quizzes import quiz
from lstm_teach.sequences import flagged_recall

with quietly():  # TensorFlow likes to talk while it is imported
    import keras
    from keras import layers

figures.use_style()
print("seed", SEED := 0)
keras.utils.set_random_seed(SEED)
sample = reviews.load()  # invented reviews, which ship with the course


def draw_bars(rows, xlabel, log=False):
    """One row per name, a dot with its number beside it."""
    fig, axes = plt.subplots(figsize=(12, 1 + 0.5 * len(rows)))
    axes.plot([*rows.values()], [*rows], "o", color=figures.colour("LSTM"), markersize=10)
    for name, value in rows.items():
        axes.annotate(f"{value:.3g}", (value, name), (12, -5), textcoords="offset points")
    axes.set(xlabel=xlabel, xscale="log" if log else "linear", ylim=(len(rows) - 0.5, -0.5))
    axes.margins(x=0.12)
    if log:
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter("{x:g}")
    figures.show(fig, alt=f"{xlabel}: " + "; ".join(f"{name} {value:.3g}" for name, value in rows.items()))


# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-32"]
# ## Which letter comes next?
#
# All training reviews, one after the other, are one long text. A line break stands before each. Each of its characters
# (we say **letters**, also for a space or a full stop) gets a number.
#
# **Predict:** guess without looking: you are right once in 59 times. How many letters would you still choose from if
# you have read the text so far?

# %% slideshow={"slide_type": "fragment"} tags=["row-32"]
text = "".join(writer.START + review for review in sample.train.texts)
characters = "".join(sorted(set(text + "".join(sample.test.texts))))
ids = np.array([characters.index(letter) for letter in text])
print(f"{len(text):,} letters, {len(characters)} different ones: {text[:60]!r}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) The reviews are invented, so nobody's words are copied. The texts repeat a few hundred sentences with other
# words in them. They are easy to learn and easy to copy; we shall count the copies.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-32"]
# ## Teacher forcing
#
# We cut the text into windows of 60 letters. At each step the network reads the **true** letter, and must predict the
# next one. So one window asks 60 questions at once, and a wrong answer does not disturb the next question. This is
# called *teacher forcing*: the network reads the text, not its own answers.

# %% slideshow={"slide_type": "fragment"} tags=["row-32"]
LENGTH = 60
whole = (len(ids) - 1) // LENGTH * LENGTH
read, wanted = ids[:whole].reshape(-1, LENGTH), ids[1 : whole + 1].reshape(-1, LENGTH)
print("reads  ", repr(text[:LENGTH]), "\nexpects", repr(text[1 : LENGTH + 1]), "\nwindows", read.shape)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-32"]
# ## The network, in Keras
#
# An embedding gives each letter 24 numbers. The LSTM returns its state after *every* letter (`return_sequences`). One
# dense layer makes a logit for each of the 59 letters that may follow. The loss is the cross-entropy of lesson 02, as
# a mean over all letters.

# %% slideshow={"slide_type": "subslide"} tags=["row-32"]
EPOCHS = 3  # some ten seconds; 20 make the weights that ship with the course, in about a minute
model = keras.Sequential(
    [
        keras.Input((None,), dtype="int32"),
        layers.Embedding(len(characters), 24),
        layers.LSTM(128, return_sequences=True),
        layers.Dense(len(characters)),
    ]
)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(keras.optimizers.Adam(5e-3), loss)
history = model.fit(read, wanted, batch_size=16, epochs=EPOCHS, verbose=0).history

# %% slideshow={"slide_type": "subslide"} tags=["row-32", "picture"]
test_text = "".join(writer.START + review for review in sample.test.texts)[: 40 * LENGTH + 1]
test_ids = np.array([characters.index(letter) for letter in test_text])
unseen = model.evaluate(*(test_ids[k : k + 40 * LENGTH].reshape(-1, LENGTH) for k in (0, 1)), verbose=0)
shipped = writer.load()  # the same network after 20 epochs, in NumPy
shipped_loss = np.concatenate([shipped.losses(review) for review in sample.test.texts]).mean()
share = np.unique(ids, return_counts=True)[1] / len(ids)
perplexity = {
    "guess among all letters": float(len(characters)),
    "know how frequent each is": np.exp(-share @ np.log(share)),
}
perplexity |= {f"after {EPOCHS} epochs": np.exp(unseen), "after 20 epochs": np.exp(shipped_loss)}
draw_bars(perplexity, "perplexity on reviews that it has not read", log=True)

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["row-32"]
# The **perplexity** is exp of the mean loss. At a perplexity of 3 the choice is as hard as among 3 equally likely
# letters. A model of letter frequencies chooses among about 20. The LSTM has read the beginning of the sentence and
# chooses among 3. On its training reviews it reaches 1.7: it knows many by heart.

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) The mean loss in nats and the perplexity say the same. Ask what 1.7 on the training reviews is called.
# (Overfitting; the next slides show what it looks like.)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-32"]
# ## Temperature
#
# To write, we draw the next letter at random, with the probabilities that the network gives. First we divide the
# logits $a_k$ by a **temperature** $T$:
#
# $$p_k = \frac{e^{a_k / T}}{\sum_j e^{a_j / T}}$$
#
# At $T = 1$ we draw with what was learned. Below 1 the differences grow; at 0 the most probable letter always comes.
# Above 1 all letters become more alike.
#
# 1. Move *Temperature* from 0.5 to 0, then to 2.
# 2. Change *Seed number*, then type a text of your own.
# 3. Play the letters: what does the coloured unit follow? Then choose another unit.
#
# **Predict:** what does it write at temperature 0?

# %% slideshow={"slide_type": "subslide"} tags=["row-32"]
writer_lab("low temperature")

# %% [markdown] slideshow={"slide_type": "skip"}
# <details><summary>The lab as a still picture</summary>
#
# ![A text of 280 letters, each coloured by one unit; below it the letters that were expected in one place, and the unit over the text.](images/writer_lab--low-temperature.svg)
#
# </details>

# %% [markdown] slideshow={"slide_type": "notes"}
# (5 min) Ask what unit 53 counts before the next slide says it.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-32"]
# ## What is copied, and what is invented?
#
# At 0 the text soon repeats itself without end: the same state and the same letter always give the same next letter.
# And unit 53 **counts**: its c grows by about 1 a letter and is erased at the full stop. Nobody asked for a counter;
# it helps to predict the end of a sentence.
#
# It writes 30 texts at each temperature. We look up every word and every whole sentence in the training reviews.
#
# **Predict:** at which temperature are most words known? And how many of the sentences are copied there?

# %% slideshow={"slide_type": "subslide"} tags=["row-32"]
learned = writer.learned_from(sample.train.texts)
temperatures, known, copied = (0.2, 0.4, 0.6, 0.8, 1.0, 1.2), [], []
for temperature in temperatures:
    made = "\n".join(shipped.write("", 160, temperature, np.random.default_rng(k)).text for k in range(30))
    known.append(100 * learned.known_words(made))
    copied.append(100 * learned.copied_sentences(made))
fig, axes = plt.subplots(figsize=(12, 3.8))
axes.plot(temperatures, known, **figures.line("LSTM", label="words that it has read"))
axes.plot(temperatures, copied, **figures.line("RNN", label="sentences that it has read"))
axes.set(xlabel="temperature", ylabel="%", ylim=(0, 105))
axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
ends = {0.2: f"{known[0]:.0f} and {copied[0]:.0f} %", 1.2: f"{known[-1]:.0f} and {copied[-1]:.0f} %"}
figures.show(fig, alt="; ".join(f"Known words and sentences at {t}: {both}" for t, both in ends.items()))

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["row-32"]
# A low temperature makes good English, because the network copies: it has read its good sentences. A high one makes
# it invent, and much of that is no word. At no temperature does this small network both write well and write
# something new. Ask of every text generator where its good sentences come from.

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Warn the room: do not measure a writer by its loss on its own text. At a low temperature that loss is small,
# since the writer finds its own words likely. Read the text, and count what is copied.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-31"]
# ## Longer than any piece
#
# A book is too long to be learned in one piece. **Truncated BPTT** cuts it into pieces: the gradient ends at the
# first step of a piece. There the state is either **reset**, as in our windows, or **carried** over from the piece
# before.
#
# We ask flagged recall (lesson 02) at *every* step from the flag on: which symbol was flagged? One sequence has 30 steps,
# and the flag stands in the first 10.
#
# **Predict:** pieces of 3 steps, and a symbol that lies 20 steps back: can a cell learn to remember it?


# %% slideshow={"slide_type": "skip"} tags=["row-31"]
def learn_in_pieces(length, carry, ask_always=True, updates=300, units=16):
    """The fraction of right answers after the last step, learned from pieces of `length` steps."""
    task, rng = flagged_recall(lag=20), np.random.default_rng(SEED)
    p = LSTMParams.random(task.m, units, rng, forget_bias=3.0)
    readout = Readout.random(units, 4, rng)
    weights = [
        p.W,
        p.U,
        p.b - 2.0 * (np.arange(4 * units) < units),
        readout.W,
        readout.b,
    ]  # input gate closed
    adam = adam_start(weights)
    for update in range(updates + 1):
        batch = task.batch(500 if update == updates else 64, rng)
        asked = batch.xs[:, :, -1].cumsum(axis=1) > 0 if ask_always else np.arange(task.time) == task.time - 1
        asked = np.broadcast_to(asked, batch.xs.shape[:2])
        h = c = np.zeros((len(batch.xs), units))
        for start in range(0, task.time, length):
            here = slice(start, start + length)
            if not carry:
                h = c = np.zeros_like(h)
            trace = lstm_forward(batch.xs[:, here], LSTMParams(*weights[:3]), h, c)
            h, c, readout = trace.h[:, -1], trace.c[:, -1], Readout(*weights[3:])
            if update == updates or not asked[:, here].any():
                continue  # the last batch is a test
            states, dh = trace.h[asked[:, here]], np.zeros_like(trace.h)
            _, d = cross_entropy(readout(states), np.repeat(batch.targets, asked[:, here].sum(axis=1)))
            dh[asked[:, here]] = d @ readout.W.T
            grads = lstm_backward(trace, LSTMParams(*weights[:3]), dh)
            both, _ = clip_by_norm([grads.W, grads.U, grads.b, states.T @ d, d.sum(axis=0)], 1.0)
            weights, adam = adam_step(weights, both, adam, 1e-2)
    return (readout(h).argmax(axis=1) == batch.targets).mean()


# %% slideshow={"slide_type": "subslide"} tags=["row-31", "picture"]
kinds = {
    "carried, pieces of 3": (3, True),
    "carried, pieces of 10": (10, True),
    "reset, pieces of 3": (3, False),
}
kinds |= {"reset, pieces of 10": (10, False), "carried, 10, asked only at the end": (10, True, False)}
right = {name: 100 * learn_in_pieces(*how) for name, how in kinds.items()}
draw_bars(right, "right answers after step 30, %; chance is 25")

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["row-31"]
# With a carried state the cell learns from pieces of 3 steps to remember over 20 steps. No gradient goes from one
# piece back to another, and none has to: each piece learns to keep the state that it got, and to answer from it. With
# a reset state the flag is gone before the question. And each piece needs a question: if we ask only at the very end,
# the piece with the flag gets no gradient, and the cell learns little.
#
# Whole books are read in this way: each row of text goes on from batch to batch, with `stateful=True` (lesson 09).

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) The code stands in the notebook, above this slide. Point at the loop over the pieces: `h, c` go in and come
# out. Ask what our writer does at its windows: it resets the state, so training never showed it more than 60 letters.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-32"]
# ## Read first, judge later
#
# Labels are rare, text is not. `course_pretrained` first reads the training reviews of IMDB and the 50,000 without a
# label, and learns to predict each next **word** ([Dai and Le, 2015](https://arxiv.org/abs/1511.01432)). Then it is
# trained on the labels, like `course`.
#
# **Predict:** which word does it expect after "the acting is"? By how many points does this reading help on the test
# reviews?

# %% slideshow={"slide_type": "subslide"} tags=["row-32", "picture"]
of_both = "course_pretrained", "random"  # with and without reading, on the same split
records = [r for r in sentiment.read_records() if (r["recipe"], r["split"]) == of_both]
pretrained = next(r["language_model"] for r in records if not r["changed"])
expected = {word: 100 * p for word, p in pretrained["expects"]["the acting is"].items()}
draw_bars(expected, 'expected after "the acting is", %')

# %% slideshow={"slide_type": "subslide"} tags=["row-32", "picture"]
changes = {"language_model": None}, {}
alone, first = ([100 * r["test_accuracy"] for r in records if r["changed"] == c] for c in changes)
gain = {"has not read first": np.mean(alone), "has read first": np.mean(first)}
draw_bars(gain, "test accuracy on IMDB, %")

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["row-32"]
# Both networks begin with word vectors that were counted in all these reviews. One has also learned to predict the next
# word. It is right on 1.3 points more, though nobody told it what praise is. A possible reason: "terrible" or "great" is
# easier to predict for a network that notices praise and blame. We did not test this. It has read 15 million words, with
# a perplexity of 185 per word. 392 of the 25,000 test reviews stand letter for letter among them: its figure is a little
# too good. (One seed without reading, three with.)

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) 269 of the 392 are among the texts without a label, 123 in the training half. Dai and Le's networks had
# 1,024 units and read far longer.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## You saw
#
# - an LSTM learned to predict the next letter, and chose among about 3 letters where guessing has 59,
# - a low temperature copied and a high one invented words, and we counted both,
# - a carried state remembered beyond the piece that was learned from, and a network that had read first judged
#   better.

# %% slideshow={"slide_type": "subslide"}
quiz("14")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) As a poll; the third question shows who has understood that perplexity is made from a mean of logarithms.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Your turn
#
# ### Exercise 1: temperature
#
# From `logits` (places, characters) and a `temperature` above 0 to the probabilities of each place, in the same shape.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def soften(logits, temperature):
    return ...


check("soften", soften)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def soften(logits, temperature):
    odds = np.exp(logits / temperature)
    return odds / odds.sum(axis=1, keepdims=True)


check("soften", soften)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 2: perplexity
#
# `losses` (letters,) are $-\log p$ of each letter of a text, in natural logarithms. Return the perplexity, one number.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def perplexity_of(losses):
    return ...


check("perplexity", perplexity_of)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def perplexity_of(losses):
    return np.exp(np.mean(losses))


check("perplexity", perplexity_of)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Further reading
#
# - I. Sutskever, J. Martens, G. Hinton (2011), [*Generating text with recurrent neural
#   networks*](https://icml.cc/2011/papers/524_icmlpaper.pdf).
# - A. Graves (2013), [*Generating sequences with recurrent neural networks*](https://arxiv.org/abs/1308.0850): letters and
#   handwriting, with LSTMs.
# - A. Karpathy (2015), [*The unreasonable effectiveness of recurrent neural
#   networks*](https://karpathy.github.io/2015/05/21/rnn-effectiveness/): units that follow quotation marks and the
#   length of lines.
# - R. Williams, J. Peng (1990), [*An efficient gradient-based algorithm for on-line
#   training*](https://doi.org/10.1162/neco.1990.2.4.490): truncated BPTT.
#
# One more exercise, if you like: `check("rows_to_carry")` says what it asks.
#
# Next: [15 Forecast a series](15_forecast_a_series.ipynb).
