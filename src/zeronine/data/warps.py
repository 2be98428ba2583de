"""Canvases moved, turned, slanted, stretched and bent: where ink lies, never how it looks.

Each function takes canvases (N, 28, 28) float32 and a generator, and gives canvases of that shape.
"""

import torch
from torch.nn import functional

from zeronine.canvas import SIDE

Tensor = torch.Tensor


def shift(canvases: Tensor, generator: torch.Generator, *, reach: int = 1) -> Tensor:
    """Move each canvas by whole pixels, at most `reach` to each side; paper comes in."""
    count = len(canvases)
    padded = functional.pad(canvases, (reach, reach, reach, reach))
    tops, lefts = torch.randint(0, 2 * reach + 1, (2, count, 1), generator=generator)
    along = torch.arange(SIDE)
    rows, columns = tops + along, lefts + along  # (N, 28)
    return padded[torch.arange(count)[:, None, None], rows[:, :, None], columns[:, None, :]]


def affine(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Turn, slant, stretch and move each canvas a little."""
    return resampled(canvases, _affine_grid(len(canvases), generator, turn=0.21, slant=0.28))


def bend(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Affine and elastic in one resampling, so that the picture is blurred only once."""
    grid = _affine_grid(len(canvases), generator, turn=0.26, slant=0.32)
    return resampled(canvases, grid + _elastic_field(len(canvases), generator, force=0.07))


def sway(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Bend, but so gently that a network of few weights can still follow."""
    grid = _affine_grid(len(canvases), generator, turn=0.21, slant=0.28, size=0.16, aspect=0.12, move=0.10)
    return resampled(canvases, grid + _elastic_field(len(canvases), generator, force=0.03))


def _elastic_field(count: int, generator: torch.Generator, *, force: float) -> Tensor:
    """Return steps (count, 28, 28, 2): a coarse field of random arrows, smoothly enlarged."""
    arrows = torch.randn(count, 2, 6, 6, generator=generator) * force * amount_of(count, 0, 1, generator, 4)
    field = functional.interpolate(arrows, (SIDE, SIDE), mode="bicubic", align_corners=True)
    return field.permute(0, 2, 3, 1)


def _affine_grid(
    count: int,
    generator: torch.Generator,
    *,
    turn: float,
    slant: float,
    size: float = 0.22,
    aspect: float = 0.16,
    move: float = 0.13,
) -> Tensor:
    """Return sampling places (count, 28, 28, 2) in [-1, 1].

    The amounts are the greatest: angles in radians, logarithms of size and aspect, and a step of `move`
    half sides.
    """
    angle = amount_of(count, -turn, turn, generator, 1)
    lean = amount_of(count, -slant, slant, generator, 1)
    scale = torch.exp(amount_of(count, -size, size, generator, 1))
    stretch = torch.exp(amount_of(count, -aspect, aspect, generator, 1))
    right, down = amount_of(count, -move, move, generator, 1), amount_of(count, -move, move, generator, 1)
    cos, sin = torch.cos(angle), torch.sin(angle)
    first = torch.stack([cos * scale * stretch, (lean * cos - sin) * scale, right], 1)
    second = torch.stack([sin * scale * stretch, (lean * sin + cos) * scale / stretch, down], 1)
    matrix = torch.stack([first, second], 1)  # (count, 2, 3)
    return functional.affine_grid(matrix, [count, 1, SIDE, SIDE], align_corners=False)


def resampled(canvases: Tensor, grid: Tensor) -> Tensor:
    """Return the canvases read at the places of a grid (N, 28, 28, 2); paper lies outside."""
    return functional.grid_sample(canvases[:, None], grid, align_corners=False)[:, 0]


def amount_of(count: int, low: float, high: float, generator: torch.Generator, dims: int = 3) -> Tensor:
    """Return one uniform number for each canvas, shaped (count, 1, ...) with `dims` dimensions."""
    return torch.empty(count, *[1] * (dims - 1)).uniform_(low, high, generator=generator)
