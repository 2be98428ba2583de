"""Pages with several digits, made from given ones, with the truth beside: text, numbers and boxes.

They measure reading where real pages with truth are few: rows, tables, touching pairs, ruled and squared
paper, photographs.  Digits come from a split that the recogniser was not trained on; nothing is trained
on these pages.  `paper.py` makes paper and photographs, `wordless.py` pictures without any digit.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from zeronine.answers import Box, text_of
from zeronine.canvas import BOX
from zeronine.data.digits import Digits
from zeronine.data.pages.paper import PLAIN, Paper, Photo, lay_on_paper, photograph
from zeronine.errors import DataError

Ink = npt.NDArray[np.float32]  #: (H, W) in [0, 1], ink = 1
Piece = tuple[Ink, int, int]  #: ink, x, y
INKED = 0.35  #: ink above this is inside a digit's box


@dataclass(frozen=True, slots=True)
class TrueNumber:
    """A number that stands on a page."""

    text: str
    boxes: tuple[Box, ...]  #: of its digits, left to right
    line: int  #: from 0


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A picture and what it says."""

    picture: npt.NDArray[np.uint8]  #: (H, W)
    numbers: tuple[TrueNumber, ...]  #: in reading order; empty for a picture without digits
    kind: str

    @property
    def text(self) -> str:
        """All of it, as `Reading.text` would say it."""
        return text_of((number.line, number.text) for number in self.numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How the pages of one kind look; ranges are (least, most), lengths in heights of a digit."""

    lines: tuple[int, int] = (1, 1)
    numbers: tuple[int, int] = (1, 1)  #: on each line
    length: tuple[int, int] = (6, 6)  #: digits of a number
    height_px: tuple[int, int] = (28, 72)
    gap: tuple[float, float] = (0.08, 0.3)  #: between the digits of a number; about the same on a page
    between: tuple[float, float] = (1.2, 2.0)  #: between numbers
    margin: float = 0.8
    columns: bool = False  #: numbers stand below each other, as in a table
    light: bool = False  #: light ink on dark ground
    paper: Paper = field(default=PLAIN)
    photo: Photo | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be laid out."""
        if min(self.lines[0], self.numbers[0], self.length[0]) < 1 or self.height_px[0] < 8:
            raise DataError(f"a page has lines, numbers and digits of 8 pixels or more, not {self}")


RULED, SQUARED = Paper(ruled=True), Paper(squared=True)
PENS = (0.45, 0.95)  #: pencil to felt pen, in photographs
LOOKS = {
    "row": Look(),
    "chalk": Look(light=True, paper=Paper(tone=(185, 230), ink=(0.5, 0.85))),
    "lines": Look(lines=(2, 5), numbers=(1, 3), length=(1, 8), height_px=(24, 56)),
    "table": Look(lines=(4, 8), numbers=(2, 3), height_px=(24, 44), columns=True),
    "ruled": Look(lines=(1, 4), paper=RULED),
    "squared": Look(lines=(1, 4), paper=SQUARED),
    "photographed": Look(lines=(1, 4), numbers=(1, 2), paper=Paper(ink=PENS), photo=Photo()),
    "photographed ruled": Look(lines=(1, 4), paper=Paper(ruled=True, ink=PENS), photo=Photo()),
    "photographed squared": Look(lines=(1, 4), paper=Paper(squared=True, ink=PENS), photo=Photo()),
    "photographed on a desk": Look(lines=(1, 3), margin=1.5, paper=Paper(ink=PENS), photo=Photo(desk=True)),
}
CLEAN = ("row", "chalk", "lines", "table")


def make_pages(
    digits: Digits, look: str | Look, count: int, *, generator: np.random.Generator
) -> Iterator[Page]:
    """Make `count` pages of one look, a name of LOOKS or your own, from digits drawn at random."""
    kind, chosen = (look, LOOKS.get(look)) if isinstance(look, str) else ("own", look)
    if chosen is None:
        raise DataError(f"there is no look {look!r}: choose one of {', '.join(LOOKS)}")
    if len(digits) == 0:
        raise DataError("pages are made from digits, and there is none")
    for _ in range(count):
        yield make_page(digits, chosen, generator=generator, kind=kind)


def make_page(digits: Digits, look: Look, *, generator: np.random.Generator, kind: str = "own") -> Page:
    """Make one page: digits laid out as ink, on paper, photographed where the look says so."""
    height = _some(look.height_px, generator)
    ink, numbers = _laid_out(digits, look, height, generator)  # (H, W) float32
    picture = lay_on_paper(ink, look.paper, line_px=_line_pitch(height), generator=generator)
    if look.light:
        picture = 255 - picture
    if look.photo is not None:
        picture, matrix = photograph(picture, look.photo, generator=generator)
        numbers = [_moved(number, matrix, picture.shape) for number in numbers]
    return Page(picture, tuple(numbers), kind)


def touching_pairs(
    digits: Digits, count: int, *, overlap: float, generator: np.random.Generator
) -> Iterator[Page]:
    """Make pages of two digits whose ink touches; their boxes overlap by `overlap` of their mean width.

    Pairs that do not touch at this overlap are drawn again: every page is a real case for `split.py`.
    """
    if not 0 <= overlap < 0.5:
        raise DataError(f"overlap is {overlap}: give a share of the width from 0 to 0.5")
    look = Look(length=(2, 2))
    for _ in range(count):
        yield _touching_pair(digits, look, overlap, generator)


def _touching_pair(digits: Digits, look: Look, overlap: float, generator: np.random.Generator) -> Page:
    for _ in range(1000):
        height = _some(look.height_px, generator)
        chosen = generator.integers(len(digits), size=2)
        left, right = (glyph(digits.images[index], height) for index in chosen)
        step = left.shape[1] - round(overlap * (left.shape[1] + right.shape[1]) / 2)
        drop = int(generator.integers(-height // 12, height // 12 + 1))
        pieces = [(left, 0, 0), (right, step, drop)]
        if not _touch(left, right, step, drop):
            continue
        ink, boxes = _stamped(pieces, margin=round(look.margin * height))
        text = "".join(str(label) for label in digits.labels[chosen])
        picture = lay_on_paper(ink, look.paper, line_px=height, generator=generator)
        return Page(picture, (TrueNumber(text, tuple(boxes), 0),), f"touching {overlap:.0%}")
    raise DataError(f"{digits.name}: no two digits touch when they overlap by {overlap:.0%}")


def _touch(left: Ink, right: Ink, step: int, drop: int) -> bool:
    """Return whether ink of the one lies on ink of the other, or beside it."""
    first, _ = _stamped([(left, 0, 0), (np.zeros_like(right), step, drop)], margin=2)
    second, _ = _stamped([(np.zeros_like(left), 0, 0), (right, step, drop)], margin=2)
    around = cv2.dilate((first > INKED).astype(np.uint8), np.ones((3, 3), np.uint8))
    return bool(((second > INKED) & (around > 0)).any())


def glyph(image: npt.NDArray[np.uint8], height_px: int) -> Ink:
    """Return a digit (28, 28) cut to its ink and enlarged so that the canvas box is `height_px`."""
    rows, columns = np.nonzero(image > 40)
    if len(rows) == 0:
        raise DataError("a picture among the digits is empty")
    cut = image[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].astype(np.float32) / 255
    scale = height_px / BOX
    size = (max(2, round(cut.shape[1] * scale)), max(2, round(cut.shape[0] * scale)))
    smooth = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    large = cv2.resize(cut, size, interpolation=smooth)
    sharper = min(2.5, max(1.0, 0.6 * scale))  # enlarged edges are made as steep as a pen's
    return np.asarray(np.clip((large - 0.45) * sharper + 0.45, 0, 1), np.float32)


# ---- layout ----


@dataclass(frozen=True, slots=True, eq=False)
class _Written:
    """One number as ink, before it has a place on the page."""

    text: str
    pieces: list[Piece]  #: its digits, the first at x = 0
    width: int


def _laid_out(
    digits: Digits, look: Look, height: int, generator: np.random.Generator
) -> tuple[Ink, list[TrueNumber]]:
    gap = float(generator.uniform(*look.gap))
    lines = [
        [_written(digits, look, height, gap, generator) for _ in range(_some(look.numbers, generator))]
        for _ in range(_some(look.lines, generator))
    ]
    widest = max(number.width for line in lines for number in line)
    pieces: list[Piece] = []
    for index, line in enumerate(lines):
        x = 0
        for number in line:
            y = round(index * _line_pitch(height))
            pieces += [(ink, x + right, y + down) for ink, right, down in number.pieces]
            space = look.between[0] if look.columns else generator.uniform(*look.between)
            x += (widest if look.columns else number.width) + round(space * height)
    ink, boxes = _stamped(pieces, margin=round(look.margin * height))
    rest = iter(boxes)
    return ink, [
        TrueNumber(number.text, tuple(next(rest) for _ in number.text), index)
        for index, line in enumerate(lines)
        for number in line
    ]


def _written(digits: Digits, look: Look, height: int, gap: float, generator: np.random.Generator) -> _Written:
    """Write one number: digits of about the same size, on a line, about `gap` heights apart."""
    chosen = generator.integers(len(digits), size=_some(look.length, generator))
    size = generator.uniform(0.92, 1.08) * height
    pieces: list[Piece] = []
    x = 0.0
    for index in chosen:
        ink = glyph(digits.images[index], round(size * generator.uniform(0.94, 1.06)))
        top = height - ink.shape[0] + generator.uniform(-0.05, 0.05) * height
        if ink.shape[0] < 0.7 * height:  # a digit wider than high stands in the middle of the line
            top -= (height - ink.shape[0]) / 3
        pieces.append((ink, round(x), round(top)))
        x += ink.shape[1] + max(1.5, (gap + generator.uniform(-0.05, 0.05)) * height)
    text = "".join(str(label) for label in digits.labels[chosen])
    return _Written(text, pieces, pieces[-1][1] + pieces[-1][0].shape[1])


def _some(least_most: tuple[int, int], generator: np.random.Generator) -> int:
    return int(generator.integers(least_most[0], least_most[1] + 1))


def _line_pitch(height: int) -> float:
    return 1.7 * height


def _stamped(pieces: list[Piece], *, margin: int) -> tuple[Ink, list[Box]]:
    """Lay pieces (ink, x, y) on an empty sheet that fits them; return its ink and their boxes."""
    left, top = min(x for _, x, _ in pieces), min(y for _, _, y in pieces)
    width = max(x + ink.shape[1] for ink, x, _ in pieces) - left + 2 * margin
    height = max(y + ink.shape[0] for ink, _, y in pieces) - top + 2 * margin
    sheet = np.zeros((height, width), np.float32)
    boxes = []
    for ink, x, y in pieces:
        column, row = x - left + margin, y - top + margin
        part = sheet[row : row + ink.shape[0], column : column + ink.shape[1]]
        np.maximum(part, ink, out=part)
        boxes.append(Box(column, row, ink.shape[1], ink.shape[0]))
    return sheet, boxes


def _moved(number: TrueNumber, matrix: npt.NDArray[np.float64], shape: tuple[int, ...]) -> TrueNumber:
    """Return the number where the camera's perspective has put it."""
    return replace(number, boxes=tuple(_moved_box(box, matrix, shape) for box in number.boxes))


def _moved_box(box: Box, matrix: npt.NDArray[np.float64], shape: tuple[int, ...]) -> Box:
    right, bottom = box.x + box.width, box.y + box.height
    corners = np.array([[[box.x, box.y], [right, box.y], [box.x, bottom], [right, bottom]]], np.float32)
    moved: Any = cv2.perspectiveTransform(corners, matrix)[0]
    low = np.clip(np.floor(moved.min(axis=0)), 0, [shape[1] - 1, shape[0] - 1]).astype(int)
    high = np.clip(np.ceil(moved.max(axis=0)), low + 1, [shape[1], shape[0]]).astype(int)
    return Box(int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1]))
