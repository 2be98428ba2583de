"""Boxes become glimpses: the box in the middle, always as large, with what stands round it."""

import numpy as np
import pytest

from zeronine.reading.finder import Grey
from zeronine.reading.glimpses import GLIMPSE, LONGEST, glimpses_of

BOX = np.array([[40.0, 30, 64, 82]])  #: left, top, right, bottom: 24 wide and 52 high


def page() -> Grey:
    """Return paper, 240, with a block of ink, 20, that fills BOX, and a neighbour of 90 on its right."""
    grey = np.full((120, 160), 240, np.uint8)
    grey[30:82, 40:64] = 20
    grey[30:82, 72:90] = 90
    return grey


def test_a_box_fills_the_middle_and_is_marked_in_the_second_layer() -> None:
    glimpse = glimpses_of(page(), BOX)[0]
    assert glimpse.shape == (2, GLIMPSE, GLIMPSE)
    assert glimpse.dtype == np.uint8
    rows, columns = np.flatnonzero(glimpse[1].any(1)), np.flatnonzero(glimpse[1].any(0))
    assert (len(rows), len(columns)) == (LONGEST, LONGEST * 24 // 52)
    inside = glimpse[0][glimpse[1] == 255]
    assert np.median(inside) == 20
    assert glimpse[0, 0, 0] == 240


def test_a_neighbour_is_in_sight_and_not_in_the_box() -> None:
    glimpse = glimpses_of(page(), BOX)[0]
    assert (np.abs(glimpse[0].astype(int) - 90) < 3).any()
    assert not (np.abs(glimpse[0][glimpse[1] == 255].astype(int) - 90) < 3).any()


@pytest.mark.parametrize("factor", [2, 5])
def test_a_larger_picture_gives_the_same_glimpse(factor: int) -> None:
    larger = np.kron(page(), np.ones((factor, factor), np.uint8))
    there, here = glimpses_of(larger, BOX * factor)[0], glimpses_of(page(), BOX)[0]
    assert np.abs(there.astype(int) - here).mean() < 6


def test_beyond_the_picture_lies_paper_of_its_rim() -> None:
    glimpse = glimpses_of(page(), np.array([[-30.0, -20, 10, 60]]))[0]
    assert glimpse[0, :, 0].tolist() == [240] * GLIMPSE


def test_no_boxes_give_no_glimpses() -> None:
    assert glimpses_of(page(), np.zeros((0, 4))).shape == (0, 2, GLIMPSE, GLIMPSE)
