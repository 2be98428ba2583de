"""Zeros that share a stroke: the holes of a piece, the seams between them, and the ring of ink round each.

A seam that crosses as little ink as it can runs through the middle of a 0 and not along the stroke that
two of them share, so the places between holes that lie side by side are seams of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.reading.find import Ints, Pieces, hull
from zeronine.reading.normalise import disc

Mask = npt.NDArray[np.bool_]

TALL = 0.3  #: of a digit's height: lower holes are no zeros'
LARGE = 0.02  #: of its height squared: the area that they have at least
BESIDE = 0.5  #: of the lower of two holes: rows that both must have
NEAR = 0.5  #: of a digit's height: holes further apart share no stroke
NEXT = 2  #: holes to the right of one that are looked at
AROUND = 1.3  #: stroke widths round a hole that are its ring
INSIDE = 0.7  #: of a part's ink that is in a ring, if the part belongs to it
CRUMB = 0.05  #: of a ring's ink: smaller parts are left between it and its neighbours
WHOLE = 0.7  #: of the ink of its parts that a ring has at least


@dataclass(frozen=True, slots=True, eq=False)
class Ring:
    """The ink round a hole."""

    left: int  #: pixels of the picture
    top: int
    mask: Mask  #: (h, w): its pixels


def holes(mask: Mask, height: float) -> list[Mask]:
    """Return the holes of a piece (h, w) that may be a zero's, from left to right; `height` is a digit's."""
    paper = np.pad(~mask, 1, constant_values=True).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(paper, connectivity=4)
    tall = stats[:, cv2.CC_STAT_HEIGHT] >= TALL * height
    large = (stats[:, cv2.CC_STAT_AREA] >= LARGE * height**2) & (stats[:, cv2.CC_STAT_LEFT] > 0)
    found = np.flatnonzero(tall & large & (np.arange(count) > 0))
    order = np.argsort(2 * stats[found, cv2.CC_STAT_LEFT] + stats[found, cv2.CC_STAT_WIDTH], kind="stable")
    return [labels[1:-1, 1:-1] == name for name in found[order]]


def seams_between(found: list[Mask], height: float) -> list[Ints]:
    """Return a seam, (h,) columns, between each two of these holes that lie side by side and near."""
    seams = []
    for number, left in enumerate(found):
        for right in found[number + 1 : number + 1 + NEXT]:
            seam = _between(left, right, height)
            if seam is not None:
                seams.append(seam)
                break
    return seams


def _between(left: Mask, right: Mask, height: float) -> Ints | None:
    both = np.flatnonzero(left.any(axis=1) & right.any(axis=1))
    lower = min(np.count_nonzero(one.any(axis=1)) for one in (left, right))
    if len(both) < max(1.0, BESIDE * lower):
        return None
    ends = left.shape[1] - 1 - left[both, ::-1].argmax(axis=1)
    starts = right[both].argmax(axis=1)
    if (starts <= ends).any() or float((starts - ends).mean()) > NEAR * height:
        return None
    return np.asarray(np.rint(np.interp(np.arange(len(left)), both, (starts + ends) / 2)), np.int32)


def rings_of(parts: Pieces, *, height: float, pen: float) -> Iterator[tuple[int, int, Ring]]:
    """Yield the first, the place after the last, and the ring, for each ring among the parts of one piece.

    The parts stand from left to right; `height` is a digit's, `pen` the width of the strokes.
    """
    left, top, right, bottom = hull(parts.boxes)
    window = parts.labels[top:bottom, left:right]
    mine = np.isin(window, parts.names)
    reach = max(1, round(AROUND * pen))
    grown = disc(reach)
    most = int(parts.names.max()) + 1
    for hole in holes(mine, height):
        ring = (cv2.dilate(hole.astype(np.uint8), grown) > 0) & mine
        inside = np.bincount(window[ring], minlength=most)[parts.names]
        members = np.flatnonzero((inside >= INSIDE * parts.areas) & (parts.areas >= CRUMB * inside.sum()))
        if len(members) == 0:
            continue
        first, after = int(members[0]), int(members[-1]) + 1
        if inside[first:after].sum() >= WHOLE * parts.areas[first:after].sum():
            x, y, wide, tall = cv2.boundingRect(ring.astype(np.uint8))
            yield first, after, Ring(left + x, top + y, ring[y : y + tall, x : x + wide])
