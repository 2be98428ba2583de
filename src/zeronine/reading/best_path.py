"""The likeliest choice among marks: which are characters, when some of them stand on the same ink.

Each mark is worth its log-odds of being there, and two on the same ink together what `rivals.py` adds to
it, which is little or much less than nothing.  Marks that share ink, or share it with marks that do, form a
knot, and knots know nothing of each other.  In a knot, all ways to take some and leave the others
are followed from left to right at once (dynamic programming, Viterbi, 1967); two ways with the same marks
still open to rivals become one, the better.  What is expected, a number of digits, is a second dimension:
the likeliest way with exactly so many, whatever it costs.  It stands where other detectors have greedy
non-maximum suppression of overlapping boxes, which keeps the likeliest box whatever that costs the others.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zeronine.reading.rivals import Rivals

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Way = tuple[float, tuple["Way", int] | None]  #: sum of log-odds; the way before the last mark, and that mark
Open = tuple[frozenset[int], int]  #: marks of a way that a later one may share ink with; digits so far

WORK = 20_000  #: ways times marks that are followed in a knot: bounds the time on noise
MOST_WAYS = 256  #: followed at once; ordinary knots have fewer, and are solved exactly
NOTHING: Way = (0.0, None)


@dataclass(frozen=True, slots=True)
class Path:
    """What was chosen."""

    chosen: tuple[int, ...]  #: indices of the marks, in the order given
    worth: float  #: sum of their log-odds, and of what was added for those on the same ink


def best_path(rivals: Rivals, worth: Floats, digit: Mask, *, count: int | None = None) -> Path | None:
    """Return the likeliest choice among marks; None where `count` digits cannot be had.

    `rivals` says which of n marks, in reading order, share ink, and what taking both adds; `worth` (n,)
    log-odds; `digit` (n,) which of them are digits and not signs.  Without `count`, only marks worth more
    than 0 are taken.
    """
    useful = np.flatnonzero(worth > 0 if count is None else digit | (worth > 0))
    steps = np.zeros(len(useful), np.intp) if count is None else digit[useful].astype(np.intp)
    rivals = _among(rivals, useful.tolist())
    found = [ways_through(knot, rivals, worth[useful], steps, most=count or 0) for knot in knots_of(rivals)]
    best = _together(found, count or 0)
    if best is None:
        return None
    chosen = sorted(index for way in best for index in _marks_of(way))
    return Path(tuple(useful[chosen].tolist()), float(sum(way[0] for way in best)))


def _among(rivals: Rivals, some: list[int]) -> Rivals:
    """Return the rivals of some marks among these alone, by their new places."""
    places = {mark: place for place, mark in enumerate(some)}
    return [{places[one]: more for one, more in rivals[mark].items() if one in places} for mark in some]


def knots_of(rivals: Rivals) -> list[list[int]]:
    """Return the marks of each knot, in their order; a mark without rivals is a knot of its own."""
    knots: list[list[int]] = []
    seen: set[int] = set()
    for first in range(len(rivals)):
        if first in seen:
            continue
        seen.add(first)
        knot, waiting = [], [first]
        while waiting:
            knot.append(waiting.pop())
            new = rivals[knot[-1]].keys() - seen
            seen |= new
            waiting += sorted(new)
        knots.append(sorted(knot))
    return knots


def ways_through(
    knot: list[int], rivals: Rivals, worth: Floats, steps: npt.NDArray[np.intp], *, most: int
) -> dict[int, Way]:
    """Return the best way through a knot for each number of digits, up to `most`.

    `steps` says which marks count as digits; where nothing is expected none does, and there is one way.
    """
    ways: dict[Open, Way] = {(frozenset(), 0): NOTHING}
    for mark in knot:
        rest: dict[Open, Way] = {}
        for (taken, used), way in ways.items():
            still = frozenset(one for one in taken if max(rivals[one]) > mark)
            _keep(rest, (still, used), way)
            if used + steps[mark] <= most:
                opened = still | {mark} if rivals[mark] and max(rivals[mark]) > mark else still
                more = float(worth[mark]) + sum(rivals[mark].get(one, 0.0) for one in taken)
                _keep(rest, (opened, used + int(steps[mark])), (way[0] + more, (way, mark)))
        ways = _likeliest(rest, max(8, min(MOST_WAYS, WORK // len(knot))))
    return {used: way for (_, used), way in ways.items()}


def _keep(ways: dict[Open, Way], key: Open, way: Way) -> None:
    if key not in ways or way[0] > ways[key][0]:
        ways[key] = way


def _likeliest(ways: dict[Open, Way], most: int) -> dict[Open, Way]:
    """Return at most so many ways, and at least one for each number of digits."""
    if len(ways) <= most:
        return ways
    share = max(1, most // len({used for _, used in ways}))
    kept: dict[int, int] = {}
    best: dict[Open, Way] = {}
    for key, way in sorted(ways.items(), key=lambda item: -item[1][0]):
        kept[key[1]] = kept.get(key[1], 0) + 1
        if kept[key[1]] <= share:
            best[key] = way
    return best


def _together(found: list[dict[int, Way]], count: int) -> list[Way] | None:
    """Choose a way through each knot, so that there are `count` digits in all; None where that cannot be."""
    total = np.full(count + 1, -np.inf)
    total[0] = 0
    used = np.zeros((len(found), count + 1), np.intp)
    for place, ways in enumerate(found):
        before, total = total, np.full(count + 1, -np.inf)
        for digits, way in ways.items():
            value = before[: count + 1 - digits] + way[0]
            better = value > total[digits:]
            total[digits:][better] = value[better]
            used[place, digits:][better] = digits
    if not np.isfinite(total[count]):
        return None
    chosen = []
    for place in reversed(range(len(found))):
        chosen.append(found[place][int(used[place, count])])
        count -= int(used[place, count])
    return chosen


def _marks_of(way: Way) -> list[int]:
    marks = []
    while way[1] is not None:
        way, mark = way[1]
        marks.append(mark)
    return marks
