"""Pictures that hold no digits although parts of them look like some."""

import cv2
import numpy as np
import pytest

from zeronine import read
from zeronine.reading.candidates import Candidate, parts_of
from zeronine.reading.find import connected
from zeronine.reading.hopeless import certain_share, overlaid


def test_a_hatching_is_no_page_of_ones() -> None:
    picture = np.full((300, 300), 235, np.uint8)
    for start in range(-300, 300, 24):
        cv2.line(picture, (start, 300), (start + 300, 0), 30, 6, cv2.LINE_AA)
    reading = read(picture)
    assert not reading.digits
    assert any("nothing is read" in note for note in reading.notes)


def page(*words: tuple[str, int]) -> np.ndarray:
    """Print words, each from its place on, in one line."""
    picture = np.full((120, 900), 255, np.uint8)
    for text, left in words:
        cv2.putText(picture, text, (left, 80), cv2.FONT_HERSHEY_SIMPLEX, 2, 0, 4, cv2.LINE_AA)
    return picture


def test_a_word_of_letters_is_no_number_and_the_number_beside_it_is() -> None:
    reading = read(page(("KHAN", 20), ("4071", 260)))
    assert reading.numbers[-1].text == "4071"
    letters = [digit for number in reading.numbers[:-1] for digit in number.digits]
    assert len(letters) >= 4
    assert all(digit.value is None for digit in letters)
    assert "some of it looks like letters: not read" in reading.notes


def test_whoever_expects_digits_gets_them() -> None:
    reading = read(page(("KHAN", 20)), expect=4, min_confidence=0)
    assert len(reading.digits) == 4
    assert not any("letters" in note for note in reading.notes)


def test_the_share_of_a_words_ink_that_is_in_certain_digits() -> None:
    ink = np.zeros((50, 260), np.float32)
    for x in (10, 40, 70, 150, 180, 210):  # two words of three bars
        ink[5:45, x : x + 6] = 1
    pieces = connected(ink, 0.5)
    order = np.argsort(pieces.boxes[:, 0])
    parts = parts_of(ink, pieces, [order], 40.0, suspects=np.zeros(6, bool))
    bars = [Candidate(place, place + 1, tall=1.0, aspect=0.15) for place in range(6)]
    share = certain_share(parts, bars, np.array([0.95, 0.5, 0.5, 0.95, 0.95, 0.5]))
    np.testing.assert_allclose(share, [1 / 3] * 3 + [2 / 3] * 3)
    assert certain_share(parts, [], np.zeros(0)).size == 0


@pytest.mark.parametrize("seed", [0, 5])
def test_coarse_noise_is_no_page_of_digits(seed: int) -> None:
    grains = np.random.default_rng(seed).random((200, 270)) < 0.3
    picture = np.where(grains, 0, 255).astype(np.uint8).repeat(3, axis=0).repeat(3, axis=1)
    assert not read(picture).digits


def test_boxes_that_lie_by_half_in_others_are_told() -> None:
    boxes = np.array([(0, 0, 10, 20), (4, 0, 14, 20), (30, 0, 40, 20), (39, 0, 49, 20)], np.int32)
    np.testing.assert_array_equal(overlaid(boxes), [True, True, False, False])
    assert overlaid(boxes[:0]).size == 0


def test_a_row_of_narrow_digits_stays() -> None:
    picture = np.full((140, 460), 255, np.uint8)
    cv2.putText(picture, "1711417", (20, 100), cv2.FONT_HERSHEY_SIMPLEX, 3, 0, 6, cv2.LINE_AA)
    assert read(picture).text == "1711417"


def test_what_is_too_low_to_be_read_is_not_read() -> None:
    picture = np.full((200, 200), 255, np.uint8)
    picture[100:106, 50:52] = 0
    assert not read(picture).digits
    picture[60:80, 120:124] = 0
    assert [digit.value for digit in read(picture).digits] == [1]
