"""Every choice of a training run, as plain data: one frozen dataclass, and the named recipes.

A recipe is stored whole in the card of the model that it made, so that a run can be made again.
"""

from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from zeronine.errors import RecipeError

CHOICES: dict[str, tuple[str, ...]] = {
    "network": ("feedforward", "convnet"),
    "activation": ("relu", "tanh", "sigmoid", "gelu"),
    "loss": ("cross-entropy", "nll-of-softmax"),
    "optimizer": ("sgd", "adam", "adamw"),
    "schedule": ("constant", "cosine", "one-cycle"),
    "augment": ("none", "shift", "affine", "elastic", "full"),
    "precision": ("float32", "bfloat16"),
}  #: the words that a field of text may hold


def _check(holds: bool, field: str, value: object, asked: str) -> None:
    if not holds:
        raise RecipeError(f"{field} is {value}: it has to be {asked}")


def choice(default: Any, help: str) -> Any:
    """Return a field of a recipe; its help is what the command line says of its flag."""
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a network is built and trained; the defaults are the article's network, repaired."""

    name: str = choice("repaired", "stands in the run's folder and card")
    network: str = choice("feedforward", "what learns: the article's feed-forward network, or the convnet")
    hidden: tuple[int, ...] = choice((128, 64), "units of each hidden layer (feedforward)")
    activation: str = choice("relu", "after each hidden layer (feedforward)")
    last_activation: bool = choice(True, "whether the last hidden layer has one too (feedforward)")
    channels: str = choice("16,32,64+64", "of the convolutions; a comma is a pooling (convnet)")
    embedding: int = choice(64, "units of the last hidden layer (convnet)")
    dropout: float = choice(0.0, "share of hidden units switched off at each step")
    loss: str = choice("cross-entropy", "'nll-of-softmax' is the article's mistake")
    label_smoothing: float = choice(0.0, "share of the truth spread over all ten digits")
    optimizer: str = choice("sgd", "how weights follow the gradient")
    learning_rate: float = choice(0.04, "the highest of the run, where a schedule changes it")
    momentum: float = choice(0.9, "of sgd (Nesterov's where it is not 0)")
    weight_decay: float = choice(0.0, "pull of the weights toward 0")
    schedule: str = choice("one-cycle", "how the learning rate changes over the run")
    batch_size: int = choice(64, "pictures in a step")
    epochs: int = choice(2, "times that every picture is seen")
    augment: str = choice("none", "how training pictures are varied")
    strokes: float = choice(0.0, "digits written by strokes.py, added for each training digit")
    negatives: float = choice(0.0, "pictures of no digit, added for each training digit")
    parted: float = choice(0.0, "parts of touching digits, cut by the reader, added for each training digit")
    average: float = choice(0.0, "decay of the running mean of the weights, 0 = the last weights")
    precision: str = choice("float32", "of the matrix work")
    seed: int = choice(0, "of everything random: same seed, same bits")

    def __post_init__(self) -> None:
        """Check every choice; raise RecipeError for an impossible one."""
        for one, allowed in CHOICES.items():
            if getattr(self, one) not in allowed:
                raise RecipeError(f"{one} is {getattr(self, one)!r}: take one of {', '.join(allowed)}")
        _check(self.batch_size >= 1, "batch_size", self.batch_size, "at least 1")
        _check(self.epochs >= 1, "epochs", self.epochs, "at least 1")
        _check(self.seed >= 0, "seed", self.seed, "0 or more")
        _check(0 < self.learning_rate < 1000, "learning_rate", self.learning_rate, "above 0")
        _check(0 <= self.dropout < 1, "dropout", self.dropout, "in [0, 1)")
        _check(0 <= self.momentum < 1, "momentum", self.momentum, "in [0, 1)")
        _check(self.weight_decay >= 0, "weight_decay", self.weight_decay, "0 or more")
        _check(0 <= self.label_smoothing < 1, "label_smoothing", self.label_smoothing, "in [0, 1)")
        _check(
            all(1 <= units <= 4096 for units in self.hidden), "hidden", self.hidden, "of 1 to 4096 units each"
        )
        _check(1 <= self.embedding <= 1024, "embedding", self.embedding, "in 1..1024")
        _check(0 <= self.strokes <= 10, "strokes", self.strokes, "in [0, 10]")
        _check(0 <= self.negatives <= 10, "negatives", self.negatives, "in [0, 10]")
        _check(0 <= self.parted <= 10, "parted", self.parted, "in [0, 10]")
        _check(bool(self.negatives) or not self.parted, "parted", self.parted, "0 where negatives is 0")
        _check(0 <= self.average < 1, "average", self.average, "in [0, 1)")
        _check(len(self.hidden) <= 8, "hidden", self.hidden, "at most 8 layers")

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for a card."""
        return {**asdict(self), "hidden": list(self.hidden)}


RECIPES: dict[str, Recipe] = {
    "as-printed": Recipe(
        name="as-printed",
        last_activation=False,
        loss="nll-of-softmax",
        learning_rate=0.001,
        momentum=0.0,
        schedule="constant",
    ),
    "repaired": Recipe(name="repaired"),
    "article-best": Recipe(
        name="article-best",
        epochs=80,
        batch_size=256,
        optimizer="adamw",
        learning_rate=0.004,
        weight_decay=0.02,
        augment="elastic",
        average=0.999,
    ),
    "quick": Recipe(
        name="quick",
        network="convnet",
        channels="8,24,64",
        epochs=1,
        batch_size=256,
        learning_rate=0.4,
        precision="bfloat16",
    ),
    "convnet": Recipe(
        name="convnet",
        network="convnet",
        channels="8,32,64",
        epochs=5,
        batch_size=256,
        optimizer="adamw",
        learning_rate=0.006,
        weight_decay=0.02,
        label_smoothing=0.05,
        augment="shift",
        average=0.99,
        precision="bfloat16",
    ),
    "two-minutes": Recipe(
        name="two-minutes",
        network="convnet",
        channels="16,48,64+64",
        epochs=20,
        batch_size=256,
        optimizer="adamw",
        learning_rate=0.005,
        weight_decay=0.02,
        augment="affine",
        average=0.995,
        precision="bfloat16",
    ),
    "best": Recipe(
        name="best",
        network="convnet",
        channels="16,48,80+80",
        epochs=32,
        batch_size=256,
        optimizer="adamw",
        learning_rate=0.004,
        weight_decay=0.02,
        augment="full",
        strokes=0.2,
        parted=0.2,
        negatives=0.25,
        average=0.998,
        precision="bfloat16",
    ),
}


def recipe_named(recipe: str | Recipe) -> Recipe:
    """Return a recipe by its name; a recipe is returned as it is."""
    if isinstance(recipe, Recipe):
        return recipe
    if recipe not in RECIPES:
        raise RecipeError(f"there is no recipe {recipe!r}: take one of {', '.join(RECIPES)}")
    return RECIPES[recipe]


def recipe_from_dict(data: dict[str, Any], *, where: str) -> Recipe:
    """Return the recipe of a card; raise RecipeError, naming `where`, if it is not understood."""
    unknown = sorted(set(data) - {one.name for one in fields(Recipe)})
    if unknown:
        raise RecipeError(f"{where}: the recipe has unknown entries {', '.join(unknown)}: update zeronine")
    return replace(Recipe(), **{**data, "hidden": tuple(data.get("hidden", ()))})
