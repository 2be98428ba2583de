"""Training on your own digits, twenty or twenty thousand: from nothing, or going on from a finished model.

Few digits cannot show how other days and pens will look.  So they are repeated, varied strongly, and
mixed with digits that `data/strokes.py` writes in many hands; the more there are of your own, the less
is mixed in.  The recipe follows from the number of digits alone.
"""

from pathlib import Path

import numpy as np

from zeronine.data.digits import Digits
from zeronine.data.own import cut_validation
from zeronine.data.strokes import shape_names, write
from zeronine.training.loop import train
from zeronine.training.recipe import Recipe, recipe_from_dict
from zeronine.training.restore import network_of
from zeronine.training.run import Run
from zeronine.training.runlog import Watch

SHIPPED = "shipped"  #: stands for the model that comes with the package
ENOUGH = 1_000  #: fewer digits than this are repeated up to it
SETTLING = 500  #: written digits that settle a restored network's normalisations
ARCHITECTURE = ("network", "hidden", "activation", "last_activation", "channels", "embedding")


def train_own(
    digits: Digits,
    *,
    start_from: str | Path | None = None,
    validation: Digits | None = None,
    recipe: Recipe | None = None,
    folder: str | Path | None = None,
    device: str = "cpu",
    seed: int = 0,
    watch: Watch | None = None,
) -> Run:
    """Train on your own digits and return the run.

    `start_from` is None for a fresh network, "shipped", or the path of a model file to go on from.
    Without `validation`, every tenth digit of a class is held apart to fit the confidence; where there
    are too few for that, digits in shapes that were not trained on are written for it.
    Without a `recipe`, `own_recipe` chooses one.
    """
    if validation is None:
        digits, validation = cut_validation(digits)
    if validation is None:
        validation = _written(300, seed=seed + 1, held_apart=True)
    plan = recipe or own_recipe(len(digits), going_on=start_from is not None, seed=seed)
    initial = None
    if start_from is not None:
        like = np.concatenate([digits.images[:SETTLING], _written(SETTLING, seed=seed).images])
        file = None if start_from == SHIPPED else start_from
        initial, card = network_of(file, like.astype(np.float32) / np.float32(255))
        plan = recipe_from_dict(
            plan.to_dict() | {name: card.recipe[name] for name in ARCHITECTURE}, where="card"
        )
    return train(
        repeated(digits),
        plan,
        validation=validation,
        folder=folder,
        initial=initial,
        device=device,
        watch=watch,
    )


def own_recipe(count: int, *, going_on: bool, seed: int = 0) -> Recipe:
    """Return a recipe for `count` digits: as many steps as pay, and less foreign material the more there are.

    Going on from a finished model takes smaller and fewer steps, and enough written digits that it does
    not forget how other people write.
    """
    written = 2.0 if count < 200 else 1.0 if count < 2_000 else 0.25
    pictures = max(count, ENOUGH) * (1 + written + 0.25)
    wanted, most = (40_000, 12) if going_on else (150_000, 50)
    return Recipe(
        name="own-on" if going_on else "own",
        network="convnet",
        channels="16,32,64",
        epochs=int(np.clip(round(wanted / pictures), 6, most)),
        batch_size=128,
        optimizer="adamw",
        learning_rate=0.0005 if going_on else 0.003,
        weight_decay=0.02,
        label_smoothing=0.05,
        augment="full",
        strokes=written,
        negatives=0.25,
        average=0.99,
        precision="bfloat16",
        seed=seed,
    )


def repeated(digits: Digits, *, enough: int = ENOUGH) -> Digits:
    """Return the digits, each as many times as it takes to have `enough`."""
    times = -(-enough // max(len(digits), 1))
    return digits if times <= 1 else digits[np.tile(np.arange(len(digits)), times)]


def _written(count: int, *, seed: int, held_apart: bool = False) -> Digits:
    """Return digits from the pens of `strokes.py`, each of the ten equally often."""
    labels = np.arange(count, dtype=np.int64) % 10
    shapes = shape_names(held_apart=held_apart)
    images = write(labels, generator=np.random.default_rng([seed, 20]), shapes=shapes)
    return Digits(images, labels, "written digits")
