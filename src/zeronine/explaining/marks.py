"""Why a mark was taken for a digit, or was not: what each opinion added, and where the finder looked.

The evidence model is a weighted sum (`reading/evidence.py`), so what each feature added is exact: the parts
and the bias sum to the log-odds.
"""

from dataclasses import dataclass

import numpy as np

from zeronine.answers import Box
from zeronine.reading.arithmetic import chance
from zeronine.reading.evidence import FEATURES
from zeronine.reading.load import Picture, load
from zeronine.reading.numbers import box_within
from zeronine.reading.page import Sight, look
from zeronine.reading.reader import Reader

BIAS = "all marks"  #: what the model says of a mark before it looks at it
NAMED = 3  #: opinions that a sentence names
LEAST = 0.02  #: chance of being a digit from which a mark is worth a word
MOST = 12  #: marks that were not read that are worth a sentence


@dataclass(frozen=True, slots=True)
class Mark:
    """A place where a digit may stand, and what was said for it and against it."""

    box: Box
    digit: int  #: the likeliest
    chance: float  #: that a digit stands here, in [0, 1]
    log_odds: float
    parts: tuple[tuple[str, float], ...]  #: feature and what it added to the log-odds, the strongest first

    def lies_in(self, box: Box) -> bool:
        """Return whether its middle does."""
        return _holds(box, self.box)

    @property
    def sentence(self) -> str:
        """Place and chance in words."""
        verdict = f"perhaps a {self.digit}" if self.chance >= 0.5 else f"hardly a {self.digit}"
        return f"x {self.box.x}, y {self.box.y}: {verdict} ({self.chance:.0%})"

    def __str__(self) -> str:
        """Return a sentence: place, chance, and the strongest opinions."""
        opinions = ", ".join(f"{name} {added:+.1f}" for name, added in self.parts[:NAMED])
        return f"{self.sentence}: {opinions}"


@dataclass(frozen=True, slots=True)
class Looked:
    """What the finder did with a picture."""

    marks: tuple[Mark, ...]  #: likeliest first
    scales: tuple[float, ...]  #: of each look: pixels shown to the finder for one of the picture
    tilt: float  #: degrees by which lines fell before they were turned level
    quarters: int  #: quarters of a turn, counterclockwise, that brought the page upright

    def __str__(self) -> str:
        """Return in a sentence how the picture was looked at."""
        sizes = ", ".join(f"{scale:.0%}" for scale in self.scales)
        looks = "once" if len(self.scales) == 1 else f"{len(self.scales)} times"
        turned = f", turned by {90 * self.quarters} degrees" if self.quarters else ""
        levelled = f", lines levelled by {self.tilt:.0f} degrees" if self.tilt else ""
        return f"The finder looked {looks}, at {sizes} of the picture's size{turned}{levelled}."

    def at(self, x: int, y: int) -> list[Mark]:
        """Return the marks whose box holds a pixel of the picture, likeliest first."""
        return [mark for mark in self.marks if _holds(mark.box, Box(x, y, 0, 0))]

    def without(self, boxes: list[Box]) -> list[Mark]:
        """Return the likeliest marks whose middle lies in none of these boxes: what was not read."""
        left = [mark for mark in self.marks if not any(mark.lies_in(box) for box in boxes)]
        return left[:MOST]


def looked_at(picture: Picture, reader: Reader) -> Looked:
    """Return where the finder of a reader looks in a picture, and why it sees digits there or does not.

    Raises PictureError for what is no picture.
    """
    grey = load(picture, max_megapixels=reader.max_megapixels)
    sight = look(grey, reader.finder)
    weighed = reader.weigh(sight)
    model, features = reader.evidence.exists, weighed.opinions.features  # (n, k)
    added = features * model.weights
    marks = []
    for index in np.argsort(-weighed.exists, kind="stable").tolist():
        odds = float(weighed.exists[index])
        if chance(np.array([odds]))[0] < LEAST:
            break
        parts = [*zip(FEATURES, added[index].tolist(), strict=True), (BIAS, float(model.bias))]
        marks.append(
            Mark(
                box_within(sight.in_picture(weighed.marks.boxes[index : index + 1])[0], grey.shape),
                int(weighed.opinions.classes[index].argmax()),
                float(chance(np.array([odds]))[0]),
                odds,
                tuple(sorted(parts, key=lambda part: -abs(part[1]))),
            )
        )
    return Looked(tuple(marks), _scales(sight), sight.tilt, sight.quarters)


def _scales(sight: Sight) -> tuple[float, ...]:
    """Return how large each look saw the picture: the way from its pixels to the picture's, turned round."""
    return tuple(1 / float(np.hypot(*way[:, 0])) for _, way in sight.heats)


def _holds(box: Box, other: Box) -> bool:
    x, y = other.x + other.width / 2, other.y + other.height / 2
    return box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height
