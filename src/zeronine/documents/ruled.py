"""Ruled lines of a page: short straight pieces, chained into lines that may bend and lean.

Pieces are found by LSD (von Gioi, Jakubowicz, Morel and Randall, 2010).  A level frame is chosen by the
way that most of them lie; in it one family of lines runs along x and the other along y, and each line is
kept as a polyline, so perspective and bent paper need no model.  Nothing here knows of cells.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.reading.finder import Grey
from zeronine.reading.looks import resized
from zeronine.reading.page import Matrix

Floats = npt.NDArray[np.float64]

SIDE_PX = 1400  #: longest side at which lines are looked for: a thin rule is still a pixel wide
SHORTEST = 0.012  #: of the side: shorter pieces are writing
STEEPEST = 25.0  #: degrees from its family's direction: perspective and bent paper
ALIKE = 0.2  #: difference of slopes of two pieces of one line, at most
THICK = 0.005  #: of the side: two edges of a thick rule are so far apart
GAP = 0.035  #: of the side: where a line is broken by writing, or dashed
DRIFT = 0.06  #: pixels across for each pixel of a gap that two pieces of one line may be apart
LINE = 0.04  #: of the side: shorter lines are no rules
TALL = 2.0  #: heights of a digit: shorter lines are strokes
SHORT = 0.4  #: of the least length: shorter lines are no rule of a single cell either
LONG = 0.08  #: of the side: pieces so long are no writing, and tell how the page lies
BROAD = 0.4  #: heights of a digit: two edges of a very thick rule, or the lines of a double one
COVERED = 0.5  #: of a line's length that pieces cover
STEP_PX = 8  #: along a line, between the points that are kept of it


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A line: how far along (rising) and how far across its points lie; straight on beyond its ends."""

    along: Floats  #: (k,)
    across: Floats  #: (k,)
    drawn: bool = True  #: it is seen, and not only where writing leaves room for it

    @property
    def start(self) -> float:
        """Where it begins."""
        return float(self.along[0])

    @property
    def stop(self) -> float:
        """Where it ends."""
        return float(self.along[-1])

    @property
    def length(self) -> float:
        """Pixels from its beginning to its end."""
        return self.stop - self.start

    def at(self, along: Floats | float) -> Floats:
        """Return how far across it lies at these places."""
        there = np.interp(along, self.along, self.across)
        beyond = along - np.clip(along, self.start, self.stop)
        if not np.any(beyond) or len(self.along) < 2:
            return np.asarray(there, np.float64)
        return np.asarray(there + np.polyfit(self.along, self.across, 1)[0] * beyond, np.float64)

    def covers(self, start: float, stop: float) -> float:
        """Return the share of a stretch that is ruled, in [0, 1]."""
        places = np.arange(start, stop, STEP_PX / 2)
        if len(places) == 0:
            return 0.0
        nearest = np.abs(places[:, None] - self.along[None]).min(axis=1)
        return float((nearest <= 1.5 * STEP_PX).mean())


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """The lines of a page in its level frame."""

    level: tuple[Rule, ...]  #: along x
    upright: tuple[Rule, ...]  #: along y
    to_level: Matrix  #: from pixels of the picture to the level frame
    small: Grey  #: the picture in which they were looked for
    to_small: Floats  #: (2, 2), from the level frame to its pixels
    short: tuple[tuple[Rule, ...], tuple[Rule, ...]] = (
        (),
        (),
    )  #: level and upright: rules of one cell, or strokes


def rules_of(
    grey: Grey, *, quarters: int = 0, written: Floats | None = None, height: float = 0.0, tilt: float = 0.0
) -> Rules:
    """Find the lines of a picture (H, W) uint8 that is turned upright by `quarters` of a turn.

    `written` holds boxes (n, 4) of characters in pixels of the picture: short pieces inside them are
    strokes; `height` is how high digits are, and `tilt` (degrees) how lines of writing fall to the right,
    which tells what is level where there are no rules.
    """
    scale = min(1.0, SIDE_PX / max(grey.shape))
    small = resized(grey, scale)
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(small)[0]
    pieces = np.zeros((0, 4)) if found is None else np.asarray(found, np.float64).reshape(-1, 4)
    side = max(small.shape)
    length = np.hypot(pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1])
    keep = length > SHORTEST * side
    if written is not None and len(written):
        keep &= ~_strokes(pieces, length, written * scale)
    pieces = pieces[keep]
    turn = _turn(quarters)
    least = max(LINE * side, TALL * height * scale)
    long = length[keep] > min(least, LONG * side)
    lean = np.radians(tilt)
    if length[keep][long].sum() > 2 * LONG * side:
        lean = _tilt(pieces[long].reshape(-1, 2, 2) @ turn.T)
    cos, sin = np.cos(lean), np.sin(lean)
    linear = np.array([[cos, sin], [-sin, cos]]) @ turn
    ends = pieces.reshape(-1, 2, 2) @ linear.T
    level, upright = _families(ends)
    thick = max(THICK * side, BROAD * height * scale)
    across, short = _lines(level, side, least, thick)
    down, low = _lines(upright[:, :, ::-1], side, least, thick)
    return Rules(
        tuple(across),
        tuple(down),
        np.concatenate([scale * linear, np.zeros((2, 1))], axis=1),
        small,
        linear.T,
        (tuple(short), tuple(low)),
    )


