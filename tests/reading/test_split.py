"""Touching digits apart, broken digits together, marks left out, counts kept."""

from itertools import pairwise

import cv2
import numpy as np
import pytest

from zeronine import read
from zeronine.reading.candidates import candidates_of, inks_of, parts_of, ringed, simplest, suspects_of
from zeronine.reading.classify import Answers
from zeronine.reading.cuts import find_seams
from zeronine.reading.find import connected
from zeronine.reading.split import best_path, evidence, explained


def two_rings() -> np.ndarray:
    """Two rings, 40 high, that touch at one point."""
    y, x = np.mgrid[:50, :90].astype(np.float32)
    rings = [np.abs(np.hypot((x - centre) / 0.9, y - 25) - 18) < 2.5 for centre in (24, 60)]
    return (rings[0] | rings[1]).astype(np.float32)


def chain() -> np.ndarray:
    """Three rings, 40 high, in a row; neighbours have a stroke in common."""
    ink = np.zeros((60, 130), np.uint8)
    for x in (28, 62, 96):
        cv2.ellipse(ink, (x, 30), (17, 20), 0, 0, 360, 1, 5)
    return ink.astype(np.float32)


def three_bars() -> np.ndarray:
    """Three upright bars of equal height, far enough apart to be digits of their own, and a dot."""
    ink = np.zeros((60, 100), np.float32)
    for x in (10, 40, 70):
        ink[10:50, x : x + 5] = 1
    ink[46:50, 85:90] = 1
    return ink


def answers(logits: np.ndarray, digit: np.ndarray) -> Answers:
    """Wrap chosen outputs of a network."""
    return Answers(
        logits.astype(np.float32), np.zeros((len(logits), 1), np.float32), digit.astype(np.float32)
    )


def test_a_seam_parts_touching_rings() -> None:
    """One of the seams runs between the rings, crossing little ink."""
    seams = find_seams(two_rings(), 40.0)
    assert len(seams)
    assert seams.shape[1] == 50
    assert np.any(np.abs(seams.mean(axis=1) - 42) < 4)
    assert np.all(np.diff(seams[:, 25]) > 0)


def test_parts_hold_all_the_ink() -> None:
    """Cutting loses and doubles nothing, and leaves the pieces' own labels alone."""
    pieces = connected(two_rings(), 0.5)
    before = pieces.labels.copy()
    parts = parts_of(two_rings(), pieces, [np.arange(1)], 40.0, suspects=np.array([True]))
    assert len(parts.pieces) >= 2
    assert parts.pieces.areas.sum() == pieces.areas.sum()
    assert set(parts.origins) == {0}
    np.testing.assert_array_equal(pieces.labels, before)


def test_the_best_path_cuts_where_the_network_says() -> None:
    """When the network is sure of the halves and of nothing else, two digits come out."""
    ink = two_rings()
    parts = parts_of(ink, connected(ink, 0.5), [np.arange(1)], 40.0, suspects=np.array([True]))
    candidates = candidates_of(parts)
    mass = np.concatenate([[0], np.cumsum(parts.pieces.areas)])
    share = np.array([(mass[one.after] - mass[one.first]) / mass[-1] for one in candidates])
    likely = np.where(np.abs(share - 0.5) < 0.1, 0.95, 0.02)
    assert len(best_path(parts, candidates, likely)) == 2


def test_a_seam_runs_along_the_stroke_that_two_zeros_share() -> None:
    seams = find_seams(chain(), 40.0)
    for place in (45, 79):
        assert np.any(np.abs(seams.mean(axis=1) - place) < 2)


