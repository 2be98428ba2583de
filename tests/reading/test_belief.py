"""A character is believed beside the others of its number, and a number where most of it stands there."""

from dataclasses import replace

import numpy as np
import pytest

from characters import chosen
from zeronine.reading.belief import believed, belonging, belongs_features
from zeronine.reading.evidence import (
    BELONGS_FEATURES,
    GAP_FEATURES,
    STANDS_FEATURES,
    Evidence,
    Logistic,
    evidence_of,
)

COLUMN = {name: place for place, name in enumerate(BELONGS_FEATURES)}


def weighing(names: tuple[str, ...], bias: float, **weights: float) -> Logistic:
    """Return a model of a few of the features."""
    return Logistic(np.array([weights.get(name.replace(" ", "_"), 0.0) for name in names]), bias)


def evidence(belongs: Logistic | None = None) -> Evidence:
    """Return models that part where a gap is wider than a height, and believe what is there on the whole."""
    return replace(
        evidence_of(),
        part=weighing(GAP_FEATURES, -1.0, gap=1.0),
        belongs=belongs or weighing(BELONGS_FEATURES, 1.0),
        stands=weighing(STANDS_FEATURES, 0.0, mean_there=1.0),
    )


def features(text: str) -> np.ndarray:
    """Return the features of a text that is one number."""
    row = chosen(text)
    return belongs_features(row, [slice(0, len(row.kind))])


def test_an_even_number_has_nothing_odd() -> None:
    found = features("1234")
    for name in ("odd size", "beside the line", "gap over usual", "sign", "alone"):
        assert found[:, COLUMN[name]].tolist() == [0, 0, 0, 0], name
    assert found[:, COLUMN["end"]].tolist() == [1, 0, 0, 1]
    assert found[:, COLUMN["others"]].tolist() == [5, 5, 5, 5]


def test_a_small_raised_character_apart_is_odd() -> None:
    row = chosen("1234")
    row.boxes[3] = (120, -10, 126, 2)
    found = belongs_features(row, [slice(0, 4)])
    assert found[:, COLUMN["odd size"]] == pytest.approx([0, 0, 0, np.log(30 / 12)])
    assert found[3, COLUMN["beside the line"]] == pytest.approx(19 / 30)
    assert found[3, COLUMN["gap"]] == pytest.approx(50 / 30)
    assert found[3, COLUMN["gap over usual"]] == pytest.approx(45 / 30)
    assert found[:3, COLUMN["beside the line"]].tolist() == [0, 0, 0]


def test_a_sign_may_be_small() -> None:
    row = chosen("1.5")
    row.boxes[1] = (30, 26, 34, 30)
    found = belongs_features(row, [slice(0, 3)])
    assert found[1, COLUMN["odd size"]] == found[1, COLUMN["beside the line"]] == 0
    assert found[:, COLUMN["there, of signs"]].tolist() == [0, 5, 0]


def test_a_character_alone_has_no_neighbours() -> None:
    found = features("7")[0]
    assert (found[COLUMN["alone"]], found[COLUMN["end"]], found[COLUMN["others"]]) == (1, 1, 0)
    assert found[COLUMN["gap"]] == 0


def test_nothing_chosen_has_no_features() -> None:
    assert belongs_features(chosen(""), []).shape == (0, len(BELONGS_FEATURES))
    assert len(believed(chosen(""), evidence()).kind) == 0


BY_ITSELF = weighing(BELONGS_FEATURES, 2.0, there=1.0)  #: whatever the others are


def test_what_does_not_belong_goes_from_both_ends_and_its_number_stays() -> None:
    row = chosen("412345")
    row.there[[0, 5]] = -2.5
    assert belonging(row, evidence(BY_ITSELF)).kind.tolist() == [1, 2, 3, 4]


def test_what_stands_between_two_that_belong_stays_digit_or_sign() -> None:
    """Without it there would be another number: 7 and 3 round a sign that is not known are not 73."""
    row = chosen("1234.5")
    row.there[[1, 4]] = -2.5
    assert len(belonging(row, evidence(BY_ITSELF)).kind) == 6


def test_a_number_of_which_nothing_belongs_is_none() -> None:
    row = chosen("12 34")
    row.there[:2] = -2.5
    assert belonging(row, evidence(BY_ITSELF)).kind.tolist() == [3, 4]


@pytest.mark.parametrize(("there", "kept"), [(-2.0, [2, 3, 4]), (2.0, [1, 2, 3, 4])])
def test_the_shipped_weights_doubt_a_faint_low_mark_at_the_end(there: float, kept: list[int]) -> None:
    row = chosen("1234")
    row.there[0], row.confidence[0] = there, 0.3 if there < 0 else 0.9
    if there < 0:
        row.boxes[0, :2] = (-10, 20)
    assert belonging(row, evidence_of()).kind.tolist() == kept


def test_a_number_that_hardly_stands_there_goes_with_its_signs_and_the_others_stay() -> None:
    row = chosen("1,2 34")
    row.there[:3] = (-2.0, 4.0, -1.0)
    assert believed(row, evidence()).kind.tolist() == [3, 4]
    row.there[:3] = (2.0, 4.0, 1.0)
    assert len(believed(row, evidence()).kind) == 5


def test_signs_alone_are_believed() -> None:
    row = chosen("= =")
    row.there[:] = -3
    assert len(believed(row, evidence()).kind) == 2
