"""What reading gives back: texts, amounts, JSON, and how it prints."""

import base64
import io
import json
import re
from decimal import Decimal

import numpy as np
import pytest
from PIL import Image

from zeronine.answers import SURE, Box, Digit, Number, Reading, Sign, text_of, value_of

BOX = Box(10, 20, 30, 40)
CANVAS = np.zeros((28, 28), np.float32)


def digit(value: int | None, *, confidence: float = 0.95, x: int = 10) -> Digit:
    return Digit(value, confidence, ((value or 0, confidence),), Box(x, 20, 8, 20), CANVAS)


def number(text: str, *, line: int = 0, x: int = 10) -> Number:
    """Return a number of these characters; `?` is a digit that is unsure."""
    marks = tuple(
        digit(None if one == "?" else int(one), x=x) if one in "0123456789?" else Sign(one, 0.9, BOX)
        for one in text
    )
    return Number(marks, Box(x, 20, 8 * len(text), 20), line, 0.8)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", "7"),
        ("0049", "49"),
        ("12.50", "12.50"),
        ("12,50", "12.50"),
        ("-3.75", "-3.75"),
        ("-3,75", "-3.75"),
        ("+4", "4"),
        ("1.480", "1480"),
        ("1,480", "1480"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1234.5", "1234.5"),
        ("1.234.567", "1234567"),
        ("22.970.-", "22970"),
        ("35,-", "35"),
        ("12=", "12"),
        ("5.", "5"),
        ("0.125", "0.125"),
    ],
)
def test_a_written_number_has_a_value(text: str, value: str) -> None:
    assert value_of(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "24.11.2026",
        "24.11.26",
        "10:45",
        "24/11",
        "1?",
        "",
        "-",
        ".",
        "1.23.456",
        "1.234.56",
        "1,2,3",
        "555-1234",
        "--5",
    ],
)
def test_what_is_no_single_amount_has_none(text: str) -> None:
    assert value_of(text) is None


def test_a_number_is_its_marks_and_its_digits_are_without_signs() -> None:
    one = number("12.50")
    assert one.text == "12.50"
    assert [mark.value for mark in one.digits] == [1, 2, 5, 0]
    assert one.value == Decimal("12.50")
    assert number("1?").text == "1?"
    assert number("1?").value is None


def test_lines_are_parted_by_line_breaks_and_numbers_by_spaces() -> None:
    assert text_of([(0, "12"), (0, "34"), (2, "5")]) == "12 34\n5"
    assert text_of([]) == ""


def test_signs_between_numbers_stand_where_they_were_written() -> None:
    reading = Reading(
        (number("3", x=10), number("4", x=90)), 200, 100, signs=((0, Sign("+", 0.9, Box(50, 20, 8, 8))),)
    )
    assert reading.text == str(reading) == "3 + 4"


def test_a_reading_as_json_has_every_part() -> None:
    reading = Reading(
        (number("-3.75"),),
        200,
        100,
        notes=("a note",),
        unread=(BOX,),
        signs=((0, Sign("=", 0.7, BOX)),),
        met=False,
    )
    data = json.loads(json.dumps(reading.to_dict()))
    assert data["unread"] == [{"x": 10, "y": 20, "width": 30, "height": 40}]
    assert data["met"] is False
    assert data["signs"][0]["sign"] == "="
    (only,) = data["numbers"]
    assert (only["text"], only["value"], only["confidence"], only["line"]) == ("-3.75", "-3.75", 0.8, 0)
    assert [one["value"] for one in only["digits"]] == [3, 7, 5]
    assert [one["sign"] for one in only["signs"]] == ["-", "."]
    assert number("24.11.2026").to_dict()["value"] is None


def test_a_notebook_sees_sure_digits_green_others_orange_and_unread_writing_dashed() -> None:
    digits = (digit(1, confidence=SURE), digit(2, confidence=SURE - 0.01))
    reading = Reading((Number(digits, BOX, 0),), 200, 100, unread=(BOX,))
    html = reading._repr_html_()
    assert html.count('stroke="#008c46"') == html.count('stroke="#dc5a00"') == 1
    assert html.count("stroke-dasharray") == 1
    assert "<pre>12</pre>" in html


