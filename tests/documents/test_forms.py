"""A form is found in a picture, its fields are read as their kinds; what is not the form is refused."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from drawn import askew, empty_form, filled_form
from zeronine.answers import Box
from zeronine.documents.align import aligned
from zeronine.documents.boxes import boxes_of
from zeronine.documents.forms import Field, Form
from zeronine.errors import FormError
from zeronine.reading.reader import Reader

FIELDS = (
    Field("postcode", Box(60, 210, 230, 56), "digits(5)"),
    Field("rooms", Box(60, 380, 330, 56), "digits(1)"),
    Field("paid", Box(60, 550, 330, 56), "amount(decimals=2)"),
    Field("telephone", Box(60, 720, 330, 56), "phone"),
)
TEXTS = {"postcode": "10115", "rooms": "3", "paid": "72.50", "telephone": "06123458"}


def filled() -> np.ndarray:
    """Draw a filled form."""
    return filled_form(dict(enumerate(TEXTS.values())))


@pytest.fixture(scope="module")
def form() -> Form:
    return Form.make(empty_form(), FIELDS)


def test_the_boxes_of_an_empty_form_are_found_and_a_comb_is_one() -> None:
    found = boxes_of(empty_form())
    assert [cells for _, cells in found] == [5, 1, 1, 1]
    for (box, _), field in zip(found, FIELDS, strict=True):
        assert abs(box.x - field.box.x) < 5
        assert abs(box.y - field.box.y) < 5
        assert abs(box.width - field.box.width) < 9


def test_a_form_is_laid_over_a_picture_of_it_to_the_pixel() -> None:
    seen, matrix = askew(filled())
    found = aligned(empty_form(), seen)
    points = np.array([[[60, 210]], [[390, 210]], [[390, 776]], [[60, 776]], [[300, 500]]], np.float64)
    away = cv2.perspectiveTransform(points, found) - cv2.perspectiveTransform(points, matrix)
    assert float(np.hypot(*away[:, 0].T).max()) < 3


def test_a_filled_form_seen_askew_gives_its_values(form: Form) -> None:
    seen, _ = askew(filled())
    answers = form.read(seen, reader=Reader())
    assert {one.name: one.text for one in answers.answers} == TEXTS
    assert answers["postcode"].value == "10115"
    assert str(answers["paid"].value) == "72.50"


def test_another_form_is_refused(form: Form) -> None:
    other = empty_form("ANNUAL REPORT", ("name of ship", "tons", "crew below deck", "harbour"))
    for picture in (other[::-1, ::-1].copy(), np.full((900, 700), 240, np.uint8)):
        with pytest.raises(FormError, match="does not show this form"):
            form.read(picture)


def test_a_template_comes_back_from_its_file(form: Form, tmp_path: Path) -> None:
    form.save(tmp_path / "form.json")
    again = Form.load(tmp_path / "form.json")
    assert again.fields == form.fields
    assert np.array_equal(again.empty, form.empty)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": 2}', '{"format": 1, "fields": [{}], "page": ""}']
)
def test_a_damaged_template_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "form.json").write_text(text)
    with pytest.raises(FormError, match=r"form\.json"):
        Form.load(tmp_path / "form.json")


@pytest.mark.parametrize(
    ("field", "about"),
    [
        (Field("", Box(0, 0, 10, 10)), "a name of its own"),
        (Field("far", Box(690, 0, 20, 10)), "outside the form"),
        (Field("odd", Box(0, 0, 10, 10), "colour"), "odd"),
    ],
)
def test_an_impossible_field_is_refused(field: Field, about: str) -> None:
    with pytest.raises(FormError, match=about):
        Form.make(empty_form(), [field])
