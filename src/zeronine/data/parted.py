"""What the reader gets when it cuts a number apart: digits with a scar, and wrong parts.

Two digits are set so close that they touch, the reader's own seams are laid through them, and what
lies between two seams comes to the canvas.  Most of one digit and hardly any of the other is still
that digit; half of one, or a good deal of both, is none.  A network that has never seen such parts
takes more than half of the wrong ones for digits, because half an 8, enlarged, does look like a 3.
"""

import numpy as np
import numpy.typing as npt

from zeronine.data.batches import NO_DIGIT
from zeronine.data.digits import Digits
from zeronine.errors import DataError
from zeronine.reading.cuts import between, find_seams
from zeronine.reading.normalise import EDGE, Ink, normalise, trim

GAPS = (-4, 1)  #: least and most pixels of paper between two digits; below zero they overlap
ASIDE = 4  #: pixels that one may stand higher than the other
HEIGHT = 20.0  #: of a digit on its canvas, pixels
WHOLE, FOREIGN = 0.90, 0.08  #: a digit keeps at least so much of its ink, and so little of its neighbour's
HALF = (0.25, 0.55)  #: of its ink, where a part of a single digit is no digit
BOTH = (0.30, 0.80)  #: of the less complete of the two, where a part with ink of both is no digit
TAKEN = 4  #: at most so many parts of one pair
TRIES = 200  #: pairs for each picture that is wanted, before it is given up
NARROW = 0.5  #: width over height below which a wrong part may well be a 1

Images = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int64]


def parted(digits: Digits, count: int, *, generator: np.random.Generator) -> tuple[Images, Labels]:
    """Return `count` canvases (count, 28, 28) uint8 and labels (count,), half of them NO_DIGIT.

    Raises DataError where the digits give no such parts: blank ones, say.
    """
    inked = np.flatnonzero(digits.images.max(axis=(1, 2), initial=0) > 255 * EDGE)
    wanted = [count - count // 2, count // 2]
    good: list[Ink] = []
    wrong: list[Ink] = []
    labels: list[int] = []
    tries = 0
    while len(good) < wanted[0] or len(wrong) < wanted[1]:
        if len(inked) == 0 or tries == TRIES * count:
            raise DataError(f"{digits.name}: no parts to learn from can be cut out of them: set parted to 0")
        tries += 1
        first, second = inked[generator.integers(0, len(inked), 2)]
        pair = _pair(digits.images[first], digits.images[second], generator)
        together = pair.max(axis=0)
        parts = _parts(together)
        for number in generator.permutation(len(parts))[:TAKEN]:
            mine = parts[number]
            ink = np.where(mine, together, np.float32(0))
            kept = [float(one[mine].sum() / one.sum()) for one in pair]
            if _is_wrong(kept, ink):
                wrong.append(ink)
            elif max(kept) >= WHOLE and min(kept) <= FOREIGN:
                good.append(ink)
                labels.append(int(digits.labels[first if kept[0] > kept[1] else second]))
    canvases = np.rint(normalise(good[: wanted[0]] + wrong[: wanted[1]]) * 255).astype(np.uint8)
    order = generator.permutation(count)
    return canvases[order], np.array(labels[: wanted[0]] + [NO_DIGIT] * wanted[1], np.int64)[order]


def _pair(first: Images, second: Images, generator: np.random.Generator) -> Ink:
    """Set two digits side by side, near enough to touch; return the ink of each, (2, h, w)."""
    one, other = (trim(image.astype(np.float32) / np.float32(255)) for image in (first, second))
    gap = int(generator.integers(GAPS[0], GAPS[1] + 1))
    down = [int(value) for value in generator.integers(0, ASIDE + 1, 2)]
    start = max(one.shape[1] + gap, 0)
    height = max(len(one) + down[0], len(other) + down[1])
    pair = np.zeros((2, height, max(one.shape[1], start + other.shape[1])), np.float32)
    pair[0, down[0] : down[0] + len(one), : one.shape[1]] = one
    pair[1, down[1] : down[1] + len(other), start : start + other.shape[1]] = other
    return pair


def _parts(ink: Ink) -> list[npt.NDArray[np.bool_]]:
    """Return what lies between any two seams of the ink (h, w), as masks; the whole is not among them."""
    seams = find_seams(ink, HEIGHT)
    part = between(seams, ink.shape[1])
    count = len(seams) + 1
    runs = [(first, last) for first in range(count) for last in range(first, count)]
    return [(part >= first) & (part <= last) for first, last in runs if last - first < count - 1]


def _is_wrong(kept: list[float], ink: Ink) -> bool:
    """Say whether a part that keeps these shares of two digits' ink is surely no digit."""
    tight = trim(ink)
    if not tight.size or tight.shape[1] < NARROW * tight.shape[0]:
        return False
    less, more = sorted(kept)
    torn = less <= FOREIGN and HALF[0] < more < HALF[1]
    return torn or BOTH[0] < less < BOTH[1]
