"""benchmarks/real.py: the halves as they are parted, any reader, and a judging half that is never shown."""

import csv
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

import real
import scoring
from zeronine.answers import Box


@pytest.fixture(name="pictures")
def _pictures(tmp_path: Path) -> Path:
    """A small folder of every kind of set; a picture's brightness is the number that stands in it."""
    own, amounts = tmp_path / "own_drawn", tmp_path / "amounts"
    authors = ["0", "10", "2"]  # alphabetical: the first and the third are there to be looked at
    write(own, "labels.csv", ["label", "author"], [(str(d), a) for a in authors for d in (1, 2)], "images")
    write(amounts, "labels.csv", ["label"], [("11",), ("22",), ("33",), ("44",)], "images")
    write(tmp_path / "photos", "truth.csv", ["rows_top_to_bottom"], [("5|6",), ("7",)])
    write(tmp_path / "written" / "maths", "truth.csv", ["truth"], [("1+1=2",), ("12.5+3",), ("8",)])
    (tmp_path / "notdigits").mkdir()
    codes = np.array([ord(letter) for letter in "aOaO"])
    images = np.full((4, 28, 28), 255, np.uint8)
    np.savez(tmp_path / "notdigits" / "choice_letters.npz", images=images, labels=codes)
    return tmp_path


def write(folder: Path, name: str, columns: list[str], rows: list[tuple[str, ...]], images: str = "") -> None:
    (folder / images).mkdir(parents=True)
    with (folder / name).open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["file", *columns])
        for place, row in enumerate(rows):
            Image.fromarray(np.full((20, 30), 200 + place, np.uint8)).save(folder / images / f"{place}.png")
            table.writerow([f"{place}.png", *row])


class Says:
    """A reader that always says the same."""

    def __init__(self, text: str) -> None:
        self.text = text

    def read(self, picture: object, *, one: bool = False, min_confidence: float | None = None) -> object:
        box = Box(0, 0, 5, 5)
        digits = tuple(SimpleNamespace(value=int(mark), box=box) for mark in scoring.digits_in(self.text))
        number = SimpleNamespace(text=self.text, confidence=0.9, line=0, digits=digits, box=box)
        return SimpleNamespace(numbers=(number,) if self.text else (), digits=digits)


def figures(pictures: Path, text: str, *flags: str) -> dict[str, Any]:
    return real.judged(Says(text), real.parsed([str(pictures), *flags]))


def test_the_halves_are_those_of_the_readme(pictures: Path) -> None:
    halves = {
        half: [case.truth for case in real.cases_of(pictures, "amounts", half)] for half in ("look", "judge")
    }
    assert halves == {"look": ["11", "33"], "judge": ["22", "44"]}
    assert {case.group for case in real.cases_of(pictures, "own_drawn", "look")} == {"0", "2"}
    assert {case.group for case in real.cases_of(pictures, "own_drawn", "judge")} == {"10"}


def test_figures_of_the_judging_half(pictures: Path) -> None:
    found = figures(pictures, "22")
    assert (found["amounts"]["right"], found["amounts"]["count"]) == (1, 2)
    assert found["amounts"]["coverage_at_99"] == 0  # both are as sure, and one is wrong
    assert found["own_drawn"]["mean_over_authors"] == 0
    assert found["photos"]["digit_errors"] == 2
    assert found["notdigits"]["letters by hand, confusable"]["right"] == 2
    assert "letters by hand, clear" not in found["notdigits"]  # both stand in the other half
    assert found["calibration"]["amounts"]["error"] == pytest.approx(0.4)


def test_numbers_are_compared_as_they_are_written(pictures: Path) -> None:
    found = figures(pictures, "12.5", "--sets", "maths")["maths"]
    assert (found["written"], found["digits"], found["runs"]) == (round(2 / 3, 4), round(2 / 3, 4), 0.8)
    dropped = figures(pictures, "125", "--sets", "maths")["maths"]
    assert (dropped["written"], dropped["digits"]) == (0, round(2 / 3, 4))


def test_the_judging_half_is_never_shown(pictures: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        real.parsed([str(pictures), "--half", "judge", "--show", str(tmp_path)])


def test_misreads_of_the_other_half_are_shown(pictures: Path, tmp_path: Path) -> None:
    shown = tmp_path / "shown"
    figures(pictures, "11", "--half", "look", "--sets", "amounts", "--show", str(shown))
    assert [file.name for file in (shown / "amounts").iterdir()] == ["2.png"]


def test_it_ends_in_one_line_of_json(
    pictures: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["real.py", str(pictures), "--sets", "amounts", "--each", "1"])
    real.main()
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["amounts"]["count"] == 1
