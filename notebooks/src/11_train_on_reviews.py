# %% [markdown] slideshow={"slide_type": "slide"}
# # Train a network on film reviews
#
# Is a review praise or blame? In this lesson you train a network that answers. Every layer, the optimizer and the
# training stand on the page, in plain Keras. Change what you like, and run the cell again.
#
# **You will see** (27 minutes as a talk, about 55 for study with the exercises, a GPU is optional)
#
# - every step from texts to a trained network: split, vocabulary, ids, layers, `compile`, `fit`,
# - where your network is wrong, how sure it is there, and whether its probabilities come true,
# - what one change brings, beside what chance brings, and the same for a larger network.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 27 minutes. All trainings run while you talk: on the sample they take seconds, on 2,000 reviews of IMDB
# less than a minute each. Start the deck early enough: it runs all cells by itself. The network that you train here is
# opened in lesson 12.

# %% slideshow={"slide_type": "skip"}
import time
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from lstm_teach import figures, reviews, sentiment
from lstm_teach.exercises import check
from lstm_teach.quiet import quietly
from lstm_teach.quizzes import quiz
from lstm_teach.vocabulary import UNKNOWN, WordVocabulary, load_vocabulary, pad

with quietly():  # TensorFlow likes to talk
    import keras
    from keras import layers

figures.use_style()
MINE = Path("my_network")  # what you train is kept here, beside this notebook
MINE.mkdir(exist_ok=True)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-35"]
# ## Choose the texts
#
# IMDB holds 25,000 reviews for training and 25,000 for the test, half of each positive (Maas and others, 2011). The
# course ships a small sample, made from phrases: its figures say nothing about real reviews.
#
# - `CORPUS`: `"imdb"` (a download of 80 MB if it is not at hand), `"sample"`, or a table of your own beside this notebook,
#   `"mine.csv"`: 60 rows or more, each a text and one of two labels. Write the names of its columns after `text=` and
#   `label=`. Labels such as 0 and 1, "bad" and "good" are understood; for others add `positive="happy"` after `label=`.
# - `LABELS`: the words for 0 and 1.
# - `LIMIT`: the most reviews to use. Begin small.

# %% slideshow={"slide_type": "subslide"} tags=["row-35"]
CORPUS = "imdb" if reviews.imdb_at_hand() else "sample"
LIMIT = 2_000  # reviews for training, and for the test; None: all of them
LABELS = ("blame", "praise")  # what 0 and 1 mean
SEED = 0

corpus = reviews.from_table(CORPUS, text="text", label="label") if "." in CORPUS else reviews.load(CORPUS)
rng = np.random.default_rng(SEED)
halves = (corpus.train, corpus.test)
train_reviews, test = (half.take(rng.permutation(len(half.texts))[:LIMIT]) for half in halves)
many, few = len(train_reviews.texts) > 10_000, len(train_reviews.texts) < 500
epochs, batch_size, held_back = (4, 64, 0.1) if many else (30, 16, 0.2) if few else (10, 32, 0.2)
words = sum(min(len(text.split()), 256) for text in train_reviews.texts)
minutes = max(epochs * words / 60_000 / 60, 0.1)  # two cores read about 60,000 words a second
print(f"{corpus.name}: {len(train_reviews.texts):,} reviews for training, {len(test.texts):,} for the test")
print(f"Up to {epochs} epochs: training below takes {minutes:.1f} minutes or less on two cores.")
print("seed", SEED, "· Keras", keras.__version__, "on", keras.backend.backend())

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Which corpus is it here? With the sample, say clearly that its figures show only that the cells work. Ask who
# has texts of their own: support mails, product reviews. A table with two columns is enough.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-28", "row-35"]
# ## From texts to batches
#
# 1. **Split.** Validation reviews decide what is better, so they must be new: no film may be on both sides.
# 2. **Vocabulary**, from the training reviews alone: the most frequent words. All others become "unknown".
# 3. **Ids.** The last 256 words of each review, where the verdict often stands.
# 4. **Batches** of about one length, made anew in each epoch. Shorter reviews are filled with 0, the padding. The longest
#    batch is the first: Keras asks the first two batches whether lengths differ.
#
# **Predict:** what fraction of the validation words is unknown? And what fraction of a batch is padding if its reviews
# are drawn at random? If they have about one length?

