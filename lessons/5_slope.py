# %% [markdown]
# # 5. The slope
#
# *Two minutes. Learning is: find the slope, take a step down, again.*

# %%
import numpy as np

import zeronine as zn
from zeronine.lesson.arithmetic import BATCH, one_step
from zeronine.lesson.notebook import bet
from zeronine.network import by_hand

train, _, _ = zn.load_mnist()
images, labels = train.images[:BATCH], train.labels[:BATCH]
inputs = by_hand.normalise(images / 255)
layers = by_hand.start((784, 128, 64, 10), np.random.default_rng(0))
values = by_hand.forward(layers, inputs)
before = by_hand.loss(values[-1], labels)
print(f"Loss of an untrained network on {BATCH} digits: {before:.4f} (guessing costs 2.3026)")

# %% [markdown]
# One weight's slope can be found by hand: nudge it, and see how the loss moves.
# Backpropagation finds all 109,386 slopes at once, by the chain rule.
# Do the two agree?

# %%
slopes = by_hand.backward(layers, values, labels)
place = np.unravel_index(np.abs(slopes[-1].weights).argmax(), slopes[-1].weights.shape)
nudge = 1e-5


def loss_with(change):
    """Return the loss with one weight of the last layer changed."""
    weights = layers[-1].weights.copy()
    weights[place] += change
    return by_hand.loss(
        by_hand.forward([*layers[:-1], by_hand.Layer(weights, layers[-1].biases)], inputs)[-1], labels
    )


nudged = (loss_with(nudge) - loss_with(-nudge)) / (2 * nudge)
found = float(slopes[-1].weights[place])
print(f"By nudging: {nudged:+.8f}")
print(f"By backpropagation: {found:+.8f}")

# %% [markdown]
# And PyTorch? Its slopes, for the very same network:

# %%
step = one_step(train)
print(f"Largest difference between the slopes by hand and PyTorch's: {step.disagreement:.0e}")

# %% [markdown]
# ## Predict
#
# Now go down: every weight less a little of its slope.
# "A little" is the learning rate.
# Here are five of them, each tried for one step from the same start.
# At which one will the loss be *worse* than before?

# %%
my_guess = 1.0  # one of 0.001, 0.01, 0.1, 1, 10

# %% [markdown]
# ## Do

# %%
rates = (0.001, 0.01, 0.1, 1.0, 10.0)
after = {}
for rate in rates:
    stepped = by_hand.step(layers, slopes, rate)
    after[rate] = by_hand.loss(by_hand.forward(stepped, inputs)[-1], labels)
    print(f"learning rate {rate:<6g} loss {before:.3f} -> {after[rate]:.3f}")

# %% [markdown]
# ## See

# %%
too_far = min(rate for rate in rates if after[rate] > before)
gain = before - after[0.001]
print(f"From {too_far:g} on, the step lands higher than it began: it jumped over the valley.")
print(bet(my_guess, too_far, near=0))
print(
    f"And the article's 0.001 moved the loss by {gain:.5f}: some {before / gain:,.0f} such steps are one whole loss."
)

# %% [markdown]
# The slope is true only where you stand.
# Too small a step wastes your time, too large a one leaves the valley.
#
# **What you saw:** three ways to the same slope, a step that helps, one that crawls and one that jumps too far.
#
# Next: [6_training.py](6_training.py).
