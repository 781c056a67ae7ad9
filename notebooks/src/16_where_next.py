# %% [markdown] slideshow={"slide_type": "slide"}
# # Look back, and go on from here
#
# Thirteen lessons in two tables, what makes an LSTM better, and three ideas that came after it, each small enough to
# try in a few lines.
#
# **You will see** (24 minutes as a talk, about 40 for study with the exercises, no GPU needed)
#
# - the questions that people ask about LSTMs, each with the lesson that shows the answer,
# - what each improvement was worth on real reviews, and what reading without labels was worth,
# - why attention forgets nothing with distance, and why newer recurrent cells are fast.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 24 minutes. The last lesson looks back for ten minutes and forward for ten. Ask each student for the
# one thing they would show a friend from this course.

# %% slideshow={"slide_type": "skip"}
import time
import timeit
from functools import partial

import numpy as np

from lstm_teach import data_dir, sentiment
from lstm_teach.cells import LSTMParams, lstm_forward
from lstm_teach.exercises import check
from lstm_teach.plotting import Axis, Note, Points, Span, chart
from lstm_teach.quizzes import quiz

SEED = 0
rng = np.random.default_rng(SEED)
print("seed", SEED)

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
low, high = min([*worth.values(), -2]), max([*worth.values(), 2]) + 0.5
left = low - 0.8 * (high - low)  # room for the words
small = f"{base['settings']['length']} words, {base['settings']['units']} units"
print(f"{base['recipe']} made small ({small}), nothing changed: {100 * p:.1f} % on {n:,} validation reviews")
chart(
    [Span(-error, error), Points(np.array([*worth.values()]), np.arange(len(worth)), 0)]
    + [Note(left + 0.1, k - 0.25, words) for k, words in enumerate(worth)],
    Axis(
        "points above or below nothing changed; grey: one standard error",
        left,
        high,
        ticks={k: f"{k:+d}".replace("-", "−") if k else "0" for k in range(int(low), int(high) + 1)},
    ),
    Axis("", -0.7, len(worth) - 0.3, ticks={}),
    alt="One row a change, its dot left of the middle where it costs accuracy and right of it where it helps.",
    title="What each change brings or costs",
    width=1100,
    height=96 + 22 * len(worth),
)

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Dots inside the grey band, or just outside it, may be chance: one seed each. Read off what clearly costs and
# what clearly helps, and ask: is it the architecture, the training, or how much text is read? The rows come from the
# records in data/ablations; `python -m experiments ablations` makes them.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-26"]
# ## Its drawback: one step after another
#
# Step t needs h of step t - 1, so no machine can compute all steps at once.
#
# **Predict:** a review that is four times as long takes how many times as long to read?

# %% slideshow={"slide_type": "fragment"} tags=["row-26"]
cell = LSTMParams.random(32, 64, rng)
for length in (500, 2000):
    xs = rng.standard_normal((1, length, 32))
    seconds = min(timeit.repeat(partial(lstm_forward, xs, cell), timer=time.process_time, number=1, repeat=5))
    print(f"{length} steps, one after another: {1000 * seconds:.0f} ms")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) About four times; seconds of the processor are counted, whatever else it does. More hardware does not help
# with that: it helps with more reviews at a time, not with a longer one. Books were read all the same, in pieces: the
# state is carried from one piece to the next, and the gradient stops at the seam (truncated backpropagation through time).

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Attention: ask all steps at once
#
# Attention (Bahdanau, Cho and Bengio, 2014) keeps *every* step and asks which ones fit a question q. A Transformer
# (Vaswani and others, 2017) is built from it, with no recurrence:
#
# $$\alpha_t = \operatorname{softmax}_t\left(q \cdot k_t / \sqrt d\right)$$
#
# $k_t$ is the key of step t, d numbers; the answer is the mean over the steps, weighted by $\alpha_t$.
#
# **Predict:** the step whose own key we ask with is 1, 50 or 190 steps back. How does its weight fall with the distance?
# Compare with an LSTM whose f is 0.75.

