"""Which marks stand on a line together, and in which order lines are read."""

import numpy as np
import pytest

from zeronine.reading.lines import lines_of


def row(y: float, count: int = 6, *, slope: float = 0.0, left: float = 0.0) -> np.ndarray:
    """Return boxes of 20 x 40 side by side, 30 apart."""
    x = left + 30.0 * np.arange(count)
    top = y + slope * x
    return np.stack([x, top, x + 20, top + 40], axis=1)


def all_tall(boxes: np.ndarray) -> np.ndarray:
    return np.zeros(len(boxes), np.bool_)


@pytest.mark.parametrize("slope", [-0.3, 0.0, 0.3])
def test_lines_are_told_apart_however_they_climb(slope: float) -> None:
    boxes = np.concatenate([row(100 * i, slope=slope) for i in range(3)])
    mixed = np.random.default_rng(0).permutation(len(boxes))
    assert lines_of(boxes[mixed], all_tall(boxes)).tolist() == (mixed // 6).tolist()


def test_a_long_line_may_climb_by_more_than_its_height() -> None:
    assert set(lines_of(row(500, 40, slope=-0.2), np.zeros(40, np.bool_)).tolist()) == {0}


def test_a_point_and_a_comma_belong_to_the_line_that_they_stand_on() -> None:
    boxes = np.concatenate([row(0), row(70), [[172, 34, 178, 40], [172, 104, 178, 118]]])
    small = np.arange(len(boxes)) >= 12
    assert lines_of(boxes, small)[12:].tolist() == [0, 1]


def test_a_dash_in_the_middle_of_a_line_joins_it() -> None:
    boxes = np.concatenate([row(0, 2), row(0, 2, left=120), [[70, 18, 100, 24]], row(80, 4)])
    small = np.zeros(len(boxes), np.bool_)
    small[4] = True
    assert lines_of(boxes, small).tolist() == [0, 0, 0, 0, 0, 1, 1, 1, 1]


def test_a_sign_far_from_all_lines_joins_the_nearest() -> None:
    boxes = np.concatenate([row(0), row(300), [[0, 200, 10, 204]]])
    small = np.arange(len(boxes)) == 12
    assert lines_of(boxes, small)[12] == 1


def test_signs_alone_make_lines_too() -> None:
    boxes = np.array([[0, 0, 10, 4], [30, 0, 40, 4], [0, 50, 10, 54]], np.float64)
    assert lines_of(boxes, np.ones(3, np.bool_)).tolist() == [0, 0, 1]


def test_nothing_has_no_lines() -> None:
    assert lines_of(np.zeros((0, 4)), np.zeros(0, np.bool_)).tolist() == []
