# %% [markdown] slideshow={"slide_type": "slide"}
# # Look inside a trained LSTM
#
# Lesson 11 left a network in a file: yours. Open it, and lay its gates beside those of the course's reader, which has
# learned from 20,000 reviews. Both can be held, silenced and fooled, and each loss can be measured.
#
# **You will see** (27 minutes as a talk, about 55 for study with the exercises, no GPU needed)
#
# - your own network in the lab: which words move its verdict, and what its gates do at them,
# - what accuracy is left when a gate is held, and what one unit knows alone,
# - why a good score proves neither a memory for order nor an understanding of "not".

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 27 minutes. Until now we clamped gates of cells that we had made ourselves. Today the weights were
# learned, and nobody told the gates what to do. Ask for bets, and write them on the board.

# %% slideshow={"slide_type": "skip"}
import json
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

from lstm_teach import data_dir, figures, reader, reviews, vocabulary
from lstm_teach.cells import lstm_forward
from lstm_teach.exercises import check
from lstm_teach.gradients import gradient_reach
from lstm_teach.labs import reader_lab
from lstm_teach.quiet import quietly
from lstm_teach.quizzes import quiz

with quietly():  # TensorFlow likes to talk
    import keras

figures.use_style()
SEED = 0
rng = np.random.default_rng(SEED)
record = json.loads((data_dir() / "gates" / "reader.json").read_text(encoding="utf-8"))
r = reader.load()
on_imdb = {row["condition"]: 100 * row["accuracy"] for row in record["conditions"]}  # in %
FOLDER = Path("my_network")  # where lesson 11 saves
saved = (FOLDER / "model.keras").exists()
CORPUS = "imdb" if saved and reviews.imdb_at_hand() else "sample"  # or the table of lesson 11, "mine.csv"
corpus = reviews.from_table(CORPUS, text="text", label="label") if "." in CORPUS else reviews.load(CORPUS)
shown, picked = (
    part.take(np.sort(rng.permutation(len(part.texts))[:400])) for part in (corpus.test, corpus.train)
)
texts, labels = shown.texts, shown.labels


def accuracy(a, clamp=None, texts=texts):
    """In %, of the reviews at hand."""
    return 100 * float(np.mean((a.read_many(texts, clamp) > 0.5) == labels))


print(f"seed {SEED} · {len(texts)} reviews: accuracies within ± {98 / len(texts) ** 0.5:.1f} points (95 %)")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-35"]
# ## Open your own network
#
# `reader.from_keras` takes a Keras model apart: an Embedding, one LSTM, a Dense. After that it is NumPy. `mine.p` holds
# the weights of your LSTM, and every gate can be seen and held. Both readers answer after each word, from h alone:
#
# $$p_t = \sigma(h_t w + b)$$
#
# Where lesson 11 has saved nothing, a small network is trained first (some seconds). If lesson 11 trained yours on a table,
# copy its lines `CORPUS = …` and `corpus = …` into the first cell. Else yours is asked about texts of another kind.
#
# **Predict:** Keras and NumPy read the same texts. By how much do their answers differ: 0.1, 0.001, or less?


# %% slideshow={"slide_type": "subslide"} tags=["row-35", "picture"]
def small_network(train):
    """A Keras model and its vocabulary, trained on short reviews."""
    words = vocabulary.WordVocabulary.fit(train.texts)
    keras.utils.set_random_seed(SEED)
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(words.size, 16, mask_zero=True),  # the mask skips padding
            keras.layers.SpatialDropout1D(0.3),
            keras.layers.LSTM(16),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01, clipnorm=1.0), "binary_crossentropy")
    model.fit(vocabulary.pad(words.encode(train.texts)), train.labels, epochs=6, verbose=0)
    return model, words


if saved:
    model = keras.models.load_model(FOLDER / "model.keras")
    words = vocabulary.load_vocabulary(FOLDER / "vocabulary.json")
else:
    model, words = small_network(reviews.load().train)
try:
    mine = reader.from_keras(model, words)
except ValueError as why:  # it has other layers: the sentence names the first
    print(why)
    saved, (model, words) = False, small_network(reviews.load().train)
    mine = reader.from_keras(model, words)
