"""The one function that makes canvases."""

import numpy as np
import pytest

from zeronine.canvas import BOX, SIDE, as_canvases
from zeronine.reading.normalise import area_weights, canvas_of, normalise, resample, stroke_width, trim


def bar(height: int, width: int, *, margin: int = 5) -> np.ndarray:
    """An upright block of ink with paper round it."""
    return np.pad(np.ones((height, width), np.float32), margin)


def ring(side: int, pen: float) -> np.ndarray:
    """A circle drawn with a soft pen, `pen` pixels wide."""
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    away = np.abs(np.hypot(y, x) - (side / 2 - pen))
    return np.clip(pen / 2 + 0.5 - away, 0, 1).astype(np.float32)


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
    middle = (canvas.sum(axis=1) @ (np.arange(SIDE))) / canvas.sum()
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
