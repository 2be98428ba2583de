"""Every choice in every recipe: it changes the training, or it is refused with the recipes that take it.

The table is made from the code (`FIELDS`, `RECIPES`), so that a new choice or a new network is in it.
"""

import math
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from zeronine.cli import app
from zeronine.data.digits import Digits
from zeronine.errors import RecipeError
from zeronine.training.loop import fit
from zeronine.training.own import own_recipe
from zeronine.training.recipe import CHOICES, FIELDS, RECIPES, Recipe, takers
from zeronine.training.run import Run, new_folder

PLANS = {
    **RECIPES,
    "own": own_recipe(20, going_on=False),
    "own-on": own_recipe(20, going_on=True),
}
SMALL: dict[str, Any] = {
    "epochs": 2,
    "batch_size": 16,
    "hidden": (12, 8),
    "channels": "4,4",
    "embedding": 8,
    "strokes": 0.0,
    "negatives": 0.25,
}  #: so that a training takes a moment
OTHERS: dict[str, Any] = {"hidden": (9,), "channels": "4,6", "name": "another", "average": 0.05}
TABLE = [(recipe, name) for recipe in PLANS for name in FIELDS]


def other(name: str, value: Any) -> Any:
    """Return a value of a choice that is not the one it has."""
    one = CHOICES[name]
    if name in OTHERS:
        return OTHERS[name]
    if one.words:
        return one.words[(one.words.index(value) + 1) % len(one.words)]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    high = min(bound for bound in (one.most, one.below, 2.0) if bound is not None)
    return value / 2 + high / 4 if not math.isclose(value, high / 2) else high / 4


def small(plan: str) -> Recipe:
    """Return a plan that is trained in a moment."""
    recipe = PLANS[plan]
    data = recipe.to_dict()
    return recipe.changed({name: value for name, value in SMALL.items() if CHOICES[name].unmet(data) is None})


@pytest.fixture(scope="module")
def weights(shapes: Digits) -> Callable[[Recipe], bytes]:
    """Return a function that trains by a recipe and returns every number of the network; each once."""
    digits = shapes[:48]

    @cache
    def trained(recipe: Recipe) -> bytes:
        network, _ = fit(digits, recipe)
        return b"".join(value.numpy().tobytes() for value in network.state_dict().values())

    return trained


@pytest.mark.parametrize(("plan", "name"), TABLE)
def test_a_choice_changes_the_training_or_is_refused(
    plan: str, name: str, weights: Callable[[Recipe], bytes]
) -> None:
    recipe = small(plan)
    choices = {name: other(name, getattr(recipe, name))}
    if CHOICES[name].unmet(recipe.to_dict()) is not None:
        with pytest.raises(RecipeError, match=f"^{name} changes nothing here") as refused:
            recipe.changed(choices)
        assert refused.value.field == name
        taking = refused.value.limit
        assert isinstance(taking, list) and taking == takers(name) != []
        assert all(one in str(refused.value) for one in taking)
        return
    after = recipe.changed(choices)
    assert getattr(after, name) == choices[name]
    if name == "name":
        assert after.title == "another"
    else:
        assert weights(after) != weights(recipe)


@pytest.mark.parametrize("name", FIELDS)
def test_the_recipes_that_are_named_take_the_choice(name: str) -> None:
    for recipe in takers(name):
        value = other(name, getattr(RECIPES[recipe], name))
        assert getattr(RECIPES[recipe].changed({name: value}), name) == value


