"""Digits as pen paths: other hands write other shapes, and here is how they would look.

A path bends one of the shapes of `shapes.py` as hands differ: points wander, the whole is stretched,
slanted and turned, strokes begin late, run on or miss each other.  A pen then draws it: ball pen,
marker, pencil, brush, the one-pixel line of a mouse, broken or shaky.  Everything happens for many
digits at once, in NumPy, and follows from the generator alone.
`write` gives canvases; `paths` and `draw` serve pages, lessons and tests at any size.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from zeronine.canvas import BOX, SIDE
from zeronine.data.writing.shapes import HELD_APART, SHAPES
from zeronine.errors import DataError

POINTS = 48  #: points along every path
CHUNK = 256  #: digits drawn at once: bounds memory to about 150 MB

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Paths:
    """N written digits: where the pen went, and where it touched the paper."""

    points: Floats  #: (N, POINTS, 2): x to the right and y downwards, one digit about 1 high
    down: npt.NDArray[np.bool_]  #: (N, POINTS - 1): whether the pen touches between two points


@dataclass(frozen=True, slots=True)
class Pens:
    """N pens, one for each digit; lengths in pixels of the picture that is drawn."""

    radius: Floats  #: (N, POINTS - 1): half the width of the line
    softness: Floats  #: (N,): over how many pixels its edge fades
    strength: Floats  #: (N,): the darkest ink, in (0, 1]


def shape_names(*, held_apart: bool | None = None) -> list[tuple[int, str]]:
    """List (digit, shape): all of them, only those held apart, or only the others."""
    return [
        (digit, name)
        for digit, shapes in SHAPES.items()
        for name in shapes
        if held_apart is None or (name in HELD_APART[digit]) == held_apart
    ]


def write(
    labels: npt.ArrayLike,
    *,
    generator: np.random.Generator,
    shapes: Collection[tuple[int, str]] | None = None,
    wildness: float = 1.0,
) -> npt.NDArray[np.uint8]:
    """Write the digits `labels` (N,) and return canvases (N, 28, 28) uint8, ink = 255.

    `shapes` narrows the choice, see `shape_names`; `wildness` scales how far hands stray, 0 = not at all.
    The canvas contract holds: the longest side is 20 pixels, the centre of mass is the centre.
    """
    return on_canvases(
        paths(labels, generator=generator, shapes=shapes, wildness=wildness), generator=generator
    )


def on_canvases(written: Paths, *, generator: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Draw paths of any size with pens of all kinds, as canvases (N, 28, 28) uint8, ink = 255."""
    pens = some_pens(len(written.points), generator=generator)
    down = _broken(written.down, generator)
    placed = Paths(_on_canvas(written.points, down, pens.radius), down)
    return np.asarray(np.rint(draw(placed, pens, height=SIDE, width=SIDE) * 255), np.uint8)


def paths(
    labels: npt.ArrayLike,
    *,
    generator: np.random.Generator,
    shapes: Collection[tuple[int, str]] | None = None,
    wildness: float = 1.0,
) -> Paths:
    """Bend one shape for each of the labels (N,), as different hands would.

    Raises DataError for labels that are not digits, or that have no shape left.
    """
    wanted = np.asarray(labels, np.int64)
    if wanted.ndim != 1 or (wanted.size and not 0 <= wanted.min() <= wanted.max() <= 9):
        raise DataError(f"labels are a list of digits 0 to 9, this is {labels!r:.80}")
    allowed = sorted(shapes) if shapes is not None else shape_names()
    chosen = _choose(wanted, allowed, generator)
    return bend(
        [SHAPES[digit][name] for digit, name in allowed], chosen, generator=generator, wildness=wildness
    )


def bend(
    shapes: Sequence[str],
    chosen: npt.NDArray[np.int64],
    *,
    generator: np.random.Generator,
    wildness: float = 1.0,
) -> Paths:
    """Return N paths along shapes, the texts of `shapes.py`; `chosen` (N,) says which each one follows."""
    points = np.zeros((len(chosen), POINTS, 2), np.float32)
    down = np.zeros((len(chosen), POINTS - 1), np.bool_)
    for index, shape in enumerate(shapes):
        rows = np.flatnonzero(chosen == index)
        if len(rows):
            points[rows], down[rows] = _wander(shape, len(rows), generator, wildness)
    return Paths(_as_a_hand(points, generator, wildness), down)