# %% slideshow={"slide_type": "fragment"} tags=["row-35"]
training, validation = reviews.validation_split(train_reviews, held_back)
vocabulary = WordVocabulary.fit(training.texts, size=20_000)
unknown = np.mean(np.concatenate(vocabulary.encode(validation.texts)) == UNKNOWN)
print(f"training {len(training.texts):,}, validation {len(validation.texts):,}, unknown words {unknown:.1%}")


# %% slideshow={"slide_type": "subslide"} tags=["row-28", "row-35"]
class Batches(keras.utils.PyDataset):
    """Reviews as ids (batch, time) and labels (batch, 1), in batches of about one length."""

    def __init__(self, part, length=256, mix=0):
        super().__init__()
        self.ids, self.part, self.mix = [row[-length:] for row in vocabulary.encode(part.texts)], part, mix
        self.on_epoch_end()

    def on_epoch_end(self):  # Keras calls it: from short to long, give or take a fraction `mix`
        lengths = [len(row) * rng.uniform(1, 1 + self.mix) for row in self.ids]
        order = np.roll(np.argsort(lengths, kind="stable"), batch_size)  # but the longest come first
        self.rows, self.split = [self.ids[i] for i in order], self.part.take(order)

    def __len__(self):
        return -(-len(self.rows) // batch_size)  # rounded up

    def __getitem__(self, k):
        batch = slice(k * batch_size, (k + 1) * batch_size)
        return pad(self.rows[batch]), self.split.labels[batch, None].astype("float32")


# %% slideshow={"slide_type": "subslide"} tags=["row-28"]
even, mixed = Batches(training, mix=0.1), Batches(training, mix=1000)
padding = [np.mean(np.concatenate([ids.ravel() for ids, _ in batches]) == 0) for batches in (mixed, even)]
print(f"padding: {padding[0]:.0%} mixed, {padding[1]:.1%} even; a batch is as wide as its longest review")

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Why the film matters is lesson 13. `fit` mixes the order of the batches in each epoch, and `mix=0.1` lets reviews
# change places with others of nearly their length: batches that never change are learned by heart sooner.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-35"]
# ## Write the network
#
# Layer by layer, from ids (batch, time) to one probability a review:
#
# - `Embedding`: a vector for each id. `mask_zero=True` tells the LSTM to skip the padding.
# - `LSTM`: reads from the first word to the last. Its last $h$ goes on.
# - `Dropout` and `SpatialDropout1D`: in training, set some words, some features of all words, or some of the last $h$ to
#   zero, so no single one is trusted too much. Afterwards these layers do nothing. In a small corpus no word
#   is unknown: words that are left out prepare the network for new ones.
# - `Dense`: $p = \sigma(h w + b)$.
#
# **Predict:** which layer holds nearly all weights? How many does the LSTM have?


# %% slideshow={"slide_type": "subslide"} tags=["row-35"]
def small(cell=layers.LSTM, units=32, dropout=0.5):
    """A new network with random weights."""
    keras.utils.set_random_seed(SEED)
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),  # ids (batch, time)
            layers.Embedding(vocabulary.size, 32, mask_zero=True),  # (batch, time, 32)
            layers.Dropout(0.1, noise_shape=(None, None, 1)),  # leaves out words
            layers.SpatialDropout1D(0.4),  # leaves out features
            cell(units),  # (batch, units)
            layers.Dropout(dropout),
            layers.Dense(1, activation="sigmoid"),  # (batch, 1)
        ],
        name="small",
    )


# %% slideshow={"slide_type": "subslide"} tags=["row-35", "picture"]
from lstm_teach.counting import count_lstm

