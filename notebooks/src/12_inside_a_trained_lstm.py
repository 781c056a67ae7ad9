# %% [markdown] slideshow={"slide_type": "slide"}
# # Look inside a trained LSTM
#
# A small LSTM was trained to tell praise from blame in film reviews. You can watch every gate in it, hold it, and
# measure what is lost.
#
# **You will see** (25 minutes, no GPU needed)
#
# - which words move the verdict, and what the gates do at them,
# - what accuracy is left when a gate is held, and what one unit knows alone,
# - why a good score proves neither a memory for order nor an understanding of "not".

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 25 minutes. Until now we clamped gates of cells that we had made ourselves. Today the weights were
# learned from 20,000 reviews, and nobody told the gates what to do. Ask for bets, and write them on the board.

# %% slideshow={"slide_type": "skip"}
import json

import numpy as np

from lstm_teach import data_dir, reader, reviews
from lstm_teach.cells import lstm_forward
from lstm_teach.exercises import check
from lstm_teach.gradients import gradient_reach
from lstm_teach.labs import reader_lab
from lstm_teach.plotting import Axis, Bars, Level, Line, Note, chart
from lstm_teach.quizzes import quiz

SEED = 0
rng = np.random.default_rng(SEED)
record = json.loads((data_dir() / "gates" / "reader.json").read_text(encoding="utf-8"))
r = reader.load()
on_imdb = {row["condition"]: 100 * row["accuracy"] for row in record["conditions"]}  # in %

if reviews.imdb_at_hand():  # real reviews; only numbers of them are shown below
    shown = reviews.load("imdb").test.take(np.sort(rng.permutation(25_000)[:400]))
else:
    shown = reviews.load().longer
texts, labels = shown.texts, shown.labels


def accuracy(clamp=None, texts=texts):
    """In %, of the reviews at hand."""
    return 100 * float(np.mean((r.read_many(texts, clamp) > 0.5) == labels))


print("seed", SEED, "·", len(texts), "reviews of", "IMDB" if reviews.imdb_at_hand() else "the course")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Open the reader
#
# The reader has one LSTM of 32 units. It reads from the first word to the last. Nothing is pooled: after each word
# the answer comes from h alone,
#
# $$p_t = \sigma(h_t w + b)$$
#
# So whatever it still knows of earlier words has come through the state.

# %% slideshow={"slide_type": "fragment"}
TEXT = "The story is slow and the jokes are old, but the acting is excellent and I will definitely watch it again."
reading = r.read(TEXT)
print("after the last word:", reading.probability[-1].round(2), "· gates f:", reading.f.shape)
print(f"right on IMDB's 25,000 test reviews: {on_imdb['as trained']:.0f} %")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Recall lesson 00, where this reader answered. Probability near 1: positive. Ask: where can the word
# "excellent" still be, seven words later? Only in h and c; there is no attention and no pooling here.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-1"]
# ## Leave a word out
#
# **Predict:** which two words, left out, cost this review most? Is "the" one of them?
#
# 1. Move **Word** along the sentence; that word is left out.
# 2. Find the word that matters most, and one that hardly matters.
# 3. Type a review of your own, and look for its key words.

# %% [markdown] slideshow={"slide_type": "skip"}
# ![The reader lab: a sentence coloured word by word, the word "excellent" struck through, and the probability of
# positive with and without it](images/reader_lab--without-a-word.svg)

# %% slideshow={"slide_type": "subslide"}
reader_lab("without a word")

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) Let the room choose the words. The colour is the *change* of the probability at a word, not its
# importance: "slow" is blue, and without it the verdict rises. Then take a review from the room.

# %% slideshow={"slide_type": "subslide"} tags=["row-1"]
words = r.vocabulary.tokens(TEXT)
verdict = reading.probability[-1]
lost = verdict - r.read_many([" ".join(words[:k] + words[k + 1 :]) for k in range(len(words))])
_ = [print(f"without {words[k]:>10}: {verdict - lost[k]:.2f}") for k in np.argsort(-lost)[[0, 1, 2, -2, -1]]]
chart(
    [Bars(np.arange(len(words)), lost, "h")]
    + [Note(k, -0.075 - 0.025 * (k % 2), word, "middle") for k, word in enumerate(words)],
    Axis("the word that is left out", -0.6, len(words) - 0.4, ticks={}),
    Axis("probability lost without it", -0.11, 0.22),
    alt="Bars, one a word: excellent and definitely cost most, the function words almost nothing.",
    title="What the verdict loses without each word",
    width=900,
    height=280,
)

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Two key words carry the verdict, and function words hardly move it: that is what "keep the key words, let
# the rest go" means here, measured. Where a bar is below zero the review sounds better without the word: "slow" is
# blame, and "acting" sounds like it to this reader.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-29"]
# ## What the gates do
#
# **Predict:** over all words of many reviews, where do the values of the forget gate lie? Near 0 and 1, like a
# switch, or in between?
#
# Every word gives 32 values for each gate, one a unit. Here they all are.

# %% slideshow={"slide_type": "fragment"} tags=["row-29"]
batches = list(r.traces(r.vocabulary.encode(texts)))


