"""Two marks on the same ink: one seen twice, or two characters of a slanting hand."""

import numpy as np
import pytest

from zeronine.reading.boxes import overlaps, shared_of, union_share
from zeronine.reading.evidence import APART_FEATURES, Logistic, evidence_of
from zeronine.reading.rivals import TOUCHING, apart_features, fits_together, pairs_of, rivals_of

COLUMN = {name: place for place, name in enumerate(APART_FEATURES)}
ALONE = Logistic(np.array([float(name == "there") for name in APART_FEATURES]), -2.0)  #: two nats less
NAMED = np.array([3, 5, 5])
SLANTED = np.array([[0, 0, 30, 30], [20, 0, 52, 30], [21, 1, 51, 30]], np.float64)  #: the last one twice


def scattered(count: int) -> np.ndarray:
    """Return boxes that overlap as they come."""
    g = np.random.default_rng(3)
    low = g.uniform(0, 200, (count, 2))
    return np.concatenate([low, low + g.uniform(5, 40, (count, 2))], axis=1)


def test_every_pair_that_shares_ink_is_found_once() -> None:
    boxes = scattered(300)
    shared = np.triu(shared_of(boxes, boxes) > TOUCHING, 1)
    found = {tuple(sorted(pair)) for pair in pairs_of(boxes).tolist()}
    assert found == {tuple(pair) for pair in np.argwhere(shared).tolist()}
    assert len(pairs_of(boxes)) == len(found) > 300


def test_no_boxes_have_no_pairs() -> None:
    assert pairs_of(np.zeros((0, 4))).shape == (0, 2)
    assert rivals_of(np.zeros((0, 4)), np.zeros(0), np.zeros(0, np.intp), ALONE) == []


def test_overlaps_are_those_of_all_with_all() -> None:
    boxes = scattered(40)
    shared, union = overlaps(boxes, boxes[::-1])
    assert shared == pytest.approx(np.diag(shared_of(boxes, boxes[::-1])))
    assert union == pytest.approx(np.diag(union_share(boxes, boxes[::-1])))


def test_features_are_of_the_weaker_beside_the_stronger_in_whichever_order() -> None:
    boxes = np.array([[0, 0, 20, 40], [10, 20, 30, 40]], np.float64)
    odds, named = np.array([4.0, -1.0]), np.array([7, 7])
    pair = np.array([[0, 1]])
    found = apart_features(boxes, odds, named, pair)[0]
    assert found[COLUMN["there"]] == -1
    assert found[COLUMN["shared"]] == pytest.approx(200 / 400)
    assert found[COLUMN["union share"]] == pytest.approx(200 / 1000)
    assert (found[COLUMN["across"]], found[COLUMN["down"]]) == pytest.approx((20 / 60, 20 / 60))
    assert found[COLUMN["height"]] == pytest.approx(np.log(0.5))
    assert found[COLUMN["odd height"]] == pytest.approx(np.log(2))
    assert found[COLUMN["within"]] == 0
    assert found[COLUMN["same"]] == 1
    assert found[COLUMN["same, union share"]] == pytest.approx(200 / 1000)
    assert found.tolist() == apart_features(boxes, odds, named, pair[:, ::-1])[0].tolist()


def test_a_box_that_lies_in_another_is_within_it() -> None:
    boxes = np.array([[0, 0, 20, 40], [5, 10, 15, 30]], np.float64)
    found = apart_features(boxes, np.array([4.0, -1.0]), np.array([7, 1]), np.array([[0, 1]]))[0]
    assert found[COLUMN["within"]] == pytest.approx(0.4)
    assert found[COLUMN["same, union share"]] == 0


def test_what_both_add_is_what_the_weaker_gains_less_the_lean() -> None:
    boxes, odds = SLANTED[:2], np.array([3.0, 1.0])
    assert rivals_of(boxes, odds, NAMED[:2], ALONE) == [{1: -2.0}, {0: -2.0}]
    assert rivals_of(boxes, odds, NAMED[:2], ALONE, lean=3.0) == [{1: -5.0}, {0: -5.0}]


def test_marks_fit_together_where_the_weaker_stays_likelier_than_not() -> None:
    odds = np.array([3.0, 2.5, 1.5])
    fits = fits_together([{1: -2.0, 2: -2.0}, {0: -2.0}, {0: -2.0}], odds)
    assert fits.tolist() == [[True, True, False], [True, True, True], [False, True, True]]


def test_the_shipped_weights_take_two_slanted_digits_for_two_and_a_box_drawn_twice_for_one() -> None:
    odds = np.array([3.0, 2.0, 1.0])
    fits = fits_together(rivals_of(SLANTED, odds, NAMED, evidence_of().apart), odds)
    assert fits[0, 1]
    assert not fits[1, 2]
