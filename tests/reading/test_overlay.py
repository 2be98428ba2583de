"""Drawings show boxes, answers and canvases, and never touch the reading."""

import io

import numpy as np
import pytest
from PIL import Image

from zeronine.answers import SURE, Box, Digit, Number, Reading
from zeronine.reading.overlay import GREEN, ORANGE, as_png, canvas_sheet, draw_overlay, draw_steps
from zeronine.reading.overlay import GREY as DASHES

GREY = np.full((80, 120), 255, np.uint8)
CANVAS = np.zeros((28, 28), np.float32)
INSIDE = Box(40, 30, 10, 30)
CANVAS[4:24, 13:15] = 1


def reading(value: int | None = 1, box: Box = INSIDE, *, confidence: float = 0.9) -> Reading:
    digit = Digit(value, confidence, ((1, 0.9),), box, CANVAS)
    return Reading(
        (Number((digit,), box, 0),), 120, 80, steps={"ink": np.zeros((80, 120)), "k": np.zeros((2, 28, 28))}
    )


@pytest.mark.parametrize(
    ("value", "confidence", "colour"),
    [(1, SURE, GREEN), (1, SURE - 0.01, ORANGE), (None, 0.4, ORANGE), (None, SURE, ORANGE)],
)
def test_boxes_are_drawn_round_the_ink(
    value: int | None, confidence: float, colour: tuple[int, int, int]
) -> None:
    drawn = draw_overlay(GREY, reading(value, confidence=confidence))
    assert drawn.shape == (80, 120, 3)
    assert tuple(drawn[30, 45]) == colour
    assert tuple(drawn[45, 40]) == colour
    assert (drawn[45, 45] == 255).all()
    assert (GREY == 255).all()


@pytest.mark.parametrize("box", [Box(0, 0, 5, 5), Box(0, 0, 120, 80), Box(115, 75, 5, 5), Box(3, 3, 1, 1)])
def test_boxes_at_the_border_are_drawn_too(box: Box) -> None:
    assert draw_overlay(GREY, reading(1, box)).shape == (80, 120, 3)


def test_the_answer_stands_above_its_box_in_its_colour() -> None:
    """Outlined in white, so that it can be read on any ground."""
    ground = np.full((80, 120), 90, np.uint8)
    above = draw_overlay(ground, reading(1, confidence=SURE))[14:29]
    assert (above == GREEN).all(axis=2).any()
    assert (above == 255).all(axis=2).any()
    other = draw_overlay(ground, reading(1, confidence=SURE - 0.01))[14:29]
    assert (other == ORANGE).all(axis=2).any()
    assert not (other == GREEN).all(axis=2).any()


def test_writing_that_was_not_read_has_a_dashed_frame() -> None:
    drawn = draw_overlay(GREY, Reading((), 120, 80, unread=(Box(20, 10, 60, 40),)))
    dashed = (drawn == DASHES).all(axis=2)
    assert dashed[10, 20:24].all()
    assert not dashed[10, 24:28].any()
    rows, columns = np.nonzero(dashed)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (10, 49, 20, 79)
    assert 0.4 * 200 < dashed.sum() < 0.65 * 200


def test_an_empty_reading_is_drawn_as_the_picture() -> None:
    nothing = Reading((), 120, 80)
    assert (draw_overlay(GREY, nothing) == 255).all()
    assert canvas_sheet(nothing).size > 0


def test_the_sheet_shows_the_canvas() -> None:
    sheet = canvas_sheet(reading())
    assert (sheet[20:60, 43:46] == 0).all()
    assert sheet[20, 10] == 255


def test_steps_come_in_order_and_only_pictures() -> None:
    assert list(draw_steps(GREY, reading())) == ["grey", "ink", "canvases", "answers"]


@pytest.mark.parametrize("dtype", [np.uint8, bool, np.float32, np.float64])
def test_pngs_keep_what_they_are_given(dtype: type) -> None:
    top = 255 if dtype is np.uint8 else 1
    picture: np.ndarray = (np.arange(12).reshape(3, 4) % 2 * top).astype(dtype)
    read = np.asarray(Image.open(io.BytesIO(as_png(picture))))
    assert (read == np.arange(12).reshape(3, 4) % 2 * 255).all()
