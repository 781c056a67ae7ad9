# %% [markdown] slideshow={"slide_type": "slide"}
# # Look back, and go on from here
#
# The course in two tables, what makes an LSTM better, and three ideas that came after it, each small enough to
# try in a few lines.
#
# **You will see** (25 minutes as a talk, about 40 for study with the exercises, no GPU needed)
#
# - the questions that people ask about LSTMs, each with the lesson that shows the answer,
# - what each improvement was worth on real reviews,
# - what newer cells gain by not looking at their state, what they lose, and what attention keeps.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 25 minutes. The last lesson looks back for ten minutes and forward for ten. Ask each student for the
# one thing they would show a friend from this course.

# %% slideshow={"slide_type": "skip"}
import json
import time
import timeit
from functools import partial

import numpy as np
from matplotlib import pyplot as plt

from lstm_teach import data_dir, figures, sentiment
from lstm_teach.exercises import check
from lstm_teach.quizzes import quiz

SEED = 0
rng = np.random.default_rng(SEED)
print("seed", SEED)
figures.use_style()
record = json.loads((data_dir() / "successors.json").read_text(encoding="utf-8"))


def draw_seeds(rows, xlabel, alt, percent=True):
    """One row per name, one dot per seed; a cell always in its own colour."""
    fig, axes = plt.subplots(figsize=(12, 1 + 0.45 * len(rows)))
    for place, (name, seeds) in enumerate(rows.items()):
        values = [100 * seed if percent else seed for seed in seeds]
        cell = name.split(", ")[-1]
        colour = figures.colour(cell) if cell in ("LSTM", "GRU") else figures.colour(1)
        axes.plot(values, [place] * len(values), "o", color=colour, markersize=9, alpha=0.7)
    axes.set_yticks(range(len(rows)), rows)
    axes.set(xlabel=xlabel, xlim=(0, 105 if percent else None), ylim=(len(rows) - 0.5, -0.5))
    figures.show(fig, alt=alt)


# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-26"]
# ## What is it, and what is it for?
#
# | question | answer in a line | seen in |
# |---|---|---|
# | What is an LSTM? | a cell with a memory c and gates that keep, write and show it | [06](06_lstm_cell.ipynb) |
# | What is it for? | sequences in which something early matters late | [02](02_vanishing_gradient.ipynb) |
# | What are its parts? | c, h, a candidate, three gates | [03](03_forget_gate.ipynb), [04](04_input_gate.ipynb) |
# | Which gate does what? | forget keeps, input writes, output shows | [05](05_output_gate.ipynb) |
# | And a GRU? | keeps or replaces, never adds up | [08](08_gru.ipynb) |

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Cover the middle column and let the room answer. "Forget keeps" is the one to insist on.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-26"]
# ## How is it in practice?
#
# | question | answer in a line | seen in |
# |---|---|---|
# | How many weights? | 4(nm + n² + n) a layer | [07](07_counting_parameters.ipynb) |
# | Which frameworks? | Keras (on TensorFlow, JAX or PyTorch), or PyTorch itself, with two biases | [08](08_gru.ipynb), [09](09_keras_layers.ipynb) |
# | How does text get in? | ids, an embedding, padding | [10](10_words_padding_masks.ipynb) |
# | Its drawbacks? | slow, step by step; it overfits | below, [11](11_train_on_reviews.ipynb) |
# | Does it understand? | it adds up words; ask it about "not bad" | [12](12_inside_a_trained_lstm.ipynb) |

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) If time is short, stop here and let students pick the question whose answer they believe least, and open
# that lesson.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-26"]
# ## Elman, Jordan, LSTM
#
# What comes back into the network at the next step?
#
# - **Elman** (1990): the hidden state h. Keras' SimpleRNN is one.
# - **Jordan** (1986): only the *output*.
# - **LSTM** (1997): h, and beside it c, which gates guard.
#
# **Predict:** two texts differ in their first word, yet give the same output after it. Can a Jordan network still
# tell them apart one step later? Can an Elman network?

