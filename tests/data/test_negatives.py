"""Pictures of no digit: every kind makes canvases, from the generator alone, with and without fonts."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from zeronine.data import negatives as module
from zeronine.data.negatives import KINDS, negatives
from zeronine.data.writing.strokes import write

WITH_INK = [make for _, make in KINDS if make is not module.blank]


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    return write(np.arange(200) % 10, generator=np.random.default_rng(0))


@pytest.fixture(autouse=True)
def few_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "MOST_FONTS", 2)
    module._printed.cache_clear()
    yield
    module._printed.cache_clear()


@pytest.mark.parametrize("make", [make for _, make in KINDS], ids=lambda one: one.__name__)
def test_every_kind_makes_canvases(digits: np.ndarray, make: Callable[..., np.ndarray]) -> None:
    made = make(digits, 30, np.random.default_rng(1))
    assert made.shape == (30, 28, 28)
    assert made.dtype == np.uint8


@pytest.mark.parametrize("make", WITH_INK, ids=lambda one: one.__name__)
def test_every_kind_but_blank_paper_has_ink(digits: np.ndarray, make: Callable[..., np.ndarray]) -> None:
    made = make(digits, 30, np.random.default_rng(1))
    assert (made.max((1, 2)) > 20).mean() > 0.7


def test_blank_paper_is_of_one_tone(digits: np.ndarray) -> None:
    made = module.blank(digits, 30, np.random.default_rng(1))
    assert (made == made[:, :1, :1]).all()
    assert {0, 255} < set(made[:, 0, 0])


def test_the_generator_decides_everything(digits: np.ndarray) -> None:
    first = negatives(digits, 60, generator=np.random.default_rng(2))
    assert first.shape == (60, 28, 28)
    assert np.array_equal(first, negatives(digits, 60, generator=np.random.default_rng(2)))


def test_none_are_made_when_none_are_wanted(digits: np.ndarray) -> None:
    assert negatives(digits, 0, generator=np.random.default_rng(0)).shape == (0, 28, 28)


def test_halves_keep_about_half_of_the_ink(digits: np.ndarray) -> None:
    share = module.halves(digits, 200, np.random.default_rng(3)).astype(float).sum() / 200
    assert 0.25 < share / digits.astype(float).sum((1, 2)).mean() < 0.75


def test_pairs_are_two_pieces_of_ink_wider_than_high(digits: np.ndarray) -> None:
    made = module.pairs(digits, 40, np.random.default_rng(4))
    heights = [np.ptp(np.nonzero(one > 60)[0]) for one in made]
    widths = [np.ptp(np.nonzero(one > 60)[1]) for one in made]
    assert np.mean(np.array(widths) >= np.array(heights)) > 0.5


def test_letters_are_written_by_hand_where_there_are_no_fonts(
    digits: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FONT_FOLDERS", ())
    assert module.letters(digits, 5, np.random.default_rng(5)).max() > 0
