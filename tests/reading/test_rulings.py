"""Rules between characters, and rules that run through them."""

import numpy as np
import pytest

from zeronine.reading.rulings import rules_through, walls_between

BOXES = np.array([[20, 40, 40, 70], [60, 40, 80, 70]], np.float64)


def page() -> np.ndarray:
    """Return two dark digits-to-be on paper."""
    grey = np.full((110, 110), 220, np.uint8)
    for left, top, right, bottom in BOXES.astype(int):
        grey[top:bottom, left : left + 5] = 40
        grey[top : top + 5, left:right] = 40
    return grey


def test_an_upright_rule_between_two_characters_is_a_wall() -> None:
    grey, lines = page(), np.zeros(2, np.intp)
    assert walls_between(grey, BOXES, lines).tolist() == [0, 0]
    grey[:, 50:52] = 40
    assert walls_between(grey, BOXES, lines)[1] == pytest.approx(1)
    assert walls_between(255 - grey, BOXES, lines)[1] == pytest.approx(1)
    assert walls_between(grey, BOXES, np.array([0, 1])).tolist() == [0, 0]
    assert rules_through(grey, BOXES).tolist() == [0, 0]


def test_a_rule_of_squared_paper_runs_through_characters() -> None:
    grey = page()
    grey[:, 10::15] = np.minimum(grey[:, 10::15], 120)
    through = rules_through(grey, BOXES)
    assert (through > 0.4).all() and (through < 0.8).all()


def test_a_characters_own_strokes_are_no_rule() -> None:
    assert rules_through(page(), BOXES).tolist() == [0, 0]


def test_at_the_edge_of_the_picture_nobody_can_say() -> None:
    grey = page()
    grey[:, 30] = 40
    assert rules_through(grey[36:], BOXES - [0, 36, 0, 36])[0] == 0
