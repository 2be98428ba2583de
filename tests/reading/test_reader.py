"""Pictures in, readings out, with the shipped model."""

import cv2
import numpy as np
import pytest

from zeronine.errors import ExpectationError, PictureError
from zeronine.models import SHIPPED
from zeronine.options import expected
from zeronine.reading.reader import Reader
from zeronine.reading.reader import read as read_once

pytestmark = pytest.mark.skipif(not SHIPPED.is_file(), reason="the shipped model is not there")


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def written(text: str, *, gap: int = 46) -> np.ndarray:
    """Return a row of digits drawn with a round pen, dark on light."""
    picture = np.full((110, 40 + gap * len(text)), 250, np.uint8)
    for place, digit in enumerate(text):
        cv2.putText(picture, digit, (20 + gap * place, 82), cv2.FONT_HERSHEY_SIMPLEX, 2, 10, 6, cv2.LINE_AA)
    return picture


def test_a_row_in_order(reader: Reader) -> None:
    """A row is one number, its boxes go from left to right inside the picture."""
    reading = reader.read(written("20357"))
    assert reading.text == "20357"
    assert len(reading.numbers) == 1
    boxes = [digit.box for digit in reading.digits]
    assert [box.x for box in boxes] == sorted(box.x for box in boxes)
    assert all(box.x >= 0 and box.x + box.width <= reading.width for box in boxes)


def test_light_on_dark_is_the_same(reader: Reader) -> None:
    """Turning a picture's tones does not change the text."""
    dark, light = reader.read(written("3025")), reader.read(255 - written("3025"))
    assert dark.text == light.text == "3025"


def test_scale_does_not_change_the_text(reader: Reader) -> None:
    """Half the size and three times the size read the same, with boxes in their own pixels."""
    picture = written("2305")
    for factor in (0.5, 3.0):
        scaled = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        reading = reader.read(scaled, min_confidence=0)
        assert reading.text == "2305"
        assert reading.digits[0].box.x == pytest.approx(
            reader.read(picture, min_confidence=0).digits[0].box.x * factor, abs=15 * factor
        )


def test_boxes_of_a_huge_picture_are_its_own(reader: Reader) -> None:
    """Twelve megapixels are read in a smaller copy; the boxes are in the picture's pixels."""
    small = written("35")
    huge = np.full((3000, 4000), 250, np.uint8)
    large = cv2.resize(small, None, fx=12, fy=12, interpolation=cv2.INTER_LINEAR)
    huge[800 : 800 + len(large), 1000 : 1000 + large.shape[1]] = large
    reading = reader.read(huge)
    assert reading.text == "35"
    assert reading.digits[0].box.x == pytest.approx(1000 + 12 * reader.read(small).digits[0].box.x, abs=40)


def test_one_is_one_or_none(reader: Reader) -> None:
    """With `one` there is exactly one digit, or none on blank paper."""
    assert reader.read(written("5"), one=True).text == "5"
    assert len(reader.read(written("25"), one=True).digits) == 1
    blank = reader.read(np.full((50, 50), 255, np.uint8), one=True)
    assert blank.digits == ()
    assert blank.text == ""


def test_lines_and_numbers(reader: Reader) -> None:
    """Two lines stay two lines, a wide gap parts two numbers."""
    picture = np.vstack([written("203"), written("857")])
    assert reader.read(picture).text == "203\n857"
    gap = np.full((110, 120), 250, np.uint8)
    assert reader.read(np.hstack([written("23"), gap, written("50")])).text == "23 50"


def test_unsure_digits_keep_their_alternatives(reader: Reader) -> None:
    """Nothing is quite certain: at 1 all digits are `?`, with alternatives that sum to one."""
    reading = reader.read(written("35"), min_confidence=1.0)
    assert reading.text == "??"
    for digit in reading.digits:
        assert digit.value is None
        assert sum(share for _, share in digit.alternatives) == pytest.approx(1, abs=1e-3)


