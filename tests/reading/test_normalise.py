"""The one function that makes canvases."""

import numpy as np
import pytest

from zeronine.canvas import BOX, SIDE, as_canvases
from zeronine.reading.normalise import (
    FINE,
    area_weights,
    canvas_of,
    centre,
    disc,
    fitted,
    mend,
    normalise,
    resample,
    spread,
    stroke_width,
    trim,
    with_paper,
)


def bar(height: int, width: int, *, margin: int = 5) -> np.ndarray:
    """An upright block of ink with paper round it."""
    return np.pad(np.ones((height, width), np.float32), margin)


def ring(side: int, pen: float) -> np.ndarray:
    """A circle drawn with a soft pen, `pen` pixels wide."""
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    away = np.abs(np.hypot(y, x) - (side / 2 - pen))
    soft: np.ndarray = np.clip(pen / 2 + 0.5 - away, 0, 1).astype(np.float32)
    return soft


def test_area_weights_average() -> None:
    """Every new pixel is a mean: rows sum to 1, and equal sizes change nothing."""
    for old, new in ((7, 3), (3, 7), (100, 20), (1, 20)):
        np.testing.assert_allclose(area_weights(old, new).sum(axis=1), 1, rtol=1e-5)
    picture = np.random.default_rng(0).random((13, 9), np.float32)
    np.testing.assert_allclose(resample(picture, 13, 9), picture, atol=1e-6)


def test_resample_keeps_the_mean() -> None:
    """Area filtering neither gains nor loses ink."""
    picture = np.random.default_rng(1).random((31, 17), np.float32)
    assert resample(picture, 12, 5).mean() == pytest.approx(picture.mean(), rel=1e-5)


def test_stroke_width_of_bars() -> None:
    """A long bar is as wide as it is, at any place and with grey edges."""
    assert stroke_width(bar(400, 6)) == pytest.approx(6, rel=0.05)
    assert stroke_width(np.pad(bar(400, 3), ((0, 0), (0, 7)))) == pytest.approx(3, rel=0.05)
    assert stroke_width(ring(200, 8.0)) == pytest.approx(8, rel=0.1)


@pytest.mark.parametrize("side", [15, 28, 90, 700])
@pytest.mark.parametrize("pen", [0.01, 0.05, 0.12, 0.3])
def test_contract(side: int, pen: float) -> None:
    """The longest side is 20, the centre of mass is pixel 14, the darkest ink 1, at any size and pen."""
    canvas = canvas_of(ring(side, max(1.0, side * pen)))
    assert as_canvases(canvas).shape == (1, SIDE, SIDE)
    tight = trim(canvas)
    assert abs(max(tight.shape) - BOX) <= 1
    for axis in (0, 1):
        middle = (canvas.sum(axis=axis) @ np.arange(SIDE)) / canvas.sum()
        assert 13.4 <= middle <= 14.6
    assert canvas.max() == pytest.approx(1)


def test_thin_stays_thin() -> None:
    """The aspect is kept: a stroke is not blown up to a square."""
    canvas = canvas_of(bar(200, 12))
    assert trim(canvas).shape[0] == BOX
    assert trim(canvas).shape[1] <= 3


def test_strokes_are_brought_nearer() -> None:
    """Hair lines are thickened and fat markers thinned, towards what MNIST holds."""
    for side, pen, low, high in ((600, 5.0, 1.2, 2.5), (600, 150.0, 2.5, 5.5)):
        stroke = stroke_width(canvas_of(ring(side, pen)))
        assert low <= stroke <= high, (pen, stroke)


def test_scale_does_not_matter() -> None:
    """The same drawing at two sizes gives almost the same canvas."""
    small, large = canvas_of(ring(80, 8.0)), canvas_of(ring(640, 64.0))
    assert np.abs(small - large).mean() < 0.02


def test_no_ink() -> None:
    """Blank and empty pictures give empty canvases."""
    assert canvas_of(np.zeros((10, 10), np.float32)).max() == 0
    assert canvas_of(np.zeros((0, 0), np.float32)).max() == 0
    assert normalise([]).shape == (0, SIDE, SIDE)
    assert canvas_of(np.zeros((10, 10), np.float32)).dtype == np.float32


def test_each_digit_gets_its_own_canvas() -> None:
    inks = [ring(90, 9.0), bar(80, 8)]
    canvases = normalise(inks)
    assert canvases.dtype == np.float32
    np.testing.assert_array_equal(canvases, [canvas_of(ink) for ink in inks])


# ---- the steps, each by itself ----


def test_trim_cuts_what_is_fainter_than_a_tenth() -> None:
    ink = np.zeros((6, 8), np.float32)
    ink[2:4, 3:7] = 0.5
    ink[0, 0] = 0.1  # as faint as that does not count
    np.testing.assert_array_equal(trim(ink), ink[2:4, 3:7])
    assert trim(np.zeros((4, 5), np.float32)).shape == (0, 0)
    assert trim(np.full((4, 5), np.float32(0.1))).shape == (0, 0)


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        ((40, 40), (20, 20)),
        ((40, 10), (20, 5)),
        ((10, 40), (5, 20)),
        ((1, 400), (1, 20)),
        ((400, 1), (20, 1)),
        ((80, 9), (20, 2)),  # 2.25
        ((80, 10), (20, 3)),  # 2.5 is rounded up
        ((10, 80), (3, 20)),
        ((1, 1), (20, 20)),
    ],
)
def test_the_longest_side_becomes_20(shape: tuple[int, int], size: tuple[int, int]) -> None:
    assert fitted(shape) == size


