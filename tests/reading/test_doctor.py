"""The doctor says in words what is found and what stands in the way."""

from dataclasses import replace

import numpy as np

from zeronine.answers import Box, Digit, Number, Reading
from zeronine.reading.doctor import SHOWN, examine

CANVAS = np.zeros((28, 28), np.float32)


def reading(*boxes: Box, value: int | None = 4, size: tuple[int, int] = (200, 100)) -> Reading:
    digits = tuple(Digit(value, 0.4, ((4, 0.4), (9, 0.35)), box, CANVAS) for box in boxes)
    numbers = (Number(digits, boxes[0], 0),) if boxes else ()
    return Reading(numbers, *size, notes=("light ink on dark paper: turned",))


def grey(low: int = 20, high: int = 250) -> np.ndarray:
    picture = np.full((100, 200), high, np.uint8)
    picture[40:60, 50:60] = low
    return picture


def said(picture: np.ndarray, answer: Reading) -> str:
    return "\n".join(examine(picture, answer))


def test_what_was_found_is_said_first() -> None:
    text = said(grey(), reading(Box(50, 40, 10, 20), Box(70, 40, 10, 20)))
    assert text.startswith("The picture is 200 x 100 pixels, its tones go from 20 to 250 of 255.")
    assert "Light ink on dark paper: turned" in text
    assert "2 digits in 1 number on 1 line:\n    44" in text


def test_a_blank_picture_is_told_from_one_without_digits() -> None:
    assert "0 digits: the picture is blank" in said(np.full((100, 200), 250, np.uint8), reading())
    assert "does not look like digits" in said(grey(), reading())


def test_unsure_digits_are_listed_with_what_they_may_be() -> None:
    assert "Unsure at x 50, y 40: 4 (40%) or 9 (35%)." in said(
        grey(), reading(Box(50, 40, 10, 20), value=None)
    )
    many = [Box(10 * i, 40, 8, 20) for i in range(1, SHOWN + 4)]
    assert "3 more digits are unsure" in said(grey(), reading(*many, value=None))


def test_what_may_be_no_digit_is_said_to_be_that() -> None:
    unsure = Digit(None, 0.2, ((0, 0.99), (8, 0.01)), Box(50, 40, 10, 20), CANVAS)
    text = said(grey(), Reading((Number((unsure,), unsure.box, 0),), 200, 100))
    assert "Unsure at x 50, y 40: perhaps no digit at all; if it is one, 0 (99%)." in text


def test_obstacles_are_said_with_what_to_do() -> None:
    assert "1 digit at the border" in said(grey(), reading(Box(0, 40, 10, 20)))
    assert "8 pixels high" in said(grey(), reading(Box(50, 40, 5, 8)))
    assert "Little contrast (20 levels)" in said(grey(180, 200), reading(Box(50, 40, 10, 20)))


def test_writing_that_was_not_read_is_said_with_its_place() -> None:
    answer = replace(reading(Box(50, 40, 10, 20)), unread=(Box(5, 6, 30, 20),))
    assert "Seen and not read, 1 place: x 5, y 6, 30 x 20." in said(grey(), answer)
    many = replace(answer, unread=(Box(5, 6, 30, 20),) * (SHOWN + 2))
    assert f"Seen and not read, {SHOWN + 2} places: " in said(grey(), many)
    assert "; and 2 more." in said(grey(), many)


def test_a_good_picture_has_no_obstacle() -> None:
    assert len(examine(grey(), reading(Box(50, 40, 10, 20)))) == 4