def every(gate):
    """All values of a gate, (words of all reviews, units), padding left out."""
    return np.concatenate(
        [getattr(b.trace, gate)[k, : last + 1] for b in batches for k, last in enumerate(b.last)]
    )


values = {gate: every(gate) for gate in "fio"}
share = {gate: np.histogram(v, 50, (0, 1))[0] / v.size for gate, v in values.items()}
for gate, v in values.items():
    print(f"{gate}: mean {v.mean():.2f}, from {v.min():.2f} to {v.max():.2f}")
chart(
    [Line(np.arange(0.01, 1, 0.02), share[gate], gate, gate) for gate in "fio"],
    Axis("value of the gate", 0, 1),
    Axis("share of all words and units", 0, max(s.max() for s in share.values())),
    alt="Three humps: input and output gates around one half, the forget gate around three quarters.",
    width=760,
    height=230,
)

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Most of the room expects switches. They are dimmers: nearly all values lie in the middle. A gate of 0 or 1
# is what we set by hand in lessons 03 to 05; this reader hardly ever comes near either.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## A memory that says itself again
#
# **Predict:** f keeps about three quarters at every word. How much of the state of word 1 is then left at
# word 152 of a longer review: a half, a hundredth, a millionth, or less?
#
# And does a nudge of that first state still move the last one?

# %% slideshow={"slide_type": "fragment"}
ids = r.vocabulary.encode([reviews.fixed_review().text])[0]
trace = lstm_forward(r.embedding[ids][None], r.p)
kept = np.cumprod(trace.f[0, :0:-1], axis=0).max(axis=1)  # by f alone, in the unit that keeps most
reach = gradient_reach(trace, r.p)[0, -2::-1]
back = np.arange(1, len(ids))
print(f"over {back[-1]} words: kept by f {kept[-1]:.0e}, reach of the state {reach[-1]:.1f}")
chart(
    [Line(back, kept, "f", "product of f, best unit"), Line(back, reach, "LSTM", "reach of h and c")],
    Axis("words back from the end", 0, back[-1], whole=True),
    Axis("what is left", 1e-17, 100, "log"),
    alt="The product of forget gates falls slowly, then steadily, far below a millionth; the reach stays above 1.",
    width=760,
    height=230,
)

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Lesson 06 showed the highway: c survives where f is near 1. This reader found another way. What f lets
# fade is written again at each word, since the candidate reads h: the state is a loop that keeps itself going.
# The reach is the largest effect that any small nudge can have (lesson 02); it does not say which words are kept.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-29"]
# ## Hold a gate
#
# **Predict:** on IMDB's 25,000 test reviews the reader is right in 88 %. With the forget gate closed: 88, 80, 60
# or 50 %? With one gate held at its own *mean*, so that it no longer looks at the words? With all three?
#
# 1. Set one gate to *open*, *closed*, *at its mean*, and back to *learned* before you take the next.
# 2. Read the line above the pictures: it holds two scores, on the course's 64 reviews and on IMDB's.
# 3. Choose the preset "gates that do not look".

# %% [markdown] slideshow={"slide_type": "skip"}
# ![The reader lab with the forget gate closed: the probability jumps at each key word and falls back at once, and
# the verdict sinks from 0.92 to 0.55](images/reader_lab--forget-gate-closed.svg)

# %% slideshow={"slide_type": "subslide"}
reader_lab("forget gate closed")

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) Closed: each word counts at its own place and is gone. Open: old words pile up. One at its mean: hardly a
# change; all three: several points. Ask why a closed input or output gate must give exactly 50 %: the reader then says
# the same of all.

# %% slideshow={"slide_type": "subslide"} tags=["row-29"]
NAMES = {"f": "forget gate f", "i": "input gate i", "o": "output gate o"}
ENDS = ("closed", "open", "at its mean")
right = {gate: np.array([on_imdb[f"{name} {end}"] for end in ENDS]) for gate, name in NAMES.items()}
for gate in "fio":
    print(f"{NAMES[gate]}:", ", ".join(f"{end} {x:.1f} %" for end, x in zip(ENDS, right[gate], strict=True)))
marks = [Bars(4 * k + np.arange(3), right[gate], gate, NAMES[gate]) for k, gate in enumerate("fio")]
chart(
    [*marks, Level(on_imdb["as trained"], "as trained"), Level(50)],
    Axis("held", -0.6, 10.6, ticks={4 * k + j: ENDS[j] for k in range(3) for j in range(3)}),
    Axis("right, in %", 0, 100),
    alt="Accuracy on IMDB's test reviews: closed or open, every gate costs much; at its mean, hardly anything.",
    title="IMDB's test reviews, with one gate held",
    width=860,
    height=280,
)