model, formula = small(), vocabulary.size * 32 + count_lstm(32, 32) + (32 + 1)
print(f"counted as in lesson 07: {formula:,}, of which the LSTM has {count_lstm(32, 32):,}")
model.summary(line_length=90, print_fn=lambda text: print(text.strip()))

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) The table of word vectors holds nearly everything. 4(nm + n² + n) with m = n = 32 is 8,320. Whoever wants a
# GRU writes small(cell=layers.GRU).

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-35"]
# ## Compile and fit
#
# - **Optimizer**: Adam. Its `learning_rate` falls to 0 along a cosine. `clipnorm=1.0` shortens a
#   gradient that is longer than 1 (lesson 02).
# - **Loss**: binary cross-entropy, $-\ln p$ where the label is 1, $-\ln(1 - p)$ where it is 0.
# - `EarlyStopping` ends the training after 3 epochs without a new lowest validation loss, and puts the best weights
#   back.
# - `ModelCheckpoint` writes the network to a file whenever that loss is lower than ever.
# - `LambdaCallback` calls `tell` after each epoch, `verbose=1` shows a moving bar.
#
# The cell after `train` trains a new network each time that you run it, and saves it.
#
# **Predict:** the training loss falls. Does the validation loss fall too, level off, or rise in the end?


# %% slideshow={"slide_type": "subslide"} tags=["row-35"]
def tell(epoch, logs):
    print(f"epoch {epoch + 1}:", ", ".join(f"{name} {value:.3f}" for name, value in logs.items()))


teller = keras.callbacks.LambdaCallback(on_epoch_end=tell)


def train(model, what, learning_rate=4e-3):
    """Compile a model, train it, and add a line to your runs."""
    data = {"x": Batches(training, mix=0.1), "validation_data": Batches(validation), "epochs": epochs}
    rate = keras.optimizers.schedules.CosineDecay(learning_rate, epochs * len(data["x"]))
    model.compile(keras.optimizers.Adam(rate, clipnorm=1.0), loss="binary_crossentropy", metrics=["accuracy"])
    stop = keras.callbacks.EarlyStopping("val_loss", patience=3, restore_best_weights=True)
    keep = keras.callbacks.ModelCheckpoint(MINE / f"{model.name}-best.keras", "val_loss", save_best_only=True)
    history = model.fit(**data, callbacks=[teller, stop, keep], verbose=1 if many else 0).history
    accuracy, weights = history["val_accuracy"][np.argmin(history["val_loss"])], model.count_params()
    line = f"{what:20} {weights:>10,} weights  {accuracy:6.1%} right  loss {min(history['val_loss']):.3f}"
    with (MINE / "runs.txt").open("a", encoding="utf-8") as file:
        print(f"{line}  ({len(training.texts):,} reviews, {corpus.name})", file=file)


# %% slideshow={"slide_type": "subslide"} tags=["row-35"]
model = small()
train(model, "LSTM, 32 units")
model.save(MINE / "model.keras")
vocabulary.save(MINE / "vocabulary.json")

# %% slideshow={"slide_type": "subslide"} tags=["row-35"]
history = model.history.history  # one number per epoch, by name
best = int(np.argmin(history["val_loss"]))
fig, both = plt.subplots(1, 2, figsize=(12, 4))
for axes, name in zip(both, ("loss", "accuracy"), strict=True):
    for k, (key, label) in enumerate({name: "training", f"val_{name}": "validation"}.items()):
        axes.plot(np.arange(len(history[key])) + 1, history[key], **figures.line(k, label=label))
    axes.axvline(best + 1, color="black", linewidth=1)
    axes.set(xlabel="epoch", ylabel=name)
