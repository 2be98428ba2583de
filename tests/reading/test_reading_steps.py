"""The pictures of each step: what came, where the finder looked, what was found."""

import cv2
import numpy as np
import pytest

from zeronine.answers import Reading
from zeronine.reading.reader import Reader
from zeronine.reading.steps import SHOWN_SIDE


def picture(factor: float = 1.0) -> np.ndarray:
    grey = np.full((110, 240), 250, np.uint8)
    for place, digit in enumerate("203"):
        cv2.putText(grey, digit, (20 + 70 * place, 82), cv2.FONT_HERSHEY_SIMPLEX, 2, 10, 6, cv2.LINE_AA)
    return np.asarray(cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)


@pytest.fixture(scope="module", name="reading")
def _reading() -> Reading:
    return Reader().read(picture(), steps=True)


def test_the_steps_come_in_order(reading: Reading) -> None:
    assert list(reading.steps) == ["grey", "heat", "found"]


def test_the_first_step_is_the_picture_itself(reading: Reading) -> None:
    np.testing.assert_array_equal(reading.steps["grey"], picture())


def test_it_is_warm_where_the_digits_are_and_grey_elsewhere(reading: Reading) -> None:
    heat = reading.steps["heat"].astype(int)
    assert heat.shape == (110, 240, 3)
    warmth = heat[..., 0] - heat[..., 2]
    for digit in reading.digits:
        box = digit.box
        inside = warmth[box.y : box.y + box.height, box.x : box.x + box.width]
        assert inside.max() > 80
    assert warmth[:10].max() < 20


def test_every_digit_has_a_blue_box(reading: Reading) -> None:
    found = reading.steps["found"]
    blue = (found == (0, 90, 200)).all(axis=2).astype(np.uint8)
    count, _ = cv2.connectedComponents(blue, connectivity=8)
    assert len(reading.digits) == 3
    assert 1 < count <= 1 + len(reading.digits)


def test_a_large_picture_is_shown_smaller() -> None:
    heat = Reader().read(picture(12), steps=True).steps["heat"]
    assert max(heat.shape) == SHOWN_SIDE


def test_a_blank_picture_has_its_steps_too() -> None:
    steps = Reader().read(np.full((60, 90), 255, np.uint8), steps=True).steps
    assert list(steps) == ["grey", "heat", "found"]
    assert (np.ptp(steps["heat"], axis=2) < 25).all()
