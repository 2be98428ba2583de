"""Canvases written by other pens, on other paper, seen by other cameras: how ink looks, not where.

Each function takes canvases (N, 28, 28) float32 and a generator, and gives canvases of that shape,
not clipped to [0, 1] yet.
"""

import math

import torch
from torch.nn import functional

from zeronine.canvas import SIDE
from zeronine.data.warps import amount_of, resampled

Tensor = torch.Tensor


# --- pens ---------------------------------------------------------------------------------------


def thickness(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Make strokes up to half a pixel thinner or one pixel thicker, measured on a finer picture."""
    fine = functional.interpolate(canvases[:, None], scale_factor=2, mode="bilinear")[:, 0]
    thick = _spread(fine)
    thicker = _spread(thick)
    thin = -_spread(-fine)
    amount = amount_of(len(canvases), -1, 2, generator)
    mixed = fine + (thick - fine) * amount.clamp(0, 1) + (thicker - thick) * (amount - 1).clamp(0, 1)
    mixed = mixed + (thin - fine) * (-amount).clamp(0, 1) * 0.8
    return functional.avg_pool2d(mixed, 2)


def _spread(pictures: Tensor) -> Tensor:
    """Return each pixel's greatest value among itself and the eight around it (N, H, W)."""
    down = pictures.clone()
    torch.maximum(down[:, 1:], pictures[:, :-1], out=down[:, 1:])
    torch.maximum(down[:, :-1], pictures[:, 1:], out=down[:, :-1])
    wide = down.clone()
    torch.maximum(wide[:, :, 1:], down[:, :, :-1], out=wide[:, :, 1:])
    torch.maximum(wide[:, :, :-1], down[:, :, 1:], out=wide[:, :, :-1])
    return wide


def hard_pen(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Draw again with a hard edge, as pens on glass and thresholded scans have it."""
    level = amount_of(len(canvases), 0.25, 0.6, generator)
    hardness = amount_of(len(canvases), 4, 30, generator)
    return torch.sigmoid((canvases - level) * hardness) * (canvases > 0.02)


def pencil(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Let the paper's grain break the line, and fade it."""
    grain = torch.rand(canvases.shape, generator=generator)
    depth = amount_of(len(canvases), 0, 0.7, generator)
    return canvases * (1 - depth * grain) * amount_of(len(canvases), 0.4, 1, generator)


def faint(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Fade the ink."""
    return canvases * amount_of(len(canvases), 0.25, 1, generator)


def outline(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Leave only the edges of the strokes, as a hollow marker or an edge-enhancing copier does."""
    return (_spread(canvases) - canvases).clamp(0, 1) * amount_of(len(canvases), 0.7, 1.6, generator)


# --- paper, cameras, scanners --------------------------------------------------------------------


def blur(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Put the picture out of focus, by up to about one pixel."""
    soft = functional.avg_pool2d(canvases[:, None], 3, 1, 1)
    softer = functional.avg_pool2d(soft, 3, 1, 1)[:, 0]
    amount = amount_of(len(canvases), 0, 1, generator)
    return canvases + (softer - canvases) * amount


def smear(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Move the camera: the mean of the picture and copies of it along one direction."""
    count = len(canvases)
    angle, reach = amount_of(count, 0, math.pi, generator, 1), amount_of(count, 0.05, 0.28, generator, 1)
    step = torch.stack([torch.cos(angle), torch.sin(angle)], 1) * reach[:, None]
    still = torch.eye(2, 3).expand(count, 2, 3)
    grid = functional.affine_grid(still, [count, 1, SIDE, SIDE], align_corners=False)
    copies = [resampled(canvases, grid + at * step[:, None, None]) for at in (-1, -0.5, 0, 0.5, 1)]
    mean = torch.stack(copies).mean(0)
    return mean / mean.amax((1, 2), keepdim=True).clamp(min=0.3)


def coarse(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Take the picture at a lower resolution, 10 to 20 pixels a side, the same for the batch."""
    side = int(torch.randint(10, 21, (1,), generator=generator))
    small = functional.interpolate(canvases[:, None], (side, side), mode="area")
    mode = ("nearest", "bilinear", "bilinear")[int(torch.randint(0, 3, (1,), generator=generator))]
    large = functional.interpolate(small, (SIDE, SIDE), mode=mode)[:, 0]
    return large / large.amax((1, 2), keepdim=True).clamp(min=0.3)


def grey_paper(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Darken the paper evenly, or with a shadow that falls from one side to the other."""
    angle = amount_of(len(canvases), 0, 2 * math.pi, generator)
    along, down = _places()
    shadow = (
        (along * torch.cos(angle) + down * torch.sin(angle))
        / SIDE
        * amount_of(len(canvases), 0, 1, generator)
    )
    return canvases + (1 - canvases) * ((0.5 + shadow) * amount_of(len(canvases), 0, 0.8, generator)).clamp(
        0, 1
    )


def clouds(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Stain the paper: soft blots of random grey, coarse or fine."""
    side = int(torch.randint(3, 15, (1,), generator=generator))
    blots = torch.rand(len(canvases), 1, side, side, generator=generator)
    field = functional.interpolate(blots, (SIDE, SIDE), mode="bilinear")[:, 0]
    mixed = canvases + field * amount_of(len(canvases), 0, 0.9, generator)
    return mixed / mixed.amax((1, 2), keepdim=True).clamp(min=1)


def noise(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Add grain to every pixel."""
    grain = torch.randn(canvases.shape, generator=generator)
    return canvases + grain * amount_of(len(canvases), 0, 0.3, generator)


def specks(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Scatter specks of ink and of white, single or a few pixels wide."""
    dust = torch.rand(canvases.shape, generator=generator)
    density = amount_of(len(canvases), 0, 0.10, generator)
    wide = _spread((dust < density * 0.1).float())
    ink = torch.maximum((dust < density).float(), wide) * amount_of(len(canvases), 0.3, 1, generator)
    return torch.maximum(canvases, ink) * (dust < 1 - density)


def line(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Rule a straight line across the picture, in ink or (one in three) in white, whole or dashed."""
    count = len(canvases)
    level = torch.rand(count, 1, 1, generator=generator) < 0.7
    angle = torch.where(
        level, amount_of(count, -0.25, 0.25, generator), amount_of(count, 0, math.pi, generator)
    )
    along, down = _places()
    across = down * torch.cos(angle) - along * torch.sin(angle) - amount_of(count, -13, 13, generator)
    stroke = (amount_of(count, 0.3, 1.3, generator) + 0.5 - across.abs()).clamp(0, 1)
    dashes = torch.sin(along * amount_of(count, 0.5, 2, generator)) > amount_of(count, -2, 0.5, generator)
    stroke = stroke * dashes * amount_of(count, 0.3, 1, generator)
    white = torch.rand(count, 1, 1, generator=generator) < 0.33
    return torch.where(white, canvases * (1 - stroke), torch.maximum(canvases, stroke))


def margin(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Let the frame of a form or the dark edge of a scan show on one or two sides."""
    count = len(canvases)
    along, down = _places()
    place = torch.where(torch.rand(count, 1, 1, generator=generator) < 0.5, along, down)
    both = torch.rand(count, 1, 1, generator=generator) < 0.4
    place = torch.where(both, place.abs(), place * torch.sign(amount_of(count, -1, 1, generator)))
    start = 14 - amount_of(count, 0.5, 7, generator)
    stop = start + torch.where(torch.rand(count, 1, 1, generator=generator) < 0.5, 2.0, 20.0)
    band = ((place - start + 0.5).clamp(0, 1) * (stop - place).clamp(0, 1)) * amount_of(
        count, 0.4, 1, generator
    )
    return (canvases - band).abs()


def neighbour(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Let a piece of the digit next door reach into the picture."""
    other = canvases.roll(1, 0)
    count = len(canvases)
    aside = torch.rand(count, generator=generator) < 0.75
    far = amount_of(count, 0.62, 0.95, generator, 1) * 2 * torch.sign(amount_of(count, -1, 1, generator, 1))
    near = amount_of(count, -0.3, 0.3, generator, 1)
    matrix = torch.eye(2, 3).repeat(count, 1, 1)
    matrix[:, 0, 2] = torch.where(aside, far, near) * 0.75
    matrix[:, 1, 2] = torch.where(aside, near, far) * 0.75
    grid = functional.affine_grid(matrix, [count, 1, SIDE, SIDE], align_corners=False)
    return torch.maximum(canvases, resampled(other, grid))


def crop(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Cut one side of the digit off, by up to about three of its twenty pixels."""
    count = len(canvases)
    along, down = _places()
    place = torch.where(torch.rand(count, 1, 1, generator=generator) < 0.5, along, down)
    place = place * torch.sign(amount_of(count, -1, 1, generator))
    return canvases * (place < amount_of(count, 6.5, 10, generator))


def gap(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Lose a small round patch of the picture."""
    along, down = _places()
    far = (along - amount_of(len(canvases), -9, 9, generator)) ** 2
    far = far + (down - amount_of(len(canvases), -9, 9, generator)) ** 2
    return canvases * (far > amount_of(len(canvases), 1, 3, generator) ** 2)


def lossy(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Keep only coarse steps of the cosine waves of 8 x 8 blocks, as JPEG does (Wallace, 1991)."""
    count = len(canvases)
    at = torch.arange(8)
    waves = torch.cos(math.pi / 8 * (at[None] + 0.5) * at[:, None]) / 2  # (8, 8), orthogonal rows
    waves[0] /= math.sqrt(2)
    blocks = functional.pad(canvases, (2, 2, 2, 2)).reshape(count, 4, 8, 4, 8).transpose(2, 3)
    step = amount_of(count, 0.05, 0.6, generator)[:, None, None] * (1 + at[:, None] + at[None]) / 4
    kept = torch.round(waves @ blocks @ waves.T / step) * step
    whole = (waves.T @ kept @ waves).transpose(2, 3).reshape(count, 32, 32)
    return whole[:, 2:-2, 2:-2]


def _places() -> tuple[Tensor, Tensor]:
    """Return x and y of every pixel from the middle, (28, 28) each."""
    at = torch.arange(SIDE) - (SIDE - 1) / 2
    return at[None, :].expand(SIDE, SIDE), at[:, None].expand(SIDE, SIDE)
