"""Everything of a run that changes while it learns: made fresh, saved, and restored bit for bit."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

from zeronine.card import Card
from zeronine.network.build import build
from zeronine.network.checkpoint import AVERAGE, load_network, load_optimizer, save_checkpoint
from zeronine.training.averaging import average_of
from zeronine.training.optimizers import make_optimizer
from zeronine.training.recipe import Recipe
from zeronine.training.steps import Step, make_step


@dataclass
class Progress:
    """How far a run is: what a checkpoint must know besides weights."""

    epoch: int = 0  #: finished epochs
    step: int = 0  #: finished steps of the epoch under way
    loss_sum: float = 0.0  #: over the pictures of that epoch
    right: int = 0
    seen: int = 0


@dataclass
class State:
    """Everything of a run that changes while it learns."""

    network: nn.Module
    optimizer: torch.optim.Optimizer
    step: Step
    average: nn.Module | None = None  #: the running mean of the weights, where the recipe keeps one
    progress: Progress = field(default_factory=Progress)

    @property
    def result(self) -> nn.Module:
        """The network that the run is about: the mean where there is one."""
        return self.network if self.average is None else self.average


def fresh_state(recipe: Recipe, initial: nn.Module | None, device: str) -> State:
    """Return the state at the first step: an untrained network drawn by the seed, or `initial`."""
    torch.manual_seed(recipe.seed)
    return _state(recipe, initial if initial is not None else build(recipe.to_dict()), device)


def _state(recipe: Recipe, network: nn.Module, device: str) -> State:
    layout = torch.channels_last if recipe.network == "convnet" else torch.contiguous_format
    network = network.to(device).to(memory_format=layout)  # type: ignore[call-overload]
    average = average_of(network) if recipe.average else None
    optimizer = make_optimizer(network, recipe)
    return State(network, optimizer, make_step(network, optimizer, recipe), average)


def restored_state(
    recipe: Recipe, tensors: dict[str, torch.Tensor], progress: dict[str, Any], device: str, *, where: str
) -> State:
    """Return the state that a checkpoint holds; `where` stands in error messages."""
    state = _state(recipe, build(recipe.to_dict()), device)
    load_network(state.network, tensors, where=where)
    if state.average is not None:
        load_network(state.average, tensors, where=where, prefix=AVERAGE)
    load_optimizer(state.optimizer, tensors)
    state.progress = Progress(**progress)
    return state


def save_state(state: State, card: Card, path: Path) -> None:
    """Write the state beside the old checkpoint, then in its place."""
    save_checkpoint(
        path,
        state.network,
        card,
        average=state.average,
        optimizer=state.optimizer,
        progress=asdict(state.progress),
    )
