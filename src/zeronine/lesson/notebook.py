"""What the notebooks under `lessons/` share: digits as a picture that a notebook shows, and the bet's end.

A notebook shows a PIL picture by itself; a script that ends a line in one shows nothing and goes on.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from zeronine.canvas import SIDE

SCALE = 3  #: screen pixels of one pixel of a digit
GAP, CAPTION = 10, 20  #: pixels between two digits, and of the line below them


def row(images: Sequence[npt.NDArray[np.uint8]], captions: Sequence[str] = ()) -> Image.Image:
    """Return digits (28, 28) uint8, ink = 255, side by side, dark on white, with a line below each."""
    wide, high = SIDE * SCALE + GAP, SIDE * SCALE + (CAPTION if captions else 0)
    sheet = Image.new("L", (len(images) * wide, high), 255)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=13)
    for place, image in enumerate(images):
        digit = Image.fromarray(255 - image).resize((SIDE * SCALE, SIDE * SCALE), Image.Resampling.NEAREST)
        sheet.paste(digit, (place * wide, 0))
    for place, caption in enumerate(captions):
        draw.text(
            (place * wide + SIDE * SCALE // 2, SIDE * SCALE + 2), caption, fill=60, font=font, anchor="ma"
        )
    return sheet


def bet(guess: float, measured: float, unit: str = "", *, near: float) -> str:
    """Say how a guess did: "near" is how far off it may be to count as right, in the unit."""
    verdict = "right" if abs(guess - measured) <= near else "not so"
    return f"You said {_short(guess)}{unit}, measured is {_short(measured)}{unit}: {verdict}."


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
