# %% [markdown]
# # 3. The network
#
# *Two minutes. 784 numbers go in, ten come out; what lies between is sums and one kink.*

# %%
import numpy as np

import zeronine as zn
from zeronine.lesson.notebook import bet
from zeronine.network import by_hand

_, _, test = zn.load_mnist()

# %% [markdown]
# The article's network: 784 inputs, 128 units, 64 units, ten outputs.
# Each unit multiplies everything that comes in by a weight of its own, adds it all up, and adds one number more,
# its bias.
#
# ## Predict
#
# How many numbers will training have to find, all weights and biases together?

# %%
my_guess = 10_000

# %% [markdown]
# ## Do

# %%
layers = by_hand.start((784, 128, 64, 10), np.random.default_rng(0))
count = 0
for layer in layers:
    out, into = layer.weights.shape
    print(f"{into:>4} x {out:<4} weights + {out:>3} biases = {into * out + out:>7,}")
    count += into * out + out

# %% [markdown]
# ## See

# %%
print(f"{count:,} numbers.")
print(bet(my_guess, count, near=10_000))

# %% [markdown]
# They begin at random, so the network begins as a guesser:

# %%
inputs = by_hand.normalise(test.images / 255)  # (10000, 784), from -1 to 1
logits = by_hand.forward(layers, inputs)[-1]  # (10000, 10): the evidence for each digit
untrained = 100 * float((logits.argmax(axis=1) == test.labels).mean())
print(f"Untrained it gets {untrained:.1f} % of the test digits.")

# %% [markdown]
# ## Predict again: what is the kink for?
#
# After a hidden layer stands ReLU: what is negative becomes 0.
# It looks like throwing away.
# In the article's code the second one is missing, although the comment beside it names it.
#
# Take both away.
# Then three layers of sums follow each other.
# Can *one* layer of sums give exactly the same answers?

# %%
my_second_guess = False  # True or False

# %%
first, second, third = layers
collapsed = third.weights @ second.weights @ first.weights  # (10, 784): one table instead of three
bias = third.weights @ (second.weights @ first.biases + second.biases) + third.biases
three = ((inputs @ first.weights.T + first.biases) @ second.weights.T + second.biases) @ third.weights.T
three = three + third.biases
one = inputs @ collapsed.T + bias
without_relu = float(np.abs(three - one).max())
with_relu = float(np.abs(logits - one).max())
print(f"Without ReLU the single layer differs from the three by at most {without_relu:.0e}.")
print(f"With ReLU it differs by up to {with_relu:.2f}.")
print(f"You said {my_second_guess}; measured: {without_relu < 1e-9}.")

# %% [markdown]
# 109,386 numbers that can do no more than 7,850: that is a network without its kinks.
# With them, each unit can *ignore* what is below its threshold, and layers in a row are worth more than one.
#
# **What you saw:** the network is sums and kinks, it starts as a guesser, and a missing ReLU makes two layers one.
#
# Next: [4_loss.py](4_loss.py).