both[0].legend()
told = f"The lowest validation loss, {history['val_loss'][best]:.2f}, is that of epoch {best + 1}, which is kept."
figures.show(fig, alt=f"Loss and accuracy after each epoch. {told}")
print(told, f"{history['val_accuracy'][best]:.1%} of the validation reviews are right.")
if history["loss"][-1] < history["loss"][best]:
    print("After it, only the training loss fell: the network learned its training reviews by heart.")

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) The vertical line is the epoch that is kept. Where the two losses part, the network begins to learn its
# training reviews by heart. Ask what would happen without EarlyStopping: the weights of the last epoch would stay. Run
# the cell again: it trains again, since `small()` makes a new network.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-35"]
# ## The test reviews, once; then the mistakes
#
# The epoch was chosen with validation reviews, so their figure flatters a little. The test reviews chose nothing. They
# are read once, now. To learn from mistakes, look at validation reviews: whoever improves a network on test mistakes
# has no test left.
#
# **Predict:** which is higher, test or validation? By how much? Are the surest mistakes near p = 0.5 or near 0 and 1? Are longer
# reviews harder?

# %% slideshow={"slide_type": "fragment"} tags=["row-35"]
test_loss, test_accuracy = model.evaluate(Batches(test), verbose=0)
new = np.mean(np.concatenate(vocabulary.encode(test.texts)) == UNKNOWN)
print(f"test {test_accuracy:.1%} ± {np.sqrt(1 / len(test.texts)):.1%} (95 %), {new:.1%} of its words unknown")
print(f"validation {history['val_accuracy'][best]:.1%}: a gap has three sources: chance, choice, other words")

# %% slideshow={"slide_type": "subslide"}
asked = Batches(validation)
shown, p = asked.split, model.predict(asked, verbose=0)[:, 0]  # both in the order of the batches
right, bins = (p > 0.5) == shown.labels, (5 * p).astype(int)
for k in sorted(np.flatnonzero(~right), key=lambda k: -abs(p[k] - 0.5))[:3]:
    print(f"label {shown.labels[k]}, p = {p[k]:.3f}: {shown.texts[k].replace('<br />', ' ')[:250]} …\n")

quarters = np.array_split(np.argsort([len(row) for row in asked.rows]), 4)  # from short to long
lengths, by_length = [len(asked.rows[q[-1]]) for q in quarters], [right[q].mean() for q in quarters]
said, seen = ([x[bins == k].mean() for k in np.unique(bins)] for x in (p, shown.labels))
thresholds = np.linspace(0.05, 0.95, 19)
by_threshold = [np.mean((p > t) == shown.labels) for t in thresholds]

# %% slideshow={"slide_type": "subslide"}
fig, (left, middle, last) = plt.subplots(1, 3, figsize=(12, 4))
left.bar(range(4), by_length, tick_label=[f"to {length}" for length in lengths])
left.set(xlabel="words read, a quarter of all in each bar", ylabel="fraction right", ylim=(0, 1))
middle.plot([0, 1], [0, 1], color="black", linewidth=1)
middle.plot(said, seen, "o-")
middle.set(xlabel="probability, mean in a bin", ylabel="fraction positive")
last.plot(thresholds, by_threshold)
last.set(xlabel="threshold: positive if p is above", ylabel="fraction right")
words = "Left: right by length. Middle: fraction positive beside the probability, with the diagonal. Right: "
figures.show(fig, alt=f"{words}right at each threshold, {max(by_threshold):.2f} at the best.")
sure, gain = said[-1] - said[0] > seen[-1] - seen[0], max(by_threshold) - right.mean()
print(f"Right: {by_length[0]:.0%} of the shortest quarter, {by_length[-1]:.0%} of the longest.")
print(f"Where p is {said[-1]:.2f}, {seen[-1]:.0%} are positive; where it is {said[0]:.2f}, {seen[0]:.0%}.")
print(f"Here the network looks too {'sure of itself' if sure else 'careful'}.")
print(f"The best threshold brings {gain:+.1%} on the reviews that chose it; on new ones expect less.")

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) Left: length. Middle: calibration. On the diagonal, of all reviews with p = 0.8, 80 % are positive; a curve
# flatter than the diagonal is too sure of itself. Right: the threshold 0.5 is a choice. Whoever must not miss blame
# takes another one. Read the mistakes aloud: irony, retold plots, a verdict in the middle, wrong labels.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-35"]
# ## Load it, ask it
#
# A network is of no use without its vocabulary: the same word must get the same id. So both were saved after the training.
# Lesson 12 opens these two files and takes your network apart.
#
# - **To go on tomorrow**, run the first two code cells of this lesson, then the cell below, which begins with `TEXT`. It
#   loads the network; nothing is trained. (*Run All* would train again, and save over it.)
# - **To train something else tomorrow**, run all cells down to the one that defines `train`, and then your own cell.
#
# **Predict:** which probability will your own sentence get? Write it below, and run the cell.

