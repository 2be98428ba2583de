"""A convnet's filters, read out of its file, compute what the model does."""

from pathlib import Path

import numpy as np
import pytest
import torch

from common import Make
from zeronine.canvas import Canvases
from zeronine.card import Card
from zeronine.explaining.filters import Filters, look_through
from zeronine.network.convnet import ConvNet
from zeronine.network.onnx import export_onnx
from zeronine.reading.classify import Classifier


def test_the_shipped_convnet_is_seen_through_to_its_logits(
    shipped_model: Classifier, drawings: Canvases
) -> None:
    seen = look_through(shipped_model)
    assert seen is not None and seen.sides == [24, 12, 6, 6, 3]
    np.testing.assert_allclose(seen.logits(drawings), shipped_model(drawings).logits, atol=1e-3)


@pytest.mark.parametrize("stages", [((4,),), ((2, 2), (2,), (2, 2, 2)), ((3,), (5, 4))], ids=str)
def test_every_convnet_is_seen_through_whatever_its_batches_were(
    tmp_path: Path, stages: tuple[tuple[int, ...], ...]
) -> None:
    """Batch normalisation with gains of both signs: the largest of a window comes before it."""
    torch.manual_seed(1)
    network = ConvNet(stages)
    for part in network.modules():
        if isinstance(part, torch.nn.BatchNorm2d):
            torch.nn.init.normal_(part.weight)
            torch.nn.init.normal_(part.bias)
    export_onnx(network, Card(), tmp_path / "model.onnx")
    classifier = Classifier(tmp_path / "model.onnx")
    seen = look_through(classifier)
    assert seen is not None and len(seen.filters) == sum(map(len, stages))
    canvases = np.random.default_rng(3).random((8, 28, 28), np.float32)
    np.testing.assert_allclose(seen.logits(canvases), classifier(canvases).logits, atol=1e-3)


def test_filters_are_pytorchs_convolution_pooling_and_relu() -> None:
    generator = np.random.default_rng(0)
    kernels, maps = generator.normal(size=(3, 2, 5, 5)), generator.normal(size=(4, 2, 12, 12))
    bias, gain, shift = generator.normal(size=(3, 3))
    found = Filters(kernels, bias, gain, shift, 2)(maps)
    sums = torch.conv2d(torch.tensor(maps), torch.tensor(kernels), torch.tensor(bias), padding=2)
    pooled = torch.max_pool2d(sums, 2).numpy()
    np.testing.assert_allclose(found, np.maximum(pooled * gain[:, None, None] + shift[:, None, None], 0))


def test_a_feed_forward_network_has_no_filters(make: Make) -> None:
    assert look_through(make((8,))[1]) is None


def test_filters_that_do_not_agree_are_not_shown(
    shipped_model: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zeronine.explaining.filters.EPSILON", 1.0)
    assert look_through(shipped_model) is None
