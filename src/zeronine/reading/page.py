"""A grey picture in, the marks on it out: at which scale it is looked at, and how it is turned.

The finder sees characters best when they are about 32 pixels high, so a first look at a small copy tells
how high they are, and a second one, nearer or farther, sees them at that height; looks beside it help
where they are cheap, and what several of them see is joined (`looks.py`).  Lines that climb or fall are
turned level (deskewed), and a page that lies on its side or head is turned when its digits are likelier
that way.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.reading.arithmetic import chance
from zeronine.reading.finder import DIGITS, Finder, Grey, Maps, rim_tone
from zeronine.reading.limits import FIRST_MP, HELP_MP, SECOND_MP
from zeronine.reading.looks import Look, best_seen, look_at, look_from_afar, together
from zeronine.reading.marks import IDEAL_PX, Marks

Matrix = npt.NDArray[np.float64]  #: (2, 3): x, y, 1 -> x, y
Floats = npt.NDArray[np.float64]

FARTHER = 2.5  #: times smaller: each look from farther away, which costs a sixth of the one before
LEAST_SIDE = 24  #: pixels of the shorter side that a look from farther away has at least
LARGEST = 4.0  #: times that a small picture is enlarged at most
GOOD = 1.3  #: factor from the ideal height within which one look is enough (training: 11 to 76 pixels)
BESIDE = (0.7, 1.4)  #: times the ideal height at which looks help the one at the ideal height (log 0074)
ALIKE = 1.15  #: factor in scale within which another look shows nothing new
STEEP = 4.0  #: degrees from which lines are turned level (training has 2.6 as its deviation)
STEEPEST = 35.0  #: degrees: steeper neighbours are no line
LIKELY = 0.3  #: chance from which a mark says how high characters are and how a page lies (log 0074)
FEWEST = 6  #: characters that it takes to know how a page lies
CLEAR = 0.75  #: certainty of its digits from which a page is not turned by quarters
CLEARER = 1.4  #: times as clear as upright: less is no proof
PAIRS = 2  #: neighbours that it takes to know how a line lies


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What the finder saw, and the picture that it saw it in."""

    grey: Grey  #: the working picture: turned, scaled, cut to where something is
    marks: Marks  #: boxes in its pixels
    to_picture: Matrix  #: from its pixels to those of the picture
    tilt: float = 0.0  #: degrees by which lines fell to the right before they were turned level
    quarters: int = 0  #: quarters of a turn, counterclockwise, that brought the page upright
    heats: tuple[tuple[Maps, Matrix], ...] = ()  #: each look's maps, and their way to the picture's pixels

    def in_picture(self, boxes: Floats) -> Floats:
        """Return boxes (n, 4), left, top, right, bottom, around the same places of the picture."""
        corners = boxes[:, [[0, 1], [2, 1], [0, 3], [2, 3]]]  # (n, 4, 2)
        there = corners @ self.to_picture[:, :2].T + self.to_picture[:, 2]
        return np.concatenate([there.min(axis=1), there.max(axis=1)], axis=1)


def look(grey: Grey, finder: Finder, *, flat: bool = False) -> Sight:
    """Find the marks of a picture, (H, W) uint8; one that is `flat` is known to lie upright and level."""
    looks, back = first_looks(grey, finder), np.eye(2, 3)
    quarters, tilt = 0, 0.0
    if not flat:
        looks, grey, back, quarters = upright(looks, grey, back, finder)
        looks, grey, back, tilt = level(looks, grey, back, finder)
    new = nearer_looks(grey, looks, finder)
    working = max(looks[:1] + new[:1], key=lambda one: one.scale)
    looks = looks + new
    left, top = working.corner
    marks = together(looks).moved(working.scale, (-left * working.scale, -top * working.scale))
    ways = [chained(back, chained(shift(*one.corner), scaling(1 / one.scale))) for one in looks]
    to_picture = chained(back, chained(shift(left, top), scaling(1 / working.scale)))
    heats = tuple((one.maps, way) for one, way in zip(looks, ways, strict=True))
    return Sight(working.grey, marks, to_picture, tilt, quarters, heats)


