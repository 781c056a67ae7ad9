# %% [markdown] slideshow={"slide_type": "slide"}
# # Start here: let a trained network read your review
#
# In two minutes an LSTM reads a review that you type. In two hours, or in a few evenings, you will have built one and
# taken it apart. Click a cell and press **Shift + Enter** to run it.
#
# **You will see** (20 minutes as a talk, about 45 for study with the exercises, no GPU needed)
#
# - a trained LSTM reading your own review, word by word, and which words carry its verdict
# - what you need beforehand: shapes, the sigmoid, the chain rule
# - how labs, predictions and checks work, and which way through the course is yours

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 20 minutes. Everybody runs the cells with you: ask them to open the notebook before you begin. Do not
# explain what an LSTM is. The next slide shows one at work, and that is enough for today.

# %% slideshow={"slide_type": "skip"}
import numpy as np
from matplotlib import pyplot as plt

from lstm_teach import doctor, figures, reader
from lstm_teach.cells import sigmoid
from lstm_teach.exercises import check
from lstm_teach.labs import reader_lab
from lstm_teach.plotting import Words
from lstm_teach.quizzes import quiz

SEED = 0
rng = np.random.default_rng(SEED)
print("seed", SEED)
figures.use_style()

# %% [markdown] slideshow={"slide_type": "slide"}
# ## A network reads a review
#
# It has read 20,000 film reviews. It has never read this sentence. After each word it gives the probability of
# praise: 1 is praise, 0 is blame, 0.5 is "no idea".
#
# *The story is slow and the jokes are old, but the acting is excellent and I will definitely watch it again.*
#
# **Predict:** at which words does its verdict change? Then run the lab and
#
# 1. drag **Word** back to 1, then press play, or drag it to the end,
# 2. tick **Leave this word out** at a word of your choice,
# 3. remove the tick, and type a review of your own into **Your text**.

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Collect two guesses, then play the lab to the end. Let the room dictate a review; a short one with a
# clear opinion works best. Somebody will try "not bad": promise it for the slide after next.

# %% slideshow={"slide_type": "subslide"}
reader_lab("as trained")

# %% [markdown] slideshow={"slide_type": "skip"}
# The probability falls at "slow", and climbs at "excellent" and "definitely". The colour of a word says how far it moved
# the probability when it was read.
#
# <details><summary>The lab as a picture, for readers without a kernel</summary>
#
# ![The reader lab: a sentence of 21 words, coloured by how each moves the verdict; below, the probability of a
# positive review after every word, which falls at "slow" and climbs at "excellent" and
# "definitely"](images/reader_lab--as-trained.svg)
#
# </details>

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-1"]
# ## Which words carry the verdict?
#
# The verdict is what the reader says after the last word. We delete one word, let it read the rest again, and
# compare. We do this for each of the 21 words.
#
# **Predict:** which two deletions cost most? And what does deleting *the* cost?

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Ask for a show of hands for "excellent", "definitely", "again", "slow". Most people forget that deleting
# "slow" can raise the verdict.

# %% slideshow={"slide_type": "subslide"} tags=["row-1"]
r = reader.load()
sentence = (
    "The story is slow and the jokes are old, but the acting is excellent "
    "and I will definitely watch it again."
)
words = r.read(sentence).words
verdict = r.read(sentence).probability[-1]
without = np.array([r.read(" ".join(words[:k] + words[k + 1 :])).probability[-1] for k in range(len(words))])
for k in (*np.argsort(without)[:2], words.index("slow"), words.index("the")):
    print(f"{verdict:.2f} becomes {without[k]:.2f} without {words[k]!r}")
Words(
    words,
    verdict - without,
    alt=f"The sentence, each word coloured by what it adds: {words[without.argmin()]} most",
    limit=0.2,
    title="What each word adds to the verdict (red) or takes from it (blue)",
).picture(860, size=21)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What does it not understand?
#
# A few key words carry the verdict, above all "excellent" and "definitely". Without "slow" it rises, without "the" it
# hardly moves.
#
# *The film is bad.* is blame, and the reader says so.
#
# **Predict:** what does it make of *The film is not bad.*?

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) The room says "it will turn positive". Say plainly what the reader does: this course always names limits.

