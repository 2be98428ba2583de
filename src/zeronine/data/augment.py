"""A batch of canvases in, the same digits seen otherwise out: everything at once, on tensors.

Four chains are offered (`CHAINS`): "shift" moves by whole pixels, "affine" also turns, slants and
stretches, "elastic" bends a little (Simard, Steinkraus and Platt, 2003), "full" bends more and adds
other pens, and what paper, cameras and scanners do.  Each effect falls on its own random share of the
batch, in its own random amount, and one digit in five of all but "shift" stays as it was.
Everything random comes from the generator.  Nothing here looks at labels.
"""

import math
from collections.abc import Callable
from functools import partial

import torch
from torch.nn import functional

from zeronine.canvas import SIDE
from zeronine.errors import RecipeError

CLEAN = 0.2  #: share of digits that stay as they were

Tensor = torch.Tensor
Effect = Callable[[Tensor, torch.Generator], Tensor]  #: (n, 28, 28) -> (n, 28, 28)


def augment(canvases: Tensor, chain: str, *, generator: torch.Generator) -> Tensor:
    """Return other versions of canvases, (N, 28, 28) float32 in [0, 1], by the chain of that name."""
    if chain not in CHAINS:
        raise RecipeError(f"there is no augmentation {chain!r}: take one of {', '.join(CHAINS)}")
    if chain == "none":
        return canvases
    share = 1.0 if chain == "shift" else 1 - CLEAN
    return on_some(canvases, share, partial(_follow, CHAINS[chain]), generator)


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


# --- geometry -----------------------------------------------------------------------------------


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
    return _resampled(canvases, _affine_grid(len(canvases), generator, turn=0.21, slant=0.28))


