"""One hand writes a line: it draws into the sheet, says where, and stays itself."""

import numpy as np
import pytest

from zeronine.data.digits import Digits
from zeronine.data.writing.fonts import Glyph
from zeronine.data.writing.hands import INKED, KINDS, Hand, Material, material_of
from zeronine.data.writing.shapes import HELD_APART, SHAPES
from zeronine.data.writing.signs import LETTERS, SIGNS, STRANGE
from zeronine.data.writing.strokes import write

LINE = np.array([[60.0, 0, 40], [0, 60.0, 50]])  #: heights of 60 pixels, from (40, 50) on
BAR = Glyph(np.full((60, 20), 255, np.uint8), 0.05, 0.0, 60)
FONT = {character: BAR for character in "0123456789.a"}


@pytest.fixture(scope="module", name="material")
def _material() -> Material:
    labels = np.arange(200) % 10
    digits = Digits(write(labels, generator=np.random.default_rng(0), wildness=0.3), labels)
    return material_of(digits, hand_fonts=[FONT], print_fonts=[FONT])


def sheet() -> np.ndarray:
    return np.zeros((200, 600), np.uint8)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [0, 1, 3, 4, 5])  # with 2 the pen is too faint to leave anything
def test_the_box_holds_the_ink_and_touches_it(kind: str, seed: int, material: Material) -> None:
    paper = sheet()
    hand = Hand(material, np.random.default_rng(seed), kind=kind)
    placed = hand.write(paper, "7", 0.5, LINE)
    assert placed is not None
    rows, columns = np.nonzero(paper > INKED)
    left, top, right, bottom = placed.box
    assert [left, top, right, bottom] == pytest.approx(
        [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1], abs=5
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_next_character_begins_to_the_right(kind: str, material: Material) -> None:
    hand = Hand(material, np.random.default_rng(3), kind=kind)
    placed = hand.write(sheet(), "4", 2.0, LINE)
    assert placed is not None
    assert placed.right > 2.0


def test_the_same_generator_writes_the_same(material: Material) -> None:
    papers = []
    for _ in range(2):
        papers.append(sheet())
        hand = Hand(material, np.random.default_rng(11))
        for at, character in enumerate("20357"):
            hand.write(papers[-1], character, float(at), LINE)
    np.testing.assert_array_equal(papers[0], papers[1])
    assert papers[0].max() > 200


def test_a_hand_of_a_font_leaves_out_what_the_font_lacks(material: Material) -> None:
    paper = sheet()
    assert Hand(material, np.random.default_rng(0), kind="print").write(paper, "%", 0, LINE) is None
    assert paper.max() == 0


def test_without_fonts_a_hand_draws_strokes() -> None:
    labels = np.arange(50) % 10
    bare = material_of(Digits(write(labels, generator=np.random.default_rng(0)), labels))
    assert Hand(bare, np.random.default_rng(0), kind="print").kind == "strokes"


def test_what_is_off_the_sheet_is_written_nowhere(material: Material) -> None:
    paper = sheet()
    away = LINE + np.array([[0, 0, 5000.0], [0, 0, 0]])
    for kind in KINDS:
        Hand(material, np.random.default_rng(0), kind=kind).write(paper, "3", 0, away)
    assert paper.max() == 0


def test_slants_and_pens_are_measured() -> None:
    upright, leaning = np.zeros((2, 28, 28), np.uint8)
    upright[4:24, 12:16] = 255
    for row in range(4, 24):
        start = 18 - (row - 4) // 2
        leaning[row, start : start + 4] = 255
    found = material_of(Digits(np.stack([upright, leaning]), np.array([1, 1])))
    assert found.slants[0] == pytest.approx(0, abs=0.01)
    assert found.slants[1] == pytest.approx(0.5, abs=0.05)
    assert found.boxes[0].tolist() == [12, 4, 16, 24]
    assert found.pens[0] == pytest.approx(4 / 20, rel=0.3)


def test_shapes_that_judge_are_not_those_that_teach() -> None:
    digits = Digits(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.int64))
    ours, theirs = (material_of(digits, held_apart=apart).shapes for apart in (False, True))
    for value, shapes in SHAPES.items():
        assert set(ours[str(value)]) | set(theirs[str(value)]) == set(shapes.values())
        assert len(theirs[str(value)]) == len(HELD_APART[value])
        assert set(ours[str(value)]).isdisjoint(theirs[str(value)])


@pytest.mark.parametrize("character", [*SIGNS, *STRANGE, *LETTERS])
def test_every_sign_and_letter_can_be_drawn(character: str, material: Material) -> None:
    paper = sheet()
    placed = Hand(material, np.random.default_rng(1), kind="strokes").write(paper, character, 1.0, LINE)
    assert placed is not None
    assert paper.max() > 200


def test_a_full_stop_is_low_and_a_dash_in_the_middle(material: Material) -> None:
    tops = {}
    for character in ".-7":
        paper = sheet()
        Hand(material, np.random.default_rng(2), kind="strokes").write(paper, character, 1.0, LINE)
        tops[character] = np.nonzero(paper > 128)[0].mean()
    assert tops["."] > tops["-"] > 50
    assert abs(tops["7"] - 80) < 15
