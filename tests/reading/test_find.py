"""Ink from paper, pieces from ink, rules and desks taken away."""

import cv2
import numpy as np
import pytest

from zeronine.reading.background import find_ink
from zeronine.reading.find import connected, cut, only_digit
from zeronine.reading.lines import gaps_wide, lines_of
from zeronine.reading.look import look, shrink
from zeronine.reading.rules import remove_rules
from zeronine.reading.sheet import without_desk


def page(*texts: str, paper: int = 255, ink: int = 20, size: float = 2.0, thickness: int = 5) -> np.ndarray:
    """Return lines of printed digits, dark on light, one below the other."""
    picture = np.full((90 * len(texts) + 40, 420), paper, np.uint8)
    for line, text in enumerate(texts):
        cv2.putText(picture, text, (30, 90 * line + 80), cv2.FONT_HERSHEY_DUPLEX, size, ink, thickness)
    return picture


def test_polarity_is_seen() -> None:
    """Dark on light and light on dark give the same ink, and only the second is turned."""
    picture = page("350")
    dark, light = find_ink(picture), find_ink(255 - picture)
    assert not dark.turned
    assert light.turned
    assert np.mean(np.abs(dark.ink - light.ink) > 0.1) < 0.02


def test_shadow_is_divided_out() -> None:
    """A picture that is three times darker on one side keeps its pieces."""
    picture = page("4071", paper=240)
    shade = np.linspace(1.0, 0.33, picture.shape[1])[None, :]
    shadowed = (picture * shade).astype(np.uint8)
    assert len(look(shadowed).found.pieces) == len(look(picture).found.pieces) == 4


@pytest.mark.parametrize("tone", [0, 128, 255])
def test_blank_holds_nothing(tone: int) -> None:
    """Blank paper of any tone has no pieces."""
    assert len(look(np.full((80, 120), tone, np.uint8)).found.pieces) == 0


def test_grain_holds_nothing() -> None:
    """Noise of one tone, fine or coarse, is paper."""
    noise = np.random.default_rng(0).normal(0, 1, (200, 300))
    for blur in (0.6, 2.0):
        coarse = cv2.GaussianBlur(noise, (0, 0), blur)
        picture = np.clip(150 + 40 * coarse / coarse.std(), 0, 255).astype(np.uint8)
        assert len(look(picture).found.pieces) == 0, blur


def test_rules_go_and_digits_stay() -> None:
    """Ruled lines through a page vanish; every digit that they cross stays in one piece."""
    picture = page("3507")
    ruled = picture.copy()
    ruled[76:79] = 60
    ruled[30:33] = 60
    found = look(ruled).found
    assert found.ruled
    assert len(found.pieces) == 4
    assert not look(picture).found.ruled


def test_a_rule_on_which_digits_stand_goes() -> None:
    """Their feet break it into runs that are shorter than a rule; the digits keep their ink."""
    picture = page("71471")
    feet = int(np.flatnonzero((picture < 128).any(axis=1))[-1])
    alone = find_ink(picture).ink
    cv2.line(picture, (0, feet), (420, feet), 60, 3)
    inked = find_ink(picture)
    bare = remove_rules(inked.ink, inked.threshold, 45.0)
    row = bare[feet] > inked.threshold
    assert np.count_nonzero(inked.ink[feet] > inked.threshold) > 400
    assert np.count_nonzero(row & (alone[feet - 3] < inked.threshold)) < 60
    assert np.count_nonzero(bare[: feet - 5] > 0.5) > 0.97 * np.count_nonzero(alone[: feet - 5] > 0.5)


def test_a_pale_hair_line_is_no_faint_digit() -> None:
    """Pale strokes as tall as the digits count where they are as wide as a pen's."""
    picture = page("4071", thickness=6)
    dark = len(look(picture, page=True).found.pieces)
    pale, hairs = picture.copy(), picture.copy()
    cv2.putText(pale, "3", (330, 80), cv2.FONT_HERSHEY_DUPLEX, 2.0, 205, 6)
    for x in (345, 370, 395):
        cv2.line(hairs, (x, 35), (x, 80), 205, 1)
    assert len(look(pale, page=True).found.pieces) == dark + 1
    assert len(look(hairs, page=True).found.pieces) == dark


def test_no_rule_is_no_change() -> None:
    """Without rules the very same ink comes back."""
    ink = (page("88") < 128).astype(np.float32)
    assert remove_rules(ink, 0.5, 45.0) is ink


def test_desk_round_the_sheet_is_filled() -> None:
    """A light sheet on a dark desk: only the sheet's digits are found, at their places."""
    desk = np.full((400, 600), 40, np.uint8)
    sheet = page("296", paper=225)[:, :400]
    desk[120 : 120 + len(sheet), 90:490] = sheet
    found = look(desk).found
    assert len(found.pieces) == 3
    assert found.pieces.boxes[:, 0].min() > 90
    plain = page("296")
    assert without_desk(plain) is plain


def test_lines_in_reading_order() -> None:
    """Lines come top to bottom, their pieces left to right, also when they climb."""
    rows = [[(40 * c, 100 * r - 2 * c, 20, 40) for c in range(6)] for r in range(3)]
    boxes = np.array([box for row in rows for box in row], np.int32)
    mixed = np.random.default_rng(3).permutation(len(boxes))
    lines = lines_of(boxes[mixed], 40.0)
    assert [mixed[line].tolist() for line in lines] == [list(range(6 * r, 6 * r + 6)) for r in range(3)]


def test_wide_gaps_part_numbers() -> None:
    """A gap far wider than the others ends a number; even gaps do not, however wide."""
    near = np.array([[x, 0, 20, 40] for x in (0, 25, 50, 150, 175)], np.int32)
    even = np.array([[100 * i, 0, 20, 40] for i in range(5)], np.int32)
    assert gaps_wide(near, 40.0).tolist() == [False, False, True, False]
    assert not gaps_wide(even, 40.0).any()


def test_cut_takes_its_own_ink_only() -> None:
    """The ink of one piece holds nothing of its neighbour, even where boxes overlap."""
    ink = np.zeros((30, 30), np.float32)
    ink[2:28, 2:5] = 1
    ink[2:5, 2:28] = 1
    ink[10:20, 10:14] = 0.8
    pieces = connected(ink, 0.5)
    inner = pieces.keep(np.flatnonzero(pieces.areas == 40))
    assert cut(ink, inner).sum() == pytest.approx(40)


def test_only_digit_drops_what_lies_at_the_border() -> None:
    """A frame's side and a neighbour's scrap at the border are no part of the one digit."""
    ink = np.zeros((60, 60), np.float32)
    ink[15:45, 28:34] = 1
    ink[:, 0:2] = 1
    ink[57:60, 40:48] = 1
    kept = only_digit(connected(ink, 0.5), ink.shape)
    assert kept.boxes.tolist() == [[28, 15, 6, 30]]


def test_large_pictures_are_looked_at_smaller() -> None:
    """Twelve megapixels become at most 2; the scale leads back."""
    picture = np.full((3000, 4000), 230, np.uint8)
    cv2.putText(picture, "52", (800, 2000), cv2.FONT_HERSHEY_DUPLEX, 25, 20, 60)
    sight = look(picture)
    assert shrink(picture, 2.0).size <= 2.01e6
    assert len(sight.found.pieces) == 2
    assert abs(sight.found.pieces.boxes[:, 0].min() * sight.to_picture[0, 0] - 800) < 120