readers = {"yours": mine, "the course's": r}
print("from lesson 11:" if saved else "trained just now:", mine.p.n, "units,", f"{words.size:,} words")

# %% slideshow={"slide_type": "fragment"} tags=["row-35"]
said = model.predict(vocabulary.pad(words.encode(texts)), verbose=0)[:, 0]
print(f"largest difference {np.abs(said - mine.read_many(texts)).max():.0e}")
print("right:", ", ".join(f"{name} {accuracy(a):.0f} %" for name, a in readers.items()))

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Who saved a network in lesson 11 sees it here. Others see the small one. Ask where the word "excellent" can
# still be, seven words after it was read: only in h and c. There is no attention and no pooling here.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-1", "row-35"]
# ## Leave a word out
#
# They differ by rounding alone: the same weights, the same equations as in lesson 06. So this lab shows *your* network and
# not an imitation.
#
# **Predict:** which two words, left out, cost this review most? Is "the" one of them?
#
# 1. Move **Word** along the sentence; that word is left out.
# 2. Look for a harmless word that moves the verdict, and for a telling one that does not.
# 3. Untick **Leave this word out**, close the forget gate, and type a review of your own.

# %% slideshow={"slide_type": "subslide"} tags=["row-1", "row-35"]
reader_lab("without a word", reader=mine)

# %% [markdown] slideshow={"slide_type": "skip"} tags=["row-1"]
# A network that has seen few reviews also moves at harmless words: it met them on one side only and took them for a sign.
# More reviews are the cure.
#
# <details><summary>The course's reader in the same lab, as a still picture</summary>
#
# ![The reader lab: a sentence coloured word by word, the word "excellent" struck through, and the probability of
# positive with and without it](images/reader_lab--without-a-word.svg)
#
# </details>

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) Let two students read out a harmless word at which theirs jumps: overfitting, seen from the inside (lesson 11).
# The colour is the *change* of the probability at a word, not its importance. Then take a review from the room.

# %% slideshow={"slide_type": "subslide"} tags=["row-1"]
TEXT = "The story is slow and the jokes are old, but the acting is excellent and I will definitely watch it again."
spoken = r.vocabulary.tokens(TEXT)
places = np.arange(len(spoken))
without = [" ".join(spoken[:k] + spoken[k + 1 :]) for k in places]
lost = {name: a.read(TEXT).probability[-1] - a.read_many(without) for name, a in readers.items()}
fig, axes = plt.subplots(figsize=(12, 4))
axes.bar(places, lost["the course's"], color=figures.colour(0), label="the course's reader")
axes.plot(places, lost["yours"], "o", color=figures.colour(1), markeredgecolor="black", label="yours")
axes.axhline(0, color="black", linewidth=1)
axes.set_xticks(places, spoken, rotation=60, ha="right")
axes.set(ylabel="probability lost", title="What the verdict loses without each word")
axes.legend(loc="upper left")
most = ", ".join(spoken[k] for k in np.argsort(-lost["the course's"])[:2])
figures.show(
    fig, alt=f"One bar per word; without {most} the verdict loses most, without function words nothing."
)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-29"]
# ## What the gates do
#
# *Excellent* and *definitely* carry the verdict, function words hardly move it: keep the key words, let the rest go. Below
# zero, the review sounds better without the word. *Slow* is blame, and *acting* sounds like it to the course's reader.
#
# **Predict:** over all words of many reviews, where do the values of the forget gate lie? Near 0 and 1, like a
# switch, or in between? And are your network's gates of the same kind?
#
# Every word gives one value a unit for each gate. Here they all are.


# %% slideshow={"slide_type": "subslide"} tags=["row-29"]
def every(a, gate):
    """All values of a gate, (words of all reviews, units), padding left out."""
    read = [(b.trace, k, last) for b in a.traces(a.vocabulary.encode(texts)) for k, last in enumerate(b.last)]
    return np.concatenate([getattr(trace, gate)[k, : last + 1] for trace, k, last in read])


