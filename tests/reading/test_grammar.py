"""Signs stand where signs can stand."""

import numpy as np
import pytest

from zeronine.reading.evidence import Floats, evidence_of
from zeronine.reading.finder import DIGITS, MARKS
from zeronine.reading.grammar import LEAST, classes_of, mutual_information

SIGNS = MARKS[DIGITS:-1]


def classes(digit: list[float], sign: list[float], which: str, beside: Floats) -> str:
    """Return what is chosen for marks that are each a digit, or the sign of the same place in `which`."""
    signs = np.full((len(which), len(SIGNS)), -9.0)
    for place, one in enumerate(which):
        signs[place, SIGNS.index(one)] = 0
    lines = np.zeros(len(which), np.intp)
    found, _ = classes_of(np.array(digit), np.array(sign), signs, lines, beside)
    return "".join("D" if one == 0 else SIGNS[one - 1] for one in found.tolist())


def test_a_doubtful_slash_before_a_number_is_a_digit() -> None:
    beside = evidence_of().beside
    assert classes([0, 5, 5], [1, -8, -8], "///", beside) == "DDD"
    assert classes([5, 0, 5], [-8, 1, -8], "///", beside) == "D/D"


def test_what_is_sure_stays_whatever_stands_beside_it() -> None:
    assert classes([-8, 5], [8, -8], "/-", evidence_of().beside) == "/D"


def test_lines_know_nothing_of_each_other() -> None:
    beside = np.zeros((13, 13))
    beside[0, 0] = -3
    odds, signs = np.array([1.0, 1.0]), np.zeros((2, len(SIGNS)))
    apart, _ = classes_of(odds, np.zeros(2), signs, np.array([0, 1]), beside)
    together, support = classes_of(odds, np.zeros(2), signs, np.array([0, 0]), beside)
    assert apart.tolist() == [0, 0]
    assert (together > 0).any() and support.tolist() == [0, 0]


def test_mutual_information_of_what_is_independent_is_none() -> None:
    counts = 1e6 * np.outer(np.arange(1, 14), np.arange(2, 15)).astype(np.float64)
    assert mutual_information(counts) == pytest.approx(np.zeros((13, 13)), abs=1e-4)
    counts[3, 4] = 0
    assert mutual_information(counts).min() == LEAST