# %% slideshow={"slide_type": "fragment"} tags=["row-26"]
W, U, V = (rng.standard_normal(shape) for shape in ((2, 4), (4, 4), (1, 4)))
W[:, 0] = 0.5  # unit 0 is the output, and both first words give the same
first = np.tanh(np.eye(2) @ W)  # (2 texts, 4 units), from an empty state
elman, jordan = np.tanh(first @ U), np.tanh(first[:, :1] @ V)
differ = {name: np.abs(np.diff(h, axis=0)).max() for name, h in (("Elman", elman), ("Jordan", jordan))}
print("after the next step the two texts differ by", {name: round(float(d), 3) for name, d in differ.items()})

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) A Jordan network remembers what it has said, not what it has seen. An Elman network remembers both, until
# the gradient of lesson 02 fades.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-26"]
# ## Where LSTMs were used, and where others took over
#
# - **Text**: translation (Wu and others, 2016), language models, sentiment. Since about 2018 mostly Transformers.
# - **Sound**: speech (Graves and others, 2013). Today mostly networks with attention.
# - **Images**: handwriting (Graves and others, 2009), captions (Vinyals and others, 2015). Today mostly Transformers too.
#
# Still at home: small devices, streams that must be answered step by step, short time series, little data.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) "Took over" means: most new work and most products that are described in public. An LSTM that runs well in
# a factory need not be replaced.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-25"]
# ## What makes it better?
#
# Optimizer, decay of the learning rate, dropout, weight decay (L2), layers, units, epochs: each row is one change, or a
# few that belong together, in a small network on IMDB, measured on validation reviews.
#
# **Predict:** which change costs most? And do two layers beat one?

# %% slideshow={"slide_type": "subslide"} tags=["row-25"]
runs = [run for run in sentiment.read_records(data_dir() / "ablations") if run["recipe"] == "course"]
if not runs:  # none yet: what was changed in one published recipe
    every = sentiment.read_records()
    runs = [r for r in every if r["recipe"] == "two_lstm_words"] or every[:1]


def difference(run, other):
    """The settings in which a run differs from another."""
    return {k: v for k, v in run["settings"].items() if other["settings"].get(k) != v}


base = min(  # the run from which all others differ least
    runs, key=lambda one: (sum(len(difference(other, one)) for other in runs), len(one["changed"]))
)
worth = {
    ", ".join(f"{k} = {v:g}" if isinstance(v, float) else f"{k} = {v}" for k, v in changed.items()): (
        100 * (run["val_accuracy"] - base["val_accuracy"])
    )
    for run in runs
    if (changed := difference(run, base)) and run["backend"] == base["backend"]
}
worth = dict(sorted(worth.items(), key=lambda item: item[1]))
n, p = base["reviews"]["validation"], base["val_accuracy"]
error = 100 * np.sqrt(2 * p * (1 - p) / n)  # of the difference of two accuracies
small = f"{base['settings']['length']} words, {base['settings']['units']} units"
print(f"{base['recipe']} made small ({small}), nothing changed: {100 * p:.1f} % on {n:,} validation reviews")
fig, axes = plt.subplots(figsize=(14, 1.2 + 0.28 * len(worth)))
axes.axvspan(-error, error, color="black", alpha=0.1)
axes.plot([*worth.values()], range(len(worth)), "o", color=figures.colour("LSTM"))
axes.set_yticks(range(len(worth)), worth)
axes.set(xlabel="points above or below nothing changed; grey: one standard error")
figures.show(
    fig, alt="One row per change: its dot lies left where it costs accuracy and right where it helps."
)

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Dots inside the grey band, or just outside it, may be chance: one seed each. Read off what clearly costs and
# what clearly helps, and ask: is it the architecture, the training, or how much text is read? The rows come from the
# records in data/ablations; `python -m experiments ablations` makes them.

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


# %% slideshow={"slide_type": "skip"} tags=["row-34"]
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


# %% slideshow={"slide_type": "subslide"} tags=["row-34"]
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
figures.show(fig, alt="Both rise with the length; the scan stays far below the loop.")

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["row-34"]
# About twenty: ten in which pairs are joined, and ten in which the steps between are filled in. Both ways give the same
# numbers up to rounding, and the scan is faster even in NumPy on one core, where a round is one call in place of many.
# Where thousands of cores wait it gains far more.

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) The code stands in the notebook. Real LSTMs cannot do this, since their gates read h. Ask what is lost: the next
# slide answers.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-34"]
# ## What is lost without h in the gates?
#
# A **minLSTM** ([Feng and others, 2024](https://arxiv.org/abs/2410.01201)) has gates that read x alone; it divides f and i
# by their sum, and drops tanh. We trained it beside an LSTM on two tasks:
#
# - **flagged recall** at lag 100, both with an open forget gate and a closed input gate (lesson 06);
# - **parity**: after each bit, is the number of ones so far odd? Trained on 16 bits, asked after up to 128.
#
# **Predict:** which of the two tasks does it lose?