def some_pens(count: int, *, generator: np.random.Generator, scale: float = 1.0) -> Pens:
    """Choose pens for `count` digits about 20 pixels high; `scale` times as wide for larger ones."""
    thinnest, widest, soft, faint = np.array(
        [
            (0.35, 0.70, 0.8, 0.55),  # the one-pixel line of a mouse, scaled down
            (0.60, 1.10, 0.9, 0.75),  # ball pen
            (0.90, 1.60, 1.1, 0.90),  # the pens of MNIST
            (1.50, 2.70, 1.2, 0.90),  # marker
            (0.70, 1.30, 1.8, 0.35),  # pencil
        ],
        np.float32,
    )[generator.choice(5, count, p=[0.15, 0.25, 0.3, 0.18, 0.12])].T
    along = np.linspace(0, 1, POINTS - 1, dtype=np.float32)
    width = generator.uniform(thinnest, widest).astype(np.float32)
    brush = 0.35 * (generator.random(count) < 0.3) * generator.standard_normal((2, count))
    pressure = 1 + brush[0][:, None] * (along - 0.5) + brush[1][:, None] * np.sin(2 * np.pi * along) * 0.7
    return Pens(
        radius=np.asarray(scale * width[:, None] * np.clip(pressure, 0.4, 1.8), np.float32),
        softness=np.asarray(scale * soft * generator.uniform(0.7, 1.5, count), np.float32),
        strength=generator.uniform(faint, 1).astype(np.float32),
    )


def draw(written: Paths, pens: Pens, *, height: int, width: int) -> Floats:
    """Draw paths whose points are in pixels, and return ink (N, height, width) in [0, 1]."""
    rows, columns = np.mgrid[:height, :width]
    pixels = np.stack([columns.ravel(), rows.ravel()]).astype(np.float32)  # (2, H * W)
    ink = np.empty((len(written.points), height * width), np.float32)
    for start in range(0, len(ink), CHUNK):
        one = slice(start, start + CHUNK)
        depth = _depth(written.points[one], written.down[one], pens.radius[one], pixels)
        ink[one] = np.clip(0.5 + depth / pens.softness[one, None], 0, 1) * pens.strength[one, None]
    return ink.reshape(-1, height, width)


def _depth(points: Floats, down: npt.NDArray[np.bool_], radius: Floats, pixels: Floats) -> Floats:
    """Return how deep each pixel lies inside the line, (n, pixels); negative outside.

    The distance from a pixel p to the segment from a to a + d is |p - a - t d|, where
    t = (p - a).d / |d|^2 is kept within [0, 1].
    """
    deepest = np.full((len(points), pixels.shape[1]), -np.inf, np.float32)
    squares = (pixels**2).sum(0)
    for segment in range(points.shape[1] - 1):
        a = points[:, segment]
        d = points[:, segment + 1] - a
        length = (d**2).sum(1, keepdims=True) + 1e-6
        along = d @ pixels - (a * d).sum(1, keepdims=True)  # (n, pixels)
        t = np.clip(along / length, 0, 1)
        distance = squares - 2 * (a @ pixels) + (a**2).sum(1, keepdims=True) - t * (2 * along - t * length)
        depth = radius[:, segment, None] - np.sqrt(np.maximum(distance, 0))
        np.maximum(deepest, np.where(down[:, segment, None], depth, -np.inf), out=deepest)
    return deepest


