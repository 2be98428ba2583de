"""Which ink counted: cover a small square with paper, look how far the margin falls, move on.

After Zeiler and Fergus (2014).  Each pixel gets the mean over the squares that covered it.
It shows what the model needs *here and now*; it does not show how several parts work together.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from zeronine.canvas import SIDE
from zeronine.explaining.case import Case, Picture, margins
from zeronine.reading.classify import Classifier

PATCH = 4  #: pixels on each side of the square
STRIDE = 2


def occlude(classifier: Classifier, case: Case, *, patch: int = PATCH, stride: int = STRIDE) -> Picture:
    """Return (28, 28): how far the margin falls when the ink there is covered; + speaks for the answer.

    Squares without ink are not run: covering them changes nothing.
    """
    places = [(y, x) for y in range(0, SIDE - patch + 1, stride) for x in range(0, SIDE - patch + 1, stride)]
    ink = sliding_window_view(case.canvas, (patch, patch)).max(axis=(2, 3)) > 0
    inked = [place for place in places if ink[place]]
    covered = np.repeat(case.canvas[None], len(inked), axis=0)  # (n, 28, 28)
    for canvas, (y, x) in zip(covered, inked, strict=True):
        canvas[y : y + patch, x : x + patch] = 0
    falls = dict(zip(inked, case.margin - margins(classifier, covered, case), strict=True))
    total, count = np.zeros((SIDE, SIDE)), np.zeros((SIDE, SIDE))
    for y, x in places:
        total[y : y + patch, x : x + patch] += falls.get((y, x), 0.0)
        count[y : y + patch, x : x + patch] += 1
    return total / np.maximum(count, 1)
