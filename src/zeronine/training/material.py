"""What a recipe adds to the training digits: other hands, windows on touching digits, and no digits at all.

Everything is made once, before the first step, and follows from the recipe's seed alone.  More is made
than one epoch shows, and every epoch draws anew.
"""

import numpy as np

from zeronine.data.batches import NO_DIGIT, Batches, Pool
from zeronine.data.digits import Digits
from zeronine.data.negatives import negatives
from zeronine.data.pages.batches import CropBatches, GlimpseBatches
from zeronine.data.pages.desks import desk_of
from zeronine.data.parted import parted
from zeronine.data.writing.strokes import write
from zeronine.training.recipe import PAGES, Recipe

STRANGE = 1.4  #: times as far as `hands.py` has it hands stray from their shapes: strangers do (log 0074)
EPOCHS = 4  #: as many pictures are made as so many epochs show,
MOST = 40_000  #: but no more than this, if one epoch is content with it


def material(digits: Digits, recipe: Recipe, *, device: str = "cpu") -> Batches | CropBatches:
    """Return the batches of a run: of made pages for those that read pages, of digits for others."""
    if recipe.network in PAGES:
        desk = desk_of(digits, strange=STRANGE)
        return page_batches(recipe)(desk, recipe.batch_size, seed=recipe.seed, device=device)
    return mixed(digits, recipe, device=device)


def page_batches(recipe: Recipe) -> type[CropBatches]:
    """Return what a network of pages learns from: whole crops, or glimpses of their characters."""
    return CropBatches if recipe.network == "finder" else GlimpseBatches


def mixed(digits: Digits, recipe: Recipe, *, device: str = "cpu") -> Batches:
    """Return batches of the digits and of whatever the recipe mixes in."""
    generator = np.random.default_rng([recipe.seed, 9])
    pools = []
    if recipe.strokes:
        shown, made = _counts(recipe.strokes, len(digits), recipe.epochs)
        labels = np.arange(made, dtype=np.int64) % 10
        pools.append(Pool(write(labels, generator=generator), labels, shown))
    if recipe.parted:
        shown, made = _counts(recipe.parted, len(digits), recipe.epochs)
        pools.append(Pool(*parted(digits, made, generator=generator), shown))
    if recipe.negatives:
        shown, made = _counts(recipe.negatives, len(digits), recipe.epochs)
        none = np.full(made, NO_DIGIT, np.int64)
        pools.append(Pool(negatives(digits.images, made, generator=generator), none, shown))
    return Batches(digits, recipe.batch_size, pools=pools, device=device)


def _counts(share: float, digits: int, epochs: int) -> tuple[int, int]:
    """Return how many pictures an epoch shows, and how many are made."""
    shown = round(share * digits)
    return shown, max(shown, min(min(EPOCHS, epochs) * shown, MOST))