def test_a_pattern_groups_the_digits(reader: Reader) -> None:
    """A pattern says where numbers end, and a count how many digits there are."""
    assert reader.read(written("20357"), expect="ddd-dd").text == "203 57"
    assert reader.read(written("20357"), expect=5).text == "20357"
    short = reader.read(written("203"), expect=2)
    assert len(short.digits) == 2


def test_what_is_expected_and_there_is_met(reader: Reader) -> None:
    reading = reader.read(written("20357"), expect="ddd-dd")
    assert reading.met
    assert reading.notes == ()


def test_what_is_expected_and_not_there_is_said(reader: Reader) -> None:
    """The reading is then that of a picture of which nothing is known."""
    reading = reader.read(written("203"), expect=40)
    assert not reading.met
    assert reading.text == reader.read(written("203")).text
    assert reading.notes == ("40 digits were expected, 3 could be made out",)


def test_signs_are_part_of_a_number_and_can_be_left_out(reader: Reader) -> None:
    picture = written("20")
    cv2.circle(picture, (118, 78), 5, 10, -1, cv2.LINE_AA)
    picture = np.hstack([picture[:, :128], written("50")])
    assert reader.read(picture).text == "20.50"
    assert reader.read(picture, digits_only=True).text == "2050"


def test_writing_that_is_not_read_is_told_with_its_place(reader: Reader) -> None:
    """A word beside a number: no digit of it is read, and its box is in `unread`."""
    picture = np.hstack([written("203"), np.full((110, 260), 250, np.uint8)])
    cv2.putText(picture, "wham", (200, 82), cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 1.6, 10, 3, cv2.LINE_AA)
    reading = reader.read(picture)
    assert reading.text == "203"
    assert reading.unread
    assert all(box.x > 150 and box.x + box.width <= reading.width for box in reading.unread)
    assert reader.read(written("203")).unread == ()


def test_a_picture_on_its_head_is_turned_and_that_is_noted(reader: Reader) -> None:
    page = np.vstack([written("2035746"), written("4475236")])
    reading = reader.read(np.rot90(page, 2))
    assert reading.text == "2035746\n4475236"
    assert "the page lay on its head: turned" in reading.notes
    first = reading.digits[0].box
    assert first.x + first.width / 2 > page.shape[1] / 2
    assert first.y > page.shape[0] / 2


def test_expectations_that_make_no_sense(reader: Reader) -> None:
    """Zero, words and contradictions are refused."""
    for wrong in (0, -1, "", "abc", "--", 10**9, 2.5):
        with pytest.raises(ExpectationError):
            expected(wrong)  # type: ignore[arg-type]
    with pytest.raises(ExpectationError, match="leave one of them out"):
        reader.read(written("5"), one=True, expect=2)


def test_steps_are_pictures(reader: Reader) -> None:
    """Every step is a picture, grey or in colours; without `steps` there are none."""
    reading = reader.read(written("42"), steps=True)
    assert list(reading.steps) == ["grey", "heat", "found"]
    for step in reading.steps.values():
        assert step.dtype == np.uint8
        assert step.ndim == 2 or step.shape[2] == 3
    assert not reader.read(written("42")).steps


def test_a_notebook_shows_picture_and_boxes(reader: Reader) -> None:
    """The HTML holds the picture, one frame for each digit, and the text."""
    html = reader.read(written("42"))._repr_html_()
    assert html.count("<rect") == 2
    assert "data:image/png;base64," in html
    assert "<pre>42</pre>" in html


def test_noise_costs_little_and_says_little(reader: Reader) -> None:
    """Salt and pepper over a whole picture ends in a reading, and soon."""
    noise = (np.random.default_rng(1).random((600, 800)) < 0.5).astype(np.uint8) * 255
    assert [digit.text for digit in reader.read(noise).digits if digit.value is not None] == []


def test_read_many_and_the_module_function(reader: Reader) -> None:
    """Many pictures come one by one, and the function of the package reads the same."""
    pictures = [written("23"), written("50")]
    assert [reading.text for reading in reader.read_many(pictures)] == ["23", "50"]
    assert read_once(pictures[0]).text == "23"


def test_no_picture_is_an_error(reader: Reader) -> None:
    with pytest.raises(PictureError):
        reader.read("there is no such file.png")