# %% slideshow={"slide_type": "fragment"}
for text in ("The film is bad.", "The film is not bad.", "The film is good.", "The film is not good."):
    print(f"{r.read(text).probability[-1]:.2f}  {text}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Where does it keep what it has read?
#
# The reader takes "not bad" for blame, even more than "bad". It knows words better than sentences: lesson 12 measures
# that.
#
# After each word it keeps two rows of 32 numbers, called h and c, and nothing else: no list of words, no second look.
# A **forget gate** says how much of c is kept.
#
# **Predict:** we hold that gate at 0. What is left of the verdict?

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Do not explain the gate yet; the name itself is a trap, and lesson 03 opens with it.

# %% slideshow={"slide_type": "fragment"}
reading = r.read(sentence)
print("h", reading.h.shape, " c", reading.c.shape, " (words, units)")
forgetful = r.read(sentence, clamp={"f": 0.0})
print(f"verdict {reading.probability[-1]:.2f}, with the forget gate at 0: {forgetful.probability[-1]:.2f}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## How this course works
#
# With its forget gate at 0 the reader comes close to 0.5, "no idea": c no longer keeps the words that it has read.
#
# - **Predict** before you run a cell. You will remember a wrong guess.
# - **Move** a lab. *Start from* offers interesting states, and *Reset* goes back. Tab and the arrow keys work too.
#   One line says what the picture shows.
# - **Measure.** Claims are computed on the page: change a number and run the cell again. Long runs come from a record.
#
# If something is broken, choose *Kernel → Restart Kernel* and begin at the top.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Show Start from and Reset once. Say that nothing later needs the answer of an exercise: nobody can get
# stuck.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Three things you need: first, shapes
#
# A dense layer multiplies rows by a matrix: $x W + b$. Here x is (batch, m), W is (m, n), b is (n,). Books that use
# column vectors write $W x$; we keep rows, so that the equation and the code read alike.
#
# **Predict:** x is (2, 3), W is (3, 4), b is (4,). Which shape comes out?

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) The next three slides are the self-check. Whoever understands all three is ready. Ask someone to say why b,
# with four numbers, can be added to two rows.

# %% slideshow={"slide_type": "fragment"}
x, W, b = rng.normal(size=(2, 3)), rng.normal(size=(3, 4)), np.zeros(4)
dense = x @ W + b
print(x.shape, "@", W.shape, "+", b.shape, "gives", dense.shape)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Second, the sigmoid
#
# $$\sigma(a) = \frac{1}{1 + e^{-a}}$$
#
# It turns any number into one between 0 and 1: how far a gate is open. σ(0) is one half: there a gate stands half
# open. The function tanh is similar: it gives numbers between −1 and 1.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Ask for σ(0) before you run the cell.

# %% slideshow={"slide_type": "fragment"}
a = np.linspace(-6, 6, 121)
fig, axes = plt.subplots(figsize=(12, 3.6))
axes.plot(a, sigmoid(a), **figures.line(0, label="σ(a)"))
axes.plot(a, np.tanh(a), **figures.line(1, label="tanh(a)"))
axes.axhline(0, color="black", linewidth=1)
axes.set(xlabel="a", ylabel="value")
fig.legend(loc="outside right center")
figures.show(fig, alt="σ rises from 0 to 1 and is 0.5 at a = 0; tanh rises from −1 to 1 and is 0 there.")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Third, the chain rule
#
# The slope of nested functions is the product of their slopes. For $y = \sigma(3x)$ it is
# $3 \cdot \sigma(3x)\,(1 - \sigma(3x))$.
#
# You can also measure a slope: move x a little, and see how much y moves.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Backpropagation is this rule, used many times over. We meet it again in lesson 02.

# %% slideshow={"slide_type": "fragment"}
x0, eps = 0.4, 1e-6
by_rule = 3 * sigmoid(3 * x0) * (1 - sigmoid(3 * x0))
measured = (sigmoid(3 * (x0 + eps)) - sigmoid(3 * (x0 - eps))) / (2 * eps)
print(f"by the rule {by_rule:.6f}, measured {measured:.6f}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## A check tells you what went wrong
#
# The rule and the measurement agree: nearly everything in this course is checked in this way.
#
# *On the two-hour path, skip this section.*
#
# Exercises stand at the end of each lesson. A check tries your answer on fresh random numbers. If the answer is
# wrong, it names the likely mistake. Here we give it tanh, but it asks for the sigmoid:

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Run it twice: the numbers behind it differ each time, the hint is the same. It works without internet and
# sends nothing to anybody.

# %% slideshow={"slide_type": "fragment"}
check("sigmoid", np.tanh)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Ask the doctor
#
# *On the two-hour path, skip this section.*
#
# The doctor examines this installation. If something is missing, it names the one command that repairs it. In a
# terminal, `make doctor` prints all findings.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) It takes some seconds, since it starts Keras and Jupyter once. A note is fine as it is; a GPU is a
# convenience for lesson 11 only.

# %% slideshow={"slide_type": "fragment"}
findings = doctor.examine()
remarks = [finding for finding in findings if finding.state != "ok"]
print(len(findings) - len(remarks), "of", len(findings), "points are ok")
print(doctor.report(remarks or findings))

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Two hours, or all of it
#
# - **Two hours:** [00](00_start_here.ipynb), [01](01_recurrent_networks.ipynb), [02](02_vanishing_gradient.ipynb),
#   [06](06_lstm_cell.ipynb), [12](12_inside_a_trained_lstm.ipynb), without their exercises. You build the cell and look
#   into a trained one. A section that you can leave out says so; nothing later needs it.
# - **All of it:** every lesson in its order, over several evenings.
#
# Minutes are given twice: for a talk, and for study at home with the exercises. The second is an estimate: 90 words a
# minute, a minute and a half per cell of code, three minutes more per exercise.
#
# If you know LSTMs and want accuracy, begin with [10](10_words_padding_masks.ipynb) and
# [11](11_train_on_reviews.ipynb).

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Say which path today's class takes. The next two slides are for reading at home; leave them on the screen
# while people settle.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ## The lessons, 00 to 06
#
# | lesson | the question it answers | talk | study | two hours |
# |---|---|--:|--:|--:|
# | [00](00_start_here.ipynb) | What does a trained LSTM do with my review? | 20 | 45 | 25 |
# | [01](01_recurrent_networks.ipynb) | How can a layer read a text of any length? | 30 | 45 | 20 |
# | [02](02_vanishing_gradient.ipynb) | Why does a plain network forget what came early? | 32 | 55 | 30 |
# | [03](03_forget_gate.ipynb) | What does a forget gate do at 1? | 20 | 50 |  |
# | [04](04_input_gate.ipynb) | What is written, and how much of it? | 20 | 45 |  |
# | [05](05_output_gate.ipynb) | What does the cell show of what it knows? | 20 | 45 |  |
# | [06](06_lstm_cell.ipynb) | Why does the gradient survive in an LSTM? | 34 | 60 | 30 |

# %% [markdown] slideshow={"slide_type": "subslide"}
# ## The lessons, 07 to 16
#
# | lesson | the question it answers | talk | study | two hours |
# |---|---|--:|--:|--:|
# | [07](07_counting_parameters.ipynb) | How many weights is that, and why? | 25 | 45 |  |
# | [08](08_gru.ipynb) | Can two gates do the work of three? | 30 | 50 |  |
# | [09](09_keras_layers.ipynb) | What does a layer of Keras hand back? | 30 | 55 |  |
# | [10](10_words_padding_masks.ipynb) | How do words become numbers, and is padding harmless? | 28 | 50 |  |
# | [11](11_train_on_reviews.ipynb) | How well does it judge 25,000 real reviews? | 27 | 55 |  |
# | [12](12_inside_a_trained_lstm.ipynb) | What do the gates of a trained reader do? | 27 | 55 | 25 |
# | [13](13_when_a_figure_lies.ipynb) | When does validation lie? | 30 | 55 |  |
# | [14](14_let_it_write.ipynb) | Which letter comes next, and what is copied? | 24 | 40 |  |
# | [15](15_forecast_a_series.ipynb) | What comes next in a series, and when does an LSTM pay? | 25 | 50 |  |
# | [16](16_where_next.ipynb) | What improves an LSTM, and what came after it? | 29 | 50 |  |

# %% [markdown] slideshow={"slide_type": "slide"}
# ## You saw
#
# - a trained LSTM read your own review, word by word, and which words carried its verdict
# - what you needed beforehand: shapes, the sigmoid, the chain rule
# - how labs, predictions and checks worked, and which way through the course is yours

# %% slideshow={"slide_type": "slide"}
quiz("00")

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) One question as a poll is enough; the rest stays for home.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Your turn
#
# Three checks, three minutes. If all of them pass you are ready. If one does not, its hint says what to look up. You
# can go on anyway: every lesson measures before it calculates.
#
# ### Exercise 1: the shape of a product
#
# x has shape (5, 3) and W has shape (3, 4). What is the shape of `x @ W`? Replace the dots by a pair of numbers.

# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
answer = ...
check("product_shape", answer)

# %% slideshow={"slide_type": "fragment"} tags=["solution"]
answer = (5, 4)
check("product_shape", answer)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 2: the sigmoid
#
# Write σ for every element of an array at once, with `np.exp`.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def my_sigmoid(a):
    """σ of every element; a and the result are arrays of the same shape."""
    return ...


check("sigmoid", my_sigmoid)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def my_sigmoid(a):
    """σ of every element; a and the result are arrays of the same shape."""
    return 1 / (1 + np.exp(-a))


check("sigmoid", my_sigmoid)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 3: the chain rule
#
# Two numbers w and x: what is the slope of $\tanh(w x)$ when x moves? The slope of $\tanh(a)$ alone is
# $1 - \tanh^2(a)$.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def slope(w, x):
    """The slope of tanh(w x) with respect to x; w, x and the result are numbers."""
    return ...


check("chain_rule", slope)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def slope(w, x):
    """The slope of tanh(w x) with respect to x; w, x and the result are numbers."""
    return w * (1 - np.tanh(w * x) ** 2)


check("chain_rule", slope)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Further reading
#
# - Sepp Hochreiter and Jürgen Schmidhuber, 1997: [Long Short-Term
#   Memory](https://doi.org/10.1162/neco.1997.9.8.1735). The first LSTM, still without a forget gate.
# - Andrew Maas and others, 2011:
#   [Learning Word Vectors for Sentiment Analysis](https://aclanthology.org/P11-1015/). The film reviews that our
#   reader was trained on.
# - Christopher Olah, 2015:
#   [Understanding LSTM Networks](https://colah.github.io/posts/2015-08-Understanding-LSTMs/). The best-known pictures
#   of the cell.
#
# Next: [01 How can a layer read a text of any length?](01_recurrent_networks.ipynb)
