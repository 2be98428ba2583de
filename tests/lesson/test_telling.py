"""Digits in the terminal: half blocks where it can, ASCII where it can't, 80 columns always."""

import numpy as np
from rich.console import Console

from common import written
from zeronine.data.digits import Digits
from zeronine.lesson.telling import Teller, beside, sketch


def test_a_bar_is_drawn_where_it_is(shapes: Digits) -> None:
    image = np.zeros((28, 28), np.uint8)
    image[5:7, 10:14] = 255
    lines = sketch(image)
    assert len(lines) == 11 and {len(line) for line in lines} == {22}
    assert lines[1] == " " * 7 + "████" + " " * 11
    assert "".join(lines).count("█") == 4


def test_ascii_is_ascii(shapes: Digits) -> None:
    lines = beside(list(shapes.images[:3]), plain=True)
    assert all(line.isascii() for line in lines)
    assert any("#" in line for line in lines)


def test_nothing_is_wider_than_the_terminal(shapes: Digits, console: Console) -> None:
    Teller(console).draw(list(shapes.images[:5]), ["a caption"] * 5)
    lines = written(console).splitlines()
    assert len(lines) == 12
    assert max(map(len, lines)) <= 80
    assert lines[0].count("a caption") == 3
