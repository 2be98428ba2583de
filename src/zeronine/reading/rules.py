"""Ruled lines, box frames and squared paper: long straight strokes that belong to the paper.

A rule is longer than any stroke of a digit and hardly thicker than a pen.  Where a digit's stroke
crosses it, the crossing is kept.  Rules are sought level and upright, a few degrees off at most.
"""

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.reading.normalise import Ink

Mask = npt.NDArray[np.uint8]

LENGTH = 1.6  #: of a digit's height: what runs straight for longer is a rule
ACROSS = 0.85  #: of the picture's width: so long a line is a rule whatever the digits' height ...
SEVERAL = 3  #: ... if there are several
HOLES = 0.08  #: of a digit's height: gaps in a rule that are bridged
THICK = 0.17  #: of a digit's height: no rule is thicker
CROSSED = 1.8  #: of a digit's height: how long a rule is that strokes break into runs ...
RUN = 0.25  #: ... of at least this length ...
STROKE = 0.3  #: ... with no more than this between them, all of it ink


def remove_rules(ink: Ink, threshold: float, height: float) -> Ink:
    """Return the ink without rules, (H, W); the very same array when there are none.

    `height` is that of the picture's digits, in pixels.
    """
    mask = (ink > threshold).astype(np.uint8)
    rules = level_rules(mask, height, crossed=True)
    rules |= level_rules(np.ascontiguousarray(mask.T), height, crossed=False).T
    return np.where(rules > 0, np.float32(0), ink) if rules.any() else ink


def level_rules(mask: Mask, height: float, *, crossed: bool) -> Mask:
    """Return which pixels belong to level rules and to nothing that crosses them, (H, W) of 0 and 1.

    `crossed` seeks rules that strokes break, too; upright ones could be the digits' own strokes.
    """
    rules = np.zeros_like(mask)
    inked = np.flatnonzero(mask.any(axis=1))
    if len(inked) == 0:
        return rules
    margin = int(THICK * height) + 3
    rows = slice(max(0, int(inked[0]) - margin), int(inked[-1]) + 1 + margin)
    thin = thin_ink(mask[rows], height)
    rules[rows] = unbroken(thin, height)
    if crossed:
        rules[rows] |= broken(mask[rows], thin, height)
    return rules


def longest(mask: Mask) -> int:
    """Return how long a rule is that needs no comparison with the digits, in pixels."""
    return max(40, int(ACROSS * mask.shape[1]))


def unbroken(thin: Mask, height: float) -> Mask:
    """Return the rules among thin ink, (H, W): a row of digits is thick, and so no rule."""
    length, across = max(8, int(LENGTH * height)), longest(thin)
    fewest = 1 if length <= across else SEVERAL
    length = min(length, across)
    if thin.shape[1] < length:
        return np.zeros_like(thin)
    long = level(closed(slack(thin), HOLES * height), length)
    if cv2.connectedComponents(long)[0] - 1 < fewest:
        return np.zeros_like(thin)
    return thin & long


def broken(mask: Mask, thin: Mask, height: float) -> Mask:
    """Return the same of rules on which digits stand: their feet lie between the runs of the rule."""
    length = max(8, int(CROSSED * height))
    if length > longest(mask):
        return np.zeros_like(mask)
    runs = level(slack(thin), RUN * height)
    feet = (mask ^ thin) & closed(runs, STROKE * height)
    return thin & level(closed(runs | feet, HOLES * height), length)


def thin_ink(mask: Mask, height: float) -> Mask:
    """Return the ink that is no thicker than a rule from top to bottom, (H, W) of 0 and 1."""
    thickest = max(2, int(THICK * height))
    thick = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((thickest + 1, 1), np.uint8))
    return np.asarray(mask & ~np.asarray(thick, np.uint8), np.uint8)


def slack(mask: Mask) -> Mask:
    """Return the mask grown by a pixel up and down, as far as a rule may climb or fall."""
    return np.asarray(cv2.dilate(mask, np.ones((3, 1), np.uint8)), np.uint8)


def odd(length: float) -> int:
    """Return an odd number of pixels near a length: an even kernel would move what it opens or closes."""
    return int(length) | 1


def closed(mask: Mask, hole: float) -> Mask:
    """Return the mask without level holes shorter than this."""
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, odd(hole)), np.uint8)), np.uint8)


def level(mask: Mask, length: float) -> Mask:
    """Return what runs level for at least this long."""
    return np.asarray(
        cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, odd(max(3, length))), np.uint8)), np.uint8
    )
