"""A network that broke in training, told as what it is: a result, with the epoch at which it happened.

A learning rate that is too high makes every step overshoot, until the loss is no number any more or a
hundred times that of guessing: the network *exploded*.  Or its units fall silent for every picture, and
it gives one answer to all of them for ever: it is *dead*.  Both are classic experiments, not faults of
the program, so the run is kept and said to be one.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from zeronine.data.digits import Digits
from zeronine.errors import TrainingError
from zeronine.files import write_beside
from zeronine.models import BROKEN
from zeronine.training.calibrate import answers
from zeronine.training.recipe import Recipe

EXPLODED, DEAD = "exploded", "dead"
HOPELESS = 10 * math.log(10)  #: mean loss of an epoch that is ten times that of guessing
LOOKED_AT = 256  #: digits that a dead network answers alike
ALIKE = 1e-6  #: largest difference of their logits, relative to the largest logit


@dataclass(frozen=True, slots=True, kw_only=True)
class Broke:
    """How a network broke, and when."""

    how: str  #: "exploded" or "dead"
    epoch: int  #: from 1
    step: int | None  #: of that epoch, from 1; None where only the whole epoch tells
    loss: str  #: as Python writes it: "nan" is an answer here
    learning_rate: float

    def __str__(self) -> str:
        """Say it kindly, with what to try."""
        when = f"epoch {self.epoch}" + (f", step {self.step}" if self.step else "")
        if self.how == DEAD:
            what = f"the network died in {when}: it gives the same answer to every picture (loss {self.loss})"
        else:
            what = f"the network exploded in {when}: its loss is {self.loss}, and guessing costs 2.303"
        return f"{what}. That is a result, too: try a learning rate below {self.learning_rate:g}"


def broke_at(error: TrainingError, recipe: Recipe) -> Broke:
    """Return what a loss that is not finite means."""
    assert error.epoch is not None
    loss = str(error.value)
    return Broke(
        how=EXPLODED, epoch=error.epoch, step=error.step, loss=loss, learning_rate=recipe.learning_rate
    )


def mark(row: dict[str, Any], network: nn.Module, digits: Digits, *, device: str) -> None:
    """Add `broke` to an epoch's line of metrics where the network is broken at its end."""
    if row["loss"] > HOPELESS:
        row["broke"] = EXPLODED
    elif _is_dead(network, digits[:LOOKED_AT], device):
        row["broke"] = DEAD


def broke_in(rows: Sequence[Mapping[str, Any]], recipe: Recipe) -> Broke | None:
    """Return how a finished run broke, and when first; None where it had recovered, or never did."""
    first = None
    for row in reversed(rows):
        if "broke" not in row:
            break
        first = row
    if first is None:
        return None
    return Broke(
        how=rows[-1]["broke"],
        epoch=first["epoch"],
        step=None,
        loss=f"{rows[-1]['loss']:.4g}",
        learning_rate=recipe.learning_rate,
    )


def note(folder: Path, broke: Broke | None) -> None:
    """Write into a run's folder that its network broke; take the note away where it did not."""
    if broke is None:
        (folder / BROKEN).unlink(missing_ok=True)
    else:
        text = json.dumps({"message": str(broke), **asdict(broke)}, sort_keys=True)
        write_beside(folder / BROKEN, text.encode() + b"\n")


def _is_dead(network: nn.Module, digits: Digits, device: str) -> bool:
    """Return whether a network's logits are the same for all of some digits."""
    logits = answers(network, digits, device=device).logits
    spread = (logits.amax(dim=0) - logits.amin(dim=0)).max()
    return len(digits) > 1 and bool(spread <= ALIKE * torch.clamp(logits.abs().max(), min=1.0))
