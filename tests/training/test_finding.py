"""The finder learns in the one loop: it can be stopped, gone on with, and its file equals PyTorch."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from zeronine.data.digits import Digits
from zeronine.data.pages import batches, desks
from zeronine.errors import StoppedError
from zeronine.network.finder import Finder
from zeronine.training.finding import PageStep, counted
from zeronine.training.loop import fit, resume, train
from zeronine.training.recipe import PAGES, RECIPES, Recipe

TINY = replace(RECIPES["finder"], batch_size=2, epochs=2)


@pytest.fixture(scope="module")
def digits() -> Digits:
    generator = np.random.default_rng(0)
    images = np.zeros((40, 28, 28), np.uint8)
    images[:, 4:24, 8:20] = generator.integers(100, 255, (40, 20, 12))
    return Digits(images, np.arange(40) % 10)


@pytest.mark.parametrize("network", PAGES)
def test_a_stopped_run_goes_on_to_the_same_weights(digits: Digits, tmp_path: Path, network: str) -> None:
    recipe = replace(RECIPES[network], batch_size=2, epochs=2)
    whole = train(digits, recipe, validation=digits, folder=tmp_path / "whole")

    def stop(moment: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(StoppedError):
        train(digits, recipe, validation=digits, folder=tmp_path / "cut", watch=stop)
    resumed = resume(tmp_path / "cut", digits, validation=digits)
    for name, weight in whole.network.state_dict().items():
        assert torch.equal(weight, resumed.network.state_dict()[name]), name
    assert (tmp_path / "cut" / "model.onnx").read_bytes() == (tmp_path / "whole" / "model.onnx").read_bytes()


def test_the_same_seed_gives_the_same_losses_and_another_seed_others(digits: Digits) -> None:
    def losses(recipe: Recipe) -> list[float]:
        return [row["loss"] for row in fit(digits, recipe)[1]]

    assert losses(TINY) == losses(TINY)
    assert losses(TINY) != losses(replace(TINY, seed=1))


def test_a_step_makes_the_loss_of_its_own_crops_smaller(digits: Digits) -> None:
    torch.manual_seed(0)
    network = Finder().train()
    step = PageStep(network, torch.optim.AdamW(network.parameters()), TINY)
    desk = desks.desk_of(digits)
    batch = next(iter(batches.CropBatches(desk, 4, seed=0).epoch(torch.Generator().manual_seed(0))))
    first, _ = step.forward(batch.canvases, batch.labels)
    for _ in range(8):
        step.update(1e-3)
        last, _ = step.forward(batch.canvases, batch.labels)
    assert float(last) < 0.8 * float(first)


def test_only_places_of_characters_are_counted() -> None:
    maps = torch.zeros(1, 8, 2, 2)
    maps[0, 2, 0, 0], maps[0, 7, 0, 0] = 5, 1.0
    maps[0, 2, 1, 1], maps[0, 7, 1, 1] = 3, 1.0
    kind = torch.zeros(1, 22, 2, 2)
    kind[0, 5, 0, 0] = 1
    assert counted(kind, maps) == (1, 2)
