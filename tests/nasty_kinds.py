"""Thirty kinds of pictures that nobody means to have read: valid, up to two megapixels, nasty to a reader.

Each kind is a function from a random generator to a picture as `Reader.read` takes it.
`reading/test_nasty.py` reads one of each within the budget of its size, `benchmarks/attack.py pictures`
reads a thousand.
"""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

MOST = 2_000_000  #: pixels
LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.,-+/:=()%"
Generator = np.random.Generator


def size_of(generator: Generator) -> tuple[int, int]:
    """Return a height and a width of 0.2 to 2 megapixels, upright, square or wide."""
    pixels, aspect = generator.uniform(0.2e6, MOST), 2 ** generator.uniform(-2, 2)
    return int((pixels / aspect) ** 0.5), int((pixels * aspect) ** 0.5)


def paper(generator: Generator) -> Any:
    return np.full(size_of(generator), 255, np.uint8)


def places(generator: Generator) -> tuple[Any, Any]:
    """Return the rows and columns of a picture's pixels, float32."""
    height, width = size_of(generator)
    rows, columns = np.mgrid[:height, :width]
    return rows.astype(np.float32), columns.astype(np.float32)


def inked(where: Any) -> Any:
    return np.where(where, 0, 255).astype(np.uint8)


def waved(values: Any) -> Any:
    """Return values in [-1, 1] as tones."""
    return np.clip(127.5 + 127.5 * values, 0, 255).astype(np.uint8)


def point(generator: Generator, picture: Any) -> tuple[int, int]:
    height, width = picture.shape[:2]
    return int(generator.integers(width)), int(generator.integers(height))


# ---- lines ----


def hatching(generator: Generator) -> Any:
    """Parallel lines of any width, pitch and angle."""
    rows, columns = places(generator)
    angle, pitch = generator.uniform(0, np.pi), generator.uniform(3, 60)
    return inked(
        (rows * np.sin(angle) + columns * np.cos(angle)) % pitch < pitch * generator.uniform(0.1, 0.7)
    )


def cross_hatching(generator: Generator) -> Any:
    rows, columns = places(generator)
    pitch = generator.uniform(6, 60)
    return inked(((rows + columns) % pitch < 2) | ((rows - columns) % pitch < 2))


def grid(generator: Generator) -> Any:
    """Squared paper of any pitch, one to three pixels thick."""
    rows, columns = places(generator)
    pitch, thick = generator.integers(4, 80), generator.integers(1, 4)
    return inked((rows % pitch < thick) | (columns % pitch < thick))


def comb(generator: Generator) -> Any:
    """Upright lines of one pixel, a few apart, across the picture."""
    picture = paper(generator)
    picture[:, :: int(generator.integers(2, 12))] = 0
    return picture


