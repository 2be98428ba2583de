"""The lines of a drawn table become its rows and columns: straight, leaning, askew, bent, thick, broken."""

import cv2
import numpy as np
import pytest

from zeronine.documents.grid import Grid
from zeronine.documents.layout import grid_of
from zeronine.documents.ruled import rules_of
from zeronine.reading.page import quarter_turn

ROWS, COLUMNS, PITCH = 6, 4, (60, 110)
HEIGHT = 30.0  #: of what would be written


def table(thick: int = 2, *, merged: bool = False, upright: bool = True, sides: bool = True) -> np.ndarray:
    """Draw a table, (H, W) uint8; `merged` joins two cells of the second row."""
    picture = np.full((ROWS * PITCH[0] + 80, COLUMNS * PITCH[1] + 80), 245, np.uint8)
    right = 40 + COLUMNS * PITCH[1]
    for row in range(ROWS + 1):
        y = 40 + row * PITCH[0]
        cv2.line(picture, (40, y), (right, y), 40, thick, cv2.LINE_AA)
    for column in range(COLUMNS + 1):
        if not upright or (not sides and column in (0, COLUMNS)):
            continue
        x = 40 + column * PITCH[1]
        for row in range(ROWS):
            if not (merged and (row, column) == (1, 2)):
                y = 40 + row * PITCH[0]
                cv2.line(picture, (x, y), (x, y + PITCH[0]), 40, thick, cv2.LINE_AA)
    return picture


def grid(picture: np.ndarray, quarters: int = 0) -> Grid:
    found = grid_of(rules_of(picture, quarters=quarters, height=HEIGHT), np.zeros((0, 4)), HEIGHT)
    assert found is not None
    return found


@pytest.mark.parametrize("thick", [1, 2, 4, 8])
def test_thin_and_thick_rules_make_one_grid(thick: int) -> None:
    assert grid(table(thick)).shape == (ROWS, COLUMNS)


@pytest.mark.parametrize("degrees", [-20, -6, 2, 9, 30])
def test_a_leaning_table_has_the_same_grid(degrees: float) -> None:
    picture = cv2.copyMakeBorder(table(), 120, 120, 120, 120, cv2.BORDER_CONSTANT, value=245)
    middle = (picture.shape[1] / 2, picture.shape[0] / 2)
    turned = cv2.warpAffine(
        picture, cv2.getRotationMatrix2D(middle, degrees, 1), picture.shape[::-1], borderValue=245
    )
    assert grid(turned).shape == (ROWS, COLUMNS)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_table_that_lies_on_its_side_is_turned(quarters: int) -> None:
    lying = np.ascontiguousarray(np.rot90(table(), -quarters))
    assert quarter_turn(lying.shape, quarters).shape == (2, 3)
    assert grid(lying, quarters).shape == (ROWS, COLUMNS)


def test_perspective_and_a_bend_change_no_cell() -> None:
    """Points of the flat page are found in the cells that they were drawn in."""
    picture = cv2.copyMakeBorder(table(), 60, 60, 60, 60, cv2.BORDER_CONSTANT, value=245)
    height, width = picture.shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    bent = cv2.remap(picture, x, y - 8 * np.sin(np.pi * x / width), cv2.INTER_LINEAR, borderValue=245)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + np.array([[30, 10], [-60, 40], [-10, -30], [0, 0]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, moved)
    seen = cv2.warpPerspective(bent, matrix, (width, height), borderValue=245)
    rules = rules_of(np.asarray(seen, np.uint8), height=HEIGHT)
    found = grid_of(rules, np.zeros((0, 4)), HEIGHT)
    assert found is not None
    assert found.shape == (ROWS, COLUMNS)
    rows, columns = np.mgrid[:ROWS, :COLUMNS].reshape(2, -1)
    points = np.stack([100 + (columns + 0.5) * PITCH[1], 100 + (rows + 0.5) * PITCH[0]], axis=1)
    points[:, 1] += 8 * np.sin(np.pi * points[:, 0] / width)
    there = cv2.perspectiveTransform(points[:, None], matrix)[:, 0]
    level = there @ rules.to_level[:, :2].T + rules.to_level[:, 2]
    assert [list(one) for one in found.place(level)] == [rows.tolist(), columns.tolist()]


def test_cells_that_no_rule_parts_are_one() -> None:
    slots = grid(table(merged=True)).slots
    assert slots[1][1] == slots[1][2]
    assert len({name for row in slots for name in row}) == ROWS * COLUMNS - 1


def test_a_table_without_outer_sides_keeps_its_outer_columns() -> None:
    assert grid(table(sides=False)).shape == (ROWS, COLUMNS)


def boxes_in_rows(skip: tuple[tuple[int, int], ...] = ()) -> np.ndarray:
    """Return boxes of two digits in each cell of the drawn table, but for some."""
    some = []
    for row in range(ROWS):
        for column in range(COLUMNS):
            if (row, column) in skip:
                continue
            x, y = 60 + column * PITCH[1], 55 + row * PITCH[0]
            some += [[x, y, x + 20, y + HEIGHT], [x + 24, y, x + 44, y + HEIGHT]]
    return np.array(some, np.float64)


@pytest.mark.parametrize("ruled", [True, False])
def test_columns_come_from_alignment_where_no_rule_stands_between_them(ruled: bool) -> None:
    picture = table(upright=False) if ruled else np.full((440, 520), 245, np.uint8)
    found = grid_of(rules_of(picture, height=HEIGHT), boxes_in_rows(skip=((2, 1), (4, 3))), HEIGHT)
    assert found is not None
    assert found.shape == (ROWS, COLUMNS)


def test_a_blank_page_has_no_table() -> None:
    assert grid_of(rules_of(np.full((300, 400), 250, np.uint8)), np.zeros((0, 4)), 0.0) is None
