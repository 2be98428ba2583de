"""Touching digits apart and broken digits together: candidate groups of parts, and the best path.

The pieces of a line are cut at every place that might part two digits.  Neighbouring parts are joined
again in every way that could be a digit, all of these candidates go through the classifier in one batch,
and the best way through the line is found by dynamic programming (LeCun, Bottou, Bengio and Haffner,
1998, sections V-VII).  A part may also be left out: a dot, a dash or a scrap is not a digit.
The evidence of a candidate counts as much as the ink that it explains, so that two halves of a digit
gain nothing over the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from zeronine.reading.classify import Answers
from zeronine.reading.cuts import cut_piece
from zeronine.reading.find import Pieces, cut, hull, join
from zeronine.reading.normalise import Ink, stroke_width

WIDE = 0.7  #: of the line's height: a piece wider than this may hold two digits
WIDE_WHERE_MANY = 1.15  #: the same in a picture of many pieces, where time matters
MANY = 400
MOST_CUT = 400  #: pieces of one picture are cut, the widest: time must stay bounded
WIDEST = 1.6  #: of the line's height: no digit is wider
GAP = 0.25  #: of the line's height: parts further apart are not joined
MOST_PARTS = 12  #: that make one digit
SHORT = 0.42  #: of the line's height: half of what is this tall is a digit, lower things hardly ever
SHORT_ONE = 0.65  #: the same for a 1: a short upright stroke is a comma or a dash
LEFT_OUT = 0.08  #: probability given to ink that is left out of all digits
LARGE_LEFT_OUT = 0.03  #: the same for a part that is taller than LARGE
LARGE = 0.7  #: of the line's height
MARK_LEFT_OUT = 0.7  #: the same for a piece of its own that is no taller than a dot, comma or dash
JOINED = 0.45  #: how much less likely a digit is for each gap between its pieces
PARTED = 0.5  #: and for each side on which it was cut from a piece
SHARED = 1.0  #: stroke widths of ink beyond a cut that may belong to both sides
MARK = 0.36  #: of the line's height: no dot, comma or dash is taller
LIKELY = 0.2  #: a candidate more likely than this explains its ink
ENOUGH = 0.85  #: of a piece's ink: when less is explained, its digits are less sure
LEAST = 1e-4  #: no evidence counts as less likely than this

NARROW = 0.5  #: how fast a part loses likelihood that is narrower than its digit is among MNIST's

#: mean and deviation of log(width / height) of MNIST's training digits 0..9, ink above 0.3
USUAL_ASPECT = np.array([-0.11, -0.91, -0.08, -0.23, -0.24, -0.06, -0.34, -0.26, -0.28, -0.39])
ASPECT_SPREAD = np.array([0.20, 0.46, 0.23, 0.22, 0.21, 0.27, 0.22, 0.22, 0.22, 0.21])

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Parts of pieces, in reading order: what digits are put together from."""

    pieces: Pieces
    lines: npt.NDArray[np.intp]  #: (n,): the line of each part
    heights: Floats  #: (n,): the digits' height in that line, pixels
    origins: npt.NDArray[np.intp]  #: (n,): the piece that each part was cut from, or is

    @property
    def marks(self) -> npt.NDArray[np.bool_]:
        """(n,): whether it is a piece of its own no taller than a dot, comma or dash."""
        alone = np.bincount(self.origins, minlength=1)[self.origins] == 1
        return np.asarray(alone & (self.pieces.boxes[:, 3] < MARK * self.heights))


@dataclass(frozen=True, slots=True)
class Candidate:
    """Neighbouring parts that may be one digit."""

    first: int  #: place of its first part
    after: int  #: place after its last part
    tall: float  #: its height over that of the line's digits
    aspect: float  #: its width over its height
    joins: int = 0  #: gaps between its pieces
    cuts: int = 0  #: sides on which it was cut from a piece
    shared: bool = False  #: whether it has the ink beyond its cuts too, as far as a stroke is wide
    passed: tuple[int, ...] = ()  #: places of dots and scraps between its parts that are no part of it


def suspects_of(pieces: Pieces, height: float) -> npt.NDArray[np.bool_]:
    """Return which pieces are wide enough to hold two digits, (k,)."""
    wide = WIDE if len(pieces) <= MANY else WIDE_WHERE_MANY
    suspects = pieces.boxes[:, 2] > wide * height
    if np.count_nonzero(suspects) > MOST_CUT:
        suspects &= pieces.boxes[:, 2] >= np.sort(pieces.boxes[:, 2])[-MOST_CUT]
    return np.asarray(suspects)


