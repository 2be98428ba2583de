# %% [markdown]
# # 8. Your own hand
#
# *Two minutes. "97 % on MNIST, and it fails on my own handwriting": why, and what helps.*

# %%
from pathlib import Path
from tempfile import TemporaryDirectory

import zeronine as zn
from zeronine.lesson.notebook import bet, row
from zeronine.lesson.own_hand import HEADINGS, try_pictures, verdict

train, validation, _ = zn.load_mnist()

# %% [markdown]
# Ten pictures of one digit each: ballpoint, felt pen, pencil, chalk, a mouse; some are photographs.
# They come with Zeronine.
# Put files of your own into `my_pictures`, as many as you like, and run it all again.

# %%
my_pictures: list[Path] = []  # for example [Path("seven.jpg")]

# %% [markdown]
# ## Predict
#
# The article's network, repaired, reads some 97 of a hundred MNIST digits.
# Everybody's first try is to squeeze a picture to 28 x 28 and hand it over.
# How many of the *ten* pictures will it get right like that?

# %%
my_guess = 9

# %% [markdown]
# ## Do

# %%
with TemporaryDirectory() as folder:
    run = zn.train(train, "repaired", validation=validation, folder=folder)
    on_mnist = 100 * run.rows[-1]["validation_accuracy"]
    tried = try_pictures(run.model_path, [])
    mine = try_pictures(run.model_path, my_pictures) if my_pictures else []
print(("{:<30}" + "{:<14}" * 3).format(*HEADINGS))
for one in tried + mine:
    print(("{:<30}" + "{:<14}" * 3).format(*one.cells()))

# %% [markdown]
# ## See

# %%
squeezed, ours, shipped = (sum(one.answers[way] == one.truth for one in tried) for way in range(3))
print(f"On MNIST's validation digits: {on_mnist:.1f} %.")
print(bet(my_guess, squeezed, " of 10", near=0))

# %% [markdown]
# Now look at what it was *shown*: above, the squeezed pictures; below, the same ones the way that MNIST's own
# digits were made.
# The ink is cut out and made light on dark, its longer side brought to 20 pixels, its centre of mass to the middle.

# %%
row([one.squeezed for one in tried], [str(one.answers[0]) for one in tried])

# %%
row([one.canvas for one in tried], [str(one.answers[1]) for one in tried])

# %%
print(verdict(tried))

# %% [markdown]
# The network was never the problem: it had simply never seen a picture like yours.
# Either you bring your pictures to what it knows, or you show it what you have.
# Zeronine does both.
#
# **What you saw:** the same network, the same pictures, and only the way between them made the difference.
#
# Next: [9_what_it_cannot_do.py](9_what_it_cannot_do.py).
