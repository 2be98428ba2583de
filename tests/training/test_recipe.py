"""Recipes: every choice checked, plain data, named ones found."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zeronine.errors import RecipeError
from zeronine.training.optimizers import learning_rate_at
from zeronine.training.recipe import RECIPES, Recipe, recipe_from_dict, recipe_named


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_is_its_plain_data(name: str) -> None:
    recipe = recipe_named(name)
    assert recipe.name == name
    assert recipe_from_dict(recipe.to_dict(), where="here") == recipe


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"network": "transformer"}, "network is 'transformer': take one of feedforward"),
        ({"loss": "mse"}, "loss is 'mse'"),
        ({"batch_size": 0}, "batch_size is 0.*at least 1"),
        ({"epochs": 0}, "epochs is 0"),
        ({"learning_rate": 0.0}, "learning_rate is 0"),
        ({"learning_rate": float("nan")}, "learning_rate is nan"),
        ({"dropout": 1.0}, "dropout is 1"),
        ({"momentum": -0.1}, "momentum is -0.1"),
        ({"hidden": (128, 0)}, "hidden"),
        ({"hidden": (9,) * 9}, "at most 8 layers"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_an_impossible_choice_is_refused(choices: dict[str, Any], said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        Recipe(**choices)


def test_an_unknown_recipe_is_answered_with_the_known_ones() -> None:
    with pytest.raises(RecipeError, match="as-printed, repaired"):
        recipe_named("secret")


def test_an_unknown_entry_of_a_card_is_named() -> None:
    with pytest.raises(RecipeError, match="unknown entries magic"):
        recipe_from_dict({**Recipe().to_dict(), "magic": 1}, where="here")


def rates_of(schedule: str, steps: int) -> list[float]:
    recipe = Recipe(schedule=schedule, learning_rate=0.5)
    return [learning_rate_at(recipe, step, steps) for step in range(steps)]


@given(st.sampled_from(["constant", "cosine", "one-cycle"]), st.integers(1, 500))
def test_the_learning_rate_never_leaves_its_range(schedule: str, steps: int) -> None:
    """It stays above 0 and never above the highest."""
    assert all(0 < rate <= 0.5 for rate in rates_of(schedule, steps))


@given(st.sampled_from(["cosine", "one-cycle"]), st.integers(40, 500))
def test_the_learning_rate_reaches_its_height_and_ends_low(schedule: str, steps: int) -> None:
    rates = rates_of(schedule, steps)
    assert max(rates) > 0.45
    assert rates[-1] < 0.05


def test_a_constant_learning_rate_is_constant() -> None:
    assert rates_of("constant", 50) == [0.5] * 50