def _choose(
    labels: npt.NDArray[np.int64], allowed: list[tuple[int, str]], generator: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Return the index of a shape in `allowed` for each label, all shapes of a digit equally often."""
    chosen = np.zeros(len(labels), np.int64)
    for digit in np.unique(labels):
        own = [index for index, (of, _) in enumerate(allowed) if of == digit]
        if not own:
            raise DataError(f"there is no shape left for the digit {digit}: widen `shapes`")
        rows = np.flatnonzero(labels == digit)
        chosen[rows] = generator.choice(own, len(rows))
    return chosen


@lru_cache(maxsize=256)
def shape_as_weights(text: str) -> tuple[Floats, Floats, npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """Return a shape's control points (K, 2), its weights (POINTS, K), pen down, and each one's stroke.

    The path is linear in the control points: path = weights @ controls, a Catmull-Rom spline
    (Catmull and Rom, 1974) between corners, with its points spread by length.
    """
    strokes = [stroke.split() for stroke in text.split("|")]
    controls = np.array(
        [
            [float(number) / 100 for number in mark.rstrip("^").split(",")]
            for stroke in strokes
            for mark in stroke
        ],
        np.float32,
    )
    pieces: list[list[int]] = []
    stroke_of: list[int] = []
    starts: list[int] = []
    for number, stroke in enumerate(strokes):
        first = len(stroke_of)
        starts.append(len(pieces))
        corners = [first + at for at, mark in enumerate(stroke[1:-1], 1) if mark.endswith("^")]
        ends = [first, *corners, first + len(stroke) - 1]
        pieces += [list(range(a, b + 1)) for a, b in pairwise(ends)]
        stroke_of += [number] * len(stroke)
    lengths = np.array([np.hypot(*np.diff(controls[piece], axis=0).T).sum() for piece in pieces])
    counts = np.maximum(2, np.floor(lengths / lengths.sum() * POINTS)).astype(int)
    counts[np.argmax(counts)] += POINTS - counts.sum()
    weights = np.zeros((POINTS, len(controls)), np.float32)
    down = np.ones(POINTS - 1, np.bool_)
    row = 0
    for number, (piece, count) in enumerate(zip(pieces, counts, strict=True)):
        weights[row : row + count][:, piece] = spline(len(piece), count)
        if number in starts and row:
            down[row - 1] = False
        row += count
    return controls, weights, down, np.array(stroke_of)


def spline(knots: int, count: int) -> Floats:
    """Return weights (count, knots) of a Catmull-Rom spline through the knots, from the first to the last."""
    at = np.linspace(0, knots - 1, count)
    left = np.minimum(at.astype(int), knots - 2)
    t = (at - left)[:, None]
    basis = np.concatenate(
        [-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2], axis=1
    )
    weights = np.zeros((count, knots + 2), np.float32)
    for offset in range(4):
        weights[np.arange(count), left + offset] += basis[:, offset] / 2
    inner = weights[:, 1:-1].copy()  # the knots before the first and after the last are mirrored ones
    inner[:, :2] += weights[:, :1] * [2, -1]
    inner[:, -2:] += weights[:, -1:] * [-1, 2]
    return inner


def _wander(
    text: str, count: int, generator: np.random.Generator, wildness: float
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return `count` versions of a shape: points wander, strokes shift, ends come late or run on."""
    controls, weights, down, stroke_of = shape_as_weights(text)
    wander = generator.normal(0, 0.028 * wildness, (count, *controls.shape))
    shift = generator.normal(0, 0.030 * wildness, (count, stroke_of[-1] + 1, 2))[:, stroke_of]
    bent = controls + wander + shift  # (n, K, 2)
    path = np.einsum("pk,nkc->npc", weights, bent).astype(np.float32)
    shake = generator.normal(0, 0.012 * wildness, path.shape) * (generator.random((count, 1, 1)) < 0.15)
    return np.asarray(path + shake, np.float32), np.repeat(down[None], count, axis=0)


def _as_a_hand(points: Floats, generator: np.random.Generator, wildness: float) -> Floats:
    """Warp, stretch, slant and turn each digit as a whole, about the middle of its height."""
    count = len(points)
    x, y = points[..., 0] - 0.3, points[..., 1] - 0.5
    swell = generator.normal(0, 0.14 * wildness, (6, count, 1))
    x, y = (
        x + swell[0] * (y**2 - 0.08) + swell[1] * x * y + swell[4] * 0.5 * x * np.abs(x),
        y + swell[2] * x * 0.5 + swell[3] * x * y + swell[5] * (y**2 - 0.08),
    )
    width = np.exp(generator.normal(0, 0.24 * wildness, (count, 1)))
    slant = generator.normal(0.08, 0.20, (count, 1)) * min(wildness, 1)
    turn = generator.normal(0, 0.09 * wildness, (count, 1))
    x = x * width - slant * y
    x, y = x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)
    return np.stack([x, y], axis=2).astype(np.float32)


def _broken(down: npt.NDArray[np.bool_], generator: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Lift the pen for a moment in one digit of ten, and shorten one end in two of ten."""
    at = np.arange(down.shape[1])
    count = len(down)
    start = generator.integers(4, down.shape[1] - 4, (count, 1))
    gap = (at >= start) & (at < start + generator.integers(1, 4, (count, 1)))
    late = (at < generator.integers(0, 4, (count, 1))) & (generator.random((count, 1)) < 0.2)
    return down & ~(gap & (generator.random((count, 1)) < 0.1)) & ~late


def _on_canvas(points: Floats, down: npt.NDArray[np.bool_], radius: Floats) -> Floats:
    """Scale each path so that its ink is 20 pixels on the longer side, its centre of mass in the middle."""
    touched = np.zeros(points.shape[:2], np.bool_)
    touched[:, 1:] |= down
    touched[:, :-1] |= down
    lowest = np.where(touched[..., None], points, np.inf).min(1)
    highest = np.where(touched[..., None], points, -np.inf).max(1)
    room = BOX - 2 * radius.mean(1) - 0.4
    points = points * (room / np.maximum((highest - lowest).max(1), 0.1))[:, None, None]
    middles = (points[:, 1:] + points[:, :-1]) / 2
    length = np.sqrt((np.diff(points, axis=1) ** 2).sum(2)) * down * radius
    centre = (middles * length[..., None]).sum(1) / np.maximum(length.sum(1), 1e-6)[:, None]
    return np.asarray(points - centre[:, None] + SIDE / 2, np.float32)
