"""Pictures that hold no digits although parts of them look like some."""

import cv2
import numpy as np

from zeronine import read
from zeronine.reading.hopeless import overlaid


def test_a_hatching_is_no_page_of_ones() -> None:
    picture = np.full((300, 300), 235, np.uint8)
    for start in range(-300, 300, 24):
        cv2.line(picture, (start, 300), (start + 300, 0), 30, 6, cv2.LINE_AA)
    reading = read(picture)
    assert not reading.digits
    assert any("nothing is read" in note for note in reading.notes)


def test_boxes_that_lie_by_half_in_others_are_told() -> None:
    boxes = np.array([(0, 0, 10, 20), (4, 0, 14, 20), (30, 0, 40, 20), (39, 0, 49, 20)], np.int32)
    np.testing.assert_array_equal(overlaid(boxes), [True, True, False, False])
    assert overlaid(boxes[:0]).size == 0


def test_two_crossing_ones_and_a_page_of_digits_stay() -> None:
    picture = np.full((140, 460), 255, np.uint8)
    cv2.putText(picture, "1711417", (20, 100), cv2.FONT_HERSHEY_SIMPLEX, 3, 0, 6, cv2.LINE_AA)
    assert read(picture).text == "1711417"


def test_what_is_too_low_to_be_read_is_not_read() -> None:
    picture = np.full((200, 200), 255, np.uint8)
    picture[100:106, 50:52] = 0
    assert not read(picture).digits
    picture[60:80, 120:124] = 0
    assert [digit.value for digit in read(picture).digits] == [1]
