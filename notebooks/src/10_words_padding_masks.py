# %% [markdown] slideshow={"slide_type": "slide"}
# # Turn reviews into rectangles of numbers
#
# A network reads numbers, and a batch is a rectangle. Reviews are neither: they are words, and of any
# length. What happens between the two decides whether the model learns at all.
#
# **You will see** (28 minutes as a talk, about 50 for study with the exercises, no GPU needed)
#
# - how words become ids and ids become vectors, learned here or brought in,
# - what cutting and padding do, at either end, to what an LSTM remembers and learns,
# - how a mask makes padding harmless, and what a GPU's fast kernel asks of it.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 28 minutes. This is the dull lesson in most courses and the one that costs most in practice: the same
# model, the same reviews, and 50 % or 70 % correct, by an argument that nobody looked at.

# %% slideshow={"slide_type": "skip"}
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import warnings

import numpy as np
from matplotlib import pyplot as plt

from lstm_teach import figures, reader, reviews
from lstm_teach.cells import LSTMParams, lstm_forward
from lstm_teach.exercises import check
from lstm_teach.labs import padding_lab
from lstm_teach.quiet import quietly
from lstm_teach.quizzes import quiz
from lstm_teach.vocabulary import SubwordVocabulary, WordVocabulary, pad

figures.use_style()
SEED = 0
print("seed", SEED)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-21b"]
# ## From words to ids
#
# A vocabulary numbers the words of the *training* reviews, the most frequent first. Two ids are reserved: 0 is padding,
# 1 is any unknown word. Everything here runs on 1,000 short reviews that ship with the course; they were generated,
# so they are a sample to learn on, not a result.
#
# **Predict:** "unwatchable" is in no training review. What becomes of it?

# %% slideshow={"slide_type": "fragment"} tags=["row-21b"]
corpus = reviews.load()
words = WordVocabulary.fit(corpus.train.texts)
lengths = [len(ids) for ids in words.encode(corpus.train.texts)]
print(words.size, "ids;", min(lengths), "to", max(lengths), "words a review, median", int(np.median(lengths)))
text = "A dull, unwatchable film"
print("words:   ", words.tokens(text), *words.encode([text]))
print("subwords:", SubwordVocabulary.fit(corpus.train.texts, 1000).tokens(text))

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Ask which word of the four matters most, and why the vocabulary must not see the test reviews.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-21b"]
# ## From ids to vectors
#
# The word vocabulary gives 1, and the strongest word is lost. Subwords cut it into known pieces, but the sequence gets
# longer. The vocabulary must not see the test reviews: a word that occurs only there has to be unknown, or the test is
# no test.
#
# An id is a name, not an amount: word 40 is not twice word 20. An `Embedding` gives each id a vector of its own. Books
# describe it as one-hot times a matrix E; libraries look up a row.
#
# **Predict:** how far apart are the two?

# %% slideshow={"slide_type": "subslide"} tags=["row-21b"]
with quietly():  # TensorFlow likes to talk
    import keras
    from keras import layers

keras.utils.set_random_seed(SEED)
embedding = layers.Embedding(words.size, 32)
vector = embedding(np.array([20]))[0]
one_hot = np.zeros(words.size)
one_hot[20] = 1.0
E = embedding.get_weights()[0]
print("E", E.shape, " one-hot times E - look-up:", float(np.abs(one_hot @ E - vector).max()))
rounded = np.array(embedding(np.array([0.2, 0.9, 1.7])) - embedding(np.array([0, 0, 1])))
print("0.2, 0.9 and 1.7 read as ids 0, 0 and 1:", not rounded.any())

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Point at the last line: it is a trap. The digits of lesson 09 went straight into the LSTM: ask why.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-21b"]
# ## Learned, or brought in
#
# The two are equal: a look-up saves the multiplications by zero. The last line is a trap: an Embedding takes
# measurements, such as 0.2, and cuts them to whole ids, without an error. It is for ids only.
#
# E starts at random and is learned with the rest. Or it is brought in from where there was more text: word2vec, or
# here the table of our reader, which was trained on IMDB. We let an LSTM see only **100** reviews.
#
# **Predict:** of 200 new reviews, how many does each get right?


