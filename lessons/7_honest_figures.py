# %% [markdown]
# # 7. Honest figures
#
# *Two minutes. How a figure of your own fools you, in three ways, and what stands beside an honest one.*

# %%
from dataclasses import replace
from tempfile import TemporaryDirectory

import numpy as np

import zeronine as zn
from zeronine.lesson.notebook import bet, row

train, validation, test = zn.load_mnist()

# %% [markdown]
# ## Predict
#
# The article counts its "Model Accuracy" on the digits that it trained on.
# Here is a network that sees only 500 digits, forty times each.
# How many of *its own* 500 will it get right, and how many of the test digits?

# %%
my_guess_own = 95.0  # per cent
my_guess_test = 95.0

# %% [markdown]
# ## Do

# %%
few = train[:500]
with TemporaryDirectory() as folder:
    run = zn.train(few, replace(zn.RECIPES["repaired"], epochs=40), validation=validation, folder=folder)
    on_own, on_test = zn.evaluate(run, few), zn.evaluate(run, test)

# %% [markdown]
# ## See

# %%
own, unseen = 100 * on_own.accuracy, 100 * on_test.accuracy
print("Its own digits: ", bet(my_guess_own, own, " %", near=1))
print("Digits unseen:  ", bet(my_guess_test, unseen, " %", near=2))

# %% [markdown]
# It learnt its own digits by heart.
# Both figures are "accuracy"; only the second one says what you can expect tomorrow.
#
# ## The second way: choosing by the judge
#
# 200 recognisers that only guess, judged by the same 100 test digits.
# Report the best of them.

# %%
generator = np.random.default_rng(0)
judge, guesses = test.labels[:100], generator.integers(0, 10, (200, 100))
scores = (guesses == judge).mean(axis=1)
best_guesser = 100 * float(scores.max())
fresh = 100 * float((generator.integers(0, 10, 100_000) == np.resize(test.labels, 100_000)).mean())
print(
    f"The best of 200 guessers: {best_guesser:.0f} %. The same on digits that it was not chosen by: {fresh:.0f} %."
)

# %% [markdown]
# Nobody lied, and the figure is false.
# Whoever tries many things and reports the best one *on the judge* reports his luck.
# That is what the validation digits are for: choose by them, and touch the test digits once.
#
# ## The third way: a figure without its size
#
# The same accuracy on a hundred digits and on ten thousand does not say the same.

# %%
from zeronine.metrics import wilson

intervals = {count: wilson(round(0.97 * count), count) for count in (100, 1000, 10_000)}
for count, (low, high) in intervals.items():
    print(f"97 % of {count:>6,} digits: 95 % interval {low:.1%} to {high:.1%}")

# %%
low, high = on_test.interval
print(
    f"So, honestly: {unseen:.2f} % of {on_test.count:,} unseen digits (95 % interval {low:.2%} to {high:.2%})."
)

# %% [markdown]
# And always look at the mistakes; they say more than any figure:

# %%
row(
    [mistake.image for mistake in on_test.mistakes[:8]],
    [f"{mistake.true} read {mistake.predicted}" for mistake in on_test.mistakes[:8]],
)

# %% [markdown]
# **What you saw:** learnt by heart is not learnt, the best of many is luck, and a figure needs its count.
#
# Next: [8_your_own_hand.py](8_your_own_hand.py).
