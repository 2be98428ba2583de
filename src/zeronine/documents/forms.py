"""Forms: a template drawn once says where each field is and of what kind; pictures of it give values.

A picture is aligned to the template, laid flat, and read once; what stands in a field's box is read as its
kind.  `templates.py` keeps templates in files.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import cv2
import numpy as np

from zeronine.answers import SURE, Box
from zeronine.documents.align import Homography, aligned, laid_flat
from zeronine.documents.boxes import boxes_of
from zeronine.documents.sheet import SEEN, Sheet, read_sheet
from zeronine.errors import ExpectationError, FormError
from zeronine.options import Expected, expected
from zeronine.reading.finder import Grey
from zeronine.reading.load import Picture, load
from zeronine.reading.looks import resized
from zeronine.reading.reader import Reader

LARGEST_PX = 2000  #: longest side of the empty form that a template keeps
ROOM = 0.12  #: of a field's height: writing may stand so far outside its box
MARGIN = 0.25  #: of a field's height: so much round it is looked at
PAPER_PX = 11  #: of a copy ten times smaller, in whose middle tone no print is left
FLAT_MP = 12.0  #: megapixels of the picture laid flat, at most


@dataclass(frozen=True, slots=True)
class Field:
    """A place of a form."""

    name: str
    box: Box  #: in pixels of the template
    kind: str = ""  #: what stands in it, as `expect` of `zeronine.read` takes it; "" where nothing is known

    @property
    def wanted(self) -> Expected | None:
        """What is expected of it."""
        return expected(int(self.kind) if self.kind.isdigit() else self.kind or None)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        box = self.box
        return {"name": self.name, "kind": self.kind, "box": [box.x, box.y, box.width, box.height]}


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands in a field."""

    name: str
    text: str  #: as written; "" where it is empty
    value: Any  #: of its kind; None where it is empty or not of its kind
    confidence: float  #: that the text is right, in [0, 1]; of an empty field: that it is empty
    met: bool  #: whether it is of its kind
    cost: float  #: log-likelihood (nats) that it cost to make it so
    box: Box  #: in pixels of the picture
    picture: Grey = field(repr=False, compare=False)  #: the field laid flat, (h, w)

    @property
    def sure(self) -> bool:
        """Whether nobody need look at it again."""
        return self.met and self.confidence >= SURE

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "text": self.text,
            "value": None if self.value is None else str(self.value),
            "confidence": round(self.confidence, 4),
            "met": self.met,
            "cost": round(self.cost, 2),
            "box": self.box.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled form, read."""

    answers: tuple[Answer, ...]

    def __getitem__(self, name: str) -> Answer:
        """Return the answer of a field; KeyError where there is no such field."""
        for one in self.answers:
            if one.name == name:
                return one
        raise KeyError(name)

    @property
    def values(self) -> dict[str, Any]:
        """Names to values."""
        return {one.name: one.value for one in self.answers}

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON: names to answers."""
        return {one.name: one.to_dict() for one in self.answers}


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A template: the empty form, and its fields."""

    empty: Grey
    fields: tuple[Field, ...]

    def __post_init__(self) -> None:
        """Refuse fields that cannot be: without a name, named twice, outside the page, of no kind."""
        names = [one.name for one in self.fields]
        if not names:
            raise FormError(
                "the form has no fields: name one, or give an empty form with boxes", field="fields"
            )
        for one in self.fields:
            box = one.box
            if not one.name or names.count(one.name) > 1:
                raise FormError(f"a field is named {one.name!r}: give each a name of its own", field=one.name)
            inside = min(box.x, box.y) >= 0 and min(box.width, box.height) > 0
            if (
                not inside
                or box.x + box.width > self.empty.shape[1]
                or box.y + box.height > self.empty.shape[0]
            ):
                raise FormError(
                    f"the box of field {one.name!r} lies outside the form, "
                    f"which is {self.empty.shape[1]} x {self.empty.shape[0]}: {one.to_dict()['box']}",
                    field=one.name,
                )
            try:
                _ = one.wanted
            except ExpectationError as error:
                raise FormError(f"field {one.name!r}: {error}", field=one.name) from None

    @classmethod
    def make(cls, empty: Picture, fields: Sequence[Field] | None = None) -> Self:
        """Return a template of an empty form; without `fields`, its boxes and combs become fields."""
        grey = load(empty)
        some = tuple(fields) if fields is not None else _found(grey)
        scale = min(1.0, LARGEST_PX / max(grey.shape))
        if scale < 1:
            some = tuple(Field(one.name, _scaled(one.box, scale), one.kind) for one in some)
        return cls(resized(grey, scale), some)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Return the template of a file; raise FormError for one that is not understood."""
        from zeronine.documents.templates import load_form

        form = load_form(Path(path))
        return cls(form.empty, form.fields)

    def save(self, path: str | Path) -> None:
        """Write the template as JSON, the empty form in it; for `.yaml` as YAML, the form beside it."""
        from zeronine.documents.templates import save_form

        save_form(self, Path(path))

    def read(self, picture: Picture, *, reader: Reader | None = None) -> Filled:
        """Read every field of a picture of this form, scanned askew or photographed.

        Raises PictureError for what is no picture, and FormError where it does not show this form.
        """
        reader = reader or Reader()
        grey = load(picture, max_megapixels=reader.max_megapixels)
        to_picture = aligned(self.empty, grey)
        flat, scale = _flat(grey, to_picture, self.empty.shape)
        sheet = read_sheet(_only_fields(flat, self.fields, scale), reader, flat=True)
        back = to_picture @ np.diag([1 / scale, 1 / scale, 1.0])
        return Filled(tuple(_answer(sheet, one, scale, back, grey.shape) for one in self.fields))