def parts_of(
    ink: Ink,
    pieces: Pieces,
    lines: Sequence[npt.NDArray[np.intp]],
    height: float,
    *,
    suspects: npt.NDArray[np.bool_],
) -> Parts:
    """Cut the suspects, pieces that may hold several digits, and put all parts in reading order.

    `lines` are indices into the pieces, top to bottom; `height` is that of the digits.
    """
    fresh = replace(pieces, labels=pieces.labels.copy())
    free = int(pieces.names.max(initial=0)) + 1
    found, origins = [], []
    for line in lines:
        of_line = []
        for index in line:
            if suspects[index]:
                of_line.append(cut_piece(ink, fresh, int(index), height=height, first_name=free))
                free = max(free, int(of_line[-1].names.max()) + 1)
            else:
                of_line.append(fresh.keep(np.array([index])))
        joined = join(of_line)
        order = np.argsort(2 * joined.boxes[:, 0] + joined.boxes[:, 2], kind="stable")
        found.append(joined.keep(order))
        origins.append(np.repeat(line, [len(some) for some in of_line])[order])
    counts = [len(some) for some in found]
    return Parts(
        join(found) if found else fresh,
        np.repeat(np.arange(len(found)), counts),
        np.full(sum(counts), height),
        np.concatenate([np.zeros(0, np.intp), *origins]),
    )


def candidates_of(parts: Parts) -> list[Candidate]:
    """Return every run of neighbouring parts that is near and narrow enough to be one digit."""
    boxes, lines, origins = parts.pieces.boxes.tolist(), parts.lines.tolist(), parts.origins.tolist()
    marks = parts.marks.tolist()
    found = []
    for first, height in enumerate(parts.heights.tolist()):
        left, top, right, bottom = boxes[first][0], boxes[first][1], 0, 0
        joins = 0
        started_by_cut = first > 0 and origins[first - 1] == origins[first]
        for after in range(first + 1, min(first + MOST_PARTS, len(boxes)) + 1):
            x, y, wide, tall = boxes[after - 1]
            if lines[after - 1] != lines[first] or (after > first + 1 and x - right > GAP * height):
                break
            left, top, right, bottom = min(left, x), min(top, y), max(right, x + wide), max(bottom, y + tall)
            joins += after > first + 1 and origins[after - 1] != origins[after - 2]
            if after > first + 1 and right - left > WIDEST * height:
                continue
            ended_by_cut = after < len(boxes) and origins[after] == origins[after - 1]
            one = Candidate(
                first,
                after,
                tall=(bottom - top) / height,
                aspect=(right - left) / (bottom - top),
                joins=joins,
                cuts=started_by_cut + ended_by_cut,
            )
            found.append(one)
            if one.cuts:
                found.append(replace(one, shared=True))
            if any(marks[first:after]) and not (marks[first] or marks[after - 1]):
                passed = tuple(place for place in range(first, after) if marks[place])
                found.append(_bare(replace(one, passed=passed), parts))
    return found


def _bare(one: Candidate, parts: Parts) -> Candidate:
    """Return a candidate measured anew, without the places that it passes over."""
    places = members(one)
    left, top, right, bottom = hull(parts.pieces.boxes[places])
    return replace(
        one,
        tall=(bottom - top) / float(parts.heights[one.first]),
        aspect=(right - left) / (bottom - top),
        joins=int(np.count_nonzero(np.diff(parts.origins[places]))),
    )


def members(one: Candidate) -> npt.NDArray[np.intp]:
    """Return the places of the parts that a candidate is made of."""
    places = np.arange(one.first, one.after)
    return places[~np.isin(places, one.passed)] if one.passed else places


def inks_of(ink: Ink, parts: Parts, candidates: Sequence[Candidate]) -> list[Ink]:
    """Return the ink of every candidate."""
    reach = round(SHARED * pen_of(ink, parts.pieces)) if any(one.shared for one in candidates) else 0
    inks = []
    for one in candidates:
        mine = parts.pieces.keep(members(one))
        if one.shared:
            beyond = parts.pieces.names[np.isin(parts.origins, parts.origins[one.first : one.after])]
            inks.append(cut(ink, mine, beyond=beyond, reach=reach))
        else:
            inks.append(cut(ink, mine))
    return inks