# %% slideshow={"slide_type": "fragment"} tags=["row-35"]
TEXT = "I expected to hate it, but the acting is wonderful and I will watch it again."
loaded, its_words = keras.models.load_model(MINE / "model.keras"), load_vocabulary(MINE / "vocabulary.json")
answer = float(loaded.predict(pad(its_words.encode([TEXT])), verbose=0)[0, 0])
print(f"p = {answer:.3f}: {LABELS[int(answer > 0.5)]}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Let the room dictate sentences. Try the same one with "not". A network trained on the sample knows few words:
# look at how many of yours are unknown.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-25", "row-35"]
# ## Change one thing
#
# Each training adds a line to `my_network/runs.txt`, so the table also holds the runs of earlier days. All are compared
# on validation reviews.
#
# Copy the next cell. In its first line write `small(units=8)`, `small(dropout=0.0)` or `small(cell=layers.SimpleRNN)`. Or
# write `small()`, the LSTM, and below it `train(changed, "rate 0.01", learning_rate=0.01)`. Change one thing at a time:
# else you do not know what helped.
#
# For lesson 12 run `changed.save(MINE / "model.keras")` and `vocabulary.save(MINE / "vocabulary.json")`, both. It takes
# only LSTMs apart.
#
# **Predict:** a GRU of 32 units has fewer weights than the LSTM. Is it right more often, or less often?


# %% slideshow={"slide_type": "subslide"} tags=["row-25", "row-35"]
changed, n = small(cell=layers.GRU), len(validation.texts)
train(changed, "GRU, 32 units")
print(*(MINE / "runs.txt").read_text(encoding="utf-8").splitlines()[-10:], sep="\n")
print(f"Each accuracy is uncertain by ± {np.sqrt(1 / n):.1%} (95 %): there are {n:,} validation reviews.")

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Most single changes disappear in the noise, and so does most advice. Another seed moves the figure as much as
# another cell does. Lesson 13 compares two networks review by review, which needs fewer reviews.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-19", "row-21", "row-25"]
# ## The full run
#
# Set `CORPUS = "imdb"` and `LIMIT = None` above, and run all cells. This network reads in both directions; pooling keeps
# the greatest and the mean of each unit. Its word vectors begin with counted neighbours (lesson 10), those of
# reviews without labels too. It has no mask, so every backend can use cuDNN's fast kernel.
#
# - `BackupAndRestore`: run all cells again, and an interrupted run goes on after its last epoch. To begin afresh (you must
#   after a change of `full`, its rate or the texts), delete `my_network/full-…-backup`.
# - `ModelCheckpoint` keeps the weights of each epoch, `CSVLogger` its figures.
#
# **Predict:** is a GPU with cuDNN in use? Is this network better than the small one?


# %% slideshow={"slide_type": "subslide"} tags=["row-19", "row-21", "row-35"]
from lstm_teach.sentiment.vectors import word_vectors

unlabelled = corpus.unlabelled[:LIMIT]  # word vectors need no labels; only IMDB has such reviews
rows, features = vocabulary.encode([*training.texts, *unlabelled]), min(64, vocabulary.size - 1)
counted = word_vectors(rows, vocabulary.size, features, window=2, subsampling=1e-4)


def full(units=64):
    """A larger network: counted word vectors to begin with, both directions, pooled over all words."""
    keras.utils.set_random_seed(SEED)
    ids = keras.Input((None,), dtype="int32")  # (batch, time)
    x = layers.Embedding(vocabulary.size, features, weights=[counted])(ids)
    x = layers.Dropout(0.1, noise_shape=(None, None, 1))(x)  # leaves out words
    x = layers.SpatialDropout1D(0.2)(x)  # leaves out features
    h = layers.Bidirectional(layers.LSTM(units, return_sequences=True))(x)  # (batch, time, 2 units)
    pooled = layers.Concatenate()([layers.GlobalMaxPooling1D()(h), layers.GlobalAveragePooling1D()(h)])
    p = layers.Dense(1, activation="sigmoid")(layers.Dropout(0.3)(pooled))  # (batch, 1)
    return keras.Model(ids, p, name="full")


# %% slideshow={"slide_type": "subslide"} tags=["row-19", "row-35"]
published = [layers.Embedding(8185, 64), layers.Bidirectional(layers.LSTM(64)), layers.Dense(64)]
worked = keras.Sequential([keras.Input((None,)), *published, layers.Dense(1)])
print(f"{full().count_params():,} weights; the published model of lesson 07 has {worked.count_params():,}")
print(sentiment.describe_device(full()))

# %% slideshow={"slide_type": "subslide"} tags=["row-35"]
large, large_epochs = full(), 2 if many else 10 if few else 4
batches, watched = Batches(training, length=400, mix=0.1), Batches(validation, length=400)
steps = large_epochs * len(batches)  # the learning rate rises in a twentieth of them, then falls
rate = keras.optimizers.schedules.CosineDecay(0.0, steps, warmup_target=4e-3, warmup_steps=steps // 20)
large.compile(keras.optimizers.Adam(rate, clipnorm=1.0), loss="binary_crossentropy", metrics=["accuracy"])
run = f"{MINE}/full-{corpus.name}-{len(batches.rows)}"  # so begin the names of its files
keep = keras.callbacks.ModelCheckpoint(run + "-{epoch}.weights.h5", save_weights_only=True)
logger = keras.callbacks.CSVLogger(f"{run}.csv", append=Path(f"{run}-backup").exists())
resume = keras.callbacks.BackupAndRestore(f"{run}-backup")  # an interrupted run goes on
print(f"About {0.1 + large_epochs * sum(map(len, batches.rows)) / 4e6:.1f} minutes on two cores.")
how = {"callbacks": [keep, logger, resume, teller], "verbose": 1 if many else 0}
began = time.time()
trained = large.fit(batches, validation_data=watched, epochs=large_epochs, **how)
seconds = (time.time() - began) / max(len(trained.epoch), 1)  # of one epoch
logged = np.genfromtxt(f"{run}.csv", delimiter=",", names=True, ndmin=1)

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) The device line names the reason if cuDNN's kernel cannot be used. To show `BackupAndRestore`, stop the kernel
# in the middle and run all cells again.

# %% slideshow={"slide_type": "subslide"} tags=["row-25", "row-35"]
by_epoch = {name: logged[name].tolist() for name in logged.dtype.names}
large.load_weights(f"{run}-{np.argmin(by_epoch['val_loss']) + 1}.weights.h5")
asked = Batches(test, length=400)  # the test reviews, once
parts, large_p = (training, validation, unlabelled, asked.split), large.predict(asked, verbose=0)[:, 0]
path = sentiment.record_by_hand("full-network", large, corpus, parts, by_epoch, large_p, seconds, LIMIT, SEED)

records = [r for r in sentiment.read_records() if (r["corpus"], r["limit"]) == (corpus.name, LIMIT)]
tested = {
    name: [100 * r["test_accuracy"] for r in runs]
    for name, runs in sentiment.named(r for r in records if r["test_accuracy"]).items()
    if "yours" in name or not runs[0]["changed"]  # of your own runs all, of the shipped ones the recipes
}
tested = dict(sorted(tested.items(), key=lambda row: -max(row[1])))
fig, axes = figures.dots(tested, "right on the test reviews, in %", ["yours" in name for name in tested])
figures.show(fig, alt="; ".join(f"{name}: {max(right):.1f} %" for name, right in tested.items()))
print(f"{path.name}: {np.mean((large_p > 0.5) == asked.split.labels):.1%} right on the test reviews")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) A square is a run of your own, also one with changed settings; a circle one that ships with the course, if the
# corpus and the limit are the same. Each run gets a name of its own, so nothing is overwritten. Lesson 13 shows the
# records of all networks, and how such figures mislead.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## You saw
#
# - every step from texts to a trained network stood on the page: split, vocabulary, ids, layers, `compile`, `fit`,
# - where your network was wrong, how sure it was there, and whether its probabilities came true,
# - what one change brought, beside what chance brings, and the same for a larger network.

