"""Parts of pieces, and every group of them that may be one digit.

The pieces of a line are cut at every place that might part two digits.  Neighbouring parts are joined
again in every way that could be a digit; which of these candidates are digits, `split.py` decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from zeronine.reading.cuts import cut_piece
from zeronine.reading.find import Ints, Pieces, cut, hull, join, lift, widths_of
from zeronine.reading.lines import words_of
from zeronine.reading.normalise import Ink, stroke_width
from zeronine.reading.rings import Ring, rings_of

WIDE = 0.7  #: of the line's height: a piece wider than this may hold two digits
WIDE_WHERE_MANY = 1.15  #: the same in a picture of many pieces, where time matters
MANY = 400
MOST_CUT = 400  #: pieces of one picture are cut, the widest: time must stay bounded
LOWEST = 6  #: pixels: lower pieces are not cut, nobody could read their parts
SOLID = 2.0  #: stroke widths: pieces that are no higher are bars, not digits side by side
WIDEST = 1.6  #: of the line's height: no digit is wider
GAP = 0.25  #: of the line's height: parts further apart are not joined
MOST_PARTS = 12  #: that make one digit
MOST_CANDIDATES = 8_000  #: of one picture, or EACH for every part: beyond, the least joined are tried
EACH = 1.1
SHARED = 1.0  #: stroke widths of ink beyond a cut that may belong to both sides
MARK = 0.36  #: of the line's height: no dot, comma or dash is taller

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Parts of pieces, in reading order: what digits are put together from."""

    pieces: Pieces
    lines: npt.NDArray[np.intp]  #: (n,): the line of each part
    words: npt.NDArray[np.intp]  #: (n,): the word of each part, counted through all lines
    heights: Floats  #: (n,): the digits' height in that line, pixels
    origins: npt.NDArray[np.intp]  #: (n,): the piece that each part was cut from, or is
    pen: float  #: how wide the strokes are, pixels; 0 where nothing was cut

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
    ring: Ring | None = None  #: if of its parts only the ink round a hole is taken


def suspects_of(pieces: Pieces, height: float) -> npt.NDArray[np.bool_]:
    """Return which pieces are wide and high enough to hold two digits, (k,)."""
    wide = WIDE if len(pieces) <= MANY else WIDE_WHERE_MANY
    suspects = (pieces.boxes[:, 2] > wide * height) & (pieces.boxes[:, 3] >= LOWEST)
    suspects &= pieces.boxes[:, 3] >= SOLID * widths_of(pieces)
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
    was_cut = sum(counts) > sum(len(line) for line in lines)
    parts = join(found) if found else fresh
    of_lines = np.repeat(np.arange(len(found)), counts)
    return Parts(
        parts,
        of_lines,
        words_of(parts.boxes, of_lines, height),
        np.full(sum(counts), height),
        np.concatenate([np.zeros(0, np.intp), *origins]),
        stroke_width(np.where(fresh.labels > 0, ink, np.float32(0))) if was_cut else 0.0,
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


def ringed(parts: Parts) -> list[Candidate]:
    """Return a candidate for every ring in a piece that was cut: zeros that share strokes."""
    found = []
    for origin in np.flatnonzero(np.bincount(parts.origins) > 1):
        places = np.flatnonzero(parts.origins == origin)
        height = float(parts.heights[places[0]])
        for first, after, ring in rings_of(parts.pieces.keep(places), height=height, pen=parts.pen):
            if places[after - 1] - places[first] != after - 1 - first:
                continue  # another piece stands between its parts
            tall, wide = ring.mask.shape
            found.append(
                Candidate(
                    int(places[first]),
                    int(places[after - 1]) + 1,
                    tall=tall / height,
                    aspect=wide / tall,
                    cuts=(first > 0) + (after < len(places)),
                    ring=ring,
                )
            )
    return found


def simplest(candidates: Sequence[Candidate], parts: int) -> list[Candidate]:
    """Return as many candidates as there is time for, those with the fewest joins and cuts."""
    most = max(MOST_CANDIDATES, int(EACH * parts))
    if len(candidates) <= most:
        return list(candidates)
    return sorted(candidates, key=lambda one: (one.joins, one.cuts))[:most]


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
    reach = round(SHARED * parts.pen)
    inks = []
    for one in candidates:
        mine = parts.pieces.keep(members(one))
        if one.ring is not None:
            inks.append(_lifted(ink, mine.labels, one.ring))
        elif one.shared:
            beyond = parts.pieces.names[np.isin(parts.origins, parts.origins[one.first : one.after])]
            inks.append(cut(ink, mine, beyond=beyond, reach=reach))
        else:
            inks.append(cut(ink, mine))
    return inks


def _lifted(ink: Ink, labels: Ints, ring: Ring) -> Ink:
    """Return the ink of a ring, with its grey edges."""
    tall, wide = ring.mask.shape
    top, left = max(ring.top - 1, 0), max(ring.left - 1, 0)
    window = np.s_[top : ring.top + tall + 1, left : ring.left + wide + 1]
    mine = np.zeros(labels[window].shape, np.bool_)
    mine[ring.top - top :, ring.left - left :][:tall, :wide] = ring.mask
    return lift(ink[window], labels[window], mine)
