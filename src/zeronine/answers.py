"""What reading a picture gives back: plain data, and how it prints.

A `Reading` holds numbers, a number holds digits and the signs written between them; every part knows
its box in pixels of the picture that came in.  What was seen as writing and not read is in `unread`.
"No digit here" is an empty reading, not an error.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

UNSURE = "?"  #: stands in text for a digit below the chosen confidence
SURE = 0.9  #: confidence from which overlay, page and docs show an answer as sure; below it: look again


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in pixels of the original picture; (x, y) is its top-left corner."""

    x: int
    y: int
    width: int
    height: int

    def to_dict(self) -> dict[str, int]:
        """Return the four whole numbers."""
        return {"x": self.x, "y": self.y, "width": self.width, "height": self.height}


@dataclass(frozen=True, slots=True)
class Digit:
    """One digit: what it is, how sure that is, and where it stands."""

    value: int | None  #: 0..9, or None below the chosen confidence
    confidence: float  #: calibrated probability of the best answer, in [0, 1]
    alternatives: tuple[tuple[int, float], ...]  #: (digit, probability), most likely first, best included
    box: Box
    canvas: npt.NDArray[np.float32] = field(repr=False, compare=False)  #: (28, 28), what the network saw

    @property
    def text(self) -> str:
        """The digit as one character, `?` where it is unsure."""
        return UNSURE if self.value is None else str(self.value)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON, without the canvas."""
        return {
            "value": self.value,
            "confidence": round(self.confidence, 4),
            "alternatives": [[value, round(share, 4)] for value, share in self.alternatives],
            "box": self.box.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign that was read: one of `. , - + / : = ( ) x %`."""

    text: str
    confidence: float  #: calibrated, in [0, 1]
    box: Box

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {"sign": self.text, "confidence": round(self.confidence, 4), "box": self.box.to_dict()}


@dataclass(frozen=True, slots=True)
class Number:
    """Digits that belong together, with the signs written among them, left to right."""

    marks: tuple[Digit | Sign, ...]
    box: Box
    line: int  #: which line of the picture it stands in, from 0
    confidence: float = 1.0  #: calibrated probability that the whole text is right, in [0, 1]

    @property
    def digits(self) -> tuple[Digit, ...]:
        """Its digits alone."""
        return tuple(mark for mark in self.marks if isinstance(mark, Digit))

    @property
    def text(self) -> str:
        """The number as written: "12.50", "-3.75", "24.11.2026"."""
        return "".join(mark.text for mark in self.marks)

    @property
    def value(self) -> Decimal | None:
        """What the text amounts to; None where a digit is unsure or it is no single amount (a date, say).

        A point or comma before exactly three digits parts thousands ("1.480" is 1480); before any other
        count, and after a zero ("0.125"), it is the decimal sign.
        """
        return value_of(self.text)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "text": self.text,
            "value": None if self.value is None else str(self.value),
            "confidence": round(self.confidence, 4),
            "line": self.line,
            "box": self.box.to_dict(),
            "digits": [digit.to_dict() for digit in self.digits],
            "signs": [mark.to_dict() for mark in self.marks if isinstance(mark, Sign)],
        }


def value_of(text: str) -> Decimal | None:
    """Return the amount that a written number stands for, or None where it stands for none.

    "1,234.50", "1.234,50" and "1234.5" are amounts, and so are "-3,75" and "22.970.-"; "24.11.2026" is none.
    """
    bare = re.sub(r"[.,]?(-{1,2}|=)?[.,]?$", "", text)
    match = re.fullmatch(r"([+-]?)([1-9]\d{0,2}(?:([.,])\d{3})(?:\3\d{3})*|\d+)(?:([.,])(\d+))?", bare)
    if match is None or (match[4] is not None and match[4] == match[3]):
        return None
    sign, whole, _, _, cents = match.groups()
    return Decimal(sign + _plain(whole) + ("." + cents if cents else ""))


