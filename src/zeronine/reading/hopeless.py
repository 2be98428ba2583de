"""Pictures of anything but digits: textures, hatchings, drawings, print.

Cut small enough, everything holds something like a digit, so a picture is also judged as a whole.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from zeronine.reading.find import Found, Ints, Pieces, hull

LARGE = 0.4  #: of the digits' height: what is lower does not count
MUCH = 8  #: large pieces: fewer are read whatever they are
CERTAIN = 0.9  #: digits surer than this ...
UNLIKELY = 0.2  #: ... have at least this share of the ink
OVERLAID = 0.25  #: of the digits: more never lie by half in each other's boxes, but the lines of hatchings do
FEW = 2  #: that may do so on any page
LOOKED = 500  #: digits, the first ones of a page

Mask = npt.NDArray[np.bool_]


def hopeless(found: Found, groups: Sequence[Pieces], confidence: npt.NDArray[np.float64]) -> bool:
    """Say whether what stands on a picture cannot be digits, though some of it was taken for digits.

    `groups` are the pieces of each digit that was chosen, `confidence` (n,) how sure each is.
    """
    boxes = np.array([hull(group.boxes) for group in groups[:LOOKED]], np.int32).reshape(-1, 4)
    return _drawn_over(boxes) or _mostly_else(found, groups, confidence)


def _drawn_over(boxes: Ints) -> bool:
    """Say whether too many digits lie over each other."""
    return int(np.count_nonzero(overlaid(boxes))) > max(FEW, OVERLAID * len(boxes))


def _mostly_else(found: Found, groups: Sequence[Pieces], confidence: npt.NDArray[np.float64]) -> bool:
    """Say whether there is much, and most of its ink is in nothing that surely is a digit."""
    large = found.pieces.areas[found.pieces.boxes[:, 3] > LARGE * found.height]
    in_digits = sum(int(groups[n].areas.sum()) for n in np.flatnonzero(confidence >= CERTAIN).tolist())
    return len(large) >= MUCH and in_digits < UNLIKELY * int(large.sum())


def overlaid(boxes: Ints) -> Mask:
    """Return which boxes (n, 4), left, top, right and bottom, lie by half in one of the others, (n,)."""
    left, top, right, bottom = boxes.T
    wide = np.minimum.outer(right, right) - np.maximum.outer(left, left)
    tall = np.minimum.outer(bottom, bottom) - np.maximum.outer(top, top)
    common = np.maximum(wide, 0) * np.maximum(tall, 0)
    np.fill_diagonal(common, 0)
    return np.asarray(2 * common.max(axis=1, initial=0) > (right - left) * (bottom - top))
