# %% [markdown] slideshow={"slide_type": "slide"}
# # Start here: see that everything works
#
# This is the first notebook of a course on recurrent networks. The lessons are being written; what is ready is the
# ground they stand on, and the three cells below try it on your machine.
#
# **You will see** (2 minutes, no GPU needed)
#
# - whether everything that the course needs is installed,
# - one step of an LSTM, with every gate visible.
#
# Run a cell with Shift + Enter.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Ask the doctor
#
# The doctor looks at this installation. Where something is missing, it names the command that mends it.

# %% slideshow={"slide_type": "fragment"}
from lstm_teach import doctor

print(doctor.report(doctor.examine()))

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Take one step
#
# An LSTM cell with n = 2 units reads one input with m = 3 features. It starts from an empty memory, c = 0, and so
# its new cell state is what the input gate lets in of the candidate: $c = f \odot 0 + i \odot \tilde c$.
#
# **Predict:** i and c̃ are printed first. What will c be?

# %% slideshow={"slide_type": "fragment"}
import numpy as np

from lstm_teach.cells import LSTMParams, lstm_step

m, n = 3, 2
p = LSTMParams.random(m, n, np.random.default_rng(0))
x = np.array([[1.0, -1.0, 0.5]])  # (batch, m)
h = c = np.zeros((1, n))

step = lstm_step(x, h, c, p)
print("input gate i  ", step.i)
print("candidate c̃   ", step.c_tilde)

# %% slideshow={"slide_type": "fragment"}
print("forget gate f ", step.f)
print("cell state c  ", step.c, "= i ⊙ c̃ =", step.i * step.c_tilde)
print("output gate o ", step.o)
print("hidden state h", step.h, "= o ⊙ tanh(c) =", step.o * np.tanh(step.c))

# %% [markdown] slideshow={"slide_type": "slide"}
# **You saw**
#
# - whether everything that the course needs is installed,
# - one step of an LSTM, with every gate visible.
#
# The forget gate had nothing to forget yet: whatever its value, f ⊙ 0 is 0. Change `c` to ones in the cell above
# and run it again.
