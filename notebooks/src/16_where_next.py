# %% [markdown] slideshow={"slide_type": "slide"}
# # Look back, and go on from here
#
# The course in six pictures, what makes an LSTM better, and four ideas that came after it, each small enough to try in
# a few lines.
#
# **You will see** (29 minutes as a talk, about 50 for study with the exercises, no GPU needed)
#
# - the questions that people ask about LSTMs, each as the picture that answers it,
# - what each improvement was worth: to the text it reads, to its training, to its cell,
# - what newer cells gain by not looking at their state, what they lose, and what attention keeps.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 29 minutes. The last lesson looks back for ten minutes and forward for fifteen. Ask each student for the
# one thing they would show a friend from this course.

# %% slideshow={"slide_type": "skip"}
import json
import time
import timeit
from functools import partial

import numpy as np
from matplotlib import pyplot as plt

from lstm_teach import data_dir, figures, sentiment
from lstm_teach.cells import GRUParams, LSTMParams, RNNParams, gru_forward, lstm_forward, run_cell
from lstm_teach.counting import count_lstm
from lstm_teach.exercises import check
from lstm_teach.fitting import adam_start, adam_step, cross_entropy, softmax
from lstm_teach.gradients import gradient_reach
from lstm_teach.quizzes import quiz

SEED = 0
rng = np.random.default_rng(SEED)
print("seed", SEED)
figures.use_style()
record = json.loads((data_dir() / "successors.json").read_text(encoding="utf-8"))  # one entry per seed


def draw_words(axes, texts):
    """Words with their ids, filled up to a rectangle."""
    ids = {word: k for k, word in enumerate(dict.fromkeys(" ".join(texts).split()), start=2)}
    for row, text in enumerate(texts):
        for column, word in enumerate((text.split() + ["–"] * 6)[:6]):
            known = word in ids
            box = {"facecolor": figures.colour(0), "alpha": 0.2 if known else 0.0, "edgecolor": "none"}
            axes.text(column, -row, f"{word}\n{ids.get(word, 0)}", ha="center", va="center", bbox=box)
    axes.set(xlim=(-0.6, 5.6), ylim=(-2.5, 0.5))
    axes.axis("off")


def draw_legend(axes, kinds, place):
    """What the colours and shapes of `figures.dots` mean."""
    for k, kind in enumerate(kinds):
        axes.plot([], [], figures.MARKERS[k], color=figures.colour(k), label=kind)
    axes.legend(loc=place)


# %% slideshow={"slide_type": "skip"}
def draw_record(task, xlabel, part=None, times=100):
    """One row for each cell that is on record for a task, one dot per seed; the LSTM is black."""
    kinds = [name for name in record if name.startswith(f"{task}, ")]
    rows = {
        name.removeprefix(f"{task}, "): [times * (found[part] if part else found) for found in record[name]]
        for name in kinds
    }
    looks = [6 if name == "LSTM" else k for k, name in enumerate(rows)]
    fig, axes = figures.dots(rows, xlabel, looks, 1 + 0.5 * len(rows))
    axes.set_xlim(0, 105 if times == 100 else None)
    means = [f"{name} {np.mean(found):.0f}" for name, found in rows.items()]
    figures.show(fig, alt=f"{xlabel}, on average: {'; '.join(means)}")


