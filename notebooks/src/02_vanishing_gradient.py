# %% [markdown] slideshow={"slide_type": "slide"}
# # Measure the vanishing gradient
#
# Does the first word of a long text still matter to the last state? What has no influence on the end cannot be
# learned from. You measure it first; one unit then explains it.
#
# **You will see** (30 minutes, no GPU needed)
#
# - how the influence of an early step fades or grows, first measured and then explained,
# - whether tanh, which bounds the states, bounds the gradients too, and what clipping mends,
# - which memory task this makes hard for a plain RNN, and where a plain RNN is all you need.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 30 minutes. Say at once: no derivative is needed for the first third; we nudge and look. Ask how
# far back a network would have to look to understand their last e-mail.

# %% slideshow={"slide_type": "skip"}
import json
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # matrices as small as these are fastest on one core

import numpy as np

from lstm_teach import data_dir
from lstm_teach.cells import RNNParams, rnn_forward
from lstm_teach.counting import count_lstm, count_rnn
from lstm_teach.exercises import check
from lstm_teach.fitting import fit
from lstm_teach.gradients import (
    clip_by_norm,
    gradient_reach,
    rnn_backward,
    spectral_bound,
)
from lstm_teach.labs import gradient_lab
from lstm_teach.plotting import Axis, Line, Points, chart
from lstm_teach.quizzes import quiz
from lstm_teach.sequences import flagged_recall

SEED = 0
rng = np.random.default_rng(SEED)
print("seed", SEED)

p = RNNParams.random(4, 16, rng)  # 4 features, 16 units, drawn as Keras does
xs = rng.standard_normal((1, 51, 4))  # one sequence, 51 steps of noise, 4 features

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Nudge the first step
#
# A plain RNN with 16 units, as Keras draws it, reads 51 steps of noise. It reads them again, with the first input
# changed by a thousandth.
#
# **Predict:** after step 0 the two states differ a little. Fifty steps later, is that difference as large, a
# hundred times smaller, or a million times smaller?

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Take a vote with hands before you show the answer. Most say "a bit smaller", since every step hands its
# state on. Nobody has to know what a gradient is yet.

# %% slideshow={"slide_type": "fragment"}
nudged = xs.copy()
nudged[:, 0] += 0.001
moved = np.linalg.norm(rnn_forward(nudged, p).h[0] - rnn_forward(xs, p).h[0], axis=1)
print(f"the states differ by {moved[0]:.1e}, ten steps on by {moved[10]:.1e}, at the end by {moved[50]:.1e}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## See how far a nudge reaches
#
# The **reach** says how many times as large a tiny nudge of $h_t$ arrives at the last state, in the direction in
# which most arrives: $\lVert \partial h_T / \partial h_t \rVert$. The **lag** is the number of steps between.
#
# **Predict:** what happens to the plain RNN's line when the input falls silent? (Look at this line only: LSTM and
# GRU come in lessons 03 to 08.)
#
# 1. Move *Steps back* to 10, then to 100.
# 2. Move *Input strength* to 0.
# 3. Still in silence, choose *Glorot* as the *RNN matrix*. Is all of it kept now? Then press *Reset*.

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Only the plain RNN's line counts today. Read one point aloud: "at lag 20 a nudge arrives a few hundred times
# smaller". Collect guesses for silence before you move the strength.

# %% [markdown] slideshow={"slide_type": "skip"}
# ![Reach against lag on a log axis: the lines of RNN, LSTM and GRU fall by many powers of ten in fifty steps.](images/gradient_lab--defaults-with-input.svg)

# %% slideshow={"slide_type": "subslide"}
gradient_lab("defaults with input")

# %% slideshow={"slide_type": "slide"}
lags = np.arange(51)


def against_lag(*marks, low, alt, title):
    """A chart of reaches (lags,), lag 0 first, on a log axis from `low` to 10."""
    lag = Axis("lag k (steps)", 0, 50, whole=True)
    return chart(marks, lag, Axis("reach", low, 10, "log"), alt=alt, title=title, width=760, height=280)


noisy = gradient_reach(rnn_forward(xs, p), p)[0, ::-1]  # lag 0 first
silent = gradient_reach(rnn_forward(0 * xs, p), p)[0, ::-1]
print(f"left after 50 steps: {noisy[50]:.1e} on noise, {silent[50]:.12f} in silence")
against_lag(
    *(Line(lags, silent, 2, "in silence"), Line(lags, noisy, "RNN", "on noise")),
    low=1e-8,
    alt="On noise the reach falls to under a millionth at lag 50; in silence it stays at 1.",
    title="The same weights: in silence the plain RNN keeps exactly 1",
)

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) So fading is no law of the plain RNN. Its matrix is orthogonal: it turns a nudge and keeps its length,
# and at h = 0 tanh passes everything on. What eats the nudge is tanh, once it has something to squash. A Glorot
# matrix stretches some directions and shrinks others: in the lab's silence its nudges grew.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-8"]
# ## One unit, one step
#
# $$h_t = \tanh(w\,h_{t-1} + x_t)$$
#
# Nudge $h_{t-1}$ a little: $w$ multiplies the nudge, then tanh multiplies it by its slope, $1 - h_t^2$. So one step
# back is a factor of $w\,(1 - h_t^2)$. In silence $h = 0$, and the slope is 1.
#
# **Predict:** with $w = 3$, twenty silent steps multiply by $3^{20}$, 3.5 billion. And twenty steps with input?

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) The only derivative of the lesson. If faces fall, draw tanh: steep in the middle, flat at both ends. The
# slope is 1 at h = 0 and nearly 0 at h = 0.99. Leave the prediction open until the next slide.

