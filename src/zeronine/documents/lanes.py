"""Where writing leaves lanes free: the rows and columns of a table that no rules part.

Lanes run as the rules beside them do.  Where there are none they may slant, fan and bow a little (a sheet
seen askew, or bent), and the way of slanting that leaves most room free is taken.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from zeronine.documents.ruled import Rule

Floats = npt.NDArray[np.float64]

FINE = 8  #: bins for a height
SLANT, FAN, BOW = 0.16, 0.16, 0.025  #: most that lanes lean, part, and bow, for a pixel along
STEPS = (17, 9, 5)  #: tried of each in a round
ROUNDS = 3  #: each finer than the one before
WIDE = 2  #: heights: wider lanes are no better
PRICE = 1.0  #: heights of room that the most of a bend has to win
POINTS = 9  #: kept of the line along a lane


@dataclass(frozen=True, slots=True)
class Bend:
    """How lanes run where no rules tell: `across` is moved by this much as one goes along."""

    middle: tuple[float, float]  #: along, across
    half: tuple[float, float]  #: half the extent, along and across
    slant: float = 0.0  #: across for each pixel along
    fan: float = 0.0  #: the same, and more so for lanes farther from the middle
    bow: float = 0.0  #: of the half extent along

    def straight(self, along: Floats, across: Floats) -> Floats:
        """Return how far across points lie once lanes are straight."""
        far = along - self.middle[0]
        aside = (across - self.middle[1]) / max(self.half[1], 1)
        bow = self.bow * ((far / max(self.half[0], 1)) ** 2 - 1) * self.half[0]
        return np.asarray(across - (self.slant + self.fan * aside) * far - bow, np.float64)

    def line(self, place: float, span: tuple[float, float]) -> Rule:
        """Return the line along a lane that lies at `place` when straight."""
        along = np.linspace(*span, POINTS)
        across = np.full(POINTS, place)
        for _ in range(4):
            across = across + place - self.straight(along, across)
        return Rule(along, across, drawn=False)


@dataclass(frozen=True, slots=True)
class Beside:
    """How lanes run between rules: as these do."""

    rules: tuple[Rule, ...]  #: in order across
    middle: tuple[float, float]

    def straight(self, along: Floats, across: Floats) -> Floats:
        """Return how far across points lie once the rules are straight."""
        here = np.array([rule.at(along) for rule in self.rules])  # (rules, n)
        there = np.array([float(rule.at(self.middle[0])) for rule in self.rules])
        places = [_moved(one, own, there) for one, own in zip(across, here.T, strict=True)]
        return np.array(places, np.float64)

    def line(self, place: float, span: tuple[float, float]) -> Rule:
        """Return the line along a lane that lies at `place` when straight."""
        along = np.linspace(*span, POINTS)
        here = np.array([float(rule.at(self.middle[0])) for rule in self.rules])
        across = [
            _moved(place, here, np.array([float(rule.at(one)) for rule in self.rules])) for one in along
        ]
        return Rule(along, np.array(across), drawn=False)


def _moved(place: float, here: Floats, there: Floats) -> float:
    """Return where a place among rules goes when they go from `here` to `there`."""
    away = np.interp(place, here, there - here)
    return float(place + away)


def lanes_of(
    boxes: Floats,
    height: float,
    rules: list[Rule],
    *,
    apart: float,
    stray: float = 0.0,
    shrunk: float = 0.0,
    bowed: bool = False,
) -> tuple[Bend | Beside, list[tuple[float, float]]]:
    """Return how lanes bend, and from where to where the free ones lie when straight.

    `boxes` (n, 4) are along, across, along, across of what is written; lanes run as `rules` do, if there
    are any.  A lane is free where at most `stray` boxes are, and counts from `apart` heights; boxes count
    without `shrunk` of them at both sides.
    """
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    (x, y), (half_x, half_y) = ((low + high) / 2).tolist(), ((high - low) / 2).tolist()
    bend: Bend | Beside = (
        Beside(tuple(rules), (x, y))
        if rules
        else _roomiest(Bend((x, y), (half_x, half_y)), boxes, height, stray, shrunk, bowed=bowed)
    )
    covered, first = _covered(bend, boxes, height, shrunk)
    return bend, [
        ((first + start) * height / FINE, (first + stop) * height / FINE)
        for start, stop in _runs(covered, stray)
        if stop - start >= apart * FINE
    ]


def _roomiest(bend: Bend, boxes: Floats, height: float, stray: float, shrunk: float, *, bowed: bool) -> Bend:
    """Return the bend whose lanes have most room, with a price for bending."""
    sizes = np.array([SLANT, FAN, BOW if bowed else 0.0])
    for _ in range(ROUNDS):
        tried = _tried(bend, sizes)
        bend = max(tried, key=lambda one: _worth(one, boxes, height, stray, shrunk))
        sizes /= np.array(STEPS) / 2
    return bend


def _worth(bend: Bend, boxes: Floats, height: float, stray: float, shrunk: float) -> float:
    """Return the room that lanes have, in bins, and less for bending."""
    covered, _ = _covered(bend, boxes, height, shrunk)
    room = sum(min(stop - start, WIDE * FINE) for start, stop in _runs(covered, stray) if stop - start > 1)
    return room - PRICE * FINE * (abs(bend.slant) / SLANT + abs(bend.fan) / FAN + abs(bend.bow) / BOW)


def _tried(bend: Bend, sizes: Floats) -> list[Bend]:
    steps = [
        value + size * np.linspace(-1, 1, count if size else 1)
        for value, size, count in zip((bend.slant, bend.fan, bend.bow), sizes, STEPS, strict=True)
    ]
    return [Bend(bend.middle, bend.half, *map(float, one)) for one in product(*steps)]


def _covered(bend: Bend | Beside, boxes: Floats, height: float, shrunk: float) -> tuple[Floats, float]:
    """Return how many boxes cover each bin across, and where the first one begins."""
    middle = (boxes[:, 0] + boxes[:, 2]) / 2
    wide = shrunk * (boxes[:, 3] - boxes[:, 1])
    low = bend.straight(middle, boxes[:, 1] + wide) * FINE / height
    high = bend.straight(middle, boxes[:, 3] - wide) * FINE / height
    first = np.floor(low.min())
    start, stop = (low - first).astype(int), np.ceil(high - first).astype(int)
    size = int(stop.max()) + 1
    change = (
        np.bincount(start, minlength=size)
        - np.bincount(np.maximum(stop, start + 1), minlength=size + 1)[:size]
    )
    return np.cumsum(change).astype(np.float64), float(first)


def _runs(covered: Floats, stray: float) -> list[tuple[int, int]]:
    """Return the free runs of bins between the first and the last that are not."""
    free = np.flatnonzero(np.diff(np.concatenate([[0], covered <= stray, [0]]).astype(np.int8)))
    runs = list(zip(free[::2].tolist(), free[1::2].tolist(), strict=True))
    return [(start, stop) for start, stop in runs if start > 0 and stop < len(covered) - 1]
