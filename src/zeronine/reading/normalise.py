"""One digit's ink in, one canvas out: the only place in the package where canvases are made.

A digit is brought to the network the way MNIST's digits got there (LeCun, Bottou, Bengio and Haffner,
1998): its longest side becomes 20 pixels, its aspect is kept, and its centre of mass is placed on the
centre of a 28 x 28 canvas.  Added to that: strokes much thinner or thicker than MNIST's are brought
nearer, because a ball-point line of a large drawing would otherwise shrink to a faint trace.

Only plain arithmetic is used (area averages as two small matrices, grey dilation and erosion by a
disc), so that the web page can do the very same in JavaScript.
What is ink and what is paper was decided before (`background.py`); nothing is looked for here.
"""

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.canvas import BOX, SIDE, Canvases

FINE = 4  #: the stroke is measured and mended on a picture this many times finer than the canvas
EDGE = 0.1  #: ink below this does not count when the box is drawn round a digit
THIN = 1.45  #: canvas pixels; thinner strokes are thickened to this (5 % of MNIST are thinner)
THICK = 3.6  #: canvas pixels; thicker strokes are thinned towards this (2 % of MNIST are thicker)
MOST_THINNED = 0.25  #: at most this share of the stroke is taken away on each side
MARGIN = 2 * FINE  #: paper round the fine picture, so that strokes have room to grow
KEPT_SIDE = 256  #: pixels; weights of larger sides are made anew, as they would fill the memory

Ink = npt.NDArray[np.float32]  #: (H, W) in [0, 1], ink = 1


def normalise(inks: Sequence[Ink]) -> Canvases:
    """Return one canvas for each digit's ink, (k, 28, 28) float32 in [0, 1].

    Each ink picture is (h, w) of any size and holds one digit and nothing else; paper round it is cut
    off.  A picture without ink gives an empty canvas.
    """
    canvases = np.zeros((len(inks), SIDE, SIDE), np.float32)
    for index, ink in enumerate(inks):
        canvases[index] = canvas_of(ink)
    return canvases


def canvas_of(ink: Ink) -> Ink:
    """Return the canvas, (28, 28) float32, of one digit's ink, (h, w) float32 in [0, 1]."""
    tight = trim(ink)
    if tight.size == 0:
        return np.zeros((SIDE, SIDE), np.float32)
    height, width = fitted(tight.shape)
    fine = resample(tight, height * FINE, width * FINE)
    stroke = stroke_width(fine) / FINE
    if THIN <= stroke <= THICK:
        small = resample(fine, height, width)
    else:
        mended = trim(mend(with_paper(fine, MARGIN), stroke))
        small = resample(mended, *fitted(mended.shape))
    return centre(small / small.max())


def trim(ink: Ink) -> Ink:
    """Cut off the rows and columns at the border that hold no ink; nothing is left of a blank picture."""
    rows = (ink.max(axis=1, initial=0) > EDGE).nonzero()[0]
    columns = (ink.max(axis=0, initial=0) > EDGE).nonzero()[0]
    if len(rows) == 0:
        return ink[:0, :0]
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def fitted(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return height and width in canvas pixels: the longest side 20, the other in proportion, at least 1."""
    height, width = shape
    longest = max(height, width)
    return max(1, int(height * BOX / longest + 0.5)), max(1, int(width * BOX / longest + 0.5))


def resample(ink: Ink, height: int, width: int) -> Ink:
    """Return the ink at another size, (height, width): every new pixel is the mean of the area it covers."""
    down, across = area_weights(ink.shape[0], height), area_weights(ink.shape[1], width)
    return np.asarray(down @ ink @ across.T, np.float32)


def area_weights(old: int, new: int) -> Ink:
    """Return the matrix (new, old) that averages `old` pixels into `new`; every row sums to 1."""
    return _kept_weights(old, new) if max(old, new) <= KEPT_SIDE else _weights(old, new)


@lru_cache(maxsize=1024)
def _kept_weights(old: int, new: int) -> Ink:
    return _weights(old, new)


def _weights(old: int, new: int) -> Ink:
    edges = np.arange(new + 1) * (old / new)
    start, stop = edges[:-1, None], edges[1:, None]
    pixel = np.arange(old)[None, :]
    overlap = np.minimum(stop, pixel + 1) - np.maximum(start, pixel)
    return np.asarray(np.maximum(overlap, 0) * (new / old), np.float32)


def stroke_width(ink: Ink) -> float:
    """Return the mean width of the strokes in pixels of this picture: twice the area over the outline.

    The outline's length is the sum of the gradient's size, which also holds for grey edges.
    """
    padded = with_paper(ink, 1)
    down = padded[1:, :-1] - padded[:-1, :-1]
    across = padded[:-1, 1:] - padded[:-1, :-1]
    outline = float(np.sqrt(down * down + across * across).sum())
    return 2 * float(ink.sum()) / outline if outline > 0 else 0.0


def with_paper(ink: Ink, margin: int) -> Ink:
    """Return the ink with so many pixels of paper on each side; np.pad takes five times as long."""
    height, width = ink.shape
    padded = np.zeros((height + 2 * margin, width + 2 * margin), np.float32)
    padded[margin : margin + height, margin : margin + width] = ink
    return padded


def mend(fine: Ink, stroke: float) -> Ink:
    """Thicken or thin a fine picture whose strokes are `stroke` canvas pixels wide; paper lies round it.

    The radius is a fraction of a pixel as a rule: the two whole ones beside it are mixed.
    """
    if stroke < THIN:
        radius = (THIN - stroke) / 2 * FINE
    else:
        radius = -min((stroke - THICK) / 2, MOST_THINNED * stroke) * FINE
    whole = int(abs(radius))
    part = np.float32(abs(radius) - whole)
    sign = 1 if radius > 0 else -1
    return (1 - part) * spread(fine, sign * whole) + part * spread(fine, sign * (whole + 1))


def spread(ink: Ink, radius: int) -> Ink:
    """Return each pixel's greatest neighbour within a disc (least neighbour for a negative radius)."""
    grow = cv2.dilate if radius > 0 else cv2.erode
    return np.asarray(grow(ink, disc(abs(radius)), borderType=cv2.BORDER_CONSTANT, borderValue=0), np.float32)


@lru_cache(maxsize=64)
def disc(radius: int) -> npt.NDArray[np.uint8]:
    """Return a disc of this radius, (2 * radius + 1, 2 * radius + 1) of 0 and 1."""
    dy, dx = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    return np.asarray(dy * dy + dx * dx <= radius * radius + radius / 2, np.uint8)


def centre(small: Ink) -> Ink:
    """Place a digit, at most 20 pixels high and wide, on a canvas with its centre of mass in the middle.

    The middle is pixel 14 of 0..27, as measured on all of MNIST: the mean index rounds to 14 there.
    """
    height, width = small.shape
    total = float(small.sum())
    middle_y = float(small.sum(axis=1) @ (np.arange(height) + 0.5)) / total
    middle_x = float(small.sum(axis=0) @ (np.arange(width) + 0.5)) / total
    top = min(max(int(np.ceil(SIDE / 2 - middle_y)), 0), SIDE - height)
    left = min(max(int(np.ceil(SIDE / 2 - middle_x)), 0), SIDE - width)
    canvas = np.zeros((SIDE, SIDE), np.float32)
    canvas[top : top + height, left : left + width] = small
    return canvas
