"""Handwriting unlike MNIST, drawn by tests/draw_pictures.py, is read; these pictures are never trained on."""

import csv
from pathlib import Path

import pytest

from draw_pictures import NUMBERS, SINGLES, draw_number, draw_single
from zeronine.reading.reader import Reader

FOLDER = Path(__file__).parent / "pictures"
TRUTH = list(csv.DictReader((FOLDER / "truth.csv").read_text().splitlines()))

#: Shares that have to be right: what the shipped model reads (see benchmarks/LOG.md), less two pictures each.
NUMBERS_RIGHT = 33 / 36
SINGLES_RIGHT = 27 / 30


def right(kind: str) -> tuple[list[str], int]:
    """Return what was misread among the pictures of a kind, and how many there are."""
    reader, chosen = Reader(), [row for row in TRUTH if row["kind"] == kind]
    misread = []
    for row in chosen:
        text = reader.read(FOLDER / row["file"], one=kind == "one").text
        if text != row["text"].replace("/", "\n"):
            misread.append(f"{row['file']}: {text!r}")
    return misread, len(chosen)


@pytest.mark.parametrize(("kind", "share"), [("number", NUMBERS_RIGHT), ("one", SINGLES_RIGHT)])
def test_pictures_are_read(kind: str, share: float) -> None:
    misread, count = right(kind)
    assert count - len(misread) >= share * count, "\n".join(misread)


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
