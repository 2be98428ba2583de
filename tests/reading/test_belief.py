"""A number is believed where most of it stands there."""

from dataclasses import replace

import numpy as np

from characters import chosen
from zeronine.reading.belief import believed
from zeronine.reading.evidence import GAP_FEATURES, STANDS_FEATURES, Evidence, Logistic, evidence_of


def weighing(names: tuple[str, ...], bias: float, **weights: float) -> Logistic:
    """Return a model of a few of the features."""
    return Logistic(np.array([weights.get(name.replace(" ", "_"), 0.0) for name in names]), bias)


def evidence() -> Evidence:
    """Return models that part where a gap is wider than a height, and believe what is there on the whole."""
    return replace(
        evidence_of(),
        part=weighing(GAP_FEATURES, -1.0, gap=1.0),
        stands=weighing(STANDS_FEATURES, 0.0, mean_there=1.0),
    )


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


def test_nothing_chosen_is_nothing_believed() -> None:
    assert len(believed(chosen(""), evidence()).kind) == 0


def test_a_faint_sign_at_an_end_goes_and_one_between_two_digits_stays() -> None:
    row = chosen("-1.5-")
    row.confidence[[0, 2, 4]] = 0.2
    assert believed(row, evidence()).kind.tolist() == chosen("1.5").kind.tolist()
    row.confidence[0] = 0.6
    assert believed(row, evidence()).kind.tolist() == chosen("-1.5").kind.tolist()


def test_a_faint_digit_at_an_end_stays_for_it_can_be_written_as_unknown() -> None:
    row = chosen("123")
    row.confidence[0] = 0.1
    assert len(believed(row, evidence()).kind) == 3
