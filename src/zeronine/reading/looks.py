"""Looks of the finder at one picture, from nearer and from farther away, and their marks as one list.

The finder errs differently at different scales, so a mark that several looks can see gets the mean of what
they say (an ensemble over scales; boxes are joined as in weighted boxes fusion, Solovyev, Wang and
Gabruseva, 2021).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.reading.arithmetic import log_softmax
from zeronine.reading.boxes import CHUNK, union_share, widened
from zeronine.reading.finder import Finder, Grey, Maps
from zeronine.reading.marks import IDEAL_PX, Marks, joined, marks_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

SEEN_PX = (11.0, 76.0)  #: heights of characters that the finder has learnt to see, pixels
SAME = 0.45  #: of the area that two boxes cover together: those that share more are one mark's
UNSEEN = -3.0  #: log-odds that a look gives to what it did not see: below the least that it keeps


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One look of the finder at a picture, or at a part of it."""

    grey: Grey  #: what it was shown
    scale: float  #: pixels shown for one of the picture
    corner: tuple[int, int]  #: left and top of the part, in pixels of the picture
    maps: Maps
    marks: Marks  #: boxes in pixels of the picture


def look_at(grey: Grey, finder: Finder, scale: float, corner: tuple[int, int] = (0, 0)) -> Look:
    """Look at a picture, or at a part of one that begins at `corner`, at a scale."""
    return _look(resized(grey, scale), scale, corner, finder)


def look_from_afar(nearer: Look, finder: Finder, times: float) -> Look:
    """Look again from so many times as far, at a copy of what a nearer look was shown."""
    return _look(resized(nearer.grey, 1 / times), nearer.scale / times, nearer.corner, finder)


def _look(grey: Grey, scale: float, corner: tuple[int, int], finder: Finder) -> Look:
    maps = finder(grey)
    return Look(grey, scale, corner, maps, marks_of(maps).moved(1 / scale, corner))


def best_seen(looks: list[Look]) -> Marks:
    """Join the marks of several looks: each size from the look that sees it nearest to the ideal height."""
    scales = np.array([one.scale for one in looks])
    kept = []
    for place, one in enumerate(looks):
        away = np.abs(np.log(np.maximum(one.marks.heights[:, None], 1e-6) * scales / IDEAL_PX))  # (n, looks)
        kept.append(one.marks.keep(away.argmin(axis=1) == place))
    return joined(kept)


def together(looks: Sequence[Look]) -> Marks:
    """Return each mark of several looks once, as the look that sees it best draws it.

    Its place and classes are the means of what every look says that can see so large a character.
    """
    marks = joined([one.marks for one in looks])
    look = np.concatenate([np.full(len(one.marks), place) for place, one in enumerate(looks)]).astype(np.intp)
    px = marks.heights[:, None] * np.array([one.scale for one in looks])  # (n, looks)
    able = (px > SEEN_PX[0]) & (px < SEEN_PX[1])
    able[np.arange(len(marks)), look] |= ~able.any(axis=1)  # what none can see well keeps its own look
    own = able[np.arange(len(marks)), look]
    marks, look, px, able = marks.keep(own), look[own], px[own], able[own]
    counterparts = counterparts_of(marks, look, len(looks))
    lead = leaders(counterparts, np.abs(np.log(px[np.arange(len(marks)), look] / IDEAL_PX)))
    others, able = counterparts[lead], able[lead]
    seen = others >= 0
    place = np.where(seen, marks.place[others], UNSEEN)
    counts = (able | seen).astype(np.float64)
    place = (place * counts).sum(axis=1) / counts.sum(axis=1)
    kinds = np.zeros((len(lead), marks.kinds.shape[1]))
    for which in range(len(looks)):
        kinds += np.where(seen[:, which, None], marks.kinds[others[:, which]], 0)
    kinds /= seen.sum(axis=1, keepdims=True)
    return Marks(marks.boxes[lead], place, log_softmax(kinds), marks.seen_px[lead])


def counterparts_of(marks: Marks, look: Ints, count: int) -> Ints:
    """Return which mark of each of `count` looks has the box of a mark, (n, count); -1 for none.

    `look` (n,) says which look each mark is of; it is its own counterpart there.
    """
    found = np.full((len(marks), count), -1, np.intp)
    boxes = widened(marks.boxes)
    order = np.argsort(boxes[:, 1], kind="stable")
    for which in range(count):
        there = np.flatnonzero(look == which)
        there = there[np.argsort(boxes[there, 1], kind="stable")]
        tops = boxes[there, 1]
        reach = float((boxes[there, 3] - tops).max(initial=0))
        for start in range(0, len(marks), CHUNK):
            some = order[start : start + CHUNK]
            low, high = np.searchsorted(tops, [boxes[some[0], 1] - reach, boxes[some, 3].max()])
            if high > low:
                share = union_share(boxes[some], boxes[there[low:high]])
                best = share.argmax(axis=1)
                same = share[np.arange(len(some)), best] > SAME
                found[some[same], which] = there[low:high][best[same]]
    found[np.arange(len(marks)), look] = np.arange(len(marks))
    return found


def leaders(counterparts: Ints, away: Floats) -> Ints:
    """Return the marks of which no counterpart was seen better; `away` (n,): how far from ideal, in logs."""
    number = np.arange(len(away))
    rank = np.empty(len(away), np.intp)
    rank[np.argsort(away, kind="stable")] = number
    best = np.where(counterparts >= 0, rank[counterparts], len(away)).min(axis=1, initial=len(away))
    return np.flatnonzero(rank <= best)


def resized(grey: Grey, scale: float) -> Grey:
    """Return the picture at another scale; averaged where it gets smaller, smooth where it gets larger."""
    if scale == 1:
        return grey
    size = tuple(max(1, round(side * scale)) for side in (grey.shape[1], grey.shape[0]))
    smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(grey, size, interpolation=smooth), np.uint8)
