"""Every choice of a training run, as plain data: one frozen dataclass, and the named recipes.

A recipe is stored whole in the card of the model that it made, so that a run can be made again.
A choice that would change nothing (units of a hidden layer for a convolutional network, momentum for
Adam) is refused, with the recipes that take it: nothing is silently ignored.
"""

from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, fields
from typing import Any, Self

from zeronine.errors import RecipeError
from zeronine.training.choices import Choice, Need, choice, choice_of, in_a_word, in_words

DEFAULT = "repaired"  #: the recipe that is meant where none is named, in Python, commands, HTTP and the page
MOST_LAYERS, MOST_UNITS = 8, 4096  #: hidden layers, and units in each
FEED_FORWARD, CONVNET = ("feedforward",), ("convnet",)
CLASSIFIERS = (*FEED_FORWARD, *CONVNET)  #: of canvases
PAGES = ("finder", "context")  #: what learns from crops of pages, made anew: the finder, the second opinion
LAYERED = (Need("hidden"),)  #: what happens in or after hidden layers needs one


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a network is built and trained; the defaults are the article's network, repaired."""

    name: str = choice("repaired", "stands in the run's folder and card")
    network: str = choice(
        "feedforward",
        "what learns: the article's network, the convnet, or the reader's finder or second opinion",
        words=("feedforward", "convnet", "finder", "context"),
    )
    hidden: tuple[int, ...] = choice((128, 64), "units of each hidden layer", networks=FEED_FORWARD)
    activation: str = choice(
        "relu",
        "after each hidden layer",
        words=("relu", "tanh", "sigmoid", "gelu"),
        networks=FEED_FORWARD,
        needs=LAYERED,
    )
    last_activation: bool = choice(
        True, "whether the last hidden layer has one too", networks=FEED_FORWARD, needs=LAYERED
    )
    channels: str = choice("16,32,64+64", "of the convolutions; a comma is a pooling", networks=CONVNET)
    embedding: int = choice(64, "units of the last hidden layer", least=1, most=1024, networks=CONVNET)
    dropout: float = choice(
        0.0, "share of hidden units switched off", least=0, below=1, networks=CLASSIFIERS, needs=LAYERED
    )
    loss: str = choice(
        "cross-entropy",
        "'nll-of-softmax' is the article's mistake",
        words=("cross-entropy", "nll-of-softmax"),
        networks=CLASSIFIERS,
    )
    label_smoothing: float = choice(
        0.0,
        "share of the truth spread over all ten digits",
        least=0,
        below=1,
        needs=(Need("loss", ("cross-entropy",)),),
    )
    optimizer: str = choice("sgd", "how weights follow the gradient", words=("sgd", "adam", "adamw"))
    learning_rate: float = choice(
        0.04, "the highest of the run, where a schedule changes it", above=0, below=1000
    )
    momentum: float = choice(
        0.9, "Nesterov's, where it is not 0", least=0, below=1, needs=(Need("optimizer", ("sgd",)),)
    )
    weight_decay: float = choice(0.0, "pull of the weights towards 0", least=0)
    schedule: str = choice(
        "one-cycle", "how the learning rate changes over the run", words=("constant", "cosine", "one-cycle")
    )
    batch_size: int = choice(64, "pictures in a step", least=1)
    epochs: int = choice(2, "times that every picture is seen", least=1)
    augment: str = choice(
        "none",
        "how training pictures are varied",
        words=("none", "shift", "affine", "elastic", "full"),
        networks=CLASSIFIERS,
    )
    strokes: float = choice(
        0.0,
        "digits written by strokes.py, added for each training digit",
        least=0,
        most=10,
        networks=CLASSIFIERS,
    )
    negatives: float = choice(
        0.0,
        "pictures of no digit, added for each training digit",
        least=0,
        most=10,
        networks=CLASSIFIERS,
    )
    parted: float = choice(
        0.0,
        "windows on touching digits, as the reader lays them, added for each digit",
        least=0,
        most=10,
        networks=CLASSIFIERS,
        needs=(Need("negatives"),),
    )
    average: float = choice(
        0.0, "decay of the running mean of the weights, 0 = the last weights", least=0, below=1
    )
    precision: str = choice("float32", "of the matrix work", words=("float32", "bfloat16"))
    seed: int = choice(0, "of everything random: same seed, same bits", least=0)

    def __post_init__(self) -> None:
        """Check every choice; raise RecipeError for an impossible one, and for one that changes nothing."""
        given = self._data()
        if isinstance(given["hidden"], list):  # as JSON has it
            given["hidden"] = tuple(given["hidden"])
            object.__setattr__(self, "hidden", given["hidden"])
        for name, one in FIELDS.items():
            choice_of(one).check(name, given[name], one.default)
        _check_hidden(self.hidden)
        for name, one in FIELDS.items():
            need = choice_of(one).unmet(given)
            if need is not None and given[name] != one.default:
                raise _idle(name, need, given)

    def changed(self, choices: Mapping[str, Any]) -> Self:
        """Return the recipe with some choices changed, each of which has to change something.

        What the recipe brings along for a network or an optimiser that is no longer its own goes back to
        its default.  Raises RecipeError for an unknown or impossible choice, and for one that does not
        apply, naming the recipes that take it.
        """
        for name in choices:
            if name not in FIELDS:
                raise RecipeError(f"a recipe has no choice {name[:80]!r}: take one of {', '.join(FIELDS)}")
        new = self._data() | dict(choices)
        for name, one in FIELDS.items():
            need = choice_of(one).unmet(new)
            if need is not None and name in choices:
                raise _idle(name, need, new)
            new[name] = new[name] if need is None else one.default
        if self.name not in RECIPES and "name" not in choices and choices:
            new["name"] = ", ".join([self.name, *in_words(choices)])
        return type(self)(**new)

    @property
    def title(self) -> str:
        """What the run is: the recipe's name, and what was changed in it ("repaired, hidden 256-128")."""
        named = RECIPES.get(self.name)
        if named is None:
            return self.name
        given, usual = self._data(), named._data()
        changes = {
            name: value
            for name, value in given.items()
            if value != usual[name] and choice_of(FIELDS[name]).unmet(given) is None
        }
        return ", ".join([self.name, *in_words(changes)])

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for a card."""
        return {**asdict(self), "hidden": list(self.hidden)}

    def _data(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in FIELDS}


FIELDS: dict[str, "Field[Any]"] = {one.name: one for one in fields(Recipe)}
CHOICES: dict[str, Choice] = {name: choice_of(one) for name, one in FIELDS.items()}


def recipe_named(recipe: str | Recipe) -> Recipe:
    """Return a recipe by its name; a recipe is returned as it is."""
    if isinstance(recipe, Recipe):
        return recipe
    if not isinstance(recipe, str) or recipe not in RECIPES:
        raise RecipeError(
            f"there is no recipe {recipe!r}: take one of {', '.join(RECIPES)}",
            field="recipe",
            value=recipe,
            limit=list(RECIPES),
        )
    return RECIPES[recipe]


def recipe_from_dict(data: Mapping[str, Any], *, where: str) -> Recipe:
    """Return the recipe of a card; raise RecipeError, naming `where`, if it is not understood.

    What never changed anything in it (a card of an earlier version may hold such) is left out.
    """
    unknown = sorted(set(data) - set(FIELDS))
    if unknown:
        raise RecipeError(f"{where}: the recipe has unknown entries {', '.join(unknown)}: update zeronine")
    whole: dict[str, Any] = {name: one.default for name, one in FIELDS.items()}
    whole |= data
    idle = {name for name, one in CHOICES.items() if one.unmet(whole) is not None}
    try:
        return Recipe(**{name: value for name, value in whole.items() if name not in idle})
    except RecipeError as error:
        said = f"{where}: {error.message}"
        raise RecipeError(said, field=error.field, value=error.value, limit=error.limit) from None


def takers(name: str) -> list[str]:
    """Return the named recipes in which a choice applies."""
    return [recipe for recipe, one in RECIPES.items() if CHOICES[name].unmet(one._data()) is None]


def _check_hidden(hidden: tuple[int, ...]) -> None:
    whole = all(isinstance(units, int) and not isinstance(units, bool) for units in hidden)
    if not whole or not all(1 <= units <= MOST_UNITS for units in hidden):
        asked = f"of 1 to {MOST_UNITS} units each"
    elif len(hidden) > MOST_LAYERS:
        asked = f"at most {MOST_LAYERS} layers"
    else:
        return
    raise RecipeError(f"hidden is {hidden}: it has to be {asked}", field="hidden", value=hidden, limit=asked)


def _idle(name: str, need: Need, recipe: Mapping[str, Any]) -> RecipeError:
    """Return the error for a choice that would change nothing."""
    taking = takers(name)
    return RecipeError(
        f"{name} changes nothing here: it needs {need}, and {need.field} is {in_a_word(recipe[need.field])}: "
        f"leave it away, set {need}, or take a recipe that has it ({', '.join(taking)})",
        field=name,
        value=recipe[name],
        limit=taking,
    )


def _of_pages(name: str, *, epochs: int) -> Recipe:
    """Return the recipe of a network that learns from made pages."""
    return Recipe(
        name=name,
        network=name,
        precision="bfloat16",
        epochs=epochs,
        batch_size=32,
        optimizer="adamw",
        learning_rate=0.003,
        weight_decay=0.01,
        label_smoothing=0.02,
        average=0.999,
    )


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
    "finder": _of_pages("finder", epochs=64),
    "context": _of_pages("context", epochs=16),
}
