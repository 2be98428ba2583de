"""Which candidates are digits: the best way through each line.

All candidates go through the classifier in one batch, and the best way through the line is found by
dynamic programming (LeCun, Bottou, Bengio and Haffner, 1998, sections V-VII).  A part may also be left
out: a dot, a dash or a scrap is not a digit.
The evidence of a candidate counts as much as the ink that it explains, so that two halves of a digit
gain nothing over the whole.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from zeronine.reading.candidates import Candidate, Parts
from zeronine.reading.classify import Answers, chance

SHORT = 0.42  #: of the line's height: half of what is this tall is a digit, lower things hardly ever
SHORT_ONE = 0.65  #: the same for a 1: a short upright stroke is a comma or a dash
LEFT_OUT = 0.08  #: probability given to ink that is left out of all digits
LARGE_LEFT_OUT = 0.03  #: the same for a part that is taller than LARGE
LARGE = 0.7  #: of the line's height
MARK_LEFT_OUT = 0.7  #: the same for a piece of its own that is no taller than a dot, comma or dash
JOINED = 1.5  #: log-odds that each gap between its pieces takes from a digit
PARTED = 0.55  #: how much less likely a digit is for each side on which it was cut from a piece
EXTRA = 0.005  #: the price of a digit more: of two ways that are alike the one with fewer digits is taken
LIKELY = 0.2  #: a candidate more likely than this explains its ink
ENOUGH = 0.95  #: of a piece's ink: when less is explained, its digits are less sure
LEAST = 1e-4  #: no evidence counts as less likely than this

Floats = npt.NDArray[np.float64]


def evidence(candidates: Sequence[Candidate], answers: Answers, company: Floats) -> Floats:
    """Return how likely each candidate is one digit, (c,): by the network, and by its place in the line.

    `company` (c,) are the log-odds that the others of its line add.
    """
    if not candidates:
        return np.zeros(0)
    tall = np.array([one.tall for one in candidates])
    joins = np.array([one.joins for one in candidates])
    cuts = np.array([one.cuts for one in candidates])
    values = answers.probabilities.argmax(axis=1)
    tall_enough = 1 / (1 + np.exp(-(tall - np.where(values == 1, SHORT_ONE, SHORT)) / 0.03))
    digit = chance(answers.digit_logit + company - JOINED * joins)
    likely = digit * answers.probabilities.max(axis=1) * tall_enough * PARTED**cuts
    return np.asarray(np.clip(likely, LEAST, 1), np.float64)


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
            gain = (mass[after] - mass[one.first]) * np.log(likely[number]) - EXTRA
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