def staves(generator: Generator) -> Any:
    """Five lines at a time, as for music."""
    rows, _ = places(generator)
    pitch = generator.integers(5, 20)
    return inked((rows % pitch < 1) & (rows // pitch % 8 < 5))


def rays(generator: Generator) -> Any:
    """Lines from one point to all sides."""
    picture = paper(generator)
    centre = point(generator, picture)
    for angle in np.linspace(0, 2 * np.pi, int(generator.integers(20, 400)), endpoint=False):
        end = (int(centre[0] + 4000 * np.cos(angle)), int(centre[1] + 4000 * np.sin(angle)))
        cv2.line(picture, centre, end, 0, 1)
    return picture


def scribble(generator: Generator) -> Any:
    """One pen that never leaves the paper."""
    picture = paper(generator)
    walk = np.cumsum(generator.normal(0, 40, (4000, 2)), axis=0) % picture.shape[::-1]
    cv2.polylines(picture, [walk.astype(np.int32)], False, 0, int(generator.integers(1, 5)))
    return picture


def frames(generator: Generator) -> Any:
    """Rectangles within rectangles."""
    picture = paper(generator)
    for inset in range(0, min(picture.shape) // 2, int(generator.integers(4, 30))):
        cv2.rectangle(picture, (inset, inset), (picture.shape[1] - inset, picture.shape[0] - inset), 0, 1)
    return picture


# ---- round things ----


def rings(generator: Generator) -> Any:
    """Circles of any radius, one to six pixels thick, over each other."""
    picture = paper(generator)
    for _ in range(int(generator.integers(1, 300))):
        radius, thick = int(generator.integers(3, 500)), int(generator.integers(1, 7))
        cv2.circle(picture, point(generator, picture), radius, 0, thick)
    return picture


def blobs(generator: Generator) -> Any:
    """Huge and small discs of ink."""
    picture = paper(generator)
    for _ in range(int(generator.integers(1, 200))):
        cv2.circle(picture, point(generator, picture), int(generator.integers(3, 250)), 0, -1)
    return picture


def spiral(generator: Generator) -> Any:
    rows, columns = places(generator)
    y, x = rows - rows.max() / 2, columns - columns.max() / 2
    pitch, arms = generator.uniform(6, 60), generator.integers(1, 6)
    return inked(
        np.sin(2 * np.pi * np.hypot(x, y) / pitch + arms * np.arctan2(y, x)) > generator.uniform(0, 0.9)
    )


def moire(generator: Generator) -> Any:
    """Two sets of circles over each other."""
    rows, columns = places(generator)
    far = [
        np.hypot(rows - generator.uniform(0, rows.max()), columns - generator.uniform(0, columns.max()))
        for _ in (0, 1)
    ]
    pitch = generator.uniform(2.5, 12)
    return waved(np.sin(far[0] * 2 * np.pi / pitch) * np.sin(far[1] * 2 * np.pi / (1.03 * pitch)))


# ---- rasters ----


def halftone(generator: Generator) -> Any:
    """Dots that grow as a printer's do, on a raster that is turned."""
    rows, columns = places(generator)
    angle, pitch = generator.uniform(0, np.pi / 2), generator.uniform(4, 16)
    u = (rows * np.sin(angle) + columns * np.cos(angle)) * 2 * np.pi / pitch
    v = (rows * np.cos(angle) - columns * np.sin(angle)) * 2 * np.pi / pitch
    return inked(np.cos(u) + np.cos(v) > 2 - 4 * columns / columns.max())


def chequerboard(generator: Generator) -> Any:
    rows, columns = places(generator)
    side = generator.integers(2, 40)
    return inked((rows // side + columns // side) % 2 == 0)


def dots(generator: Generator) -> Any:
    rows, columns = places(generator)
    pitch = generator.integers(5, 40)
    thick = generator.integers(1, pitch)
    return inked((rows % pitch < thick) & (columns % pitch < thick))


def crosses(generator: Generator) -> Any:
    """A plus at every place, each of which may be read."""
    rows, columns = places(generator)
    pitch = generator.integers(16, 60)
    y, x = abs(rows % pitch - pitch // 2), abs(columns % pitch - pitch // 2)
    return inked(((y < 2) | (x < 2)) & (np.maximum(x, y) < pitch // 3))


def bricks(generator: Generator) -> Any:
    rows, columns = places(generator)
    high, thick = generator.integers(8, 50), generator.integers(1, 4)
    across = columns + (rows // high % 2) * high
    return inked((rows % high < thick) | (across % (2 * high) < thick))


def maze(generator: Generator) -> Any:
    """Walls on a grid of any pitch, each there or not."""
    rows, columns = (place.astype(int) for place in places(generator))
    pitch = int(generator.integers(5, 40))
    there = generator.random((2, rows.max() // pitch + 1, columns.max() // pitch + 1)) < 0.5
    cell = (rows // pitch, columns // pitch)
    return inked(((rows % pitch == 0) & there[0][cell]) | ((columns % pitch == 0) & there[1][cell]))


def barcode(generator: Generator) -> Any:
    """Bars of one to four units, from edge to edge."""
    height, width = size_of(generator)
    unit = int(generator.integers(1, 8))
    runs = generator.integers(1, 5, width // unit + 1)
    bars = np.repeat(np.arange(len(runs)) % 2, runs * unit)[:width]
    return np.tile(np.where(bars, 0, 255).astype(np.uint8), (height, 1))


def squares_code(generator: Generator) -> Any:
    """Squares that are black or white by chance, as in a QR code."""
    height, width = size_of(generator)
    side = int(generator.integers(2, 25))
    cells = generator.integers(0, 2, (height // side + 1, width // side + 1), np.uint8) * 255
    return np.kron(cells, np.ones((side, side), np.uint8))[:height, :width]


# ---- writing ----


def wall_of_text(generator: Generator) -> Any:
    """Letters, digits and signs from edge to edge, as small or large as can be."""
    picture = paper(generator)
    scale = generator.uniform(0.3, 2)
    for y in range(10, picture.shape[0] + 30, max(8, int(30 * scale))):
        line = "".join(generator.choice(list(LETTERS), int(picture.shape[1] / (15 * scale)) + 1))
        cv2.putText(picture, line, (0, y), cv2.FONT_HERSHEY_SIMPLEX, scale, 0, max(1, round(1.5 * scale)))
    return picture


def wall_of_digits(generator: Generator) -> Any:
    """Thousands of digits that touch."""
    picture = paper(generator)
    scale = generator.uniform(0.4, 1.5)
    for y in range(10, picture.shape[0] + 30, max(8, int(23 * scale))):
        line = "".join(map(str, generator.integers(0, 10, int(picture.shape[1] / (17 * scale)) + 1)))
        cv2.putText(picture, line, (0, y), cv2.FONT_HERSHEY_SIMPLEX, scale, 0, 2)
    return picture


def strip(generator: Generator) -> Any:
    """One line of digits, some tens of pixels high and some ten thousands long."""
    picture = np.full((int(generator.integers(40, 80)), int(generator.integers(8000, 25_000))), 255, np.uint8)
    for place, value in enumerate(generator.integers(0, 10, picture.shape[1] // 40).tolist()):
        cv2.putText(picture, str(value), (40 * place, 36), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 0, 2)
    return picture


def ones(generator: Generator) -> Any:
    """Upright strokes, which all may be the digit 1."""
    picture = paper(generator)
    pitch, high = int(generator.integers(6, 40)), int(generator.integers(10, 60))
    for y in range(high, picture.shape[0], 2 * high):
        for x in range(pitch, picture.shape[1], pitch):
            cv2.line(picture, (x, y), (x + int(generator.integers(-2, 3)), y - high), 0, 2)
    return picture


# ---- tones ----


def noise(generator: Generator) -> Any:
    """Grain of any coarseness."""
    height, width = size_of(generator)
    side = int(generator.integers(1, 8))
    grain = generator.integers(0, 256, (height // side + 1, width // side + 1)).astype(np.uint8)
    return cv2.resize(grain, (width, height), interpolation=cv2.INTER_CUBIC)


def specks(generator: Generator) -> Any:
    height, width = size_of(generator)
    return inked(generator.random((height, width)) < generator.uniform(0.001, 0.3))


def plasma(generator: Generator) -> Any:
    """Waves of all directions, in colours."""
    rows, columns = places(generator)
    layers = []
    for _ in range(3):
        a, b, c = generator.uniform(-0.3, 0.3, 3)
        layers.append(waved(np.sin(a * rows + b * columns) * np.sin(c * np.hypot(rows, columns))))
    return np.stack(layers, axis=-1)


def gradient(generator: Generator) -> Any:
    """Tones that fall from one side to the other, in steps that look like edges."""
    rows, columns = places(generator)
    along = generator.uniform(-1, 1) * rows + generator.uniform(-1, 1) * columns
    share = (along - along.min()) / max(1e-6, float(np.ptp(along)))
    steps = generator.integers(2, 256)
    return (np.floor(share * steps) / steps * 255).astype(np.uint8)


def fractal(generator: Generator) -> Any:
    """A part of the set of Mandelbrot: edges at every scale."""
    rows, columns = places(generator)
    scale = 3.0 / max(rows.shape) * 2 ** -generator.uniform(0, 6)
    start = (columns * scale - 2).astype(np.complex64) + 1j * ((rows - rows.max() / 2) * scale).astype(
        np.float32
    )
    at, steps = np.zeros_like(start), np.zeros(start.shape, np.uint8)
    for _ in range(24):
        inside = np.abs(at) < 2
        at = np.where(inside, at * at + start, at)
        steps += inside
    return (steps * 10).astype(np.uint8)


def see_through(generator: Generator) -> Any:
    """A picture whose ink is in the alpha channel only, or nowhere."""
    kind = [hatching, rings, wall_of_digits, noise][int(generator.integers(4))]
    alpha = 255 - kind(generator)
    tone = np.full((*alpha.shape, 3), int(generator.integers(256)), np.uint8)
    return np.dstack([tone, alpha])


KINDS: dict[str, Callable[[Generator], Any]] = {
    one.__name__: one
    for one in (
        hatching,
        cross_hatching,
        grid,
        comb,
        staves,
        rays,
        scribble,
        frames,
        rings,
        blobs,
        spiral,
        moire,
        halftone,
        chequerboard,
        dots,
        crosses,
        bricks,
        maze,
        barcode,
        squares_code,
        wall_of_text,
        wall_of_digits,
        strip,
        ones,
        noise,
        specks,
        plasma,
        gradient,
        fractal,
        see_through,
    )
}


def picture_of(kind: str, number: int) -> Any:
    """Return a picture of a kind, always the same for the same number; every third is light on dark."""
    picture = KINDS[kind](np.random.default_rng([number, list(KINDS).index(kind)]))
    if number % 3 == 2:
        return np.dstack([255 - picture[..., :3], picture[..., 3:]]) if picture.ndim == 3 else 255 - picture
    return picture
