# %% [markdown]
# # 6. Training
#
# *Two minutes. The article as it was printed, and the same network with its faults mended.*

# %%
from pathlib import Path
from tempfile import TemporaryDirectory

import zeronine as zn
from zeronine.lesson.facts import SWITCHES
from zeronine.lesson.notebook import bet

train, validation, _ = zn.load_mnist()
printed, repaired = zn.RECIPES["as-printed"], zn.RECIPES["repaired"]
for name in ("loss", "last_activation", "learning_rate", "momentum", "schedule"):
    print(f"{name:<16} as printed {getattr(printed, name)!s:<16} repaired {getattr(repaired, name)}")

# %% [markdown]
# Everything else is the same: the digits, the 109,386 numbers, the two rounds ("epochs") through 55,000 digits.
#
# ## Predict
#
# How many per cent of digits that it has never seen will the code get *as printed*?
# And repaired?

# %%
my_guess_printed = 90.0  # per cent
my_guess_repaired = 95.0

# %% [markdown]
# ## Do

# %%
with TemporaryDirectory() as folder:
    runs = {
        recipe.name: zn.train(train, recipe, validation=validation, folder=Path(folder) / recipe.name)
        for recipe in (printed, repaired)
    }
for name, run in runs.items():
    for line in run.rows:
        print(
            f"{name:<11} epoch {line['epoch']}: loss {line['loss']:+.3f}, "
            f"{line['validation_accuracy']:.2%} of the validation digits right"
        )

# %% [markdown]
# ## See

# %%
as_printed = 100 * runs["as-printed"].rows[-1]["validation_accuracy"]
mended = 100 * runs["repaired"].rows[-1]["validation_accuracy"]
print("As printed:", bet(my_guess_printed, as_printed, " %", near=5))
print("Repaired:  ", bet(my_guess_repaired, mended, " %", near=2))

# %% [markdown]
# The printed loss is *negative*, and it falls: everything looks like learning.
# Only counting answers shows that next to nothing was learnt.
#
# ## Put one fault back
#
# Choose one, run the cell again, and see what it costs by itself.

# %%
for name, (title, changes) in SWITCHES.items():
    print(f"{name:<5} {title}: {changes}")
put_back = "step"

title, changes = SWITCHES[put_back]
with TemporaryDirectory() as folder:
    faulty = zn.train(train, repaired.changed(changes), validation=validation, folder=folder)
one_fault = 100 * faulty.rows[-1]["validation_accuracy"]
print(f"Repaired but for {title}: {one_fault:.1f} %; repaired wholly: {mended:.1f} %.")

# %% [markdown]
# **What you saw:** a falling loss proves nothing, and the same network goes from a guesser to 97 %.
#
# Next: [7_honest_figures.py](7_honest_figures.py).
