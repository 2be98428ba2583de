"""What stands around each mark of a picture: rivals on its ink, letters, a crowd, digits on both sides."""

import numpy as np
import numpy.typing as npt

from zeronine.reading.arithmetic import FAR, clipped
from zeronine.reading.boxes import CHUNK, SHARED, shared_of
from zeronine.reading.marks import Marks

Floats = npt.NDArray[np.float64]

CLOSE = 1.4  #: heights, from middle to middle, within which a digit is the next
NEAR = 2.5  #: heights within which a mark's neighbours stand


def surroundings(marks: Marks) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return for each mark what stands around it, (n,) each.

    Its strongest rival's log-odds over its own; the share of letters beside it; the log of one more than
    the marks beside it; the chance of the likeliest digit close on its left, and on its right.
    """
    count = len(marks)
    rival = np.full(count, -FAR)
    letters, crowd, left, right = (np.zeros(count) for _ in range(4))
    chance = 1 / (1 + np.exp(-clipped(marks.place)))
    digit = chance * marks.digit
    other, character = chance * marks.other, chance * (marks.other + marks.digit)
    middles, heights = marks.middles, marks.heights
    order = np.argsort(middles[:, 1], kind="stable")
    down = middles[order, 1]
    for start in range(0, count, CHUNK):
        some = order[start : start + CHUNK]
        reach = float(heights[some].max())
        low, high = np.searchsorted(down, [down[start] - reach, middles[some[-1], 1] + reach])
        near = order[low:high]  # all that can share ink or a line with them
        shared = shared_of(marks.boxes[some], marks.boxes[near])
        shared[some[:, None] == near[None]] = 0
        over = np.where(shared > SHARED, marks.place[near][None] - marks.place[some, None], -FAR)
        rival[some] = np.clip(over.max(axis=1, initial=-FAR), -FAR, FAR)
        way = middles[near][None] - middles[some, None]  # (c, n, 2)
        away = np.abs(way)
        height = np.maximum(heights[some, None], heights[near][None])
        beside = (away[..., 0] < NEAR * height) & (away[..., 1] < 0.6 * height) & (shared <= SHARED)
        beside &= some[:, None] != near[None]
        close = beside & (away[..., 0] < CLOSE * height)
        left[some] = np.where(close & (way[..., 0] < 0), digit[near][None], 0).max(axis=1, initial=0)
        right[some] = np.where(close & (way[..., 0] > 0), digit[near][None], 0).max(axis=1, initial=0)
        crowd[some] = np.log1p(beside.sum(axis=1))
        letters[some] = (beside @ other[near]) / (0.5 + beside @ character[near])
    return rival, letters, crowd, left, right