def draw_counting(cells, alt):
    """One unit over 20 a and 20 b, and how far each seed counts."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4), width_ratios=(3, 2))
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    for k, cell in enumerate(cells):
        unit = np.array(record[f"counting, {cell}"][0]["unit"])
        unit = unit * np.sign(unit[19] - unit[0])  # some count downwards
        left.plot(np.arange(1, 41), unit, **figures.line(cell, label=f"{cell}, one unit of {'ch'[k]}"))
        reached = [found["right to"] for found in record[f"counting, {cell}"]]
        right.plot(reached, [k] * 3, figures.MARKERS[k], color=figures.colour(cell), clip_on=False)
        named = f"{cell}: {', '.join(map(str, sorted(reached)))}"
        right.annotate(named, (max(reached), k), (12, -5), textcoords="offset points", bbox=ground)
    right.axvline(30, color="black", linewidth=1)
    right.text(30, -0.72, "longest in training", ha="center", va="bottom")
    left.set(xlabel="step of 20 a and 20 b", ylabel="state")
    right.set(xlabel="right up to n", xlim=(0, 75), ylim=(1.5, -0.7), yticks=[])
    left.legend()
    figures.show(fig, alt=alt)


def best_tested():
    """The test error of each kind, of the run that was best on validation reviews, in %."""
    tested = [r for r in sentiment.read_records() if r["split"] == "film" and r["test_accuracy"]]
    kinds = dict.fromkeys(("bag_of_words", "trigrams"), "no network") | {"mixture": "both together"}
    best = {kinds.get(r["recipe"], "a network"): r for r in sorted(tested, key=lambda r: r["val_accuracy"])}
    return {f"{kind}: {r['recipe']}": [100 * (1 - r["test_accuracy"])] for kind, r in best.items()}


# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-26"]
# ## Six questions
#
# 1. What is an LSTM for?
# 2. What are its parts, and which gate does what?
# 3. How many weights does it have?
# 4. How does a GRU differ?
# 5. How does text get into it?
# 6. What is its drawback?
#
# **Predict:** the six pictures that follow have no titles. Which picture answers which question?

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) Give the room two minutes with the pictures, in pairs, before the answers. "Forget keeps" is the one to insist
# on in B.

# %% slideshow={"slide_type": "subslide"} tags=["row-26"]
fig, ((a, b, c), (d, e, f)) = plt.subplots(2, 3, figsize=(12, 6))
draw_words(a, ["a dull film", "I have to see it twice", "not bad at all"])
step = np.arange(30)
held = {"i": step == 4, "f": 1.0, "o": step >= 20, "c_tilde": 0.8}
held = {gate: np.broadcast_to(value, 30).astype(float)[None, :, None] for gate, value in held.items()}
trace = lstm_forward(np.zeros((1, 30, 1)), LSTMParams.random(1, 1, rng), clamp=held)
for name in ("c", "h"):
    b.plot(step, getattr(trace, name)[0, :, 0], **figures.line(name))
b.set(xlabel="step", ylabel="state")
run = next(r for r in sentiment.read_records() if r["recipe"] == "bilstm_subword")
for k, (part, name) in enumerate({"loss": "seen", "val_loss": "new reviews"}.items()):
    c.plot(np.arange(1, 11), run["history"][part], **figures.line(k, label=name))
c.set(xlabel="epoch", ylabel="loss")
xs = rng.standard_normal((1, 50, 4))
for name, p in {
    "RNN": RNNParams.random(4, 16, rng),
    "LSTM": LSTMParams.random(4, 16, rng, forget_bias=4.0),
}.items():
    d.semilogy(np.arange(50), gradient_reach(run_cell(xs, p), p)[0], **figures.line(name))
d.set(xlabel="step", ylabel="reach")
units = np.arange(1, 129)
e.plot(units, [count_lstm(64, int(n)) for n in units], color="black")
for n in (64, 128):
    e.plot(n, count_lstm(64, n), "o", color="black")
    e.annotate(f"{count_lstm(64, n):,}", (n, count_lstm(64, n)), (-62, -4), textcoords="offset points")
e.set(xlabel="units, 64 features", ylabel="numbers to learn")
adds = lstm_forward(xs, LSTMParams.random(4, 1, rng), clamp={"i": 1.0, "f": 1.0, "c_tilde": 0.762}).c
stays = gru_forward(xs, GRUParams.random(4, 1, rng), clamp={"z": 0.8, "h_tilde": 0.762}).h
f.plot(adds[0, :20], **figures.line("LSTM", label="LSTM, c"))
f.plot(stays[0, :20], **figures.line("GRU", label="GRU, h"))
f.set(xlabel="step", ylabel="state, fed 0.762")
for letter, axes in zip("ABCDEF", fig.axes, strict=True):
    axes.set_title(letter)
    _ = axes.legend() if axes.get_legend_handles_labels()[0] else None
figures.show(
    fig,
    alt="Six pictures, a padded table of words, a state over its steps, two losses, two reaches, "
    "a curve of weights, a sum beside a mean",
)

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Go through the letters. Then let students pick the question whose answer they believe least, and open that
# lesson.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-26"]
# ## Elman, Jordan, LSTM
#
# - **A** How text gets in: ids, filled up to a rectangle ([10](10_words_padding_masks.ipynb)).
# - **B** The parts: a memory c; the input gate writes, forget *keeps*, output shows h
#   ([03](03_forget_gate.ipynb) to [06](06_lstm_cell.ipynb)).
# - **C** A drawback: it learns by heart ([11](11_train_on_reviews.ipynb)). Another, below: it is slow.
# - **D** What it is for: something early matters late ([02](02_vanishing_gradient.ipynb)).
# - **E** 4(nm + n² + n) weights ([07](07_counting_parameters.ipynb)). **F** A GRU replaces, and never adds up
#   ([08](08_gru.ipynb)).
#
# What comes back at the next step? In **Jordan**'s network (1986) the *output*; in **Elman**'s (1990), Keras'
# SimpleRNN, the state h; in an **LSTM** h and c.
#
# **Predict:** two texts differ in their first word, yet give the same output after it. Then they go on alike. Which
# network can still tell them apart?

# %% slideshow={"slide_type": "subslide"} tags=["row-26"]
W, U, V = (rng.standard_normal(shape) / 2 for shape in ((2, 4), (4, 4), (1, 4)))
W[:, 0] = 0.5  # unit 0 is the output, and both first words give the same
first = np.tanh(np.eye(2) @ W)  # (2 texts, 4 units), from an empty state
texts = np.eye(2)[np.c_[[0, 1], np.zeros((2, 20), int)]]  # the first word, then 20 times the same one
states = {"Elman": [first], "Jordan": [first]}
for _ in range(20):
    states["Elman"].append(np.tanh(W[0] + states["Elman"][-1] @ U))
    states["Jordan"].append(np.tanh(W[0] + states["Jordan"][-1][:, :1] @ V))
states["LSTM"] = lstm_forward(texts, LSTMParams.random(2, 4, rng, forget_bias=4.0)).c.swapaxes(0, 1)
apart = {name: np.abs(np.diff(state, axis=1)).max(axis=(1, 2)) for name, state in states.items()}
fig, axes = plt.subplots(figsize=(12, 4.6))
for name, look in {"Elman": "RNN", "Jordan": 0, "LSTM": "LSTM"}.items():
    axes.plot(apart[name], **figures.line(look, label=name))
axes.set(xlabel="steps after the first word", ylabel="the two states differ by", xticks=range(0, 21, 5))
axes.set(xlim=(0, 20), ylim=(-0.02, None))
axes.legend()
ends = "; ".join(f"{name} {line[0]:.2f} at first and {line[-1]:.2f} at last" for name, line in apart.items())
figures.show(fig, alt=f"The two states differ by: {ends}.")

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Ask first for Jordan: what does it have left of the first word? Random weights; the LSTM has a forget bias of 4.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-26"]
# ## Where LSTMs were used, and where others took over
#
# Jordan's network remembers what it has *said*, not what it has seen: the difference is gone at once. Elman's keeps
# it until it fades, as in lesson 02. The LSTM keeps it in c.
#
# - **Images**: handwriting (Graves and others, 2009), captions (Vinyals and others, 2015).
# - **Sound**: speech (Graves and others, 2013).
# - **Text**: translation (Wu and others, 2016), language models, sentiment.
#
# Since about 2018 Transformers took over most of it. Still at home: small devices, streams that must be answered step by
# step, short time series, little data.
#
# **Predict:** which came first, the GRU, attention, or the forget gate?

# %% slideshow={"slide_type": "subslide"} tags=["row-26"]
events = [
    (1986, 0, "Jordan's network"),
    (1990, 0, "Elman's network"),
    (1997, 0, "LSTM"),
    (2000, 0, "the forget gate"),
    (2009, 1, "LSTMs read handwriting"),
    (2013, 1, "LSTMs hear speech"),
    (2014, 0, "GRU"),
    (2014, 2, "attention, beside an RNN"),
    (2015, 1, "LSTMs caption images"),
    (2016, 1, "LSTMs translate"),
    (2017, 2, "Transformer: attention alone"),
    (2021, 2, "S4"),
    (2023, 2, "Mamba"),
    (2024, 2, "xLSTM, minLSTM"),
]
rows = {f"{name}, {year}": [year] for year, _, name in events}
fig, axes = figures.dots(rows, "year", [kind for _, kind, _ in events], height=6)
draw_legend(axes, ("a cell", "LSTMs at work", "what came after"), "lower left")
words = "A staircase of years: cells from 1986 to 2014, LSTMs at work from 2009 to 2016, what came after from 2014."
figures.show(fig, alt=words)

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) "Took over" means: most new work and most
# products that are described in public. An LSTM that runs well in a factory need not be replaced.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-25"]
# ## What makes it better?
#
# The forget gate came three years after the LSTM; GRU and attention appeared in the same year.
#
# Optimizer, decay of the learning rate, dropout, weight decay (L2), layers, units, epochs: each row of the picture is one
# choice against another, measured on validation reviews of IMDB. They are of three kinds: what the network **reads**, how
# it is **trained**, and its **size and form**.
#
# **Predict:** which kind brings most? And do two layers beat one?

# %% slideshow={"slide_type": "subslide"} tags=["row-25"]
folders = data_dir() / "ideas", data_dir() / "ablations", None  # None: full runs, the course's and yours
runs = [run for folder in folders for run in sentiment.read_records(folder)]
small, older = {"length": 200, "units": 32}, {"length": 80, "units": 32}


def right(recipe, changed, split):
    """The validation accuracy of each seed, in %."""
    alike = [r for r in runs if (r["recipe"], r["changed"], r["split"]) == (recipe, changed, split)]
    return {r["seed"]: 100 * r["val_accuracy"] for r in alike}


def points(recipe, one, other):
    """By how many points the `one` beats the `other`, a number per seed; by whole films, where that was run."""
    by_film = right(recipe, one, "film") and right(recipe, other, "film")
    first, second = (right(recipe, changed, "film" if by_film else "random") for changed in (one, other))
    return [first[seed] - second[seed] for seed in first.keys() & second.keys()]


choices = {
    "the last 200 words, not 80": (0, "course", small, small | {"length": 80}),
    "unlabelled reviews read first": (0, "course_pretrained", {}, {"language_model": None}),
    "word vectors learned first": (0, "course", small, small | {"vectors": None}),
    "Adam, not Adadelta": (1, "course", small, small | {"optimizer": "adadelta", "learning_rate": 1.0}),
    "a rate that decays": (1, "course", small, small | {"schedule": "constant", "learning_rate": 1e-3}),
    "cross-entropy, not squared error": (1, "course", small, small | {"loss": "mean_squared_error"}),
    "weight decay 0.01": (1, "course", older | {"weight_decay": 0.01}, older),
    "dropout 0.5": (1, "course", small | {"dropout": 0.5}, small),
    "4 epochs, not 2": (1, "course", older | {"epochs": 4}, older),
    "an LSTM, not a plain RNN": (2, "two_lstm_words", {}, {"cell": "simple_rnn"}),
    "an LSTM, not a GRU": (2, "two_lstm_words", {}, {"cell": "gru"}),
    "max and mean of h, not the last h": (2, "course", small, small | {"pooling": "last"}),
    "two layers, not one": (2, "course", small | {"depth": 2}, small),
    "64 units, not 32": (2, "course", {"length": 200}, small),
}
worth = {name: points(*change) for name, (_, *change) in choices.items()}
error = 100 * np.sqrt(2 * 0.87 * 0.13 / 2500)  # of the difference of two accuracies near 87 %, 2,500 reviews
fig, axes = figures.dots(worth, "points of accuracy", [kind for kind, *_ in choices.values()], height=5.6)
axes.axvspan(-error, error, color="black", alpha=0.1)
draw_legend(axes, ("what it reads", "how it is trained", "its size and form"), "center right")
figures.show(fig, alt="; ".join(f"{name}: {np.mean(found):+.1f}" for name, found in worth.items()))

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Dots inside the grey band, one standard error, or just outside it may be chance. One dot is one seed, and whole
# films were held back. Rows with one dot are older: validation reviews drawn at random. The results page has all rows.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-17"]
# ## Count: aⁿbⁿ
#
# What is read and how it is trained bring most: 200 words for 80 bring 3 points, Adam for Adadelta nearly 4. An LSTM beats a
# plain RNN by 1 point, and a GRU by none. Layers, units, dropout and weight decay stay inside the band.
#
# What a cell *can* do shows on a toy task: n times a, then n times b. After each b we ask: does another b come, or is this
# the end? Whoever answers must count. Trained with n up to 30 for 1,000 updates, asked with n up to 99; 32 units.
#
# **Predict:** which counts further, an LSTM or a GRU? Think of lesson 08: which one can add up?

# %% slideshow={"slide_type": "subslide"} tags=["row-17", "picture"]
draw_counting(("LSTM", "GRU"), "Left: a unit climbs and falls like a tent. Right: how far each seed counts.")

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["row-17"]
# Both have a unit that climbs with each a and falls with each b. The LSTM is right up to 17, 37 and 43, the GRU up to 13, 16
# and 18. The c of an LSTM adds, and has no ceiling. A GRU's h is a mean that stays below 1: each further a finds less room.
#
# Three changes of the LSTM are left out, as we did not measure them: peepholes (gates that read c, too), layer
# normalisation, and a projection of h to fewer numbers.

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) One dot per seed. The unit shown is the one of seed 0 that follows the count best. With more updates both may
# count further.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-34"]
# ## Its drawback: one step after another
#
# Step t needs h of step t - 1, so no machine can compute all steps at once. Let the gates and the candidate read $x_t$
# alone. Then $c_t = f_t \odot c_{t-1} + w_t$, and two steps make one of the same kind:
#
# $$c_{t+1} = (f_{t+1} f_t) \odot c_{t-1} + (f_{t+1} w_t + w_{t+1})$$
#
# So pairs of steps are joined, then pairs of pairs: a **scan**. Each round halves what is left. Then the
# steps between are filled in, in as many rounds.
#
# **Predict:** for 1,000 steps a loop needs 1,000 rounds. How many does a scan need?


# %% slideshow={"slide_type": "subslide"} tags=["row-34"]
def loop(f, w):
    """c (time, n) of c_t = f_t c_{t-1} + w_t, one step after another."""
    c = np.zeros_like(w)
    for t in range(len(w)):
        c[t] = f[t] * (c[t - 1] if t else 0.0) + w[t]
    return c


def scan(f, w):
    """The same: join pairs of steps, scan the pairs, and fill in the steps between."""
    if len(w) == 1:
        return w
    even = len(w) // 2 * 2
    c = np.empty_like(w)
    c[1:even:2] = scan(f[1:even:2] * f[:even:2], f[1:even:2] * w[:even:2] + w[1:even:2])
    c[0] = w[0]
    c[2::2] = f[2::2] * c[1:-1:2] + w[2::2] if len(w) % 2 else f[2::2] * c[1 : len(w) - 2 : 2] + w[2::2]
    return c


lengths, milliseconds = (100, 1_000, 10_000, 100_000), {"loop": [], "scan": []}
for length in lengths:
    f, w = rng.uniform(0.9, 1.0, (length, 32)), rng.standard_normal((length, 32))
    for way in (loop, scan):
        timed = timeit.repeat(partial(way, f, w), timer=time.process_time, number=1, repeat=3)
        milliseconds[way.__name__].append(1000 * min(timed))
print("largest difference:", f"{np.abs(loop(f, w) - scan(f, w)).max():.0e}")
fig, axes = plt.subplots(figsize=(12, 4.5))
for name, values in milliseconds.items():
    axes.plot(
        lengths,
        values,
        marker="o",
        **figures.line("LSTM" if name == "loop" else 1, label=name, linestyle="-"),
    )
axes.set(xlabel="steps", ylabel="milliseconds of one processor", xscale="log", yscale="log")
axes.legend()
figures.show(fig, alt="; ".join(f"{way}, 100,000 steps: {ms[-1]:.0f} ms" for way, ms in milliseconds.items()))

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) The code stands in the notebook. Real LSTMs cannot do this, since their gates read h. Ask what is lost: the
# next slide answers.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-34"]
# ## What is lost without h in the gates?
#
# About twenty: ten to join pairs, ten to fill in. The numbers are the same up to rounding. The scan is faster even on one
# core; on thousands it gains far more.
#
# A **minLSTM** ([Feng and others, 2024](https://arxiv.org/abs/2410.01201)) has gates that read x alone; it divides f and i
# by their sum, and drops tanh. We trained it beside an LSTM on two tasks:
#
# - **flagged recall** at lag 100, both with an open forget gate and a closed input gate (lesson 06);
# - **parity**: after each bit, is the number of ones so far odd? Trained on 16 bits, asked after up to 128.
#
# **Predict:** which of the two tasks does it lose?

# %% slideshow={"slide_type": "subslide"} tags=["row-34", "picture"]
draw_record("recall at lag 100", "flagged recall at lag 100, % right; chance is 25")
for bits in ("16", "128"):
    draw_record("parity", f"parity of {bits} bits, % right; chance is 50", bits)

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) From records: `python -m experiments successors` makes them, one dot per seed. Chance is a half for parity, a
# quarter for recall. Parity for the LSTM after 500 updates, for the minLSTM after 1,500.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Attention: ask all steps at once
#
# Parity is lost, recall is not. A bit of 1 must **turn** the state round, whatever it is: the gate must look at it. To keep
# a symbol needs no such look: the flag in x says it all.
#
# **Attention** (Bahdanau and others, 2014) keeps *every* step. Each step has a **key** $k_t = x_t K$ and a **value**
# $v_t = x_t V$; the last step asks with a **query** $q = x_T Q$. The three matrices are learned:
#
# $$\alpha_t = \operatorname{softmax}_t\left(q \cdot k_t / \sqrt d\right), \qquad h = \sum_t \alpha_t v_t$$
#
# The task: pairs of a symbol and a number, one pair a step; then one symbol again. Which was its number?
#
# **Predict:** how many pairs can an LSTM of 64 units hold? And attention?


# %% slideshow={"slide_type": "skip"}
def draw_pairs(count, size):
    """Pairs of one of 32 symbols and one of 8 numbers, then a symbol (size, count + 1, 40); its number (size,)."""
    symbols = rng.random((size, 32)).argsort(axis=1)[:, :count]
    numbers, asked = rng.integers(8, size=(size, count)), rng.integers(count, size=size)
    xs, row = np.zeros((size, count + 1, 40)), np.arange(size)
    xs[:, :-1] = np.concatenate([np.eye(32)[symbols], np.eye(8)[numbers]], axis=-1)
    xs[:, -1, :32] = np.eye(32)[symbols[row, asked]]
    return xs, numbers[row, asked]


def attend(xs, Q, K, V):
    """What the last step reads (batch, 8), its query and keys, and how it weighs the others (batch, steps)."""
    q, k, v = xs[:, -1] @ Q, xs[:, :-1] @ K, xs[:, :-1] @ V
    alpha = softmax(np.einsum("bd,btd->bt", q, k) / np.sqrt(Q.shape[1]))
    return np.einsum("bt,btn->bn", alpha, v), alpha, q, k, v


def slopes(xs, targets, Q, K, V):
    """The gradients of the cross-entropy by Q, K and V."""
    h, alpha, q, k, v = attend(xs, Q, K, V)
    _, d = cross_entropy(h, targets)
    by_alpha = np.einsum("bn,btn->bt", d, v)
    by_score = alpha * (by_alpha - (alpha * by_alpha).sum(axis=1, keepdims=True)) / np.sqrt(Q.shape[1])
    seen, last = xs[:, :-1], xs[:, -1]
    by_k, by_v = by_score[..., None] * q[:, None], alpha[..., None] * d[:, None]
    by_q = np.einsum("bt,btd->bd", by_score, k)
    return [last.T @ by_q, np.einsum("btm,btd->md", seen, by_k), np.einsum("btm,btn->mn", seen, by_v)]


weights = untrained = [0.3 * rng.standard_normal((40, n)) for n in (32, 32, 8)]
adam = adam_start(weights)
for _ in range(400):
    weights, adam = adam_step(weights, slopes(*draw_pairs(8, 64), *weights), adam, 5e-3)

# %% slideshow={"slide_type": "subslide"}
shown, _ = draw_pairs(8, 1)
each = np.repeat(shown, 8, axis=0)  # the same eight pairs, asked for each of the eight in turn
each[:, -1] = 0
each[:, -1, :32] = shown[0, :-1, :32]
match = {"before": attend(each, *untrained)[1], "after": attend(each, *weights)[1]}
fig, panels = plt.subplots(1, 3, figsize=(12, 4.4), width_ratios=(1, 1, 1.4))
for axes, (when, alpha) in zip(panels, match.items(), strict=False):
    axes.imshow(alpha, cmap="Greys", vmin=0, vmax=1)
    axes.set(xlabel=f"pair that is weighed, {when} training", ylabel="pair that is asked for")
for kind, look in {"8 pairs, attention": 4, "2 pairs, LSTM": "LSTM", "4 pairs, LSTM": 3}.items():
    for k, seed in enumerate(record[kind]):
        label = kind if k == 0 else None
        x, y = [int(u) for u in seed], [100 * right for right in seed.values()]
        panels[2].plot(x, y, **figures.line(look, label=label))
panels[2].set(xscale="log", xlabel="updates", ylabel="right answers, %", ylim=(0, 105))
panels[2].legend(loc="lower right")
own = "; ".join(f"{when} training {np.diag(alpha).mean():.2f}" for when, alpha in match.items())
figures.show(
    fig, alt=f"Weights of pairs, of the pair asked for: {own}. Beside them right answers by updates."
)

# %% [markdown] slideshow={"slide_type": "fragment"}
# Before training a query weighs all pairs alike; after it, its own: Q and K have **learned** the match. Attention keeps every
# pair as it was, so it does not matter how many there are. An LSTM must press all pairs into 64 numbers; after 2,000
# updates it has hardly begun with two.

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Left and middle: trained on the page, 400 updates. Right: from records, one line per seed, same batch and rate;
# the LSTM has an open forget gate and a closed input gate. Who guesses what was shown most often has 56 % with two pairs, 40
# with four.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Names to know
#
# The price of attention: every step that asks is compared with every other. Ten times the length, a hundred times the
# comparisons. So recurrent cells are back in research:
#
# - **S4** (Gu and others, 2021): [state-space models](https://arxiv.org/abs/2111.00396), a linear recurrence with weights that
#   do not depend on x.
# - **Mamba** (Gu and Dao, 2023): [selective](https://arxiv.org/abs/2312.00752), what is kept depends on x again.
# - **xLSTM** (Beck and others, 2024): [the LSTM](https://arxiv.org/abs/2405.04517) with exponential gates. Its mLSTM has a
#   matrix for a memory; its sLSTM keeps h in the gates, and so it must wait.
#
# Whether any of them will replace Transformers was open when this was written, in 2026.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) All of them keep a share of the old and add something new; in S4 the share is fixed, in the others a gate sets
# it. Students who know lesson 03 can read these papers' main equation.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## An LSTM can still be good
#
# On IMDB an LSTM that first learned to predict words in a large body of text, and then the sentiment, reached a test
# error of 4.6 % ([ULMFiT](https://arxiv.org/abs/1801.06146), Howard and Ruder, 2018).
#
# Compare that with the best of our records: a network, no network, and a small network together with no network. None of
# them read more than IMDB.
#
# **Predict:** how far are they from 4.6 %?

# %% slideshow={"slide_type": "subslide"} tags=["picture"]
errors = best_tested()
fig, axes = figures.dots(errors, "test error, %", (0, 1, 2), 3.2, {"ULMFiT, published": 4.6})
axes.set_xlim(0, None)
figures.show(fig, alt="; ".join(f"{name} {error:.1f} %" for name, [error] in errors.items()))

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) The best of each kind is the best on validation reviews, as in lesson 11: the test reviews choose nothing.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## You saw
#
# - the questions that people ask about LSTMs, each as the picture that answered it,
# - what each improvement was worth: to the text it reads, to its training, to its cell,
# - what newer cells gained by not looking at their state, what they lost, and what attention kept.
#
# Our best network, `gpu_vat`, has two LSTMs of 1,024 units, and an error of 5.5 %. ULMFiT also read 103 million words of
# Wikipedia, and has three layers of 1,150 units. Both have the LSTM cell of this course. We did not measure what makes the
# rest of the difference. Counting words and runs of words is hard to beat.

# %% slideshow={"slide_type": "slide"}
quiz("16")

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) The last poll of the course. Then thank the room, and ask what was dull.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Your turn
#
# Three last checks. Then take `gate_lab`, `reader_lab` or a recipe of lesson 11, and answer a question of your own.
#
# ### Exercise 1: the cell of 1997
#
# Hochreiter and Schmidhuber's first LSTM had no forget gate yet: nothing ever faded. Which clamp gives today's cell
# exactly the memory equation of that one? (Other things differed, too: its gradient was cut, gates were shared by
# several units, and it squashed with other functions.) Hand in a dict such as `{"i": 0.3}`.

# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
answer = ...
check("cell_of_1997", answer)

# %% slideshow={"slide_type": "fragment"} tags=["solution"]
answer = {"f": 1.0}
check("cell_of_1997", answer)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 2: a rate that decays
#
# Every epoch multiplies the learning rate by `decay`. Return the rate in epoch `epoch`, counted from 0.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def decayed_rate(rate, decay, epoch):
    return ...


check("decayed_rate", decayed_rate)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def decayed_rate(rate, decay, epoch):
    return rate * decay**epoch


check("decayed_rate", decayed_rate)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 3: one query of attention
#
# A query q (d,) meets the keys (steps, d). Return what it reads: the values (steps, m), weighed by the softmax of
# $q \cdot k_t / \sqrt d$.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def attend_once(q, keys, values):
    """q (d,), keys (steps, d), values (steps, m) -> (m,)."""
    return ...


check("attend", attend_once)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def attend_once(q, keys, values):
    """q (d,), keys (steps, d), values (steps, m) -> (m,)."""
    return softmax(keys @ q / np.sqrt(len(q))) @ values


check("attend", attend_once)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-27"]
# ## Further reading
#
# - Hochreiter and Schmidhuber, 1997, [Long short-term memory](https://doi.org/10.1162/neco.1997.9.8.1735): no forget
#   gate yet.
# - Gers, Schmidhuber and Cummins, 2000, [Learning to forget](https://doi.org/10.1162/089976600300015015): the forget
#   gate.
# - Cho and others, 2014, [Learning phrase representations using RNN
#   encoder-decoder](https://arxiv.org/abs/1406.1078): the GRU.
# - Bahdanau, Cho and Bengio, 2014, [attention](https://arxiv.org/abs/1409.0473); Vaswani and others, 2017, [Attention
#   is all you need](https://arxiv.org/abs/1706.03762).
# - Greff and others, 2017, [LSTM: a search space odyssey](https://arxiv.org/abs/1503.04069): what each part is worth.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["row-27"]
# ## Explained by others
#
# In words and pictures:
#
# - Christopher Olah, 2015, [Understanding LSTM
#   Networks](https://colah.github.io/posts/2015-08-Understanding-LSTMs/).
# - Shi Yan, Understanding LSTM and its diagrams.
# - Michael Phi, Illustrated guide to LSTMs and GRUs: a step by step explanation.
# - Messaoud, an article on LSTMs, in French.
# - Laurence Moroney, Natural language processing in TensorFlow: a course of lectures.
# - Denny Britz (WildML), Recurrent neural networks tutorial, part 4: a GRU and an LSTM in Python.
# - jasdeep06, [Understanding LSTM in
#   TensorFlow](https://jasdeep06.github.io/posts/Understanding-LSTM-in-Tensorflow-MNIST/).
# - A forum thread that many have found: how many parameters does an LSTM layer have? (Lesson 07 has the answer.)
#
# The course begins again at [00 Start here](00_start_here.ipynb).
