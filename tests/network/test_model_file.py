"""Checkpoint and model file: what is written is what was trained, and nothing else is accepted."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from zeronine.card import FORMAT, Card
from zeronine.errors import ModelError, RunError
from zeronine.network.article import FeedForward
from zeronine.network.checkpoint import load_network, read_checkpoint
from zeronine.network.onnx import export_onnx
from zeronine.reading.classify import Classifier


@pytest.fixture(scope="module")
def network() -> FeedForward:
    torch.manual_seed(0)
    return FeedForward()


@pytest.fixture(scope="module")
def model(network: FeedForward, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "model.onnx"
    export_onnx(network, Card(name="test", temperature=2.0, digit_threshold=1.0), path)
    return path


def test_the_file_equals_pytorch(network: FeedForward, model: Path) -> None:
    """Logits over the temperature, evidence less the threshold, for 300 random canvases."""
    canvases = np.random.default_rng(1).random((300, 28, 28)).astype(np.float32)
    with torch.inference_mode():
        logits, embedding, digit_logit = network(torch.from_numpy(canvases))
    answers = Classifier(model)(canvases)
    np.testing.assert_allclose(answers.logits, logits / 2, atol=1e-4)
    np.testing.assert_allclose(answers.embedding, embedding, atol=1e-4)
    np.testing.assert_allclose(answers.digit_logit, digit_logit - 1, atol=1e-4)
    np.testing.assert_allclose(answers.probabilities.sum(axis=1), 1, atol=1e-5)


def test_no_canvases_give_no_answers(model: Path) -> None:
    answers = Classifier(model)(np.zeros((0, 28, 28)))
    assert answers.probabilities.shape == (0, 10) and answers.digit_probability.shape == (0,)


def test_the_card_travels_in_the_file(model: Path) -> None:
    assert replace(Classifier(model).card, digest="") == Card(
        name="test", temperature=2.0, digit_threshold=1.0
    )


def test_exporting_twice_gives_the_same_bytes(network: FeedForward, model: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.onnx"
    export_onnx(network, Card(name="test", temperature=2.0, digit_threshold=1.0), again)
    assert again.read_bytes() == model.read_bytes()


@pytest.mark.parametrize(
    ("card", "said"),
    [
        (replace(Card(), format=FORMAT + 1), f"format {FORMAT + 1}.*reads format {FORMAT}.*update"),
        (replace(Card(), canvas={"side": 32}), "another canvas"),
    ],
)
def test_a_card_that_is_not_understood_is_refused(
    network: FeedForward, tmp_path: Path, card: Card, said: str
) -> None:
    export_onnx(network, card, tmp_path / "model.onnx")
    with pytest.raises(ModelError, match=said):
        Classifier(tmp_path / "model.onnx")


@pytest.mark.parametrize("content", [b"", b"no model", b"\x08\x07" * 50])
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.onnx"):
        Classifier(path)


def test_a_model_of_another_package_is_refused(tmp_path: Path) -> None:
    """A good ONNX file without a card: how pictures must be brought to it is unknown."""
    import onnx

    value = onnx.helper.make_tensor_value_info("canvas", onnx.TensorProto.FLOAT, [1])
    out = onnx.helper.make_tensor_value_info("out", onnx.TensorProto.FLOAT, [1])
    node = onnx.helper.make_node("Identity", ["canvas"], ["out"])
    opset = [onnx.helper.make_opsetid("", 17)]
    model = onnx.helper.make_model(
        onnx.helper.make_graph([node], "foreign", [value], [out]), opset_imports=opset, ir_version=9
    )
    onnx.save(model, tmp_path / "foreign.onnx")
    with pytest.raises(ModelError, match="carries no card"):
        Classifier(tmp_path / "foreign.onnx")


def test_a_damaged_model_file_is_refused(model: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.onnx"
    path.write_bytes(model.read_bytes()[:2000])
    with pytest.raises(ModelError, match=r"cut\.onnx"):
        Classifier(path)


def test_a_checkpoint_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no checkpoint"):
        read_checkpoint(tmp_path / "checkpoint.safetensors")
    path = tmp_path / "bad.safetensors"
    path.write_bytes(b"\x80\x04pickle")
    with pytest.raises(ModelError, match="not a checkpoint"):
        read_checkpoint(path)


def test_missing_weights_are_named(network: FeedForward) -> None:
    tensors = {f"network.{name}": value for name, value in network.state_dict().items()}
    del tensors["network.output.bias"]
    with pytest.raises(ModelError, match=r"output\.bias"):
        load_network(FeedForward(), tensors, where="here")