def bend(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Affine and elastic in one resampling, so that the picture is blurred only once."""
    grid = _affine_grid(len(canvases), generator, turn=0.26, slant=0.32)
    return _resampled(canvases, grid + _elastic_field(len(canvases), generator, force=0.07))


def sway(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Bend, but so gently that a network of few weights can still follow."""
    grid = _affine_grid(len(canvases), generator, turn=0.21, slant=0.28, size=0.16, aspect=0.12, move=0.10)
    return _resampled(canvases, grid + _elastic_field(len(canvases), generator, force=0.03))


def _elastic_field(count: int, generator: torch.Generator, *, force: float) -> Tensor:
    """Return steps (count, 28, 28, 2): a coarse field of random arrows, smoothly enlarged."""
    arrows = torch.randn(count, 2, 6, 6, generator=generator) * force * _amount(count, 0, 1, generator, 4)
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
    angle = _amount(count, -turn, turn, generator, 1)
    lean = _amount(count, -slant, slant, generator, 1)
    scale = torch.exp(_amount(count, -size, size, generator, 1))
    stretch = torch.exp(_amount(count, -aspect, aspect, generator, 1))
    right, down = _amount(count, -move, move, generator, 1), _amount(count, -move, move, generator, 1)
    cos, sin = torch.cos(angle), torch.sin(angle)
    first = torch.stack([cos * scale * stretch, (lean * cos - sin) * scale, right], 1)
    second = torch.stack([sin * scale * stretch, (lean * sin + cos) * scale / stretch, down], 1)
    matrix = torch.stack([first, second], 1)  # (count, 2, 3)
    return functional.affine_grid(matrix, [count, 1, SIDE, SIDE], align_corners=False)


def _resampled(canvases: Tensor, grid: Tensor) -> Tensor:
    """Return the canvases read at the places of a grid (N, 28, 28, 2); paper lies outside."""
    return functional.grid_sample(canvases[:, None], grid, align_corners=False)[:, 0]


# --- pens ---------------------------------------------------------------------------------------


def thickness(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Make strokes up to half a pixel thinner or one pixel thicker, measured on a finer picture."""
    fine = functional.interpolate(canvases[:, None], scale_factor=2, mode="bilinear")[:, 0]
    thick = _spread(fine)
    thicker = _spread(thick)
    thin = -_spread(-fine)
    amount = _amount(len(canvases), -1, 2, generator)
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
    level = _amount(len(canvases), 0.25, 0.6, generator)
    hardness = _amount(len(canvases), 4, 30, generator)
    return torch.sigmoid((canvases - level) * hardness) * (canvases > 0.02)


def pencil(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Let the paper's grain break the line, and fade it."""
    grain = torch.rand(canvases.shape, generator=generator)
    depth = _amount(len(canvases), 0, 0.7, generator)
    return canvases * (1 - depth * grain) * _amount(len(canvases), 0.4, 1, generator)


def faint(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Fade the ink."""
    return canvases * _amount(len(canvases), 0.25, 1, generator)


def outline(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Leave only the edges of the strokes, as a hollow marker or an edge-enhancing copier does."""
    return (_spread(canvases) - canvases).clamp(0, 1) * _amount(len(canvases), 0.7, 1.6, generator)


# --- paper, cameras, scanners --------------------------------------------------------------------


def blur(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Put the picture out of focus, by up to about one pixel."""
    soft = functional.avg_pool2d(canvases[:, None], 3, 1, 1)
    softer = functional.avg_pool2d(soft, 3, 1, 1)[:, 0]
    amount = _amount(len(canvases), 0, 1, generator)
    return canvases + (softer - canvases) * amount


def smear(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Move the camera: the mean of the picture and copies of it along one direction."""
    count = len(canvases)
    angle, reach = _amount(count, 0, math.pi, generator, 1), _amount(count, 0.05, 0.28, generator, 1)
    step = torch.stack([torch.cos(angle), torch.sin(angle)], 1) * reach[:, None]
    still = torch.eye(2, 3).expand(count, 2, 3)
    grid = functional.affine_grid(still, [count, 1, SIDE, SIDE], align_corners=False)
    copies = [_resampled(canvases, grid + at * step[:, None, None]) for at in (-1, -0.5, 0, 0.5, 1)]
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
    angle = _amount(len(canvases), 0, 2 * math.pi, generator)
    along, down = _places()
    shadow = (
        (along * torch.cos(angle) + down * torch.sin(angle)) / SIDE * _amount(len(canvases), 0, 1, generator)
    )
    return canvases + (1 - canvases) * ((0.5 + shadow) * _amount(len(canvases), 0, 0.8, generator)).clamp(
        0, 1
    )


def clouds(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Stain the paper: soft blots of random grey, coarse or fine."""
    side = int(torch.randint(3, 15, (1,), generator=generator))
    blots = torch.rand(len(canvases), 1, side, side, generator=generator)
    field = functional.interpolate(blots, (SIDE, SIDE), mode="bilinear")[:, 0]
    mixed = canvases + field * _amount(len(canvases), 0, 0.9, generator)
    return mixed / mixed.amax((1, 2), keepdim=True).clamp(min=1)


def noise(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Add grain to every pixel."""
    grain = torch.randn(canvases.shape, generator=generator)
    return canvases + grain * _amount(len(canvases), 0, 0.3, generator)


def specks(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Scatter specks of ink and of white, single or a few pixels wide."""
    dust = torch.rand(canvases.shape, generator=generator)
    density = _amount(len(canvases), 0, 0.10, generator)
    wide = _spread((dust < density * 0.1).float())
    ink = torch.maximum((dust < density).float(), wide) * _amount(len(canvases), 0.3, 1, generator)
    return torch.maximum(canvases, ink) * (dust < 1 - density)


def line(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Rule a straight line across the picture, in ink or (one in three) in white, whole or dashed."""
    count = len(canvases)
    level = torch.rand(count, 1, 1, generator=generator) < 0.7
    angle = torch.where(level, _amount(count, -0.25, 0.25, generator), _amount(count, 0, math.pi, generator))
    along, down = _places()
    across = down * torch.cos(angle) - along * torch.sin(angle) - _amount(count, -13, 13, generator)
    stroke = (_amount(count, 0.3, 1.3, generator) + 0.5 - across.abs()).clamp(0, 1)
    dashes = torch.sin(along * _amount(count, 0.5, 2, generator)) > _amount(count, -2, 0.5, generator)
    stroke = stroke * dashes * _amount(count, 0.3, 1, generator)
    white = torch.rand(count, 1, 1, generator=generator) < 0.33
    return torch.where(white, canvases * (1 - stroke), torch.maximum(canvases, stroke))


def margin(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Let the frame of a form or the dark edge of a scan show on one or two sides."""
    count = len(canvases)
    along, down = _places()
    place = torch.where(torch.rand(count, 1, 1, generator=generator) < 0.5, along, down)
    both = torch.rand(count, 1, 1, generator=generator) < 0.4
    place = torch.where(both, place.abs(), place * torch.sign(_amount(count, -1, 1, generator)))
    start = 14 - _amount(count, 0.5, 7, generator)
    stop = start + torch.where(torch.rand(count, 1, 1, generator=generator) < 0.5, 2.0, 20.0)
    band = ((place - start + 0.5).clamp(0, 1) * (stop - place).clamp(0, 1)) * _amount(
        count, 0.4, 1, generator
    )
    return (canvases - band).abs()


def neighbour(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Let a piece of the digit next door reach into the picture."""
    other = canvases.roll(1, 0)
    count = len(canvases)
    aside = torch.rand(count, generator=generator) < 0.75
    far = _amount(count, 0.62, 0.95, generator, 1) * 2 * torch.sign(_amount(count, -1, 1, generator, 1))
    near = _amount(count, -0.3, 0.3, generator, 1)
    matrix = torch.eye(2, 3).repeat(count, 1, 1)
    matrix[:, 0, 2] = torch.where(aside, far, near) * 0.75
    matrix[:, 1, 2] = torch.where(aside, near, far) * 0.75
    grid = functional.affine_grid(matrix, [count, 1, SIDE, SIDE], align_corners=False)
    return torch.maximum(canvases, _resampled(other, grid))


def crop(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Cut one side of the digit off, by up to about three of its twenty pixels."""
    count = len(canvases)
    along, down = _places()
    place = torch.where(torch.rand(count, 1, 1, generator=generator) < 0.5, along, down)
    place = place * torch.sign(_amount(count, -1, 1, generator))
    return canvases * (place < _amount(count, 6.5, 10, generator))


def gap(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Lose a small round patch of the picture."""
    along, down = _places()
    far = (along - _amount(len(canvases), -9, 9, generator)) ** 2
    far = far + (down - _amount(len(canvases), -9, 9, generator)) ** 2
    return canvases * (far > _amount(len(canvases), 1, 3, generator) ** 2)


def lossy(canvases: Tensor, generator: torch.Generator) -> Tensor:
    """Keep only coarse steps of the cosine waves of 8 x 8 blocks, as JPEG does (Wallace, 1991)."""
    count = len(canvases)
    at = torch.arange(8)
    waves = torch.cos(math.pi / 8 * (at[None] + 0.5) * at[:, None]) / 2  # (8, 8), orthogonal rows
    waves[0] /= math.sqrt(2)
    blocks = functional.pad(canvases, (2, 2, 2, 2)).reshape(count, 4, 8, 4, 8).transpose(2, 3)
    step = _amount(count, 0.05, 0.6, generator)[:, None, None] * (1 + at[:, None] + at[None]) / 4
    kept = torch.round(waves @ blocks @ waves.T / step) * step
    whole = (waves.T @ kept @ waves).transpose(2, 3).reshape(count, 32, 32)
    return whole[:, 2:-2, 2:-2]


def _places() -> tuple[Tensor, Tensor]:
    """Return x and y of every pixel from the middle, (28, 28) each."""
    at = torch.arange(SIDE) - (SIDE - 1) / 2
    return at[None, :].expand(SIDE, SIDE), at[:, None].expand(SIDE, SIDE)


def _amount(count: int, low: float, high: float, generator: torch.Generator, dims: int = 3) -> Tensor:
    """Return one uniform number for each canvas, shaped (count, 1, ...) with `dims` dimensions."""
    return torch.empty(count, *[1] * (dims - 1)).uniform_(low, high, generator=generator)


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
