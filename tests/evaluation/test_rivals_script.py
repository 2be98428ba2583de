"""benchmarks/rivals.py: a rival behind the face of a reader, in a process of its own."""

import shutil
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

import rivals
from zeronine.answers import Box

WORKER = """
import json, sys
print(json.dumps({"ready": True}), flush=True)
for question in sys.stdin:
    asked = json.loads(question)
    text = "line 7" if asked["line"] else "Total 12.50"
    lines = [[text, 0.5, [1, 2, 3, 4]], ["word", 1, [0, 0, 1, 1]]]
    print(json.dumps({"lines": lines, "cpu_s": 2}), flush=True)
"""
BLANK = np.full((20, 40), 255, np.uint8)


@pytest.fixture(name="worker")
def _worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    script = tmp_path / "worker.py"
    script.write_text(WORKER)
    monkeypatch.setattr(rivals, "WORKER", script)
    return script


def test_a_line_of_text_becomes_a_number_with_its_digits() -> None:
    box = Box(1, 2, 3, 4)
    reading = rivals.reading_of([("Total 12.50", 0.5, 3, box), ("no digit", 0.9, 4, box)])
    assert [(n.text, n.confidence, n.line) for n in reading.numbers] == [("Total 12.50", 0.5, 3)]
    assert [digit.value for digit in reading.digits] == [1, 2, 5, 0]


@pytest.mark.usefixtures("worker")
def test_it_is_told_where_one_line_is_known_to_stand(tmp_path: Path) -> None:
    reader = rivals.RapidOcr(Path(sys.executable), tmp_path, digits=False)
    texts = [
        reader.read(BLANK, **options).numbers[0].text
        for options in ({}, {"one": True}, {"min_confidence": 0.0})
    ]
    reader.close()
    assert texts == ["Total 12.50", "line 7", "line 7"]
    assert reader.cpu_seconds() == 6


def test_a_worker_that_stops_is_said(worker: Path, tmp_path: Path) -> None:
    worker.write_text("raise SystemExit(3)", encoding="utf-8")
    with pytest.raises(SystemExit, match="exit code 3"):
        rivals.RapidOcr(Path(sys.executable), tmp_path, digits=True)


def test_a_python_that_is_not_there_is_said() -> None:
    with pytest.raises(SystemExit, match="no such file"):
        rivals.rapidocr_python(Path("/nowhere/python"))


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
def test_tesseract_reads_print(tmp_path: Path) -> None:
    page = np.full((120, 400), 255, np.uint8)
    cv2.putText(page, "40715", (40, 85), cv2.FONT_HERSHEY_SIMPLEX, 2.5, 0, 6, cv2.LINE_AA)
    reader = rivals.Tesseract(tmp_path)
    assert "".join(number.text for number in reader.read(page).numbers) == "40715"
    assert reader.cpu_seconds() > 0


def test_the_table_has_a_column_for_each_reader() -> None:
    table = rivals.shown({"ours": {"amounts": {"share": 0.5}}, "theirs": {}})
    assert [column.header for column in table.columns] == ["share in %", "ours", "theirs"]
    amounts = [str(cell) for cell in table.columns[1].cells]
    assert "50.0" in amounts and "-" in [str(cell) for cell in table.columns[2].cells]
