"""The likeliest way that a kind accepts is found, and is no likelier than the free one."""

import itertools

import numpy as np
import pytest

from zeronine.kinds import kind
from zeronine.reading.finder import DIGITS, MARKS
from zeronine.reading.fitting import MARKS_MOST, Anything, fit, worth_fitting

CLASSES = len(MARKS) - 1


def row(text: str, second: str = "", loss: float = 2.0, worth: float = 4.0) -> np.ndarray:
    """Return the log-odds of one mark: `text` is likeliest, `second` less so by `loss`, all else hardly."""
    worths = np.full(CLASSES, -12.0)
    for one, value in ((text, worth), (second, worth - loss)):
        if one:
            worths[MARKS.index(one)] = value
    return worths


def side_by_side(count: int) -> np.ndarray:
    """Return that any two of so many marks may be taken together."""
    return np.ones((count, count), np.bool_)


def test_without_a_kind_the_likeliest_characters_are_taken() -> None:
    found = fit(side_by_side(3), np.stack([row("1", "7"), row("."), row("5")]), Anything())
    assert found is not None
    assert found.text == "1.5"


def test_a_kind_takes_the_second_best_where_the_best_cannot_be() -> None:
    """The month 17 is none: the 7 was a 2, and that costs what the classes differ by."""
    worths = np.stack([row(one) for one in "24.1"] + [row("7", "2", 1.5)] + [row(one) for one in ".2026"])
    free, found = (fit(side_by_side(10), worths, one) for one in (Anything(), kind("date")))
    assert free is not None
    assert found is not None
    assert (free.text, found.text) == ("24.17.2026", "24.12.2026")
    assert free.worth - found.worth == pytest.approx(1.5)


def test_a_mark_too_many_is_left_out_and_a_faint_one_taken_in() -> None:
    worths = np.stack([row("1"), row("4", worth=0.5), row("2"), row("3"), row("9", worth=-1.0)])
    two, five = (fit(side_by_side(5), worths, kind(one)) for one in ("digits(3)", "digits(5)"))
    assert two is not None
    assert five is not None
    assert (two.text, five.text) == ("123", "14239")


def test_of_very_many_marks_the_likeliest_are_looked_at_in_their_order() -> None:
    """Every two of them are compared, which a page of thousands could not afford."""
    worths = np.stack([row("1", worth=float(index % 7)) for index in range(5000)])
    few = worth_fitting(worths)
    assert few.tolist() == list(range(6, 7 * MARKS_MOST, 7))
    assert worth_fitting(worths[:5]).tolist() == [0, 1, 2, 3, 4]


def test_marks_that_share_ink_are_never_both_taken() -> None:
    fits = side_by_side(3)
    fits[0, 1] = fits[1, 0] = False
    found = fit(fits, np.stack([row("1"), row("7"), row("5")]), kind("digits(3)"))
    assert found is None


def test_what_no_marks_can_be_is_told() -> None:
    assert fit(side_by_side(2), np.stack([row("1"), row("2")]), kind("digits(3)")) is None
    assert fit(side_by_side(0), np.zeros((0, CLASSES)), kind("phone")) is None


@pytest.mark.parametrize("seed", range(6))
def test_no_other_way_of_the_kind_is_likelier(seed: int) -> None:
    """Against trying everything: four marks, each one of ten digits or left out, a check digit to be met."""
    g = np.random.default_rng(seed)
    worths = np.full((4, CLASSES), -30.0)
    worths[:, :DIGITS] = g.normal(0, 2, (4, DIGITS))
    asked = kind("check(luhn)")
    best = -np.inf
    for choice in itertools.product(range(11), repeat=4):
        state = asked.start
        for one in choice:
            state = asked.step(state, str(one)) if one < DIGITS else state
        if asked.ends(state):
            best = max(best, sum(worths[i, one] for i, one in enumerate(choice) if one < DIGITS))
    found = fit(side_by_side(4), worths, asked)
    assert found is not None
    assert found.worth == pytest.approx(best)
