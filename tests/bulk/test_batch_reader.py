"""Pictures in, rows out: one row a picture, and no exception for one."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from jobs import picture
from zeronine import __version__
from zeronine.bulk.batch_reader import BatchReader
from zeronine.bulk.rows import row_of
from zeronine.errors import PictureError
from zeronine.options import ReadOptions
from zeronine.reading.reader import Reader

BOX = {"x": 1, "y": 2, "width": 3, "height": 4}
DIGIT = {"value": 7, "confidence": 0.9, "alternatives": [], "box": BOX}


def number(text: str, value: str | None, confidence: float) -> dict[str, Any]:
    return {"text": text, "value": value, "confidence": confidence, "line": 0, "box": BOX, "digits": [DIGIT]}


def test_a_row_of_one_number_has_its_value_and_confidence() -> None:
    row = row_of("x", [{"text": "7.50", "numbers": [number("7.50", "7.50", 0.8)], "unread": [BOX]}])
    assert (row["text"], Decimal(row["value"]), row["confidence"], row["pages"]) == (
        "7.50",
        Decimal("7.50"),
        0.8,
        1,
    )
    assert row["boxes"] == [BOX]
    assert row["digits"] == [{"number": 0, "value": 7, "confidence": 0.9}]
    assert row["unread"] == [{"page": 1, **BOX}]


def test_a_row_of_several_numbers_has_no_value_and_the_least_confidence() -> None:
    pages = [
        {"text": text, "numbers": [number(text, text, sure)], "unread": []}
        for text, sure in (("7", 0.9), ("8", 0.4))
    ]
    row = row_of("x", pages)
    assert (row["text"], row["value"], row["confidence"], row["pages"]) == ("7\f8", None, 0.4, 2)
    assert [one["page"] for one in row["numbers"]] == [1, 2]
    assert [one["number"] for one in row["digits"]] == [0, 1]


def test_rows_say_what_the_reader_says(scans: Path) -> None:
    batch = BatchReader()
    (row,) = batch.rows([("four", str(scans / "a/4.png"))])
    read = Reader().read(scans / "a/4.png")
    assert (row["id"], row["text"], row["error"]) == ("four", read.text, None)
    assert len(row["digits"]) == len(read.digits)
    assert (row["version"], row["model"]) == (__version__, batch.model)
    assert row["model"].startswith("zeronine:") and row["milliseconds"] > 0


@pytest.mark.parametrize(
    ("what", "said"), [(b"no picture", "is not a picture"), (b"", "is empty"), (PictureError("gone"), "gone")]
)
def test_what_cannot_be_read_is_a_row_with_its_error(what: bytes | PictureError, said: str) -> None:
    row = BatchReader().row("x", what)
    assert said in row["error"]
    assert (row["id"], row["text"], row["confidence"], row["numbers"]) == ("x", "", None, [])


def test_a_mistake_of_ours_is_a_row_too(monkeypatch: pytest.MonkeyPatch, scans: Path) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(Reader, "read", broken)
    assert (
        "our mistake, please report it: ZeroDivisionError"
        in BatchReader().row("x", str(scans / "a/0.png"))["error"]
    )


def test_every_page_is_read_and_those_before_a_damaged_one_are_kept(tmp_path: Path) -> None:
    pages = [Image.open(picture(tmp_path / f"{text}.png", text)) for text in "12"]
    path = tmp_path / "both.tif"
    pages[0].save(path, save_all=True, append_images=pages[1:])
    assert BatchReader().row("x", str(path))["pages"] == 2


def test_options_reach_the_reader_and_what_was_expected_is_told(scans: Path) -> None:
    reader = BatchReader(options=ReadOptions(expect=3))
    assert "3 digits were expected" in reader.row("x", str(scans / "a/0.png"))["error"]


def test_rows_are_plain_data(scans: Path) -> None:
    row = BatchReader().row("x", str(scans / "a/4.png"))
    assert json.loads(json.dumps(row)) == row