values = {name: {gate: every(a, gate) for gate in "fio"} for name, a in readers.items()}
fig, panels = plt.subplots(1, 2, figsize=(12, 3.6), sharey=True)
for axes, (name, gates) in zip(panels, values.items(), strict=True):
    for gate, v in gates.items():
        shares = np.full(v.size, 1 / v.size)
        look = figures.line(gate, label=f"{gate}, mean {v.mean():.2f}")
        axes.hist(v.ravel(), 50, range=(0, 1), weights=shares, histtype="step", **look)
    axes.set(xlabel="value of the gate", title=f"The gates, {name}")
    axes.legend(loc="upper left")
panels[0].set_ylabel("fraction of words and units")
means = {name: ", ".join(f"{g} {v.mean():.2f}" for g, v in gates.items()) for name, gates in values.items()}
figures.show(fig, alt="; ".join(f"{k}: {v}" for k, v in means.items()))

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Most of the room expects switches. Point at the two forget gates: the same mean in two networks that have
# nothing in common but the start.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## A memory that says itself again
#
# The gates are dimmers and no switches. Input and output gates hover around one half, where Keras starts them
# (σ(0) = 0.5), and the forget gate around three quarters, where its bias of 1 starts it (σ(1) = 0.73). Training moved
# single values, and the mean hardly.
#
# *On the two-hour path, skip this section.*
#
# **Predict:** f keeps about three quarters at every word. How much of the state of word 1 is then left at
# word 152 of a longer review: a half, a hundredth, a millionth, or less?
#
# And does a nudge of that first state still move the last one?

# %% slideshow={"slide_type": "subslide"}
row = r.vocabulary.encode([reviews.fixed_review().text])[0]
trace = lstm_forward(r.embedding[row][None], r.p)
kept = np.cumprod(trace.f[0, :0:-1], axis=0).max(axis=1)  # D, in the unit that keeps most
reach = gradient_reach(trace, r.p)[0, -2::-1]  # ‖J‖
back = np.arange(1, len(row))
fig, axes = plt.subplots(figsize=(10, 3.6))
axes.plot(back, reach, **figures.line("LSTM", label=f"‖J‖, all paths: {reach[-1]:.1f} at the end"))
axes.plot(back, kept, **figures.line("f", label=f"D, product of f, best unit: {kept[-1]:.0e} at the end"))
axes.set(yscale="log", xlabel="words back from the end", ylabel="what is left of a nudge")
axes.set_title("One review of 152 words")
axes.legend(loc="lower left")
figures.show(fig, alt=f"D falls to {kept[-1]:.0e} over the review, ‖J‖ ends at {reach[-1]:.1f}.")

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) 0.75 to the power 151 is less than a millionth of a millionth, and yet the first state still matters. Let the
# room find the other path.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-29"]
# ## Hold a gate
#
# What f lets fade is written again at each word, since the gates and the candidate read h: the state is a loop that keeps
# itself going. (‖J‖ does not say which words are kept.)
#
# **Predict:** on IMDB's test reviews the reader is right in 88 %. With the forget gate closed: 88, 80, 60 or 50 %? With
# one gate held at its *mean*, so that it no longer looks at the words? With all three?
#
# 1. Set one gate to *open*, *closed*, *at its mean*, and back to *learned*; then take the next.
# 2. Read two scores above the pictures, on the course's 64 reviews and on IMDB's.
# 3. Choose the preset "gates that do not look".

# %% slideshow={"slide_type": "subslide"}
reader_lab("forget gate closed")

# %% [markdown] slideshow={"slide_type": "skip"}
# <details><summary>The lab as a still picture</summary>
#
# ![The reader lab with the forget gate closed: the probability jumps at each key word and falls back at once, and
# the verdict sinks from 0.92 to 0.55](images/reader_lab--forget-gate-closed.svg)
#
# </details>

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) Ask why a closed input or output gate must give exactly 50 %: the reader then says the same of all.