def first_looks(grey: Grey, finder: Finder) -> list[Look]:
    """Look at a small copy, and from farther and farther away: large characters are seen there."""
    scale = float(min(1.0, np.sqrt(FIRST_MP * 1e6 / grey.size)))
    looks = [look_at(grey, finder, scale)]
    while looks[-1].scale / FARTHER * min(grey.shape) > LEAST_SIDE:
        looks.append(look_from_afar(looks[-1], finder, FARTHER))
    return looks


def nearer_looks(grey: Grey, looks: list[Look], finder: Finder) -> list[Look]:
    """Look again at the scale at which most characters are as high as the finder likes, if none was near it.

    Two looks beside it follow, where anything was seen and they do not cost too much.
    """
    marks = best_seen(looks)
    height = usual_height(marks)  # pixels of `grey`
    best = LARGEST if height == 0 else min(IDEAL_PX / height, LARGEST)
    left, top, right, bottom = _window(marks, 3 * IDEAL_PX / looks[0].scale, grey.shape)
    part = grey[top:bottom, left:right]
    best = min(best, float(np.sqrt(SECOND_MP * 1e6 / part.size)))
    new = [] if _near(looks, best, GOOD) else [look_at(part, finder, best, (left, top))]
    for size in BESIDE if height else ():
        cheap = (best * size) ** 2 * part.size <= HELP_MP * 1e6
        if cheap and not _near(looks + new, best * size, ALIKE):
            new.append(look_at(part, finder, best * size, (left, top)))
    return new


def _near(looks: list[Look], scale: float, factor: float) -> bool:
    return any(1 / factor < scale / one.scale < factor for one in looks)


def usual_height(marks: Marks) -> float:
    """Return how high digits and letters are, the median of likely ones; 0 where there are none."""
    likely = chance(marks.place) * (marks.digit + marks.other)
    likely = np.where(likely > LIKELY, likely, 0)
    if not likely.any():
        return 0.0
    order = np.argsort(marks.heights)
    share = np.cumsum(likely[order])
    return float(marks.heights[order][np.searchsorted(share, share[-1] / 2)])


