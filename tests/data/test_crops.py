"""Crops for the finder: the same from the same seed, and their truth holds the ink."""

from pathlib import Path

import numpy as np
import pytest

from zeronine.data.digits import Digits
from zeronine.data.pages import desks
from zeronine.data.pages.camera import FINE, on_paper, plain
from zeronine.data.pages.crops import COLUMNS, SHAPE, Desk, cells, lines, single
from zeronine.data.pages.patterns import PRINTS, bank_of
from zeronine.data.pages.singles import single_digit
from zeronine.data.pages.targets import LEAST_SPREAD, MAPS, NEAR, STRIDE, USUAL, maps_of
from zeronine.data.pages.texts import KINDS, MARKS, OTHER, Text, a_line, numbers_in
from zeronine.data.writing import fonts
from zeronine.data.writing.hands import Material, material_of
from zeronine.data.writing.strokes import write

WHOLE_PAGE = tuple(FINE * side for side in SHAPE)


@pytest.fixture(scope="module", name="digits")
def _digits() -> Digits:
    labels = np.arange(200) % 10
    return Digits(write(labels, generator=np.random.default_rng(0), wildness=0.3), labels)


@pytest.fixture(scope="module", name="material")
def _material(digits: Digits) -> Material:
    return material_of(digits)


@pytest.fixture(scope="module", name="desk")
def _desk(material: Material) -> Desk:
    return Desk(material, bank_of(np.random.default_rng(1), count=14))


def text(written: str) -> Text:
    """Return characters with their classes, as `texts.py` gives them."""
    return [(one, None if one == " " else MARKS.index(one) if one in MARKS else OTHER) for one in written]


@pytest.mark.parametrize("seed", range(8))
def test_the_generator_decides_everything(seed: int, desk: Desk) -> None:
    first, again = (desk.crop(np.random.default_rng(seed)) for _ in range(2))
    np.testing.assert_array_equal(first.picture, again.picture)
    np.testing.assert_array_equal(first.marks, again.marks)


def test_other_seeds_give_other_crops(desk: Desk) -> None:
    pictures = {desk.crop(np.random.default_rng(seed)).picture.tobytes() for seed in range(30)}
    assert len(pictures) == 30


def test_a_crop_is_a_picture_and_rows_of_truth(desk: Desk) -> None:
    for seed in range(40):
        crop = desk.crop(np.random.default_rng(seed))
        assert crop.picture.shape == SHAPE
        assert crop.picture.dtype == np.uint8
        assert crop.marks.shape[1:] == (COLUMNS,)
        kind, x, y, width, height, seen, number = crop.marks.T
        assert ((kind >= 0) & (kind <= OTHER)).all()
        assert ((seen > 0.1) & (seen <= 1)).all()
        assert ((width > 0) & (height > 0)).all()
        assert (number[kind == OTHER] == -1).all()
        assert (number[kind < 10] >= 0).all()
        assert ((x + width / 2 > 0) & (y + height / 2 > 0)).all()


def test_over_many_crops_every_class_is_shown(desk: Desk) -> None:
    kinds = np.concatenate([desk.crop(np.random.default_rng(seed)).marks[:, 0] for seed in range(400)])
    assert set(kinds.astype(int).tolist()) == set(range(len(MARKS)))
    assert (kinds < 10).mean() > 0.4


@pytest.mark.parametrize("make", [lines, cells, single])
def test_true_boxes_hold_the_ink(make: object, material: Material) -> None:
    """Ink outside of all boxes is a hair line's worth; and no box is empty."""
    inside = total = 0
    for seed in range(30):
        g = np.random.default_rng(seed)
        writing, rules = (np.zeros(WHOLE_PAGE, np.uint8) for _ in range(2))
        placed = make(material, writing, rules, g)  # type: ignore[operator]
        left = (writing > 128).astype(int)
        total += left.sum()
        for _, one, _ in placed:
            low_x, low_y = (max(int(np.floor(side)), 0) for side in one.box[:2])
            high_x, high_y = (max(int(np.ceil(side)), 0) for side in one.box[2:])
            part = writing[low_y:high_y, low_x:high_x]
            whole = min(one.box[:2]) >= 0 and one.box[2] <= WHOLE_PAGE[1] and one.box[3] <= WHOLE_PAGE[0]
            if whole and part.size:
                assert part.max() > 100, one
            left[low_y:high_y, low_x:high_x] = 0
        inside += left.sum()
    assert total > 10_000
    assert inside < 0.04 * total


def test_a_single_digit_is_told_by_its_label(desk: Desk) -> None:
    for seed in range(20):
        picture, label = single_digit(desk, np.random.default_rng(seed))
        again, _ = single_digit(desk, np.random.default_rng(seed))
        assert label in range(-1, 10)  # -1 for a letter, which is no digit
        assert min(picture.shape) >= 16
        np.testing.assert_array_equal(picture, again)


def test_clean_paper_is_white_or_black(desk: Desk) -> None:
    writing = np.zeros((40, 60), np.uint8)
    writing[10:20, 10:20] = 255
    tones = {
        int(plain(writing, np.zeros_like(writing), np.random.default_rng(seed))[0, 0]) for seed in range(20)
    }
    assert tones == {0, 255}


