"""Draws the pictures of `docs/failures.md`, all misread, by shapes and pens of `draw_pictures.py`."""

from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import cv2
import numpy as np
from PIL import Image

import draw_pictures as drawing

HEIGHT = 60  # pixels of a digit
GAP = 10
PEN = drawing.PENS["ball"]
STRANGE = {
    "O": "34,0 10,12 0,50 10,88 34,100 58,88 68,50 58,12 34,0 30,2",
    "l": "20,0 20,100",
    "S": "54,12 32,0 8,14 16,40 44,58 54,82 32,100 4,88",
    "check": "0,60 18,100! 70,0",
    "loops": "0,80 30,10 50,50 30,90 10,50 40,10 70,50 50,90 30,60 70,10 95,50 70,92 55,50 90,8 120,50",
}
DIGITS = {str(digit): f"{digit} {name}" for digit, name in enumerate(drawing.HANDS["german"].split())}

Ink = np.ndarray  # (H, W) float32, ink = 1


def ink_of(*names: str) -> Ink:
    """Return the ink of digits and strange shapes, one beside the other."""
    generator = np.random.default_rng(1)
    placed, x = [], 0
    with patch.object(drawing, "SHAPES", drawing.SHAPES | STRANGE):
        for name in names:
            ink = drawing.write_digit(DIGITS.get(name, name), PEN, HEIGHT, 0, generator)
            placed.append((ink, x, HEIGHT - ink.shape[0]))
            x += ink.shape[1] + GAP
    return drawing.put_together(placed, HEIGHT * 3 // 4)


def on_paper(ink: Ink) -> np.ndarray:
    """Return a picture of the ink, (H, W) uint8."""
    picture = drawing.picture_of(ink, PEN, "plain", False, HEIGHT, np.random.default_rng(1))
    return np.asarray(picture)


def with_line(ink: Ink, start: tuple[int, int], stop: tuple[int, int]) -> Ink:
    """Return the ink with a line through it."""
    crossed: Ink = ink.copy()
    cv2.line(crossed, start, stop, 1.0, 3, cv2.LINE_AA)
    return crossed


def crossed_out() -> np.ndarray:
    """Return a number with a line through its middle."""
    ink = ink_of(*"4721")
    height, width = ink.shape
    return on_paper(with_line(ink, (30, height // 2 + 3), (width - 30, height // 2 - 3)))


def slanted() -> np.ndarray:
    """Return one of the suite's own pictures, as it is shown on paper."""
    path = Path(__file__).parent / "pictures" / "48103-american-mouse-clear.png"
    with Image.open(path) as image:
        seen = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
    return np.asarray(seen.convert("L"))


PICTURES: dict[str, Callable[[], np.ndarray]] = {
    "O among digits": lambda: on_paper(ink_of(*"47O1")),
    "l among digits": lambda: on_paper(ink_of(*"4l27")),
    "S among digits": lambda: on_paper(ink_of(*"4S27")),
    "5 like a check mark": lambda: on_paper(ink_of("4", "check", "2")),
    "slanted 1": slanted,
    "rule above a number": lambda: on_paper(with_line(ink_of(*"4721"), (60, 14), (110, 13))),
    "crossed out": crossed_out,
    "loops": lambda: on_paper(ink_of("loops")),
    "out of focus": lambda: np.asarray(cv2.GaussianBlur(on_paper(ink_of(*"4721")), (0, 0), 8)),
}
