"""Marks that overlap: two characters of a slanting or crowded hand, or one character seen twice?

Boxes of slanting digits share a third of their area and more, and so do two boxes round one digit.  A
logistic model, fitted on made pages by `make reader`, says how much likelier or unlikelier the weaker mark
is a character when the stronger one is; `best_path.py` counts it for every two that are taken.
"""

import numpy as np
import numpy.typing as npt

from zeronine.reading.arithmetic import clipped
from zeronine.reading.boxes import CHUNK, overlaps, shared_of
from zeronine.reading.evidence import Floats, Logistic

Ints = npt.NDArray[np.intp]
Rivals = list[dict[int, float]]  #: for each mark: others on its ink, and what taking both adds, log-odds

TOUCHING = 0.1  #: of the smaller of two boxes: marks that share less know nothing of each other
WITHIN = 0.6  #: of the smaller of two boxes: marks that share more lie within each other (log 0076)


def rivals_of(boxes: Floats, odds: Floats, named: Ints, apart: Logistic, lean: float = 0.0) -> Rivals:
    """Return the rivals of each mark.

    `boxes` (n, 4); `odds` (n,) log-odds that it is a character; `named` (n,) which, digits below ten.
    `lean` is what every mark is given to be taken; of two on the same ink only one needs it.
    """
    pairs = pairs_of(boxes)
    found: Rivals = [{} for _ in boxes]
    if len(pairs):
        features = apart_features(boxes, odds, named, pairs)
        added = apart(features) - features[:, 0] - lean
        for (one, other), more in zip(pairs.tolist(), added.tolist(), strict=True):
            found[one][other] = found[other][one] = more
    return found


def pairs_of(boxes: Floats) -> Ints:
    """Return the pairs of boxes (n, 4) that share ink, (p, 2); in chunks, so that memory stays small."""
    order = np.argsort(boxes[:, 0], kind="stable")
    left = boxes[order, 0]
    found = [np.zeros((0, 2), np.intp)]
    for start in range(0, len(boxes), CHUNK):
        some = order[start : start + CHUNK]
        near = order[start : np.searchsorted(left, boxes[some, 2].max(), side="right")]
        one, other = np.nonzero(shared_of(boxes[some], boxes[near]) > TOUCHING)
        later = other > one  # `near` begins with `some`: each pair once, and none with itself
        found.append(np.stack([some[one[later]], near[other[later]]], axis=1))
    return np.concatenate(found)


def stronger_first(pairs: Ints, odds: Floats) -> Ints:
    """Return pairs (p, 2) of marks, the one with the higher log-odds (n,) first in each."""
    return np.where((odds[pairs[:, 0]] >= odds[pairs[:, 1]])[:, None], pairs, pairs[:, ::-1])


def apart_features(boxes: Floats, odds: Floats, named: Ints, pairs: Ints) -> Floats:
    """Return APART_FEATURES of pairs (p, 2) of marks, (p, k)."""
    stronger, weaker = stronger_first(pairs, odds).T
    strong, weak = boxes[stronger], boxes[weaker]
    high, low = (np.maximum(box[:, 3] - box[:, 1], 1) for box in (strong, weak))
    away = np.abs(strong[:, :2] + strong[:, 2:] - weak[:, :2] - weak[:, 2:]) / (high + low)[:, None]
    shared, union = overlaps(strong, weak)
    same = (named[stronger] == named[weaker]).astype(np.float64)
    height, within = np.log(low / high), np.maximum(shared - WITHIN, 0)
    columns = [
        clipped(odds[weaker]),
        shared,
        union,
        *away.T,
        within,
        height,
        np.abs(height),
        same,
        same * union,
    ]
    return np.stack(columns, axis=1)


def fits_together(rivals: Rivals, odds: Floats) -> npt.NDArray[np.bool_]:
    """Return which marks may be taken together, (n, n): the weaker one stays likelier than not."""
    fits = np.ones((len(rivals), len(rivals)), np.bool_)
    for one, others in enumerate(rivals):
        for other, more in others.items():
            fits[one, other] = min(odds[one], odds[other]) + more > 0
    return fits
