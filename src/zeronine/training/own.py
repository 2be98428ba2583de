"""Training on your own digits, twenty or twenty thousand: from nothing, or going on from a finished model.

Few digits cannot show how other days and pens will look.  So they are repeated, varied strongly, and
mixed with digits that `data/strokes.py` writes in many hands; the more there are of your own, the less
is mixed in.  The recipe follows from the number of digits alone.
"""

from pathlib import Path

import numpy as np
from torch import nn

from zeronine.data.digits import Digits
from zeronine.data.own import cut_validation
from zeronine.data.writing.strokes import shape_names, write
from zeronine.errors import RecipeError
from zeronine.models import Model
from zeronine.network.build import build
from zeronine.training.loop import train
from zeronine.training.recipe import CHOICES, Recipe, recipe_from_dict
from zeronine.training.restore import network_of
from zeronine.training.run import Run
from zeronine.training.runlog import Watch

ENOUGH = 1_000  #: fewer digits than this are repeated up to it
WATCHING = 300  #: written digits that fit the confidence where no own ones can be spared
SETTLING = 500  #: written digits that settle a restored network's normalisations
ARCHITECTURE = ("network", "hidden", "activation", "last_activation", "channels", "embedding")


def train_own(
    digits: Digits,
    *,
    start_from: Model = None,
    recipe: Recipe | None = None,
    folder: str | Path | None = None,
    device: str = "cpu",
    seed: int | None = None,
    watch: Watch | None = None,
) -> Run:
    """Train on your own digits and return the run.

    `start_from` is None for a fresh network, or what `gone_on` takes.
    Without a `recipe`, `own_recipe` chooses one, with `seed` (0 by default); a recipe has its own.
    """
    if recipe is not None and seed is not None:
        raise RecipeError(
            "seed changes nothing here: the recipe has one: change it there", field="seed", value=seed
        )
    plan = recipe or own_recipe(len(digits), going_on=start_from is not None, seed=seed or 0)
    learning, validation = prepared(digits)
    return begin(
        learning,
        plan,
        validation=validation,
        start_from=start_from,
        folder=folder,
        device=device,
        watch=watch,
    )


def begin(
    digits: Digits,
    recipe: Recipe,
    *,
    validation: Digits | None = None,
    start_from: Model = None,
    folder: str | Path | None = None,
    device: str = "cpu",
    watch: Watch | None = None,
) -> Run:
    """Train as `train` does, from nothing or (with `start_from`) going on from a finished model."""
    initial = None
    if start_from is not None:
        initial, recipe = gone_on(start_from, digits, recipe)
    return train(
        digits, recipe, validation=validation, folder=folder, initial=initial, device=device, watch=watch
    )


def prepared(digits: Digits, *, enough: int = ENOUGH) -> tuple[Digits, Digits]:
    """Return the digits to learn from, repeated until there are `enough`, and others to fit confidence by.

    The others are every tenth digit of a class; where there are too few for that, digits in shapes that
    are not trained on are written for it.  The same digits always give the same parts.
    """
    learning, validation = cut_validation(digits)
    times = -(-enough // max(len(learning), 1))
    if times > 1:
        learning = learning[np.tile(np.arange(len(learning)), times)]
    return learning, validation or written(WATCHING, held_apart=True)


def gone_on(start_from: Model, digits: Digits, recipe: Recipe) -> tuple[nn.Module, Recipe]:
    """Return the network to go on from, and the recipe with its sizes.

    `start_from` is "shipped", a model file, a run's folder, or a Run.
    """
    like = np.concatenate([digits.images[:SETTLING], written(SETTLING).images])
    network, card = network_of(start_from, like.astype(np.float32) / np.float32(255))
    sizes = {name: card.recipe[name] for name in ARCHITECTURE}
    plan = recipe_from_dict(recipe.to_dict() | sizes, where="the model to go on from")
    for name in CHOICES:
        if name not in ARCHITECTURE and getattr(plan, name) != getattr(recipe, name):
            raise RecipeError(
                f"{name} changes nothing here: a network such as the one to go on from does not take it: "
                "leave it away",
                field=name,
                value=getattr(recipe, name),
            )
    return _with_dropout(network, card.recipe["dropout"], plan), plan


def _with_dropout(network: nn.Module, before: float, plan: Recipe) -> nn.Module:
    """Return the network with the plan's dropout instead of that which it was trained with."""
    if plan.dropout == before:
        return network
    again = build(plan.to_dict())
    pairs = zip(again.state_dict().values(), network.state_dict().values(), strict=True)
    for new, old in pairs:  # in the same order, whether there are dropouts between them or not
        new.copy_(old)
    return again


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


def written(count: int, *, seed: int = 20, held_apart: bool = False) -> Digits:
    """Return digits from the pens of `strokes.py`, each of the ten equally often."""
    labels = np.arange(count, dtype=np.int64) % 10
    shapes = shape_names(held_apart=held_apart)
    return Digits(
        write(labels, generator=np.random.default_rng(seed), shapes=shapes), labels, "written digits"
    )
