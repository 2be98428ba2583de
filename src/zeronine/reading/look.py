"""Grey picture in, what stands on it out: ink, and pieces of ink.

Large pictures are looked at in a smaller copy, and in full only when their digits would get too small.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from zeronine.reading.background import Grey, Inked, find_ink
from zeronine.reading.find import Found, find
from zeronine.reading.sheet import without_desk

WORK_MP = 2.0  #: megapixels on which larger pictures are read
SMALL_PX = 28  #: digits lower than this are looked for again on the full picture


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A picture's ink and pieces, and how large one of their pixels is in the picture."""

    inked: Inked
    found: Found
    scale: float


def look(grey: Grey) -> Sight:
    """Tell ink from paper in a grey picture, (H, W) uint8, and find the pieces of ink."""
    small = shrink(grey, WORK_MP)
    sight = _look(without_desk(small), grey.shape[1] / small.shape[1])
    if sight.scale > 1 and 0 < sight.found.height < SMALL_PX:
        return _look(without_desk(grey), 1.0)
    return sight


def _look(grey: Grey, scale: float) -> Sight:
    inked = find_ink(grey)  # (H, W) float32, ink = 1
    return Sight(inked, find(inked.ink, inked.threshold), scale)


def shrink(grey: Grey, megapixels: float) -> Grey:
    """Return a smaller copy of a picture that has more megapixels; others come back as they are."""
    share = megapixels * 1e6 / grey.size
    if share >= 1:
        return grey
    height, width = (max(1, round(side * share**0.5)) for side in grey.shape)
    return np.asarray(cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
