"""The finder's file, opened and run on pictures of any size."""

import numpy as np
import pytest

from zeronine.data.pages import texts
from zeronine.network import finder as network
from zeronine.reading import finder as reading
from zeronine.reading.finder import (
    MARGIN,
    MARKS,
    MULTIPLE,
    STRIDE,
    Finder,
    rim_tone,
    shipped_finder,
    with_margin,
)
from zeronine.reading.marks import marks_of


@pytest.fixture(scope="module", name="finder")
def _finder() -> Finder:
    return shipped_finder()


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (3, 3), (28, 28), (33, 71), (20, 3000), (3000, 20)])
def test_a_picture_of_any_size_is_looked_at(shape: tuple[int, int], finder: Finder) -> None:
    maps = finder(np.full(shape, 200, np.uint8))
    high, wide = -(-shape[0] // STRIDE), -(-shape[1] // STRIDE)
    assert maps.place.shape == (high, wide)
    assert maps.kind.shape == (len(MARKS), high, wide)
    assert maps.box.shape == (4, high, wide)
    assert all(np.isfinite(one).all() for one in (maps.place, maps.kind, maps.box))


@pytest.mark.parametrize("shape", [(1, 1), (30, 41), (64, 64)])
def test_the_margin_is_paper_and_the_sides_fit_the_network(shape: tuple[int, int]) -> None:
    padded = with_margin(np.full(shape, 77, np.uint8))
    assert all(side % MULTIPLE == 0 for side in padded.shape)
    assert all(side >= before + 2 * MARGIN for side, before in zip(padded.shape, shape, strict=True))
    assert (padded == 77).all()


def test_the_margin_has_the_tone_of_the_rim_and_not_of_the_ink() -> None:
    grey = np.full((40, 40), 230, np.uint8)
    grey[10:30, 10:30] = 0
    assert rim_tone(grey) == 230
    assert with_margin(grey)[0, 0] == 230


def digit_at(x: int, y: int, *, shape: tuple[int, int] = (96, 160)) -> np.ndarray:
    """Return a zero, 32 high, with its middle at (x, y)."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    away = np.hypot((columns - x) / 10.0, (rows - y) / 16.0)
    return np.where(np.abs(away - 0.85) < 0.16, 30, 235).astype(np.uint8)


@pytest.mark.parametrize("turned", [False, True], ids=["dark on light", "light on dark"])
def test_a_zero_is_found_where_it_stands_whichever_way_round(turned: bool, finder: Finder) -> None:
    picture = digit_at(60, 40)
    marks = marks_of(finder(255 - picture if turned else picture))
    best = int(marks.place.argmax())
    assert MARKS[marks.kind[best]] == "0"
    assert marks.middles[best] == pytest.approx([60, 40], abs=6)


def test_heat_is_a_share_and_high_where_a_digit_is(finder: Finder) -> None:
    heat = finder(digit_at(60, 40)).heat
    assert 0 <= heat.min() <= heat.max() <= 1
    row, column = np.unravel_index(heat.argmax(), heat.shape)
    assert [STRIDE * column, STRIDE * row] == pytest.approx([60, 40], abs=6)


def test_training_and_reading_mean_the_same_by_marks_boxes_and_cells() -> None:
    assert tuple(texts.MARKS) == MARKS
    assert len(MARKS) == network.CLASSES
    assert network.STRIDE == STRIDE
    assert network.BOX == reading.BOX
