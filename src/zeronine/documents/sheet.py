"""A page that was read once: its marks with every opinion, to be put together again place by place.

Tables and forms ask for the marks inside a cell or a field; the reader's own steps choose among them and
make numbers of them, so there is no second way of reading.
"""

from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from zeronine.answers import UNSURE, Box, Number, Reading, Sign
from zeronine.options import Expected
from zeronine.reading.arithmetic import chance
from zeronine.reading.evidence import Opinions
from zeronine.reading.finder import Grey
from zeronine.reading.numbers import box_within, numbers_of
from zeronine.reading.page import Matrix, Sight, look, usual_height
from zeronine.reading.reader import MIN_CONFIDENCE, Reader, Weighed
from zeronine.reading.unread import unread_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

LARGE = 1.7  #: of the usual height: larger marks are frames and headings
SEEN = -4.0  #: log-odds above which a mark is put into a place at all: bounds the work


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What stands in one place of a page."""

    numbers: tuple[Number, ...]
    signs: tuple[tuple[int, Sign], ...]  #: (line, sign): those that belong to no number
    text: str
    value: Any  #: of the kind that was asked for; else Decimal; None where it is no single value
    confidence: float  #: that the text is right, in [0, 1]; of an empty place: that it is empty
    unread: tuple[Box, ...]
    met: bool = True  #: whether it is what was expected
    cost: float = 0.0  #: log-likelihood (nats) that it cost to make it what was expected


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A picture, and all that the reader's networks said of it."""

    grey: Grey
    reader: Reader
    sight: Sight
    weighed: Weighed
    least: float = MIN_CONFIDENCE

    @property
    def middles(self) -> Floats:
        """Middles of all marks (n, 2), x and y in pixels of the picture."""
        return moved(self.weighed.marks.middles, self.sight.to_picture)

    @property
    def boxes(self) -> Floats:
        """Boxes round all marks (n, 4) in pixels of the picture."""
        return self.sight.in_picture(self.weighed.marks.boxes)

    @property
    def characters(self) -> Floats:
        """Boxes (k, 4) round likely characters of the usual size, in pixels of the picture."""
        return self.boxes[self.usual]

    @property
    def usual(self) -> npt.NDArray[np.bool_]:
        """Marks (n,) that are likely characters, and not much higher than most of them."""
        marks = self.weighed.marks
        return np.asarray(self.likely & (marks.heights < LARGE * usual_height(marks)))

    @property
    def character_px(self) -> float:
        """How high digits are, in pixels of the picture; 0 where there are none."""
        scale = float(np.sqrt(abs(np.linalg.det(self.sight.to_picture[:, :2]))))
        return usual_height(self.weighed.marks) * scale

    @property
    def likely(self) -> npt.NDArray[np.bool_]:
        """Marks (n,) that are rather something written than not: digits, signs, letters."""
        weighed = self.weighed
        letters = (weighed.marks.place > 0) & (weighed.marks.other > 0.5)
        return np.asarray((np.maximum(weighed.exists, weighed.sign) > 0) | letters)

    def part(self, which: Ints, wanted: Expected | None = None) -> Part:
        """Read the marks `which` as what stands in one place."""
        if len(which) == 0:
            return Part((), (), "", None, 1.0, (), met=wanted is None)
        sight = replace(self.sight, marks=self.weighed.marks.keep(which))
        weighed = _kept(self.weighed, which)
        chosen, met, cost = self.reader.choose_expected(sight, weighed, wanted)
        whole = wanted is not None and wanted.kind is not None and met
        numbers: tuple[Number, ...] = ()
        signs: tuple[tuple[int, Sign], ...] = ()
        if len(chosen.kind):
            numbers, signs = numbers_of(
                chosen,
                self.reader.evidence,
                self.grey.shape,
                least=self.least,
                digits_only=False,
                groups=wanted.groups if wanted is not None and met else (),
                whole=whole,
            )
        unread = unread_of(sight, weighed.exists, chosen, self.grey.shape)
        text = Reading(numbers, 1, 1, signs=signs).text
        value: Any = _only_value(numbers, signs)
        if whole and wanted is not None and wanted.kind is not None:
            value = None if UNSURE in text else wanted.kind.value(text)
        return Part(numbers, signs, text, value, _confidence(numbers, weighed), unread, met, cost)


def read_sheet(grey: Grey, reader: Reader, *, least: float | None = None, flat: bool = False) -> Sheet:
    """Look at a page (H, W) uint8 and weigh its marks, once; `flat`: it is known to lie upright and level."""
    sight = look(grey, reader.finder, flat=flat)
    return Sheet(grey, reader, sight, reader.weigh(sight), MIN_CONFIDENCE if least is None else least)


def moved(points: Floats, matrix: Matrix) -> Floats:
    """Return points (..., 2) moved by a matrix (2, 3)."""
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2], np.float64)


def box_round(points: Floats, shape: tuple[int, ...]) -> Box:
    """Return the upright box round points (n, 2), inside a picture (H, W)."""
    return box_within(np.concatenate([points.min(axis=0), points.max(axis=0)]), shape)


def _kept(weighed: Weighed, which: Ints) -> Weighed:
    opinions = Opinions(*(getattr(weighed.opinions, one.name)[which] for one in fields(Opinions)))
    return Weighed(
        weighed.marks.keep(which),
        opinions,
        weighed.canvases[which],
        weighed.exists[which],
        weighed.right[which],
        weighed.sign[which],
    )


def _only_value(numbers: tuple[Number, ...], signs: tuple[tuple[int, Sign], ...]) -> Decimal | None:
    return numbers[0].value if len(numbers) == 1 and not signs else None


def _confidence(numbers: tuple[Number, ...], weighed: Weighed) -> float:
    """Return the chance that all numbers are right; where there are none, that no digit stands there."""
    if numbers:
        return float(np.prod([one.confidence for one in numbers]))
    return float(np.prod(1 - chance(weighed.exists)))
