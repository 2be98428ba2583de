"""What looks like writing and was not read: nothing vanishes from a picture without a trace."""

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.answers import Box
from zeronine.reading.boxes import near_by
from zeronine.reading.finder import Grey
from zeronine.reading.lines import lines_of
from zeronine.reading.numbers import Chosen, box_within
from zeronine.reading.page import Sight

Floats = npt.NDArray[np.float64]

NEARLY = -1.5  #: log-odds of being a digit from which a mark that was not taken is worth a word
COVERED = 0.3  #: of the smaller box: a mark that shares so much with one that was read is read
ALIKE = float(np.log(1.5))  #: factor within which ink is as high as the digits
NARROW, WIDE = 0.25, 1.2  #: of its height that ink like a digit is broad; a single stroke may be anything
BESIDE = 1.5  #: heights to the left and right of a digit where it stands beside it
LEVEL = 0.6  #: of its box that lies there
FULL = 0.5  #: of the digits' own darkness from which something is ink
APART = 0.8  #: heights: nearer neighbours of one line are told as one place


def unread_of(sight: Sight, exists: Floats, chosen: Chosen, shape: tuple[int, ...]) -> tuple[Box, ...]:
    """Return boxes inside the picture round what looks like writing and was not read, neighbours in one."""
    marks = sight.marks
    seen = marks.boxes[(marks.place > 0) | (exists > NEARLY)]
    boxes = np.concatenate([seen, passed_over(sight.grey, chosen.boxes[chosen.digit])])
    if len(chosen.boxes):
        worth = np.zeros(len(chosen.boxes))
        boxes = boxes[np.isinf(near_by(boxes, chosen.boxes, worth, least=COVERED))]
    if len(boxes) == 0:
        return ()
    merged = merged_by_line(boxes)
    return tuple(box_within(box, shape) for box in sight.in_picture(merged))


def passed_over(grey: Grey, digits: Floats) -> Floats:
    """Return boxes (k, 4) round ink as high as the digits (n, 4) and beside one of them.

    What the finder sees nothing in is no mark; where it stands among digits, it may be one all the same.
    """
    if len(digits) == 0:
        return np.zeros((0, 4))
    ink = ink_like(grey, digits)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    left, top, width, height = stats[1:, :4].T.astype(np.float64)
    usual = float(np.median(digits[:, 3] - digits[:, 1]))
    alike = (np.abs(np.log(height / usual)) < ALIKE) & (width > NARROW * height) & (width < WIDE * height)
    boxes = np.stack([left, top, left + width, top + height], axis=1)[alike]
    reach = BESIDE * usual * np.array([-1, 0, 1, 0])
    beside = near_by(boxes, digits + reach, np.zeros(len(digits)), least=LEVEL)
    return np.asarray(boxes[np.isfinite(beside)], np.float64)


def ink_like(grey: Grey, digits: Floats) -> npt.NDArray[np.uint8]:
    """Return where a picture differs from what is round it about as much as the digits (n, 4) do, 0 or 1."""
    side = int(2 * np.median(digits[:, 3] - digits[:, 1])) | 1
    away = grey.astype(np.float32) - cv2.blur(grey, (side, side)).astype(np.float32)
    corners = np.maximum(digits, 0).astype(int).tolist()
    inside = [away[top : bottom + 1, left : right + 1] for left, top, right, bottom in corners]
    inside = [one for one in inside if one.size]
    if not inside:
        return np.zeros(grey.shape, np.uint8)
    if np.median([one.max() + one.min() for one in inside]) < 0:
        away, inside = -away, [-one for one in inside]  # dark on light
    full = float(np.median([one.max() for one in inside]))
    return (away > FULL * full).astype(np.uint8)


def merged_by_line(boxes: Floats) -> Floats:
    """Return boxes (m, 4) round neighbours of one line among boxes (n, 4)."""
    lines = lines_of(boxes, np.zeros(len(boxes), np.bool_))
    order = np.lexsort((boxes[:, 0], lines))
    boxes, lines = boxes[order], lines[order]
    height = boxes[:, 3] - boxes[:, 1]
    begins = np.ones(len(boxes), np.bool_)
    begins[1:] = (np.diff(lines) != 0) | (boxes[1:, 0] - boxes[:-1, 2] > APART * height[1:])
    starts = np.flatnonzero(begins)
    low, high = np.minimum.reduceat(boxes[:, :2], starts), np.maximum.reduceat(boxes[:, 2:], starts)
    return np.concatenate([low, high], axis=1)