def _turn(quarters: int) -> Floats:
    """Return the turn of pixels (2, 2) that brings a picture upright that `quarters` are missing to."""
    angle = -np.pi / 2 * quarters
    return np.rint([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _strokes(pieces: Floats, length: Floats, boxes: Floats) -> npt.NDArray[np.bool_]:
    """Say which pieces (n, 4) lie inside a character's box and are no longer than it."""
    middle = (pieces[:, :2] + pieces[:, 2:]) / 2
    inside = np.zeros(len(pieces), np.bool_)
    for left, top, right, bottom in boxes:
        within = (
            (middle[:, 0] > left) & (middle[:, 0] < right) & (middle[:, 1] > top) & (middle[:, 1] < bottom)
        )
        inside |= within & (length < 1.2 * max(right - left, bottom - top))
    return inside


def _tilt(ends: Floats) -> float:
    """Return the angle (radians, within an eighth of a turn) by which most of the lines lean."""
    if len(ends) == 0:
        return 0.0
    away = ends[:, 1] - ends[:, 0]
    length = np.hypot(away[:, 0], away[:, 1])
    degrees = np.degrees(np.arctan2(away[:, 1], away[:, 0])) % 90
    counts = np.bincount(np.floor(degrees).astype(int) % 90, weights=length**1.5, minlength=90)
    smooth = sum(np.roll(counts, shift) for shift in range(-3, 4))
    best = int(np.argmax(smooth))
    near = np.abs((degrees - best - 0.5 + 45) % 90 - 45) < 4
    middle = np.average((degrees[near] - best + 45) % 90 - 45 + best, weights=length[near])
    return float(np.radians((middle + 45) % 90 - 45))


def _families(ends: Floats) -> tuple[Floats, Floats]:
    """Return the pieces (n, 2, 2) that run along x, left to right, and those along y, downwards."""
    away = ends[:, 1] - ends[:, 0]
    degrees = np.degrees(np.arctan2(away[:, 1], away[:, 0]))
    along_x = np.abs((degrees + 90) % 180 - 90) < STEEPEST
    along_y = np.abs(degrees % 180 - 90) < STEEPEST
    level, upright = ends[along_x], ends[along_y]
    backwards = level[:, 0, 0] > level[:, 1, 0]
    level[backwards] = level[backwards][:, ::-1]
    upwards = upright[:, 0, 1] > upright[:, 1, 1]
    upright[upwards] = upright[upwards][:, ::-1]
    return level, upright


def _lines(pieces: Floats, side: int, least: float, thick: float) -> tuple[list[Rule], list[Rule]]:
    """Chain pieces (n, 2, 2), each from where it begins to where it ends along, into long and short lines."""
    pieces = pieces[np.argsort(pieces[:, 0, 0], kind="stable")]
    names = _chained(pieces, side, least, thick)
    found = [_rule(pieces[names == name]) for name in np.unique(names)]
    found = [one for one in found if one.covers(one.start, one.stop) > COVERED]
    rules = [one for one in found if one.length > least]
    return rules, [one for one in found if SHORT * least < one.length <= least]


def _chained(pieces: Floats, side: int, least: float, thick: float) -> npt.NDArray[np.intp]:
    """Return which line each piece belongs to: those that go on where another ends, or lie beside it."""
    count = len(pieces)
    start, stop = pieces[:, 0, 0], pieces[:, 1, 0]
    slope = (pieces[:, 1, 1] - pieces[:, 0, 1]) / np.maximum(stop - start, 1e-6)
    names = np.arange(count)
    for index in range(count):
        gap = np.maximum(start[index + 1 :] - stop[index], 0)
        at = (np.minimum(stop[index], stop[index + 1 :]) + start[index + 1 :]) / 2
        here = pieces[index, 0, 1] + slope[index] * (at - start[index])
        there = pieces[index + 1 :, 0, 1] + slope[index + 1 :] * (at - start[index + 1 :])
        long = (stop[index] - start[index] > least) & (stop[index + 1 :] - start[index + 1 :] > least)
        edges = np.where((gap == 0) & long, thick, THICK * side)
        near = np.abs(here - there) < edges + DRIFT * gap
        near &= (gap < GAP * side) & (np.abs(slope[index + 1 :] - slope[index]) < ALIKE)
        for other in np.flatnonzero(near) + index + 1:
            if names[other] != names[index]:
                names[names == names[other]] = names[index]
    return names


def _rule(pieces: Floats) -> Rule:
    """Return the line along the middle of its pieces."""
    along, across = [], []
    for (x0, y0), (x1, y1) in pieces:
        places = np.linspace(x0, x1, max(2, int((x1 - x0) / STEP_PX * 2)))
        along.append(places)
        across.append(np.interp(places, [x0, x1], [y0, y1]))
    return rule_through(np.concatenate(along), np.concatenate(across))


def rule_through(along: Floats, across: Floats) -> Rule:
    """Return the line through points, averaged over each step of its length."""
    _, which = np.unique(np.round(along / STEP_PX), return_inverse=True)
    count = np.bincount(which)
    return Rule(np.bincount(which, along) / count, np.bincount(which, across) / count)