# %% slideshow={"slide_type": "fragment"}
w, x, h_prev, eps = 3.0, 0.5, -0.3, 1e-6
h_new = np.tanh(w * h_prev + x)
step_measured = (np.tanh(w * (h_prev + eps) + x) - h_new) / eps
print(f"nudged: {step_measured:.4f}   w (1 - h²): {w * (1 - h_new**2):.4f}")

# %% slideshow={"slide_type": "subslide"} tags=["row-8"]
signal = 0.5 * rng.standard_normal((1, 20, 1))
twenty = {}
for w in (0.5, 1.0, 1.5, 3.0):
    one = RNNParams(np.ones((1, 1)), np.array([[w]]), np.zeros(1))
    influence = 1.0
    for h_t in rnn_forward(signal, one).h[0, ::-1, 0]:  # from the last step back to the first
        influence = influence * w * (1 - h_t**2)
    plus, minus = (rnn_forward(signal, one, np.array([[d]])).h[0, -1, 0] for d in (1e-5, -1e-5))
    by_nudge = (plus - minus) / 2e-5
    twenty[w] = influence, by_nudge
    print(f"w = {w}:  w²⁰ {w**20:7.2g}, step by step {influence:7.1e}, by a nudge {by_nudge:7.1e}")

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Multiplying one factor a step, from the end to the start, is backpropagation through time; they have
# just done it. w = 3 does not explode: it drives h to the flat ends of tanh. Rounding hides the smallest nudges
# (they print as 0, or as about 1e-11), the product of factors does not need them.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-8"]
# ## Many units: a matrix in place of $w$
#
# With input, $h$ sits where tanh is flat, and even $w = 3$ fades, until rounding swallows the nudge. For many units,
# the matrix $U$ enters once a step. It stretches nothing by more than its spectral norm $\lVert U \rVert$, and no
# slope is above 1:
#
# $$\text{reach at lag } k \;\le\; \lVert U \rVert^k$$
#
# **Predict:** $U$ is 0.9 times an orthogonal matrix, so $\lVert U \rVert = 0.9$. Is the bound ever met?

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Below 1 the bound is a sentence: it must vanish, whatever is read. Above 1 it is only a permission: it
# may explode. This U shrinks every direction alike, so silence meets the bound; other matrices stay below it even
# then. The matrices themselves wait in exercise 2, for those who want them.

