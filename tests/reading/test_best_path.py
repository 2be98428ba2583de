"""The likeliest choice of marks, held against every choice that there is."""

from itertools import combinations

import numpy as np
import pytest

from zeronine.reading.best_path import Path, best_path
from zeronine.reading.boxes import SHARED, shared_of

SIDE = 10.0


def boxes_at(*lefts: float) -> np.ndarray:
    """Return boxes of 10 x 10 that begin at these columns."""
    return np.array([[left, 0, left + SIDE, SIDE] for left in lefts], np.float64).reshape(-1, 4)


def by_trying_all(boxes: np.ndarray, worth: np.ndarray, digit: np.ndarray, count: int | None) -> float | None:
    """Return the worth of the best compatible choice, found by trying every one; None where there is none."""
    rivals = shared_of(boxes, boxes) > SHARED
    sums = [
        worth[list(some)].sum()
        for size in range(len(worth) + 1)
        for some in combinations(range(len(worth)), size)
        if not any(rivals[a, b] for a, b in combinations(some, 2))
        and (count is None or digit[list(some)].sum() == count)
    ]
    return float(max(sums)) if sums else None


def made(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return up to nine boxes that overlap a lot, in reading order, their log-odds, and which are digits."""
    g = np.random.default_rng(seed)
    n = int(g.integers(1, 10))
    low = g.uniform(0, 30, (n, 2)) * [1, 0.3]
    boxes = np.concatenate([low, low + g.uniform(4, 14, (n, 2))], axis=1)
    boxes = boxes[np.argsort(boxes[:, 0] + boxes[:, 2])]
    return boxes, g.normal(0, 3, n), g.random(n) < 0.7


@pytest.mark.parametrize("seed", range(200))
def test_no_choice_is_better(seed: int) -> None:
    boxes, worth, digit = made(seed)
    path = best_path(boxes, worth, digit)
    assert path is not None
    assert path.worth == pytest.approx(by_trying_all(boxes, worth, digit, None))
    assert path.worth == pytest.approx(worth[list(path.chosen)].sum())


@pytest.mark.parametrize("seed", range(200))
def test_no_choice_with_the_expected_count_is_better(seed: int) -> None:
    boxes, worth, digit = made(seed)
    for count in range(1, 5):
        path, best = best_path(boxes, worth, digit, count=count), by_trying_all(boxes, worth, digit, count)
        worths, counts = ([], []) if path is None else ([path.worth], [digit[list(path.chosen)].sum()])
        expected = [] if best is None else [best]
        assert worths == pytest.approx(expected) and counts == [count] * len(expected)


def test_some_counts_can_be_met_and_some_cannot() -> None:
    """Or the comparison with trying all would compare nothing with nothing."""
    met = [best_path(*made(seed), count=count) is not None for seed in range(200) for count in range(1, 5)]
    assert 100 < sum(met) < 700


@pytest.mark.parametrize("count", [None, 2])
def test_no_two_of_the_chosen_share_ink(count: int | None) -> None:
    several = 0
    for seed in range(100):
        boxes, worth, _ = made(seed)
        path = best_path(boxes, worth, np.ones(len(worth), np.bool_), count=count)
        chosen = boxes[[] if path is None else list(path.chosen)]
        shared = shared_of(chosen, chosen)
        np.fill_diagonal(shared, 0)
        assert (shared <= SHARED).all()
        several += len(chosen) > 1
    assert several > 50


def test_nothing_is_chosen_of_nothing() -> None:
    none = np.zeros(0)
    assert best_path(boxes_at(), none, none.astype(bool)) == Path((), 0.0)
    assert best_path(boxes_at(), none, none.astype(bool), count=1) is None


def test_marks_that_are_unlikely_are_left_out_unless_they_are_expected() -> None:
    digit = np.ones(2, np.bool_)
    apart, worth = boxes_at(0, 50), np.array([2.0, -3.0])
    assert best_path(apart, worth, digit) == Path((0,), 2.0)
    assert best_path(apart, worth, digit, count=2) == Path((0, 1), -1.0)


def test_a_wide_mark_gives_way_to_two_narrow_ones_that_are_worth_more_together() -> None:
    boxes = np.array([[0, 0, 9, 10], [0, 0, 20, 10], [11, 0, 20, 10]], np.float64)
    digit = np.ones(3, np.bool_)
    assert best_path(boxes, np.array([3.0, 5.0, 3.0]), digit) == Path((0, 2), 6.0)
    assert best_path(boxes, np.array([2.0, 5.0, 2.0]), digit) == Path((1,), 5.0)


def test_signs_are_not_counted() -> None:
    digit = np.array([True, False, True])
    path = best_path(boxes_at(0, 20, 40), np.array([1.0, 1.0, 1.0]), digit, count=2)
    assert path == Path((0, 1, 2), 3.0)


def test_a_crowd_of_thousands_is_chosen_from() -> None:
    """Every mark of a field overlaps its neighbours: memory and time stay bounded."""
    g = np.random.default_rng(0)
    low = g.uniform(0, 400, (4000, 2))
    boxes = np.concatenate([low, low + 12], axis=1)
    path = best_path(boxes, g.uniform(0.1, 3, 4000), np.ones(4000, np.bool_))
    assert path is not None
    assert len(path.chosen) > 500
