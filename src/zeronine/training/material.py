"""What a recipe adds to the training digits: other hands, and pictures of no digit.

Both are made once, before the first step, and follow from the recipe's seed alone.
"""

import numpy as np

from zeronine.data.batches import Batches
from zeronine.data.digits import Digits
from zeronine.data.negatives import negatives
from zeronine.data.strokes import write
from zeronine.training.recipe import Recipe


def material(digits: Digits, recipe: Recipe, *, device: str = "cpu") -> Batches:
    """Return the batches of a run: the digits, and whatever the recipe mixes in."""
    added = round(recipe.strokes * len(digits))
    doubtful = round(recipe.negatives * len(digits))
    generator = np.random.default_rng([recipe.seed, 9])
    learned = _with_strokes(digits, added, generator) if added else digits
    others = negatives(digits.images, doubtful, generator=generator) if doubtful else None
    return Batches(learned, recipe.batch_size, negatives=others, device=device)


def _with_strokes(digits: Digits, count: int, generator: np.random.Generator) -> Digits:
    """Add `count` written digits, each of the ten equally often."""
    labels = np.arange(count, dtype=np.int64) % 10
    images = np.concatenate([digits.images, write(labels, generator=generator)])
    return Digits(images, np.concatenate([digits.labels, labels]), digits.name)