def test_paper_is_laid_round_the_ink() -> None:
    found = with_paper(np.ones((2, 3), np.float32), 4)
    assert found.shape == (10, 11)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found[4:6, 4:7], 1)
    assert found.sum() == 6


def test_without_ink_there_is_no_stroke() -> None:
    assert stroke_width(np.zeros((5, 5), np.float32)) == 0
    assert stroke_width(np.full((1, 1), 0.1, np.float32)) > 0


def test_discs_are_round() -> None:
    assert disc(0).tolist() == [[1]]
    assert disc(1).tolist() == [[0, 1, 0], [1, 1, 1], [0, 1, 0]]
    assert disc(2).tolist() == [[0, 1, 1, 1, 0], *[[1] * 5] * 3, [0, 1, 1, 1, 0]]


def test_spread_grows_and_shrinks_by_a_disc() -> None:
    dot = np.zeros((7, 7), np.float32)
    dot[3, 3] = 0.5
    grown = spread(dot, 1)
    assert grown.dtype == np.float32
    assert (grown == 0.5).sum() == 5 and grown.sum() == 2.5
    np.testing.assert_array_equal(spread(grown, -1), dot)
    np.testing.assert_array_equal(spread(dot, 0), dot)


def test_beyond_the_border_lies_paper() -> None:
    assert spread(np.ones((3, 3), np.float32), -1).tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 0]]


@pytest.mark.parametrize(
    ("width", "wanted"),
    [
        (0.5, 1.45),  # a hair line becomes as thick as thin strokes may be
        (1.0, 1.45),
        (4.0, 3.6),  # a marker as thin as thick ones may be
        (6.0, 3.6),
        (12.0, 6.0),  # at most a quarter goes on each side
    ],
)
def test_strokes_are_mended_to_the_nearest_that_are_usual(width: float, wanted: float) -> None:
    """Measured in canvas pixels on the fine picture; a long bar is as wide as it is."""
    fine = np.pad(np.ones((400, round(width * FINE)), np.float32), 4 * FINE)
    found = mend(fine, width)
    across = found[200].sum() / FINE
    assert across == pytest.approx(wanted, abs=0.02)
    assert found.max() == 1


def test_the_usual_strokes_are_not_touched() -> None:
    """Between 1.45 and 3.6 canvas pixels the canvas is the area mean of the ink, placed."""
    ink = bar(200, 24, margin=0)
    canvas = canvas_of(ink)
    np.testing.assert_allclose(trim(canvas), resample(ink, *fitted(ink.shape)), atol=1e-6)


def test_the_middle_of_mass_comes_to_pixel_14() -> None:
    """A heavy top pulls a digit down, a heavy left side to the right, as far as it fits."""
    small = np.zeros((20, 12), np.float32)
    small[8:14] = 1  # its mass lies between rows 10 and 11
    canvas = centre(small)
    assert canvas.dtype == np.float32
    assert canvas.shape == (SIDE, SIDE)
    rows, columns = np.nonzero(canvas)
    assert (rows.min(), rows.max()) == (11, 16)
    assert (columns.min(), columns.max()) == (8, 19)
    leaning = np.zeros((10, 20), np.float32)
    leaning[:, :2] = 1
    assert np.nonzero(centre(leaning))[1].tolist()[:2] == [8, 9]  # pushed as far as it fits


@pytest.mark.parametrize("place", ["top", "bottom", "left", "right"])
def test_all_of_the_digit_stays_on_the_canvas(place: str) -> None:
    small = np.full((20, 20), 0.001, np.float32)
    rows = {"top": slice(0, 1), "bottom": slice(19, 20)}.get(place, slice(None))
    columns = {"left": slice(0, 1), "right": slice(19, 20)}.get(place, slice(None))
    small[rows, columns] = 1
    assert centre(small).sum() == pytest.approx(small.sum())
    rows_on, columns_on = (np.unique(places).tolist() for places in np.nonzero(centre(small)))
    starts = {"top": (8, 4), "bottom": (0, 4), "left": (4, 8), "right": (4, 0)}
    assert (rows_on[0], columns_on[0]) == starts[place]
    assert len(rows_on) == len(columns_on) == 20


def test_weights_of_large_sides_are_not_kept() -> None:
    """Thousands of large sizes in a row leave no more memory behind than a few: 20 MB, not 300."""
    from zeronine.reading import normalise

    before = normalise._kept_weights.cache_info().currsize
    for side in range(1000, 1040):
        assert normalise.area_weights(side, 20).shape == (20, side)
    info = normalise._kept_weights.cache_info()
    assert info.currsize == before
    assert info.maxsize is not None
    assert info.maxsize * normalise.KEPT_SIDE * 20 * 4 < 25e6