# %% slideshow={"slide_type": "subslide"}
quiz("11")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Your turn
#
# 1. `cross_entropy`: the loss itself. From `probability` (texts,) and `label` (texts,) to the mean over the texts. A
#    text with label 1 costs $-\ln p$, a text with label 0 costs $-\ln(1 - p)$.
# 2. `stop_early`: what `EarlyStopping` does. From `val_loss` (epochs,) and `patience` to two whole numbers: how many
#    epochs are trained, and which epoch is kept, counted from 1. Training ends after `patience` epochs in a row without
#    a new lowest loss, or after the last epoch.
# 3. `pair_loss`: what the last layer needs. `task` is "yes or no", "one class, as its number", "one class, one-hot" or
#    "an amount, by squared error".


# %% slideshow={"slide_type": "subslide"} tags=["exercise"]
def cross_entropy(probability, label):
    """One number, the mean over the texts."""
    return ...


check("cross_entropy", cross_entropy)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def cross_entropy(probability, label):
    """One number, the mean over the texts."""
    return -np.mean(np.log(np.where(label == 1, probability, 1 - probability)))


check("cross_entropy", cross_entropy)


# %% slideshow={"slide_type": "subslide"} tags=["exercise"]
def stop_early(val_loss, patience):
    """The number of epochs trained, and the epoch kept."""
    return ...