def test_an_empty_reading_is_empty_text() -> None:
    nothing = Reading((), 20, 10)
    assert (nothing.text, nothing.digits, nothing.unread, nothing.met) == ("", (), (), True)


def test_a_digit_and_a_sign_as_json_exactly() -> None:
    """Shares are rounded to four places."""
    one = Digit(7, 0.98765432, ((7, 0.98765432), (1, 0.00123456)), BOX, CANVAS)
    box = {"x": 10, "y": 20, "width": 30, "height": 40}
    assert one.to_dict() == {
        "value": 7,
        "confidence": 0.9877,
        "alternatives": [[7, 0.9877], [1, 0.0012]],
        "box": box,
    }
    assert Sign("+", 0.87654321, BOX).to_dict() == {"sign": "+", "confidence": 0.8765, "box": box}


def test_a_number_and_a_reading_as_json_exactly() -> None:
    (digits, sign) = ((digit(4),), Sign("-", 0.5, BOX))
    one = Number((sign, *digits), BOX, 2, 0.12345678)
    box = BOX.to_dict()
    assert one.to_dict() == {
        "text": "-4",
        "value": "-4",
        "confidence": 0.1235,
        "line": 2,
        "box": box,
        "digits": [digits[0].to_dict()],
        "signs": [sign.to_dict()],
    }
    reading = Reading((one,), 200, 100, notes=("a note",), unread=(BOX,), signs=((3, sign),), met=False)
    assert reading.to_dict() == {
        "text": "-4\n-",
        "width": 200,
        "height": 100,
        "numbers": [one.to_dict()],
        "signs": [{"line": 3, "sign": "-", "confidence": 0.5, "box": box}],
        "unread": [box],
        "met": False,
        "notes": ["a note"],
    }


def test_a_notebook_sees_boxes_texts_and_the_picture_exactly() -> None:
    """Lines are a 300th of the longer side; letters a third of the digit, at least four lines high."""
    small = Digit(2, 0.95, ((2, 0.95),), Box(40, 20, 8, 6), CANVAS)
    preview = np.arange(50, dtype=np.uint8).reshape(5, 10)
    reading = Reading((Number((digit(1), small), BOX, 0),), 600, 100, unread=(BOX,), preview=preview)
    html = reading._repr_html_()
    green = 'fill="none" stroke="#008c46" stroke-width="2.00"/>'
    marks = (
        f'<rect x="10" y="20" width="8" height="20" {green}'
        '<text x="10" y="18.00" font-size="8.0" fill="#008c46">1</text>'
        f'<rect x="40" y="20" width="8" height="6" {green}'
        '<text x="40" y="18.00" font-size="8.0" fill="#008c46">2</text>'
        '<rect x="10" y="20" width="30" height="40" fill="none" stroke="#777777" stroke-width="2.00" '
        'stroke-dasharray="6.00"/>'
    )
    before, picture, after = html.partition("<image ")
    assert before.startswith('<svg viewBox="0 0 600 100" ') and before.endswith('2000/svg">')
    found = re.fullmatch(
        r'href="data:image/png;base64,([^"]+)" width="600" height="100"/>(.+)', (picture and after), re.DOTALL
    )
    assert found is not None and found[2] == f"{marks}</svg><pre>12</pre>"
    with Image.open(io.BytesIO(base64.b64decode(found[1]))) as shown:
        assert shown.format == "PNG" and np.array_equal(np.asarray(shown), preview)


def test_without_a_picture_a_notebook_sees_the_marks_alone() -> None:
    tall = Digit(1, 0.95, ((1, 0.95),), Box(5, 9, 8, 60), CANVAS)
    html = Reading((Number((tall,), BOX, 0),), 300, 100)._repr_html_()
    assert '2000/svg"><rect x="5" y="9" width="8" height="60" fill="none" stroke="#008c46" ' in html
    assert 'stroke-width="1.00"/><text x="5" y="8.00" font-size="20.0" fill="#008c46">1</text></svg>' in html