# %% slideshow={"slide_type": "subslide"} tags=["row-8"]
small = RNNParams.random(4, 16, np.random.default_rng(SEED), gain=0.9)
traces = {"in silence": rnn_forward(0 * xs, small), "on noise": rnn_forward(xs, small)}
reaches = {name: gradient_reach(trace, small)[0, ::-1] for name, trace in traces.items()}
limit = spectral_bound(small, xs.shape[1])[::-1]
against_lag(
    Line(lags, limit, "bound", "bound 0.9ᵏ"),
    Points(lags[::5], reaches["in silence"][::5], 2, "in silence"),
    Line(lags, reaches["on noise"], "RNN", "on noise"),
    low=1e-10,
    alt="The reach in silence lies on the bound 0.9 to the power of the lag; on noise it lies far below.",
    title="In silence the bound is met; on noise tanh takes away much more",
)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-8"]
# ## What exactly vanishes?
#
# $U$ is used at every step, so the gradient of a loss $L$, $\partial L / \partial U$, is a **sum of shares**, one from
# each step.
#
# **Predict:** update one weight with the share of the first ten steps alone. Which of its digits change?

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) The common mistake: "an RNN's early weights do not learn". There are no early weights. Someone will ask
# about Adam, which scales small gradients up: it scales the sum, and in the sum the late steps drown the early.

# %% slideshow={"slide_type": "fragment"} tags=["row-8"]
trace = rnn_forward(xs, p)
dh = np.zeros_like(trace.h)
dh[:, -1] = 1 / 16  # the loss is the mean of the last state
whole = rnn_backward(trace, p, dh).U
late = rnn_backward(rnn_forward(xs[:, 10:], p, h0=trace.h[:, 9]), p, dh[:, 10:]).U
early = whole - late  # the share of steps 0 to 9
print(f"largest entry of dL/dU: {abs(whole).max():.0e}, of the early share: {abs(early).max():.0e}")
weight, rate = np.float32(p.U[0, 0]), np.float32(0.005)
after_early, after_whole = weight - rate * np.float32([early[0, 0], whole[0, 0]])
print("the weight:", weight, " after the early share:", after_early, " after the whole:", after_whole)

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["row-8"]
# Not the whole gradient vanishes, only what the early steps *contribute* to it. An optimiser such as Adam rescales
# the sum, and the late shares with it.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-8"]
# ## Does tanh prevent explosions?
#
# Every state lies between -1 and 1, whatever $U$ is.
#
# **Predict:** in lesson 01, with $U$ times 3, a tiny nudge grew all the same. Does that begin above 1, above 1.5,
# or above 2?
#
# 1. Read the line of words, then move *RNN gain* down to 2, 1.5 and 1.
# 2. At gain 3, look at the thin lines: other seeds.
# 3. Switch *Clip the gradient* on.

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) Most say "above 1". The thin lines matter: one seed proves nothing, and at gain 3 they lie powers of ten
# apart. Somewhere between 1.5 and 2 the reach stays about 1 over 50 steps, but that is a knife's edge.

# %% [markdown] slideshow={"slide_type": "skip"}
# ![With a gain of 3 the RNN's reach grows to about a hundred thousand in fifty steps, while LSTM and GRU fade.](images/gradient_lab--gain-3.svg)

# %% slideshow={"slide_type": "subslide"}
gradient_lab("gain 3")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Tanh bounds states, not gradients
#
# $U$ stretches by 3 at every step, and wherever $h$ is not near ±1, tanh takes too little of it away. **Clipping**
# scales a gradient that is too long down to a given length; its direction stays. It never makes a short one
# longer: clipping mends explosions, not vanishing.

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) The last column is the cosine between the gradient before and after clipping: 1 is the same direction. A
# learning rate of 0.005 times a gradient of length 50,000 would throw the weights away in one update.

