"""Pieces into lines, lines into numbers: who stands beside whom, and where the wide gaps are.

Works on boxes alone and knows nothing of ink.
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from zeronine.reading.find import Ints

SAME_LINE = 0.6  #: of a digit's height: centres further apart than this stand in different lines
WIDE_GAP = 1.0  #: of a digit's height: a gap wider than this may part two numbers
WORD_GAP = 0.45  #: the same between two words
ODD_GAP = 2.0  #: and it must be this many times the line's usual gap


def lines_of(boxes: Ints, height: float) -> list[npt.NDArray[np.intp]]:
    """Return the lines, top to bottom, as indices into boxes (k, 4), each from left to right.

    Lines grow from left to right: every piece joins the line whose last pieces are level with it, so a
    line may climb or fall.  `height` is that of the picture's digits.
    """
    middles = boxes[:, 1] + boxes[:, 3] / 2
    level: list[float] = []
    members: list[list[int]] = []
    for index in np.argsort(boxes[:, 0], kind="stable"):
        away = np.abs(np.asarray(level) - middles[index])
        nearest = int(np.argmin(away)) if level else -1
        if nearest < 0 or away[nearest] > SAME_LINE * height:
            level.append(float(middles[index]))
            members.append([int(index)])
        else:
            members[nearest].append(int(index))
            trust = 0.5 * min(1.0, boxes[index, 3] / height)
            level[nearest] += trust * (float(middles[index]) - level[nearest])
    starts = [float(np.mean(middles[line])) for line in members]
    return [np.asarray(members[number], np.intp) for number in np.argsort(starts, kind="stable")]


def gaps_wide(boxes: Ints, height: float, *, wide: float = WIDE_GAP) -> npt.NDArray[np.bool_]:
    """Return for each of the k - 1 gaps between a line's boxes, left to right, whether a number ends.

    `wide` is how wide such a gap is at least, in heights of a digit.
    """
    gaps = boxes[1:, 0] - np.maximum.accumulate(boxes[:, 0] + boxes[:, 2])[:-1]
    usual = float(np.sort(gaps)[(len(gaps) - 1) // 2]) if len(gaps) else 0.0
    return np.asarray(gaps > max(wide * height, ODD_GAP * usual))


def words_of(boxes: Ints, lines: npt.NDArray[np.intp], height: float) -> npt.NDArray[np.intp]:
    """Return the word that each box (n, 4) stands in, (n,), counted from 1 through all lines.

    `lines` (n,) names the line of each; the boxes of a line stand together, from left to right.
    """
    starts = np.zeros(len(boxes), np.bool_)
    begins = np.unique(lines, return_index=True)[1].tolist()
    for begin, end in pairwise([*begins, len(boxes)]):
        starts[begin] = True
        starts[begin + 1 : end] = gaps_wide(boxes[begin:end], height, wide=WORD_GAP)
    return np.asarray(np.cumsum(starts), np.intp)
