"""benchmarks/scoring.py: what counts as a number, and what the figures are, by hand."""

from types import SimpleNamespace

import pytest

import scoring


@pytest.mark.parametrize(
    ("text", "written", "digits", "runs"),
    [
        ("3x+2=20", ["3", "2", "20"], ["3", "2", "20"], ["3", "2", "20"]),
        ("$ 12.50", ["12.50"], ["1250"], ["12", "50"]),
        ("-3,75", ["3,75"], ["375"], ["3", "75"]),
        ("11/21/2015", ["11/21/2015"], ["11212015"], ["11", "21", "2015"]),
        ("24.11.26 9-4", ["24.11.26", "9", "4"], ["241126", "9", "4"], ["24", "11", "26", "9", "4"]),
        ("1.|2.", ["1", "2"], ["1", "2"], ["1", "2"]),
        ("1?3 ??", ["1?3"], ["1?3"], ["1?3"]),
        ("no number", [], [], []),
    ],
)
def test_numbers_of_a_text(text: str, written: list[str], digits: list[str], runs: list[str]) -> None:
    assert [scoring.numbers_of(text, way) for way in scoring.WAYS] == [written, digits, runs]


def test_f1_finds_each_true_number_once() -> None:
    figure = scoring.f1([(["7", "7", "12"], ["7", "12", "5"]), ([], ["9"])])
    assert figure == {"f1": round(4 / 7, 4), "right": 2, "read": 3, "true": 4}


def test_f1_of_nothing_is_nothing() -> None:
    assert scoring.f1([([], [])])["f1"] == 0


def test_edits_and_order() -> None:
    assert scoring.edits("1234", "134") == 1
    assert scoring.edits("", "12") == 2
    assert scoring.in_order("12345", "15243") == 3


def test_coverage_is_the_longest_run_of_sure_answers_that_is_precise_enough() -> None:
    sure, right = [0.9, 0.8, 0.7, 0.6], [True, True, False, True]
    assert scoring.coverage(sure, right, precision=0.99) == 0.5
    assert scoring.coverage(sure, right, precision=0.75) == 1.0


def test_calibration_tells_a_boaster_from_chance() -> None:
    boaster = scoring.calibration([0.95] * 40, [True, False] * 20)
    assert boaster["error"] == pytest.approx(0.45)
    assert boaster["by_chance"] is not None and boaster["by_chance"] < 0.1


def test_an_answer_without_a_confidence_of_its_numbers_takes_its_digits() -> None:
    digits = (SimpleNamespace(value=1, confidence=0.5), SimpleNamespace(value=None, confidence=0.4))
    number = SimpleNamespace(text="1?", line=0, digits=digits)
    answer = scoring.answer_of(SimpleNamespace(numbers=(number,), digits=digits))
    assert (answer.plain, answer.digits) == ("1", 1)
    assert answer.confidence == pytest.approx(0.2)