# %% slideshow={"slide_type": "fragment"} tags=["row-8"]
exploding = []
print("seed  all |h| < 1      reach  length of dL/dU  clipped  same direction (cosine)")
for seed in range(5):
    q = RNNParams.random(4, 16, np.random.default_rng(seed), gain=3.0)
    run = rnn_forward(np.random.default_rng([seed, 1]).standard_normal((1, 51, 4)), q)
    dU = rnn_backward(run, q, dh).U
    (cut,), length = clip_by_norm([dU], 1.0)
    cosine = np.vdot(dU, cut) / length / np.linalg.norm(cut)
    peak, reach, clipped = abs(run.h).max(), gradient_reach(run, q)[0, 0], np.linalg.norm(cut)
    exploding.append((peak, reach, length, clipped, cosine))
    print(f"{seed:4}  {peak < 1!s:>11}  {reach:9,.0f}  {length:15,.0f}  {clipped:7.1f}  {cosine:.3f}")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-8b"]
# ## A task that needs memory
#
# **Flagged recall**: every step shows one of four letters. One of the first ten steps carries a flag. Then *lag*
# more letters follow. At the end: which letter was flagged?
#
# **Predict:** 32 units, the same training. At lag 5, and at lag 50, how often is the plain RNN right? Guessing
# gives 25 %.

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Read the sequence aloud and let the room answer; they find it easy, and that is the point. Take two
# votes: lag 5, lag 50. Training runs live in a few seconds.

# %% slideshow={"slide_type": "fragment"}
example = flagged_recall(lag=5).batch(1, np.random.default_rng(SEED))
letters, flags = example.xs[0, :, :4].argmax(axis=1), example.xs[0, :, 4]  # the fifth is the flag
print(*["ABCD"[k] + "⚑" * int(flag) for k, flag in zip(letters, flags, strict=True)], "→ ?")

# %% slideshow={"slide_type": "subslide"} tags=["row-8b"]
learned, curves = {}, []
for lag in (5, 50):
    start, task = RNNParams.random(5, 32, np.random.default_rng(SEED), np.float32), flagged_recall(lag)
    learned[lag] = fit(start, task, np.random.default_rng(SEED), updates=1000, progress=False)
    history = learned[lag].history
    curves.append(Line(history.updates, history.accuracy, len(curves), f"lag {lag}"))
updates, right = Axis("updates", 0, 1040, whole=True), Axis("right, of 500 unseen sequences", 0, 1)
title = "The same RNN, the same training: lag 5 is learned, lag 50 is not"
words = "At lag 5 the share of right answers rises to nearly 1, at lag 50 it stays near a quarter."
chart(curves, updates, right, alt=words, title=title, width=760, height=280)

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) The lag 5 line ends early: training stops once two checks in a row reach 99 %. Ask what could be unfair
# here. One seed, one learning rate, 1,000 updates: so look at the records next.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-8b"]
# ## Be fair: records of five seeds
#
# Up to 3,000 updates for every cell, none of them tuned. *Solved* means 99 % twice in a row.
#
# - At lag 5 every cell solves it every time. A plain RNN is enough, with a quarter of the weights of an LSTM, the
#   cell of the next lessons.
# - At lag 20 the plain RNN needs luck: 2 of 10 runs.
# - At lag 50 the name LSTM helps nobody; a forget gate that starts open (bias 4, lesson 03) does.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Say what these records are: this task, this budget. At another learning rate one plain RNN came close at
# lag 50 and swayed: it is hard for an RNN, not impossible. Which matrix is luckier at lag 20 changes with the rate, too:
# `data/recall/README.md` has them all. The GRU: lesson 08.