# %% slideshow={"slide_type": "subslide"} tags=["row-29"]
NAMES = {"f": "forget gate f", "i": "input gate i", "o": "output gate o"}
ENDS = ("closed", "open", "at its mean")
own_means = {gate: values["yours"][gate].mean(axis=0) for gate in "fio"}
held = {gate: [accuracy(mine, {gate: to}) for to in (0.0, 1.0, own_means[gate])] for gate in "fio"}
right = {gate: [on_imdb[f"{name} {end}"] for end in ENDS] for gate, name in NAMES.items()}
fig, panels = plt.subplots(1, 2, figsize=(12, 4), sharey=True)
as_trained = (
    (held, accuracy(mine), f"yours, {len(texts)} reviews"),
    (right, on_imdb["as trained"], "the course's, IMDB"),
)
for axes, (scores, learned, title) in zip(panels, as_trained, strict=True):
    for k, gate in enumerate("fio"):
        bars = axes.bar(4 * k + np.arange(3), scores[gate], color=figures.colour(gate), label=NAMES[gate])
        axes.bar_label(bars, fmt="%.0f")
    axes.axhline(learned, color="black", linestyle="--", label="as trained")
    axes.axhline(50, color="black", linewidth=1)
    axes.set_xticks([4 * k + j for k in range(3) for j in range(3)], ENDS * 3, rotation=45, ha="right")
    axes.set(ylim=(0, 119), title=f"Right, in % ({title})")
panels[0].legend(loc="upper left", ncols=2)
figures.show(fig, alt="; ".join(f"{NAMES[g]}, {', '.join(ENDS)}: {np.round(right[g])}" for g in "fio"))

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-29"]
# ## One unit alone
#
# With f closed, a word counts for a few words only; with f open, old words pile up. A closed input or output gate makes all
# texts alike. At its mean, one gate costs the course's reader less than a point, and all three cost it seven: the *average*
# of a gate matters, and that one of them looks at each word matters little.
#
# *On the two-hour path, skip this section.*
#
# One unit was picked on other reviews. All are at work, but only this one is asked: **is its h above a threshold?**
#
# **Predict:** how much of the accuracy is left? And what if this unit is silenced, or all others are?


# %% slideshow={"slide_type": "subslide"} tags=["row-29"]
def last_h(a, texts):
    """The states after the last word, (texts, units)."""
    h = np.empty((len(texts), a.p.n))
    for b in a.traces(a.vocabulary.encode(texts)):
        h[b.rows] = b.trace.h[np.arange(len(b.rows)), b.last]
    return h


# Picked by training reviews, not by those that are judged.
best = {"yours": np.abs(np.corrcoef(last_h(mine, picked.texts).T, picked.labels)[-1, :-1]).argmax()}
best["the course's"] = record["best_unit"]["h"]["unit"]
alone = {}
for name, a in readers.items():
    h, sign = last_h(a, texts)[:, best[name]], np.sign(a.w[best[name]])
    chosen = np.arange(a.p.n) == best[name]
    alone[name] = {
        "as trained": accuracy(a),
        "only this unit asked": 100 * np.mean((sign * (h - np.median(h)) > 0) == labels),
        "this unit silenced": accuracy(a, {"o": np.where(chosen, 0.0, np.nan)}),  # NaN stays computed
        "all others silenced": accuracy(a, {"o": np.where(chosen, np.nan, 0.0)}),
    }
    left = a.read_many(texts, {"o": np.where(chosen, np.nan, 0.0)})  # near 0.5 all answers crowd together
    alone[name]["… another threshold"] = 100 * np.mean((left > np.median(left)) == labels)
fig, axes = plt.subplots(figsize=(10, 4))
for k, (name, scores) in enumerate(alone.items()):
    bars = axes.barh(
        np.arange(5) + 0.38 * k, list(scores.values()), 0.36, color=figures.colour(k), label=name
    )
    axes.bar_label(bars, fmt="%.0f", padding=3)
axes.axvline(50, color="black", linewidth=1)
axes.set_yticks(np.arange(5) + 0.19, list(alone["yours"]))
axes.set(xlim=(0, 119), xlabel="right, in %", title="One unit of each reader")
axes.invert_yaxis()
axes.legend(loc="upper right")
figures.show(
    fig, alt="; ".join(f"{k}: " + ", ".join(f"{n} {x:.0f} %" for n, x in v.items()) for k, v in alone.items())
)

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Ask for the three numbers before you show the bars. The threshold of the picture is the median.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-29"]
# ## Shuffle every word
#
# Unit 16 of the course's reader alone is right in 88 % on IMDB, as all 32 are. Yet the reader hardly needs it: the
# others say the same. With the others silent all answers come close to 0.5. Most of the accuracy returns with another
# threshold. What can be read off a unit, what is needed and what is enough are three questions.
#
# "It reads in order, it has a memory, and it is right in 88 %. So it must use the order."
#
# **Predict:** the words of each review are put into a random order. What is left: 50, 70 or 88 %? And if we only
# add up what the reader says of each word *alone*?


