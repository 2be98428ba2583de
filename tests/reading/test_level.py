"""Pages held askew: the angle is found, the page is turned, and boxes lead back to the picture."""

import cv2
import numpy as np
import pytest

from zeronine import read
from zeronine.answers import Reading
from zeronine.data.digits import Digits
from zeronine.data.pages import Look, make_page
from zeronine.data.strokes import write
from zeronine.reading.level import tilt_of, turned
from zeronine.reading.look import look


@pytest.fixture(scope="module")
def page() -> np.ndarray:
    """Three lines of two numbers of six digits, level."""
    generator = np.random.default_rng(5)
    labels = np.arange(40) % 10
    digits = Digits(write(labels, generator=generator, wildness=0.3), labels)
    return make_page(
        digits, Look(lines=(3, 3), numbers=(2, 2), height_px=(40, 40)), generator=generator
    ).picture


def askew(picture: np.ndarray, degrees: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the picture with its lines falling by `degrees`, and the way from the level one to it."""
    height, width = picture.shape
    wide, tall = int(1.5 * width), int(height + width)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1)
    matrix[:, 2] += [(wide - width) / 2, (tall - height) / 2]
    return cv2.warpAffine(picture, matrix, (wide, tall), borderMode=cv2.BORDER_REPLICATE), matrix


@pytest.mark.parametrize("degrees", [-25, -9, 6, 17])
def test_the_angle_of_the_lines_is_found(page: np.ndarray, degrees: int) -> None:
    picture, _ = askew(page, degrees)
    assert abs(tilt_of(look(picture).found) - degrees) <= 2


def test_what_lies_level_is_left_as_it_is(page: np.ndarray) -> None:
    assert tilt_of(look(page).found) == 0
    assert all("turned level" not in note for note in read(page).notes)


def test_three_digits_are_no_line() -> None:
    """So few may climb on purpose."""
    picture = np.full((200, 300), 255, np.uint8)
    for place in range(3):
        cv2.putText(picture, "5", (30 + 80 * place, 180 - 40 * place), cv2.FONT_HERSHEY_DUPLEX, 2, 0, 4)
    assert tilt_of(look(picture).found) == 0


@pytest.mark.parametrize("degrees", [-14, 20])
def test_a_page_askew_reads_as_the_level_one(page: np.ndarray, degrees: int) -> None:
    picture, matrix = askew(page, degrees)
    level, reading = read(page), read(picture)
    assert reading.text == level.text
    assert any("turned level" in note for note in reading.notes)
    expected = np.array([matrix @ [*middle, 1] for middle in middles(level)])
    assert np.abs(middles(reading) - expected).max() < 6


def test_turning_leads_back() -> None:
    """The way back ends in the pixel that a mark came from."""
    picture = np.full((120, 200), 255, np.uint8)
    picture[40:44, 150:154] = 0
    level, back = turned(picture, 12.0)
    y, x = (np.mean(at) for at in np.nonzero(level < 128))
    assert np.abs(back @ [x, y, 1] - [151.5, 41.5]).max() < 1


def middles(reading: Reading) -> np.ndarray:
    """Return the middle of every digit's box."""
    return np.array(
        [(one.box.x + one.box.width / 2, one.box.y + one.box.height / 2) for one in reading.digits]
    )
