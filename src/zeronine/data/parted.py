"""What the reader shows the canvas network where digits touch: digits with a neighbour, and wrong windows.

Two digits are set so close that they touch, and a window is laid on them as the reader lays boxes.  Round
one of them, a little off, with the neighbour's ink reaching in, it still shows that digit; halfway between
the two, or round half of one, it shows none.  A network that has never seen such windows takes more than
half of the wrong ones for digits, because half an 8, enlarged, does look like a 3.
"""

import numpy as np
import numpy.typing as npt

from zeronine.data.batches import NO_DIGIT
from zeronine.data.digits import Digits
from zeronine.errors import DataError
from zeronine.reading.normalise import EDGE, Ink, normalise, trim

GAPS = (-4, 1)  #: least and most pixels of paper between two digits; below zero they overlap
ASIDE = 4  #: pixels that one may stand higher than the other
OFF = 0.06  #: of a digit's height: deviation of each side of a window from the true box
BETWEEN = (0.35, 0.65)  #: of the way from one digit's middle to the other's: there stands a window of neither
WHOLE, FOREIGN = 0.90, 0.15  #: a digit keeps at least so much of its ink, and so little of its neighbour's
HALF = (0.25, 0.55)  #: of its ink, where a window on a single digit shows none
BOTH = (0.30, 0.80)  #: of the less complete of the two, where a window with ink of both shows none
TRIES = 200  #: pairs for each picture that is wanted, before it is given up
NARROW = 0.5  #: width over height below which a wrong window may well show a 1

Images = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int64]
Window = npt.NDArray[np.float64]  #: left, top, right, bottom in pixels of the pair


def parted(digits: Digits, count: int, *, generator: np.random.Generator) -> tuple[Images, Labels]:
    """Return `count` canvases (count, 28, 28) uint8 and labels (count,), half of them NO_DIGIT.

    Raises DataError where the digits give no such windows: blank ones, say.
    """
    inked = np.flatnonzero(digits.images.max(axis=(1, 2), initial=0) > 255 * EDGE)
    wanted = [count - count // 2, count // 2]
    good: list[Ink] = []
    wrong: list[Ink] = []
    labels: list[int] = []
    tries = 0
    while len(good) < wanted[0] or len(wrong) < wanted[1]:
        if len(inked) == 0 or tries == TRIES * count:
            raise DataError(f"{digits.name}: no windows to learn from can be laid on them: set parted to 0")
        tries += 1
        chosen = inked[generator.integers(0, len(inked), 2)]
        pair = _pair(digits.images[chosen], generator)
        for window, which in _windows(pair, generator):
            kept, ink = _seen(pair, window)
            if which is None:
                if _is_wrong(kept, ink):
                    wrong.append(ink)
            elif kept[which] >= WHOLE and kept[1 - which] <= FOREIGN:
                good.append(ink)
                labels.append(int(digits.labels[chosen[which]]))
    canvases = np.rint(normalise(good[: wanted[0]] + wrong[: wanted[1]]) * 255).astype(np.uint8)
    order = generator.permutation(count)
    return canvases[order], np.array(labels[: wanted[0]] + [NO_DIGIT] * wanted[1], np.int64)[order]


def _pair(images: Images, generator: np.random.Generator) -> Ink:
    """Set two digits (2, 28, 28) side by side, near enough to touch; return the ink of each, (2, h, w)."""
    one, other = (trim(image.astype(np.float32) / np.float32(255)) for image in images)
    gap = int(generator.integers(GAPS[0], GAPS[1] + 1))
    down = [int(value) for value in generator.integers(0, ASIDE + 1, 2)]
    start = max(one.shape[1] + gap, 0)
    height = max(len(one) + down[0], len(other) + down[1])
    pair = np.zeros((2, height, max(one.shape[1], start + other.shape[1])), np.float32)
    pair[0, down[0] : down[0] + len(one), : one.shape[1]] = one
    pair[1, down[1] : down[1] + len(other), start : start + other.shape[1]] = other
    return pair


def _windows(pair: Ink, generator: np.random.Generator) -> list[tuple[Window, int | None]]:
    """Return windows on a pair, each with the place of the digit that it is laid round: None for neither."""
    boxes = np.array([_box(ink) for ink in pair])
    off = generator.normal(0, OFF * (boxes[:, 3] - boxes[:, 1]).max(), (2, 4))
    share = generator.uniform(*BETWEEN)
    half = boxes[int(generator.integers(2))].copy()
    half[[0, 2][int(generator.integers(2))]] = (half[0] + half[2]) / 2
    return [
        (boxes[0] + off[0], 0),
        (boxes[1] + off[1], 1),
        ((1 - share) * boxes[0] + share * boxes[1], None),
        (half, None),
    ]


def _box(ink: Ink) -> tuple[int, int, int, int]:
    """Return the box round the ink (h, w)."""
    rows, columns = (np.flatnonzero(ink.max(axis=axis) > EDGE) for axis in (1, 0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _seen(pair: Ink, window: Window) -> tuple[list[float], Ink]:
    """Return which share of each digit's ink a window holds, and all the ink in it."""
    left, top, right, bottom = np.maximum(np.rint(window).astype(int), 0).tolist()
    inside = pair[:, top:bottom, left:right]
    kept = [float(part.sum() / whole.sum()) for part, whole in zip(inside, pair, strict=True)]
    return kept, inside.max(axis=0)


def _is_wrong(kept: list[float], ink: Ink) -> bool:
    """Say whether a window that holds these shares of two digits' ink surely shows no digit."""
    tight = trim(ink)
    if not tight.size or tight.shape[1] < NARROW * tight.shape[0]:
        return False
    less, more = sorted(kept)
    torn = less <= FOREIGN and HALF[0] < more < HALF[1]
    return torn or BOTH[0] < less < BOTH[1]