# %% slideshow={"slide_type": "subslide"} tags=["row-34", "picture"]
both, bits = ("LSTM", "minLSTM"), ("16", "128")
rows = {f"recall at lag 100, {k}": record[f"recall at lag 100, {k}"] for k in both}
rows |= {f"parity of {n} bits, {k}": [s[n] for s in record[f"parity, {k}"]] for k in both for n in bits}
draw_seeds(rows, "right answers, %", "The minLSTM solves recall and stays at a half on parity.")

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["row-34"]
# It loses parity, not recall. To know whether the count is odd, a bit of 1 must **turn** the state round, whatever it is:
# the gate must look at the state. A gate that reads only x multiplies by a number between 0 and 1, and a sign never
# turns. To keep a symbol needs no look at the state: the flag in x says it all.

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) From records: `python -m experiments successors` makes them, in minutes, one dot per seed. Chance is a half for
# parity, a quarter for recall. Parity for the LSTM after 500 updates, for the minLSTM after 1,500.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Attention: ask all steps at once
#
# Attention (Bahdanau, Cho and Bengio, 2014) keeps *every* step. Each step has a **key** $k_t = x_t K$ and a **value**
# $v_t = x_t V$; the last step asks with a **query** $q = x_T Q$:
#
# $$\alpha_t = \operatorname{softmax}_t\left(q \cdot k_t / \sqrt d\right), \qquad h = \sum_t \alpha_t v_t$$
#
# Q, K and V are learned. A Transformer (Vaswani and others, 2017) is built from it, with no recurrence.
#
# The task: pairs of a key and a value, one pair a step, then one key again: which value was its own?
#
# **Predict:** how many pairs can an LSTM of 64 units hold? And attention?

# %% slideshow={"slide_type": "subslide"} tags=["picture"]
kinds, counts = ("attention", "LSTM"), (2, 4, 8)
rows = {f"{n} pairs, {k}": record[f"{n} pairs, {k}"] for n in counts for k in kinds}
draw_seeds(rows, "right answers, %", "Attention is right at any number of pairs; the LSTM is not.")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Nobody told the query to fit the key: Q and K were learned until a key finds itself. Attention keeps every pair as it was,
# so it does not matter how many there are, or how long ago. An LSTM must press all pairs into 64 numbers, and needs many
# more updates to learn how.
#
# The price: every step that asks is compared with every other. Ten times the length, a hundred times the comparisons.

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Attention after 400 updates, the LSTM after 2,000, same batches and rate; one dot per seed. More updates would help
# the LSTM. That long texts are expensive for attention is why recurrent cells came back into research.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Names to know
#
# - **S4** (Gu, Goel and Ré, 2021): [state-space models](https://arxiv.org/abs/2111.00396), a linear recurrence with
#   weights that do not depend on x.
# - **Mamba** (Gu and Dao, 2023): [selective](https://arxiv.org/abs/2312.00752), what is kept depends on x again.
# - **xLSTM** (Beck and others, 2024): [the LSTM](https://arxiv.org/abs/2405.04517) with exponential gates. Its mLSTM has a
#   matrix for a memory; its sLSTM keeps h in the gates, and so it must wait.
# - **minLSTM** (Feng and others, 2024): [gates without h](https://arxiv.org/abs/2410.01201). It also divides f and i by
#   their sum, and drops tanh.
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
# Compare that with the best of our records: a network, no network, and both together. None of them read more than IMDB:

# %% slideshow={"slide_type": "fragment"}
tested = [r for r in sentiment.read_records() if r["corpus"] == "imdb" and r["test_accuracy"]]
tested = [r for r in tested if r["split"] == "random"]  # as in all runs that have read first
kinds = {"bag_of_words": "no network", "ensemble": "both together"}
best = {kinds.get(r["recipe"], "a network"): r for r in sorted(tested, key=lambda r: r["val_accuracy"])}
for kind, r in best.items():  # of each kind the last in order of validation accuracy
    print(f"{kind}: {r['recipe']}, test error {100 * (1 - r['test_accuracy']):.1f} %")

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) The gap is reading and size, not a better cell: 103 million words of Wikipedia beforehand, and three layers of
# 1,150 units. Counting words and pairs of words is hard to beat. The best of each kind is the best on validation reviews,
# as in lesson 11: the test reviews choose nothing.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## You saw
#
# - the questions that people ask about LSTMs, each with the lesson that showed the answer,
# - what each improvement was worth on real reviews,
# - what newer cells gained by not looking at their state, what they lost, and what attention kept.

# %% slideshow={"slide_type": "subslide"}
quiz("16")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) The last poll of the course. Then thank the room, and ask what was dull.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Your turn
#
# Two last checks. Then take `gate_lab`, `reader_lab` or a recipe of lesson 11, and answer a question of your own.

# %% [markdown] slideshow={"slide_type": "subslide"}
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
