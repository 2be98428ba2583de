"""Chosen marks become numbers as they are written, with the signs between them."""

from dataclasses import fields, replace
from decimal import Decimal

import numpy as np
import pytest

from zeronine.answers import Digit, Sign
from zeronine.reading.evidence import (
    GAP_FEATURES,
    NUMBER_FEATURES,
    STANDS_FEATURES,
    Evidence,
    Logistic,
    evidence_of,
)
from zeronine.reading.finder import DIGITS, MARKS
from zeronine.reading.numbers import (
    Chosen,
    believed,
    box_within,
    gap_features,
    number_features,
    numbers_of,
    part_odds,
    spans_of,
)

WIDE = np.array([1.0 if name == "gap" else 0.0 for name in GAP_FEATURES])
WHEN_WIDE = Logistic(WIDE, -1.0)  #: parts where the gap is wider than a height
SHAPE = (400, 2000)


def chosen(text: str, *, line: int = 0) -> Chosen:
    """Return the characters of one line, each 20 x 30 and 5 apart; a space is 60 wide."""
    kinds, lefts, at = [], [], 0
    for character in text:
        if character == " ":
            at += 60
            continue
        kinds.append(MARKS.index(character))
        lefts.append(at)
        at += 25
    left, n = np.array(lefts, np.float64), len(kinds)
    kind = np.array(kinds, np.intp)
    top = np.full(n, 60.0 * line)
    boxes = np.stack([left, top, left + 20, top + 30], axis=1)
    classes = np.full((n, DIGITS), np.log(0.01))
    classes[np.arange(n), np.minimum(kind, 9)] = np.log(0.91)
    return Chosen(
        boxes=boxes,
        in_picture=boxes * 2 + 10,
        kind=kind,
        lines=np.full(n, line, np.intp),
        confidence=np.full(n, 0.95),
        classes=classes,
        canvases=np.zeros((n, 28, 28), np.float32),
        there=np.full(n, 5.0),
        letters=np.zeros(n),
        doubt=np.full(n, -8.0),
        walls=np.zeros(n),
        through=np.zeros(n),
        stacked=np.zeros(n),
    )


def spans(text: str, *, digits_only: bool = False) -> list[str]:
    """Return the texts of the spans of a line."""
    bare = text.replace(" ", "")
    row = chosen(text)
    found = spans_of(row, part_odds(row, WHEN_WIDE), digits_only=digits_only)
    return [bare[one] for one in found]


def read(text: str, *, digits_only: bool = False, groups: tuple[int, ...] = ()) -> list[str]:
    """Return the texts of the numbers of a line."""
    numbers, _ = numbers_of(
        chosen(text), evidence(), SHAPE, least=0.5, digits_only=digits_only, groups=groups
    )
    return [number.text for number in numbers]


def evidence() -> Evidence:
    number = Logistic(np.zeros(len(NUMBER_FEATURES)), 2.0)
    there = np.array([1.0 if name == "mean there" else 0.0 for name in STANDS_FEATURES])
    return replace(evidence_of(), number=number, part=WHEN_WIDE, stands=Logistic(there, 0.0))


@pytest.mark.parametrize(
    "text", ["12.50", "-3.75", "24.11.2026", "1,234.50", "7", "0049", "10:45", "24/11/26", "22.970.-"]
)
def test_a_number_keeps_its_signs(text: str) -> None:
    assert spans(text) == [text]
    assert read(text) == [text]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("72+16-8", ["72", "+", "16", "-", "8"]),
        ("3+4=7", ["3", "+", "4", "=", "7"]),
        ("6x7", ["6", "x", "7"]),
        ("2x-3", ["2", "x", "-3"]),
        ("-2+3", ["-2", "+", "3"]),
        ("(12)", ["(", "12", ")"]),
        ("15%", ["15", "%"]),
        ("8/2=4", ["8", "/", "2", "=", "4"]),
        ("12 34", ["12", "34"]),
        ("=", ["="]),
    ],
)
def test_signs_of_calculation_part_numbers(text: str, parts: list[str]) -> None:
    assert spans(text) == parts


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12.50", ["1250"]),
        ("-3.75", ["375"]),
        ("24.11.2026", ["24112026"]),
        ("24-11", ["24", "11"]),
        ("72+16-8", ["72", "16", "8"]),
    ],
)
def test_digits_only_leaves_the_signs_out(text: str, numbers: list[str]) -> None:
    assert read(text, digits_only=True) == numbers


def test_signs_between_numbers_are_given_with_their_line() -> None:
    _, signs = numbers_of(chosen("3+4=7"), evidence(), SHAPE, least=0.5, digits_only=False)
    assert [(line, sign.text) for line, sign in signs] == [(0, "+"), (0, "=")]
    assert numbers_of(chosen("3+4"), evidence(), SHAPE, least=0.5, digits_only=True)[1] == ()


