"""The finder's maps -> marks: each a place, a box, and how likely every class is.

A mark stands where the map of places has a peak.  Marks seen at several scales lie in one list, with the
scale that each was seen at; which of them are true is decided later, by `evidence.py` and `best_path.py`.
"""

from dataclasses import dataclass, fields

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.reading.arithmetic import log_softmax
from zeronine.reading.finder import BOX, DIGITS, OTHER, STRIDE, Maps

Floats = npt.NDArray[np.float64]

LEAST_PLACE = -2.0  #: log-odds of a peak below which nothing is kept: bounds the work
MOST_MARKS = 20_000  #: the likeliest are kept: noise must not cost unbounded time
IDEAL_PX = 32.0  #: height at which the finder sees best: the middle of what it was trained on


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """Characters that may stand in a picture; boxes in pixels of the picture that was looked at."""

    boxes: Floats  #: (n, 4): left, top, right, bottom
    place: Floats  #: (n,): log-odds that a character stands here
    kinds: Floats  #: (n, 22): log-probabilities of the classes
    seen_px: Floats  #: (n,): height in pixels at which the finder saw it

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.place)

    def keep(self, which: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> "Marks":
        """Return some of them, by a mask or in the order of an index."""
        return Marks(*(getattr(self, one.name)[which] for one in fields(self)))

    def moved(self, scale: float, offset: tuple[float, float]) -> "Marks":
        """Return them in another picture: boxes times `scale`, and moved by `offset` (x, y) after that."""
        return Marks(self.boxes * scale + np.tile(offset, 2), self.place, self.kinds, self.seen_px)

    @property
    def heights(self) -> Floats:
        """(n,), pixels."""
        return np.asarray(self.boxes[:, 3] - self.boxes[:, 1])

    @property
    def widths(self) -> Floats:
        """(n,), pixels."""
        return np.asarray(self.boxes[:, 2] - self.boxes[:, 0])

    @property
    def middles(self) -> Floats:
        """(n, 2): x, y."""
        return np.asarray((self.boxes[:, :2] + self.boxes[:, 2:]) / 2)

    @property
    def kind(self) -> npt.NDArray[np.intp]:
        """(n,): the likeliest class."""
        return np.asarray(self.kinds.argmax(axis=1), np.intp)

    @property
    def digit(self) -> Floats:
        """(n,), in [0, 1]: that it is a digit, if it is a character."""
        return np.asarray(np.exp(self.kinds[:, :DIGITS]).sum(axis=1))

    @property
    def other(self) -> Floats:
        """(n,), in [0, 1]: that it is writing that is not read."""
        return np.asarray(np.exp(self.kinds[:, OTHER]))


def no_marks() -> Marks:
    """Return an empty list."""
    return Marks(np.zeros((0, 4)), np.zeros(0), np.zeros((0, OTHER + 1)), np.zeros(0))


def joined(some: list[Marks]) -> Marks:
    """Return several lists as one."""
    some = some or [no_marks()]
    return Marks(*(np.concatenate([getattr(one, field.name) for one in some]) for field in fields(Marks)))


def marks_of(maps: Maps, *, least: float = LEAST_PLACE) -> Marks:
    """Return a mark for each peak of the places, boxes in pixels of the picture that the finder saw.

    Keeping the peaks of 3 x 3 places alone is the non-maximum suppression of a map of centre points (Zhou,
    Wang and Krähenbühl, 2019); of marks whose boxes overlap, `best_path.py` chooses.
    """
    peaks = cv2.dilate(maps.place, np.ones((3, 3), np.uint8)) <= maps.place
    rows, columns = np.nonzero(peaks & (maps.place > least))
    place = maps.place[rows, columns].astype(np.float64)
    if len(place) > MOST_MARKS:
        best = np.sort(np.argsort(-place, kind="stable")[:MOST_MARKS])
        rows, columns, place = rows[best], columns[best], place[best]
    box = maps.box[:, rows, columns].astype(np.float64)  # (4, n)
    x, y = (columns + 0.5 + box[0]) * STRIDE, (rows + 0.5 + box[1]) * STRIDE
    half_w, half_h = (np.exp(np.clip(box[2 + i], -4, 4)) * BOX[i] / 2 for i in (0, 1))
    kinds = log_softmax(maps.kind[:, rows, columns].T.astype(np.float64))  # (n, 22)
    boxes = np.stack([x - half_w, y - half_h, x + half_w, y + half_h], axis=1)
    return Marks(boxes, place, kinds, 2 * half_h)
