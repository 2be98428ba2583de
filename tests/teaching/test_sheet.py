"""The sheet of thirty boxes: written, filled in, photographed askew, and read again."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from strange_hands import write
from zeronine.cli import app
from zeronine.data.digits import Digits
from zeronine.errors import DataError, FormError
from zeronine.reading.load import load
from zeronine.teaching.lesson import prepared
from zeronine.teaching.sheet import BOX_PX, ORDER, as_file, blank, boxes, read_sheet

LEFT_EMPTY = (7, 21)


def filled() -> tuple[np.ndarray, Digits]:
    """Return the sheet filled in by a hand, but for two boxes, and what was written."""
    page = blank().copy()
    digits = write("square", np.array([int(one) for one in ORDER]), seed=1)
    for place, (image, box) in enumerate(zip(digits.images, boxes(), strict=True)):
        if place in LEFT_EMPTY:
            continue
        side = BOX_PX - 40
        ink = cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC)
        part = page[box.y + 20 : box.y + 20 + side, box.x + 20 : box.x + 20 + side]
        np.minimum(part, 255 - ink, out=part)
    return page, digits


def photographed(page: np.ndarray, turn: int) -> np.ndarray:
    """Return a photograph of a page: askew, on a grey table, lit from one side, and maybe on its side."""
    height, width = page.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = np.array([[150, 190], [1240, 120], [1330, 1800], [90, 1700]], np.float32)
    photo = cv2.warpPerspective(
        page, cv2.getPerspectiveTransform(corners, seen), (1450, 1950), borderValue=120
    )
    light = np.linspace(1.0, 0.7, photo.shape[1])[None, :]
    noise = np.random.default_rng(0).normal(0, 3, photo.shape)
    return np.rot90(np.clip(photo * light + noise, 0, 255).astype(np.uint8), turn)


@pytest.mark.parametrize("turn", [0, 1])
def test_a_photograph_of_the_sheet_gives_its_digits_with_their_labels(turn: int) -> None:
    page, digits = filled()
    found = read_sheet(np.ascontiguousarray(photographed(page, turn)))
    assert found.empty == LEFT_EMPTY
    expected = [int(one) for place, one in enumerate(ORDER) if place not in LEFT_EMPTY]
    assert found.digits.labels.tolist() == expected
    there = np.delete(digits.images, LEFT_EMPTY, axis=0).astype(float).reshape(28, -1)
    alike = [
        np.corrcoef(one, two)[0, 1]
        for one, two in zip(there, found.digits.images.reshape(28, -1), strict=True)
    ]
    assert min(alike) > 0.6


def test_the_sheet_asks_for_every_digit_three_times() -> None:
    assert sorted(ORDER) == sorted("0123456789" * 3)
    assert len(boxes()) == 30


def test_an_empty_sheet_is_said_to_be_empty() -> None:
    with pytest.raises(DataError, match="all boxes of the sheet are empty"):
        read_sheet(blank())


def test_another_picture_is_refused() -> None:
    other = np.random.default_rng(0).integers(0, 255, (900, 700)).astype(np.uint8)
    with pytest.raises(FormError, match="--sheet"):
        read_sheet(other)


def test_a_png_of_the_sheet_is_the_sheet() -> None:
    assert np.array_equal(load(as_file("png")), blank())


def test_the_command_writes_teaches_lists_and_deletes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZERONINE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("zeronine.teaching.yardstick.HELD", 300)
    monkeypatch.setattr("zeronine.teaching.teach.prepared", prepared.__wrapped__)
    run = CliRunner().invoke
    assert run(app, ["teach", "--sheet", str(tmp_path / "sheet.pdf")]).exit_code == 0
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    cv2.imwrite(str(tmp_path / "photo.png"), photographed(filled()[0], 0))
    said = run(app, ["teach", str(tmp_path / "photo.png"), "--name", "ann", "--fast"])
    assert said.exit_code == 0 and "of 28" in said.output, said.output
    assert "ann: 28 digits" in run(app, ["hands", "list"]).output
    assert run(app, ["hands", "delete", "ann"]).exit_code == 0
    assert "no hands yet" in run(app, ["hands", "list"]).output
