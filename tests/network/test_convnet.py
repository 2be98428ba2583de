"""The recogniser: the shapes it promises, few enough weights, and a file that equals PyTorch."""

from pathlib import Path

import numpy as np
import pytest
import torch

from zeronine.card import Card
from zeronine.data.writing.strokes import write
from zeronine.errors import RecipeError
from zeronine.network.build import build
from zeronine.network.contract import parameter_count
from zeronine.network.convnet import ConvNet, stages_of
from zeronine.network.onnx import TOLERANCE, export_onnx
from zeronine.reading.classify import Classifier
from zeronine.training.recipe import RECIPES


def test_outputs_have_the_promised_shapes() -> None:
    outputs = ConvNet().eval()(torch.rand(3, 28, 28))
    assert outputs.logits.shape == (3, 10)
    assert outputs.embedding.shape == (3, 64)
    assert outputs.digit_logit.shape == (3,)


@pytest.mark.parametrize("name", [name for name, recipe in RECIPES.items() if recipe.network == "convnet"])
def test_every_recipe_stays_below_300_000_weights(name: str) -> None:
    assert parameter_count(build(RECIPES[name].to_dict())) <= 300_000


def test_learning_doubt_leaves_the_digits_alone() -> None:
    """The head for *not a digit* hangs on the features, not on the embedding."""
    network = ConvNet()
    network(torch.rand(4, 28, 28)).digit_logit.sum().backward()
    assert network.output.weight.grad is None
    assert network.embed[0].weight.grad is None
    assert network.doubt[0].weight.grad is not None


def test_channels_are_read_from_text() -> None:
    assert stages_of("16,32,64+64") == ((16,), (32,), (64, 64))


@pytest.mark.parametrize("text", ["", "16,,32", "16 32", "0", "8,8,8,8,8", "9999"])
def test_impossible_channels_are_refused(text: str) -> None:
    with pytest.raises(RecipeError, match="channels is"):
        stages_of(text)


def test_it_learns_thirty_two_digits_by_heart() -> None:
    labels = np.arange(32) % 10
    canvases = torch.from_numpy(write(labels, generator=np.random.default_rng(0))).float() / 255
    torch.manual_seed(0)
    network = ConvNet(((8,), (16,), (16,)), embedding=32)
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.01)
    for _ in range(40):
        loss = torch.nn.functional.cross_entropy(network(canvases).logits, torch.from_numpy(labels))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    predictions = network.eval()(canvases).logits.argmax(1).numpy()
    assert (predictions == labels).all()


def test_the_exported_file_equals_pytorch(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = ConvNet(((8,), (8, 8), (16,)))
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    network(torch.rand(64, 28, 28))  # so that batch normalisation has seen something
    network.eval()
    difference = export_onnx(network, Card(network="convnet"), tmp_path / "model.onnx")
    assert difference <= TOLERANCE
    canvases = np.random.default_rng(1).random((5, 28, 28), np.float32)
    answers = Classifier(tmp_path / "model.onnx")(canvases)
    with torch.inference_mode():
        expected = network(torch.from_numpy(canvases))
    np.testing.assert_allclose(answers.embedding, expected.embedding.numpy(), atol=TOLERANCE)