# %% slideshow={"slide_type": "fragment"}
held = {f"{gate} = {at}": accuracy({gate: float(at)}) for gate in "fio" for at in (0, 1)}
print(f"as trained, {len(texts)} reviews: {accuracy():.0f} %, give or take {50 / np.sqrt(len(texts)):.0f}")
print(", ".join(f"{what}: {score:.0f} %" for what, score in held.items()))

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) The live scores are of the reviews at hand: 400 of IMDB, or the course's 64, which are shorter, kinder to a
# closed forget gate and harder on open gates. The record is the one to quote. What a gate lets pass on average matters;
# that one of them looks at each word matters little, for this one reader; that none of them looks costs seven points.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-29"]
# ## One unit alone
#
# The best of the 32 units was picked on validation reviews. All 32 are at work, but only this one is asked: **is its h
# above a threshold?** That single question is the whole classifier.
#
# **Predict:** how much of the 88 % is left? And what if this unit is silenced, or all others are?

# %% slideshow={"slide_type": "fragment"} tags=["row-29"]
best = record["best_unit"]["h"]
unit, n = best["unit"], r.p.n
alone = np.where(np.arange(n) == unit, np.nan, 0.0)  # NaN stays computed
silent = np.where(np.arange(n) == unit, 0.0, np.nan)
print(f"all at work, only unit {unit} asked, IMDB's test reviews: {100 * best['test_accuracy']:.1f} %")
print(f"at hand: trained {accuracy():.0f}, unit {unit} silenced {accuracy({'o': silent}):.0f}, ", end="")
print(f"all others silenced {accuracy({'o': alone}):.0f} %")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) One unit says as much as all 32 together, and yet the reader hardly needs it: the others know the same. Nor does
# it do it alone: silence the others, so that no gate hears them, and much is lost. What can be read off a unit, what is
# needed and what is enough are three questions.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-29"]
# ## Shuffle every word
#
# "It reads in order, it has a memory, and it is right in 88 %. So it must use the order."
#
# **Predict:** the words of each review are put into a random order. What is left: 50, 70 or 88 %?

# %% slideshow={"slide_type": "fragment"} tags=["row-29"]
shuffled = [" ".join(rng.permutation(r.vocabulary.tokens(text))) for text in texts]
print(f"at hand: {accuracy():.1f} % in order, {accuracy(texts=shuffled):.1f} % shuffled")
print(f"IMDB's 25,000: {on_imdb['as trained']:.1f} % in order, {on_imdb['words shuffled']:.1f} % shuffled")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ## Word by word
#
# Which words alone give it away? Let the reader read texts of *one* word, some 20,000 of them, from an empty
# state. Then add up what the words of a review said alone: no order, and no memory at all.


# %% slideshow={"slide_type": "fragment"}
def log_odds(p):
    return np.log(p / (1 - p))


before = r.probability(np.zeros(n, r.p.dtype))  # before any word
known = r.vocabulary.words[2:]  # the first two ids are padding and unknown
says = dict(zip(known, log_odds(r.read_many(known)) - log_odds(before), strict=True))
total = np.array([sum(says.get(word, 0.0) for word in r.vocabulary.tokens(text)) for text in texts])
by_words = 100 * np.mean((total > 0) == labels)
print("most telling:", ", ".join(sorted(says, key=says.get)[:5] + sorted(says, key=says.get)[-5:]))
print(f"sum of single words: {by_words:.1f} % right; the reader, in order: {accuracy():.1f} %")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) As good, or nearly, without any memory. Names of actors and film characters are among the telling words.
# "Accuracy proves memory" is refuted: this task can be answered by adding up words. What does show memory is the
# closed forget gate. Lesson 11 has the record of a model without any network at all.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Where it fails
#
# If it adds up words, then it should stumble where a word means its opposite.
#
# **Predict:** is "The film is not bad." positive or negative for the reader? More so than "The film is bad."?

# %% slideshow={"slide_type": "fragment"}
pairs = ["The film is bad.", "The film is not bad.", "The film is good.", "The film is not good."]
pairs += ["There is a dull moment in it.", "There is not a dull moment in it."]
denied = {text: r.read(text).probability[-1] for text in pairs}
_ = [print(f"{p:.2f}  {text}") for text, p in denied.items()]
kinds = {row["kind"]: 100 * row["accuracy"] for row in record["own_reviews"]["kinds"]}
print("right, by kind:", ", ".join(f"{kind} {score:.0f} %" for kind, score in kinds.items()))

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) The last line is the record of the course's own reviews by kind (early, late: where the cue stands; contrast:
# two cues, the last counts): with a denied cue it is right less often than a coin. It knows words better than
# sentences, and its score on IMDB does not tell. Ask for a sentence that fools it.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## You saw
#
# - which words moved the verdict, and what the gates did at them: dimmers, not switches,
# - what accuracy was left when a gate was held, and that one unit alone showed as much as all,
# - why a good score proved neither a memory for order nor an understanding of "not".

# %% slideshow={"slide_type": "subslide"}
quiz("12")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Your turn
#
# Each check tries your function on fresh random examples. Later, use them on the reader: `r.p` is an `LSTMParams`,
# `r.embedding[ids][None]` a batch of one review, and `r.read(text).c[-1]` its last cell state.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 1: what each word brings
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
# ### Exercise 2: forget from here on
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
    step = np.arange(xs.shape[1])[:, None]  # (time, 1)
    return lstm_forward(xs, p, clamp={"f": np.where(step < start, np.nan, 0.0)}).h


check("close_from", close_from)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 3: find the telling unit
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
