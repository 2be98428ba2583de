"""Augmentation: same generator, same bits; ink stays ink; a digit in five is left alone."""

import numpy as np
import pytest
import torch

from zeronine.data import effects, warps
from zeronine.data.augment import CHAINS, CLEAN, Effect, augment, on_some
from zeronine.data.writing.strokes import write
from zeronine.errors import RecipeError

EFFECTS = sorted({effect for chain in CHAINS.values() for _, effect in chain}, key=lambda one: one.__name__)


@pytest.fixture(scope="module")
def canvases() -> torch.Tensor:
    labels = np.arange(400) % 10
    return torch.from_numpy(write(labels, generator=np.random.default_rng(0))).float() / 255


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("chain", CHAINS)
def test_canvases_stay_canvases(canvases: torch.Tensor, chain: str) -> None:
    varied = augment(canvases, chain, generator=generator())
    assert varied.shape == canvases.shape
    assert varied.dtype == torch.float32
    assert torch.isfinite(varied).all()
    assert varied.min() >= 0
    assert varied.max() <= 1


@pytest.mark.parametrize("chain", CHAINS)
def test_the_generator_decides_everything(canvases: torch.Tensor, chain: str) -> None:
    torch.manual_seed(1)
    first = augment(canvases, chain, generator=generator(3))
    torch.manual_seed(2)
    assert torch.equal(first, augment(canvases, chain, generator=generator(3)))


@pytest.mark.parametrize("chain", CLEAN)
def test_another_seed_varies_otherwise(canvases: torch.Tensor, chain: str) -> None:
    first = augment(canvases, chain, generator=generator(3))
    assert not torch.equal(first, augment(canvases, chain, generator=generator(4)))


def test_none_changes_nothing(canvases: torch.Tensor) -> None:
    assert {"none", *CLEAN} == set(CHAINS)
    assert torch.equal(augment(canvases, "none", generator=generator()), canvases)


@pytest.mark.parametrize("chain", CHAINS)
def test_the_batch_that_came_in_is_not_changed(canvases: torch.Tensor, chain: str) -> None:
    before = canvases.clone()
    augment(canvases, chain, generator=generator())
    assert torch.equal(before, canvases)


@pytest.mark.parametrize("chain", ["affine", "elastic", "full"])
def test_some_digits_stay_as_they_were(canvases: torch.Tensor, chain: str) -> None:
    same = (augment(canvases, chain, generator=generator()) == canvases).all(2).all(1).float().mean()
    assert CLEAN[chain] - 0.08 < same < CLEAN[chain] + 0.08


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda one: one.__name__)
def test_every_effect_changes_most_canvases(canvases: torch.Tensor, effect: Effect) -> None:
    varied = effect(canvases, generator())
    assert varied.shape == canvases.shape
    assert torch.isfinite(varied).all()
    changed = ((varied.clamp(0, 1) - canvases).abs().amax((1, 2)) > 0.02).float().mean()
    assert changed > 0.5


def test_shift_moves_whole_pixels_and_loses_no_ink(canvases: torch.Tensor) -> None:
    canvases = torch.nn.functional.pad(canvases[:, 1:-1, 1:-1], (1, 1, 1, 1))  # room on every side
    varied = warps.shift(canvases, generator())
    assert torch.allclose(varied.sum((1, 2)), canvases.sum((1, 2)))
    for before, after in zip(canvases[:20], varied[:20], strict=True):
        moves = [before.roll((down, right), (0, 1)) for down in (-1, 0, 1) for right in (-1, 0, 1)]
        assert any(torch.equal(after, moved) for moved in moves)


def test_affine_without_amounts_is_the_identity(
    canvases: torch.Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        warps,
        "amount_of",
        lambda count, low, high, generator, dims=3: torch.zeros(count, *[1] * (dims - 1)),
    )
    assert torch.allclose(warps.affine(canvases, generator()), canvases, atol=1e-5)
    assert torch.allclose(warps.bend(canvases, generator()), canvases, atol=1e-5)


def test_thickness_goes_both_ways(canvases: torch.Tensor) -> None:
    ink = effects.thickness(canvases, generator()).sum((1, 2)) / canvases.sum((1, 2))
    assert (ink > 1.2).float().mean() > 0.3
    assert (ink < 0.9).float().mean() > 0.1


def test_an_effect_falls_on_its_share_only(canvases: torch.Tensor) -> None:
    varied = on_some(canvases, 0.25, effects.grey_paper, generator())
    touched = (varied != canvases).any(2).any(1).float().mean()
    assert 0.15 < touched < 0.35
    assert on_some(canvases[:0], 0.5, effects.faint, generator()).shape == (0, 28, 28)


def test_unknown_chains_are_refused(canvases: torch.Tensor) -> None:
    with pytest.raises(RecipeError, match="no augmentation 'fancy'"):
        augment(canvases, "fancy", generator=generator())
