"""Every opinion becomes a feature, and the fitted weights are kept in a file that is checked."""

import json
from pathlib import Path

import numpy as np
import pytest

from zeronine.errors import ModelError
from zeronine.reading.arithmetic import FAR, log_odds, log_softmax
from zeronine.reading.boxes import near_by, shared_of
from zeronine.reading.classify import Answers
from zeronine.reading.context import nothing_there
from zeronine.reading.evidence import (
    FEATURES,
    FORMAT,
    MODELS,
    SHIPPED,
    SIGN_FEATURES,
    Logistic,
    Shares,
    evidence_of,
    opinions_of,
)
from zeronine.reading.finder import DIGITS, MARKS, OTHER
from zeronine.reading.marks import Marks
from zeronine.reading.surroundings import surroundings


def marks(count: int, *, kind: int = 3, apart: float = 30.0) -> Marks:
    """Return certain marks of one kind side by side."""
    x = apart * np.arange(count)
    kinds = np.full((count, len(MARKS)), -20.0)
    kinds[:, kind] = 0
    boxes = np.stack([x, np.zeros(count), x + 20, np.full(count, 40.0)], axis=1)
    return Marks(boxes, np.full(count, 4.0), kinds, np.full(count, 32.0))


def answers(count: int) -> Answers:
    return Answers(
        np.zeros((count, 10), np.float32), np.zeros((count, 4), np.float32), np.zeros(count, np.float32)
    )


def test_the_shipped_weights_name_every_feature() -> None:
    data = json.loads(SHIPPED.read_text())
    for name, features in MODELS.items():
        assert set(features) <= set(data[name]["weights"]), name
        assert len(getattr(evidence_of(), name).weights) == len(features)
    assert {"protocol", "seed", "versions"} <= set(data["card"])


def test_a_sum_of_weighted_features_is_log_odds() -> None:
    logistic = Logistic(np.array([2.0, -1.0]), 0.5)
    assert logistic(np.array([[1.0, 3.0], [0.0, 0.0]])).tolist() == [-0.5, 0.5]


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", '{"format": 99}', json.dumps({"format": FORMAT, "exists": {}})],
)
def test_a_file_that_is_not_understood_is_refused_in_a_sentence(content: str, tmp_path: Path) -> None:
    path = tmp_path / "reader.json"
    path.write_text(content)
    with pytest.raises(ModelError, match=r"reader\.json: .*(make reader|update zeronine)"):
        evidence_of(path)


def test_a_file_that_is_not_there_is_refused_too(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="make reader"):
        evidence_of(tmp_path / "none.json")


def test_features_are_finite_however_sure_the_networks_are() -> None:
    some = marks(3)
    some.place[:] = (-1e4, 0, 1e4)
    some.boxes[1] = 0
    said = answers(3)
    said.logits[0, 0], said.digit_logit[:] = 1e4, (-1e4, 0, 1e4)
    opinions = opinions_of(some, nothing_there(3), said, evidence_of(), usual=0)
    assert opinions.features.shape == (3, len(FEATURES))
    assert opinions.sign_features.shape == (3, len(SIGN_FEATURES))
    assert np.isfinite(opinions.features).all()
    assert np.isfinite(opinions.sign_features).all()
    assert np.exp(opinions.classes).sum(axis=1) == pytest.approx([1, 1, 1])


def test_no_marks_have_no_opinions() -> None:
    opinions = opinions_of(marks(0), nothing_there(0), answers(0), evidence_of(), usual=30)
    assert opinions.features.shape == (0, len(FEATURES))
    assert opinions.classes.shape == (0, DIGITS)


def test_agreement_is_1_where_finder_and_second_opinion_name_the_same_digit() -> None:
    seen = nothing_there(2)
    seen[0, 3], seen[1, 5] = -0.1, -0.1
    features = opinions_of(marks(2), seen, answers(2), evidence_of(), usual=40).features
    assert features[:, FEATURES.index("agreement")].tolist() == [1, 0]
    assert features[0, FEATURES.index("context digit")] > 2


