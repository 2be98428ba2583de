"""How weights follow the gradient: the optimisers, and the learning rate over a run."""

import math

import torch
from torch import nn

from zeronine.training.recipe import Recipe

WARM_UP = 0.25  #: share of a one-cycle run in which the learning rate rises


def make_optimizer(network: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """Return the recipe's optimiser for a network; the fused kinds update all weights in one call."""
    weights = list(network.parameters())
    rate, decay = recipe.learning_rate, recipe.weight_decay
    if recipe.optimizer == "sgd":
        return torch.optim.SGD(
            weights,
            lr=rate,
            momentum=recipe.momentum,
            nesterov=recipe.momentum > 0,
            weight_decay=decay,
            fused=True,
        )
    kind = torch.optim.Adam if recipe.optimizer == "adam" else torch.optim.AdamW
    return kind(weights, lr=rate, weight_decay=decay, fused=True)


def learning_rate_at(recipe: Recipe, step: int, steps: int) -> float:
    """Return the learning rate of step `step` (from 0) in a run of `steps`.

    "cosine" falls from the highest to 0 (Loshchilov and Hutter, 2017); "one-cycle" rises from a
    tenth of it first, and then falls (Smith, 2018).
    """
    if recipe.schedule == "constant":
        return recipe.learning_rate
    done = step / steps
    rise = WARM_UP if recipe.schedule == "one-cycle" else 0.0
    if done < rise:
        return recipe.learning_rate * (0.1 + 0.9 * done / rise)
    return recipe.learning_rate * (1 + math.cos(math.pi * (done - rise) / (1 - rise))) / 2
