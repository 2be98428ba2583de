"""What a person reads the same, the reader reads the same: a thin slice of benchmarks/metamorphic.py.

Sixteen digits and eight numbers of validation digits, drawn with fixed seeds.  A bound is how many right
answers may be lost to a change.
"""

from collections import Counter

import pytest

import metamorphic
from changes import CHANGES, Sample
from zeronine.data.digits import Digits
from zeronine.reading.reader import Reader

LOST = 1  #: right answers that a change may cost, where nothing else is said
SLOW = {"scale 4"}  #: asked for by the benchmark only
PAGES = {"turned by 90 degrees", "turned by 180 degrees"}
LOST_DIGITS = {"thick pen": 2, "beside a word": 2}
LOST_NUMBERS = {"cropped tight": 2, "beside a word": 2}


def changes_for(kind: str) -> list[str]:
    left_out = SLOW | PAGES | ({"in a comb"} if kind == "digit" else set())
    return [name for name in CHANGES if name not in left_out]


@pytest.fixture(name="reader", scope="module")
def _reader() -> Reader:
    return Reader()


@pytest.fixture(name="digits", scope="module")
def _digits(mnist: tuple[Digits, Digits, Digits]) -> list[Sample]:
    return metamorphic.made_digits(mnist[1], 16)


@pytest.fixture(name="numbers", scope="module")
def _numbers(mnist: tuple[Digits, Digits, Digits]) -> list[Sample]:
    return metamorphic.made_numbers(mnist[1], 8)


@pytest.fixture(name="before", scope="module")
def _before(reader: Reader, digits: list[Sample], numbers: list[Sample]) -> dict[str, list[Counter[str]]]:
    samples = {"digit": digits, "number": numbers}
    return {
        kind: [metamorphic.right_in(reader, sample.picture, sample) for sample in some]
        for kind, some in samples.items()
    }


def test_unchanged_they_are_read(before: dict[str, list[Counter[str]]]) -> None:
    assert sum(right.total() for right in before["digit"]) >= 15
    assert sum(right.total() for right in before["number"]) >= 6  # the stem of a 4 counts as a 1: log 0076


@pytest.mark.parametrize("name", changes_for("digit"))
def test_a_digit_stays_what_it_is(
    name: str, reader: Reader, digits: list[Sample], before: dict[str, list[Counter[str]]]
) -> None:
    stayed, count = metamorphic.kept_by(reader, name, digits, before["digit"])
    assert count - stayed <= LOST_DIGITS.get(name, LOST)


@pytest.mark.parametrize("name", changes_for("number"))
def test_a_number_stays_what_it_is(
    name: str, reader: Reader, numbers: list[Sample], before: dict[str, list[Counter[str]]]
) -> None:
    stayed, count = metamorphic.kept_by(reader, name, numbers, before["number"])
    assert count - stayed <= LOST_NUMBERS.get(name, LOST)
