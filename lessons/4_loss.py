# %% [markdown]
# # 4. The loss
#
# *Two minutes. One number says how wrong the network is; choose it badly and nothing else helps.*

# %%
import numpy as np
import torch
from torch.nn import functional

from zeronine.lesson.notebook import bet

# %% [markdown]
# The network ends in ten numbers, one for each digit.
# *Softmax* makes probabilities of them: all positive, sum 1.
# The loss is **-log(probability of the right digit)**: 0 where the network was sure and right, and more the less
# it believed in the right one.
#
# ## Predict
#
# A network that knows nothing gives each digit a tenth.
# What is its loss?

# %%
my_guess = 1.0

# %% [markdown]
# ## Do

# %%
labels = torch.arange(10)
guessing = float(functional.cross_entropy(torch.zeros(10, 10), labels))
for probability in (0.99, 0.5, 0.1, 0.01, 0.0001):
    print(f"probability of the right digit {probability:<7} -> loss {-np.log(probability):.3f}")

# %% [markdown]
# ## See

# %%
print(f"Guessing costs {guessing:.3f}, which is the logarithm of ten.")
print(bet(my_guess, guessing, near=0.3))

# %% [markdown]
# ## Predict again: the article's mistake
#
# PyTorch's `nll_loss` expects the *logarithms* of probabilities.
# The article's network gives it the probabilities themselves.
# It still runs, and the number even falls.
#
# Learning follows the slope: how the loss changes if the network changes its mind a little.
# Take a picture of a 3 that the network calls an 8, and is sure of it.
# By how many times is the slope of the true loss steeper than that of the article's?

# %%
my_second_guess = 2.0  # times

# %% [markdown]
# ## Do


# %%
def slope(loss, sure):
    """Return the slope of a loss for the evidence of the right digit, where a wrong one has `sure` more."""
    logits = torch.zeros(1, 10)
    logits[0, 8] = sure
    logits.requires_grad_()
    loss(logits, torch.tensor([3])).backward()
    return abs(float(logits.grad[0, 3]))


def true_loss(logits, labels):
    """Minus the logarithm of the right digit's probability."""
    return functional.cross_entropy(logits, labels)


def article_loss(logits, labels):
    """As printed: probabilities, where logarithms were expected."""
    return functional.nll_loss(functional.softmax(logits, dim=1), labels)


print("evidence for the wrong digit   true loss's slope   the article's")
slopes = {sure: (slope(true_loss, sure), slope(article_loss, sure)) for sure in (0.0, 2.0, 5.0, 10.0)}
for sure, (true, printed) in slopes.items():
    print(f"{sure:>28}   {true:>17.4f}   {printed:>13.6f}")

# %% [markdown]
# ## See

# %%
true, printed = slopes[10.0]
times = true / printed
print(f"Where it is surely wrong, the true loss is {times:,.0f} times steeper.")
print(bet(my_second_guess, times, " times", near=1000))

# %% [markdown]
# The more wrong the network is, the *less* the article's loss tells it so: a pupil who hears nothing exactly
# where he errs most.
# And the true loss says it loudest there.
#
# **What you saw:** the loss of guessing is 2.303, and the article's loss falls silent where it should shout.
#
# Next: [5_slope.py](5_slope.py).
