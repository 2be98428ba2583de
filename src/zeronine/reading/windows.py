"""Boxes on a grey picture -> canvases: the ink inside each box, on its own paper.

Every box is taken with a rim round it.  What the rim shows is paper; what differs from it inside the box is
ink, whichever of the two is lighter, and the most of it is full ink.  So no page-wide threshold is
needed, and a faint digit beside a bold one comes out as dark.  Nothing is cut or masked but by the box.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from zeronine.canvas import SIDE, Canvases
from zeronine.reading.finder import Grey, rim_tone
from zeronine.reading.normalise import Ink, canvas_of
from zeronine.reading.patches import Patch, patch_of

Floats = npt.NDArray[np.float64]

PATCH = 48  #: pixels of a patch's side: a digit is about 36 of them high, near twice a canvas's 20
INSIDE = 36  #: of them the box's longer side takes
FULL = 88.0  #: percentile of the darkness inside that is full ink (a thin 1 covers an eighth of its box)
GRAIN = 2.5  #: deviations of the rim's tones that are paper still
MOST_CANVASES = 6000  #: of a picture: bounds its time, about 0.9 s of one core
LEAST_INK = 0.25  #: of full ink: lighter is paper


def worth_a_canvas(likelihood: Floats, asked: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return which of the marks `asked` the network is shown: the likeliest digits, where there are too many.

    The others are read by what the finder and the second opinion say of them, or told as unread.
    """
    if len(asked) <= MOST_CANVASES:
        return asked
    return np.sort(asked[np.argsort(-likelihood[asked], kind="stable")[:MOST_CANVASES]])


def canvases_of(grey: Grey, boxes: Floats) -> Canvases:
    """Return one canvas for each box (n, 4), left, top, right, bottom: (n, 28, 28) float32 in [0, 1]."""
    beyond = rim_tone(grey)
    patches = [_patch(grey, box, beyond) for box in boxes]
    papers = [float(np.median(rim_of(patch))) for patch, _ in patches]
    light = sum(
        float((patch[inner] - paper).sum()) for (patch, inner), paper in zip(patches, papers, strict=True)
    )
    sign = np.float32(1 if light > 0 else -1)  # a page has one pen: all boxes together say which way
    canvases = np.zeros((len(boxes), SIDE, SIDE), np.float32)
    for index, ((patch, inner), paper) in enumerate(zip(patches, papers, strict=True)):
        canvases[index] = canvas_of(ink_of(patch.astype(np.float32), inner, paper, sign))
    return canvases


def rim_of(patch: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the outermost pixels of a patch, (k,)."""
    return np.concatenate([patch[0], patch[-1], patch[:, 0], patch[:, -1]])


def ink_of(patch: Ink, inner: tuple[slice, slice], paper: float, sign: np.float32) -> Ink:
    """Return the ink inside a patch, (h, w) float32 in [0, 1]; `sign` is 1 for light ink, -1 for dark."""
    away = sign * (patch[inner] - np.float32(paper))
    full = max(float(np.percentile(away, FULL)), 0.6 * float(away.max()), 1.0)
    grain = GRAIN * 1.4826 * float(np.median(np.abs(rim_of(patch) - np.float32(paper))))
    lowest = np.float32(min(max(grain, LEAST_INK * full * 0.5), 0.5 * full))
    return np.asarray(np.clip((away - lowest) / (np.float32(0.9 * full) - lowest), 0, 1), np.float32)


def _patch(grey: Grey, box: Floats, beyond: float) -> tuple[Patch, tuple[slice, slice]]:
    """Return the box and its rim at a fixed size, and where the box lies in it."""
    left, top, right, bottom = box.tolist()
    longest = max(right - left, bottom - top, 1.0)
    scale = INSIDE / longest
    wide = max(4, round((right - left) * scale))
    high = max(4, round((bottom - top) * scale))
    rim = (PATCH - INSIDE) // 2
    size = (wide + 2 * rim, high + 2 * rim)
    patch = patch_of(grey, ((left + right) / 2, (top + bottom) / 2), scale, size, beyond=beyond)
    return patch, (slice(rim, rim + high), slice(rim, rim + wide))