def test_paper_has_the_crops_size_and_shows_the_ink(desk: Desk) -> None:
    writing = np.zeros(WHOLE_PAGE, np.uint8)
    writing[60:120, 100:300] = 255
    told = 0
    for seed in range(30):
        picture = on_paper(writing, np.zeros_like(writing), desk.bank, np.random.default_rng(seed)).astype(
            float
        )
        assert picture.shape == SHAPE
        told += abs(picture[32:58, 55:145].mean() - picture[70:, :].mean()) > 5
    assert told >= 26


@pytest.mark.parametrize(("written", "numbers"), [
    ("12 34", [0, 0, -1, 1, 1]),
    ("12.50", [0, 0, 0, 0, 0]),
    ("24.11.26", [0] * 8),
    ("3+4", [0, -1, 1]),
    ("3+4-1", [0, -1, 1, -1, 2]),
    ("8-2", [0, 0, 0]),
    ("a1b", [-1, 1, -1]),
    ("15%", [0, 0, -1]),
])  # fmt: skip
def test_it_is_known_which_number_a_character_is_part_of(written: str, numbers: list[int]) -> None:
    assert numbers_in(text(written)) == numbers


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.__name__))
def test_every_kind_of_text_has_known_classes(kind: object) -> None:
    g = np.random.default_rng(0)
    for _ in range(50):
        for character, where in kind(g):  # type: ignore[operator]
            known = {MARKS.index(character)} if character in MARKS else {OTHER}
            known |= {OTHER} if character == "x" else set()  # within a word it is a letter
            assert (where in known) != (where is None and character == " ")


def test_a_line_has_something_on_it() -> None:
    g = np.random.default_rng(0)
    assert all(len(a_line(g)) for _ in range(200))


def row(kind: int, x: float, y: float, width: float, height: float, seen: float = 1.0) -> list[float]:
    return [kind, x, y, width, height, seen, 0]


def test_maps_say_class_and_box_where_a_character_is() -> None:
    maps = maps_of(np.array([row(7, 50, 30, 20, 40)], np.float32))
    assert maps.shape == (MAPS, SHAPE[0] // STRIDE, SHAPE[1] // STRIDE)
    heat, watched, kind, dx, dy, wide, high, near = maps
    at = (int(30 / STRIDE), int(50 / STRIDE))
    assert heat[at] == heat.max() == 1
    assert kind[at] == 7
    assert dx[at] == pytest.approx(50 / STRIDE - (at[1] + 0.5))
    assert dy[at] == pytest.approx(30 / STRIDE - (at[0] + 0.5))
    assert np.exp(wide[at]) * USUAL[0] == pytest.approx(20)
    assert np.exp(high[at]) * USUAL[1] == pytest.approx(40)
    assert (near[heat > NEAR] > 0).all()
    assert (watched == 1).all()
    assert heat[0, 0] < 1e-3 < LEAST_SPREAD


def test_of_two_characters_the_nearer_owns_a_cell() -> None:
    maps = maps_of(np.array([row(1, 40, 40, 16, 32), row(2, 60, 40, 16, 32)], np.float32))
    assert maps[2][10, 9] == 1
    assert maps[2][10, 15] == 2


def test_a_character_that_is_hardly_seen_is_neither_asked_for_nor_punished() -> None:
    maps = maps_of(np.array([row(5, 4, 40, 20, 40, seen=0.3)], np.float32))
    assert maps[0].max() == 0
    assert maps[1][10, 1] == 0
    assert maps[1][10, 30] == 1


def test_an_empty_crop_has_no_heat() -> None:
    maps = maps_of(np.zeros((0, COLUMNS), np.float32))
    assert maps[0].max() == 0
    assert (maps[1] == 1).all()


@pytest.mark.parametrize("paint", PRINTS, ids=lambda paint: str(paint.__name__))
def test_grounds_are_shares_of_light(paint: object) -> None:
    for seed in range(6):
        ground = paint((64, 96), np.random.default_rng(seed))  # type: ignore[operator]
        assert ground.shape == (64, 96)
        assert ground.dtype == np.float32
        assert 0 <= ground.min() < ground.max() <= 1 + 1e-6


def test_a_window_of_a_ground_has_its_size(desk: Desk) -> None:
    window = desk.bank.window(desk.bank.light, (50, 70), np.random.default_rng(0))
    assert window.shape == (50, 70)


def test_the_desk_that_judges_has_other_shapes_and_fonts(
    digits: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []

    def fetch(names: list[str], *, say: object) -> list[Path]:
        asked.append(list(names))
        return []

    monkeypatch.setattr(fonts, "fetch", fetch)
    monkeypatch.setattr(fonts, "system_fonts", lambda: [])
    monkeypatch.setattr(desks, "bank_of", lambda generator: bank_of(generator, count=7))
    train, judge = (desks.desk_of(digits, held_apart=apart) for apart in (False, True))
    names = [set(asked[0]) | set(asked[1]), set(asked[2]) | set(asked[3])]
    assert names[0].isdisjoint(names[1])
    assert names[1] == set(fonts.HELD_APART)
    for digit in "0123456789":
        ours, theirs = (set(desk.material.shapes[digit]) for desk in (train, judge))
        assert ours
        assert theirs
        assert ours.isdisjoint(theirs)
    assert not np.array_equal(train.bank.light, judge.bank.light)