def test_each_ring_of_a_chain_is_a_candidate() -> None:
    """A ring is closed again where its neighbour was cut off, and nothing of the neighbour is left."""
    ink = chain()
    parts = parts_of(ink, connected(ink, 0.5), [np.arange(1)], 40.0, suspects=np.array([True]))
    rings = ringed(parts)
    assert len(rings) == 3
    assert all(one.after <= other.first for one, other in pairwise(rings))
    for alone in inks_of(ink, parts, rings):
        paper = cv2.connectedComponents((alone < 0.5).astype(np.uint8), connectivity=4)[0] - 1
        assert paper >= 2
        assert alone.shape[1] < 50
    likely = np.full(len(rings), 0.9)
    assert best_path(parts, rings, likely) == [0, 1, 2]


def test_three_zeros_in_a_chain_are_read() -> None:
    picture = (255 * (1 - cv2.GaussianBlur(chain(), (0, 0), 0.7))).astype(np.uint8)
    assert read(np.pad(picture, 30, constant_values=255), min_confidence=0).text == "000"


def test_a_bar_and_tiny_things_are_not_cut() -> None:
    ink = np.zeros((60, 200), np.float32)
    ink[5:27, 10:130] = 1  # a bar, five times as wide as high
    ink[40:44, 10:40] = 1  # too low to be read in parts
    assert not suspects_of(connected(ink, 0.5), 22.0).any()
    assert suspects_of(connected(chain(), 0.5), 40.0).all()


def test_beyond_a_bound_the_simplest_candidates_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    ink = three_bars()
    pieces = connected(ink, 0.5)
    order = np.argsort(pieces.boxes[:, 0])
    parts = parts_of(ink, pieces, [order], 300.0, suspects=np.zeros(4, bool))
    tried = candidates_of(parts)
    assert simplest(tried, 4) == tried
    assert len(tried) > 4
    monkeypatch.setattr("zeronine.reading.candidates.MOST_CANDIDATES", 0)
    assert [one.joins for one in simplest(tried, 4)] == [0, 0, 0, 0]


def test_a_dot_is_left_out_and_the_count_is_kept() -> None:
    """Three bars and a dot are three digits; when two are expected, the path has two."""
    ink = three_bars()
    pieces = connected(ink, 0.5)
    order = np.argsort(pieces.boxes[:, 0])
    parts = parts_of(ink, pieces, [order], 40.0, suspects=np.zeros(4, bool))
    candidates = candidates_of(parts)
    logits = np.full((len(candidates), 10), -9.0)
    logits[:, 1] = 9
    likely = evidence(candidates, answers(logits, np.full(len(candidates), 5.0)), np.zeros(len(candidates)))
    path = best_path(parts, candidates, likely)
    assert [candidates[n].first for n in path] == [0, 1, 2]
    assert len(best_path(parts, candidates, likely, count=2)) == 2
    assert len(best_path(parts, candidates, likely, count=50)) <= 4


def test_digits_of_a_scribble_are_doubted() -> None:
    """A part that explains a third of its piece keeps a third of its trust, and a bit; a whole one all."""
    ink = two_rings()
    parts = parts_of(ink, connected(ink, 0.5), [np.arange(1)], 40.0, suspects=np.array([True]))
    candidates = candidates_of(parts)
    first = next(n for n, one in enumerate(candidates) if one.first == 0 and one.after == 1)
    whole = next((n for n, one in enumerate(candidates) if one.after - one.first == len(parts.pieces)), None)
    likely = np.full(len(candidates), 0.9)
    share = parts.pieces.areas[0] / parts.pieces.areas.sum()
    assert explained(parts, candidates, likely, [first])[0] == pytest.approx(share / 0.95, rel=1e-6)
    if whole is not None:
        assert explained(parts, candidates, likely, [whole])[0] == 1


def test_nothing_gives_nothing() -> None:
    """No pieces, no candidates, an empty path."""
    pieces = connected(np.zeros((20, 20), np.float32), 0.5)
    parts = parts_of(np.zeros((20, 20), np.float32), pieces, [], 0.0, suspects=np.zeros(0, bool))
    assert candidates_of(parts) == []
    assert best_path(parts, [], np.zeros(0)) == []
