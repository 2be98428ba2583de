"""Grey picture in, what stands on it out: ink, and pieces of ink.

Large pictures are looked at in a smaller copy, and in full only when their digits would get too small.
On a page, frames and scribbles are left out, and lines that climb or fall are turned level.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.reading.background import Grey, Inked, find_ink
from zeronine.reading.drawings import without_drawings
from zeronine.reading.find import Found, connected, find
from zeronine.reading.level import Matrix, tilt_of, turned
from zeronine.reading.sheet import without_desk

WORK_MP = 2.0  #: megapixels on which larger pictures are read
LEGIBLE_PX = 7  #: lower digits are not read: they are bits of something else
SMALL_PX = 28  #: digits lower than this are looked for again on the full picture


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A picture's ink and pieces, and the way from their pixels to those of the picture."""

    inked: Inked
    found: Found
    to_picture: Matrix  #: (2, 3)
    tilt: float = 0.0  #: degrees by which the lines fell to the right before they were turned level

    def in_picture(self, boxes: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return boxes (n, 4), left, top, right, bottom, around the same places of the picture."""
        corners = boxes[:, [[0, 1], [2, 1], [0, 3], [2, 3]]]  # (n, 4, 2)
        there = corners @ self.to_picture[:, :2].T + self.to_picture[:, 2]
        return np.concatenate([there.min(axis=1), there.max(axis=1)], axis=1)


def look(grey: Grey, *, page: bool = False) -> Sight:
    """Tell ink from paper in a grey picture, (H, W) uint8, and find the pieces of ink.

    A `page` may hold anything; what is no page holds one digit, which is left as it stands.
    """
    seen = without_desk(shrink(grey, WORK_MP))
    inked, found = _look(seen, page)
    if seen.size < grey.size and 0 < found.height < SMALL_PX:
        seen = without_desk(grey)
        inked, found = _look(seen, page)
    scale = grey.shape[1] / seen.shape[1]
    tilt = tilt_of(found) if page else 0.0
    back: Matrix = np.eye(2, 3)
    if tilt:
        level, back = turned(seen, tilt)
        inked, found = _look(level, page)
    return Sight(inked, _legible(found) if page else found, scale * back, tilt)


def _look(grey: Grey, page: bool) -> tuple[Inked, Found]:
    inked = find_ink(grey)  # (H, W) float32, ink = 1
    ink, pieces = inked.ink, connected(inked.ink, inked.threshold)
    if not page:
        return inked, find(ink, pieces, inked.threshold)
    bare = without_drawings(ink, pieces)
    pieces = pieces if bare is ink else connected(bare, inked.threshold)
    return inked, find(bare, pieces, inked.threshold, faint=inked.faint)


def _legible(found: Found) -> Found:
    """Return what was found; nothing where it is so low that nobody could read it."""
    if found.height >= LEGIBLE_PX:
        return found
    return replace(found, pieces=found.pieces.keep(np.zeros(len(found.pieces), np.bool_)), height=0.0)


def shrink(grey: Grey, megapixels: float) -> Grey:
    """Return a smaller copy of a picture that has more megapixels; others come back as they are."""
    share = megapixels * 1e6 / grey.size
    if share >= 1:
        return grey
    height, width = (max(1, round(side * share**0.5)) for side in grey.shape)
    return np.asarray(cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
