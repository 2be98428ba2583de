# %% [markdown]
# # 1. Data
#
# *Two minutes. Everything a network will ever know of digits comes from here, so look first.*
#
# Every chapter goes the same way: **predict**, **do**, **see**.
# Change the line that says `my_guess` before you run the cell below it.
# Nobody keeps score, but a guess makes you look twice.

# %%
# Installs Zeronine where it is missing, as on a hosted platform; in a clone it is there.
import importlib.util
import subprocess
import sys

SOURCE = "zeronine[learn]"  # or a wheel, a folder, or "zeronine[learn] @ git+https://..." of a clone
if importlib.util.find_spec("zeronine") is None:
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", SOURCE], check=True)

# %% [markdown]
# ## What there is
#
# MNIST is 70,000 digits, written by hand on paper forms and scanned long ago.
# Zeronine fetches the four files once, checks them byte for byte, and cuts them in three:
# digits to learn from, digits to choose by, and digits that judge.

# %%
import numpy as np

import zeronine as zn
from zeronine.lesson.notebook import bet, row

train, validation, test = zn.load_mnist()
for digits in (train, validation, test):
    print(f"{digits.name:<18}{len(digits):>7,} digits of {digits.images.shape[1:]} pixels")

# %%
row(train.images[:10], [str(label) for label in train.labels[:10]])

# %% [markdown]
# ## Predict
#
# Imagine the laziest recogniser there is: it does not look, and always answers the same digit.
# It may choose *which* digit, by counting the training digits.
# How many per cent of the test digits will it get right?

# %%
my_guess = 10.0  # per cent

# %% [markdown]
# ## Do

# %%
counts = np.bincount(train.labels, minlength=10)
for digit, count in enumerate(counts):
    print(f"{digit}  {count:>5,}  {'█' * (count // 200)}")
favourite = int(counts.argmax())
lazy = 100 * float((test.labels == favourite).mean())

# %% [markdown]
# ## See

# %%
print(f"The commonest digit is {favourite}; answering it always gets {lazy:.2f} % of the test digits.")
print(bet(my_guess, lazy, " %", near=0.5))

# %% [markdown]
# Not ten: the digits are not equally many.
# That figure is the floor, and whatever is at it has learnt nothing.
#
# ## One thing more: do the judges know the pupils?
#
# If a test digit were also a training digit, remembering would pass for understanding.

# %%
seen = {image.tobytes() for image in train.images}
shared = sum(image.tobytes() in seen for image in test.images)
print(f"Test digits that are pixel for pixel among the training digits: {shared} of {len(test):,}")

# %% [markdown]
# **What you saw:** how many digits there are, that an answer given without looking gets a ninth of them,
# and that no digit stands on both sides.
#
# Next: [2_look.py](2_look.py).
