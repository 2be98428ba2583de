"""Everything of a run that changes while it learns: made fresh, saved, and restored bit for bit."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import torch
from torch import nn

from zeronine.card import Card
from zeronine.data.digits import Digits
from zeronine.errors import ModelError, RunError
from zeronine.network.build import build
from zeronine.network.checkpoint import AVERAGE, Checkpoint, load_network, load_optimizer, save_checkpoint
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
    layout = torch.channels_last if recipe.network != "feedforward" else torch.contiguous_format
    network = network.to(device).to(memory_format=layout)  # type: ignore[call-overload]
    average = average_of(network) if recipe.average else None
    optimizer = make_optimizer(network, recipe)
    return State(network, optimizer, make_step(network, optimizer, recipe), average)


def restored_state(recipe: Recipe, kept: Checkpoint, device: str, *, where: str) -> State:
    """Return the state that a checkpoint holds; `where` stands in error messages.

    Raises ModelError where weights, the optimiser's memory or the progress are not those of the recipe.
    """
    state = _state(recipe, build(recipe.to_dict()), device)
    load_network(state.network, kept.tensors, where=where)
    if state.average is not None:
        load_network(state.average, kept.tensors, where=where, prefix=AVERAGE)
    load_optimizer(state.optimizer, kept.tensors, where=where)
    state.progress = _progress(kept.progress, epochs=recipe.epochs, where=where)
    return state


def _progress(data: Mapping[str, Any], *, epochs: int, where: str) -> Progress:
    """Return how far a run is, checked: counts from 0 and a finite sum."""
    wanted = {one.name: one.type for one in fields(Progress)}
    fits = data.keys() == wanted.keys() and all(type(data[name]) is kind for name, kind in wanted.items())
    if fits:
        found = Progress(**data)
        counts = (found.epoch, found.step, found.right, found.seen)
        fits = min(counts) >= 0 and found.epoch <= epochs and math.isfinite(found.loss_sum)
        fits = fits and found.right <= found.seen and (found.step > 0 or found.seen == 0)
        if fits:
            return found
    raise ModelError(
        f"{where}: how far the run is cannot be right ({str(data)[:120]}): train again", file=where
    )


def data_of(digits: Digits, validation: Digits | None) -> dict[str, Any]:
    """Return what a checkpoint keeps of the digits that a run learns from: counts and digests."""
    return {
        "digits": {"count": len(digits), "sha256": digits.digest()},
        "validation": validation
        and {
            "count": len(validation),
            "sha256": validation.digest(),
        },
    }


def check_same_data(before: Mapping[str, Any] | None, now: Mapping[str, Any], *, where: str) -> None:
    """Raise RunError where a run would go on with other digits than it began with.

    `before` is None for the checkpoints of older versions, which do not say.
    """
    for part, about in (("digits", "learnt from"), ("validation", "is watched by")):
        if before is not None and before[part] != now[part]:
            raise RunError(
                f"{where}: the run {about} {_told(before[part])}, not {_told(now[part])}: give the digits it "
                "began with (--digits FILE, or none of it for MNIST), or begin another run",
                file=where,
            )


def _told(one: Mapping[str, Any] | None) -> str:
    return "none" if one is None else f"{one['count']:,} digits (SHA-256 {str(one['sha256'])[:8]}...)"


def save_state(state: State, card: Card, path: Path, *, data: dict[str, Any]) -> None:
    """Write the state beside the old checkpoint, then in its place."""
    save_checkpoint(
        path,
        state.network,
        card,
        average=state.average,
        optimizer=state.optimizer,
        progress=asdict(state.progress),
        data=data,
    )
