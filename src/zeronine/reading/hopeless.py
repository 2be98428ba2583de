"""Words and pictures of anything but digits: letters, textures, hatchings, drawings.

Cut small enough, everything holds something like a digit, so words and pictures are also judged as a whole.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from zeronine.reading.candidates import Candidate, Parts, members
from zeronine.reading.find import Found, Ints, Pieces, hull

LARGE = 0.4  #: of the digits' height: what is lower does not count
CERTAIN = 0.9  #: a digit surer than this is certain
WORD = 3  #: large pieces that a word has at least to be judged as one
LETTERS = 0.4  #: of a word's ink: with less in certain digits it is letters
CLEAR = 0.75  #: with more it clearly is a number
MUCH = 8  #: large pieces of a picture: fewer are read whatever they are
UNLIKELY = 0.15  #: of their ink: with less in certain digits of clear numbers nothing is read
OVERLAID = 0.1  #: of the digits: more never lie by half in each other's boxes, but the lines of hatchings do
FEW = 2  #: that may do so on any page
LOOKED = 500  #: digits, the first ones of a page

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def certain_share(parts: Parts, digits: Sequence[Candidate], confidence: Floats) -> Floats:
    """Return how much of the ink of its word is in certain digits, for each digit, (n,) in [0, 1].

    1 in words that are too short to be judged.
    """
    words, count = parts.words, int(parts.words.max(initial=0)) + 1
    ink = np.bincount(words, weights=parts.pieces.areas, minlength=count)
    certain = np.zeros(count)
    for one, sure in zip(digits, confidence >= CERTAIN, strict=True):
        certain[words[one.first]] += sure * int(parts.pieces.areas[members(one)].sum())
    large = parts.pieces.boxes[:, 3] > LARGE * parts.heights
    pieces = np.unique(np.column_stack([words, parts.origins])[large], axis=0)
    long = np.bincount(pieces[:, 0], minlength=count) >= WORD
    share = np.where(long, certain / np.maximum(ink, 1), 1.0)
    return np.asarray(share[words[[one.first for one in digits]]], np.float64)


def hopeless(found: Found, groups: Sequence[Pieces], clear: Mask) -> bool:
    """Say whether what stands on a picture cannot be digits, though some of it was taken for digits.

    `groups` are the pieces of each digit that was chosen, `clear` (n,) says which of them are certain and
    stand in a clear number.
    """
    boxes = np.array([hull(group.boxes) for group in groups[:LOOKED]], np.int32).reshape(-1, 4)
    return _drawn_over(boxes) or _mostly_else(found, groups, clear)


def _drawn_over(boxes: Ints) -> bool:
    """Say whether too many digits lie over each other."""
    return int(np.count_nonzero(overlaid(boxes))) > max(FEW, OVERLAID * len(boxes))


def _mostly_else(found: Found, groups: Sequence[Pieces], clear: Mask) -> bool:
    """Say whether there is much, and next to nothing of its ink is in clear digits."""
    large = found.pieces.areas[found.pieces.boxes[:, 3] > LARGE * found.height]
    in_digits = sum(int(groups[n].areas.sum()) for n in np.flatnonzero(clear).tolist())
    return len(large) >= MUCH and in_digits < UNLIKELY * int(large.sum())


def overlaid(boxes: Ints) -> Mask:
    """Return which boxes (n, 4), left, top, right and bottom, lie by half in one of the others, (n,)."""
    left, top, right, bottom = boxes.T
    wide = np.minimum.outer(right, right) - np.maximum.outer(left, left)
    tall = np.minimum.outer(bottom, bottom) - np.maximum.outer(top, top)
    common = np.maximum(wide, 0) * np.maximum(tall, 0)
    np.fill_diagonal(common, 0)
    return np.asarray(2 * common.max(axis=1, initial=0) > (right - left) * (bottom - top))