# %% slideshow={"slide_type": "subslide"} tags=["row-21b"]
def learn(embedding, side="left", seen=800, epochs=5):
    """Train Embedding -> LSTM(16) -> yes or no on `seen` reviews; the share of test reviews right."""
    keras.utils.set_random_seed(SEED)
    train, test = (pad(words.encode(half.texts), 80, side=side) for half in (corpus.train, corpus.test))
    model = keras.Sequential([embedding, layers.LSTM(16), layers.Dense(1, activation="sigmoid")])
    model.compile(keras.optimizers.Adam(1e-2), "binary_crossentropy", metrics=["accuracy"])
    model.fit(train[:seen], corpus.train.labels[:seen], batch_size=seen // 25, epochs=epochs, verbose=0)
    return model.evaluate(test, corpus.test.labels, verbose=0)[1]


trained = reader.load()
rows = [trained.vocabulary.encode([word])[0][0] for word in words.words[2:]]
table = trained.embedding[[0, 1, *rows]]  # our 655 words, in our order, as the reader knows them
fixed = {"embeddings_initializer": keras.initializers.Constant(table), "trainable": False}
right_by = {}
for seen in (100, 800):
    brought_in, new = layers.Embedding(*table.shape, **fixed), layers.Embedding(*table.shape)
    right_by[seen] = learn(new, seen=seen), learn(brought_in, seen=seen)
RIGHT = "fraction of 200 test reviews that is right, with one standard error"
how = "learned here", "brought in"
drawn = {f"{seen} seen, {way}": right_by[seen][k] for seen in right_by for k, way in enumerate(how)}
two_colours = [figures.colour(k) for k in (0, 1)] * 2
fig, axes = figures.bars(drawn, RIGHT, 0.5, "{:.1%}", xerr=0.035, color=two_colours)
figures.show(fig, alt="; ".join(f"{name}: {right:.1%}" for name, right in drawn.items()))

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) While it runs, ask how often a word occurs in 100 reviews. Then ask how sure each of the two differences is.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-28"]
# ## Make them equally long
#
# In 100 reviews most words are too rare to learn their rows: the table helps. With 800 the difference is about one
# standard error: it says nothing.
#
# Short reviews are filled up with 0, long ones are cut: at the end, or at the front. The LSTM reads the zeros too.
#
# 1. Set *Padding* to the front and back to the end: watch "c left".
# 2. Move *Forget bias* to 4.
# 3. Switch *Mask the padding* on; then *Words kept* to last.
#
# **Predict:** review 1 has 3 words and 7 pads behind them. With a forget bias of 1, how much of what its last word
# wrote is left at the last step?

# %% slideshow={"slide_type": "subslide"}
padding_lab("padding at the end")

# %% [markdown] slideshow={"slide_type": "skip"}
# The zeros are steps like all others: at each of them c is multiplied by f. With padding at the front nothing comes after
# the last word. With a forget bias of 4, f is near 1 and most of c is left. With the mask the state waits. *Words kept:
# last* cuts the first words of a long review, *first* the last.
#
# <details><summary>The lab as a still picture</summary>
#
# ![Three reviews made ten steps long; the shortest has seven pads behind its three words, and 11 % of what its last word
# wrote into c is left at the last step](images/padding_lab--padding-at-the-end.svg)
#
# </details>

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) Collect guesses before you look: "all of it, zeros do nothing" is the most common. Then the front, then bias 4,
# then the mask. Let them find out which words are cut when words are kept at the front.

