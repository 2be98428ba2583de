"""Crops -> glimpses with their truth: the boxes that the finder draws, and what really stands in them."""

import numpy as np
import numpy.typing as npt

from zeronine.data.pages.crops import Crop
from zeronine.reading.boxes import union_share, widened
from zeronine.reading.context import NOTHING
from zeronine.reading.finder import Finder
from zeronine.reading.glimpses import Glimpses, glimpses_of
from zeronine.reading.marks import marks_of

Floats = npt.NDArray[np.float64]
Generator = np.random.Generator

EACH = 6  #: glimpses of characters that one crop gives at most, and nearly as many of nothing
MISSED = 2  #: characters whose box is not the finder's but the true one, strayed
SEEN = 0.75  #: share of a character inside the picture from which it is asked for
SAME = 0.45  #: of the union: a box that shares so much with a character is its box
STRAYED = (0.05, 0.08)  #: deviation of the finder's middles, and of its log sizes, in sides of the box
APART = 0.1  #: of the union: a box that shares less with every character is not that character cut


def glimpses_in(crop: Crop, finder: Finder, g: Generator) -> tuple[Glimpses, npt.NDArray[np.int64]]:
    """Return some glimpses of a crop, (n, 2, 40, 40), and their classes (n,).

    Most are of boxes that the finder drew, so that what it takes for a character by mistake is learnt as
    NOTHING; a few are of characters that it may have missed.
    """
    truth = boxes_of(crop.marks)
    drawn = marks_of(finder(crop.picture)).boxes
    some = np.concatenate([drawn, strayed(truth[g.permutation(len(truth))[:MISSED]], g)])
    if len(some) == 0:
        some = np.array([_anywhere(crop.picture.shape, g)])
    shares = union_shares(some, truth)
    which, share = shares.argmax(axis=1) if len(truth) else np.zeros(len(some), int), shares.max(1, initial=0)
    labels = np.where(share > SAME, crop.marks[which, 0] if len(truth) else 0, NOTHING).astype(np.int64)
    whole = (share < APART) | (crop.marks[which, 5] > SEEN) if len(truth) else np.ones(len(some), np.bool_)
    taken = [
        g.permutation(np.flatnonzero(whole & kind))[:most]
        for kind, most in ((labels != NOTHING, EACH), (labels == NOTHING, EACH - 1))
    ]
    asked = np.concatenate(taken)
    return glimpses_of(crop.picture, some[asked]), labels[asked]


def boxes_of(marks: npt.NDArray[np.float32]) -> Floats:
    """Return left, top, right, bottom of rows of truth, (n, 4)."""
    x, y, width, height = marks[:, 1:5].T.astype(np.float64)
    return np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=1)


def strayed(boxes: Floats, g: Generator) -> Floats:
    """Return boxes as the finder might have drawn them."""
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 1)
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2 + STRAYED[0] * sides * g.standard_normal(sides.shape)
    half = sides / 2 * np.exp(STRAYED[1] * g.standard_normal(sides.shape))
    return np.concatenate([middles - half, middles + half], axis=1)


def _anywhere(shape: tuple[int, ...], g: Generator) -> Floats:
    high = float(np.exp(g.uniform(np.log(10), np.log(0.9 * shape[0]))))
    wide = high * g.uniform(0.15, 1.1)
    x, y = g.uniform(0, shape[1]), g.uniform(0, shape[0])
    return np.array([x - wide / 2, y - high / 2, x + wide / 2, y + high / 2])


def union_shares(boxes: Floats, truth: Floats) -> Floats:
    """Return how much of their union boxes (n, 4) and characters (m, 4) share, (n, m), thin ones widened."""
    return union_share(widened(boxes), widened(truth))
