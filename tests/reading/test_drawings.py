"""What stands on a page and is no digit: frames, scribbles, textures."""

import cv2
import numpy as np
import pytest

from zeronine import read
from zeronine.data.wordless import scribble, texture
from zeronine.reading.drawings import is_frame, is_lines, is_scribble, without_drawings
from zeronine.reading.find import connected

FRAMES = {
    "level": [(20, 20), (300, 20), (300, 180), (20, 180)],
    "in perspective": [(30, 20), (310, 40), (280, 190), (20, 170)],
}


def drawn(corners: list[tuple[int, int]]) -> np.ndarray:
    picture = np.zeros((220, 340), np.uint8)
    cv2.polylines(picture, [np.array(corners, np.int32)], True, 1, thickness=4)
    return picture


@pytest.mark.parametrize("corners", FRAMES.values(), ids=FRAMES)
def test_four_straight_sides_are_a_frame(corners: list[tuple[int, int]]) -> None:
    assert is_frame(drawn(corners))
    assert not is_scribble(drawn(corners))


def leaning_box() -> np.ndarray:
    """Four sides and a diagonal."""
    picture = np.zeros((300, 340), np.uint8)
    corners = [(20, 10), (330, 40), (300, 290), (10, 280), (20, 10), (318, 288)]
    return cv2.polylines(picture, [np.array(corners, np.int32)], False, 1, 3)


def spring() -> np.ndarray:
    turns = np.linspace(0, 40 * np.pi, 800)
    path = np.column_stack([160 + 60 * np.sin(turns), 20 + 6 * turns])
    return cv2.polylines(np.zeros((800, 320), np.uint8), [path.astype(np.int32)], False, 1, 3)


def test_a_crowd_of_long_lines_is_no_digit() -> None:
    assert is_lines(leaning_box())
    picture = np.where(np.pad(leaning_box(), 40) > 0, 0, 255).astype(np.uint8)
    assert not read(picture).digits


def test_lines_that_cross_at_flat_angles_are_lines() -> None:
    """Some of them share a good part of their ink with the next one."""
    picture = np.zeros((262, 445), np.uint8)
    for ends in (((2, 22), (443, 4)), ((2, 118), (443, 44)), ((4, 250), (380, 40)), ((20, 130), (290, 142))):
        cv2.line(picture, *ends, 1, 4, cv2.LINE_8)
    assert is_lines(picture)


def test_a_line_too_long_for_any_digit_is_a_scribble() -> None:
    assert is_scribble(spring())


@pytest.mark.parametrize("text", ["0", "8", "00", "808", "6", "9", "4", "1", "7", "141"])
def test_digits_are_neither(text: str) -> None:
    picture = np.zeros((130, 40 + 90 * len(text)), np.uint8)
    cv2.putText(picture, text, (20, 110), cv2.FONT_HERSHEY_DUPLEX, 3.5, 1, 5)
    assert not is_frame(picture)
    assert not is_lines(picture)
    assert not is_scribble(picture)


def test_an_oval_zero_is_no_frame() -> None:
    picture = np.zeros((140, 180), np.uint8)
    cv2.ellipse(picture, (90, 70), (70, 55), 0, 0, 360, 1, 4)
    assert not is_frame(picture)


def test_a_frame_goes_and_the_digits_in_it_stay() -> None:
    picture = np.full((220, 340), 255, np.uint8)
    cv2.putText(picture, "275", (80, 130), cv2.FONT_HERSHEY_DUPLEX, 3, 0, 6)
    alone = read(picture).text
    cv2.polylines(picture, [np.array(FRAMES["in perspective"], np.int32)], True, 0, thickness=3)
    assert read(picture).text == alone == "275"


def test_without_any_drawing_the_ink_is_the_very_same() -> None:
    ink = cv2.circle(np.zeros((100, 100), np.float32), (50, 50), 30, 1.0, 5)
    assert without_drawings(ink, connected(ink, 0.5)) is ink


def test_a_scribble_holds_no_digit() -> None:
    for seed in range(4):
        ink = scribble((400, 500), np.random.default_rng(seed))
        assert not read((255 * (1 - ink)).astype(np.uint8)).digits


def test_a_texture_is_no_page_of_digits() -> None:
    """Its pieces may look like digits now and then; most of them do not, so none is read."""
    readings = [read(texture((300, 400), np.random.default_rng(seed))) for seed in range(12)]
    assert sum(bool(reading.digits) for reading in readings) <= 3
    assert any("does not look like digits" in note for reading in readings for note in reading.notes)