@pytest.mark.parametrize(("plan", "name"), [one for one in TABLE if one[0] in RECIPES])
def test_a_flag_arrives_or_is_refused(plan: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the command line: the training is asked for with the flag's value, or exit code 2 says why not."""
    asked: list[Recipe] = []

    def begin(digits: object, recipe: Recipe, **rest: object) -> Run:
        asked.append(recipe)
        raise RecipeError("far enough")

    monkeypatch.setattr("zeronine.training.own.begin", begin)
    monkeypatch.setattr("zeronine.data.mnist.load", lambda *names, **more: ())
    recipe = RECIPES[plan]
    value = other(name, getattr(recipe, name))
    flag = f"--{name.replace('_', '-')}"
    if isinstance(value, bool):
        words = [flag if value else f"--no-{flag[2:]}"]
    else:
        words = [flag, ",".join(map(str, value)) if isinstance(value, tuple) else str(value)]
    done = CliRunner().invoke(app, ["train", "--recipe", plan, *words])
    assert isinstance(done.exception, RecipeError)
    if CHOICES[name].unmet(recipe.to_dict()) is None:
        assert getattr(asked[0], name) == value
    else:
        assert not asked and done.exception.field == name


def test_every_network_has_a_recipe_that_takes_each_of_its_choices() -> None:
    networks = CHOICES["network"].words
    assert {recipe.network for recipe in RECIPES.values()} == set(networks)
    assert all(takers(name) for name in FIELDS)


# ---- in Python ----


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        (
            {"network": "convnet", "hidden": (256, 128)},
            r"hidden.*needs network feedforward.*\(as-pr",
        ),
        ({"network": "convnet", "activation": "tanh"}, "activation changes nothing"),
        ({"channels": "4,4"}, "channels.*needs network convnet"),
        ({"optimizer": "adam", "momentum": 0.5}, "momentum.*needs optimizer sgd"),
        ({"loss": "nll-of-softmax", "label_smoothing": 0.1}, "label_smoothing.*needs loss cross-entropy"),
        ({"parted": 0.1}, "parted.*needs negatives above 0"),
        ({"hidden": (), "dropout": 0.5}, "dropout.*needs hidden above 0"),
    ],
)
def test_a_recipe_with_an_idle_choice_cannot_be_made(choices: dict[str, Any], said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        Recipe(**choices)


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"epochs": "3"}, "epochs is '3': it has to be a whole number"),
        ({"epochs": 2.5}, "epochs is 2.5: it has to be a whole number"),
        ({"epochs": True}, "epochs is True"),
        ({"learning_rate": None}, "learning_rate is None: it has to be a number"),
        ({"hidden": 128}, "hidden is 128: it has to be a list of units"),
        ({"hidden": ("a",)}, "hidden"),
        ({"last_activation": 1}, "last_activation is 1: it has to be yes or no"),
        ({"weight_decay": float("inf")}, "weight_decay is inf"),
        ({"learning_rate": 10**400}, "learning_rate is 1"),
        ({"seed": 2**63}, "seed is"),
    ],
)
def test_a_wrong_type_is_named(choices: dict[str, Any], said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        Recipe(**choices)


def test_what_another_network_had_goes_back_to_its_default() -> None:
    """Who asks for another network or optimiser need not know what the recipe had set for the old one."""
    feed_forward = RECIPES["convnet"].changed({"network": "feedforward", "hidden": [256, 128]})
    assert (feed_forward.hidden, feed_forward.channels) == ((256, 128), Recipe().channels)
    assert RECIPES["as-printed"].changed({"optimizer": "adam"}).momentum == Recipe().momentum


def test_an_unknown_choice_is_answered_with_the_known_ones() -> None:
    with pytest.raises(RecipeError, match=r"no choice 'layers': take one of name, network"):
        RECIPES["repaired"].changed({"layers": 3})


# ---- what a run is called ----


def test_a_run_is_called_what_it_is(tmp_path: Path) -> None:
    assert RECIPES["repaired"].title == "repaired"
    changed = RECIPES["repaired"].changed({"hidden": (256, 128), "epochs": 5, "last_activation": False})
    assert changed.title == "repaired, hidden 256-128, last activation no, epochs 5"
    assert new_folder(changed, parent=tmp_path).name.endswith(
        "-repaired,hidden-256-128,last-activation-no,epochs-5"
    )
    assert RECIPES["repaired"].changed({"learning_rate": 0.1}).title == "repaired, learning rate 0.1"


def test_a_recipe_of_ones_own_is_called_by_its_changes_too() -> None:
    changed = own_recipe(100, going_on=False).changed({"epochs": 3}).changed({"seed": 7})
    assert changed.title == "own, epochs 3, seed 7"


def test_a_choice_that_is_given_its_own_value_is_no_change() -> None:
    assert RECIPES["repaired"].changed({"epochs": 2}).title == "repaired"


@pytest.mark.parametrize(
    "name", ["../../x", "a/b", ".hidden", "--folder", "", "x" * 500, "數" * 99, "Übung 1"]
)
def test_a_name_stays_one_folder(name: str, tmp_path: Path) -> None:
    folder = new_folder(Recipe(name=name), parent=tmp_path)
    assert folder.parent == tmp_path and folder.is_dir() and len(folder.name.encode()) < 130
    assert not folder.name.startswith(".") and "/" not in folder.name and " " not in folder.name
