"""Corrections of the review queue become lessons: the digits of what was typed, each with its own ink."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

import zeronine as zn
from strange_hands import write
from zeronine.answers import Box
from zeronine.cli.app import app
from zeronine.documents.queue import Item, Queue
from zeronine.errors import DataError
from zeronine.reading.reader import Reader
from zeronine.teaching.corrections import corrections_of
from zeronine.teaching.teach import digits_of

NUMBERS = ("1984", "2026", "57")


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a page of three numbers: one changed, one turned and added, one only kept."""
    folder = tmp_path_factory.mktemp("reviewed")
    page = np.full((400, 600), 255, np.uint8)
    places = [_write(page, text, 60, 40 + 120 * row) for row, text in enumerate(NUMBERS)]
    turned = np.rot90(page, -1)
    cv2.imwrite(str(folder / "page.png"), page)
    cv2.imwrite(str(folder / "turned.png"), turned)
    queue = Queue(folder)
    file, beside = str(folder / "page.png"), str(folder / "turned.png")
    queue.add([Item(file=file, box=places[0], text="1934", confidence=0.3)])
    queue.add([Item(file=file, box=places[2], text="57", confidence=0.4)])
    queue.add([Item(file=beside, box=Box(0, 0, 5, 5), text="", confidence=0.9)])
    queue.decide(1, "change", "me", "1984")
    queue.decide(2, "keep", "me")
    box = places[1]
    side = Box(400 - box.y - box.height, box.x, box.height, box.width)
    queue.add_missed(beside, 1, side, "2026", "me", quarters=1)
    return folder


def _write(page: np.ndarray, text: str, left: int, top: int) -> Box:
    """Write a number into a page with ordinary digits and return where it stands."""
    images = write("small heads", np.array([int(one) for one in text]), seed=4).images
    for place, image in enumerate(images):
        large = cv2.resize(image, (84, 84), interpolation=cv2.INTER_CUBIC)
        x = left + 80 * place
        page[top : top + 84, x : x + 84] = np.minimum(page[top : top + 84, x : x + 84], 255 - large)
    rows, columns = np.nonzero(page[top : top + 84] < 128)
    return Box(
        int(columns.min()),
        top + int(rows.min()),
        int(np.ptp(columns)) + 1,
        int(np.ptp(rows)) + 1,
    )


def test_changed_and_added_numbers_are_lessons_and_kept_ones_are_none(reviewed: Path, reader: Reader) -> None:
    found = corrections_of(reviewed, reader)
    assert found.digits.labels.tolist() == [1, 9, 8, 4, 2, 0, 2, 6]
    assert found.left_out == 0
    answers = zn.classify(found.digits.images).argmax(axis=1)
    assert (answers == found.digits.labels).sum() >= 6, "each label stands with its own ink, upright"


def test_what_cannot_be_parted_is_counted(tmp_path: Path, reader: Reader) -> None:
    page = np.full((100, 200), 255, np.uint8)
    cv2.imwrite(str(tmp_path / "white.png"), page)
    queue = Queue(tmp_path)
    places = [Box(10 * at, 10, 20, 20) for at in range(3)]
    queue.add(
        Item(file=str(tmp_path / name), box=box, text="1", confidence=0.2)
        for name, box in zip(["white.png", "gone.png", "white.png"], places, strict=True)
    )
    for item, text in ((1, "7"), (2, "8"), (3, "none")):
        queue.decide(item, "change", "me", text)
    found = corrections_of(tmp_path, reader)
    assert (len(found.digits), found.left_out) == (0, 3)


def test_a_folder_without_a_queue_is_no_lesson(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no review queue: `zeronine review FOLDER --add"):
        corrections_of(tmp_path)


def test_a_queue_and_a_digit_that_was_read_are_lessons_in_python(reviewed: Path) -> None:
    assert digits_of(reviewed).labels.tolist() == [1, 9, 8, 4, 2, 0, 2, 6]
    digit = zn.read(reviewed / "page.png").digits[0]
    given = digits_of([(digit, 7)])
    assert given.labels.tolist() == [7]
    assert np.array_equal(given.images[0], np.rint(digit.canvas * 255).astype(np.uint8))


def test_the_terminal_takes_corrections(
    reviewed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ZERONINE_DATA", str(tmp_path))
    words = ["teach", "--from-review", str(reviewed), "--name", "clerk", "--fast", "--offline"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0
    said = result.stdout
    assert said.startswith("8 digits of corrections; 0 corrections could not be parted into their digits\n")
    assert "your digits, not learnt from: " in said and "of 8" in said
