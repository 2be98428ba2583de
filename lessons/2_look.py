# %% [markdown]
# # 2. Look
#
# *Two minutes. What a network sees is not what you see.*

# %%
import numpy as np

import zeronine as zn
from zeronine.lesson.notebook import bet, row

train, _, test = zn.load_mnist()

# %% [markdown]
# A digit is a table of 28 x 28 numbers: 0 is paper, 255 is full ink.
# Here is a part of one, as numbers, and then as a picture.

# %%
digit = train.images[0]
print("\n".join(" ".join(f"{value:>3}" for value in line[8:20]) for line in digit[6:16]))

# %%
row(train.images[:10])

# %% [markdown]
# ## Predict
#
# A recogniser without any learning: average all training digits of each class, and call a test digit by the
# average that it is nearest to.
# How many per cent will it get right?

# %%
my_guess = 50.0  # per cent

# %% [markdown]
# ## Do


# %%
def nearest_average(images, labels, asked):
    """Return the class of the nearest average for each picture asked about."""
    flat, asked = images.reshape(len(images), -1) / 255, asked.reshape(len(asked), -1) / 255
    averages = np.stack([flat[labels == value].mean(axis=0) for value in range(10)])  # (10, 784)
    distances = ((averages**2).sum(axis=1) - 2 * asked @ averages.T).round(
        9
    )  # less asked squared: the same for all
    return distances.argmin(axis=1)


answers = nearest_average(train.images, train.labels, test.images)
ordered = 100 * float((answers == test.labels).mean())
averages = [train.images[train.labels == value].mean(axis=0).astype(np.uint8) for value in range(10)]
row(averages, [str(value) for value in range(10)])

# %% [markdown]
# ## See

# %%
print(f"Nearest average: {ordered:.2f} % of the test digits.")
print(bet(my_guess, ordered, " %", near=5))

# %% [markdown]
# Far above the floor of chapter 1, and nothing was learnt but ten averages.
# So when somebody shows you 80 % on MNIST, you know what it is worth.
#
# ## Predict again
#
# Now shuffle the pixels: every picture in the *same* random order.
# You cannot read a single one any more.
# How many per cent will the averages get now?

# %%
my_second_guess = 20.0  # per cent

# %%
order = np.random.default_rng(0).permutation(28 * 28)


def shuffled(images):
    """Return the pictures with their pixels in the new order."""
    return images.reshape(len(images), -1)[:, order].reshape(images.shape)


row(shuffled(train.images[:10]), [str(label) for label in train.labels[:10]])

# %%
answers_shuffled = nearest_average(shuffled(train.images), train.labels, shuffled(test.images))
in_disorder = 100 * float((answers_shuffled == test.labels).mean())
print(f"In order {ordered:.2f} %, in disorder {in_disorder:.2f} %.")
print(bet(my_second_guess, in_disorder, " %", near=1))

# %% [markdown]
# The same.
# To these averages, and to the article's network after them, a picture is a list of 784 numbers; which of them
# are neighbours was never said.
# (A convolutional network is told, and that is its whole advantage.)
#
# **What you saw:** a digit is numbers, a simple count of averages reads four of five, and neither it nor a
# feed-forward network knows what a neighbour is.
#
# Next: [3_network.py](3_network.py).
