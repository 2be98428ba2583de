"""A batch of canvases in, the same digits seen otherwise out: everything at once, on tensors.

Four chains are offered (`CHAINS`): "shift" moves by whole pixels, "affine" also turns, slants and
stretches, "elastic" bends a little (Simard, Steinkraus and Platt, 2003), "full" bends more and adds
other pens, and what paper, cameras and scanners do.  Each effect falls on its own random share of the
batch, in its own random amount, and some digits of all but "shift" stay as they were (`CLEAN`).
Everything random comes from the generator.  Nothing here looks at labels.
"""

from collections.abc import Callable
from functools import partial

import torch

from zeronine.data.effects import (
    blur,
    clouds,
    coarse,
    crop,
    faint,
    gap,
    grey_paper,
    hard_pen,
    line,
    lossy,
    margin,
    neighbour,
    noise,
    outline,
    pencil,
    smear,
    specks,
    thickness,
)
from zeronine.data.warps import affine, bend, shift, sway
from zeronine.errors import RecipeError

CLEAN = {"shift": 0.0, "affine": 0.2, "elastic": 0.2, "full": 0.4}  #: share that stays as it was

Tensor = torch.Tensor
Effect = Callable[[Tensor, torch.Generator], Tensor]  #: (n, 28, 28) -> (n, 28, 28)


def augment(canvases: Tensor, chain: str, *, generator: torch.Generator) -> Tensor:
    """Return other versions of canvases, (N, 28, 28) float32 in [0, 1], by the chain of that name."""
    if chain not in CHAINS:
        raise RecipeError(f"there is no augmentation {chain!r}: take one of {', '.join(CHAINS)}")
    if chain == "none":
        return canvases
    return on_some(canvases, 1 - CLEAN[chain], partial(_follow, CHAINS[chain]), generator)


def _follow(
    effects: tuple[tuple[float, Effect], ...], canvases: Tensor, generator: torch.Generator
) -> Tensor:
    """Apply effects one after the other, each to its share."""
    for share, effect in effects:
        canvases = on_some(canvases, share, effect, generator)
    return canvases.clamp(0, 1)


def on_some(canvases: Tensor, share: float, effect: Effect, generator: torch.Generator) -> Tensor:
    """Apply an effect to a random share of the canvases; the others stay as they are."""
    if share >= 1:
        return effect(canvases, generator)
    rows = torch.nonzero(torch.rand(len(canvases), generator=generator) < share).squeeze(1)
    if not len(rows):
        return canvases
    return canvases.index_copy(0, rows, effect(canvases[rows], generator))


CHAINS: dict[str, tuple[tuple[float, Effect], ...]] = {
    "none": (),
    "shift": ((1.0, shift),),
    "affine": ((1.0, affine),),
    "elastic": ((1.0, sway),),
    "full": (
        (1.0, bend),
        (0.35, thickness),
        (0.04, outline),
        (0.12, hard_pen),
        (0.06, gap),
        (0.05, crop),
        (0.08, neighbour),
        (0.05, smear),
        (0.08, coarse),
        (0.10, blur),
        (0.05, pencil),
        (0.08, faint),
        (0.08, line),
        (0.05, margin),
        (0.07, grey_paper),
        (0.06, clouds),
        (0.06, noise),
        (0.06, specks),
        (0.06, lossy),
    ),
}  #: (share of the batch, effect), in order
