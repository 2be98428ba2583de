"""What is not a digit, made from what is at hand, so that a network can learn to say so.

Pieces of digits, pairs of them, letters and signs (written with the pens of `strokes.py`, and printed
with whatever fonts the machine has), scribbles, blots, noise and blank paper.
Letters and signs that can honestly be read as a digit (I, O, S, Z, B, G, l, q ...) are left out.
No data set of letters or other objects is used: those stay for measuring.
"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.canvas import SIDE
from zeronine.data.writing.no_digits import OTHERS
from zeronine.data.writing.strokes import POINTS, Paths, bend, on_canvases, spline
from zeronine.reading.normalise import normalise

LETTERS = "AEFHKMNPRTUVWXaefhkmnprtuvwx&?#%@$+=*"  #: printed ones that nobody takes for a digit
MOST_FONTS = 60
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "C:/Windows/Fonts")

Images = npt.NDArray[np.uint8]  #: (N, 28, 28), ink = 255
Maker = Callable[[Images, int, np.random.Generator], Images]


def negatives(digits: Images, count: int, *, generator: np.random.Generator) -> Images:
    """Return `count` canvases (count, 28, 28) uint8 that are not digits, all kinds mixed.

    `digits` (N, 28, 28) lends the pieces and the pairs.
    """
    shares = np.array([share for share, _ in KINDS])
    counts = generator.multinomial(count, shares / shares.sum())
    parts = [make(digits, many, generator) for (_, make), many in zip(KINDS, counts, strict=True) if many]
    together = np.concatenate([np.zeros((0, SIDE, SIDE), np.uint8), *parts])
    return together[generator.permutation(len(together))]


def halves(digits: Images, count: int, generator: np.random.Generator) -> Images:
    """Cut digits in two, upright or across, and keep one part, moved to the middle."""
    pieces = _some(digits, count, generator)
    pieces = np.where(generator.random((count, 1, 1)) < 0.5, pieces.transpose(0, 2, 1), pieces)
    upright = np.arange(SIDE)[None, :, None]
    cut = generator.integers(11, 17, (count, 1, 1))
    first = generator.random((count, 1, 1)) < 0.5
    pieces = np.where((upright < cut) == first, pieces, 0).astype(np.uint8)
    moved = np.where(first, np.roll(pieces, 6, 1), np.roll(pieces, -6, 1))
    turned = generator.random((count, 1, 1)) < 0.5
    return np.where(turned, moved.transpose(0, 2, 1), moved)


def pairs(digits: Images, count: int, generator: np.random.Generator) -> Images:
    """Put two digits side by side, as close as an uncut number has them."""
    left, right = _some(digits, count, generator), _some(digits, count, generator)
    wide = np.zeros((count, SIDE, 2 * SIDE), np.uint8)
    near = generator.integers(15, 21, count)
    for index in range(count):
        wide[index, :, :SIDE] = left[index]
        place = wide[index, :, near[index] : near[index] + SIDE]
        np.maximum(place, right[index], out=place)
    return _canvases(wide)


def heaps(digits: Images, count: int, generator: np.random.Generator) -> Images:
    """Write one digit over another, the second one turned."""
    below, above = _some(digits, count, generator), _some(digits, count, generator)
    turned = np.where(generator.random((count, 1, 1)) < 0.5, above.transpose(0, 2, 1), above[:, ::-1, ::-1])
    return np.maximum(below, turned)


def signs(digits: Images, count: int, generator: np.random.Generator) -> Images:
    """Write letters and signs by hand."""
    shapes = list(OTHERS.values())
    return on_canvases(
        bend(shapes, generator.integers(0, len(shapes), count), generator=generator), generator=generator
    )


def scribbles(digits: Images, count: int, generator: np.random.Generator) -> Images:
    """Let a pen wander between seven to twelve random places."""
    points = np.zeros((count, POINTS, 2), np.float32)
    for knots in range(7, 13):
        rows = slice(knots - 7, None, 6)
        places = generator.random((len(points[rows]), knots, 2)).astype(np.float32)
        points[rows] = np.einsum("pk,nkc->npc", spline(knots, POINTS), places)
    return on_canvases(Paths(points, np.ones((count, POINTS - 1), np.bool_)), generator=generator)


def letters(digits: Images, count: int, generator: np.random.Generator) -> Images:
    """Print letters with the fonts of this machine; write signs by hand where it has none."""
    printed = _printed()
    if not len(printed):
        return signs(digits, count, generator)
    return _some(printed, count, generator)


def blots(digits: Images, count: int, generator: np.random.Generator) -> Images:
    """Fill patches: coarse noise within a round or square hull, cut at a level or not, smooth or textured."""
    made = np.zeros((count, SIDE, SIDE), np.float32)
    along = np.linspace(-1, 1, SIDE)
    for index in range(count):
        side = int(generator.integers(3, 9))
        field = cv2.resize(generator.random((side, side)), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
        power, room = generator.choice([2, 4, 8]), generator.uniform(0.5, 1.0, 2)
        hull = (np.abs(along[:, None] / room[0]) ** power + np.abs(along / room[1]) ** power) < 1
        hard = generator.random() < 0.5
        texture = generator.random((SIDE, SIDE)) * generator.choice([0, 0.2, 0.6])
        patch = (field > generator.uniform(0, 0.5)) if hard else field + 0.3
        made[index] = hull * np.clip(patch - texture, 0, 1) * generator.uniform(0.4, 1)
    return np.asarray(made * 255, np.uint8)


def noise(digits: Images, count: int, generator: np.random.Generator) -> Images:
    """Grain of every strength and density, from dust to static, coarse or fine."""
    grain = generator.random((count, SIDE, SIDE), np.float32)
    sparse = grain < generator.uniform(0.005, 0.7, (count, 1, 1)) ** 2
    kind = generator.random((count, 1, 1))
    rough = np.where(kind < 0.5, sparse, grain) * generator.uniform(0.15, 1, (count, 1, 1))
    coarse = np.repeat(np.repeat(rough[:, ::3, ::3], 3, 1), 3, 2)[:, :SIDE, :SIDE]
    return np.asarray(np.where(generator.random((count, 1, 1)) < 0.25, coarse, rough) * 255, np.uint8)


def blank(digits: Images, count: int, generator: np.random.Generator) -> Images:
    """Leave the paper empty, or evenly grey, or wholly ink."""
    level = generator.choice([0, 0, 0, 0.1, 0.3, 0.6, 1.0], (count, 1, 1))
    return np.asarray(np.broadcast_to(level * 255, (count, SIDE, SIDE)), np.uint8)


KINDS: tuple[tuple[float, Maker], ...] = (
    (0.06, halves),
    (0.10, pairs),
    (0.04, heaps),
    (0.42, signs),
    (0.10, scribbles),
    (0.13, letters),
    (0.09, blots),
    (0.04, noise),
    (0.02, blank),
)  #: (share, maker)


def _some(images: Images, count: int, generator: np.random.Generator) -> Images:
    """Draw `count` of the images, with replacement."""
    return images[generator.integers(0, len(images), count)]


def _canvases(pictures: Images) -> Images:
    """Bring pictures of ink (N, h, w) to canvases by the one function, as uint8."""
    return np.asarray(np.rint(normalise([one.astype(np.float32) / 255 for one in pictures]) * 255), np.uint8)


@lru_cache(maxsize=1)
def _printed() -> Images:
    """Return every letter in every font found, (N, 28, 28); none where there are no fonts."""
    from PIL import Image, ImageDraw, ImageFont

    pictures = []
    for path in _fonts():
        try:
            font = ImageFont.truetype(str(path), 48)
        except OSError:
            continue  # a font that Pillow cannot open is as good as none
        for letter in LETTERS:
            picture = Image.new("L", (96, 96))
            ImageDraw.Draw(picture).text((48, 48), letter, 255, font=font, anchor="mm")
            pictures.append(np.asarray(picture))
    return _canvases(np.stack(pictures)) if pictures else np.zeros((0, SIDE, SIDE), np.uint8)


def _fonts() -> list[Path]:
    """Return up to MOST_FONTS font files, spread evenly over those that the machine has."""
    found = [path for folder in FONT_FOLDERS for path in Path(folder).rglob("*.[to]tf")]
    found = sorted(
        path for path in found if not {"symbol", "emoji", "math"} & set(path.stem.lower().split("-"))
    )
    return found[:: max(1, -(-len(found) // MOST_FONTS))]
