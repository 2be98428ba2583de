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
from zeronine.reading.find import Pieces, join
from zeronine.reading.normalise import Ink

WIDE = 0.55  #: of the line's height: a piece wider than this may hold two digits
WIDE_WHERE_MANY = 1.15  #: the same in a picture of many pieces, where time matters
MANY = 400
WIDEST = 1.6  #: of the line's height: no digit is wider
GAP = 0.25  #: of the line's height: parts further apart are not joined
MOST_PARTS = 6  #: that make one digit
SHORT = 0.33  #: of the line's height: half of what is this tall is a digit, lower things hardly ever
LEFT_OUT = 0.03  #: probability given to ink that is left out of all digits
LEAST = 1e-4  #: no evidence counts as less likely than this

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Parts of pieces, in reading order: what digits are put together from."""

    pieces: Pieces
    lines: npt.NDArray[np.intp]  #: (n,): the line of each part
    heights: Floats  #: (n,): the digits' height in that line, pixels


@dataclass(frozen=True, slots=True)
class Candidate:
    """Neighbouring parts that may be one digit."""

    first: int  #: place of its first part
    after: int  #: place after its last part


def parts_of(
    ink: Ink, pieces: Pieces, lines: Sequence[npt.NDArray[np.intp]], heights: Sequence[float]
) -> Parts:
    """Cut every piece that may hold several digits, and put the parts in reading order.

    `lines` are indices into the pieces, top to bottom; `heights` is the digits' height in each line.
    """
    wide = WIDE if len(pieces) <= MANY else WIDE_WHERE_MANY
    fresh = replace(pieces, labels=pieces.labels.copy())
    free = int(pieces.names.max(initial=0)) + 1
    parts: list[Pieces] = []
    for line, height in zip(lines, heights, strict=True):
        of_line = []
        for index in line:
            if fresh.boxes[index, 2] > wide * height:
                of_line.append(cut_piece(ink, fresh, int(index), height=height, first_name=free))
                free = max(free, int(of_line[-1].names.max()) + 1)
            else:
                of_line.append(fresh.keep(np.array([index])))
        joined = join(of_line)
        parts.append(joined.keep(np.argsort(2 * joined.boxes[:, 0] + joined.boxes[:, 2], kind="stable")))
    counts = [len(part) for part in parts]
    return Parts(
        join(parts) if parts else fresh,
        np.repeat(np.arange(len(parts)), counts),
        np.repeat(np.asarray(heights, np.float64), counts),
    )


def candidates_of(parts: Parts) -> list[Candidate]:
    """Return every run of neighbouring parts that is near and narrow enough to be one digit."""
    left = parts.pieces.boxes[:, 0]
    right = left + parts.pieces.boxes[:, 2]
    found = []
    for first in range(len(left)):
        height, start, reach = parts.heights[first], left[first], right[first]
        found.append(Candidate(first, first + 1))
        for after in range(first + 2, min(first + MOST_PARTS, len(left)) + 1):
            last = after - 1
            if parts.lines[last] != parts.lines[first] or left[last] - reach > GAP * height:
                break
            start, reach = min(start, left[last]), max(reach, right[last])
            if reach - start <= WIDEST * height:
                found.append(Candidate(first, after))
    return found


def evidence(parts: Parts, candidates: Sequence[Candidate], answers: Answers) -> Floats:
    """Return how likely each candidate is one digit, (c,): by the network, and by its height in the line."""
    boxes = parts.pieces.boxes
    tops = np.array([boxes[one.first : one.after, 1].min() for one in candidates])
    ends = np.array(
        [(boxes[one.first : one.after, 1] + boxes[one.first : one.after, 3]).max() for one in candidates]
    )
    tall = (ends - tops) / parts.heights[[one.first for one in candidates]]
    tall_enough = 1 / (1 + np.exp(-(tall - SHORT) / 0.04))
    likely = answers.digit_probability * answers.probabilities.max(axis=1) * tall_enough
    return np.asarray(np.clip(likely, LEAST, 1), np.float64)


def best_path(
    parts: Parts, candidates: Sequence[Candidate], likely: Floats, *, count: int | None = None
) -> list[int]:
    """Return the candidates of the best way through all parts, in reading order.

    `count` is how many digits there are, where that is known; the nearest possible number is taken.
    """
    mass = np.concatenate([[0], np.cumsum(parts.pieces.areas, dtype=np.float64)])
    n = len(parts.pieces)
    ending: list[list[int]] = [[] for _ in range(n + 1)]
    for number, one in enumerate(candidates):
        ending[one.after].append(number)
    most = 0 if count is None else count
    score = np.full((n + 1, most + 1), -np.inf)
    came = np.full((n + 1, most + 1), -1, np.int64)
    score[0, 0] = 0
    for after in range(1, n + 1):
        score[after] = score[after - 1] + (mass[after] - mass[after - 1]) * np.log(LEFT_OUT)
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
