"""Frames, lines and scribbles: pieces that their shape alone shows to be no digits.

Cut small enough, any line looks like a 1, so these are told by the whole piece: a frame's ink lies along
four straight sides, lines that cross are long, straight and many, and a scribble has more holes or a longer
line than the digits would that have room in it.
"""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.reading.find import Pieces, digit_height, spread
from zeronine.reading.normalise import Ink

Mask = npt.NDArray[np.uint8]

LARGE = 0.4  #: of the digits' height: smaller pieces are not looked at
MOST = 200  #: pieces of one picture are looked at, the longest
NEAR = 0.1  #: of a scribble's sides: what is that near belongs to it
EDGE = 2  #: pixels round a drawing that are its grey edge
BROAD = 0.7  #: of its height: a frame is not narrower, a square 0 may be
NARROW = 0.2  #: the same where its lines are thinner than THIN of its longer side
THIN = 0.03
STRAIGHT = 0.96  #: of its hull's area are the four-sided shape's and the other way round: a frame
SLACKS = (0.01, 0.02, 0.03)  #: of the outline's length: how far its sides may bend
ALONG = 0.93  #: of a frame's ink lies along its sides
RIM = 0.05  #: of its longer side: how near is along
HOLLOW = 0.35  #: of its box is ink at most
LINES = 4  #: straight ones that a piece has at least if it is nothing else
SMALL = 40  #: pixels: smaller pieces are not asked for lines
LOOKED = 200  #: pixels of the longer side at which lines are sought
FEW = 40  #: of 255: how much of a pixel of that size is ink at least
LINE = 0.35  #: of the longer side: how long each is at least ...
VOTES = 0.6  #: ... and how much of that is ink
GAP = 3  #: pixels that one may be broken for
BRIM = 1.3  #: of its width: how broad a line is drawn to cover its ink, and three pixels
NEW = 0.5  #: of a line's ink that no longer line covers, or it is that line again
COVERED = 0.9  #: of the ink that they cover
FINE = 0.025  #: of the longer side: their width at most
HOLES = 4  #: that a digit has at most, small ones of shaky pens included
LONG = 6.0  #: of the side of a square as large as the piece: digits of all pens are below 3.4
ROOM = 0.5  #: of the height: the width that one digit needs


def without_drawings(ink: Ink, pieces: Pieces) -> Ink:
    """Return the ink without the pieces that are frames, lines or scribbles, (H, W); itself without any."""
    sides = pieces.boxes[:, 2:].max(axis=1)
    large = np.flatnonzero(sides > LARGE * digit_height(pieces))
    large = large[np.argsort(-sides[large], kind="stable")[:MOST]]
    drawn = np.zeros(ink.shape, np.bool_)
    for index in large:
        x, y, across, tall = (int(value) for value in pieces.boxes[index])
        window = np.s_[y : y + tall, x : x + across]
        mine = pieces.labels[window] == pieces.names[index]
        mask = np.pad(mine.astype(np.uint8), 1)
        if is_scribble(mask):
            aside, above = int(NEAR * across), int(NEAR * tall)  # with the bits of its faint strokes
            drawn[max(0, y - above) : y + tall + above, max(0, x - aside) : x + across + aside] = True
        elif is_frame(mask) or is_lines(mask):
            drawn[window] |= mine
    return np.where(spread(drawn, EDGE) > 0, np.float32(0), ink) if drawn.any() else ink


def is_frame(mask: Mask) -> bool:
    """Say whether a piece is four straight sides round nothing, in perspective or not."""
    ink = int(np.count_nonzero(mask))
    height, width = mask.shape
    if ink > HOLLOW * mask.size or width < NARROW * height:
        return False
    if width < BROAD * height and line_width(mask) > THIN * max(mask.shape):
        return False
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    hull = cv2.convexHull(np.concatenate(outlines))
    length, whole = cv2.arcLength(hull, True), cv2.contourArea(hull)
    for slack in SLACKS:
        corners = cv2.approxPolyDP(hull, slack * length, True)
        if len(corners) == 4 and cv2.contourArea(corners) > STRAIGHT * whole > 0:
            sides = np.zeros_like(mask)
            near = max(2, round(2 * RIM * max(mask.shape)))
            cv2.polylines(sides, [corners], True, 1, thickness=near)
            return int(np.count_nonzero(mask & sides)) > ALONG * ink
    return False


def is_lines(mask: Mask) -> bool:
    """Say whether a piece is nothing but long straight lines, more than a digit has."""
    side = max(mask.shape)
    if side < SMALL:
        return False
    pen = line_width(mask)
    if pen > FINE * side:
        return False
    scale = min(1.0, LOOKED / side)
    small = cv2.resize(255 * mask, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = np.where(small > FEW, np.uint8(255), np.uint8(0))
    least = LINE * max(small.shape)
    lines = cv2.HoughLinesP(small, 1, np.pi / 360, int(VOTES * least), minLineLength=least, maxLineGap=GAP)
    if lines is None:
        return False
    ends = np.asarray(lines, np.int32).reshape(-1, 2, 2)
    count, share = _covered(small > 0, ends, round(BRIM * pen * scale) + 3)
    return LINES <= count <= 3 * LINES and share > COVERED


def _covered(ink: npt.NDArray[np.bool_], ends: npt.NDArray[np.int32], thick: int) -> tuple[int, float]:
    """Return how many lines there are, the same one counted once, and what share of the ink they cover.

    `ends` (n, 2, 2) are x and y of both ends of each; lines are drawn `thick`, and twice as long.
    """
    along = ends[:, 1] - ends[:, 0]
    beyond = np.stack([ends[:, 0] - along // 2, ends[:, 1] + along // 2], axis=1)
    covered, count = np.zeros_like(ink), 0
    for index in np.argsort(-np.hypot(*along.T), kind="stable"):
        start, end = beyond[index].tolist()
        mine = (cv2.line(np.zeros(ink.shape, np.uint8), start, end, 1, thick) > 0) & ink
        count += int(np.count_nonzero(mine & ~covered)) > NEW * int(np.count_nonzero(mine))
        covered |= mine
    return count, int(np.count_nonzero(covered)) / int(np.count_nonzero(ink))


def line_width(mask: Mask) -> float:
    """Return how wide the lines of a piece are, in pixels."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    return float(np.count_nonzero(mask)) / max(length_of(outlines), 1.0)


def length_of(outlines: Sequence[npt.NDArray[Any]]) -> float:
    """Return half the length of all these outlines, holes' included: that of the line which they go round."""
    return sum(cv2.arcLength(outline, closed=True) for outline in outlines) / 2


def is_scribble(mask: Mask) -> bool:
    """Say whether a piece has more holes or a longer line than the digits would that have room in it."""
    height, width = mask.shape
    outlines, tree = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    holes = int(np.count_nonzero(tree[0, :, 3] >= 0))
    room = max(1.0, width / (ROOM * height))
    long = length_of(outlines) > LONG * float(width * height * room) ** 0.5
    return bool(long) or holes > HOLES * max(1, round(room))
