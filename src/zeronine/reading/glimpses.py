"""Boxes on a grey picture -> glimpses: each box as it stands there, with what is round it.

A canvas shows ink alone; a glimpse shows the paper, the neighbours and the rules too, and says which part
is meant by a second layer: 255 inside the box.  Training and reading take their glimpses here.
"""

import numpy as np
import numpy.typing as npt

from zeronine.reading.finder import Grey, rim_tone
from zeronine.reading.patches import patch_of

Glimpses = npt.NDArray[np.uint8]  #: (n, 2, GLIMPSE, GLIMPSE): grey, and where the box is
Floats = npt.NDArray[np.float64]

GLIMPSE = 40  #: pixels of a glimpse's side
LONGEST = 26  #: of them the box's longer side takes: two thirds, so that half of each neighbour shows


def glimpses_of(grey: Grey, boxes: Floats) -> Glimpses:
    """Return one glimpse for each box (n, 4), left, top, right, bottom."""
    beyond = rim_tone(grey)
    glimpses = np.zeros((len(boxes), 2, GLIMPSE, GLIMPSE), np.uint8)
    for glimpse, (left, top, right, bottom) in zip(glimpses, boxes.tolist(), strict=True):
        wide, high = right - left, bottom - top
        scale = LONGEST / max(wide, high, 1.0)
        middle = ((left + right) / 2, (top + bottom) / 2)
        glimpse[0] = patch_of(grey, middle, scale, (GLIMPSE, GLIMPSE), beyond=beyond)
        half_w, half_h = max(1, round(wide * scale / 2)), max(1, round(high * scale / 2))
        centre = GLIMPSE // 2
        glimpse[1, centre - half_h : centre + half_h, centre - half_w : centre + half_w] = 255
    return glimpses