def test_a_sign_that_both_see_is_named() -> None:
    seen = nothing_there(1)
    seen[0, DIGITS + 2] = -0.1
    opinions = opinions_of(marks(1, kind=DIGITS + 2), seen, answers(1), evidence_of(), usual=40)
    assert int(opinions.signs[0].argmax()) == 2


def test_a_likelier_mark_on_the_same_ink_is_a_rival() -> None:
    some = marks(3, apart=4)
    some.boxes[2] += [100, 0, 100, 0]
    some.place[:] = (1, 3, 2)
    rival, *_ = surroundings(some)
    assert rival.tolist() == [2, -2, -FAR]


def test_letters_beside_a_mark_are_counted_as_a_share() -> None:
    among, alone = marks(5, kind=OTHER), marks(5, kind=3)
    assert (surroundings(among)[1] > 0.7).all()
    assert (surroundings(alone)[1] < 1e-6).all()


def test_a_mark_among_many_stands_in_a_crowd() -> None:
    assert surroundings(marks(1))[2].tolist() == [0]
    assert surroundings(marks(5))[2].min() >= np.log(2)


def test_the_likeliest_digit_close_on_each_side_is_known() -> None:
    row = marks(3)
    row.place[2] = 0
    *_, left, right = surroundings(row)
    sure = 1 / (1 + np.exp(-4))
    assert left == pytest.approx([0, sure, sure], abs=1e-6)
    assert right == pytest.approx([sure, 0.5, 0], abs=1e-6)


def test_a_digit_far_away_is_not_close() -> None:
    *_, left, right = surroundings(marks(2, apart=90))
    assert (left.tolist(), right.tolist()) == ([0, 0], [0, 0])


def test_the_canvas_counts_more_where_it_is_clear() -> None:
    shares = Shares(finder=1.0, context=0.0, canvas=0.0, clear=1.0)
    one, other = (log_softmax(np.eye(10)[[digit]] * 3) for digit in (3, 5))
    assert shares.joint(one, one, 2 * other, np.array([8.0])).argmax() == 5
    assert shares.joint(one, one, 2 * other, np.array([-8.0])).argmax() == 3


def test_marks_looked_at_in_chunks_are_as_those_looked_at_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    g = np.random.default_rng(0)
    low = g.uniform(0, 300, (200, 2))
    some = Marks(np.concatenate([low, low + g.uniform(5, 40, (200, 2))], axis=1), g.normal(0, 2, 200),
                 log_softmax(g.normal(0, 3, (200, len(MARKS)))), np.full(200, 30.0))  # fmt: skip
    chunked = surroundings(some)
    monkeypatch.setattr("zeronine.reading.surroundings.CHUNK", 1000)
    for one, other in zip(chunked, surroundings(some), strict=True):
        np.testing.assert_allclose(one, other)


def test_what_two_boxes_share_is_of_the_smaller() -> None:
    boxes = np.array([[0, 0, 10, 10], [0, 0, 5, 10], [5, 0, 15, 10], [20, 20, 30, 30]], np.float64)
    assert shared_of(boxes[:1], boxes)[0].tolist() == [1, 1, 0.5, 0]


def test_log_odds_go_no_farther_than_far() -> None:
    assert log_odds(np.array([0.0, 0.5, 1.0])).tolist() == [-FAR, 0, FAR]


@pytest.mark.parametrize("least", [0.0, 0.3, 0.5])
def test_the_highest_worth_near_by_is_that_among_all_pairs(least: float) -> None:
    """Only boxes level with a chunk are compared; none of the others can share anything with it."""
    generator = np.random.default_rng(0)
    corners = generator.uniform(0, 400, (300, 2))
    boxes = np.concatenate([corners, corners + generator.uniform(1, 60, (300, 2))], axis=1)
    some, others, worth = boxes[:170], boxes[170:], generator.normal(0, 3, 130)
    shares = shared_of(some, others) > least
    wanted = np.where(shares, worth[None], -np.inf).max(axis=1)
    assert np.isinf(wanted).any() and np.isfinite(wanted).any()
    np.testing.assert_array_equal(near_by(some, others, worth, least=least), wanted)
