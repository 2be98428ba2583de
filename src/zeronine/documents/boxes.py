"""The boxes of an empty form: white rectangles with ink all round; those of a comb stand side by side."""

import cv2
import numpy as np

from zeronine.answers import Box
from zeronine.reading.finder import Grey

LEAST = 0.014  #: of the page's longest side: lower boxes are ticks or letters
MOST = 0.25  #: of the page's area: larger ones are frames
FULL = 0.88  #: of a box's area that is white
CELL = 1.7  #: heights: boxes of a comb are not wider
BESIDE = 0.45  #: heights between two boxes of a comb, at most
EVEN = 0.15  #: heights by which they may differ


def boxes_of(grey: Grey) -> list[tuple[Box, int]]:
    """Return the boxes in reading order, each with how many cells its comb has (1 for a plain box)."""
    side = max(31, max(grey.shape) // 30) | 1
    ink = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, side, 12)
    count, _, stats, _ = cv2.connectedComponentsWithStats(255 - ink, connectivity=4)
    least = LEAST * max(grey.shape)
    found = []
    for x, y, width, height, area in stats[1:count].tolist():
        touches = x == 0 or y == 0 or x + width == grey.shape[1] or y + height == grey.shape[0]
        if touches or min(width, height) < least or area > MOST * grey.size or area < FULL * width * height:
            continue
        found.append(Box(x, y, width, height))
    return _joined(_in_order(found))


def _in_order(boxes: list[Box]) -> list[Box]:
    """Sort boxes row by row."""
    boxes = sorted(boxes, key=lambda box: box.y + box.height / 2)
    rows: list[list[Box]] = []
    for box in boxes:
        middle = box.y + box.height / 2
        if rows and middle < rows[-1][0].y + rows[-1][0].height:
            rows[-1].append(box)
        else:
            rows.append([box])
    return [box for row in rows for box in sorted(row, key=lambda box: box.x)]


def _joined(boxes: list[Box]) -> list[tuple[Box, int]]:
    """Join the boxes of each comb."""
    groups: list[list[Box]] = []
    for box in boxes:
        if groups and _beside(groups[-1][-1], box):
            groups[-1].append(box)
        else:
            groups.append([box])
    return [(_round(group), len(group)) for group in groups]


def _beside(one: Box, other: Box) -> bool:
    height = one.height
    return (
        max(one.width, other.width) < CELL * height
        and abs(one.y - other.y) < EVEN * height
        and abs(other.height - height) < EVEN * height
        and 0 <= other.x - one.x - one.width < BESIDE * height
    )


def _round(group: list[Box]) -> Box:
    low = np.min([(box.x, box.y) for box in group], axis=0)
    high = np.max([(box.x + box.width, box.y + box.height) for box in group], axis=0)
    return Box(int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1]))
