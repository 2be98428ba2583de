"""Headings and names of a table are read beside its numbers, where the extra is installed."""

from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("rapidocr", reason="words are read by RapidOCR: pip install '.[words]'")

from zeronine.documents.tables import read_table
from zeronine.documents.words import is_named

TABLE = Path(__file__).parent / "pictures" / "table.png"


@pytest.mark.parametrize(("text", "named"), [("Olga", True), ("B4", False), ("12.50", False), ("", False)])
def test_words_are_told_from_numbers(text: str, named: bool) -> None:
    assert is_named(text) is named


def test_a_name_in_a_cell_is_shown_and_numbers_stay() -> None:
    picture = cv2.imread(str(TABLE), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    plain = read_table(picture)
    empty = next(cell for cell in plain.cells if cell.text == "")
    name = np.asarray(picture).copy()
    at = (empty.box.x + 8, empty.box.y + empty.box.height // 2 + 10)
    cv2.putText(name, "Olga", at, cv2.FONT_HERSHEY_SIMPLEX, 1.0, 30, 2, cv2.LINE_AA)
    table = read_table(name, words=True)
    texts = [row[:] for row in plain.texts]
    texts[empty.row][empty.column] = "Olga"
    assert table.texts == texts