def _window(marks: Marks, margin: float, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Return the part that holds every mark with a margin: left, top, right, bottom, whole pixels."""
    if len(marks) == 0:
        return 0, 0, shape[1], shape[0]
    low = np.clip(np.floor(marks.boxes[:, :2].min(axis=0) - margin), 0, [shape[1] - 1, shape[0] - 1])
    high = np.clip(np.ceil(marks.boxes[:, 2:].max(axis=0) + margin), low + 1, [shape[1], shape[0]])
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


# ---- how the page lies ----


def upright(
    looks: list[Look], grey: Grey, back: Matrix, finder: Finder
) -> tuple[list[Look], Grey, Matrix, int]:
    """Turn a page by quarters where it gets clearer that way; return looks, picture, way and turns."""
    total, certain = clearness(looks)
    if total < FEWEST or certain > CLEAR:
        return looks, grey, back, 0
    ways = []
    for turns in (1, 2, 3):
        turned = np.ascontiguousarray(np.rot90(grey, turns))
        ways.append(
            (first_looks(turned, finder), turned, chained(back, quarter_turn(grey.shape, turns)), turns)
        )
    best = max(ways, key=lambda way: float(np.prod(clearness(way[0]))))
    if np.prod(clearness(best[0])) > CLEARER * total * certain:
        return best
    return looks, grey, back, 0


def level(
    looks: list[Look], grey: Grey, back: Matrix, finder: Finder
) -> tuple[list[Look], Grey, Matrix, float]:
    """Turn lines level (deskew) where characters get clearer; return looks, picture, way and degrees."""
    tilt = tilt_of(together(looks))
    if abs(tilt) < STEEP:
        return looks, grey, back, 0.0
    turned, way = turned_level(grey, tilt)
    new = first_looks(turned, finder)
    if np.prod(clearness(new)) > np.prod(clearness(looks)):
        return new, turned, chained(back, way), tilt
    return looks, grey, back, 0.0


def clearness(looks: list[Look]) -> tuple[float, float]:
    """Return how many characters are seen, and how certain they are digits, and which, on the whole."""
    marks = together(looks)
    sure = chance(marks.place)
    weight = np.where(sure > LIKELY, sure, 0) * (marks.digit + marks.other)  # grain sums up to characters
    total = float(weight.sum())
    certain = np.exp(marks.kinds[:, :DIGITS]).max(axis=1, initial=0)
    return total, float((weight * certain).sum() / max(total, 1e-9))


def quarter_turn(shape: tuple[int, ...], quarters: int) -> Matrix:
    """Return the way from the pixels of a picture (H, W) turned counterclockwise back to its own."""
    height, width = shape
    ways = {
        0: [[1, 0, 0], [0, 1, 0]],
        1: [[0, -1, width], [1, 0, 0]],
        2: [[-1, 0, width], [0, -1, height]],
        3: [[0, 1, 0], [-1, 0, height]],
    }
    return np.array(ways[quarters], np.float64)


def tilt_of(marks: Marks) -> float:
    """Return by how many degrees lines fall to the right (climb: below 0): the median over neighbours."""
    likely = marks.keep(chance(marks.place) * (marks.digit + marks.other) > 0.4)
    if len(likely) < PAIRS + 1:
        return 0.0
    middles, heights = likely.middles, likely.heights
    if len(likely) > 1500:
        chosen = np.linspace(0, len(likely) - 1, 1500).astype(int)
        middles, heights = middles[chosen], heights[chosen]
    away = middles[None] - middles[:, None]  # (n, n, 2): from one to the other
    distance = np.hypot(away[..., 0], away[..., 1]) / heights[:, None]
    angle = np.degrees(np.arctan2(away[..., 1], away[..., 0]))
    alike = np.abs(np.log(heights[None] / heights[:, None])) < 0.35
    beside = alike & (distance > 0.1) & (distance < 2.2) & (np.abs(angle) < STEEPEST)
    distance = np.where(beside, distance, np.inf)
    nearest = distance.argmin(axis=1)
    rows = np.flatnonzero(np.isfinite(distance[np.arange(len(nearest)), nearest]))
    return float(np.median(angle[rows, nearest[rows]])) if len(rows) >= PAIRS else 0.0


def turned_level(grey: Grey, tilt: float) -> tuple[Grey, Matrix]:
    """Return the picture with lines of this tilt made level, and the way back: its pixels to those given."""
    height, width = grey.shape
    cos, sin = np.cos(np.radians(tilt)), np.sin(np.radians(tilt))
    wide, tall = round(width * cos + height * abs(sin)), round(height * cos + width * abs(sin))
    back = np.array([[cos, -sin, 0.0], [sin, cos, 0.0]])
    back[:, 2] = np.array([width / 2, height / 2]) - back[:, :2] @ [wide / 2, tall / 2]
    level = cv2.warpAffine(
        grey,
        back,
        (wide, tall),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=rim_tone(grey),
    )
    return np.asarray(level, np.uint8), back


# ---- from one picture's pixels to another's ----


def scaling(factor: float) -> Matrix:
    """Return the matrix that multiplies by a factor."""
    return np.array([[factor, 0, 0], [0, factor, 0.0]])


def shift(x: float, y: float) -> Matrix:
    """Return the matrix that moves by (x, y)."""
    return np.array([[1, 0, x], [0, 1, y]], np.float64)


def chained(outer: Matrix, inner: Matrix) -> Matrix:
    """Return the matrix that does the inner first, then the outer."""
    return np.asarray((np.vstack([outer, [0, 0, 1]]) @ np.vstack([inner, [0, 0, 1]]))[:2], np.float64)