# %% slideshow={"slide_type": "subslide"} tags=["row-28"]
p = LSTMParams(np.zeros((1, 4)), np.zeros((1, 4)), np.array([0.0, 1.0, 0.0, 0.0]))  # forget bias 1
pads = lstm_forward(np.zeros((1, 7, 1)), p, c0=np.ones((1, 1)), clamp={"i": 0.0})
left = pads.c[0, -1, 0]
print(f"each pad keeps {pads.f[0, 0, 0]:.2f}; seven keep {left:.3f} of c")

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Ask where this product was seen before: lesson 02.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-28"]
# ## Does it matter?
#
# 0.73 to the power of 7 is 0.11: a product over steps, as in lesson 02, and padding makes the steps.
#
# The same LSTM, the same 800 reviews, each made 80 ids long; most have 25 words or so. Only the place of the zeros
# differs, and whether they are masked (`mask_zero=True`: Keras skips those steps).
#
# **Predict:** the accuracy with padding at the end, at the front, and at the end with a mask. Half of the reviews are
# positive.

# %% slideshow={"slide_type": "fragment"} tags=["row-28"]
ways = {
    "at the end": ("right", False),
    "at the front": ("left", False),
    "at the end, masked": ("right", True),
}
accuracy = {}
for way, (side, masked) in ways.items():
    accuracy[way] = learn(layers.Embedding(words.size, 32, mask_zero=masked), side)
fig, axes = figures.bars(accuracy, RIGHT, 0.5, "{:.1%}", xerr=0.035)
figures.show(fig, alt="; ".join(f"padding {way}: {right:.1%}" for way, right in accuracy.items()))

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) Ten to fifteen seconds. Ask why a gate does not simply learn to stay open through the zeros. With more reviews
# it learns some: the last table of docs/results.md has both ends on IMDB, and the front is far better.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-28"]
# ## Which words do you keep?
#
# At the end without a mask it is no better than a coin: the last state has read some 55 zeros, and the gradient has to
# come back through all of them. A gate could learn to stay open, but hardly a signal reaches it. The difference between
# the other two is within the noise.
#
# Cutting is the other half. The shipped reader, trained on IMDB, reads 64 longer reviews of about 150 words. We give
# it the first words only, or the last words only.
#
# **Predict:** with 20 words each, which end tells more?

# %% slideshow={"slide_type": "subslide"} tags=["row-28"]
kept = np.array([5, 10, 20, 40, 80, 160])
texts, labels = [text.split() for text in corpus.longer.texts], corpus.longer.labels


def right(cut):
    """The share of the 64 reviews that the reader gets right when it sees `cut(review)`."""
    return float(np.mean((trained.read_many([" ".join(cut(text)) for text in texts]) > 0.5) == labels))


first = np.array([right(lambda text, k=k: text[:k]) for k in kept])
last = np.array([right(lambda text, k=k: text[-k:]) for k in kept])
fig, axes = plt.subplots(figsize=(12, 3.8))
axes.plot(kept, last, **figures.line(0, label="last words", marker="o"))
axes.plot(kept, first, **figures.line(1, label="first words", marker="s"))
axes.axhline(0.5, **figures.line("bound", label="chance"))
axes.set(xscale="log", xlabel="words kept", ylabel="fraction right", ylim=(0.4, 1))
axes.set_xticks(kept, [str(k) for k in kept], minor=False)
axes.minorticks_off()
axes.legend(loc="center")
kinds = {"first": first, "last": last}
figures.show(
    fig,
    alt="; ".join(f"{k} {n} words: {x:.0%}" for k, s in kinds.items() for n, x in zip(kept, s, strict=True)),
)

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Ask what the first words of a review are about, and whether that holds for support mails.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-28"]
# ## A mask lets the state wait
#
# A verdict tends to come last. Many of these 64 reviews open with the plot, or with the opposite of their verdict, which
# makes the gap wide. On your own data, measure.
#
# Where the mask is `False`, the layer hands on h and c as they are. We read 3 words alone, then with 7 zeros behind.
#
# **Predict:** how far does the last state move, without a mask and with one?

