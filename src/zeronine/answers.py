"""What reading a picture gives back: plain data, no logic.

A `Reading` holds lines, a line holds numbers, a number holds digits; every part knows its box in
pixels of the picture that came in.  "No digit here" is an empty reading, not an error.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

UNSURE = "?"  #: stands in text for a digit below the chosen confidence


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
class Number:
    """Digits that belong together, left to right."""

    digits: tuple[Digit, ...]
    box: Box
    line: int  #: which line of the picture it stands in, from 0

    @property
    def text(self) -> str:
        """The digits as one string."""
        return "".join(digit.text for digit in self.digits)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "text": self.text,
            "line": self.line,
            "box": self.box.to_dict(),
            "digits": [digit.to_dict() for digit in self.digits],
        }


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
        """The numbers, a space between those of one line and a line break between lines."""
        return text_of((number.line, number.text) for number in self.numbers)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON, without pictures."""
        return {
            "text": self.text,
            "width": self.width,
            "height": self.height,
            "numbers": [number.to_dict() for number in self.numbers],
            "notes": list(self.notes),
        }

    def _repr_html_(self) -> str:
        """Return the picture with a frame round each digit and its answer above it, for notebooks."""
        marks = [_mark(digit, max(self.width, self.height) / 300) for digit in self.digits]
        image = "" if self.preview is None else _image(self.preview, self.width, self.height)
        return (
            f'<svg viewBox="0 0 {self.width} {self.height}" style="max-width: 40em; max-height: 30em; '
            f'background: #eee" xmlns="http://www.w3.org/2000/svg">{image}{"".join(marks)}</svg>'
            f"<pre>{self.text}</pre>"
        )


def _mark(digit: Digit, line: float) -> str:
    box, colour = digit.box, "#008c46" if digit.value is not None else "#dc5a00"
    size = max(box.height / 3, 4 * line)
    return (
        f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" fill="none" '
        f'stroke="{colour}" stroke-width="{line:.2f}"/>'
        f'<text x="{box.x}" y="{box.y - line:.2f}" font-size="{size:.1f}" fill="{colour}">{digit.text}</text>'
    )


def _image(preview: npt.NDArray[np.uint8], width: int, height: int) -> str:
    import base64
    import io

    from PIL import Image

    content = io.BytesIO()
    Image.fromarray(preview).save(content, "PNG")
    data = base64.b64encode(content.getvalue()).decode()
    return f'<image href="data:image/png;base64,{data}" width="{width}" height="{height}"/>'
