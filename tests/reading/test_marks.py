"""The finder's maps become marks: peaks, boxes, classes."""

import numpy as np
import pytest

from zeronine.reading.finder import BOX, MARKS, STRIDE, Maps
from zeronine.reading.marks import LEAST_PLACE, MOST_MARKS, Marks, joined, marks_of, no_marks


def maps(height: int = 8, width: int = 12) -> Maps:
    """Return maps on which nothing is seen."""
    return Maps(
        np.full((height, width), -9.0, np.float32),
        np.zeros((len(MARKS), height, width), np.float32),
        np.zeros((4, height, width), np.float32),
    )


def test_nothing_seen_is_no_mark() -> None:
    assert len(marks_of(maps())) == len(no_marks()) == 0


def test_a_peak_is_a_mark_in_the_middle_of_its_cell() -> None:
    seen = maps()
    seen.place[2, 5] = 3.0
    marks = marks_of(seen)
    assert marks.place.tolist() == [3.0]
    assert marks.middles.tolist() == [[5.5 * STRIDE, 2.5 * STRIDE]]
    assert (marks.widths.tolist(), marks.heights.tolist()) == ([BOX[0]], [BOX[1]])
    assert marks.seen_px.tolist() == [BOX[1]]


def test_a_box_is_moved_in_cells_and_stretched_by_powers() -> None:
    seen = maps()
    seen.place[2, 5] = 3.0
    seen.box[:, 2, 5] = (0.5, -1.0, np.log(2), np.log(0.5))
    marks = marks_of(seen)
    assert marks.middles[0] == pytest.approx([6 * STRIDE, 1.5 * STRIDE])
    assert [marks.widths[0], marks.heights[0]] == pytest.approx([2 * BOX[0], BOX[1] / 2])


def test_only_the_highest_of_neighbours_is_a_peak() -> None:
    seen = maps()
    seen.place[2, 4:7] = (1.0, 2.0, 1.5)
    seen.place[6, 1] = 0.5
    assert sorted(marks_of(seen).place.tolist()) == [0.5, 2.0]


def test_a_peak_below_the_least_is_none() -> None:
    seen = maps()
    seen.place[2, 5] = LEAST_PLACE - 0.01
    assert len(marks_of(seen)) == 0
    assert len(marks_of(seen, least=-5)) == 1


def test_classes_are_log_probabilities() -> None:
    seen = maps()
    seen.place[2, 5] = 3.0
    seen.kind[7, 2, 5], seen.kind[MARKS.index("other"), 2, 5] = 4.0, 2.0
    marks = marks_of(seen)
    assert np.exp(marks.kinds).sum(axis=1) == pytest.approx([1])
    assert marks.kind.tolist() == [7]
    assert marks.digit[0] + marks.other[0] < 1
    assert marks.digit[0] > marks.other[0] > 0.05


def test_of_a_field_of_noise_the_likeliest_are_kept() -> None:
    seen = maps(600, 600)
    seen.place[::2, ::2] = np.random.default_rng(0).uniform(0, 5, (300, 300))
    marks = marks_of(seen)
    assert len(marks) == MOST_MARKS
    assert marks.place.min() > np.sort(seen.place[::2, ::2].ravel())[-MOST_MARKS - 1]


def test_marks_are_moved_with_their_picture_and_remember_how_high_they_were_seen() -> None:
    marks = Marks(np.array([[1.0, 2, 3, 6]]), np.zeros(1), np.zeros((1, len(MARKS))), np.array([4.0]))
    moved = marks.moved(2, (10, 100))
    assert moved.boxes.tolist() == [[12, 104, 16, 112]]
    assert moved.seen_px.tolist() == [4]


def test_lists_are_joined_in_order_and_kept_by_mask_or_index() -> None:
    one = Marks(np.array([[1.0, 2, 3, 6]]), np.array([1.0]), np.zeros((1, len(MARKS))), np.array([4.0]))
    other = Marks(one.boxes + 1, np.array([2.0]), one.kinds, one.seen_px)
    both = joined([one, other])
    assert both.place.tolist() == [1, 2]
    assert both.keep(np.array([False, True])).place.tolist() == [2]
    assert both.keep(np.array([1, 0])).place.tolist() == [2, 1]
    assert len(joined([])) == 0
