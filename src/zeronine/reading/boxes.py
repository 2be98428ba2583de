"""How boxes lie to each other: left, top, right, bottom, many with many at once."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SHARED = 0.35  #: of the smaller of two boxes: marks that share more stand for the same ink
NARROW = 0.5  #: width over height below which boxes are compared as if they were that wide
CHUNK = 64  #: boxes compared with those around them at once: bounds memory


def shared_of(some: Floats, others: Floats) -> Floats:
    """Return how much of the smaller of two boxes both share, (a, b), for boxes (a, 4) and (b, 4)."""
    one, other = _all_with_all(some, others)
    common = _common(one, other)
    common /= np.minimum(_area(one), _area(other))
    return np.asarray(common, np.float64)


def union_share(some: Floats, others: Floats) -> Floats:
    """Return how much of what they cover together boxes (a, 4) and (b, 4) share, (a, b): their IoU."""
    return _of_union(*_all_with_all(some, others))


def overlaps(some: Floats, others: Floats) -> tuple[Floats, Floats]:
    """Return how much boxes (n, 4) share with those of the same places (n, 4).

    Of the smaller of the two, and of what they cover together, (n,) each.
    """
    one, other = some.T, others.T
    return _common(one, other) / np.minimum(_area(one), _area(other)), _of_union(one, other)


def _all_with_all(some: Floats, others: Floats) -> tuple[Floats, Floats]:
    return some.T[:, :, None], others.T[:, None]  # (4, a, 1), (4, 1, b)


def _common(one: Floats, other: Floats) -> Floats:
    """Return the area that boxes have in common; their four sides come first, (4, ...)."""
    common = np.minimum(one[2], other[2]) - np.maximum(one[0], other[0])  # widths
    np.maximum(common, 0, out=common)
    common *= np.maximum(np.minimum(one[3], other[3]) - np.maximum(one[1], other[1]), 0)
    return np.asarray(common)


def _area(box: Floats) -> Floats:
    """Return the area of boxes (4, ...), which may have none."""
    return np.asarray(np.maximum((box[2] - box[0]) * (box[3] - box[1]), 1e-6))


def _of_union(one: Floats, other: Floats) -> Floats:
    common = _common(one, other)
    return np.asarray(common / np.maximum(_area(one) + _area(other) - common, 1e-9), np.float64)


def near_by(some: Floats, others: Floats, worth: Floats, *, least: float) -> Floats:
    """Return for each box (a, 4) the highest worth (b,) of the others (b, 4) that share more than `least`.

    -inf where there is none; compared from the top down in chunks, so that time and memory stay small.
    """
    found = np.full(len(some), -np.inf)
    order = np.argsort(some[:, 1], kind="stable")
    for start in range(0, len(some), CHUNK):
        chunk = order[start : start + CHUNK]
        above, below = some[chunk, 1].min(), some[chunk, 3].max()
        near = (others[:, 1] < below) & (others[:, 3] > above)  # no other shares anything with them
        shared = shared_of(some[chunk], others[near]) > least
        found[chunk] = np.where(shared, worth[None, near], -np.inf).max(axis=1, initial=-np.inf)
    return found


def widened(boxes: Floats) -> Floats:
    """Return boxes at least half as wide as high: a pixel more or less makes no other thing of a thin 1."""
    middle, half = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 2] - boxes[:, 0]) / 2
    half = np.maximum(half, NARROW / 2 * (boxes[:, 3] - boxes[:, 1]))
    return np.stack([middle - half, boxes[:, 1], middle + half, boxes[:, 3]], axis=1)
