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


def remove_rules(ink: Ink, threshold: float, height: float) -> Ink:
    """Return the ink without rules, (H, W); the very same array when there are none.

    `height` is that of the picture's digits, in pixels.
    """
    mask = (ink > threshold).astype(np.uint8)
    rules = level_rules(mask, height) | level_rules(np.ascontiguousarray(mask.T), height).T
    return np.where(rules > 0, np.float32(0), ink) if rules.any() else ink


def level_rules(mask: Mask, height: float) -> Mask:
    """Return which pixels belong to level rules and to nothing that crosses them, (H, W) of 0 and 1.

    Only ink that is thin from top to bottom is looked at, so a row of digits is no rule.
    """
    length, holes = max(8, int(LENGTH * height)), max(1, int(HOLES * height))
    across = max(40, int(ACROSS * mask.shape[1]))
    fewest = 1 if length <= across else SEVERAL
    length = min(length, across)
    if mask.shape[1] < length:
        return np.zeros_like(mask)
    thickest = max(2, int(THICK * height))
    thick = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((thickest + 1, 1), np.uint8))
    thin = np.where(thick > 0, np.uint8(0), mask)
    slack = np.ones((3, 1), np.uint8)
    bridged = cv2.morphologyEx(cv2.dilate(thin, slack), cv2.MORPH_CLOSE, np.ones((1, holes), np.uint8))
    long = cv2.morphologyEx(bridged, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    if cv2.connectedComponents(np.asarray(long, np.uint8))[0] - 1 < fewest:
        return np.zeros_like(mask)
    return np.asarray(np.where(long > 0, thin, 0), np.uint8)