def _plain(whole: str) -> str:
    return whole.replace(".", "").replace(",", "")


def text_of(numbers: Iterable[tuple[int, str]]) -> str:
    """Join numbers, each (line, text), into text: a space within a line, a line break between lines."""
    lines: dict[int, list[str]] = {}
    for line, text in numbers:
        lines.setdefault(line, []).append(text)
    return "\n".join(" ".join(texts) for texts in lines.values())


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was read from one picture, in reading order."""

    numbers: tuple[Number, ...]
    width: int  #: of the picture, pixels
    height: int
    notes: tuple[str, ...] = ()  #: what a person should know, e.g. "light ink on dark paper: turned"
    unread: tuple[Box, ...] = ()  #: writing that was seen and not read: letters, other signs, doubtful ink
    signs: tuple[tuple[int, Sign], ...] = ()  #: (line, sign): those between numbers, as + and = in a sum
    met: bool = True  #: whether what was expected could be met
    steps: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict, repr=False, compare=False)
    #: the picture after each step, by name in order; uint8 or float in [0, 1]
    preview: npt.NDArray[np.uint8] | None = field(default=None, repr=False, compare=False)
    #: a small copy of the picture, (h, w), for notebooks

    @property
    def digits(self) -> tuple[Digit, ...]:
        """Every digit, in reading order."""
        return tuple(digit for number in self.numbers for digit in number.digits)

    @property
    def text(self) -> str:
        """Numbers and signs as written: a space between those of one line, a line break between lines."""
        items = [(one.line, one.box.x, one.text) for one in self.numbers]
        items += [(line, sign.box.x, sign.text) for line, sign in self.signs]
        return text_of((line, text) for line, _, text in sorted(items))

    def __str__(self) -> str:
        """Return the text, as `print` shows it."""
        return self.text

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON, without pictures."""
        return {
            "text": self.text,
            "width": self.width,
            "height": self.height,
            "numbers": [number.to_dict() for number in self.numbers],
            "signs": [{"line": line} | sign.to_dict() for line, sign in self.signs],
            "unread": [box.to_dict() for box in self.unread],
            "met": self.met,
            "notes": list(self.notes),
        }

    def _repr_html_(self) -> str:
        """Return the picture with a frame round each digit and its answer above it, for notebooks."""
        line = max(self.width, self.height) / 300
        marks = [_mark(digit, line) for digit in self.digits]
        marks += [_outline(box, "#777777", line, dashed=True) for box in self.unread]
        image = "" if self.preview is None else _image(self.preview, self.width, self.height)
        return (
            f'<svg viewBox="0 0 {self.width} {self.height}" style="max-width: 40em; max-height: 30em; '
            f'background: #eee" xmlns="http://www.w3.org/2000/svg">{image}{"".join(marks)}</svg>'
            f"<pre>{self.text}</pre>"
        )


def _mark(digit: Digit, line: float) -> str:
    box, colour = digit.box, "#008c46" if digit.confidence >= SURE else "#dc5a00"
    size = max(box.height / 3, 4 * line)
    return _outline(box, colour, line) + (
        f'<text x="{box.x}" y="{box.y - line:.2f}" font-size="{size:.1f}" fill="{colour}">{digit.text}</text>'
    )


def _outline(box: Box, colour: str, line: float, *, dashed: bool = False) -> str:
    dashes = f' stroke-dasharray="{3 * line:.2f}"' if dashed else ""
    return (
        f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" fill="none" '
        f'stroke="{colour}" stroke-width="{line:.2f}"{dashes}/>'
    )


def _image(preview: npt.NDArray[np.uint8], width: int, height: int) -> str:
    import base64
    import io

    from PIL import Image

    content = io.BytesIO()
    Image.fromarray(preview).save(content, "PNG")
    data = base64.b64encode(content.getvalue()).decode()
    return f'<image href="data:image/png;base64,{data}" width="{width}" height="{height}"/>'