# %% slideshow={"slide_type": "subslide"} tags=["row-29"]
def by_single_words(a):
    """How telling each word is, as a change of the log odds, and in % how often their sum is right."""
    odds = [
        np.log(p / (1 - p))
        for p in (a.read_many(a.vocabulary.words[2:]), a.probability(np.zeros(a.p.n, a.p.dtype)))
    ]
    says = dict(zip(a.vocabulary.words[2:], odds[0] - odds[1], strict=True))
    total = [sum(says.get(word, 0.0) for word in a.vocabulary.tokens(text)) for text in texts]
    return says, 100 * np.mean((np.array(total) > 0) == labels)


shuffled = [" ".join(rng.permutation(r.vocabulary.tokens(text))) for text in texts]
says, by_words = by_single_words(r)
order = {"the course's, IMDB": [on_imdb["as trained"], on_imdb["words shuffled"]]}
for name, a in readers.items():
    order[f"{name}, {len(texts)} at hand"] = [accuracy(a), accuracy(a, texts=shuffled), by_single_words(a)[1]]
fig, axes = plt.subplots(figsize=(10, 3.2))
for k, (name, scores) in enumerate(order.items()):
    bars = axes.bar(np.arange(len(scores)) + 0.27 * k, scores, 0.25, color=figures.colour(k), label=name)
    axes.bar_label(bars, fmt="%.0f")
axes.axhline(50, color="black", linewidth=1)
axes.set_xticks(np.arange(3) + 0.27, ["in order", "words shuffled", "sum of single words"])
axes.set(ylim=(0, 135), ylabel="right, in %", yticks=[0, 50, 100], title="In order, shuffled, one by one")
axes.legend(loc="upper left", ncols=3)
figures.show(fig, alt="; ".join(f"{name}: {np.round(scores)}" for name, scores in order.items()))
ranked = sorted(says, key=says.get)
print("the course's most telling words:", ", ".join(ranked[:5] + ranked[-5:]))

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Names of actors and of film characters may be among the telling words. Ask what they have to do with quality.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Where it fails
#
# Shuffled, hardly anything is lost, and the sum of single words, which remembers one number and no order, comes close on the
# reviews at hand. So accuracy proves no memory for *order*. The closed forget gate shows that there is a memory. A linear
# model of words and pairs of words, without any network, does better: 91 % (lesson 13).
#
# If it adds up words, then it should stumble where a word means its opposite.
#
# **Predict:** is "The film is not bad." positive or negative for the reader? More so than "The film is bad."?

# %% slideshow={"slide_type": "subslide"}
pairs = ["The film is bad.", "The film is not bad.", "The film is good.", "The film is not good."]
pairs += ["There is a dull moment in it.", "There is not a dull moment in it."]
denied = {name: a.read_many(pairs) for name, a in readers.items()}
kinds = {row["kind"]: 100 * row["accuracy"] for row in record["own_reviews"]["kinds"]}
fig, (sentences, bars) = plt.subplots(1, 2, figsize=(12, 3.6), width_ratios=[3, 2])
for k, (name, p) in enumerate(denied.items()):
    sentences.plot(p, np.arange(6), "os"[k], color=figures.colour(k), markersize=9, label=name)
