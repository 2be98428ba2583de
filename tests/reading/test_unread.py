"""Ink that stands among digits and is no mark of the finder's is told all the same."""

import cv2
import numpy as np
import pytest

from zeronine.reading.finder import Grey
from zeronine.reading.unread import passed_over

DIGITS = np.array([[40.0, 40, 70, 90], [180, 40, 210, 90]])  #: two of them on one line
BETWEEN = [110.0, 40.0, 141.0, 91.0]  #: the box of what is drawn there


def page(*, middle: bool = True) -> Grey:
    """Return a page with ink where the two digits are said to be, and in the middle between them."""
    grey = np.full((160, 420), 240, np.uint8)
    for left, top, right, bottom in DIGITS.astype(int).tolist():
        cv2.rectangle(grey, (left, top), (right, bottom), 20, 4)
    if middle:
        cv2.ellipse(grey, (125, 65), (13, 23), 0, 0, 360, 20, 4)
    return grey


@pytest.mark.parametrize("light", [False, True])
def test_ink_as_high_as_the_digits_beside_it_is_told_with_its_box(light: bool) -> None:
    grey = 255 - page() if light else page()
    np.testing.assert_allclose(one_box(grey), BETWEEN, atol=2)


def test_nothing_is_told_where_nothing_is() -> None:
    assert len(beside(page(middle=False))) == 0


@pytest.mark.parametrize(
    ("start", "end"),
    [((125, 60), (128, 66)), ((125, 40), (125, 90)), ((90, 95), (170, 95)), ((340, 40), (365, 90))],
    ids=["a speck", "an upright rule", "a level rule", "a stroke far away"],
)
def test_what_is_not_like_a_digit_there_is_not_told(start: tuple[int, int], end: tuple[int, int]) -> None:
    grey = page(middle=False)
    cv2.line(grey, start, end, 20, 4)
    assert len(beside(grey)) == 0


def test_what_is_much_fainter_than_the_digits_is_not_told() -> None:
    """It may shine through from the other side."""
    grey = page(middle=False)
    cv2.ellipse(grey, (125, 65), (13, 23), 0, 0, 360, 200, 4)
    assert len(beside(grey)) == 0


def test_without_digits_there_is_nothing_to_compare_with() -> None:
    assert passed_over(page(), np.zeros((0, 4))).shape == (0, 4)


def beside(grey: Grey) -> np.ndarray:
    """Return the boxes that are told and that are none of the two digits'."""
    boxes = passed_over(grey, DIGITS)
    return np.array([one for one in boxes if np.abs(DIGITS - one).max(axis=1).min() > 5])


def one_box(grey: Grey) -> list[float]:
    (box,) = beside(grey)
    return [float(side) for side in box]
