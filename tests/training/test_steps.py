"""The step in place equals the step by autograd, for every choice it accepts."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import nn

from zeronine.data.digits import Digits
from zeronine.network.article import FeedForward
from zeronine.network.build import build
from zeronine.training.optimizers import make_optimizer
from zeronine.training.recipe import RECIPES, Recipe
from zeronine.training.steps import AutogradStep, InPlaceStep, Step, make_step

PLAIN = Recipe(momentum=0.0)


@pytest.mark.parametrize(
    "recipe",
    [
        RECIPES["as-printed"],
        RECIPES["repaired"],
        PLAIN,
        replace(PLAIN, hidden=()),
        replace(PLAIN, hidden=(32,), last_activation=False),
        replace(PLAIN, hidden=(32, 16, 8), momentum=0.5, label_smoothing=0.1),
    ],
)
def test_both_steps_give_the_same_weights(few: Digits, recipe: Recipe) -> None:
    """Twenty small steps on the same batches: losses to 1e-5, weights to 1e-5."""
    steps: list[tuple[nn.Module, Step]] = []
    for kind in (InPlaceStep, AutogradStep):
        torch.manual_seed(0)
        network = build(recipe.to_dict())
        assert isinstance(network, FeedForward)
        steps.append((network, kind(network, make_optimizer(network, recipe), recipe)))
    canvases = torch.from_numpy(few.images).float() / 255
    labels = torch.from_numpy(few.labels)
    for start in range(0, 400, 20):
        batch = slice(start, start + 20)
        losses = []
        for _, step in steps:
            loss, _ = step.forward(canvases[batch], labels[batch])
            step.update(0.01)
            losses.append(float(loss))
        assert losses[0] == pytest.approx(losses[1], abs=1e-5)
    one, other = (network.state_dict() for network, _ in steps)
    for name in one:
        torch.testing.assert_close(one[name], other[name], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize(
    ("choices", "kind"),
    [
        ({}, InPlaceStep),
        ({"optimizer": "adam"}, AutogradStep),
        ({"activation": "tanh"}, AutogradStep),
        ({"dropout": 0.1}, AutogradStep),
        ({"weight_decay": 0.1}, AutogradStep),
        ({"network": "convnet"}, AutogradStep),
    ],
)
def test_only_what_it_can_do_is_done_in_place(choices: dict[str, Any], kind: type) -> None:
    recipe = replace(Recipe(), **choices)
    network = build(recipe.to_dict())
    assert type(make_step(network, make_optimizer(network, recipe), recipe)) is kind


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_step_that_was_made_learns(few: Digits, optimizer: str) -> None:
    """It is made of the network, the optimiser and the recipe that it was given: the loss falls."""
    recipe = replace(Recipe(), optimizer=optimizer, hidden=(32,))
    torch.manual_seed(0)
    network = build(recipe.to_dict())
    step = make_step(network, make_optimizer(network, recipe), recipe)
    canvases, labels = torch.from_numpy(few.images).float() / 255, torch.from_numpy(few.labels)
    losses = []
    for _ in range(20):
        losses.append(float(step.forward(canvases, labels)[0]))
        step.update(0.01)
    assert losses[-1] < 0.8 * losses[0]


@pytest.mark.parametrize(("precision", "dtype"), [("float32", torch.float32), ("bfloat16", torch.bfloat16)])
def test_the_precision_is_the_recipes(few: Digits, precision: str, dtype: torch.dtype) -> None:
    recipe = replace(Recipe(), optimizer="adam", precision=precision)
    network = build(recipe.to_dict())
    step = make_step(network, make_optimizer(network, recipe), recipe)
    canvases, labels = torch.from_numpy(few.images[:8]).float() / 255, torch.from_numpy(few.labels[:8])
    assert step.forward(canvases, labels)[1].dtype == dtype


def test_momentum_lies_where_the_optimiser_keeps_it(few: Digits) -> None:
    """So a checkpoint holds it: after a step in place every weight has its buffer."""
    network = build(Recipe().to_dict())
    optimizer = make_optimizer(network, Recipe())
    step = make_step(network, optimizer, Recipe())
    step.forward(torch.from_numpy(few.images[:8]).float() / 255, torch.from_numpy(few.labels[:8]))
    step.update(0.01)
    assert all(optimizer.state[one]["momentum_buffer"].any() for one in network.parameters())