sentences.axvline(0.5, color="black", linewidth=1)
sentences.set_yticks(np.arange(6), pairs)
sentences.set(xlim=(0, 1), xlabel="probability of positive", title="Six sentences")
sentences.invert_yaxis()
sentences.legend(loc="best")
bars.bar_label(bars.barh(list(kinds), list(kinds.values()), color=figures.colour(1)), fmt="%.0f", padding=3)
bars.axvline(50, color="black", linewidth=1)
bars.set(xlim=(0, 119), xlabel="right, in %", title="The course's, by kind")
bars.invert_yaxis()
figures.show(fig, alt="Right: " + ", ".join(f"{k} {v:.0f} %" for k, v in kinds.items()))

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Ask for a sentence that fools it.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-35"]
# ## Any texts, any network
#
# In the course's reader "not" moves the verdict little, here always towards blame. And in yours? On a denied cue it is
# right less often than a coin: it knows words better than sentences, and its score on IMDB does not tell.
#
# *On the two-hour path, skip this section.*
#
# A table of your own, 60 rows or more, takes the same way at the command line. `train` names the folder of its network:
# set `FOLDER` in the first cell to it. `predict` asks it:
#
# ```bash
# python -m lstm_teach train --data mine.csv --text review --label verdict --positive good
# python -m lstm_teach predict RUN "a text of mine"
# ```
#
# `--model my_model.py` trains your own network (exercise 1).

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Ask who has texts of two kinds: mails, support tickets, poems. 60 rows are the least, some hundred are better.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## You saw
#
# - your own network in the lab: which words moved its verdict, and what its gates did at them,
# - what accuracy was left when a gate was held, and that one unit of the course's reader showed as much as all,
# - why a good score proved neither a memory for order nor an understanding of "not".

# %% slideshow={"slide_type": "subslide"}
quiz("12")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-35"]
# ## Your turn
#
# Each check tries your function on fresh random examples.
#
# ### Exercise 1: a network of your own
#
# Write `build`. From the size of a vocabulary it makes a network that the lab can open: an Embedding of 24 features that
# masks padding, an LSTM of 12 units, and a Dense that gives one probability. Saved with `import keras` above it as
# `my_model.py`, it is what `--model` takes.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def build(vocabulary_size):
    """A keras.Model: ids (batch, time) in, probabilities (batch, 1) out."""
    return ...


check("own_network", build)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def build(vocabulary_size):
    """A keras.Model: ids (batch, time) in, probabilities (batch, 1) out."""
    return keras.Sequential(
        [
            keras.layers.Embedding(vocabulary_size, 24, mask_zero=True),
            keras.layers.LSTM(12),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )


check("own_network", build)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 2: what each word brings
#
# The labs colour each word by the change of the probability at it. From `probability` (words,) and `start`, the
# probability before any word: that change for each word, (words,).


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def word_effect(probability, start):
    """(words,): the probability after each word minus the one before it."""
    return ...


check("word_effect", word_effect)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def word_effect(probability, start):
    """(words,): the probability after each word minus the one before it."""
    return np.diff(probability, prepend=start)


check("word_effect", word_effect)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 3: forget from here on
#
# Run an LSTM over xs (batch, time, features). Its forget gate is as learned before step `start`, and closed from
# then on. `lstm_forward(xs, p, clamp=…)` takes a value for each step; NaN stays computed.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def close_from(xs, p, start):
    """All h, (batch, time, units), with f = 0 from step `start` on."""
    return ...


check("close_from", close_from)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def close_from(xs, p, start):
    """All h, (batch, time, units), with f = 0 from step `start` on."""
    return lstm_forward(xs, p, clamp={"f": np.where(np.arange(xs.shape[1])[:, None] < start, np.nan, 0.0)}).h


check("close_from", close_from)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 4: find the telling unit
#
# From the last cell states c (texts, units) and labels 0 and 1: the number, from 0, of the unit that correlates most
# with the label, rising or falling. `np.corrcoef` gives the correlations.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def telling_unit(c, label):
    """The number of a unit."""
    return ...


check("telling_unit", telling_unit)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def telling_unit(c, label):
    """The number of a unit."""
    return int(np.abs(np.corrcoef(c.T, label)[-1, :-1]).argmax())


check("telling_unit", telling_unit)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Further reading
#
# - Karpathy, Johnson and Fei-Fei, 2015, [Visualizing and understanding recurrent
#   networks](https://arxiv.org/abs/1506.02078): cells that count, and cells that open with a quotation mark.
# - Radford, Jozefowicz and Sutskever, 2017, [Learning to generate reviews and discovering
#   sentiment](https://arxiv.org/abs/1704.01444): one unit that tells the sentiment.
# - Maas and others, 2011, Learning word vectors for sentiment analysis, ACL: where IMDB's reviews come from.
#
# One more exercise, if you like: `check("shuffled_words")` says what it asks.
#
# Next: [13 Tell when a figure lies](13_when_a_figure_lies.ipynb)
