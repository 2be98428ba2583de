"""What the recogniser's recipes add to the loop: other hands, no digits, and a mean of the weights."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from zeronine.data import negatives
from zeronine.data.batches import NO_DIGIT, Batches
from zeronine.data.digits import Digits
from zeronine.errors import StoppedError
from zeronine.models import CHECKPOINT
from zeronine.network.contract import Outputs
from zeronine.reading.classify import Classifier
from zeronine.training.averaging import average_of, follow
from zeronine.training.loop import resume, train
from zeronine.training.losses import loss_of
from zeronine.training.material import mixed
from zeronine.training.recipe import RECIPES, Recipe
from zeronine.training.runlog import Moment

#: the recipe of the shipped model, made small
SMALL = replace(RECIPES["best"], channels="4,8,8", embedding=16, epochs=3, batch_size=32)


@pytest.fixture(autouse=True)
def few_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(negatives, "FONT_FOLDERS", ())
    negatives._printed.cache_clear()


def test_a_recipe_mixes_in_what_it_says(shapes: Digits) -> None:
    batches = mixed(shapes, replace(SMALL, strokes=0.5, parted=0.1, negatives=0.25))
    assert len(batches) == -(-(200 + 100 + 20 + 50) // SMALL.batch_size)
    first, second = (shown_in(batches, epoch) for epoch in (0, 1))
    assert first[:200].equal(second[:200])  # every digit, in every epoch
    labels = batches.labels[first]
    assert (labels == NO_DIGIT).sum() in range(50, 70)  # those, and half of the parts
    assert not first[200:].equal(second[200:])
    written = batches.labels[200:500]  # three epochs make three times as many as one shows
    assert torch.bincount(written, minlength=10).tolist() == [30] * 10


def shown_in(batches: Batches, epoch: int) -> torch.Tensor:
    """Return the places of the pictures that an epoch shows, in order."""
    parts = batches.epoch(torch.Generator().manual_seed(epoch))
    return torch.cat([part.indices for part in parts]).sort().values


def test_the_seed_decides_what_is_mixed_in(shapes: Digits) -> None:
    once, again = mixed(shapes, SMALL), mixed(shapes, SMALL)
    assert torch.equal(once.images, again.images)
    assert not torch.equal(once.images, mixed(shapes, replace(SMALL, seed=1)).images)


def test_a_plain_recipe_adds_nothing(shapes: Digits) -> None:
    assert torch.equal(mixed(shapes, Recipe()).images, torch.from_numpy(shapes.images))


def test_pictures_of_no_digit_teach_doubt_only() -> None:
    """They pull down the evidence for a digit, and leave the ten logits alone."""
    logits = torch.randn(4, 10, requires_grad=True)
    evidence = torch.zeros(4, requires_grad=True)
    labels = torch.tensor([3, NO_DIGIT, 7, NO_DIGIT])
    loss_of(Outputs(logits, torch.zeros(4, 2), evidence), labels, SMALL).backward()
    assert logits.grad is not None
    assert evidence.grad is not None
    assert (logits.grad[[1, 3]] == 0).all()
    assert (logits.grad[[0, 2]] != 0).all()
    assert (evidence.grad[[1, 3]] > 0).all()  # downhill is towards less evidence
    assert (evidence.grad[[0, 2]] < 0).all()


def test_the_mean_follows_the_weights() -> None:
    """After ten steps the mean is what the formula gives."""
    network = nn.Linear(3, 2)
    mean = average_of(network)
    expected = network.weight.detach().clone()
    for step in range(10):
        with torch.no_grad():
            network.weight.copy_(torch.randn(2, 3))
        follow(mean, network, decay=0.5, step=step)
        kept = min(0.5, (step + 1) / (step + 10))
        expected = kept * expected + (1 - kept) * network.weight.detach()
    torch.testing.assert_close(mean.weight, expected)
    assert not mean.weight.requires_grad


def test_the_mean_follows_what_batch_normalisation_measured() -> None:
    network = nn.BatchNorm1d(2)
    mean = average_of(network)
    network(torch.randn(50, 2) + 5)
    follow(mean, network, decay=0.99, step=0)
    assert isinstance(mean.running_mean, torch.Tensor)
    assert (mean.running_mean > 0.4).all()
    assert mean.num_batches_tracked == 0  # counts are not averaged


def test_everything_at_once_can_be_stopped_and_goes_on_bit_for_bit(
    shapes: Digits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Augmentation, other hands, no digits, bfloat16 and the mean of the weights included."""
    monkeypatch.setattr("zeronine.training.loop.WATCH_EVERY_S", 0.0)

    def press_ctrl_c(moment: Moment) -> None:
        if moment.step == 13:
            raise KeyboardInterrupt

    with pytest.raises(StoppedError, match="--resume"):
        train(shapes, SMALL, folder=tmp_path / "stopped", watch=press_ctrl_c)
    resumed = resume(tmp_path / "stopped", shapes)
    whole = train(shapes, SMALL, folder=tmp_path / "whole")
    assert (resumed.folder / CHECKPOINT).read_bytes() == (whole.folder / CHECKPOINT).read_bytes()


def test_the_file_holds_the_mean_and_says_that_it_knows_doubt(shapes: Digits, tmp_path: Path) -> None:
    run = train(shapes, SMALL, folder=tmp_path / "run")
    classifier = Classifier(run.model_path)
    assert classifier.card.not_a_digit
    canvases = shapes.images[:5].astype(np.float32) / 255
    with torch.inference_mode():
        expected = run.network(torch.from_numpy(canvases)).embedding.numpy()
    np.testing.assert_allclose(classifier(canvases).embedding, expected, atol=1e-4)
