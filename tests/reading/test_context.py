"""The second opinion: glimpses in, log-probabilities out; a file that is not its own is refused."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from zeronine.errors import ModelError
from zeronine.reading.context import NOTHING, Context, as_found, nothing_there, shipped_context
from zeronine.reading.finder import SHIPPED as FINDER
from zeronine.reading.glimpses import GLIMPSE, Glimpses, glimpses_of


def written(text: str) -> Glimpses:
    """Return the glimpse of the middle character of three, in a plain font."""
    grey = np.full((80, 200), 230, np.uint8)
    cv2.putText(grey, text, (20, 60), cv2.FONT_HERSHEY_SIMPLEX, 2.0, 30, 5)
    return glimpses_of(grey, np.array([[61.0, 15, 97, 63]]))


@pytest.mark.parametrize("digit", range(10))
def test_a_digit_between_others_is_named(digit: int) -> None:
    found = shipped_context()(written(f"2{digit}5"))
    assert found.shape == (1, NOTHING + 1)
    assert np.exp(found).sum() == pytest.approx(1)
    assert int(found[0].argmax()) == digit


def test_bare_paper_is_nothing() -> None:
    paper = np.full((80, 200), 230, np.uint8)
    found = shipped_context()(glimpses_of(paper, np.array([[60.0, 15, 96, 63]])))
    assert int(found[0].argmax()) == NOTHING


def test_many_glimpses_give_what_each_gives_alone() -> None:
    some = np.concatenate([written("213"), written("583"), written("700")])
    together = shipped_context()(some)
    alone = np.concatenate([shipped_context()(some[i : i + 1]) for i in range(3)])
    np.testing.assert_allclose(together, alone, atol=1e-3)


def test_no_glimpses_have_no_answers() -> None:
    assert shipped_context()(np.zeros((0, 2, GLIMPSE, GLIMPSE), np.uint8)).shape == (0, NOTHING + 1)


def test_what_is_not_asked_about_is_surely_nothing() -> None:
    assert nothing_there(3).argmax(axis=1).tolist() == [NOTHING] * 3


def test_another_networks_file_is_refused() -> None:
    with pytest.raises(ModelError, match="is not the second opinion"):
        Context(FINDER)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        Context(tmp_path / "none.onnx")


def test_what_the_finder_found_is_a_distribution_over_its_classes_and_nothing() -> None:
    kinds = np.log(np.full((2, NOTHING), 1 / NOTHING))
    found = as_found(kinds, np.array([30.0, -30.0]))
    assert np.exp(found).sum(axis=1) == pytest.approx([1, 1])
    assert np.exp(found[:, NOTHING]) == pytest.approx([0, 1])
