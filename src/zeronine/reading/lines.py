"""Marks into lines: who stands beside whom, and which line a point or a dash belongs to.

Works on boxes alone.  A line grows from neighbour to neighbour, so it may climb or fall.
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

LEVEL = 0.35  #: share of the lower one's height that two neighbours of a line have in common, at least
REACH = 400  #: neighbours to the right that are looked at for each: bounds the work on crowded pages
BAND = (0.35, 0.5)  #: heights above and below its digits that a line's signs may stand


def lines_of(boxes: Floats, small: npt.NDArray[np.bool_]) -> Ints:
    """Return the line, from 0 at the top, of each box (n, 4), left, top, right, bottom.

    `small` marks signs, which join the line that they stand in or nearest to.
    """
    lines = np.full(len(boxes), -1, np.intp)
    tall = np.flatnonzero(~small)
    lines[tall] = _components(boxes[tall])
    alone = np.flatnonzero(small)
    if len(tall):
        for index in alone:
            lines[index] = _nearest_line(boxes[index], boxes[tall], lines[tall])
    else:
        lines[alone] = _components(boxes[alone])
    return _in_order(boxes, lines)


def in_reading_order(boxes: Floats, small: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Return the order in which boxes (n, 4) are read, line by line, and the line of each in that order."""
    lines = lines_of(boxes, small)
    order = np.lexsort((boxes[:, 0] + boxes[:, 2], lines))
    return order, lines[order]


def runs_of(lines: Ints) -> list[tuple[int, int]]:
    """Return where each line begins and ends among what stands in reading order, for its lines (n,)."""
    breaks = np.flatnonzero(np.diff(lines)) + 1
    return [(start, stop) for start, stop in pairwise([0, *breaks.tolist(), len(lines)]) if stop > start]


def _components(boxes: Floats) -> Ints:
    """Return which boxes hang together by being each other's next neighbour on the right."""
    count = len(boxes)
    order = np.argsort(boxes[:, 0], kind="stable")
    left, top, right, bottom = boxes[order].T
    middle = (left + right) / 2
    line = np.arange(count)
    for index in range(count):
        stop = min(count, index + 1 + REACH)
        others = slice(index + 1, stop)
        common = np.minimum(bottom[index], bottom[others]) - np.maximum(top[index], top[others])
        lower = np.minimum(bottom[index] - top[index], bottom[others] - top[others])
        beside = (common > LEVEL * lower) & (middle[others] > middle[index])
        if beside.any():
            _join(line, index, index + 1 + int(np.argmax(beside)))
    roots = np.array([_root(line, index) for index in range(count)], np.intp)
    found = np.empty(count, np.intp)
    found[order] = roots
    return found


def _root(line: Ints, index: int) -> int:
    while line[index] != index:
        line[index] = line[line[index]]
        index = int(line[index])
    return index


def _join(line: Ints, one: int, other: int) -> None:
    line[_root(line, other)] = _root(line, one)


def _nearest_line(box: Floats, tall: Floats, lines: Ints) -> int:
    """Return the line of the digit that is nearest to a sign, among those level with it if there are any."""
    middle_y = (box[1] + box[3]) / 2
    height = tall[:, 3] - tall[:, 1]
    level = (middle_y > tall[:, 1] - BAND[0] * height) & (middle_y < tall[:, 3] + BAND[1] * height)
    aside = np.maximum(np.maximum(tall[:, 0] - box[2], box[0] - tall[:, 2]), 0)
    above = np.abs((tall[:, 1] + tall[:, 3]) / 2 - middle_y)
    away = aside + 2 * above + np.where(level, 0, 1e6)
    return int(lines[np.argmin(away)])


def _in_order(boxes: Floats, lines: Ints) -> Ints:
    """Number the lines from top to bottom, by the mean middle of their boxes."""
    names, inverse = np.unique(lines, return_inverse=True)
    middle = (boxes[:, 1] + boxes[:, 3]) / 2
    mean = np.bincount(inverse, weights=middle) / np.maximum(np.bincount(inverse), 1)
    rank = np.empty(len(names), np.intp)
    rank[np.argsort(mean, kind="stable")] = np.arange(len(names))
    return np.asarray(rank[inverse], np.intp)