# %% slideshow={"slide_type": "subslide"} tags=["row-8b"]
runs = json.loads((data_dir() / "recall" / "accuracy.json").read_text(encoding="utf-8"))["runs"]
solved = {}
print(f"{'of 5 seeds solved at lag':25}      5  10  20  50 100   weights")
for cell in ("RNN, orthogonal", "RNN, Glorot", "LSTM, forget bias 1", "LSTM, forget bias 4"):
    same = [r for r in runs if r["cell"] == cell and r["rate"] == 0.005 and r["solved_at"] is not None]
    solved[cell] = [sum(r["lag"] == lag for r in same) for lag in (5, 10, 20, 50, 100)]
    weights = (count_rnn if "RNN" in cell else count_lstm)(5, 32)
    print(f"{cell:25}   " + "".join(f"{count:4}" for count in solved[cell]) + f"{weights:10,}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## You saw
#
# - how the influence of an early step faded or grew: measured first, then explained as one factor a step,
# - why tanh bounded the states but not the gradients, and that clipping mends explosions only,
# - which memory task this made hard for a plain RNN, and that at a short lag a plain RNN was all you needed.

# %% slideshow={"slide_type": "slide"}
quiz("02")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Your turn
#
# Three functions, each a line or a few. The second is for those who like matrices; nothing later needs it.
#
# ### Exercise 1: all the way back, one unit
#
# One unit, $h_t = \tanh(w\,h_{t-1} + x_t)$. From `w` and the states `h`, an array $[h_1 \dots h_T]$, find
# $\partial h_T / \partial h_0$: one number.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def scalar_bptt(w, h):
    """From a number w and the states h (time,) to one number: dh_T/dh_0."""
    return ...


check("scalar_bptt", scalar_bptt)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def scalar_bptt(w, h):
    """From a number w and the states h (time,) to one number: dh_T/dh_0."""
    return np.prod(w * (1 - h**2))


check("scalar_bptt", scalar_bptt)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 2 (optional): one step back, many units
#
# From `dh`, which is $\partial L / \partial h_t$ for a loss $L$, the state `h`, which is $h_t$, and the parameters `p`,
# find $\partial L / \partial h_{t-1}$ of the step before. You need `p.U`.
#
# <details><summary>The same with matrices</summary>
#
# Forwards, $a_t = x_t W + h_{t-1} U + b$ and $h_t = \tanh(a_t)$. A nudge of $h_{t-1}$ first meets $U$, then the
# slopes:
#
# $$\frac{\partial h_t}{\partial h_{t-1}} = U\,\mathrm{diag}(1 - h_t^2)$$
#
# with a row for each old unit and a column for each new one. The reach is the spectral norm of the product of
# such matrices. A gradient travels the other way: slopes first, then $U$ transposed.
#
# </details>


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def bptt_step(dh, h, p):
    """From dh and h, both (batch, units), and p to dL/dh_prev (batch, units)."""
    return ...


check("bptt_step", bptt_step)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def bptt_step(dh, h, p):
    """From dh and h, both (batch, units), and p to dL/dh_prev (batch, units)."""
    return (dh * (1 - h**2)) @ p.U.T


check("bptt_step", bptt_step)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 3: clip
#
# `gradients` is a list of arrays. If their joint norm is above `max_norm`, scale them all by one factor so that
# it becomes `max_norm`; otherwise leave them as they are. Return the list.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def clip(gradients, max_norm):
    """From a list of arrays and a number to a list of arrays of the same shapes."""
    return ...


check("clip", clip)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def clip(gradients, max_norm):
    """From a list of arrays and a number to a list of arrays of the same shapes."""
    norm = np.sqrt(sum((g**2).sum() for g in gradients))
    return [g * min(1, max_norm / norm) for g in gradients]


check("clip", clip)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Further reading
#
# - Y. Bengio, P. Simard, P. Frasconi (1994), *Learning long-term dependencies with gradient descent is
#   difficult*, [doi:10.1109/72.279181](https://doi.org/10.1109/72.279181)
# - R. Pascanu, T. Mikolov, Y. Bengio (2013), *On the difficulty of training recurrent neural networks*,
#   [arXiv:1211.5063](https://arxiv.org/abs/1211.5063): the bound, and clipping
# - Q. V. Le, N. Jaitly, G. E. Hinton (2015), *A simple way to initialize recurrent networks of rectified linear
#   units*, [arXiv:1504.00941](https://arxiv.org/abs/1504.00941): what else helps a plain RNN
#
# One more exercise, if you like: `check("shared_weights")` says what it asks.
#
# Next: [03 The forget gate](03_forget_gate.ipynb), a factor a step that can be learned.