def test_a_number_knows_value_line_box_and_confidence() -> None:
    (number,), _ = numbers_of(chosen("12.50"), evidence(), SHAPE, least=0.5, digits_only=False)
    assert number.value == Decimal("12.50")
    assert number.line == 0
    assert number.confidence == pytest.approx(1 / (1 + np.exp(-2)))
    assert (number.box.x, number.box.y, number.box.width, number.box.height) == (10, 10, 240, 60)
    assert [type(mark) for mark in number.marks] == [Digit, Digit, Sign, Digit, Digit]


def test_lines_are_counted_from_0_whatever_they_were_called() -> None:
    one, other = chosen("12", line=3), chosen("34", line=5)
    both = Chosen(
        *(np.concatenate([getattr(part, name) for part in (one, other)]) for name in Chosen.__slots__)
    )
    numbers, _ = numbers_of(both, evidence(), SHAPE, least=0.5, digits_only=False)
    assert [(number.line, number.text) for number in numbers] == [(0, "12"), (1, "34")]


def test_groups_say_where_numbers_end_whatever_the_gaps() -> None:
    assert read("12 345", groups=(3, 2)) == ["123", "45"]
    assert read("12345", groups=(1, 4)) == ["1", "2345"]


def test_groups_that_do_not_fit_are_passed_over() -> None:
    assert read("12 345", groups=(3, 3)) == ["12", "345"]


def test_a_digit_below_the_least_confidence_has_no_value() -> None:
    (number,), _ = numbers_of(chosen("12"), evidence(), SHAPE, least=0.96, digits_only=False)
    assert number.text == "??"
    best = [digit.alternatives[0] for digit in number.digits]
    assert [value for value, _ in best] == [1, 2]
    assert [share for _, share in best] == pytest.approx([0.91, 0.91])


def test_alternatives_begin_with_the_answer_and_hold_every_digit_once() -> None:
    (number,), _ = numbers_of(chosen("7"), evidence(), SHAPE, least=0.5, digits_only=False)
    values = [value for value, _ in number.digits[0].alternatives]
    assert values[0] == 7
    assert sorted(values) == list(range(10))


@pytest.mark.parametrize(
    ("box", "inside"),
    [
        ((3.2, 4.8, 9.1, 20.0), (3, 4, 7, 16)),
        ((-5, -5, 5, 5), (0, 0, 5, 5)),
        ((95, 45, 200, 200), (95, 45, 5, 5)),
        ((300, 300, 310, 310), (99, 49, 1, 1)),
        ((50, 20, 50, 20), (50, 20, 1, 1)),
    ],
)
def test_boxes_are_whole_pixels_inside_the_picture(box: tuple[float, ...], inside: tuple[int, ...]) -> None:
    found = box_within(np.array(box, np.float64), (50, 100))
    assert (found.x, found.y, found.width, found.height) == inside


def test_the_features_of_gaps_are_in_heights() -> None:
    row = chosen("12 34")
    features = gap_features(row, 0, 4)
    assert features.shape == (3, len(GAP_FEATURES))
    assert features[:, 0] == pytest.approx([5 / 30, 65 / 30, 5 / 30])
    assert gap_features(row, 0, 1).shape == (0, len(GAP_FEATURES))


def test_the_features_of_a_number_are_finite_also_for_certainties() -> None:
    row = chosen("12")
    row.confidence[:] = (0.0, 1.0)
    features = number_features(row, slice(0, 2), part_odds(row, WHEN_WIDE))
    assert features.shape == (len(NUMBER_FEATURES),)
    assert np.isfinite(features).all()


def test_nothing_chosen_is_no_number() -> None:
    assert numbers_of(chosen(""), evidence(), SHAPE, least=0.5, digits_only=False) == ((), ())


def test_a_line_begins_a_number_whatever_the_gaps_say() -> None:
    one, other = chosen("12 3"), chosen("45", line=1)
    both = Chosen(
        *(np.concatenate([getattr(row, field.name) for row in (one, other)]) for field in fields(Chosen))
    )
    odds = part_odds(both, WHEN_WIDE)
    assert odds[[0, 3]].tolist() == [8, 8]
    assert (odds[[1, 2, 4]] > 0).tolist() == [False, True, False]


def test_a_number_that_nearly_fell_apart_says_so() -> None:
    row = chosen("12 34")
    odds = part_odds(row, WHEN_WIDE)
    names = list(NUMBER_FEATURES)
    whole, half = number_features(row, slice(0, 4), odds), number_features(row, slice(0, 2), odds)
    assert whole[names.index("loosest join")] == pytest.approx(odds[2])
    assert half[names.index("loosest join")] < 0 < half[names.index("tightest end")]


def test_a_number_that_hardly_stands_there_goes_with_its_signs_and_the_others_stay() -> None:
    row = chosen("1,2 34")
    row.there[:3] = (-2.0, 4.0, -1.0)
    assert believed(row, evidence()).kind.tolist() == [3, 4]
    row.there[:3] = (2.0, 4.0, 1.0)
    assert len(believed(row, evidence()).kind) == 5


def test_signs_alone_are_believed() -> None:
    row = chosen("= =")
    row.there[:] = -3
    assert len(believed(row, evidence()).kind) == 2
