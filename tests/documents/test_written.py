"""Print repeats itself, a pen does not; what has nothing beside it is unknown."""

import numpy as np
import pytest

import written as script
from zeronine.answers import Box, Digit
from zeronine.data.mnist import load
from zeronine.documents.tables import read_table
from zeronine.documents.written import features_of, written_of

DIGITS = load("validation")


def digit(value: int, which: int, height: int = 30) -> Digit:
    """Return the `which`-th validation digit of a value, so many pixels high."""
    canvas = DIGITS.images[DIGITS.labels == value][which].astype(np.float32) / np.float32(255)
    return Digit(value, 0.9, ((value, 0.9),), Box(0, 0, 20, height), canvas)


def test_what_repeats_itself_is_print() -> None:
    cells = [[digit(value, 0) for value in (first, (first + 1) % 10)] for first in range(10)]
    assert set(written_of(cells)) == {"print"}


def test_what_differs_from_cell_to_cell_is_by_pen() -> None:
    cells = [[digit(value, 3 * n, 28 + 3 * (n % 3))] for value in (2, 3, 5) for n in range(3)]
    told = written_of(cells)
    assert told.count("pen") >= 7 and "print" not in told


def test_a_digit_without_another_of_its_value_is_unknown() -> None:
    assert written_of([[digit(1, 0)], [digit(2, 0)], [], [digit(3, 0), digit(3, 0)]]) == ["unknown"] * 4


def test_the_likest_other_is_taken_and_its_height_held_against() -> None:
    features = features_of([digit(4, 0, 30), digit(4, 0, 33), digit(4, 5, 30)], np.arange(3))
    assert features[0, 0] == pytest.approx(-np.log(0.02), rel=1e-3)
    assert features[0, 1] == pytest.approx(np.log(1.1))
    assert features[2, 0] < features[0, 0]


def test_a_made_table_tells_its_printed_cells() -> None:
    """Every second cell is printed: most of what is told is told rightly."""
    told = script.counted(tables=1, seed=2, ways=("every second",))[0]
    right = sum(told[f"clean: {by} told as {by}"] for by in ("pen", "print"))
    wrong = sum(told[f"clean: {by} told as {other}"] for by, other in (("pen", "print"), ("print", "pen")))
    assert right > 4 * wrong
    assert right > 5


def test_a_table_without_digits_has_no_hands() -> None:
    assert read_table(np.full((60, 60), 255, np.uint8)).rows == ()
