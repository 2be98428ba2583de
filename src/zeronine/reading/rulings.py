"""What stands between two characters of a line, and above and below them: rules of a table or a comb.

Nothing is decided here; `numbers.py` weighs it when it asks where a number ends.
"""

import numpy as np
import numpy.typing as npt

from zeronine.reading.finder import Grey

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

ASIDE = 0.03  #: heights on both sides of a gap that are left out: an upright 1 is no rule
BROKEN = 25.0  #: percentile of a column's darkness that counts: a rule goes on where a digit's stroke ends
STRIP = (0.1, 0.5)  #: heights above and below a character between which a rule that runs through it is seen
LEANS = (-0.16, -0.08, 0.0, 0.08, 0.16)  #: columns aside for each row down: photographed rules
COLUMN = 2.6  #: heights above and below within which a character of another row stands
CHUNK = 512  #: characters compared with all others at once: bounds memory


def walls_between(grey: Grey, boxes: Floats, lines: Ints) -> Floats:
    """Return how much an upright rule stands before each character (n,), in [0, 1]; 0 for a line's first.

    Boxes (n, 4) stand line by line, left to right.  A rule is a column between two characters that is
    dark (or light, on dark ground) from the top of them to the foot, measured in their own darkness.
    """
    walls = np.zeros(len(boxes))
    for index in range(1, len(boxes)):
        if lines[index] == lines[index - 1]:
            walls[index] = _wall(grey, boxes[index - 1], boxes[index])
    return walls


def _wall(grey: Grey, one: Floats, other: Floats) -> float:
    height = max(one[3] - one[1], other[3] - other[1], 1.0)
    top, bottom = min(one[1], other[1]), max(one[3], other[3])
    left, right = one[2] + ASIDE * height, other[0] - ASIDE * height
    if right - left < 2 or right - left > 4 * height:
        return 0.0
    between = part_of(grey, left, top, right, bottom)
    if between.size == 0:
        return 0.0
    paper = float(np.median(between))
    full, sign = _pen(grey, one, paper)
    return float(np.clip(_darkest_column((between - paper) * sign) / full, 0, 1))


def _darkest_column(away: npt.NDArray[np.float32]) -> float:
    """Return how dark the darkest column of (h, w) is nearly all the way down, upright or leaning."""
    rows, columns = np.arange(len(away))[:, None], np.arange(away.shape[1])[None]
    darkest = 0.0
    for lean in LEANS:
        shift = np.rint(lean * (rows - len(away) / 2)).astype(np.intp)
        leaning = away[rows, np.clip(columns + shift, 0, away.shape[1] - 1)]
        darkest = max(darkest, float(np.percentile(leaning, BROKEN, axis=0).max()))
    return darkest


def rules_through(grey: Grey, boxes: Floats) -> Floats:
    """Return how much an upright rule runs through each character (n,), in [0, 1], as on squared paper.

    A rule is a column that is dark both above and below a character's box, within its width, measured in
    the character's own darkness.
    """
    return np.array([_through(grey, box) for box in boxes], np.float64)


def _through(grey: Grey, box: Floats) -> float:
    left, top, right, bottom = box
    height = max(bottom - top, 1.0)
    near, far = STRIP[0] * height, STRIP[1] * height
    strips = [
        part_of(grey, left, one, right, other)
        for one, other in ((top - far, top - near), (bottom + near, bottom + far))
    ]
    seen = [strip for strip in strips if strip.size and len(strip) > (far - near) / 2]
    if len(seen) < len(strips) or seen[0].shape[1] < 3:
        return 0.0  # at the picture's edge nobody can say
    paper = float(np.median(np.concatenate(seen)))
    full, sign = _pen(grey, box, paper)
    columns = [np.percentile((strip - paper) * sign, BROKEN, axis=0) for strip in seen]
    wider = [np.maximum(np.maximum(one[:-2], one[1:-1]), one[2:]) for one in columns]  # rules lean
    return float(np.clip(np.minimum(*wider).max() / full, 0, 1))


def _pen(grey: Grey, box: Floats, paper: float) -> tuple[float, float]:
    """Return how far the ink in a box is from its paper, and 1 for lighter ink, -1 for darker."""
    away = part_of(grey, *box) - paper
    if away.size == 0:
        return 4.0, 0.0
    full = float(np.percentile(np.abs(away), 90))
    sign = float(np.sign(float(away[np.abs(away) > 0.5 * full].sum()))) if full > 4 else 0.0
    return max(full, 4.0), sign


def part_of(grey: Grey, left: float, top: float, right: float, bottom: float) -> npt.NDArray[np.float32]:
    """Return the part of a picture inside a box, (h, w) float32; what lies outside the picture is missing."""
    part = grey[max(int(top), 0) : max(int(bottom) + 1, 0), max(int(left), 0) : max(int(right) + 1, 0)]
    return part.astype(np.float32)


def stacked(boxes: Floats, lines: Ints) -> Floats:
    """Return (n,): 1 where a character of another line stands straight above or below, as in a table."""
    found = np.zeros(len(boxes))
    middle, height = (boxes[:, 1] + boxes[:, 3]) / 2, np.maximum(boxes[:, 3] - boxes[:, 1], 1)
    order = np.argsort(middle, kind="stable")
    for start in range(0, len(boxes), CHUNK):
        some = order[start : start + CHUNK]
        reach = COLUMN * float(height[some].max())
        low, high = np.searchsorted(middle[order], [middle[some[0]] - reach, middle[some[-1]] + reach])
        near = order[low:high]
        common = np.minimum(boxes[some, None, 2], boxes[near][None, :, 2])
        common = common - np.maximum(boxes[some, None, 0], boxes[near][None, :, 0])
        apart = np.abs(middle[near][None] - middle[some, None]) < COLUMN * height[some, None]
        found[some] = (apart & (common > 0) & (lines[near][None] != lines[some, None])).any(axis=1)
    return found