# %% slideshow={"slide_type": "fragment"}
d, keys = 64, rng.standard_normal((200, 64))
for lag in (1, 50, 190):
    scores = np.exp(keys @ keys[-lag] / np.sqrt(d))
    print(f"{lag:3} steps back: attention {scores[-lag] / scores.sum():.2f}, along c {0.75**lag:.0e}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) It does not fall with distance at all: every step is one step away. The three weights differ since some keys are
# longer than others, and the other 199 keys fit a little, too. A real question is learned, not copied from the key. The
# price is on the next slide. "Along c" only: lesson 12's reader, with about this f, carried further through h.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ## The price of attention
#
# Every step is compared with every other. An LSTM carries the same 2n numbers whatever the length.
#
# **Predict:** ten times the length: how many times the comparisons?

# %% slideshow={"slide_type": "fragment"}
for length in (100, 1_000, 10_000):
    print(f"{length:6,} steps: {length**2:11,} comparisons, an LSTM of 64 units keeps {2 * 64} numbers")

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) A hundred times. That is why long texts are expensive for Transformers, and why recurrent cells came back
# into research.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recurrence that need not wait
#
# The LSTM must wait since its gates and its candidate read $h_{t-1}$. Let all of them read $x_t$ alone. With
# $w_t = i_t \odot \tilde c_t$, what is written, c is a sum that can be written down at once:
#
# $$c_t = f_t \odot c_{t-1} + w_t \quad\Rightarrow\quad c_t = F_t \odot \sum_{s \le t} w_s / F_s, \qquad
# F_t = f_1 \odot \dots \odot f_t$$
#
# **Predict:** are the two exactly the same, or is something lost?

# %% slideshow={"slide_type": "fragment"}
f, w = rng.uniform(0.9, 1.0, (200, 8)), rng.standard_normal((200, 8))
c = [np.zeros(8)]
for t in range(200):
    c.append(f[t] * c[-1] + w[t])
F = np.cumprod(f, axis=0)
at_once = F * np.cumsum(w / F, axis=0)
print("largest difference of the two:", f"{np.abs(np.array(c[1:]) - at_once).max():.0e}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) The same up to rounding. What is lost is not exactness but a power: gates and a candidate that look at the
# state. Real programs use a parallel scan, since dividing by F fails when F gets tiny.

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
# ## Read first, judge later
#
# Labels are dear, text is not. `course_pretrained` first reads the training reviews and the 50,000 without a label, and
# learns to predict each next word ([Dai and Le, 2015](https://arxiv.org/abs/1511.01432)). Then it is trained like
# `course`. Its *perplexity* says between how many words it wavers: all 20,000 if it knew nothing, 1 if it knew
# everything.
#
# **Predict:** which words does it expect after "the acting is"?

# %% slideshow={"slide_type": "fragment"}
tested = [r for r in sentiment.read_records() if r["corpus"] == "imdb" and r["test_accuracy"]]
tested = [r for r in tested if r["split"] == "random"]  # as in all runs that have read first
read_first = [r for r in tested if "language_model" in r and not r["changed"]]
for r in read_first[:1]:
    learned = r["language_model"]
    print(f"{learned['words'] / 1e6:.1f} million words read, perplexity {learned['perplexity']:.0f}")
    for text, expected in learned["expects"].items():
        print(f"  {text} …", ", ".join(f"{word} {100 * p:.0f} %" for word, p in expected.items()))

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) It read no test review as such, yet 269 of them stand letter for letter among the 50,000 without a label, and
# 123 others in the training half. Nobody told it what praise is: to guess the next word it had to notice. It has
# read the reviews once; Dai and Le's had 1,024 units and read far longer.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ## What did reading bring?
#
# The same network twice, with the same word vectors and trained on the same labels. One has read first.
#
# **Predict:** by how many points is it better on the test reviews?

# %% slideshow={"slide_type": "fragment"}
right = {}
for name, changed in (
    ("course", {}),
    ("course_pretrained", {"language_model": None}),
    ("course_pretrained", {}),
):
    told = f"{name}{', had it not read' * bool(changed)}"
    right[told] = [100 * r["test_accuracy"] for r in tested if (r["recipe"], r["changed"]) == (name, changed)]
    print(f"{told:35}", *(f"{accuracy:.2f} %" for accuracy in right[told]))

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) One number a seed; `course` above is the smaller network of lesson 11. The third line less the second is what
# reading brought. Dai and Le's best, SA-LSTM in lesson 11's picture, first learned to repeat whole reviews; they tried
# the next word, too.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## An LSTM can still be good
#
# On IMDB an LSTM that first learned to predict words in a large body of text, and then the sentiment, reached a test
# error of 4.6 % ([ULMFiT](https://arxiv.org/abs/1801.06146), Howard and Ruder, 2018).
#
# Compare that with the best of our records: a network, no network, and both together. None of them read more than IMDB:

# %% slideshow={"slide_type": "fragment"}
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
# - what each improvement was worth on real reviews, and what reading without labels was worth,
# - why attention forgot nothing with distance, and why newer recurrent cells are fast.

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
    """One number."""
    return ...


check("decayed_rate", decayed_rate)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def decayed_rate(rate, decay, epoch):
    """One number."""
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