check("stop_early", stop_early)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def stop_early(val_loss, patience):
    best = [int(np.argmin(val_loss[:n])) + 1 for n in range(1, len(val_loss) + 1)]  # after each epoch
    return next(((n, k) for n, k in enumerate(best, start=1) if n - k == patience), (len(best), best[-1]))


check("stop_early", stop_early)


# %% slideshow={"slide_type": "subslide"} tags=["exercise"]
def pair(task):
    """The name of the last layer's activation, and the name of the loss."""
    return ...


check("pair_loss", pair)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def pair(task):
    """The name of the last layer's activation, and the name of the loss."""
    return {
        "yes or no": ("sigmoid", "binary_crossentropy"),
        "one class, as its number": ("softmax", "sparse_categorical_crossentropy"),
        "one class, one-hot": ("softmax", "categorical_crossentropy"),
        "an amount, by squared error": ("linear", "mean_squared_error"),
    }[task]


check("pair_loss", pair)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Further reading
#
# - Maas and others, 2011, Learning word vectors for sentiment analysis, ACL: IMDB's reviews.
# - Kingma and Ba, 2015, [Adam: a method for stochastic optimization](https://arxiv.org/abs/1412.6980).
# - Guo and others, 2017, [On calibration of modern neural networks](https://arxiv.org/abs/1706.04599).
# - Keras' guide, [Training and evaluation with the built-in methods](https://keras.io/guides/training_with_built_in_methods/).
#
# One more exercise, if you like: this network never learns, for two reasons. Correct both, and
# `check("find_the_bug", repaired)`.
#
# ```python
# def repaired(units):
#     ids = [keras.Input((None,), dtype="int32"), layers.Embedding(50, 4, mask_zero=True)]
#     model = keras.Sequential([*ids, layers.LSTM(units), layers.Dense(1)])
#     model.compile(keras.optimizers.Adam(1.0), loss="binary_crossentropy")
#     return model
# ```
#
# Next: [12 Look inside a trained LSTM](12_inside_a_trained_lstm.ipynb)
