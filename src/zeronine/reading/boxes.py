"""How boxes lie to each other: left, top, right, bottom, many with many at once."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SHARED = 0.35  #: of the smaller of two boxes: marks that share more stand for the same ink
NARROW = 0.5  #: width over height below which boxes are compared as if they were that wide
CHUNK = 64  #: boxes compared with those around them at once: bounds memory


def shared_of(some: Floats, others: Floats) -> Floats:
    """Return how much of the smaller of two boxes both share, (a, b), for boxes (a, 4) and (b, 4)."""
    one, other = some.T[:, :, None], others.T[:, None]  # (4, a, 1), (4, 1, b)
    common = np.minimum(one[2], other[2]) - np.maximum(one[0], other[0])  # (a, b), widths
    np.maximum(common, 0, out=common)
    common *= np.maximum(np.minimum(one[3], other[3]) - np.maximum(one[1], other[1]), 0)
    areas = [np.maximum((box[2] - box[0]) * (box[3] - box[1]), 1e-6) for box in (one, other)]
    common /= np.minimum(*areas)
    return np.asarray(common, np.float64)


def overlaps(some: Floats, others: Floats) -> tuple[Floats, Floats]:
    """Return how much boxes (n, 4) share with those of the same places (n, 4).

    Of the smaller of the two, and of what they cover together, (n,) each.
    """
    low, high = np.maximum(some[:, :2], others[:, :2]), np.minimum(some[:, 2:], others[:, 2:])
    common = np.maximum(high - low, 0).prod(axis=1)
    areas = [np.maximum((one[:, 2:] - one[:, :2]).prod(axis=1), 1e-6) for one in (some, others)]
    return common / np.minimum(*areas), common / np.maximum(areas[0] + areas[1] - common, 1e-9)


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


def union_share(some: Floats, others: Floats) -> Floats:
    """Return how much of what they cover together boxes (a, 4) and (b, 4) share, (a, b): their IoU."""
    one, other = some.T[:, :, None], others.T[:, None]  # (4, a, 1), (4, 1, b)
    common = np.maximum(np.minimum(one[2], other[2]) - np.maximum(one[0], other[0]), 0)
    common *= np.maximum(np.minimum(one[3], other[3]) - np.maximum(one[1], other[1]), 0)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return np.asarray(common / np.maximum(areas[0] + areas[1] - common, 1e-9), np.float64)
