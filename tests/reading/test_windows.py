"""Boxes on a picture become canvases: whichever way round the tones are, however faint, at any scale."""

import cv2
import numpy as np
import pytest

from zeronine.reading import windows
from zeronine.reading.finder import Grey
from zeronine.reading.normalise import canvas_of
from zeronine.reading.windows import canvases_of, worth_a_canvas

BOX = np.array([[40.0, 30, 64, 78]])  #: of the L, left, top, right, bottom


def page(ink: int = 20, paper: int = 240) -> Grey:
    """Return paper with a letter L, whose place and turn cannot be mistaken: 24 wide, 48 high."""
    grey = np.full((120, 160), paper, np.uint8)
    grey[30:78, 40:46] = ink
    grey[72:78, 40:64] = ink
    return grey


def wanted() -> np.ndarray:
    """Return the canvas of the L, made from its ink alone."""
    return canvas_of((page()[30:78, 40:64] < 100).astype(np.float32))


def unlike(canvas: np.ndarray) -> float:
    return float(np.abs(canvas - wanted()).mean())


def test_a_box_round_ink_gives_the_inks_canvas() -> None:
    canvases = canvases_of(page(), BOX)
    assert canvases.shape == (1, 28, 28)
    assert canvases.dtype == np.float32
    assert unlike(canvases[0]) < 0.02


def test_light_on_dark_is_the_same() -> None:
    np.testing.assert_allclose(canvases_of(page(), BOX), canvases_of(255 - page(), BOX), atol=0.02)


def test_a_faint_digit_comes_out_as_dark_as_a_bold_one() -> None:
    faint = canvases_of(page(ink=225), BOX)
    assert faint.max() == pytest.approx(1)
    np.testing.assert_allclose(faint, canvases_of(page(), BOX), atol=0.05)


def test_a_faint_digit_beside_a_bold_one_is_no_fainter() -> None:
    grey = page(ink=200)
    grey[30:78, 100:130] = 0
    assert unlike(canvases_of(grey, BOX)[0]) < 0.03


@pytest.mark.parametrize("factor", [0.5, 2.0, 6.0])
def test_at_another_scale_the_canvas_is_the_same(factor: float) -> None:
    smooth = cv2.INTER_AREA if factor < 1 else cv2.INTER_NEAREST
    scaled = np.asarray(cv2.resize(page(), None, fx=factor, fy=factor, interpolation=smooth), np.uint8)
    assert unlike(canvases_of(scaled, BOX * factor)[0]) < 0.035


def test_what_lies_outside_the_box_is_not_in_the_canvas() -> None:
    grey = page()
    grey[20:90, 75:80] = 20
    np.testing.assert_allclose(canvases_of(grey, BOX), canvases_of(page(), BOX), atol=0.02)


def test_a_box_at_the_pictures_edge_sees_paper_beyond_it() -> None:
    assert unlike(canvases_of(page()[28:80, 38:66], BOX - [38, 28, 38, 28])[0]) < 0.05


@pytest.mark.parametrize("box", [(-50, -50, -20, -20), (300, 300, 400, 420), (5, 5, 5, 5), (0, 0, 160, 1)])
def test_a_box_with_nothing_in_it_gives_a_canvas_all_the_same(box: tuple[int, ...]) -> None:
    canvas = canvases_of(page(), np.array([box], np.float64))[0]
    assert np.isfinite(canvas).all()
    assert canvas.max() <= 1


def test_no_boxes_no_canvases() -> None:
    assert canvases_of(page(), np.zeros((0, 4))).shape == (0, 28, 28)


def test_the_boxes_of_a_page_say_together_whether_ink_is_light_or_dark() -> None:
    """A pale patch in one of three boxes is no light ink where the page's ink is dark."""
    grey = np.full((120, 480), 200, np.uint8)
    for left in (40, 200):
        grey[:, left : left + 40] = page(paper=200)[:, 35:75]
    grey[30:78, 360:384] = 215
    boxes = BOX + np.array([[5, 0, 5, 0], [165, 0, 165, 0], [320, 0, 320, 0]])
    together, alone = canvases_of(grey, boxes), canvases_of(grey, boxes[2:])
    assert together[0].max() == pytest.approx(1)
    assert together[2].max() == 0
    assert alone.max() == pytest.approx(1)


def test_on_a_crowded_picture_the_likeliest_digits_get_a_canvas(monkeypatch: pytest.MonkeyPatch) -> None:
    """In their own order; where there are few, each does."""
    likelihood, asked = np.array([0.9, 0.1, 0.8, 0.2, 0.7]), np.array([0, 1, 3, 4])
    assert worth_a_canvas(likelihood, asked).tolist() == [0, 1, 3, 4]
    monkeypatch.setattr(windows, "MOST_CANVASES", 2)
    assert worth_a_canvas(likelihood, asked).tolist() == [0, 4]
