"""What the second opinion learns from: the finder's boxes, and what really stands in them."""

import numpy as np
import pytest

from zeronine.data.pages.crops import COLUMNS, Crop
from zeronine.data.pages.glimpses import EACH, glimpses_in, strayed, union_shares
from zeronine.reading.context import NOTHING
from zeronine.reading.finder import Maps
from zeronine.reading.glimpses import GLIMPSE

TRUTH = np.array([[50, 40, 70, 80], [90, 40, 110, 80]], np.float64)  #: of a 3 and a 7


class Draws:
    """A finder that draws a box, 16 wide and 32 high, at each of these cells (row, column)."""

    def __init__(self, *cells: tuple[int, int]) -> None:
        self.cells = cells

    def __call__(self, grey: np.ndarray) -> Maps:
        place = np.full((grey.shape[0] // 4, grey.shape[1] // 4), -9.0, np.float32)
        for cell in self.cells:
            place[cell] = 3.0
        shape = place.shape
        return Maps(place, np.zeros((22, *shape), np.float32), np.zeros((4, *shape), np.float32))


def crop(*, seen: float = 1.0) -> Crop:
    marks = np.zeros((2, COLUMNS), np.float32)
    marks[:, 0] = (3, 7)
    marks[:, 1:3] = (TRUTH[:, :2] + TRUTH[:, 2:]) / 2
    marks[:, 3:5] = TRUTH[:, 2:] - TRUTH[:, :2]
    marks[:, 5] = seen
    return Crop(np.full((96, 192), 200, np.uint8), marks)


def labels_of(finder: Draws, some: Crop) -> list[int]:
    glimpses, labels = glimpses_in(some, finder, np.random.default_rng(0))  # type: ignore[arg-type]
    assert glimpses.shape == (len(labels), 2, GLIMPSE, GLIMPSE)
    return sorted(labels.tolist())


def test_a_box_on_a_character_has_its_class_and_one_beside_it_holds_nothing() -> None:
    on, beside = (14, 14), (14, 40)
    assert labels_of(Draws(on, beside), crop()) == [3, 3, 7, NOTHING]  # the true boxes of both, too


def test_characters_that_are_cut_are_not_asked_about() -> None:
    assert labels_of(Draws((14, 14), (14, 40)), crop(seen=0.5)) == [NOTHING]


def test_an_empty_crop_gives_nothing() -> None:
    empty = Crop(np.full((96, 192), 200, np.uint8), np.zeros((0, COLUMNS), np.float32))
    assert labels_of(Draws(), empty) == [NOTHING]


def test_there_are_never_more_than_so_many() -> None:
    everywhere = Draws(*((row, column) for row in range(2, 22, 4) for column in range(2, 46, 4)))
    assert len(labels_of(everywhere, crop())) <= 2 * EACH - 1


def test_strayed_boxes_stay_near() -> None:
    some = strayed(TRUTH, np.random.default_rng(1))
    assert np.abs(some - TRUTH).max() < 20
    assert not np.array_equal(some, TRUTH)


def test_shares_of_the_union() -> None:
    shares = union_shares(TRUTH, TRUTH)
    assert shares == pytest.approx(np.eye(2))
    assert union_shares(np.zeros((0, 4)), TRUTH).shape == (0, 2)
