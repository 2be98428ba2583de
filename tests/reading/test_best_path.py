"""The likeliest choice of marks, held against every choice that there is."""

from itertools import combinations

import numpy as np
import pytest

from zeronine.reading.best_path import Path, best_path
from zeronine.reading.rivals import Rivals, pairs_of

NEVER = -100.0  #: what two marks that cannot both be there add


def between(*pairs: tuple[int, int, float], count: int) -> Rivals:
    """Return rivals: two marks, and what taking both adds."""
    rivals: Rivals = [{} for _ in range(count)]
    for one, other, more in pairs:
        rivals[one][other] = rivals[other][one] = more
    return rivals


def worth_of(some: tuple[int, ...], rivals: Rivals, worth: np.ndarray) -> float:
    """Return what a choice is worth."""
    return float(worth[list(some)].sum() + sum(rivals[a].get(b, 0) for a, b in combinations(some, 2)))


def by_trying_all(rivals: Rivals, worth: np.ndarray, digit: np.ndarray, count: int | None) -> float | None:
    """Return the worth of the best choice, found by trying every one; None where there is none.

    Signs, and digits where none are expected, are taken only where they are worth something by themselves.
    """
    useful = np.flatnonzero(worth > 0 if count is None else digit | (worth > 0)).tolist()
    sums = [
        worth_of(some, rivals, worth)
        for size in range(len(worth) + 1)
        for some in combinations(useful, size)
        if count is None or digit[list(some)].sum() == count
    ]
    return float(max(sums)) if sums else None


def made(seed: int) -> tuple[Rivals, np.ndarray, np.ndarray]:
    """Return up to nine marks, many on the ink of the next, their log-odds, and which are digits."""
    g = np.random.default_rng(seed)
    n = int(g.integers(1, 10))
    pairs = [(a, b) for a, b in combinations(range(n), 2) if b - a < 4 and g.random() < 0.5]
    rivals = between(*((a, b, float(g.normal(-3, 3))) for a, b in pairs), count=n)
    return rivals, g.normal(0, 3, n), g.random(n) < 0.7


@pytest.mark.parametrize("seed", range(200))
def test_no_choice_is_better(seed: int) -> None:
    rivals, worth, digit = made(seed)
    path = best_path(rivals, worth, digit)
    assert path is not None
    assert path.worth == pytest.approx(by_trying_all(rivals, worth, digit, None))
    assert path.worth == pytest.approx(worth_of(path.chosen, rivals, worth))


@pytest.mark.parametrize("seed", range(200))
def test_no_choice_with_the_expected_count_is_better(seed: int) -> None:
    rivals, worth, digit = made(seed)
    for count in range(1, 5):
        path, best = best_path(rivals, worth, digit, count=count), by_trying_all(rivals, worth, digit, count)
        worths, counts = ([], []) if path is None else ([path.worth], [digit[list(path.chosen)].sum()])
        expected = [] if best is None else [best]
        assert worths == pytest.approx(expected) and counts == [count] * len(expected)


def test_some_counts_can_be_met_and_some_cannot() -> None:
    """Or the comparison with trying all would compare nothing with nothing."""
    met = [best_path(*made(seed), count=count) is not None for seed in range(200) for count in range(1, 5)]
    assert 100 < sum(met) < 700


def test_two_that_hardly_both_stand_there_are_not_both_chosen() -> None:
    digit, worth = np.ones(2, np.bool_), np.array([3.0, 2.0])
    assert best_path(between((0, 1, -2.5), count=2), worth, digit) == Path((0,), 3.0)
    assert best_path(between((0, 1, -1.5), count=2), worth, digit) == Path((0, 1), 3.5)
    assert best_path(between((0, 1, -2.5), count=2), worth, digit, count=2) == Path((0, 1), 2.5)


def test_nothing_is_chosen_of_nothing() -> None:
    none = np.zeros(0)
    assert best_path([], none, none.astype(bool)) == Path((), 0.0)
    assert best_path([], none, none.astype(bool), count=1) is None


def test_marks_that_are_unlikely_are_left_out_unless_they_are_expected() -> None:
    digit = np.ones(2, np.bool_)
    apart, worth = between(count=2), np.array([2.0, -3.0])
    assert best_path(apart, worth, digit) == Path((0,), 2.0)
    assert best_path(apart, worth, digit, count=2) == Path((0, 1), -1.0)


def test_a_wide_mark_gives_way_to_two_narrow_ones_that_are_worth_more_together() -> None:
    rivals = between((0, 1, NEVER), (1, 2, NEVER), count=3)
    digit = np.ones(3, np.bool_)
    assert best_path(rivals, np.array([3.0, 5.0, 3.0]), digit) == Path((0, 2), 6.0)
    assert best_path(rivals, np.array([2.0, 5.0, 2.0]), digit) == Path((1,), 5.0)


def test_signs_are_not_counted() -> None:
    digit = np.array([True, False, True])
    path = best_path(between(count=3), np.array([1.0, 1.0, 1.0]), digit, count=2)
    assert path == Path((0, 1, 2), 3.0)


def test_a_crowd_of_thousands_is_chosen_from() -> None:
    """Every mark of a field overlaps its neighbours: memory and time stay bounded."""
    g = np.random.default_rng(0)
    low = g.uniform(0, 400, (4000, 2))
    pairs = pairs_of(np.concatenate([low, low + 12], axis=1)).tolist()
    assert len(pairs) > 4000
    rivals = between(*((one, other, NEVER) for one, other in pairs), count=4000)
    path = best_path(rivals, g.uniform(0.1, 3, 4000), np.ones(4000, np.bool_))
    assert path is not None
    assert len(path.chosen) > 500
    chosen = set(path.chosen)
    assert not any(chosen & rivals[one].keys() for one in chosen)
