"""A running mean of the weights: calmer than the last step's, and better as a rule (Polyak, 1992)."""

import copy

import torch
from torch import nn


def average_of(network: nn.Module) -> nn.Module:
    """Return a copy of the network in which the mean is kept."""
    return copy.deepcopy(network).requires_grad_(False)


@torch.no_grad()
def follow(average: nn.Module, network: nn.Module, *, decay: float, step: int) -> None:
    """Move the mean towards the network after step `step` (from 0); early steps are forgotten sooner."""
    share = 1 - min(decay, (step + 1) / (step + 10))
    means, news = average.state_dict(), network.state_dict()
    moving = [name for name, value in means.items() if value.is_floating_point()]
    torch._foreach_lerp_([means[name] for name in moving], [news[name] for name in moving], share)
