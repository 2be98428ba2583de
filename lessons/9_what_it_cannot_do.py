# %% [markdown]
# # 9. What it cannot do
#
# *Two minutes. A network answers whatever you ask; that is not the same as knowing.*

# %%
from tempfile import TemporaryDirectory

import numpy as np

import zeronine as zn
from zeronine.evaluation.unknown import letters
from zeronine.lesson.notebook import bet, row
from zeronine.reading.classify import Classifier, shipped

train, validation, test = zn.load_mnist()
with TemporaryDirectory() as folder:
    run = zn.train(train, "repaired", validation=validation, folder=folder)
    article = Classifier(run)

# %% [markdown]
# ## Predict
#
# Letters: A, C, E, F, H, K ... none of which anybody takes for a digit.
# The article's network has ten answers and has to give one of them.
# For how many per cent of the letters will it be *at least 90 % sure* of a digit?

# %%
my_guess = 5.0  # per cent

# %% [markdown]
# ## Do

# %%
alphabet = letters()  # (N, 28, 28), brought to the canvas like any digit
said = article(alphabet)
sure = 100 * float((said.probabilities.max(axis=1) >= 0.9).mean())
shown = np.arange(0, len(alphabet), len(alphabet) // 8)[:8]
row(
    [np.rint(255 * alphabet[index]).astype(np.uint8) for index in shown],
    [f"{said.probabilities[index].argmax()}, {said.probabilities[index].max():.0%}" for index in shown],
)

# %% [markdown]
# ## See

# %%
print(f"Of {len(alphabet)} letters, it calls {sure:.0f} % a digit, and is 90 % sure or more.")
print(bet(my_guess, sure, " %", near=10))

# %% [markdown]
# "How sure" only ever meant *which of the ten*.
# Whether it is a digit at all was never asked in its training.
# The shipped model was taught that question, too, with letters in other fonts, scribbles and halves of digits:

# %%
best = shipped()
doubted = 100 * float((best(alphabet).digit_probability < 0.5).mean())
digits_doubted = 100 * float((best(test.images[:2000]).digit_probability < 0.5).mean())
print(
    f"The shipped model says 'no digit' of {doubted:.0f} % of the letters and of {digits_doubted:.1f} % of digits."
)

# %% [markdown]
# ## Predict again
#
# Turn the test digits a quarter of the way round.
# You still read them, with your head on your shoulder.
# How many per cent will the shipped model read?

# %%
my_second_guess = 60.0  # per cent

# %%
upright, turned = test.images[:2000], np.rot90(test.images[:2000], axes=(1, 2)).copy()
read_upright = 100 * float((best(upright).probabilities.argmax(axis=1) == test.labels[:2000]).mean())
read_turned = 100 * float((best(turned).probabilities.argmax(axis=1) == test.labels[:2000]).mean())
print(f"Upright {read_upright:.1f} %, on their sides {read_turned:.1f} %.")
print(bet(my_second_guess, read_turned, " %", near=10))

# %% [markdown]
# It never learnt what a digit *is*; it learnt what digits look like that stand upright.
# And some it can never learn: a 6 that stands on its head is a 9, and no network in the world knows which one
# you meant.
#
# **What you saw:** a closed list of answers is always answered, being sure is not knowing, and what was not in the
# training is not in the network.
#
# ## What you have proved
#
# Nobody told you any of this: every figure was computed in front of you.
# The same network went from a guesser to 97 % by a loss that speaks, a kink that was missing and a step of the right
# size; its honest figure is the one on digits unseen; and between 97 % and *your* handwriting lies the way that a
# picture takes to the network.
#
# Back to the article, whole: [article.py](article.py).
