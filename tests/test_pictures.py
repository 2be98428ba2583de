"""Handwriting unlike MNIST, drawn by tests/draw_pictures.py, is read; these pictures are never trained on."""

import csv
from pathlib import Path

import pytest

from draw_pictures import NUMBERS, SINGLES, draw_number, draw_single
from zeronine.reading.reader import Reader

FOLDER = Path(__file__).parent / "pictures"
TRUTH = list(csv.DictReader((FOLDER / "truth.csv").read_text(encoding="utf-8").splitlines()))

#: What is misread, by name: a picture that is read from now on is taken out; what came in is in log 0074.
MISREAD = {
    "314159-hasty-ball-plain.png",
    "48103-american-mouse-clear.png",
    "6378_149-engineer-pencil-squared-photo.jpg",
}


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.mark.parametrize("row", TRUTH, ids=lambda row: str(row["file"]))
def test_pictures_are_read(row: dict[str, str], reader: Reader) -> None:
    text = reader.read(FOLDER / row["file"], one=row["kind"] == "one").text
    assert (text != row["text"].replace("/", "\n")) == (row["file"] in MISREAD), text


def test_there_are_enough_pictures_and_they_are_small() -> None:
    files = [FOLDER / row["file"] for row in TRUTH]
    assert len(set(files)) == len(files) >= 60
    assert {path for path in FOLDER.iterdir() if path.name != "truth.csv"} == set(files)
    assert sum(path.stat().st_size for path in files) < 1_500_000
    assert {digit for row in TRUTH if row["kind"] == "one" for digit in row["text"]} == set("0123456789")


def test_the_program_still_draws_them() -> None:
    """Names and sizes; the bytes may differ with the version of a codec."""
    drawn = dict([draw_number(scene) for scene in NUMBERS[:3]] + [draw_single(*one) for one in SINGLES[:3]])
    for name, content in drawn.items():
        assert 0.5 < len(content) / (FOLDER / name).stat().st_size < 2, name