# %% slideshow={"slide_type": "fragment"} tags=["row-28"]
ids = np.array([[5, 3, 8]])
moved = {}
for masked in (False, True):
    keras.utils.set_random_seed(SEED)
    model = keras.Sequential([layers.Embedding(9, 4, mask_zero=masked), layers.LSTM(4)])
    moved[masked] = float(np.abs(model(pad(ids, 10)) - model(ids)).max())
    print(f"mask_zero={masked}: moved by {moved[masked]:.3f}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Ask what a mean and a maximum over the steps should do with the padding. In lesson 11 batches of one length
# leave the padding out: without a mask, every backend's fast kernel may run.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-28"]
# ## What the fast kernel asks
#
# With the mask the difference is zero, not small. A mask travels with the layer's output: a mean over time obeys it
# (GlobalAveragePooling1D); a maximum ignores it, and warns.
#
# On a GPU, Keras reads a whole sequence with NVIDIA's cuDNN kernel, if it can. If an option stands in the way, it walks
# step by step and says nothing; if only the mask does, `fit` may stop with an error. `cudnn_obstacles` says what it is.
#
# **Predict:** four masked batches: padding at the end; padding at the front; an empty review among others; padding at
# the end with `recurrent_dropout=0.1`. Which may use the kernel?

# %% slideshow={"slide_type": "subslide"} tags=["row-28"]
from lstm_teach.sentiment import cudnn_obstacles


def asked(ids, **options):
    """What keeps a masked LSTM from the kernel when it reads `ids`."""
    model = keras.Sequential([layers.Embedding(9, 4, mask_zero=True), layers.LSTM(4, name="lstm", **options)])
    return cudnn_obstacles(model, np.array(ids))["lstm"]


obstacles = {
    "padding at the end": asked([[5, 3, 0, 0], [2, 4, 6, 1]]),
    "padding at the front": asked([[0, 0, 5, 3], [2, 4, 6, 1]]),
    "an empty review": asked([[5, 3, 0, 0], [0, 0, 0, 0]]),
    "recurrent dropout": asked([[5, 3, 0, 0], [2, 4, 6, 1]], recurrent_dropout=0.1),
}
for batch, reasons in obstacles.items():
    print(f"{batch:22}", "no: " + ", ".join(reasons) if reasons else "yes")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) TensorFlow's error speaks of right-padded sequences: pad at the end, or set `use_cudnn=False`.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-28"]
# ## Traps in the tools
#
# Padding at the end with a mask is right and fast. This rule is TensorFlow's; on JAX and PyTorch the kernel takes no mask
# at all. An empty review forbids it, so `pad` in this course makes one unknown word of it.
#
# Two tools of the same library, and old recipes from the web. A text of six words is made four long.
#
# **Predict:** with `padding="post"`, from which end does `pad_sequences` *cut*?

# %% slideshow={"slide_type": "fragment"} tags=["row-28"]
long_and_short = [[2, 3, 4, 5, 6, 7], [8]]
front = keras.utils.pad_sequences(long_and_short, 4)
post = keras.utils.pad_sequences(long_and_short, 4, padding="post")
vectorize = layers.TextVectorization(output_sequence_length=4, vocabulary=list("abcdefg"))
end = np.array(vectorize(["a b c d e f", "g"]))
print("pad_sequences      ", *front, "\npadding='post'     ", *post, "\nTextVectorization  ", *end)

