"""What several looks see of the same characters becomes one list."""

import numpy as np
import pytest

from zeronine.reading.finder import MARKS, Maps
from zeronine.reading.looks import UNSEEN, Look, best_seen, together
from zeronine.reading.marks import Marks

NO_MAPS = Maps(
    np.zeros((1, 1), np.float32), np.zeros((22, 1, 1), np.float32), np.zeros((4, 1, 1), np.float32)
)


def look(scale: float, *rows: tuple[float, float, int, float], height: float = 32.0) -> Look:
    """Return a look with digits: left, log-odds of the place, class, and how sure of the class."""
    boxes = np.array([[left, 0, left + 16, height] for left, *_ in rows], np.float64).reshape(-1, 4)
    kinds = np.full((len(rows), len(MARKS)), 0.01)
    for row, (_, _, kind, sure) in zip(kinds, rows, strict=True):
        row[kind] = sure
    kinds = np.log(kinds / kinds.sum(axis=1, keepdims=True))
    place = np.array([place for _, place, *_ in rows], np.float64)
    marks = Marks(boxes, place, kinds, np.full(len(rows), height * scale))
    return Look(np.zeros((9, 9), np.uint8), scale, (0, 0), NO_MAPS, marks)


def test_a_mark_that_two_looks_see_stands_once_with_the_mean_of_both() -> None:
    both = together([look(1.0, (10, 2.0, 3, 0.9)), look(1.3, (11, 4.0, 3, 0.9))])
    assert both.place.tolist() == [3.0]
    assert both.kind.tolist() == [3]
    assert both.boxes[0].tolist() == [10, 0, 26, 32]  # as the look that is nearer the ideal height draws it
    assert np.exp(both.kinds).sum() == pytest.approx(1)


def test_what_one_look_misses_counts_against_a_mark() -> None:
    found = together([look(1.0, (10, 2.0, 3, 0.9)), look(1.3, (90, 1.0, 4, 0.9))])
    assert found.place.tolist() == [(2.0 + UNSEEN) / 2, (1.0 + UNSEEN) / 2]


def test_a_look_that_cannot_see_so_small_a_character_has_no_say() -> None:
    found = together([look(1.0, (10, 2.0, 3, 0.9)), look(0.2)])
    assert found.place.tolist() == [2.0]


def test_looks_that_name_different_digits_leave_doubt() -> None:
    found = together([look(1.0, (10, 2.0, 3, 0.9)), look(1.3, (10, 2.0, 8, 0.9))])
    three, eight, other = np.exp(found.kinds[0, [3, 8, 5]])
    assert three == eight < 0.5
    assert three > 5 * other


def test_no_marks_stay_none_and_one_look_stays_as_it_is() -> None:
    assert len(together([look(1.0), look(1.3)])) == 0
    alone = look(1.0, (10, 2.0, 3, 0.9), (40, 1.0, 5, 0.8))
    assert together([alone]).boxes.tolist() == best_seen([alone]).boxes.tolist()


def test_many_marks_on_many_rows_find_their_counterparts() -> None:
    rows = tuple((20.0 * i, 1.0, i % 10, 0.9) for i in range(400))
    found = together([look(1.0, *rows), look(1.2, *rows)])
    assert len(found) == 400 and found.place.tolist() == [1.0] * 400
