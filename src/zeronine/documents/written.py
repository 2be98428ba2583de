"""Whether what stands in a cell was printed, or written by pen: print repeats itself, a pen does not.

Each digit is held against the digits of the same value in other cells of the table: how like is the likest
of them, how much higher or lower is it, and how far is the digit from the height of most?  A digit without
such another says nothing, and a cell of such digits is "unknown".  The weights are fitted on made tables
(`benchmarks/written.py`); a pen that repeats itself as a font does is taken for print.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.answers import Digit

PEN, PRINT, UNKNOWN = "pen", "print", "unknown"
BLUR_PX = 1.0  #: of a canvas: two prints of one type are never cut at the same fraction of a pixel
ALIKE = 1.02  #: likeness at which its logarithm would be infinite
WEIGHTS, BIAS = (2.63, -8.03, -11.64), -6.33  #: of the features, log-odds of print
SURE = 1.8  #: mean log-odds of a cell's digits, beyond which it is told: a chance of 86 %

Floats = npt.NDArray[np.float64]


def written_of(cells: Sequence[Sequence[Digit]]) -> list[str]:
    """Return for the digits of each cell of a table whether they are by pen, printed, or unknown."""
    where = np.array([place for place, digits in enumerate(cells) for _ in digits], np.intp)
    odds = print_odds(features_of([digit for digits in cells for digit in digits], where))  # (n,)
    found = []
    for place in range(len(cells)):
        own = odds[where == place]
        own = own[~np.isnan(own)]
        mean = float(own.mean()) if len(own) else 0.0
        found.append(PRINT if mean > SURE else PEN if mean < -SURE else UNKNOWN)
    return found


def print_odds(features: Floats) -> Floats:
    """Return the log-odds (n,) that digits are printed, NaN where nothing speaks for either."""
    return np.asarray(features @ np.array(WEIGHTS) + BIAS)


def features_of(digits: Sequence[Digit], where: npt.NDArray[np.intp]) -> Floats:
    """Return (n, 3): how like is the likest digit of the same value in another cell, as -log(ALIKE - cosine);
    |log| of how much higher that is; and the same of the median of all; NaN where there is no other.
    """
    found = np.full((len(digits), 3), np.nan)
    if not digits:
        return found
    value = np.array([-1 if digit.value is None else digit.value for digit in digits])
    height = np.log([max(digit.box.height, 1) for digit in digits])
    looks = np.array([cv2.GaussianBlur(digit.canvas, (0, 0), BLUR_PX).reshape(-1) for digit in digits])
    looks /= np.maximum(np.linalg.norm(looks, axis=1, keepdims=True), 1e-6)
    for one in range(10):
        some = np.flatnonzero(value == one)
        like = looks[some] @ looks[some].T  # (k, k), in [0, 1]
        like[where[some][:, None] == where[some]] = -1
        if len(some):
            likest = like.argmax(axis=1)
            best = like[np.arange(len(some)), likest]
            apart = np.abs(height[some] - height[some[likest]])
            usual = np.abs(height[some] - np.median(height))
            three = np.stack([-np.log(ALIKE - best), apart, usual], axis=1)
            found[some] = np.where((best >= 0)[:, None], three, np.nan)
    return found