# %% slideshow={"slide_type": "subslide"}
strings = np.array(["a b c"])
stack = [keras.Input((1,), dtype="string"), vectorize, layers.Embedding(9, 4), layers.LSTM(4)]
model = keras.Sequential(stack)
attempts = {
    "predict(strings)": lambda: model.predict(strings, verbose=0),
    "time_major": lambda: layers.LSTM(4, time_major=True),
    "batch_input_shape": lambda: layers.LSTM(4, batch_input_shape=(1, 5)),
    "input_length": lambda: layers.Embedding(9, 4, input_length=5),
}
said = {}
for recipe, attempt in attempts.items():
    with warnings.catch_warnings(record=True, action="always") as heard:
        try:
            attempt()
            said[recipe] = f"only warns: {heard[0].message}"
        except ValueError as error:
            said[recipe] = f"fails: {error}"
    print(f"{recipe:18}", said[recipe])

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Ask who has copied one of these recipes from the web.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## You saw
#
# - how words became ids and ids became vectors, learned here or brought in,
# - what cutting and padding did, at either end, to what an LSTM remembers and learns,
# - how a mask made padding harmless, and what a GPU's fast kernel asks of it.
#
# The traps: `truncating="post"` is a separate argument, so `padding="post"` alone loses the *beginning* of a text and pads
# the end. For strings hand over `tf.constant([...])`, or make ids first. `batch_input_shape` is now
# `keras.Input(batch_shape=...)`.

# %% slideshow={"slide_type": "slide"}
quiz("10")

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) One question aloud, the rest at home.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Your turn
#
# Three small functions that you will meet in every project with sequences, whatever the library, and a model in Keras.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["row-21b"]
# ### Exercise 1: look words up
#
# Embed a whole batch of ids with the table `E`: by one-hot vectors or by a look-up, as you like.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def one_hot_embedding(ids, E):
    """ids (batch, time), E (words, features) -> (batch, time, features)."""
    return ...


check("one_hot_embedding", one_hot_embedding)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def one_hot_embedding(ids, E):
    """ids (batch, time), E (words, features) -> (batch, time, features)."""
    return E[ids]


check("one_hot_embedding", one_hot_embedding)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 2: make a rectangle
#
# `texts` are lists of ids. Make them `length` columns wide: zeros behind, and of long texts keep the **last** words.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def my_pad(texts, length):
    """Lists of ids -> whole numbers (len(texts), length)."""
    return ...


check("pad", my_pad)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def my_pad(texts, length):
    """Lists of ids -> whole numbers (len(texts), length)."""
    return np.array([(text[-length:] + [0] * length)[:length] for text in texts])


check("pad", my_pad)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 3: a model that skips the padding
#
# From ids, 0 for padding and the rest words, to the last state of an LSTM: a table of `words` rows (0 counts too) and
# `features` columns, then `units`. Behind a short review the state waits.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def reading(words, features, units):
    """A Keras model: ids (batch, time), of any time -> the last state h (batch, units)."""
    return ...


check("keras_mask", reading)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def reading(words, features, units):
    """A Keras model: ids (batch, time), of any time -> the last state h (batch, units)."""
    return keras.Sequential([layers.Embedding(words, features, mask_zero=True), layers.LSTM(units)])


check("keras_mask", reading)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 4: a mean that leaves the padding out
#
# The mean of h over the words of each review. At the padding h may hold anything, also NaN, and padding may stand in
# front or behind.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def masked_mean(h, mask):
    """h (batch, time, units), mask (batch, time) -> (batch, units)."""
    return ...


check("masked_mean", masked_mean)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def masked_mean(h, mask):
    """h (batch, time, units), mask (batch, time) -> (batch, units)."""
    return np.where(mask[:, :, None], h, 0.0).sum(axis=1) / mask.sum(axis=1, keepdims=True)  # 0 * NaN is NaN


check("masked_mean", masked_mean)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Further reading
#
# - T. Mikolov and others (2013), *Efficient estimation of word representations in vector space*: word2vec.
#   [arXiv:1301.3781](https://arxiv.org/abs/1301.3781)
# - R. Sennrich, B. Haddow and A. Birch (2016), *Neural machine translation of rare words with subword units*: how
#   subwords are found. [arXiv:1508.07909](https://arxiv.org/abs/1508.07909)
# - Keras, [Understanding masking and padding](https://keras.io/guides/understanding_masking_and_padding/).
#
# Two more exercises, if you like: `check("mask")` and `check("seven_pads")` say what they ask.
#
# Next: [11 Train on reviews](11_train_on_reviews.ipynb)