def pen_of(ink: Ink, pieces: Pieces) -> float:
    """Return how wide the strokes are, in pixels."""
    return stroke_width(np.where(pieces.labels > 0, ink, np.float32(0)))


def evidence(candidates: Sequence[Candidate], answers: Answers) -> Floats:
    """Return how likely each candidate is one digit, (c,): by the network, and by its place in the line."""
    if not candidates:
        return np.zeros(0)
    tall = np.array([one.tall for one in candidates])
    joins = np.array([one.joins for one in candidates])
    cuts = np.array([one.cuts for one in candidates])
    values = answers.probabilities.argmax(axis=1)
    tall_enough = 1 / (1 + np.exp(-(tall - np.where(values == 1, SHORT_ONE, SHORT)) / 0.03))
    width = np.log(np.array([one.aspect for one in candidates]))
    narrow = np.maximum(0, (USUAL_ASPECT[values] - width) / ASPECT_SPREAD[values] - 1)
    wide_enough = np.where(cuts > 0, np.exp(-NARROW * narrow**2), 1)
    likely = answers.digit_probability * answers.probabilities.max(axis=1) * tall_enough * wide_enough
    return np.asarray(np.clip(likely * JOINED**joins * PARTED**cuts, LEAST, 1), np.float64)


def best_path(
    parts: Parts, candidates: Sequence[Candidate], likely: Floats, *, count: int | None = None
) -> list[int]:
    """Return the candidates of the best way through all parts, in reading order.

    `count` is how many digits there are, where that is known; the nearest possible number is taken.
    """
    unit = float(np.median(parts.heights)) ** 2 / 4 if len(parts.pieces) else 1.0
    mass = np.concatenate([[0], np.cumsum(parts.pieces.areas / unit, dtype=np.float64)])
    n = len(parts.pieces)
    large = parts.pieces.boxes[:, 3] > LARGE * parts.heights
    omitted = np.log(np.where(parts.marks, MARK_LEFT_OUT, np.where(large, LARGE_LEFT_OUT, LEFT_OUT)))
    ending: list[list[int]] = [[] for _ in range(n + 1)]
    for number, one in enumerate(candidates):
        ending[one.after].append(number)
    most = 0 if count is None else count
    score = np.full((n + 1, most + 1), -np.inf)
    came = np.full((n + 1, most + 1), -1, np.int64)
    score[0, 0] = 0
    for after in range(1, n + 1):
        score[after] = score[after - 1] + (mass[after] - mass[after - 1]) * omitted[after - 1]
        for number in ending[after]:
            one = candidates[number]
            gain = (mass[after] - mass[one.first]) * np.log(likely[number])
            before = score[one.first]
            through = (before if count is None else np.append(-np.inf, before[:-1])) + gain
            better = through > score[after]
            score[after][better] = through[better]
            came[after][better] = number
    return walk_back(
        candidates,
        came,
        n,
        0 if count is None else int(np.flatnonzero(score[n] > -np.inf)[-1]),
        counted=count is not None,
    )


def explained(parts: Parts, candidates: Sequence[Candidate], likely: Floats, path: Sequence[int]) -> Floats:
    """Return for each digit of the path how much of its piece's ink likely digits explain, (len(path),).

    A loop cut from a scribble may look like a digit; the scribble as a whole does not.
    """
    count = int(parts.origins.max(initial=-1)) + 1
    whole = np.bincount(parts.origins, weights=parts.pieces.areas, minlength=count)
    good = np.zeros(count)
    for number in path:
        one = candidates[number]
        if likely[number] >= LIKELY:
            rows = slice(one.first, one.after)
            good += np.bincount(parts.origins[rows], weights=parts.pieces.areas[rows], minlength=count)
    share = good / np.maximum(whole, 1)
    least = [share[parts.origins[candidates[n].first : candidates[n].after]].min() for n in path]
    return np.minimum(np.asarray(least, np.float64) / ENOUGH, 1)


def walk_back(
    candidates: Sequence[Candidate], came: npt.NDArray[np.int64], after: int, used: int, *, counted: bool
) -> list[int]:
    """Follow the best path from its end to its start; return the candidates from the start."""
    path = []
    while after > 0:
        number = int(came[after, used])
        if number < 0:
            after -= 1
        else:
            path.append(number)
            after = candidates[number].first
            used -= counted
    return path[::-1]