def _found(grey: Grey) -> tuple[Field, ...]:
    """Return fields for the boxes of an empty form, a comb's as one."""
    found = boxes_of(grey)
    if not found:
        raise FormError(
            "no boxes were found on the empty form: say where its fields are, "
            "in `zeronine form make` with --field"
        )
    return tuple(
        Field(f"field{index}", box, f"digits({cells})" if cells > 1 else "")
        for index, (box, cells) in enumerate(found, start=1)
    )


def _scaled(box: Box, scale: float) -> Box:
    return Box(
        *(
            max(int(side * scale), index // 2)
            for index, side in enumerate((box.x, box.y, box.width, box.height))
        )
    )


def _flat(grey: Grey, to_picture: Homography, shape: tuple[int, ...]) -> tuple[Grey, float]:
    """Return the picture as if it lay flat, and its pixels for one of the template."""
    height, width = shape
    corners = np.array([[[0, 0]], [[width, 0]], [[width, height]], [[0, height]]], np.float64)
    there = cv2.perspectiveTransform(corners, to_picture)[:, 0].astype(np.float32)
    seen = float(cv2.contourArea(there)) / (height * width)
    scale = float(np.sqrt(min(max(seen, 0.25), FLAT_MP * 1e6 / (height * width))))
    size = (round(width * scale), round(height * scale))
    return laid_flat(grey, to_picture, size, scale=scale), scale


def _only_fields(flat: Grey, fields: Sequence[Field], scale: float) -> Grey:
    """Return the page with paper where no field is: labels say nothing of how large the writing is."""
    small = cv2.resize(flat, None, fx=0.1, fy=0.1, interpolation=cv2.INTER_AREA)
    paper = cv2.resize(cv2.medianBlur(small, PAPER_PX), flat.shape[::-1], interpolation=cv2.INTER_LINEAR)
    shown = np.zeros(flat.shape, np.bool_)
    for one in fields:
        room = MARGIN * one.box.height * scale
        left, top = (max(0, int(side * scale - room)) for side in (one.box.x, one.box.y))
        right = int((one.box.x + one.box.width) * scale + room)
        shown[top : int((one.box.y + one.box.height) * scale + room), left:right] = True
    return np.where(shown, flat, np.asarray(paper, np.uint8))


def _answer(sheet: Sheet, one: Field, scale: float, back: Homography, shape: tuple[int, ...]) -> Answer:
    """Read one field of a page that lies flat."""
    box = np.array([one.box.x, one.box.y, one.box.x + one.box.width, one.box.y + one.box.height]) * scale
    room = ROOM * (box[3] - box[1])
    middles = sheet.middles
    inside = ((middles > box[:2] - room) & (middles < box[2:] + room)).all(axis=1)
    weighed = sheet.weighed
    inside &= (np.maximum(weighed.exists, weighed.sign) > SEEN) | (weighed.marks.place > 0)
    part = sheet.part(np.flatnonzero(inside), one.wanted)
    corners = box[[[0, 1], [2, 1], [2, 3], [0, 3]]].reshape(-1, 1, 2)
    there = cv2.perspectiveTransform(corners, back)[:, 0]
    low, high = np.floor(there.min(axis=0)), np.ceil(there.max(axis=0))
    low = np.clip(low, 0, [shape[1] - 1, shape[0] - 1])
    high = np.clip(high, low + 1, [shape[1], shape[0]])
    left, top, right, bottom = (int(side) for side in box)
    return Answer(
        one.name,
        part.text,
        part.value,
        part.confidence,
        part.met,
        part.cost,
        Box(int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])),
        sheet.grey[max(top, 0) : bottom, max(left, 0) : right].copy(),
    )
