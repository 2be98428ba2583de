"""The fifteen corruptions of MNIST-C (Mu and Gilmer, 2019), to measure robustness with; never to train with.

Written from the published descriptions and severities, so the pictures are of the same kinds but not
the same bits as the published set.  Where a description leaves a choice, the harder one was taken.
Every corruption takes ink (N, 28, 28) float32 in [0, 1] and a generator, and gives values that
`corrupt` clips; batches, not single pictures, are the unit.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from zeronine.canvas import SIDE
from zeronine.errors import DataError

Ink = npt.NDArray[np.float32]  #: (N, 28, 28)
Corruption = Callable[[Ink, np.random.Generator], Ink]

CENTRE = (SIDE - 1) / 2  #: the middle of the picture, pixel 13.5
ANGLE = 0.4  #: radians of shear and rotation
FOG_SIDE = 256  #: of the plasma from which fog is cut
AT_ONCE = 200  #: fog plasmas in memory at a time


def corrupt(
    images: npt.NDArray[np.uint8], name: str, *, generator: np.random.Generator
) -> npt.NDArray[np.uint8]:
    """Return digits (N, 28, 28) uint8 with one of the CORRUPTIONS; raise DataError for another name."""
    if name not in CORRUPTIONS:
        raise DataError(f"there is no corruption {name!r}: take one of {', '.join(CORRUPTIONS)}")
    ink = CORRUPTIONS[name](images.astype(np.float32) / np.float32(255), generator)
    return np.asarray(np.clip(ink, 0, 1) * 255, np.uint8)


def shot_noise(ink: Ink, generator: np.random.Generator) -> Ink:
    """Count photons: three for full ink, so the counts are rough."""
    return (generator.poisson(ink * 3) / 3).astype(np.float32)


def impulse_noise(ink: Ink, generator: np.random.Generator) -> Ink:
    """Turn 17 % of the pixels into full ink or bare paper, half each."""
    struck = generator.random(ink.shape) < 0.17
    salt = generator.random(ink.shape) < 0.5
    return np.where(struck, salt, ink).astype(np.float32)


def glass_blur(ink: Ink, generator: np.random.Generator) -> Ink:
    """Blur, swap neighbouring pixels at random in two passes, blur again."""
    glass = _blur(ink, 0.7)
    pictures = np.arange(len(ink))
    for _ in range(2):
        for row in range(SIDE - 2, 0, -1):
            for column in range(SIDE - 2, 0, -1):
                steps = generator.integers(-1, 2, (2, len(ink))) * (generator.random(len(ink)) < 0.5)
                there = (pictures, row + steps[0], column + steps[1])
                here = glass[:, row, column].copy()
                glass[:, row, column] = glass[there]
                glass[there] = here
    return _blur(glass, 0.7)


def motion_blur(ink: Ink, generator: np.random.Generator) -> Ink:
    """Draw every pixel out in one direction, up to 45 degrees from level, with a half bell of deviation 3."""
    angle = np.deg2rad(generator.uniform(-45, 45, len(ink)))
    taps = np.arange(21)  # radius 10: a one-sided kernel of 2 x 10 + 1 pixels
    weights = np.exp(-(taps**2) / (2 * 3.0**2)).astype(np.float32)
    pictures, grid = np.arange(len(ink))[:, None, None], np.arange(SIDE)
    blurred = np.zeros_like(ink)
    for tap, weight in zip(taps, weights / weights.sum(), strict=True):
        rows = np.clip(grid + np.rint(tap * np.sin(angle)).astype(int)[:, None], 0, SIDE - 1)
        columns = np.clip(grid + np.rint(tap * np.cos(angle)).astype(int)[:, None], 0, SIDE - 1)
        blurred += weight * ink[pictures, rows[:, :, None], columns[:, None, :]]
    return blurred


def shear(ink: Ink, generator: np.random.Generator) -> Ink:
    """Lean the digit by 0.4 radians to either side."""
    leans = np.tan(ANGLE) * _signs(generator, len(ink))
    return _warp(ink, [np.array([[1, lean], [0, 1]]) for lean in leans])


def scale(ink: Ink, generator: np.random.Generator) -> Ink:
    """Shrink the digit to 0.7 of its size."""
    return _warp(ink, [np.eye(2) / 0.7] * len(ink))


def rotate(ink: Ink, generator: np.random.Generator) -> Ink:
    """Turn the digit by 0.4 radians, 22.9 degrees, either way."""
    turns = [(np.cos(angle), np.sin(angle)) for angle in ANGLE * _signs(generator, len(ink))]
    return _warp(ink, [np.array([[cos, -sin], [sin, cos]]) for cos, sin in turns])


def brightness(ink: Ink, generator: np.random.Generator) -> Ink:
    """Lay half of full ink over everything."""
    return ink + np.float32(0.5)


def translate(ink: Ink, generator: np.random.Generator) -> Ink:
    """Move the digit by 3 pixels along both axes, either way."""
    moved = np.zeros_like(ink)
    steps = 3 * np.stack([_signs(generator, len(ink)), _signs(generator, len(ink))], axis=1)
    padded = np.pad(ink, ((0, 0), (3, 3), (3, 3)))
    for down, across in ((-3, -3), (-3, 3), (3, -3), (3, 3)):
        chosen = (steps == (down, across)).all(axis=1)
        moved[chosen] = padded[chosen, 3 - down : 3 - down + SIDE, 3 - across : 3 - across + SIDE]
    return moved


def stripe(ink: Ink, generator: np.random.Generator) -> Ink:
    """Turn ink and paper round in the outer seven columns of both sides."""
    striped = ink.copy()
    striped[:, :, :7] = 1 - ink[:, :, :7]
    striped[:, :, 21:] = 1 - ink[:, :, 21:]
    return striped


def fog(ink: Ink, generator: np.random.Generator) -> Ink:
    """Add three times a cloud of plasma, and pull the whole back to the brightness it had."""
    clouds = [_plasma(len(ink[start : start + AT_ONCE]), generator) for start in range(0, len(ink), AT_ONCE)]
    brightest = ink.max(axis=(1, 2), keepdims=True, initial=0)
    cloudy = np.concatenate([np.zeros_like(ink[:0]), *clouds]) * 3
    return np.asarray((ink + cloudy) * brightest / (brightest + 3), np.float32)


def spatter(ink: Ink, generator: np.random.Generator) -> Ink:
    """Splash grey mud over the digit: blobs where blurred noise is high."""
    liquid = _blur(generator.normal(0.65, 0.3, ink.shape).astype(np.float32), 1)
    mud = _blur((liquid > 0.65).astype(np.float32), 1.5)
    mud[mud < 0.8] = 0
    return np.asarray(ink * (1 - mud) + 63 / 255 * mud, np.float32)


def dotted_line(ink: Ink, generator: np.random.Generator) -> Ink:
    """Draw a soft dotted line from the left edge to the right, at random heights."""
    ends = generator.integers(0, 27, (2, len(ink)))
    along = np.linspace(0, 1, SIDE)
    heights = ends[0][:, None] + (ends[1] - ends[0])[:, None] * along  # (N, 28)
    dots = np.arange(SIDE) % 4 >= 2
    return ink + _soft_line(heights) * dots


def zigzag(ink: Ink, generator: np.random.Generator) -> Ink:
    """Draw a soft zigzag from column 2 to 25, at a random height and slope."""
    start = generator.integers(0, SIDE, len(ink))[:, None]
    rise = generator.integers(-5, 5, len(ink))[:, None]
    columns = np.arange(SIDE)
    teeth = np.array([2, 0, -2, 0])[columns % 4]
    heights = start + rise * (columns - 2) / 23 + teeth
    return ink + _soft_line(heights) * ((columns >= 2) & (columns <= 25))


def canny_edges(ink: Ink, generator: np.random.Generator) -> Ink:
    """Keep only the edges (Canny, 1986), as lines of full ink."""
    import cv2

    smooth = np.rint(_blur(ink, 1) * 255).astype(np.uint8)
    edges = np.zeros_like(ink)
    for index, picture in enumerate(smooth):
        edges[index] = cv2.Canny(picture, 0.1 * 255, 0.2 * 255, L2gradient=True) > 0
    return edges


CORRUPTIONS: dict[str, Corruption] = {
    "shot_noise": shot_noise,
    "impulse_noise": impulse_noise,
    "glass_blur": glass_blur,
    "motion_blur": motion_blur,
    "shear": shear,
    "scale": scale,
    "rotate": rotate,
    "brightness": brightness,
    "translate": translate,
    "stripe": stripe,
    "fog": fog,
    "spatter": spatter,
    "dotted_line": dotted_line,
    "zigzag": zigzag,
    "canny_edges": canny_edges,
}


def _signs(generator: np.random.Generator, count: int) -> npt.NDArray[np.int64]:
    return generator.choice(np.array([-1, 1]), count)


def _blur(ink: Ink, sigma: float) -> Ink:
    """Blur every picture with a bell of this deviation, cut at four of them; edges are repeated."""
    import cv2

    side = 2 * int(4 * sigma + 0.5) + 1
    blurred = np.empty_like(ink)
    for index, picture in enumerate(ink):
        blurred[index] = cv2.GaussianBlur(picture, (side, side), sigma, borderType=cv2.BORDER_REPLICATE)
    return blurred


def _warp(ink: Ink, matrices: list[npt.NDArray[np.float64]]) -> Ink:
    """Fetch every pixel from `matrix @ (x, y)`, both measured from the centre; outside is paper."""
    import cv2

    warped = np.empty_like(ink)
    for index, matrix in enumerate(matrices):
        shift = CENTRE - matrix @ np.array([CENTRE, CENTRE])
        whole = np.column_stack([matrix, shift])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        warped[index] = cv2.warpAffine(ink[index], whole, (SIDE, SIDE), flags=flags)
    return warped


def _soft_line(heights: npt.NDArray[np.float64]) -> Ink:
    """Return lines (N, 28, 28) whose row in each column is given, (N, 28); ink fades within 2.3 pixels."""
    away = np.abs(np.arange(SIDE)[None, :, None] - heights[:, None, :])  # (N, row, column)
    return np.asarray(np.clip(1 + np.log(1 - np.minimum(away, 2.299) / 2.3), 0, 1), np.float32)


def _plasma(count: int, generator: np.random.Generator) -> Ink:
    """Return a corner (count, 28, 28) of plasma in [0, 1], by diamond and square (Fournier et al., 1982).

    The noise is divided by 1.4 each time that the grid is halved; the plane has no edges (it wraps).
    """
    plane = np.zeros((count, FOG_SIDE, FOG_SIDE), np.float32)
    step, noise = FOG_SIDE, 1.0
    while step > 1:
        half = step // 2
        corners = plane[:, ::step, ::step]
        across = corners + np.roll(corners, -1, axis=2)
        plane[:, half::step, half::step] = _displaced(across + np.roll(across, -1, axis=1), noise, generator)
        middles = plane[:, half::step, half::step]
        beside = middles + np.roll(middles, 1, axis=2) + corners + np.roll(corners, -1, axis=1)
        above = middles + np.roll(middles, 1, axis=1) + across
        plane[:, half::step, ::step] = _displaced(beside, noise, generator)
        plane[:, ::step, half::step] = _displaced(above, noise, generator)
        step, noise = half, noise / 1.4
    lowest = plane.min(axis=(1, 2), keepdims=True)
    highest = plane.max(axis=(1, 2), keepdims=True)
    return np.asarray((plane[:, :SIDE, :SIDE] - lowest) / (highest - lowest), np.float32)


def _displaced(sums: Ink, noise: float, generator: np.random.Generator) -> Ink:
    """Return the mean of four neighbours, moved by even noise."""
    moves = 2 * generator.random(sums.shape, np.float32) - 1
    return sums / 4 + np.float32(noise) * moves
