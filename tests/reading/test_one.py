"""One digit of a picture: always an answer where there is ink, and none on a blank one."""

import cv2
import numpy as np
import pytest

from zeronine.reading.one import all_ink, canvas_of_picture
from zeronine.reading.reader import Reader


@pytest.fixture(scope="module", name="reader")
def _reader() -> Reader:
    return Reader()


def seven(paper: int = 250, ink: int = 10, shape: tuple[int, int] = (120, 120)) -> np.ndarray:
    picture = np.full(shape, paper, np.uint8)
    cv2.putText(picture, "7", (30, 95), cv2.FONT_HERSHEY_SIMPLEX, 3, ink, 8, cv2.LINE_AA)
    return picture


@pytest.mark.parametrize("tone", [0, 90, 255])
@pytest.mark.parametrize("shape", [(1, 1), (28, 28), (200, 300)])
def test_a_blank_picture_has_no_digit(tone: int, shape: tuple[int, int], reader: Reader) -> None:
    reading = reader.read(np.full(shape, tone, np.uint8), one=True)
    assert reading.digits == ()
    assert canvas_of_picture(np.full(shape, tone, np.uint8)) is None


def scribble(seed: int) -> np.ndarray:
    """Return something drawn that need not be a digit."""
    g = np.random.default_rng(seed)
    picture = np.full((80, 90), 245, np.uint8)
    points = g.integers(8, 80, (int(g.integers(2, 9)), 1, 2)).astype(np.int32)
    cv2.polylines(picture, [points], False, 30, int(g.integers(2, 9)), cv2.LINE_AA)
    return picture


@pytest.mark.parametrize("seed", range(12))
def test_where_there_is_ink_there_is_an_answer(seed: int, reader: Reader) -> None:
    reading = reader.read(scribble(seed), one=True, min_confidence=0)
    assert len(reading.digits) == 1
    assert reading.digits[0].value in range(10)
    assert 0 <= reading.digits[0].confidence <= 1


@pytest.mark.parametrize("tones", [(250, 10), (10, 250), (200, 160)], ids=["dark", "light", "faint"])
def test_a_plain_digit_is_read_and_its_box_holds_it(tones: tuple[int, int], reader: Reader) -> None:
    reading = reader.read(seven(*tones), one=True)
    assert reading.text == "7"
    box = reading.digits[0].box
    assert box.x + box.width <= 120
    assert box.y + box.height <= 120
    rows, columns = np.nonzero(seven() < 100)
    assert abs(box.x + box.width / 2 - columns.mean()) < 40
    assert abs(box.y + box.height / 2 - rows.mean()) < 40


def test_what_cannot_be_a_digit_is_doubted(reader: Reader) -> None:
    sure = reader.read(seven(), one=True).digits[0].confidence
    doubts = [reader.read(scribble(seed), one=True).digits[0].confidence for seed in range(6)]
    assert np.median(doubts) < sure


def test_all_ink_is_cut_to_where_it_is() -> None:
    picture = np.full((100, 150), 250, np.uint8)
    picture[30:71, 60:81] = 10
    found = all_ink(picture)
    assert found is not None
    ink, box = found
    assert box == pytest.approx([60, 30, 81, 71], abs=2)
    assert ink.shape == pytest.approx((41, 21), abs=2)
    assert ink.max() == pytest.approx(1)


def test_the_canvas_of_a_picture_is_the_same_either_way_round() -> None:
    dark, light = canvas_of_picture(seven()), canvas_of_picture(255 - seven())
    assert dark is not None
    assert light is not None
    assert np.abs(dark - light).mean() < 0.02
