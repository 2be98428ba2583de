"""Models to explain: one of each kind, untrained but lively, and drawings that the shipped one reads."""

from pathlib import Path

import numpy as np
import pytest
import torch

from common import Made, Make
from zeronine.canvas import Canvases
from zeronine.card import Card
from zeronine.network.article import FeedForward
from zeronine.network.onnx import export_onnx
from zeronine.reading.classify import Classifier
from zeronine.reading.reader import Reader

PICTURES = Path(__file__).parents[1] / "pictures"


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Return a maker of feed-forward networks: (PyTorch, model file), each kind made once."""
    made: dict[tuple[object, ...], Made] = {}

    def get(
        hidden: tuple[int, ...] = (32, 16), activation: str = "relu", *, last: bool = True, warm: float = 1.0
    ) -> Made:
        key = (hidden, activation, last, warm)
        if key not in made:
            torch.manual_seed(len(made))
            network = FeedForward(hidden, activation=activation, last_activation=last).eval()
            path = tmp_path_factory.mktemp("models") / "model.onnx"
            export_onnx(network, Card(temperature=warm), path)
            made[key] = network, Classifier(path)
        return made[key]

    return get


@pytest.fixture(scope="session")
def shipped_model() -> Classifier:
    """Return the shipped model."""
    return Classifier()


@pytest.fixture(scope="session")
def drawings(shipped_model: Classifier) -> Canvases:
    """Return the canvases of the test suite's pictures of single digits, as reading makes them."""
    reader = Reader(shipped_model.path)
    readings = [reader.read(path, one=True) for path in sorted(PICTURES.glob("one-*"))]
    canvases = [digit.canvas for reading in readings for digit in reading.digits[:1]]
    assert len(canvases) > 20
    return np.stack(canvases)
