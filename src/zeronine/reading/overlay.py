"""Pictures of a reading: boxes and answers on the picture, and the canvases that the network saw.

Only draws; writing to disk is the command line's, HTML is `answers.py`'s.
"""

import math
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from zeronine.answers import SURE, Box, Digit, Reading
from zeronine.canvas import SIDE

Grey = npt.NDArray[np.uint8]  #: (H, W)
Colour = npt.NDArray[np.uint8]  #: (H, W, 3), RGB

GREEN = (0, 140, 70)  #: a digit that is sure
ORANGE = (220, 90, 0)  #: one to look at again
BLUE = (90, 130, 220)  #: a number
GREY = (120, 120, 120)  #: dashed: writing that was seen and not read
RIM = 2  #: pixels round an answer: its white outline has room
ZOOM = 3  #: pixels of the sheet for one of a canvas
CAPTION = 16  #: pixels of the text below a canvas


def draw_overlay(grey: Grey, reading: Reading) -> Colour:
    """Return the picture (H, W, 3) with a frame round each number and digit, and its answer above it.

    A digit is green from the confidence SURE on, orange below it; writing that was not read has a dashed
    grey frame.
    """
    from PIL import Image, ImageDraw

    image = Image.fromarray(grey).convert("RGB")
    pen = ImageDraw.Draw(image)
    line = max(1, round(min(grey.shape) / 500))
    for number in reading.numbers:
        box = number.box
        pen.rectangle(_frame(box.x, box.y, box.width, box.height, 2 * line), outline=BLUE, width=line)
    for box in reading.unread:
        _dashed(pen, box, line)
    for digit in reading.digits:
        _draw_digit(image, pen, digit, line)
    return np.array(image)


def _draw_digit(image: Any, pen: Any, digit: Digit, line: int) -> None:
    colour = GREEN if digit.value is not None and digit.confidence >= SURE else ORANGE
    box = digit.box
    pen.rectangle(_frame(box.x, box.y, box.width, box.height, 0), outline=colour, width=line)
    size = max(10, min(round(box.height * 0.45), 12 * line + 12))
    above = box.y - size - 2 * line
    label = _label(digit.text, size, colour)
    image.paste(label, (box.x - RIM, (above if above >= 0 else box.y + box.height + line) - RIM), label)


@lru_cache(maxsize=256)
def _label(text: str, size: int, colour: tuple[int, int, int]) -> Any:
    """Return a digit's answer in a colour with a white outline, on nothing, with RIM pixels round it.

    Drawn once for all digits that are answered alike: a page of thousands takes no second.
    """
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(size)
    _, _, right, bottom = font.getbbox(text)
    label = Image.new("RGBA", (round(right) + 2 * RIM, round(bottom) + 2 * RIM), (255, 255, 255, 0))
    pen = ImageDraw.Draw(label)
    pen.text((RIM, RIM), text, fill=colour, font=font, stroke_width=1, stroke_fill="white")
    return label


def _dashed(pen: Any, box: Box, line: int) -> None:
    """Draw a dashed frame; Pillow knows whole lines only."""
    left, top, right, bottom = _frame(box.x, box.y, box.width, box.height, 0)
    dash = 4 * line
    for x in range(left, right + 1, 2 * dash):
        for y in (top, bottom):
            pen.line((x, y, min(x + dash - 1, right), y), fill=GREY, width=line)
    for y in range(top, bottom + 1, 2 * dash):
        for x in (left, right):
            pen.line((x, y, x, min(y + dash - 1, bottom)), fill=GREY, width=line)


def _frame(x: int, y: int, width: int, height: int, gap: int) -> tuple[int, int, int, int]:
    return (x - gap, y - gap, x + width - 1 + gap, y + height - 1 + gap)


def canvas_sheet(reading: Reading) -> Grey:
    """Return all canvases as one picture, ink dark, each with its answer and confidence below."""
    from PIL import Image, ImageDraw

    digits = reading.digits
    columns = max(1, min(len(digits), math.ceil(math.sqrt(len(digits)) * 1.5)))
    cell_w, cell_h = SIDE * ZOOM + 4, SIDE * ZOOM + CAPTION + 4
    rows = max(1, math.ceil(len(digits) / columns))
    sheet = Image.new("L", (columns * cell_w, rows * cell_h), 255)
    pen = ImageDraw.Draw(sheet)
    for index, digit in enumerate(digits):
        x, y = index % columns * cell_w, index // columns * cell_h
        ink = np.rint(255 * (1 - digit.canvas)).astype(np.uint8)
        sheet.paste(Image.fromarray(np.kron(ink, np.ones((ZOOM, ZOOM), np.uint8))), (x + 2, y + 2))
        pen.rectangle((x + 1, y + 1, x + SIDE * ZOOM + 2, y + SIDE * ZOOM + 2), outline=200)
        pen.text((x + 4, y + SIDE * ZOOM + 4), f"{digit.text}  {digit.confidence:.3f}", fill=0)
    return np.array(sheet)


def draw_steps(grey: Grey, reading: Reading) -> dict[str, npt.NDArray[Any]]:
    """Return every picture there is of a reading, by name, in the order of the stages.

    The grey picture, what `Reader.read(..., steps=True)` kept, the canvases, and the answers.
    """
    kept = {name: picture for name, picture in reading.steps.items() if _is_picture(picture)}
    first = {} if "grey" in kept else {"grey": grey}
    last = {"canvases": canvas_sheet(reading), "answers": draw_overlay(grey, reading)}
    return {**first, **kept, **last}


def _is_picture(array: npt.NDArray[Any]) -> bool:
    return array.size > 0 and (array.ndim == 2 or (array.ndim == 3 and array.shape[2] == 3))


def as_png(picture: npt.NDArray[Any]) -> bytes:
    """Return a picture as the bytes of a PNG: (H, W) or (H, W, 3), uint8, bool, or float in [0, 1]."""
    import io

    from PIL import Image

    pixels = picture
    if pixels.dtype == bool:
        pixels = pixels.astype(np.uint8) * np.uint8(255)
    elif pixels.dtype != np.uint8:
        pixels = np.rint(255 * np.clip(pixels, 0, 1)).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "PNG")
    return buffer.getvalue()
