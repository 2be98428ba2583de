"""Frames and scribbles: pieces too large to be one digit that their shape alone shows to be no digits.

Cut small enough, any line looks like a 1, so these are told by the whole piece: a frame's ink lies along
four straight sides, and a scribble has more holes than the digits would that have room in it.
"""

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.reading.find import Pieces, digit_height, spread
from zeronine.reading.normalise import Ink

Mask = npt.NDArray[np.uint8]

WIDE = 0.4  #: of the digits' height: narrower pieces are not looked at
MOST = 200  #: pieces of one picture are looked at, the widest
EDGE = 2  #: pixels round a drawing that are its grey edge
BROAD = 0.7  #: of its height: a frame is not narrower, a square 0 may be
STRAIGHT = 0.96  #: of its hull's area are the four-sided shape's and the other way round: a frame
SLACKS = (0.01, 0.02, 0.03)  #: of the outline's length: how far its sides may bend
ALONG = 0.93  #: of a frame's ink lies along its sides
RIM = 0.05  #: of its longer side: how near is along
HOLLOW = 0.35  #: of its box is ink at most
HOLES = 4  #: that a digit has at most, small ones of shaky pens included
ROOM = 0.5  #: of the height: the width that one digit needs


def without_drawings(ink: Ink, pieces: Pieces) -> Ink:
    """Return the ink without the pieces that are frames or scribbles, (H, W); itself if there are none."""
    wide = np.flatnonzero(pieces.boxes[:, 2] > WIDE * digit_height(pieces))
    wide = wide[np.argsort(-pieces.boxes[wide, 2], kind="stable")[:MOST]]
    drawn = np.zeros(ink.shape, np.bool_)
    for index in wide:
        x, y, across, tall = (int(value) for value in pieces.boxes[index])
        window = np.s_[y : y + tall, x : x + across]
        mine = pieces.labels[window] == pieces.names[index]
        mask = np.pad(mine.astype(np.uint8), 1)
        if is_scribble(mask):
            drawn[window] = True  # with the bits of its faint strokes
        elif is_frame(mask):
            drawn[window] |= mine
    return np.where(spread(drawn, EDGE) > 0, np.float32(0), ink) if drawn.any() else ink


def is_frame(mask: Mask) -> bool:
    """Say whether a piece is four straight sides round nothing, in perspective or not."""
    ink = int(np.count_nonzero(mask))
    if ink > HOLLOW * mask.size or mask.shape[1] < BROAD * mask.shape[0]:
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


def is_scribble(mask: Mask) -> bool:
    """Say whether a piece has more holes than the digits would that have room in it."""
    height, width = mask.shape
    _, tree = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    holes = int(np.count_nonzero(tree[0, :, 3] >= 0))
    room: int = max(1, round(width / (ROOM * height)))
    return holes > HOLES * room
