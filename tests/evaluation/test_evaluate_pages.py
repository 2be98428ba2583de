"""Pages are judged by place and value; checked with readers whose answers are known."""

from dataclasses import replace
from io import StringIO

import numpy as np
import pytest
from rich.console import Console

from common import Splits, written
from zeronine.answers import Box, Digit, Number, Reading
from zeronine.data.pages.made import Page, TrueNumber, make_pages
from zeronine.evaluation.pages import (
    Score,
    evaluate_pages,
    match,
    pages_html,
    score_page,
    shares_of,
    show_pages,
    standard_pages,
)
from zeronine.reading.reader import Reader

BOXES = (Box(10, 10, 10, 20), Box(25, 10, 10, 20))
PAGE = Page(np.zeros((50, 80), np.uint8), (TrueNumber("47", BOXES, 0),), "known")


def digit(value: int | None, box: Box) -> Digit:
    return Digit(value, 0.9, ((value or 0, 0.9),), box, np.zeros((28, 28), np.float32))


def reading(*numbers: list[Digit]) -> Reading:
    return Reading(tuple(Number(tuple(one), one[0].box, 0) for one in numbers), 80, 50)


class Answers:
    """A reader that always answers the same."""

    def __init__(self, answer: Reading) -> None:
        self.answer = answer

    def read(self, picture: np.ndarray) -> Reading:
        return self.answer


PERFECT = Score(pages=1, digits=2, found=2, right=2, numbers=1, numbers_right=1, answered=2, answered_right=2)


def test_a_perfect_reading_scores_everything() -> None:
    assert score_page(PAGE, reading([digit(4, BOXES[0]), digit(7, BOXES[1])])) == PERFECT


@pytest.mark.parametrize(
    ("answer", "changes"),
    [
        (reading(), {"found": 0, "right": 0, "numbers_right": 0, "answered": 0, "answered_right": 0}),
        (
            reading([digit(4, BOXES[0]), digit(1, BOXES[1])]),
            {"right": 1, "numbers_right": 0, "answered_right": 1},
        ),
        (
            reading([digit(4, BOXES[0]), digit(None, BOXES[1])]),
            {"right": 1, "numbers_right": 0, "answered": 1, "answered_right": 1},
        ),
        (reading([digit(4, BOXES[0])], [digit(7, BOXES[1])]), {"numbers_right": 0}),  # torn apart
        (
            reading([digit(4, BOXES[0]), digit(7, BOXES[1])], [digit(1, Box(60, 10, 5, 20))]),
            {"false": 1, "spoilt": 1, "answered": 3},
        ),
        (
            reading([digit(4, BOXES[0]), digit(7, BOXES[1])], [digit(None, Box(60, 10, 5, 20))]),
            {},  # a speck that is not answered harms nobody
        ),
        (
            reading([digit(4, BOXES[0]), digit(7, Box(26, 12, 10, 20))]),
            {},  # a little beside is the same place
        ),
        (
            reading([digit(4, BOXES[0]), digit(7, Box(33, 10, 10, 20))]),
            {"found": 1, "right": 1, "numbers_right": 0, "false": 1, "spoilt": 1, "answered_right": 1},
        ),
    ],
)
def test_each_mistake_counts_where_it_belongs(answer: Reading, changes: dict[str, int]) -> None:
    assert score_page(PAGE, answer) == replace(PERFECT, **changes)


def test_each_box_has_one_partner_the_best_first() -> None:
    true = [Box(0, 0, 10, 10), Box(4, 0, 10, 10)]
    assert match(true, [Box(4, 0, 10, 10), Box(0, 0, 10, 10)]) == [1, 0]
    assert match(true, [Box(4, 0, 10, 10)]) == [-1, 0]
    assert match([], [Box(0, 0, 1, 1)]) == []
    assert match(true, []) == [-1, -1]


def test_scores_add_up_by_kind_and_misses_are_kept() -> None:
    report = evaluate_pages(Answers(reading([digit(4, BOXES[0]), digit(1, BOXES[1])])), [PAGE, PAGE])
    assert report.scores["known"].pages == 2
    assert shares_of(report.scores["known"])["right"] == (2, 4)
    assert [(miss.index, miss.true, miss.read) for miss in report.misses] == [
        (0, "47", "41"),
        (1, "47", "41"),
    ]
    plain = report.to_dict()["known"]["share_right"]
    assert (plain["value"], plain["count"]) == (0.5, 4)
    low, high = plain["interval"]
    assert low < 0.5 < high


def test_the_table_names_every_kind() -> None:
    console = Console(file=StringIO(), width=150)
    show_pages(evaluate_pages(Answers(reading()), [PAGE, replace_kind(PAGE, "other")]), console)
    text = written(console)
    assert "known" in text
    assert "other" in text
    assert "0/2 0.00%" in text


def test_the_same_table_goes_into_a_page() -> None:
    report = evaluate_pages(Answers(reading()), [PAGE, replace_kind(PAGE, "<b>")])
    page = pages_html(report)
    assert page.count("<tr>") == 3 and "&lt;b&gt;" in page and "<td>0/2 0.00%</td>" in page


def replace_kind(page: Page, kind: str) -> Page:
    return Page(page.picture, page.numbers, kind)


def test_the_standard_set_has_pages_with_and_without_digits(mnist: Splits) -> None:
    pages = list(standard_pages(mnist[1][:500], each=1))
    assert sum(not page.numbers for page in pages) == 4
    assert len(pages) == len({page.kind for page in pages}) == 18


def test_clean_rows_of_real_digits_are_read(mnist: Splits) -> None:
    """Twenty rows of six validation digits: at least 18 numbers exactly right, by the shipped model."""
    pages = make_pages(mnist[1], "row", 20, generator=np.random.default_rng(0))
    score = evaluate_pages(Reader(), pages).scores["row"]
    assert score.digits == 120
    assert score.found >= 118
    assert score.numbers_right >= 18
